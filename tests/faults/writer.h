#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "run_ledger.h"
#include "support/http_client.h"

namespace bridge::test {

struct WriterOptions {
  std::size_t number = 0;
  int qos = 1;
  std::size_t bulk = 0;  // messages of a request; 0: one, and not as bulk
  bool lines = false;    // bulk as NDJSON
  bool keyed = false;    // every other message has an Idempotency-Key, and is repeated with it
  std::chrono::milliseconds pause{};
};

/// A client that waits for each answer before it sends its next request, and books all of them.
class Writer {
 public:
  /// @param outages odd while the bridge is down: counted up before it is brought down, and when it is up
  ///   again.
  Writer(WriterOptions options, Endpoint endpoint, RunLedger& ledger,
         const std::atomic<std::size_t>& outages);

  /// Writes until `enough` is set.
  void write(const std::atomic<bool>& enough);

  const std::vector<std::chrono::microseconds>& latencies() const { return latencies_; }
  /// The number of requests without an answer though nobody had brought the bridge down.
  std::size_t unanswered() const { return unanswered_; }
  /// The number of repeats with the same key that got another answer than the first time.
  std::size_t unlike() const { return unlike_; }

 private:
  void write_one();
  void write_bulk();
  void write_keyed(const MessageName& name, HttpFields fields);
  void repeat(const MessageName& name, const HttpResponse& first, std::size_t outages_before,
              const std::string& content, const HttpFields& fields);
  std::string json_of(const MessageName& name) const;
  void answered(const MessageName& name, const HttpResponse& response);
  void book(std::size_t first, const HttpResponse& response);
  /// Waits for the bridge to be up, sends, and waits for the answer.
  HttpResponse post(const std::string& target, const std::string& content, const HttpFields& fields);

  WriterOptions options_;
  HttpClient http_;
  RunLedger& ledger_;
  const std::atomic<std::size_t>& outages_;
  std::size_t outages_at_last_answer_ = 0;
  std::size_t next_ = 0;
  std::vector<std::chrono::microseconds> latencies_;
  std::size_t unanswered_ = 0;
  std::size_t unlike_ = 0;
};

/// The id under which a message was stored; empty if the answer names none.
std::string id_in(std::string_view answer);
/// The result of one item in a bulk response.
struct ItemAnswer {
  int status = 0;  // 0: nothing
  std::string id = {};
};
/// The results of all items, in order.
std::vector<ItemAnswer> items_of(std::string_view results);

}  // namespace bridge::test
