// The whole way of a request, from the socket to the broker's side and back: the bytes come once as a whole
// and once in pieces. Both times the same must be answered and published, and nothing that breaks a promise.
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/core/topic.h"
#include "connection.h"
#include "fakes/manual_clock.h"
#include "fakes/manual_executor.h"
#include "fakes/memory_logger.h"
#include "fakes/memory_outbox.h"
#include "fakes/scripted_session.h"
#include "fakes/scripted_subscriber.h"
#include "routes.h"

namespace {

void check(bool promise) {
  if (!promise) std::abort();
}

/// Small limits, so that they are reached.
bridge::Settings small_settings() {
  bridge::Settings settings;
  settings.http.max_head = 2048;
  settings.http.max_target = 512;
  settings.http.max_fields = 20;
  settings.http.max_body = 2000;
  settings.http.max_bulk = 10;
  settings.http.allowed_origins = {"https://panel.example"};
  settings.http.passthrough_query = {"event"};
  settings.http.ignored_query = {"u"};
  settings.http.user_property_fields = {"ce-*", "X-Git"};
  settings.http.get_publish = true;
  return settings;
}

/// The result of the bytes.
struct Outcome {
  std::vector<std::string> statuses;    // of final responses
  std::vector<std::string> published;   // topic and payload
  std::vector<std::string> overtaking;  // the same of QoS 0, which waits for nothing that is stored
  bool operator==(const Outcome&) const = default;
};

/// The bridge, but for the network, the broker and the disk.
class Bridge {
 public:
  Bridge() {
    add_routes(gateway_, settings_, services_, counters_);
    publisher_.on_connected({});
    subscriptions_.on_connected({});
    settle();
  }

  Outcome take(std::string_view bytes, std::size_t piece) {
    bridge::DeadLetter letter;
    letter.id = "one";
    letter.message.topic_name = "t";
    letter.reason_code = 135;
    outbox_.dead = {letter};
    int ends[2];
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    asio::generic::stream_protocol::socket socket(io_, asio::generic::stream_protocol(AF_UNIX, 0), ends[0]);
    open_.push_back(std::make_shared<bridge::Connection>(bridge::Channel(std::move(socket), nullptr), loop_));
    open_.back()->start();
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      if (::send(ends[1], bytes.data(), std::min(piece, bytes.size()), MSG_NOSIGNAL) < 0) break;
      settle();
    }
    ::shutdown(ends[1], SHUT_WR);
    settle();
    const std::string answers = read_all(ends[1]);
    ::close(ends[1]);
    settle();
    check(open_.empty());
    check(outbox_.stored.empty());  // the broker has taken everything
    Outcome outcome{statuses_of(answers), std::exchange(published_, {}), std::exchange(overtaking_, {})};
    forget_subscriptions();
    clock_.advance(bridge::RepeatedRequests::memory);  // nor is any Idempotency-Key known
    return outcome;
  }

 private:
  /// Goes on until nothing happens any more; the broker says yes to everything.
  void settle() {
    do {
      io_.restart();
    } while (io_.poll() > 0 || publish_all() || outbox_.flush() || subscribe_all());
  }

  bool publish_all() {
    session_loop_.run();
    publisher_.on_turn(clock_.now());
    const bool any = !session_.sent.empty() || !session_.confirmations.empty();
    for (const auto& each : session_.sent) {
      const bridge::Message& message = each.message;
      bridge::check_topic_name(message.topic_name);
      check(message.payload.size() <= settings_.http.max_body);
      auto& published = message.qos == bridge::QoS::at_most_once ? overtaking_ : published_;
      published.push_back(message.topic_name + " " + message.payload);
    }
    publisher_.on_published(session_.accept_all());
    while (!session_.confirmations.empty()) session_.answer_confirmation();
    return any;
  }

  bool subscribe_all() {
    bool any = false;
    for (auto* asked : {&subscriber_.subscribe_done, &subscriber_.unsubscribe_done}) {
      for (const auto& [filter, done] : std::exchange(*asked, {})) {
        any = true;
        done(bridge::ScriptedSubscriber::granted());
      }
    }
    return any;
  }

  void forget_subscriptions() {
    for (const auto& status : subscriptions_.list())
      subscriptions_.remove(status.subscription.topic_filter, [](const bridge::SubscriptionResult&) {});
    settle();
    logger_.lines.clear();
  }

  static std::string read_all(int socket) {
    std::string all;
    char buffer[65536];
    ssize_t n = 0;
    while ((n = ::recv(socket, buffer, sizeof(buffer), 0)) > 0)
      all.append(buffer, static_cast<std::size_t>(n));
    return all;
  }

  /// Every response is where the one before has ended; HEAD and 204 are followed by the next head.
  static std::vector<std::string> statuses_of(std::string_view answers) {
    std::vector<std::string> statuses;
    while (!answers.empty()) {
      check(answers.starts_with("HTTP/1.1 "));
      const std::size_t end = answers.find("\r\n\r\n");
      check(end != answers.npos);
      const std::string_view head = answers.substr(0, end + 2);
      answers.remove_prefix(end + 4);
      const std::size_t length = head.find("\r\nContent-Length: ");
      if (length != head.npos && !answers.starts_with("HTTP/1.1 "))
        answers.remove_prefix(std::min(answers.size(), std::stoul(std::string(head.substr(length + 18)))));
      if (head.substr(9, 3) != "100") statuses.emplace_back(head.substr(9, 3));
    }
    return statuses;
  }

  const bridge::Settings settings_ = small_settings();
  bridge::ManualClock clock_;
  bridge::MemoryLogger logger_;
  bridge::Counters counters_;
  bridge::ScriptedSession session_;
  bridge::MemoryOutbox outbox_;
  bridge::ScriptedSubscriber subscriber_;
  bridge::Subscriptions subscriptions_{{}, {}, subscriber_, nullptr, logger_};
  bridge::ManualExecutor session_loop_;
  bridge::Publisher publisher_{settings_, session_, session_loop_, clock_, counters_, &outbox_};
  bridge::RepeatedRequests repeats_{clock_, counters_};
  const bridge::HttpServices services_{publisher_,
                                       repeats_,
                                       &outbox_,
                                       subscriptions_,
                                       [] { return std::vector<std::string>(); },
                                       [] { return std::vector<std::string>(); }};
  bridge::HttplibGateway gateway_;
  asio::io_context io_{1};
  std::vector<std::shared_ptr<bridge::Connection>> open_;
  std::vector<std::string> published_;
  std::vector<std::string> overtaking_;
  bridge::RefusalLog refusals_{logger_, clock_};
  bridge::LoopContext loop_{
      .settings = settings_.http,
      .answer_timeout = std::chrono::seconds(10),
      .gateway = gateway_,
      .origin_rules = bridge::OriginRules(settings_.http, refusals_),
      .counters = counters_,
      .io = io_,
      .deliver = [](bridge::Mailbox::Delivery delivery) { delivery.to->receive(std::move(delivery.answer)); },
      .closed = [this](const auto& connection) { std::erase(open_, connection); },
      .memory = bridge::LoopMemory(1048576, 1048576)};
};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bridge bridge;
  if (size < 2) return 0;
  const std::size_t piece = 1U + data[0] % 64U;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = bridge.take(bytes, bytes.size());
  const Outcome split = bridge.take(bytes, piece);
  check(whole == split);
  check(whole.statuses.size() <= count(bytes, "HTTP/") + 1);  // and none to what is no request
  return 0;
}
