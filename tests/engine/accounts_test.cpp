// Money that is more than one due and one payment: allocation, accounts with lots, set-off, caps, shares; and
// books that agree with all of it.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <tuple>

#include "engine/explain.h"
#include "engine/interest.h"
#include "engine/standing.h"
#include "support.h"

namespace counterpart::tests {
namespace {

// A yard: jobs with a price and carriage, a deposit, a credit that can be used in a year, rebates under a
// cap.
const char* const yard = R"(# 1 Yard
[1-a] Jobs are paid. [1-b] Carriage is paid. [1-c] Rebates are owed. [1-d] A deposit is held. [1-e] Bonuses are credited. [1-f] Rebates are capped.

```counterpart
agreement "Yard" name yard effective 2000-01-03
  zone America/Chicago
  currency USD

party Yard "Yard Ltd."
party Guest "Guest Ltd."

unknown highest money "the highest rebate is not in the text"          [1-f]

account deposit for Guest with Yard                                    [1-d]
account bonus for Guest with Yard                                      [1-e]
  used first to expire

document Job from Yard to Guest
  price      money
  carriage   money = $0.00
  disputed   money = $0.00
  stages     open, done, dropped

act offer Job by Yard -> open                                          [1-a]
act finish Job by Yard: open -> done                                   [1-a]
act drop Job by Yard: done -> dropped                                  [1-a]
act doubt Job by Guest                                                 [1-a]
  with disputed money
act pay Job by Guest                                                   [1-a]
  with amount money
act apply bonus to Job by Guest                                        [1-e]
  with amount money
  void unless amount <= bonus.available, because "no more than there is"
act keep deposit for Job by Yard                                       [1-d]
  with amount money
act offset Job by Guest                                                [1-c]
  with amount money, rebate Rebate

due fee of Job from Guest to Yard                                      [1-a]
  amount price - disputed
  disputed disputed
  while it is not dropped
  from done
  within 30 days
  settled by pay or apply bonus to from bonus or keep deposit for from deposit or offset against rebate.back
  of which labour price * 60%

due freight of Job from Guest to Yard                                  [1-b]
  amount carriage
  while it is not dropped
  from done
  within 30 days
  settled by pay

document Rebate from Yard to Guest
  owed       money
  excepted   yes/no = no
  stages     owed_now

act grant Rebate by Yard -> owed_now                                   [1-c]
act refund Rebate by Yard                                              [1-c]
  with amount money

due back of Rebate from Yard to Guest                                  [1-c]
  amount owed
  from grant
  within 10 days
  settled by refund
  in total at most $500.00, together as rebates, unless excepted       [1-f]

document Lodging from Guest to Yard
  amount     money
  stages     lodged

act lodge Lodging by Guest -> lodged                                   [1-d]
  puts amount into deposit
document Gift from Yard to Guest
  amount     money
  begins     date
  ends       date
  passing    yes/no = no
  stages     given

act give Gift by Yard -> given                                         [1-e]
when it is given and not passing for Gift                              [1-e]
  puts amount into bonus, usable from begins until ends
when it is given and passing for Gift                                  [1-e]
  puts amount into bonus, usable from begins until ends, then lost
```
)";

struct Yard : Story {
  explicit Yard(const std::string& text = yard) : Story(text) {}
  program::Sequence act(const std::string& when, const std::string& by, const std::string& verb,
                        const std::string& on,
                        const std::vector<std::pair<std::string, std::string>>& with = {}) {
    program::Entry e = entry(when, by, verb, on);
    for (const auto& [name, value] : with) e.with.set(name, Datum::of_text(value));
    return add(e);
  }
  void job(const std::string& day, const std::string& key, const std::string& price,
           const std::string& carriage = "0.00") {
    act(day + " 09:00", "Yard", "offer", "Job/" + key, {{"price", price}, {"carriage", carriage}});
    act(day + " 10:00", "Yard", "finish", "Job/" + key);
  }
  std::int64_t open(const engine::Position& p, const std::string& thing, const std::string& due) const {
    const std::uint32_t t = p.find_thing(thing);
    return engine::due_fact(p, t, program().due(p.things[t].kind, due), program::DueFact::open, p.as_of)
        .number;
  }
  std::int64_t overpaid(const engine::Position& p, const std::string& thing) const {
    const std::uint32_t t = p.find_thing(thing);
    return engine::due_fact(p, t, program().due(p.things[t].kind, "fee"), program::DueFact::overpaid, p.as_of)
        .number;
  }
  std::int64_t account(const engine::Position& p, const std::string& name, program::AccountFact fact) const {
    return engine::account_fact(p, 0, program().account(program().kind("Agreement"), name), fact, p.as_of)
        .number;
  }
};

// One payment over two rules: the fee is declared first and takes its 100.00, freight the 20.00 that are
// left.
TEST(Allocation, rules_are_settled_in_the_order_they_are_declared) {
  Yard s;
  s.job("2000-02-01", "J-1", "100.00", "30.00");
  s.act("2000-02-10 10:00", "Guest", "pay", "Job/J-1", {{"amount", "120.00"}});
  const engine::Position p = s.position("2000-02-10");
  EXPECT_EQ(s.open(p, "Job/J-1", "fee"), 0);
  EXPECT_EQ(s.open(p, "Job/J-1", "freight"), 1000);
  EXPECT_EQ(s.overpaid(p, "Job/J-1"), 0);
}

// Paid 150.00 on 130.00: 20.00 stay the payer's. When 30.00 of the fee are disputed, 50.00 are overpaid; when
// the dispute is given up, they are owed and paid again at once.
TEST(Allocation, what_is_paid_too_much_is_kept_and_used_when_more_is_owed) {
  Yard s;
  s.job("2000-02-01", "J-1", "100.00", "30.00");
  s.act("2000-02-10 10:00", "Guest", "pay", "Job/J-1", {{"amount", "150.00"}});
  EXPECT_EQ(s.overpaid(s.position("2000-02-10"), "Job/J-1"), 2000);
  s.act("2000-02-11 10:00", "Guest", "doubt", "Job/J-1", {{"disputed", "30.00"}});
  EXPECT_EQ(s.overpaid(s.position("2000-02-11"), "Job/J-1"), 5000);
  s.act("2000-02-12 10:00", "Guest", "doubt", "Job/J-1", {{"disputed", "0.00"}});
  const engine::Position p = s.position("2000-02-12");
  EXPECT_EQ(s.overpaid(p, "Job/J-1"), 2000);
  EXPECT_EQ(s.open(p, "Job/J-1", "fee"), 0);
  const auto why = engine::explain(p, "account:overpaid@Job/J-1");
  ASSERT_TRUE(why);
  EXPECT_NE(engine::to_text(*why).find("Guest has paid 20.00 USD more to Yard on Job/J-1"), std::string::npos)
      << engine::to_text(*why);
}

// Paid before anything is owed: it waits, and settles the fee the moment it is.
TEST(Allocation, a_payment_in_advance_is_not_lost) {
  Yard s;
  s.act("2000-02-01 09:00", "Yard", "offer", "Job/J-1", {{"price", "100.00"}});
  s.act("2000-02-01 09:30", "Guest", "pay", "Job/J-1", {{"amount", "60.00"}});
  EXPECT_EQ(s.overpaid(s.position("2000-02-01 09:30"), "Job/J-1"), 6000);
  s.act("2000-02-01 10:00", "Yard", "finish", "Job/J-1");
  const engine::Position p = s.position("2000-02-01");
  EXPECT_EQ(s.open(p, "Job/J-1", "fee"), 4000);
  EXPECT_EQ(s.overpaid(p, "Job/J-1"), 0);
}

// What was settled of a job that is dropped is the payer's again.
TEST(Allocation, a_due_that_goes_away_leaves_what_was_paid_on_it) {
  Yard s;
  s.job("2000-02-01", "J-1", "100.00", "30.00");
  s.act("2000-02-10 10:00", "Guest", "pay", "Job/J-1", {{"amount", "120.00"}});
  s.act("2000-02-11 10:00", "Yard", "drop", "Job/J-1");
  EXPECT_EQ(s.overpaid(s.position("2000-02-11"), "Job/J-1"), 12000);
}

// A deposit of 250.00 pays a fee of 40.00 and keeps 210.00; it never gives more than it holds.
TEST(Accounts, a_due_is_settled_out_of_an_account_as_far_as_it_goes) {
  Yard s;
  s.act("2000-01-10 10:00", "Guest", "lodge", "Lodging/L-1", {{"amount", "250.00"}});
  s.job("2000-02-01", "J-1", "40.00");
  s.job("2000-02-02", "J-2", "300.00");
  s.act("2000-02-10 10:00", "Yard", "keep deposit for", "Job/J-1", {{"amount", "40.00"}});
  EXPECT_EQ(s.account(s.position("2000-02-10"), "deposit", program::AccountFact::balance), 21000);
  s.act("2000-02-11 10:00", "Yard", "keep deposit for", "Job/J-2", {{"amount", "300.00"}});
  const engine::Position p = s.position("2000-02-11");
  EXPECT_EQ(s.account(p, "deposit", program::AccountFact::balance), 0);
  EXPECT_EQ(s.account(p, "deposit", program::AccountFact::put_in), 25000);
  EXPECT_EQ(s.account(p, "deposit", program::AccountFact::drawn), 25000);
  EXPECT_EQ(s.open(p, "Job/J-2", "fee"), 9000);
}

// Usable from 1 January through 31 December 2001: not on the last day of 2000, on both ends of 2001, and
// frozen in 2002, when nothing of it can be used and nothing is gone.
TEST(Accounts, a_lot_is_used_in_its_time_and_frozen_after) {
  Yard s;
  s.act("2000-11-20 10:00", "Yard", "give", "Gift/G-1",
        {{"amount", "85.00"}, {"begins", "2001-01-01"}, {"ends", "2001-12-31"}});
  using enum program::AccountFact;
  EXPECT_EQ(s.account(s.position("2000-12-31"), "bonus", available), 0);
  EXPECT_EQ(s.account(s.position("2000-12-31"), "bonus", balance), 8500);
  EXPECT_EQ(s.account(s.position("2001-01-01 00:00"), "bonus", available), 8500);
  EXPECT_EQ(s.account(s.position("2001-12-31 23:59:59"), "bonus", available), 8500);
  EXPECT_EQ(s.account(s.position("2002-01-01 00:00"), "bonus", available), 0);
  EXPECT_EQ(s.account(s.position("2002-01-01 00:00"), "bonus", balance), 8500);
  // The position says when it changes by itself.
  EXPECT_EQ(s.position("2000-12-01").next, s.at("2001-01-01 00:00"));
  s.job("2001-02-01", "J-1", "120.00");
  const auto ok = s.act("2001-02-09 10:00", "Guest", "apply bonus to", "Job/J-1", {{"amount", "85.00"}});
  const engine::Position p = s.position("2001-02-09");
  EXPECT_EQ(p.judgement_of(ok)->word, engine::VerdictWord::effective);
  EXPECT_EQ(s.open(p, "Job/J-1", "fee"), 3500);
  const auto late = s.act("2002-01-02 10:00", "Guest", "apply bonus to", "Job/J-1", {{"amount", "0.01"}});
  EXPECT_EQ(s.position("2002-01-02").judgement_of(late)->word, engine::VerdictWord::void_);
}

// Of two lots the one that expires first goes first, though it was put in later; what is left of it on
// Saturday 1 July 2000, its last day being Friday 30 June, is lost, and of the other nothing.
TEST(Accounts, the_first_to_expire_goes_first_and_what_is_lost_is_shown) {
  Yard s;
  s.act("2000-03-01 10:00", "Yard", "give", "Gift/G-1",
        {{"amount", "50.00"}, {"begins", "2000-03-01"}, {"ends", "2000-12-31"}});
  s.act("2000-03-02 10:00", "Yard", "give", "Gift/G-2",
        {{"amount", "30.00"}, {"begins", "2000-03-01"}, {"ends", "2000-06-30"}, {"passing", "yes"}});
  s.job("2000-04-03", "J-1", "10.00");
  s.act("2000-04-04 10:00", "Guest", "apply bonus to", "Job/J-1", {{"amount", "10.00"}});
  using enum program::AccountFact;
  EXPECT_EQ(s.account(s.position("2000-06-30"), "bonus", balance), 7000);
  EXPECT_EQ(s.account(s.position("2000-07-01 00:00"), "bonus", balance), 5000);
  EXPECT_EQ(s.account(s.position("2000-07-01"), "bonus", drawn), 1000);
  const auto why = engine::explain(s.position("2000-07-01"), "account:bonus@Agreement");
  ASSERT_TRUE(why);
  const std::string text = engine::to_text(*why);
  EXPECT_NE(text.find("bonus of Guest with Yard on Agreement: 50.00 USD left"), std::string::npos) << text;
  EXPECT_NE(text.find("20.00 USD lost, its time being over"), std::string::npos) << text;
  EXPECT_NE(text.find("10.00 USD for due:fee@Job/J-1"), std::string::npos) << text;
}

// 500,000 less a part that the other owes: 120.00 set off settle both, each by as much.
TEST(SetOff, settles_both_dues_by_as_much) {
  Yard s;
  s.act("2000-02-01 08:00", "Yard", "grant", "Rebate/B-1", {{"owed", "120.00"}});
  s.job("2000-02-01", "J-1", "500.00");
  s.act("2000-03-01 10:00", "Guest", "offset", "Job/J-1", {{"amount", "150.00"}, {"rebate", "Rebate/B-1"}});
  const engine::Position p = s.position("2000-03-01");
  EXPECT_EQ(s.open(p, "Job/J-1", "fee"), 38000);
  EXPECT_EQ(s.open(p, "Rebate/B-1", "back"), 0);
}

// 250.00, 200.00, then 150.00: the third has 50.00 of the 500.00 left; one outside the cap has its whole
// amount and uses none of it.
TEST(Caps, all_dues_of_a_rule_together_are_no_more) {
  Yard s;
  s.act("2000-02-01 10:00", "Yard", "grant", "Rebate/B-1", {{"owed", "250.00"}});
  s.act("2000-02-02 10:00", "Yard", "grant", "Rebate/B-2", {{"owed", "700.00"}, {"excepted", "yes"}});
  s.act("2000-02-03 10:00", "Yard", "grant", "Rebate/B-3", {{"owed", "200.00"}});
  s.act("2000-02-04 10:00", "Yard", "grant", "Rebate/B-4", {{"owed", "150.00"}});
  const engine::Position p = s.position("2000-02-04");
  EXPECT_EQ(s.open(p, "Rebate/B-1", "back"), 25000);
  EXPECT_EQ(s.open(p, "Rebate/B-2", "back"), 70000);
  EXPECT_EQ(s.open(p, "Rebate/B-3", "back"), 20000);
  EXPECT_EQ(s.open(p, "Rebate/B-4", "back"), 5000);
}

// A cap that is not known leaves "at most", never nothing and never without limit.
TEST(Caps, one_that_is_not_known_leaves_at_most) {
  std::string text = yard;
  text.replace(text.find("in total at most $500.00"), 24, "in total at most highest");
  Yard s(text);
  s.act("2000-02-01 10:00", "Yard", "grant", "Rebate/B-1", {{"owed", "250.00"}});
  const engine::Position p = s.position("2000-02-01");
  EXPECT_EQ(p.dues[0].amount.bound, program::Bound::at_most);
  EXPECT_EQ(p.dues[0].amount.number, 25000);
  EXPECT_NE(p.dues[0].amount.why, 0U);
}

// 23 in 30 of 250,000.00 are 191,666.666…: 191,666.67 rounded half up, 191,666.66 rounded down.
TEST(Share, is_exact_and_rounded_once) {
  for (const auto& [how, cents] : {std::pair{"", 19166667}, {" rounded down", 19166666}}) {
    std::string text = yard;
    const std::string amount = "amount price - disputed";
    text.replace(text.find(amount), amount.size(),
                 std::string("amount share of price for days from 2004-07-22 to 2004-08-14 in 30") + how);
    Yard s(text);
    s.job("2000-02-01", "J-1", "250,000.00");
    EXPECT_EQ(s.open(s.position("2000-02-01"), "Job/J-1", "fee"), cents);
  }
}

TEST(Accounts, the_report_shows_balances_lots_movements_and_parts_apart) {
  Yard s;
  s.act("2000-01-10 10:00", "Guest", "lodge", "Lodging/L-1", {{"amount", "250.00"}});
  s.job("2000-02-01", "J-1", "40.00");
  s.act("2000-02-10 10:00", "Yard", "keep deposit for", "Job/J-1", {{"amount", "15.00"}});
  const Datum report = engine::report(s.position("2000-02-10"));
  ASSERT_EQ(report.find("accounts")->items.size(), 1U);
  const Datum& account = report.find("accounts")->items[0];
  EXPECT_EQ(account.find("id")->text, "account:deposit@Agreement#Guest");
  EXPECT_EQ(account.find("balances")->items[0].find("balance")->text, "235.00");
  const Datum& lot = account.find("lots")->items[0];
  EXPECT_EQ(lot.find("status")->text, "usable");
  ASSERT_EQ(lot.find("movements")->items.size(), 1U);
  EXPECT_EQ(lot.find("movements")->items[0].find("amount")->text, "-15.00");
  EXPECT_EQ(report.find("dues")->items[0].find("of_which")->items[0].find("amount")->text, "24.00");
}

// --- the books ---

using Ledger = std::map<std::tuple<program::PartyId, engine::Book, std::uint16_t>, std::int64_t>;

Ledger books(const engine::Position& p) {
  Ledger out;
  for (const engine::Posting& x : p.postings) {
    out[{x.holder, x.from, x.currency}] -= x.minor;
    out[{x.holder, x.to, x.currency}] += x.minor;
    out[{x.against, x.from, x.currency}] += x.minor;
    out[{x.against, x.to, x.currency}] -= x.minor;
  }
  return out;
}

Yard drawn_yard() {
  Yard s;
  std::int32_t day = 0;
  const int count = *rc::gen::inRange(5, 40);
  // Something is owed both ways from the first day, so that every kind of settlement has something to settle.
  for (const char* const key : {"0", "1", "2"}) {
    s.job("2000-01-20", key, "300.00", "20.00");
    s.act("2000-01-20 11:00", "Yard", "grant", std::string("Rebate/") + key, {{"owed", "150.00"}});
  }
  int made[4] = {3, 0, 0, 3};
  for (int i = 0; i < count; ++i) {
    day += *rc::gen::inRange(0, 9);
    const std::string when = plus_days(CivilDate::from_ymd(2000, 2, 1), day).to_string() + " 10:00";
    const std::string amount = std::to_string(*rc::gen::inRange(1, 400)) + ".37";
    const auto some = [&](int n) { return std::to_string(*rc::gen::inRange(0, std::max(1, n))); };
    const std::string job = "Job/" + some(made[0]);
    switch (*rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 12))) {
      case 0:
      case 1:
        s.act(when, "Yard", "offer", "Job/" + std::to_string(made[0]++),
              {{"price", amount}, {"carriage", "12.50"}});
        break;
      case 2:
      case 3:
        s.act(when, "Yard", "finish", job);
        break;
      case 4:
        s.act(when, "Yard", "drop", job);
        break;
      case 5:
        s.act(when, "Guest", "doubt", job, {{"disputed", amount}});
        break;
      case 6:
        s.act(when, "Guest", "pay", job, {{"amount", amount}});
        break;
      case 7:
        s.act(when, "Guest", "lodge", "Lodging/" + std::to_string(made[1]++), {{"amount", amount}});
        break;
      case 8:
        s.act(when, "Yard", "give", "Gift/" + std::to_string(made[2]++),
              {{"amount", amount},
               {"begins", "2000-03-01"},
               {"ends", *rc::gen::element<std::string>("2000-04-15", "2000-06-30")},
               {"passing", *rc::gen::element<std::string>("yes", "no")}});
        break;
      case 9:
        s.act(when, *rc::gen::element<std::string>("Yard", "Guest"),
              *rc::gen::element<std::string>("apply bonus to", "keep deposit for"), job,
              {{"amount", amount}});
        break;
      case 10:
        s.act(when, "Yard", "grant", "Rebate/" + std::to_string(made[3]++), {{"owed", amount}});
        break;
      default:
        if (*rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 3)) != 0) {
          s.act(when, "Guest", "offset", job, {{"amount", amount}, {"rebate", "Rebate/" + some(made[3])}});
        } else {
          program::Entry e = s.entry(when, "Guest", "", "");
          e.kind = program::EntryKind::correct;
          e.of =
              static_cast<program::Sequence>(*rc::gen::inRange(1, static_cast<int>(s.record()->head()) + 2));
          Datum with = Datum::record();
          with.set("amount", Datum::of_text("77.77"));
          e.with.set("with", with);
          e.sequence = s.record()->head() + 1;
          (void)s.record()->append(e);
        }
    }
  }
  return s;
}

// Whatever is paid, set off, drawn, given, dropped and corrected: the books cancel by party and by book; what
// is open of every rule, what is left in every account and what each has paid stand in them; nobody's money
// is lost.
RC_GTEST_PROP(Books, agree_with_dues_accounts_and_payments_and_cancel, ()) {
  const Yard s = drawn_yard();
  const engine::Position p = s.position(*rc::gen::element<std::string>("2000-05-01", "2000-12-31"));
  const Ledger ledger = books(p);
  std::map<std::pair<program::PartyId, std::uint16_t>, std::int64_t> of_party;
  std::map<std::pair<engine::Book, std::uint16_t>, std::int64_t> of_book;
  for (const auto& [key, sum] : ledger) {
    of_party[{std::get<0>(key), std::get<2>(key)}] += sum;
    of_book[{std::get<1>(key), std::get<2>(key)}] += sum;
  }
  for (const auto& [key, sum] : of_party) RC_ASSERT(sum == 0);
  for (const auto& [key, sum] : of_book) RC_ASSERT(sum == 0);

  Ledger expected;
  std::map<std::tuple<program::PartyId, engine::Book, std::uint16_t>, std::int64_t> shown;
  for (const engine::DueRow& row : p.dues) {
    const program::Due& due = p.program().dues[row.due.value];
    RC_ASSERT(row.settled >= 0);
    if (row.amount.tag != program::Tag::money) continue;
    RC_ASSERT(row.settled <= row.amount.number);
    shown[{due.creditor, {engine::Book::Kind::due, row.due.value}, row.amount.detail}] +=
        row.amount.number - row.settled;
    std::int64_t paid = 0;
    for (std::uint32_t i = row.last_payment; i != engine::none; i = p.payments[i].before)
      paid += p.payments[i].minor;
    RC_ASSERT(paid == row.settled);
  }
  for (const engine::Lot& lot : p.lots) {
    const engine::AccountRow& account = p.accounts[lot.account];
    RC_ASSERT(lot.left >= 0);
    std::int64_t used = 0;
    for (std::uint32_t u = lot.last_use; u != engine::none; u = p.lot_uses[u].before)
      used += p.lot_uses[u].minor;
    RC_ASSERT(lot.left + used == lot.amount);
    shown[{account.holder, {engine::Book::Kind::account, account.account.value}, lot.currency}] += lot.left;
  }
  for (const auto& [key, sum] : shown) {
    const auto at = ledger.find(key);
    RC_ASSERT((at == ledger.end() ? 0 : at->second) == sum);
  }
  // Every cent that was paid in money is either settled or kept: nothing is lost and nothing comes from
  // nowhere.
  std::int64_t brought = 0;
  for (const engine::Event& event : p.events) {
    const engine::BoundEntry& e = p.entries[p.judgements[event.judgement].bound];
    if (p.program().text(p.program().acts[e.act.value].verb) == "pay")
      brought += p.record->values(e.inputs)[0].number;
  }
  std::int64_t received = 0;
  for (const auto& [key, sum] : ledger) {
    if (std::get<1>(key).kind == engine::Book::Kind::paid &&
        p.program().text(p.program().parties[std::get<0>(key).value].name) == "Yard")
      received += sum;
  }
  RC_ASSERT(brought == received);
}

}  // namespace
}  // namespace counterpart::tests
