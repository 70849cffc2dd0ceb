// What counts only once it has lasted: the count, its break, and what a day's change alone can end.

#include "engine/explain.h"
#include "support.h"

namespace counterpart::tests {
namespace {

std::string lease_and(const std::string& rules) {
  return std::string(lease) + "\n[1-e] More.\n```counterpart\n" + rules + "```\n";
}

const char* const outage = R"(
document Outage from Lessee to Lessor
  long      = it is open has lasted 3 days
  stages    open, restored, default
act report Outage by Lessee -> open
act restore Outage by Lessor: open -> restored
act reopen Outage by Lessee: restored -> open
when it is open has lasted 3 days for Outage                      [1-e]
  it becomes default
act complain Agreement by Lessee
  void unless some Outage has long
)";

// Open on Friday 2 June 2000 at 09:00: Saturday 3, Sunday 4 and Monday 5 are the three whole days, so that it
// has lasted three days when Tuesday 6 June begins.
TEST(Lasting, three_whole_days_after_the_day_it_began) {
  Story s(lease_and(outage));
  s.add(s.entry("2000-06-02 09:00", "Lessee", "report", "Outage/O-1"));
  EXPECT_EQ(s.stage(s.position("2000-06-05 23:59:59"), "Outage/O-1"), "open");
  const engine::Position p = s.position("2000-06-06 00:00");
  EXPECT_EQ(s.stage(p, "Outage/O-1"), "default");
  EXPECT_EQ(p.stage_changes.back().at, s.at("2000-06-06 00:00"));
}

// Restored for ten minutes on Monday the 5th: the count begins anew, with Tuesday 6 as its first whole day,
// and is over when Friday 9 June begins.
TEST(Lasting, a_break_of_minutes_begins_the_count_anew) {
  Story s(lease_and(outage));
  s.add(s.entry("2000-06-02 09:00", "Lessee", "report", "Outage/O-1"));
  s.add(s.entry("2000-06-05 10:00", "Lessor", "restore", "Outage/O-1"));
  s.add(s.entry("2000-06-05 10:10", "Lessee", "reopen", "Outage/O-1"));
  EXPECT_EQ(s.stage(s.position("2000-06-08"), "Outage/O-1"), "open");
  EXPECT_EQ(s.stage(s.position("2000-06-09 00:00"), "Outage/O-1"), "default");
}

// What began with a day's first instant has that day for its first: 2, 3 and 4 June.
TEST(Lasting, a_day_that_it_held_from_its_beginning_counts) {
  Story s(lease_and(outage));
  s.add(s.entry("2000-06-02 00:00", "Lessee", "report", "Outage/O-1"));
  EXPECT_EQ(s.stage(s.position("2000-06-04 23:59:59"), "Outage/O-1"), "open");
  EXPECT_EQ(s.stage(s.position("2000-06-05 00:00"), "Outage/O-1"), "default");
}

// A computed field carries it to other documents: the complaint of Monday 5 June is void, that of Tuesday is
// not, though on Tuesday the rule has moved the outage on: so a second, younger outage is asked about.
TEST(Lasting, another_document_asks_by_a_computed_field) {
  std::string rules = outage;
  const std::string rule =
      "when it is open has lasted 3 days for Outage                      [1-e]\n  it becomes default\n";
  rules.replace(rules.find(rule), rule.size(), "act end Outage by Lessor: open -> default\n");
  Story s(lease_and(rules));
  s.add(s.entry("2000-06-02 09:00", "Lessee", "report", "Outage/O-1"));
  const auto early = s.add(s.entry("2000-06-05 23:00", "Lessee", "complain", "Agreement"));
  const auto late = s.add(s.entry("2000-06-06 00:00", "Lessee", "complain", "Agreement"));
  const engine::Position p = s.position("2000-06-06");
  EXPECT_EQ(p.judgement_of(early)->word, engine::VerdictWord::void_);
  EXPECT_EQ(p.judgement_of(late)->word, engine::VerdictWord::effective);
}

const char* const hours = R"(
document Fault from Lessee to Lessor
  until     date
  stages    open, closed
act report Fault by Lessee -> open
act attend Fault by Lessor: open -> closed
duty Lessor attends Fault                                         [1-e]
  from it is open has lasted 36 hours
  while today <= until
  no deadline
)";

// Reported Thursday 1 June at 20:00; 36 hours later it is Saturday 3 June, 08:00. The duty is there while
// today is not after the 5th: with the first instant of Tuesday the 6th it is gone, and nobody did anything.
TEST(Lasting, hours_count_to_the_second_and_a_while_ends_with_its_day) {
  Story s(lease_and(hours));
  program::Entry e = s.entry("2000-06-01 20:00", "Lessee", "report", "Fault/F-1");
  e.with.set("until", Datum::of_text("2000-06-05"));
  s.add(e);
  EXPECT_TRUE(s.position("2000-06-03 07:59:59").duties.empty());
  const engine::Position open = s.position("2000-06-03 08:00");
  ASSERT_EQ(open.duties.size(), 1U);
  EXPECT_EQ(s.position("2000-06-05").duties[0].status, engine::DutyStatus::due);
  EXPECT_EQ(s.position("2000-06-06 00:00").duties[0].status, engine::DutyStatus::cancelled);
}

// By business days: Friday 30 June at noon; Monday 3, Wednesday 5 and Thursday 6 July are the three, for
// Tuesday the 4th is a holiday; it has lasted them when Friday 7 July begins.
TEST(Lasting, business_days_skip_holidays) {
  std::string rules = outage;
  const std::string three = "when it is open has lasted 3 days";
  rules.replace(rules.find(three), three.size(), "when it is open has lasted 3 business days");
  Story s(lease_and(rules));
  s.add(s.entry("2000-06-30 12:00", "Lessee", "report", "Outage/O-1"));
  EXPECT_EQ(s.stage(s.position("2000-07-06"), "Outage/O-1"), "open");
  EXPECT_EQ(s.stage(s.position("2000-07-07 00:00"), "Outage/O-1"), "default");
}

std::string first_code(const std::string& rules) {
  const auto out = language::compile(pack_of(lease_and(rules)), load_zone);
  return out.diagnostics.empty() ? "" : std::string(out.diagnostics.front().code);
}

TEST(Lasting, what_cannot_last_is_an_error) {
  const std::string outages = outage;
  EXPECT_EQ(
      first_code(
          outages +
          "when today > 2000-06-01 and it is open has lasted 3 days for Outage\n  it becomes restored\n"),
      "E0105");
  EXPECT_EQ(
      first_code(outages + "act note Agreement by Lessor\n  void unless signed by agent has lasted 2 days\n"),
      "E0304");
  EXPECT_EQ(
      first_code(outages +
                 "act note Agreement by Lessor\n  void unless some Outage has long has lasted 2 days\n"),
      "E0304");
  EXPECT_EQ(first_code(outages + "when it is open has lasted $3.00 for Outage\n  it becomes restored\n"),
            "E0301");
}

}  // namespace
}  // namespace counterpart::tests
