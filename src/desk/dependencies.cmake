find_package(fmt REQUIRED)
# Debian's CMake files for cmark ask for its command as well; the library is all that is used.
find_library(CMARK_LIBRARY cmark REQUIRED)
find_package(Threads REQUIRED)
target_link_libraries(${target} PRIVATE fmt::fmt ${CMARK_LIBRARY} Threads::Threads)
