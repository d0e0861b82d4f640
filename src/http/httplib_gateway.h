#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "request_context.h"

namespace bridge {

/// cpp-httplib's parsing of targets and its routing, without its sockets: the one file that touches the
/// library's inside. It is given one complete, canonical head at a time, from memory, and what it would write
/// is dropped: responses are ours. Content and fields never pass through it, since it would decode, truncate
/// or interpret them.
///
/// What the library has once chosen for a method and a path that are literally those of a route, it would
/// choose again: such a request goes straight to the handler from then on, since asking costs more than all
/// the rest of a request.
class HttplibGateway {
 public:
  HttplibGateway();
  ~HttplibGateway();
  HttplibGateway(const HttplibGateway&) = delete;
  HttplibGateway& operator=(const HttplibGateway&) = delete;

  /// A route for `path`, with or without a slash at its end. Not while requests are handled.
  void route(const std::string& method, const std::string& path, Handler handler);
  /// A route for all that begins with `prefix` ("/topics/"); the rest is RequestContext::resource.
  void route_below(const std::string& method, const std::string& prefix, Handler handler);

  /// What a 404 says after "there is nothing under this path": where to go instead.
  void signpost(std::string text) { signpost_ = std::move(text); }
  /// What a 405 says to this method, for want of a route. Not while requests are handled.
  void explain(const std::string& method, const std::string& path, std::string detail);

  /// Runs the handler, or answers 404 or 405. Never throws: what goes wrong is answered. Safe from any
  /// thread.
  void handle(const RequestHead& head, std::string content, const Responder& responder,
              ResponseBudget& budget) const noexcept;

  /// Whether a handler would take it, once its content is there. Any thread.
  bool has_route_for(const RequestHead& head) const;

 private:
  class Server;
  struct Route {
    Route(std::string of, std::string at, bool all_below, Handler run)
        : method(std::move(of)), path(std::move(at)), below(all_below), handler(std::move(run)) {}
    std::string method;
    std::string path;
    bool below;  // for all that begins with the path
    Handler handler;
    std::atomic<bool> confirmed{false};  // the library has chosen it for its method and path
  };

  struct Explanation {
    std::string method;
    std::string path;
    std::string detail;
  };

  void add(const std::string& method, const std::string& path, bool below, Handler handler);
  const Route* confirmed_route(std::string_view method, std::string_view path) const;
  std::string_view prefix_of(std::string_view path, std::string_view method) const;
  void dispatch(const RequestHead& head, std::string& content, const Responder& responder,
                ResponseBudget& budget) const;
  void refuse(const RequestHead& head, std::string_view path, const Responder& responder) const;
  std::string allowed_methods(std::string_view path) const;
  std::string why_not(std::string_view method, std::string_view path, const std::string& allowed) const;

  std::unique_ptr<Server> server_;
  std::deque<Route> routes_;
  std::string signpost_;
  std::vector<Explanation> explanations_;
};

}  // namespace bridge
