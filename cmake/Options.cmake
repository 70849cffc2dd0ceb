# Warnings are errors; what every target is compiled with.
add_library(counterpart_options INTERFACE)
target_include_directories(counterpart_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(counterpart_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc 12 reports these wrongly on std::variant and std::optional at -O2.
  target_compile_options(counterpart_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's own stable_sort uses what it deprecates.
  target_compile_options(counterpart_options INTERFACE -Wno-deprecated-declarations)
endif()
if(CMAKE_UNITY_BUILD)
  # Files that share a translation unit see each other's local names; the other builds still warn.
  target_compile_options(counterpart_options INTERFACE -Wno-shadow)
endif()
target_compile_definitions(counterpart_options INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)

if(COUNTERPART_SANITIZE)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(COUNTERPART_THREAD_SANITIZE)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
if(COUNTERPART_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
find_program(MOLD mold)
if(MOLD)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_link_options(-fuse-ld=mold)
  endif()
endif()
