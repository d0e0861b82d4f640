#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fakes/manual_clock.h"
#include "fakes/memory_logger.h"
#include "mqtt/codec/decode.h"
#include "mqtt/codec/encode.h"
#include "mqtt/session/session_driver.h"

namespace bridge::mqtt::test {

using namespace std::chrono_literals;

inline Acknowledgement acknowledgement(PacketType type, std::uint16_t identifier) {
  return {type, identifier, 0, {}};
}

/// The network of one test: the bytes that the client wrote, and the state of its connection.
struct TestNetwork {
  std::string written;
  TransportEvents events;
  std::size_t room = static_cast<std::size_t>(-1);  // bytes that the socket takes
  Traffic traffic;
  bool open = false;
  int writes = 0;
};

class TestTransport : public Transport {
 public:
  explicit TestTransport(TestNetwork& network) : network_(network) {}
  void start(TransportEvents events) override {
    network_.written.clear();
    network_.traffic = {};
    network_.events = std::move(events);
    network_.open = true;
  }
  std::size_t write(std::span<const std::string_view> parts) override {
    ++network_.writes;
    std::size_t taken = 0;
    for (const std::string_view part : parts) {
      const std::string_view bytes = part.substr(0, network_.room);
      network_.room -= bytes.size();
      network_.written.append(bytes);
      taken += bytes.size();
    }
    return taken;
  }
  void close() override { network_.open = false; }
  Traffic traffic() const override { return network_.traffic; }

 private:
  TestNetwork& network_;
};

/// A driver whose loop, network, clock and broker are the test's.
class SessionDriverTest : public ::testing::Test, private SessionHost, private SessionObserver {
 protected:
  SessionDriverTest() {
    settings_.client_id = "me";
    settings_.subscribe = {{"a", QoS::at_most_once}};
  }

  void start() {
    SessionHost& host = *this;
    driver_ = std::make_unique<SessionDriver>(settings_, host, clock_, logger_, counters_);
    driver_->start(*this, [this] { return settings_.subscribe.empty(); });
    settle();
  }
  /// Turns the loop until the driver asks for nothing more.
  void settle() {
    while (turn_asked_) {
      turn_asked_ = false;
      driver_->turn();
    }
    disposed_.clear();
  }
  void wait(std::chrono::milliseconds time) {
    const TimePoint end = clock_.now() + time;
    while (wakes_at_ && *wakes_at_ <= end) {
      advance_to(*wakes_at_);
      wakes_at_.reset();
      driver_->on_time();
      settle();
    }
    advance_to(end);
  }
  void advance_to(TimePoint when) {
    if (when > clock_.now())
      clock_.advance(std::chrono::ceil<std::chrono::milliseconds>(when - clock_.now()));
  }
  void lets_in() {
    ASSERT_TRUE(opening_);
    opening_ = false;
    driver_->opened(std::make_unique<TestTransport>(network_));
    settle();
  }
  void fails_to_open(ConnectFailure::Kind kind, const std::string& words) {
    ASSERT_TRUE(opening_);
    opening_ = false;
    driver_->opened(ConnectFailure{kind, words});
    settle();
  }
  void reply(const Packet& packet) {
    std::string bytes;
    encode(bytes, packet, version_);
    network_.traffic.received += bytes.size();
    network_.traffic.received_at = clock_.now();
    network_.events.on_received(bytes);
    settle();
  }
  void close_connection(bool by_peer = true) {
    network_.open = false;
    network_.events.on_closed({by_peer, by_peer ? "closed by the broker" : "no route to host"});
    settle();
  }
  void connect(const Connack& connack = {}) {
    start();
    lets_in();
    reply(connack);
  }
  /// The next packet that the client has written.
  template <class Kind>
  Kind next() {
    const auto frame = read_frame(network_.written, 1 << 28);
    if (!frame || frame->size() > network_.written.size())
      return ADD_FAILURE() << "nothing was written", Kind();
    packets_.push_back(network_.written.substr(0, frame->size()));
    network_.written.erase(0, frame->size());
    const Packet packet = decode(*frame, packets_.back(), version_);
    const Kind* wanted = std::get_if<Kind>(&packet);
    if (wanted == nullptr) return ADD_FAILURE() << "another packet was written", Kind();
    return *wanted;
  }
  Outgoing& message(const std::string& payload, QoS qos) {
    messages_.push_back(std::make_unique<Outgoing>());
    messages_.back()->message = {"t", payload, qos, false, {}};
    return *messages_.back();
  }
  void publish(const std::string& payload, QoS qos) {
    wanted_.push_back(&message(payload, qos));
    driver_->ask_for_turn();
    settle();
  }
  int logged(const std::string& part) const {
    return static_cast<int>(
        std::count_if(logger_.lines.begin(), logger_.lines.end(),
                      [&](const std::string& line) { return line.find(part) != std::string::npos; }));
  }

  MqttSettings settings_;
  ManualClock clock_;
  MemoryLogger logger_;
  Counters counters_;
  TestNetwork network_;
  Version version_ = Version::v5;
  std::unique_ptr<SessionDriver> driver_;
  std::deque<std::string> packets_;  // bytes to which decoded packets refer

  // Told to the observer.
  std::vector<std::string> told_;
  std::vector<ConnectionLoss> losses_;
  Resumption answer_ = Resumption::resume;
  std::deque<Outgoing*> wanted_;  // to be handed over at the next turn
  TimePoint wants_turn_at_ = TimePoint::max();
  int turns_ = 0;

  // Asked of the host.
  bool opening_ = false;
  std::size_t server_ = 0;
  bool turn_asked_ = false;
  std::optional<TimePoint> wakes_at_;

 private:
  void ask_for_turn() override { turn_asked_ = true; }
  void wake_at(TimePoint when) override {
    if (!wakes_at_ || when < *wakes_at_) wakes_at_ = when;
  }
  void open(std::size_t server, std::chrono::milliseconds) override {
    opening_ = true;
    server_ = server;
  }
  void cancel_open() override { opening_ = false; }
  void dispose(std::unique_ptr<Transport> transport) override { disposed_.push_back(std::move(transport)); }

  void on_connected(const BrokerLimits& limits) override {
    told_.push_back("connected with " + std::to_string(limits.protocol_version));
  }
  void on_unreachable() override { told_.emplace_back("unreachable"); }
  Resumption on_disconnected(const ConnectionLoss& loss) override {
    told_.emplace_back("disconnected");
    losses_.push_back(loss);
    return answer_;
  }
  void on_published(std::span<const PublishEnd> ends) override {
    for (const PublishEnd& end : ends)
      told_.push_back(end.message->message.payload + " " +
                      std::to_string(static_cast<int>(end.outcome.kind)));
  }
  void on_unanswered(Outgoing& outgoing) override {
    told_.push_back("unanswered " + outgoing.message.payload);
  }
  TimePoint on_turn(TimePoint) override {
    ++turns_;
    while (!wanted_.empty() && driver_->takes(wanted_.front()->message.qos)) {
      driver_->publish(*wanted_.front());
      wanted_.pop_front();
    }
    return wants_turn_at_;
  }

  std::vector<std::unique_ptr<Outgoing>> messages_;
  std::vector<std::unique_ptr<Transport>> disposed_;
};

}  // namespace bridge::mqtt::test
