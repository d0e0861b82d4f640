#include "differential/differential_run.h"

#include <string>

#include "differential/fault_director.h"
#include "differential/kept_broker.h"
#include "differential/recorder.h"

namespace bridge::test {
namespace {

constexpr std::size_t window = 20;  // messages that are handed over and have not ended
constexpr std::chrono::seconds longest_pause{4};
constexpr int most_stalls_in_a_row = 2;
constexpr LinkFault reset{.kind = LinkFault::Kind::reset};

/// A broker, the way to it, a recorder, and the client that publishes.
class Rig {
 public:
  Rig(const Plan& plan, const ClientMaker& make_client) : plan_(plan), make_client_(make_client) {
    begin_client();
  }

  DifferentialRun run() {
    for (; next_ < plan_.messages.size(); ++next_) {
      director_.look(next_);
      wait_until_open(window - 1);
      client_->publish(plan_.messages[next_]);
    }
    director_.make_an_end(next_);
    wait_until_open(0);
    eventually(within(patience), [&] { return recorder_.connected(); });
    MqttProbe(broker_.port()).publish("end", "", 1);
    recorder_.wait_for_topic("end", within(patience));
    end_client();
    result_.received = recorder_.received();
    result_.retained = retained();
    result_.disturbed = director_.disturbed();
    result_.faults = result_.disturbed.size();
    return std::move(result_);
  }

 private:
  /// A session of MQTT 3.1.1 that began clean ends with its first connection: that one is ended before the
  /// plan begins.
  void begin_client() {
    const std::string number = std::to_string(result_.replaced);
    client_ = make_client_({proxy_.port(), plan_.version, "publisher-" + number});
    eventually(within(patience), [&] { return client_->connected(); });
    cut();
    eventually(within(patience), [&] { return client_->connected(); });
  }

  void end_client() {
    result_.losses += client_->losses();
    result_.failures += client_->failures();
    client_->stop();
  }

  void cut() {
    const int losses = client_->losses();
    proxy_.inject(reset);
    eventually(within(std::chrono::seconds(1)), [&] { return client_->losses() > losses; });
    proxy_.heal();
  }

  /// Waits until at most `most` messages are open. A client that makes no progress gets a new connection; if
  /// that does not help, another takes its place.
  void wait_until_open(std::size_t most) {
    int stalls = 0;
    TimePoint last = Clock::now();
    for (std::size_t open = client_->open(); open > most; pause_between_looks()) {
      director_.look(next_);
      if (const std::size_t now = client_->open(); now != open) {
        open = now;
        last = Clock::now();
        stalls = 0;
      }
      if (Clock::now() - last < longest_pause) continue;
      ++result_.stalls;
      if (++stalls > most_stalls_in_a_row) return replace_client();
      cut();
      last = Clock::now();
    }
  }

  void replace_client() {
    ++result_.replaced;
    result_.given_up += client_->open();
    director_.replaced(next_);
    end_client();
    begin_client();
  }

  std::vector<ReceivedMessage> retained() const {
    MqttProbe probe(broker_.port(), {.client_id = "late"});
    probe.subscribe("kept/#", 2);
    probe.publish("kept/end", "", 1);  // it comes behind the retained messages
    probe.wait_for_topic("kept/end", within(patience));
    std::vector<ReceivedMessage> all = probe.received();
    std::erase_if(all, [](const ReceivedMessage& message) { return message.topic == "kept/end"; });
    return all;
  }

  const Plan& plan_;
  const ClientMaker& make_client_;
  DifferentialRun result_;
  KeptBroker broker_;
  FaultProxy proxy_{broker_.port(), nullptr};
  const Recorder recorder_{broker_.port()};
  std::unique_ptr<PublishingClient> client_;
  FaultDirector director_{plan_, broker_, proxy_, client_, recorder_};
  std::size_t next_ = 0;
};

}  // namespace

DifferentialRun run(const Plan& plan, const ClientMaker& make_client) { return Rig(plan, make_client).run(); }

}  // namespace bridge::test
