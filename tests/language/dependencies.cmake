target_link_libraries(${target} PRIVATE counterpart_engine)
find_package(rapidcheck REQUIRED)
target_link_libraries(${target} PRIVATE rapidcheck)
