#pragma once

#include "engine/position.h"

namespace counterpart::engine {

// Interest accrued on a due through the position's `as_of`: money, exact or bounded ("at most" while a lawful
// maximum is not supplied), or unknown; absent where the due bears none or is not yet overdue.
// On what was undisputed and unpaid, from the day after the due date. A monthly rate counts whole months
// since the due date and the days of the month begun by its length; daily and yearly rates count days. Simple
// interest is rounded once, at the end; compounded, each day's or month's interest is rounded as the pack
// declares and bears interest itself from the next.
Value interest_of(const Position& position, const DueRow& due);
// The same through an earlier instant, as the fold meets it.
Value interest_of(const Position& position, const DueRow& due, Instant through);

// What is open of a due: undisputed less settled, never below zero; unknown while the amount is.
Value open_of(const Position& position, const DueRow& due);

// Months from `from` to `to` in units of 1/377580 (the least common multiple of 28, 29, 30 and 31), 0 when to
// <= from.
std::int64_t month_units(CivilDate from, CivilDate to);
constexpr std::int64_t units_in_month = 377'580;

}  // namespace counterpart::engine
