// Dues: what is owed, and how payments settle it.

#include <algorithm>
#include <cassert>

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
  row.cancelled = guard == Truth::no;
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
  const Value disputed = evaluate(pos_, due.disputed, look);
  if (row.last_amount != none && amount == row.amount && disputed == row.disputed) return;
  const std::int64_t before = row.amount.tag == Tag::money ? row.amount.number : 0;
  const std::int64_t after = amount.tag == Tag::money ? amount.number : 0;
  row.amount = amount;
  row.disputed = disputed;
  pos_.amount_changes.push_back({now_, amount, disputed, row.last_amount});
  row.last_amount = static_cast<std::uint32_t>(pos_.amount_changes.size() - 1);
  touch(row.thing);
  if (after != before) post(index, after - before, 0);
}

void Machine::post(std::uint32_t index, std::int64_t minor, Sequence entry) {
  const DueRow& row = pos_.dues[index];
  const Due& due = p_.dues[row.due.value];
  const std::uint16_t currency = row.amount.tag == Tag::money ? row.amount.detail : std::uint16_t{0};
  pos_.postings.push_back({index, now_, currency, due.creditor, minor, entry});
  pos_.postings.push_back({index, now_, currency, due.debtor, -minor, entry});
}

void Machine::pay(std::uint32_t due_id, std::uint32_t thing, const ActPlan& plan, const BoundEntry& e) {
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
    pos_.payments.push_back({now_, minor, e.sequence, row.last_payment});
    row.last_payment = static_cast<std::uint32_t>(pos_.payments.size() - 1);
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

}  // namespace counterpart::engine
