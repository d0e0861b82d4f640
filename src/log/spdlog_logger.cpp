#include "bridge/log/spdlog_logger.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <string>
#include <thread>

#include "json_flag.h"
#include "line_queue.h"

namespace bridge {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::unique_ptr<spdlog::formatter> make_formatter(const std::string& format) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<JsonFlag>('*');
  formatter->set_pattern(format == "json" ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%*"})"
                                          : "%Y-%m-%d %H:%M:%S.%e [%l] %v");
  return formatter;
}

}  // namespace

class SpdlogLogger::Impl {
 public:
  explicit Impl(const LogSettings& settings)
      : lines(settings.queue), logger("bridge", std::make_shared<spdlog::sinks::stdout_sink_mt>()) {
    logger.set_formatter(make_formatter(settings.format));
    logger.set_level(spdlog::level::from_str(settings.level));
    logger.set_error_handler([](const std::string&) {});  // stdout is gone: nobody is left to tell
    writer_ = std::thread([this] { write(); });
  }
  ~Impl() {
    lines.close();
    writer_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  LineQueue lines;
  spdlog::logger logger;
  std::atomic<std::size_t> drops_told{0};

 private:
  void write() {
    while (const auto line = lines.take()) logger.log(line->time, {}, line->level, line->text);
  }
  std::thread writer_;
};

SpdlogLogger::SpdlogLogger(const LogSettings& settings, Counters& counters)
    : impl_(std::make_unique<Impl>(settings)), counters_(counters) {}

SpdlogLogger::~SpdlogLogger() { tell_drops_now(); }

void SpdlogLogger::log(LogLevel level, std::string_view line) noexcept {
  if (!enabled(level)) return;
  try {
    impl_->lines.put({spdlog::log_clock::now(), spdlog_level(level), std::string(line)});
  } catch (...) {
    counters_.log_lines_dropped.add();
  }
}

bool SpdlogLogger::enabled(LogLevel level) const noexcept {
  return impl_->logger.should_log(spdlog_level(level));
}

/// While nobody reads stdout the line is not queued: each second it would push out another, in the end
/// itself.
void SpdlogLogger::tell_drops() noexcept {
  if (impl_->lines.has_room()) tell_drops_now();
}

void SpdlogLogger::tell_drops_now() noexcept {
  const std::size_t dropped_in_all = impl_->lines.dropped();
  const std::size_t dropped = dropped_in_all - impl_->drops_told.exchange(dropped_in_all);
  if (dropped == 0) return;
  counters_.log_lines_dropped.add(dropped);
  warn(std::to_string(dropped) + " log lines were dropped: stdout is read too slowly");
}

}  // namespace bridge
