// A disk that fails, is full, or is read-only: no false answer, no crash, and the bridge recovers at once.

#include <gtest/gtest.h>

#include <cerrno>

#include "disk_faults.h"
#include "name_space.h"
#include "stored_fixture.h"

namespace bridge::test {
namespace {

constexpr auto a_second = std::chrono::seconds(1);

class DiskTest : public StoredFixture {
 protected:
  void start_on_faulty_disk() {
    start_bridge(
        {.environment = [this](const std::string& directory) { return disk_.environment(directory); }});
  }

  void expect_refusal(int code) {
    EXPECT_EQ(last_.status, 503) << last_.content;
    EXPECT_EQ(last_.json().value("code", 0), code) << last_.content;
    EXPECT_FALSE(last_.field("Retry-After").empty());
  }

  /// Kills the bridge and starts it again, to see what the disk holds.
  LedgerTotals compare_after_a_crash() {
    bridge_->kill();
    start_again();
    return deliver_and_compare();
  }

  DiskFaults disk_;
  TempDir directory_;
};

TEST_F(DiskTest, AFailedFlushIsA504AndWhatIsRefusedMeanwhileIsNeverDelivered) {
  start_on_faulty_disk();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(post(), 202) << last_.content;
  disk_.fail(FaultyDiskControl::syncs, EIO);
  EXPECT_EQ(post(), 504) << last_.content;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(post(), 503) << last_.content;
  EXPECT_GT(disk_.failures(), 0U);
  disk_.heal();
  EXPECT_TRUE(post_until(202, within(a_second))) << last_.content;
  const LedgerTotals totals = compare_after_a_crash();
  EXPECT_GE(totals.acked, 6U);
  EXPECT_GT(totals.refused, 0U);
}

TEST_F(DiskTest, AFailedFlushAndACrashBeforeTheNextBringBackNothingRefused) {
  start_on_faulty_disk();
  ASSERT_EQ(post(), 202);
  disk_.fail(FaultyDiskControl::syncs, EIO);
  for (int i = 0; i < 3; ++i) EXPECT_NE(post(), 202);
  bridge_->kill();
  disk_.heal();
  start_again();
  deliver_and_compare();
}

/// The same with strace, which shares nothing with our own faults. LeakSanitizer does not run under it.
TEST_F(DiskTest, AFlushThatTheKernelFailsIsNeverA202) {
  if (sanitized) {
    start_on_faulty_disk();
    EXPECT_TRUE(post_until(202, within(soon)));
    disk_.fail(FaultyDiskControl::syncs | FaultyDiskControl::writes, EIO);
    EXPECT_NE(post(), 202);
    disk_.heal();
  } else {
    start_bridge({.wrapper = {"strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync",
                              "-e", "inject=fdatasync,fsync:error=EIO:when=20..26"}});
    EXPECT_TRUE(eventually(within(in_a_while), [this] { return post() != 202; }));
  }
  EXPECT_TRUE(post_until(202, within(in_a_while))) << last_.content;
  bridge_->kill();
  start_again();
  deliver_and_compare();
}

TEST_F(DiskTest, WritesThatFailAre503AndHealWithinASecond) {
  start_on_faulty_disk();
  ASSERT_EQ(post(), 202) << last_.content;
  disk_.fail(FaultyDiskControl::writes, EIO);
  EXPECT_TRUE(post_until(503, within(soon)));
  expect_refusal(151);
  disk_.heal();
  EXPECT_TRUE(post_until(202, within(a_second))) << last_.content;
  compare_after_a_crash();
}

TEST_F(DiskTest, AFullDiskIs503AndHealsWithinASecond) {
  const std::string state = directory_.file("state");
  if (can_mount()) {
    start_bridge({.wrapper = on_tmpfs(state, "256k"), .state_dir = state});
  } else {
    start_on_faulty_disk();
    disk_.leave_room_for(256 * 1024);
  }
  ASSERT_EQ(post(), 202) << last_.content;
  ASSERT_TRUE(post_until(503, within(in_a_while)));
  expect_refusal(151);
  for (int i = 0; i < 10; ++i) post();
  EXPECT_EQ(bridge_->http().get("/healthz").status, 200);
  disk_.heal();
  if (can_mount()) resize_tmpfs(bridge_->process().pid(), state, "32m");
  EXPECT_TRUE(post_until(202, within(a_second))) << last_.content;
  EXPECT_GT(deliver_and_compare().refused, 0U);
}

TEST_F(DiskTest, ADiskTooSmallForADatabaseStillStartsAndHealsWithinASecond) {
  const std::string state = directory_.file("state");
  if (can_mount()) {
    start_bridge({.wrapper = on_tmpfs(state, "64k"), .state_dir = state});
  } else {
    disk_.leave_room_for(4096);
    start_on_faulty_disk();
  }
  ASSERT_TRUE(post_until(503, within(in_a_while)));
  expect_refusal(151);
  disk_.heal();
  if (can_mount()) resize_tmpfs(bridge_->process().pid(), state, "32m");
  EXPECT_TRUE(post_until(202, within(a_second))) << last_.content;
  deliver_and_compare();
}

TEST_F(DiskTest, AReadOnlyStateDirectoryStartsAndAnswers503) {
  const std::string state = directory_.file("state");
  if (can_mount()) {
    start_bridge({.wrapper = on_read_only(state), .state_dir = state});
  } else {
    start_bridge({.state_dir = "/proc/mqtt-rest-bridge"});
  }
  EXPECT_EQ(post(), 503);
  EXPECT_FALSE(last_.field("Retry-After").empty());
  proxy_.heal();
  ASSERT_TRUE(post_until(200, within(soon))) << "the broker is there: no disk is needed";
  EXPECT_EQ(ledger_.compare(false).forbidden, 0U);
}

}  // namespace
}  // namespace bridge::test
