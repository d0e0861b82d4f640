#include "run_writers.h"

#include "support/timing.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;
namespace numbers = writer_numbers;

const std::vector<WriterOptions> small = {
    {.number = 0, .qos = 1, .keyed = true},
    {.number = 1, .qos = 1, .bulk = 50, .pause = milliseconds(12)},
    {.number = 2, .qos = 2, .bulk = 20, .pause = milliseconds(12)},
    {.number = 3, .qos = 1, .bulk = 60, .lines = true, .pause = milliseconds(12)},
    {.number = 4, .qos = 2, .keyed = true, .pause = milliseconds(2)},
    {.number = 5, .qos = 0, .pause = milliseconds(5)},
};

/// Together more than a window of 20.
const std::vector<WriterOptions> large = {
    {.number = numbers::large, .qos = 1, .bulk = 12, .lines = true, .pause = milliseconds(1500)},
    {.number = numbers::large + 1, .qos = 2, .bulk = 10, .pause = milliseconds(1500)},
};

const std::vector<WriterOptions> expiring = {
    {.number = numbers::expiring, .qos = 1, .pause = milliseconds(3)},
    {.number = numbers::expiring + 1, .qos = 2, .bulk = 10, .pause = milliseconds(20)},
};

/// Each message costs a few connections before it is found out, so they come slowly.
const std::vector<WriterOptions> poisoned = {
    {.number = numbers::poisoned, .qos = 1, .pause = milliseconds(2000)},
    {.number = numbers::poisoned + 1, .qos = 2, .pause = milliseconds(2500)},
    {.number = numbers::poisoned + 2, .qos = 0, .pause = milliseconds(3000)},
};

/// Their topics do not tell them apart, so mosquitto's ACL cannot refuse them.
const std::vector<WriterOptions> tainted = {
    {.number = numbers::tainted, .qos = 1, .pause = milliseconds(120)},
    {.number = numbers::tainted + 1, .qos = 2, .pause = milliseconds(160)},
};

}  // namespace

std::vector<WriterOptions> writers_of(const FaultPlan& plan) {
  std::vector<WriterOptions> all = small;
  const auto add = [&all](bool is_wanted, const std::vector<WriterOptions>& more) {
    if (is_wanted) all.insert(all.end(), more.begin(), more.end());
  };
  // During an outage of seconds more would be stored than the run has time to send.
  if (plan.expiring)
    for (WriterOptions& writer : all) writer.pause += milliseconds(15);
  add(plan.large, large);
  add(plan.expiring, expiring);
  add(plan.poison != Poison::none, poisoned);
  add(plan.poison == Poison::closes, tainted);
  for (WriterOptions& writer : all) writer.pause *= sanitized ? 10 : 1;
  return all;
}

std::vector<int> qos_of(const std::vector<WriterOptions>& writers) {
  std::vector<int> levels(numbers::count, 1);
  for (const WriterOptions& writer : writers) levels.at(writer.number) = writer.qos;
  return levels;
}

std::string acl_of(const FaultPlan& plan) {
  if (plan.poison != Poison::forbids) return {};
  std::string acl = "topic readwrite #\n";
  for (const WriterOptions& writer : poisoned) acl += "topic deny " + topic_of({writer.number, 0}) + "\n";
  return acl;
}

}  // namespace bridge::test
