#include "bridge/core/base64.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(Base64Test, DecodesTheVectorsOfTheStandard) {  // RFC 4648, 10
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("+/+/"), "\xFB\xFF\xBF");
}

TEST(Base64Test, EncodesWhatItDecodes) {
  for (const char* text : {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "+/+/", "AAECAw=="})
    EXPECT_EQ(encode_base64(decode_base64(text).value_or("?")), text);
}

TEST(Base64Test, IsStrict) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm8", "Zm9v=", "====", "=", "Zg==Zg==", "Zm 9v", "Zm9v\n",
                           "Zm-_", "Zh==", "Zm9=", "Z==="})
    EXPECT_FALSE(decode_base64(text).has_value()) << text;
}

}  // namespace
}  // namespace bridge
