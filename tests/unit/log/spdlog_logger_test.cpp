#include "bridge/log/spdlog_logger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <thread>

namespace bridge {
namespace {

/// Catches the bytes written to stdout while it lives; a thread reads them once reading has begun.
class StdoutPipe {
 public:
  StdoutPipe() : stdout_(dup(STDOUT_FILENO)) {
    if (pipe(ends_.data()) != 0) std::abort();
    dup2(ends_[1], STDOUT_FILENO);
    close(ends_[1]);
  }
  void begin_reading() {
    reader_ = std::thread([this] {
      std::array<char, 4096> buffer{};
      for (ssize_t n = 0; (n = read(ends_[0], buffer.data(), buffer.size())) > 0;)
        text_.append(buffer.data(), static_cast<std::size_t>(n));
    });
  }
  std::string finish() {
    dup2(stdout_, STDOUT_FILENO);
    close(stdout_);
    reader_.join();
    close(ends_[0]);
    return text_;
  }

 private:
  int stdout_;
  std::array<int, 2> ends_{};
  std::string text_;
  std::thread reader_;
};

std::string logged(const LogSettings& settings, const std::function<void(SpdlogLogger&)>& log) {
  StdoutPipe out;
  out.begin_reading();
  {
    Counters counters;
    SpdlogLogger logger(settings, counters);
    log(logger);
  }
  return out.finish();
}

TEST(SpdlogLoggerTest, WritesOneLineBehindItsPrefix) {
  const std::string text = logged({}, [](SpdlogLogger& logger) { logger.info("Connected successfully"); });
  EXPECT_TRUE(std::regex_match(
      text, std::regex(R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[info\] Connected successfully\n)")))
      << text;
}

TEST(SpdlogLoggerTest, WritesOneJsonObjectALine) {
  const std::string line = "say \"hi\" \\ {} %v \xF0\x9F\x98\x80 \xFF";
  const std::string text =
      logged({.format = "json"}, [&](SpdlogLogger& logger) { logger.log(LogLevel::error, line); });
  const auto object = nlohmann::json::parse(text);
  EXPECT_EQ(object.at("level"), "error");
  EXPECT_EQ(object.at("message"), "say \"hi\" \\ {} %v \xF0\x9F\x98\x80 \xEF\xBF\xBD");
  EXPECT_TRUE(std::regex_match(object.at("time").get<std::string>(),
                               std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d)")));
}

TEST(SpdlogLoggerTest, LeavesOutWhatIsBelowItsLevel) {
  const std::string text = logged({.level = "warn"}, [](SpdlogLogger& logger) {
    EXPECT_FALSE(logger.enabled(LogLevel::info));
    logger.info("not this");
    logger.warn("but this");
  });
  EXPECT_EQ(text.find("not this"), std::string::npos);
  EXPECT_NE(text.find("[warning] but this"), std::string::npos);
}

TEST(SpdlogLoggerTest, DropsCountsAndTellsWhenNobodyReads) {
  StdoutPipe out;
  Counters counters;
  {
    SpdlogLogger logger({.queue = 16}, counters);
    for (int i = 0; i < 2000; ++i) logger.info(std::string(200, 'x'));  // far more than a pipe holds
    for (int second = 0; second < 30; ++second) logger.tell_drops();
    out.begin_reading();
  }
  const std::string text = out.finish();
  EXPECT_GT(counters.log_lines_dropped.value(), 1000U);
  const std::string told = std::to_string(counters.log_lines_dropped.value()) + " log lines were dropped";
  EXPECT_NE(text.find(told), std::string::npos) << "all of them, in one line";
}

}  // namespace
}  // namespace bridge
