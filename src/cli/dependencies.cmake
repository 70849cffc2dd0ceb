find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
target_link_libraries(${target} PRIVATE fmt::fmt CLI11::CLI11)
