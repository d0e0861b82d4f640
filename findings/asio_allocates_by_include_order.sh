#!/usr/bin/env bash
# Whether Asio takes memory for its handlers by std::aligned_alloc or by operator new depends on what a source file
# includes first: it asks for a macro of the standard library's before it has included a standard header. Two files of
# one program, one of which includes Asio first, get two bodies of the same inline functions, and memory of one kind is
# given back as the other: AddressSanitizer calls that alloc-dealloc-mismatch. -DASIO_DISABLE_STD_ALIGNED_ALLOC for all
# files makes them alike.
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

# FIRST FLAG…: what a file that begins with FIRST gets.
allocates_by() {
  local first=$1
  shift
  {
    printf '%s\n' "$first"
    cat <<'CODE'
#include <asio/io_context.hpp>
#include <iostream>
int main() {
#if defined(ASIO_HAS_STD_ALIGNED_ALLOC)
  std::cout << "std::aligned_alloc\n";
#else
  std::cout << "operator new\n";
#endif
}
CODE
  } >"$folder/file.cpp"
  g++ -std=c++20 "$@" "$folder/file.cpp" -o "$folder/file" -pthread
  "$folder/file"
}

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  [[ $3 == "$2" ]] || changed=1
}
shows 'Asio is included first' 'operator new' "$(allocates_by '')"
shows '#include <string> comes before it' 'std::aligned_alloc' "$(allocates_by '#include <string>')"
shows 'the same with -DASIO_DISABLE_STD_ALIGNED_ALLOC' 'operator new' \
  "$(allocates_by '#include <string>' -DASIO_DISABLE_STD_ALIGNED_ALLOC)"
((changed == 0)) || { echo "it behaves otherwise now" >&2; exit 1; }
