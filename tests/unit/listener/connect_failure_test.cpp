#include "connect_failure.h"

#include <gtest/gtest.h>

namespace bridge::listener {
namespace {

using Failure = ReconnectPolicy::Failure;

struct Case {
  const char* what;
  int return_code;
  int reason_code;
  const char* text;
  int code;
  Failure kind;
};

TEST(ConnectFailureTest, ReadsTheBrokersCodeWhereverPahoKeepsIt) {
  const Case cases[] = {
      {"MQTT 5 to 1.3.14", 135, 0, "CONNACK return code", 135, Failure::refused},
      {"MQTT 5 from 1.3.15", -1, 135, "CONNACK return code", 135, Failure::refused},
      {"3.1.1 with paho.mqtt.cpp 1.2", 5, 255, "CONNACK return code", 5, Failure::refused},
      {"3.1.1 with paho.mqtt.cpp 1.5", 5, 0, "CONNACK return code", 5, Failure::refused},
      {"version refused, 5", 132, 0, "CONNACK return code", 132, Failure::version_refused},
      {"version refused, 5, from 1.3.15", -1, 132, "CONNACK return code", 132, Failure::version_refused},
      {"version refused, 3.1.1", 1, 0, "CONNACK return code", 1, Failure::version_refused},
      {"no connection", -1, 0, "TCP/TLS connect failure", -1, Failure::unreachable},
      {"no connection, paho.mqtt.cpp 1.2", -1, 255, "", -1, Failure::unreachable},
      {"closed", -1, 0, "TCP connect completion failure", -1, Failure::closed_silently},
      {"no answer", -1, 0, "TCP connect timeout", -1, Failure::unanswered},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    const ConnectFailure failure = connect_failure(one.return_code, one.reason_code, one.text);
    EXPECT_EQ(failure.code, one.code);
    EXPECT_EQ(failure.kind, one.kind);
  }
}

}  // namespace
}  // namespace bridge::listener
