#include "trial/mutation.h"

#include <algorithm>

#include "support.h"
#include "trial/scenario_run.h"

namespace counterpart::trial {
namespace {

// The lease with one story that holds the lessor to its five days and looks at nothing else.
constexpr const char* story = R"(
```scenario "silence grants a request"                             [1-b] [1-c]
2000-06-01 10:00  Lessee asks Request R-1 by e-mail, tool "drill", price 100.00, weeks 2, signed by its manager
2000-06-08 23:59:59  R-1 is asked; Lessor must grant or refuse R-1 by 2000-06-08
2000-06-09 00:00  R-1 is granted, by silence under 1-c
```
)";

const Mutant& find(const std::vector<Mutant>& all, std::string_view what) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Mutant& m) { return m.what == what; });
  if (found == all.end()) {
    std::string known;
    for (const Mutant& m : all) known += m.what + "\n";
    throw std::runtime_error("no mutant \"" + std::string(what) + "\" among\n" + known);
  }
  return *found;
}

TEST(Mutation, what_the_story_looks_at_is_noticed_and_the_rest_is_listed) {
  const auto program = tests::compiled(std::string(tests::lease) + story);
  ASSERT_EQ(first_failing(program), std::nullopt);
  const auto all = mutate(program);
  for (const char* noticed :
       {"Lessor grants or refuses Request: dropped", "Lessor grants or refuses Request: deadline a day later",
        "Lessor grants or refuses Request: deadline a day earlier",
        "Lessor grants or refuses Request: deadline in calendar days",
        "Lessor grants or refuses Request: another bearer",
        "Lessor grants or refuses Request: consequence removed",
        "Lessor grants or refuses Request: without grant Request", "ask Request: by another party",
        "receipt by e-mail: a day later"}) {
    EXPECT_EQ(find(all, noticed).noticed_by, "silence grants a request") << noticed;
  }
  // Nobody pays, nobody else signs, nothing goes by courier.
  for (const char* missed :
       {"due rent: dropped", "due rent: without interest", "receipt by courier: a day later",
        "refuse Request: in any stage", "claim damaged: presumed otherwise"}) {
    EXPECT_EQ(find(all, missed).noticed_by, "") << missed;
  }
  // Each says where its rule stands and under which provision.
  EXPECT_EQ(find(all, "due rent: dropped").provisions, std::vector<std::string>{"1-d"});
  EXPECT_GT(find(all, "due rent: dropped").line, 1U);
  // The pack itself is as it was.
  EXPECT_EQ(first_failing(program), std::nullopt);
}

}  // namespace
}  // namespace counterpart::trial
