#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/socket.h"
#include "support/timing.h"
#include "support/tls_session.h"
#include "support/transport.h"

namespace bridge::test {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpResponse {
  int status = 0;  // 0: no answer came
  HttpFields fields;
  std::string content;

  /// The value of the first field of this name, whatever its case; empty if there is none.
  std::string field(const std::string& name) const;
  /// The content as JSON; discarded (which equals nothing) if it is not.
  nlohmann::json json() const { return nlohmann::json::parse(content, nullptr, false); }
};

/// An HTTP/1.1 client on one kept connection that sends exactly what it is given.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : endpoint_{.port = port} {}
  explicit HttpClient(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  /// Adds Host, and Content-Length where there is content and no framing of the test's own. Connects where
  /// there is no connection, and again where the server has closed an idle one.
  HttpResponse request(const std::string& method, const std::string& target, const std::string& content = {},
                       const HttpFields& fields = {});
  HttpResponse get(const std::string& target) { return request("GET", target); }
  HttpResponse post_json(const std::string& target, const nlohmann::json& content,
                         const HttpFields& fields = {});

  /// Sends bytes as they are, for odd requests; the response is read from the same connection.
  bool send_raw(const std::string& bytes);
  HttpResponse receive_response(TimePoint deadline, bool head_only = false);
  void close();
  /// The TLS under the connection that stands; null if there is none.
  const TlsSession* tls() const { return tls_.get(); }

 private:
  bool connect();
  bool fill(TimePoint deadline);
  std::optional<std::string> take_line(TimePoint deadline);
  bool take_bytes(std::size_t size, std::string& into, TimePoint deadline);
  bool take_chunks(std::string& into, TimePoint deadline);
  bool take_head(HttpResponse& response, TimePoint deadline);
  bool take_content(HttpResponse& response, TimePoint deadline);

  Endpoint endpoint_;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
  std::string received_;
};

}  // namespace bridge::test
