#include "support/mosquitto.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "support/socket.h"

namespace bridge::test {

std::array<int, 3> mosquitto_version() {
  static const std::array<int, 3> version = [] {
    const std::string text = run_program({"mosquitto", {"-h"}}).output;
    std::array<int, 3> found{};
    if (std::sscanf(text.c_str(), "mosquitto version %d.%d.%d", &found[0], &found[1], &found[2]) != 3)
      throw std::runtime_error("mosquitto -h does not begin with its version: " + text);
    return found;
  }();
  return version;
}

std::string mosquitto_name_of_311() { return mosquitto_version() < std::array{2, 1, 0} ? "p2" : "p4"; }

bool mosquitto_closes_on_forbidden_topics() { return mosquitto_version() < std::array{2, 1, 0}; }

Mosquitto::Mosquitto(MosquittoOptions options, bool start_now)
    : options_(std::move(options)), port_(free_port()) {
  if (!options_.acl.empty()) directory_.write("acl", options_.acl);
  directory_.write("mosquitto.conf", config_text());
  if (start_now) start();
}

std::string Mosquitto::config_text() const {
  std::ostringstream text;
  text << "per_listener_settings false\nallow_anonymous true\npersistence false\nuser root\n"
       << "log_dest stderr\nlog_timestamp false\nset_tcp_nodelay true\n"
       << "max_queued_messages 0\nmax_inflight_messages 0\n"
       << "log_type error\nlog_type warning\nlog_type notice\nlog_type information\nlog_type subscribe\n";
  if (options_.each_packet) text << "log_type debug\n";
  if (!options_.acl.empty()) text << "acl_file " << directory_.file("acl") << "\n";
  text << "listener " << port_ << " 127.0.0.1\n";
  if (!options_.cert_file.empty()) {
    text << "cafile " << options_.ca_file << "\ncertfile " << options_.cert_file << "\nkeyfile "
         << options_.key_file << "\n";
  }
  text << options_.more << "\n";
  return text.str();
}

TimePoint Mosquitto::start() {
  const Command command{"mosquitto", {"-c", directory_.file("mosquitto.conf")}};
  child_ = std::make_unique<ChildProcess>(command);
  const TimePoint deadline = within(std::chrono::seconds(10));
  const bool open = eventually(deadline, [this] { return port_is_open(port_) || !child_->running(); });
  const TimePoint opened_at = Clock::now();
  if (!open || !child_->running()) throw std::runtime_error("mosquitto did not start: " + log().text());
  return opened_at;
}

void Mosquitto::freeze() const { child_->signal(SIGSTOP); }

void Mosquitto::thaw() const { child_->signal(SIGCONT); }

std::size_t Mosquitto::connections_of(const std::string& client_id) const {
  return log().count(" as " + client_id + " (");
}

// "Client c disconnected." to 2.0, "Client c [127.0.0.1:1883] disconnected." from 2.1 on. If no DISCONNECT
// ended the connection, more or other words follow the name.
std::size_t Mosquitto::ends_of(const std::string& client_id) const {
  const auto lines = log().lines();
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const Line& line) {
    return line.text.starts_with("Client " + client_id + " ") &&
           (line.text.find(" disconnected") != line.text.npos || line.text.find(" closed") != line.text.npos);
  }));
}

bool Mosquitto::wait_for_goodbye(const std::string& client_id, TimePoint deadline) const {
  const std::string begin = "Client " + client_id;
  const std::string end = " disconnected.";
  return eventually(deadline, [&] {
    const auto lines = log().lines();
    return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
      return line.text == begin + end ||
             (line.text.starts_with(begin + " [") && line.text.ends_with("]" + end));
    });
  });
}

std::optional<TimePoint> Mosquitto::wait_for_connection(const std::string& client_id,
                                                        TimePoint deadline) const {
  return wait_for_line(
      [&](const std::string& text) { return text.find(" as " + client_id + " (") != text.npos; }, deadline);
}

std::optional<TimePoint> Mosquitto::wait_for_subscription(const std::string& client_id,
                                                          const std::string& topic_filter,
                                                          TimePoint deadline) const {
  return wait_for_line(
      [&](const std::string& text) {
        return text.starts_with(client_id + " ") && text.ends_with(" " + topic_filter);
      },
      deadline);
}

std::optional<TimePoint> Mosquitto::wait_for_line(const std::function<bool(const std::string&)>& fits,
                                                  TimePoint deadline) const {
  std::optional<TimePoint> seen_at;
  eventually(deadline, [&] {
    for (const Line& line : log().lines())
      if (!seen_at && fits(line.text)) seen_at = line.at;
    return seen_at.has_value();
  });
  return seen_at;
}

}  // namespace bridge::test
