#pragma once

// What of a pack's provisions is executed, tested, stated, unknown, deferred, or not accounted for.

#include "base/datum.h"
#include "trial/scenario_run.h"

#include <string>
#include <vector>

namespace counterpart::trial {

struct CoverageRow {
  std::string provision;
  std::string section;  // the number of the section it stands in
  program::Disposition disposition = program::Disposition::unaccounted;
  std::string note;
  std::vector<std::string> rules;      // "02-ordering.md:31 duty …"
  std::vector<std::string> scenarios;  // passing ones that cite it
};

struct Coverage {
  std::vector<CoverageRow> rows;
  int executed = 0, tested = 0, stated = 0, unknown = 0, deferred = 0, unaccounted = 0;
};

Coverage coverage(const program::Program& program, const std::vector<ScenarioResult>& results);
// `{summary: {…}, provisions: [{id, section, disposition, note, rules, scenarios}]}`
Datum to_datum(const Coverage& coverage);
std::string_view name_of(program::Disposition disposition);

}  // namespace counterpart::trial
