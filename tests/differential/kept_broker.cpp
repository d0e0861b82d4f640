#include "differential/kept_broker.h"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include "support/socket.h"

namespace bridge::test {

std::string KeptBroker::options() const {
  return "persistence true\npersistence_location " + directory_.path().string() +
         "/\nautosave_interval 0\npid_file " + directory_.file("pid");
}

void KeptBroker::restart() {
  pid_t pid = 0;
  std::ifstream(directory_.file("pid")) >> pid;
  if (pid <= 0 || ::kill(pid, SIGTERM) != 0) throw std::runtime_error("mosquitto's pid_file is not right");
  if (!eventually(within(patience), [&] { return broker_.log().count("terminating") > 0; }))
    throw std::runtime_error("mosquitto does not end");
  broker_.log().wait_for_end(within(patience));  // by then it has saved everything
  broker_.start();
}

}  // namespace bridge::test
