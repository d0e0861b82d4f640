// A client of ours against a broker that says anything, and a connection that is cut anywhere: each byte of
// the input is a step, or part of what the broker says. Whatever comes, a message ends at most once, nothing
// refers to one that has ended, and what is written are packets.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "../codec/decode.h"
#include "../codec/encode.h"
#include "client_protocol.h"

namespace {

using namespace bridge;
using namespace bridge::mqtt;

void check(bool promise) {
  if (!promise) std::abort();
}

class Table : private ProtocolEvents {
 public:
  Table() : protocol_(settings(), *this) {}

  void play(std::string_view input) {
    while (!input.empty()) {
      const auto step = static_cast<unsigned char>(input.front());
      input.remove_prefix(1);
      now_ += std::chrono::milliseconds(step);
      const std::string_view rest = input.substr(0, step % 32);
      switch (step / 32) {
        case 0:
          publish(static_cast<QoS>(step % 3), step);
          break;
        case 1:
          write(step % 8 == 0 ? 100000 : step % 32);
          break;
        case 2:
          open(step % 2 == 0 ? Version::v5 : Version::v3_1_1);
          break;
        case 3:
          if (step % 4 == 0)
            close();
          else
            accept(step % 4 == 1);
          break;
        case 4:
          acknowledge(step);
          break;
        case 5:
          command(step);
          break;
        default:
          input.remove_prefix(rest.size());
          if (is_open_) protocol_.received(rest, now_);
      }
      check(protocol_.in_flight() <= 65535);
    }
    close();
    protocol_.start_anew();
    check(messages_.empty());
  }

 private:
  static ConnectSettings settings() {
    ConnectSettings made;
    made.client_identifier = "me";
    made.maximum_packet_size = 4096;
    made.unanswered_after = std::chrono::milliseconds(300);
    return made;
  }

  void open(Version version) {
    if (is_open_) return;
    version_ = version;
    is_open_ = true;
    written_.clear();
    protocol_.open(version);
  }
  void close() {
    if (!is_open_) return;
    is_open_ = false;
    protocol_.closed();
  }
  /// The broker says yes, with a session or without.
  void accept(bool session_present) {
    Connack connack;
    connack.session_present = session_present;
    connack.properties.receive_maximum = 5;
    receive(connack);
  }
  void acknowledge(unsigned step) {
    static constexpr PacketType types[] = {PacketType::puback, PacketType::pubrec, PacketType::pubcomp,
                                           PacketType::pubrel};
    receive(Acknowledgement{types[step % 4], static_cast<std::uint16_t>(1 + step / 4 % 8), 0, {}});
  }
  void receive(const Packet& packet) {
    std::string bytes;
    encode(bytes, packet, version_);
    if (is_open_) protocol_.received(bytes, now_);
  }
  void publish(QoS qos, unsigned step) {
    if (!protocol_.takes(qos)) return;
    auto message = std::make_unique<Outgoing>();
    message->message = {"t", std::string(step % 5 == 0 ? 20000 : step, 'p'), qos, false, {}};
    if (step % 7 == 0) message->expires_at = now_ + std::chrono::milliseconds(200);
    Outgoing& kept = *message;
    messages_.emplace(&kept, std::move(message));
    protocol_.publish(kept, now_);
  }
  void command(unsigned step) {
    if (!protocol_.is_connected()) {
      if (!is_open_ && step % 2 == 0) protocol_.start_anew();
      return;
    }
    if (step % 8 == 0) protocol_.on_time(now_);
    if (step % 8 == 1) protocol_.ping();
    if (step % 8 == 2) protocol_.disconnect(0);
    if (step % 8 == 3) abandon();
    const Subscription filter{"f", QoS::at_least_once};
    if (step % 8 == 4) protocol_.subscribe({&filter, 1});
  }
  void abandon() {
    const auto found = std::find_if(messages_.begin(), messages_.end(), [](const auto& each) {
      return each.second->message.qos != QoS::at_most_once;
    });
    if (found == messages_.end()) return;
    protocol_.abandon(*found->second);
    messages_.erase(found);
  }
  /// Checks that whole packets are written, whatever the cuts.
  void write(std::size_t limit) {
    if (!is_open_) return;
    std::size_t taken = 0;
    for (const std::string_view part : protocol_.output()) {
      const std::string_view bytes = part.substr(0, limit - taken);
      written_.append(bytes);
      taken += bytes.size();
    }
    if (taken > 0) protocol_.written(taken, now_);
    while (const auto frame = read_frame(written_, 1 << 28)) {
      if (written_.size() < frame->size()) break;
      decode(*frame, written_, version_);
      written_.erase(0, frame->size());
    }
  }

  /// The message is gone: whoever still refers to it is found out by AddressSanitizer.
  void on_published(std::span<const PublishEnd> ends) override {
    for (const PublishEnd& end : ends) check(messages_.erase(end.message) == 1);
  }
  void on_unanswered(Outgoing& message) override { check(messages_.contains(&message)); }
  void on_connack(const ConnackReceived&) override {}
  void on_lowered_qos() override {}
  void on_suback(std::uint64_t, std::span<const std::uint8_t>) override {}
  void on_unsuback(std::uint64_t, std::span<const std::uint8_t>) override {}
  void on_message(const Publish& publish) override { check(publish.payload.size() < 4096); }
  void on_pong() override {}
  void on_disconnect(std::uint8_t, std::string_view) override {}
  void on_fault(std::uint8_t, std::string_view words) override { check(!words.empty()); }

  TimePoint now_{std::chrono::hours(1)};
  std::map<Outgoing*, std::unique_ptr<Outgoing>> messages_;
  ClientProtocol protocol_;
  Version version_ = Version::v5;
  bool is_open_ = false;
  std::string written_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Table table;
  table.play({reinterpret_cast<const char*>(data), size});
  return 0;
}
