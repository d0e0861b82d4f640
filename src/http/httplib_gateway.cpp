#include "httplib_gateway.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "problem.h"

namespace bridge {
namespace {

/// Carries to a handler behind cpp-httplib the parts of a request that do not pass through it.
struct Call {
  const RequestHead& head;
  std::string& content;
  std::string_view path;  // as cpp-httplib is given it
  std::string_view resource;
  const Responder& responder;
  ResponseBudget& budget;
  bool routed = false;
};
thread_local Call* current_call = nullptr;

/// Has the members that only some versions of cpp-httplib ask of a stream: is_writable() the older ones (to
/// 0.18), the local address those from 0.11.4 on, the others the newer ones (0.41). Hence `virtual` and not
/// `override`.
// NOLINTBEGIN(modernize-use-override)
class StreamOfAnyVersion : public httplib::Stream {
 public:
  virtual bool is_writable() const { return true; }
  virtual bool wait_readable() const { return true; }
  virtual bool wait_writable() const { return true; }
  virtual time_t duration() const { return 0; }
  virtual void get_local_ip_and_port(std::string&, int&) const {}
};
// NOLINTEND(modernize-use-override)

/// Reads from a head in memory, and drops whatever is written.
class MemoryStream : public StreamOfAnyVersion {
 public:
  explicit MemoryStream(std::string_view head) : rest_(head) {}

  bool is_readable() const override { return !rest_.empty(); }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t n = std::min(size, rest_.size());
    std::memcpy(to, rest_.data(), n);
    rest_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char*, std::size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return 0; }

 private:
  std::string_view rest_;
};

void run(const Handler& handler, Call& call) {
  call.routed = true;
  RequestContext context{call.head, call.content, call.resource, call.responder, call.budget};
  try {
    handler(context);
  } catch (const Error& error) {
    call.responder.complete(problem_response(error));
  }
}

std::string canonical_head(std::string_view method, std::string_view path) {
  std::string text;
  text.reserve(64);
  return text.append(method).append(" ").append(path).append(" HTTP/1.1\r\n\r\n");
}

/// `//publish` is `/publish`: a base URL that ends with a slash, and a path that begins with one. Below a
/// prefix nothing is changed: `/topics//a` is the topic `/a`.
std::string_view with_one_slash(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  return path;
}

std::string_view without_last_slash(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

class HttplibGateway::Server : public httplib::Server {
 public:
  void process(const std::string& head) {
    MemoryStream stream(head);
    call(&Server::process_request, stream);
  }

 private:
  using Stream = httplib::Stream;
  using Setup = std::function<void(httplib::Request&)>;
  using To017 = bool (httplib::Server::*)(Stream&, bool, bool&, const Setup&);
  using From018 = bool (httplib::Server::*)(Stream&, const std::string&, int, const std::string&, int, bool,
                                            bool&, const Setup&);
  using From033 = bool (httplib::Server::*)(Stream&, const std::string&, int, const std::string&, int, bool,
                                            bool&, const Setup&, bool*);

  void call(To017 member, Stream& stream) {
    bool closed = false;
    (this->*member)(stream, false, closed, nullptr);
  }
  void call(From018 member, Stream& stream) {
    bool closed = false;
    (this->*member)(stream, "", 0, "", 0, false, closed, nullptr);
  }
  void call(From033 member, Stream& stream) {
    bool closed = false;
    (this->*member)(stream, "", 0, "", 0, false, closed, nullptr, nullptr);
  }
  template <typename Unknown>
  void call(Unknown, Stream&) {
    static_assert(
        sizeof(Unknown) == 0,
        "this cpp-httplib has a process_request() of a form that is not known here; 0.10 to 0.53 are");
  }
};

HttplibGateway::HttplibGateway() : server_(std::make_unique<Server>()) {}
HttplibGateway::~HttplibGateway() = default;

void HttplibGateway::route(const std::string& method, const std::string& path, Handler handler) {
  add(method, path, false, std::move(handler));
}

void HttplibGateway::route_below(const std::string& method, const std::string& prefix, Handler handler) {
  add(method, prefix, true, std::move(handler));
}

void HttplibGateway::explain(const std::string& method, const std::string& path, std::string detail) {
  explanations_.push_back({method, path, std::move(detail)});
}

void HttplibGateway::add(const std::string& method, const std::string& path, bool below, Handler handler) {
  Route& route = routes_.emplace_back(method, path, below, std::move(handler));
  const auto serve = [&route](const httplib::Request& request, httplib::Response&) {
    if (request.method == route.method && current_call->path == route.path) route.confirmed = true;
    run(route.handler, *current_call);
  };
  if (method == "GET") server_->Get(path, serve);
  if (method == "POST") server_->Post(path, serve);
  if (method == "PUT") server_->Put(path, serve);
  if (method == "DELETE") server_->Delete(path, serve);
}

/// A path that is no longer than a prefix stands below it only where a route of this method wants it:
/// `POST /topics/` is an empty topic, `GET /subscriptions/` the list.
HttplibGateway::Target HttplibGateway::target_of(const RequestHead& head) const {
  const std::string_view path = with_one_slash(head.path());
  Target target{without_last_slash(path), {}, nullptr};
  bool has_prefix = false;
  for (const Route& route : routes_) {
    const bool is_method = route.method == head.method;
    const bool is_below =
        route.below && path.starts_with(route.path) && (path.size() > route.path.size() || is_method);
    if (is_below && !has_prefix) {
      has_prefix = true;
      target = {route.path, path.substr(route.path.size()), nullptr};
    }
    if (is_method && target.route == nullptr && route.path == target.path) target.route = &route;
  }
  return target;
}

void HttplibGateway::handle(const RequestHead& head, std::string content, const Responder& responder,
                            ResponseBudget& budget) const noexcept {
  try {
    dispatch(head, content, responder, budget);
  } catch (...) {  // its text may name paths or secrets
    responder.complete(problem_response(Error(Errc::internal, "the request could not be carried out")));
  }
}

/// Gives cpp-httplib a path that its regular expressions can take. The part of the path below a prefix may be
/// long and hold any byte, and cpp-httplib would change the query: neither is shown to it.
void HttplibGateway::dispatch(const RequestHead& head, std::string& content, const Responder& responder,
                              ResponseBudget& budget) const {
  const Target target = target_of(head);
  Call call{head, content, target.path, target.resource, responder, budget};
  if (target.route != nullptr && target.route->confirmed) return run(target.route->handler, call);
  current_call = &call;
  server_->process(canonical_head(head.method, target.path));
  current_call = nullptr;
  if (!call.routed) refuse(head, target.path, responder);
}

bool HttplibGateway::has_route_for(const RequestHead& head) const {
  const Target target = target_of(head);
  const bool is_decoded_first = target.path.find('%') != std::string_view::npos;  // by cpp-httplib
  return target.route != nullptr || is_decoded_first;
}

void HttplibGateway::refuse(const RequestHead& head, std::string_view path,
                            const Responder& responder) const {
  if (path.find("%00") != std::string_view::npos)
    return responder.complete(problem_response(Error(Errc::malformed_request, "the path has a NUL")));
  const std::string allowed = allowed_methods(path);
  if (allowed.empty())
    return responder.complete(
        problem_response(Error(Errc::not_found, "there is nothing under this path" + signpost_)));
  Response response{204, "", "", {}};
  if (head.method != "OPTIONS")
    response = problem_response(Error(Errc::method_not_allowed, why_not(head.method, path, allowed)));
  response.fields.emplace_back("Allow", allowed);
  responder.complete(std::move(response));
}

std::string HttplibGateway::why_not(std::string_view method, std::string_view path,
                                    const std::string& allowed) const {
  if (method == "HEAD") method = "GET";  // the same fields (RFC 9110, 9.3.2)
  for (const Explanation& known : explanations_)
    if (known.method == method && known.path == path) return known.detail;
  return "use one of: " + allowed + (path == "/" ? signpost_ : "");
}

/// @return those of all paths for `*`, the server as a whole (RFC 9110, 9.3.7).
std::string HttplibGateway::allowed_methods(std::string_view path) const {
  std::string allowed;
  for (const Route& known : routes_) {
    if (known.path != path && path != "*") continue;
    if (allowed.find(known.method + ", ") != std::string::npos) continue;
    allowed += known.method + ", ";
    if (known.method == "GET") allowed += "HEAD, ";
  }
  return allowed.empty() ? allowed : allowed + "OPTIONS";
}

}  // namespace bridge
