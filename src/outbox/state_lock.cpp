#include "state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <system_error>

#include "checksum.h"

namespace bridge {
namespace {

/// Opens the file for reading only, if the disk does not allow more: flock() works all the same.
FileAccess open_lock(const std::filesystem::path& path) {
  FileAccess file(path, O_RDWR | O_CREAT);
  if (!file.is_open() && errno == EROFS) file = FileAccess(path, O_RDONLY);
  if (!file.is_open())
    throw std::system_error(errno, std::generic_category(), "cannot open " + path.string());
  return file;
}

std::int64_t checksum_of(Sequence sequence) {
  Checksum checksum;
  checksum.integer(static_cast<std::int64_t>(sequence));
  return checksum.value();
}

/// The sequence number behind the process's number; 0 if its checksum does not hold.
Sequence note_in(const FileAccess& file) {
  std::istringstream text(file.read(0, 100));
  std::string owner;
  Sequence sequence = 0;
  std::int64_t checksum = 0;
  text >> owner >> sequence >> checksum;
  return text && checksum == checksum_of(sequence) ? sequence : 0;
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
  flushed_ = note_in(file_);
  write();
}

void StateLock::note_flushed(Sequence last) {
  flushed_ = last;
  write();
}

/// Writes less than a sector at once: a crash leaves the old text or the new one.
void StateLock::write() const {
  std::string text = std::to_string(::getpid()) + ' ' + std::to_string(flushed_) + ' ' +
                     std::to_string(checksum_of(flushed_));
  text.resize(64, ' ');  // over the rest of a longer text
  file_.write(0, text + '\n');
}

}  // namespace bridge
