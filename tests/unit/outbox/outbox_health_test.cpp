// The words about an outbox that accepts nothing: in the log, and without paths for HTTP clients.

#include "outbox_health.h"

#include <fstream>

#include "outbox_fixture.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

class OutboxHealthTest : public OutboxFixture {};

TEST_F(OutboxHealthTest, ADirectoryThatCannotBeMadeIsNotNearlyFull) {
  fs::create_directories(directory);
  std::ofstream(directory / "file") << "in the way";
  const fs::path root = directory;
  directory = root / "file" / "state";
  open();
  const OutboxStatus status = outbox->status();
  EXPECT_FALSE(status.accepting);
  EXPECT_FALSE(status.nearly_full);
  EXPECT_EQ(status.reason, "state_dir cannot be opened: Not a directory");
  EXPECT_NE(status.fault.find(directory.string()), std::string::npos) << status.fault;
  EXPECT_EQ(logger.count("The outbox accepts no messages: state_dir cannot be opened"), 1U) << logger.all();
  close();
  directory = root;
}

TEST_F(OutboxHealthTest, ADirectoryThatCanBeMadeLaterIsTakenThen) {
  fs::create_directories(directory);
  const fs::path root = directory;
  std::ofstream(root / "file") << "in the way";
  directory = root / "file" / "state";
  open();
  EXPECT_FALSE(outbox->accepting());
  fs::remove(root / "file");
  EXPECT_TRUE(eventually([&] { return outbox->accepting(); }));
  EXPECT_EQ(outbox->status().reason, "");
  close();
  directory = root;
}

TEST_F(OutboxHealthTest, ALimitIsNamed) {
  settings.max_messages = 1;
  open();
  append(record("a"));
  EXPECT_TRUE(outbox->status().nearly_full);
  EXPECT_EQ(outbox->status().reason, "outbox.max_messages is reached");
}

TEST_F(OutboxHealthTest, RoomThatIsNotKnownIsNotNearlyNone) {
  OutboxHealth health(settings, logger);
  health.publish({}, std::nullopt, true);
  EXPECT_FALSE(health.accepting());
  EXPECT_FALSE(health.status(0).nearly_full);
  EXPECT_EQ(health.status(0).reason, "how much room is left on the disk cannot be told");
  health.publish({}, 0, true);
  EXPECT_TRUE(health.status(0).nearly_full);
}

}  // namespace
}  // namespace bridge
