#include "origin_rules.h"

#include <algorithm>
#include <string>

#include "bridge/core/error.h"
#include "bridge/core/loopback.h"
#include "characters.h"

namespace bridge {
namespace {

constexpr bool is_host_character(char c) {
  return is_token_character(c) || c == ':' || c == '[' || c == ']' || c == '(' || c == ')' || c == ',' ||
         c == ';' || c == '=';
}

/// uri-host [ ":" port ] (RFC 9110, 7.2). @return the host, without brackets.
std::string_view host_of(std::string_view value) {
  if (!std::all_of(value.begin(), value.end(), is_host_character))
    throw Error(Errc::malformed_request, "the field Host must be a name or an address, and a port");
  if (value.starts_with('[')) return value.substr(1, std::min(value.find(']'), value.size()) - 1);
  return value.substr(0, value.find(':'));
}

bool is_local_name(std::string_view host) {
  constexpr std::string_view name = "localhost";
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() < name.size()) return false;
  const std::size_t rest = host.size() - name.size();
  return equals_ignoring_case(host.substr(rest), name) && (rest == 0 || host[rest - 1] == '.');
}

}  // namespace

OriginRules::OriginRules(const HttpSettings& settings)
    : settings_(settings),
      on_loopback_(is_local_name(settings.address) || is_loopback_address(settings.address)) {}

void OriginRules::check(const RequestHead& head) const {
  if (head.authority) check_host(host_of(*head.authority));
  const auto origin = head.field("Origin");
  if (origin && !is_own_origin(*origin, head.authority.value_or("")) && !is_allowed(*origin))
    throw Error(Errc::foreign_origin,
                "Origin: pages of this origin may not call here; see http.allowed_origins");
}

void OriginRules::check_host(std::string_view host) const {
  if (!on_loopback_ || host == "127.0.0.1" || is_local_name(host) || is_loopback_address(host)) return;
  const bool allowed =
      std::any_of(settings_.allowed_hosts.begin(), settings_.allowed_hosts.end(),
                  [&](const std::string& known) { return equals_ignoring_case(known, host); });
  if (!allowed)
    throw Error(Errc::foreign_host,
                "Host: this name is not served here; use localhost, or see http.allowed_hosts");
}

bool OriginRules::is_own_origin(std::string_view origin, std::string_view host) const {
  const std::string_view scheme = settings_.tls.cert_file.empty() ? "http://" : "https://";
  return !host.empty() && origin.starts_with(scheme) &&
         equals_ignoring_case(origin.substr(scheme.size()), host);
}

bool OriginRules::is_allowed(std::string_view origin) const {
  const auto& allowed = settings_.allowed_origins;
  return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

bool OriginRules::is_allowed_page(const RequestHead& head) const {
  const auto origin = head.field("Origin");
  return origin && is_allowed(*origin);
}

}  // namespace bridge
