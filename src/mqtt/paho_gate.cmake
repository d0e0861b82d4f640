# Which functions the linker turns to ours (paho_wraps.h), and the proof that the archive calls each of them through
# the linker: where it does not, --wrap catches nothing, and nothing says so. By itself:
# cmake -DCMAKE_NM=nm -DPAHO_STATIC_LIBRARY=libpaho-mqtt3as.a -P paho_gate.cmake
set(paho_wraps
  WebSocket_putdatas MQTTProtocol_handlePubacks MQTTProtocol_handlePubrecs MQTTProtocol_handlePubcomps
  poll usleep getenv writeInt4 mymalloc myrealloc myfree StackTrace_entry StackTrace_exit Log
  Thread_set_name Thread_signal_cond|Thread_signal_evt Thread_wait_cond|Thread_wait_evt  # the later name from 1.3.16 on
  writev recv close)

execute_process(COMMAND ${CMAKE_NM} --undefined-only ${PAHO_STATIC_LIBRARY}
  OUTPUT_VARIABLE paho_calls ERROR_QUIET RESULT_VARIABLE paho_nm_failed)
if(paho_nm_failed)
  message(FATAL_ERROR "${CMAKE_NM} cannot read ${PAHO_STATIC_LIBRARY}")
endif()

set(paho_missing "")
foreach(names IN LISTS paho_wraps)
  if(NOT "${paho_calls}\n" MATCHES "[ \t]U (${names})\n")
    string(REPLACE "|" " or " names "${names}")
    list(APPEND paho_missing "${names}")
  endif()
endforeach()
if(paho_missing)
  list(JOIN paho_missing ", " paho_missing)
  message(FATAL_ERROR "${PAHO_STATIC_LIBRARY} does not call what is repaired in it as it is linked: ${paho_missing}. "
    "paho.mqtt.c 1.3.11, 1.3.12, 1.3.14 and 1.3.16 are known to work.")
endif()
string(REPLACE "|" ";" paho_wraps "${paho_wraps}")  # both names, whichever is called
