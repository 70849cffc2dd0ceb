#pragma once

// Civil dates, instants and zones. Resolution is one second. Nothing here reads a clock.

#include "base/result.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace counterpart {

// A day of the proleptic Gregorian calendar, as days since 1970-01-01.
struct CivilDate {
  std::int32_t days = 0;

  static CivilDate from_ymd(int year, unsigned month, unsigned day);  // must be a real date (asserted)
  // Reads "2000-06-01". Errors: "date-malformed", "date-impossible" (naming the month's last day).
  static Result<CivilDate> parse(std::string_view text);
  [[nodiscard]] std::chrono::year_month_day ymd() const;
  [[nodiscard]] int year() const;
  // 0 Sunday … 6 Saturday.
  [[nodiscard]] unsigned weekday() const;
  [[nodiscard]] std::string to_string() const;     // "2000-06-01"
  [[nodiscard]] std::string with_weekday() const;  // "Thursday 1 June 2000"

  friend auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

[[nodiscard]] inline CivilDate plus_days(CivilDate d, std::int32_t n) { return {d.days + n}; }
// Same day of the month n months on; where that month is shorter, its last day (31 January + 1 month is the
// last of February). n may be negative; its size must be below 240,000 (asserted).
[[nodiscard]] CivilDate plus_months(CivilDate d, std::int32_t n);

// Seconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t seconds = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

// Reads RFC 3339 with an offset or Z and whole seconds ("2000-06-01T10:00:00-05:00").
// Seconds may be left out. Errors: "instant-malformed", "instant-without-offset", "date-impossible".
Result<Instant> parse_instant(std::string_view text);

// An IANA zone, as a value: its offsets from 1900 to 2100, taken once from a named version of the zone data,
// so that what is computed from it does not depend on the machine.
class Zone {
 public:
  struct Change {
    Instant from;
    std::int32_t offset_seconds;  // east of UTC
  };

  Zone() = default;  // UTC
  // `changes` by time; the first holds from the beginning.
  Zone(std::string name, std::string data_version, std::vector<Change> changes);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& data_version() const { return data_version_; }
  [[nodiscard]] std::int32_t offset_at(Instant t) const;
  [[nodiscard]] CivilDate date_of(Instant t) const;
  // Seconds since the local midnight as a clock on the wall shows them.
  [[nodiscard]] std::int32_t second_of_day(Instant t) const;
  // The instant at which a wall clock shows this. A time skipped in spring is the first instant after the
  // gap; a time that occurs twice in autumn is the earlier.
  [[nodiscard]] Instant at(CivilDate date, std::int32_t second_of_day) const;
  // The first instant of a date.
  [[nodiscard]] Instant start_of(CivilDate date) const { return at(date, 0); }
  // The last second of a date.
  [[nodiscard]] Instant end_of(CivilDate date) const { return {start_of(plus_days(date, 1)).seconds - 1}; }
  // "2000-06-01T10:00:00-05:00"; parse_instant reads the same instant back.
  [[nodiscard]] std::string format(Instant t) const;
  // "Thursday 1 June 2000, 10:00 -05:00"; seconds shown only when not zero.
  [[nodiscard]] std::string format_for_people(Instant t) const;
  [[nodiscard]] const std::vector<Change>& changes() const { return changes_; }

 private:
  std::string name_ = "UTC";
  std::string data_version_ = "none";
  std::vector<Change> changes_;
};

// Reads "2000-06-01" or "2000-06-01T10:00" or "2000-06-01 10:00[:05]" in `zone`, or a full RFC 3339 instant.
// A date alone means its last second: that is what "as of" a date means. Errors as parse_instant's and
// CivilDate::parse's.
Result<Instant> parse_moment(std::string_view text, const Zone& zone);

}  // namespace counterpart
