#pragma once

// What only the whole program can show. Private to the room; each looks at a program without errors.

#include "language/builder.h"

namespace counterpart::language {

// Rules that decide the same thing differently, and stages that nothing enters or leaves (checks.cpp).
void check_decisions_and_stages(Builder& b);
// Duties and acts that nobody can do, silences and prohibitions that lead nowhere (checks_duties.cpp).
void check_duties(Builder& b);
// Names that nothing uses, provisions whose section has no heading (checks_names.cpp).
void check_names(Builder& b);

// Where a row of the program stands in the pack.
Range range_of(const Builder& b, std::uint32_t place);
// The same expression by shape.
bool same_expression(const program::Program& p, program::ExprId a, program::ExprId b);
// Stages that some act or rule leads to from where a document begins, by StageId.
std::vector<bool> reachable_stages(const Builder& b);

}  // namespace counterpart::language
