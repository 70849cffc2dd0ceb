#include "base/time.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>

namespace counterpart {

namespace {

namespace chrono = std::chrono;

constexpr std::array<const char*, 7> names_of_weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> month_names{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) {
  int n = 0;
  for (const char c : digits) n = n * 10 + (c - '0');
  return n;
}

// Reads "10:00" or "10:00:05"; answers -1 when malformed. Leaves `rest` after it.
std::int32_t read_clock(std::string_view text, std::string_view& rest) {
  if (text.size() < 5 || text[2] != ':' || !all_digits(text.substr(0, 2)) || !all_digits(text.substr(3, 2)))
    return -1;
  const int hour = number(text.substr(0, 2));
  const int minute = number(text.substr(3, 2));
  int second = 0;
  rest = text.substr(5);
  if (rest.size() >= 3 && rest[0] == ':' && all_digits(rest.substr(1, 2))) {
    second = number(rest.substr(1, 2));
    rest = rest.substr(3);
  }
  if (hour > 23 || minute > 59 || second > 59) return -1;
  return hour * 3600 + minute * 60 + second;
}

std::string clock(std::int32_t second_of_day, bool always_seconds) {
  std::array<char, 16> buffer{};
  const int h = second_of_day / 3600;
  const int m = second_of_day / 60 % 60;
  const int s = second_of_day % 60;
  const int n = always_seconds || s != 0
                    ? std::snprintf(buffer.data(), buffer.size(), "%02d:%02d:%02d", h, m, s)
                    : std::snprintf(buffer.data(), buffer.size(), "%02d:%02d", h, m);
  return {buffer.data(), static_cast<std::size_t>(n)};
}

std::string offset_text(std::int32_t offset) {
  std::array<char, 16> buffer{};
  const int size = offset < 0 ? -offset : offset;
  const int n = std::snprintf(buffer.data(), buffer.size(), "%c%02d:%02d", offset < 0 ? '-' : '+',
                              size / 3600, size / 60 % 60);
  std::string out(buffer.data(), static_cast<std::size_t>(n));
  if (size % 60 != 0) out += (size % 60 < 10 ? ":0" : ":") + std::to_string(size % 60);
  return out;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

CivilDate CivilDate::from_ymd(int year, unsigned month, unsigned day) {
  const chrono::year_month_day ymd{chrono::year{year}, chrono::month{month}, chrono::day{day}};
  assert(ymd.ok());
  return {static_cast<std::int32_t>(chrono::sys_days{ymd}.time_since_epoch().count())};
}

Result<CivilDate> CivilDate::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !all_digits(text.substr(0, 4)) ||
      !all_digits(text.substr(5, 2)) || !all_digits(text.substr(8, 2))) {
    return fail("date-malformed",
                "expected a date such as 2000-06-01 (year-month-day), found \"" + std::string(text) + "\"");
  }
  const int year = number(text.substr(0, 4));
  const auto month = static_cast<unsigned>(number(text.substr(5, 2)));
  const auto day = static_cast<unsigned>(number(text.substr(8, 2)));
  const chrono::year_month_day ymd{chrono::year{year}, chrono::month{month}, chrono::day{day}};
  if (!ymd.ok()) {
    std::string help = "months run from 01 to 12";
    if (month >= 1 && month <= 12) {
      const auto last =
          chrono::year_month_day_last{chrono::year{year}, chrono::month_day_last{chrono::month{month}}};
      help = std::string("the last day of ") + month_names[month - 1] + " " + std::to_string(year) +
             " is the " + std::to_string(static_cast<unsigned>(last.day()));
    }
    return fail("date-impossible", "there is no day " + std::string(text), help);
  }
  return from_ymd(year, month, day);
}

std::chrono::year_month_day CivilDate::ymd() const { return chrono::sys_days{chrono::days{days}}; }
int CivilDate::year() const { return static_cast<int>(ymd().year()); }
unsigned CivilDate::weekday() const {
  return chrono::weekday{chrono::sys_days{chrono::days{days}}}.c_encoding();
}

std::string CivilDate::to_string() const {
  const auto date = ymd();
  std::array<char, 24> buffer{};
  const int n = std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {buffer.data(), static_cast<std::size_t>(n)};
}

std::string CivilDate::with_weekday() const {
  const auto date = ymd();
  return std::string(names_of_weekdays[weekday()]) + " " + std::to_string(static_cast<unsigned>(date.day())) +
         " " + month_names[static_cast<unsigned>(date.month()) - 1] + " " +
         std::to_string(static_cast<int>(date.year()));
}

CivilDate plus_months(CivilDate d, std::int32_t n) {
  const auto date = d.ymd();
  // Beyond what a year can be the calendar library would wrap around in silence.
  assert(n > -240000 && n < 240000);
  const auto moved = chrono::year_month{date.year(), date.month()} + chrono::months{n};
  const auto last = chrono::year_month_day_last{moved.year(), chrono::month_day_last{moved.month()}}.day();
  const auto day = std::min(static_cast<unsigned>(date.day()), static_cast<unsigned>(last));
  return CivilDate::from_ymd(static_cast<int>(moved.year()), static_cast<unsigned>(moved.month()), day);
}

Result<Instant> parse_instant(std::string_view text) {
  const auto malformed = [&] {
    return fail("instant-malformed",
                "expected a time such as 2000-06-01T10:00:00-05:00, found \"" + std::string(text) + "\"");
  };
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ')) return malformed();
  const auto date = CivilDate::parse(text.substr(0, 10));
  if (!date && date.error().code == "date-malformed") return malformed();
  if (!date) return std::unexpected(date.error());
  std::string_view rest;
  const std::int32_t second = read_clock(text.substr(11), rest);
  if (second < 0) return malformed();
  if (rest.empty()) {
    return fail("instant-without-offset", "\"" + std::string(text) + "\" does not say its offset from UTC",
                "end it with Z or with an offset such as -05:00");
  }
  std::int32_t offset = 0;
  if (rest != "Z") {
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' ||
        !all_digits(rest.substr(1, 2)) || !all_digits(rest.substr(4, 2)))
      return malformed();
    const int hours = number(rest.substr(1, 2));
    const int minutes = number(rest.substr(4, 2));
    if (hours > 18 || minutes > 59) return malformed();
    offset = hours * 3600 + minutes * 60;
    if (rest[0] == '-') offset = -offset;
  }
  return Instant{std::int64_t{date->days} * 86400 + second - offset};
}

Zone::Zone(std::string name, std::string data_version, std::vector<Change> changes)
    : name_(std::move(name)), data_version_(std::move(data_version)), changes_(std::move(changes)) {}

std::int32_t Zone::offset_at(Instant t) const {
  if (changes_.empty()) return 0;
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), t,
                                      [](Instant i, const Change& c) { return i < c.from; });
  return after == changes_.begin() ? changes_.front().offset_seconds : std::prev(after)->offset_seconds;
}

CivilDate Zone::date_of(Instant t) const {
  return {static_cast<std::int32_t>(floor_div(t.seconds + offset_at(t), 86400))};
}

std::int32_t Zone::second_of_day(Instant t) const {
  const std::int64_t local = t.seconds + offset_at(t);
  return static_cast<std::int32_t>(local - floor_div(local, 86400) * 86400);
}

Instant Zone::at(CivilDate date, std::int32_t second_of_day) const {
  const std::int64_t local = std::int64_t{date.days} * 86400 + second_of_day;
  if (changes_.empty()) return {local};
  // No offset exceeds a day, so the first stretch of one offset that can show this clock began before this.
  const Instant early{local - 86400};
  auto next = std::upper_bound(changes_.begin(), changes_.end(), early,
                               [](Instant i, const Change& c) { return i < c.from; });
  std::int32_t offset = next == changes_.begin() ? next->offset_seconds : std::prev(next)->offset_seconds;
  if (next == changes_.begin()) ++next;
  for (;; ++next) {
    const Instant t{local - offset};
    if (next == changes_.end() || t < next->from) return t;
    // The clock was already past this when the stretch after the change began: the time was skipped.
    offset = next->offset_seconds;
    if (local - offset < next->from.seconds) return next->from;
  }
}

std::string Zone::format(Instant t) const {
  // RFC 3339 has no seconds in an offset; an old local mean time is written at the minute below, the same
  // instant.
  const std::int32_t exact = offset_at(t);
  const std::int32_t offset = exact - exact % 60;
  const std::int64_t local = t.seconds + offset;
  const std::int64_t day = floor_div(local, 86400);
  return CivilDate{static_cast<std::int32_t>(day)}.to_string() + "T" +
         clock(static_cast<std::int32_t>(local - day * 86400), true) + offset_text(offset);
}

std::string Zone::format_for_people(Instant t) const {
  return date_of(t).with_weekday() + ", " + clock(second_of_day(t), false) + " " + offset_text(offset_at(t));
}

Result<Instant> parse_moment(std::string_view text, const Zone& zone) {
  if (text.size() == 10) {
    TRY_ASSIGN(const CivilDate date, CivilDate::parse(text));
    return zone.end_of(date);
  }
  if (text.size() == 16 || text.size() == 19) {
    TRY_ASSIGN(const CivilDate date, CivilDate::parse(text.substr(0, 10)));
    std::string_view rest;
    const std::int32_t second = text[10] == 'T' || text[10] == ' ' ? read_clock(text.substr(11), rest) : -1;
    if (second < 0 || !rest.empty()) {
      return fail("instant-malformed",
                  "expected a date, or a date and time such as 2000-06-01 10:00, found \"" +
                      std::string(text) + "\"");
    }
    return zone.at(date, second);
  }
  if (text.size() < 16) {
    return fail(
        "instant-malformed",
        "expected a date, or a date and time such as 2000-06-01 10:00, found \"" + std::string(text) + "\"");
  }
  return parse_instant(text);
}

}  // namespace counterpart
