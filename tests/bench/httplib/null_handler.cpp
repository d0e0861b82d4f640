// Debian's cpp-httplib as it is, at its best, doing nothing: PORT THREADS.
// It needs a thread for each open connection, so it is given as many as there will be clients; its two sends
// an answer cost 40 ms unless TCP_NODELAY is set; and a connection may have any number of requests.
#include <httplib.h>

#include <cstddef>
#include <limits>
#include <string>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int port = std::stoi(argv[1]);
  const std::size_t threads = std::stoul(argv[2]);
  httplib::Server server;
  server.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
  server.set_keep_alive_timeout(60);
  server.Post("/publish", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{\"code\":0}\n", "application/json");
  });
  return server.listen("127.0.0.1", port) ? 0 : 1;
}
