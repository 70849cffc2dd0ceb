#pragma once

// What every subcommand begins with: reading a pack and saying what is wrong with it.

#include "language/compile.h"

#include <memory>
#include <string>
#include <vector>

namespace counterpart::cli {

struct Loaded {
  language::PackSource source;
  std::shared_ptr<const program::Program> program;  // null when the pack has errors
  std::vector<language::Diagnostic> diagnostics;
  Error error;  // given when the folder could not be read at all
};

Loaded load_pack(const std::string& folder);
// Prints an error to standard error, with its help, and answers exit status 2.
int complain(const Error& error);

}  // namespace counterpart::cli
