#include "command_queue.h"

namespace bridge {
namespace {

constexpr std::size_t most_commands = 1000;
constexpr std::uint64_t most_bytes_of_batch = 4U * 1024 * 1024;

std::uint64_t bytes_of(const Command& command) {
  const bool takes_long = std::holds_alternative<ListCommand>(command) ||
                          std::holds_alternative<ShowCommand>(command) ||
                          std::holds_alternative<FindCommand>(command);
  if (takes_long) return most_bytes_of_batch;  // its result is large: one of them ends a batch
  if (const auto* save = std::get_if<SaveCommand>(&command)) return save->bytes;
  const auto* append = std::get_if<AppendCommand>(&command);
  return append == nullptr ? 0 : append->bytes;
}

}  // namespace

void CommandQueue::push(Command command) {
  {
    const MutexLock lock(mutex_);
    waiting_.push_back(std::move(command));
  }
  arrived_.notify_one();
}

std::vector<Command> CommandQueue::take(std::chrono::steady_clock::time_point deadline) {
  std::vector<Command> batch;
  std::uint64_t bytes = 0;
  const MutexLock lock(mutex_);
  while (!closed_ && waiting_.empty())
    if (arrived_.wait_until(mutex_, deadline) == std::cv_status::timeout) break;
  while (!waiting_.empty() && batch.size() < most_commands && bytes < most_bytes_of_batch) {
    bytes += bytes_of(waiting_.front());
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

void CommandQueue::close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_one();
}

bool CommandQueue::is_closed() const {
  const MutexLock lock(mutex_);
  return closed_;
}

}  // namespace bridge
