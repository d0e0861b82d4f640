#pragma once

#include <string>

#include "support/mosquitto.h"
#include "support/temp_dir.h"

namespace bridge::test {

/// A mosquitto that keeps sessions and messages on the disk, where a restart finds them.
class KeptBroker {
 public:
  std::uint16_t port() const { return broker_.port(); }
  void freeze() const { broker_.freeze(); }
  void thaw() const { broker_.thaw(); }
  /// Ends it by SIGTERM, at which it saves everything, and starts another on the same port.
  void restart();

 private:
  std::string options() const;

  TempDir directory_;
  Mosquitto broker_{{.more = options()}};
};

}  // namespace bridge::test
