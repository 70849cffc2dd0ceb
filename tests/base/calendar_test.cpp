#include "base/calendar.h"

#include <gtest/gtest.h>

#include <random>

#include "base/zone_data.h"

namespace counterpart {
namespace {

CivilDate day(const char* text) { return *CivilDate::parse(text); }

BusinessCalendar weekdays(std::vector<int> years, std::vector<const char*> holidays = {}) {
  CalendarData data;
  data.name = "working_days";
  data.years = std::move(years);
  for (const char* h : holidays) data.holidays.emplace(day(h), "holiday");
  return BusinessCalendar(std::move(data));
}

// Received Thursday 22 June 2000; ten business days with Tuesday 4 July a holiday end Friday 7 July.
TEST(BusinessCalendar, skips_weekends_and_holidays) {
  const BusinessCalendar c = weekdays({2000}, {"2000-07-04"});
  EXPECT_EQ(c.add(day("2000-06-22"), 10)->to_string(), "2000-07-07");
  EXPECT_EQ(c.add(day("2000-07-10"), -3)->to_string(), "2000-07-05");
  EXPECT_EQ(*c.why_closed(day("2000-07-04")), "holiday");
  EXPECT_EQ(*c.why_closed(day("2000-07-08")), "Saturday");
}

TEST(BusinessCalendar, a_year_it_does_not_cover_is_an_answer_that_names_it) {
  const BusinessCalendar c = weekdays({2000, 2001});
  EXPECT_EQ(c.add(day("2001-12-28"), 5).error(), (UncoveredYear{"working_days", 2002}));
  EXPECT_EQ(c.is_open(day("1999-12-31")).error().year, 1999);
  EXPECT_EQ(c.count(day("2001-06-01"), day("2002-06-01")).error().year, 2002);
  EXPECT_EQ(c.add(day("2000-01-03"), -1).error().year, 1999);
}

// Friday 26 May 2000 15:00 with Monday 29 May closed: 24 open hours end Tuesday 30 May 15:00. Saturday 2
// September 10:00 with Monday 4 September closed: the hours begin Tuesday at 00:00 and end at its midnight.
TEST(BusinessCalendar, open_hours_leave_closed_days_out_whole) {
  const Zone zone = *load_zone("America/Chicago");
  const BusinessCalendar c = weekdays({2000}, {"2000-05-29", "2000-09-04"});
  EXPECT_EQ(zone.format(*c.add_open_hours(*parse_moment("2000-05-26 15:00", zone), 24, zone)),
            "2000-05-30T15:00:00-05:00");
  EXPECT_EQ(zone.format(*c.add_open_hours(*parse_moment("2000-09-02 10:00", zone), 24, zone)),
            "2000-09-06T00:00:00-05:00");
}

// Against a count that walks day by day, over calendars and dates drawn by a fixed seed.
TEST(BusinessCalendar, adding_and_counting_agree_with_walking) {
  std::mt19937 random(20000428);
  for (int round = 0; round < 200; ++round) {
    CalendarData data;
    data.name = "drawn";
    data.years = {1999, 2000, 2001, 2002};
    data.weekend = static_cast<std::uint8_t>(1U << (random() % 7) | 1U << (random() % 7));
    for (int h = 0; h < 60; ++h)
      data.holidays.emplace(CivilDate{day("1999-01-01").days + static_cast<std::int32_t>(random() % 1461)},
                            "h");
    const BusinessCalendar c(data);
    const CivilDate from{day("2000-01-01").days + static_cast<std::int32_t>(random() % 700)};
    const auto n = static_cast<std::int32_t>(random() % 60) + 1;
    CivilDate forward = from;
    for (std::int32_t left = n; left > 0;) left -= *c.is_open(forward = plus_days(forward, 1)) ? 1 : 0;
    EXPECT_EQ(*c.add(from, n), forward);
    EXPECT_EQ(*c.count(from, forward), n);
    CivilDate back = from;
    for (std::int32_t left = n; left > 0;) left -= *c.is_open(back = plus_days(back, -1)) ? 1 : 0;
    EXPECT_EQ(*c.add(from, -n), back);
  }
}

TEST(BusinessCalendar, a_join_is_open_only_where_all_are) {
  const BusinessCalendar a = weekdays({2000}, {"2000-07-04"});
  const BusinessCalendar b = weekdays({2000, 2001}, {"2000-07-05"});
  const BusinessCalendar* members[] = {&a, &b};
  const BusinessCalendar both = BusinessCalendar::join("both", members);
  EXPECT_FALSE(*both.is_open(day("2000-07-04")));
  EXPECT_FALSE(*both.is_open(day("2000-07-05")));
  EXPECT_TRUE(*both.is_open(day("2000-07-06")));
  EXPECT_FALSE(both.covers(2001));
  EXPECT_TRUE(*BusinessCalendar::join_any("any", members).is_open(day("2000-07-04")));
}

// Saturday 30 September 2000 rolls forward into October, so the modified rule turns back to Friday 29.
TEST(BusinessCalendar, rolls_by_the_named_rule) {
  const BusinessCalendar c = weekdays({2000});
  EXPECT_EQ(c.roll(day("2000-09-30"), Roll::following)->to_string(), "2000-10-02");
  EXPECT_EQ(c.roll(day("2000-09-30"), Roll::modified_following)->to_string(), "2000-09-29");
  EXPECT_EQ(c.roll(day("2000-10-01"), Roll::preceding)->to_string(), "2000-09-29");
  EXPECT_EQ(c.roll(day("2000-10-01"), Roll::modified_preceding)->to_string(), "2000-10-02");
}

// In Chicago the clocks went from 02:00 to 03:00 on 2 April 2000 and from 02:00 back to 01:00 on 29 October.
TEST(Zone, skipped_and_repeated_times_have_one_meaning) {
  const Zone zone = *load_zone("America/Chicago");
  EXPECT_EQ(zone.format(zone.at(day("2000-04-02"), 2 * 3600 + 1800)), "2000-04-02T03:00:00-05:00");
  EXPECT_EQ(zone.format(zone.at(day("2000-10-29"), 3600 + 1800)), "2000-10-29T01:30:00-05:00");
  EXPECT_EQ(zone.format(zone.end_of(day("2000-10-29"))), "2000-10-29T23:59:59-06:00");
  EXPECT_FALSE(load_zone("America/Atlantis"));
}

TEST(Dates, months_are_clipped_to_their_last_day_and_impossible_days_are_errors) {
  EXPECT_EQ(plus_months(day("2000-01-31"), 1).to_string(), "2000-02-29");
  EXPECT_EQ(plus_months(day("2000-12-31"), 2).to_string(), "2001-02-28");
  EXPECT_EQ(CivilDate::parse("2001-02-29").error().code, "date-impossible");
  EXPECT_EQ(day("2000-06-08").with_weekday(), "Thursday 8 June 2000");
}

}  // namespace
}  // namespace counterpart
