#pragma once

// What values wait for, as small interned sets, so that a value carries one number.

#include "program/ids.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace counterpart::engine {

// One thing somebody would have to say before a value is known.
struct Missing {
  enum class Kind : std::uint8_t {
    declared,       // UnknownId, not supplied
    calendar_year,  // CalendarId and year: the calendar does not cover it
    disputed,       // entry of a contested claim
    unclaimed,      // ClaimId nobody has asserted, of thing `extra`
    elsewhere,      // row of Record::inputs(): the agreement it was read from does not know it
    unset,          // TermId: no text gives it a value, or texts of one rank differ
    overflow,       // a result too large to be represented exactly
  };
  Kind kind = Kind::declared;
  std::uint32_t id = 0;
  std::int64_t extra = 0;
  friend auto operator<=>(const Missing&, const Missing&) = default;
};

class UnknownSets {
 public:
  UnknownSets();
  std::uint32_t one(const Missing& missing);
  std::uint32_t join(std::uint32_t a, std::uint32_t b);
  [[nodiscard]] std::span<const Missing> members(std::uint32_t set) const { return sets_[set]; }
  void clear();

 private:
  std::uint32_t intern(std::vector<Missing> set);
  std::vector<std::vector<Missing>> sets_;  // sets_[0] is empty
  std::map<std::vector<Missing>, std::uint32_t> index_;
};

}  // namespace counterpart::engine
