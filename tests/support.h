#pragma once

// Fixtures that several rooms' tests share: a small agreement of our own, written as a pack.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/zone_data.h"
#include "engine/fold.h"
#include "engine/report.h"
#include "language/compile.h"

namespace counterpart::tests {

// A lease of tools between two made-up parties. Weekdays in June 2000: the 1st is a Thursday.
inline const char* const lease = R"(# 1 Lease
[1-a] The lessee may be heard. [1-b] The lessor answers in time. [1-c] Silence grants. [1-d] Payment.

```counterpart
agreement "Tool lease" name lease effective 2000-01-03
  zone America/Chicago
  currency USD
  rounding half_up
  business days are working_days

party Lessor "Lessor Ltd."
party Lessee "Lessee Ltd."
office of Lessee: clerk < manager
office of Lessor: agent

calendar working_days
  weekend Saturday, Sunday
  years 2000 to 2001
  holiday 2000-07-04 "Independence Day"

unknown lawful_maximum number "the law's highest rate is not in the text"   [1-d]

document Request from Lessee to Lessor
  tool     text
  price    money
  weeks    number = 1
  total    = price * weeks
  stages   asked, granted, refused

claim damaged of Request by Lessor or Lessee: yes/no
  presumed no

receipt letter
  e-mail     at once
  courier    after 1 business day, needs delivery
  any way    on evidence

act ask Request by Lessee -> asked                                   [1-a]
  received as letter
  void unless signed by manager or higher, because "a manager signs"  [1-a]

act grant Request by Lessor: asked -> granted                        [1-b]
act refuse Request by Lessor: asked -> refused                       [1-b]
  void unless signed by agent
act pay Request by Lessee: granted
  with amount money

duty Lessor grants or refuses Request                                [1-b]
  from receipt of ask
  within 5 business days
  otherwise Request becomes granted                                  [1-c]
accepts W0608 because "only stories claim damage"
due rent of Request from Lessee to Lessor                            [1-d]
  amount total
  from granted
  within 30 days
  settled by pay
  interest the lesser of 1.5% and lawful_maximum a month, rounded half_up
```
)";

inline language::PackSource pack_of(std::string text) {
  return {"lease", {{"lease/01.md", std::move(text)}}, {}};
}

inline std::shared_ptr<const program::Program> compiled(const std::string& text) {
  const language::PackSource pack = pack_of(text);
  language::Compiled out = language::compile(pack, load_zone);
  EXPECT_TRUE(out.program != nullptr) << language::render(out.diagnostics, pack);
  return out.program;
}

// Acts under the lease, as a test tells them.
class Story {
 public:
  explicit Story(const std::string& text = lease)
      : program_(compiled(text)),
        plan_(std::make_shared<const engine::Plan>(*program_)),
        record_(std::make_shared<engine::Record>(program_)) {}

  Instant at(const std::string& text) const { return *parse_moment(text, program_->zone); }

  program::Entry entry(const std::string& when, const std::string& by, const std::string& act,
                       const std::string& on) const {
    program::Entry e;
    e.at = e.recorded = at(when);
    e.by = by;
    e.act = act;
    e.on = on;
    e.with = Datum::record();
    return e;
  }
  // The usual request: a drill at 100.00 a week for two weeks, by e-mail, signed by the manager.
  program::Entry asking(const std::string& when, const std::string& key = "R-1") const {
    program::Entry e = entry(when, "Lessee", "ask", "Request/" + key);
    e.via = "e-mail";
    e.with.set("tool", Datum::of_text("drill"));
    e.with.set("price", Datum::of_text("100.00"));
    e.with.set("weeks", Datum::of_number(std::int64_t{2}));
    e.signatures.push_back({"Lessee", "manager", "", ""});
    return e;
  }
  program::Sequence add(program::Entry e) {
    e.sequence = record_->head() + 1;
    const auto ok = record_->append(e);
    EXPECT_TRUE(ok) << (ok ? "" : ok.error().message);
    return e.sequence;
  }
  engine::Position position(const std::string& as_of, const std::string& known_at = "") const {
    engine::FoldOptions o;
    o.as_of = at(as_of);
    if (!known_at.empty()) o.known_at = at(known_at);
    return engine::fold(plan_, record_, o);
  }
  std::string stage(const engine::Position& p, const std::string& name) const {
    const std::uint32_t t = p.find_thing(name);
    if (t == engine::none) return "absent";
    return std::string(program_->text(program_->stages[p.things[t].stage.value].name));
  }
  const std::shared_ptr<engine::Record>& record() const { return record_; }
  const std::shared_ptr<const engine::Plan>& plan() const { return plan_; }
  const program::Program& program() const { return *program_; }

 private:
  std::shared_ptr<const program::Program> program_;
  std::shared_ptr<const engine::Plan> plan_;
  std::shared_ptr<engine::Record> record_;
};

}  // namespace counterpart::tests
