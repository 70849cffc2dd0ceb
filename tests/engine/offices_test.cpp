// Who holds an office, and outsiders who act.

#include <algorithm>

#include "engine/explain.h"
#include "support.h"

namespace counterpart::tests {
namespace {

const std::string& lease_with_offices() {
  static const std::string text = std::string(lease) + R"(
```counterpart
outside party Court "the court of the county"
reading strict "How is the lease read?"                              [1-a]
  default plainly, since "it says so"
  or strictly
document Watch from Lessee
  contact   = holder of agent of Lessor
  unmanned  = agent of Lessor is vacant
  manned    = agent of Lessor is not vacant
  narrow    = strict is strictly
  stages    kept, alarmed, seized
act keep Watch by Lessee -> kept
act seize Watch by Court: kept or alarmed -> seized
when agent of Lessor is vacant has lasted 10 days for Watch
  it becomes alarmed
```
)";
  return text;
}

program::Entry appointing(const Story& s, const std::string& when, program::EntryKind kind,
                          const std::string& person, const std::string& until = "") {
  program::Entry e = s.entry(when, "Lessor", "", "");
  e.kind = kind;
  e.what = "Lessor.agent";
  e.with.set("person", Datum::of_text(person));
  if (!until.empty()) e.with.set("until", Datum::of_text(until));
  return e;
}

Story watched() {
  Story s(lease_with_offices());
  s.add(appointing(s, "2000-06-01 09:00", program::EntryKind::appoint, "A. Ames", "2000-06-10 12:00"));
  s.add(s.entry("2000-06-01 10:00", "Lessee", "keep", "Watch/W-1"));
  return s;
}

std::string field(const engine::Position& p, std::string_view name) {
  const Datum report = engine::report(p);
  for (const Datum& d : report.find("documents")->items) {
    if (d.find("id")->text != "Watch/W-1") continue;
    for (const Datum& f : d.find("fields")->items) {
      if (f.find("name")->text == name) return f.find("text")->text;
    }
  }
  return "absent";
}

TEST(Offices, are_held_until_their_time_is_over) {
  const Story s = watched();
  EXPECT_EQ(field(s.position("2000-06-10 11:59:59"), "contact"), "A. Ames");
  const engine::Position p = s.position("2000-06-10 12:00");
  EXPECT_EQ(field(p, "contact"), "none");
  EXPECT_EQ(field(p, "unmanned"), "yes");
  EXPECT_EQ(field(p, "manned"), "no");
}

// Vacant from 12:00 on Saturday 10 June: the ten whole days are 11 to 20 June.
TEST(Offices, what_lasts_counts_from_the_vacancy) {
  const Story s = watched();
  EXPECT_EQ(s.stage(s.position("2000-06-20 23:59:59"), "Watch/W-1"), "kept");
  EXPECT_EQ(s.stage(s.position("2000-06-21 00:00"), "Watch/W-1"), "alarmed");
}

TEST(Offices, a_new_holder_ends_it_and_a_designee_does_not) {
  Story s = watched();
  s.add(appointing(s, "2000-06-15 09:00", program::EntryKind::designate, "C. Cole"));
  EXPECT_EQ(s.stage(s.position("2000-06-21 00:00"), "Watch/W-1"), "alarmed");
  s.add(appointing(s, "2000-06-16 09:00", program::EntryKind::appoint, "B. Bell"));
  s.add(appointing(s, "2000-06-18 09:00", program::EntryKind::relieve, "B. Bell"));
  EXPECT_EQ(field(s.position("2000-06-17 00:00"), "contact"), "B. Bell");
  EXPECT_EQ(s.stage(s.position("2000-06-28 23:59:59"), "Watch/W-1"), "kept");
  EXPECT_EQ(s.stage(s.position("2000-06-29 00:00"), "Watch/W-1"), "alarmed");
}

TEST(Offices, nobody_appointed_is_vacant) {
  Story s(lease_with_offices());
  s.add(s.entry("2000-06-01 10:00", "Lessee", "keep", "Watch/W-1"));
  EXPECT_EQ(field(s.position("2000-06-01 12:00"), "unmanned"), "yes");
}

TEST(Offices, why_tells_who_held_one) {
  const Story s = watched();
  const auto why = engine::explain(s.position("2000-06-02 00:00"), "office:agent@Lessor");
  ASSERT_TRUE(why);
  EXPECT_EQ(why->text, "agent of Lessor is held by A. Ames");
  ASSERT_EQ(why->steps.size(), 1U);
  EXPECT_EQ(why->steps[0].steps.at(0).entry, 1U);
}

TEST(Outsiders, act_and_are_not_needed_for_what_all_parties_sign) {
  Story s = watched();
  program::Entry choose = s.entry("2000-06-02 10:00", "Lessee", "", "");
  choose.kind = program::EntryKind::choose;
  choose.what = "strict";
  choose.with.set("alternative", Datum::of_text("strictly"));
  choose.signatures = {{"Lessee", "manager", "", ""}, {"Court", "", "", ""}};
  const program::Sequence without = s.add(choose);
  EXPECT_EQ(field(s.position("2000-06-03 00:00"), "narrow"), "no")
      << "the court does not stand in for the lessor";
  choose.signatures = {{"Lessee", "manager", "", ""}, {"Lessor", "agent", "", ""}};
  s.add(choose);
  s.add(s.entry("2000-06-04 10:00", "Court", "seize", "Watch/W-1"));
  const engine::Position p = s.position("2000-06-05 00:00");
  EXPECT_EQ(p.judgement_of(without)->word, engine::VerdictWord::void_);
  EXPECT_EQ(field(p, "narrow"), "yes");
  EXPECT_EQ(s.stage(p, "Watch/W-1"), "seized");
}

TEST(Outsiders, contest_and_agree_nothing_and_rule) {
  Story s = watched();
  s.add(s.asking("2000-06-01 10:00"));
  program::Entry claim = s.entry("2000-06-02 10:00", "Lessor", "", "Request/R-1");
  claim.kind = program::EntryKind::claim;
  claim.what = "damaged";
  const program::Sequence claimed = s.add(claim);
  program::Entry said = s.entry("2000-06-03 10:00", "Court", "", "");
  said.kind = program::EntryKind::contest;
  said.of = claimed;
  s.add(said);
  EXPECT_EQ(s.position("2000-06-04 00:00").claims[0].status, engine::ClaimStatus::asserted);
  said.kind = program::EntryKind::ruling;
  said.with.set("value", Datum::of(false));
  s.add(said);
  const engine::Position p = s.position("2000-06-04 00:00");
  EXPECT_EQ(p.claims[0].status, engine::ClaimStatus::ruled);
  EXPECT_EQ(p.claims[0].value.number, 0);
}

}  // namespace
}  // namespace counterpart::tests
