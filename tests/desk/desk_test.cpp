#include "desk/desk.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "language/pack_folder.h"
#include "support.h"

namespace counterpart::desk {
namespace {

using program::Entry;

Datum record(std::initializer_list<std::pair<const char*, const char*>> fields) {
  Datum d = Datum::record();
  for (const auto& [name, value] : fields) d.set(name, Datum::of_text(value));
  return d;
}

std::string text_at(const Datum& d, std::string_view name) {
  const Datum* v = d.find(name);
  return v == nullptr ? "" : v->text;
}

// A desk over a store of its own with the lease of tests/support.h, whose clock stands at `now`.
struct Office {
  explicit Office(const std::string& now, std::span<const Entry> entries = {},
                  std::unique_ptr<journal::Store> store = journal::open_memory_store())
      : desk(std::move(store), load_zone, *parse_instant(now)) {
    if (const auto opened = desk.open(); !opened) ADD_FAILURE() << opened.error().message;
    if (desk.head("lease")) return;
    const auto kept = desk.import(tests::pack_of(tests::lease), entries, "{}");
    if (!kept) ADD_FAILURE() << kept.error().message;
  }
  // As of the clock's time, which runs on, unless `as_of` says another.
  Datum position(const std::string& party = "", const std::string& as_of = "") {
    View view;
    view.party = party;
    view.as_of = view.known_at = as_of;
    auto p = desk.position("lease", view);
    if (!p) ADD_FAILURE() << p.error().error.message;
    return *std::move(p);
  }
  std::string stage() {
    const Datum p = position();
    for (const Datum& d : p.find("documents")->items) {
      if (text_at(d, "id") == "Request/R-1") return text_at(d, "stage");
    }
    return "absent";
  }
  Desk desk;
};

Datum refusal_of_the_lessor() {
  Datum act = record({{"act", "refuse"}, {"by", "Lessor"}, {"on", "Request/R-1"}});
  act.set("signature", record({{"party", "Lessor"}, {"office", "agent"}}));
  return act;
}

// Asked Thursday 1 June 2000 by e-mail, received at once: five business days are the 2nd, 5th, 6th, 7th and
// Thursday the 8th. A refusal previewed on the 8th is effective; sent after midnight it would be void, for
// silence granted the request at the end of the 8th.
TEST(Desk, an_act_whose_outcome_changed_since_its_preview_is_not_recorded) {
  const tests::Story story;
  const Entry asked = story.asking("2000-06-01 10:00");
  Office office("2000-06-08T23:50:00-05:00", std::span(&asked, 1));
  Datum act = refusal_of_the_lessor();
  const auto preview = office.desk.preview("lease", act);
  ASSERT_TRUE(preview) << preview.error().error.message;
  EXPECT_EQ(text_at(*preview, "outcome"), "effective");
  ASSERT_TRUE(office.desk.move_clock(record({{"to", "2000-06-09 00:10"}})));
  act.set("outcome", Datum::of_text(text_at(*preview, "outcome")));
  const auto done = office.desk.act("lease", act, "key-1");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().status, 409);
  EXPECT_EQ(done.error().error.code, "outcome-changed");
  EXPECT_EQ(text_at(done.error().body, "outcome"), "void");
  EXPECT_EQ(*office.desk.head("lease"), 2U);  // the adoption and the request, nothing else
  // Meant all the same, it is recorded as what it is.
  act.set("outcome", Datum::of_text("void"));
  EXPECT_TRUE(office.desk.act("lease", act, "key-2"));
  EXPECT_EQ(*office.desk.head("lease"), 3U);
  EXPECT_EQ(office.stage(), "granted");
}

TEST(Desk, an_act_meant_for_one_head_is_refused_at_another_and_a_retry_is_not_doubled) {
  const tests::Story story;
  const Entry asked = story.asking("2000-06-01 10:00");
  Office office("2000-06-05T09:00:00-05:00", std::span(&asked, 1));
  const auto stale = office.desk.act("lease", refusal_of_the_lessor(), "key-1", 1);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().status, 412);
  ASSERT_TRUE(office.desk.act("lease", refusal_of_the_lessor(), "key-1", 2));
  const auto again = office.desk.act("lease", refusal_of_the_lessor(), "key-1", 2);
  ASSERT_TRUE(again) << again.error().error.message;
  EXPECT_EQ(*office.desk.head("lease"), 3U);
}

// The store is closed on the 7th and opened again on the 9th: the midnight between was nobody's.
TEST(Desk, a_start_after_a_missed_midnight_shows_what_silence_did) {
  const tests::Story story;
  const Entry asked = story.asking("2000-06-01 10:00");
  const std::string folder = testing::TempDir() + "counterpart-missed-" + std::to_string(getpid());
  {
    Office before("2000-06-07T18:00:00-05:00", std::span(&asked, 1), *journal::open_sqlite_store(folder));
    EXPECT_EQ(before.stage(), "asked");
  }
  Office after("2000-06-09T08:00:00-05:00", {}, *journal::open_sqlite_store(folder));
  std::vector<std::string> told;
  after.desk.on_change = [&](const std::string& event, const Datum& data) {
    told.push_back(event + " " + text_at(data, "agreement"));
  };
  after.desk.start_clock();
  after.desk.stop();
  EXPECT_EQ(told.at(0), "position lease");
  EXPECT_EQ(after.stage(), "granted");
  std::filesystem::remove_all(folder);
}

Datum drawn_own_entry(const std::string& party) {
  Datum d = Datum::record();
  d.set("by", Datum::of_text(party));
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      d.set("remark", Datum::of_text(*rc::gen::string<std::string>()));
      d.set("on", Datum::of_text("Request/R-1"));
      break;
    case 1:
      d.set("draft", Datum::of_text(party == "Lessor" ? "refuse" : "ask"));
      d.set("on", Datum::of_text("Request/R-" + std::to_string(*rc::gen::inRange(1, 4))));
      break;
    case 2:
      d.set("hold", Datum::of_text("counsel asks to keep it"));
      break;
    default:
      d.set(*rc::gen::elementOf(std::vector<std::string>{"approve", "discard", "release"}),
            Datum::of_number(std::int64_t{*rc::gen::inRange(1, 9)}));
  }
  return d;
}

// What a party's own journal holds, refused entries and all, changes neither a byte of the shared items that
// anybody sees nor the other party's own items.
RC_GTEST_PROP(OwnJournals, leave_shared_items_and_the_other_party_byte_for_byte_alone, ()) {
  const tests::Story story;
  const Entry asked = story.asking("2000-06-01 10:00");
  Office office("2000-06-05T09:00:00-05:00", std::span(&asked, 1));
  const std::string later = "2000-06-05 12:00";
  const auto shared_of = [&](const std::string& party) {
    Datum p = office.position(party, later);
    std::erase_if(p.fields, [](const auto& f) { return f.first == "own"; });
    return write_json(p);
  };
  const std::string before = write_json(office.position("", later));
  const std::vector<std::string> parties{"Lessor", "Lessee"};
  const int entries = *rc::gen::inRange(1, 12);
  int kept = 0;
  for (int i = 0; i < entries; ++i) {
    const std::string& actor = *rc::gen::elementOf(parties);
    const std::string& other = actor == "Lessor" ? parties[1] : parties[0];
    const std::string others_view = write_json(office.position(other, later));
    kept += office.desk.act_own("lease", drawn_own_entry(actor), std::to_string(i)) ? 1 : 0;
    RC_ASSERT(write_json(office.position(other, later)) == others_view);
    RC_ASSERT(shared_of(actor) == before);
  }
  RC_ASSERT(write_json(office.position("", later)) == before);
  RC_CLASSIFY(kept > 3);
}

TEST(OwnJournals, a_draft_says_what_it_would_do_and_kinds_stay_where_they_belong) {
  const tests::Story story;
  const Entry asked = story.asking("2000-06-01 10:00");
  Office office("2000-06-05T09:00:00-05:00", std::span(&asked, 1));
  Datum draft = record({{"draft", "refuse"}, {"by", "Lessor"}, {"on", "Request/R-1"}});
  ASSERT_TRUE(office.desk.act_own("lease", draft, "1"));
  Datum drafts = *office.position("Lessor").find("own")->find("drafts");
  ASSERT_EQ(drafts.items.size(), 1U);
  EXPECT_EQ(text_at(drafts.items[0], "would_be"), "void");  // nobody signed it
  EXPECT_EQ(text_at(drafts.items[0].find("reasons")->items.at(0).find("provisions")->items.at(0), ""), "");
  Datum approval = record({{"by", "Lessor"}, {"office", "agent"}});
  approval.set("approve", Datum::of_number(std::int64_t{1}));
  ASSERT_TRUE(office.desk.act_own("lease", approval, "2"));
  drafts = *office.position("Lessor").find("own")->find("drafts");
  EXPECT_EQ(drafts.items[0].find("approvals")->items.size(), 1U);
  EXPECT_TRUE(office.position("Lessee").find("own")->find("drafts")->items.empty());
  EXPECT_EQ(office.desk.act_own("lease", refusal_of_the_lessor(), "3").error().error.code, "entry-shared");
  EXPECT_EQ(office.desk.act("lease", draft, "4").error().error.code, "entry-own");
}

}  // namespace
}  // namespace counterpart::desk
