#pragma once

// How time runs. Two queues meet: entries in the order of their effective time, and what falls due, a heap of
// timers. The earlier goes first; at one instant what falls due comes before entries, and receipts stand
// among the entries by their sequence. Each step is followed by all its consequences before the next: an act
// changes stages and fields, these open and close duties, move deadlines and start rules. Timers are never
// trusted: each carries the generation of the row it was made for, and a row whose ground has moved has
// another.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/fold.h"
#include "engine/position.h"

namespace counterpart::engine {

using namespace program;

struct Timer {
  // In the order they go at one instant.
  enum class Kind : std::uint8_t { appointment, duty, due, lot, watch, stretch, look, effect, receipt, kept };
  Instant at;
  Kind kind = Kind::duty;
  std::uint32_t index =
      0;  // appointment, duty, due, lot, watch, stretch, thing or pending row, or index into entries
  std::uint32_t generation = 0;
  // Of effects and receipts, which stand among the entries. What is to be kept is looked at when all entries
  // of the instant are in: what fails and holds again within it has not failed for any time.
  Sequence sequence = 0;
};

// The timers of a fold, earliest first.
class TimerHeap {
 public:
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] const Timer& top() const { return rows_.front(); }
  void push(const Timer& timer);
  void pop();

 private:
  Rows<Timer> rows_;
};

// Where a fold stands beside its position; the two together are all that is needed to go on.
struct Progress {
  std::shared_ptr<const std::vector<Attached>> attached;  // by the entry they are about
  std::vector<std::pair<Sequence, bool>> assumed;         // FoldOptions::assumed
  Rows<std::uint32_t> judgement_of_entry;
  TimerHeap timers;
  std::size_t next = 0;  // into Position::entries
  Instant now;
};

// A chain of consequences longer than this is a bug of ours or a pack whose rules feed each other: the
// checker refuses such packs, and the fold stops here rather than run on.
constexpr int max_chain = 1000;

class Machine {
 public:
  Machine(Position& position, Progress& progress)
      : pos_(position),
        plan_(*position.plan),
        p_(*position.plan->program),
        record_(*position.record),
        attached_(progress.attached),
        assumed_(progress.assumed),
        judgement_of_entry_(progress.judgement_of_entry),
        timers_(progress.timers),
        next_(progress.next),
        now_(progress.now) {}
  // Attaches what is known and begins the agreement. Once, before time runs.
  void prepare(const FoldOptions& options);
  // Time runs through `until`; again with a later instant, it goes on. At most `most` entries are taken in;
  // answers whether it came to `until`.
  bool run(Instant until, std::size_t most = SIZE_MAX);

 private:
  [[nodiscard]] Look look_at(std::uint32_t thing) const {
    Look look;
    look.subject = thing;
    look.now = now_;
    return look;
  }
  [[nodiscard]] std::span<const Attached> about(Sequence entry) const;
  [[nodiscard]] const BoundEntry& entry(std::size_t index) const {
    return std::as_const(pos_.entries)[index];
  }
  // The act as the edition in force has it.
  [[nodiscard]] static ActId text_of(const BoundEntry& e) { return e.text.given() ? e.text : e.act; }
  [[nodiscard]] bool stale(const Timer& t) const;
  // The first instant at which a deadline has passed.
  [[nodiscard]] Instant expiry(const Value& deadline) const;
  [[nodiscard]] CivilDate dated(const Value& deadline) const;
  std::uint32_t make_thing(KindId kind, std::uint32_t key, std::uint32_t parent, Sequence by);
  // Drops the things made last, of an act that turns out to be void.
  void forget_things(std::size_t keep);
  void set_field(std::uint32_t thing, FieldId field, const Value& value, const Cause& cause);
  // Turns the rows of a list of parts into things and answers the list of them.
  Value make_parts(const Value& rows, std::uint32_t parent, Sequence by, const Cause& cause);
  // The parts a list held before another takes its place: what they waited for is waited for no longer.
  void drop_parts(const Value& list);
  // The parts made since `first` begin to live: each enters its first stage, and its watches wait.
  void wake_parts(std::uint32_t first, const Cause& cause);
  // Does it to the thing or, where the rule is about parts of it, to each of these.
  template <class Do>
  void each_subject(std::uint32_t thing, KindId subject, const Do& act) {
    if (std::as_const(pos_.things)[thing].kind == subject) return act(thing);
    each_part(thing, [&](std::uint32_t part) {
      if (std::as_const(pos_.things)[part].kind == subject) act(part);
    });
  }
  template <class Do>
  void each_part(std::uint32_t thing, const Do& act) {
    for (const FieldId f : plan_.kinds[std::as_const(pos_.things)[thing].kind.value].part_fields) {
      const Range parts = Position::parts_of(pos_.slot(thing, f).value);
      for (std::uint32_t t = parts.first; t < parts.first + parts.count; ++t) act(t);
    }
  }
  // Gives a new thing its fields, with the defaults of those left out.
  void fill(std::uint32_t thing, std::span<const Value> values, Range fields, const Cause& cause);
  void begin();
  // Documents read from other agreements stand from the beginning.
  void begin_inputs();
  void enter(std::uint32_t index);
  std::uint32_t judge(std::uint32_t index, VerdictWord word, std::uint32_t thing, const Value& received);
  void enter_act(std::uint32_t index);
  void reason(std::uint32_t judgement, Reason r);
  void kernel_reason(std::uint32_t judgement, Reason::Kernel kernel);
  // Every refusal to take effect, in order of precedence: the document, its number, the party, the stage,
  // joint signature, then the pack's own requirements as declared.
  void take_effect(std::uint32_t index, std::uint32_t j);
  // Whether the act brings something that cannot be left out.
  [[nodiscard]] bool asks_inputs(const Act& act) const;
  [[nodiscard]] bool listed(Range by, PartyId party) const;
  [[nodiscard]] bool stage_listed(Range from, StageId stage) const;
  [[nodiscard]] bool all_signed(const BoundEntry& e, Range by) const;
  // A requirement of signature that the act itself fails may be met by the signatures of its ratification.
  [[nodiscard]] bool ratified(const BoundEntry& e, const Requirement& requirement, const Look& look) const;
  // Of a joint act signed by separate acts: whether this one completes it. If so, the entries that signed
  // before; if not, its judgement says what it waits for.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> signed_before(std::uint32_t index, std::uint32_t j);
  std::uint32_t make_pending(std::uint32_t index, std::uint32_t j);
  [[nodiscard]] std::uint32_t last_pending(std::uint32_t key) const;
  [[nodiscard]] bool signed_by_party(const BoundEntry& e, PartyId party) const;
  // Of a joint act: whether what is asked of the signatures this entry bears is met by them; else it is void.
  [[nodiscard]] bool own_signatures_stand(std::uint32_t index, std::uint32_t j, std::uint32_t thing);
  // When an act that takes effect later will do so, as far as is known by now.
  void look_at_pending(std::uint32_t pending);
  // What follows an act that has taken effect: its receipt, now or later.
  void await_receipt(std::uint32_t index, std::uint32_t j);
  void act_done(const BoundEntry& e, std::uint32_t j, std::uint32_t thing, const Cause& cause);
  void received_act(std::uint32_t index, std::uint32_t j, Instant at);
  void enter_claim(std::uint32_t index);
  void apply(Range effects, const Look& look, const Cause& cause, PartyId bearer, std::uint32_t duty);
  void apply_dated(Range effects, const Look& look, const Cause& cause, PartyId bearer, std::uint32_t duty,
                   CivilDate date);
  // The stage of the thing's own kind, where the pack names one for a reference to several kinds.
  [[nodiscard]] StageId stage_for(std::uint32_t thing, StageId stage) const;
  [[nodiscard]] FieldId field_for(std::uint32_t thing, FieldId field) const;
  [[nodiscard]] std::uint32_t thing_of(const Value& v) const;
  // Texts come into a list, or go out of it.
  void change_list(std::uint32_t thing, const Effect& effect, const Look& look, const Cause& cause);
  // A new document, made on the subject of `look`.
  void make(const Effect& effect, const Look& look, const Cause& cause, CivilDate date);
  void become(std::uint32_t thing, StageId stage, const Cause& cause, CivilDate date);
  void run_rule(RuleId id, std::uint32_t thing, Sequence entry, CivilDate date);
  [[nodiscard]] Look look_at_duty(const DutyRow& row) const;
  void open_duty(DutyId id, std::uint32_t thing, Sequence entry, Instant at);
  void set_deadline(std::uint32_t index);
  // Whether an open duty is owed, by its guard, by what is to be kept and by an `unless` not yet answered.
  [[nodiscard]] Truth owed(const DutyRow& row, std::uint32_t* why);
  // Looks at that again; answers whether the duty now stands otherwise. A duty not owed is cancelled.
  bool look_at_owing(std::uint32_t index);
  // Opens or closes the stretch for which an open duty is excused; answers whether its deadline may be
  // another.
  bool look_at_excuses(std::uint32_t index);
  void end_excuse(const DutyRow& row);
  // The oldest breach, or else the oldest open duty, under one of these provisions is waived.
  // Answers whether there was any.
  bool waive(std::uint32_t thing, Range provisions, Sequence entry);
  // The act that waived what nobody had missed or owed says so.
  void note_nothing_waived(Sequence entry);
  void perform(std::uint32_t duty_id, std::uint32_t thing, const BoundEntry& e);
  // What was to be kept holds again: the duty that its failing opened is performed, and its breach over.
  void keep(std::uint32_t index);
  void expire(std::uint32_t index);
  void end(DutyRow& row, DutyStatus status);
  void open_due(DueId id, std::uint32_t thing, Sequence entry, Instant at);
  void refresh_due(std::uint32_t index);
  // All dues that share its cap may be no more together: what is left of it for this one.
  [[nodiscard]] Value capped(std::uint32_t index, const Value& amount, const Look& look) const;
  void post(PartyId holder, PartyId against, Book from, Book to, std::int64_t minor, std::uint16_t currency,
            Sequence entry, std::uint32_t due, std::uint32_t lot);
  // A part of a due is settled: in money, out of a lot, or against another due.
  void settle_part(std::uint32_t due, std::int64_t minor, Sequence entry, std::uint32_t lot,
                   std::uint32_t against);
  // An act that brings an amount settles what is open on the document: the rules in the order of their
  // declaration, of each the oldest first. What is left of money is kept as overpaid.
  void pay(std::uint32_t thing, const ActPlan& plan, const BoundEntry& e);
  // The dues of a thing in the order they are settled, one rule's or (none) all.
  [[nodiscard]] std::vector<std::uint32_t> in_order(std::uint32_t thing, DueId due) const;
  [[nodiscard]] std::int64_t open_part(std::uint32_t due) const;
  // What was paid beyond what was owed goes to what is owed on the document since.
  void use_overpaid(std::uint32_t thing);
  void overpay(std::uint32_t due, std::int64_t minor, Sequence entry, Book from);
  // --- accounts (fold_accounts.cpp) ---
  std::uint32_t account_row(AccountId id, std::uint32_t thing, PartyId holder, PartyId against);
  std::uint32_t put_in(std::uint32_t account, const Lot& lot, Book from);
  // Takes up to so much out of the lots that can be used now, in the account's order; answers how much it
  // got.
  std::int64_t draw(std::uint32_t account, std::int64_t minor, std::uint16_t currency, Sequence entry,
                    std::uint32_t due);
  void use_lot(std::uint32_t lot, std::int64_t minor, Sequence entry, std::uint32_t due, bool lost);
  void change_account(const Effect& effect, const Look& look, const Cause& cause);
  void end_lot(std::uint32_t lot);
  void add_watches(std::uint32_t thing);
  void start_watch(std::uint32_t index, CivilDate date, Instant at);
  // The value a time trigger has for its next coming: of a series its first time and so many steps after it.
  [[nodiscard]] Value next_time(const WatchRow& row, const Trigger& trigger) const;
  // Looks again at everything of a thing that its change may have moved, and at what those changes move in
  // turn.
  void settle(std::uint32_t thing);
  // Something of the thing changed while it was looked at: it is looked at once more.
  void touch(std::uint32_t thing);
  void settle_one(std::uint32_t thing);
  void settle_gone(std::uint32_t thing);
  // Those that look at a thing which has changed look again.
  void look_around(std::uint32_t thing);
  void facts_changed(std::uint32_t thing) { ++pos_.things[thing].facts; }
  void look_again(std::uint32_t index);
  // Whether a lasting condition still holds, and when it will have lasted long enough.
  void look_at_stretch(std::uint32_t index);
  // Comes back to a thing when time alone may change something of it.
  void look_later(std::uint32_t thing);
  // What is looked at when a thing settles notes when time alone may change it.
  [[nodiscard]] Look noting_when(Look look) {
    look.horizon = &soonest_;
    return look;
  }
  // What an item rests on when both its guard and the operation of its provisions are looked at.
  [[nodiscard]] Truth both(ExprId operates, ExprId guard, const Look& look,
                           std::uint32_t* why = nullptr) const;
  // Notes which operations of provisions have changed; everything they guard is then looked at again.
  void look_at_operations();
  // Somebody has come into an office, or out of one: what looks at offices looks again.
  void offices_changed();
  void fire(const Timer& t);
  Position& pos_;
  const Plan& plan_;
  const Program& p_;
  const Record& record_;
  std::shared_ptr<const std::vector<Attached>>& attached_;
  std::vector<std::pair<Sequence, bool>>& assumed_;
  Rows<std::uint32_t>& judgement_of_entry_;
  TimerHeap& timers_;
  std::size_t& next_;
  Instant& now_;
  std::vector<std::uint32_t> touched_;
  int chain_ = 0;
  Instant soonest_{INT64_MAX};
  bool settling_ = false;
};

// A fold that stands before anything has happened; `into` keeps its buffers.
void begin_fold(Position& into, Progress& progress, const std::shared_ptr<const Plan>& plan,
                const std::shared_ptr<const Record>& record, const FoldOptions& options);

}  // namespace counterpart::engine
