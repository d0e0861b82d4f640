#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "client_protocol.h"
#include "model_broker.h"
#include "packet_words.h"

namespace bridge::mqtt {
namespace {

using Kind = PublishOutcome::Kind;

/// Thousands of random steps of a client and a broker with a network between that cuts anywhere: messages of
/// all QoS and sizes, acknowledgements in any order, sessions that are lost, expiries, abandoned messages.
class ModelRun : private ProtocolEvents {
 public:
  ModelRun(unsigned seed, Version version)
      : random_(seed), version_(version), broker_(version), protocol_(settings(), *this) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) step();
    finish();
  }

 private:
  struct Sent {
    std::unique_ptr<Outgoing> outgoing;
    QoS qos = QoS::at_most_once;
  };

  static ConnectSettings settings() {
    ConnectSettings settings;
    settings.client_identifier = "client";
    settings.unanswered_after = std::chrono::hours(1000);
    return settings;
  }

  unsigned one_of(unsigned choices) {
    return std::uniform_int_distribution<unsigned>(0, choices - 1)(random_);
  }

  void step() {
    now_ += std::chrono::milliseconds(one_of(100));
    if (!is_open_) return open();
    switch (one_of(40)) {
      case 0:
        return cut();
      case 1:
        return abandon();
      case 2:
        return broker_.refuse_next();
      default:
        break;
    }
    switch (one_of(4)) {
      case 0:
        return publish();
      case 1:
        return write(one_of(3) == 0 ? 1 + one_of(200) : 100000);
      default:
        return answer();
    }
  }

  void open() {
    is_open_ = true;
    receive_maximum_ = 1 + one_of(30);
    broker_.begin_connection(version_ == Version::v5 ? receive_maximum_ : 65535);
    protocol_.open(version_);
    write(100000);
    if (one_of(10) == 0) return cut();
    ASSERT_TRUE(broker_.connect());
    const bool is_lost = broker_.connect()->clean_start || !has_session_ || one_of(6) == 0;
    if (is_lost) broker_.forget_session();
    Connack connack{!is_lost, 0, {}};
    has_session_ = version_ == Version::v5 || !broker_.connect()->clean_start;
    connack.properties.receive_maximum = static_cast<std::uint16_t>(receive_maximum_);
    std::string bytes;
    encode(bytes, connack, version_);
    receive(bytes);
  }

  void cut() {
    // Bytes on their way reach the broker in part; its answers are lost.
    write(one_of(2) == 0 ? 1 + one_of(3000) : 0);
    is_open_ = false;
    protocol_.closed();
  }

  void publish() {
    const auto qos = static_cast<QoS>(one_of(3));
    if (!protocol_.takes(qos)) return;
    const int number = next_number_++;
    Sent& sent = sent_[number];
    sent.qos = qos_of_[number] = qos;
    sent.outgoing = std::make_unique<Outgoing>();
    Message& message = sent.outgoing->message;
    message.topic_name = std::to_string(number);
    message.qos = qos;
    message.payload = std::to_string(number) + ":";
    message.payload.append(one_of(8) == 0 ? one_of(20000) : one_of(50), static_cast<char>('a' + number % 26));
    if (one_of(8) == 0) {
      message.properties.message_expiry_interval = std::chrono::seconds(1);
      sent.outgoing->expires_at = now_ + std::chrono::seconds(1);
    }
    protocol_.publish(*sent.outgoing, now_);
  }

  void abandon() {
    if (sent_.empty()) return;
    const auto some = sent_.lower_bound(static_cast<int>(one_of(static_cast<unsigned>(next_number_))));
    if (some == sent_.end() || one_of(4) != 0) return;
    protocol_.abandon(*some->second.outgoing);
    poison(some->second);
    sent_.erase(some);
  }

  void write(std::size_t most) {
    std::string bytes;
    for (const std::string_view part : protocol_.output()) {
      if (most == 0) break;
      bytes.append(part.substr(0, most));
      most -= std::min(most, part.size());
    }
    broker_.read(bytes);
    if (!bytes.empty()) protocol_.written(bytes.size(), now_);
  }

  void answer() {
    std::string bytes;
    for (unsigned i = one_of(5); i > 0 && broker_.has_answers(); --i)
      broker_.answer(one_of(2) == 0 ? 0 : one_of(static_cast<unsigned>(broker_.answers())), bytes);
    receive(bytes);
  }

  void receive(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string piece(bytes.substr(0, 1 + one_of(9)));
      bytes.remove_prefix(piece.size());
      protocol_.received(piece, now_);
    }
  }

  /// Everything is answered: all messages must have ended, and the books must agree.
  void finish() {
    while (!is_open_ || !protocol_.is_connected()) {
      if (is_open_) cut();
      open();
    }
    while ((!protocol_.output().empty() || broker_.has_answers()) && !testing::Test::HasFailure()) {
      write(100000);
      std::string bytes;
      while (broker_.has_answers()) broker_.answer(0, bytes);
      receive(bytes);
    }
    EXPECT_EQ(protocol_.in_flight(), 0U);
    EXPECT_TRUE(sent_.empty()) << sent_.begin()->first << " has no end";
    for (const auto& arrivals : broker_.book().first_arrivals)
      EXPECT_TRUE(std::is_sorted(arrivals.begin(), arrivals.end())) << "not in order";
    for (const auto& [number, times] : broker_.book().taken)
      EXPECT_TRUE(times == 1 || (qos_of_[number] == QoS::at_least_once && times > 0))
          << number << " was taken twice";
  }

  /// Changes an ended message: if the client still referred to it, it would send the changed bytes.
  void poison(Sent& sent) {
    std::fill(sent.outgoing->message.payload.begin(), sent.outgoing->message.payload.end(), '\xDD');
    sent.outgoing->message.topic_name = "poisoned";
    graves_.push_back(std::move(sent.outgoing));
    if (graves_.size() > 300) graves_.pop_front();
  }

  // ProtocolEvents
  void on_connack(const ConnackReceived& connack) override { EXPECT_EQ(connack.reason_code, 0); }
  void on_published(std::span<const PublishEnd> ends) override {
    for (const PublishEnd& end : ends) ended(end);
  }
  void ended(const PublishEnd& end) {
    ASSERT_NE(end.message->message.topic_name, "poisoned") << "a message has ended twice, or was abandoned";
    const int number = std::stoi(end.message->message.topic_name);
    const auto found = sent_.find(number);
    ASSERT_NE(found, sent_.end());
    check(number, found->second.qos, end.outcome);
    poison(found->second);
    sent_.erase(found);
  }
  void check(int number, QoS qos, const PublishOutcome& outcome) {
    const bool was_taken = broker_.book().taken.contains(number);
    const bool has_qos0 = qos == QoS::at_most_once;
    EXPECT_FALSE(outcome.kind == Kind::unsent && was_taken) << number;
    EXPECT_FALSE(outcome.kind == Kind::refused && !broker_.book().refused.contains(number)) << number;
    EXPECT_FALSE(outcome.kind == Kind::refused && qos == QoS::exactly_once && was_taken) << number;
    EXPECT_FALSE(outcome.kind == Kind::accepted && !has_qos0 && !was_taken) << number;
    EXPECT_FALSE(outcome.kind == Kind::interrupted && !has_qos0 && !is_open_) << number;
  }
  void on_unanswered(Outgoing&) override { ADD_FAILURE(); }
  void on_lowered_qos() override { ADD_FAILURE(); }
  void on_suback(std::uint64_t, std::span<const std::uint8_t>) override { ADD_FAILURE(); }
  void on_unsuback(std::uint64_t, std::span<const std::uint8_t>) override { ADD_FAILURE(); }
  void on_message(const Publish&) override { ADD_FAILURE(); }
  void on_pong() override { ADD_FAILURE(); }
  void on_disconnect(std::uint8_t, std::string_view) override { ADD_FAILURE(); }
  void on_fault(std::uint8_t, std::string_view words) override { ADD_FAILURE() << words; }

  std::mt19937 random_;
  Version version_;
  ModelBroker broker_;
  ClientProtocol protocol_;
  TimePoint now_{std::chrono::hours(1)};
  bool is_open_ = false;
  bool has_session_ = false;  // the broker's
  unsigned receive_maximum_ = 0;
  int next_number_ = 0;
  std::map<int, Sent> sent_;  // those that have not ended
  std::map<int, QoS> qos_of_;
  std::deque<std::unique_ptr<Outgoing>> graves_;
};

TEST(ModelTest, EndsEachMessageOnceAndInOrderWhateverHappens) {
  for (const Version version : {Version::v5, Version::v3_1_1})
    for (unsigned seed = 0; seed < 30; ++seed) {
      const testing::ScopedTrace which(__FILE__, __LINE__, "seed " + std::to_string(seed));
      ModelRun(seed, version).run(4000);
      if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace bridge::mqtt
