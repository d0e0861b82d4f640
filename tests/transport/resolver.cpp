#include "resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>

namespace bridge::test {
namespace {

struct Name {
  std::vector<std::string> addresses;
  int hanging = 0;
};

/// Used by threads that may outlive main(), so it is never destroyed.
struct Names {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, Name> known{{"localhost", {{"127.0.0.1"}}}};
};

Names& names() {
  static Names& all = *new Names;
  return all;
}

std::vector<std::string> addresses_of(const std::string& name) {
  std::unique_lock lock(names().mutex);
  const auto found = names().known.find(name);
  if (found == names().known.end()) return {};
  if (!found->second.addresses.empty()) return found->second.addresses;
  ++found->second.hanging;
  names().changed.wait(lock, [&] { return !names().known.contains(name); });
  return {};
}

/// An address that was found. Each is a block of its own, which the replaced freeaddrinfo() frees.
struct Entry {
  addrinfo info{};
  sockaddr_storage address{};
};

addrinfo* entry_for(const std::string& text, const char* port) {
  auto* entry = new Entry;
  const auto number = static_cast<in_port_t>(std::strtoul(port, nullptr, 10));
  auto* four = reinterpret_cast<sockaddr_in*>(&entry->address);
  auto* six = reinterpret_cast<sockaddr_in6*>(&entry->address);
  const bool is_six = ::inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) == 1;
  entry->info.ai_family = is_six ? AF_INET6 : AF_INET;
  entry->info.ai_socktype = SOCK_STREAM;
  entry->info.ai_addrlen = is_six ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  entry->info.ai_addr = reinterpret_cast<sockaddr*>(&entry->address);
  if (!is_six) ::inet_pton(AF_INET, text.c_str(), &four->sin_addr);
  entry->address.ss_family = static_cast<sa_family_t>(entry->info.ai_family);
  (is_six ? six->sin6_port : four->sin_port) = htons(number);
  return &entry->info;
}

}  // namespace

Resolver::Resolver(const std::string& name, const std::vector<std::string>& addresses) : name_(name) {
  const std::lock_guard lock(names().mutex);
  names().known[name_] = {addresses};
}

Resolver::~Resolver() {
  const std::lock_guard lock(names().mutex);
  names().known.erase(name_);
  names().changed.notify_all();
}

int Resolver::hanging() const {
  const std::lock_guard lock(names().mutex);
  return names().known[name_].hanging;
}

}  // namespace bridge::test

/// A program's own definition is found before that of the C library.
extern "C" int getaddrinfo(const char* host, const char* port, const addrinfo*, addrinfo** found) {
  addrinfo** next = found;
  *next = nullptr;
  for (const std::string& address : bridge::test::addresses_of(host)) {
    *next = bridge::test::entry_for(address, port);
    next = &(*next)->ai_next;
  }
  return *found == nullptr ? EAI_NONAME : 0;
}

extern "C" void freeaddrinfo(addrinfo* info) {
  while (info != nullptr) {
    addrinfo* next = info->ai_next;
    delete reinterpret_cast<bridge::test::Entry*>(info);  // its first member
    info = next;
  }
}
