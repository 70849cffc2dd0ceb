#pragma once

// Evidence first: before time runs, what speaks about an entry is attached to it.

#include "engine/fold.h"

namespace counterpart::engine {

// What is known of each entry of a record at `known_at`, before time runs.
struct Attached {
  Sequence about = 0;
  enum class What : std::uint8_t { evidence, contest, agree, ruling, ratify } what = What::evidence;
  std::uint32_t entry = 0;  // index into the record's entries
};

// Whether entries of this kind happen in time; the others speak about entries or about the whole agreement.
constexpr bool runs_in_time(program::EntryKind kind) {
  using program::EntryKind;
  return kind == EntryKind::act || kind == EntryKind::claim || kind == EntryKind::appoint ||
         kind == EntryKind::relieve || kind == EntryKind::designate;
}

// Fills the position's `entries` (those known, as corrected, in effective order), `supplied`, `calendars` and
// `readings`; judges corrections and other entries about entries; answers what is attached, sorted by the
// entry it is about.
std::vector<Attached> attach(Position& position, const FoldOptions& options);

// When the sending is received by the pack's rule and the evidence: an instant, unknown, or absent while it
// is not shown.
Value receipt_of(const Position& position, const BoundEntry& entry, program::ReceiptId rule,
                 std::span<const Attached> about);

}  // namespace counterpart::engine
