#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/http_client.h"
#include "support/mqtt_packet.h"

namespace bridge::test {

/// The message that the broker got from a request.
struct Arrival {
  std::string topic;
  std::string payload;
  int qos = 0;
  bool retain = false;
  Properties properties = {};
};

/// A request as a real client sends it, to the byte, and its outcome.
struct ClientCase {
  std::string who;                      // the client, and the oddity of its request
  std::string wire;                     // {host} stands for the bridge's name and port
  int status;                           // of the answer; 0: closed without one
  std::vector<std::string> words = {};  // each stands in the answer's content
  std::optional<Arrival> arrival = {};  // empty: nothing reaches the broker
  HttpFields fields = {};               // of the answer; an empty value: the field is not there
  bool closes = false;                  // the connection ends after the answer
  std::string settings = {};            // lines of TOML in [http]
};

/// `METHOD TARGET HTTP/1.1` with Host, these further field lines (each ended by CR LF), and Content-Length.
std::string request_bytes(const std::string& request_line, const std::string& content,
                          const std::string& field_lines = {});

std::vector<ClientCase> content_cases();  // JSON, forms, queries: client_cases_content.cpp
std::vector<ClientCase> wire_cases();     // framing, targets, codings: client_cases_wire.cpp
std::vector<ClientCase> origin_cases();   // pages, hosts, paths, caches: client_cases_origin.cpp

}  // namespace bridge::test
