// The faults of the disk, in a program that writes and knows nothing of them.

#include "disk_faults.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <sstream>

#include "support/child_process.h"
#include "support/timing.h"

namespace bridge::test {
namespace {

timespec coarse_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now;
}

class DiskFaultsTest : public ::testing::Test {
 protected:
  /// dd(1), which writes with write(2) and flushes if told so. @return its exit status.
  int write(const std::string& letters, const std::vector<std::string>& options = {}) {
    const std::string input = elsewhere_.write("input", letters);
    std::vector<std::string> arguments = {"if=" + input, "of=" + file(), "bs=4", "conv=notrunc"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_program({"dd", arguments, disk_.environment(directory_.path().string())}).status;
  }

  std::string file() const { return directory_.file("file"); }
  std::string content() const {
    std::ostringstream text;
    text << std::ifstream(file()).rdbuf();
    return text.str();
  }

  TempDir directory_;
  TempDir elsewhere_;
  DiskFaults disk_;
};

TEST_F(DiskFaultsTest, FailsWhatItIsToldAndHeals) {
  EXPECT_EQ(write("good", {"conv=notrunc,fdatasync"}), 0);
  disk_.fail(FaultyDiskControl::syncs, EIO);
  EXPECT_EQ(write("good"), 0);
  EXPECT_NE(write("good", {"conv=notrunc,fdatasync"}), 0);
  disk_.fail(FaultyDiskControl::writes, EIO);
  EXPECT_NE(write("evil"), 0);
  disk_.heal();
  EXPECT_EQ(write("fine"), 0);
  EXPECT_EQ(content(), "fine");
  EXPECT_GE(disk_.failures(), 2U);
}

TEST_F(DiskFaultsTest, TakesNoMoreBytesThanItHasRoomFor) {
  disk_.leave_room_for(8);
  EXPECT_NE(write("123456789abc"), 0);
  EXPECT_EQ(content(), "12345678");
}

TEST_F(DiskFaultsTest, LeavesOtherDirectoriesAlone) {
  disk_.fail(FaultyDiskControl::writes, EIO);
  TempDir other;
  const std::string input = elsewhere_.write("input", "good");
  EXPECT_EQ(
      run_program(
          {"dd", {"if=" + input, "of=" + other.file("file")}, disk_.environment(directory_.path().string())})
          .status,
      0);
}

TEST_F(DiskFaultsTest, ALossOfPowerTakesBackWhatWasNotFlushedAndNoMore) {
  disk_.prepare_loss_of_power();
  EXPECT_EQ(write("aaaabbbb", {"conv=notrunc,fdatasync"}), 0);
  EXPECT_EQ(write("AAAABBBBCCCCDDDD"), 0);
  EXPECT_EQ(disk_.lose_power(directory_.path().string(), 0.5), 2U);
  EXPECT_EQ(content(), "AAAABBBB");
  EXPECT_EQ(disk_.lose_power(directory_.path().string(), 1), 0U) << "the power is lost once";
  EXPECT_EQ(write("1111"), 0);
  EXPECT_EQ(disk_.lose_power(directory_.path().string(), 1), 1U);
  EXPECT_EQ(content(), "AAAABBBB");
}

TEST_F(DiskFaultsTest, ALossOfPowerSparesAFileThatTookThePlaceOfAnother) {
  disk_.prepare_loss_of_power();
  EXPECT_EQ(write("aaaa"), 0);
  // If a file system has no generations, only the tick of its clock tells the next file from this one.
  const timespec now = coarse_time();
  EXPECT_TRUE(eventually(within(patience), [&] { return coarse_time().tv_nsec != now.tv_nsec; }));
  std::filesystem::remove(file());
  std::ofstream(file()) << "other";
  disk_.lose_power(directory_.path().string(), 1);
  EXPECT_EQ(content(), "other");
}

}  // namespace
}  // namespace bridge::test
