find_package(Threads REQUIRED)
target_link_libraries(${target} PRIVATE Threads::Threads)
