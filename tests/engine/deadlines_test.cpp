// Deadlines that rest on several times, on what has not happened yet, and on what is shown later.

#include "support.h"

namespace counterpart::tests {
namespace {

std::string lease_and(const std::string& rules) {
  return std::string(lease) + "\n[1-e] More.\n```counterpart\n" + rules + "```\n";
}

std::string sites(const std::string& deadline) {
  return lease_and(R"(
document Site from Lessee to Lessor
  starts_on date, optional
  stages    announced, prepared
act announce Site by Lessee -> announced
  received as letter
act inspect Site by Lessor: announced
act move Site by Lessee: announced
  with to date
  sets starts_on to to
act answer Site by Lessor: announced -> prepared
duty Lessor answers Site                                          [1-e]
  from announce
  by )" + deadline +
                   "\n");
}

program::Entry announced(const Story& s, const std::string& when, const std::string& via = "e-mail") {
  program::Entry e = s.entry(when, "Lessee", "announce", "Site/S-1");
  e.via = via;
  return e;
}

std::string due(const engine::Position& p) {
  const program::Value& v = p.duties[0].deadline;
  if (v.tag == program::Tag::absent) return "none";
  if (v.tag == program::Tag::unknown) return "unknown";
  return CivilDate{static_cast<std::int32_t>(v.number)}.to_string();
}

// Announced on Thursday 1 June 2000: ten days are Sunday the 11th. Inspected on Friday the 2nd: five days are
// Wednesday the 7th, which is earlier; an inspection on the 8th (the 13th) moves nothing.
TEST(Deadlines, the_earlier_of_two_knows_those_that_have_happened) {
  const std::string rule =
      "the earlier of 10 days after date of announce and 5 days after first date of inspect";
  Story s(sites(rule));
  s.add(announced(s, "2000-06-01 10:00"));
  EXPECT_EQ(due(s.position("2000-06-01")), "2000-06-11");
  s.add(s.entry("2000-06-02 10:00", "Lessor", "inspect", "Site/S-1"));
  EXPECT_EQ(due(s.position("2000-06-02")), "2000-06-07");
  Story late(sites(rule));
  late.add(announced(late, "2000-06-01 10:00"));
  late.add(late.entry("2000-06-08 10:00", "Lessor", "inspect", "Site/S-1"));
  EXPECT_EQ(due(late.position("2000-06-08")), "2000-06-11");
}

// The later of two is not there before both are.
TEST(Deadlines, the_later_of_two_waits_for_both) {
  Story s(sites("the later of 10 days after date of announce and 5 days after first date of inspect"));
  s.add(announced(s, "2000-06-01 10:00"));
  EXPECT_EQ(due(s.position("2000-06-30")), "none");
  s.add(s.entry("2000-07-03 10:00", "Lessor", "inspect", "Site/S-1"));
  EXPECT_EQ(due(s.position("2000-07-03")), "2000-07-08");
}

// Three business days before the start on Friday 7 July: Thursday 6, Wednesday 5, and Monday 3, for Tuesday
// the 4th is a holiday. Put off to Monday 10 July: Friday 7, Thursday 6, Wednesday 5.
TEST(Deadlines, before_an_event_and_with_it) {
  Story s(sites("3 business days before starts_on"));
  program::Entry e = announced(s, "2000-06-01 10:00");
  e.with.set("starts_on", Datum::of_text("2000-07-07"));
  s.add(e);
  EXPECT_EQ(due(s.position("2000-06-01")), "2000-07-03");
  program::Entry move = s.entry("2000-06-20 10:00", "Lessee", "move", "Site/S-1");
  move.with.set("to", Datum::of_text("2000-07-10"));
  s.add(move);
  EXPECT_EQ(due(s.position("2000-06-20")), "2000-07-05");
}

// At most ninety days beyond the original Friday 7 July: Thursday 5 October, however far it is moved.
TEST(Deadlines, at_most_so_long_beyond_the_original_date) {
  Story s(sites("the earlier of starts_on and 90 days after original starts_on"));
  program::Entry e = announced(s, "2000-06-01 10:00");
  e.with.set("starts_on", Datum::of_text("2000-07-07"));
  s.add(e);
  for (const char* to : {"2000-09-01", "2000-12-01"}) {
    program::Entry move = s.entry("2000-06-20 10:00", "Lessee", "move", "Site/S-1");
    move.with.set("to", Datum::of_text(to));
    s.add(move);
  }
  EXPECT_EQ(due(s.position("2000-06-19")), "2000-07-07");
  EXPECT_EQ(due(s.position("2000-06-20")), "2000-10-05");
}

// Counted from a receipt that is shown only later: sent by courier on Thursday 1 June, received on Friday 2
// June once delivery is shown; five days are Wednesday 7 June. Until it is shown there is no date.
TEST(Deadlines, a_receipt_shown_later_fixes_the_day_it_was) {
  Story s(sites("5 days after receipt of announce"));
  const auto n = s.add(announced(s, "2000-06-01 10:00", "courier"));
  program::Entry shown = s.entry("2000-06-20 15:00", "Lessee", "", "");
  shown.kind = program::EntryKind::evidence;
  shown.what = "delivery";
  shown.of = n;
  shown.recorded = s.at("2000-06-20 15:00");
  s.add(shown);
  EXPECT_EQ(due(s.position("2000-06-05", "2000-06-19")), "none");
  EXPECT_EQ(due(s.position("2000-06-05")), "2000-06-07");
  EXPECT_EQ(s.position("2000-06-08").duties[0].status, engine::DutyStatus::breached);
}

}  // namespace
}  // namespace counterpart::tests
