#pragma once

#include <MQTTAsync.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "connect_options.h"
#include "operations.h"

namespace bridge::mqtt {

/// How an attempt to connect ended badly.
struct ConnectFailure {
  int code = 0;  // the CONNACK's Reason Code, or the library's negative code
  bool closed_silently = false;
  std::string tls_reason;  // OpenSSL's words, if it had any
};

/// Told by PahoClients, from threads of the library that hold its lock: must only take note, and not throw.
class PahoClientListener {
 public:
  virtual ~PahoClientListener() = default;
  /// @return false to have the connection closed again: it is not wanted any more.
  virtual bool connect_succeeded(PahoClient& client, std::uint64_t attempt, const BrokerLimits& limits) = 0;
  virtual void connect_failed(std::uint64_t attempt, const ConnectFailure& failure) = 0;
  virtual void disconnected(PahoClient& client) = 0;  // as we asked
  /// @param reason_code of the broker's DISCONNECT, or -1 where there was none.
  virtual void connection_lost(PahoClient& client, int reason_code) = 0;
  virtual void publish_ended(const Operation& operation, PublishOutcome outcome) = 0;
  virtual void publishes_accepted(std::span<const PublishEnd> ends) = 0;  // Operation::Kind::publish
  virtual void subscribe_ended(const Operation& operation, int code) = 0;
  virtual void message_arrived(Message message) = 0;  // may throw: then it is given again later
};

/// A client of the library, for one server and one protocol version. It lives until the process ends, and so
/// does the library's handle: to destroy one while the library's threads run is a race inside the library,
/// and a TLS setting once made cannot be taken back from a handle.
class PahoClient {
 public:
  /// @throws Error if the library refuses to make one.
  static PahoClient& create(ConnectRequest request, std::weak_ptr<PahoClientListener> listener);
  PahoClient(const PahoClient&) = delete;
  PahoClient& operator=(const PahoClient&) = delete;

  const std::string& uri() const { return request_.uri; }
  int version() const { return request_.version; }

  /// What the broker asked for in its last CONNACK; 0: nothing.
  std::chrono::seconds server_keep_alive() const { return server_keep_alive_.load(); }

  /// @return 0, or the library's negative code: then nothing more is reported.
  int connect(const MqttSettings& settings, bool clean_start, std::uint64_t attempt);
  /// Ends the session too, where the broker keeps one.
  int disconnect();
  int publish(Operation::Kind kind, std::uint64_t id, const Message& message);
  void subscribe(const Subscription& subscription, SubscribeDone done);
  void unsubscribe(const std::string& topic_filter, SubscribeDone done);
  /// Returns when no callback of this client is running: the library changes its connection's state after
  /// it has told of a loss, in the same hold of its lock.
  void wait_for_callbacks();
  /// After a loss: what was not yet begun ends now, reported as failed. See paho_queue.h.
  void drop_queued();

  // Called by the library's callbacks.
  std::shared_ptr<PahoClientListener> listener() const { return listener_.lock(); }
  void came_up(std::optional<std::chrono::seconds> server_keep_alive);
  void went_down();
  void add_tls_reason(std::string_view reason);
  std::string take_tls_reason();

 private:
  PahoClient(ConnectRequest request, std::weak_ptr<PahoClientListener> listener);
  void open();
  static Operations::Number add(Operation operation);
  MQTTAsync_responseOptions response(Operations::Number number) const;
  static void not_started(Operations::Number number, int code);

  ConnectRequest request_;
  std::weak_ptr<PahoClientListener> listener_;
  MQTTAsync handle_ = nullptr;
  std::atomic<bool> up_ = false;
  std::atomic<std::chrono::seconds> server_keep_alive_ = std::chrono::seconds(0);
  std::mutex tls_mutex_;
  std::string tls_reason_;
};

}  // namespace bridge::mqtt
