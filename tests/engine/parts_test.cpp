// Parts of a document that have stages, duties, dues and claims of their own.

#include <algorithm>

#include "engine/explain.h"
#include "engine/timeline.h"
#include "support.h"

namespace counterpart::tests {
namespace {

// The lease, with deliveries of several tools each.
const std::string& lease_with_deliveries() {
  static const std::string text = std::string(lease) + R"(
```counterpart
document Delivery from Lessee to Lessor
  items     list of Item
  wanted_on date
  complete  = every items is handed_over or refused
  missing   = count of items that is open
  stages    ordered, settled

part Item of Delivery as delivery
  tool        text
  deposit     money
  spare_parts list of Spare
  handed_on   date, optional
  late        = it is open and today > delivery.wanted_on
  stages      open, handed_over, refused

part Spare of Item
  name    text
  stages  packed, used

act order Delivery by Lessee -> ordered
  void unless wanted_on > today
act change Delivery by Lessee: ordered
  with items list of Item
act hand over Item by Lessor: open -> handed_over
  sets handed_on to today
act refuse Item by Lessee: open -> refused
act return Item by Lessee
  with amount money
act use Spare by Lessee: packed -> used

duty Lessor hands over Item                                          [1-d]
  from receipt of order
  by delivery.wanted_on
  while it is open
due pledge of Item from Lessee to Lessor                             [1-d]
  amount deposit
  from handed_over
  while not broken
  within 10 days
  settled by return
claim broken of Item by Lessee: yes/no
  presumed no
when complete for Delivery
  it becomes settled
when parent is settled and not some spare_parts is used for Item
  while it is handed_over
  sets parent.wanted_on to today
```
)";
  return text;
}

Datum item(const std::string& tool, const std::string& deposit, int spares = 0) {
  Datum row = Datum::record();
  row.set("tool", Datum::of_text(tool));
  row.set("deposit", Datum::of_text(deposit));
  Datum list = Datum::list();
  for (int i = 0; i < spares; ++i) {
    Datum spare = Datum::record();
    spare.set("name", Datum::of_text("bit"));
    list.items.push_back(std::move(spare));
  }
  row.set("spare_parts", std::move(list));
  return row;
}

program::Entry ordering(const Story& s, const std::string& when, const std::string& key) {
  program::Entry e = s.entry(when, "Lessee", "order", "Delivery/" + key);
  Datum items = Datum::list();
  items.items.push_back(item("drill", "20.00", 2));
  items.items.push_back(item("saw", "30.00"));
  e.with.set("items", std::move(items));
  e.with.set("wanted_on", Datum::of_text("2000-06-09"));
  return e;
}

// Ordered on Thursday 1 June for Friday 9 June.
Story ordered() {
  Story s(lease_with_deliveries());
  s.add(ordering(s, "2000-06-01 10:00", "D-1"));
  s.add(ordering(s, "2000-06-01 11:00", "D-2"));
  return s;
}

std::string field(const engine::Position& p, const std::string& thing, std::string_view name) {
  const Datum report = engine::report(p);
  for (const Datum& d : report.find("documents")->items) {
    if (d.find("id")->text != thing) continue;
    for (const Datum& f : d.find("fields")->items) {
      if (f.find("name")->text == name) return f.find("text")->text;
    }
  }
  return "absent";
}

TEST(Parts, each_stands_in_its_first_stage_under_its_own_name) {
  const Story s = ordered();
  const engine::Position p = s.position("2000-06-01 12:00");
  EXPECT_EQ(s.stage(p, "Item/D-1/1"), "open");
  EXPECT_EQ(s.stage(p, "D-1/2"), "open") << "the key alone is enough";
  EXPECT_EQ(s.stage(p, "Item/D-1/3"), "absent");
  EXPECT_EQ(s.stage(p, "Spare/D-1/1/2"), "packed") << "a part of a part";
  EXPECT_EQ(p.name_of(p.find_thing("Item/D-2/2")), "Item/D-2/2");
  EXPECT_EQ(field(p, "Delivery/D-1", "missing"), "2");
}

TEST(Parts, an_act_is_on_one_of_them) {
  Story s = ordered();
  s.add(s.entry("2000-06-02 10:00", "Lessor", "hand over", "Item/D-1/2"));
  const program::Sequence absent = s.add(s.entry("2000-06-02 10:00", "Lessor", "hand over", "Item/D-1/3"));
  const engine::Position p = s.position("2000-06-02 12:00");
  EXPECT_EQ(s.stage(p, "Item/D-1/1"), "open");
  EXPECT_EQ(s.stage(p, "Item/D-1/2"), "handed_over");
  EXPECT_EQ(s.stage(p, "Item/D-2/2"), "open");
  EXPECT_EQ(field(p, "Item/D-1/2", "handed_on"), "2000-06-02");
  EXPECT_EQ(field(p, "Delivery/D-1", "missing"), "1");
  EXPECT_EQ(p.judgement_of(absent)->word, engine::VerdictWord::void_);
}

TEST(Parts, the_document_and_its_parts_look_at_each_other) {
  Story s = ordered();
  s.add(s.entry("2000-06-02 10:00", "Lessor", "hand over", "Item/D-1/1"));
  s.add(s.entry("2000-06-05 10:00", "Lessee", "refuse", "Item/D-1/2"));
  const engine::Position p = s.position("2000-06-05 12:00");
  EXPECT_EQ(s.stage(p, "Delivery/D-1"), "settled");
  EXPECT_EQ(s.stage(p, "Delivery/D-2"), "ordered");
  EXPECT_EQ(field(p, "Delivery/D-1", "wanted_on"), "2000-06-05") << "the parts have seen it settled";
}

TEST(Parts, duties_open_for_each_from_the_acts_on_the_document) {
  Story s = ordered();
  s.add(s.entry("2000-06-09 23:59", "Lessor", "hand over", "Item/D-1/1"));
  const engine::Position p = s.position("2000-06-10 00:00");
  ASSERT_EQ(p.breaches.size(), 3U);
  for (const engine::BreachRow& row : p.breaches) EXPECT_NE(p.name_of(row.thing), "Item/D-1/1");
}

TEST(Parts, what_is_owed_and_claimed_is_of_one_of_them) {
  Story s = ordered();
  s.add(s.entry("2000-06-02 10:00", "Lessor", "hand over", "Item/D-1/1"));
  s.add(s.entry("2000-06-02 10:00", "Lessor", "hand over", "Item/D-1/2"));
  program::Entry claim = s.entry("2000-06-03 10:00", "Lessee", "", "Item/D-1/2");
  claim.kind = program::EntryKind::claim;
  claim.what = "broken";
  s.add(claim);
  const engine::Position p = s.position("2000-06-04 10:00");
  ASSERT_EQ(p.dues.size(), 2U);
  EXPECT_FALSE(p.dues[0].cancelled);
  EXPECT_EQ(p.dues[0].amount.number, 2000);
  EXPECT_TRUE(p.dues[1].cancelled);
  EXPECT_EQ(p.due_item(0), "due:pledge@Item/D-1/1#3");
  EXPECT_NE(engine::to_text(*engine::explain(p, "Item/D-1/1")).find("Item/D-1/1 is handed over since"),
            std::string::npos);
}

TEST(Parts, a_new_list_takes_the_place_of_the_old_with_all_that_it_waited_for) {
  Story s = ordered();
  program::Entry change = s.entry("2000-06-05 10:00", "Lessee", "change", "Delivery/D-1");
  Datum items = Datum::list();
  items.items.push_back(item("ladder", "5.00"));
  change.with.set("items", std::move(items));
  s.add(change);
  const engine::Position p = s.position("2000-06-10 00:00");
  EXPECT_EQ(field(p, "Item/D-1/1", "tool"), "ladder");
  EXPECT_EQ(s.stage(p, "Item/D-1/2"), "absent");
  EXPECT_EQ(field(p, "Delivery/D-1", "missing"), "1");
  // Only those of D-2 were awaited through 9 June; what D-1 asked for first is asked no longer.
  EXPECT_EQ(p.breaches.size(), 2U);
}

TEST(Parts, a_void_document_leaves_none_behind) {
  Story s = ordered();
  program::Entry late = ordering(s, "2000-06-09 10:00", "D-3");
  const program::Sequence entry = s.add(late);
  s.add(s.entry("2000-06-09 11:00", "Lessor", "hand over", "Item/D-3/1"));
  const engine::Position p = s.position("2000-06-09 12:00");
  EXPECT_EQ(p.judgement_of(entry)->word, engine::VerdictWord::void_);
  EXPECT_EQ(p.find_thing("Item/D-3/1"), engine::none);
  EXPECT_EQ(p.judgements.back().word, engine::VerdictWord::void_);
}

TEST(Parts, are_found_when_the_record_comes_to_name_them) {
  Story s = ordered();
  engine::FoldOptions options;
  engine::Timeline timeline(s.plan(), s.record(), options, 1);
  (void)timeline.at(s.at("2000-06-02 00:00"));
  s.add(s.entry("2000-06-02 10:00", "Lessor", "hand over", "Item/D-1/2"));
  timeline.extend();
  for (const char* const day : {"2000-06-02 12:00", "2000-06-20 00:00", "2000-06-01 10:30"}) {
    EXPECT_EQ(write_json(engine::report(timeline.at(s.at(day)))),
              write_json(engine::report(s.position(day))));
  }
  EXPECT_EQ(s.stage(timeline.at(s.at("2000-06-02 12:00")), "Item/D-1/2"), "handed_over");
}

TEST(Parts, those_with_a_life_are_documents_of_the_position) {
  const Story s = ordered();
  const Datum report = engine::report(s.position("2000-06-01 12:00"));
  std::vector<std::string> parts;
  for (const Datum& d : report.find("documents")->items) {
    if (const Datum* of = d.find("part_of"); of != nullptr && of->text == "Delivery/D-1")
      parts.push_back(d.find("id")->text);
  }
  EXPECT_EQ(parts, (std::vector<std::string>{"Item/D-1/1", "Item/D-1/2"}));
}

}  // namespace
}  // namespace counterpart::tests
