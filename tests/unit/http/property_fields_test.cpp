#include "property_fields.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

using Properties = std::vector<UserProperty>;

struct Taken {
  Properties properties;
  bool is_cloud_event = false;
};

Taken taken(const std::string& fields, const std::vector<std::string>& patterns) {
  Taken result;
  const RequestHead head = parse_request_head("POST /topics/t HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", {});
  result.is_cloud_event = add_property_fields(result.properties, head, patterns);
  return result;
}

TEST(PropertyFieldsTest, PassesWhatIsNamedInItsOrderAndInLowerCase) {
  const std::string fields =
      "Traceparent: 00-1\r\nX-GitHub-Event: push\r\nOther: 1\r\nx-github-event: Ping\r\n";
  EXPECT_EQ(taken(fields, {"X-GitHub-Event", "traceparent"}).properties,
            (Properties{{"traceparent", "00-1"}, {"x-github-event", "push"}, {"x-github-event", "Ping"}}));
  EXPECT_EQ(taken(fields, {"x-git*"}).properties,
            (Properties{{"x-github-event", "push"}, {"x-github-event", "Ping"}}));
  EXPECT_EQ(taken(fields, {}).properties, Properties{});
  EXPECT_EQ(taken(fields, {"x"}).properties, Properties{}) << "a name is no prefix";
}

TEST(PropertyFieldsTest, ReadsACloudEventAsItsBindingsSay) {
  const std::string fields =
      "ce-specversion: 1.0\r\nCE-Id: A%20%C3%BC\r\nce-subject: \"a \\\"b\\\"\"\r\nContent-Type: a/b\r\n";
  const Taken event = taken(fields, {"ce-*"});
  EXPECT_EQ(event.properties,
            (Properties{{"specversion", "1.0"}, {"id", "A \xC3\xBC"}, {"subject", "a \"b\""}}));
  EXPECT_TRUE(event.is_cloud_event);
  EXPECT_EQ(taken(fields, {"CE-*", "ce-id"}).properties.size(), 3U) << "each once";
  EXPECT_EQ(taken(fields, {"ce-id"}).properties, (Properties{{"ce-id", "A%20%C3%BC"}}))
      << "by name it is a field like any other";
  EXPECT_FALSE(taken("ce-id: 1\r\n", {"ce-*"}).is_cloud_event);
}

TEST(PropertyFieldsTest, NeverPassesSecrets) {
  EXPECT_EQ(taken("Authorization: Bearer x\r\nCookie: x\r\nProxy-Authorization: x\r\nX-API-Key: x\r\n"
                  "Idempotency-Key: x\r\nPrefer: wait=1\r\n",
                  {"a*", "c*", "p*", "x*", "i*", "Authorization", "cookie"})
                .properties,
            Properties{});
}

TEST(PropertyFieldsTest, PassesWhatSoundsLikeASecretByItsFullNameOnly) {
  const std::string fields = "X-Gitlab-Event: push\r\nX-Gitlab-Token: x\r\nX-App-Secret: x\r\nX-Key: k\r\n";
  EXPECT_EQ(taken(fields, {"x-*"}).properties, (Properties{{"x-gitlab-event", "push"}}));
  EXPECT_EQ(taken(fields, {"X-Gitlab-Token"}).properties, (Properties{{"x-gitlab-token", "x"}}));
}

TEST(PropertyFieldsTest, NamesTheFieldWhoseValueIsNotAString) {
  const struct {
    std::string fields;
    std::string detail;
  } rows[] = {{"X-A: \xFC\r\n", "X-A: is not well-formed UTF-8"},
              {"X-A: a\tb\r\n", "X-A: has a control character"},
              {"ce-id: %00\r\n", "ce-id: has a control character"},
              {"ce-id: 100%\r\n", "ce-id: a '%' must be followed by two hexadecimal digits"}};
  for (const auto& row : rows) {
    try {
      taken(row.fields, {"X-A", "ce-*"});
      ADD_FAILURE() << "was taken: " << row.fields;
    } catch (const Error& error) {
      EXPECT_EQ(error.errc(), Errc::invalid_field);
      EXPECT_EQ(error.what(), row.detail);
    }
  }
}

}  // namespace
}  // namespace bridge
