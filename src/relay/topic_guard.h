#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/seeded_hash.h"

namespace bridge {

/// Holds back Topic Names that were never accepted, for as long as publishes to such cost the connection
/// that all callers share. mosquitto closes it when its ACL forbids a publish, and RefusedTopics knows exact
/// names only: without the guard, one caller who goes through `secret/1`, `secret/2`, … would hold everybody
/// in an endless reconnect. While it is up, the broker is asked about one new topic at a time, and after a
/// bad answer about none for a while. Bounded: it knows topics by their hashes, and a new one may take the
/// place of an old one; which one, nobody outside can tell, since the hash has a key. Not safe from several
/// threads.
class TopicGuard {
 public:
  static constexpr int losses_until_up = 4;  // fewer may be an accident
  static constexpr std::chrono::seconds within{10};
  static constexpr std::chrono::seconds stays_up{10};         // after the last such loss
  static constexpr std::chrono::seconds after_bad_answer{5};  // before the next question
  static constexpr std::chrono::seconds time_for_an_answer{1};
  static constexpr std::size_t capacity = 8192;
  static constexpr std::size_t neighbours = 4;  // places that a topic may have

  enum class Verdict { pass, ask, hold };

  TopicGuard() : known_(capacity) {}

  /// `ask`: the message goes out as the question, which only an acknowledgement answers.
  Verdict verdict(const std::string& topic_name, TimePoint now);
  /// Like verdict(), but does not begin a question.
  bool holds_back(const std::string& topic_name, TimePoint now) const;

  /// A message was sent, or acknowledged in a way that says nothing about permission. The topic counts as
  /// accepted if the connection outlives it by a second.
  void sent(const std::string& topic_name, TimePoint now);
  void accepted(const std::string& topic_name);
  void refused(const std::string& topic_name, TimePoint now);
  /// The connection was lost.
  void lost(TimePoint now);
  /// The last loss was no answer of the broker's: it was stopped, or restarted.
  void pardon();

 private:
  struct Known {
    std::uint64_t fingerprint = 0;  // 0: none
    TimePoint since{};
  };

  std::uint64_t fingerprint_of(const std::string& topic_name) const { return hash_(topic_name) | 1; }
  static std::size_t first_place_of(std::uint64_t fingerprint);
  Known& place_for(std::uint64_t fingerprint);
  bool knows(std::uint64_t fingerprint) const;
  bool is_up(TimePoint now) const { return now < up_until_; }
  bool forget_those_since(TimePoint when);

  SeededHash hash_;
  std::vector<Known> known_;
  TimePoint up_until_{};
  TimePoint next_question_{};
  std::uint64_t asked_ = 0;  // and not answered
  TimePoint refused_at_{};
  std::array<TimePoint, losses_until_up> losses_{};  // the last ones that were to blame on a topic, a ring
  std::size_t next_loss_ = 0;
  bool may_pardon_ = false;   // the last loss was counted
  TimePoint up_before_it_{};  // up_until_ before it
};

}  // namespace bridge
