#include "outbox_handler.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "bridge/core/error.h"
#include "dump.h"
#include "message_fields.h"
#include "message_to_json.h"
#include "pairs.h"
#include "percent.h"
#include "problem.h"

namespace bridge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t usual_page = 20;
constexpr std::size_t largest_page = 100;
constexpr std::size_t usual_waiting_page = 100;
constexpr std::size_t largest_waiting_page = 1000;
constexpr Sequence largest_cursor = std::numeric_limits<std::int64_t>::max();  // of the database
constexpr std::string_view disabled = R"({"enabled":false,"accepting":false})";
constexpr std::string_view retry_suffix = "/retry";

struct Page {
  std::string after;
  std::size_t limit = 0;
};

/// The whole of `text` as a number.
template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// @param page the defaults for parameters that the query does not have.
Page page_of(std::string_view query, Page page, std::size_t largest) {
  std::set<std::string> seen;
  for (const auto& [name, value] : decode_pairs(query)) {
    if (name != "after" && name != "limit") unknown_field(name);
    if (!seen.insert(name).second) invalid_field(name, "must not be given twice");
    if (name == "after") {
      page.after = value;
    } else {
      page.limit = number_of<std::size_t>(value).value_or(0);
      if (page.limit < 1 || page.limit > largest)
        invalid_field(name, "must be a number from 1 to " + std::to_string(largest));
    }
  }
  return page;
}

Sequence cursor_of(const std::string& after) {
  const auto sequence = after.empty() ? Sequence{0} : number_of<Sequence>(after);
  if (!sequence || *sequence > largest_cursor)
    invalid_field("after", "must be the `next` of an earlier answer");
  return *sequence;
}

ordered_json to_json(const WaitingMessage& waiting) {
  const ShownEntry& entry = waiting.entry;
  ordered_json shown = {{"id", entry.id},
                        {"topic", entry.topic_name},
                        {"qos", static_cast<int>(entry.qos)},
                        {"retain", entry.retain},
                        {"age", static_cast<double>(entry.age.count()) / 1000},
                        {"attempts", waiting.attempts},
                        {"last_reason", nullptr}};
  if (!waiting.last_reason.empty()) shown["last_reason"] = waiting.last_reason;
  return shown;
}

Response unreadable() {
  return problem_response(Error(Errc::storage_failed, "the outbox cannot be read now; try again later"));
}

ordered_json to_json(const DeadLetter& letter) {
  ordered_json shown = {{"id", letter.id},
                        {"reason_code", letter.reason_code},
                        {"stored_at", to_rfc3339(letter.stored_at)},
                        {"refused_at", to_rfc3339(letter.refused_at)}};
  shown.update(message_to_json(letter.message));
  return shown;
}

void no_dead_letter(const Responder& responder) {
  responder.complete(problem_response(Error(Errc::not_found, "id: there is no such dead letter")));
}

void answer(const Responder& responder, Outbox::DeadLetterEnd end) {
  switch (end) {
    case Outbox::DeadLetterEnd::done:
      return responder.complete(json_response(200, R"({"code":0})"));
    case Outbox::DeadLetterEnd::not_found:
      return no_dead_letter(responder);
    case Outbox::DeadLetterEnd::full:
      return responder.complete(
          problem_response(Error(Errc::outbox_full, "the outbox is full; nothing was changed")));
    case Outbox::DeadLetterEnd::failed:
      return responder.complete(problem_response(
          Error(Errc::storage_failed, "the outbox cannot be written to now; nothing was changed")));
  }
}

}  // namespace

void show_outbox(const RequestContext& context, const Outbox* outbox) {
  if (outbox == nullptr) return context.responder.complete(json_response(200, std::string(disabled)));
  const OutboxStatus status = outbox->status();
  ordered_json shown = {{"enabled", true},
                        {"accepting", status.accepting},
                        {"messages", status.messages},
                        {"bytes", status.bytes},
                        {"oldest_age", nullptr},
                        {"dead_letters", status.dead_letters},
                        {"max_messages", status.max_messages},
                        {"max_bytes", status.max_bytes}};
  if (status.oldest_age) shown["oldest_age"] = static_cast<double>(status.oldest_age->count()) / 1000;
  context.responder.complete(json_response(200, dump(shown)));
}

void list_waiting(const RequestContext& context, WaitingRoom* room) {
  const Page page = page_of(context.head.query(), {"", usual_waiting_page}, largest_waiting_page);
  const Sequence after = cursor_of(page.after);
  if (room == nullptr) return context.responder.complete(json_response(200, std::string(disabled)));
  room->show(after, page.limit,
             [responder = context.responder](const std::optional<WaitingMessages>& waiting) {
               if (!waiting) return responder.complete(unreadable());
               ordered_json shown = {{"messages", ordered_json::array()}};
               for (const WaitingMessage& one : waiting->messages) shown["messages"].push_back(to_json(one));
               if (waiting->next) shown["next"] = std::to_string(*waiting->next);
               responder.complete(json_response(200, dump(shown)));
             });
}

void delete_waiting(const RequestContext& context, WaitingRoom& room) {
  room.withdraw(decode_percent(context.resource), [responder = context.responder](Withdrawal end) {
    switch (end) {
      case Withdrawal::unsent:
        return responder.complete(json_response(200, R"({"code":0,"may_arrive":false})"));
      case Withdrawal::sent:
        return responder.complete(json_response(200, R"({"code":0,"may_arrive":true})"));
      case Withdrawal::gone:
        return responder.complete(problem_response(
            Error(Errc::not_found, "id: no such message waits; it may have been delivered")));
      case Withdrawal::failed:
        return responder.complete(problem_response(
            Error(Errc::storage_failed, "the outbox cannot be written to now; the message waits")));
    }
  });
}

void list_dead_letters(const RequestContext& context, DeadLetters& letters) {
  Page page = page_of(context.head.query(), {"", usual_page}, largest_page);
  letters.list(std::move(page.after), page.limit,
               [responder = context.responder](const std::optional<std::vector<DeadLetter>>& found) {
                 if (!found) return responder.complete(unreadable());
                 ordered_json list = ordered_json::array();
                 for (const DeadLetter& letter : *found) list.push_back(to_json(letter));
                 responder.complete(json_response(200, dump({{"dead_letters", std::move(list)}})));
               });
}

void retry_dead_letter(const RequestContext& context, DeadLetters& letters) {
  if (!context.resource.ends_with(retry_suffix))
    throw Error(Errc::not_found, "POST goes to /outbox/dead/{id}/retry");
  const auto id = context.resource.substr(0, context.resource.size() - retry_suffix.size());
  letters.retry(decode_percent(id),
                [responder = context.responder](Outbox::DeadLetterEnd end) { answer(responder, end); });
}

void delete_dead_letter(const RequestContext& context, DeadLetters& letters) {
  letters.remove(decode_percent(context.resource),
                 [responder = context.responder](Outbox::DeadLetterEnd end) { answer(responder, end); });
}

}  // namespace bridge
