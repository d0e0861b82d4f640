#pragma once

#include <gtest/gtest.h>

#include <array>
#include <asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bridge/tls/client_context.h"
#include "connector.h"
#include "support/timing.h"

namespace bridge::test {

/// A client's end of a connection, on a loop that runs while the test waits for something.
class Client {
 public:
  asio::io_context io{1};
  mqtt::Connector connector{io};
  std::unique_ptr<mqtt::Transport> transport;
  std::optional<mqtt::ConnectFailure> failure;
  int results = 0;
  std::string received;
  std::optional<mqtt::TransportEnd> end;
  int times_writable = 0;

  ~Client() { transport.reset(); }

  void begin(const mqtt::BrokerAddress& address, const TlsSettings& tls = {},
             std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    const auto context = address.tls ? std::make_shared<const TlsClientContext>(tls) : nullptr;
    connector.connect(address, context, scaled(timeout), [this](mqtt::ConnectResult result) {
      ++results;
      if (auto* failed = std::get_if<mqtt::ConnectFailure>(&result)) {
        failure = *failed;
        return;
      }
      transport = std::move(std::get<std::unique_ptr<mqtt::Transport>>(result));
      start();
    });
  }

  /// @return true if it is connected.
  bool connect(const mqtt::BrokerAddress& address, const TlsSettings& tls = {},
               std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    begin(address, tls, timeout);
    EXPECT_TRUE(run_until([this] { return results > 0; }));
    return transport != nullptr;
  }

  /// Runs the loop until `condition` holds. @return false if it did not in time.
  template <class Condition>
  bool run_until(Condition condition) {
    const TimePoint deadline = within(patience);
    while (!condition()) {
      if (Clock::now() >= deadline) return false;
      io.restart();
      io.run_one_for(std::chrono::milliseconds(50));
    }
    return true;
  }

  /// Runs the loop until nothing is under way.
  bool run_to_the_end() {
    io.restart();
    return run_until([this] { return io.stopped(); });
  }

  /// Writes all of `bytes`, and waits for room when there is none.
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const int before = times_writable;
      const std::array<std::string_view, 1> parts{bytes};
      bytes.remove_prefix(transport->write(parts));
      if (!bytes.empty() && !run_until([&] { return times_writable > before || end; })) return false;
      if (end) return false;
    }
    return true;
  }

  bool receives(const std::string& bytes) {
    return run_until([&] { return received.size() >= bytes.size() || end; }) && received == bytes;
  }
  bool ends() {
    return run_until([&] { return end.has_value(); });
  }

 private:
  void start() {
    transport->start({[this](std::string_view bytes) { received += bytes; }, [this] { ++times_writable; },
                      [this](const mqtt::TransportEnd& told) {
                        EXPECT_FALSE(end) << "told twice";
                        end = told;
                      }});
  }
};

inline mqtt::BrokerAddress tcp_at(const std::string& port) { return {"127.0.0.1", port, false, false, ""}; }
inline mqtt::BrokerAddress tls_at(const std::string& port) { return {"localhost", port, true, false, ""}; }
inline mqtt::BrokerAddress ws_at(const std::string& port) {
  return {"127.0.0.1", port, false, true, "/mqtt"};
}

}  // namespace bridge::test
