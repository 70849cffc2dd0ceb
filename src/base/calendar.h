#pragma once

// Business calendars as data: which days are open, in which years the calendar knows it.

#include "base/time.h"

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace counterpart {

// The answer where a calendar does not cover the year asked for: never "no holidays".
struct UncoveredYear {
  std::string calendar;
  int year = 0;
  friend bool operator==(const UncoveredYear&, const UncoveredYear&) = default;
};

template <class T>
using Covered = std::expected<T, UncoveredYear>;

struct HalfDay {
  std::string name;
  std::int32_t closes_at = 0;  // second of the local day
};

// What defines a calendar; `BusinessCalendar` is made from it once.
struct CalendarData {
  std::string name;
  std::string zone;                  // IANA name; empty: the agreement's
  std::uint8_t weekend = 0b1000001;  // bit 0 Sunday … bit 6 Saturday
  std::vector<int> years;            // covered, ascending, no gaps needed
  std::map<CivilDate, std::string> holidays;
  std::map<CivilDate, HalfDay> half_days;
  std::int32_t cut_off =
      86400;  // what arrives at or after this second of the day counts as the next open day
};

enum class Roll : std::uint8_t { none, following, preceding, modified_following, modified_preceding };

// Which day a count begins with.
enum class DayOne : std::uint8_t {
  next_open_day,     // the day of the event is not counted (the usual rule)
  same_day_if_open,  // the day of the event is day one if it is open
};

// Immutable; counting is O(1) in the number of days (prefix sums by day and a list of open days).
class BusinessCalendar {
 public:
  explicit BusinessCalendar(CalendarData data);
  // Open only where every member is open; covers the years that all cover. Cut-off is the earliest.
  static BusinessCalendar join(std::string name, std::span<const BusinessCalendar* const> members);
  // Open where any member is open; years and cut-off likewise.
  static BusinessCalendar join_any(std::string name, std::span<const BusinessCalendar* const> members);

  [[nodiscard]] const std::string& name() const { return data_.name; }
  [[nodiscard]] const CalendarData& data() const { return data_; }
  [[nodiscard]] bool covers(int year) const;
  [[nodiscard]] Covered<bool> is_open(CivilDate d) const;
  // Why a day is closed: "Saturday", "Sunday" or the holiday's name; empty when it is open.
  [[nodiscard]] Covered<std::string> why_closed(CivilDate d) const;
  // The day n business days after `from` (before, when n is negative); `from` itself is not counted, whether
  // open or not. n = 0 gives `from`. Day one by `day_one`.
  [[nodiscard]] Covered<CivilDate> add(CivilDate from, std::int32_t n,
                                       DayOne day_one = DayOne::next_open_day) const;
  // Open days d with from < d <= to; negative when to < from.
  [[nodiscard]] Covered<std::int32_t> count(CivilDate from, CivilDate to) const;
  [[nodiscard]] Covered<CivilDate> roll(CivilDate d, Roll rule) const;
  // The instant `hours` open hours after `from`: closed days are taken out whole, midnight to midnight in
  // `zone` (an event on a closed day starts at 00:00 of the next open day). The limit itself, e.g. Tuesday
  // 15:00.
  [[nodiscard]] Covered<Instant> add_open_hours(Instant from, std::int32_t hours, const Zone& zone) const;

 private:
  BusinessCalendar() = default;
  void build();
  // The first year not covered on the way from one year to another, either way round.
  [[nodiscard]] std::optional<UncoveredYear> uncovered_between(int from, int to) const;

  CalendarData data_;
  std::int32_t first_day_ = 0;              // day number of the first covered day
  std::vector<std::uint32_t> open_before_;  // open days in [first_day_, first_day_ + i)
  std::vector<std::int32_t> open_days_;     // day numbers of the open days, ascending
  std::vector<bool> open_;
};

}  // namespace counterpart
