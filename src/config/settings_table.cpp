#include <algorithm>
#include <array>

#include "checks.h"
#include "setting.h"

namespace bridge::config {
namespace {

constexpr std::int64_t max_seconds = 86400;
constexpr std::int64_t max_count = 10'000'000;
constexpr std::int64_t max_packet = 268'435'455;        // bytes: MQTT 5.0, 1.5.5
constexpr std::int64_t max_memory = 1'099'511'627'776;  // bytes

template <auto Member>
constexpr Field mqtt = field<&Settings::mqtt, Member>();
template <auto Member>
constexpr Field tls = field<&Settings::mqtt, &MqttSettings::tls, Member>();
template <auto Member>
constexpr Field will = field<&Settings::mqtt, &MqttSettings::will, Member>();
template <auto Member>
constexpr Field birth = field<&Settings::mqtt, &MqttSettings::birth, Member>();
template <auto Member>
constexpr Field http = field<&Settings::http, Member>();
template <auto Member>
constexpr Field http_tls = field<&Settings::http, &HttpSettings::tls, Member>();
template <auto Member>
constexpr Field publish = field<&Settings::publish, Member>();
template <auto Member>
constexpr Field outbox = field<&Settings::outbox, Member>();
template <auto Member>
constexpr Field log = field<&Settings::log, Member>();

constexpr auto known_settings = std::to_array<Setting>({
    {.key = "state_dir",
     .field = field<&Settings::state_dir>(),
     .rule = check_text,
     .flag = {"--state-dir", "DIR", "where to keep state; none: keep nothing"}},

    {.key = "mqtt.server",
     .field = mqtt<&MqttSettings::server>,
     .rule = check_host,
     .flag = {"--mqtt-server", "HOST", "broker to connect to"}},
    {.key = "mqtt.port",
     .field = mqtt<&MqttSettings::port>,
     .rule = Range{1, 65535},
     .flag = {"--mqtt-port", "PORT", "its port"}},
    {.key = "mqtt.servers", .field = mqtt<&MqttSettings::servers>, .rule = check_server_uri},
    {.key = "mqtt.keepalive",
     .field = mqtt<&MqttSettings::keepalive>,
     .rule = Range{0, 65535},
     .unit = "seconds"},
    {.key = "mqtt.user",
     .field = mqtt<&MqttSettings::user>,
     .rule = check_text,
     .flag = {"--mqtt-user", "NAME", "user name for the broker"}},
    {.key = "mqtt.password", .field = mqtt<&MqttSettings::password>, .rule = check_text, .secret = true},
    {.key = "mqtt.password_file", .field = mqtt<&MqttSettings::password_file>, .rule = check_text},
    {.key = "mqtt.client_id",
     .field = mqtt<&MqttSettings::client_id>,
     .rule = check_text,
     .flag = {"--mqtt-client-id", "ID", "Client Identifier; empty: one is made, unique per process"}},
    {.key = "mqtt.version", .field = mqtt<&MqttSettings::version>, .rule = OneOf{"3 5"}},
    {.key = "mqtt.subscribe",
     .field = mqtt<&MqttSettings::subscribe>,
     .rule = check_filter,
     .flag = {"--subscribe", "FILTER", "topic filter to log, QoS 0; repeatable, replaces the list"}},
    {.key = "mqtt.trust_shared_subscriptions", .field = mqtt<&MqttSettings::trust_shared_subscriptions>},
    {.key = "mqtt.refuse_renamed_topics", .field = mqtt<&MqttSettings::refuse_renamed_topics>},
    {.key = "mqtt.connect_timeout",
     .field = mqtt<&MqttSettings::connect_timeout>,
     .rule = Range{1, max_seconds},
     .unit = "seconds"},
    {.key = "mqtt.ack_timeout",
     .field = mqtt<&MqttSettings::ack_timeout>,
     .rule = Range{1, max_seconds},
     .unit = "seconds"},
    {.key = "mqtt.session_expiry",
     .field = mqtt<&MqttSettings::session_expiry>,
     .rule = Range{0, 4294967295},
     .unit = "seconds"},
    {.key = "mqtt.dead_after",
     .field = mqtt<&MqttSettings::dead_after>,
     .rule = Range{0, max_seconds},
     .unit = "seconds"},
    {.key = "mqtt.allow_dollar_topics",
     .field = mqtt<&MqttSettings::allow_dollar_topics>,
     .rule = check_dollar_filter},

    {.key = "mqtt.tls.ca_file", .field = tls<&TlsSettings::ca_file>, .rule = check_text},
    {.key = "mqtt.tls.cert_file", .field = tls<&TlsSettings::cert_file>, .rule = check_text},
    {.key = "mqtt.tls.key_file", .field = tls<&TlsSettings::key_file>, .rule = check_text},
    {.key = "mqtt.tls.key_passphrase",
     .field = tls<&TlsSettings::key_passphrase>,
     .rule = check_text,
     .secret = true},
    {.key = "mqtt.tls.key_passphrase_file",
     .field = tls<&TlsSettings::key_passphrase_file>,
     .rule = check_text},
    {.key = "mqtt.tls.alpn", .field = tls<&TlsSettings::alpn>, .rule = check_alpn},

    {.key = "mqtt.will.topic", .field = will<&StatusMessage::topic>, .rule = check_text},
    {.key = "mqtt.will.payload", .field = will<&StatusMessage::payload>, .rule = check_payload},
    {.key = "mqtt.will.qos", .field = will<&StatusMessage::qos>, .rule = Range{0, 2}},
    {.key = "mqtt.will.retain", .field = will<&StatusMessage::retain>},

    {.key = "mqtt.birth.topic", .field = birth<&StatusMessage::topic>, .rule = check_text},
    {.key = "mqtt.birth.payload", .field = birth<&StatusMessage::payload>, .rule = check_payload},
    {.key = "mqtt.birth.qos", .field = birth<&StatusMessage::qos>, .rule = Range{0, 2}},
    {.key = "mqtt.birth.retain", .field = birth<&StatusMessage::retain>},

    {.key = "http.address",
     .field = http<&HttpSettings::address>,
     .rule = check_listen_address,
     .flag = {"--http-address", "ADDRESS", "address to listen on"}},
    {.key = "http.port",
     .field = http<&HttpSettings::port>,
     .rule = Range{1, 65535},
     .flag = {"--http-port", "PORT", "port to listen on"}},
    {.key = "http.max_body",
     .field = http<&HttpSettings::max_body>,
     .rule = Range{1, max_packet},
     .unit = "bytes"},
    {.key = "http.max_bulk",
     .field = http<&HttpSettings::max_bulk>,
     .rule = Range{1, max_count},
     .unit = "items"},
    {.key = "http.max_head",
     .field = http<&HttpSettings::max_head>,
     .rule = Range{1024, 1048576},
     .unit = "bytes"},
    {.key = "http.max_target",
     .field = http<&HttpSettings::max_target>,
     .rule = Range{64, 1048576},
     .unit = "bytes"},
    {.key = "http.max_fields",
     .field = http<&HttpSettings::max_fields>,
     .rule = Range{1, 10000},
     .unit = "fields"},
    {.key = "http.max_json_depth",
     .field = http<&HttpSettings::max_json_depth>,
     .rule = Range{1, 256},
     .unit = "levels"},
    {.key = "http.max_arriving",
     .field = http<&HttpSettings::max_arriving>,
     .rule = Range{1048576, max_memory},
     .unit = "bytes"},
    {.key = "http.max_connections",
     .field = http<&HttpSettings::max_connections>,
     .rule = Range{1, max_count},
     .unit = "connections"},
    {.key = "http.max_connections_per_address",
     .field = http<&HttpSettings::max_connections_per_address>,
     .rule = Range{0, max_count},
     .unit = "connections"},
    {.key = "http.head_timeout",
     .field = http<&HttpSettings::head_timeout>,
     .rule = Range{1, max_seconds},
     .unit = "seconds"},
    {.key = "http.body_timeout",
     .field = http<&HttpSettings::body_timeout>,
     .rule = Range{1, max_seconds},
     .unit = "seconds"},
    {.key = "http.min_body_rate",
     .field = http<&HttpSettings::min_body_rate>,
     .rule = Range{0, max_packet},
     .unit = "bytes a second"},
    {.key = "http.max_body_time",
     .field = http<&HttpSettings::max_body_time>,
     .rule = Range{1, max_seconds},
     .unit = "seconds"},
    {.key = "http.idle_timeout",
     .field = http<&HttpSettings::idle_timeout>,
     .rule = Range{1, max_seconds},
     .unit = "seconds"},
    {.key = "http.threads",
     .field = http<&HttpSettings::threads>,
     .rule = Range{0, 1024},
     .unit = "event loops"},
    {.key = "http.handshake_timeout",
     .field = http<&HttpSettings::handshake_timeout>,
     .rule = Range{1, max_seconds},
     .unit = "seconds"},
    {.key = "http.socket_mode", .field = http<&HttpSettings::socket_mode>, .rule = check_file_mode},
    {.key = "http.allowed_origins", .field = http<&HttpSettings::allowed_origins>, .rule = check_origin},
    {.key = "http.allowed_hosts", .field = http<&HttpSettings::allowed_hosts>, .rule = check_host},
    {.key = "http.passthrough_query", .field = http<&HttpSettings::passthrough_query>, .rule = check_text},
    {.key = "http.ignored_query", .field = http<&HttpSettings::ignored_query>, .rule = check_text},
    {.key = "http.user_property_fields",
     .field = http<&HttpSettings::user_property_fields>,
     .rule = check_field_pattern},
    {.key = "http.get_publish", .field = http<&HttpSettings::get_publish>},
    {.key = "http.anonymous", .field = http<&HttpSettings::anonymous>},

    {.key = "http.tls.cert_file", .field = http_tls<&HttpTlsSettings::cert_file>, .rule = check_text},
    {.key = "http.tls.key_file", .field = http_tls<&HttpTlsSettings::key_file>, .rule = check_text},
    {.key = "http.tls.client_ca_file",
     .field = http_tls<&HttpTlsSettings::client_ca_file>,
     .rule = check_text},

    {.key = "publish.queue_messages",
     .field = publish<&PublishSettings::queue_messages>,
     .rule = Range{1, max_count},
     .unit = "messages"},
    {.key = "publish.queue_bytes",
     .field = publish<&PublishSettings::queue_bytes>,
     .rule = Range{1, max_memory},
     .unit = "bytes"},
    {.key = "publish.window",
     .field = publish<&PublishSettings::window>,
     .rule = Range{1, 65535},
     .unit = "messages"},

    {.key = "outbox.max_messages",
     .field = outbox<&OutboxSettings::max_messages>,
     .rule = Range{1, 1'000'000'000},
     .unit = "messages"},
    {.key = "outbox.max_bytes",
     .field = outbox<&OutboxSettings::max_bytes>,
     .rule = Range{1, max_memory},
     .unit = "bytes"},
    {.key = "outbox.min_free",
     .field = outbox<&OutboxSettings::min_free>,
     .rule = Range{0, max_memory},
     .unit = "bytes"},
    {.key = "outbox.store_qos0", .field = outbox<&OutboxSettings::store_qos0>},
    {.key = "outbox.id_property", .field = outbox<&OutboxSettings::id_property>, .rule = check_text},

    {.key = "log.level",
     .field = log<&LogSettings::level>,
     .rule = OneOf{"trace debug info warn error"},
     .flag = {"--log-level", "LEVEL", "trace, debug, info, warn or error"}},
    {.key = "log.format",
     .field = log<&LogSettings::format>,
     .rule = OneOf{"text json"},
     .flag = {"--log-format", "FORMAT", "text, or json: one object a line"}},
    {.key = "log.max_payload",
     .field = log<&LogSettings::max_payload>,
     .rule = Range{0, max_packet},
     .unit = "bytes"},
    {.key = "log.queue", .field = log<&LogSettings::queue>, .rule = Range{1, max_count}, .unit = "lines"},
});

}  // namespace

std::span<const Setting> all_settings() { return known_settings; }

const Setting* find_setting(std::string_view key) {
  const auto* found = std::find_if(std::begin(known_settings), std::end(known_settings),
                                   [&](const Setting& s) { return s.key == key; });
  return found == std::end(known_settings) ? nullptr : found;
}

std::string variable_of(std::string_view key) {
  std::string name(key);
  for (char& c : name) {
    if (c == '.') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

std::string_view section_of(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  return dot == key.npos ? std::string_view() : key.substr(0, dot);
}

bool is_section(std::string_view name) {
  return std::any_of(std::begin(known_settings), std::end(known_settings),
                     [&](const Setting& setting) { return section_of(setting.key) == name; });
}

}  // namespace bridge::config
