// Files of the outbox as an enemy, or a dying disk, leaves them. The first two bytes say how long the
// database is; what follows it is its -wal file. Whatever is taken for a row is whole.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "salvage.h"

namespace {

class Text : public bridge::ByteSource {
 public:
  explicit Text(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::string read(std::uint64_t offset, std::size_t size) const override {
    return std::string(offset < bytes_.size() ? bytes_.substr(offset, size) : std::string_view());
  }

 private:
  std::string_view bytes_;
};

void check(bool promise) {
  if (!promise) std::abort();
}

void salvage(const Text& database, const Text& wal) {
  const bridge::WalContents contents = bridge::read_wal(wal);
  check(contents.committed <= contents.frames.size());
  check(contents.bytes_behind_commit <= wal.size());
  const bridge::PageImage image(database, wal, contents);
  bridge::Salvage found(image, image.places());
  bridge::Sequence before = 0;
  for (const auto& record : found.records()) {
    const auto read = found.read(record);
    if (!read) continue;  // a page that many rows claim is not read without end
    check(read->sequence == record.sequence && (before == 0 || record.sequence > before));
    before = record.sequence;
  }
  for (const auto& [first, last] : found.gaps()) check(first <= last);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t length = std::min<std::size_t>(data[0] * 256U + data[1], bytes.size());
  salvage(Text(bytes.substr(0, length)), Text(bytes.substr(length)));
  return 0;
}
