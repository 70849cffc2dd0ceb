// Duties that are excused, waived, performed in several steps, or only to be watched.

#include <algorithm>

#include "engine/alternatives.h"
#include "engine/explain.h"
#include "support.h"

namespace counterpart::tests {
namespace {

std::string lease_and(const std::string& rules) {
  return std::string(lease) + "\n[1-e] More. [1-f] Excuses. [1-g] Waivers.\n```counterpart\n" + rules +
         "```\n";
}

std::string excused_by_storm(const std::string& then) {
  return lease_and(
      "claim storm of Request by Lessor or Lessee: yes/no\n  presumed no\n"
      "excuse Lessor grants Request                  [1-f]\n  while storm\n  then " +
      then + "\n");
}

program::Entry storm(const Story& s, const std::string& when, bool lasts) {
  program::Entry e = s.entry(when, "Lessor", "", "Request/R-1");
  e.kind = program::EntryKind::claim;
  e.what = "storm";
  e.with.set("value", Datum::of(lasts));
  return e;
}

std::string deadline(const engine::Position& p, std::size_t row = 0) {
  return CivilDate{static_cast<std::int32_t>(p.duties[row].deadline.number)}.to_string();
}

// Asked on Thursday 1 June 2000: an answer is due by Thursday the 8th. A storm from Monday 5 June, 10:00, to
// Thursday 8 June, 15:00, costs Monday, Tuesday and Wednesday: three days, so Sunday 11 June.
TEST(Excuse, the_deadline_moves_by_the_days_lost) {
  Story s(excused_by_storm("moved by the days lost"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(storm(s, "2000-06-05 10:00", true));
  s.add(storm(s, "2000-06-08 15:00", false));
  EXPECT_EQ(s.position("2000-06-06").duties[0].status, engine::DutyStatus::excused);
  const engine::Position p = s.position("2000-06-08 15:00");
  EXPECT_EQ(p.duties[0].status, engine::DutyStatus::due);
  EXPECT_EQ(deadline(p), "2000-06-11");
  EXPECT_EQ(s.stage(s.position("2000-06-11"), "Request/R-1"), "asked");
  EXPECT_EQ(s.stage(s.position("2000-06-12 00:00"), "Request/R-1"), "granted");
  const auto why = engine::explain(p, p.duty_item(0));
  ASSERT_TRUE(why);
  const std::string text = engine::to_text(*why);
  EXPECT_NE(text.find("3 days lost"), std::string::npos) << text;
  EXPECT_NE(text.find("Wednesday 7 June 2000: day 3 lost"), std::string::npos) << text;
  EXPECT_EQ(text.find("day 4 lost"), std::string::npos) << text;
  EXPECT_NE(text.find("the deadline went from Thursday 8 June 2000 to Sunday 11 June 2000"),
            std::string::npos)
      << text;
}

// By business days: Monday, Tuesday, Wednesday again; after Thursday 8: Friday 9, Monday 12, Tuesday 13.
TEST(Excuse, business_days_lost_are_given_back_as_business_days) {
  Story s(excused_by_storm("moved by the business days lost"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(storm(s, "2000-06-05 10:00", true));
  s.add(storm(s, "2000-06-08 15:00", false));
  EXPECT_EQ(deadline(s.position("2000-06-08")), "2000-06-13");
  // A weekend costs none: Saturday the 3rd to Monday the 5th.
  Story weekend(excused_by_storm("moved by the business days lost"));
  weekend.add(weekend.asking("2000-06-01 10:00"));
  weekend.add(storm(weekend, "2000-06-03 10:00", true));
  weekend.add(storm(weekend, "2000-06-05 08:00", false));
  EXPECT_EQ(deadline(weekend.position("2000-06-05")), "2000-06-08");
}

// Nothing expires while it lasts; two storms add up: 7 to 14 June is seven days (Thursday 15), and one more
// night from the 15th, 08:00, to the 16th, 09:00: Friday 16 June.
TEST(Excuse, it_may_span_the_deadline_and_repeated_ones_add_up) {
  Story s(excused_by_storm("moved by the days lost"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(storm(s, "2000-06-07 10:00", true));
  EXPECT_EQ(s.position("2000-06-12").duties[0].status, engine::DutyStatus::excused);
  s.add(storm(s, "2000-06-14 10:00", false));
  EXPECT_EQ(deadline(s.position("2000-06-14")), "2000-06-15");
  s.add(storm(s, "2000-06-15 08:00", true));
  s.add(storm(s, "2000-06-16 09:00", false));
  const engine::Position p = s.position("2000-06-16");
  EXPECT_EQ(deadline(p), "2000-06-16");
  EXPECT_EQ(p.excuses.size(), 2U);
  EXPECT_EQ(s.stage(s.position("2000-06-17 00:00"), "Request/R-1"), "granted");
}

// Due at once: the day the storm ends, Monday 12 June, but never earlier than it was.
TEST(Excuse, due_at_once_when_it_ends) {
  Story s(excused_by_storm("due at once"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(storm(s, "2000-06-05 10:00", true));
  s.add(storm(s, "2000-06-06 10:00", false));
  EXPECT_EQ(deadline(s.position("2000-06-06")), "2000-06-08");
  s.add(storm(s, "2000-06-07 10:00", true));
  s.add(storm(s, "2000-06-12 10:00", false));
  EXPECT_EQ(deadline(s.position("2000-06-12 10:00")), "2000-06-12");
  EXPECT_EQ(s.stage(s.position("2000-06-13 00:00"), "Request/R-1"), "granted");
}

// Two days from its end on Monday 12 June: Wednesday 14 June.
TEST(Excuse, within_a_time_after_it_ends) {
  Story s(excused_by_storm("within 2 days"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(storm(s, "2000-06-07 10:00", true));
  s.add(storm(s, "2000-06-12 10:00", false));
  EXPECT_EQ(deadline(s.position("2000-06-12")), "2000-06-14");
}

TEST(Excuse, what_is_done_meanwhile_is_done) {
  Story s(excused_by_storm("moved by the days lost"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(storm(s, "2000-06-05 10:00", true));
  s.add(s.entry("2000-06-20 10:00", "Lessor", "grant", "Request/R-1"));
  EXPECT_EQ(s.position("2000-06-20").duties[0].status, engine::DutyStatus::performed);
}

// The answer is late when Friday 9 June begins; a storm claimed on the 10th changes nothing. Claimed late,
// on the 20th, but shown to have begun on the 7th, it does: there was no silence.
TEST(Excuse, what_was_missed_stays_missed_unless_it_held_then) {
  Story s(excused_by_storm("moved by the days lost"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(storm(s, "2000-06-10 10:00", true));
  EXPECT_EQ(s.stage(s.position("2000-06-10"), "Request/R-1"), "granted");
  program::Entry late = storm(s, "2000-06-07 10:00", true);
  late.recorded = s.at("2000-06-20 10:00");
  s.add(late);
  EXPECT_EQ(s.stage(s.position("2000-06-20"), "Request/R-1"), "asked");
  EXPECT_EQ(s.stage(s.position("2000-06-20", "2000-06-19"), "Request/R-1"), "granted");
}

// In dispute it is neither excused nor late: no earlier than the 8th. What each answer changes is shown.
TEST(Excuse, a_disputed_one_shows_both_outcomes) {
  Story s(excused_by_storm("moved by the days lost"));
  s.add(s.asking("2000-06-01 10:00"));
  const auto claim = s.add(storm(s, "2000-06-05 10:00", true));
  program::Entry contest = s.entry("2000-06-06 10:00", "Lessee", "", "");
  contest.kind = program::EntryKind::contest;
  contest.of = claim;
  s.add(contest);
  const engine::Position p = s.position("2000-06-12");
  EXPECT_EQ(p.duties[0].status, engine::DutyStatus::unknown);
  EXPECT_EQ(p.duties[0].deadline.bound, program::Bound::at_least);
  EXPECT_EQ(deadline(p), "2000-06-08");
  EXPECT_EQ(s.stage(p, "Request/R-1"), "asked");
  engine::FoldOptions held;
  held.as_of = s.at("2000-06-12");
  held.assumed = {{claim, true}};
  EXPECT_EQ(engine::fold(s.plan(), s.record(), held).duties[0].status, engine::DutyStatus::excused);
  held.assumed = {{claim, false}};
  EXPECT_EQ(engine::fold(s.plan(), s.record(), held).duties[0].status, engine::DutyStatus::lapsed);
}

std::string other_duties() {
  return "claim storm of Request by Lessor or Lessee: yes/no\n  presumed no\n"
         "act service Request by Lessor: granted\n"
         "act insure Request by Lessor: granted\n"
         "duty Lessor services Request   [1-e]\n  from granted\n  within 10 days\n"
         "duty Lessor insures Request    [1-g]\n  from granted\n  within 10 days\n";
}

// Every duty of a party on a kind, save what is excepted; and by provision.
TEST(Excuse, it_reaches_the_duties_it_names) {
  Story s(lease_and(
      other_duties() +
      "excuse every duty of Lessor on Request  [1-f]\n  except [1-g]\n  while storm\n  then due at once\n"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(s.entry("2000-06-02 10:00", "Lessor", "grant", "Request/R-1"));
  s.add(storm(s, "2000-06-05 10:00", true));
  const engine::Position p = s.position("2000-06-30");
  for (const engine::DutyRow& row : p.duties) {
    const auto name = p.program().text(p.program().duties[row.duty.value].name);
    if (name.starts_with("services")) EXPECT_EQ(row.status, engine::DutyStatus::excused);
    if (name.starts_with("insures")) EXPECT_EQ(row.status, engine::DutyStatus::breached);
  }
  Story by_number(lease_and(other_duties() +
                            "excuse [1-e] or [1-b] of Request  [1-f]\n  while storm\n  then due at once\n"));
  EXPECT_EQ(by_number.program().excuses[0].duties.count, 2U);
}

// The date alone begins and ends it: through 20 June; ten days lost of 11 to 20 June, and the tenth day
// after granting on Monday 5 June, Thursday 15 June, is Sunday 25 June.
TEST(Excuse, a_date_alone_begins_and_ends_it) {
  Story s(lease_and(other_duties() +
                    "excuse Lessor services Request  [1-f]\n  while today >= 2000-06-11 and today <= "
                    "2000-06-20\n  then moved by the days lost\n"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(s.entry("2000-06-05 10:00", "Lessor", "grant", "Request/R-1"));
  const engine::Position p = s.position("2000-06-21");
  const auto row = std::find_if(p.duties.begin(), p.duties.end(), [&](const engine::DutyRow& d) {
    return p.program().text(p.program().duties[d.duty.value].name).starts_with("services");
  });
  EXPECT_EQ(CivilDate{static_cast<std::int32_t>((*row).deadline.number)}.to_string(), "2000-06-25");
}

// --- waivers ---

const char* const waiver = R"(
document Report from Lessor to Lessee
  stages given
act report Agreement by Lessor
duty Lessor reports Agreement                                     [1-e]
  every 1 month from 2000-02-01
  within 5 days
act forgive Agreement by Lessee                                   [1-g]
  waives [1-e]
)";

std::vector<std::string> statuses(const engine::Position& p) {
  std::vector<std::string> out;
  for (const engine::DutyRow& row : p.duties) out.emplace_back(to_string(row.status));
  return out;
}

// The report of February was due on the 6th, March's on the 6th of March. Forgiven on 10 March is the oldest
// breach, February's; March's stays, and what is due in April is due.
TEST(Waiver, it_waives_one_occurrence_and_not_the_next) {
  Story s(lease_and(waiver));
  const auto n = s.add(s.entry("2000-03-10 10:00", "Lessee", "forgive", "Agreement"));
  const engine::Position p = s.position("2000-04-07");
  EXPECT_EQ(statuses(p), (std::vector<std::string>{"waived", "breached", "breached"}));
  ASSERT_EQ(p.breaches.size(), 3U);
  EXPECT_EQ(p.breaches[0].waived_by, n);
  EXPECT_EQ(p.breaches[1].waived_by, 0U);
}

// Forgiven before it is late, the duty itself is waived: nothing is missed.
TEST(Waiver, an_open_duty_is_waived_before_it_is_missed) {
  Story s(lease_and(waiver));
  s.add(s.entry("2000-02-03 10:00", "Lessee", "forgive", "Agreement"));
  const engine::Position p = s.position("2000-02-20");
  EXPECT_EQ(statuses(p), std::vector<std::string>{"waived"});
  EXPECT_TRUE(p.breaches.empty());
}

// --- performance ---

const char* const returning = R"(
document Sample from Lessor to Lessee
  stages held, gone
act lend Sample by Lessor -> held
act return Sample by Lessee
act certify return of Sample by Lessee
act destroy Sample by Lessee
act certify destruction of Sample by Lessee
act give up Sample by Lessee
act pay for Sample by Lessee
duty Lessee returns then certifies return or destroys then certifies destruction of Sample   [1-e]
  from lend
  within 10 days
  watch 3 days
)";

engine::DutyStatus after(const std::string& rules, const std::vector<std::string>& acts) {
  Story s(lease_and(rules));
  s.add(s.entry("2000-06-01 10:00", "Lessor", "lend", "Sample/S-1"));
  for (const std::string& act : acts) s.add(s.entry("2000-06-02 10:00", "Lessee", act, "Sample/S-1"));
  return s.position("2000-06-02").duties[0].status;
}

TEST(Performance, one_way_in_its_order) {
  using enum engine::DutyStatus;
  EXPECT_EQ(after(returning, {"return"}), due);
  EXPECT_EQ(after(returning, {"return", "certify return"}), performed);
  EXPECT_EQ(after(returning, {"certify return", "return"}), due);
  EXPECT_EQ(after(returning, {"return", "certify destruction"}), due);
  EXPECT_EQ(after(returning, {"return", "destroy", "certify destruction"}), performed);
}

// Lent on Thursday 1 June: to be looked at on Sunday the 4th, which changes nothing.
TEST(Performance, its_words_and_its_watch_date) {
  Story s(lease_and(returning));
  s.add(s.entry("2000-06-01 10:00", "Lessor", "lend", "Sample/S-1"));
  const Datum report = engine::report(s.position("2000-06-01"));
  const Datum& duty = report.find("duties")->items.at(0);
  EXPECT_EQ(duty.find("text")->text,
            "Lessee returns then certifies return or destroys then certifies destruction Sample/S-1");
  EXPECT_EQ(duty.find("watch")->text, "2000-06-04");
  EXPECT_EQ(s.position("2000-06-05").duties[0].status, engine::DutyStatus::due);
}

std::string failing() {
  std::string rules = returning;
  const std::string head = "returns then certifies return or destroys then certifies destruction of Sample";
  rules.replace(rules.find(head), head.size(), "returns or destroys, failing that pays for Sample");
  return rules + "  failing when happened give up\n";
}

// Paying counts only once it is recorded that the rest has failed.
TEST(Performance, failing_that_counts_only_when_the_failure_is_recorded) {
  using enum engine::DutyStatus;
  EXPECT_EQ(after(failing(), {"pay for"}), due);
  EXPECT_EQ(after(failing(), {"give up"}), due);
  EXPECT_EQ(after(failing(), {"give up", "pay for"}), performed);
  EXPECT_EQ(after(failing(), {"destroy"}), performed);
}

}  // namespace
}  // namespace counterpart::tests
