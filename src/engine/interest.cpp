#include "engine/interest.h"

#include <algorithm>

#include "engine/evaluate.h"

namespace counterpart::engine {

using namespace program;

__extension__ using Wide = __int128;

std::int64_t month_units(CivilDate from, CivilDate to) {
  if (to <= from) return 0;
  // Estimate, then settle: plus_months clips to the month's last day, so the estimate is off by one at most.
  std::int32_t months = (to.days - from.days) / 31;
  while (plus_months(from, months + 1) <= to) ++months;
  const CivilDate begun = plus_months(from, months);
  const std::int64_t length = plus_months(from, months + 1).days - begun.days;
  return months * units_in_month + (to.days - begun.days) * (units_in_month / length);
}

Value open_of(const Position& position, const DueRow& due) {
  if (due.amount.tag != Tag::money) return due.amount;
  Value open = due.amount;
  open.number = std::max<std::int64_t>(0, due.amount.number - due.settled);
  (void)position;
  return open;
}

Value interest_of(const Position& position, const DueRow& row) {
  const Program& p = position.program();
  const Due& due = p.dues[row.due.value];
  if (!due.interest_rate.given()) return {};
  if (row.deadline.tag == Tag::unknown) return row.deadline;
  if (row.deadline.tag == Tag::absent) return {};
  const CivilDate due_date = row.deadline.tag == Tag::date
                                 ? CivilDate{static_cast<std::int32_t>(row.deadline.number)}
                                 : p.zone.date_of({row.deadline.number});
  const CivilDate today = p.zone.date_of(position.as_of);
  if (today <= due_date) return {};

  // The open amount as a step function of dates, from the due date on.
  struct Step {
    CivilDate from;
    std::int64_t minor;
  };
  std::vector<Step> steps;
  std::uint32_t why = 0;
  std::size_t amount = 0;
  std::size_t payment = 0;
  std::int64_t owed = 0;
  std::int64_t paid = 0;
  const auto note = [&](Instant at) {
    const CivilDate from = std::max(due_date, p.zone.date_of(at));
    const std::int64_t open = std::max<std::int64_t>(0, owed - paid);
    if (!steps.empty() && steps.back().from == from) {
      steps.back().minor = open;
    } else {
      steps.push_back({from, open});
    }
  };
  while (amount < row.amounts.size() || payment < row.payments.size()) {
    const bool amount_next =
        payment == row.payments.size() ||
        (amount < row.amounts.size() && row.amounts[amount].at <= row.payments[payment].at);
    if (amount_next) {
      const AmountChange& change = row.amounts[amount++];
      if (change.amount.tag == Tag::unknown) why = position.unknowns.join(why, change.amount.why);
      owed = change.amount.tag == Tag::money ? change.amount.number : 0;
      note(change.at);
    } else {
      paid += row.payments[payment].minor;
      note(row.payments[payment++].at);
    }
  }
  if (why != 0) return {Tag::unknown, Bound::exact, 0, why, 0};

  Look look;
  look.subject = row.thing;
  look.now = position.as_of;
  look.has_opened = true;
  look.opened = row.opened;
  const Value rate = evaluate(position, due.interest_rate, look);
  if (rate.tag == Tag::unknown) return rate;
  if (rate.tag != Tag::number) return {};

  // Sum of minor * month units, exact; then one rounding.
  Wide sum = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const CivilDate to = i + 1 < steps.size() ? std::min(steps[i + 1].from, today) : today;
    const std::int64_t units = month_units(due_date, to) - month_units(due_date, steps[i].from);
    if (units > 0) sum += static_cast<Wide>(steps[i].minor) * units;
  }
  if (sum == 0) return {};
  Wide denominator = units_in_month;
  for (std::uint16_t i = 0; i < rate.detail; ++i) denominator *= 10;
  const Wide numerator = sum * rate.number;
  Wide minor = numerator / denominator;
  const Wide rest = numerator % denominator;
  switch (due.interest_rounding) {
    case Rounding::down:
      break;
    case Rounding::up:
      minor += rest > 0 ? 1 : 0;
      break;
    case Rounding::half_up:
      minor += 2 * rest >= denominator ? 1 : 0;
      break;
    case Rounding::half_even:
      minor += (2 * rest > denominator || (2 * rest == denominator && (minor & 1) != 0)) ? 1 : 0;
      break;
  }
  return {Tag::money, rate.bound, row.amount.detail, rate.why, static_cast<std::int64_t>(minor)};
}

}  // namespace counterpart::engine
