#include "support/line_reader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace bridge::test {

LineReader::LineReader(int descriptor)
    : descriptor_(descriptor), stop_reading_(::eventfd(0, EFD_CLOEXEC)), thread_([this] { read_all(); }) {}

LineReader::~LineReader() {
  ::eventfd_write(stop_reading_, 1);
  thread_.join();
  ::close(descriptor_);
  ::close(stop_reading_);
}

void LineReader::read_all() {
  std::array<char, 65536> buffer{};
  while (true) {
    std::array<pollfd, 2> entries{{{descriptor_, POLLIN, 0}, {stop_reading_, POLLIN, 0}}};
    if (::poll(entries.data(), entries.size(), -1) < 0) continue;
    if (entries[0].revents == 0) break;
    const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
    if (size <= 0) break;
    keep(std::string_view(buffer.data(), static_cast<std::size_t>(size)));
  }
  finish();
}

void LineReader::keep(std::string_view bytes) {
  const TimePoint now = Clock::now();
  const std::lock_guard lock(mutex_);
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    partial_.append(bytes.substr(0, end));
    lines_.push_back({now, std::move(partial_)});
    partial_.clear();
    bytes.remove_prefix(end + 1);
  }
  partial_.append(bytes);
  changed_.notify_all();
}

void LineReader::finish() {
  const std::lock_guard lock(mutex_);
  if (!partial_.empty()) lines_.push_back({Clock::now(), std::move(partial_)});
  ended_ = true;
  changed_.notify_all();
}

std::optional<Line> LineReader::wait_for_line(std::string_view part, TimePoint deadline,
                                              std::size_t from) const {
  std::unique_lock lock(mutex_);
  while (true) {
    for (; from < lines_.size(); ++from) {
      if (lines_[from].text.find(part) != std::string::npos) return lines_[from];
    }
    if (ended_ || Clock::now() >= deadline) return std::nullopt;
    changed_.wait_until(lock, deadline);
  }
}

std::size_t LineReader::count(std::string_view part, std::size_t from) const {
  const std::lock_guard lock(mutex_);
  if (from >= lines_.size()) return 0;
  const auto contains = [&](const Line& line) { return line.text.find(part) != std::string::npos; };
  return static_cast<std::size_t>(
      std::count_if(lines_.begin() + static_cast<std::ptrdiff_t>(from), lines_.end(), contains));
}

std::size_t LineReader::size() const {
  const std::lock_guard lock(mutex_);
  return lines_.size();
}

std::vector<Line> LineReader::lines(std::size_t from) const {
  const std::lock_guard lock(mutex_);
  if (from >= lines_.size()) return {};
  return {lines_.begin() + static_cast<std::ptrdiff_t>(from), lines_.end()};
}

std::string LineReader::text(std::size_t from) const {
  std::string all;
  for (const Line& line : lines(from)) all += line.text + "\n";
  return all;
}

bool LineReader::wait_for_end(TimePoint deadline) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return ended_; });
}

}  // namespace bridge::test
