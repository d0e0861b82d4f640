#include "media_type.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

TEST(MediaTypeTest, FindsParametersAndTakesTheirQuotesOff) {
  EXPECT_EQ(field_parameter("text/plain", "charset"), std::nullopt);
  EXPECT_EQ(field_parameter("text/plain; Charset=utf-8", "charset"), "utf-8");
  EXPECT_EQ(field_parameter("text/plain;a=b ; charset = \"x\"", "charset"), "x");
  EXPECT_EQ(field_parameter("form-data; filename=\"a; name=b\"; name=\"c\"", "name"), "c")
      << "what stands in quotes is no parameter";
  EXPECT_EQ(field_parameter(R"(form-data; name="a\"b\\c\d")", "name"), R"(a"b\c\d)");
  EXPECT_EQ(field_parameter("form-data; name=\"open", "name"), "\"open");
  EXPECT_EQ(field_parameter("x; name=a; name=b", "name"), "a");
  EXPECT_EQ(media_type_of("text/plain ; a=b"), "text/plain");
}

TEST(MediaTypeTest, WantsUtf8) {
  for (const char* type : {"application/json", "application/json; charset=utf-8", "a/b;charset=\"UTF-8\"",
                           "a/b; charset=utf8", "a/b; charset=US-ASCII", "a/b; x=latin1"})
    EXPECT_NO_THROW(check_charset(type, "\xC3\xA9")) << type;
  for (const char* type : {"a/b; charset=ISO-8859-1", "a/b;charset=\"windows-1252\"", "a/b; charset="}) {
    EXPECT_THROW(check_charset(type, "\xC3\xA9"), Error) << type;
    EXPECT_THROW(check_charset(type, std::string("a\0b", 3)), Error) << "UTF-16 has NULs";
    EXPECT_NO_THROW(check_charset(type, "ascii")) << type;
  }
}

TEST(MediaTypeTest, WantsUtf8BehindTheEscapesOfAForm) {
  for (const char* form : {"msg=%E4", "msg=a%fc", "%80=x"})
    EXPECT_THROW(check_charset("a/b; charset=ISO-8859-1", form, true), Error) << form;
  EXPECT_NO_THROW(check_charset("a/b; charset=ISO-8859-1", "msg=%41%2f%7E%", true));
  EXPECT_NO_THROW(check_charset("a/b; charset=ISO-8859-1", "{\"msg\":\"%E4\"}")) << "no escape in JSON";
}

TEST(MediaTypeTest, NamesTheByteThatIsNotUtf8) {
  EXPECT_NO_THROW(check_utf8("topic=\xC3\xA9"));
  try {
    check_utf8("topic=\xE4", 3);
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the content is not a form: byte 10 is not UTF-8");
  }
}

}  // namespace
}  // namespace bridge
