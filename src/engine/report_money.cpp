// Dues and accounts of a report.

#include <fmt/core.h>

#include <algorithm>

#include "engine/evaluate.h"
#include "engine/excuses.h"
#include "engine/interest.h"
#include "engine/report.h"
#include "engine/reporter.h"
#include "engine/standing.h"
#include "engine/terms.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

Datum Reporter::dues() {
  Datum list = Datum::list();
  for (std::uint32_t n = 0; n < pos_.dues.size(); ++n) {
    const DueRow& row = pos_.dues[n];
    if (row.cancelled) continue;
    const Due& due = p_.dues[row.due.value];
    const std::string id = pos_.due_item(n);
    const Value open = open_of(pos_, row);
    const Value interest = interest_of(pos_, row);
    Datum d = Datum::record();
    d.set("id", Datum::of_text(id));
    d.set("provisions", cited(due.provisions));
    d.set("debtor", party(due.debtor));
    d.set("creditor", party(due.creditor));
    d.set("on", Datum::of_text(pos_.name_of(row.thing)));
    std::string text = fmt::format("{} owes {} {} on {}", p_.text(p_.parties[due.debtor.value].name),
                                   p_.text(p_.parties[due.creditor.value].name), value_text(pos_, open),
                                   pos_.name_of(row.thing));
    d.set("text", Datum::of_text(text));
    d.set("currency", Datum::of_text(std::string(
                          p_.currencies[row.amount.tag == Tag::money ? row.amount.detail : 0].name())));
    d.set("amount", plain(row.amount));
    d.set("disputed", plain(row.disputed));
    d.set("settled",
          plain({Tag::money, Bound::exact,
                 row.amount.tag == Tag::money ? row.amount.detail : std::uint16_t{0}, 0, row.settled}));
    d.set("open", plain(open));
    add_bound(d, open, id);
    if (!due.apart.empty()) d.set("of_which", apart(row));
    if (due.cap.given()) d.set("cap_provisions", cited(due.cap_provisions));
    d.set("due", plain(row.deadline));
    std::string status = "pending";
    if (open.tag == Tag::unknown || row.deadline.tag == Tag::unknown) {
      status = "unknown";
    } else if (open.number == 0) {
      status = "settled";
    } else if (passed(row.deadline)) {
      status = "overdue";
    }
    d.set("status", Datum::of_text(status));
    std::uint32_t why = pos_.unknowns.join(row.amount.why, row.deadline.why);
    if (interest.tag != Tag::absent) {
      Datum i = Datum::record();
      i.set("amount", plain(interest));
      i.set("text", Datum::of_text(value_text(pos_, interest)));
      add_bound(i, interest, id);
      i.set("provisions", cited(due.interest_provisions));
      d.set("interest", std::move(i));
    }
    if (why != 0) d.set("unknown", waits_for(why, id));
    Datum causes = Datum::list();
    Datum cause = Datum::record();
    if (row.entry != 0) cause.set("entry", Datum::of_number(static_cast<std::int64_t>(row.entry)));
    for (std::uint32_t i = row.last_payment; i != none; i = pos_.payments[i].before) {
      Datum paid = Datum::record();
      paid.set("entry", Datum::of_number(static_cast<std::int64_t>(pos_.payments[i].entry)));
      causes.items.insert(causes.items.begin(), std::move(paid));
    }
    cause.set("rule", Datum::of_text(std::string(p_.text(due.name))));
    causes.items.insert(causes.items.begin(), std::move(cause));
    d.set("because", std::move(causes));
    list.items.push_back(std::move(d));
  }
  return list;
}

Datum Reporter::apart(const DueRow& row) {
  Datum list = Datum::list();
  Look at = look(row.thing);
  at.has_opened = true;
  at.opened = row.opened;
  const Range parts = p_.dues[row.due.value].apart;
  for (std::uint32_t i = parts.first; i < parts.first + parts.count; ++i) {
    const Value v = evaluate(pos_, p_.apart[i].amount, at);
    Datum d = Datum::record();
    d.set("name", Datum::of_text(words_of(p_.text(p_.apart[i].name))));
    d.set("amount", plain(v));
    d.set("text", Datum::of_text(value_text(pos_, v)));
    d.set("provisions", cited(p_.apart[i].provisions));
    list.items.push_back(std::move(d));
  }
  return list;
}

Datum Reporter::accounts() {
  Datum list = Datum::list();
  for (std::uint32_t a = 0; a < pos_.accounts.size(); ++a) {
    const AccountRow& row = pos_.accounts[a];
    const std::string id = pos_.account_item(a);
    Datum d = Datum::record();
    d.set("id", Datum::of_text(id));
    d.set("name", Datum::of_text(std::string(pos_.account_name(a))));
    d.set("provisions",
          row.account.given() ? cited(p_.accounts[row.account.value].provisions) : Datum::list());
    d.set("holder", party(row.holder));
    d.set("against", party(row.against));
    d.set("on", Datum::of_text(pos_.name_of(row.thing)));
    // A currency is never added to another: one sum for each.
    Datum balances = Datum::list();
    for (std::size_t at = 0; at < p_.currencies.size(); ++at) {
      const auto c = static_cast<std::uint16_t>(at);
      Value left{Tag::money, Bound::exact, c, 0, 0};
      Value usable = left;
      bool any = false;
      for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) {
        const Lot& lot = pos_.lots[n];
        if (lot.currency != c) continue;
        any = true;
        left.number += lot.left;
        const LotState state = lot_state(pos_, lot, pos_.as_of);
        if (state == LotState::usable) usable.number += lot.left;
        if (state != LotState::unknown || lot.left == 0) continue;
        usable.bound = Bound::at_least;
        usable.why = pos_.unknowns.join(usable.why, pos_.unknowns.join(lot.from.why, lot.until.why));
      }
      if (!any) continue;
      Datum b = Datum::record();
      b.set("currency", Datum::of_text(std::string(p_.currencies[c].name())));
      b.set("balance", plain(left));
      b.set("available", plain(usable));
      add_bound(b, usable, id);
      balances.items.push_back(std::move(b));
    }
    d.set("balances", std::move(balances));
    Datum lots = Datum::list();
    std::vector<Datum> oldest_last;
    for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) oldest_last.push_back(lot(n));
    lots.items.assign(oldest_last.rbegin(), oldest_last.rend());
    d.set("lots", std::move(lots));
    list.items.push_back(std::move(d));
  }
  return list;
}

Datum Reporter::lot(std::uint32_t n) {
  const Lot& row = pos_.lots[n];
  const auto money = [&](std::int64_t minor) {
    return plain({Tag::money, Bound::exact, row.currency, 0, minor});
  };
  Datum d = Datum::record();
  d.set("at", time(row.at));
  d.set("amount", money(row.amount));
  d.set("left", money(row.left));
  if (row.from.tag != Tag::absent) d.set("usable_from", plain(row.from));
  if (row.until.tag != Tag::absent) d.set("usable_until", plain(row.until));
  const LotState state = lot_state(pos_, row, pos_.as_of);
  const bool lost = row.last_use != none && pos_.lot_uses[row.last_use].lost;
  d.set("status", Datum::of_text(lost                         ? "lost"
                                 : row.left == 0              ? "used"
                                 : state == LotState::usable  ? "usable"
                                 : state == LotState::not_yet ? "not yet"
                                 : state == LotState::over    ? "frozen"
                                                              : "unknown"));
  d.set("because", because(row.cause));
  Datum movements = Datum::list();
  std::vector<Datum> latest_first;
  for (std::uint32_t u = row.last_use; u != none; u = pos_.lot_uses[u].before) {
    const LotUse& use = pos_.lot_uses[u];
    Datum m = Datum::record();
    m.set("at", time(use.at));
    m.set("amount", money(-use.minor));
    m.set("to", Datum::of_text(use.lost          ? std::string("lost")
                               : use.due != none ? pos_.due_item(use.due)
                                                 : std::string("drawn")));
    m.set("entry", Datum::of_number(static_cast<std::int64_t>(use.entry)));
    latest_first.push_back(std::move(m));
  }
  movements.items.assign(latest_first.rbegin(), latest_first.rend());
  d.set("movements", std::move(movements));
  return d;
}

}  // namespace counterpart::engine
