#pragma once

#include <string>
#include <vector>

namespace bridge::test {

/// Stands in for getaddrinfo() in this process, so that no test asks a real resolver. `localhost` is
/// 127.0.0.1; a name is unknown unless it was given addresses.
class Resolver {
 public:
  /// @param addresses in the order of the answer; none: the question hangs until the object is gone.
  Resolver(const std::string& name, const std::vector<std::string>& addresses);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The number of questions for its name that hang at present.
  int hanging() const;

 private:
  const std::string name_;
};

}  // namespace bridge::test
