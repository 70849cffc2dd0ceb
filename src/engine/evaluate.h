#pragma once

#include "engine/position.h"

#include <span>
#include <utility>
#include <vector>

namespace counterpart::engine {

// Not known; `why` is a set of Position::unknowns.
constexpr Value unknown_value(std::uint32_t why) {
  return {program::Tag::unknown, program::Bound::exact, 0, why, 0};
}

// What an expression is looked at with.
struct Look {
  std::uint32_t subject = none;  // thing
  Instant now;
  const BoundEntry* act = nullptr;  // the act being judged, if one is
  Value received;                   // its receipt
  // Entries whose signatures count with its own: those of a joint act signed one after the other.
  std::span<const std::uint32_t> signed_with;  // into Position::entries
  bool has_opened = false;
  Instant opened;  // of the duty or due being looked at
  // Where given, it is brought forward to the next instant at which time alone may make the answer another.
  Instant* horizon = nullptr;
  std::uint32_t elements[4] = {none, none, none, none};
  std::uint8_t depth = 0;  // elements in use
};

// The value of an expression in a position. Never fails: what cannot be said is unknown, with its reason.
Value evaluate(const Position& position, program::ExprId id, const Look& look);

// What a count, sum, `some` or `every` goes through: each thing its filter takes in, or does as far as is
// known (Truth::unknown).
std::vector<std::pair<std::uint32_t, Truth>> gone_through(const Position& position, program::ExprId aggregate,
                                                          const Look& look);

// An expression left out is true. Absent counts as no.
Truth truth(const Position& position, program::ExprId id, const Look& look, std::uint32_t* why = nullptr);

// `from` moved by a duration. A date or an instant gives the same kind, save that business days, days, weeks,
// months and years from an instant give a date (a day deadline), and hours from a date count from its first
// instant.
Value moved(const Position& position, const Value& from, const Value& duration, int sign);

// The first instant at which something that holds since `since` has lasted for `length`: whole days, of which
// the one it began in counts only if it held from that day's first instant; hours to the second.
Value lasted_until(const Position& position, Instant since, const Value& length);

// Whether signature `s` is that of `office` (or, with `or_higher`, of a higher rank on its ladder), by
// somebody who held the office, or was its designee, at `at`.
// Who was appointed to an office and holds it, the latest; none where it is vacant.
program::TextId holder(const Position& position, program::OfficeId office, Instant at);

bool signature_stands(const Position& position, const BoundSignature& s, program::OfficeId office,
                      bool or_higher, Instant at);

// What an unknown condition counts as where the rule says so; else it stays unknown.
[[nodiscard]] constexpr Truth supposed(Truth answer, program::OnUnknown otherwise) {
  if (answer != Truth::unknown) return answer;
  return otherwise == program::OnUnknown::holds   ? Truth::yes
         : otherwise == program::OnUnknown::fails ? Truth::no
                                                  : Truth::unknown;
}

}  // namespace counterpart::engine
