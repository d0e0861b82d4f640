# cpp-httplib, compiled or header-only: as pkg-config knows it (Debian), as its own CMake files do, or a bare httplib.h.
# Which form of it this is, httplib_gateway.cpp sees by itself.
add_library(bridge_httplib INTERFACE)
pkg_check_modules(HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
if(HTTPLIB_FOUND)
  target_link_libraries(bridge_httplib INTERFACE PkgConfig::HTTPLIB)
  find_path(HTTPLIB_HEADER_DIR httplib.h HINTS ${HTTPLIB_INCLUDE_DIRS})
else()
  find_package(httplib QUIET CONFIG)
  if(TARGET httplib::httplib)
    target_link_libraries(bridge_httplib INTERFACE httplib::httplib)
    get_target_property(httplib_directories httplib::httplib INTERFACE_INCLUDE_DIRECTORIES)
    find_path(HTTPLIB_HEADER_DIR httplib.h HINTS ${httplib_directories})
  else()
    find_path(HTTPLIB_HEADER_DIR httplib.h)
    if(NOT HTTPLIB_HEADER_DIR)
      message(FATAL_ERROR "There is no cpp-httplib: neither pkg-config nor CMake knows it, nor is there an httplib.h. "
        "Name its directory by -DHTTPLIB_HEADER_DIR=DIRECTORY.")
    endif()
    target_include_directories(bridge_httplib SYSTEM INTERFACE ${HTTPLIB_HEADER_DIR})
    target_link_libraries(bridge_httplib INTERFACE Threads::Threads)
  endif()
endif()

# Not the version is asked, which the header names from 0.10.6 on only, but what a route is made of.
file(STRINGS ${HTTPLIB_HEADER_DIR}/httplib.h routes_by_string REGEX "Get\\(const std::string &pattern")
if(NOT routes_by_string)
  message(FATAL_ERROR "${HTTPLIB_HEADER_DIR}/httplib.h is too old: its routes are no strings. 0.10.0 is the oldest tried.")
endif()
