#pragma once

// A position as a public record: the shape docs/api.md describes, for pages, programs and comparisons.

#include "base/datum.h"
#include "engine/position.h"

#include <string>
#include <vector>

namespace counterpart::engine {

// The whole position.
Datum report(const Position& position);

// What became of one entry: `{word, reasons: [{text, provisions}]}`; an entry nothing judged is effective.
Datum verdict_of(const Position& position, Sequence entry);

// One difference between two positions of the same agreement, by item.
struct Change {
  enum class Kind : std::uint8_t { added, removed, changed } kind = Kind::changed;
  std::string item;
  std::string text;  // "PurchaseOrder/PO-17 is accepted"
  std::string before, after;
};

// What differs between two reports, item by item and field by field; `as_of` and `known_at` themselves are
// left out.
std::vector<Change> differences(const Datum& before, const Datum& after);
Datum to_datum(const std::vector<Change>& changes);

}  // namespace counterpart::engine
