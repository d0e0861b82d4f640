#include "name_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <asio/post.hpp>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "bridge/core/thread_annotations.h"

namespace bridge::mqtt {
namespace {

constexpr int max_threads = 4;             // of the process that wait for the resolver
constexpr std::size_t max_endpoints = 32;  // a name may have any number of addresses
std::atomic<int> threads_under_way{0};     // without a destructor: a thread may outlive main()

struct Answer {
  std::vector<asio::ip::tcp::endpoint> endpoints;
  std::string fault;
};

std::string fault_of(int error) {
  return std::string("the name cannot be resolved: ") +
         (error == EAI_SYSTEM ? std::generic_category().message(errno) : ::gai_strerror(error));
}

Answer ask(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    return {{}, fault_of(error)};
  Answer answer;
  for (const addrinfo* each = found; each != nullptr && answer.endpoints.size() < max_endpoints;
       each = each->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (each->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), each->ai_addr, each->ai_addrlen);
    endpoint.resize(each->ai_addrlen);
    answer.endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  if (answer.endpoints.empty()) answer.fault = "the name has no address";
  return answer;
}

}  // namespace

/// Shared by the loop's thread and the one that waits for the resolver.
struct NameLookup::Question {
  Question(asio::io_context& asker, Done told) : io(&asker), done(std::move(told)) {}

  Mutex mutex;
  asio::io_context* io GUARDED_BY(mutex);  // null: nobody wants the answer any more
  Done done;                               // the loop's thread only
};

void NameLookup::start(const std::string& host, const std::string& port, Done done) {
  cancel();
  question_ = std::make_shared<Question>(io_, std::move(done));
  const auto answer = [question = question_](Answer given) {
    const MutexLock lock(question->mutex);
    if (question->io == nullptr) return;
    asio::post(*question->io, [question, given = std::move(given)] {
      if (const Done told = std::exchange(question->done, nullptr)) told(given.endpoints, given.fault);
    });
  };
  if (++threads_under_way > max_threads) {
    --threads_under_way;
    return answer({{}, "the system's resolver has not answered earlier questions"});
  }
  try {
    std::thread([=] {
      answer(ask(host, port));
      --threads_under_way;
    }).detach();
  } catch (const std::system_error& error) {
    --threads_under_way;
    answer({{}, std::string("the name cannot be resolved: ") + error.what()});
  }
}

void NameLookup::cancel() {
  if (question_ == nullptr) return;
  question_->done = nullptr;
  Question& question = *question_;
  const MutexLock lock(question.mutex);
  question.io = nullptr;
}

}  // namespace bridge::mqtt
