#include "variable_byte_integer.h"

#include <gtest/gtest.h>

#include "codec_bytes.h"
#include "sink.h"

namespace bridge::mqtt {
namespace {

using State = VariableByteInteger::State;

TEST(VariableByteIntegerTest, IsReadAndWrittenAsTheTableOf155HasIt) {
  const std::pair<std::size_t, const char*> table[] = {{0, "00"},
                                                       {127, "7F"},
                                                       {128, "80 01"},
                                                       {16'383, "FF 7F"},
                                                       {16'384, "80 80 01"},
                                                       {2'097'151, "FF FF 7F"},
                                                       {2'097'152, "80 80 80 01"},
                                                       {268'435'455, "FF FF FF 7F"}};
  for (const auto& [value, notation] : table) {
    std::string out;
    Appender(out).variable_byte_integer(value);
    EXPECT_EQ(out, bytes(notation));
    EXPECT_EQ(variable_byte_integer_size(value), out.size());
    const VariableByteInteger read = read_variable_byte_integer(out + "more");
    EXPECT_EQ(read.state, State::whole);
    EXPECT_EQ(read.value, value);
    EXPECT_EQ(read.size, out.size());
  }
}

TEST(VariableByteIntegerTest, AsksForMoreWhileItsLastByteIsMissing) {
  for (const char* notation : {"", "80", "FF FF", "80 80 80"})
    EXPECT_EQ(read_variable_byte_integer(bytes(notation)).state, State::cut_off) << notation;
}

TEST(VariableByteIntegerTest, HasAtMostFourBytes) {
  for (const char* notation : {"80 80 80 80", "80 80 80 80 01", "FF FF FF FF"})
    EXPECT_EQ(read_variable_byte_integer(bytes(notation)).state, State::too_long) << notation;
}

TEST(VariableByteIntegerTest, HasNoMoreBytesThanItNeeds) {
  for (const char* notation : {"80 00", "FF 00", "80 80 00", "81 80 80 00"})
    EXPECT_EQ(read_variable_byte_integer(bytes(notation)).state, State::not_minimal) << notation;
}

}  // namespace
}  // namespace bridge::mqtt
