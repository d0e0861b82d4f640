#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "request_head.h"

namespace bridge {

/// Content that is text: JSON, lines of it, or a form.
struct TextContent {
  std::string_view text;   // without the byte order mark that some writers put in front (C#'s StreamWriter)
  std::size_t before = 0;  // bytes of the content in front of it
  bool is_blank = true;    // there is nothing but white space
  char first = '\0';       // the first character that is no white space

  explicit TextContent(std::string_view content);
};

/// Names the client's most likely mistake with content that is no message, and how to correct it, in one
/// sentence: an array or lines sent to the wrong path, JSON encoded twice, quotes that a shell left or took,
/// a form without its type. Empty if it looks like none of these.
std::string likely_mistake(std::string_view text, std::size_t max_json_depth);

/// @throws Error invalid_field if the target has a query; the detail names the first parameter, and says
/// where
///   it belongs.
void refuse_query(const RequestHead& head, std::string_view path);

}  // namespace bridge
