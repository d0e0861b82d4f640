#include "suspects.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>

#include "bridge/core/seeded_hash.h"
#include "loss_blame.h"

namespace bridge {
namespace {

std::chrono::milliseconds pause_before_trial(int losses) {
  const int doublings = std::clamp(losses - Suspects::losses_until_suspect, 0, 10);
  return std::min<std::chrono::milliseconds>(Suspects::first_pause * (1 << doublings),
                                             Suspects::longest_pause);
}

void note_loss(Delivery& delivery, const ConnectionLoss& loss) {
  Delivery::Trouble& trouble = delivery.trouble;
  trouble.repeated = true;
  ++trouble.interruptions;
  trouble.last = Delivery::Trouble::Last::lost;
  trouble.last_code = loss.kind == ConnectionLoss::Kind::disconnected ? loss.reason_code : 0;
}

}  // namespace

bool Suspects::is_suspect(const Delivery& delivery) {
  const Blame& blame = delivery.blame;
  return blame.losses >= losses_until_suspect || blame.losses_in_all >= most_losses ||
         blame.excused >= Excuses::until_suspect;
}

/// @return the messages that the session has, and those of QoS 0 that the broker may still be reading, in the
///   order of sending.
std::vector<Delivery*> Suspects::under_way() const {
  std::vector<Delivery*> all;
  state_.sent.for_each([&all](Delivery& delivery) { all.push_back(&delivery); });
  std::sort(all.begin(), all.end(),
            [](const Delivery* a, const Delivery* b) { return a->sequence < b->sequence; });
  return all;
}

/// QoS 0 that is not stored ends with the connection, at its first loss.
bool Suspects::may_cost_two_losses() const {
  bool any = false;
  state_.sent.for_each([&](const Delivery& delivery) {
    const bool is_sent_again = delivery.asked_qos != QoS::at_most_once || !delivery.is_in_memory_only();
    any = any || (is_sent_again && was_sent_lately(delivery, state_.now()));
  });
  return any;
}

bool Suspects::was_sent_lately(const Delivery& delivery, TimePoint now) const {
  return now - std::max(delivery.sent_at, came_) < longest_blame;
}

Resumption Suspects::on_disconnected(const ConnectionLoss& loss) {
  lost_ = state_.now();
  ++question_;
  const std::vector<Delivery*> sent = under_way();
  for (Delivery* const delivery : sent) {
    note_loss(*delivery, loss);
    delivery->blame.in_flight_at.add(state_.link.last_loss());
  }
  const auto found = std::find_if(sent.begin(), sent.end(),
                                  [this](const Delivery* delivery) { return delivery->sequence == trial_; });
  Delivery* const tried = found == sent.end() ? nullptr : *found;
  const Resumption resumption = judge(sent, tried, loss);
  excuses_.lost(sent, lost_);
  return resumption;
}

Resumption Suspects::judge(const std::vector<Delivery*>& sent, Delivery* tried, const ConnectionLoss& loss) {
  if (is_excused(loss)) return excuse(sent_lately(sent), tried, loss);
  if (!may_blame_a_message(loss)) {
    phase_ = tried == nullptr ? Phase::none : Phase::among;  // it is resumed together with others
    return Resumption::resume;
  }
  if (tried != nullptr) return blame_trial(*tried, loss);
  phase_ = Phase::none;
  const std::vector<Delivery*> lately = sent_lately(sent);
  if (lately.empty() && !sent_qos0_lately()) acquit_suspects();  // closed although none of them was under way
  return blame_all(lately, loss);
}

std::vector<Delivery*> Suspects::sent_lately(std::vector<Delivery*> sent) const {
  std::erase_if(sent, [this](const Delivery* delivery) { return !was_sent_lately(*delivery, lost_); });
  return sent;
}

/// A session that is resumed sends all again at once. A suspect needs a pause, so the session starts anew.
Resumption Suspects::excuse(const std::vector<Delivery*>& sent, Delivery* tried, const ConnectionLoss& loss) {
  const bool was_alone = tried != nullptr && phase_ == Phase::alone;
  phase_ = tried == nullptr ? Phase::none : Phase::among;
  excuses_.excused(sent);
  if (was_alone && excuses_.weigh(*tried)) tried->blame.convicted_for = fault_of(loss);
  const bool any = std::any_of(sent.begin(), sent.end(), [](const Delivery* delivery) {
    return delivery->blame.excused >= Excuses::until_suspect;
  });
  return was_alone || any ? Resumption::start_anew : Resumption::resume;
}

Resumption Suspects::blame_trial(Delivery& suspect, const ConnectionLoss& loss) {
  ++suspect.blame.losses;
  ++suspect.blame.losses_in_all;
  if (phase_ == Phase::alone || suspect.blame.losses > most_losses)
    suspect.blame.convicted_for = fault_of(loss);
  return Resumption::start_anew;
}

bool Suspects::sent_qos0_lately() const { return lost_ - state_.qos0_sent_at < std::chrono::seconds(1); }

/// The broker reads in order, so a fault that it names is the fault of the first message that it has not
/// acknowledged. This is certain only if no other message was under way.
Resumption Suspects::blame_all(const std::vector<Delivery*>& sent, const ConnectionLoss& loss) {
  bool any = false;
  for (Delivery* const delivery : sent) {
    ++delivery->blame.losses;
    ++delivery->blame.losses_in_all;
    any = any || is_suspect(*delivery);
  }
  if (names_a_message_fault(loss) && !sent.empty()) {
    Delivery& first = *sent.front();
    any = true;
    if (sent.size() == 1 && !sent_qos0_lately())
      first.blame.convicted_for = loss.reason_code;
    else
      first.blame.losses = std::max(first.blame.losses, losses_until_suspect);
  }
  return any ? Resumption::start_anew : Resumption::resume;
}

/// A longer absence means that the broker was restarted or not reached, and no message is to blame for that.
void Suspects::on_connected() {
  came_ = state_.now();
  for (Delivery* const delivery : under_way()) ++delivery->trouble.resent;
  if (came_ - lost_ <= BrokerLink::reconnect_grace) return;
  for_each_sent(state_, acquit);
  acquit_suspects();
}

void Suspects::acquit(Delivery& delivery) {
  Blame& blame = delivery.blame;
  if (blame.losses_in_all < most_losses) blame.losses = 0;
  blame.excused_alone = 0;
}

void Suspects::acquit_suspects() {
  std::for_each(state_.lanes.suspects.begin(), state_.lanes.suspects.end(), acquit);
  for (auto next = state_.lanes.suspects.begin(); next != state_.lanes.suspects.end();) {
    Delivery& delivery = *next++;
    if (is_suspect(delivery)) continue;
    delivery.blame.suspicion.release();
    move_in_order(delivery, state_.lanes.redelivery);
  }
}

void Suspects::redeliver(Delivery& delivery) {
  if (is_suspect(delivery)) return add(delivery);
  move_in_order(delivery, state_.lanes.redelivery);
}

void Suspects::set_apart(Delivery& delivery, std::uint64_t next_sequence) {
  delivery.set_apart(next_sequence);
  delivery.blame.losses = losses_until_suspect;
  add(delivery);
}

void Suspects::add(Delivery& delivery) {
  const std::string& topic_name = delivery.message.topic_name;
  const int losses = delivery.blame.losses + delivery.blame.excused;
  delivery.blame.alone_from = std::max(state_.now() + pause_before_trial(losses),
                                       state_.permissions.earliest_alone(topic_name, state_.now()));
  not_before_ = std::min(not_before_, delivery.blame.alone_from);
  line_up(delivery);
  shorten_wait(delivery);
}

/// It may be a while until it is sent alone: where the broker acknowledges slowly, each suspect before it
/// takes a second. At the deadline it is stored, and its caller told so. Where the broker gave a reason of
/// its own the caller waits on, to be told that reason.
void Suspects::shorten_wait(Delivery& delivery) {
  if (!delivery.can_be_stored() || delivery.blame.losses < losses_until_suspect) return;
  const Delivery::Caller& caller = delivery.caller;
  const TimePoint soon = std::max(state_.now(), caller.deadline - caller.wait + longest_wait);
  state_.deadlines.set(delivery, std::min(caller.deadline, soon), state_.now());
}

void Suspects::line_up(Delivery& delivery) {
  delivery.blame.suspicion = state_.lanes.suspected_topics.hold(delivery.message.topic_name);
  move_in_order(delivery, state_.lanes.suspects);
}

bool Suspects::blocks(const Delivery& delivery) const {
  return state_.lanes.suspected_topics.has(delivery.message.topic_name);
}

/// A message that was sent before takes its place among the suspects; a new one is parked behind all of them.
void Suspects::keep_waiting(Delivery& delivery) {
  if (delivery.sequence == 0) return state_.lanes.park(delivery);
  delivery.blame.alone_from = {};
  line_up(delivery);
}

/// Has the messages wait that are to be sent again on a suspect's topic. They may be older than the suspect.
void Suspects::gather() {
  for (auto next = state_.lanes.redelivery.begin(); next != state_.lanes.redelivery.end();) {
    Delivery& delivery = *next++;
    if (blocks(delivery)) keep_waiting(delivery);
  }
}

/// A suspect that is due goes before all other messages: these might cost the connection first, each time.
Delivery* Suspects::next() {
  end_long_trial();
  if (state_.lanes.suspects.empty() || trial_ != 0 || state_.leaves_stored) return nullptr;
  if (phase_ == Phase::clearing && state_.now() >= hold_until_) phase_ = Phase::among;
  if (phase_ == Phase::clearing || state_.backoff.holds(state_.now())) return nullptr;
  if (phase_ == Phase::none && state_.now() < not_before_) return nullptr;
  gather();
  Delivery* const suspect = first_due();
  if (suspect == nullptr) return nullptr;
  if (phase_ == Phase::none) {
    clear_the_way();
    return nullptr;
  }
  return state_.session.takes(suspect->message.qos) ? suspect : nullptr;
}

/// @return the first suspect that is due and has no earlier suspect on its topic.
Delivery* Suspects::first_due() {
  TimePoint earliest = TimePoint::max();
  std::unordered_set<std::string_view, SeededHash> topics;
  for (Delivery& suspect : state_.lanes.suspects) {
    if (!topics.insert(suspect.message.topic_name).second) continue;
    if (suspect.blame.alone_from <= state_.now()) return &suspect;
    earliest = std::min(earliest, suspect.blame.alone_from);
  }
  not_before_ = earliest;
  phase_ = Phase::none;
  return nullptr;
}

void Suspects::clear_the_way() {
  phase_ = Phase::clearing;
  began_ = state_.now();
  hold_until_ = began_ + longest_hold;
  state_.session.confirm_written([this, question = ++question_](bool arrived) {
    if (!arrived || question != question_ || phase_ != Phase::clearing) return;
    phase_ = Phase::clear;
    state_.session.ask_for_turn();
  });
}

/// The last suspect may have expired, or an operator may have ended it: nobody waits for it then.
bool Suspects::holds_others() {
  if (!any()) phase_ = Phase::none;
  if (phase_ == Phase::none || phase_ == Phase::among) return false;
  if (state_.now() < hold_until_) return true;
  phase_ = Phase::among;
  return false;
}

void Suspects::sent(const Delivery& delivery) {
  trial_ = delivery.sequence;
  phase_ = phase_ == Phase::clear ? Phase::alone : Phase::among;
  sent_at_ = state_.now();
  hold_until_ = sent_at_ + longest_hold;
}

/// A suspect that the broker has read and not acknowledged is not the one at which it closes the connection:
/// the messages behind it on its topic go on.
void Suspects::end_long_trial() {
  if (trial_ == 0 || state_.now() - sent_at_ < longest_trial) return;
  for (Delivery* const delivery : under_way()) {
    if (delivery->sequence != trial_) continue;
    delivery->blame.losses = 0;
    delivery->blame.excused_alone = 0;
    delivery->blame.suspicion.release();
    return decided(*delivery);
  }
}

/// The other messages have as much time before the next trial as this one took from them.
void Suspects::decided(const Delivery& delivery) {
  if (trial_ == 0 || delivery.sequence != trial_) return;
  trial_ = 0;
  phase_ = Phase::none;
  not_before_ = state_.now() + (state_.now() - began_);
}

TimePoint Suspects::next_look() const {
  if (!any()) return TimePoint::max();
  if (phase_ == Phase::none) return not_before_;
  return phase_ == Phase::among ? sent_at_ + longest_trial : hold_until_;
}

}  // namespace bridge
