#include "bridge/log/spdlog_logger.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "json_flag.h"

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

struct SpdlogLogger::Impl {
  std::shared_ptr<spdlog::async_logger> logger;
  std::shared_ptr<spdlog::details::thread_pool> thread;  // ends first, when it has written all
  std::atomic<std::size_t> drops_told{0};
};

SpdlogLogger::SpdlogLogger(const LogSettings& settings, Counters& counters)
    : impl_(std::make_unique<Impl>()), counters_(counters) {
  impl_->thread = std::make_shared<spdlog::details::thread_pool>(settings.queue, 1);
  impl_->logger =
      std::make_shared<spdlog::async_logger>("bridge", std::make_shared<spdlog::sinks::stdout_sink_mt>(),
                                             impl_->thread, spdlog::async_overflow_policy::overrun_oldest);
  impl_->logger->set_formatter(make_formatter(settings.format));
  impl_->logger->set_level(spdlog::level::from_str(settings.level));
  impl_->logger->set_error_handler([](const std::string&) {});  // stdout is gone: nobody is left to tell
}

SpdlogLogger::~SpdlogLogger() { tell_drops(); }

void SpdlogLogger::log(LogLevel level, std::string_view line) noexcept {
  try {
    impl_->logger->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  } catch (...) {
    counters_.log_lines_dropped.add();
  }
}

bool SpdlogLogger::enabled(LogLevel level) const noexcept {
  return impl_->logger->should_log(spdlog_level(level));
}

void SpdlogLogger::tell_drops() noexcept {
  const std::size_t dropped_in_all = impl_->thread->overrun_counter();
  const std::size_t dropped = dropped_in_all - impl_->drops_told.exchange(dropped_in_all);
  if (dropped == 0) return;
  counters_.log_lines_dropped.add(dropped);
  warn(std::to_string(dropped) + " log lines were dropped: stdout is read too slowly");
}

}  // namespace bridge
