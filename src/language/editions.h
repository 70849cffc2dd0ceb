#pragma once

// Several editions of one pack as one program. An amendment changes the text from a date; a correction of the
// encoding changes it for the span of the edition it corrects, which may be from the start.
//
// What all editions say alike is one declaration. What differs stands in the program once for each text, each
// with the window in which it is in force: an act is judged by the text at its own time, a duty or a due by
// the text when its clock opened, a rule by the text when it fires, a term by the text at the time it is
// asked for. Documents keep the fields and stages of all editions. Of what has no time of its own (parties,
// offices, calendars, readings, unknowns, receipt rules, claims, ranks of texts) the last edition counts.

#include <optional>
#include <span>

#include "base/time.h"
#include "language/compile.h"

namespace counterpart::language {

struct Edition {
  PackSource source;
  std::optional<CivilDate> from;  // none: from the start
};

// `editions` in the order in which they come into force, the first from the start. Each must compile alone:
// the diagnostics are otherwise those of the first that does not, by itself (`of` says which).
struct CompiledEditions {
  Compiled compiled;
  std::size_t of = 0;
};
CompiledEditions compile_editions(std::span<const Edition> editions, const ZoneLoader& zones);

}  // namespace counterpart::language
