#pragma once

#include <string>
#include <vector>

namespace bridge::test {

struct CurlResult {
  int status = 0;  // of the HTTP answer; 0: none
  std::string content;
};

/// Runs the real curl, as a person would type it.
CurlResult curl(std::vector<std::string> arguments);

}  // namespace bridge::test
