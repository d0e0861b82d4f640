// Many clients, slow clients and clients that send too much cost the others nothing.

#include <iostream>
#include <thread>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/active_clients.h"
#include "support/certificates.h"
#include "support/gzip.h"
#include "support/process_usage.h"
#include "support/raw_exchange.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t bytes_of_a_mebibyte = 1048576;
constexpr std::size_t kibibytes_of_a_mebibyte = 1024;

const std::string publish =
    "POST /topics/active HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello";
const std::string healthz = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// The number of idle clients: as many as descriptors allow to this process and to the bridge, which
/// inherits its limit.
std::size_t idle_clients_wanted() {
  constexpr std::size_t others = 500;
  return std::min<std::size_t>(sanitized ? 1000 : 10000, allow_descriptors(12000) - others);
}

class IdleClientsTest : public ::testing::Test {
 protected:
  IdleClientsTest() : wanted_(idle_clients_wanted()), bridge_({.mqtt_port = broker_.port()}) {}

  /// The share of a core that the bridge uses while nobody asks for anything.
  double idle_share() {
    const pid_t process = bridge_.process().pid();
    const auto before = cpu_time_of(process);
    const TimePoint start = Clock::now();
    std::this_thread::sleep_until(start + milliseconds(1500));  // the test measures this time
    const auto used = cpu_time_of(process) - before;
    return static_cast<double>(used.count()) / 1000.0 / static_cast<double>(since(start).count());
  }

  const int times_ = sanitized ? 5 : 2;
  std::size_t wanted_;
  Mosquitto broker_;
  BridgeProcess bridge_;
};

TEST_F(IdleClientsTest, TheyCostNoTimeAndLittleMemory) {
  const milliseconds round(400);
  const BridgeProcess other({.mqtt_port = broker_.port(), .client_id = "other"});
  ActiveClients active(bridge_.port(), 16, publish);
  ActiveClients active_alone(other.port(), 16, publish);
  const std::vector<Socket> idle = idle_clients(bridge_.port(), wanted_);
  for (const Socket& socket : idle) ASSERT_TRUE(socket.is_open());

  // In pairs of rounds: the machine may be busy with other things, so one good pair is enough.
  active_alone.run(round);
  std::chrono::microseconds beside{0}, alone{0};
  for (int attempt = 0; attempt < 5 && (attempt == 0 || beside > alone * times_); ++attempt) {
    alone = active_alone.run(round).percentile(99);
    beside = active.run(round).percentile(99);
  }
  const std::size_t memory = memory_of(bridge_.process().pid());
  const double share = idle_share();
  std::cout << idle.size() << " idle clients: p99 of 16 active ones " << beside.count() << " us, without "
            << alone.count() << " us; " << memory << " KiB; idle at " << share * 100 << " % of a core\n";
  EXPECT_LE(beside, alone * times_);
  if (!sanitized) {
    EXPECT_LT(memory, 40 * kibibytes_of_a_mebibyte);
  }
  EXPECT_LT(share, sanitized ? 0.05 : 0.01);
}

class SlowClientsTest : public ::testing::Test {
 protected:
  Mosquitto broker_;
  BridgeProcess bridge_{{.mqtt_port = broker_.port(), .http = "head_timeout = 2\nbody_timeout = 2"}};
};

TEST_F(SlowClientsTest, FiveHundredThatDripAreClosedWith408AndHurtNobody) {
  const std::string head = "POST /topics/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n";
  ActiveClients active(bridge_.port(), 16, publish);
  const auto alone = active.run(milliseconds(300)).percentile(99);
  std::vector<Socket> slow;
  for (int i = 0; i < 500; ++i) slow.push_back(Socket::connect_to(bridge_.port()));
  for (std::size_t i = 0; i < slow.size(); i += 2)
    slow[i].send_all(head);  // these drip content, others a head

  const TimePoint start = Clock::now();
  Latencies best;  // of three rounds: this machine may be busy with other things
  for (int drip = 0; drip < 3; ++drip) {
    for (const Socket& socket : slow) socket.send_all(publish.substr(static_cast<std::size_t>(drip), 1));
    const Latencies latencies = active.run(milliseconds(500));
    EXPECT_EQ(latencies.failures(), 0U);
    if (latencies.percentile(99) < best.percentile(99)) best = latencies;
  }
  for (const Socket& socket : slow) EXPECT_EQ(statuses_in(received_to_the_end(socket, within(soon))), "408");
  std::cout << "500 that drip: p99 of 16 active clients " << best.percentile(99).count() << " us, without "
            << alone.count() << " us; all closed after " << since(start).count() << " ms\n";
  EXPECT_LE(best.percentile(99), std::max<std::chrono::microseconds>(3 * alone, milliseconds(10)));
  EXPECT_LE(since(start), scaled(milliseconds(3500)));
}

class LargeBodiesTest : public ::testing::Test {
 protected:
  /// Sends `head`, and `portion` again and again, until 300 MB are sent or the bridge has closed.
  void send_much(const std::string& head, const std::string& portion) {
    const Socket socket = Socket::connect_to(bridge_.port());
    socket.send_all(head);
    std::size_t sent = 0;
    while (sent < 300 * bytes_of_a_mebibyte && socket.send_all(portion)) sent += portion.size();
  }

  Mosquitto broker_;
  BridgeProcess bridge_{{.mqtt_port = broker_.port()}};
};

TEST_F(LargeBodiesTest, ThreeHundredMegabytesTakeNoMemory) {
  const std::string head = "POST /topics/large HTTP/1.1\r\nHost: localhost\r\n";
  const std::string length = "Content-Length: " + std::to_string(300 * bytes_of_a_mebibyte) + "\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string gzip = "Content-Encoding: gzip\r\n";
  const std::string bomb = gzip_of(std::string(64 * bytes_of_a_mebibyte, '\0'));
  const std::string portion(65536, 'x');
  const std::string chunk = "10000\r\n" + portion + "\r\n";
  struct Case {
    int status;
    std::string fields;
    std::string portion;
  };
  const pid_t process = bridge_.process().pid();
  bridge_.http().get("/nothing");
  const std::size_t before = memory_of(process);
  reset_peak_of(process);
  for (const auto& [status, fields, repeated] :
       {Case{413, length, portion}, Case{413, length + gzip, portion}, Case{400, chunked + gzip, chunk},
        Case{413, "Content-Length: " + std::to_string(bomb.size()) + "\r\n" + gzip, bomb},
        Case{413, chunked, chunk}}) {
    send_much(head + fields + "\r\n", repeated);
    HttpClient polite = bridge_.http();  // a client that stops sending reads why
    polite.send_raw(head + fields + "\r\n" + (fields == chunked ? std::string() : repeated));
    if (fields == chunked)
      for (int i = 0; i < 17; ++i) polite.send_raw(chunk);
    expect_problem(polite.receive_response(within(soon)), status, std::nullopt);
    EXPECT_EQ(bridge_.http().get("/healthz").status, 200);
    std::cout << fields.substr(0, fields.find('\r')) << ", " << status << ": peak "
              << peak_memory_of(process) - before << " KiB above before\n";
    if (!sanitized) {
      EXPECT_LT(peak_memory_of(process), before + 2 * kibibytes_of_a_mebibyte);
    }
  }
}

class HalfHandshakesTest : public ::testing::Test {
 protected:
  /// Handshakes that begin and go no further: in one half the client is silent after the server's answer, in
  /// the other half the first message is incomplete.
  std::vector<Socket> begin_handshakes(std::size_t count) {
    const std::string hello = TlsSession({Certificates::instance().ca_file()}).first_flight();
    std::vector<Socket> sockets;
    for (std::size_t i = 0; i < count; ++i) {
      sockets.push_back(Socket::connect_to(bridge_.port()));
      sockets.back().send_all(i % 2 == 0 ? hello : hello.substr(0, hello.size() / 2));
    }
    return sockets;
  }

  static Latencies ask(HttpClient& client, int times) {
    Latencies latencies;
    for (int i = 0; i < times; ++i) {
      const TimePoint asked_at = Clock::now();
      const bool answered = client.get("/healthz").status == 200;
      if (answered)
        latencies.add(Clock::now() - asked_at);
      else
        latencies.add_failure();
    }
    return latencies;
  }

  Mosquitto broker_;
  BridgeProcess bridge_{
      {.mqtt_port = broker_.port(), .http = "handshake_timeout = 2", .transport = Transport::https}};
};

TEST_F(HalfHandshakesTest, AThousandOfThemHurtNobodyAndAreClosed) {
  HttpClient kept = bridge_.http();
  ASSERT_EQ(kept.get("/healthz").status, 200);
  const TimePoint start = Clock::now();
  const std::vector<Socket> half = begin_handshakes(1000);
  Latencies best;  // of three rounds: this machine may be busy with other things
  for (int round = 0; round < 3; ++round) {
    const Latencies latencies = ask(kept, 200);
    EXPECT_EQ(latencies.failures(), 0U);
    if (latencies.percentile(99) < best.percentile(99)) best = latencies;
  }
  HttpClient fresh = bridge_.http();
  EXPECT_EQ(ask(fresh, 1).failures(), 0U) << "a new client gets in";
  std::cout << "1000 half-done handshakes: /healthz p99 " << best.percentile(99).count() << " us\n";
  EXPECT_LT(best.percentile(99), scaled(milliseconds(10)));
  for (const Socket& socket : half) received_to_the_end(socket, start + scaled(milliseconds(6000)));
  EXPECT_LE(since(start), scaled(milliseconds(5000)));
  EXPECT_EQ(kept.get("/healthz").status, 200);
}

}  // namespace
}  // namespace bridge::test
