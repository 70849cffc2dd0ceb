// Lists of texts that acts and rules change, and what a field was at another time.

#include <algorithm>

#include "engine/explain.h"
#include "support.h"

namespace counterpart::tests {
namespace {

const std::string& lease_with_register() {
  static const std::string text = std::string(lease) + R"(
```counterpart
document Places from Lessee to Lessor
  towns      list of text, optional
  limit      money
  one_of_us  one of north, south = north
  held       = count of towns
  in_cork    = "Cork" is in towns
  no_sligo   = "Sligo" is not in towns
  was_limit  = limit at 2000-06-05
  at_noon    = limit at 2000-06-05 12:00
  day_before = limit at 1 day before 2000-06-05
  before     = limit at 2000-05-01
  then_cork  = towns at 2000-06-03 has "Cork"
  stages     kept, closed
act keep Places by Lessee -> kept
act admit Places by Lessee: kept
  with more list of text
  adds more to towns
act strike Places by Lessee: kept
  with town text
  removes town from towns
act raise Places by Lessee: kept
  with limit money
document Visit from Lessee
  places  Places
  town    text
  stages  made
act visit Visit by Lessee -> made
  void unless town is in places.towns                                [1-a]
  adds "visited" to places.towns
when held > 3 for Places
  removes "visited" from towns
  adds one_of_us to towns
```
)";
  return text;
}

program::Entry texts_of(program::Entry e, const char* name, std::initializer_list<const char*> texts) {
  Datum list = Datum::list();
  for (const char* t : texts) list.items.push_back(Datum::of_text(t));
  e.with.set(name, std::move(list));
  return e;
}

// Kept on Thursday 1 June with a limit of 10.00, raised to 20.00 on Monday 5 June at 12:00 and to 30.00 at
// 15:00.
Story kept() {
  Story s(lease_with_register());
  program::Entry keep = s.entry("2000-06-01 10:00", "Lessee", "keep", "Places/P-1");
  keep.with.set("limit", Datum::of_text("10.00"));
  s.add(keep);
  for (const auto& [when, much] : {std::pair{"2000-06-05 12:00", "20.00"}, {"2000-06-05 15:00", "30.00"}}) {
    program::Entry raise = s.entry(when, "Lessee", "raise", "Places/P-1");
    raise.with.set("limit", Datum::of_text(much));
    s.add(raise);
  }
  return s;
}

std::string field(const engine::Position& p, std::string_view name) {
  const Datum report = engine::report(p);
  for (const Datum& d : report.find("documents")->items) {
    if (d.find("id")->text != "Places/P-1") continue;
    for (const Datum& f : d.find("fields")->items) {
      if (f.find("name")->text == name) return f.find("text")->text;
    }
  }
  return "absent";
}

TEST(Registers, hold_each_text_once_in_the_order_it_came) {
  Story s = kept();
  s.add(texts_of(s.entry("2000-06-02 10:00", "Lessee", "admit", "Places/P-1"), "more", {"Cork", "Sligo"}));
  s.add(texts_of(s.entry("2000-06-03 10:00", "Lessee", "admit", "Places/P-1"), "more", {"Sligo", "Trim"}));
  EXPECT_EQ(field(s.position("2000-06-02 09:00"), "towns"), "none");
  EXPECT_EQ(field(s.position("2000-06-02 10:00"), "towns"), "Cork, Sligo");
  const engine::Position p = s.position("2000-06-03 10:00");
  EXPECT_EQ(field(p, "towns"), "Cork, Sligo, Trim");
  EXPECT_EQ(field(p, "held"), "3");
  EXPECT_EQ(field(p, "in_cork"), "yes");
  EXPECT_EQ(field(p, "no_sligo"), "no");
}

TEST(Registers, what_is_removed_is_gone_until_it_comes_again) {
  Story s = kept();
  s.add(texts_of(s.entry("2000-06-02 10:00", "Lessee", "admit", "Places/P-1"), "more", {"Cork", "Sligo"}));
  program::Entry strike = s.entry("2000-06-04 10:00", "Lessee", "strike", "Places/P-1");
  strike.with.set("town", Datum::of_text("Cork"));
  s.add(strike);
  strike.at = strike.recorded = s.at("2000-06-04 11:00");
  strike.with.set("town", Datum::of_text("Navan"));
  s.add(strike);
  EXPECT_EQ(field(s.position("2000-06-03 23:59"), "in_cork"), "yes");
  const engine::Position p = s.position("2000-06-04 12:00");
  EXPECT_EQ(field(p, "towns"), "Sligo");
  EXPECT_EQ(field(p, "then_cork"), "yes") << "it was there on Saturday 3 June";
}

TEST(Registers, other_documents_ask_and_change_them) {
  Story s = kept();
  s.add(texts_of(s.entry("2000-06-02 10:00", "Lessee", "admit", "Places/P-1"), "more", {"Cork", "Sligo"}));
  const auto visit = [&](const char* key, const char* town) {
    program::Entry e = s.entry("2000-06-03 10:00", "Lessee", "visit", std::string("Visit/") + key);
    e.with.set("places", Datum::of_text("Places/P-1"));
    e.with.set("town", Datum::of_text(town));
    return s.add(e);
  };
  const program::Sequence good = visit("V-1", "Sligo");
  const program::Sequence bad = visit("V-2", "Trim");
  const engine::Position p = s.position("2000-06-03 12:00");
  EXPECT_EQ(p.judgement_of(good)->word, engine::VerdictWord::effective);
  EXPECT_EQ(p.judgement_of(bad)->word, engine::VerdictWord::void_);
  EXPECT_EQ(field(p, "towns"), "Cork, Sligo, visited");
}

TEST(Registers, rules_change_them) {
  Story s = kept();
  s.add(texts_of(s.entry("2000-06-02 10:00", "Lessee", "admit", "Places/P-1"), "more",
                 {"Cork", "Sligo", "Trim", "visited"}));
  EXPECT_EQ(field(s.position("2000-06-02 10:00"), "towns"), "Cork, Sligo, Trim, north");
}

TEST(History, a_field_is_read_at_a_time) {
  const Story s = kept();
  const engine::Position p = s.position("2000-06-10 00:00");
  EXPECT_EQ(field(p, "was_limit"), "30.00 USD") << "a day is its end";
  EXPECT_EQ(field(p, "at_noon"), "20.00 USD") << "what changed at that moment counts";
  EXPECT_EQ(field(p, "day_before"), "10.00 USD");
  EXPECT_EQ(field(p, "before"), "none");
  EXPECT_EQ(field(s.position("2000-06-05 14:00"), "was_limit"), "20.00 USD") << "as it stands so far";
}

TEST(History, why_tells_each_change_of_a_field) {
  const Story s = kept();
  const auto why = engine::explain(s.position("2000-06-10 00:00"), "field:limit@Places/P-1");
  ASSERT_TRUE(why);
  EXPECT_EQ(why->text, "limit of Places/P-1 is 30.00 USD");
  ASSERT_EQ(why->steps.size(), 3U);
  EXPECT_EQ(why->steps[1].text, "20.00 USD since Monday 5 June 2000, 12:00 -05:00");
  EXPECT_EQ(why->steps[1].steps.at(0).entry, 2U);
  EXPECT_FALSE(engine::explain(s.position("2000-06-10 00:00"), "field:limit@Places/P-9"));
}

}  // namespace
}  // namespace counterpart::tests
