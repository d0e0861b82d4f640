#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_dir.h"
#include "support/timing.h"

namespace bridge::test {

/// The socket of a service manager: receives the datagrams of sd_notify(3), taken apart into lines such as
/// READY=1.
class NotifySocket {
 public:
  NotifySocket();
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  /// For the environment variable NOTIFY_SOCKET.
  const std::string& path() const { return path_; }

  /// The next line that begins with `prefix`; lines before it are passed over.
  std::optional<std::string> next(std::string_view prefix, TimePoint deadline);

 private:
  bool receive(TimePoint deadline);

  TempDir directory_;
  std::string path_ = directory_.file("notify");
  int descriptor_;
  std::vector<std::string> lines_;  // received and not yet taken
};

}  // namespace bridge::test
