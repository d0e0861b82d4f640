#!/usr/bin/env bash
# Standalone Asio has a system category of its own beside the standard's, and no bridge between the two: an error of
# Asio's is never equal to a std::errc, so that `error == std::errc::connection_refused` is false for a refused
# connection; and an errno in std::system_category() is never equal to a name of Asio's, so that
# `error == asio::error::would_block` is false for EAGAIN. All of it compiles, and the words printed are the same. Whoever
# makes error codes of an errno beside Asio must use asio::error::get_system_category().
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == *"$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need g++ 12.2.0-
need libasio-dev 1.22.1-

cat >"$folder/categories.cpp" <<'CODE'
#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cerrno>
#include <iostream>
#include <system_error>

void shows(const char* what, bool seen) { std::cout << what << ": " << (seen ? "true" : "false") << '\n'; }

int main() {
  asio::io_context io;
  asio::ip::tcp::acceptor closed(io, {asio::ip::address_v4::loopback(), 0});
  const auto nobody = closed.local_endpoint();
  closed.close();
  asio::ip::tcp::socket socket(io);
  std::error_code refused;
  socket.connect(nobody, refused);
  const std::error_code again(EAGAIN, std::system_category());
  std::cout << refused.category().name() << ", \"" << refused.message() << "\"\n";
  shows("a refused connection == std::errc::connection_refused", refused == std::errc::connection_refused);
  shows("a refused connection == asio::error::connection_refused", refused == asio::error::connection_refused);
  shows("EAGAIN of std::system_category() == asio::error::would_block", again == asio::error::would_block);
  shows("EAGAIN of std::system_category() == std::errc::operation_would_block",
        again == std::errc::operation_would_block);
}
CODE
g++ -std=c++20 "$folder/categories.cpp" -o "$folder/categories" -pthread
"$folder/categories" | tee "$folder/seen"
cat >"$folder/expected" <<'TEXT'
asio.system, "Connection refused"
a refused connection == std::errc::connection_refused: false
a refused connection == asio::error::connection_refused: true
EAGAIN of std::system_category() == asio::error::would_block: false
EAGAIN of std::system_category() == std::errc::operation_would_block: true
TEXT
diff "$folder/expected" "$folder/seen" || { echo "it behaves otherwise now" >&2; exit 1; }
