// A page of http.allowed_origins can also read the connection layer's own answers.

#include <gtest/gtest.h>

#include "served.h"

namespace bridge::test {
namespace {

constexpr const char* seen = "\r\nAccess-Control-Allow-Origin: https://panel.example\r\n";
const std::string from_panel = "Host: localhost\r\nOrigin: https://panel.example\r\n";

HttpSettings with_panel() {
  HttpSettings settings;
  settings.allowed_origins = {"https://panel.example"};
  return settings;
}

TEST(RefusalsToPagesTest, NoAnswerInTimeIs504) {
  Served served(with_panel());
  const Socket page = Socket::connect_to(served.port());
  page.send_all("GET /hurry HTTP/1.1\r\n" + from_panel + "\r\n");
  const std::string answer = read_to_end(page);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 504 ")) << answer;
  EXPECT_NE(answer.find(seen), std::string::npos) << answer;
}

TEST(RefusalsToPagesTest, NoRoomForWhatArrivesIs503) {
  HttpSettings settings = with_panel();
  settings.threads = 1;
  settings.max_body = 400000;
  settings.max_arriving = 1048576;  // 1,465 KB for the one loop
  Served served(settings);
  std::vector<Socket> pages;
  for (int i = 0; i < 8; ++i) {
    pages.push_back(Socket::connect_to(served.port()));
    pages.back().send_all("POST /take HTTP/1.1\r\n" + from_panel + "Content-Length: 400000\r\n\r\n" +
                          std::string(300000, 'x'));
  }
  EXPECT_TRUE(eventually(within(soon), [&] { return served.counters().http_overloads.value() >= 4; }));
  std::size_t refused = 0;
  for (const Socket& page : pages) {
    page.send_all(std::string(100000, 'x'));
    const std::string answer = read_until(page, "\r\n\r\n");
    if (answer.starts_with("HTTP/1.1 503 ")) ++refused;
    EXPECT_NE(answer.find(seen), std::string::npos) << answer;
  }
  EXPECT_EQ(refused, 4U);
}

}  // namespace
}  // namespace bridge::test
