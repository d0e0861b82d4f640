#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mqtt/codec/decode.h"
#include "mqtt/codec/encode.h"

namespace bridge::mqtt {

/// A broker as the specification has it (MQTT 5.0, 4.3) that books all messages that come. It answers when
/// it is told to, in any order.
class ModelBroker {
 public:
  /// Messages by number: a payload begins with its number, and goes on with one letter.
  struct Book {
    std::map<int, int> taken;            // times that QoS 1 and 2 were passed on, or QoS 0 came
    std::vector<int> first_arrivals[3];  // by QoS, in their order
    std::set<int> refused;
  };

  explicit ModelBroker(Version version) : version_(version) {}

  void begin_connection(std::size_t receive_maximum) {
    receive_maximum_ = receive_maximum;
    arrived_.clear();
    answers_.clear();
    unacknowledged_.clear();
    connect_.reset();
  }
  void forget_session() { qos2_.clear(); }
  struct Asked {
    bool clean_start = false;
  };
  const std::optional<Asked>& connect() const { return connect_; }
  const Book& book() const { return book_; }

  void read(std::string_view bytes) {
    arrived_.append(bytes);
    while (const auto frame = read_frame(arrived_, std::size_t{1} << 28U)) {
      if (arrived_.size() < frame->size()) return;
      take(decode(*frame, arrived_, version_));
      arrived_.erase(0, frame->size());
    }
  }

  bool has_answers() const { return !answers_.empty(); }
  std::size_t answers() const { return answers_.size(); }
  /// Appends one of its answers.
  void answer(std::size_t index, std::string& out) {
    const Acknowledgement answer = answers_[index];
    answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(index));
    const bool is_last = answer.type != PacketType::pubrec || answer.reason_code >= 0x80;
    if (is_last) unacknowledged_.erase(answer.packet_identifier);
    encode(out, answer, version_);
  }
  /// The next message of QoS 1 or 2 that comes is refused.
  void refuse_next() { refuses_next_ = true; }

 private:
  void take(const Packet& packet) {
    if (std::holds_alternative<Connect>(packet)) connect_ = Asked{std::get<Connect>(packet).clean_start};
    if (const auto* const publish = std::get_if<Publish>(&packet)) take(*publish);
    if (const auto* const acknowledgement = std::get_if<Acknowledgement>(&packet)) take(*acknowledgement);
  }

  void take(const Publish& publish) {
    const int number = std::stoi(std::string(publish.payload));
    check_payload(publish.payload, number);
    auto& arrivals = book_.first_arrivals[static_cast<std::size_t>(publish.qos)];
    if (!publish.dup || std::find(arrivals.begin(), arrivals.end(), number) == arrivals.end())
      arrivals.push_back(number);
    if (publish.qos == QoS::at_most_once) {
      ++book_.taken[number];
      return;
    }
    unacknowledged_.insert(publish.packet_identifier);
    EXPECT_LE(unacknowledged_.size(), receive_maximum_) << "more than the Receive Maximum";
    const bool is_qos2 = publish.qos == QoS::exactly_once;
    const bool is_repeated = is_qos2 && qos2_.contains(publish.packet_identifier);
    const bool refuses = std::exchange(refuses_next_, false) && !is_repeated && version_ == Version::v5;
    EXPECT_TRUE(!is_repeated || qos2_[publish.packet_identifier] == number)
        << "an identifier has two messages";
    if (refuses)
      book_.refused.insert(number);
    else if (!is_repeated)
      ++book_.taken[number];
    if (is_qos2 && !refuses) qos2_[publish.packet_identifier] = number;
    answers_.push_back({is_qos2 ? PacketType::pubrec : PacketType::puback,
                        publish.packet_identifier,
                        static_cast<std::uint8_t>(refuses ? 0x87 : 0),
                        {}});
  }

  void take(const Acknowledgement& pubrel) {
    EXPECT_EQ(pubrel.type, PacketType::pubrel);
    const bool is_known = qos2_.erase(pubrel.packet_identifier) > 0;
    const bool says_unknown = !is_known && version_ == Version::v5;
    answers_.push_back({PacketType::pubcomp,
                        pubrel.packet_identifier,
                        static_cast<std::uint8_t>(says_unknown ? 0x92 : 0),
                        {}});
  }

  static void check_payload(std::string_view payload, int number) {
    const std::string name = std::to_string(number) + ":";
    EXPECT_TRUE(payload.starts_with(name));
    const auto letter = static_cast<char>('a' + number % 26);
    EXPECT_EQ(payload.find_first_not_of(letter, name.size()), std::string_view::npos)
        << "the payload of message " << number << " was changed";
  }

  Version version_;
  std::size_t receive_maximum_ = 0;
  std::string arrived_;
  std::optional<Asked> connect_;
  std::vector<Acknowledgement> answers_;    // that are due
  std::set<std::uint16_t> unacknowledged_;  // on this connection
  std::map<std::uint16_t, int> qos2_;       // the session's: identifiers that wait for PUBREL
  bool refuses_next_ = false;
  Book book_;
};

}  // namespace bridge::mqtt
