#include "origin_rules.h"

#include <algorithm>
#include <asio/ip/address.hpp>
#include <string>

#include "bridge/core/error.h"
#include "bridge/core/loopback.h"
#include "characters.h"

namespace bridge {
namespace {

/// @param value passes is_authority(). @return its host, without brackets.
std::string_view host_of(std::string_view value) {
  if (value.starts_with('[')) return value.substr(1, std::min(value.find(']'), value.size()) - 1);
  return value.substr(0, value.find(':'));
}

bool is_address(std::string_view host) {
  std::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

bool is_local_name(std::string_view host) {
  constexpr std::string_view name = "localhost";
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() < name.size()) return false;
  const std::size_t rest = host.size() - name.size();
  return equals_ignoring_case(host.substr(rest), name) && (rest == 0 || host[rest - 1] == '.');
}

std::string_view without(std::string_view authority, std::string_view default_port) {
  if (authority.ends_with(default_port)) authority.remove_suffix(default_port.size());
  return authority;
}

/// @return true if `origin` is `scheme` with the host and port of the field Host. Host leaves out the port if
///   it is the scheme's own.
bool is_at(std::string_view origin, std::string_view scheme, std::string_view default_port,
           std::string_view host) {
  if (!origin.starts_with(scheme)) return false;
  const std::string_view wanted = without(host, default_port);
  return !wanted.empty() && equals_ignoring_case(without(origin.substr(scheme.size()), default_port), wanted);
}

}  // namespace

OriginRules::OriginRules(const HttpSettings& settings, RefusalLog& refusals)
    : settings_(settings),
      refusals_(refusals),
      on_loopback_(is_local_name(settings.address) || is_loopback_address(settings.address)) {}

void OriginRules::check(const RequestHead& head) const {
  if (head.authority) check_host(host_of(*head.authority));
  const auto origin = head.field("Origin");
  if (!origin || is_own_origin(head, *origin) || is_allowed_page(*origin)) return;
  refusals_.refused_origin(*origin);
  throw Error(Errc::foreign_origin,
              "Origin: pages of " + in_quotes(*origin) + " may not call here; see http.allowed_origins");
}

/// Beyond loopback, and on a Unix socket, the bridge does not know its own names, unless http.allowed_hosts
/// lists them. A Host that is an IP address is let through: DNS rebinding needs a name.
void OriginRules::check_host(std::string_view host) const {
  if (!on_loopback_ && (settings_.allowed_hosts.empty() || is_address(host))) return;
  if (host == "127.0.0.1" || is_local_name(host) || is_loopback_address(host)) return;
  const bool allowed =
      std::any_of(settings_.allowed_hosts.begin(), settings_.allowed_hosts.end(),
                  [&](const std::string& known) { return equals_ignoring_case(known, host); });
  if (allowed) return;
  refusals_.refused_host(host);
  throw Error(Errc::foreign_host, "Host: " + in_quotes(host) +
                                      " is not served here; use localhost, or add it to http.allowed_hosts");
}

/// An origin is the bridge's own if the page has the host and port that the browser calls (RFC 6454, 5). Over
/// plain HTTP the bridge does not see the scheme: a proxy in front may end TLS, and then the page is https.
/// So https://name is taken beside http://name. An attacker who serves https://name needs a certificate for
/// the name; one on the network can serve http://name, although the bridge is https://name behind its proxy.
/// For both, the browser marks the other scheme as foreign in Sec-Fetch-Site, which no page can set.
bool OriginRules::is_own_origin(const RequestHead& head, std::string_view origin) const {
  const std::string_view site = head.field("Sec-Fetch-Site").value_or("");
  if (site == "cross-site" || site == "same-site") return false;
  const std::string_view host = head.authority.value_or("");
  if (is_at(origin, "https://", ":443", host)) return true;
  return settings_.tls.cert_file.empty() && is_at(origin, "http://", ":80", host);
}

bool OriginRules::is_allowed_page(std::string_view origin) const {
  const auto& allowed = settings_.allowed_origins;
  return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

}  // namespace bridge
