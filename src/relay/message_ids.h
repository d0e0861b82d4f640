#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace bridge {

/// Makes the ids of stored messages: unique for ever, over restarts and over databases, since each process
/// begins with a random word of its own. Not safe from several threads.
class MessageIds {
 public:
  MessageIds() : MessageIds(std::random_device{}) {}

  std::string next() { return prefix_ + std::to_string(++last_); }

 private:
  explicit MessageIds(std::random_device random) {
    static constexpr char digits[] = "0123456789abcdefghijklmnopqrstuv";
    for (int i = 0; i < 12; ++i) prefix_ += digits[random() % 32];  // 60 bits
    prefix_ += '-';
  }

  std::string prefix_;
  std::uint64_t last_ = 0;
};

}  // namespace bridge
