// The two queues: see machine.h for how time runs.

#include <algorithm>
#include <cassert>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/fold.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

void Machine::run() {
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

std::span<const Attached> Machine::about(Sequence entry) const {
  const auto first = std::lower_bound(attached_.begin(), attached_.end(), entry,
                                      [](const Attached& a, Sequence s) { return a.about < s; });
  auto last = first;
  while (last != attached_.end() && last->about == entry) ++last;
  return {first, last};
}

bool Machine::stale(const Timer& t) const {
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
    agreement_ = make_thing(plan_.agreement_kind, key, none, 0);
    if (key != none) pos_.thing_of_key[key] = agreement_;
    add_watches(agreement_);
    for (const std::uint32_t d : plan_.duties_at_start) open_duty(DutyId{d}, agreement_, 0, now_);
    settle(agreement_);
  }
}

void Machine::enter(std::uint32_t index) {
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

void Machine::fire(const Timer& t) {
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
