#include "support/fault_proxy.h"

#include <sys/socket.h>

#include <algorithm>
#include <system_error>

namespace bridge::test {
namespace {

using Kind = LinkFault::Kind;
using Direction = LinkFault::Direction;

constexpr auto look = std::chrono::milliseconds(20);  // between two looks at the sockets

/// The next close() sends RST.
void close_by_reset(const Socket& socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

FaultProxy::FaultProxy(std::uint16_t broker_port, TrafficTap* tap, ProxyGate* gate)
    : broker_port_(broker_port), tap_(tap), gate_(gate), acceptor_([this] { accept_all(); }) {}

FaultProxy::~FaultProxy() {
  stopping_ = true;
  heal();
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const Link& link : links_) {
      link.client.shut_down();
      link.broker.shut_down();
    }
  }
  workers_.join();
}

void FaultProxy::inject(LinkFault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  ++epoch_;
}

LinkFault FaultProxy::fault_of(const Stream& stream) const {
  const std::lock_guard lock(mutex_);
  const bool concerned = fault_.direction == Direction::both || fault_.direction == stream.direction;
  if (fault_.kind == Kind::drop) return {.kind = stream.link.epoch < epoch_ ? Kind::reset : Kind::pass};
  return concerned ? fault_ : LinkFault{};
}

void FaultProxy::accept_all() {
  while (!stopping_) {
    if (refusing_) {
      listener_.reset();
      pause_between_looks();
      continue;
    }
    if (!listener_) listener_.emplace(port_);
    Socket client = listener_->accept(Clock::now() + look);
    if (!client.is_open()) continue;
    const std::uint64_t epoch = epoch_;
    try {
      Socket broker = Socket::connect_to(broker_port_);
      const std::lock_guard lock(mutex_);
      Link& link = links_.emplace_back(links_.size(), epoch, std::move(client), std::move(broker));
      workers_.run([this, &link] { serve(link); });
    } catch (const std::system_error&) {
      continue;  // no broker: the client sees its connection closed
    }
  }
}

void FaultProxy::serve(Link& link) {
  std::thread backward([&] { pump({link, link.broker, link.client, Direction::from_broker}); });
  pump({link, link.client, link.broker, Direction::to_broker});
  backward.join();
  const std::lock_guard lock(mutex_);
  if (link.reset) close_by_reset(link.client);
  link.client.close();
  link.broker.close();
}

void FaultProxy::pump(Stream stream) {
  Link& link = stream.link;
  while (!link.over && !stopping_) {
    const Kind kind = fault_of(stream).kind;
    link.reset = link.reset || kind == Kind::reset || (link.robbed && kind != Kind::black_hole);
    if (link.reset) break;
    if (kind == Kind::stop_reading) {
      hold(stream, look);
      continue;
    }
    const auto bytes = stream.from.receive(Clock::now() + look);
    if (!bytes) continue;
    if (bytes->empty()) break;
    if (tap_ != nullptr && stream.direction == Direction::from_broker) tap_->from_broker(link.number, *bytes);
    if (!forward(stream, *bytes)) break;
  }
  link.over = true;
  // The other thread may be writing to a broker that does not read, or to a client that does not.
  link.broker.shut_down();
  if (!link.reset) link.client.shut_down();
}

bool FaultProxy::forward(Stream& stream, std::string_view bytes) {
  while (fault_of(stream).kind == Kind::stop_reading && !stream.link.over) hold(stream, look);
  const LinkFault fault = fault_of(stream);
  if (stream.link.robbed || fault.kind == Kind::black_hole) {
    stream.link.robbed = true;
    return true;
  }
  if (fault.kind == Kind::reset) {
    stream.link.reset = true;
    return false;
  }
  if (fault.kind == Kind::cut) return pass_until_cut(stream, bytes, fault.amount);
  if (fault.kind == Kind::throttle) return pass_slowly(stream, bytes, fault.amount);
  if (fault.kind == Kind::delay) hold(stream, std::chrono::milliseconds(fault.amount));
  keep_rate(stream, bytes.size());
  return pass(stream, bytes);
}

bool FaultProxy::pass(const Stream& stream, std::string_view bytes) const {
  if (stream.direction == Direction::from_broker) return stream.into.send_all(bytes);
  const std::size_t admitted = gate_ == nullptr ? bytes.size() : gate_->admit(stream.link.number, bytes);
  if (tap_ != nullptr && admitted > 0) tap_->to_broker(stream.link.number, bytes.substr(0, admitted));
  return stream.into.send_all(bytes.substr(0, admitted)) && admitted == bytes.size();
}

void FaultProxy::keep_rate(Stream& stream, std::size_t size) const {
  if (rate_ == 0) return;
  const std::chrono::duration<double> time(static_cast<double>(size) / static_cast<double>(rate_));
  const TimePoint now = Clock::now();
  stream.free_at = std::max(stream.free_at, now) + std::chrono::duration_cast<Clock::duration>(time);
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(stream.free_at - now);
  if (wait.count() > 1) hold(stream, wait);
}

bool FaultProxy::pass_until_cut(Stream& stream, std::string_view bytes, std::size_t limit) {
  if (stream.epoch != epoch_) {
    stream.epoch = epoch_;
    stream.passed = 0;
  }
  const std::size_t rest = limit - std::min(limit, stream.passed);
  stream.passed += bytes.size();
  if (bytes.size() <= rest) return pass(stream, bytes);
  pass(stream, bytes.substr(0, rest));
  stream.link.reset = true;
  return false;
}

bool FaultProxy::pass_slowly(const Stream& stream, std::string_view bytes, std::size_t bytes_a_second) {
  const std::size_t slice = std::max<std::size_t>(1, bytes_a_second * look.count() / 1000);
  const std::uint64_t epoch = epoch_;
  while (!bytes.empty() && epoch == epoch_ && !stream.link.over) {
    if (!pass(stream, bytes.substr(0, slice))) return false;
    bytes.remove_prefix(std::min(slice, bytes.size()));
    hold(stream, look);
  }
  return bytes.empty() || pass(stream, bytes);
}

void FaultProxy::hold(const Stream& stream, std::chrono::milliseconds time) const {
  const std::uint64_t epoch = epoch_;
  eventually(Clock::now() + time,
             [&] { return epoch != epoch_ || stream.link.over.load() || stopping_.load(); });
}

}  // namespace bridge::test
