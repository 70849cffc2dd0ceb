#pragma once

// What the rows of a position say, in words for people.

#include "engine/position.h"

#include <string>
#include <vector>

namespace counterpart::engine {

// A value: "170,000.00 USD", "2000-06-08", "yes", "PurchaseOrder/PO-17"; "at most 3,000.00 USD"; "unknown".
std::string value_text(const Position& position, const Value& value);
// What a set of unknowns waits for: "lawful_maximum", "us_federal of 2036", "claim 12 (disputed)".
std::vector<std::string> missing_names(const Position& position, std::uint32_t why);
// The same as a sentence part: "lawful_maximum is not supplied; us_federal does not cover 2036".
std::string missing_text(const Position& position, std::uint32_t why);
// "by the end of Thursday 8 June 2000", "by Tuesday 30 May 2000, 15:00 -05:00", "promptly", "no deadline",
// "unknown: …".
std::string deadline_text(const Position& position, const DutyRow& row);
// "Lessor grants or refuses Request/R-1".
std::string duty_text(const Position& position, const DutyRow& row);
// "PurchaseOrder becomes accepted; breach".
std::string consequence_text(const Position& position, const program::Duty& duty);
// Why an act is void, in breach or in doubt: "wrong stage: …", or the requirement's own words.
std::string reason_text(const Position& position, const Reason& reason);
// "12, 13.2 do not operate: they do only while it is binding" or "12, 13.2 operate, while it is binding".
std::string operation_text(const Position& position, program::OperationId operation);
// Which of these provisions did not operate at an instant, and by which operations; empty where all did.
std::string not_operating_text(const Position& position, program::Range cited, Instant at);
// The operations that an expression asks for, each once.
void operations_in(const program::Program& program, program::ExprId id, std::vector<std::uint32_t>& out);
// The provisions of a range, as numbers.
std::vector<std::string> provision_ids(const program::Program& program, program::Range cited);
// "accept" → "accepts", "notify" → "notifies", "suspend delivery" → "suspends delivery".
std::string third_person(std::string_view verb);
// A type as pages and programs know it: "money", "date", "parts", …
std::string_view type_name(program::Type type);
// "bill_and_hold" → "bill and hold".
std::string words_of(std::string_view name);

}  // namespace counterpart::engine
