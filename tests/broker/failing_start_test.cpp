// A start that fails half way, while the outbox already works.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "bridge_fixture.h"

namespace bridge::test {
namespace {

constexpr auto hold = std::chrono::milliseconds(700);

/// Settings with which the bridge cannot listen, which it finds out after 400 ms; each attempt to make the
/// state directory takes 700 ms.
std::vector<std::string> slow_and_without_a_port() {
  return {"strace", "-D",
          "-f",     "-qq",
          "-o",     "/dev/null",
          "-e",     "trace=listen,mkdir",
          "-e",     "inject=listen:error=EADDRINUSE:delay_enter=400ms",
          "-e",     "inject=mkdir:delay_enter=" + std::to_string(hold.count()) + "ms"};
}

/// @return true if strace holds one of the process's threads other than the first.
bool a_thread_is_held(pid_t pid) {
  const std::filesystem::path tasks = "/proc/" + std::to_string(pid) + "/task";
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    if (task.path().filename() == std::to_string(pid)) continue;
    std::string status;
    std::getline(std::ifstream(task.path() / "stat"), status);
    const std::size_t end_of_name = status.rfind(") ");
    if (end_of_name != status.npos && status[end_of_name + 2] == 't') return true;
  }
  return false;
}

/// LeakSanitizer does not run beside strace.
std::map<std::string, std::string> without_leaks(const std::string& /*state_dir*/) {
  if (!sanitized) return {};
  return {{"ASAN_OPTIONS", "detect_leaks=0"}};
}

/// The outbox reads its rows only after it is told to end, when all objects made after it have ended: those
/// that it then calls must still exist.
TEST(FailingStartTest, TheOutboxTellsNobodyWhoIsGone) {
  const TempDir directory;
  const std::string state = directory.file("state");
  const std::string elsewhere = directory.file("elsewhere");
  BridgeOptions options{.mqtt_port = free_port(), .keep_state = true, .state_dir = state};
  {
    BridgeProcess earlier(options, BridgeProcess::Wait::serving);
    for (int i = 0; i < 100; ++i) {
      const HttpResponse stored = earlier.http().request(
          "POST", "/topics/t?qos=1", "m",
          {{"Idempotency-Key", "key" + std::to_string(i)}, {"Prefer", "respond-async"}});
      ASSERT_EQ(stored.status, 202) << stored.content;
    }
    ASSERT_EQ(earlier.stop(), 0);
  }
  std::filesystem::rename(state, elsewhere);
  std::filesystem::create_symlink(directory.file("nowhere"), state);
  options.wrapper = slow_and_without_a_port();
  options.environment = without_leaks;
  BridgeProcess bridge(options, BridgeProcess::Wait::none);
  ASSERT_TRUE(bridge.output().wait_for_line("The outbox accepts no messages", within(soon)))
      << bridge.output().text();
  int held = 0;  // times in a row: strace holds every thread for a moment now and then
  ASSERT_TRUE(eventually(within(soon), [&] {
    held = a_thread_is_held(bridge.process().pid()) ? held + 1 : 0;
    return held == 20;
  }));
  std::filesystem::remove(state);
  std::filesystem::rename(elsewhere, state);
  EXPECT_EQ(bridge.process().wait_for_exit(within(soon)), 1) << bridge.output().text();
  EXPECT_TRUE(bridge.output().wait_for_line("The outbox accepts messages again", within(soon)));
  EXPECT_TRUE(bridge.output().wait_for_line("ddress already in use", within(soon))) << bridge.output().text();
}

}  // namespace
}  // namespace bridge::test
