#include "bridge/core/status_topic.h"

#include <string_view>

namespace bridge {

std::string status_topic(const StatusMessage& message, const std::string& client_id) {
  constexpr std::string_view variable = "{client_id}";
  std::string topic = message.topic;
  for (std::size_t at = topic.find(variable); at != std::string::npos;
       at = topic.find(variable, at + client_id.size()))
    topic.replace(at, variable.size(), client_id);
  return topic;
}

}  // namespace bridge
