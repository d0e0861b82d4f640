// Runs of faults, one after the other: `./dev faults`.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <future>
#include <iostream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include "fault_run.h"

namespace bridge::test {
namespace {

struct Wanted {
  std::uint64_t seed = 1;
  std::size_t runs = 1;      // at least
  std::size_t jobs = 1;      // runs at a time
  std::size_t messages = 0;  // acknowledged, at least
  std::chrono::minutes time{
      0};  // 0: as long as it takes; else at most, and if nothing else is asked for, so long
  bool plans_only = false;
  std::string command;  // as it was given
};

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::array<char, 16> text{};
  std::tm parts{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", ::gmtime_r(&now, &parts));
  return text.data();
}

constexpr const char* usage =
    "Usage: bridge_faults [--seed N] [--runs R] [--messages K] [--minutes M] [--jobs J] [--plan]\n"
    "  --seed N      the first seed; each run takes the next (1)\n"
    "  --runs R      at least R runs (1)\n"
    "  --messages K  until K messages are acknowledged\n"
    "  --minutes M   for M minutes; with --runs or --messages: at most so long\n"
    "  --jobs J      J runs at a time (1)\n"
    "  --plan        prints what would be done\n";

Wanted wanted_by(const std::vector<std::string>& arguments) {
  Wanted wanted;
  bool amount = false;
  for (const std::string& argument : arguments) wanted.command += " " + argument;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (name == "--plan") {
      wanted.plans_only = true;
      continue;
    }
    if (i + 1 == arguments.size()) throw std::invalid_argument(name);
    const std::uint64_t value = std::stoull(arguments[++i]);
    if (name == "--seed") {
      wanted.seed = value;
    } else if (name == "--minutes") {
      wanted.time = std::chrono::minutes(value);
    } else if (name == "--jobs" && value > 0) {
      wanted.jobs = value;
    } else if (name == "--runs") {
      wanted.runs = value;
      amount = true;
    } else if (name == "--messages") {
      wanted.messages = value;
      amount = true;
    } else {
      throw std::invalid_argument(name);
    }
  }
  if (!amount && wanted.time.count() > 0) wanted.runs = static_cast<std::size_t>(-1);
  return wanted;
}

RunResult run_of(std::uint64_t seed) {
  const FaultPlan plan = plan_of(seed);
  FaultRun run(plan);
  RunResult result = run.run();
  std::cout << text_of(plan) + "\n" + line_of(result) + "\n" << std::flush;
  if (!violations_of(result).empty()) {
    const std::string file = "faults-seed-" + std::to_string(seed) + ".log";
    std::ofstream(file) << text_of(plan) << "\n" << line_of(result) << "\n" << run.evidence();
    std::cout << "evidence is in " << file << "; again with --seed " << seed << std::endl;
  }
  return result;
}

/// Runs one seed after the other, several at a time, until as much is done as was asked for.
class Runs {
 public:
  explicit Runs(const Wanted& wanted) : wanted_(wanted) {}

  void do_all() {
    std::vector<std::future<void>> jobs;
    for (std::size_t i = 0; i < wanted_.jobs; ++i)
      jobs.push_back(std::async(std::launch::async, [this] { do_next(); }));
    for (auto& job : jobs) job.get();
  }

  const std::vector<RunResult>& results() const { return results_; }
  bool are_clean() const {
    return std::all_of(results_.begin(), results_.end(),
                       [](const RunResult& result) { return violations_of(result).empty(); });
  }
  bool are_in_time() const { return wanted_.time.count() == 0 || Clock::now() - start_ < wanted_.time; }
  bool are_enough() const { return begun_ >= wanted_.runs && acked_ >= wanted_.messages; }
  std::int64_t minutes() const {
    return std::chrono::round<std::chrono::minutes>(Clock::now() - start_).count();
  }

 private:
  void do_next() {
    while (const auto seed = next_seed()) {
      RunResult result = run_of(*seed);
      const std::lock_guard lock(mutex_);
      acked_ += result.totals.acked;
      results_.push_back(std::move(result));
    }
  }

  std::optional<std::uint64_t> next_seed() {
    const std::lock_guard lock(mutex_);
    if (are_enough() || !are_in_time()) return std::nullopt;
    return wanted_.seed + begun_++;
  }

  const Wanted& wanted_;
  const TimePoint start_ = Clock::now();
  std::mutex mutex_;
  std::size_t begun_ = 0;
  std::size_t acked_ = 0;
  std::vector<RunResult> results_;
};

/// @return true if all bars were held, and as much was done as asked for.
bool run_all(const Wanted& wanted) {
  Runs runs(wanted);
  runs.do_all();
  std::cout << "\n"
            << today() << ", " << runs.minutes() << " minutes, `./dev faults" << wanted.command << "`:\n\n"
            << table_of(runs.results());
  const bool for_time_only = wanted.runs == static_cast<std::size_t>(-1);
  const bool is_done = runs.are_enough() || for_time_only;
  if (!is_done) std::cout << "\nTime was up before the runs and messages asked for.\n";
  return runs.are_clean() && is_done;
}

int start(const std::vector<std::string>& arguments) {
  Wanted wanted;
  try {
    wanted = wanted_by(arguments);
  } catch (const std::logic_error&) {
    std::cerr << usage;
    return 2;
  }
  if (wanted.plans_only) {
    for (std::size_t i = 0; i < wanted.runs; ++i) std::cout << text_of(plan_of(wanted.seed + i)) << "\n";
    return EXIT_SUCCESS;
  }
  const bool clean = run_all(wanted) && !::testing::Test::HasFailure();
  return clean ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace bridge::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  try {
    return bridge::test::start({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "bridge_faults: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
