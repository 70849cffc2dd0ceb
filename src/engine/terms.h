#pragma once

// Which text sets a term for a matter. The Agreement gives a term its value; a text that ranks above it may
// give another; texts that the term invites may set it for their own matters, within the limits said there.
// Nothing is fixed when a text sets a term: what counts is worked out when it is asked for, so that a text
// that is not yet accepted, or an amendment that comes later, is looked at as it then stands.
//
// A matter is a document, the documents it refers to, and those that these refer to; and the texts that amend
// any of them: those that rank above the Agreement, and those that refer to one of them and rank no lower.

#include "engine/evaluate.h"
#include "engine/position.h"

#include <vector>

namespace counterpart::engine {

enum class Standing : std::uint8_t {
  holds,         // this gives the term its value
  replaced,      // by a text that may replace it: of the Agreement and of equals
  tied,          // with another of the same rank: neither holds
  superseded,    // by a later setting of the same document
  not_counting,  // its document has not reached the stage in which it counts
  not_invited,   // void: the term does not leave this to such a text
  beyond,        // void: outside the limit
  lower,         // void: a higher text says otherwise
  unclear,       // whether it is within the limit is not known
};
[[nodiscard]] constexpr bool is_void(Standing s) {
  return s == Standing::not_invited || s == Standing::beyond || s == Standing::lower;
}

struct Candidate {
  std::uint32_t setting = none;  // into Position::settings; none: the Agreement's own value
  std::uint32_t thing = none;    // the document that sets it
  Value value;
  std::uint32_t rank = 0;  // 0 is the highest
  Instant at;
  Standing standing = Standing::replaced;
  std::uint32_t invitation = none;  // into Program::invitations: that let it in, or whose limit it passes
  std::uint32_t against = none;     // index of the candidate it lost to
};

// All that set the term for the matter of `thing` (none: of the Agreement itself), highest first.
std::vector<Candidate> candidates_of(const Position& position, program::TermId term, const Look& look);
// The value of the one that holds.
Value term_value(const Position& position, program::TermId term, const Look& look);
// Why a candidate does not hold, or that it does: "void: the term does not leave it to a PurchaseOrder".
std::string standing_text(const Position& position, program::TermId term, const std::vector<Candidate>& all,
                          std::size_t which);
// The provisions that say so.
program::Range standing_provisions(const program::Program& program, program::TermId term, const Candidate& c);

}  // namespace counterpart::engine
