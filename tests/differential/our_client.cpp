#include <algorithm>
#include <atomic>
#include <list>

#include "bridge/loop/loop.h"
#include "bridge/mqtt/broker_session.h"
#include "differential/publishing_client.h"

namespace bridge::test {
namespace {

class SilentLogger : public Logger {
 public:
  void log(LogLevel, std::string_view) noexcept override {}
  bool enabled(LogLevel) const noexcept override { return false; }
};

MqttSettings settings_for(const ClientOptions& options) {
  MqttSettings settings;
  settings.server = "127.0.0.1";
  settings.port = options.port;
  settings.version = options.version;
  settings.client_id = options.client_id;
  settings.subscribe.clear();
  return settings;
}

/// Does the relay's part for the session: hands messages over in order, and again those of which no byte was
/// written.
class OurClient : public PublishingClient, private SessionObserver {
 public:
  explicit OurClient(const ClientOptions& options)
      : session_(settings_for(options), loop_, logger_, counters_) {
    session_.start(*this, [] { return false; });
    loop_.start();
  }
  ~OurClient() override { loop_.stop(); }

  void publish(const Message& message) override {
    ++open_;
    loop_.post([this, &message] {
      messages_.push_back({next_++, {message, {}, 0}});
      session_.session().ask_for_turn();
    });
  }
  std::size_t open() const override { return open_; }
  bool connected() const override { return session_.connected(); }
  int losses() const override { return losses_; }
  int failures() const override { return failures_; }
  void stop() override { session_.stop(); }

 private:
  struct Sending {
    std::size_t number;
    Outgoing outgoing;
  };
  using Sendings = std::list<Sending>;

  void on_connected(const BrokerLimits&) override {}
  void on_unreachable() override {}
  Resumption on_disconnected(const ConnectionLoss&) override {
    ++losses_;
    return Resumption::resume;
  }
  void on_unanswered(Outgoing&) override {}

  void on_published(std::span<const PublishEnd> ends) override {
    for (const PublishEnd& end : ends) ended(end);
  }

  void ended(const PublishEnd& end) {
    using Kind = PublishOutcome::Kind;
    const auto sending = std::find_if(sent_.begin(), sent_.end(),
                                      [&](const Sending& each) { return &each.outgoing == end.message; });
    const QoS qos = sending->outgoing.message.qos;
    const bool again = (end.outcome.kind == Kind::unsent && qos != QoS::at_most_once) ||
                       (end.outcome.kind == Kind::interrupted && qos == QoS::at_least_once);
    if (again) {
      const auto place = std::find_if(messages_.begin(), messages_.end(),
                                      [&](const Sending& each) { return each.number > sending->number; });
      return messages_.splice(place, sent_, sending);
    }
    if (end.outcome.kind != Kind::accepted && qos != QoS::at_most_once) ++failures_;
    sent_.erase(sending);
    --open_;
  }

  TimePoint on_turn(TimePoint now) override {
    Session& session = session_.session();
    while (!messages_.empty() && session.takes(messages_.front().outgoing.message.qos)) {
      sent_.splice(sent_.end(), messages_, messages_.begin());
      session.publish(sent_.back().outgoing);
    }
    return now + std::chrono::seconds(1);
  }

  SilentLogger logger_;
  Counters counters_;
  Loop loop_;
  BrokerSession session_;
  Sendings messages_;  // not handed over to the session
  Sendings sent_;      // handed over to it
  std::size_t next_ = 0;
  std::atomic<std::size_t> open_ = 0;
  std::atomic<int> losses_ = 0;
  std::atomic<int> failures_ = 0;
};

}  // namespace

std::unique_ptr<PublishingClient> our_client(const ClientOptions& options) {
  return std::make_unique<OurClient>(options);
}

}  // namespace bridge::test
