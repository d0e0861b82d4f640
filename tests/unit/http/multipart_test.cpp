#include "multipart.h"

#include <gtest/gtest.h>

#include <vector>

#include "bridge/core/error.h"

namespace bridge {
namespace {

constexpr std::string_view with_boundary_b = "multipart/form-data; boundary=b";

std::vector<FormPart> parts_of(std::string_view content, std::string_view content_type = with_boundary_b) {
  MultipartReader reader(content_type, content);
  std::vector<FormPart> parts;
  while (auto part = reader.next()) parts.push_back(*std::move(part));
  return parts;
}

std::string complaint_about(std::string_view content, std::string_view content_type = with_boundary_b) {
  try {
    parts_of(content, content_type);
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::malformed_content);
    return error.what();
  }
  ADD_FAILURE() << "was taken: " << content;
  return "";
}

const std::string disposition = "Content-Disposition: form-data; name=\"n\"\r\n";

TEST(MultipartTest, ReadsWhatCurlAndBrowsersSend) {
  const auto parts = parts_of(
      "--b\r\nContent-Disposition: form-data; name=\"topic\"\r\n\r\na/b\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"msg\"; filename=\"x.bin\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n\r\n--\r\n\xFF\r\n--b--\r\n");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].name, "topic");
  EXPECT_EQ(parts[0].content, "a/b");
  EXPECT_FALSE(parts[0].is_file);
  EXPECT_EQ(parts[1].name, "msg");
  EXPECT_EQ(parts[1].content, "\r\n--\r\n\xFF");
  EXPECT_EQ(parts[1].content_type, "application/octet-stream");
  EXPECT_TRUE(parts[1].is_file);
}

TEST(MultipartTest, TakesWhatTheRfcAllows) {
  for (const std::string& content :
       {"--b\r\n" + disposition + "\r\nx\r\n--b--",
        "\r\n--b \t\r\n" + disposition + "\r\nx\r\n--b-- \r\n\r\n",
        std::string("--b\r\nCONTENT-DISPOSITION:form-data ; "
                    "name=n\r\nContent-Transfer-Encoding: BINARY\r\n\r\nx\r\n--b--")}) {
    const auto parts = parts_of(content);
    ASSERT_EQ(parts.size(), 1U) << content;
    EXPECT_EQ(parts[0].name, "n");
    EXPECT_EQ(parts[0].content, "x");
  }
  EXPECT_EQ(parts_of("--b\r\n" + disposition + "\r\n\r\n--b--")[0].content, "");
  EXPECT_EQ(parts_of("--b--").size(), 0U);
  EXPECT_EQ(parts_of("--a b\r\n" + disposition + "\r\nx\r\n--a b--", "multipart/form-data; boundary=\"a b\"")
                .size(),
            1U);
}

TEST(MultipartTest, SaysWhatIsWrong) {
  const std::string begin = "--b\r\n";
  const std::string end = "\r\n--b--";
  const struct {
    std::string content;
    std::string words;
  } rows[] = {
      {"", "begin with the boundary"},
      {"preamble\r\n--b--", "begin with the boundary"},
      {"--c\r\n", "begin with the boundary"},
      {"--b", "ends before"},
      {begin, "ends before"},
      {begin + "Content-Disp", "ends before"},
      {begin + disposition + "\r\nx", "ends before"},
      {begin + disposition + "\r\nx\r\n--b", "ends before"},
      {begin + disposition + "\r\nx\r\n--b\r\n", "ends before"},
      {begin + disposition + "\r\nx\r\n--bb--", "line of its own"},
      {"--b\n" + disposition, "line of its own"},
      {begin + disposition + "\r\nx" + end + "epilogue", "behind the last"},
      {begin + disposition + "\r\nx" + end + "\r\n--b--", "behind the last"},
      {begin + "\r\nx" + end, "Content-Disposition"},
      {begin + "Content-Disposition: attachment; name=n\r\n\r\nx" + end, "Content-Disposition"},
      {begin + "Content-Disposition: form-data\r\n\r\nx" + end, "name"},
      {begin + disposition + disposition + "\r\nx" + end, "more than one"},
      {begin + disposition + " folded\r\n\r\nx" + end, "name: value"},
      {begin + disposition + "no colon\r\n\r\nx" + end, "name: value"},
      {begin + disposition + "Content-Transfer-Encoding: base64\r\n\r\nx" + end, "Content-Transfer-Encoding"},
      {begin + disposition + "Content-Type: Multipart/mixed; boundary=c\r\n\r\nx" + end, "multipart itself"},
      {begin + "X: " + std::string(5000, 'x') + "\r\n" + disposition + "\r\nx" + end, "4096"},
  };
  for (const auto& row : rows)
    EXPECT_NE(complaint_about(row.content).find(row.words), std::string::npos)
        << row.content << " → " << complaint_about(row.content);
}

TEST(MultipartTest, WantsABoundary) {
  for (const std::string& wrong :
       {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
        std::string("multipart/form-data; boundary=\"a \""),
        std::string("multipart/form-data; boundary=\"a\tb\""),
        "multipart/form-data; boundary=" + std::string(71, 'b')})
    EXPECT_NE(complaint_about("--b--", wrong).find("boundary"), std::string::npos) << wrong;
}

}  // namespace
}  // namespace bridge
