#include "broker_limits.h"

namespace bridge::mqtt {
namespace {

/// 0 is never a valid value of the numbers below, but is one of the flags.
std::optional<std::int64_t> number(const MQTTProperties& properties, MQTTPropertyCodes code) {
  auto* of = const_cast<MQTTProperties*>(&properties);  // the library does not write here; its API says less
  if (MQTTProperties_hasProperty(of, code) == 0) return {};
  return MQTTProperties_getNumericValue(of, code);
}

bool flag(const MQTTProperties& properties, MQTTPropertyCodes code) {
  return number(properties, code).value_or(1) != 0;
}

}  // namespace

BrokerLimits limits_of_connack(const MQTTProperties& properties) {
  BrokerLimits limits;
  if (const auto qos = number(properties, MQTTPROPERTY_CODE_MAXIMUM_QOS)) {
    limits.maximum_qos = *qos == 0 ? QoS::at_most_once : QoS::at_least_once;  // 2 is not sent (3.2.2.3.4)
  }
  limits.retain_available = flag(properties, MQTTPROPERTY_CODE_RETAIN_AVAILABLE);
  limits.wildcard_available = flag(properties, MQTTPROPERTY_CODE_WILDCARD_SUBSCRIPTION_AVAILABLE);
  limits.shared_available = flag(properties, MQTTPROPERTY_CODE_SHARED_SUBSCRIPTION_AVAILABLE);
  // four bytes come back as a signed number
  if (const auto size = number(properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE); size && *size != 0) {
    limits.maximum_packet_size = static_cast<std::uint32_t>(*size);
  }
  if (const auto maximum = number(properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM); maximum && *maximum != 0) {
    limits.receive_maximum = static_cast<std::uint16_t>(*maximum);
  }
  return limits;
}

BrokerLimits limits_of_mqtt_3() {
  BrokerLimits limits;
  limits.protocol_version = 4;
  return limits;
}

std::optional<std::chrono::seconds> server_keep_alive(const MQTTProperties& properties) {
  const auto value = number(properties, MQTTPROPERTY_CODE_SERVER_KEEP_ALIVE);
  if (!value) return {};
  return std::chrono::seconds(*value);
}

}  // namespace bridge::mqtt
