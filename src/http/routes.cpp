#include "routes.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "bridge/core/error.h"
#include "bulk_handler.h"
#include "dump.h"
#include "front_page.h"
#include "outbox_handler.h"
#include "problem.h"
#include "publish_handler.h"
#include "publishing.h"
#include "subscriptions_handler.h"
#include "topics_handler.h"

namespace bridge {
namespace {

/// Wraps a handler whose content is the message. A request without a length is answered 411 (RFC 9110,
/// 15.5.12): an empty payload clears a retained message, so the client must say that it means one.
Handler with_content(Handler handler) {
  return [handler = std::move(handler)](RequestContext& context) {
    if (!context.head.has_length && context.head.method != "DELETE")
      throw Error(Errc::length_required, "the request needs a Content-Length, 0 for no content");
    handler(context);
  };
}

/// For devices that can do nothing but GET, if http.get_publish allows it. HEAD comes to the same route, and
/// must have no effect (RFC 9110, 9.2.1).
void add_get_publish(HttplibGateway& gateway, const Settings& settings, const Publishing& publishing) {
  if (!settings.http.get_publish)
    return gateway.explain("GET", "/publish", "use POST; http.get_publish would allow GET");
  gateway.route("GET", "/publish", [publishing](RequestContext& context) {
    if (context.head.method != "GET") {
      Response response =
          problem_response(Error(Errc::method_not_allowed, "HEAD publishes nothing; use GET or POST"));
      response.fields.emplace_back("Allow", "GET, POST, OPTIONS");
      return context.responder.complete(std::move(response));
    }
    const PublishRequest request(context);
    publishing.publish(context, request, message_from_get(context));
  });
}

void add_publishing(HttplibGateway& gateway, const Settings& settings, const HttpServices& services) {
  const Publishing publishing(services.publisher, services.repeats, settings.mqtt.ack_timeout);
  gateway.route("POST", "/publish", with_content([publishing, &settings](RequestContext& context) {
                  const PublishRequest request(context);
                  publishing.publish(context, request,
                                     message_from_content(context, settings.http.max_json_depth));
                }));
  add_get_publish(gateway, settings, publishing);
  gateway.route("POST", "/publish/bulk", with_content([publishing, &settings](RequestContext& context) {
                  publish_bulk(context, publishing, settings.http);
                }));
  for (const char* method : {"POST", "PUT", "DELETE"})
    gateway.route_below(method, "/topics/", with_content([publishing, &settings](RequestContext& context) {
                          publish_to_topic(context, publishing, settings.http);
                        }));
}

void add_subscriptions(HttplibGateway& gateway, Subscriptions& subscriptions,
                       std::chrono::seconds ack_timeout) {
  gateway.route("GET", "/subscriptions",
                [&subscriptions](RequestContext& context) { list_subscriptions(context, subscriptions); });
  gateway.route_below("PUT", "/subscriptions/", [&subscriptions, ack_timeout](RequestContext& context) {
    put_subscription(context, subscriptions, ack_timeout);
  });
  gateway.route_below("DELETE", "/subscriptions/", [&subscriptions, ack_timeout](RequestContext& context) {
    delete_subscription(context, subscriptions, ack_timeout);
  });
}

void add_outbox(HttplibGateway& gateway, const HttpServices& services, Counters& counters) {
  gateway.route("GET", "/outbox",
                [&services](RequestContext& context) { show_outbox(context, services.outbox); });
  const auto room =
      services.outbox == nullptr ? nullptr : std::make_shared<WaitingRoom>(services.publisher, counters);
  gateway.route("GET", "/outbox/messages",
                [room](RequestContext& context) { list_waiting(context, room.get()); });
  if (services.outbox == nullptr) return;
  gateway.route_below("DELETE", "/outbox/messages/",
                      [room](RequestContext& context) { delete_waiting(context, *room); });
  const auto letters = std::make_shared<DeadLetters>(*services.outbox, services.publisher, counters);
  gateway.route("GET", "/outbox/dead",
                [letters](RequestContext& context) { list_dead_letters(context, *letters); });
  gateway.route_below("POST", "/outbox/dead/",
                      [letters](RequestContext& context) { retry_dead_letter(context, *letters); });
  gateway.route_below("DELETE", "/outbox/dead/",
                      [letters](RequestContext& context) { delete_dead_letter(context, *letters); });
}

void add_health(HttplibGateway& gateway, const HttpServices& services) {
  gateway.route("GET", "/healthz", [](RequestContext& context) {
    context.responder.complete(json_response(200, R"({"status":"ok"})"));
  });
  gateway.route("GET", "/readyz", [&services](RequestContext& context) {
    const auto reasons = services.unready_reasons();
    nlohmann::ordered_json readiness = {{"ready", reasons.empty()}};
    if (!reasons.empty()) readiness["reasons"] = reasons;
    if (const auto warnings = services.warnings(); !warnings.empty()) readiness["warnings"] = warnings;
    context.responder.complete(json_response(reasons.empty() ? 200 : 503, dump(readiness)));
  });
}

void add_front_page(HttplibGateway& gateway, const HttpServices& services, const HttpSettings& settings) {
  gateway.route("GET", "/", [&services, &settings](RequestContext& context) {
    context.responder.complete(front_page(
        {services.version, services.unready_reasons(), services.outbox != nullptr, settings.get_publish},
        context.head));
  });
  gateway.signpost(std::string(signpost));
}

}  // namespace

void add_routes(HttplibGateway& gateway, const Settings& settings, const HttpServices& services,
                Counters& counters) {
  add_publishing(gateway, settings, services);
  add_subscriptions(gateway, services.subscriptions, settings.mqtt.ack_timeout);
  add_outbox(gateway, services, counters);
  add_health(gateway, services);
  add_front_page(gateway, services, settings.http);
}

}  // namespace bridge
