// Why an amount, interest or a balance is what it is.

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "engine/evaluate.h"
#include "engine/excuses.h"
#include "engine/explain.h"
#include "engine/explainer.h"
#include "engine/interest.h"
#include "engine/terms.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

Explanation Explainer::due(std::uint32_t index) {
  const DueRow& row = pos_.dues[index];
  const Due& due = p_.dues[row.due.value];
  Explanation e;
  const Value open = open_of(pos_, row);
  e.text = fmt::format("{} owes {} {} on {}, due {}", p_.text(p_.parties[due.debtor.value].name),
                       p_.text(p_.parties[due.creditor.value].name), value_text(pos_, open),
                       pos_.name_of(row.thing), value_text(pos_, row.deadline));
  e.provisions = provision_ids(p_, due.provisions);
  quote(e, due.provisions);
  rule_words(e, due.place);
  std::vector<Explanation> steps;
  for (std::uint32_t i = row.last_amount; i != none; i = pos_.amount_changes[i].before) {
    const AmountChange& change = pos_.amount_changes[i];
    Explanation step;
    step.text = fmt::format("from {}: {} owed{}", p_.zone.format_for_people(change.at),
                            value_text(pos_, change.amount),
                            change.disputed.tag == Tag::money && change.disputed.number != 0
                                ? fmt::format(", {} disputed", value_text(pos_, change.disputed))
                                : "");
    steps.push_back(std::move(step));
  }
  e.steps.insert(e.steps.end(), steps.rbegin(), steps.rend());
  steps.clear();
  for (std::uint32_t i = row.last_payment; i != none; i = pos_.payments[i].before) {
    const Payment& payment = pos_.payments[i];
    Explanation step = payment.entry == 0 ? Explanation{} : entry(payment.entry);
    const std::string what = value_text(
        pos_, {Tag::money, Bound::exact, row.amount.detail, 0, std::max(payment.minor, -payment.minor)});
    if (payment.minor < 0) {
      step = {fmt::format("from {} less is owed, and {} of what was paid is kept as overpaid",
                          p_.zone.format_for_people(payment.at), what),
              {},
              0,
              {}};
    } else if (payment.lot != none) {
      step.text = fmt::format("{} settled out of {}: {}", what,
                              words_of(pos_.account_name(pos_.lots[payment.lot].account)), step.text);
    } else if (payment.against != none) {
      step.text = fmt::format("{} set off against {}: {}", what, pos_.due_item(payment.against), step.text);
    } else {
      step.text = fmt::format("{} settled: {}", what, step.text);
    }
    steps.push_back(std::move(step));
  }
  e.steps.insert(e.steps.end(), steps.rbegin(), steps.rend());
  Look there;
  there.subject = row.thing;
  there.now = pos_.as_of;
  there.has_opened = true;
  there.opened = row.opened;
  for (std::uint32_t i = due.apart.first; i < due.apart.first + due.apart.count; ++i) {
    e.steps.push_back({fmt::format("of which {}: {}", words_of(p_.text(p_.apart[i].name)),
                                   value_text(pos_, evaluate(pos_, p_.apart[i].amount, there))),
                       provision_ids(p_, p_.apart[i].provisions),
                       0,
                       {}});
  }
  if (due.cap.given()) {
    e.steps.push_back(
        {fmt::format("in total at most {}, over all dues under that cap in the order they opened; "
                     "without it {}",
                     value_text(pos_, evaluate(pos_, due.cap, there)),
                     value_text(pos_, evaluate(pos_, due.amount, there))),
         provision_ids(p_, due.cap_provisions),
         0,
         {}});
  }
  if (row.amount.why != 0)
    e.steps.push_back({"not exact, because " + missing_text(pos_, row.amount.why), {}, 0, {}});
  deadline(e, due.deadline, row.thing, row.opened, row.deadline);
  if (row.entry != 0) e.steps.push_back(entry(row.entry));
  const Value interest = interest_of(pos_, row);
  if (interest.tag != Tag::absent) {
    Explanation step;
    Look look;
    look.subject = row.thing;
    look.now = pos_.as_of;
    const CivilDate from{static_cast<std::int32_t>(row.deadline.tag == Tag::date ? row.deadline.number : 0)};
    const CivilDate today = p_.zone.date_of(pos_.as_of);
    const Value rate = evaluate(pos_, due.interest_rate, look);
    step.text = fmt::format("interest to {}: {}", today.with_weekday(), value_text(pos_, interest));
    step.provisions = provision_ids(p_, due.interest_provisions);
    const bool by_month = due.interest_per == RatePeriod::month;
    if (!by_month || due.compounding != Compounding::none) {
      const std::string_view per = by_month                                      ? "month"
                                   : due.interest_per == RatePeriod::day         ? "day"
                                   : due.interest_per == RatePeriod::year_of_365 ? "year of 365 days"
                                                                                 : "year of 360 days";
      const std::string_view how = due.compounding == Compounding::none ? "simple, rounded once"
                                   : due.compounding == Compounding::daily
                                       ? "compounded daily, each day's interest rounded"
                                       : "compounded monthly, each month's interest rounded";
      step.steps.push_back({fmt::format("at {} a {} of what was undisputed and unpaid, for {} days; {}, {}",
                                        value_text(pos_, rate), per, today.days - from.days, how,
                                        rounding_name(due.interest_rounding)),
                            {},
                            0,
                            {}});
    } else if (row.deadline.tag == Tag::date) {
      std::int32_t months = 0;
      while (plus_months(from, months + 1) <= today) ++months;
      Explanation how;
      how.text = fmt::format(
          "simple, at {} a month of what was undisputed and unpaid, for {} whole month{} and {} day{} of a "
          "month of {} days; rounded once, {}",
          value_text(pos_, rate), months, months == 1 ? "" : "s", today.days - plus_months(from, months).days,
          today.days - plus_months(from, months).days == 1 ? "" : "s",
          plus_months(from, months + 1).days - plus_months(from, months).days,
          rounding_name(due.interest_rounding));
      step.steps.push_back(std::move(how));
    }
    if (interest.why != 0)
      step.steps.push_back({"not exact, because " + missing_text(pos_, interest.why), {}, 0, {}});
    e.steps.push_back(std::move(step));
  }
  return e;
}

Explanation Explainer::account(std::uint32_t index) {
  const AccountRow& row = pos_.accounts[index];
  const auto money = [&](std::uint16_t currency, std::int64_t minor) {
    return value_text(pos_, {Tag::money, Bound::exact, currency, 0, minor});
  };
  Explanation e;
  std::string left;
  for (std::size_t at = 0; at < p_.currencies.size(); ++at) {
    const auto c = static_cast<std::uint16_t>(at);
    std::int64_t sum = 0;
    bool any = false;
    for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) {
      if (pos_.lots[n].currency != c) continue;
      any = true;
      sum += pos_.lots[n].left;
    }
    if (any) left += (left.empty() ? "" : " and ") + money(c, sum);
  }
  const std::string_view holder = p_.text(p_.parties[row.holder.value].name);
  const std::string_view against = p_.text(p_.parties[row.against.value].name);
  if (row.account.given()) {
    const Account& account = p_.accounts[row.account.value];
    e.text = fmt::format("{} of {} with {} on {}: {} left", words_of(pos_.account_name(index)), holder,
                         against, pos_.name_of(row.thing), left);
    e.provisions = provision_ids(p_, account.provisions);
    quote(e, account.provisions);
    rule_words(e, account.place);
  } else {
    e.text = fmt::format("{} has paid {} more to {} on {} than is owed; it settles what is owed there next",
                         holder, left, against, pos_.name_of(row.thing));
  }
  std::vector<Explanation> lots;
  for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) {
    const Lot& lot = pos_.lots[n];
    Explanation step;
    step.text = fmt::format("{} on {}, {} left", money(lot.currency, lot.amount),
                            p_.zone.format_for_people(lot.at), money(lot.currency, lot.left));
    if (lot.from.tag != Tag::absent) step.text += ", usable from " + people(lot.from);
    if (lot.until.tag != Tag::absent) {
      step.text += fmt::format("{} through {}, then {}", lot.from.tag == Tag::absent ? ", usable" : "",
                               people(lot.until), lot.lost_after ? "lost" : "frozen");
    }
    step.provisions = provision_ids(p_, lot.cause.provisions);
    if (lot.cause.kind != Cause::Kind::entry || lot.cause.entry != 0) cause(step, lot.cause, row.thing);
    std::vector<Explanation> uses;
    for (std::uint32_t u = lot.last_use; u != none; u = pos_.lot_uses[u].before) {
      const LotUse& use = pos_.lot_uses[u];
      Explanation out = use.entry == 0 || use.lost ? Explanation{} : entry(use.entry);
      out.text = fmt::format("{} {} on {}{}", money(lot.currency, use.minor),
                             use.lost          ? std::string("lost, its time being over,")
                             : use.due != none ? "for " + pos_.due_item(use.due)
                                               : std::string("drawn"),
                             p_.zone.format_for_people(use.at), out.text.empty() ? "" : ": " + out.text);
      uses.push_back(std::move(out));
    }
    step.steps.insert(step.steps.end(), uses.rbegin(), uses.rend());
    lots.push_back(std::move(step));
  }
  e.steps.insert(e.steps.end(), lots.rbegin(), lots.rend());
  return e;
}

std::string Explainer::rounding_name(Rounding r) {
  switch (r) {
    case Rounding::half_up:
      return "half up";
    case Rounding::half_even:
      return "half to even";
    case Rounding::down:
      return "down";
    case Rounding::up:
      return "up";
  }
  return "";
}

}  // namespace counterpart::engine
