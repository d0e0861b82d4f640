#include "listen_endpoint.h"

#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <cstdlib>
#include <filesystem>

#include "connection_count.h"

namespace bridge {
namespace {

std::string group(const char* address) {
  return address_group(asio::ip::tcp::endpoint(asio::ip::make_address(address), 4711));
}

TEST(AddressGroupTest, IsTheAddressOrTheNetworkThatOneHostHas) {
  EXPECT_EQ(group("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(group("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(group("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(group("2001:db8:1:2:ffff::1"), group("2001:db8:1:2::1"));
  EXPECT_EQ(address_group(asio::local::stream_protocol::endpoint("/run/http.sock")), "");
}

TEST(ListenEndpointTest, IsNamedForPeople) {
  HttpSettings settings;
  EXPECT_EQ(ListenEndpoint(settings).text(), "127.0.0.1 port 8000");
  settings.address = "unix:/run/http.sock";
  EXPECT_EQ(ListenEndpoint(settings).text(), "unix:/run/http.sock");
}

/// A directory for a socket; gone with the test.
class UnixSocketTest : public testing::Test {
 protected:
  UnixSocketTest() {
    if (::mkdtemp(directory_.data()) == nullptr) std::abort();
    settings_.address = "unix:" + path();
  }
  ~UnixSocketTest() override { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ + "/http.sock"; }

  asio::io_context io_;
  HttpSettings settings_;

 private:
  std::string directory_ = testing::TempDir() + "/listen-XXXXXX";
};

TEST_F(UnixSocketTest, ItsNameGoesWithIt) {
  ListenEndpoint endpoint(settings_);
  ListenEndpoint::Acceptor acceptor(io_);
  endpoint.open(acceptor);
  EXPECT_TRUE(std::filesystem::is_socket(path()));
  endpoint.remove();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(UnixSocketTest, ThatOfAnotherProcessStays) {
  ListenEndpoint endpoint(settings_);
  ListenEndpoint::Acceptor acceptor(io_);
  endpoint.open(acceptor);
  std::filesystem::remove(path());
  ListenEndpoint other(settings_);
  ListenEndpoint::Acceptor others(io_);
  other.open(others);
  endpoint.remove();
  EXPECT_TRUE(std::filesystem::is_socket(path()));
  other.remove();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(UnixSocketTest, NothingIsRemovedThatWasNeverBound) {
  ListenEndpoint first(settings_);
  ListenEndpoint::Acceptor acceptor(io_);
  first.open(acceptor);
  ListenEndpoint second(settings_);
  ListenEndpoint::Acceptor seconds(io_);
  EXPECT_THROW(second.open(seconds), std::system_error) << "somebody listens there";
  second.remove();
  EXPECT_TRUE(std::filesystem::is_socket(path()));
}

TEST(ConnectionCountTest, HoldsTheLimitInAll) {
  ConnectionCount count(2, 0);
  EXPECT_TRUE(count.try_add("a"));
  EXPECT_TRUE(count.try_add("b"));
  EXPECT_FALSE(count.try_add("c"));
  count.remove("a");
  EXPECT_TRUE(count.try_add("c"));
}

TEST(ConnectionCountTest, HoldsTheLimitOfEachAddressButNotOfUnixSockets) {
  ConnectionCount count(100, 1);
  EXPECT_TRUE(count.try_add("a"));
  EXPECT_FALSE(count.try_add("a"));
  EXPECT_TRUE(count.try_add("b"));
  count.remove("a");
  EXPECT_TRUE(count.try_add("a"));
  EXPECT_TRUE(count.try_add(""));
  EXPECT_TRUE(count.try_add(""));
}

}  // namespace
}  // namespace bridge
