#pragma once

// Drops or bends each rule of a pack in turn and sees whether a scenario notices. A rule that nothing
// notices is untested, or does nothing.

#include "base/datum.h"
#include "program/program.h"

#include <memory>
#include <string>
#include <vector>

namespace counterpart::trial {

struct Mutant {
  std::string what;  // "Lessor grants or refuses Request: deadline a day later"
  std::string file;
  std::uint32_t line = 0;
  std::vector<std::string> provisions;
  std::string noticed_by;  // the first scenario that fails; empty: none does
};

// Every mutant, in the order of the pack's text. The unbent pack must pass its scenarios; a mutant that a
// scenario notices costs the scenarios up to that one.
std::vector<Mutant> mutate(const std::shared_ptr<const program::Program>& program);
// `{summary: {mutants, noticed}, mutants: [{what, file, line, provisions, noticed_by}]}`
Datum to_datum(const std::vector<Mutant>& mutants);

}  // namespace counterpart::trial
