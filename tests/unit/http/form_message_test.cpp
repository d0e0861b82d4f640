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
