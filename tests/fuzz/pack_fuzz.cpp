#include <cstdint>

#include "language/compile.h"
#include "language/format.h"

// Any text at all is a pack that compiles or a list of diagnostics.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace counterpart;
  language::PackSource pack{
      "fuzz", {{"fuzz/01.md", std::string(reinterpret_cast<const char*>(data), size)}}, {}};
  const auto zones = [](std::string_view) -> Result<Zone> { return Zone(); };
  const language::Compiled out = language::compile(pack, zones);
  if (out.program == nullptr && !language::has_errors(out.diagnostics)) __builtin_trap();
  (void)language::render(out.diagnostics, pack);
  // And it has one layout.
  const std::string laid_out = language::format(pack.files.front().text);
  if (language::format(laid_out) != laid_out) __builtin_trap();
  return 0;
}
