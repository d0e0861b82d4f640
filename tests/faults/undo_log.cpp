#include "undo_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

namespace bridge::test {
namespace {

std::string file_of(std::uint64_t identity, const std::string& directory) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const int descriptor = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    const bool is_it = descriptor >= 0 && identity_of(descriptor) == identity;
    if (descriptor >= 0) ::close(descriptor);
    if (is_it) return entry.path().string();
  }
  return {};
}

}  // namespace

std::vector<Undo> read_undo_log(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<Undo> log;
  Undo undo{};
  while (stream.read(static_cast<char*>(static_cast<void*>(&undo.record)), sizeof undo.record)) {
    undo.replaced.assign(undo.record.replaced, '\0');
    // The process may have been killed while it wrote the last of them: then the change was never made.
    if (!stream.read(undo.replaced.data(), static_cast<std::streamsize>(undo.replaced.size()))) break;
    log.push_back(undo);
  }
  return log;
}

std::vector<Undo> unflushed_of(std::vector<Undo> log) {
  std::map<std::uint64_t, std::size_t> last_sync;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log[i].record.kind == UndoRecord::Kind::sync) last_sync[log[i].record.file] = i;
  }
  std::vector<Undo> unflushed;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const auto sync = last_sync.find(log[i].record.file);
    if (sync == last_sync.end() || i > sync->second) unflushed.push_back(std::move(log[i]));
  }
  return unflushed;
}

void take_back(const Undo& undo, const std::string& directory) {
  const std::string file = file_of(undo.record.file, directory);
  if (file.empty()) return;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  const bool done =
      descriptor >= 0 &&
      ::pwrite(descriptor, undo.replaced.data(), undo.replaced.size(), undo.record.offset) >= 0 &&
      ::ftruncate(descriptor, undo.record.size_before) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!done) throw std::system_error(error, std::generic_category(), "taking back " + file);
}

}  // namespace bridge::test
