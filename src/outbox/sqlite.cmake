pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.35)
add_library(bridge_sqlite INTERFACE)
target_link_libraries(bridge_sqlite INTERFACE PkgConfig::SQLITE)
