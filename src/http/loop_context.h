#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "bridge/core/clock.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "held_memory.h"
#include "httplib_gateway.h"
#include "lingering.h"
#include "mailbox.h"
#include "origin_rules.h"

namespace bridge {

/// What all connections of one event loop share; the loop's thread only, but for deliver() and `io`.
struct LoopContext {
  const HttpSettings& settings;
  const std::chrono::seconds answer_timeout;  // then a request that has no answer is told so
  const HttplibGateway& gateway;
  const OriginRules origin_rules;
  Counters& counters;
  asio::io_context& io;
  std::function<void(Mailbox::Delivery)> deliver;                  // any thread
  std::function<void(const std::shared_ptr<Connection>&)> closed;  // told once for each
  LoopMemory memory;
  Lingering lingering{1024};
  TimePoint due{};  // before this no connection needs to be looked at
  /// Read into, then kept by the connection that needs it; untouched pages cost no memory.
  std::unique_ptr<std::array<char, 65536>> scratch =
      std::make_unique_for_overwrite<std::array<char, 65536>>();
};

}  // namespace bridge
