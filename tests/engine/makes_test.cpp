// Documents that no entry brings: an act, a deadline, a date or a condition makes them.

#include <algorithm>

#include "engine/explain.h"
#include "engine/timeline.h"
#include "support.h"

namespace counterpart::tests {
namespace {

// The lease, whose unpaid rent opens a default thirty days after the grant; a complaint opens one at once.
const std::string& lease_with_defaults() {
  static const std::string text = std::string(lease) + R"(
```counterpart
document Default
  about     Request
  claimed   money
  opened    date, optional
  note      text = "opened by the lease"
  twice     = claimed * 2
  stages    open, cured, final

act declare Default by Lessor -> open
act cure Default by Lessee: open -> cured
act complain Request by Lessor: granted
  with loss money
  makes Default with about it, claimed loss

at 30 days after date of entry into granted for Request              [1-d]
  while not happened pay
  makes Default with about it, claimed total, opened today

duty Lessee cures Default                                            [1-d]
  from open
  within 10 days
  otherwise Default becomes final, and breach

document Statement
  month     date

every 1 month from 2000-02-01 until 2000-04-01 for Agreement
  makes Statement with month today
```
)";
  return text;
}

// Asked on Thursday 1 June 2000 and received at once: five business days (2, 5, 6, 7, 8 June) end on Thursday
// 8 June, so silence grants at the start of Friday 9 June. Thirty days later is Sunday 9 July; ten days after
// that Wednesday 19 July.
Story granted_by_silence() {
  Story s(lease_with_defaults());
  s.add(s.asking("2000-06-01 10:00"));
  return s;
}

std::string field(const engine::Position& p, const std::string& thing, std::string_view name) {
  const Datum report = engine::report(p);
  for (const Datum& d : report.find("documents")->items) {
    if (d.find("id")->text != thing) continue;
    for (const Datum& f : d.find("fields")->items) {
      if (f.find("name")->text == name) return f.find("text")->text;
    }
  }
  return "absent";
}

TEST(Makes, a_date_makes_a_document_named_after_what_it_is_made_on) {
  const Story s = granted_by_silence();
  EXPECT_EQ(s.stage(s.position("2000-07-08 23:59:59"), "Default/R-1.1"), "absent");
  const engine::Position p = s.position("2000-07-09 00:00");
  EXPECT_EQ(s.stage(p, "Default/R-1.1"), "open");
  EXPECT_EQ(s.stage(p, "R-1.1"), "open") << "the key alone is enough";
  EXPECT_EQ(field(p, "Default/R-1.1", "about"), "Request/R-1");
  EXPECT_EQ(field(p, "Default/R-1.1", "claimed"), "200.00 USD");
  EXPECT_EQ(field(p, "Default/R-1.1", "opened"), "2000-07-09");
  EXPECT_EQ(field(p, "Default/R-1.1", "note"), "opened by the lease");
  EXPECT_EQ(field(p, "Default/R-1.1", "twice"), "400.00 USD");
}

TEST(Makes, what_is_made_has_duties_of_its_own) {
  const Story s = granted_by_silence();
  const engine::Position last = s.position("2000-07-19 23:59:59");
  EXPECT_EQ(s.stage(last, "Default/R-1.1"), "open");
  const engine::Position after = s.position("2000-07-20 00:00");
  EXPECT_EQ(s.stage(after, "Default/R-1.1"), "final");
  ASSERT_EQ(after.breaches.size(), 1U);
  EXPECT_EQ(after.name_of(after.breaches[0].thing), "Default/R-1.1");
}

TEST(Makes, entries_act_on_what_is_made_by_its_name) {
  Story s = granted_by_silence();
  const program::Sequence early = s.add(s.entry("2000-07-08 12:00", "Lessee", "cure", "Default/R-1.1"));
  const program::Sequence cured = s.add(s.entry("2000-07-12 12:00", "Lessee", "cure", "Default/R-1.1"));
  const engine::Position p = s.position("2000-08-01 00:00");
  EXPECT_EQ(p.judgement_of(early)->word, engine::VerdictWord::void_) << "it does not exist yet";
  EXPECT_EQ(p.judgement_of(cured)->word, engine::VerdictWord::effective);
  EXPECT_EQ(s.stage(p, "Default/R-1.1"), "cured");
  EXPECT_TRUE(p.breaches.empty());
}

TEST(Makes, a_guard_keeps_it_from_being_made) {
  Story s = granted_by_silence();
  program::Entry paid = s.entry("2000-06-20 12:00", "Lessee", "pay", "Request/R-1");
  paid.with.set("amount", Datum::of_text("200.00"));
  s.add(paid);
  EXPECT_EQ(s.stage(s.position("2000-08-01 00:00"), "Default/R-1.1"), "absent");
}

TEST(Makes, each_of_a_kind_made_on_a_document_has_the_next_number) {
  Story s = granted_by_silence();
  program::Entry complaint = s.entry("2000-06-15 12:00", "Lessor", "complain", "Request/R-1");
  complaint.with.set("loss", Datum::of_text("12.50"));
  s.add(complaint);
  const engine::Position p = s.position("2000-07-10 00:00");
  EXPECT_EQ(field(p, "Default/R-1.1", "claimed"), "12.50 USD");
  EXPECT_EQ(field(p, "Default/R-1.2", "claimed"), "200.00 USD");
}

TEST(Makes, a_number_that_an_entry_has_taken_is_passed_over) {
  Story s = granted_by_silence();
  program::Entry declared = s.entry("2000-06-20 12:00", "Lessor", "declare", "Default/R-1.1");
  declared.with.set("about", Datum::of_text("Request/R-1"));
  declared.with.set("claimed", Datum::of_text("1.00"));
  s.add(declared);
  program::Entry late = declared;
  late.at = late.recorded = s.at("2000-07-10 12:00");
  late.on = "Default/R-1.2";
  const program::Sequence taken = s.add(late);
  const engine::Position p = s.position("2000-07-11 00:00");
  EXPECT_EQ(field(p, "Default/R-1.1", "claimed"), "1.00 USD");
  EXPECT_EQ(field(p, "Default/R-1.2", "claimed"), "200.00 USD");
  EXPECT_EQ(p.judgement_of(taken)->word, engine::VerdictWord::void_) << "the lease made R-1.2 before";
}

TEST(Makes, a_series_makes_one_each_time) {
  const Story s(lease_with_defaults());
  EXPECT_EQ(field(s.position("2000-02-01 00:00"), "Statement/Agreement.1", "month"), "2000-02-01");
  const engine::Position p = s.position("2000-12-31 00:00");
  EXPECT_EQ(field(p, "Statement/Agreement.3", "month"), "2000-04-01");
  EXPECT_EQ(field(p, "Statement/Agreement.4", "month"), "absent");
}

TEST(Makes, the_report_and_the_explanation_say_what_made_it) {
  const Story s = granted_by_silence();
  const engine::Position p = s.position("2000-07-10 00:00");
  const Datum report = engine::report(p);
  const auto& documents = report.find("documents")->items;
  const auto made = std::find_if(documents.begin(), documents.end(),
                                 [](const Datum& d) { return d.find("id")->text == "Default/R-1.1"; });
  ASSERT_NE(made, documents.end());
  EXPECT_EQ(made->find("key")->text, "R-1.1");
  EXPECT_EQ(made->find("made")->find("on")->text, "Request/R-1");
  const auto why = engine::explain(p, "Default/R-1.1");
  ASSERT_TRUE(why);
  EXPECT_NE(engine::to_text(*why).find("by the rule: at 30 days after"), std::string::npos);
  const auto statement = engine::explain(p, "Statement/Agreement.1");
  ASSERT_TRUE(statement);
  EXPECT_NE(statement->text.find("was made on Agreement, on Tuesday 1 February 2000"), std::string::npos)
      << statement->text;
}

// A timeline keeps points of a past in which no entry named what was made.
TEST(Makes, an_entry_that_comes_later_finds_what_a_kept_point_has_made) {
  Story s = granted_by_silence();
  for (int i = 2; i < 8; ++i)
    s.add(s.asking("2000-07-1" + std::to_string(i) + " 10:00", "R-" + std::to_string(i)));
  engine::FoldOptions options;
  engine::Timeline timeline(s.plan(), s.record(), options, 1);
  (void)timeline.at(s.at("2000-07-18 00:00"));
  ASSERT_GT(timeline.points(), 3U);
  s.add(s.entry("2000-07-18 12:00", "Lessee", "cure", "Default/R-1.1"));
  timeline.extend();
  const engine::Position kept = timeline.at(s.at("2000-08-01 00:00"));
  EXPECT_EQ(s.stage(kept, "Default/R-1.1"), "cured");
  EXPECT_EQ(write_json(engine::report(kept)), write_json(engine::report(s.position("2000-08-01 00:00"))));
}

}  // namespace
}  // namespace counterpart::tests
