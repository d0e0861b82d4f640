#include "fault_run.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "run_writers.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

constexpr const char* id_property = "stored-as";
constexpr auto recovery_patience = std::chrono::seconds(6);
constexpr auto drain_patience = std::chrono::seconds(30);
constexpr auto soon = std::chrono::seconds(5);

constexpr const char* page_of_dead_letters = "/outbox/dead?limit=100";
constexpr auto calm = milliseconds(2500);  // longer than the shorter messages last
constexpr std::size_t rate_for_large = 5000000;
constexpr std::size_t closings_for_one =
    3;  // poisoned message, unless another loss or a restart comes between

}  // namespace

FaultRun::FaultRun(FaultPlan plan, Tampering tampering)
    : plan_(std::move(plan)),
      cast_(writers_of(plan_)),
      ledger_(qos_of(cast_)),
      witness_(ledger_, id_property),
      broker_({.acl = acl_of(plan_)}),
      proxy_(broker_.port(), &witness_, plan_.poison == Poison::closes ? &gate_ : nullptr),
      tampering_(proxy_.port(), tampering),
      bridge_(bridge_options()) {
  if (plan_.large) proxy_.limit_rate(rate_for_large);
  ledger_.allow_stalls_of(plan_.longest_stall());
  if (plan_.kills_broker()) return;
  subscriber_ = std::make_unique<MqttProbe>(broker_.port(), ProbeOptions{.client_id = "subscriber"});
  if (subscriber_->subscribe("faults/#", 0) != 0) throw std::runtime_error("the subscriber was refused");
}

FaultRun::~FaultRun() { stop_writers(); }

BridgeOptions FaultRun::bridge_options() {
  BridgeOptions options{.keep_state = true, .transport = Transport::http};
  options.mqtt_port = tampering_.is_on() ? tampering_.port() : proxy_.port();
  options.mqtt = "subscribe = []\nack_timeout = 1\nconnect_timeout = 1\ndead_after = 2\nversion = " +
                 std::to_string(plan_.version) + "\n";
  options.http = "max_body = 16777216\n";
  options.more = "[publish]\nwindow = " + std::to_string(plan_.window) +
                 "\n[outbox]\nmax_messages = " + std::to_string(plan_.most_messages) +
                 "\nmin_free = 0\nid_property = \"" + id_property + "\"\n";
  options.environment = [this](const std::string& state_dir) { return disk_.environment(state_dir); };
  if (plan_.loses_power()) disk_.prepare_loss_of_power();
  return options;
}

void FaultRun::start_writers() {
  for (const WriterOptions& options : cast_) {
    writers_.push_back(std::make_unique<Writer>(options, bridge_.endpoint(), ledger_, outages_));
    threads_.emplace_back([this, writer = writers_.back().get()] { writer->write(enough_); });
  }
}

void FaultRun::stop_writers() {
  enough_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

RunResult FaultRun::run() {
  start_writers();
  std::thread disk([this] { strike_disk_as_planned(); });
  for (const Blow& blow : plan_.blows) strike(blow);
  disk.join();
  if (plan_.expiring) keep_calm();
  stop_writers();
  finish();
  return result();
}

void FaultRun::strike(const Blow& blow) {
  std::this_thread::sleep_for(blow.before);
  switch (blow.kind) {
    case Blow::Kind::link:
      proxy_.inject(blow.link);
      std::this_thread::sleep_for(blow.length);
      witness_.expect_confirmation();
      proxy_.heal();
      return await_recovery(Clock::now());
    case Blow::Kind::broker_killed:
      broker_.kill();
      proxy_.refuse(true);
      std::this_thread::sleep_for(blow.length);
      broker_.start();
      witness_.expect_confirmation();
      proxy_.refuse(false);
      return await_recovery(Clock::now());
    case Blow::Kind::broker_frozen:
      broker_.freeze();
      std::this_thread::sleep_for(blow.length);
      witness_.expect_confirmation();
      broker_.thaw();
      return await_recovery(Clock::now());
    case Blow::Kind::bridge_killed:
    case Blow::Kind::bridge_stopped:
    case Blow::Kind::power_lost:
      break;
  }
  strike_bridge(blow);
}

void FaultRun::strike_bridge(const Blow& blow) {
  ++outages_;
  if (blow.kind == Blow::Kind::bridge_stopped) {
    bridge_.stop();
  } else {
    bridge_.kill();
  }
  log_ += bridge_.output().text();
  if (blow.kind == Blow::Kind::power_lost) disk_.lose_power(bridge_.state_dir(), blow.share);
  std::this_thread::sleep_for(blow.length);
  witness_.expect_confirmation();
  const TimePoint started_at = Clock::now();
  ++outages_;
  bridge_.start(BridgeProcess::Wait::serving);
  await_recovery(started_at);
}

/// Waits until the bridge sends and has confirmed again. A disk that failed meanwhile delays that: confirmed
/// messages cannot be forgotten, and the window fills. So does a machine that is busy with other things,
/// once at a time.
void FaultRun::await_recovery(TimePoint healed_at) {
  machine_.take_longest();
  const auto confirmed_at = witness_.wait_for_confirmation(within(recovery_patience));
  if (!confirmed_at) return recoveries_.push_back(std::nullopt);
  const TimePoint disk_healed_at{Clock::duration(disk_healed_at_)};
  const TimePoint from = disk_healed_at < *confirmed_at ? std::max(healed_at, disk_healed_at) : healed_at;
  const milliseconds time = std::chrono::duration_cast<milliseconds>(*confirmed_at - from);
  recoveries_.emplace_back(std::max(milliseconds{0}, time - machine_.take_longest()));
}

void FaultRun::strike_disk_as_planned() {
  for (const DiskBlow& blow : plan_.disk_blows) strike_disk(blow);
}

void FaultRun::strike_disk(const DiskBlow& blow) {
  using Control = FaultyDiskControl;
  std::this_thread::sleep_for(blow.before);
  switch (blow.kind) {
    case DiskBlow::Kind::sync_fails:
      disk_.fail(Control::syncs, EIO);
      break;
    case DiskBlow::Kind::write_fails:
      disk_.fail(Control::writes, EIO);
      break;
    case DiskBlow::Kind::no_space:
      disk_.leave_room_for(20000);
      break;
    case DiskBlow::Kind::all_fails:
      disk_.fail(Control::syncs | Control::writes | Control::truncations, EIO);
      break;
  }
  std::this_thread::sleep_for(blow.length);
  disk_.heal();
  disk_healed_at_ = Clock::now().time_since_epoch().count();
}

/// If nothing is poisoned, no message waits meanwhile.
void FaultRun::keep_calm() {
  const bool is_calm = plan_.poison == Poison::none && eventually(within(soon), [this] { return drained(); });
  if (is_calm) ledger_.calm_begins();
  std::this_thread::sleep_for(scaled(calm));
  if (is_calm) ledger_.calm_ends();
}

bool FaultRun::drained() {
  const HttpResponse outbox = bridge_.http().get("/outbox");
  return outbox.status == 200 && outbox.json().value("messages", -1) == 0;
}

void FaultRun::finish() {
  if (plan_.killed_at_the_end) {
    bridge_.kill();
    log_ += bridge_.output().text();
    bridge_.start(BridgeProcess::Wait::serving);
  }
  drained_ = drains();
  // Once more from the disk: refused messages must not come back from there.
  log_ += bridge_.output().text();
  bridge_.kill();
  bridge_.start();
  drained_ = drained_ && drains();
  look_at_dead_letters();
  if (subscriber_) look_at_what_was_seen();
}

/// Waits until the outbox is empty, as long as messages leave it: a busy disk lets few through.
bool FaultRun::drains() {
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  while (fewest > 0) {
    const bool goes_on = eventually(within(drain_patience), [&] {
      const HttpResponse outbox = bridge_.http().get("/outbox");
      const std::int64_t messages = outbox.status == 200 ? outbox.json().value("messages", fewest) : fewest;
      return std::exchange(fewest, std::min(fewest, messages)) > messages;
    });
    if (!goes_on) return false;
  }
  return true;
}

void FaultRun::look_at_dead_letters() {
  HttpClient http = bridge_.http();
  std::string after;
  do {
    const auto page = http.get(page_of_dead_letters + after).json().at("dead_letters");
    after.clear();
    for (const auto& letter : page) {
      const std::string id = letter.at("id");
      ledger_.dead(id);
      log_ += "dead letter " + id + " of " + letter.at("topic").get<std::string>() + ": " +
              letter.at("reason_code").dump() + "\n";
      after = "&after=" + id;
    }
  } while (!after.empty());
}

void FaultRun::look_at_what_was_seen() {
  std::size_t looked_at = 0;
  eventually(within(soon), [&] {
    const std::vector<ReceivedMessage> received = subscriber_->received();
    for (bool damaged = false; looked_at < received.size(); ++looked_at) {
      const auto name = name_of(received[looked_at].topic, received[looked_at].payload, damaged);
      if (name) ledger_.seen(*name);
    }
    return ledger_.all_confirmed_are_seen();
  });
}

RunResult FaultRun::result() const {
  RunResult result{.seed = plan_.seed, .totals = ledger_.compare(subscriber_ != nullptr)};
  result.window = plan_.window;
  result.crashes = witness_.connections_used();
  result.losses = static_cast<std::size_t>(std::count_if(plan_.blows.begin(), plan_.blows.end(),
                                                         [](const Blow& blow) { return !blow.is_calm(); }));
  result.is_poisoned = plan_.poison != Poison::none;
  result.closings = gate_.closings();
  result.most_closings_at_one = gate_.most_closings_at_one();
  const std::size_t ends = plan_.blows.size() + (plan_.killed_at_the_end ? 2 : 1);
  result.closings_allowed = closings_for_one * (1 + ends);
  std::vector<std::chrono::microseconds> latencies;
  for (const auto& writer : writers_) {
    latencies.insert(latencies.end(), writer->latencies().begin(), writer->latencies().end());
    result.unanswered += writer->unanswered();
    result.unlike += writer->unlike();
  }
  const auto place = latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() * 99 / 100);
  std::nth_element(latencies.begin(), place, latencies.end());
  if (place != latencies.end()) result.p99 = *place;
  result.disk_failures = disk_.failures();
  result.drained = drained_;
  result.recoveries = recoveries_;
  result.took = since(started_at_);
  return result;
}

std::string FaultRun::evidence() const {
  return ledger_.evidence(subscriber_ != nullptr, 10) + log_ + bridge_.output().text();
}

}  // namespace bridge::test
