#include "bridge/http/health_client.h"

#include <csignal>
#include <string_view>

#include "bridge/core/error.h"
#include "bridge/core/escape.h"
#include "health_connection.h"

namespace bridge {
namespace {

constexpr std::size_t longest_answer = 16384;
constexpr std::size_t shown_content = 300;

/// Sends `request` and reads until the bridge closes the connection, as the request asks it to.
std::string answer_to(const std::string& request, HealthConnection& connection) {
  connection.send(request);
  std::string answer;
  for (std::string some; answer.size() < longest_answer; answer += some) {
    some = connection.receive();
    if (some.empty()) break;
  }
  return answer;
}

/// @return why an answer to GET `path` is not good; empty if it is 200.
std::string problem_of(std::string_view answer, const std::string& path) {
  constexpr std::string_view version = "HTTP/1.1 ";
  if (!answer.starts_with(version) || answer.size() < version.size() + 3)
    return "what listens there does not answer in HTTP/1.1";
  const std::string_view status = answer.substr(version.size(), 3);
  if (status == "200") return {};
  const std::size_t end_of_head = answer.find("\r\n\r\n");
  const std::string_view content =
      end_of_head == answer.npos ? std::string_view() : answer.substr(end_of_head + 4);
  return "GET " + path + " is answered " + escape_line(status) + ": " + escape_line(content, shown_content);
}

}  // namespace

std::string ask_for_health(const HttpSettings& settings, bool ready, std::chrono::milliseconds limit) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a socket that may be closed
  const std::string path = ready ? "/readyz" : "/healthz";
  const HealthEndpoint endpoint(settings);
  const auto deadline = std::chrono::steady_clock::now() + limit;
  try {
    HealthConnection connection(endpoint, settings.tls, deadline);
    return problem_of(
        answer_to("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", connection),
        path);
  } catch (const CertificateRefused& refused) {
    return ready ? refused.what() : "";  // whoever refuses us is alive
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace bridge
