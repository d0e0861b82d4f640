#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "packet_words.h"
#include "protocol_events.h"

namespace bridge::mqtt {

/// Records the events of the protocol, each as a line.
class RecordedEvents : public ProtocolEvents {
 public:
  std::vector<std::string> take() { return std::exchange(lines_, {}); }
  const ConnackReceived& connack() const { return connack_; }
  std::size_t calls_of_on_published() const { return calls_of_on_published_; }

  /// The name of a message in the lines, and a function that is called at its end.
  std::function<std::string(const Outgoing&)> name_of;
  std::function<void(Outgoing&)> on_end = [](Outgoing&) {};
  std::function<void()> during_pong = [] {};

  void on_connack(const ConnackReceived& connack) override {
    connack_ = connack;
    lines_.push_back("connack" + code(connack.reason_code) + (connack.session_present ? " present" : ""));
  }
  void on_published(std::span<const PublishEnd> ends) override {
    static constexpr const char* kinds[] = {"accepted", "refused", "interrupted", "unsent", "expired"};
    ++calls_of_on_published_;
    for (const PublishEnd& end : ends) {
      lines_.push_back(std::string(kinds[static_cast<std::size_t>(end.outcome.kind)]) + " " +
                       name_of(*end.message) + code(end.outcome.reason_code));
      on_end(*end.message);
    }
  }
  void on_unanswered(Outgoing& message) override { lines_.push_back("unanswered " + name_of(message)); }
  void on_lowered_qos() override { lines_.emplace_back("lowered qos"); }
  void on_suback(std::uint64_t request, std::span<const std::uint8_t> codes) override {
    lines_.push_back("suback " + std::to_string(request) + codes_of(codes));
  }
  void on_unsuback(std::uint64_t request, std::span<const std::uint8_t> codes) override {
    lines_.push_back("unsuback " + std::to_string(request) + codes_of(codes));
  }
  void on_message(const Publish& publish) override {
    lines_.push_back("message " + std::string(publish.topic_name) + " " +
                     PacketWords::payload_of(publish.payload));
  }
  void on_pong() override {
    lines_.emplace_back("pong");
    during_pong();
  }
  void on_disconnect(std::uint8_t reason_code, std::string_view reason_string) override {
    lines_.push_back("disconnect" + code(reason_code) + " " + std::string(reason_string));
  }
  void on_fault(std::uint8_t reason_code, std::string_view words) override {
    lines_.push_back("fault" + code(reason_code));
    fault_words = words;
  }

  std::string fault_words;

 private:
  static std::string code(int reason_code) { return PacketWords::code_of(reason_code); }
  static std::string codes_of(std::span<const std::uint8_t> codes) {
    std::string words;
    for (const std::uint8_t one : codes) words += " " + std::to_string(one);
    return words;
  }

  std::vector<std::string> lines_;
  ConnackReceived connack_;
  std::size_t calls_of_on_published_ = 0;
};

}  // namespace bridge::mqtt
