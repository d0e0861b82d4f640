#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "bridge/core/logger.h"
#include "bridge/core/subscription_store.h"

namespace bridge {

/// Keeps the changes of subscriptions in `subscriptions.json` of a directory: written whole beside the old
/// file, flushed, and moved over it, so that a crash leaves the one or the other. One writer thread; of
/// several waiting states only the newest is written.
class SubscriptionFile : public SubscriptionStore {
 public:
  /// Makes the directory, with access for this user only, if it is not there.
  /// @throws Error internal if the directory cannot be made or written to; the detail names it, for the log.
  SubscriptionFile(const std::filesystem::path& directory, Logger& logger);
  /// Writes what waits.
  ~SubscriptionFile() override;
  SubscriptionFile(const SubscriptionFile&) = delete;
  SubscriptionFile& operator=(const SubscriptionFile&) = delete;

  /// What was kept. A damaged file is set aside as `subscriptions.json.damaged`, with a line in the log.
  std::vector<SubscriptionChange> load() const;

  void save(std::vector<SubscriptionChange> changes, std::function<void(bool kept)> done) override;

 private:
  void run();
  bool write(const std::vector<SubscriptionChange>& changes) const;

  std::filesystem::path file_;
  Logger& logger_;
  std::mutex mutex_;
  std::condition_variable work_;
  bool stopping_ = false;
  std::optional<std::vector<SubscriptionChange>> waiting_;
  std::vector<std::function<void(bool)>> waiting_done_;
  std::thread thread_;
};

}  // namespace bridge
