# The client library, linked statically so that the linker can repair it: see paho_repairs.h.
find_package(OpenSSL REQUIRED)
find_library(PAHO_STATIC_LIBRARY NAMES libpaho-mqtt3as.a REQUIRED)

# The repairs reach into the library: they fit these versions and no other. Debian's 1.3.12 calls itself 1.3.11.
file(STRINGS ${PAHO_STATIC_LIBRARY} paho_version REGEX "MQTTAsyncV3_Version" LIMIT_COUNT 1)
if(NOT paho_version MATCHES "MQTTAsyncV3_Version 1\\.3\\.1[12]$")
  message(FATAL_ERROR "${PAHO_STATIC_LIBRARY} must be of paho.mqtt.c 1.3.11 or 1.3.12, and says: ${paho_version}")
endif()

add_library(bridge_paho INTERFACE)
target_link_libraries(bridge_paho INTERFACE
  ${PAHO_STATIC_LIBRARY} PahoMqttCpp::paho-mqttpp3 OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})
foreach(function WebSocket_putdatas MQTTProtocol_handlePubacks MQTTProtocol_handlePubrecs
    MQTTProtocol_handlePubcomps poll usleep getenv writeInt4 mymalloc myrealloc myfree
    StackTrace_entry StackTrace_exit Log
    Thread_set_name Thread_signal_cond Thread_wait_cond writev recv close)
  target_link_options(bridge_paho INTERFACE -Wl,--wrap=${function})
endforeach()
