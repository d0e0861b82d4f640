#include "bridge/core/topic.h"

#include <gtest/gtest.h>

#include <string>

#include "bridge/core/error.h"

namespace bridge {
namespace {

std::string fault_of_name(const std::string& name) {
  try {
    check_topic_name(name);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::invalid_topic_name);
    return error.what();
  }
}

bool filter_is_valid(const std::string& filter) {
  try {
    check_topic_filter(filter);
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::invalid_topic_filter);
    return false;
  }
}

std::string levels(std::size_t n) {
  std::string topic = "a";
  while (--n > 0) topic += "/a";
  return topic;
}

TEST(TopicNameTest, TakesWhatMqttAllows) {
  for (const std::string name : {"a", "/", "//", "a/b", " a b ", "$SYS/x", "küche/licht", "\xF0\x9F\x98\x80"})
    EXPECT_EQ(fault_of_name(name), "") << name;
  EXPECT_EQ(fault_of_name(std::string(65535, 'x')), "");
  EXPECT_EQ(fault_of_name(levels(200)), "");
}

TEST(TopicNameTest, RefusesWhatABrokerWouldCloseTheConnectionFor) {
  EXPECT_NE(fault_of_name("").find("empty"), std::string::npos);
  EXPECT_NE(fault_of_name(std::string(65536, 'x')).find("65535"), std::string::npos);
  EXPECT_NE(fault_of_name(levels(201)).find("200 levels"), std::string::npos);
  EXPECT_NE(fault_of_name("a/#").find("wildcard"), std::string::npos);
  EXPECT_NE(fault_of_name("a/+/b").find("wildcard"), std::string::npos);
  EXPECT_NE(fault_of_name(std::string("a\0b", 3)).find("control"), std::string::npos);
  EXPECT_NE(fault_of_name("a\nb").find("control"), std::string::npos);
  EXPECT_NE(fault_of_name("a\x7F").find("control"), std::string::npos);
  EXPECT_NE(fault_of_name("a\xC2\x85").find("control"), std::string::npos) << "C1";
  EXPECT_NE(fault_of_name("\xEF\xBF\xBF").find("non-character"), std::string::npos) << "U+FFFF";
  EXPECT_NE(fault_of_name("\xEF\xB7\x90").find("non-character"), std::string::npos) << "U+FDD0";
  EXPECT_NE(fault_of_name("\xED\xA0\x80").find("UTF-8"), std::string::npos) << "surrogate";
  EXPECT_NE(fault_of_name("\xC0\xAF").find("UTF-8"), std::string::npos) << "overlong";
  EXPECT_NE(fault_of_name("\xF4\x90\x80\x80").find("UTF-8"), std::string::npos) << "above U+10FFFF";
  EXPECT_NE(fault_of_name("a\xE2\x82").find("UTF-8"), std::string::npos) << "cut";
}

TEST(TopicFilterTest, TakesWildcardsThatStandAlone) {
  for (const std::string filter : {"#", "+", "a/#", "+/b/+", "a/+/b", "$share/g/a/#", "$SYS/#", "/+"})
    EXPECT_TRUE(filter_is_valid(filter)) << filter;
}

TEST(TopicFilterTest, RefusesWildcardsThatDoNot) {
  for (const std::string filter : {"", "a#", "#/a", "a/#/b", "a+", "+a/b", "$share//a", "$share/g",
                                   "$share/g/", "$share/+/a", "$share/g/#/a", "a\x01"})
    EXPECT_FALSE(filter_is_valid(filter)) << filter;
}

TEST(TopicMatchTest, FollowsTheExamplesOfTheStandard) {  // MQTT 5.0, 4.7.1 and 4.7.2
  EXPECT_TRUE(topic_matches("sport/tennis/player1/#", "sport/tennis/player1"));
  EXPECT_TRUE(topic_matches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"));
  EXPECT_TRUE(topic_matches("#", "a/b"));
  EXPECT_TRUE(topic_matches("sport/tennis/+", "sport/tennis/player1"));
  EXPECT_FALSE(topic_matches("sport/tennis/+", "sport/tennis/player1/ranking"));
  EXPECT_FALSE(topic_matches("sport/+", "sport"));
  EXPECT_TRUE(topic_matches("sport/+", "sport/"));
  EXPECT_TRUE(topic_matches("+/+", "/finance"));
  EXPECT_TRUE(topic_matches("/+", "/finance"));
  EXPECT_FALSE(topic_matches("+", "/finance"));
  EXPECT_FALSE(topic_matches("#", "$SYS/uptime"));
  EXPECT_FALSE(topic_matches("+/monitor/Clients", "$SYS/monitor/Clients"));
  EXPECT_TRUE(topic_matches("$SYS/monitor/+", "$SYS/monitor/Clients"));
  EXPECT_FALSE(topic_matches("a/b", "a/bc"));
  EXPECT_FALSE(topic_matches("a/b/c", "a/b"));
}

}  // namespace
}  // namespace bridge
