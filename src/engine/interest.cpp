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

namespace {

Wide divided(Wide numerator, Wide denominator, Rounding rounding) {
  const Wide whole = numerator / denominator;
  const Wide rest = numerator % denominator;
  switch (rounding) {
    case Rounding::down:
      break;
    case Rounding::up:
      return whole + (rest > 0 ? 1 : 0);
    case Rounding::half_up:
      return whole + (2 * rest >= denominator ? 1 : 0);
    case Rounding::half_even:
      return whole + (2 * rest > denominator || (2 * rest == denominator && (whole & 1) != 0) ? 1 : 0);
  }
  return whole;
}

template <class Row>
std::vector<Row> newest_first(const Rows<Row>& rows, std::uint32_t last) {
  std::vector<Row> out;
  for (std::uint32_t i = last; i != none; i = rows[i].before) out.push_back(rows[i]);
  return out;
}

}  // namespace

Value open_of(const Position& position, const DueRow& due) {
  if (due.amount.tag != Tag::money) return due.amount;
  Value open = due.amount;
  open.number = std::max<std::int64_t>(0, due.amount.number - due.settled);
  (void)position;
  return open;
}

Value interest_of(const Position& position, const DueRow& row) {
  return interest_of(position, row, position.as_of);
}

Value interest_of(const Position& position, const DueRow& row, Instant through) {
  const Program& p = position.program();
  const Due& due = p.dues[row.due.value];
  if (!due.interest_rate.given()) return {};
  if (row.deadline.tag == Tag::unknown) return row.deadline;
  if (row.deadline.tag == Tag::absent) return {};
  const CivilDate due_date = row.deadline.tag == Tag::date
                                 ? CivilDate{static_cast<std::int32_t>(row.deadline.number)}
                                 : p.zone.date_of({row.deadline.number});
  const CivilDate today = p.zone.date_of(through);
  if (today <= due_date) return {};

  // The open amount as a step function of dates, from the due date on.
  struct Step {
    CivilDate from;
    std::int64_t minor;
  };
  std::vector<Step> steps;
  std::uint32_t why = 0;
  const std::vector<AmountChange> amounts = newest_first(position.amount_changes, row.last_amount);
  const std::vector<Payment> payments = newest_first(position.payments, row.last_payment);
  auto amount = amounts.rbegin();
  auto payment = payments.rbegin();
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
  while (amount != amounts.rend() || payment != payments.rend()) {
    const bool amount_next =
        payment == payments.rend() || (amount != amounts.rend() && amount->at <= payment->at);
    if (amount_next) {
      if (amount->amount.tag == Tag::unknown) why = position.unknowns.join(why, amount->amount.why);
      owed = amount->amount.tag == Tag::money ? amount->amount.number : 0;
      note((amount++)->at);
    } else {
      paid += payment->minor;
      note((payment++)->at);
    }
  }
  if (why != 0) return {Tag::unknown, Bound::exact, 0, why, 0};

  Look look;
  look.subject = row.thing;
  look.now = through;
  look.has_opened = true;
  look.opened = row.opened;
  const Value rate = evaluate(position, due.interest_rate, look);
  if (rate.tag == Tag::unknown) return rate;
  if (rate.tag != Tag::number) return {};

  // Of months in parts of a month; of days and years in days.
  const bool by_month = due.interest_per == RatePeriod::month;
  const auto units = [&](CivilDate from, CivilDate to) -> std::int64_t {
    if (to <= from) return 0;
    return by_month ? month_units(due_date, to) - month_units(due_date, from) : to.days - from.days;
  };
  Wide denominator = by_month                                      ? units_in_month
                     : due.interest_per == RatePeriod::year_of_365 ? 365
                     : due.interest_per == RatePeriod::year_of_360 ? 360
                                                                   : 1;
  for (std::uint16_t i = 0; i < rate.detail; ++i) denominator *= 10;

  // Period by period: what bears interest times its time, exact, and one rounding. Simple interest is one
  // period; compounded, each whole period's interest bears interest from the next on.
  Wide accrued = 0;
  std::size_t step = 0;
  CivilDate from = due_date;
  for (std::int32_t n = 1; from < today; ++n) {
    const CivilDate whole = due.compounding == Compounding::daily     ? plus_days(due_date, n)
                            : due.compounding == Compounding::monthly ? plus_months(due_date, n)
                                                                      : today;
    const CivilDate to = std::min(whole, today);
    Wide sum = accrued * units(from, to);
    while (step + 1 < steps.size() && steps[step + 1].from <= from) ++step;
    for (std::size_t i = step; i < steps.size() && steps[i].from < to; ++i) {
      const CivilDate end = i + 1 < steps.size() ? std::min(steps[i + 1].from, to) : to;
      sum += static_cast<Wide>(steps[i].minor) * units(std::max(steps[i].from, from), end);
    }
    accrued += divided(sum * rate.number, denominator, due.interest_rounding);
    from = to;
  }
  if (accrued == 0) return {};
  return {Tag::money, rate.bound, row.amount.detail, rate.why, static_cast<std::int64_t>(accrued)};
}

}  // namespace counterpart::engine
