find_package(fmt REQUIRED)
target_link_libraries(${target} PRIVATE fmt::fmt)
