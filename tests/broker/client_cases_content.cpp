// Contents and queries as clients send them.
#include "client_cases.h"

namespace bridge::test {
namespace {

const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
const std::string json = "Content-Type: application/json\r\n";
const std::string lines = "Content-Type: application/x-ndjson\r\n";
const std::string mark = "\xEF\xBB\xBF";
const std::string message = R"({"topic":"t","msg":"m"})";

std::string publish(const std::string& content, const std::string& field_lines) {
  return request_bytes("POST /publish", content, field_lines);
}

std::string publish_bulk(const std::string& content, const std::string& field_lines) {
  return request_bytes("POST /publish/bulk", content, field_lines);
}

std::string part(const std::string& parameters, const std::string& content) {
  return "--XX\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n" + content + "\r\n";
}

void add_queries(std::vector<ClientCase>& cases) {
  const std::string field_lines = json;
  for (const std::string target : {"/publish", "/publish/bulk"}) {
    const std::string content = target == "/publish" ? message : "[" + message + "]";
    cases.push_back(
        {.who = "qos and retain in the query of " + target,
         .wire = request_bytes("POST " + target + "?qos=1&retain=true", content, field_lines),
         .status = 400,
         .words = {"qos: belongs into the JSON or form, not into the query of " + target + "\""}});
    cases.push_back({.who = "a query that jQuery adds against caches",
                     .wire = request_bytes("POST " + target + "?_=1764", content, field_lines),
                     .status = 400,
                     .words = {"_: " + target + " takes no query parameters"}});
  }
}

void add_byte_order_marks(std::vector<ClientCase>& cases) {
  const std::string object_lines = message + "\n";
  cases.insert(cases.end(), {{.who = "C# StreamWriter: JSON behind a mark",
                              .wire = publish(mark + message, json),
                              .status = 200,
                              .arrival = Arrival{"t", "m"}},
                             {.who = "a form behind a mark",
                              .wire = publish(mark + "topic=t&msg=m", form),
                              .status = 200,
                              .arrival = Arrival{"t", "m"}},
                             {.who = "an array behind a mark",
                              .wire = publish_bulk(mark + "[" + message + "]", json),
                              .status = 200,
                              .arrival = Arrival{"t", "m"}},
                             {.who = "lines behind a mark",
                              .wire = publish_bulk(mark + object_lines, lines),
                              .status = 200,
                              .arrival = Arrival{"t", "m"}},
                             {.who = "a mark in front of a payload is the payload's",
                              .wire = request_bytes("POST /topics/t", mark + "m"),
                              .status = 200,
                              .arrival = Arrival{"t", mark + "m"}}});
}

void add_misread_json(std::vector<ClientCase>& cases) {
  for (const std::string& type : {form, json}) {
    cases.insert(cases.end(), {{.who = "an array on /publish",
                                .wire = publish("[" + message + "]", type),
                                .status = 400,
                                .words = {"/publish/bulk"}},
                               {.who = "JSON encoded twice",
                                .wire = publish(R"("{\"topic\":\"t\",\"msg\":\"m\"}")", type),
                                .status = 400,
                                .words = {"it was encoded twice"}},
                               {.who = "cmd.exe keeps single quotes, and takes the double ones",
                                .wire = publish("'{topic:t,msg:m}'", type),
                                .status = 400,
                                .words = {"did the shell keep the quotes?"}},
                               {.who = "Windows PowerShell takes the double quotes",
                                .wire = publish("{topic:t,msg:m}", type),
                                .status = 400,
                                .words = {"double quotes", "did the shell take them away?"}},
                               {.who = "lines on /publish",
                                .wire = publish(message + "\n" + message + "\n", type),
                                .status = 400,
                                .words = {"/publish/bulk", "application/x-ndjson"}}});
  }
  cases.push_back({.who = "a form in bulk",
                   .wire = publish_bulk("topic=t&msg=m", form),
                   .status = 400,
                   .words = {"a form is one message", "/publish"}});
  cases.push_back({.who = "JSON encoded twice, in bulk",
                   .wire = publish_bulk(R"("[{\"topic\":\"t\",\"msg\":\"m\"}]")", json),
                   .status = 400,
                   .words = {"it was encoded twice"}});
  cases.push_back({.who = "fetch with a text: a form without its type",
                   .wire = publish("topic=t&msg=m", "Content-Type: text/plain;charset=UTF-8\r\n"),
                   .status = 400,
                   .words = {"application/x-www-form-urlencoded"}});
}

void add_encodings(std::vector<ClientCase>& cases) {
  const std::string latin1 = "{\"topic\":\"t\",\"msg\":\"gr\xFC\xDF\"}";
  cases.insert(
      cases.end(),
      {{.who = "Windows PowerShell: Latin-1 without a charset",
        .wire = publish(latin1, json),
        .status = 400,
        .words = {"byte 23 is not UTF-8"}},
       {.who = "old PHP: Latin-1, and says so",
        .wire = publish(latin1, "Content-Type: application/json; charset=\"ISO-8859-1\"\r\n"),
        .status = 415,
        .words = {"charset must be UTF-8"}},
       {.who = "a foreign charset of nothing but ASCII",
        .wire = publish(message, "Content-Type: application/json; charset=iso-8859-1\r\n"),
        .status = 200,
        .arrival = Arrival{"t", "m"}},
       {.who = "a form in Latin-1",
        .wire = publish("topic=t&msg=gr\xFC\xDF", form),
        .status = 400,
        .words = {"byte 15 is not UTF-8"}},
       {.who = "a form in Latin-1 that says so",
        .wire = publish("topic=t&msg=\xFC",
                        "Content-Type: application/x-www-form-urlencoded; charset=latin1\r\n"),
        .status = 415,
        .words = {"charset must be UTF-8"}},
       {.who = "a line in Latin-1",
        .wire = publish_bulk(latin1 + "\n", lines),
        .status = 207,
        .words = {"byte 23 is not UTF-8"}},
       {.who = "an array in Latin-1",
        .wire = publish_bulk("[" + latin1 + "]", json),
        .status = 400,
        .words = {"byte 24 is not UTF-8"}},
       {.who = "a payload in Latin-1 is bytes",
        .wire = request_bytes("POST /topics/t", "\xFC", "Content-Type: text/plain; charset=latin1\r\n"),
        .status = 200,
        .arrival = Arrival{"t", "\xFC", 0, false, {.content_type = "text/plain; charset=latin1"}}},
       {.who = "MicroPython, gson: Content-Length counts characters",
        .wire = publish(std::string("{\"topic\":\"t\",\"msg\":\"gr\xC3\xBC\xC3\x9F\"}").substr(0, 26), json),
        .status = 400,
        .words = {"the JSON ends too early, after 26 bytes (Content-Length counts bytes)"}}});
}

void add_spellings(std::vector<ClientCase>& cases) {
  cases.insert(cases.end(),
               {{.who = "gson: qos as 1.0",
                 .wire = publish(R"({"topic":"t","msg":"m","qos":1.0})", json),
                 .status = 200,
                 .arrival = Arrival{"t", "m", 1}},
                {.who = "qos as a text",
                 .wire = publish(R"({"topic":"t","msg":"m","qos":"1"})", json),
                 .status = 400,
                 .words = {"qos: must be a number"}},
                {.who = "retain as a text",
                 .wire = publish(R"({"topic":"t","msg":"m","retain":"true"})", json),
                 .status = 400,
                 .words = {"retain: must be true or false"}},
                {.who = "a number beyond a double",
                 .wire = publish(R"({"topic":"t","msg":1e400})", json),
                 .status = 200,
                 .arrival = Arrival{"t", "1e400"}},
                {.who = "a number of a hundred thousand digits",
                 .wire = publish(R"({"topic":"t","msg":)" + std::string(100000, '7') + "}", json),
                 .status = 200,
                 .arrival = Arrival{"t", std::string(100000, '7')}}});
  for (const std::string yes : {"True", "TRUE", "on"}) {
    cases.push_back({.who = "Python, R, a check box: retain=" + yes,
                     .wire = publish("topic=t&msg=m&retain=" + yes, form),
                     .status = 200,
                     .arrival = Arrival{"t", "m", 0, true}});
    cases.push_back({.who = "the same in a query: retain=" + yes,
                     .wire = request_bytes("POST /topics/t?retain=" + yes, "m"),
                     .status = 200,
                     .arrival = Arrival{"t", "m", 0, true}});
  }
  cases.push_back({.who = "Python: retain=False",
                   .wire = publish("topic=t&msg=m&retain=False", form),
                   .status = 200,
                   .arrival = Arrival{"t", "m"}});
}

void add_hostile(std::vector<ClientCase>& cases) {
  std::string names = R"({"topic":"t","msg":"m")";
  for (int i = 0; names.size() < 900000; ++i) names += ",\"n" + std::to_string(i) + "\":0";
  std::string properties = R"({"topic":"t","msg":"m","properties":{"user_properties":{"n":"")";
  for (int i = 0; properties.size() < 900000; ++i) properties += ",\"" + std::to_string(i) + "\":\"\"";
  cases.push_back({.who = "many names in one object",
                   .wire = publish(names + "}", json),
                   .status = 400,
                   .words = {"n0: is not a known field"}});
  cases.push_back({.who = "many user properties",
                   .wire = publish(properties + "}}}", json),
                   .status = 400,
                   .words = {"user_properties: must not be more than 1000"}});
}

void add_topics(std::vector<ClientCase>& cases) {
  cases.insert(
      cases.end(),
      {{.who = "Node-RED: DELETE with content",
        .wire = request_bytes("DELETE /topics/t", "{}", json),
        .status = 200,
        .arrival = Arrival{"t", ""}},
       {.who = "aiohttp, HTTP::Tiny: bytes are application/octet-stream",
        .wire = request_bytes("POST /topics/t", "m", "Content-Type: application/octet-stream\r\n"),
        .status = 200,
        .arrival = Arrival{"t", "m"}},
       {.who = "wget2 --header Content-Type: its own type comes second, the one that was chosen counts",
        .wire = request_bytes("POST /topics/t", "{}",
                              json + "Content-Type: application/x-www-form-urlencoded\r\n"),
        .status = 200,
        .arrival = Arrival{"t", "{}", 0, false, {.content_type = "application/json"}}},
       {.who = "GStreamer: the second picture and later ones seem to be parts, and are whole messages",
        .wire = request_bytes("PUT /topics/camera", "picture", "Content-Range: bytes 7-13/*\r\n"),
        .status = 200,
        .arrival = Arrival{"camera", "picture", 0, true}},
       {.who = "a topic in the query that is wrong",
        .wire = request_bytes("POST /topics/t?responseTopic=a/%2B", "m"),
        .status = 400,
        .words = {"responseTopic: "}},
       {.who = "the same in JSON",
        .wire = publish(R"({"topic":"t","msg":"m","properties":{"response_topic":"a/+"}})", json),
        .status = 400,
        .words = {"response_topic: "}},
       {.who = "OwnTracks takes only an array",
        .wire = request_bytes("POST /topics/owntracks/u/d?respond=empty&u=u&d=d", R"({"_type":"location"})",
                              json),
        .status = 200,
        .words = {"[]"},
        .arrival =
            Arrival{
                "owntracks/u/d", R"({"_type":"location"})", 0, false, {.content_type = "application/json"}},
        .fields = {{"Content-Type", "application/json"}},
        .settings = "ignored_query = [\"u\", \"d\"]\n"},
       {.who = "OwnTracks with a wildcard in its name is still told what is wrong",
        .wire = request_bytes("POST /topics/owntracks/+?respond=empty", "{}"),
        .status = 400,
        .words = {"topic: "}},
       {.who = "ChirpStack: ?event=up, not allowed",
        .wire = request_bytes("POST /topics/lora?event=up", "{}"),
        .status = 400,
        .words = {"event: ", "http.passthrough_query"}},
       {.who = "ChirpStack: ?event=up, allowed",
        .wire = request_bytes("POST /topics/lora?event=up&qos=1", "{}"),
        .status = 200,
        .arrival = Arrival{"lora", "{}", 1, false, {.user_properties = {{"event", "up"}}}},
        .settings = "passthrough_query = [\"event\"]\n"},
       {.who = "any parameter goes along",
        .wire = request_bytes("POST /topics/t?z=1&a=%C3%BC", "m"),
        .status = 200,
        .arrival = Arrival{"t", "m", 0, false, {.user_properties = {{"z", "1"}, {"a", "\xC3\xBC"}}}},
        .settings = "passthrough_query = [\"*\"]\n"},
       {.who = "GitHub: the event stands in the head",
        .wire = request_bytes("POST /topics/hooks", "{}",
                              json + "X-GitHub-Event: push\r\nX-Hub-Signature-256: sha256=ab\r\n" +
                                  "X-GitHub-Delivery: 1-2\r\nAuthorization: Bearer s\r\n"),
        .status = 200,
        .arrival = Arrival{"hooks",
                           "{}",
                           0,
                           false,
                           {.content_type = "application/json",
                            .user_properties = {{"x-github-event", "push"},
                                                {"x-hub-signature-256", "sha256=ab"},
                                                {"x-github-delivery", "1-2"}}}},
        .settings = "user_property_fields = [\"X-Hub-Signature-256\", \"x-github-*\", \"a*\"]\n"},
       {.who = "CloudEvents, binary mode",
        .wire = request_bytes("POST /topics/events", "{}",
                              json + "ce-specversion: 1.0\r\nce-type: com.example.a\r\nce-id: A%20b\r\n" +
                                  "ce-source: /s\r\ntraceparent: 00-1-2-01\r\n"),
        .status = 200,
        .arrival = Arrival{"events",
                           "{}",
                           0,
                           false,
                           {.content_type = "application/json",
                            .user_properties = {{"specversion", "1.0"},
                                                {"type", "com.example.a"},
                                                {"id", "A b"},
                                                {"source", "/s"},
                                                {"traceparent", "00-1-2-01"}}}},
        .settings = "user_property_fields = [\"ce-*\", \"traceparent\"]\n"},
       {.who = "CloudEvents, structured mode",
        .wire = request_bytes("POST /topics/events", R"({"specversion":"1.0"})",
                              "Content-Type: application/cloudevents+json\r\n"),
        .status = 200,
        .arrival = Arrival{"events",
                           R"({"specversion":"1.0"})",
                           0,
                           false,
                           {.content_type = "application/cloudevents+json"}}}});
}

void add_multipart(std::vector<ClientCase>& cases) {
  const std::string type = "Content-Type: multipart/form-data; boundary=XX\r\n";
  const std::string topic = part("name=\"topic\"", "t");
  cases.insert(
      cases.end(),
      {{.who = "urllib3, FormData, R: a multipart form",
        .wire = publish(topic + part("name=\"msg\"", "a\r\nb") + part("name=\"qos\"", "1") +
                            part("name=\"retain\"", "TRUE") + "--XX--\r\n",
                        type),
        .status = 200,
        .arrival = Arrival{"t", "a\r\nb", 1, true}},
       {.who = "curl -F msg=@file",
        .wire = publish(topic + part("name=\"msg\"; filename=\"f\"", "\xFF\xFE") + "--XX--\r\n", type),
        .status = 200,
        .arrival = Arrival{"t", "\xFF\xFE"}},
       {.who = "a multipart form that does not end",
        .wire = publish(topic + part("name=\"msg\"", "m"), type),
        .status = 400,
        .words = {"ends before its last boundary"}},
       {.who = "a multipart form without its boundary",
        .wire = publish(topic + "--XX--\r\n", "Content-Type: multipart/form-data\r\n"),
        .status = 400,
        .words = {"boundary"}},
       {.who = "another kind of multipart",
        .wire = publish(topic + "--XX--\r\n", "Content-Type: multipart/mixed; boundary=XX\r\n"),
        .status = 415,
        .words = {"of multipart only form-data is taken"}},
       {.who = "multipart in bulk",
        .wire = publish_bulk(topic + "--XX--\r\n", type),
        .status = 415,
        .words = {"application/x-ndjson"}},
       {.who = "multipart as a payload is the payload",
        .wire = request_bytes("POST /topics/t", "--XX--", type),
        .status = 200,
        .arrival = Arrival{"t", "--XX--", 0, false, {.content_type = "multipart/form-data; boundary=XX"}}}});
}

void add_get(std::vector<ClientCase>& cases) {
  const std::string allowed = "get_publish = true\n";
  const std::string target = "/publish?topic=a%2Fb&msg=x+y&qos=1";
  cases.insert(cases.end(), {{.who = "Shelly, Tasmota: GET, not allowed",
                              .wire = request_bytes("GET " + target, ""),
                              .status = 405,
                              .words = {"http.get_publish"},
                              .fields = {{"Allow", "POST, OPTIONS"}}},
                             {.who = "Shelly, Tasmota: GET, allowed",
                              .wire = request_bytes("GET " + target, ""),
                              .status = 200,
                              .words = {R"({"code":0})"},
                              .arrival = Arrival{"a/b", "x y", 1},
                              .settings = allowed},
                             {.who = "HEAD publishes nothing",
                              .wire = request_bytes("HEAD " + target, ""),
                              .status = 405,
                              .fields = {{"Allow", "GET, POST, OPTIONS"}},
                              .settings = allowed},
                             {.who = "the image of a foreign page",
                              .wire = request_bytes("GET " + target, "", "Sec-Fetch-Site: cross-site\r\n"),
                              .status = 403,
                              .words = {"Sec-Fetch-Site"},
                              .settings = allowed},
                             {.who = "GET without a topic",
                              .wire = request_bytes("GET /publish?msg=m", ""),
                              .status = 400,
                              .words = {"topic: is missing"},
                              .settings = allowed}});
}

}  // namespace

std::vector<ClientCase> content_cases() {
  std::vector<ClientCase> cases = {
      {.who = "curl -d with its default type",
       .wire = publish(R"({"topic":"t","msg":"m","qos":1})", form),
       .status = 200,
       .words = {R"({"code":0})"},
       .arrival = Arrival{"t", "m", 1}},
  };
  add_queries(cases);
  add_byte_order_marks(cases);
  add_misread_json(cases);
  add_encodings(cases);
  add_spellings(cases);
  add_hostile(cases);
  add_topics(cases);
  add_multipart(cases);
  add_get(cases);
  return cases;
}

}  // namespace bridge::test
