#pragma once

#include <cstddef>
#include <list>

namespace bridge {

class Connection;

/// The connections of one loop that are read on after their last answer, the oldest first. Each holds a
/// descriptor that a client which only goes on sending must not be able to keep from others.
class Lingering {
 public:
  using Place = std::list<Connection*>::iterator;

  explicit Lingering(std::size_t limit) : limit_(limit) {}

  Place add(Connection& connection) { return all_.insert(all_.end(), &connection); }
  void remove(Place place) { all_.erase(place); }
  /// The oldest, if there are too many: it must be closed. Otherwise null.
  Connection* surplus() const { return all_.size() > limit_ ? all_.front() : nullptr; }

 private:
  std::size_t limit_;
  std::list<Connection*> all_;
};

}  // namespace bridge
