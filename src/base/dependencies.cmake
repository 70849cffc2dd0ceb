find_package(date REQUIRED)
find_package(OpenSSL REQUIRED)
target_link_libraries(${target} PRIVATE date::date-tz OpenSSL::Crypto)
