#pragma once

// The papers a text calls for (reports, registers, certificates), made from a position. A row of a table
// names the document it speaks of, so that `why` can be asked of it; what is not known says what it waits
// for.

#include "base/datum.h"
#include "base/result.h"
#include "engine/position.h"

#include <string>
#include <string_view>
#include <vector>

namespace counterpart::engine {

// The papers of a pack: `{name, title, of?: KIND, documents?: [NAME], provisions}`.
Datum papers(const Position& position);

// One paper: `{name, title, of?, agreement, as_of, provisions, lines: [{label, text, unknown?}], tables:
// [{title, columns, rows: [{document, in_doubt?, cells: [{text, unknown?}]}], totals: [text or null]}]}`. The
// first column of a table is the row's document. "paper-not-found", "paper-of-nothing" where the document is
// not of its kind or does not exist.
Result<Datum> paper(const Position& position, std::string_view name, const std::string& document);

// Its text, line by line, for people.
std::vector<std::string> paper_lines(const Datum& paper);

}  // namespace counterpart::engine
