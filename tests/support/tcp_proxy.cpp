#include "support/tcp_proxy.h"

#include <system_error>

namespace bridge::test {
namespace {

const auto for_long = std::chrono::hours(1);

}  // namespace

TcpProxy::TcpProxy(std::uint16_t broker_port)
    : broker_port_(broker_port), acceptor_([this] { accept_all(); }) {}

TcpProxy::~TcpProxy() {
  stopping_ = true;
  hold_answers_ = false;
  listener_.shut_down();
  acceptor_.join();
  cut_all();
  workers_.join();
}

void TcpProxy::let_through(bool open) {
  {
    const std::lock_guard lock(mutex_);
    open_ = open;
  }
  if (!open) cut_all();
}

void TcpProxy::cut_all() {
  const std::lock_guard lock(mutex_);
  for (const Link& link : links_) {
    link.client.shut_down();
    link.broker.shut_down();
  }
}

void TcpProxy::accept_all() {
  while (!stopping_) {
    Socket client = listener_.accept(Clock::now() + for_long);
    if (!client.is_open()) continue;
    try {
      Socket broker = Socket::connect_to(broker_port_);
      const std::lock_guard lock(mutex_);
      if (!open_) continue;
      Link& link = links_.emplace_back(Link{std::move(client), std::move(broker)});
      workers_.run([this, &link] { serve(link); });
    } catch (const std::system_error&) {
      continue;  // no broker: the client sees its connection closed
    }
  }
}

bool TcpProxy::is_refused(const std::string& connect_packet) const {
  // Fixed header with a one-byte length, then "MQTT" with its length, then the level (MQTT 5.0, 3.1.2).
  const std::size_t name = connect_packet.find("MQTT");
  const bool level_5 =
      name != std::string::npos && name + 4 < connect_packet.size() && connect_packet[name + 4] == 5;
  return refuse_version_5_ && level_5;
}

void TcpProxy::serve(Link& link) {
  std::thread backward([this, &link] { forward_to_client(link); });
  bool first = true;
  while (true) {
    const auto bytes = link.client.receive(Clock::now() + for_long);
    if (!bytes || bytes->empty()) break;
    if (first && is_refused(*bytes)) {
      ++refused_connects_;
      if (!silent_) link.client.send_all(std::string("\x20\x02\x00\x01", 4));
      break;
    }
    first = false;
    if (!link.broker.send_all(*bytes)) break;
  }
  link.client.shut_down();
  link.broker.shut_down();
  backward.join();
}

void TcpProxy::forward_to_client(const Link& link) const {
  while (true) {
    const auto bytes = link.broker.receive(Clock::now() + for_long);
    if (!bytes || bytes->empty()) break;
    eventually(Clock::now() + for_long, [this] { return !hold_answers_; });
    if (!link.client.send_all(*bytes)) break;
  }
  link.client.shut_down();
  link.broker.shut_down();
}

}  // namespace bridge::test
