#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bridge/core/message.h"

namespace bridge {

/// A message that the bridge sends on its own: the Will (MQTT 5.0, 3.1.2.5), and the birth message after
/// each connect. `{client_id}` in the topic stands for the Client Identifier.
struct StatusMessage {
  std::string topic;  // empty: none
  std::string payload;
  QoS qos = QoS::at_least_once;
  bool retain = true;
  bool operator==(const StatusMessage&) const = default;
};

/// Files in PEM. Peer and host name are always verified.
struct TlsSettings {
  std::string ca_file;              // empty: the system's trust store
  std::string cert_file;            // client certificate, optional
  std::string key_file;             // its private key
  std::string key_passphrase;       // of the private key; empty: it is not encrypted
  std::string key_passphrase_file;  // read at start; must not be readable by others
  std::vector<std::string> alpn;    // protocol names offered to the broker (RFC 7301), in order; empty: none
  bool operator==(const TlsSettings&) const = default;
};

struct MqttSettings {
  std::string server = "broker.emqx.io";  // a host name or address
  std::vector<std::string> servers;       // URIs, tried in order; if any, `server` and `port` are not used
  std::uint16_t port = 1883;
  std::chrono::seconds keepalive{60};
  std::string user;
  std::string password;
  std::string password_file;  // read at start; must not be readable by others
  std::string client_id;  // of the session, and before "-listener"; empty: one is made, unique per process
  int version = 5;        // 5, or 3 for MQTT 3.1.1
  std::vector<Subscription> subscribe = {{"django/mqtt", QoS::at_most_once}};
  std::chrono::seconds connect_timeout{5};
  std::chrono::seconds ack_timeout{5};       // how long a request waits for PUBACK, PUBCOMP or SUBACK
  std::chrono::seconds session_expiry{300};  // how long the broker keeps our session (MQTT 5.0, 3.1.2.11.2)
  std::chrono::seconds dead_after{2};  // how long a silent broker may pass for a live one; 0: keepalive only
  bool trust_shared_subscriptions = false;       // ask for `$share` on MQTT 3.1.1, too
  bool refuse_renamed_topics = false;            // those that RabbitMQ delivers under other names
  std::vector<std::string> allow_dollar_topics;  // Topic Filters of `$` topics that may be published to
  TlsSettings tls;
  StatusMessage will;
  StatusMessage birth;
  bool operator==(const MqttSettings&) const = default;
};

/// HTTPS instead of HTTP. Files in PEM; read at start, and again on SIGHUP.
struct HttpTlsSettings {
  std::string cert_file;       // certificate with its chain; empty: plain HTTP
  std::string key_file;        // its private key
  std::string client_ca_file;  // optional: only clients with a certificate of these are served
  bool operator==(const HttpTlsSettings&) const = default;
};

struct HttpSettings {
  std::string address = "127.0.0.1";  // or unix:/path
  std::uint16_t port = 8000;
  std::size_t max_body = 1048576;  // bytes
  std::size_t max_bulk = 1000;     // items of one POST /publish/bulk
  std::size_t max_head = 16384;    // bytes: request line and fields
  std::size_t max_target = 4096;   // bytes
  std::size_t max_fields = 100;
  std::size_t max_json_depth = 64;       // levels of arrays and objects
  std::size_t max_arriving = 134217728;  // bytes: requests that arrive, answers not taken; of all together
  std::size_t max_connections = 12000;
  std::size_t max_connections_per_address = 0;  // 0: no limit
  std::chrono::seconds head_timeout{10};
  std::chrono::seconds body_timeout{30};
  std::size_t min_body_rate = 1024;         // bytes a second that extend body_timeout; 0: nothing extends it
  std::chrono::seconds max_body_time{600};  // for a body that keeps the rate
  std::chrono::seconds idle_timeout{75};    // nginx and Varnish keep theirs for 60 s
  std::chrono::seconds handshake_timeout{10};  // of TLS
  std::size_t threads = 0;                     // event loops; 0: one
  std::string socket_mode = "0660";            // permissions of a Unix socket, octal
  std::vector<std::string> allowed_origins;    // browser pages that may call, such as https://panel.example
  std::vector<std::string> allowed_hosts;      // other names by which a loopback address is reached
  std::vector<std::string> passthrough_query;  // parameters of /topics that become User Properties; "*": all
  std::vector<std::string> ignored_query;  // parameters of /topics that mean nothing; "*": all unknown ones
  std::vector<std::string>
      user_property_fields;  // header fields that become User Properties; "ce-*": a prefix
  bool get_publish = false;  // true: GET /publish?topic=…&msg=… publishes
  HttpTlsSettings tls;
  bool anonymous = false;  // true: serve other than loopback without authentication
  bool operator==(const HttpSettings&) const = default;
};

/// Limits of the way from a request to the broker.
struct PublishSettings {
  std::size_t queue_messages = 10000;
  std::size_t queue_bytes = 67108864;
  std::size_t window = 1000;  // messages handed to the session and not yet confirmed
  bool operator==(const PublishSettings&) const = default;
};

/// The store on disk for messages that cannot be delivered now.
struct OutboxSettings {
  std::uint64_t max_messages = 1000000;
  std::uint64_t max_bytes = 1073741824;   // of messages, with dead letters
  std::uint64_t min_free = 67108864;      // bytes of disk space that are left to others
  bool store_qos0 = false;                // QoS 0 is stored as QoS 1 and 2 are, instead of now or never
  std::string id_property = "outbox-id";  // MQTT 5 User Property with the id of a stored message; empty: none
  bool operator==(const OutboxSettings&) const = default;
};

struct LogSettings {
  std::string level = "info";      // trace, debug, info, warn, error
  std::string format = "text";     // or json
  std::size_t max_payload = 1024;  // bytes of a received payload that are shown
  std::size_t queue = 8192;        // lines waiting to be written; more are dropped and counted
  bool operator==(const LogSettings&) const = default;
};

struct Settings {
  std::string state_dir;  // empty: the default; "none": nothing is kept
  MqttSettings mqtt;
  HttpSettings http;
  PublishSettings publish;
  OutboxSettings outbox;
  LogSettings log;
  bool operator==(const Settings&) const = default;
};

}  // namespace bridge
