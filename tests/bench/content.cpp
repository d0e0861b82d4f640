// The cost of a megabyte of content for the loop that reads it, of every kind that somebody may send to hold
// it up:
//   bench_content [BAR]
// Each goes through routes, handler, checks and answer, in this process, and is measured in the thread's CPU
// time; the median of five. Exit status 1 if one is above BAR milliseconds (50).
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/manual_clock.h"
#include "fakes/manual_executor.h"
#include "fakes/memory_logger.h"
#include "fakes/recorded_budget.h"
#include "fakes/scripted_session.h"
#include "fakes/scripted_subscriber.h"
#include "routes.h"

namespace {

constexpr std::size_t megabyte = 1000000;

struct Load {
  std::string what;
  std::string request;  // request line and fields
  std::string content;
};

/// `piece(0) piece(1) …` up to a megabyte.
std::string many(const std::function<std::string(int)>& piece) {
  std::string text;
  for (int i = 0; text.size() < megabyte; ++i) text += piece(i);
  return text;
}

std::string many(const std::string& piece) {
  return many([&](int) { return piece; });
}

Load json(const std::string& what, std::string content) {
  return {what, "POST /publish HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n",
          std::move(content)};
}

Load form(const std::string& what, std::string content) {
  return {what, "POST /publish HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n",
          std::move(content)};
}

Load multipart(const std::string& what, std::string content) {
  return {what,
          "POST /publish HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=bbbbbbbb\r\n",
          std::move(content)};
}

Load bulk(const std::string& what, std::string content) {
  return {what, "POST /publish/bulk HTTP/1.1\r\nHost: h\r\n", std::move(content)};
}

std::string message_with(const std::string& payload) { return R"({"topic":"t","msg":)" + payload + "}"; }

std::string with_properties(const std::string& properties) {
  return R"({"topic":"t","msg":"","properties":{"user_properties":)" + properties + "}}";
}

void add_json(std::vector<Load>& loads) {
  const auto number = [](int i) { return std::to_string(i); };
  const auto member = [&](int i) { return ",\"" + number(i) + "\":\"\""; };
  loads.push_back(json("one long text", message_with("\"" + many("a") + "\"")));
  loads.push_back(
      json("a text of many-byte characters", message_with("\"" + many("\xF0\x9F\x98\x80") + "\"")));
  loads.push_back(json("a text of escapes", message_with("\"" + many("\\n") + "\"")));
  loads.push_back(json("a text of escaped surrogates", message_with("\"" + many("\\ud83d\\ude00") + "\"")));
  loads.push_back(json("names that nobody knows", R"({"topic":"t")" + many(member) + "}"));
  loads.push_back(json("names within the payload", message_with("{\"a\":0" + many(member) + "}")));
  loads.push_back(json("one name of a megabyte", "{\"" + many("n") + "\":0}"));
  loads.push_back(json("one name over and over", R"({"topic":"t")" + many(R"(,"topic":"t")") + "}"));
  loads.push_back(json("user properties, an object", with_properties("{\"a\":\"\"" + many(member) + "}")));
  loads.push_back(
      json("user properties, a list", with_properties("[[\"a\",\"\"]" + many(R"(,["a",""])") + "]")));
  const std::string nest = std::string(62, '[') + std::string(62, ']');
  loads.push_back(json("brackets, as deep as allowed", message_with("[0" + many("," + nest) + "]")));
  loads.push_back(json("brackets, deeper", message_with(std::string(megabyte, '['))));
  loads.push_back(json("a number of a million digits", message_with(many("7"))));
  loads.push_back(json("numbers beyond a double", message_with("[1" + many(",1e999999999") + "]")));
  loads.push_back(json("a QoS of a million digits", R"({"topic":"t","msg":[],"qos":)" + many("7") + "}"));
  loads.push_back(json("white space", message_with("[" + many(" \n") + "]")));
  loads.push_back(
      json("base64", R"({"topic":"t","payload_encoding":"base64","msg":")" + many("AAAA") + "\"}"));
  loads.push_back(json("wrong at the last byte", message_with("[0" + many(",0") + "}")));
  loads.push_back(json("cut off", message_with("[0" + many(",0"))));
  loads.push_back(json("encoded twice", "\"{\\\"a\\\":\\\"" + many("\\\\n") + "\\\"}\""));
  loads.push_back(json("lines on /publish", many("{\"topic\":\"t\",\"msg\":0}\n")));
  loads.push_back(json("an array on /publish", "[0" + many(",0") + "]"));
}

void add_forms(std::vector<Load>& loads) {
  loads.push_back(form("form: pairs that nobody knows", many("a=&")));
  loads.push_back(form("form: one pair over and over", many("topic=t&")));
  loads.push_back(form("form: a value of escapes", "topic=t&msg=" + many("%41")));
  loads.push_back(form("form: a name of escapes", many("%41")));
  const std::string disposition = "\r\nContent-Disposition: form-data; name=";
  const std::string begin = "--bbbbbbbb" + disposition + "msg\r\n\r\n";
  loads.push_back(
      multipart("multipart: parts that nobody knows", many("--bbbbbbbb" + disposition + "a\r\n\r\n\r\n")));
  loads.push_back(multipart("multipart: all but a boundary", begin + many("\r\n--bbbbbbb")));
  loads.push_back(multipart("multipart: line breaks", begin + many("\r\n")));
  loads.push_back(multipart("multipart: a header without end", "--bbbbbbbb\r\nA: " + many("a")));
}

void add_bulks(std::vector<Load>& loads) {
  const auto list = [](const std::string& item, int count) {
    std::string text = "[" + item;
    for (int i = 1; i < count; ++i) text += "," + item;
    return text + "]";
  };
  const auto lines = [](const std::string& line, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += line + "\n";
    return text;
  };
  const std::string filled = std::string(950, 'x');
  loads.push_back(bulk("bulk: all items wrong", list("{\"" + filled + "\":0}", 1000)));
  loads.push_back(bulk("bulk: all lines wrong", lines("{\"" + filled + "\"", 1000)));
  loads.push_back(bulk("bulk: all topics wrong", list(R"({"topic":"#","msg":")" + filled + "\"}", 1000)));
  loads.push_back(bulk("bulk: all good", list(R"({"topic":"t","msg":")" + filled + "\"}", 1000)));
  loads.push_back(
      bulk("bulk: all good, with escapes", list(R"({"topic":"t","msg":"\n)" + filled + "\"}", 1000)));
  loads.push_back(bulk("bulk: too many items", "[0" + many(",0") + "]"));
  loads.push_back(bulk("bulk: too many lines", "{}\n" + many("0\n")));
  loads.push_back(bulk("bulk: empty lines", "{}\n" + many("\n")));
  loads.push_back(bulk("bulk: one item, deep", "[" + message_with(many("[")) + "]"));
}

/// The bridge without network, broker and disk.
class Bridge {
 public:
  Bridge() {
    add_routes(gateway_, settings_, services_, counters_);
    publisher_.on_connected({});
    subscriptions_.on_connected({});
  }

  /// @return the status of the answer.
  int take(const Load& load) {
    int status = 0;
    const std::string text =
        load.request + "Content-Length: " + std::to_string(load.content.size()) + "\r\n\r\n";
    const bridge::RequestHead head = parse_request_head(text, settings_.http);
    const bridge::Responder responder([&](const bridge::Response& response) { status = response.status; });
    gateway_.handle(head, load.content, responder, budget_);
    do {
      publisher_.on_turn(clock_.now());
    } while (acknowledge());
    return status;
  }

 private:
  /// The broker says yes to everything.
  bool acknowledge() {
    const auto ends = session_.accept_all();
    publisher_.on_published(ends);
    return !ends.empty();
  }

  const bridge::Settings settings_;
  bridge::ManualClock clock_;
  bridge::MemoryLogger logger_;
  bridge::Counters counters_;
  bridge::ScriptedSession session_;
  bridge::RecordedBudget budget_;
  bridge::ScriptedSubscriber subscriber_;
  bridge::Subscriptions subscriptions_{{}, {}, subscriber_, nullptr, logger_};
  bridge::ManualExecutor session_loop_;
  bridge::Publisher publisher_{settings_, session_, session_loop_, clock_, counters_};
  bridge::RepeatedRequests repeats_{clock_, counters_};
  const bridge::HttpServices services_{publisher_,
                                       repeats_,
                                       nullptr,
                                       subscriptions_,
                                       [] { return std::vector<std::string>(); },
                                       [] { return std::vector<std::string>(); }};
  bridge::HttplibGateway gateway_;
};

double cpu_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  const double bar = argc > 1 ? std::atof(argv[1]) : 50;
  std::vector<Load> loads;
  add_json(loads);
  add_forms(loads);
  add_bulks(loads);
  Bridge bridge;
  bool all_below = true;
  std::printf("| a megabyte of | status | ms |\n|---|---|---|\n");
  for (const Load& load : loads) {
    std::array<double, 5> took{};
    int status = 0;
    for (double& each : took) {
      const double begin = cpu_milliseconds();
      status = bridge.take(load);
      each = cpu_milliseconds() - begin;
    }
    std::sort(took.begin(), took.end());
    const double median = took[took.size() / 2];
    all_below = all_below && status != 0 && median <= bar;
    std::printf("| %s | %d | %.1f%s |\n", load.what.c_str(), status, median,
                median > bar ? " (above the bar)" : "");
  }
  return all_below ? 0 : 1;
}
