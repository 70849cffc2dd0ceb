#pragma once

// Warnings a pack accepts, with its reason: `accepts W0602 because "…"` as a clause of a declaration, or at
// the left edge for its whole file. Private to the room.

#include "language/diagnostic.h"
#include "language/lexer.h"

#include <string>
#include <vector>

namespace counterpart::language {

struct Accepted {
  std::string code;
  Range said;  // the code, where it is accepted
  std::uint32_t first_line = 0, last_line = 0;
  std::string reason;
  bool used = false;
};

// Takes the acceptances out of the declarations.
std::vector<Accepted> take_accepted(std::vector<Declaration>& declarations,
                                    std::vector<Diagnostic>& diagnostics);
// Takes out the warnings that are accepted, and adds one for each acceptance of what is not given.
void apply_accepted(std::vector<Accepted>& accepted, std::vector<Diagnostic>& diagnostics);

}  // namespace counterpart::language
