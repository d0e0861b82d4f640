// Pages in browsers, and the paths and names that clients and proxies make up.
#include "client_cases.h"

namespace bridge::test {
namespace {

constexpr const char* panel_settings = "allowed_origins = [\"https://panel.example\"]\n";
constexpr const char* small_settings =
    "allowed_origins = [\"https://panel.example\"]\nhead_timeout = 1\nbody_timeout = 1\nmin_body_rate = 0\n"
    "max_body = 10000\nmax_head = 1024\nmax_target = 200\nmax_fields = 10\n";
constexpr const char* proxy_settings = "allowed_hosts = [\"name.example\"]\n";

const HttpFields seen_by_the_page = {{"Access-Control-Allow-Origin", "https://panel.example"},
                                     {"Access-Control-Expose-Headers", "*"},
                                     {"Vary", "Origin"},
                                     {"Cache-Control", "no-store"}};
const HttpFields not_for_pages = {{"Access-Control-Allow-Origin", ""}, {"Cache-Control", "no-store"}};
const std::string from_panel = "Origin: https://panel.example\r\n";

std::string head(const std::string& request_line, const std::string& field_lines) {
  return request_line + " HTTP/1.1\r\nHost: {host}\r\n" + field_lines;
}

std::string page_at(const std::string& host, const std::string& origin, const std::string& more = {}) {
  return "POST /topics/t HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin + "\r\n" + more +
         "Content-Length: 1\r\n\r\nm";
}

}  // namespace

std::vector<ClientCase> origin_cases() {
  std::string many_fields;
  for (int i = 0; i < 12; ++i) many_fields += "X-" + std::to_string(i) + ": x\r\n";
  return {
      // refusals as the author of a page sees them
      {.who = "fetch() of JSON that is none",
       .wire = request_bytes("POST /publish", "{", from_panel),
       .status = 400,
       .fields = seen_by_the_page,
       .settings = panel_settings},
      {.who = "fetch() with a body that is compressed by hand, in an unknown coding",
       .wire = request_bytes("POST /publish", "x", from_panel + "Content-Encoding: br\r\n"),
       .status = 415,
       .words = {"Content-Encoding"},
       .fields = seen_by_the_page,
       .closes = true,
       .settings = panel_settings},
      {.who = "fetch() of a file that is too large",
       .wire = head("POST /topics/t", from_panel + "Content-Length: 20000\r\n\r\n"),
       .status = 413,
       .fields = seen_by_the_page,
       .closes = true,
       .settings = small_settings},
      {.who = "fetch() of a stream that is too large",
       .wire = head("POST /topics/t",
                    from_panel + "Transfer-Encoding: chunked\r\n\r\n2711\r\n" + std::string(10001, 'x')),
       .status = 413,
       .fields = seen_by_the_page,
       .closes = true,
       .settings = small_settings},
      {.who = "a page whose request is cut off within its body",
       .wire = head("POST /topics/t", from_panel + "Content-Length: 5\r\n\r\nhell"),
       .status = 408,
       .fields = seen_by_the_page,
       .closes = true,
       .settings = small_settings},
      {.who = "a page whose request is cut off within its head",
       .wire = head("POST /topics/t", from_panel + "Content-Le"),
       .status = 408,
       .fields = seen_by_the_page,
       .closes = true,
       .settings = small_settings},
      {.who = "a page with a long query",
       .wire = head("GET /topics/t?x=" + std::string(300, 'x'), from_panel + "\r\n"),
       .status = 414,
       .fields = seen_by_the_page,
       .closes = true,
       .settings = small_settings},
      {.who = "a page with more fields than are taken, before its Origin",
       .wire = head("GET /healthz", many_fields + from_panel + "\r\n"),
       .status = 431,
       .fields = seen_by_the_page,
       .closes = true,
       .settings = small_settings},
      {.who = "a page with cookies that are too large for a head, behind its Origin",
       .wire = head("GET /healthz", from_panel + "Cookie: " + std::string(2000, 'x') + "\r\n\r\n"),
       .status = 431,
       .fields = seen_by_the_page,
       .closes = true,
       .settings = small_settings},
      {.who = "a page that nobody has allowed",
       .wire = request_bytes("POST /publish", "{", "Origin: https://evil.example\r\n"),
       .status = 403,
       .words = {"Origin", "'https://evil.example'", "http.allowed_origins"},
       .fields = not_for_pages,
       .settings = panel_settings},
      {.who = "a page that nobody has allowed, with a request that is none",
       .wire = "GET / HTTP/1.1\r\nOrigin: https://evil.example\r\n\r\n",
       .status = 400,
       .fields = not_for_pages,
       .closes = true,
       .settings = panel_settings},

      // the bridge's own pages behind a proxy
      {.who = "a page behind nginx that ends TLS",
       .wire = page_at("name.example", "https://name.example"),
       .status = 200,
       .arrival = Arrival{"t", "m"},
       .fields = not_for_pages,
       .settings = proxy_settings},
      {.who = "a page behind a proxy that ends TLS on another port",
       .wire = page_at("name.example:8443", "https://name.example:8443", "Sec-Fetch-Site: same-origin\r\n"),
       .status = 200,
       .arrival = Arrival{"t", "m"},
       .settings = proxy_settings},
      {.who = "a page of another port of that name",
       .wire = page_at("name.example", "https://name.example:8443"),
       .status = 403,
       .words = {"Origin"},
       .closes = true,
       .settings = proxy_settings},
      {.who = "somebody on the network who pretends to be http:// of a name that is https://",
       .wire = page_at("name.example", "http://name.example", "Sec-Fetch-Site: cross-site\r\n"),
       .status = 403,
       .words = {"Origin"},
       .closes = true,
       .settings = proxy_settings},
      {.who = "a page behind a proxy whose name nobody has allowed",
       .wire = page_at("other.example", "https://other.example"),
       .status = 403,
       .words = {"Host", "'other.example'", "http.allowed_hosts"},
       .closes = true,
       .settings = proxy_settings},
      {.who = "nginx with upstream bridge {}",
       .wire = "GET /healthz HTTP/1.1\r\nHost: bridge\r\n\r\n",
       .status = 403,
       .words = {"Host", "'bridge'", "http.allowed_hosts"},
       .fields = {{"Cache-Control", "no-store"}},
       .closes = true},

      // answers that no cache in front may keep
      {.who = "Varnish that asks for readiness",
       .wire = head("GET /readyz", "\r\n"),
       .status = 200,
       .fields = {{"Cache-Control", "no-store"}}},
      {.who = "a cache that keeps what is not there",
       .wire = head("GET /nothing", "\r\n"),
       .status = 404,
       .fields = {{"Cache-Control", "no-store"}}},
      {.who = "a cache that keeps the answer to a preflight",
       .wire = head("OPTIONS /publish", "\r\n"),
       .status = 204,
       .fields = {{"Cache-Control", "no-store"}}},

      // clients that look for the right path
      {.who = "a base URL that ends with a slash",
       .wire = request_bytes("POST //publish", R"({"topic":"t","msg":"m"})"),
       .status = 200,
       .arrival = Arrival{"t", "m"}},
      {.who = "a topic with slashes of its own",
       .wire = request_bytes("POST //topics//a//b", "m"),
       .status = 200,
       .arrival = Arrival{"/a//b", "m"}},
      {.who = "a webhook with the topic behind /publish",
       .wire = request_bytes("POST /publish/x", "m"),
       .status = 404,
       .words = {"POST /publish", "POST /topics/{topic}", "GET /"}},
      {.who = "a webhook that was given the bare address",
       .wire = request_bytes("POST /", "m"),
       .status = 405,
       .words = {"POST /publish", "POST /topics/{topic}"},
       .fields = {{"Allow", "GET, HEAD, OPTIONS"}}},
      {.who = "curl at the bare address",
       .wire = head("GET /", "Accept: */*\r\n\r\n"),
       .status = 200,
       .words = {R"("name":"mqtt-rest-bridge")", R"("ready":true)", R"("path":"/publish")"},
       .fields = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}},
      {.who = "HEAD of the front page",
       .wire = "HEAD / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n",
       .status = 200,
       .fields = {{"Content-Type", "text/html; charset=utf-8"}}},
  };
}

}  // namespace bridge::test
