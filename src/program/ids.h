#pragma once

// Inside a program everything is a small integer; text is at the edge.

#include <compare>
#include <cstdint>

namespace counterpart::program {

template <class Tag>
struct Id {
  static constexpr std::uint32_t none_value = 0xffffffff;
  std::uint32_t value = none_value;

  [[nodiscard]] constexpr bool given() const { return value != none_value; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using TextId = Id<struct TextTag>;  // into Program::texts
using PartyId = Id<struct PartyTag>;
using OfficeId = Id<struct OfficeTag>;
using KindId = Id<struct KindTag>;    // a kind of document or of part
using FieldId = Id<struct FieldTag>;  // global: one table for all kinds
using StageId = Id<struct StageTag>;  // global
using ActId = Id<struct ActTag>;
using DutyId = Id<struct DutyTag>;
using PowerId = Id<struct PowerTag>;
using ExcuseId = Id<struct ExcuseTag>;
using ProhibitionId = Id<struct ProhibitionTag>;
using RuleId = Id<struct RuleTag>;
using PeriodId = Id<struct PeriodTag>;
using DueId = Id<struct DueTag>;
using AccountId = Id<struct AccountTag>;
using ClaimId = Id<struct ClaimTag>;  // a kind of claim
using TermId = Id<struct TermTag>;
using ReadingId = Id<struct ReadingTag>;
using UnknownId = Id<struct UnknownTag>;  // declared
using CalendarId = Id<struct CalendarTag>;
using OperationId = Id<struct OperationTag>;
using ReceiptId = Id<struct ReceiptTag>;  // a receipt rule
using ProvisionId = Id<struct ProvisionTag>;
using SectionId = Id<struct SectionTag>;
using ExprId = Id<struct ExprTag>;
using ChoiceId = Id<struct ChoiceTag>;  // a set of alternatives a field may take

// A run of consecutive rows of a table.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  [[nodiscard]] bool empty() const { return count == 0; }
};

}  // namespace counterpart::program
