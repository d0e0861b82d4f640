#include "form_message.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

Errc fault_of_form(const std::string& form) {
  try {
    message_from_form(form);
  } catch (const Error& error) {
    return error.errc();
  }
  ADD_FAILURE() << "was taken: " << form;
  return Errc::internal;
}

TEST(FormMessageTest, ReadsEveryField) {
  EXPECT_EQ(message_from_form("topic=a%2Fb&msg=x+y%2Bz%3D1&qos=1&retain=true"),
            (Message{"a/b", "x y+z=1", QoS::at_least_once, true, {}}));
  EXPECT_EQ(message_from_form("payload=&topic=t"), (Message{"t", "", QoS::at_most_once, false, {}}));
  EXPECT_EQ(message_from_form("message=a=b&topic=t").payload, "a=b");
}

TEST(FormMessageTest, ReadsBooleansAsLanguagesAndCheckBoxesWriteThem) {
  for (const char* yes : {"true", "True", "TRUE", "1", "on"})
    EXPECT_TRUE(message_from_form("topic=t&msg=m&retain=" + std::string(yes)).retain) << yes;
  for (const char* no : {"false", "False", "FALSE", "0", "off"})
    EXPECT_FALSE(message_from_form("topic=t&msg=m&retain=" + std::string(no)).retain) << no;
}

TEST(FormMessageTest, StopsAtTheFirstUnknownName) {
  try {
    message_from_form("topic=t&x=1&%zz");
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "x: is not a known field");
  }
}

constexpr const char* multipart_type = "multipart/form-data; boundary=b";

std::string part(const std::string& parameters, const std::string& content, const std::string& fields = "") {
  return "--b\r\nContent-Disposition: form-data; " + parameters + "\r\n" + fields + "\r\n" + content + "\r\n";
}

TEST(FormMessageTest, ReadsEveryFieldOfAMultipartForm) {
  EXPECT_EQ(message_from_multipart(multipart_type, part("name=\"topic\"", "a/b") +
                                                       part("name=msg", "x+y%20") + part("name=qos", "1") +
                                                       part("name=retain", "True") + "--b--\r\n"),
            (Message{"a/b", "x+y%20", QoS::at_least_once, true, {}}))
      << "nothing is decoded";
  EXPECT_EQ(
      message_from_multipart(multipart_type, part("name=payload; filename=f", std::string("\0\xFF\r\n", 4),
                                                  "Content-Type: text/plain; charset=latin1\r\n") +
                                                 part("name=topic", "t") + "--b--")
          .payload,
      std::string("\0\xFF\r\n", 4))
      << "a file is its bytes";
}

TEST(FormMessageTest, RefusesAMultipartFormThatIsUnclear) {
  const auto fault = [](const std::string& parts) {
    try {
      message_from_multipart(multipart_type, parts + "--b--");
    } catch (const Error& error) {
      return std::pair(error.errc(), std::string(error.what()));
    }
    return std::pair(Errc::internal, "taken: " + parts);
  };
  const std::string topic = part("name=topic", "t");
  EXPECT_EQ(fault("").second, "topic: is missing");
  EXPECT_EQ(fault(topic).second, "msg: is missing; give exactly one of msg, payload, message");
  EXPECT_EQ(fault(topic + topic).second, "topic: must not be given twice");
  EXPECT_EQ(fault(part("name=\"a\x01\"", "")).second, "a\\x01: is not a known field");
  EXPECT_EQ(fault(part("name=topic; filename=f", "t")).second,
            "topic: must be a field with a text, not a file");
  EXPECT_EQ(fault(part("name=topic", "\xFC", "Content-Type: text/plain; charset=latin1\r\n")).first,
            Errc::unsupported_encoding);
  EXPECT_EQ(fault(topic + part("name=msg", "") + part("name=qos", "3")).first, Errc::invalid_qos);
}

TEST(FormMessageTest, RefusesWhatIsUnclear) {
  for (const char* form : {"topic=t", "msg=m", "topic=t&msg=m&msg=m", "topic=t&msg=m&payload=m",
                           "topic=t&topic=t&msg=m", "topic=t&msg=m&x=1", "topic=t&msg=m&retain=yes"})
    EXPECT_EQ(fault_of_form(form), Errc::invalid_field) << form;
  for (const char* form : {"topic", "topic=t&msg=%2", "topic=t&msg=%zz", "&"})
    EXPECT_EQ(fault_of_form(form), Errc::malformed_content) << form;
  for (const char* form : {"topic=t&msg=m&qos=3", "topic=t&msg=m&qos=", "topic=t&msg=m&qos=1x"})
    EXPECT_EQ(fault_of_form(form), Errc::invalid_qos) << form;
}

}  // namespace
}  // namespace bridge
