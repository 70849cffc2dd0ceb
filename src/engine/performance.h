#pragma once

// Duties performed by several acts: which of them count next, and when they are all done.

#include "engine/evaluate.h"
#include "engine/position.h"

#include <vector>

namespace counterpart::engine {

// Notes that `act` was done towards a duty of several paths; answers whether one of them is complete.
bool advance(const Position& position, DutyRow& row, program::ActId act, const Look& look);

// The acts that would count next, each once, in the order they are written.
std::vector<program::ActId> next_acts(const Position& position, const DutyRow& row);

}  // namespace counterpart::engine
