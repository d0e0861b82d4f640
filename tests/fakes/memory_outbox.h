#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge/core/outbox.h"

namespace bridge {

/// An outbox in memory. Calls, from any thread, are carried out by flush(), in order.
class MemoryOutbox : public Outbox {
 public:
  void append(OutboxRecord record, std::function<void(Appended)> done) override {
    add([this, record = std::move(record), done = std::move(done)]() mutable {
      if (answer != AppendStatus::stored) return done({answer, 0});
      const Sequence sequence = ++last;
      ids.push_back(record.id);
      stored.emplace(sequence, std::move(record));
      done({AppendStatus::stored, sequence});
    });
  }
  void fetch(Sequence after, std::size_t limit, std::function<void(Fetched)> done) override {
    add([this, after, limit, done = std::move(done)] {
      Fetched result;
      result.failed = unreadable;
      auto at = stored.upper_bound(after);
      for (; !unreadable && at != stored.end() && result.entries.size() < limit; ++at)
        result.entries.push_back({at->first, at->second.id, at->second.message, at->second.expires_in});
      result.at_end = !unreadable && at == stored.end();
      done(std::move(result));
    });
  }
  void settle(std::vector<Sequence> sequences, std::function<void()> done) override {
    add([this, sequences = std::move(sequences), done = std::move(done)] {
      for (const Sequence sequence : sequences) stored.erase(sequence);
      done();
    });
  }
  void move_to_dead_letters(Sequence sequence, int reason_code, std::function<void()> done) override {
    add([this, sequence, reason_code, done = std::move(done)] {
      if (const auto found = stored.find(sequence); found != stored.end()) {
        dead.push_back({found->second.id, found->second.message, reason_code, {}, {}});
        stored.erase(found);
      }
      done();
    });
  }
  void show(Sequence after, std::size_t limit,
            std::function<void(std::optional<ShownEntries>)> done) override {
    add([this, after, limit, done = std::move(done)] {
      if (unreadable) return done(std::nullopt);
      ShownEntries shown;
      for (auto at = stored.upper_bound(after); at != stored.end(); ++at) {
        if (shown.entries.size() == limit) {
          shown.next = shown.entries.back().sequence;
          break;
        }
        const OutboxRecord& record = at->second;
        shown.entries.push_back({at->first, record.id, record.message.topic_name, record.message.qos,
                                 record.message.retain, std::chrono::milliseconds{}});
      }
      done(std::move(shown));
    });
  }
  void find(std::string id, std::function<void(Found)> done) override {
    add([this, id = std::move(id), done = std::move(done)] {
      if (unreadable) return done({0, true});
      for (const auto& [sequence, record] : stored)
        if (record.id == id) return done({sequence, false});
      done({});
    });
  }
  void withdraw(Sequence sequence, std::function<void(Withdrawn)> done) override {
    add([this, sequence, done = std::move(done)] {
      if (answer != AppendStatus::stored) return done(Withdrawn::failed);
      done(stored.erase(sequence) > 0 ? Withdrawn::done : Withdrawn::not_found);
    });
  }
  void dead_letters(std::string after, std::size_t limit,
                    std::function<void(std::optional<std::vector<DeadLetter>>)> done) override {
    add([this, after = std::move(after), limit, done = std::move(done)] {
      auto from = dead.begin();
      if (!after.empty()) from = find_dead(after);
      if (!after.empty() && from != dead.end()) ++from;
      std::vector<DeadLetter> page;
      while (from != dead.end() && page.size() < limit) page.push_back(*from++);
      done(std::move(page));
    });
  }
  void retry(std::string id, std::function<void(DeadLetterEnd)> done) override {
    add([this, id = std::move(id), done = std::move(done)] {
      const auto found = find_dead(id);
      if (found == dead.end()) return done(DeadLetterEnd::not_found);
      OutboxRecord record;
      record.id = found->id;
      record.message = found->message;
      stored.emplace(++last, std::move(record));
      dead.erase(found);
      done(DeadLetterEnd::done);
    });
  }
  void remove(std::string id, std::function<void(DeadLetterEnd)> done) override {
    add([this, id = std::move(id), done = std::move(done)] {
      const auto found = find_dead(id);
      if (found == dead.end()) return done(DeadLetterEnd::not_found);
      dead.erase(found);
      done(DeadLetterEnd::done);
    });
  }
  OutboxStatus status() const override {
    OutboxStatus status;
    status.accepting = takes;
    status.messages = stored.size();
    status.dead_letters = dead.size();
    status.is_known = is_known;
    return status;
  }
  bool accepting() const override { return takes; }

  /// Carries out the next call. @return true if there was one.
  bool flush_one() {
    const auto next = take();
    if (next) next();
    return static_cast<bool>(next);
  }
  /// Carries out the calls that wait, and those that their `done` make. @return true if there was one.
  bool flush() {
    bool any = false;
    while (const auto next = take()) {
      next();
      any = true;
    }
    return any;
  }
  std::vector<std::string> stored_payloads() const {
    std::vector<std::string> payloads;
    for (const auto& [sequence, record] : stored) payloads.push_back(record.message.payload);
    return payloads;
  }

  bool takes = true;
  bool unreadable = false;
  bool is_known = true;
  AppendStatus answer = AppendStatus::stored;
  std::map<Sequence, OutboxRecord> stored;
  std::vector<std::string> ids;  // of all messages that were ever stored
  std::vector<DeadLetter> dead;
  Sequence last = 0;

 private:
  using Work = std::function<void()>;

  void add(Work work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
  }
  Work take() {
    const std::lock_guard lock(mutex_);
    if (work_.empty()) return {};
    Work next = std::move(work_.front());
    work_.pop_front();
    return next;
  }
  std::vector<DeadLetter>::iterator find_dead(const std::string& id) {
    return std::find_if(dead.begin(), dead.end(), [&](const DeadLetter& letter) { return letter.id == id; });
  }

  std::mutex mutex_;
  std::deque<Work> work_;
};

}  // namespace bridge
