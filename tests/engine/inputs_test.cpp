// What one agreement reads from the position of another: a fleet's book over the tool lease of support.h.

#include "engine/inputs.h"

#include <gtest/gtest.h>

#include "engine/explain.h"
#include "engine/interest.h"
#include "support.h"

namespace counterpart::tests {
namespace {

constexpr const char* book = R"(# 1 The book
[1-a] What is owed under the lease, and a warning when it is much. [1-b] Interest.

```counterpart
agreement "Fleet book" name book effective 2000-01-03
  zone America/Chicago
  currency USD
  rounding half_up

party Fleet "Fleet Ltd."

input Payable from lease dues                                      [1-a]
  debtor    text
  open      money
  due       date
  interest  money, optional
  late      = today > due
input Asked from lease Request                                     [1-a]
  tool      text
  total     money
  stage     text

document Warning from Fleet
  stages  given
act give Warning by Fleet -> given                                 [1-b]
  void unless sum of Payable.open > $150.00
  noted unless sum of Payable.interest > $0.00
```
)";

// The lease as it stands, for whoever asks for it by name.
engine::OtherPosition lease_at(const Story& story, const std::string& as_of) {
  return [&story, as_of](const std::string& name) -> Result<Datum> {
    EXPECT_EQ(name, "lease");
    return engine::report(story.position(as_of));
  };
}

engine::Position read(const Story& own, const Story& other, const std::string& as_of) {
  const auto with = engine::with_inputs(own.record(), lease_at(other, as_of));
  EXPECT_TRUE(with.has_value()) << (with ? "" : with.error().message);
  engine::FoldOptions o;
  o.as_of = own.at(as_of);
  return engine::fold(own.plan(), *with, o);
}

// Asked on Thursday 1 June, granted on Friday 2 June: 200.00 is due thirty days on, on Sunday 2 July.
Story granted() {
  Story s;
  s.add(s.asking("2000-06-01 10:00"));
  s.add(s.entry("2000-06-02 10:00", "Lessor", "grant", "Request/R-1"));
  return s;
}

std::uint32_t only(const engine::Position& p, std::string_view kind) {
  std::uint32_t found = engine::none;
  for (std::uint32_t t = 0; t < p.things.size(); ++t) {
    if (p.things[t].kind == p.program().kind(kind)) found = t;
  }
  EXPECT_NE(found, engine::none) << kind;
  return found;
}

program::Value field(const engine::Position& p, std::string_view kind, std::string_view name) {
  return p.slot(only(p, kind), p.program().field(p.program().kind(kind), name)).value;
}

TEST(Inputs, a_due_of_the_other_agreement_stands_here_with_its_own_date_and_amount) {
  const Story lease_story = granted();
  const Story own(book);
  const engine::Position p = read(own, lease_story, "2000-06-10");
  EXPECT_EQ(field(p, "Payable", "open").number, 20000);
  EXPECT_EQ(field(p, "Payable", "due").number, CivilDate::from_ymd(2000, 7, 2).days);
  EXPECT_EQ(field(p, "Payable", "interest").tag, program::Tag::absent);  // not overdue, so none runs
  EXPECT_EQ(p.record->text(program::TextId{static_cast<std::uint32_t>(field(p, "Asked", "stage").number)}),
            "granted");
}

// Overdue from Monday 3 July; the lawful maximum is not in the text, so the lease itself knows "at most".
// 200.00 at 1.5 % for one whole month, to Wednesday 2 August: 3.00 at most.
TEST(Inputs, what_the_other_agreement_only_bounds_is_bounded_here_and_says_why) {
  const Story lease_story = granted();
  const Story own(book);
  const engine::Position p = read(own, lease_story, "2000-08-02");
  const program::Value interest = field(p, "Payable", "interest");
  EXPECT_EQ(interest.number, 300);
  EXPECT_EQ(interest.bound, program::Bound::at_most);
  EXPECT_NE(interest.why, 0U);
  EXPECT_EQ(p.unknowns.members(interest.why).front().kind, engine::Missing::Kind::elsewhere);
}

TEST(Inputs, why_crosses_over_to_the_item_over_there) {
  const Story lease_story = granted();
  const Story own(book);
  const engine::Position p = read(own, lease_story, "2000-06-10");
  const auto why = engine::explain(p, p.name_of(only(p, "Asked")));
  ASSERT_TRUE(why.has_value()) << why.error().message;
  EXPECT_NE(engine::to_text(*why).find("read from the position of lease: Request/R-1"), std::string::npos)
      << engine::to_text(*why);
}

TEST(Inputs, acts_here_are_judged_by_what_is_read) {
  Story lease_story = granted();
  Story own(book);
  own.add(own.entry("2000-06-10 10:00", "Fleet", "give", "Warning/W-1"));
  EXPECT_EQ(read(own, lease_story, "2000-06-10").judgement_of(1)->word, engine::VerdictWord::effective);
  program::Entry pay = lease_story.entry("2000-06-05 10:00", "Lessee", "pay", "Request/R-1");
  pay.with.set("amount", Datum::of_text("60.00"));
  lease_story.add(pay);
  EXPECT_EQ(read(own, lease_story, "2000-06-10").judgement_of(1)->word, engine::VerdictWord::void_);
}

TEST(Inputs, an_agreement_that_is_not_there_is_named) {
  const Story own(book);
  const auto with = engine::with_inputs(
      own.record(), [](const std::string& name) -> Result<Datum> { return fail("input-missing", name); });
  ASSERT_FALSE(with.has_value());
  EXPECT_EQ(with.error().message, "lease");
}

TEST(Inputs, a_property_of_another_type_is_refused_with_its_place) {
  std::string wrong = book;
  wrong.replace(wrong.find("debtor    text"), 14, "debtor    money");
  const Story own(wrong);
  const Story lease_story = granted();
  const auto with = engine::with_inputs(own.record(), lease_at(lease_story, "2000-06-10"));
  ASSERT_FALSE(with.has_value());
  EXPECT_EQ(with.error().code, "input-type");
  EXPECT_NE(with.error().message.find("of lease, \"debtor\""), std::string::npos) << with.error().message;
}

}  // namespace
}  // namespace counterpart::tests
