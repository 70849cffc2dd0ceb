#pragma once

// The compiled agreement: immutable flat tables that the language makes and the engine runs.
// Nothing here is about one agreement; everything a pack says lowers to these rows.

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/time.h"
#include "program/entry.h"
#include "program/expression.h"
#include "program/ids.h"
#include "program/value.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace counterpart::program {

enum class Type : std::uint8_t {
  yes_no,
  number,
  money,
  date,
  instant,
  duration,
  text,
  choice,
  reference,
  parts,
  texts,
  party,
  office,
  due,      // a due by its name: only its state and its amounts are values
  account,  // the same
  any,
};

struct TypeRef {
  Type type = Type::any;
  std::uint32_t detail =
      Id<void>::none_value;  // choice: ChoiceId; reference: index into kind_sets; parts: KindId
};

// Where something stands in the pack, for `why` and for people.
struct Place {
  std::uint32_t file = 0;    // index into Program::files
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1
  std::uint32_t length = 0;
  TextId text;  // the words themselves, when an explanation may quote them
};

// When a row is in force: an edition of the text may end it, or begin it.
struct Window {
  Instant from{INT64_MIN};
  Instant until{INT64_MAX};  // no longer
  [[nodiscard]] bool holds(Instant at) const { return at >= from && at < until; }
};

struct Party {
  TextId name;
  TextId full_name;
  bool outside = false;  // it acts, and is no party to the agreement: a court, a regulator
};

// Offices of one party stand on a ladder; a higher rank may sign what a lower may when a rule says "or
// higher".
struct Office {
  TextId name;
  PartyId party;
  std::uint32_t ladder = 0;
  std::uint32_t rank = 0;
  TextId title;
};

struct Field {
  TextId name;
  KindId kind;
  TypeRef type;
  bool optional = false;
  bool sensitive = false;
  ExprId initial;   // when not given at creation
  ExprId computed;  // never stored: worked out when asked
  TextId label;     // for forms; falls back to the name in words
};

struct Stage {
  TextId name;
  KindId kind;
};

struct Kind {
  TextId name;
  PartyId from, to;  // as declared; none where both may
  bool is_part = false;
  KindId part_of;      // of a part: the kind it is part of, where the pack says it
  TextId parent_name;  // what that is called in the part's own rules, besides `parent`; or none
  Range fields;
  Range stages;      // in declared order
  Range provisions;  // into cited
  std::uint32_t place = 0;
};

enum class OnUnknown : std::uint8_t { unstated, holds, fails, waits };
enum class Strength : std::uint8_t { void_unless, breach_unless, noted_unless };

struct Requirement {
  Strength strength = Strength::void_unless;
  ExprId condition;
  OnUnknown if_unknown = OnUnknown::unstated;  // unstated behaves as `waits`: neither, marked in doubt
  TextId message;                              // what failed, for people; falls back to the source words
  Window window;                               // of the act's time
  bool by_operation = false;                   // whether the act's provisions operate
  Range provisions;
  std::uint32_t place = 0;
};

enum class EffectKind : std::uint8_t {
  become,     // thing a enters stage
  set_field,  // thing a, field, value b
  breach,     // the bearer is in breach (obligations) or the actor (acts)
  waive,      // thing a: the oldest breach or open duty under one of the provisions is waived
  make,       // a new document of `made`, named after what it is made on, with `settings`
  put_in,     // `account` of thing a grows by a lot of value b, usable from `from` through `until`
  draw,       // value b goes out of `account` of thing a, as far as it is there
  add,        // thing a, field (a list of texts): value b, a text or several, is in it from now on
  remove,     // … is in it no longer
};

// A field of a document that an effect makes, and what it is at first.
struct Setting {
  FieldId field;
  ExprId value;
};

struct Effect {
  EffectKind kind = EffectKind::become;
  ExprId thing;
  StageId stage;
  FieldId field;
  ExprId value;
  Range waived;  // into cited
  KindId made;
  Range settings;
  AccountId account;
  ExprId from, until;       // times; none: usable at once, for ever
  bool lost_after = false;  // what is left then is lost; else it is kept, frozen
  Range provisions;
  std::uint32_t place = 0;
};

// A value an act brings. For an act that makes a document these are the document's own fields.
struct Input {
  TextId name;
  TypeRef type;
  bool optional = false;
  FieldId sets;  // the field of the subject it is stored in, or none
};

struct Act {
  TextId verb;  // "issue", "suspend delivery"
  KindId kind;
  Range by;              // into party_lists: who may do it
  bool jointly = false;  // all of `by` must sign
  bool creates = false;
  Range from;  // into stage_sets; empty: any stage
  StageId to;  // none: the stage stays
  Range inputs;
  Range requirements;  // in declared order, which is the order of precedence
  Range effects;
  ReceiptId receipt;  // none: received when sent
  bool effect_on_receipt = false;
  ExprId effect_at;  // the time it takes effect, which may rest on its own receipt; none: when sent
  Window window;
  ActId canonical;  // of several texts of one act the first, by which all else knows it
  ActId next_text;  // the next of them
  Range provisions;
  std::uint32_t place = 0;
};

// How a sending is received, channel by channel. Where no row matches: on evidence of actual receipt.
struct ReceiptRow {
  TextId channel;      // none: any other way
  bool never = false;  // no deemed receipt by this way: only evidence "received" gives one, and it is noted
  Value delay;         // duration after sending; absent: at once
  TextId needs;        // evidence needed ("confirmed"); none: nothing. Receipt relates back once shown.
  bool needs_same_day = false;  // the evidence must be of the civil day of sending
  bool at_evidence = false;     // receipt is at the time of the evidence rather than relating back
  Range provisions;
  std::uint32_t place = 0;
};
struct ReceiptRule {
  TextId name;
  Range rows;
  OfficeId addressed_to;
  Range provisions;
};

enum class TriggerKind : std::uint8_t {
  act_effect,   // act
  act_receipt,  // act
  stage,        // stage entered
  time,         // the instant `time` gives, derived anew as what it rests on moves; a date: its first instant
  becomes_true,  // rising edge of `condition`
  start,         // the agreement's effective date (subject: none)
};

struct Trigger {
  TriggerKind kind = TriggerKind::act_effect;
  ActId act;
  StageId stage;
  ExprId time;
  ExprId condition;
  bool past_the_day = false;  // of a time that is a date: when that day is over
  Value every;   // of a time: it comes again after this and each further multiple, counted from the first
  ExprId until;  // the last time it may come; none: without end
};

enum class PerformanceMode : std::uint8_t { any, all, paths };

// One way of performing a duty: acts that must all be done, in this order where it is ordered.
struct Path {
  Range acts;  // into act_lists, within the duty's `performance`
  bool ordered = false;
  bool failing = false;  // counts only while the duty's `failing` holds
};

struct Duty {
  TextId name;  // "accepts or rejects PurchaseOrder"
  KindId subject;
  Range bearers;      // into party_lists
  OfficeId office;    // when an office of the bearer is named
  Range triggers;     // any of these opens it
  ExprId guard;       // looked at when it opens, and while it is open: false cancels it
  ExprId unless;      // looked at when it opens: true, and it does not open
  Range performance;  // into act_lists
  PerformanceMode mode = PerformanceMode::any;
  Range paths;                    // with `paths`: any of them performs it
  ExprId failing;                 // what shows that the first paths have failed
  ExprId watch;                   // a date to look at it, of no legal effect
  ExprId keeps;                   // performed while this holds: what is to be kept so; opens when it fails
  bool broken_at_once = false;    // of `keeps`: the text leaves no time, it is a breach when it opens
  ExprId deadline;                // date (its whole day) or instant; none: no limit
  ExprId starts;                  // base the deadline counts from (for explanations), or none: the trigger
  TextId standard;                // "promptly": open standard, counted, never expires
  bool declared_endless = false;  // the pack says there is no deadline
  Window window;                  // of its opening
  ExprId operates;                // whether its provisions operate: no, and it does not open, or is cancelled
  Range otherwise;                // effects at the deadline
  Range provisions;
  Range otherwise_provisions;
  bool breach = true;  // missing it is a breach; false where only `otherwise` follows
  std::uint32_t place = 0;
};

// How the deadline of a duty stands when what excused it is over.
enum class AfterExcuse : std::uint8_t {
  moved,                // later by the calendar days lost (a deadline with a time: by the time lost)
  moved_business_days,  // later by the business days lost
  due_at_once,          // the day the excuse ended, unless it was later already
  within,               // so long after the end of the excuse, unless it was later already
};

// While the condition holds, the duties are excused: nothing of them expires.
struct Excuse {
  TextId name;
  KindId subject;
  Range duties;  // into duty_lists
  ExprId condition;
  AfterExcuse then = AfterExcuse::moved;
  ExprId length;        // of `within`
  CalendarId calendar;  // of `moved_business_days`
  ExprId operates;      // whether its provisions operate
  Range provisions;
  std::uint32_t place = 0;
};

struct Power {
  TextId name;
  KindId subject;
  Range holders;  // into party_lists
  ActId act;
  ExprId guard;                                // while
  OnUnknown if_unknown = OnUnknown::unstated;  // what an unknown guard counts as
  ExprId opens, closes;                        // times; none: not limited
  Window window;
  ExprId operates;
  Range provisions;
  std::uint32_t place = 0;
};

struct Prohibition {
  TextId name;
  KindId subject;
  Range bearers;
  ActId act;
  ExprId guard;  // while
  ExprId unless;
  OnUnknown if_unknown = OnUnknown::unstated;  // fails: what is not known not to be prohibited is a breach
  Window window;
  ExprId operates;
  Range provisions;
  std::uint32_t place = 0;
};

struct Rule {
  TextId name;
  KindId subject;
  Trigger trigger;
  ExprId guard;
  ExprId operates;
  Window window;
  Range effects;
  Range provisions;
  std::uint32_t place = 0;
};

// A condition that counts only once it has held for a time without a break. Each thing of the kind has a
// stretch of its own; when the condition fails, the count begins anew.
struct Lasting {
  KindId subject;
  ExprId condition;
  ExprId length;  // a duration
  std::uint32_t place = 0;
};

struct Period {
  TextId name;
  KindId subject;
  ExprId from, until;  // times; until a date: through its whole day
  ExprId guard;
  ExprId operates;
  Window window;  // of its beginning
  Range provisions;
  std::uint32_t place = 0;
};

// A paper the text calls for (a report, a register, a certificate), made from the position when it is asked
// for. Its lines and tables stand in the order of the pack.
struct PaperColumn {
  TextId label;
  ExprId value;  // of the row, the element
  ExprId total;  // of all rows; none where the column is not added up
};
struct PaperTable {
  TextId title;
  ExprId rows;    // Op::count: what it goes through, with its filter
  KindId kind;    // of a row
  Range columns;  // into paper_columns
};
struct PaperLine {
  TextId label;
  ExprId value;
};
struct Paper {
  TextId name, title;
  KindId subject;  // one for each such document; none: one for the agreement
  Range lines;     // into paper_lines
  Range tables;    // into paper_tables
  Range provisions;
  std::uint32_t place = 0;
};

// What a rate of interest is for; a year is as many days as the text says.
enum class RatePeriod : std::uint8_t { day, month, year_of_365, year_of_360 };
// When interest is added to what bears it.
enum class Compounding : std::uint8_t { none, daily, monthly };

// An act that settles a due with the `amount` it brings: in money; out of an account of the debtor; or
// against what the creditor owes the debtor.
struct Settlement {
  ActId act;
  AccountId account;
  DueId against;
  ExprId thing;  // whose account or due it is
  std::uint32_t place = 0;
};

// A part of a due that is shown apart: tax, freight.
struct Apart {
  TextId name;
  ExprId amount;
  Range provisions;
};

// What one party has with another: lots that effects put in and draw, one account for each document of a kind
// or one for the agreement.
enum class LotOrder : std::uint8_t { oldest, first_to_expire };
struct Account {
  TextId name;
  KindId subject;
  PartyId holder;   // whose it is
  PartyId against;  // who holds it for the other, or owes it
  LotOrder order = LotOrder::oldest;
  Range provisions;
  std::uint32_t place = 0;
};

struct Due {
  TextId name;
  KindId subject;
  PartyId debtor, creditor;
  Trigger trigger;
  ExprId guard;
  Window window;    // of its opening
  ExprId operates;  // looked at when it opens: what is owed stays owed
  ExprId amount;    // live: what is undisputedly owed
  ExprId disputed;  // shown apart; or none
  ExprId deadline;
  Range settlements;  // effective acts on the subject with an input `amount`
  Range apart;
  ExprId cap;      // all dues of the rule together (of one `cap_for`, of one `cap_name`) are no more; or none
  ExprId cap_for;  // a thing: each has a cap of its own; none: one for the agreement
  ExprId cap_unless;  // a due of which this holds neither counts nor is limited
  TextId cap_name;    // rules that name the same share it
  Range cap_provisions;
  ExprId interest_rate;  // a number for each `interest_per`, 0.015 is 1.5 %; none: no interest
  RatePeriod interest_per = RatePeriod::month;
  Compounding compounding = Compounding::none;
  Rounding interest_rounding = Rounding::half_up;
  Range provisions;
  Range interest_provisions;
  std::uint32_t place = 0;
};

struct Claim {
  TextId name;
  KindId subject;
  Range by;        // into party_lists
  TypeRef type;    // yes_no, date, money, number
  Value presumed;  // absent: unknown until asserted
  Range provisions;
  std::uint32_t place = 0;
};

// How a text that a term invites may set it.
enum class Merge : std::uint8_t { replace, longer, shorter, at_most, at_least, stricter };
struct Invitation {
  KindId kind;
  Merge merge = Merge::replace;
  ExprId limit;  // of at_most, at_least
  TextId words;  // of the limit
  Range provisions;
  std::uint32_t place = 0;
};

struct Term {
  TextId name;
  TypeRef type;
  ExprId value;       // none: the Agreement leaves it to others
  Range invitations;  // texts that may set it
  Window window;
  TermId next_text;  // the term's text in another edition
  Range provisions;
  std::uint32_t place = 0;
};

// When some provisions operate, as the Agreement stands: `provisions 12, 13.2 operate while …`.
struct Operation {
  TextId name;         // "12, 13.2", "all except 9"
  TextId words;        // of its clauses
  bool also = false;   // they operate by this even where another says they do not
  ExprId from, until;  // times; none: not limited. Until a date: through its whole day
  ExprId guard;
  bool until_is_instant = false;
  ExprId condition;  // the three as one
  Window window;
  Range provisions;  // that say so
  std::uint32_t place = 0;
};

// A line of the `precedence` of texts: documents of a kind, in these stages and this case, have this rank.
struct Rank {
  KindId kind;
  Range stages;            // into stage_sets; empty: any
  ExprId condition;        // about the document; none: always
  std::uint32_t rank = 0;  // 0 is the highest
  Range provisions;
  std::uint32_t place = 0;
};
// What holds when texts of one rank set a term differently.
enum class Equals : std::uint8_t { unknown, latest, named };

struct Reading {
  TextId name;
  TextId question;
  Range alternatives;  // into text_lists; the first is not special
  std::uint32_t default_alternative = 0;
  TextId reason;
  Range provisions;
  std::uint32_t place = 0;
};

struct Unknown {
  TextId name;
  TypeRef type;
  TextId reason;
  Range provisions;
  std::uint32_t place = 0;
};

// A kind whose documents are read from the position of another agreement, as arguments of the fold: one for
// each item of a section of that position, its fields filled from the item's properties of the same names.
struct InputKind {
  KindId kind;
  TextId agreement;      // by the name the other pack gives itself
  TextId section;        // "dues", "duties", "breaches", "documents", "claims", "periods"
  TextId document_kind;  // of documents: the kind there
  Range provisions;
  std::uint32_t place = 0;
};

// A calendar of the program; `data` is null where its list is unknown until supplied.
struct Calendar {
  TextId name;
  std::shared_ptr<const BusinessCalendar> data;
  UnknownId unknown;  // given where the pack declares it unknown
  std::uint32_t place = 0;
};

enum class Disposition : std::uint8_t { unaccounted, executed, stated, unknown, deferred };

struct Provision {
  TextId id;  // "2.3-e"
  SectionId section;
  Disposition disposition = Disposition::unaccounted;
  TextId note;      // why stated; which construct it waits for
  TextId prose;     // our words
  ExprId operates;  // none: always
  std::uint32_t place = 0;
};

struct Section {
  TextId number;  // "2.3"; may be none
  TextId title;
  std::uint32_t level = 1;
  SectionId parent;
  TextId prose;  // Markdown, without the fenced blocks
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  Range rules;      // into rule_texts: the source of the rule blocks under it
  ExprId operates;  // none: always
};
// An edition of the text, by its pack's digest.
struct ProgramEdition {
  Digest digest;
  std::optional<CivilDate> from;  // none: from the start
};

struct RuleText {
  TextId source;
  std::uint32_t line = 0;
  bool is_scenario = false;
};

enum class ExpectKind : std::uint8_t {
  condition,     // expr is true of `thing`
  stage,         // thing is (not) in stage; `by_silence` under `provision` when asked
  must,          // party must (or need not, when negated) do act on thing [by `moment`]
  may,           // party may (may not) do act on thing [until `moment`]
  last_act,      // the act called `label` (or the one before): `word` is a verdict, "received" [at `moment`]
                 // or "in doubt" [under provision]
  breach,        // party is (not) in breach of provision [for thing]
  owes,          // party owes amount on thing [by date]; bound
  has,           // party has amount in account `word` on thing; negated is not used; bound
  can_use,       // party can use amount of account `word` on thing; bound
  interest,      // interest accrued on thing is amount; bound
  is_unknown,    // field of thing, or deadline under provision on thing, is unknown [because of name]
  duty_status,   // duty under provision on thing has status `word`
  term,          // term `word` for `thing` (empty: the Agreement) is `value`
  setting,       // the setting of term `word` by `thing` is (not) void [under provision]
  operates,      // the provision or section `provision` operates
  claim_status,  // the claim called `label` is `word`: asserted, disputed, agreed, ruled
  paper,         // paper `word` of `thing` (empty: the agreement's) has a line with all of `acts` in it
};

struct Expectation {
  ExpectKind kind = ExpectKind::condition;
  bool negated = false;
  std::string party;
  std::string thing;  // "PurchaseOrder/PO-17"
  std::vector<std::string> acts;
  std::string word;  // stage, verdict, status, name of an unknown, field
  std::string provision;
  bool by_silence = false;
  std::string moment;  // "2000-06-08" or "2000-06-09T15:00" in the agreement's zone; empty: not asked
  std::string amount;  // "170000.00"
  Bound bound = Bound::exact;
  Datum value;        // for condition: field `word` of thing equals it
  std::string label;  // of the act an expectation is about; empty: the last one
  std::uint32_t place = 0;
  std::string words;  // as written
};

struct Step {
  Instant at;                             // when it happens or is looked at
  std::optional<Instant> known_at;        // look with this knowledge
  std::optional<Entry> entry;             // an act …
  std::string label;                      // … called this
  std::string of_label;                   // entry.of is the act called this
  std::vector<Expectation> expectations;  // … or a look
  std::uint32_t place = 0;
};

// A document a scenario takes as read from another agreement.
struct GivenInput {
  KindId kind;
  std::string key;
  Datum fields;
  std::vector<std::string> unknown;     // fields the other agreement does not know
  std::map<std::string, Bound> bounds;  // fields of which it knows a bound
};

struct Scenario {
  std::string title;
  bool is_setup = false;
  std::vector<std::string> after;  // titles of setups that come first
  std::vector<std::string> provisions;
  std::vector<GivenInput> given;
  std::vector<Step> steps;  // the setups' steps already put in front
  std::uint32_t place = 0;
};

struct Program {
  std::string name, title;
  Digest pack_digest;  // of the pack's files, calendars among them
  Zone zone;
  CivilDate effective_date;
  Rounding rounding = Rounding::half_up;

  std::vector<std::string> texts;
  std::unordered_map<std::string, std::uint32_t> text_index;
  std::vector<std::string> files;
  std::vector<Place> places;
  std::vector<Currency> currencies;  // the first is the agreement's

  std::vector<Party> parties;
  std::vector<Office> offices;
  std::vector<Kind> kinds;
  std::vector<Field> fields;
  std::vector<Stage> stages;
  std::vector<Act> acts;
  std::vector<Input> inputs;
  std::vector<Requirement> requirements;
  std::vector<Effect> effects;
  std::vector<Setting> settings;
  std::vector<ReceiptRule> receipts;
  std::vector<ReceiptRow> receipt_rows;
  std::vector<Trigger> triggers;
  std::vector<Duty> duties;
  std::vector<Path> paths;
  std::vector<Excuse> excuses;
  std::vector<Power> powers;
  std::vector<Prohibition> prohibitions;
  std::vector<Rule> rules;
  std::vector<Lasting> lastings;
  std::vector<Period> periods;
  std::vector<Paper> papers;
  std::vector<PaperLine> paper_lines;
  std::vector<PaperTable> paper_tables;
  std::vector<PaperColumn> paper_columns;
  std::vector<Due> dues;
  std::vector<Settlement> settlements;
  std::vector<Apart> apart;
  std::vector<Account> accounts;
  std::vector<Claim> claims;
  std::vector<Term> terms;
  std::vector<Invitation> invitations;
  std::vector<Rank> ranks;  // in declared order: the first that fits counts
  std::uint32_t agreement_rank = 0;
  Equals equals = Equals::unknown;
  KindId equals_kind;  // named: by the document of this kind
  Range precedence_provisions;
  std::vector<Operation> operations;
  std::vector<Reading> readings;
  std::vector<Unknown> unknowns;
  std::vector<InputKind> input_kinds;
  std::vector<Calendar> calendars;
  CalendarId business_calendar;  // what "business days" means when no calendar is named

  std::vector<Expr> exprs;
  std::vector<Value> literals;
  std::vector<std::vector<std::string>> choices;  // ChoiceId → alternatives
  std::vector<std::vector<KindId>> kind_sets;     // references to one of several kinds

  // Lists that ranges point into.
  std::vector<StageId> stage_sets;
  std::vector<PartyId> party_lists;
  std::vector<ActId> act_lists;
  std::vector<DutyId> duty_lists;
  std::vector<TextId> text_lists;
  std::vector<ProvisionId> cited;

  std::vector<ProgramEdition> editions;  // where there are several, in the order of their time
  std::vector<Section> sections;
  std::vector<RuleText> rule_texts;
  std::vector<Provision> provisions;
  std::vector<Scenario> scenarios;

  [[nodiscard]] std::string_view text(TextId id) const {
    return id.given() ? std::string_view(texts[id.value]) : std::string_view();
  }
  [[nodiscard]] TextId find_text(std::string_view s) const;
  TextId intern(std::string_view s);  // while it is being made

  [[nodiscard]] PartyId party(std::string_view called) const;
  [[nodiscard]] KindId kind(std::string_view called) const;
  [[nodiscard]] ActId act(std::string_view verb, KindId on) const;
  [[nodiscard]] FieldId field(KindId of, std::string_view called) const;
  [[nodiscard]] DueId due(KindId of, std::string_view called) const;
  [[nodiscard]] AccountId account(KindId of, std::string_view called) const;
  [[nodiscard]] StageId stage(KindId of, std::string_view called) const;
  [[nodiscard]] OfficeId office(PartyId of, std::string_view called) const;
  [[nodiscard]] ProvisionId provision(std::string_view id) const;
};

}  // namespace counterpart::program
