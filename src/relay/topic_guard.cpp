#include "topic_guard.h"

#include <algorithm>

namespace bridge {
namespace {

/// A loss within this time after a publish may be due to it.
constexpr std::chrono::seconds blame{1};

}  // namespace

std::size_t TopicGuard::first_place_of(std::uint64_t fingerprint) {
  return fingerprint / 2 % (capacity / neighbours) * neighbours;
}

bool TopicGuard::knows(std::uint64_t fingerprint) const {
  if (known_.empty()) return false;
  const Known* places = &known_[first_place_of(fingerprint)];
  return std::any_of(places, places + neighbours,
                     [&](const Known& known) { return known.fingerprint == fingerprint; });
}

/// @return the place of the topic. If it has none, a free place; if there is none either, the place of the
///   topic that was accepted last: topics that were accepted long ago stay.
TopicGuard::Known& TopicGuard::place_for(std::uint64_t fingerprint) {
  if (known_.empty()) known_.resize(capacity);
  Known* places = &known_[first_place_of(fingerprint)];
  Known* chosen = places;
  for (Known* place = places; place != places + neighbours; ++place) {
    if (place->fingerprint == fingerprint) return *place;
    if (chosen->fingerprint != 0 && (place->fingerprint == 0 || place->since > chosen->since)) chosen = place;
  }
  return *chosen;
}

TopicGuard::Verdict TopicGuard::verdict(const std::string& topic_name, TimePoint now) {
  if (!is_up(now)) return Verdict::pass;
  const std::uint64_t fingerprint = fingerprint_of(topic_name);
  if (knows(fingerprint)) return Verdict::pass;
  if (now < next_question_) return Verdict::hold;
  asked_ = fingerprint;
  next_question_ = now + time_for_an_answer;
  return Verdict::ask;
}

bool TopicGuard::holds_back(const std::string& topic_name, TimePoint now) const {
  return is_up(now) && !knows(fingerprint_of(topic_name));
}

void TopicGuard::sent(const std::string& topic_name, TimePoint now) {
  const std::uint64_t fingerprint = fingerprint_of(topic_name);
  Known& place = place_for(fingerprint);
  if (place.fingerprint != fingerprint) place = {fingerprint, now};
}

void TopicGuard::accepted(const std::string& topic_name) {
  const std::uint64_t fingerprint = fingerprint_of(topic_name);
  place_for(fingerprint) = {fingerprint, TimePoint::min()};
  if (fingerprint != asked_) return;
  asked_ = 0;
  next_question_ = {};
}

void TopicGuard::refused(const std::string& topic_name, TimePoint now) {
  forget(topic_name);
  refused_at_ = now;
}

void TopicGuard::lost(LossNumber loss, bool is_half, TimePoint now) {
  const bool was_new = forget_those_since(now - blame);
  const bool was_asked = asked_ != 0 && now < next_question_;
  asked_ = 0;
  const bool was_refused = now - refused_at_ < blame;
  if (!was_new && !was_asked && !was_refused) return;
  const bool was_up = is_up(now);
  losses_.lost(loss, is_half && !was_refused, now);
  ask_when_due(was_up, now);
}

void TopicGuard::convicted(const std::string& topic_name, const LossSet& losses, TimePoint now) {
  forget(topic_name);
  const bool was_up = is_up(now);
  losses_.explained(losses, now);
  ask_when_due(was_up, now);
}

/// The first question is asked at once; later ones not before a pause after each loss.
void TopicGuard::ask_when_due(bool was_up, TimePoint now) {
  if (is_up(now)) next_question_ = was_up ? now + after_bad_answer : now;
}

void TopicGuard::forget(const std::string& topic_name) {
  const std::uint64_t fingerprint = fingerprint_of(topic_name);
  if (knows(fingerprint)) place_for(fingerprint) = {};
}

/// @return true if there were any: one of them may have cost the connection.
bool TopicGuard::forget_those_since(TimePoint when) {
  bool any = false;
  for (Known& known : known_) {
    if (known.fingerprint == 0 || known.since <= when) continue;
    known = {};
    any = true;
  }
  return any;
}

}  // namespace bridge
