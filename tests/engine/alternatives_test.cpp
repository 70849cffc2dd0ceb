#include "engine/alternatives.h"

#include "support.h"

namespace counterpart::tests {
namespace {

// The lease with an open reading on the length of the answer's time and a price that a claim halves.
std::string lease_with_questions() {
  std::string text = lease;
  const auto put = [&](const std::string& before, const std::string& after) {
    text.replace(text.find(before), before.size(), after);
  };
  put("claim damaged",
      "reading answer_time \"Five days or three?\"   [1-b]\n  default five, since \"the list says "
      "five\"\n  or three\n\nclaim damaged");
  put("within 5 business days", "within if answer_time is three then 3 business days else 5 business days");
  put("amount total", "amount if damaged then 0.00 USD else total");
  return text;
}

// Asked and received Thursday 1 June 2000. Five business days: Fri 2, Mon 5, Tue 6, Wed 7, Thu 8; three end
// on Tuesday 6 June.
TEST(Alternatives, an_open_reading_shows_what_the_other_answer_changes_and_a_safe_day) {
  Story s(lease_with_questions());
  s.add(s.asking("2000-06-01 10:00"));
  engine::FoldOptions o;
  o.as_of = s.at("2000-06-02");
  const auto all = engine::alternatives(engine::fold(s.plan(), s.record(), o), o);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, "reading:answer_time");
  EXPECT_EQ(all[0].now, "five");
  EXPECT_EQ(all[0].answer, "three");
  Datum report = engine::report(engine::fold(s.plan(), s.record(), o));
  engine::add_safe_dates(report, engine::fold(s.plan(), s.record(), o), o);
  const Datum& duty = report.find("duties")->items.at(0);
  EXPECT_EQ(duty.find("due")->text, "2000-06-08");
  EXPECT_EQ(duty.find("safe_by")->text, "2000-06-06");
  // On the 7th the other answer would have granted it already.
  o.as_of = s.at("2000-06-07");
  const auto later = engine::alternatives(engine::fold(s.plan(), s.record(), o), o);
  ASSERT_EQ(later.size(), 1U);
  EXPECT_TRUE(std::any_of(later[0].changes.begin(), later[0].changes.end(), [](const engine::Change& c) {
    return c.before == "asked" && c.after == "granted";
  }));
}

TEST(Alternatives, a_reading_both_parties_chose_is_settled) {
  Story s(lease_with_questions());
  s.add(s.asking("2000-06-01 10:00"));
  program::Entry choose = s.entry("2000-06-02 10:00", "Lessee", "", "");
  choose.kind = program::EntryKind::choose;
  choose.what = "answer_time";
  choose.with.set("alternative", Datum::of_text("five"));
  choose.signatures = {{"Lessee", "manager", "", ""}, {"Lessor", "agent", "", ""}};
  s.add(choose);
  engine::FoldOptions o;
  o.as_of = s.at("2000-06-02");
  EXPECT_TRUE(engine::alternatives(engine::fold(s.plan(), s.record(), o), o).empty());
}

TEST(Alternatives, a_disputed_claim_shows_both_outcomes) {
  Story s(lease_with_questions());
  s.add(s.asking("2000-06-01 10:00"));
  s.add(s.entry("2000-06-02 10:00", "Lessor", "grant", "Request/R-1"));
  program::Entry claim = s.entry("2000-06-05 10:00", "Lessee", "", "Request/R-1");
  claim.kind = program::EntryKind::claim;
  claim.what = "damaged";
  const auto n = s.add(claim);
  program::Entry contest = s.entry("2000-06-06 10:00", "Lessor", "", "");
  contest.kind = program::EntryKind::contest;
  contest.of = n;
  s.add(contest);
  engine::FoldOptions o;
  o.as_of = s.at("2000-06-07");
  const auto all = engine::alternatives(engine::fold(s.plan(), s.record(), o), o);
  std::map<std::string, std::string> open;  // answer → what would be owed
  for (const engine::Alternative& a : all) {
    if (a.id != "claim:" + std::to_string(n)) continue;
    EXPECT_EQ(a.now, "disputed");
    for (const engine::Change& c : a.changes) {
      if (c.text.ends_with(": open")) open[a.answer] = c.after;
    }
  }
  EXPECT_EQ(open["as claimed"], "0.00");
  EXPECT_EQ(open["as denied"], "200.00");
}

}  // namespace
}  // namespace counterpart::tests
