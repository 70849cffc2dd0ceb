// Which text sets a term for a matter: ranks, invitations and limits, equals, amendments. Thursday 1 June
// 2000.

#include <gtest/gtest.h>

#include "engine/explain.h"
#include "support.h"
#include "trial/mutation.h"
#include "trial/scenario_run.h"

namespace counterpart::trial {
namespace {

constexpr const char* pack = R"(# 1 Texts
[1-a] Ranks. [1-b] Payment. [1-c] Answers. [1-d] Rates. [1-e] Longer answers. [1-f] An answer is due.

```counterpart
agreement "Supply" name supply effective 2000-01-03
  zone America/Chicago
  currency USD

party Buyer
party Seller

document Addendum from Seller to Buyer
  stages signed
document Statement from Seller to Buyer
  under   Addendum, optional
  stages  signed
document Order from Buyer to Seller
  under   Addendum or Statement
  beside  Addendum, optional
  stages  placed, accepted, answered
document Change from Seller to Buyer
  target  Order
  stages  issued
document Amendment
  stages  drafted, signed
document Memo from Buyer to Seller
  stages  sent

act sign Addendum by Seller -> signed
act renew Addendum by Seller
act sign Statement by Seller -> signed
act place Order by Buyer -> placed
act accept Order by Seller: placed -> accepted
act answer Order by Seller: placed or accepted -> answered
act issue Change by Seller -> issued
act draft Amendment by Buyer or Seller -> drafted
act sign Amendment by Buyer or Seller: drafted -> signed
act send Memo by Buyer -> sent

precedence                                                        [1-a]
  Amendment that is signed
  Agreement
  Addendum, Statement, Change
  Order that is accepted
  equals conflict: the one Order names

term payment_period = 30 days                                     [1-b]
term answer_time = 5 days                                         [1-c]
  may be set by Addendum, Statement, Change, longer only          [1-e]
  may be set by Order, at most 20 days
term rate money                                                   [1-d]
  may be set by Addendum, at most $90.00
term grace = 10 days                                              [1-c]
  may be set by Addendum, shorter only
term least = 5                                                    [1-c]
  may be set by Addendum, at least 3
term named_staff = yes                                            [1-c]
  may be set by Addendum, stricter

duty Seller answers Order                                         [1-f]
  from place
  within answer_time
```

```scenario setup "an addendum with ten days"
2000-05-02 09:00  Seller signs Addendum A-1, setting answer_time to 10 days
```

```scenario "an order cannot set what is not left to it"            [1-a] [1-b]
after "an addendum with ten days"
2000-06-01 09:00  Buyer places Order O-1, under A-1, setting payment_period to 60 days
2000-06-01        that is effective; O-1 is placed; payment_period for O-1 is 30 days; payment_period is 30 days
2000-06-01        the setting of payment_period by O-1 is void under 1-a
```

```scenario "an addendum may give longer, for its own orders"       [1-c] [1-e] [1-f]
after "an addendum with ten days"
2000-05-03 09:00  Seller signs Addendum A-2, setting answer_time to 3 days
2000-06-01 09:00  Buyer places Order O-1, under A-1
2000-06-01 09:30  Buyer places Order O-2, under A-2
2000-06-01        Seller must answer O-1 by 2000-06-11; Seller must answer O-2 by 2000-06-06
2000-06-01        answer_time for O-1 is 10 days; answer_time for O-2 is 5 days; answer_time is 5 days
2000-06-01        the setting of answer_time by A-1 is not void; the setting of answer_time by A-2 is void under 1-e
```

```scenario "the same length is not shorter, and weeks are days"    [1-e]
2000-05-02 09:00  Seller signs Addendum A-1, setting answer_time to 5 days
2000-05-02 09:00  Seller signs Addendum A-2, setting answer_time to 1 week
2000-05-02        the setting of answer_time by A-1 is not void; answer_time for A-2 is 1 week
```

```scenario "an order counts once accepted, and below its addendum" [1-a]
after "an addendum with ten days"
2000-05-03 09:00  Seller signs Addendum A-2
2000-06-01 09:00  Buyer places Order O-1, under A-1, setting answer_time to 15 days
2000-06-01 09:30  Buyer places Order O-2, under A-2, setting answer_time to 15 days
2000-06-01 09:40  Buyer places Order O-3, under A-2, setting answer_time to 21 days
2000-06-01        answer_time for O-2 is 5 days; the setting of answer_time by O-2 is not void
2000-06-02 09:00  Seller accepts O-1
2000-06-02 09:00  Seller accepts O-2
2000-06-02 09:00  Seller accepts O-3
2000-06-02        answer_time for O-2 is 15 days; answer_time for O-1 is 10 days; answer_time for O-3 is 5 days
2000-06-02        the setting of answer_time by O-1 is void under 1-a; the setting of answer_time by O-3 is void under 1-c
2000-06-02        Seller must answer O-2 by 2000-06-06
```

```scenario "an amendment counts from its signature, the latest first" [1-a]
2000-06-01 09:00  Buyer drafts Amendment M-1, setting payment_period to 45 days
2000-06-02        payment_period is 30 days
2000-06-05 09:00  Seller signs M-1
2000-06-05        payment_period is 45 days; the setting of payment_period by M-1 is not void
2000-06-06 09:00  Buyer drafts Amendment M-2, setting payment_period to 20 days, setting answer_time to 8 days
2000-06-07 09:00  Seller signs M-2
2000-06-07        payment_period is 20 days
2000-06-08 09:00  Seller signs Addendum A-1, setting answer_time to 7 days
2000-06-08        answer_time for A-1 is 8 days; the setting of answer_time by A-1 is void
```

```scenario "between equals the one that the order names"           [1-a]
after "an addendum with ten days"
2000-05-03 09:00  Seller signs Statement S-1, under A-1, setting answer_time to 12 days
2000-05-04 09:00  Seller signs Addendum A-3, setting answer_time to 13 days
2000-06-01 09:00  Buyer places Order O-1, under S-1
2000-06-01 09:10  Buyer places Order O-2, under S-1, beside A-3
2000-06-01        answer_time for O-1 is 12 days; answer_time for O-2 is unknown; answer_time for S-1 is unknown
2000-06-01        Seller must answer O-1 by 2000-06-13; the duty under 1-f on O-2 is unknown
```

```scenario "a length is fixed when its clock starts"               [1-f]
after "an addendum with ten days"
2000-06-01 09:00  Buyer places Order O-1, under A-1
2000-06-02 09:00  Seller renews A-1, setting answer_time to 20 days
2000-06-02        Seller must answer O-1 by 2000-06-11; answer_time for O-1 is 20 days
2000-06-05 09:00  Buyer places Order O-2, under A-1
2000-06-05        Seller must answer O-2 by 2000-06-25
```

```scenario "a change speaks for the order it changes, and for no other" [1-a]
2000-05-02 09:00  Seller signs Addendum A-1
2000-06-01 09:00  Buyer places Order O-1, under A-1
2000-06-01 09:00  Buyer places Order O-2, under A-1
2000-06-01 10:00  Seller issues Change C-1, target O-1, setting answer_time to 9 days
2000-06-01        answer_time for O-1 is 9 days; answer_time for O-2 is 5 days; answer_time for A-1 is 5 days
```

```scenario "a change goes before the order it changes"             [1-a] [1-e]
2000-05-02 09:00  Seller signs Addendum A-1
2000-05-02 09:00  Seller signs Statement S-1, setting answer_time to 2 days
2000-06-01 09:00  Buyer places Order O-1, under A-1, setting answer_time to 8 days
2000-06-01 09:00  Buyer places Order O-2, under S-1
2000-06-01 09:30  Seller accepts O-1
2000-06-01 10:00  Seller issues Change C-1, target O-1, setting answer_time to 9 days
2000-06-01 10:00  Seller issues Change C-2, target O-2, setting answer_time to 4 days
2000-06-01        answer_time for O-1 is 9 days; the setting of answer_time by O-1 is void under 1-a
2000-06-01        answer_time for O-2 is 5 days; the setting of answer_time by S-1 is void under 1-e
2000-06-01        the setting of answer_time by C-2 is void under 1-e
```

```scenario "each limit lets in what keeps to it"                  [1-c]
2000-05-02 09:00  Seller signs Addendum A-1, setting grace to 11 days, setting least to 2, setting named_staff to no
2000-05-02 09:00  Seller signs Addendum A-2, setting grace to 9 days, setting least to 3, setting named_staff to yes
2000-05-02        grace is 10 days; least is 5; grace for A-1 is 10 days; least for A-1 is 5; named_staff for A-1 is yes
2000-05-02        grace for A-2 is 9 days; least for A-2 is 3; the setting of named_staff by A-2 is not void
2000-05-02        the setting of named_staff by A-1 is void under 1-c
```

```scenario "what no text settles is unknown, and a limit is a limit" [1-d]
2000-05-02 09:00  Seller signs Addendum A-1, setting rate to 90.00
2000-05-02 09:00  Seller signs Addendum A-2, setting rate to 90.01
2000-05-02 09:00  Buyer sends Memo N-1, setting rate to 10.00
2000-05-02        rate is unknown; rate for A-1 is 90.00; rate for A-2 is unknown
2000-05-02        the setting of rate by A-2 is void under 1-d; the setting of rate by N-1 is void under 1-a
```
)";

std::string with(std::string_view line, std::string_view instead) {
  std::string s = pack;
  return s.replace(s.find(line), line.size(), instead);
}

void all_hold(const std::string& text) {
  for (const ScenarioResult& r : run_scenarios(tests::compiled(text))) {
    for (const Failure& f : r.failures)
      ADD_FAILURE() << r.title << ", line " << f.line << ": expected " << f.expected << ", found " << f.found;
  }
}

TEST(Precedence, stories_of_ranks_limits_and_equals_hold) { all_hold(pack); }

TEST(Precedence, each_rank_and_invitation_is_held_by_a_story) {
  int seen = 0;
  for (const Mutant& m : mutate(tests::compiled(pack))) {
    if (!m.what.starts_with("rank of") && !m.what.starts_with("term ")) continue;
    ++seen;
    // An Addendum stands with the others of its rank: one rank lower it would stand with the orders.
    EXPECT_NE(m.noticed_by, "") << m.what;
  }
  EXPECT_GE(seen, 12);
}

TEST(Precedence, between_equals_the_latest_where_the_pack_says_so) {
  tests::Story s(with("equals conflict: the one Order names", "equals conflict: latest"));
  const auto sign = [&](const std::string& when, const std::string& key, const std::string& days) {
    program::Entry e = s.entry(when, "Seller", "sign", "Addendum/" + key);
    Datum sets = Datum::record();
    sets.set("answer_time", Datum::of_text(days));
    e.with.set("sets", sets);
    s.add(e);
  };
  sign("2000-05-02 09:00", "A-1", "10 days");
  sign("2000-05-03 09:00", "A-2", "12 days");
  program::Entry place = s.entry("2000-06-01 09:00", "Buyer", "place", "Order/O-1");
  place.with.set("under", Datum::of_text("Addendum/A-2"));
  place.with.set("beside", Datum::of_text("Addendum/A-1"));
  s.add(place);
  const auto why = engine::explain(s.position("2000-06-01 12:00"), "term:answer_time@Order/O-1");
  ASSERT_TRUE(why);
  EXPECT_EQ(engine::to_text(*why).substr(0, 40),
            std::string("answer time for Order/O-1 is 12 days [1-c]").substr(0, 40));
}

TEST(Precedence, why_shows_every_candidate_and_why_it_lost) {
  tests::Story s(pack);
  program::Entry sign = s.entry("2000-05-02 09:00", "Seller", "sign", "Addendum/A-1");
  Datum ten = Datum::record();
  ten.set("answer_time", Datum::of_text("10 days"));
  sign.with.set("sets", ten);
  s.add(sign);
  program::Entry place = s.entry("2000-06-01 09:00", "Buyer", "place", "Order/O-1");
  place.with.set("under", Datum::of_text("Addendum/A-1"));
  Datum fifteen = Datum::record();
  fifteen.set("answer_time", Datum::of_text("15 days"));
  place.with.set("sets", fifteen);
  s.add(place);
  s.add(s.entry("2000-06-02 09:00", "Seller", "accept", "Order/O-1"));
  const engine::Position p = s.position("2000-06-03 12:00");
  const auto why = engine::explain(p, "term:answer_time@Order/O-1");
  ASSERT_TRUE(why);
  std::vector<std::string> said;
  for (const engine::Explanation& step : why->steps) {
    if (step.text.find(" says ") != std::string::npos) said.push_back(step.text);
  }
  EXPECT_EQ(said,
            (std::vector<std::string>{
                "the Agreement says 5 days: gives way to Addendum/A-1", "Addendum/A-1 says 10 days: holds",
                "Order/O-1 says 15 days: void: Addendum/A-1, which ranks higher, says 10 days"}));
  const Datum report = engine::report(p);
  const Datum* of_order = nullptr;
  for (const Datum& t : report.find("terms")->items) {
    if (t.find("id")->text == "term:answer_time@Order/O-1") of_order = &t;
  }
  ASSERT_NE(of_order, nullptr);
  EXPECT_EQ(of_order->find("value")->text, "10 days");
  ASSERT_EQ(of_order->find("candidates")->items.size(), 3U);
  EXPECT_EQ(of_order->find("candidates")->items[2].find("standing")->text, "void");
}

TEST(Precedence, a_reading_may_move_a_rank) {
  // Read the other way, a change ranks above the Agreement and needs no invitation.
  std::string text =
      with("  Amendment that is signed\n", "  Amendment that is signed\n  Change if change_rank is above\n");
  text.replace(text.find("term payment_period"), 19,
               "reading change_rank \"Where does a change stand?\"\n  default among, since \"it is a "
               "document\"\n  or above\n"
               "term payment_period");
  tests::Story s(text);
  program::Entry sign = s.entry("2000-05-02 09:00", "Seller", "sign", "Addendum/A-1");
  s.add(sign);
  program::Entry place = s.entry("2000-06-01 09:00", "Buyer", "place", "Order/O-1");
  place.with.set("under", Datum::of_text("Addendum/A-1"));
  s.add(place);
  program::Entry change = s.entry("2000-06-01 10:00", "Seller", "issue", "Change/C-1");
  change.with.set("target", Datum::of_text("Order/O-1"));
  Datum sixty = Datum::record();
  sixty.set("payment_period", Datum::of_text("60 days"));
  change.with.set("sets", sixty);
  s.add(change);
  const auto value = [&](std::uint32_t alternative) {
    engine::FoldOptions o;
    o.as_of = s.at("2000-06-02 09:00");
    o.readings = {{program::ReadingId{0}, alternative}};
    const auto p = engine::fold(s.plan(), s.record(), o);
    return engine::explain(p, "term:payment_period@Order/O-1")->text;
  };
  EXPECT_EQ(value(0), "payment period for Order/O-1 is 30 days");
  EXPECT_EQ(value(1), "payment period for Order/O-1 is 60 days");
}

TEST(Precedence, a_setting_of_no_term_is_refused) {
  tests::Story s(pack);
  program::Entry e = s.entry("2000-05-02 09:00", "Seller", "sign", "Addendum/A-1");
  e.sequence = 1;
  Datum sets = Datum::record();
  sets.set("payment", Datum::of_text("60 days"));
  e.with.set("sets", sets);
  const auto refused = s.record()->append(e);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "term-unknown");
  EXPECT_EQ(refused.error().help, "terms: payment_period, answer_time, rate, grace, least, named_staff");
}

TEST(Precedence, limits_fit_the_type_and_the_Agreement_has_a_rank) {
  const auto said = [](const std::string& text) {
    const language::PackSource source = tests::pack_of(text);
    return language::render(language::compile(source, load_zone).diagnostics, source);
  };
  EXPECT_NE(said(with("at most $90.00", "longer only"))
                .find("error[E0301]: this limit is of a length of time or a date"),
            std::string::npos);
  EXPECT_NE(said(with("at most $90.00", "at most 90 days")).find("error[E0301]: \"rate\" is an amount"),
            std::string::npos);
  EXPECT_NE(said(with("  Agreement\n", "")).find("the Agreement itself has no rank"), std::string::npos);
  EXPECT_NE(said(with("term rate money ", "term rate")).find("a term has a value"), std::string::npos);
}

}  // namespace
}  // namespace counterpart::trial
