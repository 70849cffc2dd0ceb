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

// The pack with its later editions: each PACK@DATE amends it from that date on, a PACK alone takes the place
// of what was first, from the start.
Loaded load_editions(const std::string& folder, const std::vector<std::string>& also);
Loaded load_pack(const std::string& folder);
// Prints an error to standard error, with its help, and answers exit status 2.
int complain(const Error& error);

}  // namespace counterpart::cli
