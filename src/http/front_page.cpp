#include "front_page.h"

#include <array>
#include <nlohmann/json.hpp>

#include "accept.h"
#include "dump.h"
#include "front_page_style.h"

namespace bridge {
namespace {

constexpr std::string_view name = "mqtt-rest-bridge";
constexpr std::string_view readme = BRIDGE_README;  // where an installation has it

enum class Needs { nothing, outbox, get_publish };

struct Way {
  std::array<std::string_view, 3> methods;
  std::string_view path;
  std::string_view what;
  Needs needs = Needs::nothing;
};

constexpr auto ways = std::to_array<Way>({
    {{"POST"}, "/publish", "one message, as JSON or as a form"},
    {{"GET"},
     "/publish?topic={topic}&msg={text}",
     "the same by GET, for devices that can do no more",
     Needs::get_publish},
    {{"POST"}, "/publish/bulk", "many messages, as a JSON array or as one object a line"},
    {{"POST", "PUT", "DELETE"},
     "/topics/{topic}",
     "the content is the payload; PUT has it retained, DELETE clears what is retained"},
    {{"GET"}, "/subscriptions", "what the bridge listens to and logs"},
    {{"PUT", "DELETE"}, "/subscriptions/{filter}", "begins or ends listening to a topic filter"},
    {{"GET"}, "/outbox", "how many messages wait for the broker"},
    {{"GET"}, "/outbox/messages", "the messages that wait, without their payloads"},
    {{"DELETE"}, "/outbox/messages/{id}", "ends one of them: it is not sent any more", Needs::outbox},
    {{"GET"}, "/outbox/dead", "messages that the broker refused for good", Needs::outbox},
    {{"POST"}, "/outbox/dead/{id}/retry", "sends one of them once more", Needs::outbox},
    {{"DELETE"}, "/outbox/dead/{id}", "forgets one of them", Needs::outbox},
    {{"GET"}, "/healthz", "200 while the process serves"},
    {{"GET"}, "/readyz", "200 while messages get through, else 503 with the reasons"},
});

bool is_there(const Way& way, const FrontPage& page) {
  return way.needs == Needs::nothing || (way.needs == Needs::outbox ? page.has_outbox : page.takes_get);
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '&')
      html += "&amp;";
    else if (c == '<')
      html += "&lt;";
    else if (c == '>')
      html += "&gt;";
    else if (c == '"')
      html += "&quot;";
    else if (c == '\'')
      html += "&#39;";
    else
      html += c;
  }
  return html;
}

std::string element(const std::string& tag, const std::string& html) {
  return "<" + tag + ">" + html + "</" + tag.substr(0, tag.find(' ')) + ">";
}

/// A link relative to the page, since a proxy may have it below a path of its own.
std::string path_cell(const Way& way) {
  const std::string path = element("code", escaped(way.path));
  const bool can_be_opened = way.methods.front() == "GET" && way.path.find('{') == std::string_view::npos;
  return can_be_opened ? element("a href=\"" + escaped(way.path.substr(1)) + "\"", path) : path;
}

std::string row(const Way& way) {
  std::string methods;
  for (const std::string_view method : way.methods)
    if (!method.empty()) methods += element("b", std::string(method)) + " ";
  methods.pop_back();
  return element("tr",
                 element("td", methods) + element("td", path_cell(way)) + element("td", escaped(way.what))) +
         "\n";
}

std::string readiness(const FrontPage& page) {
  if (page.unready_reasons.empty()) return element("p class=\"state ready\"", "ready");
  std::string reasons;
  for (const std::string& reason : page.unready_reasons) reasons += element("li", escaped(reason));
  return element("p class=\"state\"", "not ready") + "\n" + element("ul", reasons);
}

std::string html_of(const FrontPage& page) {
  std::string rows;
  for (const Way& way : ways)
    if (is_there(way, page)) rows += row(way);
  return std::string(R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>mqtt-rest-bridge</title>
)") + element("style", std::string(front_page_style)) +
         R"(
<main>
<header>
<h1>mqtt-rest-bridge</h1>
)" + element("p class=\"version\"", escaped(page.version)) +
         "\n" + readiness(page) +
         R"(
</header>
<p>Takes HTTP requests and publishes them to an MQTT broker. Each answer says what is known of the message:
confirmed by the broker, stored and on its way, not sent, or unknown.</p>
<pre>curl -d '{"topic":"hello/world","msg":"Hi"}' <i>address of this page</i>/publish</pre>
<div class="wide">
<table>
<tr><th>Method</th><th>Path</th><th>What it does</th></tr>
)" + rows +
         R"(</table>
</div>
<footer>Fields, answers and settings are explained in the README: <code>)" +
         escaped(readme) +
         R"(</code>, or <code>README.md</code> in the source. Programs get this page as JSON.</footer>
</main>
</html>
)";
}

std::string json_of(const FrontPage& page) {
  nlohmann::ordered_json document = {
      {"name", name}, {"version", page.version}, {"ready", page.unready_reasons.empty()}};
  if (!page.unready_reasons.empty()) document["reasons"] = page.unready_reasons;
  document["readme"] = readme;
  document["ways"] = nlohmann::ordered_json::array();
  for (const Way& way : ways) {
    if (!is_there(way, page)) continue;
    nlohmann::ordered_json methods;
    for (const std::string_view method : way.methods)
      if (!method.empty()) methods.push_back(method);
    document["ways"].push_back({{"methods", methods}, {"path", way.path}, {"what", way.what}});
  }
  return dump(document);
}

}  // namespace

Response front_page(const FrontPage& page, const RequestHead& head) {
  Response response = json_response(200, "");
  response.fields.emplace_back("Vary", "Accept");
  if (quality_of(head, "text/html") <= quality_of(head, "application/json")) {
    response.content = json_of(page);
    return response;
  }
  response.content_type = "text/html; charset=utf-8";
  response.content = html_of(page);
  response.fields.emplace_back("Content-Security-Policy",
                               "default-src 'none'; style-src '" + std::string(front_page_style_hash) +
                                   "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  response.fields.emplace_back("X-Content-Type-Options", "nosniff");
  response.fields.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace bridge
