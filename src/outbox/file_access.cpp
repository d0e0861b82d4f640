#include "file_access.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace bridge {
namespace {

void flush_or_throw(const std::filesystem::path& path, int flags) {
  const FileAccess file(path, flags);
  if (!file.is_open() || !file.flush())
    throw std::system_error(errno, std::generic_category(), "cannot flush " + path.filename().string());
}

}  // namespace

FileAccess::FileAccess(const std::filesystem::path& path, int flags)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}

FileAccess::~FileAccess() {
  if (fd_ >= 0) ::close(fd_);
}

FileAccess::FileAccess(FileAccess&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileAccess& FileAccess::operator=(FileAccess&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

std::uint64_t FileAccess::size() const {
  struct stat about = {};
  return ::fstat(fd_, &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

std::string FileAccess::read(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t more = ::pread(fd_, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) break;
    got += static_cast<std::size_t>(more);
  }
  bytes.resize(got);
  return bytes;
}

bool FileAccess::write(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return true;
}

bool FileAccess::flush() const { return ::fsync(fd_) == 0; }

void flush_file(const std::filesystem::path& file) { flush_or_throw(file, O_RDONLY); }

void flush_directory(const std::filesystem::path& directory) {
  flush_or_throw(directory, O_RDONLY | O_DIRECTORY);
}

std::optional<std::uint64_t> free_space(const std::filesystem::path& directory) {
  struct statvfs about = {};
  if (::statvfs(directory.c_str(), &about) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
}

}  // namespace bridge
