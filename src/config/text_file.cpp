#include "text_file.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "access_list.h"

namespace bridge::config {
namespace {

std::string because_of_errno() { return "cannot be read: " + std::generic_category().message(errno); }

}  // namespace

TextFile::TextFile(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0 || fstat(descriptor_, &status_) != 0)
    problem_ = because_of_errno();
  else if (S_ISDIR(status_.st_mode))
    problem_ = "is a directory, not a file";
}

bool TextFile::is_open_to_others() const {
  std::array<char, 4096> list{};
  const ssize_t size = fgetxattr(descriptor_, access_list_attribute, list.data(), list.size());
  if (size < 0) return (status_.st_mode & (S_IRWXG | S_IRWXO)) != 0;  // no ACL, or none that can be read
  const std::string_view bytes(list.data(), static_cast<std::size_t>(size));
  return (status_.st_mode & S_IRWXO) != 0 || grants_rights_to_others(bytes, geteuid());
}

TextFile::~TextFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<std::string> TextFile::read(std::size_t max_bytes) {
  std::string content;
  std::array<char, 4096> buffer{};
  while (content.size() <= max_bytes) {
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count == 0) return content;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      problem_ = because_of_errno();
      return std::nullopt;
    }
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
  problem_ = "is larger than " + std::to_string(max_bytes) + " bytes";
  return std::nullopt;
}

}  // namespace bridge::config
