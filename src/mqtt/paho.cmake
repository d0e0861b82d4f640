# The client library, linked statically so that the linker can repair it: see paho_repairs.h.
find_package(OpenSSL REQUIRED)
find_library(PAHO_STATIC_LIBRARY NAMES libpaho-mqtt3as.a)
if(NOT PAHO_STATIC_LIBRARY)
  message(FATAL_ERROR "There is no libpaho-mqtt3as.a, paho.mqtt.c as a static library with TLS: it is repaired as it is "
    "linked, so a shared one does not do. Build it with -DPAHO_BUILD_STATIC=ON -DPAHO_WITH_SSL=ON, and name it by "
    "-DPAHO_STATIC_LIBRARY=FILE if it is nowhere that CMake looks.")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/paho_gate.cmake)

add_library(bridge_paho INTERFACE)
target_link_libraries(bridge_paho INTERFACE
  ${PAHO_STATIC_LIBRARY} PahoMqttCpp::paho-mqttpp3 OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})
set(paho_wraps_listed "")
foreach(function IN LISTS paho_wraps)
  target_link_options(bridge_paho INTERFACE -Wl,--wrap=${function})
  string(APPEND paho_wraps_listed "BRIDGE_PAHO_WRAP(${function})\n")
endforeach()
# For the check at start (paho_wraps.cpp): the same list.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/paho_wraps.inc CONTENT "${paho_wraps_listed}" @ONLY)
target_include_directories(bridge_mqtt PRIVATE ${PROJECT_BINARY_DIR}/generated)
