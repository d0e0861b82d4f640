#include "request_reader.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/gzip.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class RequestReaderTest : public testing::Test {
 protected:
  using Progress = RequestReader::Progress;
  using Stage = RequestReader::Stage;

  /// As the connection does: begins each body, and notes "METHOD path content" of each request.
  void read(std::string_view bytes) {
    reader.append(bytes);
    for (Progress progress = take(); progress != Progress::nothing; progress = take()) {
      if (progress == Progress::head_complete) reader.begin_body(now, settings.max_body);
      if (progress == Progress::request_complete)
        requests.push_back(std::string(reader.head().method) + " " + std::string(reader.head().path()) + " " +
                           reader.take_content());
    }
  }
  Progress take() { return reader.take(settings); }

  HttpSettings settings;
  RequestReader reader;
  const TimePoint now{1h};
  std::vector<std::string> requests;

  const std::string host = " HTTP/1.1\r\nHost: h\r\n";
  const std::string get = "GET /one" + host + "\r\n";
  const std::string post = "POST /two" + host + "Content-Length: 3\r\n\r\nabc";
  const std::string chunked = "PUT /three" + host + "Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n";
  const std::vector<std::string> all_three = {"GET /one ", "POST /two abc", "PUT /three de"};
};

TEST_F(RequestReaderTest, ReadsRequestsThatComeTogether) {
  read(get + post + chunked);
  EXPECT_EQ(requests, all_three);
  EXPECT_EQ(reader.stage(), Stage::idle);
  EXPECT_EQ(reader.memory(), 0U);
}

TEST_F(RequestReaderTest, ReadsTheSameWhateverPiecesTheyComeIn) {
  const std::string wire = get + post + chunked;
  for (std::size_t size = 1; size < wire.size(); ++size) {
    requests.clear();
    for (std::size_t at = 0; at < wire.size(); at += size) read(std::string_view(wire).substr(at, size));
    EXPECT_EQ(requests, all_three) << "pieces of " << size;
  }
}

TEST_F(RequestReaderTest, TellsOnceThatAHeadHasBegun) {
  reader.append("G");
  EXPECT_EQ(take(), Progress::head_begun);
  EXPECT_EQ(reader.stage(), Stage::head);
  reader.append("ET /");
  EXPECT_EQ(take(), Progress::nothing);
  reader.append(host + "\r\n");
  EXPECT_EQ(take(), Progress::head_complete);
}

TEST_F(RequestReaderTest, IsIdleWhileOnlyEmptyLinesCome) {
  for (const char* bytes : {"\r\n", "\r\n\r\n", "\r"}) {
    reader.append(bytes);
    EXPECT_EQ(take(), Progress::nothing);
    EXPECT_EQ(reader.stage(), Stage::idle);
  }
  read("\n" + get);
  EXPECT_EQ(requests, std::vector<std::string>{"GET /one "});
}

TEST_F(RequestReaderTest, ThrowsForWhatIsNoRequest) {
  reader.append("GET /one\r\n\r\n");
  EXPECT_THROW(take(), Error);
  EXPECT_EQ(reader.head_so_far(), "GET /one\r\n\r\n") << "a refusal looks into it";
}

TEST_F(RequestReaderTest, ThrowsForAHeadThatIsTooLargeBeforeItsEnd) {
  settings.max_head = 1000;
  reader.append("GET /" + std::string(2000, 'a'));
  EXPECT_THROW(take(), Error);
}

TEST_F(RequestReaderTest, ThrowsForABodyThatBreaksItsFraming) {
  reader.append("PUT /three" + host + "Transfer-Encoding: chunked\r\n\r\nnothing\r\n");
  EXPECT_EQ(take(), Progress::head_complete);
  reader.begin_body(now, settings.max_body);
  EXPECT_THROW(take(), Error);
}

TEST_F(RequestReaderTest, ShowsTheHeadAsFarAsItHasCome) {
  EXPECT_EQ(reader.head_so_far(), "");
  read("HEAD /o");
  EXPECT_EQ(reader.head_so_far(), "HEAD /o");
  read("ne" + host + "\r\n");
  EXPECT_EQ(reader.head_so_far(), "HEAD /one" + host + "\r\n") << "of the request that is being answered";
  read("GET ");
  EXPECT_EQ(reader.head_so_far(), "GET ") << "no more of the one before";
}

TEST_F(RequestReaderTest, KnowsWhetherTheClientWaitsToBeInvited) {
  const std::string expecting = "POST /two" + host + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  reader.append(expecting);
  ASSERT_EQ(take(), Progress::head_complete);
  EXPECT_TRUE(reader.awaits_invitation());
  reader.begin_body(now, settings.max_body);
  read("abc");
  EXPECT_EQ(requests, std::vector<std::string>{"POST /two abc"});
  reader.append(expecting + "a");
  ASSERT_EQ(take(), Progress::head_complete);
  EXPECT_FALSE(reader.awaits_invitation()) << "it has not waited";
}

TEST_F(RequestReaderTest, DoesNotWaitForContentThatItWillNotGet) {
  reader.append("POST /two" + host + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(take(), Progress::head_complete);
  reader.expect_no_content();
  reader.begin_body(now, settings.max_body);
  EXPECT_EQ(take(), Progress::request_complete);
  EXPECT_FALSE(reader.head().keep_alive) << "the content may follow, and is no request";
}

TEST_F(RequestReaderTest, SaysWhatIsMissing) {
  read("GET /");
  EXPECT_STREQ(reader.timeout().what(), "the head is not complete (no empty line came in time)");
  read("two" + host + "Content-Length: 3\r\n\r\na");
  EXPECT_STREQ(reader.timeout().what(), "1 of 3 bytes of the content arrived in time");
  EXPECT_EQ(reader.timeout().errc(), Errc::request_timeout);
}

TEST_F(RequestReaderTest, LetsABodyGoOnWhileItComesQuicklyEnough) {
  settings.min_body_rate = 1000;
  read("POST /two" + host + "Content-Length: 100000\r\n\r\n" + std::string(50000, 'x'));
  EXPECT_EQ(reader.next_deadline(now + 10s, settings), now + 10s + settings.body_timeout);
  EXPECT_EQ(reader.next_deadline(now + 20s, settings), std::nullopt) << "nothing more has come";
}

TEST_F(RequestReaderTest, CountsWhatItHolds) {
  read("POST /two" + host + "Content-Length: 100000\r\n\r\n" + std::string(50000, 'x'));
  EXPECT_GE(reader.memory(), 50000U);
  reader.give_up();
  EXPECT_EQ(reader.memory(), 0U);
  EXPECT_FALSE(reader.head_so_far().empty()) << "the refusal is still to be written";
}

TEST_F(RequestReaderTest, CountsTheMemoryOfACodingWhileABodyArrives) {
  const std::string coded = test::gzip_of("text");
  read("POST /two" + host + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(coded.size()) +
       "\r\n\r\n" + coded.substr(0, 5));
  EXPECT_GE(reader.memory(), Inflater::memory);
  read(coded.substr(5));
  EXPECT_EQ(requests, std::vector<std::string>{"POST /two text"});
  EXPECT_EQ(reader.memory(), 0U);
}

TEST_F(RequestReaderTest, IsReadOnFromAfterItsMemoryWasFreed) {
  read(get);
  reader.release();
  EXPECT_EQ(reader.head_so_far(), "");
  read(post);
  EXPECT_EQ(requests, (std::vector<std::string>{"GET /one ", "POST /two abc"}));
}

}  // namespace
}  // namespace bridge
