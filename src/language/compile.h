#pragma once

// Literate text to a program: pure, takes text and returns values.

#include "language/diagnostic.h"
#include "language/source.h"
#include "program/program.h"

#include <functional>
#include <memory>
#include <vector>

namespace counterpart::language {

// Finds a zone by its name; the caller reads the machine's zone data, the compiler does not.
using ZoneLoader = std::function<Result<Zone>(std::string_view)>;

struct Compiled {
  std::shared_ptr<const program::Program> program;  // null when there are errors
  std::vector<Diagnostic> diagnostics;              // errors first to last as they stand, then warnings
};

Compiled compile(const PackSource& pack, const ZoneLoader& zones);

}  // namespace counterpart::language
