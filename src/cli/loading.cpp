#include "cli/loading.h"

#include <fmt/core.h>

#include "base/zone_data.h"
#include "language/pack_folder.h"

namespace counterpart::cli {

Loaded load_pack(const std::string& folder) {
  Loaded loaded;
  auto source = language::read_pack_folder(folder);
  if (!source) {
    loaded.error = source.error();
    return loaded;
  }
  loaded.source = *std::move(source);
  language::Compiled compiled = language::compile(loaded.source, load_zone);
  loaded.program = std::move(compiled.program);
  loaded.diagnostics = std::move(compiled.diagnostics);
  return loaded;
}

int complain(const Error& error) {
  fmt::print(stderr, "counterpart: {}\n", error.message);
  if (!error.help.empty()) fmt::print(stderr, "help: {}\n", error.help);
  return 2;
}

}  // namespace counterpart::cli
