#include "state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace bridge {
namespace {

/// For reading only where the disk is: the lock works there too.
FileAccess open_lock(const std::filesystem::path& path) {
  FileAccess file(path, O_RDWR | O_CREAT);
  if (!file.is_open() && errno == EROFS) file = FileAccess(path, O_RDONLY);
  if (!file.is_open())
    throw std::system_error(errno, std::generic_category(), "cannot open " + path.string());
  return file;
}

std::string owner_in(const FileAccess& file) {
  std::string owner = file.read(0, 20);
  owner.resize(std::min(owner.find_first_not_of("0123456789"), owner.size()));
  return owner.empty() ? "unknown" : owner;
}

}  // namespace

StateLock::StateLock(const std::filesystem::path& directory) : file_(open_lock(directory / "lock")) {
  if (::flock(file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      throw std::system_error(errno, std::generic_category(), "cannot lock state_dir");
    throw DirectoryInUse("state_dir " + directory.string() + " is in use by another process (pid " +
                         owner_in(file_) + ")");
  }
  // For the one who is refused only: a disk that does not take it is no reason against the lock.
  if (::ftruncate(file_.descriptor(), 0) == 0) file_.write(0, std::to_string(::getpid()) + "\n");
}

}  // namespace bridge
