target_link_libraries(${target} PRIVATE counterpart_language)
