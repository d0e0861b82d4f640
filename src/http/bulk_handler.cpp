#include "bulk_handler.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "bridge/core/error.h"
#include "dump.h"
#include "json_message.h"
#include "json_text.h"
#include "media_type.h"
#include "problem.h"
#include "text_content.h"

namespace bridge {
namespace {

constexpr std::string_view white_space = " \t\r\n";

/// The results of all items; answers when the last one is in. Each result is written once, by whoever ends
/// the item; the count makes them visible to the one who answers.
class Results {
 public:
  Results(std::size_t items, Responder responder)
      : results_(items), missing_(items), responder_(std::move(responder)) {}

  void set(std::size_t item, PublishResult result) {
    results_[item] = std::move(result);
    if (--missing_ == 0) answer();
  }

  void answer() {
    std::string content = R"({"results":[)";
    bool all_succeeded = true;
    for (const PublishResult& result : results_) {
      if (&result != results_.data()) content += ',';
      content += to_json(result);
      all_succeeded = all_succeeded && !result.error;
    }
    responder_.complete(json_response(all_succeeded ? 200 : 207, content + "]}"));
  }

 private:
  static std::string to_json(const PublishResult& result) {
    if (!result.error)
      return R"({"status":)" + std::to_string(status_of(result)) + ',' + success_members(result) + '}';
    const nlohmann::ordered_json failed = {{"status", problem_of(result.error->errc()).status},
                                           {"code", code_of(*result.error)},
                                           {"detail", result.error->what()}};
    return dump(failed);
  }

  std::vector<PublishResult> results_;
  std::atomic<std::size_t> missing_;
  Responder responder_;
};

std::vector<std::string_view> lines_of(std::string_view content, std::size_t at_most) {
  std::vector<std::string_view> lines;
  while (!content.empty() && lines.size() < at_most) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(line.size() + 1, content.size()));
    if (line.find_first_not_of(white_space) != std::string_view::npos) lines.push_back(line);
  }
  return lines;
}

/// Lines where the Content-Type says so; otherwise an array, or lines if it begins with an object, since that
/// is how curl sends a file of lines.
/// @param at_most so many are looked for: beyond `max_bulk` they are refused.
std::vector<std::string_view> items_of(const RequestContext& context, std::size_t at_most,
                                       std::size_t max_depth) {
  const TextContent content(context.content);
  const std::string_view content_type = context.head.field("Content-Type").value_or("");
  if (content.is_blank) throw Error(Errc::malformed_content, "the content is empty; send a JSON array");
  const std::string_view type = media_type_of(content_type);
  if (is_multipart(type))
    throw Error(Errc::unsupported_encoding, "Content-Type: send a JSON array, or application/x-ndjson");
  check_charset(content_type, content.text);
  if (content.first == '{' || equals_ignoring_case(type, ndjson_type)) return lines_of(content.text, at_most);
  if (content.first != '[') {
    const bool form =
        equals_ignoring_case(type, form_type) && content.text.find('=') != std::string_view::npos;
    const std::string mistake = likely_mistake(content.text, max_depth);
    const bool quoted = content.first == '"' || content.first == '\'';
    if (form && !quoted) throw Error(Errc::malformed_content, "a form is one message: send it to /publish");
    throw Error(Errc::malformed_content,
                quoted && !mistake.empty() ? mistake : "send a JSON array, or one JSON object a line");
  }
  check_json(content.text, max_depth + 1, content.before);
  return json_items(content.text, at_most);
}

}  // namespace

void publish_bulk(const RequestContext& context, const Publishing& publishing, const HttpSettings& limits) {
  refuse_query(context.head, "/publish/bulk");
  const auto items = items_of(context, limits.max_bulk + 1, limits.max_json_depth);
  if (items.size() > limits.max_bulk)
    throw Error(Errc::too_large, "send at most " + std::to_string(limits.max_bulk) + " items at once");
  context.budget.reserve(items.size() * ResponseBudget::largest_bulk_result);
  const PublishRequest request(context);
  publishing.check(request, items.size());
  auto results = std::make_shared<Results>(items.size(), context.responder);
  if (items.empty()) return results->answer();
  for (std::size_t i = 0; i < items.size(); ++i) {
    try {
      publishing.submit(request, i, items.size(), message_from_json(items[i], limits.max_json_depth),
                        [results, i](PublishResult result) { results->set(i, std::move(result)); });
    } catch (const Error& error) {
      results->set(i, {error, 0, {}});
    }
  }
}

}  // namespace bridge
