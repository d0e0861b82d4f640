#pragma once

#include <MQTTAsync.h>

namespace bridge::mqtt::callbacks {

// What the library calls, on its own threads and with its lock held. A context is the number of an operation,
// or the PahoClient itself where the callback belongs to a client. No exception leaves them.

void succeeded5(void* number, MQTTAsync_successData5* data);
void failed5(void* number, MQTTAsync_failureData5* data);
void succeeded3(void* number, MQTTAsync_successData* data);
void failed3(void* number, MQTTAsync_failureData* data);
void connection_lost(void* client, char* cause);
void disconnect_received(void* client, MQTTProperties* properties, MQTTReasonCodes reason_code);
int message_arrived(void* client, char* topic, int topic_length, MQTTAsync_message* message);
/// Tells what waits to be told together. See paho_rounds.h.
void round_ended();
int tls_error(const char* text, size_t length, void* client);

/// What failed5() is told of a CONNECT. CONNACK's Reason Code is in `code` to paho.mqtt.c 1.3.14, and beside
/// a `code` of -1 from 1.3.15 on; where it is not beside it, all versions set `reasonCode` to 0.
int code_of_refused_connect(const MQTTAsync_failureData5& data);

}  // namespace bridge::mqtt::callbacks
