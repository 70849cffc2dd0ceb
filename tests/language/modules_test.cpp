// Modules: what a use puts in, and what is said when it is wrong. The module speaks of somebody who owes, a
// document that may fail, and how long it may be mended.

#include <algorithm>

#include "support.h"

namespace counterpart::tests {
namespace {

const char* const module_text = R"(# Default
A module. [9-z] is its own provision.

```counterpart
parameters
  debtor     party, example Lessee
  Failing    kind, example Request
  mend       verb, example pay
  failing    condition, example about is granted and not (about.price < $1.00)
  cure_time  duration = 30 days, example 10 days
  Warning    kind, example Notice
  cite_warn  provisions, example [1-a]
  cite_cure  provisions

term patience = cure_time

document Warning
  about   Failing
  stages  sent, over, ended

act warn Warning by Lessor -> sent                     [cite_warn]
  void unless failing, because "nothing fails"

duty debtor mends Failing                              [cite_cure]
  from granted
  within patience

when not failing for Warning                           [cite_warn] [cite_cure]
  it becomes over
when it is over for Warning
  it becomes ended
```

```counterpart example
party Lessor
```

```scenario "not run where the module is used"
2000-01-04 09:00  Nobody does anything
```
)";

language::PackSource pack_with(const std::string& rules, const std::string& module = module_text) {
  std::string text = lease;
  return {"lease",
          {{"library/default.md", module}, {"lease/01.md", text + "\n```counterpart\n" + rules + "\n```\n"}},
          {}};
}

std::shared_ptr<const program::Program> program_with(const std::string& rules) {
  const language::PackSource pack = pack_with(rules);
  language::Compiled out = language::compile(pack, load_zone);
  EXPECT_TRUE(out.program != nullptr) << language::render(out.diagnostics, pack);
  return out.program;
}

std::string said(const std::string& rules, const std::string& module = module_text) {
  const language::PackSource pack = pack_with(rules, module);
  return language::render(language::compile(pack, load_zone).diagnostics, pack);
}

std::vector<std::string> cited(const program::Program& p, program::Range range) {
  std::vector<std::string> out;
  for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
    out.emplace_back(p.text(p.provisions[p.cited[i].value].id));
  return out;
}

const char* const both_uses =
    R"(use default with debtor Lessee, Failing Request, mend pay, failing about is granted,
    Warning Reminder, cite_warn [1-b] [1-c], cite_cure [1-d]
use default with debtor Lessor, mend grant, cure_time 5 business days, as second
  Failing  Request
  failing  about is asked or about.price > $5.00
  Warning  Nudge
  cite_warn  [1-a])";

TEST(Modules, one_module_is_taken_in_as_often_as_it_is_used) {
  const auto p = program_with(both_uses);
  ASSERT_TRUE(p != nullptr);
  EXPECT_TRUE(p->kind("Reminder").given());
  EXPECT_TRUE(p->kind("Nudge").given());
  EXPECT_FALSE(p->kind("Warning").given());
  // Names that the module declares itself get the prefix; the parameters' do not.
  ASSERT_EQ(p->terms.size(), 2U);
  EXPECT_EQ(p->text(p->terms[0].name), "patience");
  EXPECT_EQ(p->text(p->terms[1].name), "second_patience");
  const auto length = [&](std::size_t term) { return p->literals[p->exprs[p->terms[term].value.value].n]; };
  EXPECT_EQ(program::duration_count(length(0)), 30);
  EXPECT_EQ(program::duration_unit(length(0)), program::Unit::days);
  EXPECT_EQ(program::duration_count(length(1)), 5);
  EXPECT_EQ(program::duration_unit(length(1)), program::Unit::business_days);
}

TEST(Modules, its_rules_cite_the_provisions_of_the_pack) {
  const auto p = program_with(both_uses);
  ASSERT_TRUE(p != nullptr);
  const program::ActId first = p->act("warn", p->kind("Reminder"));
  const program::ActId second = p->act("warn", p->kind("Nudge"));
  EXPECT_EQ(cited(*p, p->acts[first.value].provisions), (std::vector<std::string>{"1-b", "1-c"}));
  EXPECT_EQ(cited(*p, p->acts[second.value].provisions), (std::vector<std::string>{"1-a"}));
  EXPECT_EQ(cited(*p, p->rules[0].provisions), (std::vector<std::string>{"1-b", "1-c", "1-d"}));
  // Nothing was said for cite_cure: the second duty cites nothing, and the module's own number is not the
  // pack's.
  ASSERT_EQ(p->duties.size(), 3U);
  EXPECT_EQ(cited(*p, p->duties[1].provisions).size() + cited(*p, p->duties[0].provisions).size(), 1U);
  EXPECT_FALSE(p->provision("9-z").given());
}

TEST(Modules, verbs_are_conjugated_and_explanations_say_the_words_of_the_use) {
  const auto p = program_with(both_uses);
  ASSERT_TRUE(p != nullptr);
  std::vector<std::string> duties;
  for (const program::Duty& d : p->duties) duties.emplace_back(p->text(d.name));
  EXPECT_NE(std::find(duties.begin(), duties.end(), "pays Request"), duties.end());
  EXPECT_NE(std::find(duties.begin(), duties.end(), "grants Request"), duties.end());
  const program::Act& warn = p->acts[p->act("warn", p->kind("Nudge")).value];
  const program::Requirement& requirement = p->requirements[warn.requirements.first];
  EXPECT_EQ(p->text(p->places[requirement.place].text), "(about is asked or about.price > $5.00)");
}

TEST(Modules, a_condition_keeps_together_what_was_said_for_it) {
  // `not failing` of "asked or price over five" denies both; torn apart it would deny the first alone.
  const auto p = program_with(both_uses);
  ASSERT_TRUE(p != nullptr);
  const program::Rule& rule = p->rules[2];
  const program::Expr& top = p->exprs[rule.trigger.condition.value];
  EXPECT_EQ(top.op, program::Op::logical_not);
  EXPECT_EQ(p->exprs[top.a.value].op, program::Op::logical_or);
}

TEST(Modules, a_mistake_inside_shows_the_library_and_the_use) {
  EXPECT_EQ(said("use default with debtor Lesee, Failing Request, mend pay, failing yes, Warning Reminder"),
            "error[E0201]: \"Lesee\" is not a party\n"
            "     ┌─ library/default.md:24\n"
            "  24│ duty debtor mends Failing                              [cite_cure]\n"
            "    │      ^^^^^^ a party was expected here\n"
            "     ┌─ lease/01.md:62\n"
            "  62│ use default with debtor Lesee, Failing Request, mend pay, failing yes, Warning Reminder\n"
            "    │     ------- where the module \"default\" is used\n"
            "help: did you mean \"Lessee\"?\n\n");
}

TEST(Modules, what_is_missing_too_much_or_of_another_kind_is_said_at_the_use) {
  const std::string start = "use default with Failing Request, mend pay, failing yes, Warning Reminder";
  EXPECT_NE(said(start).find("asks for \"debtor\", a party"), std::string::npos) << said(start);
  EXPECT_NE(said(start + ", debtor Lessee, detbor Lessor").find("did you mean \"debtor\"?"),
            std::string::npos);
  EXPECT_NE(said(start + ", debtor Lessee, debtor Lessor").find("\"debtor\" is given twice"),
            std::string::npos);
  EXPECT_NE(said(start + ", debtor 30 days").find("\"debtor\" is replaced by the name of a party"),
            std::string::npos);
  EXPECT_NE(said(start + ", debtor Lessee, cure_time yes no").find("a length of time"), std::string::npos);
  EXPECT_NE(said(start + ", debtor Lessee, cite_cure x").find("provisions in brackets"), std::string::npos);
  EXPECT_NE(said("use defualt").find("did you mean \"default\"?"), std::string::npos);
}

TEST(Modules, one_that_takes_in_itself_is_refused) {
  const std::string circular = "```counterpart\nuse default\nterm a = 1\n```\n";
  EXPECT_NE(said("use default", circular).find("error[E0109]: the module \"default\" takes in itself"),
            std::string::npos);
}

TEST(Modules, one_without_parameters_is_there_once_however_often_it_is_asked_for) {
  EXPECT_EQ(said("use default\nuse default", "```counterpart\nterm patience = 1 day\n```\n"), "");
}

TEST(Modules, alone_it_is_tested_with_its_examples) {
  std::string text = module_text;
  text = text.substr(0, text.find("```counterpart example"));
  std::string around = lease;
  // The lease stands around it, as a module's own example block would.
  around.replace(around.find("```counterpart"), 14, "```counterpart example");
  const language::PackSource pack{"library/default", {{"library/default.md", text + around}}, {}};
  const language::Compiled out = language::compile(pack, load_zone);
  ASSERT_TRUE(out.program != nullptr) << language::render(out.diagnostics, pack);
  EXPECT_TRUE(out.program->kind("Notice").given());
  EXPECT_EQ(
      program::duration_count(out.program->literals[out.program->exprs[out.program->terms[0].value.value].n]),
      10);
}

TEST(Modules, a_parameter_without_example_or_default_is_said_where_the_module_is_tested) {
  std::string text = module_text;
  text.replace(text.find("party, example Lessee"), 21, "party");
  const language::PackSource pack{"library/default", {{"library/default.md", text}}, {}};
  const std::string shown = language::render(language::compile(pack, load_zone).diagnostics, pack);
  EXPECT_NE(shown.find("the parameter \"debtor\" has no example"), std::string::npos) << shown;
}

}  // namespace
}  // namespace counterpart::tests
