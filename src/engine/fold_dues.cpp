// Dues: what is owed, and how payments settle it.

#include <algorithm>
#include <tuple>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

void Machine::open_due(DueId id, std::uint32_t thing, Sequence entry, Instant at) {
  const Due& due = p_.dues[id.value];
  if (!due.window.holds(at)) return;
  Look look = look_at(thing);
  look.has_opened = true;
  look.opened = at;
  if (both(due.operates, due.guard, look) == Truth::no) return;
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

void Machine::refresh_due(std::uint32_t index) {
  DueRow& row = pos_.dues[index];
  const Due& due = p_.dues[row.due.value];
  Look look = look_at(row.thing);
  look.has_opened = true;
  look.opened = row.opened;
  std::uint32_t why = 0;
  const Truth guard = truth(pos_, due.guard, look, &why);
  row.cancelled = guard == Truth::no || std::as_const(pos_.things)[row.thing].gone;
  const Value deadline = evaluate(pos_, due.deadline, look);
  if (deadline != row.deadline) {
    row.deadline = deadline;
    ++row.generation;
    const bool known = deadline.tag == Tag::date || deadline.tag == Tag::instant;
    if (known && deadline.bound == Bound::exact && expiry(deadline) > now_)
      timers_.push({expiry(deadline), Timer::Kind::due, index, row.generation, 0});
    touch(row.thing);
  }
  Value amount = evaluate(pos_, due.amount, look);
  if (row.cancelled) amount = {Tag::money, Bound::exact, 0, 0, 0};
  if (guard == Truth::unknown)
    amount = {Tag::unknown, Bound::exact, 0, why, 0};  // whether it is owed at all is not known
  if (amount.tag == Tag::money && amount.bound != Bound::at_least && amount.number < 0) amount.number = 0;
  if (due.cap.given() && !row.cancelled) amount = capped(index, amount, look);
  const Value disputed = evaluate(pos_, due.disputed, look);
  if (row.last_amount != none && amount == row.amount && disputed == row.disputed) return;
  const std::int64_t before = row.amount.tag == Tag::money ? row.amount.number : 0;
  const std::int64_t after = amount.tag == Tag::money ? amount.number : 0;
  const Value was = row.amount;
  row.amount = amount;
  row.disputed = disputed;
  pos_.amount_changes.push_back({now_, amount, disputed, row.last_amount});
  row.last_amount = static_cast<std::uint32_t>(pos_.amount_changes.size() - 1);
  touch(row.thing);
  const std::uint16_t currency = amount.tag == Tag::money ? amount.detail : was.detail;
  const Book book{Book::Kind::due, row.due.value};
  if (after != before) {
    post(due.creditor, due.debtor, {Book::Kind::charged, none}, book, after - before, currency, 0, index,
         none);
  }
  // Less is owed than was settled: the rest is not lost.
  const bool bounded = amount.tag == Tag::money && amount.bound != Bound::at_least;
  if (bounded && row.settled > amount.number) {
    const std::int64_t over = row.settled - amount.number;
    const Sequence entry =
        row.last_payment == none ? 0 : std::as_const(pos_.payments)[row.last_payment].entry;
    row.settled -= over;
    pos_.payments.push_back({now_, -over, entry, row.last_payment});
    row.last_payment = static_cast<std::uint32_t>(pos_.payments.size() - 1);
    overpay(index, over, entry, book);
  }
}

Value Machine::capped(std::uint32_t index, const Value& amount, const Look& look) const {
  const DueRow& row = std::as_const(pos_.dues)[index];
  const Due& due = p_.dues[row.due.value];
  const auto group = [&](const DueRow& of, const Look& at) {
    const ExprId id = p_.dues[of.due.value].cap_for;
    return id.given() ? thing_of(evaluate(pos_, id, at)) : none;
  };
  const Truth free = due.cap_unless.given() ? truth(pos_, due.cap_unless, look) : Truth::no;
  if (free == Truth::yes) return amount;
  Value left = evaluate(pos_, due.cap, look);
  const std::uint32_t mine = group(row, look);
  for (std::uint32_t d = 0; d < index; ++d) {
    const DueRow& other = std::as_const(pos_.dues)[d];
    const Due& rule = p_.dues[other.due.value];
    const bool shares = other.due == row.due || (due.cap_name.given() && rule.cap_name == due.cap_name);
    if (!shares || other.cancelled || other.amount.tag == Tag::absent) continue;
    Look there = look_at(other.thing);
    there.has_opened = true;
    there.opened = other.opened;
    if (group(other, there) != mine) continue;
    if (rule.cap_unless.given() && truth(pos_, rule.cap_unless, there) == Truth::yes) continue;
    if (left.tag == Tag::unknown || other.amount.tag == Tag::unknown) {
      // How much of it is used up is not known: at most all of it is left.
      left.why = pos_.unknowns.join(left.why, other.amount.why);
      if (left.tag == Tag::money) left.bound = Bound::at_most;
      continue;
    }
    if (left.tag != Tag::money || left.detail != other.amount.detail) continue;
    left.number = std::max<std::int64_t>(0, left.number - other.amount.number);
    left.why = pos_.unknowns.join(left.why, other.amount.why);
  }
  if (left.tag == Tag::absent) return amount;
  if (amount.tag == Tag::unknown && left.tag == Tag::unknown)
    return {Tag::unknown, Bound::exact, 0, pos_.unknowns.join(amount.why, left.why), 0};
  Value out =
      amount.tag == Tag::unknown || (left.tag == Tag::money && left.number < amount.number) ? left : amount;
  // An unknown on either side leaves the other as the most it can be.
  const bool unsure = amount.tag == Tag::unknown || left.tag == Tag::unknown || free == Truth::unknown ||
                      (left.bound != Bound::exact && out.number != 0);
  if (free == Truth::unknown) out = amount;
  if (unsure && out.number != 0) {
    out.bound = Bound::at_most;
    out.why = pos_.unknowns.join(amount.why, left.why);
  }
  return out;
}

void Machine::post(PartyId holder, PartyId against, Book from, Book to, std::int64_t minor,
                   std::uint16_t currency, Sequence entry, std::uint32_t due, std::uint32_t lot) {
  pos_.postings.push_back({now_, currency, minor, holder, against, from, to, entry, due, lot});
}

std::int64_t Machine::open_part(std::uint32_t index) const {
  const DueRow& row = std::as_const(pos_.dues)[index];
  if (row.cancelled || row.amount.tag != Tag::money) return 0;
  return std::max<std::int64_t>(0, row.amount.number - row.settled);
}

std::vector<std::uint32_t> Machine::in_order(std::uint32_t thing, DueId due) const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t d = pos_.things[thing].first_due; d != none; d = std::as_const(pos_.dues)[d].next) {
    if (!due.given() || std::as_const(pos_.dues)[d].due == due) out.push_back(d);
  }
  std::sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(std::as_const(pos_.dues)[a].due.value, a) <
           std::tuple(std::as_const(pos_.dues)[b].due.value, b);
  });
  return out;
}

void Machine::settle_part(std::uint32_t index, std::int64_t minor, Sequence entry, std::uint32_t lot,
                          std::uint32_t against) {
  const auto pay_row = [&](std::uint32_t d, std::uint32_t by) {
    DueRow& row = pos_.dues[d];
    row.settled += minor;
    pos_.payments.push_back({now_, minor, entry, row.last_payment, lot, by});
    row.last_payment = static_cast<std::uint32_t>(pos_.payments.size() - 1);
    touch(row.thing);
  };
  pay_row(index, against);
  if (against != none) pay_row(against, index);
  const DueRow& row = std::as_const(pos_.dues)[index];
  const Due& due = p_.dues[row.due.value];
  Book to{Book::Kind::paid, none};
  if (lot != none) {
    to = {Book::Kind::account,
          std::as_const(pos_.accounts)[std::as_const(pos_.lots)[lot].account].account.value};
  } else if (against != none) {
    to = {Book::Kind::due, std::as_const(pos_.dues)[against].due.value};
  }
  post(due.creditor, due.debtor, {Book::Kind::due, row.due.value}, to, minor, row.amount.detail, entry, index,
       lot);
}

void Machine::overpay(std::uint32_t index, std::int64_t minor, Sequence entry, Book from) {
  const DueRow row = std::as_const(pos_.dues)[index];
  const Due& due = p_.dues[row.due.value];
  Lot lot;
  lot.currency = row.amount.tag == Tag::money ? row.amount.detail : std::uint16_t{0};
  lot.amount = minor;
  lot.cause = {Cause::Kind::entry, entry, none, due.provisions};
  put_in(account_row({}, row.thing, due.debtor, due.creditor), lot, from);
}

void Machine::pay(std::uint32_t thing, const ActPlan& plan, const BoundEntry& e) {
  if (plan.amount_input == none) return;
  const auto inputs = record_.values(e.inputs);
  if (plan.amount_input >= inputs.size() || inputs[plan.amount_input].tag != Tag::money) return;
  const std::uint16_t currency = inputs[plan.amount_input].detail;
  std::int64_t left = inputs[plan.amount_input].number;
  Look look = look_at(thing);
  look.act = &e;
  const Due* paid_in_money = nullptr;
  for (const ActPlan::Settles& settles : plan.settles) {
    const Settlement& how = p_.settlements[settles.settlement];
    const Due& due = p_.dues[settles.due];
    const bool money = !how.account.given() && !how.against.given();
    if (money && paid_in_money == nullptr) paid_in_money = &due;
    const std::uint32_t other = money ? none : thing_of(evaluate(pos_, how.thing, look));
    if (!money && other == none) continue;
    for (const std::uint32_t d : in_order(thing, DueId{settles.due})) {
      if (std::as_const(pos_.dues)[d].amount.tag == Tag::money &&
          std::as_const(pos_.dues)[d].amount.detail != currency)
        continue;
      std::int64_t part = std::min(left, open_part(d));
      if (part <= 0) continue;
      if (how.account.given()) {
        const Account& account = p_.accounts[how.account.value];
        left -= draw(account_row(how.account, other, account.holder, account.against), part, currency,
                     e.sequence, d);
      } else if (how.against.given()) {
        for (const std::uint32_t a : in_order(other, how.against)) {
          const std::int64_t both = a == d ? 0 : std::min(part, open_part(a));
          if (both <= 0) continue;
          settle_part(d, both, e.sequence, none, a);
          part -= both;
          left -= both;
        }
        touched_.push_back(other);
      } else {
        settle_part(d, part, e.sequence, none, none);
        left -= part;
      }
    }
  }
  if (left <= 0 || paid_in_money == nullptr) return;
  Lot lot;
  lot.currency = currency;
  lot.amount = left;
  lot.cause = {Cause::Kind::entry, e.sequence, none, paid_in_money->provisions};
  put_in(account_row({}, thing, paid_in_money->debtor, paid_in_money->creditor), lot,
         {Book::Kind::paid, none});
}

void Machine::use_overpaid(std::uint32_t thing) {
  for (std::uint32_t a = pos_.things[thing].first_account; a != none;
       a = std::as_const(pos_.accounts)[a].next) {
    const AccountRow account = std::as_const(pos_.accounts)[a];
    if (account.account.given()) continue;
    bool any = false;
    for (std::uint32_t n = account.last_lot; n != none && !any; n = std::as_const(pos_.lots)[n].before)
      any = std::as_const(pos_.lots)[n].left > 0;
    if (!any) continue;
    for (const std::uint32_t d : in_order(thing, {})) {
      const DueRow& row = std::as_const(pos_.dues)[d];
      const Due& due = p_.dues[row.due.value];
      const auto first = p_.settlements.begin() + due.settlements.first;
      const bool in_money = std::any_of(first, first + due.settlements.count, [](const Settlement& s) {
        return !s.account.given() && !s.against.given();
      });
      const std::int64_t open = open_part(d);
      if (in_money && open > 0 && due.debtor == account.holder && due.creditor == account.against)
        draw(a, open, row.amount.detail, 0, d);
    }
  }
}

}  // namespace counterpart::engine
