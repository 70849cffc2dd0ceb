#include <cstdint>

#include "journal/entry_json.h"

// Any bytes are entries or errors with their lines; what was read keeps its meaning when written and read
// again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace counterpart;
  std::vector<journal::LineError> errors;
  const auto entries = journal::read_lines({reinterpret_cast<const char*>(data), size}, errors);
  for (const program::Entry& e : entries) {
    const std::string bytes = journal::canonical_bytes(e, "a", "shared", {}, {});
    const auto kept = journal::read_canonical(bytes);
    if (!kept || journal::canonical_bytes(kept->entry, "a", "shared", {}, {}) != bytes) __builtin_trap();
  }
  return 0;
}
