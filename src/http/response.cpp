#include "response.h"

#include <array>
#include <ctime>
#include <string_view>

namespace bridge {
namespace {

/// RFC 9110, 15.
std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 207:
      return "Multi-Status";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Internal Server Error";
  }
}

/// The date of RFC 9110, 5.6.7, made once a second for each thread.
std::string_view http_date() {
  static constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  thread_local std::time_t made_for = 0;
  thread_local std::string date;
  const std::time_t now = std::time(nullptr);
  if (now == made_for) return date;
  made_for = now;
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> digits{};
  std::strftime(digits.data(), digits.size(), ", %d     %Y %H:%M:%S GMT", &utc);  // by no locale
  date = std::string(days.at(static_cast<std::size_t>(utc.tm_wday))) + digits.data();
  date.replace(8, 3, months.at(static_cast<std::size_t>(utc.tm_mon)));
  return date;
}

void append_field(std::string& wire, std::string_view name, std::string_view value) {
  wire.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string to_wire(const Response& response, const WireOptions& options) {
  std::string wire;
  wire.reserve(256 + (options.head_only ? 0 : response.content.size()));
  wire.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  wire.append(reason_phrase(response.status)).append("\r\n");
  append_field(wire, "Date", http_date());
  for (const auto& [name, value] : response.fields) append_field(wire, name, value);
  if (!response.content_type.empty()) append_field(wire, "Content-Type", response.content_type);
  if (response.stream && !options.http_1_0) append_field(wire, "Transfer-Encoding", "chunked");
  if (response.status != 204 && !response.stream)
    append_field(wire, "Content-Length", std::to_string(response.content.size()));
  if (!options.keep_alive) append_field(wire, "Connection", "close");
  if (options.keep_alive && options.http_1_0) append_field(wire, "Connection", "keep-alive");
  wire.append("\r\n");
  if (!options.head_only) wire.append(response.content);
  return wire;
}

}  // namespace bridge
