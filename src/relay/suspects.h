#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "excuses.h"
#include "relay_state.h"

namespace bridge {

/// Finds out the message at which the broker closes the connection. Brokers close on what they do not like,
/// mostly without a word: a forbidden topic, too many levels, a property too many. Everybody's messages are
/// in flight then, and all would be sent again for ever.
///
/// At the first loss all is sent again. What was in flight at two in a row is a suspect, and is sent alone:
/// first the broker answers a PINGREQ, so that it has read whatever went before without closing; then the
/// suspect goes out, and nothing behind it until it is acknowledged. A loss then convicts it, and nobody
/// else. Others wait for no longer than `longest_hold` at a time, and go on between; only what follows a
/// suspect on its topic waits behind it (MQTT 5.0, 4.6).
///
/// A caller cannot have another's message convicted: whatever it sends is not under way while a suspect is
/// alone. Nor can a broker that restarts: a longer absence, and a loss without a suspect under way, clear
/// all. A DISCONNECT with a reason that is no message's says less: see Excuses.
class Suspects {
 public:
  static constexpr int losses_until_suspect = 2;
  static constexpr int most_losses = 6;             // in all: beyond them neither absence nor company acquits
  static constexpr std::chrono::seconds blame{10};  // after it was sent; a later loss has another reason
  static constexpr std::chrono::milliseconds first_pause{
      250};  // before it is sent alone; doubles with each loss
  static constexpr std::chrono::seconds longest_pause{10};
  static constexpr std::chrono::milliseconds longest_hold{500};  // of all others
  static constexpr std::chrono::seconds longest_trial{
      2};  // one that is read, and not answered, does not close

  /// Keeps a reference.
  explicit Suspects(RelayState& state) : state_(state) {}

  /// To be called before the ends that come of the loss are told.
  Resumption on_disconnected(const ConnectionLoss& loss);
  void on_connected();

  /// @return true if the broker may have closed the connection at it.
  static bool suspects(const Delivery& delivery);

  /// Puts a delivery where it waits to be sent again: among the others, or alone.
  void redeliver(Delivery& delivery);
  /// Has a new message sent alone, since the broker closed the connection at its topic before.
  void set_apart(Delivery& delivery, std::uint64_t next_sequence);
  bool any() const { return !state_.lanes.suspects.empty() || trial_ != 0; }
  /// @return true if a message that is to be sent among others must wait for a suspect on its topic.
  bool blocks(const Delivery& delivery) const;
  /// Has such a message wait.
  void keep_waiting(Delivery& delivery);

  /// @return true while nothing but the suspect may be sent; to be asked behind next().
  bool holds_others();
  /// The suspect that is to be sent now, alone; null if none is.
  Delivery* next();
  /// @return true if a suspect is under way, and the broker has read all that was sent before it.
  bool one_is_alone() const { return phase_ == Phase::alone; }
  /// The suspect was handed over.
  void sent(const Delivery& delivery);
  /// The broker has decided on a delivery, or its sending has ended otherwise.
  void decided(const Delivery& delivery);
  /// The broker has acknowledged a message.
  void taken(const Delivery& delivery) { excuses_.taken(delivery, state_.now()); }
  /// When next() may have something; TimePoint::max() if that is not a question of time.
  TimePoint next_look() const;

 private:
  enum class Phase {
    none,
    clearing,  // the broker is asked whether it has read all that went before
    clear,     // it has
    alone,     // a suspect is under way, and nothing else was sent since
    among,     // it is, or may be, and other messages are: a loss says little
  };

  std::vector<Delivery*> under_way() const;
  bool sent_qos0_lately() const;
  Resumption judge(const std::vector<Delivery*>& sent, Delivery* tried, const ConnectionLoss& loss);
  Resumption excuse(const std::vector<Delivery*>& sent, Delivery* tried, const ConnectionLoss& loss);
  std::vector<Delivery*> sent_lately(std::vector<Delivery*> sent) const;
  Resumption blame_trial(Delivery& suspect, const ConnectionLoss& loss);
  Resumption blame_all(const std::vector<Delivery*>& sent, const ConnectionLoss& loss);
  static void acquit(Delivery& delivery);
  void acquit_suspects();
  void add(Delivery& delivery);
  void line_up(Delivery& delivery);
  void gather();
  Delivery* first_due();
  void end_long_trial();
  void clear_the_way();

  RelayState& state_;
  Phase phase_ = Phase::none;
  std::uint64_t trial_ = 0;                  // the sequence of the suspect under way; 0: none
  std::uint64_t question_ = 0;               // the number of the last one to the broker
  TimePoint began_{};                        // clearing the way
  TimePoint hold_until_{};                   // the others
  TimePoint sent_at_{};                      // the suspect under way
  TimePoint not_before_ = TimePoint::max();  // the next trial
  TimePoint came_{};                         // the connection
  TimePoint lost_{};
  Excuses excuses_;
};

}  // namespace bridge
