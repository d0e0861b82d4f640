#include "name_space.h"

#include <unistd.h>

#include <stdexcept>

#include "support/child_process.h"
#include "support/temp_dir.h"

namespace bridge::test {
namespace {

bool is_root() { return ::geteuid() == 0; }

std::vector<std::string> after(const std::string& preparation) {
  return {"unshare", is_root() ? "-m" : "-rm", "sh", "-c", preparation + " && exec \"$@\"", "sh"};
}

}  // namespace

bool can_mount() {
  static const bool can = [] {
    const TempDir directory;
    std::vector<std::string> words = on_tmpfs(directory.path().string(), "64k");
    words.emplace_back("true");
    return run_program({words.front(), {words.begin() + 1, words.end()}}).status == 0;
  }();
  return can;
}

std::vector<std::string> on_tmpfs(const std::string& directory, const std::string& size) {
  return after("mkdir -p " + directory + " && mount -t tmpfs -o size=" + size + " none " + directory);
}

std::vector<std::string> on_read_only(const std::string& directory) {
  return after("mkdir -p " + directory + " && mount --bind " + directory + " " + directory +
               " && mount -o remount,bind,ro " + directory);
}

void resize_tmpfs(pid_t process, const std::string& directory, const std::string& size) {
  std::vector<std::string> arguments = {"-t", std::to_string(process), "-m"};
  if (!is_root()) arguments.insert(arguments.end(), {"-U", "--preserve-credentials"});
  arguments.insert(arguments.end(), {"mount", "-o", "remount,size=" + size, directory});
  const ProgramResult result = run_program({"nsenter", arguments});
  if (result.status != 0) throw std::runtime_error("nsenter: " + result.errors);
}

}  // namespace bridge::test
