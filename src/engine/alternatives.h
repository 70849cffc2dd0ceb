#pragma once

// What is open – a reading not yet chosen by both parties, a claim in dispute – and what would hold if it
// were settled otherwise. Each is tried alone: independent questions are not multiplied out.

#include "engine/fold.h"
#include "engine/report.h"

#include <string>
#include <vector>

namespace counterpart::engine {

struct Alternative {
  std::string id;        // "reading:count_back", "claim:12"
  std::string question;  // in the pack's words
  std::string answer;    // the alternative tried: "clear_days", "yes"
  std::string now;       // what holds meanwhile: the default, or "disputed"
  std::vector<std::string> provisions;
  std::vector<Change> changes;  // against the position as it is
};

// Every alternative that changes something a person would see. Readings the parties chose are settled and
// left out, as are those `options` fix.
// `now` was folded with `options`.
std::vector<Alternative> alternatives(const Position& now, const FoldOptions& options);
Datum to_datum(const std::vector<Alternative>& all);

// Puts "safe_by" beside the due date of every open duty and due of a report whose date is earlier under some
// alternative: the day that is right whichever way the open questions go.
void add_safe_dates(Datum& report, const Position& now, const FoldOptions& options);

}  // namespace counterpart::engine
