#pragma once

#include <spdlog/pattern_formatter.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace bridge {

/// `%*` in a pattern: the message as the inside of a JSON string.
class JsonFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& line) override {
    using json = nlohmann::json;
    const std::string text(message.payload.data(), message.payload.size());
    const std::string quoted = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    line.append(quoted.data() + 1, quoted.data() + quoted.size() - 1);
  }

  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<JsonFlag>(); }
};

}  // namespace bridge
