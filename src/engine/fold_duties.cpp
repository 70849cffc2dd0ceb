// Duties: opening, deadlines, performance, expiry.

#include <algorithm>
#include <cassert>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/excuses.h"
#include "engine/machine.h"
#include "engine/performance.h"

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
  if (!duty.window.holds(at)) return;
  DutyRow row;
  row.duty = id;
  row.thing = thing;
  row.entry = entry;
  row.opened = at;
  if (duty.unless.given()) {
    const Truth unless = truth(pos_, duty.unless, look_at_duty(row));
    if (unless == Truth::yes) return;
    row.unless_open = unless == Truth::unknown;
  }
  const Truth is_owed = owed(row, &row.owed_why);
  if (is_owed == Truth::no) return;
  row.owed_unknown = is_owed == Truth::unknown;
  row.failing_unknown = duty.keeps.given() && truth(pos_, duty.keeps, look_at_duty(row)) == Truth::unknown;
  row.next = pos_.things[thing].first_duty;
  pos_.duties.push_back(row);
  const auto index = static_cast<std::uint32_t>(pos_.duties.size() - 1);
  pos_.things[thing].first_duty = index;
  look_at_excuses(index);
  set_deadline(index);
}

Truth Machine::owed(const DutyRow& row, std::uint32_t* why) {
  const Duty& duty = p_.duties[row.duty.value];
  const Look look = noting_when(look_at_duty(row));
  Truth answer = both(duty.operates, duty.guard, look, why);
  if (answer == Truth::no) return answer;
  if (row.unless_open) {
    const Truth unless = truth(pos_, duty.unless, look, why);
    if (unless == Truth::yes) return Truth::no;
    if (unless == Truth::unknown) answer = unless;
  }
  if (duty.keeps.given() && truth(pos_, duty.keeps, look, why) == Truth::unknown) answer = Truth::unknown;
  return answer;
}

bool Machine::look_at_owing(std::uint32_t index) {
  DutyRow& row = pos_.duties[index];
  const Duty& duty = p_.duties[row.duty.value];
  if (!duty.guard.given() && !duty.operates.given() && !row.unless_open && !duty.keeps.given()) return false;
  std::uint32_t why = 0;
  const Truth now = owed(row, &why);
  if (now == Truth::no) {
    end(row, DutyStatus::cancelled);
    return true;
  }
  const bool is_unknown = now == Truth::unknown;
  if (row.unless_open) row.unless_open = truth(pos_, duty.unless, look_at_duty(row)) == Truth::unknown;
  if (is_unknown == row.owed_unknown && (!is_unknown || why == row.owed_why)) return false;
  row.owed_unknown = is_unknown;
  row.owed_why = is_unknown ? why : 0;
  if (!is_unknown && row.failing_unknown) {
    // That it fails is known from here on; so its time runs from here.
    row.failing_unknown = false;
    row.opened = now_;
  }
  return true;
}

void Machine::set_deadline(std::uint32_t index) {
  DutyRow& row = pos_.duties[index];
  const Duty& duty = p_.duties[row.duty.value];
  row.unexcused = evaluate(pos_, duty.deadline, look_at_duty(row));
  Value deadline = row.last_excuse == none ? row.unexcused : after_excuses(pos_, row);
  const bool known = deadline.tag == Tag::date || deadline.tag == Tag::instant;
  if (row.excuse_doubt && known && deadline.bound == Bound::exact) {
    deadline.bound = Bound::at_least;
    deadline.why = row.why;
  }
  const bool unknown = deadline.tag == Tag::unknown || deadline.bound != Bound::exact;
  const DutyStatus status = row.owed_unknown         ? DutyStatus::unknown
                            : excused_now(pos_, row) ? DutyStatus::excused
                            : unknown                ? DutyStatus::unknown
                                                     : DutyStatus::due;
  if (row.generation != 0 && deadline == row.deadline && row.status == status) return;
  row.deadline = deadline;
  ++row.generation;
  row.status = status;
  row.overdue = false;
  row.expires = Instant{INT64_MAX};
  if (unknown && status == DutyStatus::unknown) row.why = pos_.unknowns.join(row.why, deadline.why);
  if (unknown || (deadline.tag != Tag::date && deadline.tag != Tag::instant)) return;
  row.expires = duty.broken_at_once ? row.opened : expiry(deadline);
  if (status != DutyStatus::due) return;
  timers_.push({std::max(row.expires, now_), duty.broken_at_once ? Timer::Kind::kept : Timer::Kind::duty,
                index, row.generation, duty.broken_at_once ? UINT64_MAX : 0});
}

bool Machine::look_at_excuses(std::uint32_t index) {
  const auto& excuses = plan_.excuses[std::as_const(pos_.duties)[index].duty.value];
  if (excuses.empty()) return false;
  DutyRow& row = pos_.duties[index];
  if (row.overdue) return false;  // what was missed before is not excused after
  const Look look = noting_when(look_at_duty(row));
  std::uint32_t why = 0;
  Truth now = Truth::no;
  ExcuseId held;
  for (const std::uint32_t x : excuses) {
    const Truth one = both(p_.excuses[x].operates, p_.excuses[x].condition, look, &why);
    if (one == Truth::no) continue;
    now = one;
    held = ExcuseId{x};
    if (one == Truth::yes) break;
  }
  const bool excused = excused_now(pos_, row);
  if (now == Truth::unknown) {
    if (excused) end_excuse(row);
    const bool is_new = !row.excuse_doubt;
    row.excuse_doubt = true;
    row.why = pos_.unknowns.join(row.why, why);
    return excused || is_new;
  }
  if (now == Truth::yes && !excused) {
    pos_.excuses.push_back({index, held, now_, Instant{INT64_MAX}, row.last_excuse});
    row.last_excuse = static_cast<std::uint32_t>(pos_.excuses.size() - 1);
    return true;
  }
  if (now == Truth::yes) {
    if (std::as_const(pos_.excuses)[row.last_excuse].excuse != held)
      pos_.excuses[row.last_excuse].excuse = held;
    return false;
  }
  if (excused) end_excuse(row);
  return excused;
}

void Machine::end_excuse(const DutyRow& row) {
  if (excused_now(pos_, row)) pos_.excuses[row.last_excuse].until = now_;
}

bool Machine::waive(std::uint32_t thing, Range provisions, Sequence entry) {
  const auto under = [&](Range cited) {
    for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
      for (std::uint32_t n = provisions.first; n < provisions.first + provisions.count; ++n) {
        if (p_.cited[i] == p_.cited[n]) return true;
      }
    }
    return false;
  };
  // A breach of one act or one duty by all who bear it.
  std::uint32_t duty = none;
  Sequence act = 0;
  bool found = false;
  for (std::uint32_t b = 0; b < pos_.breaches.size(); ++b) {
    const BreachRow& row = std::as_const(pos_.breaches)[b];
    if (row.thing != thing || row.waived_by != 0) continue;
    const bool of_duty =
        row.duty != none && under(p_.duties[std::as_const(pos_.duties)[row.duty].duty.value].provisions);
    const bool of_act = row.requirement != none && under(p_.requirements[row.requirement].provisions);
    if (!of_duty && !of_act) continue;
    if (found && (row.duty != duty || row.entry != act)) continue;
    found = true;
    duty = row.duty;
    act = row.entry;
    pos_.breaches[b].waived_by = entry;
    pos_.breaches[b].until = std::min(pos_.breaches[b].until, now_);
  }
  if (!found) {
    for (std::uint32_t d = pos_.things[thing].first_duty; d != none; d = std::as_const(pos_.duties)[d].next) {
      const DutyRow& row = std::as_const(pos_.duties)[d];
      if (is_open(row.status) && under(p_.duties[row.duty.value].provisions)) duty = d;
    }
  }
  if (duty == none) return found;
  DutyRow& row = pos_.duties[duty];
  if (!is_open(row.status) && row.status != DutyStatus::breached) return found;
  row.ended_by = entry;
  end(row, DutyStatus::waived);
  return true;
}

void Machine::note_nothing_waived(Sequence entry) {
  for (std::uint32_t j = static_cast<std::uint32_t>(pos_.judgements.size()); j-- > 0;) {
    if (std::as_const(pos_.judgements)[j].entry != entry) continue;
    Reason r;
    r.by_kernel = true;
    r.kernel = Reason::Kernel::nothing_to_waive;
    r.strength = Strength::noted_unless;
    reason(j, r);
    pos_.judgements[j].noted = true;
    return;
  }
}

void Machine::perform(std::uint32_t duty_id, std::uint32_t thing, const BoundEntry& e) {
  const Duty& duty = p_.duties[duty_id];
  // A joint act is the act of all who sign it.
  const Act& act = p_.acts[text_of(e).value];
  bool by_bearer = listed(duty.bearers, e.by);
  for (std::uint32_t i = act.by.first; act.jointly && i < act.by.first + act.by.count; ++i)
    by_bearer = by_bearer || listed(duty.bearers, p_.party_lists[i]);
  if (!by_bearer) return;
  // The oldest open one: an answer closes its own, and earlier presentations are answered first.
  std::uint32_t found = none;
  for (std::uint32_t d = pos_.things[thing].first_duty; d != none; d = pos_.duties[d].next) {
    const DutyRow& row = pos_.duties[d];
    if (row.duty.value != duty_id) continue;
    const bool late = row.status == DutyStatus::breached && row.ended_by == 0;
    if (is_open(row.status) || late) found = d;
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
  if (duty.mode == PerformanceMode::paths && !advance(pos_, row, e.act, look_at_duty(row))) return;
  const bool late = row.status == DutyStatus::breached || row.overdue ||
                    (row.status == DutyStatus::unknown && now_ >= row.expires);
  end_excuse(row);
  row.status = late ? DutyStatus::performed_late : DutyStatus::performed;
  row.ended = now_;
  row.ended_by = e.sequence;
  ++row.generation;
}

void Machine::keep(std::uint32_t index) {
  DutyRow& row = pos_.duties[index];
  if (!is_open(row.status) && row.status != DutyStatus::breached) return;
  if (truth(pos_, p_.duties[row.duty.value].keeps, noting_when(look_at_duty(row))) != Truth::yes) return;
  for (BreachRow& breach : pos_.breaches) {
    if (breach.duty == index) breach.until = now_;
  }
  // What nobody knew to have failed, and now is known to hold, was never owed.
  end(row, row.failing_unknown                  ? DutyStatus::cancelled
           : row.status == DutyStatus::breached ? DutyStatus::performed_late
                                                : DutyStatus::performed);
}

void Machine::expire(std::uint32_t index) {
  {
    DutyRow& row = pos_.duties[index];
    const Duty& duty = p_.duties[row.duty.value];
    (void)look_at_owing(index);
    if (row.status == DutyStatus::cancelled) return;
    if (row.owed_unknown) return set_deadline(index);
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
  end_excuse(row);
  row.status = status;
  row.ended = now_;
  ++row.generation;
}

}  // namespace counterpart::engine
