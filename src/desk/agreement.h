#pragma once

// An agreement as the desk holds it in memory: all of it can be made again from the store.

#include "desk/desk.h"
#include "engine/own.h"
#include "engine/timeline.h"

namespace counterpart::desk {

struct Desk::Agreement {
  journal::AgreementRow row;
  std::shared_ptr<const program::Program> program;
  std::shared_ptr<const engine::Plan> plan;
  std::shared_ptr<engine::Record> record;
  std::map<std::string, engine::OwnJournal> own;  // by party: what only that party sees
  // Points of the agreement's life, for questions about any day; made when first asked.
  mutable std::unique_ptr<engine::Timeline> timeline;
  Datum original;  // section number → imported text; null when none
  bool has_next = false;
  Instant next;  // when its position next changes with nobody acting
  program::Sequence shown_head = 0;
};

// Everything a page needs to draw a form for each act of a program.
Datum forms_of(const program::Program& program);
Datum parties_of(const program::Program& program);
// The clause tree, with prose as HTML.
Datum clauses_of(const program::Program& program, const Datum& original);
// Rows of a report that need somebody's attention.
std::vector<Datum> docket_rows(const Datum& report, const std::string& agreement);
// Groups rows by date against a day: overdue, today, week, later, open.
Datum docket_groups(std::vector<Datum> rows, CivilDate today);

// A pack as one blob, and back: what an edition's digest names.
std::string pack_bytes(const language::PackSource& pack);
Result<language::PackSource> pack_from(std::string_view bytes);

}  // namespace counterpart::desk
