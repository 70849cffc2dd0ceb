target_link_libraries(${target} PRIVATE counterpart_engine)
add_dependencies(${target} counterpart)
target_compile_definitions(${target} PRIVATE COUNTERPART_BINARY="$<TARGET_FILE:counterpart>")
