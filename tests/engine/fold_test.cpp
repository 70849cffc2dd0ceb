#include "engine/explain.h"
#include "engine/interest.h"
#include "engine/words.h"
#include "support.h"

namespace counterpart::tests {
namespace {

// Received Thursday 1 June 2000; counted: Fri 2, Mon 5, Tue 6, Wed 7, Thu 8. The day lasts until midnight.
TEST(Fold, silence_grants_a_request_when_the_fifth_business_day_has_ended) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  EXPECT_EQ(s.stage(s.position("2000-06-08 23:59:59"), "Request/R-1"), "asked");
  const engine::Position p = s.position("2000-06-09 00:00");
  EXPECT_EQ(s.stage(p, "Request/R-1"), "granted");
  EXPECT_EQ(p.stage_changes.back().dated.to_string(), "2000-06-08");
  EXPECT_EQ(p.stage_changes.back().cause.kind, engine::Cause::Kind::duty);
}

TEST(Fold, what_falls_due_comes_before_an_act_of_the_same_instant) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  program::Entry refusal = s.entry("2000-06-09 00:00", "Lessor", "refuse", "Request/R-1");
  refusal.signatures.push_back({"Lessor", "agent", "", ""});
  const auto n = s.add(refusal);
  const engine::Position p = s.position("2000-06-09");
  EXPECT_EQ(s.stage(p, "Request/R-1"), "granted");
  EXPECT_EQ(p.judgement_of(n)->word, engine::VerdictWord::void_);
}

TEST(Fold, an_act_after_silence_is_told_the_day_that_passed) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  program::Entry refusal = s.entry("2000-06-12 09:00", "Lessor", "refuse", "Request/R-1");
  refusal.signatures.push_back({"Lessor", "agent", "", ""});
  s.add(refusal);
  const engine::Position p = s.position("2000-06-12");
  ASSERT_EQ(p.reasons.size(), 1U);
  EXPECT_EQ(engine::reason_text(p, p.reasons.front()),
            "Request/R-1 was granted by silence since Thursday 8 June 2000: Lessor grants or refuses "
            "Request/R-1 by "
            "the end of Thursday 8 June 2000 (1-c), and this act needs it to be asked");
}

TEST(Fold, an_act_in_the_last_second_is_in_time) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  s.add(s.entry("2000-06-08 23:59:59", "Lessor", "grant", "Request/R-1"));
  const engine::Position p = s.position("2000-06-09");
  EXPECT_EQ(p.duties.front().status, engine::DutyStatus::performed);
}

TEST(Fold, a_void_answer_does_not_stop_the_clock) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  const auto n = s.add(s.entry("2000-06-02 10:00", "Lessor", "refuse", "Request/R-1"));  // unsigned
  EXPECT_EQ(s.position("2000-06-02").judgement_of(n)->word, engine::VerdictWord::void_);
  EXPECT_EQ(s.stage(s.position("2000-06-09"), "Request/R-1"), "granted");
}

TEST(Fold, a_void_request_does_not_exist_and_leaves_its_number_free) {
  Story s;
  program::Entry unsigned_request = s.asking("2000-06-01 10:00");
  unsigned_request.signatures.clear();
  s.add(unsigned_request);
  EXPECT_EQ(s.stage(s.position("2000-06-01"), "Request/R-1"), "absent");
  s.add(s.asking("2000-06-01 11:00"));
  EXPECT_EQ(s.stage(s.position("2000-06-01"), "Request/R-1"), "asked");
  const auto again = s.add(s.asking("2000-06-01 12:00"));
  EXPECT_EQ(s.position("2000-06-01").judgement_of(again)->word, engine::VerdictWord::void_);
}

TEST(Fold, ratification_makes_good_a_want_of_signature) {
  Story s;
  program::Entry unsigned_request = s.asking("2000-06-01 10:00");
  unsigned_request.signatures.clear();
  const auto n = s.add(unsigned_request);
  program::Entry ratify = s.entry("2000-06-03 10:00", "Lessee", "", "");
  ratify.kind = program::EntryKind::ratify;
  ratify.of = n;
  ratify.signatures.push_back({"Lessee", "manager", "", ""});
  s.add(ratify);
  EXPECT_EQ(s.stage(s.position("2000-06-09", "2000-06-02"), "Request/R-1"), "absent");
  EXPECT_EQ(s.stage(s.position("2000-06-09"), "Request/R-1"), "granted");
}

// Monday 3 July, by courier: one business day later is Wednesday 5 July, for Tuesday the 4th is a holiday;
// five more business days are Thu 6, Fri 7, Mon 10, Tue 11, Wed 12.
TEST(Fold, a_courier_is_received_a_business_day_later_once_delivery_is_shown) {
  Story s;
  program::Entry e = s.asking("2000-07-03 10:00");
  e.via = "courier";
  const auto n = s.add(e);
  EXPECT_EQ(s.position("2000-07-10").judgement_of(n)->received.tag, program::Tag::absent);
  program::Entry shown = s.entry("2000-07-05 15:00", "Lessee", "", "");
  shown.kind = program::EntryKind::evidence;
  shown.what = "delivery";
  shown.of = n;
  s.add(shown);
  const engine::Position p = s.position("2000-07-10");
  EXPECT_EQ(p.judgement_of(n)->received.number, s.at("2000-07-05 10:00").seconds);
  EXPECT_EQ(s.stage(s.position("2000-07-12"), "Request/R-1"), "asked");
  EXPECT_EQ(s.stage(s.position("2000-07-13 00:00"), "Request/R-1"), "granted");
}

TEST(Fold, a_late_correction_changes_what_had_happened_and_not_what_was_known) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  const auto n = s.add(s.entry("2000-06-12 10:00", "Lessor", "grant", "Request/R-1"));
  program::Entry correct = s.entry("2000-06-20 10:00", "Lessor", "", "");
  correct.kind = program::EntryKind::correct;
  correct.of = n;
  correct.with.set("at", Datum::of_text("2000-06-07T10:00:00-05:00"));
  s.add(correct);
  EXPECT_EQ(s.position("2000-06-30", "2000-06-19").duties.front().status, engine::DutyStatus::lapsed);
  EXPECT_EQ(s.position("2000-06-30").duties.front().status, engine::DutyStatus::performed);
  const auto changes = engine::differences(engine::report(s.position("2000-06-30", "2000-06-19")),
                                           engine::report(s.position("2000-06-30")));
  EXPECT_FALSE(changes.empty());
}

TEST(Fold, a_party_does_not_correct_the_others_entry_alone) {
  Story s;
  const auto n = s.add(s.asking("2000-06-01 10:00"));
  program::Entry correct = s.entry("2000-06-02 10:00", "Lessor", "", "");
  correct.kind = program::EntryKind::correct;
  correct.of = n;
  correct.with.set("at", Datum::of_text("2000-05-01T10:00:00-05:00"));
  const auto c = s.add(correct);
  const engine::Position p = s.position("2000-06-02");
  EXPECT_EQ(p.judgement_of(c)->word, engine::VerdictWord::void_);
  EXPECT_EQ(p.judgement_of(n)->sent, s.at("2000-06-01 10:00"));
}

TEST(Fold, a_contested_claim_is_unknown_until_it_is_ruled_on) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  program::Entry claim = s.entry("2000-06-02 10:00", "Lessor", "", "Request/R-1");
  claim.kind = program::EntryKind::claim;
  claim.what = "damaged";
  const auto n = s.add(claim);
  EXPECT_EQ(s.position("2000-06-02").claims.front().status, engine::ClaimStatus::asserted);
  program::Entry contest = s.entry("2000-06-05 10:00", "Lessee", "", "");
  contest.kind = program::EntryKind::contest;
  contest.of = n;
  s.add(contest);
  EXPECT_EQ(s.position("2000-06-05").claims.front().status, engine::ClaimStatus::disputed);
  // What was known on the Friday before is not changed by it.
  EXPECT_EQ(s.position("2000-06-05", "2000-06-03").claims.front().status, engine::ClaimStatus::asserted);
}

// Granted at the start of Friday 9 June; 30 days later is Sunday 9 July. 200.00 open through Wednesday 9
// August is one month at 1.5 %: 3.00, and at most that while the lawful maximum is not supplied.
TEST(Fold, interest_is_at_most_the_agreed_rate_while_the_lawful_maximum_is_unknown) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  const engine::Position before = s.position("2000-07-09");
  EXPECT_EQ(engine::interest_of(before, before.dues.front()).tag, program::Tag::absent);
  const engine::Position p = s.position("2000-08-09");
  const program::Value interest = engine::interest_of(p, p.dues.front());
  EXPECT_EQ(interest.number, 300);
  EXPECT_EQ(interest.bound, program::Bound::at_most);
  program::Entry supply = s.entry("2000-08-01 10:00", "Lessee", "", "");
  supply.kind = program::EntryKind::supply;
  supply.what = "lawful_maximum";
  supply.with.set("value", Datum::of_text("1%"));
  s.add(supply);
  const engine::Position exact = s.position("2000-08-09");
  const program::Value known = engine::interest_of(exact, exact.dues.front());
  EXPECT_EQ(known.number, 200);
  EXPECT_EQ(known.bound, program::Bound::exact);
}

TEST(Fold, the_books_show_what_was_paid) {
  Story s;
  for (int i = 0; i < 20; ++i) {
    const std::string key = "R-" + std::to_string(i);
    s.add(s.asking("2000-06-01 10:00", key));
    program::Entry pay =
        s.entry("2000-06-1" + std::to_string(i % 10) + " 10:00", "Lessee", "pay", "Request/" + key);
    pay.with.set("amount", Datum::of_text(std::to_string(i * 7) + ".25"));
    s.add(pay);
  }
  const engine::Position p = s.position("2000-09-01");
  // By book, as the lessor sees it: what came in is what the lessee paid on the twenty requests.
  std::int64_t paid = 0;
  for (const engine::Posting& posting : p.postings) {
    const std::int64_t sign = posting.holder == p.program().party("Lessor") ? 1 : -1;
    if (posting.to.kind == engine::Book::Kind::paid) paid += sign * posting.minor;
    if (posting.from.kind == engine::Book::Kind::paid) paid -= sign * posting.minor;
  }
  // 0.25, 7.25, … 133.25, each on its request: 7 * 190 + 20 * 0.25 dollars.
  EXPECT_EQ(paid, 133500);
  EXPECT_GE(p.postings.size(), 40U);
}

TEST(Fold, a_calendar_that_does_not_cover_the_year_makes_that_deadline_unknown) {
  Story s;
  s.add(s.asking("2001-12-28 10:00"));
  const engine::Position p = s.position("2002-02-01");
  ASSERT_EQ(p.duties.size(), 1U);
  EXPECT_EQ(p.duties.front().status, engine::DutyStatus::unknown);
  const Datum report = engine::report(p);
  EXPECT_NE(write_json(report).find("working_days of 2002"), std::string::npos);
}

TEST(Fold, the_same_question_gives_the_same_bytes) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  s.add(s.asking("2000-06-05 10:00", "R-2"));
  EXPECT_EQ(write_json(engine::report(s.position("2000-08-09"))),
            write_json(engine::report(s.position("2000-08-09"))));
  // Buffers kept from another fold leave no trace.
  engine::Position reused = s.position("2000-06-02");
  engine::FoldOptions o;
  o.as_of = s.at("2000-08-09");
  engine::fold_into(reused, s.plan(), s.record(), o);
  EXPECT_EQ(write_json(engine::report(reused)), write_json(engine::report(s.position("2000-08-09"))));
}

TEST(Explain, a_deemed_grant_lists_each_day_counted_and_skipped) {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  const auto why = engine::explain(s.position("2000-06-09"), "Request/R-1");
  ASSERT_TRUE(why);
  const std::string text = engine::to_text(*why);
  EXPECT_NE(text.find("by silence"), std::string::npos) << text;
  EXPECT_NE(text.find("Saturday 3 June 2000: skipped, Saturday (working_days)"), std::string::npos) << text;
  EXPECT_NE(text.find("Thursday 8 June 2000: day 5"), std::string::npos) << text;
  EXPECT_FALSE(engine::explain(s.position("2000-06-09"), "Request/R-9"));
}

TEST(Binding, what_is_refused_depends_on_the_entry_and_the_program_alone) {
  Story s;
  program::Entry e = s.asking("2000-06-01 10:00");
  e.sequence = 1;
  e.with.set("price", Datum::of_text("a hundred"));
  EXPECT_EQ(s.record()->append(e).error().code, "input-type");
  e = s.asking("2000-06-01 10:00");
  e.sequence = 1;
  e.act = "demand";
  EXPECT_EQ(s.record()->append(e).error().code, "act-unknown");
  e = s.asking("2000-06-01 10:00");
  e.sequence = 1;
  e.with.set("colour", Datum::of_text("red"));
  EXPECT_EQ(s.record()->append(e).error().code, "input-unknown");
  EXPECT_EQ(s.record()->head(), 0U);
}

}  // namespace
}  // namespace counterpart::tests
