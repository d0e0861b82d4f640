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

# Older ones have no version in the header, and another Server.
file(STRINGS ${HTTPLIB_HEADER_DIR}/httplib.h httplib_version REGEX "#define CPPHTTPLIB_VERSION \"" LIMIT_COUNT 1)
string(REGEX MATCH "[0-9.]+" httplib_version "${httplib_version}")
if(NOT httplib_version OR httplib_version VERSION_LESS 0.10)
  message(FATAL_ERROR "${HTTPLIB_HEADER_DIR}/httplib.h is of cpp-httplib ${httplib_version}; it must be 0.10 or newer, "
    "the first that the way requests are handed to it has been tried with.")
endif()
