// Business-day arithmetic over every day of 1990 to 2035 against QuantLib, which counts the same days in its
// own way: single calendars, joins of several cities, roll conventions, whole months. Its holiday lists
// become our data; its answers to questions about days are what ours are held to.

#include <gtest/gtest.h>

#include <ql/time/calendars/japan.hpp>
#include <ql/time/calendars/jointcalendar.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/calendars/target.hpp>
#include <ql/time/calendars/unitedkingdom.hpp>
#include <ql/time/calendars/unitedstates.hpp>

#include "base/calendar.h"
#include "base/zone_data.h"
#include "language/compile.h"
#include "language/pack_folder.h"

namespace counterpart {
namespace {

namespace ql = QuantLib;

constexpr int first_year = 1990, last_year = 2035;

// The serial number QuantLib gives to 1 January 1970.
constexpr std::int32_t epoch = 25569;

CivilDate ours(const ql::Date& d) { return CivilDate{static_cast<std::int32_t>(d.serialNumber()) - epoch}; }

ql::Date theirs(CivilDate d) { return ql::Date(d.days + epoch); }

BusinessCalendar as_data(const std::string& name, const ql::Calendar& calendar) {
  CalendarData data;
  data.name = name;
  // Two years more at each end, for what is counted out of the years under test.
  for (int y = first_year - 2; y <= last_year + 2; ++y) data.years.push_back(y);
  const ql::Date from(1, ql::January, first_year - 2), to(31, ql::December, last_year + 2);
  for (const ql::Date& d : calendar.holidayList(from, to, false)) data.holidays.emplace(ours(d), name);
  return BusinessCalendar(std::move(data));
}

void expect_same(const BusinessCalendar& mine, const ql::Calendar& other) {
  const CivilDate from = CivilDate::from_ymd(first_year, 1, 1);
  const CivilDate to = CivilDate::from_ymd(last_year, 12, 31);
  const std::pair<Roll, ql::BusinessDayConvention> rolls[] = {
      {Roll::none, ql::Unadjusted},
      {Roll::following, ql::Following},
      {Roll::preceding, ql::Preceding},
      {Roll::modified_following, ql::ModifiedFollowing},
      {Roll::modified_preceding, ql::ModifiedPreceding}};
  for (CivilDate d = from; d <= to; d = plus_days(d, 1)) {
    const ql::Date day = theirs(d);
    ASSERT_EQ(*mine.is_open(d), other.isBusinessDay(day)) << d.to_string();
    for (const auto& [rule, convention] : rolls)
      ASSERT_EQ(*mine.roll(d, rule), ours(other.adjust(day, convention))) << d.to_string();
    // One of the lengths an agreement uses, another each day, so that all meet all weekdays and seasons.
    constexpr std::int32_t lengths[] = {1, 2, 3, 5, 10, 15, 20, 30, 45, 90, 180, 250};
    const std::int32_t n = lengths[static_cast<std::size_t>(d.days) % std::size(lengths)];
    ASSERT_EQ(*mine.add(d, n), ours(other.advance(day, n, ql::Days))) << n << " after " << d.to_string();
    ASSERT_EQ(*mine.add(d, -n), ours(other.advance(day, -n, ql::Days))) << n << " before " << d.to_string();
    const CivilDate later = plus_days(d, n);
    ASSERT_EQ(*mine.count(d, later), other.businessDaysBetween(day, theirs(later), false, true))
        << d.to_string() << " to " << later.to_string();
  }
}

TEST(CalendarOracle, single_cities_agree_from_1990_to_2035) {
  expect_same(as_data("New York", ql::UnitedStates(ql::UnitedStates::Settlement)),
              ql::UnitedStates(ql::UnitedStates::Settlement));
  expect_same(as_data("London", ql::UnitedKingdom()), ql::UnitedKingdom());
  expect_same(as_data("Tokyo", ql::Japan()), ql::Japan());
  expect_same(as_data("TARGET", ql::TARGET()), ql::TARGET());
}

TEST(CalendarOracle, joins_of_cities_agree) {
  const ql::UnitedStates new_york(ql::UnitedStates::Settlement);
  const ql::UnitedKingdom london;
  const ql::Japan tokyo;
  const BusinessCalendar a = as_data("New York", new_york), b = as_data("London", london),
                         c = as_data("Tokyo", tokyo);
  const BusinessCalendar* two[] = {&a, &b};
  const BusinessCalendar* three[] = {&a, &b, &c};
  expect_same(BusinessCalendar::join("both", two), ql::JointCalendar(new_york, london, ql::JoinHolidays));
  expect_same(BusinessCalendar::join("all three", three),
              ql::JointCalendar(new_york, london, tokyo, ql::JoinHolidays));
  expect_same(BusinessCalendar::join_any("either", two),
              ql::JointCalendar(new_york, london, ql::JoinBusinessDays));
  expect_same(BusinessCalendar::join_any("any of three", three),
              ql::JointCalendar(new_york, london, tokyo, ql::JoinBusinessDays));
}

TEST(CalendarOracle, whole_months_are_clipped_alike) {
  const ql::NullCalendar no_holidays;
  for (CivilDate d = CivilDate::from_ymd(first_year, 1, 1); d.days < 24106; d = plus_days(d, 1)) {
    for (const std::int32_t n : {1, 2, 3, 6, 12, 18, -1, -13}) {
      ASSERT_EQ(plus_months(d, n), ours(no_holidays.advance(theirs(d), n, ql::Months, ql::Unadjusted)))
          << n << " months from " << d.to_string();
    }
  }
}

// The holidays that packs import, as the pack's text gives them. QuantLib has no Juneteenth before 2022 and
// neither has the list, which ends in 2010.
TEST(CalendarOracle, the_library_s_federal_holidays_are_quantlib_s) {
  const auto pack = language::read_pack_folder(COUNTERPART_SOURCE_DIR "/agreements/master-procurement");
  ASSERT_TRUE(pack) << pack.error().message;
  const language::Compiled out = language::compile(*pack, load_zone);
  ASSERT_NE(out.program, nullptr) << language::render(out.diagnostics, *pack);
  const BusinessCalendar* federal = nullptr;
  for (const program::Calendar& c : out.program->calendars) {
    if (out.program->text(c.name) == "us_federal") federal = c.data.get();
  }
  ASSERT_NE(federal, nullptr);
  const ql::UnitedStates settlement(ql::UnitedStates::Settlement);
  for (CivilDate d = CivilDate::from_ymd(1999, 1, 1); d <= CivilDate::from_ymd(2010, 12, 31);
       d = plus_days(d, 1))
    EXPECT_EQ(*federal->is_open(d), settlement.isBusinessDay(theirs(d))) << d.to_string();
}

}  // namespace
}  // namespace counterpart
