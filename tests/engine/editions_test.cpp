// Editions of a pack as one program: what differs is judged by the text in force at its time. Weekdays: 1 May
// 2000 is a Monday, 1 June 2000 a Thursday.

#include "language/editions.h"
#include "support.h"

namespace counterpart::tests {
namespace {

std::string replaced(std::string text, const std::string& line, const std::string& instead) {
  const std::size_t at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.replace(at, line.size(), instead);
}

// From 1 June: a clerk may ask, the lessor has two business days, silence refuses, rent is due after ten
// days.
std::string amended() {
  std::string text = replaced(lease, "signed by manager or higher, because \"a manager signs\"",
                              "signed by clerk or higher");
  text = replaced(text, "within 5 business days", "within 2 business days");
  text = replaced(text, "otherwise Request becomes granted ", "otherwise Request becomes refused ");
  text = replaced(text, "within 30 days", "within 10 days");
  return replaced(text, "  weeks    number = 1\n", "  weeks    number = 1\n  colour   text, optional\n");
}

struct Editions {
  explicit Editions(std::vector<language::Edition> editions) {
    language::CompiledEditions out = language::compile_editions(editions, load_zone);
    EXPECT_TRUE(out.compiled.program != nullptr)
        << language::render(out.compiled.diagnostics, editions[out.of].source);
    program = out.compiled.program;
    plan = std::make_shared<const engine::Plan>(*program);
    record = std::make_shared<engine::Record>(program);
  }
  void ask(const std::string& when, const std::string& key, const std::string& office) {
    program::Entry e;
    e.sequence = record->head() + 1;
    e.at = e.recorded = *parse_moment(when, program->zone);
    e.by = "Lessee";
    e.act = "ask";
    e.on = "Request/" + key;
    e.via = "e-mail";
    e.with = Datum::record();
    e.with.set("tool", Datum::of_text("drill"));
    e.with.set("price", Datum::of_text("100.00"));
    e.signatures.push_back({"Lessee", office, "", ""});
    const auto ok = record->append(e);
    ASSERT_TRUE(ok) << ok.error().message;
  }
  engine::Position at(const std::string& when) const {
    engine::FoldOptions o;
    o.as_of = *parse_moment(when, program->zone);
    return engine::fold(plan, record, o);
  }
  std::string stage(const std::string& when, const std::string& key) const {
    const engine::Position p = at(when);
    const std::uint32_t t = p.find_thing("Request/" + key);
    if (t == engine::none) return "absent";
    return std::string(program->text(program->stages[p.things[t].stage.value].name));
  }
  std::shared_ptr<const program::Program> program;
  std::shared_ptr<const engine::Plan> plan;
  std::shared_ptr<engine::Record> record;
};

const CivilDate june{*CivilDate::parse("2000-06-01")};

TEST(Editions, an_act_of_May_is_judged_by_the_text_of_May) {
  Editions e({{pack_of(lease), {}}, {pack_of(amended()), june}});
  e.ask("2000-05-31 10:00", "R-1", "clerk");  // the manager signs in May
  e.ask("2000-05-31 11:00", "R-2", "manager");
  e.ask("2000-06-01 09:00", "R-3", "clerk");  // from June a clerk may
  EXPECT_EQ(e.stage("2000-06-02 00:00", "R-1"), "absent");
  EXPECT_EQ(e.stage("2000-06-02 00:00", "R-2"), "asked");
  EXPECT_EQ(e.stage("2000-06-02 00:00", "R-3"), "asked");
}

TEST(Editions, a_clock_keeps_the_text_it_started_under) {
  Editions e({{pack_of(lease), {}}, {pack_of(amended()), june}});
  e.ask("2000-05-31 11:00", "R-2", "manager");  // five business days: 1, 2, 5, 6, 7 June
  e.ask("2000-06-01 09:00", "R-3", "clerk");    // two: 2 and 5 June
  EXPECT_EQ(e.stage("2000-06-05 23:59", "R-3"), "asked");
  EXPECT_EQ(e.stage("2000-06-06 00:00", "R-3"), "refused");
  EXPECT_EQ(e.stage("2000-06-07 23:59", "R-2"), "asked");
  EXPECT_EQ(e.stage("2000-06-08 00:00", "R-2"), "granted");
  // Its rent was owed from 8 June, under the text of June: by the 18th.
  const engine::Position p = e.at("2000-06-09 00:00");
  ASSERT_EQ(p.dues.size(), 1U);
  EXPECT_EQ(CivilDate{static_cast<std::int32_t>(p.dues[0].deadline.number)}.to_string(), "2000-06-18");
}

TEST(Editions, what_both_say_alike_stands_once) {
  Editions e({{pack_of(lease), {}}, {pack_of(amended()), june}});
  const auto p = e.program;
  std::size_t asks = 0;
  std::size_t grants = 0;
  for (const program::Act& a : p->acts) {
    asks += p->text(a.verb) == "ask" ? 1 : 0;
    grants += p->text(a.verb) == "grant" ? 1 : 0;
  }
  EXPECT_EQ(asks, 2U);
  EXPECT_EQ(grants, 1U);
  EXPECT_EQ(p->duties.size(), 2U);
  EXPECT_TRUE(p->field(p->kind("Request"), "colour").given());
  ASSERT_EQ(p->editions.size(), 2U);
  EXPECT_FALSE(p->editions[0].from.has_value());
}

TEST(Editions, a_correction_from_the_start_changes_the_past) {
  Editions wrong({{pack_of(lease), {}}});
  wrong.ask("2000-05-31 10:00", "R-1", "clerk");
  EXPECT_EQ(wrong.stage("2000-05-31 12:00", "R-1"), "absent");
  Editions right({{pack_of(amended()), {}}});
  right.ask("2000-05-31 10:00", "R-1", "clerk");
  EXPECT_EQ(right.stage("2000-05-31 12:00", "R-1"), "asked");
}

TEST(Editions, an_act_that_no_text_of_its_time_knows_is_void_and_never_refused) {
  const std::string without = replaced(lease,
                                       "act refuse Request by Lessor: asked -> refused                       "
                                       "[1-b]\n  void unless signed by agent\n",
                                       "");
  const std::string duty =
      replaced(without, "duty Lessor grants or refuses Request", "duty Lessor grants Request");
  Editions e({{pack_of(duty), {}}, {pack_of(lease), june}});
  e.ask("2000-05-30 10:00", "R-1", "manager");
  for (const char* when : {"2000-05-31 10:00", "2000-06-01 10:00"}) {
    program::Entry x;
    x.sequence = e.record->head() + 1;
    x.at = x.recorded = *parse_moment(when, e.program->zone);
    x.by = "Lessor";
    x.act = "refuse";
    x.on = "Request/R-1";
    x.with = Datum::record();
    x.signatures.push_back({"Lessor", "agent", "", ""});
    ASSERT_TRUE(e.record->append(x));
  }
  EXPECT_EQ(e.stage("2000-05-31 12:00", "R-1"), "asked");
  EXPECT_EQ(e.stage("2000-06-01 12:00", "R-1"), "refused");
  EXPECT_EQ(e.at("2000-06-01 12:00").judgement_of(2)->word, engine::VerdictWord::void_);
}

}  // namespace
}  // namespace counterpart::tests
