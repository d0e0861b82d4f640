#include "support/http_client.h"

#include <strings.h>

#include <algorithm>
#include <system_error>

namespace bridge::test {
namespace {

bool same_name(const std::string& one, const std::string& other) {
  return ::strcasecmp(one.c_str(), other.c_str()) == 0;
}

bool has_field(const HttpFields& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const auto& field) { return same_name(field.first, name); });
}

std::string request_text(const std::string& method, const std::string& target, const std::string& content,
                         const HttpFields& fields, std::uint16_t port) {
  std::string text = method + " " + target + " HTTP/1.1\r\n";
  if (!has_field(fields, "Host")) text += "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
  const bool framed = has_field(fields, "Content-Length") || has_field(fields, "Transfer-Encoding");
  const bool expects_content = method == "POST" || method == "PUT";
  if (!framed && (expects_content || !content.empty())) {
    text += "Content-Length: " + std::to_string(content.size()) + "\r\n";
  }
  for (const auto& [name, value] : fields) text += name + ": " + value + "\r\n";
  return text + "\r\n" + content;
}

}  // namespace

std::string HttpResponse::field(const std::string& name) const {
  for (const auto& [field_name, value] : fields) {
    if (same_name(field_name, name)) return value;
  }
  return {};
}

HttpResponse HttpClient::request(const std::string& method, const std::string& target,
                                 const std::string& content, const HttpFields& fields) {
  const std::string text = request_text(method, target, content, fields, endpoint_.port);
  const bool kept = socket_.is_open();
  if (!send_raw(text)) return {};
  HttpResponse response = receive_response(within(patience), method == "HEAD");
  if (response.status == 0 && kept && send_raw(text)) {
    response = receive_response(within(patience), method == "HEAD");
  }
  return response;
}

HttpResponse HttpClient::post_json(const std::string& target, const nlohmann::json& content,
                                   const HttpFields& fields) {
  HttpFields all = {{"Content-Type", "application/json"}};
  all.insert(all.end(), fields.begin(), fields.end());
  return request("POST", target, content.dump(), all);
}

bool HttpClient::connect() {
  try {
    socket_ = endpoint_.connect();
  } catch (const std::system_error&) {
    return false;
  }
  received_.clear();
  tls_.reset();
  if (endpoint_.transport != Transport::https) return true;
  tls_ = std::make_unique<TlsSession>(endpoint_.identity);
  const bool shaken = tls_->shake_hands(socket_, within(patience));
  if (!shaken) close();
  return shaken;
}

bool HttpClient::send_raw(const std::string& bytes) {
  if (!socket_.is_open() && !connect()) return false;
  // A server that refuses early stops reading; its answer can still be read.
  if (tls_)
    tls_->send_all(socket_, bytes);
  else
    socket_.send_all(bytes);
  return true;
}

void HttpClient::close() {
  socket_.close();
  tls_.reset();
  received_.clear();
}

bool HttpClient::fill(TimePoint deadline) {
  const auto bytes = tls_ ? tls_->receive(socket_, deadline) : socket_.receive(deadline);
  if (!bytes || bytes->empty()) return false;
  received_ += *bytes;
  return true;
}

std::optional<std::string> HttpClient::take_line(TimePoint deadline) {
  std::size_t end = 0;
  while ((end = received_.find("\r\n")) == std::string::npos) {
    if (!fill(deadline)) return std::nullopt;
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 2);
  return line;
}

bool HttpClient::take_bytes(std::size_t size, std::string& into, TimePoint deadline) {
  while (received_.size() < size) {
    if (!fill(deadline)) return false;
  }
  into.append(received_, 0, size);
  received_.erase(0, size);
  return true;
}

bool HttpClient::take_chunks(std::string& into, TimePoint deadline) {
  while (const auto size_line = take_line(deadline)) {
    const std::size_t size = std::stoul(*size_line, nullptr, 16);
    if (!take_bytes(size, into, deadline) || !take_line(deadline)) return false;
    if (size == 0) return true;
  }
  return false;
}

bool HttpClient::take_head(HttpResponse& response, TimePoint deadline) {
  const auto status_line = take_line(deadline);
  if (!status_line || status_line->size() < 12) return false;
  while (const auto line = take_line(deadline)) {
    if (line->empty()) {
      response.status = std::stoi(status_line->substr(9, 3));
      return true;
    }
    const std::size_t colon = line->find(':');
    const std::size_t value = std::min(line->find_first_not_of(" \t", colon + 1), line->size());
    response.fields.emplace_back(line->substr(0, colon), line->substr(value));
  }
  return false;
}

bool HttpClient::take_content(HttpResponse& response, TimePoint deadline) {
  if (same_name(response.field("Transfer-Encoding"), "chunked"))
    return take_chunks(response.content, deadline);
  const std::string length = response.field("Content-Length");
  if (!length.empty()) return take_bytes(std::stoul(length), response.content, deadline);
  if (response.status == 204 || response.status == 304) return true;
  while (fill(deadline)) continue;
  return take_bytes(received_.size(), response.content, deadline);
}

HttpResponse HttpClient::receive_response(TimePoint deadline, bool head_only) {
  HttpResponse response;
  bool whole = take_head(response, deadline);
  while (whole && response.status < 200) {  // interim answers (RFC 9110, 15.2)
    response = {};
    whole = take_head(response, deadline);
  }
  whole = whole && (head_only || take_content(response, deadline));
  if (!whole) response = {};
  if (!whole || same_name(response.field("Connection"), "close")) close();
  return response;
}

}  // namespace bridge::test
