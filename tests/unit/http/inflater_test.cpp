#include "inflater.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"
#include "support/gzip.h"

namespace bridge {
namespace {

using test::gzip_of;

constexpr std::size_t inflated_limit = 100000;

/// Inflates `coded` given in pieces of `step`.
std::string inflated(const std::string& coded, std::size_t step, std::size_t limit = inflated_limit) {
  Inflater inflater(ContentCoding::gzip, limit);
  std::string content;
  for (std::size_t at = 0; at < coded.size(); at += step) inflater.take(coded.substr(at, step), content);
  inflater.finish();
  return content;
}

/// The fault of `coded`, which must be the same if it comes at once and if it comes byte by byte.
Error fault_of_coded(const std::string& coded, std::size_t limit = inflated_limit) {
  Error faults[] = {{Errc::internal, "was taken"}, {Errc::internal, "was taken"}};
  for (const bool whole : {true, false}) {
    try {
      inflated(coded, whole ? coded.size() : 1, limit);
    } catch (const Error& error) {
      faults[whole ? 0 : 1] = error;
    }
  }
  EXPECT_STREQ(faults[0].what(), faults[1].what());
  return faults[0];
}

/// Nothing that a compressor could shorten.
std::string incompressible(std::size_t size) {
  std::string bytes;
  unsigned state = 1;
  while (bytes.size() < size) bytes += static_cast<char>((state = state * 1103515245U + 12345U) >> 16U);
  return bytes;
}

TEST(InflaterTest, InflatesHoweverTheBytesAreCut) {
  const std::string content = "hello, " + incompressible(5000) + std::string(50000, 'x');
  const std::string coded = gzip_of(content);
  for (const std::size_t step : {1U, 2U, 7U, 1000U, 100000U})
    EXPECT_EQ(inflated(coded, step), content) << step;
  EXPECT_EQ(inflated(gzip_of(""), 3), "");
}

TEST(InflaterTest, TakesSeveralMembersAsOneContent) {
  const std::string coded = gzip_of("one, ") + gzip_of("") + gzip_of("two");
  for (std::size_t step = 1; step <= coded.size(); ++step)
    EXPECT_EQ(inflated(coded, step), "one, two") << step;
}

TEST(InflaterTest, RefusesWhatIsNotGzipOrIsDamaged) {
  const std::string coded = gzip_of("hello, hello, hello");
  std::string other_sum = coded;
  other_sum[coded.size() - 8] = static_cast<char>(other_sum[coded.size() - 8] ^ 1);
  std::string other_size = coded;
  other_size[coded.size() - 1] = static_cast<char>(other_size[coded.size() - 1] ^ 1);
  for (const std::string& wrong : {std::string("hello"), std::string("\x78\x9c\x03\0\0\0\0\x01", 8),
                                   std::string("\x1f\x8b\x09\0", 4), other_sum, other_size}) {
    const Error fault = fault_of_coded(wrong);
    EXPECT_EQ(fault.errc(), Errc::malformed_content) << fault.what();
    EXPECT_NE(std::string(fault.what()).find("not gzip"), std::string::npos) << fault.what();
  }
}

TEST(InflaterTest, SaysThatTheDataEndTooEarlyOrGoOn) {
  const std::string coded = gzip_of("hello, hello, hello");
  for (std::size_t size = 1; size < coded.size(); ++size)
    EXPECT_STREQ(fault_of_coded(coded.substr(0, size)).what(), "the gzip data ends too early") << size;
  for (const std::string& more : {std::string("x"), std::string(1, '\0'), std::string("{}")})
    EXPECT_STREQ(fault_of_coded(coded + more).what(), "there is more behind the end of the gzip data");
  EXPECT_EQ(fault_of_coded(coded + coded.substr(0, 1)).errc(), Errc::malformed_content);
  EXPECT_EQ(fault_of_coded(coded + "\x1f?").errc(), Errc::malformed_content);
}

TEST(InflaterTest, TakesDeflateInZlibsFormatAndNoOther) {
  const auto take = [](const std::string& coded) {
    Inflater inflater(ContentCoding::deflate, inflated_limit);
    std::string content;
    inflater.take(coded, content);
    inflater.finish();
    return content;
  };
  const std::string coded = test::zlib_of("hello, hello");
  EXPECT_EQ(take(coded), "hello, hello");
  for (const std::string& wrong : {test::bare_deflate_of("hello, hello"), gzip_of("hello, hello"),
                                   coded + coded, coded + "x", coded.substr(0, coded.size() - 1)})
    EXPECT_THROW(take(wrong), Error);
}

TEST(InflaterTest, StopsAtTheLimit) {
  EXPECT_EQ(inflated(gzip_of(std::string(inflated_limit, 'x')), 100).size(), inflated_limit);
  EXPECT_EQ(fault_of_coded(gzip_of(std::string(inflated_limit + 1, 'x'))).errc(), Errc::too_large);
  EXPECT_EQ(fault_of_coded(gzip_of(std::string(50000, 'x')) + gzip_of(std::string(50001, 'x'))).errc(),
            Errc::too_large);
  EXPECT_EQ(fault_of_coded(gzip_of("x"), 0).errc(), Errc::too_large);
}

TEST(InflaterTest, ABombCostsNoMoreThanTheLimit) {
  const std::string bomb = gzip_of(std::string(16777216, '\0'));
  EXPECT_LT(bomb.size(), 32768U);
  Inflater inflater(ContentCoding::gzip, inflated_limit);
  std::string content;
  EXPECT_THROW(inflater.take(bomb, content), Error);
  EXPECT_LE(content.size(), inflated_limit);
  EXPECT_LE(content.capacity(), 2 * inflated_limit);
}

}  // namespace
}  // namespace bridge
