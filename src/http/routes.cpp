#include "routes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "bridge/core/error.h"
#include "bulk_handler.h"
#include "publish_handler.h"
#include "publishing.h"
#include "subscriptions_handler.h"
#include "topics_handler.h"

namespace bridge {
namespace {

/// For a handler whose content is the message: an empty one must be meant (411, RFC 9110, 15.5.12).
Handler with_content(Handler handler) {
  return [handler = std::move(handler)](Exchange& exchange) {
    if (!exchange.head.has_length && exchange.head.method != "DELETE")
      throw Error(Errc::length_required, "the request needs a Content-Length, 0 for no content");
    handler(exchange);
  };
}

void add_publishing(HttplibGateway& gateway, const Settings& settings, const HttpServices& services) {
  const Publishing publishing(services.publisher, settings.mqtt.ack_timeout);
  gateway.route("POST", "/publish", with_content([publishing](Exchange& exchange) {
                  publishing.publish(exchange, message_from_content(exchange));
                }));
  gateway.route("POST", "/publish/bulk", with_content([publishing, &settings](Exchange& exchange) {
                  publish_bulk(exchange, publishing, settings.http.max_bulk);
                }));
  for (const char* method : {"POST", "PUT", "DELETE"})
    gateway.route_below(method, "/topics/", with_content([publishing](Exchange& exchange) {
                          publishing.publish(exchange, message_from_topic_request(exchange));
                        }));
}

void add_subscriptions(HttplibGateway& gateway, Subscriptions& subscriptions) {
  gateway.route("GET", "/subscriptions",
                [&subscriptions](Exchange& exchange) { list_subscriptions(exchange, subscriptions); });
  gateway.route_below("PUT", "/subscriptions/",
                      [&subscriptions](Exchange& exchange) { put_subscription(exchange, subscriptions); });
  gateway.route_below("DELETE", "/subscriptions/",
                      [&subscriptions](Exchange& exchange) { delete_subscription(exchange, subscriptions); });
}

void add_health(HttplibGateway& gateway, const HttpServices& services) {
  gateway.route("GET", "/healthz", [](Exchange& exchange) {
    exchange.responder.complete(json_response(200, R"({"status":"ok"})"));
  });
  gateway.route("GET", "/readyz", [&services](Exchange& exchange) {
    const auto reasons = services.unready_reasons();
    if (reasons.empty()) return exchange.responder.complete(json_response(200, R"({"ready":true})"));
    const nlohmann::ordered_json unready = {{"ready", false}, {"reasons", reasons}};
    exchange.responder.complete(json_response(503, unready.dump()));
  });
}

}  // namespace

void add_routes(HttplibGateway& gateway, const Settings& settings, const HttpServices& services) {
  add_publishing(gateway, settings, services);
  add_subscriptions(gateway, services.subscriptions);
  add_health(gateway, services);
}

}  // namespace bridge
