#include "bridge/http/server.h"

#include "connection_server.h"
#include "routes.h"

namespace bridge {
namespace {

/// The time that stop() gives open connections. Publishes end by themselves before it, unless the disk is
/// slow.
constexpr std::chrono::seconds grace{7};

}  // namespace

class HttpServer::Impl {
 public:
  Impl(Loops& loops, const Settings& settings, const HttpServices& services, Logger& logger,
       Counters& counters)
      : settings_(settings),
        services_(services),
        connections_(loops, settings_.http, settings_.mqtt.ack_timeout + grace, gateway_, logger, counters) {
    add_routes(gateway_, settings_, services_, counters);
  }

  ConnectionServer& connections() { return connections_; }

 private:
  const Settings settings_;
  const HttpServices services_;
  HttplibGateway gateway_;
  ConnectionServer connections_;
};

HttpServer::HttpServer(Loops& loops, const Settings& settings, const HttpServices& services, Logger& logger,
                       Counters& counters)
    : impl_(std::make_unique<Impl>(loops, settings, services, logger, counters)) {}
HttpServer::~HttpServer() = default;
void HttpServer::start() { impl_->connections().start(); }
bool HttpServer::reload() { return impl_->connections().reload(); }
void HttpServer::drain(std::chrono::milliseconds limit) { impl_->connections().drain(limit); }
void HttpServer::stop(std::chrono::milliseconds limit) { impl_->connections().stop(limit); }
std::string HttpServer::where() const { return impl_->connections().where(); }

}  // namespace bridge
