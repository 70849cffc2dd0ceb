// What follows from a change: watches on times and conditions, and looking again.

#include <algorithm>
#include <cassert>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

void Machine::add_watches(std::uint32_t thing) {
  const KindPlan& plan = plan_.kinds[pos_.things[thing].kind.value];
  if (!plan.lastings.empty() && pos_.things[thing].first_stretch == none) {
    pos_.things[thing].first_stretch = static_cast<std::uint32_t>(pos_.stretches.size());
    for (const std::uint32_t lasting : plan.lastings) {
      StretchRow row;
      row.thing = thing;
      row.lasting = lasting;
      pos_.stretches.push_back(row);
    }
  }
  for (std::uint32_t w = 0; w < plan.watches.size(); ++w) {
    WatchRow row;
    row.watch = w;
    row.thing = thing;
    row.next = pos_.things[thing].first_watch;
    pos_.watches.push_back(row);
    pos_.things[thing].first_watch = static_cast<std::uint32_t>(pos_.watches.size() - 1);
  }
}

void Machine::start_watch(std::uint32_t index, CivilDate date, Instant at) {
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
    case Watch::Starts::operation:  // what it guards is looked at again when all has settled
      break;
  }
}

Value Machine::next_time(const WatchRow& row, const Trigger& trigger) const {
  Value at = evaluate(pos_, trigger.time, look_at(row.thing));
  if (trigger.every.tag != Tag::duration || row.times == 0) return at;
  const auto steps = static_cast<std::int32_t>(row.times);
  return moved(pos_, at,
               duration_value(duration_count(trigger.every) * steps, duration_unit(trigger.every),
                              duration_calendar(trigger.every)),
               1);
}

void Machine::settle(std::uint32_t thing) {
  touched_.push_back(thing);
  if (settling_) return;
  settling_ = true;
  chain_ = 0;
  while (!touched_.empty() && chain_ <= max_chain) {
    const std::uint32_t t = touched_.back();
    touched_.pop_back();
    settle_one(t);
    look_around(t);
    if (touched_.empty() && !p_.operations.empty()) look_at_operations();
  }
  touched_.clear();
  settling_ = false;
}

void Machine::look_around(std::uint32_t thing) {
  const Thing changed = std::as_const(pos_.things)[thing];
  const KindPlan& plan = plan_.kinds[changed.kind.value];
  for (const std::uint32_t kind : plan.near_lookers) {
    const auto looks = [&](std::uint32_t t) {
      if (t != thing && std::as_const(pos_.things)[t].kind.value == kind) settle_one(t);
    };
    each_part(thing, looks);
    if (changed.parent == none) continue;
    looks(changed.parent);
    each_part(changed.parent, looks);
  }
  const auto look = [&](const std::vector<std::uint32_t>& kinds) {
    for (const std::uint32_t kind : kinds) {
      // What settling makes is settled by itself.
      const Rows<std::uint32_t>& lookers = std::as_const(pos_.things_of_kind[kind]);
      for (std::size_t n = 0, count = lookers.size(); n < count; ++n) {
        if (lookers[n] != thing) settle_one(lookers[n]);
      }
    }
  };
  look(plan.standing_lookers);
  if (changed.facts == changed.facts_seen) return;
  pos_.things[thing].facts_seen = changed.facts;
  look(plan.lookers);
}

void Machine::offices_changed() {
  for (const std::uint32_t kind : plan_.office_lookers) {
    const Rows<std::uint32_t>& lookers = std::as_const(pos_.things_of_kind[kind]);
    for (std::size_t n = 0, count = lookers.size(); n < count; ++n) settle(lookers[n]);
  }
}

void Machine::touch(std::uint32_t thing) {
  if (++chain_ <= max_chain && (touched_.empty() || touched_.back() != thing)) touched_.push_back(thing);
}

void Machine::look_at_stretch(std::uint32_t index) {
  StretchRow& row = pos_.stretches[index];
  const Lasting& lasting = p_.lastings[row.lasting];
  const Look look = noting_when(look_at(row.thing));
  std::uint32_t why = 0;
  const Truth now = truth(pos_, lasting.condition, look, &why);
  row.why = now == Truth::unknown ? why : 0;
  if (now != Truth::yes) {
    if (row.holds) ++row.generation;
    row.holds = false;
    return;
  }
  if (row.holds) return;
  row.holds = true;
  row.since = now_;
  row.reached = lasted_until(pos_, now_, evaluate(pos_, lasting.length, look));
  ++row.generation;
  if (row.reached.tag == Tag::instant) {
    timers_.push(
        {std::max(Instant{row.reached.number}, now_), Timer::Kind::stretch, index, row.generation, 0});
  }
}

void Machine::look_later(std::uint32_t thing) {
  if (std::as_const(pos_.things)[thing].next_look == soonest_) return;
  pos_.things[thing].next_look = soonest_;
  if (soonest_.seconds != INT64_MAX) timers_.push({soonest_, Timer::Kind::look, thing, 0, 0});
}

void Machine::settle_one(std::uint32_t thing) {
  if (std::as_const(pos_.things)[thing].gone) return settle_gone(thing);
  soonest_ = Instant{INT64_MAX};
  for (std::uint32_t d = pos_.things[thing].first_due; d != none; d = pos_.dues[d].next) refresh_due(d);
  use_overpaid(thing);
  if (const std::uint32_t first = pos_.things[thing].first_stretch; first != none) {
    const auto count = plan_.kinds[pos_.things[thing].kind.value].lastings.size();
    for (std::uint32_t s = 0; s < count; ++s) look_at_stretch(first + s);
  }
  if (const std::uint32_t key = pos_.things[thing].key; key != none) {
    for (std::uint32_t n = last_pending(key); n != none; n = std::as_const(pos_.pending)[n].next)
      look_at_pending(n);
  }
  for (std::uint32_t d = pos_.things[thing].first_duty; d != none; d = pos_.duties[d].next) {
    DutyRow& row = pos_.duties[d];
    const Duty& duty = p_.duties[row.duty.value];
    if (duty.keeps.given()) keep(d);
    if (!is_open(row.status)) continue;
    const bool other = look_at_owing(d);
    if (other) touch(thing);
    if (row.status == DutyStatus::cancelled) continue;
    if (look_at_excuses(d) || other || plan_.deadline_is_live[row.duty.value]) set_deadline(d);
  }
  for (std::uint32_t w = pos_.things[thing].first_watch; w != none; w = pos_.watches[w].next) look_again(w);
  look_later(thing);
}

void Machine::settle_gone(std::uint32_t thing) {
  for (std::uint32_t d = pos_.things[thing].first_duty; d != none; d = pos_.duties[d].next) {
    if (is_open(std::as_const(pos_.duties)[d].status)) end(pos_.duties[d], DutyStatus::cancelled);
  }
  for (std::uint32_t d = pos_.things[thing].first_due; d != none; d = pos_.dues[d].next) refresh_due(d);
  for (std::uint32_t w = pos_.things[thing].first_watch; w != none; w = pos_.watches[w].next) {
    pos_.watches[w].scheduled = false;
    ++pos_.watches[w].generation;
  }
}

void Machine::look_again(std::uint32_t index) {
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
        at.tag == Tag::date
            ? p_.zone.start_of({static_cast<std::int32_t>(at.number) + (watch.trigger.past_the_day ? 1 : 0)})
            : Instant{at.number};
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
  const Truth now = both(watch.operates, watch.trigger.condition, noting_when(look_at(row.thing)));
  // What is to be kept and may have failed is looked after by its duty, which stays unknown.
  const bool is_true = now == Truth::yes || (now == Truth::unknown && watch.keeps);
  const bool rises = is_true && !row.was_true;
  row.was_true = is_true;
  if (rises) start_watch(index, p_.zone.date_of(now_), now_);
}

}  // namespace counterpart::engine
