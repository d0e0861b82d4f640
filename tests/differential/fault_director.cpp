#include "differential/fault_director.h"

#include <algorithm>

namespace bridge::test {
namespace {

using Kind = PlannedFault::Kind;

/// Messages before and behind that may be affected: more than are under way at a time.
constexpr std::size_t margin = 60;
/// A cut that has not happened by then is given up: little is sent in its direction.
constexpr std::chrono::seconds longest_cut{3};

}  // namespace

void FaultDirector::look(std::size_t next) {
  if (current_ != nullptr) {
    if (has_had_its_effect()) heal(next);
    return;
  }
  if (next_fault_ == plan_.faults.size() || next < plan_.faults[next_fault_].before) return;
  if (!client_->connected() || !recorder_.connected()) return;
  begin(plan_.faults[next_fault_++], next);
}

void FaultDirector::begin(const PlannedFault& fault, std::size_t next) {
  current_ = &fault;
  begun_at_ = Clock::now();
  losses_before_ = client_->losses();
  disturbed_.emplace_back(next - std::min(next, margin), plan_.messages.size());
  if (fault.kind == Kind::cut) proxy_.inject(fault.link);
  if (fault.kind == Kind::freeze) broker_.freeze();
  if (fault.kind == Kind::restart) broker_.restart();
}

bool FaultDirector::has_had_its_effect() const {
  switch (current_->kind) {
    case Kind::cut:
      return client_->losses() > losses_before_ || Clock::now() - begun_at_ > longest_cut;
    case Kind::freeze:
      return Clock::now() - begun_at_ >= current_->frozen;
    case Kind::restart:
      return client_->losses() > losses_before_ && client_->connected() && recorder_.connected();
  }
  return true;
}

void FaultDirector::heal(std::size_t next) {
  if (current_->kind == Kind::freeze) broker_.thaw();
  proxy_.heal();
  disturbed_.back().second = next + margin;
  current_ = nullptr;
}

void FaultDirector::replaced(std::size_t next) {
  if (current_ != nullptr) heal(next);
  disturbed_.emplace_back(next - std::min(next, margin), next + margin);
}

void FaultDirector::make_an_end(std::size_t next) {
  next_fault_ = plan_.faults.size();
  if (current_ != nullptr) heal(next);
}

}  // namespace bridge::test
