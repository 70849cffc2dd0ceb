#pragma once

// A party's own journal: drafts and their approvals, remarks, holds. What a party sees is the shared position
// and, beside it, items made from its own journal. The shared position is folded without it, so nothing in it
// can change a shared item.

#include "base/datum.h"
#include "engine/position.h"

#include <memory>
#include <string>
#include <vector>

namespace counterpart::engine {

class OwnJournal {
 public:
  OwnJournal(std::shared_ptr<const program::Program> program, program::PartyId party);

  // The entry's sequence must be the next of this journal. Refused, whatever the shared journal holds:
  // "entry-shared" (a kind that belongs into the shared journal), "party-unknown" (by another party),
  // "entry-unknown" (`of` names no earlier draft, remark or hold), "act-unknown", "document-malformed".
  Result<void> append(const program::Entry& entry);

  [[nodiscard]] program::PartyId party() const { return party_; }
  [[nodiscard]] Sequence head() const { return entries_.size(); }
  [[nodiscard]] const std::vector<program::Entry>& entries() const { return entries_; }

 private:
  std::shared_ptr<const program::Program> program_;
  program::PartyId party_;
  std::vector<program::Entry> entries_;
};

// The party's own items as of the position's instant, as known then: {"party", "drafts", "remarks", "holds"},
// each item with an id of its own ("own:draft:3"). A draft says what it would do if it were done now: its
// word and reasons, judged on a copy of the record, or why it cannot be entered.
Datum own_items(const Position& shared, const OwnJournal& own);

}  // namespace counterpart::engine
