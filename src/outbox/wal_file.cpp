#include "wal_file.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "big_endian.h"

namespace bridge {
namespace {

constexpr std::size_t header_bytes = 32;
constexpr std::size_t frame_header_bytes = 24;
constexpr std::size_t frame_bytes = frame_header_bytes + page_bytes;
constexpr std::uint32_t magic = 0x377F0682;  // plus 1: checksums in big-endian order
constexpr std::uint32_t format_version = 3007000;

/// The running checksum of the file's format.
struct WalChecksum {
  std::uint32_t first = 0, second = 0;
  bool operator==(const WalChecksum&) const = default;

  void add(std::string_view bytes, bool big) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word(bytes, at, big) + second;
      second += word(bytes, at + 4, big) + first;
    }
  }

 private:
  static std::uint32_t word(std::string_view bytes, std::size_t at, bool big) {
    const std::uint32_t value = big_endian_32(bytes, at);
    return big ? value : __builtin_bswap32(value);
  }
};

WalChecksum checksum_at(std::string_view bytes, std::size_t at) {
  return {big_endian_32(bytes, at), big_endian_32(bytes, at + 4)};
}

bool is_big(std::string_view header) { return big_endian_32(header, 0) == magic + 1; }

bool holds(std::string_view header) {
  if (header.size() < header_bytes || (big_endian_32(header, 0) | 1U) != (magic | 1U)) return false;
  if (big_endian_32(header, 4) != format_version || big_endian_32(header, 8) != page_bytes) return false;
  WalChecksum sum;
  sum.add(header.substr(0, 24), is_big(header));
  return sum == checksum_at(header, 24);
}

std::string_view salts_of_header(std::string_view header) { return header.substr(16, 8); }
std::string_view salts_of_frame(std::string_view frame) { return frame.substr(8, 8); }

/// Reads the frames and tells which of them are of the present run.
class WalReader {
 public:
  explicit WalReader(const ByteSource& file) : file_(file) {
    contents_.header = file.read(0, header_bytes);
    contents_.header_holds = holds(contents_.header);
    big_ = contents_.header.size() == header_bytes && is_big(contents_.header);
  }

  WalContents read() {
    if (contents_.header.size() < header_bytes) return contents_;
    before_ = checksum_at(contents_.header, 24);
    salts_ = salts_of_header(contents_.header);
    if (!contents_.header_holds)
      salts_ = salts_of_frame(file_.read(header_bytes, frame_bytes) + std::string(16, '\0'));
    const std::uint64_t size = file_.size();
    for (std::uint64_t at = header_bytes; at + frame_bytes <= size; at += frame_bytes)
      add(file_.read(at, frame_bytes), at);
    contents_.frames.resize(present_);  // what follows the last of this run is of earlier ones
    if (present_end_ + frame_bytes > size) present_end_ = size;  // with a frame that is cut
    contents_.bytes_behind_commit = present_end_ - (header_bytes + contents_.committed * frame_bytes);
    return std::move(contents_);
  }

 private:
  void add(const std::string& frame, std::uint64_t at) {
    if (frame.size() < frame_bytes) return;
    WalChecksum sum = before_;
    sum.add(std::string_view(frame).substr(0, 8), big_);
    sum.add(std::string_view(frame).substr(frame_header_bytes), big_);
    before_ = checksum_at(frame, 16);
    const bool is_present = salts_of_frame(frame) == salts_;
    const WalFrame found{big_endian_32(frame, 0), big_endian_32(frame, 4) != 0, is_present && sum == before_,
                         at + frame_header_bytes};
    unbroken_ = unbroken_ && contents_.header_holds && found.holds && found.page != 0;
    // Between frames of this run one with other salts is damaged, unless it was made unusable.
    if (found.page == 0) return;
    contents_.frames.push_back(found);
    if (is_present) present_ = contents_.frames.size();
    if (is_present) present_end_ = at + frame_bytes;
    if (unbroken_ && found.ends_commit) contents_.committed = contents_.frames.size();
  }

  const ByteSource& file_;
  WalContents contents_;
  WalChecksum before_;
  std::string salts_;
  std::size_t present_ = 0;
  std::uint64_t present_end_ = header_bytes;
  bool big_ = false;
  bool unbroken_ = true;
};

/// @return whether all frames from the number `first` on that bear the salts of the header are wiped out.
bool wipe_frames(const FileAccess& file, std::string_view header, std::size_t first) {
  const std::string nothing(frame_header_bytes, '\0');
  bool wiped = true;
  const std::uint64_t size = file.size();
  for (std::uint64_t at = header_bytes + first * frame_bytes; at < size; at += frame_bytes) {
    const std::string frame_header = file.read(at, frame_header_bytes);
    if (frame_header.size() < 16 || salts_of_frame(frame_header) != salts_of_header(header)) continue;
    wiped = file.write(at, nothing) && wiped;
  }
  return wiped;
}

}  // namespace

bool WalContents::is_damaged() const {
  if (frames.empty()) return false;
  if (!header_holds) return true;
  return std::any_of(frames.begin() + static_cast<std::ptrdiff_t>(committed), frames.end(),
                     [](const WalFrame& frame) { return frame.ends_commit; });
}

WalContents read_wal(const ByteSource& file) { return WalReader(file).read(); }

std::string read_wal_header(const std::filesystem::path& file) {
  return FileAccess(file, O_RDONLY).read(0, header_bytes);
}

bool forget_wal_behind(const WalMark& mark, const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return true;
  const FileAccess wal(file, O_RDWR);
  if (!wal.is_open()) return false;
  const std::string header = wal.read(0, header_bytes);
  if (header.size() < header_bytes) return true;
  const std::size_t kept = header == mark.header ? mark.frames : 0;  // another header: a new run has begun
  const bool wiped = wipe_frames(wal, header, kept);
  const bool flushed = wal.flush();  // for the host; the next start of the process sees it without
  return wiped && flushed && read_wal(wal).frames.size() <= kept;
}

}  // namespace bridge
