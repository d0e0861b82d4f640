#include "bridge/state/subscription_file.h"

#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "atomic_write.h"
#include "bridge/core/error.h"
#include "bridge/core/topic.h"

namespace bridge {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json to_json(const std::vector<SubscriptionChange>& changes) {
  json list = json::array();
  for (const SubscriptionChange& change : changes) {
    json item = {{"filter", change.topic_filter}};
    if (change.qos) item["qos"] = static_cast<int>(*change.qos);
    list.push_back(std::move(item));
  }
  return {{"version", 1}, {"changes", std::move(list)}};
}

SubscriptionChange change_from(const json& item) {
  SubscriptionChange change{item.at("filter").get<std::string>(), std::nullopt};
  check_topic_filter(change.topic_filter);
  if (!item.contains("qos")) return change;
  const int qos = item.at("qos").get<int>();
  if (qos < 0 || qos > 2) throw Error(Errc::invalid_qos, "qos: must be 0, 1 or 2");
  change.qos = static_cast<QoS>(qos);
  return change;
}

std::vector<SubscriptionChange> changes_from(const std::string& text) {
  std::vector<SubscriptionChange> changes;
  const json document = json::parse(text);
  for (const json& item : document.at("changes")) changes.push_back(change_from(item));
  return changes;
}

void make_private_directory(const fs::path& directory) {
  std::error_code error;
  const bool made = fs::create_directories(directory, error);
  if (error)
    throw Error(Errc::internal, "cannot make state_dir " + directory.string() + ": " + error.message());
  if (made) fs::permissions(directory, fs::perms::owner_all, error);
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    throw Error(Errc::internal, "cannot write to state_dir " + directory.string());
}

}  // namespace

SubscriptionFile::SubscriptionFile(const fs::path& directory, Logger& logger)
    : file_(directory / "subscriptions.json"), logger_(logger) {
  make_private_directory(directory);
  thread_ = std::thread([this] { run(); });
}

SubscriptionFile::~SubscriptionFile() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

std::vector<SubscriptionChange> SubscriptionFile::load() const {
  std::ifstream in(file_, std::ios::binary);
  if (!in) return {};
  std::ostringstream text;
  text << in.rdbuf();
  try {
    return changes_from(text.str());
  } catch (const std::exception&) {
    fs::path aside = file_;
    aside += ".damaged";
    std::error_code error;
    fs::rename(file_, aside, error);
    logger_.error("The kept subscriptions were damaged and are set aside as " + aside.string());
    return {};
  }
}

void SubscriptionFile::save(std::vector<SubscriptionChange> changes, std::function<void(bool kept)> done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(changes);
    waiting_done_.push_back(std::move(done));
  }
  work_.notify_one();
}

void SubscriptionFile::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || waiting_; });
    if (!waiting_) return;
    const auto changes = std::exchange(waiting_, std::nullopt);
    const auto done = std::exchange(waiting_done_, {});
    lock.unlock();
    const bool kept = write(*changes);
    for (const auto& tell : done) tell(kept);
    lock.lock();
  }
}

bool SubscriptionFile::write(const std::vector<SubscriptionChange>& changes) const {
  if (write_atomically(file_, to_json(changes).dump(2) + "\n")) return true;
  logger_.error("The subscriptions could not be written to " + file_.string());
  return false;
}

}  // namespace bridge
