#pragma once

// What the fold looks up on its way, worked out once from a program: which rows an act, a stage or a change
// of a document concerns. Adds no meaning of its own.

#include "program/program.h"

#include <vector>

namespace counterpart::engine {

struct ActPlan {
  std::vector<std::uint32_t> opens_on_effect;   // DutyId
  std::vector<std::uint32_t> opens_on_receipt;  // DutyId
  std::vector<std::uint32_t> performs;          // DutyId
  std::vector<std::uint32_t> rules_on_effect;   // RuleId
  std::vector<std::uint32_t> rules_on_receipt;  // RuleId
  std::vector<std::uint32_t> dues_on_effect;    // DueId
  std::vector<std::uint32_t> dues_on_receipt;   // DueId
  struct Settles {
    std::uint32_t due;         // DueId
    std::uint32_t settlement;  // into Program::settlements
  };
  std::vector<Settles> settles;             // in the order the dues are declared
  std::uint32_t amount_input = 0xffffffff;  // the input called `amount`, from the act's first
};

struct StagePlan {
  std::vector<std::uint32_t> duties, rules, dues;
};

// A trigger that waits for a time or a condition, and what it starts.
struct Watch {
  enum class Starts : std::uint8_t { duty, rule, due, operation };
  program::Trigger trigger;
  Starts starts = Starts::rule;
  std::uint32_t index = 0;
  program::ExprId operates;  // with a condition: only while this holds too
  bool keeps = false;        // of a duty to keep something so
};

struct KindPlan {
  bool lives = false;  // of a part: it has stages, or rules, acts or claims of its own
  std::vector<Watch> watches;
  std::vector<program::FieldId> part_fields;  // its lists of parts
  // KindId: of a family – a document and its parts – those whose watches, guards or deadlines look at the
  // members of this kind.
  std::vector<std::uint32_t> near_lookers;
  std::vector<std::uint32_t> lastings;  // into Program::lastings
  bool has_operation = false;           // some rule of the kind rests on provisions that may not operate
  // KindId: some watch, guard or deadline of theirs looks at the facts of this kind; and apart, those that
  // also look at how dues and duties of other documents stand.
  std::vector<std::uint32_t> lookers, standing_lookers;
};

struct Plan {
  explicit Plan(const program::Program& program);

  const program::Program* program;
  std::vector<ActPlan> acts;
  std::vector<StagePlan> stages;
  std::vector<KindPlan> kinds;
  std::vector<std::uint32_t> duties_at_start;          // DutyId
  std::vector<bool> deadline_is_live;                  // by duty: rests on fields that may move
  std::vector<std::vector<program::PartyId>> signers;  // by requirement: whose offices it asks signatures of
  std::vector<std::vector<std::uint32_t>> excuses;     // by duty: ExcuseId
  std::vector<std::uint32_t> lasting_at;      // by lasting condition: its place in KindPlan::lastings
  std::vector<std::uint32_t> office_lookers;  // KindId: they look at who holds an office
  program::KindId agreement_kind;             // the built-in kind, where the pack uses it
};

}  // namespace counterpart::engine
