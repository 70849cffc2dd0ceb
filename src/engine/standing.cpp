#include "engine/standing.h"

#include <algorithm>

#include "engine/interest.h"

namespace counterpart::engine {

using namespace program;

namespace {

constexpr Value yes_or_no(bool b) { return {Tag::yes_no, Bound::exact, 0, 0, b ? 1 : 0}; }

// Amounts added up: the known part, and what the rest waits for.
struct Sum {
  Value total{Tag::money, Bound::exact, 0, 0, 0};
  bool any = false;
  void add(const Position& position, const Value& v) {
    if (v.tag == Tag::absent) return;
    total.why = position.unknowns.join(total.why, v.why);
    if (v.tag == Tag::unknown) {
      total.bound = total.bound == Bound::at_most ? Bound::at_most : Bound::at_least;
      unsure = unsure || total.bound == Bound::at_most;
      return;
    }
    if (v.bound != Bound::exact) {
      unsure = unsure || (total.bound != Bound::exact && total.bound != v.bound);
      total.bound = v.bound;
    }
    if (!any) total.detail = v.detail;
    any = true;
    unsure =
        unsure || total.detail != v.detail || __builtin_add_overflow(total.number, v.number, &total.number);
  }
  [[nodiscard]] Value value() const {
    // Bounds on both sides, or nothing known at all: no number says anything.
    const bool nothing = total.bound == Bound::at_least && total.number == 0;
    if (unsure || nothing) return {Tag::unknown, Bound::exact, 0, total.why, 0};
    return total;
  }
  bool unsure = false;
};

bool passed(const Program& p, const Value& deadline, Instant now) {
  if (deadline.tag == Tag::date) return p.zone.date_of(now).days > deadline.number;
  return deadline.tag == Tag::instant && now.seconds > deadline.number;
}

bool cites(const Program& p, Range cited, ProvisionId provision) {
  const auto first = p.cited.begin() + cited.first;
  return std::find(first, first + cited.count, provision) != first + cited.count;
}

// Whether something is open: unknown where the amount is and could be nothing.
Value something_open(const Value& open) {
  const bool known = open.tag == Tag::money && (open.bound != Bound::at_most || open.number == 0) &&
                     (open.bound != Bound::at_least || open.number > 0);
  if (known) return yes_or_no(open.number > 0);
  return {Tag::unknown, Bound::exact, 0, open.why, 0};
}

std::uint32_t facts_of(const DutyRow& row) {
  switch (row.status) {
    case DutyStatus::due:
    case DutyStatus::unknown:
      return row.overdue ? duty_open | duty_overdue : std::uint32_t{duty_open};
    case DutyStatus::performed:
      return duty_performed_in_time;
    case DutyStatus::performed_late:
      return duty_performed_late;
    case DutyStatus::breached:
      return duty_breached;
    case DutyStatus::lapsed:
      return duty_lapsed;
    case DutyStatus::cancelled:
      return duty_cancelled;
    case DutyStatus::excused:
      return duty_open | duty_excused;
    case DutyStatus::waived:
      return duty_waived;
  }
  return 0;
}

}  // namespace

Value due_fact(const Position& position, std::uint32_t thing, DueId due, DueFact fact, Instant now) {
  const Program& p = position.program();
  if (thing != none && p.dues[due.value].subject != position.things[thing].kind) {
    // A reference to one of several kinds: the due of the same name.
    due = p.due(position.things[thing].kind, p.text(p.dues[due.value].name));
  }
  Sum sum;
  Value earliest, latest;  // due dates of what is open; of all
  bool given = false;
  bool yes = false;
  std::uint32_t why = 0;
  const auto ask = [&](const Value& answer) {
    if (answer.tag == Tag::unknown) why = position.unknowns.join(why, answer.why);
    yes = yes || (answer.tag == Tag::yes_no && answer.number != 0);
  };
  const auto order = [&](const Value& v) {
    return v.tag == Tag::date ? p.zone.end_of({static_cast<std::int32_t>(v.number)}).seconds : v.number;
  };
  for (std::uint32_t d = thing == none || !due.given() ? none : position.things[thing].first_due; d != none;
       d = position.dues[d].next) {
    const DueRow& row = position.dues[d];
    if (row.due != due || row.cancelled) continue;
    given = true;
    switch (fact) {
      case DueFact::is_overdue:
        if (row.deadline.tag == Tag::unknown) {
          ask(row.deadline);
        } else if (passed(p, row.deadline, now)) {
          ask(something_open(open_of(position, row)));
        }
        break;
      case DueFact::is_open:
      case DueFact::is_settled:
        ask(something_open(open_of(position, row)));
        break;
      case DueFact::is_given:
      case DueFact::overpaid:
        break;
      case DueFact::open:
        sum.add(position, open_of(position, row));
        break;
      case DueFact::amount:
        sum.add(position, row.amount);
        break;
      case DueFact::settled:
        sum.add(position,
                {Tag::money, Bound::exact,
                 row.amount.tag == Tag::money ? row.amount.detail : std::uint16_t{0}, 0, row.settled});
        break;
      case DueFact::disputed:
        sum.add(position, row.disputed);
        break;
      case DueFact::interest:
        sum.add(position, interest_of(position, row, now));
        break;
      case DueFact::due_date: {
        if (row.deadline.tag == Tag::absent) break;
        const Value open = something_open(open_of(position, row));
        if (row.deadline.tag == Tag::unknown) {
          earliest = row.deadline;
          break;
        }
        const bool is_open = open.tag == Tag::unknown || open.number != 0;
        if (is_open && earliest.tag != Tag::unknown &&
            (earliest.tag == Tag::absent || order(row.deadline) < order(earliest)))
          earliest = row.deadline;
        if (latest.tag == Tag::absent || order(row.deadline) > order(latest)) latest = row.deadline;
        break;
      }
    }
  }
  if (fact == DueFact::overpaid && thing != none && due.given()) {
    for (std::uint32_t a = position.things[thing].first_account; a != none; a = position.accounts[a].next) {
      const AccountRow& row = position.accounts[a];
      if (row.account.given() || row.holder != p.dues[due.value].debtor) continue;
      for (std::uint32_t n = row.last_lot; n != none; n = position.lots[n].before)
        sum.add(position, {Tag::money, Bound::exact, position.lots[n].currency, 0, position.lots[n].left});
    }
  }
  switch (fact) {
    case DueFact::is_given:
      return yes_or_no(given);
    case DueFact::is_settled:
      if (!given || yes) return yes_or_no(false);
      return why != 0 ? Value{Tag::unknown, Bound::exact, 0, why, 0} : yes_or_no(true);
    case DueFact::is_overdue:
    case DueFact::is_open:
      if (yes) return yes_or_no(true);
      return why != 0 ? Value{Tag::unknown, Bound::exact, 0, why, 0} : yes_or_no(false);
    case DueFact::due_date:
      return earliest.tag == Tag::absent ? latest : earliest;
    case DueFact::open:
    case DueFact::amount:
    case DueFact::settled:
    case DueFact::disputed:
    case DueFact::overpaid:
    case DueFact::interest:
      return sum.value();
  }
  return {};
}

LotState lot_state(const Position& position, const Lot& lot, Instant now) {
  const Program& p = position.program();
  if (lot.from.tag == Tag::unknown || lot.until.tag == Tag::unknown) return LotState::unknown;
  const bool begun = lot.from.tag == Tag::date      ? p.zone.date_of(now).days >= lot.from.number
                     : lot.from.tag == Tag::instant ? now.seconds >= lot.from.number
                                                    : true;
  if (!begun) return LotState::not_yet;
  return passed(p, lot.until, now) ? LotState::over : LotState::usable;
}

Value account_fact(const Position& position, std::uint32_t thing, AccountId account, AccountFact fact,
                   Instant now) {
  const Program& p = position.program();
  if (thing != none && p.accounts[account.value].subject != position.things[thing].kind)
    account = p.account(position.things[thing].kind, p.text(p.accounts[account.value].name));
  Sum sum;
  for (std::uint32_t a = thing == none ? none : position.things[thing].first_account; a != none;
       a = position.accounts[a].next) {
    if (position.accounts[a].account != account) continue;
    for (std::uint32_t n = position.accounts[a].last_lot; n != none; n = position.lots[n].before) {
      const Lot& lot = position.lots[n];
      Value v{Tag::money, Bound::exact, lot.currency, 0, 0};
      switch (fact) {
        case AccountFact::balance:
          v.number = lot.left;
          break;
        case AccountFact::available: {
          const LotState state = lot_state(position, lot, now);
          if (state == LotState::usable) v.number = lot.left;
          if (state == LotState::unknown && lot.left > 0) {
            v.tag = Tag::unknown;
            v.why = position.unknowns.join(lot.from.why, lot.until.why);
          }
          break;
        }
        case AccountFact::put_in:
          v.number = lot.amount;
          break;
        case AccountFact::drawn:
          for (std::uint32_t u = lot.last_use; u != none; u = position.lot_uses[u].before) {
            if (!position.lot_uses[u].lost) v.number += position.lot_uses[u].minor;
          }
          break;
      }
      sum.add(position, v);
    }
  }
  return sum.value();
}

Value duty_is(const Position& position, std::uint32_t thing, ProvisionId provision, std::uint32_t facts) {
  if (thing == none) return yes_or_no(false);
  const Program& p = position.program();
  std::uint32_t why = 0;
  bool is_unknown = false;
  for (std::uint32_t d = position.things[thing].first_duty; d != none; d = position.duties[d].next) {
    const DutyRow& row = position.duties[d];
    if (!cites(p, p.duties[row.duty.value].provisions, provision)) continue;
    if (is_open(row.status) && row.owed_unknown) {
      // Neither open nor missed, nor yet ended: that hangs on whether it is owed.
      if ((facts & (duty_open | duty_overdue | duty_breached | duty_lapsed | duty_cancelled)) != 0)
        why = position.unknowns.join(why, row.owed_why), is_unknown = true;
      continue;
    }
    if ((facts_of(row) & facts) != 0) return yes_or_no(true);
    if (row.status == DutyStatus::unknown && (facts & ~std::uint32_t{duty_open}) != 0)
      why = position.unknowns.join(why, row.why);
  }
  return is_unknown || why != 0 ? Value{Tag::unknown, Bound::exact, 0, why, 0} : yes_or_no(false);
}

Value in_breach(const Position& position, std::uint32_t thing, ProvisionId provision, PartyId party,
                Instant now) {
  const Program& p = position.program();
  for (const BreachRow& row : position.breaches) {
    if (row.thing != thing || thing == none || row.until <= now) continue;
    if (party.given() && row.party != party) continue;
    const Range cited = row.duty != none          ? p.duties[position.duties[row.duty].duty.value].provisions
                        : row.requirement != none ? p.requirements[row.requirement].provisions
                                                  : Range{};
    if (cites(p, cited, provision)) return yes_or_no(true);
  }
  return yes_or_no(false);
}

}  // namespace counterpart::engine
