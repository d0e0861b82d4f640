#include "support/bridge_process.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "support/certificates.h"
#include "support/socket.h"

namespace bridge::test {
namespace {

constexpr auto soon = std::chrono::seconds(5);

/// ThreadSanitizer waits for a second at the end of each process, in case a race is yet to come: not here.
std::map<std::string, std::string> without_pause() {
  if (!sanitized) return {};
  const char* options = std::getenv("TSAN_OPTIONS");
  return {{"TSAN_OPTIONS", std::string(options == nullptr ? "" : options) + " atexit_sleep_ms=0"}};
}

}  // namespace

std::string bridge_binary() { return BRIDGE_BINARY; }

BridgeProcess::BridgeProcess(BridgeOptions options, Wait wait)
    : options_(std::move(options)),
      port_(free_port()),
      endpoint_{.port = port_, .transport = options_.transport, .path = directory_.file("http.sock")} {
  if (endpoint_.transport == Transport::https)
    endpoint_.identity.ca_file = Certificates::instance().ca_file();
  directory_.write("bridge.toml", config_text());
  start(wait);
}

BridgeProcess::~BridgeProcess() { expect_no_finding(); }

/// A sanitizer reports a fault when it finds it, and leaks at an orderly end.
void BridgeProcess::expect_no_finding() {
  if (!child_) return;
  if (sanitized && child_->running()) stop();
  child_->kill();
  child_->errors().wait_for_end(within(soon));
  for (const char* finding : {"Sanitizer:", "runtime error:"}) {
    EXPECT_EQ(child_->errors().count(finding), 0U) << child_->errors().text();
  }
}

std::string BridgeProcess::config_text() const {
  std::ostringstream text;
  text << "state_dir = \"" << (options_.keep_state ? state_dir() : "none") << "\"\n"
       << "[mqtt]\nserver = \"127.0.0.1\"\nport = " << options_.mqtt_port << "\nclient_id = \""
       << options_.client_id << "\"\n"
       << options_.mqtt << "\n[http]\nport = " << port_ << "\n"
       << options_.http << "\n";
  if (options_.transport == Transport::unix_socket) text << "address = \"unix:" << endpoint_.path << "\"\n";
  if (options_.transport == Transport::https) {
    const ServerCertificate& certificate = Certificates::instance().for_loopback();
    text << "[http.tls]\ncert_file = \"" << certificate.cert_file << "\"\nkey_file = \""
         << certificate.key_file << "\"\n";
  }
  text << options_.more << "\n";
  return text.str();
}

Command BridgeProcess::command() const {
  std::vector<std::string> words = options_.wrapper;
  words.insert(words.end(), {bridge_binary(), "--config", config_file()});
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  std::map<std::string, std::string> environment = without_pause();
  if (options_.environment) environment.merge(options_.environment(state_dir()));
  return {words.front(),
          {words.begin() + 1, words.end()},
          std::move(environment),
          directory_.path().string(),
          options_.descriptors};
}

void BridgeProcess::start(Wait wait) {
  expect_no_finding();
  child_ = std::make_unique<ChildProcess>(command());
  const bool as_wanted = wait == Wait::none ||
                         (wait == Wait::serving && wait_until_serving(within(patience))) ||
                         (wait == Wait::ready && wait_until_ready(within(patience)));
  if (!as_wanted) {
    throw std::runtime_error("the bridge did not come up: " + output().text() + child_->errors().text());
  }
}

std::string BridgeProcess::url(const std::string& target) const { return endpoint_.url(target); }

bool BridgeProcess::is_ready() const { return http().get("/readyz").status == 200; }

bool BridgeProcess::wait_until_serving(TimePoint deadline) const {
  return eventually(deadline, [this] { return http().get("/healthz").status == 200; });
}

bool BridgeProcess::wait_until_ready(TimePoint deadline) const {
  return eventually(deadline, [this] { return is_ready(); });
}

bool BridgeProcess::wait_until_not_ready(TimePoint deadline) const {
  return eventually(deadline, [this] { return http().get("/readyz").status == 503; });
}

std::optional<int> BridgeProcess::stop() {
  child_->signal(SIGTERM);
  return child_->wait_for_exit(within(patience));
}

}  // namespace bridge::test
