#pragma once

// Why something holds: clause, facts and arithmetic, down to each day counted or skipped.

#include "base/datum.h"
#include "engine/position.h"

#include <string>
#include <vector>

namespace counterpart::engine {

struct Explanation {
  std::string text;
  std::vector<std::string> provisions;
  Sequence entry = 0;  // the entry it rests on, or 0
  std::vector<Explanation> steps;
};

// Explains an item of the position by its id: a document ("PurchaseOrder/PO-17"), a duty, a due, a breach, a
// claim
// ("claim:12"), or an entry ("entry:7"); a key alone will do where it is clear. Error: "item-unknown", naming
// items near it.
Result<Explanation> explain(const Position& position, const std::string& item);

// As indented lines, for the terminal and for letters.
std::string to_text(const Explanation& explanation);
Datum to_datum(const Explanation& explanation);

}  // namespace counterpart::engine
