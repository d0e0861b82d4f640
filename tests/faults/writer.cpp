#include "writer.h"

#include <algorithm>
#include <string_view>
#include <thread>

namespace bridge::test {
namespace {

constexpr auto after_refusal = std::chrono::milliseconds(10);  // as Retry-After asks, but shorter
constexpr int most_attempts = 5;

bool is_acked(const HttpResponse& response) { return response.status == 200 || response.status == 202; }

bool is_worth_a_repeat(const HttpResponse& response) {
  return response.status == 0 || response.status == 503 || response.status == 504;
}

}  // namespace

std::string id_in(std::string_view answer) {
  constexpr std::string_view label = "\"id\":\"";
  const std::size_t at = answer.find(label);
  if (at == std::string_view::npos) return {};
  answer.remove_prefix(at + label.size());
  return std::string(answer.substr(0, answer.find('"')));
}

std::vector<ItemAnswer> items_of(std::string_view results) {
  constexpr std::string_view label = "\"status\":";
  std::vector<ItemAnswer> items;
  for (std::size_t at = results.find(label); at != std::string_view::npos;) {
    results.remove_prefix(at + label.size());
    at = results.find(label);
    items.push_back({std::stoi(std::string(results.substr(0, 3))), id_in(results.substr(0, at))});
  }
  return items;
}

Writer::Writer(WriterOptions options, Endpoint endpoint, RunLedger& ledger,
               const std::atomic<std::size_t>& outages)
    : options_(options), http_(std::move(endpoint)), ledger_(ledger), outages_(outages) {}

void Writer::write(const std::atomic<bool>& enough) {
  while (!enough) {
    options_.bulk == 0 ? write_one() : write_bulk();
    std::this_thread::sleep_for(options_.pause);
  }
}

std::string Writer::json_of(const MessageName& name) const {
  std::string json = "{\"topic\":\"" + topic_of(name) + "\",\"msg\":\"" + payload_of(name) +
                     "\",\"qos\":" + std::to_string(options_.qos);
  if (const auto expiry = expiry_of(name))
    json += ",\"properties\":{\"message_expiry_interval\":" + std::to_string(expiry->count()) + "}";
  return json + "}";
}

void Writer::answered(const MessageName& name, const HttpResponse& response) {
  ledger_.answered(name, response.status, id_in(response.content));
}

void Writer::write_one() {
  const MessageName name{options_.number, next_++};
  HttpFields fields;
  if (name.number % 5 == 4) fields.emplace_back("Prefer", "respond-async");
  ledger_.posted(name);
  if (options_.keyed && name.number % 2 == 0) return write_keyed(name, std::move(fields));
  const HttpResponse response = post("/publish", json_of(name), fields);
  answered(name, response);
  if (!is_acked(response)) std::this_thread::sleep_for(after_refusal);
}

void Writer::write_keyed(const MessageName& name, HttpFields fields) {
  fields.emplace_back("Idempotency-Key", std::to_string(name.writer) + "-" + std::to_string(name.number));
  const std::string content = json_of(name);
  const std::size_t outages_before = outages_;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const HttpResponse response = post("/publish", content, fields);
    answered(name, response);
    if (is_acked(response) && name.number % 8 == 0) repeat(name, response, outages_before, content, fields);
    if (!is_worth_a_repeat(response)) return;
    std::this_thread::sleep_for(after_refusal);
  }
}

/// A response of 200 is remembered by the same process only, one of 202 also by the next. To a process that
/// does not remember it the repeat is another message: then nothing is expected of it.
void Writer::repeat(const MessageName& name, const HttpResponse& first, std::size_t outages_before,
                    const std::string& content, const HttpFields& fields) {
  if (first.status == 200 && outages_ != outages_before) return;
  const HttpResponse again = post("/publish", content, fields);
  const bool remembers = first.status == 202 || outages_ == outages_before;
  if (!remembers) ledger_.answered(name, 0);
  if (remembers && is_acked(again) && (again.status != first.status || again.content != first.content))
    ++unlike_;
}

void Writer::write_bulk() {
  const std::size_t first = next_;
  std::string content = options_.lines ? "" : "[";
  for (std::size_t i = 0; i < options_.bulk; ++i) {
    if (i > 0) content += options_.lines ? "\n" : ",";
    ledger_.posted({options_.number, next_});
    content += json_of({options_.number, next_++});
  }
  if (!options_.lines) content += "]";
  HttpFields fields;
  if (options_.lines) fields.emplace_back("Content-Type", "application/x-ndjson");
  if (first / options_.bulk % 7 == 6) fields.emplace_back("Prefer", "respond-async");
  book(first, post("/publish/bulk", content, fields));
}

void Writer::book(std::size_t first, const HttpResponse& response) {
  std::vector<ItemAnswer> items(options_.bulk, {response.status});
  if (response.status == 200 || response.status == 207) {
    items = items_of(response.content);
    items.resize(options_.bulk);  // items without an answer are unknown
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    ledger_.answered({options_.number, first + i}, items[i].status, items[i].id);
  const bool is_refused = std::any_of(items.begin(), items.end(), [](const ItemAnswer& item) {
    return item.status >= 400 || item.status == 0;
  });
  if (is_refused) std::this_thread::sleep_for(after_refusal);
}

HttpResponse Writer::post(const std::string& target, const std::string& content, const HttpFields& fields) {
  std::string text = "POST " + target +
                     " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(content.size()) +
                     "\r\n";
  for (const auto& [name, value] : fields) text += name + ": " + value + "\r\n";
  text += "\r\n" + content;
  TimePoint start = Clock::now();
  // While nobody accepts, nothing is sent: that is no attempt.
  const bool sent = eventually(within(patience), [&] {
    start = Clock::now();
    return http_.send_raw(text);
  });
  const HttpResponse response = sent ? http_.receive_response(within(patience)) : HttpResponse{};
  latencies_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start));
  if (response.status == 0) {
    http_.close();
    const std::size_t outages = outages_;
    if (outages == outages_at_last_answer_ && outages % 2 == 0) ++unanswered_;
  }
  outages_at_last_answer_ = outages_;
  return response;
}

}  // namespace bridge::test
