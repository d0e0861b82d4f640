// Counts the different messages of one topic: PORT TOPIC QOS [kept]. It prints "subscribed"; then, told on
// stdin "ANSWERED SENT RECENT", waits for what is under way and prints "ARRIVED MISSING LAST": how many
// different messages came, how many of those before the RECENT last ones that were sent did not, and when the
// last of them came, in microseconds since 1970. "kept": in a session that stays with the broker.
// mosquitto_sub takes 10 µs of CPU a message, most of it system calls, as much as what is measured beside it.
// This one looks at its socket 200 times a second and takes all there is at once.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t first_number = 10'000'000;  // publish.lua counts from here
constexpr std::size_t largest_read = 65'536;
constexpr std::chrono::milliseconds pause{5};

std::string string_field(std::string_view text) {
  std::string field{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)};
  return field.append(text);
}

std::string packet(int type, const std::string& content) {
  if (content.size() > 127) throw std::runtime_error("the topic is too long");
  return std::string{static_cast<char>(type), static_cast<char>(content.size())} + content;
}

class Numbers {
 public:
  void add(std::string_view payload) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(payload.begin(), payload.end(), number);
    if (error != std::errc{} || end != payload.end() || number <= first_number) return;
    number -= first_number;
    if (number >= seen_.size()) seen_.resize(2 * number + 1);
    if (seen_[number]) return;
    seen_[number] = true;
    ++count_;
    last_ = std::chrono::system_clock::now();
  }

  std::size_t count() const { return count_; }

  std::chrono::microseconds last() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(last_.time_since_epoch());
  }

  std::size_t missing_up_to(std::size_t last) const {
    std::size_t missing = 0;
    for (std::size_t number = 1; number <= last; ++number) {
      if (number >= seen_.size() || !seen_[number]) ++missing;
    }
    return missing;
  }

 private:
  std::vector<bool> seen_;
  std::size_t count_ = 0;
  std::chrono::system_clock::time_point last_;
};

/// The little of MQTT 3.1.1 that a subscriber to one topic needs.
class Subscriber {
 public:
  Subscriber(std::uint16_t port, std::string_view topic, char qos, bool kept)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("no connection to the broker");
    }
    const char clean_session = kept ? 0 : 2;
    const std::string_view client_id = kept ? topic : "";
    send(packet(0x10, string_field("MQTT") + std::string{4, clean_session, 0, 0} + string_field(client_id)));
    send(packet(0x82, std::string{0, 1} + string_field(topic) + qos));
  }

  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;
  ~Subscriber() { ::close(socket_); }

  /// Takes the bytes that have come. @return true if there were any
  bool receive() {
    const std::size_t before = input_.size();
    input_.resize(before + largest_read);
    const ssize_t got = ::recv(socket_, input_.data() + before, input_.size() - before, MSG_DONTWAIT);
    input_.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got == 0 || (got < 0 && errno != EAGAIN))
      throw std::runtime_error("the broker closed the connection");
    take_packets();
    return got > 0;
  }

  bool subscribed() const { return subscribed_; }
  const Numbers& numbers() const { return numbers_; }

 private:
  void take_packets() {
    std::string_view rest = input_;
    while (take_packet(rest)) {
    }
    input_.erase(0, input_.size() - rest.size());
    send(acknowledgements_);
    acknowledgements_.clear();
  }

  bool take_packet(std::string_view& rest) {
    std::size_t length = 0;
    std::size_t head = 1;
    for (unsigned shift = 0;; shift += 7) {
      if (head >= rest.size()) return false;
      const auto byte = static_cast<unsigned char>(rest[head++]);
      length |= static_cast<std::size_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    if (rest.size() < head + length) return false;
    take(static_cast<unsigned char>(rest[0]), rest.substr(head, length));
    rest.remove_prefix(head + length);
    return true;
  }

  void take(unsigned char type, std::string_view content) {
    if ((type & 0xf0) == 0x90) subscribed_ = true;
    if ((type & 0xf0) != 0x30) return;
    content.remove_prefix(2 + static_cast<unsigned char>(content[0]) * 256U +
                          static_cast<unsigned char>(content[1]));
    if ((type & 0x06) != 0) {
      acknowledgements_ += packet(0x40, std::string(content.substr(0, 2)));
      content.remove_prefix(2);
    }
    numbers_.add(content);
  }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the broker closed the connection");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  int socket_;
  std::string input_;
  std::string acknowledgements_;
  Numbers numbers_;
  bool subscribed_ = false;
};

/// Passes the pause. @return true if there is something on stdin
bool told_after_pause() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, static_cast<int>(pause.count())) > 0;
}

void wait_for_the_rest(Subscriber& subscriber, std::size_t answered, std::size_t sent) {
  auto last = Clock::now();
  while (subscriber.numbers().count() < sent) {
    const bool enough = subscriber.numbers().count() >= answered;
    if (subscriber.receive()) last = Clock::now();
    if (Clock::now() - last > (enough ? std::chrono::milliseconds(300) : std::chrono::seconds(10))) return;
    ::poll(nullptr, 0, static_cast<int>(pause.count()));
  }
}

void count(std::uint16_t port, std::string_view topic, char qos, bool kept) {
  Subscriber subscriber(port, topic, qos, kept);
  while (!subscriber.subscribed()) {
    subscriber.receive();
    ::poll(nullptr, 0, 1);
  }
  std::cout << "subscribed" << std::endl;
  while (!told_after_pause()) subscriber.receive();

  std::size_t answered = 0;
  std::size_t sent = 0;
  std::size_t recent = 0;
  if (!(std::cin >> answered >> sent >> recent)) throw std::runtime_error("nobody said how many were sent");
  wait_for_the_rest(subscriber, answered, sent);
  std::cout << subscriber.numbers().count() << ' '
            << subscriber.numbers().missing_up_to(sent - std::min(sent, recent)) << ' '
            << subscriber.numbers().last().count() << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const bool kept = argc == 5 && std::string_view(argv[4]) == "kept";
    if (argc != 4 && !kept) throw std::runtime_error("usage: counting_subscriber PORT TOPIC QOS [kept]");
    count(static_cast<std::uint16_t>(std::stoi(argv[1])), argv[2], static_cast<char>(std::stoi(argv[3])),
          kept);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "counting_subscriber: " << error.what() << '\n';
    return 1;
  }
}
