#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace bridge::test {

/// A topic as a program might send it, and the outcome that it must have.
struct RandomTopic {
  std::string in_json;  // the text between the quotes, with its escapes
  std::string name;     // its bytes, if the text has a meaning
  int status = 200;     // or 400, 403
};

/// Makes good topics out of characters of all planes, and spoils some of them in one known way.
class RandomTopics {
 public:
  explicit RandomTopics(std::uint64_t seed) : random_(seed) {}
  RandomTopic next();

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  char32_t good_character();
  void append(RandomTopic& topic, char32_t c);
  RandomTopic good_topic();
  void spoil(RandomTopic& topic);
  void spoil_whole(RandomTopic& topic);

  std::mt19937_64 random_;
};

}  // namespace bridge::test
