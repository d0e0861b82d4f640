#pragma once

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>

#include "bridge_fixture.h"
#include "support/scripted_broker.h"

namespace bridge::test {

/// The bridge on a scripted broker. It listens to nothing: the session's connection is the only one.
inline BridgeOptions on_script(const ScriptedBroker& broker, const std::string& mqtt = {}) {
  return {.mqtt_port = broker.port(), .mqtt = "subscribe = []\n" + mqtt};
}

inline HttpResponse post(const BridgeProcess& bridge, const std::string& topic, const std::string& payload,
                         int qos, const HttpFields& fields = {}) {
  return bridge.http().post_json("/publish", {{"topic", topic}, {"msg", payload}, {"qos", qos}}, fields);
}

/// Posts a message by a client of its own, which waits for the answer.
inline std::future<HttpResponse> post_meanwhile(const BridgeProcess& bridge, std::string topic,
                                                std::string payload, int qos, HttpFields fields = {}) {
  return std::async(std::launch::async,
                    [&bridge, topic = std::move(topic), payload = std::move(payload), qos,
                     fields = std::move(fields)] { return post(bridge, topic, payload, qos, fields); });
}

/// Posts several messages in one request; they go out in this order.
inline std::future<HttpResponse> post_bulk_meanwhile(const BridgeProcess& bridge, nlohmann::json items) {
  return std::async(std::launch::async, [&bridge, items = std::move(items)] {
    return bridge.http().post_json("/publish/bulk", items);
  });
}

inline nlohmann::json item(const std::string& topic, const std::string& payload, int qos) {
  return {{"topic", topic}, {"msg", payload}, {"qos", qos}};
}

/// A broker that accepts everything, with no properties in its CONNACK.
inline ScriptedBroker::Steps honest_broker() { return {expect("CONNECT 5 clean"), reply(connack())}; }

}  // namespace bridge::test
