#pragma once

#include "bridge/core/settings.h"
#include "request_head.h"

namespace bridge {

/// What keeps pages in a browser on this machine from using the bridge behind their reader's back.
class OriginRules {
 public:
  explicit OriginRules(const HttpSettings& settings);

  /// @throws Error foreign_host: on a loopback address, a Host that is neither loopback nor in
  ///   http.allowed_hosts. A page can make its own name point to 127.0.0.1 (DNS rebinding), but it cannot
  ///   make the browser send another Host. foreign_origin: an Origin (RFC 6454) that is neither the bridge's
  ///   own nor in http.allowed_origins. malformed_request: a Host that is none.
  void check(const RequestHead& head) const;

  /// Whether the request comes from a page of http.allowed_origins; then the answer must say so (CORS).
  bool is_allowed_page(const RequestHead& head) const;

 private:
  void check_host(std::string_view host) const;
  bool is_own_origin(std::string_view origin, std::string_view host) const;
  bool is_allowed(std::string_view origin) const;

  const HttpSettings& settings_;
  const bool on_loopback_;
};

}  // namespace bridge
