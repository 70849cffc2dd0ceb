#pragma once

// What excuses do to a deadline: the stretches for which a duty was excused, and the days they cost.

#include "engine/position.h"

#include <vector>

namespace counterpart::engine {

// Whether the duty is excused at the position's own moment.
bool excused_now(const Position& position, const DutyRow& row);

// The stretches of a duty, the earliest first: into Position::excuses.
std::vector<std::uint32_t> excuses_of(const Position& position, const DutyRow& row);

// The days lost in a stretch that is over: from the day it began up to, and without, the day it ended. An
// excuse that ends with a day's last moment has cost that day.
std::int32_t days_lost(const Position& position, const ExcuseRow& excuse);

// `deadline` as it stands after one stretch that is over.
Value after_excuse(const Position& position, const DutyRow& row, const ExcuseRow& excuse,
                   const Value& deadline);

// The deadline of a duty after all its stretches that are over; several add up.
Value after_excuses(const Position& position, const DutyRow& row);

}  // namespace counterpart::engine
