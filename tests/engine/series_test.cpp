// Times that come again, things to be kept so, and payments over several dues.

#include <algorithm>

#include "engine/interest.h"
#include "support.h"

namespace counterpart::tests {
namespace {

std::string lease_and(const std::string& rules) {
  return std::string(lease) + "\n[1-e] More.\n```counterpart\n" + rules + "```\n";
}

std::vector<std::string> days_of(const engine::Position& p, std::string_view duty) {
  std::vector<std::string> out;
  for (const engine::DutyRow& row : p.duties) {
    if (p.program().text(p.program().duties[row.duty.value].name).starts_with(duty))
      out.push_back(p.program().zone.date_of(row.opened).to_string());
  }
  return out;
}

const char* const reports = R"(
document Report from Lessor to Lessee
  stages given
act report Agreement by Lessor                                    [1-e]
duty Lessor reports Agreement                                     [1-e]
  every 1 month from 2000-01-31 until 2000-05-01
  within 5 days
)";

// The last day of January and each month after it, counted from the first: 29 February, 31 March, 30 April;
// the next, 31 May, lies after the 1st.
TEST(Series, months_are_counted_from_the_first_time_and_end_when_told) {
  Story s(lease_and(reports));
  EXPECT_EQ(days_of(s.position("2000-02-15"), "reports"), std::vector<std::string>{"2000-01-31"});
  EXPECT_EQ(days_of(s.position("2000-12-31"), "reports"),
            (std::vector<std::string>{"2000-01-31", "2000-02-29", "2000-03-31", "2000-04-30"}));
  EXPECT_TRUE(s.position("2000-02-15").has_next);
}

// Each has a deadline of its own: five days after 31 January is 5 February. An act performs the oldest that
// is open or was missed.
TEST(Series, each_time_opens_a_duty_of_its_own) {
  Story s(lease_and(reports));
  s.add(s.entry("2000-02-04 10:00", "Lessor", "report", "Agreement"));
  const engine::Position p = s.position("2000-03-06");
  ASSERT_EQ(p.duties.size(), 2U);
  EXPECT_EQ(p.duties[0].status, engine::DutyStatus::performed);
  EXPECT_EQ(p.duties[1].status, engine::DutyStatus::breached);  // due by 5 March
  EXPECT_NE(p.duty_item(0), p.duty_item(1));
}

const char* const upkeep = R"(
document Policy from Lessee to Lessor
  stages in_force, lapsed
act insure Policy by Lessee -> in_force
act end Policy by Lessee: in_force -> lapsed
duty Lessee keeps insured of Agreement: some Policy is in_force   [1-e]
  while today >= 2000-02-01
  within 10 days
)";

// Nothing is insured on 1 February when the rule begins: ten days run through 11 February, then the breach
// lasts until a policy is in force again. A second gap is a second duty.
TEST(Keeping, a_gap_opens_a_duty_and_its_breach_lasts_until_the_gap_is_closed) {
  Story s(lease_and(upkeep));
  EXPECT_TRUE(s.position("2000-01-31").duties.empty());
  EXPECT_EQ(s.position("2000-02-11").duties[0].status, engine::DutyStatus::due);
  EXPECT_EQ(s.position("2000-02-12").duties[0].status, engine::DutyStatus::breached);
  s.add(s.entry("2000-02-20 10:00", "Lessee", "insure", "Policy/P-1"));
  const engine::Position held = s.position("2000-02-20");
  EXPECT_EQ(held.duties[0].status, engine::DutyStatus::performed_late);
  ASSERT_EQ(held.breaches.size(), 1U);
  EXPECT_EQ(held.breaches[0].until, s.at("2000-02-20 10:00"));
  s.add(s.entry("2000-03-01 10:00", "Lessee", "end", "Policy/P-1"));
  s.add(s.entry("2000-03-05 10:00", "Lessee", "insure", "Policy/P-2"));
  const engine::Position again = s.position("2000-03-31");
  ASSERT_EQ(again.duties.size(), 2U);
  EXPECT_EQ(again.duties[1].status, engine::DutyStatus::performed);  // closed within its ten days
  EXPECT_EQ(again.breaches.size(), 1U);
}

const char* const fees = R"(
act pay fee for Agreement by Lessee
  with amount money
due fee of Agreement from Lessee to Lessor                        [1-e]
  amount $100.00
  every 30 days from 2000-01-10 until 2000-03-31
  within 0 days
  settled by pay fee for
)";

// 10 January, 9 February, 10 March: three fees of 100.00. 150.00 settles the oldest and half of the second.
TEST(Series, a_payment_settles_the_oldest_due_first) {
  Story s(lease_and(fees));
  program::Entry pay = s.entry("2000-03-15 10:00", "Lessee", "pay fee for", "Agreement");
  pay.with.set("amount", Datum::of_text("150.00"));
  s.add(pay);
  const engine::Position p = s.position("2000-03-15");
  ASSERT_EQ(p.dues.size(), 3U);
  EXPECT_EQ(engine::open_of(p, p.dues[0]).number, 0);
  EXPECT_EQ(engine::open_of(p, p.dues[1]).number, 5000);
  EXPECT_EQ(engine::open_of(p, p.dues[2]).number, 10000);
  const Datum report = engine::report(p);
  std::vector<std::string> ids;
  for (const Datum& d : report.find("dues")->items) ids.push_back(d.find("id")->text);
  EXPECT_EQ(std::count(ids.begin(), ids.end(), "due:fee@Agreement#2000-02-09"), 1);
}

std::int64_t interest_on(const std::string& clause, const std::string& as_of) {
  std::string text = lease;
  const std::string simple = "interest the lesser of 1.5% and lawful_maximum a month, rounded half_up";
  text.replace(text.find(simple), simple.size(), clause);
  Story s(text);
  s.add(s.asking("2000-06-01 10:00"));
  const engine::Position p = s.position(as_of);
  return engine::interest_of(p, p.dues[0]).number;
}

// 200.00 open since Sunday 9 July 2000. A year of 365 days at 36.5 % is 0.1 % a day: 0.20 for each.
// Simple, 31 days to 9 August: 6.20. Compounded daily and rounded to the cent each day: 0.20 a day while the
// sum is below 204.50 (0.2045 rounds to 0.20), which 0.20 a day reaches after 23 days (204.60, whose day is
// 0.2046, 0.20 again); 0.205 and so 0.21 needs 205.00, reached after 25 days. So 25 days bring 5.00, the 26th
// to the 31st 0.21 each, 1.26: 6.26.
TEST(Interest, daily_rates_count_days_and_compound_by_the_day) {
  EXPECT_EQ(interest_on("interest 36.5% a year of 365 days, rounded half_up", "2000-08-09"), 620);
  EXPECT_EQ(interest_on("interest 0.1% a day, rounded half_up", "2000-08-09"), 620);
  EXPECT_EQ(interest_on("interest 36% a year of 360 days, rounded half_up", "2000-08-09"), 620);
  EXPECT_EQ(interest_on("interest 0.1% a day, compounded daily, rounded half_up", "2000-08-09"), 626);
}

// 10 % a month on 200.00: one month 20.00, the second on 220.00: 22.00, and ten of the thirty days from 9
// September to 9 October on 242.00: 8.0666… → 8.07.
TEST(Interest, a_monthly_rate_compounds_by_the_month) {
  EXPECT_EQ(interest_on("interest 10% a month, compounded monthly, rounded half_up", "2000-08-09"), 2000);
  EXPECT_EQ(interest_on("interest 10% a month, compounded monthly, rounded half_up", "2000-09-09"), 4200);
  EXPECT_EQ(interest_on("interest 10% a month, compounded monthly, rounded half_up", "2000-09-19"), 5007);
}

// The same said by counting: one policy in force, one lapsed.
TEST(Conditions, documents_are_counted_by_the_stage_they_are_in) {
  Story s(
      lease_and(std::string(upkeep) +
                "act note Agreement by Lessor\n  void unless count of Policy that is in_force = 1\n  void "
                "unless count of Policy that is in_force or lapsed = 2\n"));
  for (const char* key : {"Policy/P-1", "Policy/P-2"})
    s.add(s.entry("2000-02-01 10:00", "Lessee", "insure", key));
  const auto early = s.add(s.entry("2000-02-02 10:00", "Lessor", "note", "Agreement"));
  s.add(s.entry("2000-02-03 10:00", "Lessee", "end", "Policy/P-1"));
  const auto late = s.add(s.entry("2000-02-04 10:00", "Lessor", "note", "Agreement"));
  const engine::Position p = s.position("2000-02-04");
  EXPECT_EQ(p.judgement_of(early)->word, engine::VerdictWord::void_);
  EXPECT_EQ(p.judgement_of(late)->word, engine::VerdictWord::effective);
}

TEST(Series, a_step_of_hours_is_an_error_that_says_what_to_write) {
  const auto out = language::compile(
      pack_of(lease_and("act report Agreement by Lessor\nduty Lessor reports Agreement\n  every 2 hours from "
                        "2000-01-31\n  within 5 days\n")),
      load_zone);
  EXPECT_EQ(out.program, nullptr);
  EXPECT_TRUE(std::any_of(out.diagnostics.begin(), out.diagnostics.end(),
                          [](const language::Diagnostic& d) { return d.code == "E0301"; }));
}

}  // namespace
}  // namespace counterpart::tests
