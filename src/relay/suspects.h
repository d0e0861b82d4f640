#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "excuses.h"
#include "relay_state.h"

namespace bridge {

/// Finds the message at which the broker closes the connection. Brokers close it, mostly without a word, for
/// a forbidden topic, too many levels or one property too many. The messages of all callers are in flight
/// then. Without this class all of them would be sent again for ever, the bad one among them.
///
/// After the first loss all messages are sent again. A message that was in flight at two losses in a row is
/// a suspect, and is sent alone. First the broker answers a PINGREQ: it has then read all earlier messages
/// without closing. Then the suspect goes out, and no other message follows before it is acknowledged. A
/// loss in this time convicts the suspect. The other messages wait for at most `longest_hold` at a time, and
/// go out between two trials. Later messages on a suspect's own topic wait behind it (MQTT 5.0, 4.6).
///
/// A caller cannot have the message of another convicted, since the broker reads no message but the suspect
/// while it is alone. Neither can a broker that restarts: all suspects are acquitted after a longer absence,
/// and after a loss at which none of them was under way. A DISCONNECT with a reason that has nothing to do
/// with messages says less: see Excuses.
class Suspects {
 public:
  static constexpr int losses_until_suspect = 2;
  /// A message with so many losses in all is not acquitted by an absence of the broker, and one with more in
  /// a row is convicted although it was not sent alone.
  static constexpr int most_losses = 6;
  /// A loss has another reason than a message that was sent longer ago.
  static constexpr std::chrono::seconds longest_blame{10};
  /// The pause before a suspect is sent alone; it doubles with each loss.
  static constexpr std::chrono::milliseconds first_pause{250};
  static constexpr std::chrono::seconds longest_pause{10};
  /// The time for which a suspect keeps all other messages waiting.
  static constexpr std::chrono::milliseconds longest_hold{500};
  /// The caller of a suspect that can be stored is answered after so long.
  static constexpr std::chrono::milliseconds longest_wait{1800};
  /// The broker has read a suspect that it has not acknowledged by then, and has not closed the connection.
  static constexpr std::chrono::seconds longest_trial{2};

  /// Keeps a reference.
  explicit Suspects(RelayState& state) : state_(state) {}

  /// Must be called after RelayState::link was told of the loss, and before the session tells of the messages
  /// that it has interrupted. @return `start_anew` if these are to be sent again one by one.
  Resumption on_disconnected(const ConnectionLoss& loss);
  void on_connected();
  /// @return true if a message is in flight that would cost two losses until it is found out.
  bool may_cost_two_losses() const;

  /// @return true if the broker may have closed the connection at it.
  static bool is_suspect(const Delivery& delivery);

  /// Has a delivery wait to be sent again: in the lane for redelivery, or among the suspects.
  void redeliver(Delivery& delivery);
  /// Makes a message a suspect: the broker closed the connection at its topic before, or it was in flight
  /// when new topics were held back, and its topic is new.
  void set_apart(Delivery& delivery, std::uint64_t next_sequence);
  bool any() const { return !state_.lanes.suspects.empty() || trial_ != 0; }
  /// @return true if the message must wait, since a suspect has the same topic.
  bool blocks(const Delivery& delivery) const;
  /// Has a message wait that blocks() is true of.
  void keep_waiting(Delivery& delivery);

  /// @return true while no message but the suspect may be sent. Must be called after next().
  bool holds_others();
  /// @return the suspect to be sent now, alone; null if there is none.
  Delivery* next();
  /// @return true if a suspect is under way, and the broker has read all that was sent before it.
  bool one_is_alone() const { return phase_ == Phase::alone; }
  /// The suspect was handed over.
  void sent(const Delivery& delivery);
  /// The broker has decided on a delivery, or its sending has ended otherwise.
  void decided(const Delivery& delivery);
  /// The broker has acknowledged a message.
  void taken(const Delivery& delivery) { excuses_.taken(delivery, state_.now()); }
  /// @return the time from which next() may return a suspect; TimePoint::max() if it waits for no time.
  TimePoint next_look() const;

 private:
  enum class Phase {
    none,
    clearing,  // the broker was sent a PINGREQ behind all earlier messages, and has not answered it
    clear,     // the broker has answered
    alone,     // a suspect is under way, and no other message was sent after it
    among,     // a suspect may be under way, and other messages are: a loss says little
  };

  std::vector<Delivery*> under_way() const;
  bool was_sent_lately(const Delivery& delivery, TimePoint now) const;
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
  void shorten_wait(Delivery& delivery);
  void gather();
  Delivery* first_due();
  void end_long_trial();
  void clear_the_way();

  RelayState& state_;
  Phase phase_ = Phase::none;
  std::uint64_t trial_ = 0;                  // the sequence of the suspect under way; 0: none
  std::uint64_t question_ = 0;               // the number of the last PINGREQ
  TimePoint began_{};                        // when that PINGREQ was sent
  TimePoint hold_until_{};                   // when the other messages go on at the latest
  TimePoint sent_at_{};                      // when the suspect under way was sent
  TimePoint not_before_ = TimePoint::max();  // when the next trial may begin
  TimePoint came_{};                         // when the connection was made
  TimePoint lost_{};                         // when the last one was lost
  Excuses excuses_;
};

}  // namespace bridge
