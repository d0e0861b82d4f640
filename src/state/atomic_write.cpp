#include "atomic_write.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace bridge {
namespace {

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool flush() const { return ::fsync(fd_) == 0; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

}  // namespace

bool write_atomically(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path fresh = file;
  fresh += ".new";
  {
    const Descriptor out(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    if (!out.is_open() || !out.write(bytes) || !out.flush()) return false;
  }
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  if (error) return false;
  const Descriptor directory(file.parent_path(), O_RDONLY | O_DIRECTORY);
  return directory.is_open() && directory.flush();
}

}  // namespace bridge
