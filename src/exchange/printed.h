#pragma once

// A paper (engine/paper.h) as printed matter and for spreadsheets.

#include "base/datum.h"

#include <string>

namespace counterpart::exchange {

// A page of its own, styled for A4 and Letter; it fetches nothing.
std::string paper_as_html(const Datum& paper);

// Its lines and tables after each other, an empty row between them (RFC 4180, CRLF). A cell that a
// spreadsheet would take for a formula stands behind an apostrophe.
std::string paper_as_csv(const Datum& paper);

}  // namespace counterpart::exchange
