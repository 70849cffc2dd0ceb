// Acts that take effect later than they are done, and joint acts signed one side after the other.

#include "engine/explain.h"
#include "support.h"

namespace counterpart::tests {
namespace {

std::string lease_and(const std::string& rules) {
  return std::string(lease) + "\n[1-e] More.\n```counterpart\n" + rules + "```\n";
}

const char* const projects = R"(
document Project from Lessee to Lessor
  installs  date
  stages    running, announced, ended
act start Project by Lessee -> running
act end Project by Lessee: running -> ended                       [1-e]
  received as letter
  takes effect 5 business days after receipt
act announce Project by Lessee: running -> announced              [1-e]
  takes effect at the later of receipt and 5 days before installs
act move Project by Lessee: running
  with to date
  sets installs to to
duty Lessor inspects Project                                      [1-e]
  from announce
  within 3 days
act inspect Project by Lessor: announced
duty Lessor settles Project                                       [1-e]
  from receipt of end
  within 10 days
act settle Project by Lessor: ended
)";

program::Entry starting(const Story& s, const std::string& when, const std::string& installs) {
  program::Entry e = s.entry(when, "Lessee", "start", "Project/P-1");
  e.with.set("installs", Datum::of_text(installs));
  return e;
}

engine::VerdictWord word(const engine::Position& p, program::Sequence n) { return p.judgement_of(n)->word; }

// Received by e-mail on Thursday 29 June 2000 at 10:00; Friday 30, Monday 3 July, (Tuesday 4 is a holiday),
// Wednesday 5, Thursday 6, Friday 7: it ends with the first instant of Friday 7 July.
TEST(Later, a_notice_takes_effect_business_days_after_its_receipt) {
  Story s(lease_and(projects));
  s.add(starting(s, "2000-06-01 09:00", "2000-12-01"));
  program::Entry end = s.entry("2000-06-29 10:00", "Lessee", "end", "Project/P-1");
  end.via = "e-mail";
  const auto n = s.add(end);
  const engine::Position before = s.position("2000-07-06");
  EXPECT_EQ(s.stage(before, "Project/P-1"), "running");
  EXPECT_EQ(word(before, n), engine::VerdictWord::awaiting_effect);
  EXPECT_EQ(before.next, s.at("2000-07-07 00:00"));
  const Datum report = engine::report(before);
  ASSERT_EQ(report.find("not_yet_in_effect")->items.size(), 1U);
  EXPECT_EQ(report.find("not_yet_in_effect")->items[0].find("takes_effect")->text, "2000-07-07");
  const engine::Position p = s.position("2000-07-07 00:00");
  EXPECT_EQ(s.stage(p, "Project/P-1"), "ended");
  EXPECT_EQ(word(p, n), engine::VerdictWord::effective);
  // What runs from its receipt runs from 29 June: ten days are Sunday 9 July.
  ASSERT_EQ(p.duties.size(), 1U);
  EXPECT_EQ(p.duties[0].opened, s.at("2000-06-29 10:00"));
  EXPECT_EQ(CivilDate{static_cast<std::int32_t>(p.duties[0].deadline.number)}.to_string(), "2000-07-09");
  const auto why = engine::explain(p, "entry:" + std::to_string(n));
  ASSERT_TRUE(why);
  const std::string text = engine::to_text(*why);
  EXPECT_NE(text.find("it took effect on Friday 7 July 2000"), std::string::npos) << text;
  EXPECT_NE(text.find("Tuesday 4 July 2000: skipped, Independence Day"), std::string::npos) << text;
}

// By courier on Monday 3 July: receipt is a business day later, Wednesday the 5th, once delivery is shown;
// Thursday 6, Friday 7, Monday 10, Tuesday 11, Wednesday 12 July.
TEST(Later, without_a_receipt_it_waits_and_evidence_that_comes_later_fixes_the_day) {
  Story s(lease_and(projects));
  s.add(starting(s, "2000-06-01 09:00", "2000-12-01"));
  program::Entry end = s.entry("2000-07-03 10:00", "Lessee", "end", "Project/P-1");
  end.via = "courier";
  const auto n = s.add(end);
  EXPECT_EQ(word(s.position("2000-08-31"), n), engine::VerdictWord::awaiting_receipt);
  program::Entry shown = s.entry("2000-07-20 15:00", "Lessee", "", "");
  shown.kind = program::EntryKind::evidence;
  shown.what = "delivery";
  shown.of = n;
  s.add(shown);
  EXPECT_EQ(s.stage(s.position("2000-07-11"), "Project/P-1"), "running");
  EXPECT_EQ(s.stage(s.position("2000-07-12 00:00"), "Project/P-1"), "ended");
  EXPECT_EQ(s.stage(s.position("2000-07-12", "2000-07-13"), "Project/P-1"), "running");
}

// Installation on Monday 7 August: the window opens five days before, on Wednesday 2 August. A notice of
// Monday 31 July counts then; the inspection is due three days after, on Saturday 5 August.
TEST(Later, an_early_notice_counts_when_its_window_opens) {
  Story s(lease_and(projects));
  s.add(starting(s, "2000-07-01 09:00", "2000-08-07"));
  s.add(s.entry("2000-07-31 09:00", "Lessee", "announce", "Project/P-1"));
  EXPECT_TRUE(s.position("2000-08-01").duties.empty());
  const engine::Position p = s.position("2000-08-02 00:00");
  EXPECT_EQ(s.stage(p, "Project/P-1"), "announced");
  ASSERT_EQ(p.duties.size(), 1U);
  EXPECT_EQ(CivilDate{static_cast<std::int32_t>(p.duties[0].deadline.number)}.to_string(), "2000-08-05");
}

// Of two times the later is not there before both are: sent on Monday 31 July by a way that shows no receipt,
// the notice does not count when the window opens on Wednesday 2 August.
TEST(Later, the_later_of_two_waits_for_both) {
  std::string rules = projects;
  const std::string head = "act announce Project by Lessee: running -> announced              [1-e]\n";
  rules.insert(rules.find(head) + head.size(), "  received as letter\n");
  Story s(lease_and(rules));
  s.add(starting(s, "2000-07-01 09:00", "2000-08-07"));
  program::Entry e = s.entry("2000-07-31 09:00", "Lessee", "announce", "Project/P-1");
  e.via = "pigeon";
  s.add(e);
  EXPECT_EQ(s.stage(s.position("2000-08-31"), "Project/P-1"), "running");
}

// One of Thursday 3 August, inside the window, counts at once.
TEST(Later, a_notice_inside_its_window_counts_at_once) {
  Story s(lease_and(projects));
  s.add(starting(s, "2000-07-01 09:00", "2000-08-07"));
  const auto n = s.add(s.entry("2000-08-03 10:00", "Lessee", "announce", "Project/P-1"));
  const engine::Position p = s.position("2000-08-03 10:00");
  EXPECT_EQ(word(p, n), engine::VerdictWord::effective);
  EXPECT_EQ(p.judgement_of(n)->effect, s.at("2000-08-03 10:00"));
}

// The window moves with what it rests on: installation put off to Thursday 10 August opens it on the 5th.
TEST(Later, the_time_moves_with_what_it_rests_on) {
  Story s(lease_and(projects));
  s.add(starting(s, "2000-07-01 09:00", "2000-08-07"));
  s.add(s.entry("2000-07-31 09:00", "Lessee", "announce", "Project/P-1"));
  program::Entry move = s.entry("2000-08-01 09:00", "Lessee", "move", "Project/P-1");
  move.with.set("to", Datum::of_text("2000-08-10"));
  s.add(move);
  EXPECT_EQ(s.stage(s.position("2000-08-04"), "Project/P-1"), "running");
  EXPECT_EQ(s.stage(s.position("2000-08-05 00:00"), "Project/P-1"), "announced");
}

// What is asked of the act is asked when it takes effect: by then somebody else has ended the project.
TEST(Later, its_requirements_are_looked_at_when_it_takes_effect) {
  Story s(lease_and(std::string(projects) + "act close Project by Lessor: running -> ended\n"));
  s.add(starting(s, "2000-07-01 09:00", "2000-08-07"));
  const auto n = s.add(s.entry("2000-07-31 09:00", "Lessee", "announce", "Project/P-1"));
  s.add(s.entry("2000-08-01 09:00", "Lessor", "close", "Project/P-1"));
  EXPECT_EQ(word(s.position("2000-08-01"), n), engine::VerdictWord::awaiting_effect);
  EXPECT_EQ(word(s.position("2000-08-02"), n), engine::VerdictWord::void_);
}

const char* const addenda = R"(
document Addendum
  price     money
  stages    in_effect, ended
act sign Addendum by Lessee and Lessor jointly -> in_effect       [1-e]
  void unless signed by manager or higher of Lessee
  void unless signed by agent of Lessor
  void unless price > $0.00
act end Addendum by Lessee and Lessor jointly: in_effect -> ended
)";

program::Entry signing(const Story& s, const std::string& when, const std::string& by,
                       const std::string& office, const char* price) {
  program::Entry e = s.entry(when, by, "sign", "Addendum/A-1");
  if (price != nullptr) e.with.set("price", Datum::of_text(price));
  if (!office.empty()) e.signatures.push_back({by, office, "", ""});
  return e;
}

// 18 September: a clerk's signature is void, the agent's stands and waits. 2 October: the manager signs, and
// it is in effect from then.
TEST(Joint, it_is_in_effect_at_the_last_valid_signature) {
  Story s(lease_and(addenda));
  const auto clerk = s.add(signing(s, "2000-09-18 09:00", "Lessee", "clerk", "5.00"));
  const auto agent = s.add(signing(s, "2000-09-18 10:00", "Lessor", "agent", nullptr));
  const engine::Position between = s.position("2000-10-01");
  EXPECT_EQ(word(between, clerk), engine::VerdictWord::void_);
  EXPECT_EQ(word(between, agent), engine::VerdictWord::awaiting_signature);
  EXPECT_EQ(s.stage(between, "Addendum/A-1"), "absent");
  const auto manager = s.add(signing(s, "2000-10-02 09:00", "Lessee", "manager", "5.00"));
  const engine::Position p = s.position("2000-10-02");
  EXPECT_EQ(s.stage(p, "Addendum/A-1"), "in_effect");
  EXPECT_EQ(word(p, manager), engine::VerdictWord::effective);
  EXPECT_EQ(word(p, agent), engine::VerdictWord::effective);
  EXPECT_EQ(p.judgement_of(agent)->effect, s.at("2000-10-02 09:00"));
  EXPECT_EQ(p.stage_changes.back().at, s.at("2000-10-02 09:00"));
}

// Who signs second need not say again what is agreed; a third signature comes too late for anything.
TEST(Joint, the_second_signature_takes_over_what_the_first_said) {
  Story s(lease_and(addenda));
  s.add(signing(s, "2000-09-18 09:00", "Lessee", "manager", "5.00"));
  s.add(signing(s, "2000-09-20 09:00", "Lessor", "agent", nullptr));
  const engine::Position p = s.position("2000-09-20");
  ASSERT_EQ(s.stage(p, "Addendum/A-1"), "in_effect");
  const auto price = p.program().field(p.program().kind("Addendum"), "price");
  EXPECT_EQ(p.slot(p.find_thing("Addendum/A-1"), price).value.number, 500);
  const auto again = s.add(signing(s, "2000-09-21 09:00", "Lessor", "agent", nullptr));
  EXPECT_EQ(word(s.position("2000-09-21"), again), engine::VerdictWord::void_);
}

// One side signs at 5.00 and the other at 6.00: two proposals, and nothing is agreed until one is signed by
// both.
TEST(Joint, what_the_two_sign_must_be_the_same) {
  Story s(lease_and(addenda));
  s.add(signing(s, "2000-09-18 09:00", "Lessee", "manager", "5.00"));
  s.add(signing(s, "2000-09-19 09:00", "Lessor", "agent", "6.00"));
  EXPECT_EQ(s.stage(s.position("2000-09-19"), "Addendum/A-1"), "absent");
  s.add(signing(s, "2000-09-20 09:00", "Lessee", "manager", "6.00"));
  EXPECT_EQ(s.stage(s.position("2000-09-20"), "Addendum/A-1"), "in_effect");
}

// An existing document is ended the same way; who does not sign at all signs nothing.
TEST(Joint, an_act_on_a_document_waits_too) {
  Story s(lease_and(addenda));
  program::Entry both = signing(s, "2000-09-18 09:00", "Lessee", "manager", "5.00");
  both.signatures.push_back({"Lessor", "agent", "", ""});
  s.add(both);
  const auto bare = s.add(s.entry("2000-09-19 09:00", "Lessee", "end", "Addendum/A-1"));
  program::Entry one = s.entry("2000-09-20 09:00", "Lessee", "end", "Addendum/A-1");
  one.signatures.push_back({"Lessee", "clerk", "", ""});
  s.add(one);
  EXPECT_EQ(word(s.position("2000-09-20"), bare), engine::VerdictWord::void_);
  EXPECT_EQ(s.stage(s.position("2000-09-20"), "Addendum/A-1"), "in_effect");
  program::Entry other = s.entry("2000-09-22 09:00", "Lessor", "end", "Addendum/A-1");
  other.signatures.push_back({"Lessor", "agent", "", ""});
  s.add(other);
  EXPECT_EQ(s.stage(s.position("2000-09-22"), "Addendum/A-1"), "ended");
}

}  // namespace
}  // namespace counterpart::tests
