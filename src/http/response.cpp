#include "response.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "characters.h"

namespace bridge {
namespace {

struct Phrase {
  int status;
  std::string_view text;
};

/// RFC 9110, 15; 207 and 507 of RFC 4918, 11; 428, 429 and 431 of RFC 6585. The frequent ones first.
constexpr auto phrases = std::to_array<Phrase>({
    {200, "OK"},
    {202, "Accepted"},
    {201, "Created"},
    {204, "No Content"},
    {207, "Multi-Status"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
});

/// @return empty for an unknown status: the phrase may be empty (RFC 9112, 4), but not that of another.
std::string_view reason_phrase(int status) {
  const auto* known =
      std::find_if(phrases.begin(), phrases.end(), [&](const Phrase& row) { return row.status == status; });
  return known == phrases.end() ? std::string_view() : known->text;
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

bool sets_cache_control(const Response& response) {
  return std::any_of(response.fields.begin(), response.fields.end(),
                     [](const auto& field) { return equals_ignoring_case(field.first, "Cache-Control"); });
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
  if (!sets_cache_control(response)) wire.append("Cache-Control: no-store\r\n");
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
