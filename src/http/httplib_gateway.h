#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "request_context.h"

namespace bridge {

/// Routes requests with cpp-httplib, but without its sockets: the one file that touches cpp-httplib's inside.
/// It reads one complete, canonical head at a time from memory, and its own responses are dropped. Content
/// and fields never pass through it: it would decode, truncate or interpret them.
///
/// A route that cpp-httplib has once chosen for its literal method and path is found in our own table from
/// then on: asking cpp-httplib costs more than the rest of a request.
class HttplibGateway {
 public:
  HttplibGateway();
  ~HttplibGateway();
  HttplibGateway(const HttplibGateway&) = delete;
  HttplibGateway& operator=(const HttplibGateway&) = delete;

  /// A route for `path`, with or without a slash at its end. Not while requests are handled.
  void route(const std::string& method, const std::string& path, Handler handler);
  /// A route for every path that begins with `prefix` ("/topics/"); the rest is RequestContext::resource.
  void route_below(const std::string& method, const std::string& prefix, Handler handler);

  /// Sets the end of a 404's detail, behind "there is nothing under this path": where to go instead.
  void signpost(std::string text) { signpost_ = std::move(text); }
  /// Sets the detail of a 405 for a method that `path` has no route for. Not while requests are handled.
  void explain(const std::string& method, const std::string& path, std::string detail);

  /// Runs the handler, or answers 404 or 405. Never throws: an exception is answered 500. Safe from any
  /// thread.
  void handle(const RequestHead& head, std::string content, const Responder& responder,
              ResponseBudget& budget) const noexcept;

  /// @return true if handle() would find a handler: the client may send the content. Any thread.
  bool has_route_for(const RequestHead& head) const;

 private:
  class Server;
  struct Route {
    Route(std::string of, std::string at, bool all_below, Handler run)
        : method(std::move(of)), path(std::move(at)), below(all_below), handler(std::move(run)) {}
    std::string method;
    std::string path;
    bool below;  // for every path that begins with this one
    Handler handler;
    std::atomic<bool> confirmed{false};  // cpp-httplib has chosen it for its literal method and path
  };

  struct Explanation {
    std::string method;
    std::string path;
    std::string detail;
  };

  /// The place in the table that a request leads to.
  struct Target {
    std::string_view path;         // literal, or the prefix that the request's path begins with
    std::string_view resource;     // the rest behind a prefix
    const Route* route = nullptr;  // of this path and the request's method, if there is one
  };

  void add(const std::string& method, const std::string& path, bool below, Handler handler);
  Target target_of(const RequestHead& head) const;
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
