// When provisions operate: approval before anything binds, survival of the end, reinstatement, transition.

#include <gtest/gtest.h>

#include "engine/explain.h"
#include "support.h"
#include "trial/mutation.h"
#include "trial/scenario_run.h"

namespace counterpart::trial {
namespace {

// Section 1 binds from approval and until the end, all but 3, which survives, and 4, which must be done
// before. A transition of two months after the end keeps 2 alive. Nothing cites a section that is not there.
constexpr const char* pack = R"(# 1 Supply
[1-a] The buyer orders. [1-b] The seller answers.
# 2 Support
[2-a] The seller supports. [2.1-a] Deeper.
## 2.1 Deeper
# 3 Secrets
[3-a] Papers are returned.
# 4 Approval
[4-a] The seller asks for approval. [4-b] What binds when. [4-c] Transition.

```counterpart
agreement "Supply" name supply effective 2000-01-03
  zone America/Chicago
  currency USD
  stages signed, binding, ended

party Buyer
party Seller

document Order from Buyer to Seller
  price   money
  stages  placed, answered

act place Order by Buyer -> placed                                [1-a]
act answer Order by Seller: placed -> answered
act return Order by Seller

act apply Agreement by Seller
act approve Agreement by Buyer: signed -> binding
act end Agreement by Buyer or Seller: binding -> ended
act reinstate Agreement by Buyer: ended -> binding
act elect Agreement by Buyer
act support Agreement by Seller                                   [2.1-a]

duty Seller applies Agreement                                     [4-a]
  from the start
  by 2000-01-14

duty Seller answers Order                                         [1-b]
  from place
  within 5 days

duty Seller returns Order                                         [3-a]
  from place
  while the agreement_is_over is yes
  no deadline

due price of Order from Buyer to Seller                           [1-a]
  amount price
  from place
  within 30 days

provisions all except 3, 4 operate                                [4-b]
  from entry into binding
  until entry into ended
provisions 2 operate also                                         [4-c]
  while happened elect
  until 2 months after date of end
```

```scenario setup "bound from Monday 7 February until Thursday 1 June"
2000-02-07 09:00  Buyer approves Agreement
2000-05-30 09:00  Buyer places Order O-1, price 100.00
2000-06-01 09:00  Seller ends Agreement
```

```scenario "nothing binds before approval"                         [4-b] [4-a]
2000-01-10 09:00  Buyer places Order O-1, price 100.00, called early
2000-01-10        early is void under 1-a; O-1 is absent; provision 1 does not operate; provision 1-a does not operate
2000-01-10        provision 4 operates; provision 3-a operates
2000-01-14        Seller must apply Agreement by 2000-01-14
2000-01-15        Seller is in breach of 4-a
2000-02-07 09:00  Buyer approves Agreement
2000-02-07 09:00  provision 1 operates; Agreement is binding
2000-02-08 09:00  Buyer places Order O-2, price 100.00
2000-02-08        that is effective; Seller must answer O-2 by 2000-02-13
2000-02-08        early is void; O-1 is absent
```

```scenario "the end takes duties and leaves debts"                 [4-b] [3-a]
after "bound from Monday 7 February until Thursday 1 June"
2000-06-01 08:59  Seller must answer O-1 by 2000-06-04
2000-06-01 09:00  Seller need not answer O-1; the duty under 1-b on O-1 is cancelled; provision 1 does not operate
2000-06-05        Seller is not in breach of 1-b
2000-06-02 09:00  Buyer places Order O-2, price 5.00
2000-06-02        that is void under 1-a
2000-06-30        Buyer owes Seller 100.00 on O-1 by 2000-06-29
```

```scenario "transition keeps one section alive"                    [4-c]
after "bound from Monday 7 February until Thursday 1 June"
2000-06-01        provision 2 does not operate; provision 2.1-a does not operate
2000-06-02 09:00  Seller supports Agreement
2000-06-02        that is void under 2.1-a
2000-06-05 09:00  Buyer elects Agreement
2000-06-05        provision 2 operates; provision 2.1 operates; provision 1 does not operate
2000-08-01 23:59  provision 2.1-a operates
2000-08-02 00:00  provision 2.1-a does not operate
```

```scenario "reinstated, the same provisions operate again"         [4-b]
after "bound from Monday 7 February until Thursday 1 June"
2000-06-20 09:00  Buyer reinstates Agreement
2000-06-20        Agreement is binding
2000-06-21 09:00  Buyer places Order O-3, price 5.00
2000-06-21        that is void
```
)";

std::string text() {
  std::string s = pack;
  // The duty of section 3 needs no condition of its own here.
  const std::string line = "  while the agreement_is_over is yes\n";
  s.erase(s.find(line), line.size());
  // Re-entering a stage moves `entry into binding` only; the end stays, so the pack says it by stages.
  const std::string times = "  from entry into binding\n  until entry into ended\n";
  return s.replace(s.find(times), times.size(), "  while it is binding\n");
}

std::shared_ptr<const program::Program> with(std::string s) { return tests::compiled(s); }

TEST(Operation, stories_of_approval_end_and_transition_hold) {
  std::string s = text();
  // Said by stages, reinstatement brings the provisions back.
  s.replace(s.rfind("that is void"), 12, "that is effective");
  for (const ScenarioResult& r : run_scenarios(with(s))) {
    for (const Failure& f : r.failures)
      ADD_FAILURE() << r.title << ", line " << f.line << ": expected " << f.expected << ", found " << f.found;
  }
}

TEST(Operation, said_by_times_the_last_end_stays) {
  std::string s = pack;
  const std::string line = "  while the agreement_is_over is yes\n";
  s.erase(s.find(line), line.size());
  for (const ScenarioResult& r : run_scenarios(with(s))) {
    for (const Failure& f : r.failures)
      ADD_FAILURE() << r.title << ", line " << f.line << ": expected " << f.expected << ", found " << f.found;
  }
}

TEST(Operation, each_operation_is_held_by_a_story) {
  std::string s = text();
  s.replace(s.rfind("that is void"), 12, "that is effective");
  const auto program = with(s);
  int seen = 0;
  for (const Mutant& m : mutate(program)) {
    if (!m.what.starts_with("provisions ")) continue;
    ++seen;
    EXPECT_NE(m.noticed_by, "") << m.what;
  }
  EXPECT_EQ(seen, 2);
}

TEST(Operation, why_not_says_which_provision_and_what_it_waits_for) {
  tests::Story story(text());
  program::Entry place = story.entry("2000-01-10 09:00", "Buyer", "place", "Order/O-1");
  place.with.set("price", Datum::of_text("100.00"));
  story.add(place);
  const engine::Position p = story.position("2000-01-10 12:00");
  const auto act = engine::explain(p, "entry:1");
  ASSERT_TRUE(act);
  ASSERT_EQ(act->steps.size(), 1U);
  EXPECT_EQ(act->steps[0].text, "1-a does not operate: it does only while it is binding");
  const auto section = engine::explain(p, "2.1");
  ASSERT_TRUE(section);
  EXPECT_EQ(section->text, "2.1 does not operate");
  ASSERT_EQ(section->steps.size(), 2U);
  EXPECT_EQ(section->steps[0].text, "all except 3, 4 does not operate: it does only while it is binding");
  EXPECT_EQ(section->steps[0].provisions, std::vector<std::string>{"4-b"});
  const Datum report = engine::report(p);
  ASSERT_NE(report.find("operation"), nullptr);
  EXPECT_FALSE(report.find("operation")->items[0].find("operates")->yes);
}

TEST(Operation, a_section_that_is_not_there_is_said) {
  std::string s = text();
  s.replace(s.find("provisions all except 3, 4"), 26, "provisions all except 3, 9");
  const language::PackSource source = tests::pack_of(s);
  const std::string shown = language::render(language::compile(source, load_zone).diagnostics, source);
  EXPECT_NE(shown.find("error[E0206]: 9 is no section and no provision of this pack"), std::string::npos)
      << shown;
}

}  // namespace
}  // namespace counterpart::trial
