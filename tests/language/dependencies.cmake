target_link_libraries(${target} PRIVATE counterpart_engine)
