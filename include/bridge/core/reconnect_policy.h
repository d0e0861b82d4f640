#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "bridge/core/clock.h"

namespace bridge {

/// The rules of connecting: which server and version to try next, and when. Without a clock, a network or a
/// thread of their own. For one thread.
///
/// - After a loss at once, on the same server. Then with jitter, at most 0.8 s apart, for the first minute;
///   then further apart, at most 10 s. The servers are tried in turn. Connections that do not last two
///   seconds count as no connection here: what ends each of them is no reason to reconnect for ever.
/// - MQTT 5 first. A server that refuses it gets 3.1.1 at once. One that closes the connection twice without
///   a word, or twice leaves a CONNECT unanswered, gets the versions by turns; and if it then accepts 3.1.1,
///   it is asked for 5 once more, since a proxy whose broker was not up yet looks just the same: at once, or
///   after the next loss where that is enough, or where another silence would cost a time-out. The version
///   found so is kept until the server refuses it: to ask again at each loss would cost a refused connection
///   each time.
/// - A connection that is lost soon after something was sent on it may have been closed for that. Three such
///   losses find out which message it was, and everybody else waits meanwhile: their pauses are short.
/// - Another client with our Client Identifier is not fought: both would throw each other out for ever.
class ReconnectPolicy {
 public:
  struct Target {
    std::size_t server = 0;
    int version = 5;  // 5, or 4 for MQTT 3.1.1
    bool operator==(const Target&) const = default;
  };

  enum class Failure {
    unreachable,      // no connection
    closed_silently,  // connected, and closed without a CONNACK
    unanswered,       // connected, and no CONNACK in time
    refused,          // CONNACK with any other reason
    version_refused,  // CONNACK: unacceptable protocol version (1 in 3.1.1, 132 in 5)
  };

  enum class Loss {
    unprovoked,     // nothing had been published on the connection, and the broker gave no reason
    explained,      // DISCONNECT with any reason but Session taken over
    after_publish,  // the broker may have closed it for that: mosquitto does for a topic it forbids
    taken_over,     // DISCONNECT with Session taken over (142)
  };

  /// The time at which a server that closed on MQTT 5 and then accepted 3.1.1 is asked for 5 once more.
  enum class AskAgain { at_once, after_loss };

  /// @param servers how many there are, at least 1
  /// @param version 5, or 3 for MQTT 3.1.1 only
  /// @param random gives numbers from 0 to below 1
  ReconnectPolicy(std::size_t servers, int version, std::function<double()> random,
                  AskAgain ask_again = AskAgain::at_once);

  Target target() const;
  /// The time of the next attempt; long past before the first one.
  TimePoint next_attempt() const { return next_attempt_; }

  /// @return true if `failure` of the target may only mean that it does not speak MQTT 5. The next attempts
  ///   find out within a second; until then no warning is due.
  bool may_be_the_version(Failure failure) const;

  /// An attempt begins.
  void attempting(TimePoint now);
  /// @return true if this connection is to be left: the next attempt, at once, asks the same server for MQTT
  ///   5.
  bool connected(TimePoint now);
  /// @return true if the next attempt is on the same server with 3.1.1 in place of 5.
  bool failed(TimePoint now, Failure failure);
  /// @return true if another client seems to use our Client Identifier; then the next attempt is far off.
  bool lost(TimePoint now, Loss loss);

 private:
  struct Server {
    int version = 5;
    int silences = 0;              // connections closed without a CONNACK, or left without one, in a row
    bool was_unanswered = false;   // the last of them
    bool version_changed = false;  // since it was last reached or left
    bool asked_again = false;      // for MQTT 5, after it accepted 3.1.1
    bool ask_at_loss = false;      // as above, but not yet
  };

  bool try_other_version(Server& server, Failure failure);
  static void swap_version(Server& server) { server.version = server.version == 5 ? 4 : 5; }
  std::chrono::milliseconds pause(TimePoint now);
  std::chrono::milliseconds pause_after(Failure failure, const Server& server, TimePoint now);
  bool looks_like_take_over(TimePoint now, Loss loss);

  std::vector<Server> servers_;
  std::function<double()> random_;
  bool may_fall_back_;
  AskAgain ask_again_;
  std::size_t current_ = 0;
  TimePoint next_attempt_{};
  TimePoint last_attempt_{};
  TimePoint connected_at_{};
  TimePoint away_since_{};  // without a connection that lasts
  bool away_ = false;
  bool was_unreachable_ = false;  // since the last loss
  std::chrono::milliseconds late_pause_;
  std::size_t tried_ = 0;  // servers, since the last pause
  int quick_losses_ = 0;
  int provoked_losses_ = 0;  // in a row, each soon after the connection was made
};

/// The kind of failure that a refused CONNECT is for the next attempt.
/// @param code of the CONNACK, above 0. A broker that knows MQTT 3.1.1 alone answers an MQTT 5 CONNECT with a
///   code of 3.1.1.
ReconnectPolicy::Failure failure_of_connack(int code);

/// Numbers from 0 to below 1 for the policy's jitter, seeded by the system.
std::function<double()> random_numbers();

}  // namespace bridge
