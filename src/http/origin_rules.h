#pragma once

#include "bridge/core/settings.h"
#include "refusal_log.h"
#include "request_head.h"

namespace bridge {

/// Refuses requests that a page in a browser sends to the bridge without its reader's knowledge.
class OriginRules {
 public:
  OriginRules(const HttpSettings& settings, RefusalLog& refusals);

  /// @throws Error foreign_host: on a loopback address, a Host that is neither loopback nor in
  ///   http.allowed_hosts. A page can make its own name point to 127.0.0.1 (DNS rebinding), but it cannot
  ///   make the browser send another Host. foreign_origin: an Origin (RFC 6454) that is neither the bridge's
  ///   own nor in http.allowed_origins. malformed_request: a Host that is none.
  ///   No page reaches a Unix socket but through a proxy: there Host may be anything.
  void check(const RequestHead& head) const;

  /// @return true if `origin` is in http.allowed_origins; then the response must say so (CORS).
  bool is_allowed_page(std::string_view origin) const;

 private:
  void check_host(std::string_view host) const;
  bool is_own_origin(const RequestHead& head, std::string_view origin) const;

  const HttpSettings& settings_;
  RefusalLog& refusals_;
  const bool on_loopback_;
};

}  // namespace bridge
