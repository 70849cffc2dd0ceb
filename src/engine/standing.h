#pragma once

// How dues and duties stand at an instant, as expressions ask it.

#include "engine/position.h"

namespace counterpart::engine {

// Over every due of the rule that has opened on the thing and was not cancelled. Amounts nobody can say yet
// leave the known ones as "at least": nothing owed is ever below zero.
Value due_fact(const Position& position, std::uint32_t thing, program::DueId due, program::DueFact fact,
               Instant now);

// What can be said of an account of a thing; nothing has been put in: zero. While it is not known whether a
// lot can be used, what is available is "at least" the rest.
Value account_fact(const Position& position, std::uint32_t thing, program::AccountId account,
                   program::AccountFact fact, Instant now);
enum class LotState : std::uint8_t { usable, not_yet, over, unknown };
LotState lot_state(const Position& position, const Lot& lot, Instant now);

// Whether some duty on the thing that executes the provision stands in one of these ways (DutyFact bits);
// unknown where that hangs on a duty whose own deadline or condition is unknown.
Value duty_is(const Position& position, std::uint32_t thing, program::ProvisionId provision,
              std::uint32_t facts);

// Whether a party (none: any) is in breach of the provision on the thing. What was done late stays a breach;
// what is to be kept so is one until it holds again.
Value in_breach(const Position& position, std::uint32_t thing, program::ProvisionId provision,
                program::PartyId party, Instant now);

}  // namespace counterpart::engine
