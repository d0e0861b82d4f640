#pragma once

#include <deque>
#include <random>
#include <string>

#include "packet.h"
#include "property_table.h"
#include "reason_codes.h"

namespace bridge::mqtt {

/// Makes packets that the specification allows, of all types and in both versions, from a seed. The texts to
/// which they refer live as long as this object.
class RandomPacket {
 public:
  explicit RandomPacket(unsigned seed) : random_(seed) {}

  Packet next(Version version) {
    version_ = version;
    switch (below(version == Version::v5 ? 15U : 14U)) {
      case 0:
        return connect();
      case 1:
        return connack();
      case 2:
        return publish();
      case 3:
        return acknowledgement(PacketType::puback);
      case 4:
        return acknowledgement(PacketType::pubrec);
      case 5:
        return acknowledgement(PacketType::pubrel);
      case 6:
        return acknowledgement(PacketType::pubcomp);
      case 7:
        return subscribe();
      case 8:
        return Suback{identifier(), properties(PacketType::suback), codes(PacketType::suback)};
      case 9:
        return Unsubscribe{identifier(), properties(PacketType::unsubscribe), filters()};
      case 10:
        return Unsuback{identifier(), properties(PacketType::unsuback),
                        is_v5() ? codes(PacketType::unsuback) : std::vector<std::uint8_t>{}};
      case 11:
        return Pingreq{};
      case 12:
        return Pingresp{};
      case 13:
        return Disconnect{code(PacketType::disconnect), properties(PacketType::disconnect)};
      default:
        return auth();
    }
  }

 private:
  bool is_v5() const { return version_ == Version::v5; }
  bool flip() { return below(2U) == 1; }
  template <typename Number>
  Number below(Number end) {
    return static_cast<Number>(std::uniform_int_distribution<std::uint64_t>(0, end - 1)(random_));
  }
  template <typename Number>
  Number any_but_0() {
    return static_cast<Number>(1 + below(std::numeric_limits<Number>::max()));
  }
  std::uint16_t identifier() { return any_but_0<std::uint16_t>(); }
  QoS qos() { return static_cast<QoS>(below(3U)); }

  std::string_view text() {
    static constexpr std::string_view characters[] = {
        "a", "/", "$", " ", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x9A\x80"};
    std::string& made = texts_.emplace_back();
    for (std::size_t i = below(8U) == 0 ? below(400U) : below(6U); i > 0; --i) made += characters[below(7U)];
    return made;
  }
  std::string_view topic() {
    const std::string_view made = text();
    return made.empty() ? "t" : made;
  }
  std::string_view data() {
    std::string& made = texts_.emplace_back();
    for (std::size_t i = below(20U) == 0 ? below(40'000U) : below(6U); i > 0; --i)
      made += static_cast<char>(below(256U));
    return made;
  }

  std::uint8_t code(PacketType type) {
    if (!is_v5() && type != PacketType::suback) return 0;
    while (true) {
      const auto made = static_cast<std::uint8_t>(below(256U));
      if (is_taken(type, made, version_) && flip()) return made;
    }
  }
  std::vector<std::uint8_t> codes(PacketType type) {
    std::vector<std::uint8_t> made(1 + below(5U));
    for (std::uint8_t& each : made) each = code(type);
    return made;
  }
  std::vector<std::string_view> filters() {
    std::vector<std::string_view> made(1 + below(5U));
    for (std::string_view& each : made) each = topic();
    return made;
  }

  /// Some of the properties that may stand at `place`.
  Properties properties(PropertyPlace place) {
    Properties made;
    if (!is_v5()) return made;
    for (const PropertyRule& rule : property_table())
      if (rule.may_stand_in(place) && flip())
        std::visit([&](auto member) { fill(made.*member, rule, place); }, rule.member);
    return made;
  }
  Properties properties(PacketType type) { return properties(PropertyPlace(type)); }

  template <typename Number>
  void fill(std::optional<Number>& value, const PropertyRule& rule, PropertyPlace) {
    value = rule.value == PropertyValue::zero_or_one ? static_cast<Number>(below(2U)) : any_but_0<Number>();
  }
  void fill(std::optional<std::string_view>& value, const PropertyRule& rule, PropertyPlace) {
    value = rule.value == PropertyValue::any ? data() : topic();
  }
  void fill(std::vector<std::uint32_t>& values, const PropertyRule&, PropertyPlace place) {
    values.resize(place == PropertyPlace(PacketType::publish) ? 1 + below(3U) : 1);
    for (std::uint32_t& each : values) each = 1 + below(268'435'455U);
  }
  void fill(std::vector<std::pair<std::string_view, std::string_view>>& pairs, const PropertyRule&,
            PropertyPlace) {
    pairs.resize(1 + below(4U));
    for (auto& [name, value] : pairs) {
      name = text();
      value = text();
    }
  }

  Packet connect() {
    Connect made;
    made.version = version_;
    made.clean_start = flip();
    made.keep_alive = below<std::uint16_t>(65'535);
    made.properties = properties(PacketType::connect);
    if (!made.properties.authentication_method) made.properties.authentication_data.reset();
    made.client_identifier = text();
    if (flip()) made.will = Will{qos(), flip(), properties(PropertyPlace::will()), topic(), data()};
    if (flip()) made.user_name = text();
    if (flip() && (is_v5() || made.user_name)) made.password = data();
    return made;
  }
  Packet connack() {
    Connack made;
    made.reason_code = is_v5() ? code(PacketType::connack) : static_cast<std::uint8_t>(below(6U));
    made.session_present = made.reason_code == 0 && flip();
    made.properties = properties(PacketType::connack);
    return made;
  }
  Packet publish() {
    Publish made;
    made.qos = qos();
    made.retain = flip();
    if (made.qos != QoS::at_most_once) {
      made.dup = flip();
      made.packet_identifier = identifier();
    }
    made.topic_name = data();
    made.properties = properties(PacketType::publish);
    made.payload = data();
    return made;
  }
  Packet acknowledgement(PacketType type) {
    return Acknowledgement{type, identifier(), code(type), flip() ? properties(type) : Properties{}};
  }
  Packet subscribe() {
    Subscribe made;
    made.packet_identifier = identifier();
    made.properties = properties(PacketType::subscribe);
    for (std::size_t i = 1 + below(4U); i > 0; --i) {
      SubscribeEntry& entry = made.entries.emplace_back();
      entry.topic_filter = topic();
      entry.qos = qos();
      if (!is_v5()) continue;
      entry.no_local = flip();
      entry.retain_as_published = flip();
      entry.retain_handling = static_cast<std::uint8_t>(below(3U));
    }
    return made;
  }
  Packet auth() {
    if (flip()) return Auth{};
    Auth made{code(PacketType::auth), properties(PacketType::auth)};
    made.properties.authentication_method = text();
    return made;
  }

  std::mt19937 random_;
  Version version_ = Version::v5;
  std::deque<std::string> texts_;
};

}  // namespace bridge::mqtt
