// Duties: opening, deadlines, performance, expiry.

#include <algorithm>
#include <cassert>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

Look Machine::look_at_duty(const DutyRow& row) const {
  Look look = look_at(row.thing);
  look.has_opened = true;
  look.opened = row.opened;
  return look;
}

void Machine::open_duty(DutyId id, std::uint32_t thing, Sequence entry, Instant at) {
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

void Machine::set_deadline(std::uint32_t index) {
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

void Machine::perform(std::uint32_t duty_id, std::uint32_t thing, const BoundEntry& e) {
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

void Machine::keep(std::uint32_t index) {
  DutyRow& row = pos_.duties[index];
  const bool open = row.status == DutyStatus::due || row.status == DutyStatus::unknown;
  if (!open && row.status != DutyStatus::breached) return;
  if (truth(pos_, p_.duties[row.duty.value].keeps, look_at_duty(row)) != Truth::yes) return;
  for (BreachRow& breach : pos_.breaches) {
    if (breach.duty == index) breach.until = now_;
  }
  end(row, row.status == DutyStatus::breached ? DutyStatus::performed_late : DutyStatus::performed);
}

void Machine::expire(std::uint32_t index) {
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

void Machine::end(DutyRow& row, DutyStatus status) {
  row.status = status;
  row.ended = now_;
  ++row.generation;
}

}  // namespace counterpart::engine
