#include "support/curl.h"

#include "support/child_process.h"
#include "support/transport.h"

namespace bridge::test {

CurlResult curl(std::vector<std::string> arguments) {
  // -q: without the ~/.curlrc of whoever runs the tests.
  arguments = with_transport(arguments);
  arguments.insert(arguments.begin(), {"-q", "-sS", "--max-time", "20", "-w", "\\n%{http_code}\\n"});
  const ProgramResult result = run_program({"curl", arguments});
  const std::string& text = result.output;
  const std::size_t status_at = text.size() < 2 ? std::string::npos : text.rfind('\n', text.size() - 2);
  if (status_at == std::string::npos) return {0, result.errors};
  return {std::stoi(text.substr(status_at + 1)), text.substr(0, status_at)};
}

}  // namespace bridge::test
