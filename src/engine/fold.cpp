#include "engine/fold.h"

#include <algorithm>
#include <cassert>
#include <queue>

#include "engine/attach.h"
#include "engine/evaluate.h"

// How time runs. Two queues meet: entries in the order of their effective time, and what falls due, a heap of
// timers. The earlier goes first; at one instant what falls due comes before entries, and receipts stand
// among the entries by their sequence. Each step is followed by all its consequences before the next: an act
// changes stages and fields, these open and close duties, move deadlines and start rules. Timers are never
// trusted: each carries the generation of the row it was made for, and a row whose ground has moved has
// another.

namespace counterpart::engine {

using namespace program;

namespace {

struct Timer {
  enum class Kind : std::uint8_t { duty, watch, receipt };  // in the order they go at one instant
  Instant at;
  Kind kind = Kind::duty;
  std::uint32_t index = 0;  // duty row, watch row, or index into entries
  std::uint32_t generation = 0;
  Sequence sequence = 0;  // of receipts
};

struct Later {
  bool operator()(const Timer& a, const Timer& b) const {
    if (a.at != b.at) return a.at > b.at;
    if (a.kind != b.kind) return a.kind > b.kind;
    if (a.sequence != b.sequence) return a.sequence > b.sequence;
    return a.index > b.index;
  }
};

// A chain of consequences longer than this is a bug of ours or a pack whose rules feed each other: the
// checker refuses such packs, and the fold stops here rather than run on.
constexpr int max_chain = 1000;

class Machine {
 public:
  Machine(Position& position, const FoldOptions& options)
      : pos_(position),
        plan_(*position.plan),
        p_(*position.plan->program),
        record_(*position.record),
        options_(options) {}

  void run() {
    attached_ = attach(pos_, options_);
    judgement_of_entry_.assign(pos_.entries.size(), none);
    pos_.thing_of_key.assign(record_.keys().size(), none);
    begin();
    std::size_t next = 0;
    for (;;) {
      const bool has_entry = next < pos_.entries.size();
      if (!timers_.empty()) {
        const Timer& timer = timers_.top();
        const bool before_entry =
            !has_entry || timer.at < pos_.entries[next].at ||
            (timer.at == pos_.entries[next].at &&
             (timer.kind != Timer::Kind::receipt || timer.sequence < pos_.entries[next].sequence));
        if (before_entry) {
          const Timer t = timer;
          if (!stale(t)) {
            if (t.at > options_.as_of) {
              pos_.has_next = true;
              pos_.next = t.at;
              break;
            }
            timers_.pop();
            now_ = t.at;
            fire(t);
          } else {
            timers_.pop();
          }
          continue;
        }
      }
      if (!has_entry) break;
      const BoundEntry& e = pos_.entries[next];
      if (e.at > options_.as_of) {
        pos_.has_next = true;
        pos_.next = e.at;
        break;
      }
      now_ = e.at;
      enter(static_cast<std::uint32_t>(next));
      ++next;
    }
    now_ = options_.as_of;
  }

 private:
  // --- small helpers
  // -------------------------------------------------------------------------------------------

  [[nodiscard]] Look look_at(std::uint32_t thing) const {
    Look look;
    look.subject = thing;
    look.now = now_;
    return look;
  }
  [[nodiscard]] std::span<const Attached> about(Sequence entry) const {
    const auto first = std::lower_bound(attached_.begin(), attached_.end(), entry,
                                        [](const Attached& a, Sequence s) { return a.about < s; });
    auto last = first;
    while (last != attached_.end() && last->about == entry) ++last;
    return {first, last};
  }
  [[nodiscard]] bool stale(const Timer& t) const {
    switch (t.kind) {
      case Timer::Kind::duty:
        return pos_.duties[t.index].generation != t.generation ||
               pos_.duties[t.index].status != DutyStatus::due || pos_.duties[t.index].overdue;
      case Timer::Kind::watch:
        return pos_.watches[t.index].generation != t.generation || !pos_.watches[t.index].scheduled;
      case Timer::Kind::receipt:
        return false;
    }
    return true;
  }
  // The first instant at which a deadline has passed.
  [[nodiscard]] Instant expiry(const Value& deadline) const {
    if (deadline.tag == Tag::date) return p_.zone.start_of({static_cast<std::int32_t>(deadline.number + 1)});
    return {deadline.number + 1};
  }
  [[nodiscard]] CivilDate dated(const Value& deadline) const {
    if (deadline.tag == Tag::date) return {static_cast<std::int32_t>(deadline.number)};
    return p_.zone.date_of({deadline.number});
  }

  // --- things
  // --------------------------------------------------------------------------------------------------

  std::uint32_t make_thing(KindId kind, std::uint32_t key, std::uint32_t parent, Sequence by) {
    Thing t;
    t.kind = kind;
    t.key = key;
    t.parent = parent;
    t.made_by = by;
    t.first_slot = static_cast<std::uint32_t>(pos_.slots.size());
    pos_.slots.resize(pos_.slots.size() + p_.kinds[kind.value].fields.count);
    pos_.things.push_back(t);
    return static_cast<std::uint32_t>(pos_.things.size() - 1);
  }

  void set_field(std::uint32_t thing, FieldId field, const Value& value, const Cause& cause) {
    Slot& slot = pos_.slots[pos_.things[thing].first_slot + field.value -
                            p_.kinds[pos_.things[thing].kind.value].fields.first];
    const auto index = static_cast<std::uint32_t>(pos_.field_changes.size());
    pos_.field_changes.push_back({thing, field, value, now_, cause, slot.last_change});
    if (slot.first_change == none) slot.first_change = index;
    slot.last_change = index;
    slot.value = value;
  }

  // Turns the rows of a list of parts into things and answers the list of them.
  Value make_parts(const Value& rows, std::uint32_t parent, Sequence by, const Cause& cause) {
    const auto first_row = static_cast<std::uint32_t>(rows.number >> 32);
    const auto count = static_cast<std::uint32_t>(rows.number & 0xffffffff);
    const auto first_thing = static_cast<std::int64_t>(pos_.things.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      const PartRow& row = record_.part_row(first_row + i);
      const std::uint32_t part = make_thing(row.kind, none, parent, by);
      fill(part, record_.values(row.values), p_.kinds[row.kind.value].fields, cause);
    }
    return {Tag::list, Bound::exact, 1, 0, (first_thing << 32) | count};
  }

  // Gives a new thing its fields, with the defaults of those left out.
  void fill(std::uint32_t thing, std::span<const Value> values, Range fields, const Cause& cause) {
    for (std::uint32_t f = 0; f < fields.count; ++f) {
      const Field& field = p_.fields[fields.first + f];
      if (field.computed.given()) continue;
      Value v = f < values.size() ? values[f] : Value{};
      if (v.tag == Tag::absent && field.initial.given()) v = evaluate(pos_, field.initial, look_at(thing));
      if (v.tag != Tag::absent) set_field(thing, FieldId{fields.first + f}, v, cause);
    }
  }

  void begin() {
    if (plan_.agreement_kind.given()) {
      const std::uint32_t key = record_.find_key(plan_.agreement_kind, "Agreement");
      now_ = p_.zone.start_of(p_.effective_date);
      agreement_ = make_thing(plan_.agreement_kind, key, none, 0);
      if (key != none) pos_.thing_of_key[key] = agreement_;
      add_watches(agreement_);
      for (const std::uint32_t d : plan_.duties_at_start) open_duty(DutyId{d}, agreement_, 0, now_);
      settle(agreement_);
    }
  }

  // --- entries
  // -------------------------------------------------------------------------------------------------

  void enter(std::uint32_t index) {
    const BoundEntry& e = pos_.entries[index];
    switch (e.kind) {
      case EntryKind::act:
        enter_act(index);
        break;
      case EntryKind::claim:
        enter_claim(index);
        break;
      case EntryKind::appoint:
      case EntryKind::designate:
        pos_.appointments.push_back({OfficeId{e.what}, e.person, e.kind == EntryKind::designate, e.at,
                                     e.until == 0 ? Instant{INT64_MAX} : Instant{e.until}, e.sequence});
        judge(index, VerdictWord::effective, none, Value{});
        break;
      case EntryKind::relieve:
        for (Appointment& a : pos_.appointments) {
          if (a.office.value == e.what && a.person == e.person && a.until > e.at) a.until = e.at;
        }
        judge(index, VerdictWord::effective, none, Value{});
        break;
      default:
        break;
    }
  }

  std::uint32_t judge(std::uint32_t index, VerdictWord word, std::uint32_t thing, const Value& received) {
    const BoundEntry& e = pos_.entries[index];
    Judgement j;
    j.entry = e.sequence;
    j.bound = index;
    j.word = word;
    j.thing = thing;
    j.sent = e.at;
    j.received = received;
    j.effect = now_;
    pos_.judgements.push_back(j);
    judgement_of_entry_[index] = static_cast<std::uint32_t>(pos_.judgements.size() - 1);
    return judgement_of_entry_[index];
  }

  void enter_act(std::uint32_t index) {
    const BoundEntry& e = pos_.entries[index];
    const Act& act = p_.acts[e.act.value];
    const Value received = receipt_of(pos_, e, act.receipt, about(e.sequence));
    if (act.effect_on_receipt) {
      const std::uint32_t j = judge(index, VerdictWord::awaiting_receipt, none, received);
      if (received.tag == Tag::instant && received.number <= now_.seconds) {
        take_effect(index, j);
      } else if (received.tag == Tag::instant) {
        timers_.push({{received.number}, Timer::Kind::receipt, index, 0, e.sequence});
      }
      return;
    }
    const std::uint32_t j = judge(index, VerdictWord::effective, none, received);
    take_effect(index, j);
    if (pos_.judgements[j].word == VerdictWord::void_ || pos_.judgements[j].word == VerdictWord::in_doubt)
      return;
    if (received.tag != Tag::instant) return;
    if (received.number <= now_.seconds) {
      received_act(index, j);
    } else {
      timers_.push({{received.number}, Timer::Kind::receipt, index, 0, e.sequence});
    }
  }

  void reason(std::uint32_t judgement, Reason r) {
    r.entry_index = judgement;
    pos_.reasons.push_back(r);
  }
  void kernel_reason(std::uint32_t judgement, Reason::Kernel kernel) {
    Reason r;
    r.by_kernel = true;
    r.kernel = kernel;
    reason(judgement, r);
    pos_.judgements[judgement].word = VerdictWord::void_;
  }

  // Every refusal to take effect, in order of precedence: the document, its number, the party, the stage,
  // joint signature, then the pack's own requirements as declared.
  void take_effect(std::uint32_t index, std::uint32_t j) {
    const BoundEntry& e = pos_.entries[index];
    const Act& act = p_.acts[e.act.value];
    const KindId kind = act.kind;
    pos_.judgements[j].effect = now_;
    if (pos_.judgements[j].word == VerdictWord::awaiting_receipt)
      pos_.judgements[j].word = VerdictWord::effective;

    std::uint32_t thing = pos_.thing_of_key[e.key];
    if (act.creates && thing != none) return kernel_reason(j, Reason::Kernel::taken_number);
    if (!act.creates && thing == none) return kernel_reason(j, Reason::Kernel::absent_document);
    pos_.judgements[j].thing = thing;
    if (!listed(act.by, e.by)) return kernel_reason(j, Reason::Kernel::wrong_party);
    if (thing != none && !act.from.empty() && !stage_listed(act.from, pos_.things[thing].stage)) {
      return kernel_reason(j, Reason::Kernel::wrong_stage);
    }
    if (act.jointly && !all_signed(e, act.by)) return kernel_reason(j, Reason::Kernel::unsigned_jointly);

    const Cause cause{Cause::Kind::entry, e.sequence, none, act.provisions};
    // A document being made stands tentatively while its requirements are looked at.
    const std::size_t things = pos_.things.size();
    const std::size_t slots = pos_.slots.size();
    const std::size_t changes = pos_.field_changes.size();
    if (act.creates) {
      thing = make_thing(kind, e.key, none, e.sequence);
      const auto inputs = record_.values(e.inputs);
      const Range fields = p_.kinds[kind.value].fields;
      for (std::uint32_t i = 0; i < act.inputs.count; ++i) {
        const Input& input = p_.inputs[act.inputs.first + i];
        if (!input.sets.given()) continue;
        Value v = i < inputs.size() ? inputs[i] : Value{};
        if (v.tag == Tag::list && v.detail == 2) v = make_parts(v, thing, e.sequence, cause);
        if (v.tag != Tag::absent) set_field(thing, input.sets, v, cause);
      }
      for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
        const Field& field = p_.fields[f];
        if (field.computed.given() || !field.initial.given() ||
            pos_.slot(thing, FieldId{f}).value.tag != Tag::absent)
          continue;
        set_field(thing, FieldId{f}, evaluate(pos_, field.initial, look_at(thing)), cause);
      }
      pos_.thing_of_key[e.key] = thing;
    }

    Look look = look_at(thing);
    look.act = &e;
    bool is_void = false;
    bool waits = false;
    bool breach = false;
    for (std::uint32_t r = act.requirements.first; r < act.requirements.first + act.requirements.count; ++r) {
      const Requirement& requirement = p_.requirements[r];
      std::uint32_t why = 0;
      Truth t = truth(pos_, requirement.condition, look, &why);
      if (t == Truth::no && ratified(e, requirement, look)) t = Truth::yes;
      if (t == Truth::yes) continue;
      Reason reason_row;
      reason_row.strength = requirement.strength;
      reason_row.requirement = r;
      reason_row.why = why;
      if (t == Truth::unknown) {
        pos_.judgements[j].in_doubt = true;
        reason_row.unknown = true;
        if (requirement.if_unknown != OnUnknown::fails) {
          if (requirement.strength == Strength::void_unless && requirement.if_unknown != OnUnknown::holds)
            waits = true;
          reason(j, reason_row);
          continue;
        }
      }
      reason(j, reason_row);
      switch (requirement.strength) {
        case Strength::void_unless:
          is_void = true;
          break;
        case Strength::breach_unless:
          breach = true;
          break;
        case Strength::noted_unless:
          pos_.judgements[j].noted = true;
          break;
      }
    }
    if (is_void || waits) {
      if (act.creates) {
        pos_.thing_of_key[e.key] = none;
        pos_.things.resize(things);
        pos_.slots.resize(slots);
        pos_.field_changes.resize(changes);
      }
      pos_.judgements[j].word = is_void ? VerdictWord::void_ : VerdictWord::in_doubt;
      return;
    }
    if (e.at < p_.zone.start_of(p_.effective_date)) {
      Reason r;
      r.by_kernel = true;
      r.kernel = Reason::Kernel::before_effective_date;
      r.strength = Strength::noted_unless;
      reason(j, r);
      pos_.judgements[j].noted = true;
    }
    pos_.judgements[j].thing = thing;
    if (breach) {
      pos_.judgements[j].word = VerdictWord::in_breach;
      for (std::size_t r = pos_.reasons.size(); r-- > 0;) {
        const Reason& row = pos_.reasons[r];
        if (row.entry_index != j) break;
        if (row.strength != Strength::breach_unless || row.unknown || row.by_kernel) continue;
        pos_.breaches.push_back(
            {e.by, thing, now_, p_.zone.date_of(now_), none, e.sequence, row.requirement});
      }
    }
    act_done(index, j, thing, cause);
  }

  [[nodiscard]] bool listed(Range by, PartyId party) const {
    const auto first = p_.party_lists.begin() + by.first;
    return by.empty() || std::find(first, first + by.count, party) != first + by.count;
  }
  [[nodiscard]] bool stage_listed(Range from, StageId stage) const {
    const auto first = p_.stage_sets.begin() + from.first;
    return std::find(first, first + from.count, stage) != first + from.count;
  }
  [[nodiscard]] bool all_signed(const BoundEntry& e, Range by) const {
    for (std::uint32_t i = by.first; i < by.first + by.count; ++i) {
      bool found = false;
      for (const BoundSignature& s : record_.signatures(e.signatures))
        found = found || s.party == p_.party_lists[i];
      if (!found) return false;
    }
    return true;
  }
  // A requirement of signature that the act itself fails may be met by the signatures of its ratification.
  [[nodiscard]] bool ratified(const BoundEntry& e, const Requirement& requirement, const Look& look) const {
    for (const Attached& a : about(e.sequence)) {
      if (a.what != Attached::What::ratify) continue;
      BoundEntry with = e;
      with.signatures = record_.entries()[a.entry].signatures;
      Look again = look;
      again.act = &with;
      if (truth(pos_, requirement.condition, again) == Truth::yes) return true;
    }
    return false;
  }

  void act_done(std::uint32_t index, std::uint32_t j, std::uint32_t thing, const Cause& cause) {
    const BoundEntry& e = pos_.entries[index];
    const Act& act = p_.acts[e.act.value];
    const ActPlan& plan = plan_.acts[e.act.value];
    pos_.events.push_back({e.act, j, pos_.things[thing].last_event});
    pos_.things[thing].last_event = static_cast<std::uint32_t>(pos_.events.size() - 1);
    if (act.creates) add_watches(thing);

    if (!act.creates) {
      const auto inputs = record_.values(e.inputs);
      for (std::uint32_t i = 0; i < act.inputs.count && i < inputs.size(); ++i) {
        const Input& input = p_.inputs[act.inputs.first + i];
        if (!input.sets.given() || inputs[i].tag == Tag::absent) continue;
        Value v = inputs[i];
        if (v.tag == Tag::list && v.detail == 2) v = make_parts(v, thing, e.sequence, cause);
        set_field(thing, input.sets, v, cause);
      }
    }
    Look look = look_at(thing);
    look.act = &pos_.entries[index];
    apply(act.effects, look, cause, e.by, none);
    for (const std::uint32_t due : plan.settles) pay(due, thing, plan, e);
    for (const std::uint32_t duty : plan.performs) perform(duty, thing, e);
    if (act.to.given()) become(thing, act.to, cause, p_.zone.date_of(now_));
    for (const std::uint32_t duty : plan.opens_on_effect) open_duty(DutyId{duty}, thing, e.sequence, now_);
    for (const std::uint32_t due : plan.dues_on_effect) open_due(DueId{due}, thing, e.sequence, now_);
    for (const std::uint32_t rule : plan.rules_on_effect)
      run_rule(RuleId{rule}, thing, e.sequence, p_.zone.date_of(now_));
    if (act.effect_on_receipt) received_act(index, j);
    settle(thing);
  }

  void received_act(std::uint32_t index, std::uint32_t j) {
    const BoundEntry& e = pos_.entries[index];
    const std::uint32_t thing = pos_.judgements[j].thing;
    if (thing == none) return;
    const ActPlan& plan = plan_.acts[e.act.value];
    for (const std::uint32_t duty : plan.opens_on_receipt) open_duty(DutyId{duty}, thing, e.sequence, now_);
    for (const std::uint32_t due : plan.dues_on_receipt) open_due(DueId{due}, thing, e.sequence, now_);
    for (const std::uint32_t rule : plan.rules_on_receipt)
      run_rule(RuleId{rule}, thing, e.sequence, p_.zone.date_of(now_));
    settle(thing);
  }

  void enter_claim(std::uint32_t index) {
    const BoundEntry& e = pos_.entries[index];
    const std::uint32_t thing = e.key == none ? agreement_ : pos_.thing_of_key[e.key];
    const std::uint32_t j = judge(index, VerdictWord::effective, thing, Value{});
    if (thing == none) return kernel_reason(j, Reason::Kernel::absent_document);
    if (!listed(p_.claims[e.what].by, e.by)) return kernel_reason(j, Reason::Kernel::wrong_party);
    ClaimRow row;
    row.claim = ClaimId{e.what};
    row.thing = thing;
    row.entry = e.sequence;
    row.at = e.at;
    row.value = record_.values(e.inputs)[0];
    for (const Attached& a : about(e.sequence)) {
      const BoundEntry& said = record_.entries()[a.entry];
      switch (a.what) {
        case Attached::What::contest:
          if (said.by == e.by) break;
          row.status = ClaimStatus::disputed;
          row.settled_by = said.sequence;
          break;
        case Attached::What::agree:
          if (said.by == e.by && row.status != ClaimStatus::disputed) break;
          row.status = ClaimStatus::agreed;
          row.settled_by = said.sequence;
          if (!said.inputs.empty()) row.value = record_.values(said.inputs)[0];
          break;
        case Attached::What::ruling:
          row.status = ClaimStatus::ruled;
          row.settled_by = said.sequence;
          row.value = record_.values(said.inputs)[0];
          break;
        case Attached::What::evidence:
        case Attached::What::ratify:
          break;
      }
    }
    for (const auto& [entry, holds] : options_.assumed) {
      if (entry != e.sequence) continue;
      row.status = ClaimStatus::agreed;
      if (!holds && row.value.tag == Tag::yes_no) {
        row.value.number = row.value.number == 0 ? 1 : 0;
      } else if (!holds) {
        row.value = p_.claims[e.what].presumed;
      }
    }
    row.next = pos_.things[thing].first_claim;
    pos_.claims.push_back(row);
    pos_.things[thing].first_claim = static_cast<std::uint32_t>(pos_.claims.size() - 1);
    settle(thing);
  }

  // --- consequences
  // --------------------------------------------------------------------------------------------

  void apply(Range effects, const Look& look, const Cause& cause, PartyId bearer, std::uint32_t duty) {
    apply_dated(effects, look, cause, bearer, duty, p_.zone.date_of(now_));
  }

  void apply_dated(Range effects, const Look& look, const Cause& cause, PartyId bearer, std::uint32_t duty,
                   CivilDate date) {
    for (std::uint32_t i = effects.first; i < effects.first + effects.count; ++i) {
      const Effect& effect = p_.effects[i];
      Cause own = cause;
      if (!effect.provisions.empty()) own.provisions = effect.provisions;
      const std::uint32_t thing =
          effect.thing.given() ? thing_of(evaluate(pos_, effect.thing, look)) : look.subject;
      switch (effect.kind) {
        case EffectKind::become:
          if (thing != none) become(thing, stage_for(thing, effect.stage), own, date);
          break;
        case EffectKind::set_field:
          if (thing != none) {
            set_field(thing, effect.field, evaluate(pos_, effect.value, look), own);
            touched_.push_back(thing);
          }
          break;
        case EffectKind::breach:
          pos_.breaches.push_back({bearer, thing, now_, date, duty, own.entry, none});
          break;
      }
    }
  }

  // The stage of the thing's own kind, where the pack names one for a reference to several kinds.
  [[nodiscard]] StageId stage_for(std::uint32_t thing, StageId stage) const {
    if (p_.stages[stage.value].kind == pos_.things[thing].kind) return stage;
    return p_.stage(pos_.things[thing].kind, p_.text(p_.stages[stage.value].name));
  }
  [[nodiscard]] std::uint32_t thing_of(const Value& v) const {
    if (v.tag != Tag::thing) return none;
    return v.detail == 1 ? static_cast<std::uint32_t>(v.number)
                         : pos_.thing_of_key[static_cast<std::uint32_t>(v.number)];
  }

  void become(std::uint32_t thing, StageId stage, const Cause& cause, CivilDate date) {
    Thing& t = pos_.things[thing];
    if (t.stage == stage) return;
    if (++chain_ > max_chain) return;
    t.stage = stage;
    pos_.stage_changes.push_back({thing, stage, now_, date, cause, t.last_stage});
    t.last_stage = static_cast<std::uint32_t>(pos_.stage_changes.size() - 1);
    touched_.push_back(thing);
    if (!stage.given()) return;
    const StagePlan& plan = plan_.stages[stage.value];
    for (const std::uint32_t duty : plan.duties) open_duty(DutyId{duty}, thing, cause.entry, now_);
    for (const std::uint32_t due : plan.dues) open_due(DueId{due}, thing, cause.entry, now_);
    for (const std::uint32_t rule : plan.rules) run_rule(RuleId{rule}, thing, cause.entry, date);
  }

  void run_rule(RuleId id, std::uint32_t thing, Sequence entry, CivilDate date) {
    const Rule& rule = p_.rules[id.value];
    const Look look = look_at(thing);
    if (truth(pos_, rule.guard, look) != Truth::yes) return;
    if (++chain_ > max_chain) return;
    const Cause cause{Cause::Kind::rule, entry, id.value, rule.provisions};
    apply_dated(rule.effects, look, cause, PartyId{}, none, date);
  }

  // --- duties
  // --------------------------------------------------------------------------------------------------

  [[nodiscard]] Look look_at_duty(const DutyRow& row) const {
    Look look = look_at(row.thing);
    look.has_opened = true;
    look.opened = row.opened;
    return look;
  }

  void open_duty(DutyId id, std::uint32_t thing, Sequence entry, Instant at) {
    const Duty& duty = p_.duties[id.value];
    DutyRow row;
    row.duty = id;
    row.thing = thing;
    row.entry = entry;
    row.opened = at;
    const Look look = look_at_duty(row);
    const Truth guard = truth(pos_, duty.guard, look, &row.why);
    if (guard == Truth::no) return;
    Truth unless = Truth::no;
    if (duty.unless.given()) unless = truth(pos_, duty.unless, look, &row.why);
    if (unless == Truth::yes) return;
    row.in_doubt = guard == Truth::unknown || unless == Truth::unknown;
    row.next = pos_.things[thing].first_duty;
    pos_.duties.push_back(row);
    const auto index = static_cast<std::uint32_t>(pos_.duties.size() - 1);
    pos_.things[thing].first_duty = index;
    set_deadline(index);
  }

  void set_deadline(std::uint32_t index) {
    DutyRow& row = pos_.duties[index];
    const Duty& duty = p_.duties[row.duty.value];
    const Value deadline = evaluate(pos_, duty.deadline, look_at_duty(row));
    if (row.generation != 0 && deadline == row.deadline) return;
    row.deadline = deadline;
    ++row.generation;
    row.status = DutyStatus::due;
    row.overdue = false;
    if (deadline.tag == Tag::unknown || deadline.bound != Bound::exact) {
      row.status = DutyStatus::unknown;
      row.why = pos_.unknowns.join(row.why, deadline.why);
      return;
    }
    if (deadline.tag != Tag::date && deadline.tag != Tag::instant) return;
    row.expires = expiry(deadline);
    timers_.push({std::max(row.expires, now_), Timer::Kind::duty, index, row.generation, 0});
  }

  void perform(std::uint32_t duty_id, std::uint32_t thing, const BoundEntry& e) {
    const Duty& duty = p_.duties[duty_id];
    if (!listed(duty.bearers, e.by)) return;
    // The oldest open one: an answer closes its own, and earlier presentations are answered first.
    std::uint32_t found = none;
    for (std::uint32_t d = pos_.things[thing].first_duty; d != none; d = pos_.duties[d].next) {
      const DutyRow& row = pos_.duties[d];
      if (row.duty.value != duty_id) continue;
      const bool open = row.status == DutyStatus::due || row.status == DutyStatus::unknown;
      const bool late = row.status == DutyStatus::breached && row.ended_by == 0;
      if (open || late) found = d;
    }
    if (found == none) return;
    DutyRow& row = pos_.duties[found];
    if (duty.mode == PerformanceMode::all) {
      std::uint32_t wanted = 0;
      for (std::uint32_t n = 0; n < duty.performance.count; ++n) {
        wanted |= 1U << n;
        if (p_.act_lists[duty.performance.first + n] == e.act) row.performed |= 1U << n;
      }
      if (row.performed != wanted) return;
    }
    const bool late = row.status == DutyStatus::breached || row.overdue;
    row.status = late ? DutyStatus::performed_late : DutyStatus::performed;
    row.ended = now_;
    row.ended_by = e.sequence;
    ++row.generation;
  }

  // What was to be kept holds again: the duty that its failing opened is performed, and its breach over.
  void keep(std::uint32_t index) {
    DutyRow& row = pos_.duties[index];
    const bool open = row.status == DutyStatus::due || row.status == DutyStatus::unknown;
    if (!open && row.status != DutyStatus::breached) return;
    if (truth(pos_, p_.duties[row.duty.value].keeps, look_at_duty(row)) != Truth::yes) return;
    for (BreachRow& breach : pos_.breaches) {
      if (breach.duty == index) breach.until = now_;
    }
    end(row, row.status == DutyStatus::breached ? DutyStatus::performed_late : DutyStatus::performed);
  }

  void expire(std::uint32_t index) {
    {
      DutyRow& row = pos_.duties[index];
      const Duty& duty = p_.duties[row.duty.value];
      const Truth guard = truth(pos_, duty.guard, look_at_duty(row), &row.why);
      if (guard == Truth::no) {
        end(row, DutyStatus::cancelled);
        return;
      }
      if (guard == Truth::unknown || row.in_doubt) {
        row.status = DutyStatus::unknown;
        row.in_doubt = true;
        row.overdue = true;
        return;
      }
      if (duty.otherwise.empty() && !duty.breach) {
        row.overdue = true;
        return;
      }
      row.status = duty.breach ? DutyStatus::breached : DutyStatus::lapsed;
      row.ended = now_;
      row.overdue = duty.breach;
    }
    const DutyRow row = pos_.duties[index];
    const Duty& duty = p_.duties[row.duty.value];
    const CivilDate date = dated(row.deadline);
    const PartyId bearer = duty.bearers.empty() ? PartyId{} : p_.party_lists[duty.bearers.first];
    if (duty.breach) {
      for (std::uint32_t i = 0; i < duty.bearers.count; ++i) {
        pos_.breaches.push_back(
            {p_.party_lists[duty.bearers.first + i], row.thing, now_, date, index, row.entry, none});
      }
    }
    const Cause cause{Cause::Kind::duty, row.entry, index,
                      duty.otherwise_provisions.empty() ? duty.provisions : duty.otherwise_provisions};
    apply_dated(duty.otherwise, look_at_duty(row), cause, bearer, index, date);
    settle(row.thing);
  }

  void end(DutyRow& row, DutyStatus status) {
    row.status = status;
    row.ended = now_;
    ++row.generation;
  }

  // --- dues
  // ----------------------------------------------------------------------------------------------------

  void open_due(DueId id, std::uint32_t thing, Sequence entry, Instant at) {
    const Due& due = p_.dues[id.value];
    Look look = look_at(thing);
    look.has_opened = true;
    look.opened = at;
    if (truth(pos_, due.guard, look) == Truth::no) return;
    DueRow row;
    row.due = id;
    row.thing = thing;
    row.entry = entry;
    row.opened = at;
    row.next = pos_.things[thing].first_due;
    pos_.dues.push_back(row);
    const auto index = static_cast<std::uint32_t>(pos_.dues.size() - 1);
    pos_.things[thing].first_due = index;
    refresh_due(index);
  }

  void refresh_due(std::uint32_t index) {
    DueRow& row = pos_.dues[index];
    const Due& due = p_.dues[row.due.value];
    Look look = look_at(row.thing);
    look.has_opened = true;
    look.opened = row.opened;
    std::uint32_t why = 0;
    const Truth guard = truth(pos_, due.guard, look, &why);
    row.cancelled = guard == Truth::no;
    row.deadline = evaluate(pos_, due.deadline, look);
    Value amount = evaluate(pos_, due.amount, look);
    if (row.cancelled) amount = {Tag::money, Bound::exact, 0, 0, 0};
    if (guard == Truth::unknown)
      amount = {Tag::unknown, Bound::exact, 0, why, 0};  // whether it is owed at all is not known
    const Value disputed = evaluate(pos_, due.disputed, look);
    if (!row.amounts.empty() && amount == row.amount && disputed == row.disputed) return;
    const std::int64_t before = row.amount.tag == Tag::money ? row.amount.number : 0;
    const std::int64_t after = amount.tag == Tag::money ? amount.number : 0;
    row.amount = amount;
    row.disputed = disputed;
    row.amounts.push_back({now_, amount, disputed});
    if (after != before) post(index, after - before, 0);
  }

  // What is owed grows on the creditor's account by as much as it falls on the debtor's.
  void post(std::uint32_t index, std::int64_t minor, Sequence entry) {
    const DueRow& row = pos_.dues[index];
    const Due& due = p_.dues[row.due.value];
    const std::uint16_t currency = row.amount.tag == Tag::money ? row.amount.detail : std::uint16_t{0};
    pos_.postings.push_back({index, now_, currency, due.creditor, minor, entry});
    pos_.postings.push_back({index, now_, currency, due.debtor, -minor, entry});
  }

  void pay(std::uint32_t due_id, std::uint32_t thing, const ActPlan& plan, const BoundEntry& e) {
    if (plan.amount_input == none) return;
    const auto inputs = record_.values(e.inputs);
    if (plan.amount_input >= inputs.size() || inputs[plan.amount_input].tag != Tag::money) return;
    // The oldest is settled first, each up to what is open on it; what is paid beyond all stays on the
    // newest. Rows hang newest first.
    std::int64_t left = inputs[plan.amount_input].number;
    std::uint32_t newest = none;
    std::vector<std::uint32_t> rows;
    for (std::uint32_t d = pos_.things[thing].first_due; d != none; d = pos_.dues[d].next) {
      if (pos_.dues[d].due.value != due_id || pos_.dues[d].cancelled) continue;
      if (newest == none) newest = d;
      rows.push_back(d);
    }
    if (newest == none) return;
    const auto settle_with = [&](std::uint32_t d, std::int64_t minor) {
      DueRow& row = pos_.dues[d];
      row.settled += minor;
      row.payments.push_back({now_, minor, e.sequence});
      post(d, -minor, e.sequence);
    };
    for (auto d = rows.rbegin(); d != rows.rend() && left > 0; ++d) {
      if (*d == newest) break;
      const DueRow& row = pos_.dues[*d];
      const std::int64_t open = row.amount.tag == Tag::money ? row.amount.number - row.settled : 0;
      const std::int64_t part = std::min(left, std::max<std::int64_t>(open, 0));
      if (part > 0) settle_with(*d, part);
      left -= part;
    }
    if (left > 0 || rows.size() == 1) settle_with(newest, left);
  }

  // --- what follows from a change
  // ------------------------------------------------------------------------------

  void add_watches(std::uint32_t thing) {
    const KindPlan& plan = plan_.kinds[pos_.things[thing].kind.value];
    for (std::uint32_t w = 0; w < plan.watches.size(); ++w) {
      WatchRow row;
      row.watch = w;
      row.thing = thing;
      row.next = pos_.things[thing].first_watch;
      pos_.watches.push_back(row);
      pos_.things[thing].first_watch = static_cast<std::uint32_t>(pos_.watches.size() - 1);
    }
  }

  void start_watch(std::uint32_t index, CivilDate date, Instant at) {
    const WatchRow row = pos_.watches[index];
    const Watch& watch = plan_.kinds[pos_.things[row.thing].kind.value].watches[row.watch];
    switch (watch.starts) {
      case Watch::Starts::duty:
        open_duty(DutyId{watch.index}, row.thing, 0, at);
        break;
      case Watch::Starts::rule:
        run_rule(RuleId{watch.index}, row.thing, 0, date);
        break;
      case Watch::Starts::due:
        open_due(DueId{watch.index}, row.thing, 0, at);
        break;
    }
  }

  // The value a time trigger has for its next coming: of a series its first time and so many steps after it.
  [[nodiscard]] Value next_time(const WatchRow& row, const Trigger& trigger) const {
    Value at = evaluate(pos_, trigger.time, look_at(row.thing));
    if (trigger.every.tag != Tag::duration || row.times == 0) return at;
    const auto steps = static_cast<std::int32_t>(row.times);
    return moved(pos_, at,
                 duration_value(duration_count(trigger.every) * steps, duration_unit(trigger.every),
                                duration_calendar(trigger.every)),
                 1);
  }

  // Looks again at everything of a thing that its change may have moved, and at what those changes move in
  // turn.
  void settle(std::uint32_t thing) {
    touched_.push_back(thing);
    if (settling_) return;
    settling_ = true;
    chain_ = 0;
    while (!touched_.empty() && chain_ <= max_chain) {
      const std::uint32_t t = touched_.back();
      touched_.pop_back();
      settle_one(t);
      if (plan_.any_crossing) {
        for (std::uint32_t other = 0; other < pos_.things.size(); ++other) {
          if (other != t && plan_.kinds[pos_.things[other].kind.value].has_crossing) settle_one(other);
        }
      }
    }
    touched_.clear();
    settling_ = false;
  }

  void settle_one(std::uint32_t thing) {
    for (std::uint32_t d = pos_.things[thing].first_duty; d != none; d = pos_.duties[d].next) {
      DutyRow& row = pos_.duties[d];
      const Duty& duty = p_.duties[row.duty.value];
      if (duty.keeps.given()) keep(d);
      if (row.status != DutyStatus::due && row.status != DutyStatus::unknown) continue;
      if (duty.guard.given() && truth(pos_, duty.guard, look_at_duty(row)) == Truth::no) {
        end(row, DutyStatus::cancelled);
        continue;
      }
      if (plan_.deadline_is_live[row.duty.value]) set_deadline(d);
    }
    for (std::uint32_t d = pos_.things[thing].first_due; d != none; d = pos_.dues[d].next) refresh_due(d);
    for (std::uint32_t w = pos_.things[thing].first_watch; w != none; w = pos_.watches[w].next) look_again(w);
  }

  void look_again(std::uint32_t index) {
    WatchRow& row = pos_.watches[index];
    const Watch& watch = plan_.kinds[pos_.things[row.thing].kind.value].watches[row.watch];
    if (watch.trigger.kind == TriggerKind::time) {
      if (row.fired) return;
      const Value at = next_time(row, watch.trigger);
      const bool known = (at.tag == Tag::date || at.tag == Tag::instant) && at.bound == Bound::exact;
      if (!known) {
        if (row.scheduled) ++row.generation;
        row.scheduled = false;
        return;
      }
      const Instant when =
          at.tag == Tag::date ? p_.zone.start_of({static_cast<std::int32_t>(at.number)}) : Instant{at.number};
      if (watch.trigger.until.given()) {
        const Value last = evaluate(pos_, watch.trigger.until, look_at(row.thing));
        const bool over = last.tag == Tag::date
                              ? when > p_.zone.end_of({static_cast<std::int32_t>(last.number)})
                          : last.tag == Tag::instant ? when.seconds > last.number
                                                     : false;
        if (over) {
          if (row.scheduled) ++row.generation;
          row.scheduled = false;
          return;
        }
      }
      if (row.scheduled && row.at == when) return;
      row.at = when;
      row.scheduled = true;
      ++row.generation;
      timers_.push({std::max(when, now_), Timer::Kind::watch, index, row.generation, 0});
      return;
    }
    const bool is_true = truth(pos_, watch.trigger.condition, look_at(row.thing)) == Truth::yes;
    const bool rises = is_true && !row.was_true;
    row.was_true = is_true;
    if (watch.looks_at_today && !is_true && !(row.scheduled && row.at > now_)) {
      row.at = p_.zone.start_of(plus_days(p_.zone.date_of(now_), 1));
      row.scheduled = true;
      ++row.generation;
      timers_.push({row.at, Timer::Kind::watch, index, row.generation, 0});
    }
    if (rises) start_watch(index, p_.zone.date_of(now_), now_);
  }

  void fire(const Timer& t) {
    switch (t.kind) {
      case Timer::Kind::duty:
        expire(t.index);
        break;
      case Timer::Kind::watch: {
        WatchRow& row = pos_.watches[t.index];
        const std::uint32_t thing = row.thing;
        const Watch& watch = plan_.kinds[pos_.things[thing].kind.value].watches[row.watch];
        row.scheduled = false;
        if (watch.trigger.kind == TriggerKind::time) {
          const Instant at = row.at;
          ++row.times;
          row.fired = watch.trigger.every.tag != Tag::duration;
          start_watch(t.index, p_.zone.date_of(at), at);
          settle(thing);
        } else {
          settle(thing);
        }
        break;
      }
      case Timer::Kind::receipt: {
        const std::uint32_t j = judgement_of_entry_[t.index];
        if (pos_.judgements[j].word == VerdictWord::awaiting_receipt) {
          take_effect(t.index, j);
        } else {
          received_act(t.index, j);
        }
        break;
      }
    }
  }

  Position& pos_;
  const Plan& plan_;
  const Program& p_;
  const Record& record_;
  const FoldOptions& options_;
  std::vector<Attached> attached_;
  std::vector<std::uint32_t> judgement_of_entry_;
  std::priority_queue<Timer, std::vector<Timer>, Later> timers_;
  std::vector<std::uint32_t> touched_;
  std::uint32_t agreement_ = none;
  Instant now_;
  int chain_ = 0;
  bool settling_ = false;
};

}  // namespace

void fold_into(Position& into, const std::shared_ptr<const Plan>& plan,
               const std::shared_ptr<const Record>& record, const FoldOptions& options) {
  assert(plan->program == &record->program());
  into.plan = plan;
  into.record = record;
  into.as_of = options.as_of;
  into.known_at = options.known_at.value_or(Instant{INT64_MAX});
  into.things.clear();
  into.slots.clear();
  into.field_changes.clear();
  into.stage_changes.clear();
  into.judgements.clear();
  into.reasons.clear();
  into.events.clear();
  into.duties.clear();
  into.dues.clear();
  into.postings.clear();
  into.breaches.clear();
  into.claims.clear();
  into.watches.clear();
  into.appointments.clear();
  into.unknowns.clear();
  into.has_next = false;
  Machine(into, options).run();
}

Position fold(const std::shared_ptr<const Plan>& plan, const std::shared_ptr<const Record>& record,
              const FoldOptions& options) {
  Position position;
  fold_into(position, plan, record, options);
  return position;
}

}  // namespace counterpart::engine
