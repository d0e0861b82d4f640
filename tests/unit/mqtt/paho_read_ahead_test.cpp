#include "paho_read_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace bridge::mqtt {
namespace {

/// What a socket has for its next reads, one after the other; an empty one is the end of the stream.
std::vector<std::string> arrived;
int reads = 0;

ssize_t receive(int /*socket*/, void* to, std::size_t size, int /*flags*/) {
  ++reads;
  if (arrived.empty()) {
    errno = EAGAIN;
    return -1;
  }
  std::string& next = arrived.front();
  const std::size_t taken = std::min(size, next.size());
  std::memcpy(to, next.data(), taken);
  next.erase(0, taken);
  if (next.empty()) arrived.erase(arrived.begin());
  return static_cast<ssize_t>(taken);
}

class PahoReadAheadTest : public testing::Test {
 protected:
  PahoReadAheadTest() {
    arrived.clear();
    reads = 0;
  }

  std::string read(int socket, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t result = ahead.read(socket, bytes.data(), size, receive);
    bytes.resize(result < 0 ? 0 : static_cast<std::size_t>(result));
    return bytes;
  }

  int poll(int socket, short events) {
    std::vector<pollfd> fds = {{3, events, POLLHUP}, {socket, events, 0}};
    const int ready = ahead.answer_poll(fds.data(), fds.size());
    if (ready != 0) {
      EXPECT_EQ(fds[0].revents, 0);
      EXPECT_EQ(fds[1].revents, events & (POLLIN | POLLOUT));
    }
    return ready;
  }

  ReadAhead ahead;
};

TEST_F(PahoReadAheadTest, ReadsOnceWhatIsAskedForInPieces) {
  arrived = {"abcdef"};
  EXPECT_EQ(read(7, 1), "a");
  EXPECT_EQ(read(7, 2), "bc");
  EXPECT_EQ(read(7, 10), "def");
  EXPECT_EQ(reads, 1);
}

TEST_F(PahoReadAheadTest, TellsWhatTheSocketSays) {
  EXPECT_EQ(ahead.read(7, nullptr, 1, receive), -1);
  EXPECT_EQ(errno, EAGAIN);
  arrived = {""};
  char byte = 0;
  EXPECT_EQ(ahead.read(7, &byte, 1, receive), 0);
}

TEST_F(PahoReadAheadTest, IsReadableWhileItHoldsSomething) {
  EXPECT_EQ(poll(7, POLLIN), 0);
  arrived = {"ab"};
  read(7, 1);
  EXPECT_EQ(poll(7, POLLIN | POLLNVAL), 1);
  EXPECT_EQ(poll(7, POLLOUT), 1);
  EXPECT_EQ(poll(8, POLLIN), 0);
  read(7, 1);
  EXPECT_EQ(poll(7, POLLIN), 0);
}

TEST_F(PahoReadAheadTest, GivesNothingOfAClosedSocketToTheNext) {
  arrived = {"old", "new"};
  EXPECT_EQ(read(7, 1), "o");
  ahead.closed(7);
  EXPECT_EQ(poll(7, POLLIN), 0);
  EXPECT_EQ(read(7, 8), "new");
}

TEST_F(PahoReadAheadTest, KeepsTheBytesOfTwoSocketsApart) {
  arrived = {"seven", "eight"};
  EXPECT_EQ(read(7, 1), "s");
  EXPECT_EQ(read(8, 8), "eight");
  EXPECT_EQ(read(7, 8), "even");
}

TEST_F(PahoReadAheadTest, ReadsALargePieceWhereItIsWanted) {
  arrived = {std::string(40000, 'x')};
  EXPECT_EQ(read(7, 40000).size(), 40000U);
  EXPECT_EQ(poll(7, POLLIN), 0);
}

}  // namespace
}  // namespace bridge::mqtt
