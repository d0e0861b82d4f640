#include "paho_callbacks.h"

#include <gtest/gtest.h>

namespace bridge::mqtt::callbacks {
namespace {

int code_of(int code, int reason_code) {
  MQTTAsync_failureData5 data = MQTTAsync_failureData5_initializer;
  data.code = code;
  data.reasonCode = static_cast<MQTTReasonCodes>(reason_code);
  return code_of_refused_connect(data);
}

TEST(PahoCallbacksTest, ARefusedConnectHasTheBrokersCodeWhereverTheLibraryPutsIt) {
  EXPECT_EQ(code_of(135, 0), 135) << "to 1.3.14";
  EXPECT_EQ(code_of(-1, 135), 135) << "from 1.3.15 on";
  EXPECT_EQ(code_of(-1, 1), 1) << "from a broker of 3.1.1";
  EXPECT_EQ(code_of(-1, 0), -1) << "the broker has not answered";
}

}  // namespace
}  // namespace bridge::mqtt::callbacks
