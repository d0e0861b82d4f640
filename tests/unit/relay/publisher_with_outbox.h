#pragma once

#include <gtest/gtest.h>

#include <string>

#include "publisher_fixture.h"

namespace bridge {

/// A publisher with an outbox. The test decides when its disk does something.
class PublisherWithOutboxTest : public PublisherTest {
 protected:
  PublisherWithOutboxTest() { outbox_in_use = &outbox; }

  /// Runs the disk and the loop until neither has anything to do.
  void settle_down() {
    std::size_t sent = 0;
    do {
      sent = session.sent.size();
      flush();
      pump();
      flush();
      pump();
    } while (session.sent.size() != sent);
  }

  void store(const std::string& payload, QoS qos = QoS::at_least_once) {
    submit(message(payload, qos));
    flush();
  }

  bool is_stored(const std::string& payload) {
    return results.contains(payload) && !results[payload].error && !results[payload].id.empty();
  }

  void interrupt_all() {
    disconnect();
    for (std::size_t i = 0; i < session.sent.size(); ++i)
      if (!session.sent[i].has_ended) outcome(i, Kind::interrupted);
  }
};

}  // namespace bridge
