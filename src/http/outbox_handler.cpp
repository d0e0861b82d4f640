#include "outbox_handler.h"

#include <charconv>
#include <nlohmann/json.hpp>
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
constexpr std::string_view retry_suffix = "/retry";

struct Page {
  std::string after;
  std::size_t limit = usual_page;
};

Page page_of(std::string_view query) {
  Page page;
  for (const auto& [name, value] : decode_pairs(query)) {
    if (name == "after") {
      page.after = value;
    } else if (name == "limit") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), page.limit);
      if (error != std::errc{} || end != value.data() + value.size() || page.limit < 1 ||
          page.limit > largest_page)
        invalid_field(name, "must be a number from 1 to 100");
    } else {
      unknown_field(name);
    }
  }
  return page;
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

void show_outbox(const Exchange& exchange, const Outbox* outbox) {
  if (outbox == nullptr)
    return exchange.responder.complete(json_response(200, R"({"enabled":false,"accepting":false})"));
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
  exchange.responder.complete(json_response(200, dump(shown)));
}

void list_dead_letters(const Exchange& exchange, DeadLetters& letters) {
  Page page = page_of(exchange.head.query());
  letters.list(std::move(page.after), page.limit,
               [responder = exchange.responder](const std::optional<std::vector<DeadLetter>>& found) {
                 if (!found)
                   return responder.complete(problem_response(
                       Error(Errc::storage_failed, "the outbox cannot be read now; try again later")));
                 ordered_json list = ordered_json::array();
                 for (const DeadLetter& letter : *found) list.push_back(to_json(letter));
                 responder.complete(json_response(200, dump({{"dead_letters", std::move(list)}})));
               });
}

void retry_dead_letter(const Exchange& exchange, DeadLetters& letters) {
  if (!exchange.resource.ends_with(retry_suffix))
    throw Error(Errc::not_found, "POST goes to /outbox/dead/{id}/retry");
  const auto id = exchange.resource.substr(0, exchange.resource.size() - retry_suffix.size());
  letters.retry(decode_percent(id),
                [responder = exchange.responder](Outbox::DeadLetterEnd end) { answer(responder, end); });
}

void delete_dead_letter(const Exchange& exchange, DeadLetters& letters) {
  letters.remove(decode_percent(exchange.resource),
                 [responder = exchange.responder](Outbox::DeadLetterEnd end) { answer(responder, end); });
}

}  // namespace bridge
