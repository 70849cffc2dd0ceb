// The two queues: see machine.h for how time runs.

#include <algorithm>
#include <cassert>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/fold.h"
#include "engine/interest.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

namespace {

bool goes_before(const Timer& a, const Timer& b) {
  if (a.at != b.at) return a.at < b.at;
  const auto among_entries = [](const Timer& t) { return t.kind >= Timer::Kind::effect; };
  if (a.kind != b.kind && !(among_entries(a) && among_entries(b) && a.sequence != b.sequence))
    return a.kind < b.kind;
  if (a.sequence != b.sequence) return a.sequence < b.sequence;
  return a.index < b.index;
}

}  // namespace

void TimerHeap::push(const Timer& timer) {
  rows_.push_back(timer);
  std::size_t at = rows_.size() - 1;
  while (at > 0) {
    const std::size_t up = (at - 1) / 2;
    if (!goes_before(timer, std::as_const(rows_)[up])) break;
    rows_[at] = std::as_const(rows_)[up];
    at = up;
  }
  rows_[at] = timer;
}

void TimerHeap::pop() {
  const Timer last = std::as_const(rows_).back();
  rows_.pop_back();
  if (rows_.empty()) return;
  const Rows<Timer>& rows = rows_;
  std::size_t at = 0;
  for (;;) {
    std::size_t down = 2 * at + 1;
    if (down >= rows.size()) break;
    if (down + 1 < rows.size() && goes_before(rows[down + 1], rows[down])) ++down;
    if (!goes_before(rows[down], last)) break;
    rows_[at] = rows[down];
    at = down;
  }
  rows_[at] = last;
}

void Machine::prepare(const FoldOptions& options) {
  attached_ = std::make_shared<const std::vector<Attached>>(attach(pos_, options));
  assumed_ = options.assumed;
  judgement_of_entry_.assign(pos_.entries.size(), none);
  pos_.thing_of_key.assign(record_.keys().size(), none);
  begin();
}

bool Machine::run(Instant until, std::size_t most) {
  pos_.has_next = false;
  for (;;) {
    const bool has_entry = next_ < pos_.entries.size();
    if (!timers_.empty()) {
      const Timer& timer = timers_.top();
      const bool before_entry = !has_entry || timer.at < entry(next_).at ||
                                (timer.at == entry(next_).at && (timer.kind < Timer::Kind::effect ||
                                                                 timer.sequence < entry(next_).sequence));
      if (before_entry) {
        const Timer t = timer;
        if (stale(t)) {
          timers_.pop();
          continue;
        }
        if (t.at > until) {
          pos_.has_next = true;
          pos_.next = t.at;
          break;
        }
        timers_.pop();
        now_ = t.at;
        fire(t);
        continue;
      }
    }
    if (!has_entry) break;
    const Instant at = entry(next_).at;
    if (at > until) {
      pos_.has_next = true;
      pos_.next = at;
      break;
    }
    if (most-- == 0) return false;
    now_ = at;
    enter(static_cast<std::uint32_t>(next_));
    ++next_;
  }
  now_ = until;
  return true;
}

std::span<const Attached> Machine::about(Sequence entry) const {
  const auto first = std::lower_bound(attached_->begin(), attached_->end(), entry,
                                      [](const Attached& a, Sequence s) { return a.about < s; });
  auto last = first;
  while (last != attached_->end() && last->about == entry) ++last;
  return {first, last};
}

bool Machine::stale(const Timer& t) const {
  switch (t.kind) {
    case Timer::Kind::appointment:
      return pos_.appointments[t.index].until != t.at;
    case Timer::Kind::duty:
    case Timer::Kind::kept:
      return pos_.duties[t.index].generation != t.generation ||
             pos_.duties[t.index].status != DutyStatus::due || pos_.duties[t.index].overdue;
    case Timer::Kind::due: {
      const DueRow& row = std::as_const(pos_.dues)[t.index];
      const Value open = open_of(pos_, row);
      return row.generation != t.generation || row.cancelled ||
             (open.tag == Tag::money && open.bound == Bound::exact && open.number == 0);
    }
    case Timer::Kind::lot:
      return std::as_const(pos_.lots)[t.index].left == 0;
    case Timer::Kind::watch:
      return pos_.watches[t.index].generation != t.generation || !pos_.watches[t.index].scheduled;
    case Timer::Kind::stretch:
      return pos_.stretches[t.index].generation != t.generation;
    case Timer::Kind::look:
      return t.index >= pos_.things.size() || pos_.things[t.index].next_look != t.at;
    case Timer::Kind::effect:
      return pos_.pending[t.index].generation != t.generation || pos_.pending[t.index].over;
    case Timer::Kind::receipt:
      return false;
  }
  return true;
}

Instant Machine::expiry(const Value& deadline) const {
  if (deadline.tag == Tag::date) return p_.zone.start_of({static_cast<std::int32_t>(deadline.number + 1)});
  return {deadline.number + 1};
}

CivilDate Machine::dated(const Value& deadline) const {
  if (deadline.tag == Tag::date) return {static_cast<std::int32_t>(deadline.number)};
  return p_.zone.date_of({deadline.number});
}

void Machine::begin() {
  if (plan_.agreement_kind.given()) {
    const std::uint32_t key = record_.find_key(plan_.agreement_kind, "Agreement");
    now_ = p_.zone.start_of(p_.effective_date);
    const std::uint32_t agreement = make_thing(plan_.agreement_kind, key, none, 0);
    if (key != none) pos_.thing_of_key[key] = agreement;
    add_watches(agreement);
    pos_.last_operation.assign(p_.operations.size(), none);
    pos_.last_setting.assign(p_.terms.size(), none);
    if (const Range stages = p_.kinds[plan_.agreement_kind.value].stages; !stages.empty())
      become(agreement, StageId{stages.first}, {}, p_.effective_date);
    look_at_operations();
    for (const std::uint32_t d : plan_.duties_at_start) open_duty(DutyId{d}, agreement, 0, now_);
    settle(agreement);
  }
  begin_inputs();
}

void Machine::begin_inputs() {
  for (std::uint32_t i = 0; i < record_.inputs().size(); ++i) {
    const InputRow& row = record_.inputs()[i];
    const KindId kind = record_.keys()[row.key].kind;
    const std::uint32_t thing = make_thing(kind, row.key, none, 0);
    pos_.thing_of_key[row.key] = thing;
    const Range fields = p_.kinds[kind.value].fields;
    for (std::uint32_t f = 0; f < fields.count; ++f) {
      Value v = record_.values(row.values)[f];
      if (v.tag == Tag::absent || p_.fields[fields.first + f].computed.given()) continue;
      if (v.tag == Tag::unknown || v.bound != Bound::exact)
        v.why = pos_.unknowns.one({Missing::Kind::elsewhere, i, 0});
      set_field(thing, FieldId{fields.first + f}, v, {Cause::Kind::input, 0, i, {}});
    }
    add_watches(thing);
  }
  for (const InputRow& row : record_.inputs()) settle(pos_.thing_of_key[row.key]);
}

Truth Machine::both(ExprId operates, ExprId guard, const Look& look, std::uint32_t* why) const {
  const Truth a = truth(pos_, operates, look, why);
  if (a == Truth::no) return a;
  const Truth b = truth(pos_, guard, look, why);
  return a == Truth::unknown && b == Truth::yes ? a : b;
}

void Machine::look_at_operations() {
  bool changed = false;
  for (std::uint32_t i = 0; i < p_.operations.size(); ++i) {
    const Truth now = truth(pos_, p_.operations[i].condition, look_at(pos_.agreement()));
    const std::uint32_t before = std::as_const(pos_.last_operation)[i];
    if (before != none && std::as_const(pos_.operation_changes)[before].operates == now) continue;
    pos_.operation_changes.push_back({OperationId{i}, now, now_, before});
    pos_.last_operation[i] = static_cast<std::uint32_t>(pos_.operation_changes.size() - 1);
    changed = true;
  }
  if (!changed) return;
  for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
    if (plan_.kinds[std::as_const(pos_.things)[t].kind.value].has_operation) touched_.push_back(t);
  }
}

void Machine::enter(std::uint32_t index) {
  const BoundEntry& e = entry(index);
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
      if (e.until != 0 && Instant{e.until} > now_ && !plan_.office_lookers.empty()) {
        timers_.push({{e.until},
                      Timer::Kind::appointment,
                      static_cast<std::uint32_t>(pos_.appointments.size() - 1),
                      0,
                      0});
      }
      offices_changed();
      judge(index, VerdictWord::effective, none, Value{});
      break;
    case EntryKind::relieve:
      for (Appointment& a : pos_.appointments) {
        if (a.office.value == e.what && a.person == e.person && a.until > e.at) a.until = e.at;
      }
      offices_changed();
      judge(index, VerdictWord::effective, none, Value{});
      break;
    default:
      break;
  }
}

void Machine::fire(const Timer& t) {
  switch (t.kind) {
    case Timer::Kind::appointment:
      offices_changed();
      break;
    case Timer::Kind::duty:
    case Timer::Kind::kept:
      expire(t.index);
      settle(pos_.duties[t.index].thing);
      break;
    case Timer::Kind::due:
      // What is open of it is overdue from here on: whatever watches that learns it now.
      settle(pos_.dues[t.index].thing);
      break;
    case Timer::Kind::lot:
      end_lot(t.index);
      settle(pos_.accounts[std::as_const(pos_.lots)[t.index].account].thing);
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
    case Timer::Kind::stretch:
      settle(pos_.stretches[t.index].thing);
      break;
    case Timer::Kind::look:
      settle(t.index);
      break;
    case Timer::Kind::effect: {
      pos_.pending[t.index].over = true;
      const PendingRow row = pos_.pending[t.index];
      take_effect(row.entry, row.judgement);
      await_receipt(row.entry, row.judgement);
      break;
    }
    case Timer::Kind::receipt: {
      const std::uint32_t j = judgement_of_entry_[t.index];
      if (pos_.judgements[j].word == VerdictWord::awaiting_receipt) {
        take_effect(t.index, j);
      } else {
        received_act(t.index, j, now_);
      }
      break;
    }
  }
}

void begin_fold(Position& into, Progress& progress, const std::shared_ptr<const Plan>& plan,
                const std::shared_ptr<const Record>& record, const FoldOptions& options) {
  assert(plan->program == &record->program());
  into.plan = plan;
  into.record = record;
  into.as_of = options.as_of;
  into.known_at = options.known_at.value_or(Instant{INT64_MAX});
  into.things.clear();
  into.things_of_kind.resize(plan->program->kinds.size());
  for (Rows<std::uint32_t>& of : into.things_of_kind) of.clear();
  into.slots.clear();
  into.field_changes.clear();
  into.list_items.clear();
  into.stage_changes.clear();
  into.makings.clear();
  into.judgements.clear();
  into.reasons.clear();
  into.events.clear();
  into.pending.clear();
  into.last_pending.clear();
  into.duties.clear();
  into.excuses.clear();
  into.dues.clear();
  into.amount_changes.clear();
  into.payments.clear();
  into.accounts.clear();
  into.lots.clear();
  into.lot_uses.clear();
  into.postings.clear();
  into.breaches.clear();
  into.settings.clear();
  into.last_setting.clear();
  into.operation_changes.clear();
  into.last_operation.clear();
  into.claims.clear();
  into.watches.clear();
  into.stretches.clear();
  into.appointments.clear();
  into.unknowns.clear();
  into.has_next = false;
  progress = {};
  Machine(into, progress).prepare(options);
}

void fold_into(Position& into, const std::shared_ptr<const Plan>& plan,
               const std::shared_ptr<const Record>& record, const FoldOptions& options) {
  Progress progress;
  begin_fold(into, progress, plan, record, options);
  Machine(into, progress).run(options.as_of);
}

Position fold(const std::shared_ptr<const Plan>& plan, const std::shared_ptr<const Record>& record,
              const FoldOptions& options) {
  Position position;
  fold_into(position, plan, record, options);
  return position;
}

}  // namespace counterpart::engine
