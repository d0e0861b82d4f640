#include "paho_repairs.h"

#include "broker_socket.h"
#include "paho_rounds.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <unordered_map>

namespace {

constexpr int socket_error = -1;
constexpr int socket_complete = 0;
constexpr useconds_t sleep_of_reading_thread = 100'000;
constexpr int look_for_connection_ms = 10;

std::atomic<int> connections{0};
std::atomic<int> attempts{0};
thread_local int last_reason_code = 0;

/// The exchanges of QoS 1 and 2: PUBLISH to PUBCOMP, without a PUBLISH of QoS 0 (MQTT 5.0, 2.1.2
/// and 3.3.1.2).
bool is_repeated_on_next_connection(std::uint8_t fixed_header) {
  const int type = fixed_header >> 4U;
  const bool is_publish = type == 3;
  return is_publish ? (fixed_header & 0x06U) != 0 : type >= 4 && type <= 7;
}

/// How the library lays out a PUBACK, PUBREC or PUBCOMP that it has read.
struct Acknowledgement {
  std::uint8_t header;
  int packet_identifier;
  std::uint8_t reason_code;
  int protocol_version;
};

int reason_code_of(const void* packet) {
  const auto* acknowledgement = static_cast<const Acknowledgement*>(packet);
  return acknowledgement->protocol_version >= 5 ? acknowledgement->reason_code : 0;
}

/// The Reason Codes of PUBRECs whose PUBCOMP is awaited, where they are not 0. Only the reading thread comes
/// here; a packet identifier that is used again overwrites what it left.
std::unordered_map<std::uint64_t, int>& received_codes() {
  static std::unordered_map<std::uint64_t, int> codes;
  return codes;
}

std::uint64_t key_of(const void* packet, int socket) {
  const auto identifier = static_cast<const Acknowledgement*>(packet)->packet_identifier;
  return static_cast<std::uint64_t>(socket) << 16U | static_cast<std::uint16_t>(identifier);
}

void note_pubrec(const void* packet, int socket) noexcept {
  const int reason_code = reason_code_of(packet);
  if (reason_code == 0) {
    received_codes().erase(key_of(packet, socket));
  } else {
    received_codes()[key_of(packet, socket)] = reason_code;
  }
}

void note_pubcomp(const void* packet, int socket) {
  last_reason_code = reason_code_of(packet);
  const auto received = received_codes().extract(key_of(packet, socket));
  if (last_reason_code == 0 && !received.empty()) last_reason_code = received.mapped();
}

}  // namespace

// The names are the linker's: a call of f becomes one of __wrap_f, and __real_f is f. The originals are weak
// so that a program linked without --wrap fails a test and not the linker.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
extern "C" {
[[gnu::weak]] int __real_WebSocket_putdatas(void* net, char** header, std::size_t* header_size, void* rest);
[[gnu::weak]] int __real_MQTTProtocol_handlePubacks(void* packet, int socket, void** to_remove);
[[gnu::weak]] int __real_MQTTProtocol_handlePubcomps(void* packet, int socket, void** to_remove);
[[gnu::weak]] int __real_MQTTProtocol_handlePubrecs(void* packet, int socket, void** to_remove);
[[gnu::weak]] int __real_usleep(useconds_t duration);
[[gnu::weak]] char* __real_getenv(const char* name);

int __wrap_WebSocket_putdatas(void* net, char** header, std::size_t* header_size, void* rest) {
  const auto fixed_header = static_cast<std::uint8_t>(**header);
  bridge::mqtt::broker_socket().writes(*static_cast<const int*>(net), fixed_header);
  const bool repeated = is_repeated_on_next_connection(fixed_header);
  const int result = __real_WebSocket_putdatas(net, header, header_size, rest);
  return repeated && result == socket_error ? socket_complete : result;
}

int __wrap_MQTTProtocol_handlePubacks(void* packet, int socket, void** to_remove) {
  last_reason_code = reason_code_of(packet);  // the original frees the packet
  return __real_MQTTProtocol_handlePubacks(packet, socket, to_remove);
}

int __wrap_MQTTProtocol_handlePubrecs(void* packet, int socket, void** to_remove) {
  note_pubrec(packet, socket);
  return __real_MQTTProtocol_handlePubrecs(packet, socket, to_remove);
}

int __wrap_MQTTProtocol_handlePubcomps(void* packet, int socket, void** to_remove) {
  note_pubcomp(packet, socket);
  return __real_MQTTProtocol_handlePubcomps(packet, socket, to_remove);
}

int __wrap_usleep(useconds_t duration) {
  if (duration != sleep_of_reading_thread) return __real_usleep(duration);
  if (connections.load(std::memory_order_relaxed) > 0) {
    bridge::mqtt::rest_without_work();
    return 0;
  }
  return __real_usleep(attempts.load(std::memory_order_relaxed) > 0 ? 1000 * look_for_connection_ms
                                                                    : duration);
}

/// Four bytes, the most significant first (MQTT 5.0, 1.5.3).
void __wrap_writeInt4(char** to, int value) {
  const auto bits = static_cast<std::uint32_t>(value);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) *(*to)++ = static_cast<char>(bits >> shift & 0xFFU);
}

void* __wrap_mymalloc(char* /*file*/, int /*line*/, std::size_t size) { return std::calloc(1, size); }

void* __wrap_myrealloc(char* /*file*/, int /*line*/, void* memory, std::size_t size) {
  return std::realloc(memory, size);
}

void __wrap_myfree(char* /*file*/, int /*line*/, void* memory) { std::free(memory); }

void __wrap_StackTrace_entry(const char* /*name*/, int /*line*/, int /*level*/) {}

void __wrap_StackTrace_exit(const char* /*name*/, int /*line*/, void* /*result*/, int /*level*/) {}

void __wrap_Log(int /*level*/, int /*number*/, const char* /*format*/, ...) {}

char* __wrap_getenv(const char* name) {
  const std::string_view wanted(name);
  if (wanted == "http_proxy" || wanted == "https_proxy") return nullptr;
  return __real_getenv(name);
}
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)

namespace bridge::mqtt {

int poll_timeout(int wanted) {
  return attempts.load(std::memory_order_relaxed) > 0 ? std::min(wanted, look_for_connection_ms) : wanted;
}

int acknowledged_reason_code() { return last_reason_code; }

void count_connection(int change) { connections.fetch_add(change, std::memory_order_relaxed); }

void count_attempt(int change) { attempts.fetch_add(change, std::memory_order_relaxed); }

}  // namespace bridge::mqtt
