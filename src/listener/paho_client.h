#pragma once

#include <mqtt/async_client.h>

#include <atomic>
#include <memory>
#include <string>

#include "bridge/core/settings.h"
#include "client.h"
#include "paho_calls.h"

namespace bridge::listener {

/// Eclipse Paho's async client, as its documentation has it: on_connect, on_message. Its callbacks come from
/// paho's threads with paho's one lock held: they only hand over. Made once for each server and version, and
/// never destroyed: paho's threads may be anywhere in it for as long as the process runs.
class PahoClient : public Client, private ::mqtt::iaction_listener {
 public:
  /// @throws Error internal if paho refuses.
  static Client& make(const MqttSettings& settings, const std::string& uri, int version,
                      const std::string& client_id, ClientEvents events, std::shared_ptr<PahoCalls> calls);

  int connect(std::uint64_t attempt, std::chrono::seconds keepalive) override;
  bool disconnect() override;
  bool subscribe(std::uint64_t operation, const Subscription& subscription) override;
  bool unsubscribe(std::uint64_t operation, const std::string& topic_filter) override;

 private:
  PahoClient(const MqttSettings& settings, const std::string& uri, int version, const std::string& client_id,
             ClientEvents events, std::shared_ptr<PahoCalls> calls);

  void on_connect(const ::mqtt::token& connect);
  void on_message(const ::mqtt::message& message);
  void on_lost(int reason_code);
  void on_success(const ::mqtt::token& token) override;
  void on_failure(const ::mqtt::token& token) override;
  void on_connect_failure(const ::mqtt::token& connect);
  void answer(const ::mqtt::token& token, const SubscribeOutcome& outcome);
  void tell(const Event& event) noexcept;

  const MqttSettings settings_;
  const std::string uri_;
  const int version_;
  const ClientEvents events_;
  const std::shared_ptr<PahoCalls> calls_;
  std::atomic<std::uint64_t> attempt_ = 0;
  ::mqtt::async_client client_;
};

}  // namespace bridge::listener
