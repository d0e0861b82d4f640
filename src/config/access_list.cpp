#include "access_list.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace bridge::config {
namespace {

// linux/posix_acl_xattr.h, linux/posix_acl.h
constexpr std::uint32_t known_version = 2;
constexpr std::size_t head_size = 4;
constexpr std::size_t entry_size = 8;  // tag, rights, id
constexpr std::uint32_t all_rights = 7;

struct Tag {
  static constexpr std::uint32_t owner = 0x01;
  static constexpr std::uint32_t named_user = 0x02;
  static constexpr std::uint32_t owning_group = 0x04;
  static constexpr std::uint32_t named_group = 0x08;
  static constexpr std::uint32_t mask = 0x10;
  static constexpr std::uint32_t others = 0x20;
};

struct Entry {
  std::uint32_t tag;
  std::uint32_t rights;
  std::uint32_t id;  // of a named user or group
};

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

std::optional<std::vector<Entry>> entries_of(std::string_view bytes) {
  if (bytes.size() < head_size || (bytes.size() - head_size) % entry_size != 0) return std::nullopt;
  if (little_endian(bytes.substr(0, head_size)) != known_version) return std::nullopt;
  std::vector<Entry> entries;
  for (bytes.remove_prefix(head_size); !bytes.empty(); bytes.remove_prefix(entry_size)) {
    entries.push_back({little_endian(bytes.substr(0, 2)), little_endian(bytes.substr(2, 2)),
                       little_endian(bytes.substr(4, 4))});
  }
  return entries;
}

/// The file's owner, its group, others, and a mask as soon as anybody is named (acl(5)).
bool is_complete(const std::vector<Entry>& entries) {
  constexpr std::uint32_t known = 0x3F;
  std::uint32_t seen = 0;
  for (const Entry& entry : entries) {
    if (!std::has_single_bit(entry.tag) || (entry.tag & known) == 0) return false;
    const bool may_repeat = entry.tag == Tag::named_user || entry.tag == Tag::named_group;
    if (!may_repeat && (seen & entry.tag) != 0) return false;
    if (entry.rights > all_rights) return false;
    seen |= entry.tag;
  }
  constexpr std::uint32_t always = Tag::owner | Tag::owning_group | Tag::others;
  const bool names_anybody = (seen & (Tag::named_user | Tag::named_group)) != 0;
  return (seen & always) == always && (!names_anybody || (seen & Tag::mask) != 0);
}

bool is_somebody_else(const Entry& entry, uid_t self) {
  switch (entry.tag) {
    case Tag::owner:
    case Tag::mask:
      return false;
    case Tag::named_user:
      return entry.id != self && entry.id != 0;
    default:
      return true;
  }
}

}  // namespace

bool grants_rights_to_others(std::string_view bytes, uid_t self) {
  const auto entries = entries_of(bytes);
  if (!entries || !is_complete(*entries)) return true;
  std::uint32_t most = all_rights;
  for (const Entry& entry : *entries)
    if (entry.tag == Tag::mask) most = entry.rights;
  for (const Entry& entry : *entries) {
    const std::uint32_t rights = entry.tag == Tag::others ? entry.rights : entry.rights & most;
    if (rights != 0 && is_somebody_else(entry, self)) return true;
  }
  return false;
}

}  // namespace bridge::config
