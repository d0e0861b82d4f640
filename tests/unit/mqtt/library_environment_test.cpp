#include <MQTTAsync.h>
#include <gtest/gtest.h>

namespace bridge::mqtt {
namespace {

/// The library sets up its memory when the first client is made, and its properties need that. No connection
/// is made.
class LibraryEnvironment : public ::testing::Environment {
 public:
  void SetUp() override {
    ASSERT_EQ(MQTTAsync_create(&client_, "tcp://localhost:1", "unit", MQTTCLIENT_PERSISTENCE_NONE, nullptr),
              MQTTASYNC_SUCCESS);
  }
  void TearDown() override { MQTTAsync_destroy(&client_); }

 private:
  MQTTAsync client_ = nullptr;
};

[[maybe_unused]] const auto* const environment = ::testing::AddGlobalTestEnvironment(new LibraryEnvironment);

}  // namespace
}  // namespace bridge::mqtt
