#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "bridge/core/seeded_hash.h"

namespace bridge {

/// How many messages of each Topic Name are somewhere; each counts for as long as its Hold lives.
class TopicCounts {
 private:
  using Counts = std::unordered_map<std::string, std::size_t, SeededHash>;

 public:
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), entry_(std::exchange(other.entry_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(entry_, other.entry_);
      return *this;
    }
    ~Hold() { release(); }
    void release() {
      if (entry_ != nullptr && --entry_->second == 0) of_->forget(*entry_);
      entry_ = nullptr;
    }

   private:
    friend class TopicCounts;
    Hold(TopicCounts& of, Counts::value_type& entry) : of_(&of), entry_(&entry) {}

    TopicCounts* of_ = nullptr;
    Counts::value_type* entry_ = nullptr;
  };

  /// It must go before this.
  Hold hold(const std::string& topic_name) {
    auto& entry = *counts_.try_emplace(topic_name, 0U).first;
    ++entry.second;
    return {*this, entry};
  }
  bool has(const std::string& topic_name) const { return !counts_.empty() && counts_.contains(topic_name); }
  /// How often a topic had none any more: what waited for that may look.
  std::uint64_t times_freed() const { return times_freed_; }

 private:
  void forget(const Counts::value_type& entry) {
    counts_.erase(counts_.find(entry.first));
    ++times_freed_;
  }

  Counts counts_;
  std::uint64_t times_freed_ = 0;
};

}  // namespace bridge
