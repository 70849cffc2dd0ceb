// Duties of which nobody knows whether they are owed, and what is to be kept.

#include "support.h"

#include "engine/standing.h"

namespace counterpart::tests {
namespace {

std::string lease_and(const std::string& rules) {
  return std::string(lease) + "\n[1-e] More. [1-f] Other.\n```counterpart\n" + rules + "```\n";
}

const char* const hours = R"(
unknown courts_open yes/no "the hours of the courts are not in the text"   [1-f]
duty Lessor refuses Request                                          [1-e]
  from receipt of ask
  while courts_open
  within 2 business days
)";

program::Entry supplies(const Story& s, const std::string& when, const std::string& what, bool value) {
  program::Entry e = s.entry(when, "Lessor", "", "");
  e.kind = program::EntryKind::supply;
  e.what = what;
  e.with.set("value", Datum::of(value));
  return e;
}

const engine::DutyRow& of_provision(const engine::Position& p, const char* id) {
  const auto want = p.program().provision(id);
  for (const engine::DutyRow& row : p.duties) {
    const program::Range cited = p.program().duties[row.duty.value].provisions;
    for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
      if (p.program().cited[i] == want) return row;
    }
  }
  ADD_FAILURE() << "no duty under " << id;
  return p.duties[0];
}

// Asked on Thursday 1 June 2000; two business days are Monday the 5th. Nothing becomes of it while it is not
// known whether it is owed.
TEST(Unknown, a_duty_whose_condition_is_unknown_is_neither_due_nor_broken) {
  Story s(lease_and(hours));
  s.add(s.asking("2000-06-01 10:00"));
  for (const char* day : {"2000-06-02", "2000-06-06", "2000-07-31"}) {
    const engine::Position p = s.position(day);
    const engine::DutyRow& row = of_provision(p, "1-e");
    EXPECT_EQ(row.status, engine::DutyStatus::unknown) << day;
    EXPECT_FALSE(row.overdue);
    EXPECT_TRUE(p.breaches.empty()) << day;
    const auto open = engine::duty_is(p, row.thing, s.program().provision("1-e"), program::duty_open);
    EXPECT_EQ(open.tag, program::Tag::unknown);
    const Datum report = engine::report(p);
    for (const Datum& d : report.find("duties")->items) {
      if (d.find("status")->text != "unknown") continue;
      EXPECT_EQ(d.find("due")->kind, Datum::Kind::null);
      EXPECT_EQ(d.find("due_text")->text.substr(0, 27), "unknown whether it is owed ")
          << d.find("due_text")->text;
      EXPECT_EQ(d.find("unknown")->items.at(0).text, "courts_open");
    }
  }
}

// What is supplied holds from the beginning: with yes it was missed when Monday the 5th was over, with no it
// was never owed.
TEST(Unknown, the_answer_decides_it) {
  for (const bool open : {true, false}) {
    Story s(lease_and(hours));
    s.add(s.asking("2000-06-01 10:00"));
    s.add(supplies(s, "2000-06-20 10:00", "courts_open", open));
    const engine::Position p = s.position("2000-06-21");
    ASSERT_EQ(p.breaches.size(), open ? 1U : 0U);
    if (open) EXPECT_EQ(p.breaches[0].at, s.at("2000-06-06 00:00"));
    const engine::Position before = s.position("2000-06-21", "2000-06-19");
    EXPECT_EQ(of_provision(before, "1-e").status, engine::DutyStatus::unknown);
  }
}

const char* const dispute = R"(
claim broken of Request by Lessor or Lessee: yes/no                  [1-f]
  presumed no
duty Lessor keeps whole of Request: not broken                       [1-e]
)";

program::Entry says_broken(const Story& s, const std::string& when, bool broken) {
  program::Entry e = s.entry(when, "Lessee", "", "Request/R-1");
  e.kind = program::EntryKind::claim;
  e.what = "broken";
  e.with.set("value", Datum::of(broken));
  return e;
}

TEST(Keeps, what_leaves_no_time_is_broken_in_the_instant_in_which_it_fails) {
  Story s(lease_and(dispute));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(says_broken(s, "2000-06-02 10:00", true));
  s.add(says_broken(s, "2000-06-05 08:00", false));
  EXPECT_TRUE(s.position("2000-06-02 09:59:59").breaches.empty());
  const engine::Position p = s.position("2000-06-02 10:00");
  ASSERT_EQ(p.breaches.size(), 1U);
  EXPECT_EQ(p.breaches[0].at, s.at("2000-06-02 10:00"));
  const engine::Position after = s.position("2000-06-05 08:00");
  EXPECT_EQ(after.breaches[0].until, s.at("2000-06-05 08:00"));
}

// What fails and holds again in one instant has not failed for any time.
TEST(Keeps, what_holds_again_in_the_same_instant_was_kept) {
  Story s(lease_and(dispute));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(says_broken(s, "2000-06-02 10:00", true));
  s.add(says_broken(s, "2000-06-02 10:00", false));
  EXPECT_TRUE(s.position("2000-06-30").breaches.empty());
}

TEST(Keeps, without_a_deadline_it_is_owed_and_never_broken) {
  Story s(lease_and(std::string(dispute) + "  no deadline\n"));
  s.add(s.asking("2000-06-01 10:00"));
  s.add(says_broken(s, "2000-06-02 10:00", true));
  const engine::Position p = s.position("2000-07-31");
  EXPECT_EQ(of_provision(p, "1-e").status, engine::DutyStatus::due);
  EXPECT_TRUE(p.breaches.empty());
}

// Contested on Saturday the 3rd: from the claim on nobody knows. A ruling says what was.
TEST(Keeps, what_nobody_knows_to_be_kept_is_shown_as_unknown) {
  for (const bool broken : {true, false}) {
    Story s(lease_and(dispute));
    s.add(s.asking("2000-06-01 10:00"));
    const auto n = s.add(says_broken(s, "2000-06-02 10:00", true));
    program::Entry contest = s.entry("2000-06-03 10:00", "Lessor", "", "");
    contest.kind = program::EntryKind::contest;
    contest.of = n;
    s.add(contest);
    const engine::Position open = s.position("2000-06-04");
    EXPECT_EQ(of_provision(open, "1-e").status, engine::DutyStatus::unknown);
    EXPECT_TRUE(open.breaches.empty());
    program::Entry ruling = s.entry("2000-06-09 10:00", "Lessor", "", "");
    ruling.kind = program::EntryKind::ruling;
    ruling.of = n;
    ruling.with.set("value", Datum::of(broken));
    s.add(ruling);
    const engine::Position p = s.position("2000-06-10");
    ASSERT_EQ(p.breaches.size(), broken ? 1U : 0U);
    if (broken) EXPECT_EQ(p.breaches[0].at, s.at("2000-06-02 10:00"));
  }
}

// A claim nobody has made: the gap is not known until Monday the 5th, when the lessee says so. It is broken
// from there; said to be whole, it never was.
TEST(Keeps, its_time_runs_from_when_it_is_known_to_fail) {
  std::string rules = dispute;
  rules.replace(rules.find("  presumed no\n"), 14, "");
  for (const bool broken : {true, false}) {
    Story s(lease_and(rules));
    s.add(s.asking("2000-06-01 10:00"));
    EXPECT_EQ(of_provision(s.position("2000-06-02"), "1-e").status, engine::DutyStatus::unknown);
    s.add(says_broken(s, "2000-06-05 10:00", broken));
    const engine::Position p = s.position("2000-06-10");
    EXPECT_EQ(of_provision(p, "1-e").status,
              broken ? engine::DutyStatus::breached : engine::DutyStatus::cancelled);
    ASSERT_EQ(p.breaches.size(), broken ? 1U : 0U);
    if (broken) EXPECT_EQ(p.breaches[0].at, s.at("2000-06-05 10:00"));
  }
}

// A joint act is the act of each who signs it: both have done what they had to.
TEST(Joint, one_act_performs_the_duties_of_all_who_sign) {
  Story s(
      lease_and("act settle terms of Request by Lessor and Lessee jointly: asked     [1-e]\n"
                "duty Lessor settles terms of Request                                [1-e]\n"
                "  from receipt of ask\n  within 5 days\n"
                "duty Lessee settles terms of Request                                [1-f]\n"
                "  from receipt of ask\n  within 5 days\n"));
  s.add(s.asking("2000-06-01 10:00"));
  program::Entry both = s.entry("2000-06-02 10:00", "Lessor", "settle terms of", "Request/R-1");
  both.act = "settle terms";
  both.signatures = {{"Lessor", "agent", "", ""}, {"Lessee", "manager", "", ""}};
  s.add(both);
  const engine::Position p = s.position("2000-06-30");
  EXPECT_EQ(of_provision(p, "1-e").status, engine::DutyStatus::performed);
  EXPECT_EQ(of_provision(p, "1-f").status, engine::DutyStatus::performed);
}

// A document that both sign one after the other, neither bringing anything, stands from the second signature.
TEST(Joint, a_document_is_made_by_the_last_signature) {
  Story s(
      lease_and("document Original\n  note text, optional\n  stages signed\n"
                "act sign Original by Lessor and Lessee jointly -> signed            [1-e]\n"));
  program::Entry one = s.entry("2000-06-02 10:00", "Lessor", "sign", "Original/O-1");
  one.signatures = {{"Lessor", "agent", "", ""}};
  s.add(one);
  EXPECT_EQ(s.stage(s.position("2000-06-03"), "Original/O-1"), "absent");
  program::Entry other = s.entry("2000-06-05 10:00", "Lessee", "sign", "Original/O-1");
  other.signatures = {{"Lessee", "manager", "", ""}};
  s.add(other);
  EXPECT_EQ(s.stage(s.position("2000-06-06"), "Original/O-1"), "signed");
}

TEST(Waiver, of_nothing_is_noted) {
  Story s(
      lease_and("act overlook Request by Lessee                                      [1-e]\n"
                "  waives [1-b]\n"));
  s.add(s.asking("2000-06-01 10:00"));
  const auto first = s.add(s.entry("2000-06-02 10:00", "Lessee", "overlook", "Request/R-1"));
  const auto second = s.add(s.entry("2000-06-02 11:00", "Lessee", "overlook", "Request/R-1"));
  const engine::Position p = s.position("2000-06-03");
  EXPECT_FALSE(p.judgement_of(first)->noted);
  EXPECT_TRUE(p.judgement_of(second)->noted);
}

// A prohibition says what an unknown condition of it does.
TEST(Unknown, a_prohibition_says_what_an_unknown_does) {
  for (const bool fails : {true, false}) {
    Story s(lease_and(std::string("unknown night yes/no \"what is night is not in the text\"   [1-f]\n"
                                  "prohibition Lessor refuses Request                         [1-e]\n"
                                  "  while not night, if unknown ") +
                      (fails ? "fails" : "holds") + "\n"));
    s.add(s.asking("2000-06-01 10:00"));
    program::Entry refuse = s.entry("2000-06-02 10:00", "Lessor", "refuse", "Request/R-1");
    refuse.signatures.push_back({"Lessor", "agent", "", ""});
    const auto n = s.add(refuse);
    EXPECT_EQ(s.position("2000-06-03").judgement_of(n)->word,
              fails ? engine::VerdictWord::in_breach : engine::VerdictWord::effective);
  }
}

}  // namespace
}  // namespace counterpart::tests
