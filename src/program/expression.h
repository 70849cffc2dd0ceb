#pragma once

// Expressions as flat nodes. Three-valued logic: false and unknown is false, true or unknown is true.
// "Subject" is the thing a rule is about; "element" the part or thing a sum, count or some/every looks at.

#include "program/ids.h"

#include <cstdint>

namespace counterpart::program {

enum class Op : std::uint8_t {
  literal,         // n: index into Program::literals
  subject,         //
  element,         // n: how many loops out (0: the innermost)
  parent,          // a: a part; what it is a part of
  field,           // a: thing; n: FieldId. Its value now.
  original_field,  // a: thing; n: FieldId. The first value it was given.
  field_at,        // a: thing; n: FieldId; b: time. The value it had then; of a date, at its end.
  input,           // n: index into Program::inputs. What the act being judged gives; absent outside an act.
  term,            // n: TermId
  unknown,         // n: UnknownId. Its supplied value, else unknown.
  claim,           // a: thing; n: ClaimId. Asserted, presumed or ruled value; unknown while contested.
  reading_is,      // n: ReadingId; m: index of the alternative
  party,           // n: PartyId
  stage_is,        // a: thing; stages Program::stage_sets[n .. n+m)
  office_filled,   // n: OfficeId. Whether somebody has been appointed to it and holds it.
  office_holder,   // n: OfficeId. The name of who holds it, the latest; absent when nobody does.
  exists,          // a: true when the value is given (not absent)
  signed_by,   // n: OfficeId; m: 1 when a higher rank of the same ladder will do. Of the act being judged.
  cites,       // a: thing or the literal text "Agreement". Of the act being judged.
  sent_by,     // n: TextId of the channel. Of the act being judged.
  in_writing,  // the act being judged came through a channel that is written
  actor,       // the party of the act being judged
  happened,    // a: thing; n: ActId. Whether an effective act of this kind stands on it.
  event_sent,  // a: thing; n: ActId; m: 0 latest, 1 first. Instant of sending, absent when none.
  event_received,  // the same, of receipt
  event_effect,    // the same, of effect
  entered_stage,   // a: thing; n: StageId. Instant it last became so; absent when never.
  due,             // a: thing; n: DueId. What is open of it; stands only under `due_fact`.
  due_fact,        // a: thing; n: DueId; m: DueFact. Over all that has opened of the rule on the thing.
  agreement,       // the agreement itself, as a thing
  account,         // a: thing; n: AccountId; stands only under `account_fact`
  account_fact,    // a: thing; n: AccountId; m: AccountFact
  share,  // a: money or number; b, c: numbers: b parts in c of it, at least none and at most all; m: Rounding
  duty_is,      // a: thing; n: ProvisionId; m: DutyFact bits. Whether a duty that executes it stands so.
  in_breach,    // a: thing; b: a party or none; n: ProvisionId. Whether somebody is in breach of it.
  own_sending,  // of the act being judged
  own_receipt,  // of the act being judged: absent while it is not shown
  opened,  // the instant at which the duty or due being looked at opened (of receipt, where receipt opens it)
  now,     // the instant at which the expression is looked at
  today,   // its date in the agreement's zone
  negate,
  logical_not,
  logical_and,
  logical_or,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,  // a date against an instant: the instant's date
  add,
  subtract,
  multiply,
  divide,  // number, money by number; divide and money product round half up
  time_plus,
  time_minus,  // a: date or instant; b: duration
  earlier,     // a, b: times; of one that is absent the other
  later,       // a, b: times; absent until both are there
  lesser,
  greater_of,    // a, b: numbers or money; an unknown one leaves a bound
  days_between,  // a, b: calendar days from a to b
  date_of,       // a: instant or date
  or_else,       // a, and b where a is absent
  choose,        // a: condition; b: then; c: else
  sum,
  count,
  some,
  every,      // a: list (parts field); b: value or condition of element; c: filter or none
  things,     // n: KindId. All things of a kind that exist.
  children,   // a: thing; n: KindId. Things of the kind whose reference field m points to a
  list_has,   // a: list of text; b: text
  lasted,     // n: index into Program::lastings. Whether the subject's stretch is as long as asked by now.
  operation,  // n: OperationId. Whether what it speaks of operates by it: looked at about the Agreement.
};

// What may be asked of a due by its name.
enum class DueFact : std::uint8_t {
  is_overdue,  // something of it is open, and its due date has passed
  is_open,     // something of it is open
  is_settled,  // it has opened, and nothing of it is open
  is_given,    // it has opened
  open,
  amount,
  settled,
  disputed,
  overpaid,  // on the document, by the debtor, and not used yet
  interest,
  due_date,  // the earliest of what is open; where nothing is, the latest
};

// What may be asked of an account by its name: amounts.
enum class AccountFact : std::uint8_t {
  balance,    // what is left, whether it can be used now or not
  available,  // what of it can be used now
  put_in,
  drawn,
};

// What may be asked of a duty by its provision, as bits.
enum DutyFact : std::uint32_t {
  duty_open = 1,  // neither done nor over
  duty_overdue = 2,
  duty_performed_in_time = 4,
  duty_performed_late = 8,
  duty_breached = 16,
  duty_lapsed = 32,
  duty_cancelled = 64,
  duty_excused = 128,
  duty_waived = 256,
};

struct Expr {
  Op op = Op::literal;
  std::uint32_t n = 0;
  std::uint32_t m = 0;
  ExprId a, b, c;
  std::uint32_t source = 0;  // index into Program::places, for explanations and diagnostics
};

}  // namespace counterpart::program
