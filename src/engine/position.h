#pragma once

// Everything that holds under an agreement as of one instant, as known at another: the result of a fold.
// Rows with causes; words, dates for people and JSON are made elsewhere from these.

#include "engine/plan.h"
#include "engine/record.h"
#include "engine/rows.h"
#include "engine/unknowns.h"

#include <memory>
#include <vector>

namespace counterpart::engine {

// The Agreement itself is the first thing of every position.
constexpr std::uint32_t agreement_thing = 0;

enum class Truth : std::uint8_t { no, yes, unknown };

// What made a row so.
struct Cause {
  enum class Kind : std::uint8_t { start, entry, duty, rule, input };
  Kind kind = Kind::start;
  Sequence entry = 0;          // the act behind it, when there is one
  std::uint32_t index = none;  // duty: into Position::duties; rule: RuleId; input: into
                               // Record::inputs()
  program::Range provisions;   // of the effect, where it cites some
};

struct FieldChange {
  std::uint32_t thing = none;
  program::FieldId field;
  Value value;
  Instant from;
  Cause cause;
  std::uint32_t before = none;  // the change before it of the same field
};

struct StageChange {
  std::uint32_t thing = none;
  program::StageId stage;  // none: made without a stage
  Instant at;
  CivilDate dated;  // the day it is dated: of a deadline, the deadline's own day
  Cause cause;
  std::uint32_t before = none;  // the change before it of the same thing
};

// A document that no entry brought: an effect made it, on another thing, whose name and a number from 1 for
// each kind give it its own, "EventOfDefault/PI-3.1".
struct Making {
  std::uint32_t thing = none;
  std::uint32_t on = none;   // the thing it was made on
  std::uint32_t number = 0;  // among those of its kind made on that thing
  Instant at;
  Cause cause;
  std::uint32_t before = none;  // the making before it on the same thing
};

struct Thing {
  program::KindId kind;
  std::uint32_t key = none;      // into the record's keys; none where no entry names it
  std::uint32_t parent = none;   // of a part
  std::uint32_t number = 0;      // of a part: its place in the list, from 1
  bool gone = false;             // of a part: another list has taken the place of its own
  std::uint32_t first_slot = 0;  // its fields' values
  program::StageId stage;
  std::uint32_t last_stage = none;  // into stage_changes
  std::uint32_t last_event = none;  // into events
  std::uint32_t first_duty = none;  // into duties, newest first
  std::uint32_t first_due = none;
  std::uint32_t first_account = none;
  std::uint32_t first_watch = none;
  std::uint32_t first_claim = none;
  std::uint32_t first_stretch = none;  // into stretches: one for each lasting condition of its kind
  // How often its facts (fields, stage, acts, claims, settings) have changed, and how often they had when
  // others last looked at them.
  std::uint32_t facts = 1, facts_seen = 0;
  Instant next_look{INT64_MAX};      // when it is looked at again because of time alone
  std::uint32_t making = none;       // into makings: how it was made, where no entry brought it
  std::uint32_t last_making = none;  // into makings: the last document made on it
  Sequence made_by = 0;
};

struct Slot {
  Value value;
  std::uint32_t last_change = none;  // into field_changes
  std::uint32_t first_change = none;
};

enum class VerdictWord : std::uint8_t {
  effective,
  void_,
  in_breach,
  in_doubt,
  awaiting_receipt,
  awaiting_effect,     // it is done, and takes effect later
  awaiting_signature,  // of a joint act: the other side has not signed
};

struct Reason {
  std::uint32_t entry_index = 0;  // row of `judgements`
  program::Strength strength = program::Strength::void_unless;
  bool unknown = false;    // not known to hold
  bool by_kernel = false;  // wrong stage, taken number, absent document, wrong party: see `kernel`
  enum class Kernel : std::uint8_t {
    nothing,
    absent_document,
    taken_number,
    wrong_stage,
    wrong_party,
    unsigned_jointly,
    not_own_entry,
    not_in_force,
    before_effective_date,
    nothing_to_waive
  } kernel = Kernel::nothing;
  std::uint32_t requirement = none;  // into Program::requirements
  std::uint32_t why = 0;             // unknowns
};

// What became of an entry.
struct Judgement {
  Sequence entry = 0;
  std::uint32_t bound = none;  // index into the fold's entries (the entry as corrected)
  VerdictWord word = VerdictWord::effective;
  bool noted = false;
  bool in_doubt = false;  // effective although a condition is unknown
  std::uint32_t thing = none;
  Instant sent;
  Value received;  // instant; unknown; or absent: not received, or not yet known to be
  Instant effect;
  Value takes_effect;  // while it awaits its effect: a date, an instant or unknown
};

// An act that is done and has not taken effect: its time has not come, or the other side has not signed.
struct PendingRow {
  std::uint32_t judgement = none;
  std::uint32_t entry = none;  // into entries
  program::ActId act;
  bool over = false;
  Instant at;  // when it will take effect, if that is known
  std::uint32_t generation = 0;
  std::uint32_t next = none;  // the one before it on the same document
};

// An effective act on a thing.
struct Event {
  program::ActId act;
  std::uint32_t judgement = none;
  std::uint32_t before = none;  // the event before it on the same thing
};

enum class DutyStatus : std::uint8_t {
  due,
  performed,
  performed_late,
  breached,
  lapsed,
  cancelled,
  unknown,
  excused,
  waived
};

// Whether it can still be performed in time, as far as is known.
constexpr bool is_open(DutyStatus status) {
  return status == DutyStatus::due || status == DutyStatus::unknown || status == DutyStatus::excused;
}

// A stretch of time for which a duty was, or is, excused.
struct ExcuseRow {
  std::uint32_t duty = none;  // into duties
  program::ExcuseId excuse;   // the one that held last in it
  Instant from;
  Instant until{INT64_MAX};     // while it lasts
  std::uint32_t before = none;  // the stretch before it of the same duty
};

struct DutyRow {
  program::DutyId duty;
  std::uint32_t thing = none;
  Sequence entry = 0;  // the act that opened it, or 0
  Instant opened;
  Value deadline;   // date, instant, unknown or absent
  Instant expires;  // the first instant after the deadline; only when it is known
  DutyStatus status = DutyStatus::due;
  bool overdue = false;          // its deadline has passed while it is open
  bool owed_unknown = false;     // whether it is owed is unknown: no deadline of it passes meanwhile
  std::uint32_t owed_why = 0;    // unknowns that this waits for
  bool unless_open = false;      // its `unless` was unknown when it opened; the first answer counts
  bool failing_unknown = false;  // of what is to be kept: nobody knows yet that it failed
  std::uint32_t why = 0;         // unknowns its deadline or its excuse waits for
  Instant ended;
  Sequence ended_by = 0;             // the act that performed it
  std::uint32_t performed = 0;       // with `all` and `paths`: bit n for the n-th act
  std::uint32_t last_excuse = none;  // into excuses
  Value unexcused;                   // the deadline before what excuses did to it
  bool excuse_doubt = false;         // whether it was excused at some time is unknown
  std::uint32_t generation = 0;      // of its timer
  std::uint32_t next = none;         // of the same thing
  [[nodiscard]] bool in_doubt() const { return owed_unknown || excuse_doubt; }
};

struct AmountChange {
  Instant at;
  Value amount;
  Value disputed;
  std::uint32_t before = none;  // the change before it of the same due
};
struct Payment {
  Instant at;
  std::int64_t minor = 0;  // less than nothing: it went over to what is overpaid
  Sequence entry = 0;
  std::uint32_t before = none;   // the payment before it on the same due
  std::uint32_t lot = none;      // it came out of this lot
  std::uint32_t against = none;  // it was set off against this due
};

struct DueRow {
  program::DueId due;
  std::uint32_t thing = none;
  Sequence entry = 0;
  Instant opened;
  Value deadline;
  Value amount;  // undisputed, now
  Value disputed;
  std::int64_t settled = 0;  // minor units
  bool cancelled = false;
  std::uint32_t last_amount = none;   // into amount_changes
  std::uint32_t last_payment = none;  // into payments
  std::uint32_t generation = 0;       // of the timer of its deadline
  std::uint32_t next = none;
};

// What a party has with another: a declared account, or what it overpaid on a document.
struct AccountRow {
  program::AccountId account;  // none: overpaid
  std::uint32_t thing = none;
  program::PartyId holder, against;
  std::uint32_t last_lot = none;  // into lots
  std::uint32_t next = none;      // of the same thing
};

struct Lot {
  std::uint32_t account = none;  // into accounts
  Instant at;
  std::uint16_t currency = 0;
  std::int64_t amount = 0;
  std::int64_t left = 0;
  Value from, until;        // from when and through when it can be used; absent: without limit
  bool lost_after = false;  // what is left then is lost
  Cause cause;
  std::uint32_t last_use = none;  // into lot_uses
  std::uint32_t before = none;    // the lot before it of the same account
};

struct LotUse {
  std::uint32_t lot = none;
  Instant at;
  std::int64_t minor = 0;
  Sequence entry = 0;
  std::uint32_t due = none;  // what it settled; none: it was drawn, or (`lost`) its time was over
  bool lost = false;
  std::uint32_t before = none;  // the use before it of the same lot
};

// A book of one pair of parties. Each side keeps it with the opposite sign.
struct Book {
  enum class Kind : std::uint8_t {
    charged,  // what dues came from
    due,      // index: DueId. What is owed under a rule
    paid,     // money that changed hands
    account,  // index: AccountId, or none: overpaid
    granted,  // what was put into accounts
    drawn,    // what was drawn from accounts without settling a due
    lapsed,   // what was lost in them
  };
  Kind kind = Kind::charged;
  std::uint32_t index = none;
  friend auto operator<=>(const Book&, const Book&) = default;
};

// `minor` goes from one book of a pair of parties to another; `holder` sees it leave the first and come to
// the second, the other side the reverse. So every posting is four entries that cancel, by party and by book.
struct Posting {
  Instant at;
  std::uint16_t currency = 0;
  std::int64_t minor = 0;
  program::PartyId holder, against;
  Book from, to;
  Sequence entry = 0;
  std::uint32_t due = none;
  std::uint32_t lot = none;
};

struct BreachRow {
  program::PartyId party;
  std::uint32_t thing = none;
  Instant at;
  CivilDate dated;
  std::uint32_t duty = none;  // into duties
  Sequence entry = 0;         // of an act in breach
  std::uint32_t requirement = none;
  Instant until{INT64_MAX};  // when what was to be kept held again, or it was waived
  Sequence waived_by = 0;
};

// A term that a document set.
struct SettingRow {
  program::TermId term;
  std::uint32_t thing = none;
  Value value;
  Instant at;
  Sequence entry = 0;
  std::uint32_t before = none;  // the setting before it of the same term
};

// When some provisions began or ceased to operate.
struct OperationChange {
  program::OperationId operation;
  Truth operates = Truth::yes;
  Instant at;
  std::uint32_t before = none;  // the change before it of the same operation
};

enum class ClaimStatus : std::uint8_t { asserted, disputed, agreed, ruled };

struct ClaimRow {
  program::ClaimId claim;
  std::uint32_t thing = none;
  Sequence entry = 0;
  Instant at;
  Value value;
  ClaimStatus status = ClaimStatus::asserted;
  Sequence settled_by = 0;    // the contest, agreement or ruling
  std::uint32_t next = none;  // of the same thing
};

// A trigger waiting on a thing for a time or a condition.
struct WatchRow {
  std::uint32_t watch = 0;  // into KindPlan::watches of the thing's kind
  std::uint32_t thing = none;
  Instant at;  // when it is scheduled; meaningful when `scheduled`
  bool scheduled = false;
  bool fired = false;
  bool was_true = false;
  std::uint32_t times = 0;  // how often it has come; of a series
  std::uint32_t generation = 0;
  std::uint32_t next = none;
};

// How long a lasting condition has held for a thing.
struct StretchRow {
  std::uint32_t thing = none;
  std::uint32_t lasting = 0;  // into Program::lastings
  bool holds = false;
  std::uint32_t why = 0;  // what the condition waits for, while it is unknown
  Instant since;          // meaningful when it holds
  Value reached;          // the first instant at which it has lasted long enough, or unknown
  std::uint32_t generation = 0;
};

struct Appointment {
  program::OfficeId office;
  program::TextId person;
  bool designee = false;
  Instant from;
  Instant until;  // first instant it no longer holds
  Sequence entry = 0;
};

class Position {
 public:
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const Record> record;
  Instant as_of, known_at;
  Sequence head = 0;                    // the last entry known
  std::vector<std::uint32_t> readings;  // the alternative that holds, by ReadingId
  std::vector<bool> reading_chosen;     // whether both parties chose it, by ReadingId

  Rows<Thing> things;
  Rows<Slot> slots;
  Rows<std::uint32_t> thing_of_key;
  std::vector<Rows<std::uint32_t>> things_of_kind;  // by KindId, in the order they were made
  Rows<FieldChange> field_changes;
  Rows<program::TextId> list_items;  // of the lists of texts that effects have changed
  Rows<StageChange> stage_changes;
  Rows<Making> makings;
  Rows<Judgement> judgements;  // in the order they were judged
  Rows<Reason> reasons;
  Rows<Event> events;
  Rows<PendingRow> pending;
  Rows<std::uint32_t> last_pending;  // by key: into pending; shorter where the later keys have none
  Rows<DutyRow> duties;
  Rows<ExcuseRow> excuses;
  Rows<DueRow> dues;
  Rows<AmountChange> amount_changes;
  Rows<Payment> payments;
  Rows<AccountRow> accounts;
  Rows<Lot> lots;
  Rows<LotUse> lot_uses;
  Rows<Posting> postings;
  Rows<BreachRow> breaches;
  Rows<SettingRow> settings;
  Rows<std::uint32_t> last_setting;  // by TermId: into settings
  Rows<OperationChange> operation_changes;
  Rows<std::uint32_t> last_operation;  // by OperationId: into operation_changes
  Rows<ClaimRow> claims;
  Rows<WatchRow> watches;
  Rows<StretchRow> stretches;
  Rows<Appointment> appointments;
  std::vector<Value> supplied;           // by UnknownId; absent: not supplied
  std::vector<Sequence> supplied_by;     // by UnknownId
  std::vector<std::uint32_t> calendars;  // by CalendarId: none, or a supplied calendar of the record
  Rows<BoundEntry> entries;              // as corrected and attached, by effective time
  bool has_next = false;
  Instant next;  // the next instant at which it changes with nobody acting
  mutable UnknownSets unknowns;

  [[nodiscard]] const program::Program& program() const { return *plan->program; }
  [[nodiscard]] const Slot& slot(std::uint32_t thing, program::FieldId field) const;
  [[nodiscard]] std::uint32_t agreement() const;  // the agreement itself as a thing, where the pack uses it
  [[nodiscard]] std::uint32_t find_thing(
      std::string_view name) const;  // "PurchaseOrder/PO-17"; none when it does not exist
  [[nodiscard]] std::string name_of(std::uint32_t thing) const;
  // What follows the slash in its name: "PO-17"; "PI-3.1" of what was made on PI-3.
  [[nodiscard]] std::string key_of(std::uint32_t thing) const;
  // The texts of a list of texts, as an entry brought it or as effects have left it.
  [[nodiscard]] std::size_t text_count(const Value& list) const;
  [[nodiscard]] program::TextId text_at(const Value& list, std::size_t n) const;
  // The things of a list of parts.
  [[nodiscard]] static program::Range parts_of(const Value& list);
  // The record has come to name more: keys from `known` on find what was already made.
  void know_keys();
  [[nodiscard]] const Judgement* judgement_of(Sequence entry) const;
  [[nodiscard]] const BusinessCalendar* calendar(std::uint32_t id) const;  // null: unknown
  // A stable name of a duty's item: its rule and its triggering act.
  [[nodiscard]] std::string duty_item(std::uint32_t row) const;
  [[nodiscard]] std::string due_item(std::uint32_t row) const;
  [[nodiscard]] std::string account_item(std::uint32_t row) const;
  [[nodiscard]] std::string_view account_name(std::uint32_t row) const;
};

std::string_view to_string(DutyStatus status);
std::string_view to_string(VerdictWord word);
std::string_view to_string(ClaimStatus status);

}  // namespace counterpart::engine
