#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/seeded_hash.h"
#include "topic_losses.h"

namespace bridge {

/// Protects the connection that all callers share from one caller who publishes to many Topic Names that the
/// broker forbids. mosquitto closes the connection when its ACL forbids a publish, and RefusedTopics knows
/// exact names only: a caller who goes through `secret/1`, `secret/2`, … would cost everybody one
/// reconnection after another. When such losses are many, the guard comes up: it holds back the topics that
/// the broker has never accepted, and has it asked about one of them at a time, and about none for some
/// seconds after a bad answer. It goes down by itself when there are no more such losses.
///
/// Bounded: it knows topics by their hashes, and a new topic may take the place of an old one. Nobody outside
/// can tell which one, since the hash has a key. Not safe from several threads.
class TopicGuard {
 public:
  static constexpr int losses_until_up = static_cast<int>(TopicLosses::many);
  static constexpr std::chrono::seconds within = TopicLosses::within;
  static constexpr std::chrono::seconds stays_up = TopicLosses::stay_many;
  static constexpr std::chrono::seconds after_bad_answer{5};  // before the next question
  static constexpr std::chrono::seconds time_for_an_answer{1};
  static constexpr std::size_t capacity = 8192;
  static constexpr std::size_t neighbours = 4;  // places that a topic may have

  enum class Verdict { pass, ask, hold };

  /// @return `ask` if the message may go out as the question to the broker. An acknowledgement or a loss is
  ///   the answer.
  Verdict verdict(const std::string& topic_name, TimePoint now);
  /// @return true if verdict() would not return `pass`; asks nothing.
  bool holds_back(const std::string& topic_name, TimePoint now) const;

  /// A message was sent, or acknowledged without a word about permission. The topic passes from now on,
  /// unless the connection is lost within a second.
  void sent(const std::string& topic_name, TimePoint now);
  void accepted(const std::string& topic_name);
  void refused(const std::string& topic_name, TimePoint now);
  /// The connection was lost. The loss counts if a topic that was new, asked about or refused a moment ago
  /// may be to blame. @param is_half unless a topic was refused, it counts half: see TopicLosses::lost().
  void lost(LossNumber loss, bool is_half, TimePoint now);
  /// The broker closes the connection at a message of that topic. @param losses those at which it was in
  /// flight; they count as one from now on.
  void convicted(const std::string& topic_name, const LossSet& losses, TimePoint now);
  /// The loss was no answer of the broker's: it was stopped, or restarted.
  void pardon(LossNumber loss) { losses_.pardon(loss); }

 private:
  struct Known {
    std::uint64_t fingerprint = 0;  // 0: none
    TimePoint since{};
  };

  std::uint64_t fingerprint_of(const std::string& topic_name) const { return hash_(topic_name) | 1; }
  static std::size_t first_place_of(std::uint64_t fingerprint);
  Known& place_for(std::uint64_t fingerprint);
  bool knows(std::uint64_t fingerprint) const;
  bool is_up(TimePoint now) const { return losses_.are_many(now); }
  void ask_when_due(bool was_up, TimePoint now);
  void forget(const std::string& topic_name);
  bool forget_those_since(TimePoint when);

  SeededHash hash_;
  std::vector<Known> known_;  // empty until the first topic comes: an idle bridge is small
  TopicLosses losses_;
  TimePoint next_question_{};
  std::uint64_t asked_ = 0;  // the topic that the broker was asked about and has not answered for; 0: none
  TimePoint refused_at_{};
};

}  // namespace bridge
