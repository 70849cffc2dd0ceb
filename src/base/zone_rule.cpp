#include "base/zone_rule.h"

#include <algorithm>
#include <cstdint>

namespace counterpart {

namespace {

// The day of a year on which a change falls, and the second of that day by the clock that ends with it.
struct ChangeDay {
  enum class Kind : std::uint8_t { month_week_day, julian_without_leap, day_of_year };
  Kind kind = Kind::month_week_day;
  int month = 0, week = 0, day = 0;
  std::int32_t second = 7200;
};

CivilDate date_in(int year, const ChangeDay& c) {
  const CivilDate january = CivilDate::from_ymd(year, 1, 1);
  if (c.kind == ChangeDay::Kind::day_of_year) return plus_days(january, c.day);
  if (c.kind == ChangeDay::Kind::julian_without_leap) {
    const bool leap = std::chrono::year{year}.is_leap();
    return plus_days(january, c.day - 1 + (leap && c.day >= 60 ? 1 : 0));
  }
  const CivilDate first = CivilDate::from_ymd(year, static_cast<unsigned>(c.month), 1);
  const int ahead = (c.day - static_cast<int>(first.weekday()) + 7) % 7;
  CivilDate found = plus_days(first, ahead + (c.week - 1) * 7);
  // Week 5 means the last one.
  while (static_cast<int>(static_cast<unsigned>(found.ymd().month())) != c.month)
    found = plus_days(found, -7);
  return found;
}

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

  [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  // "CST" or "<+0330>".
  bool name() {
    const std::size_t start = at_;
    if (take('<')) {
      while (at_ < text_.size() && text_[at_] != '>') ++at_;
      return take('>');
    }
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    while (at_ < text_.size() && letter(text_[at_])) ++at_;
    return at_ - start >= 3;
  }

  std::optional<int> number(int low, int high) {
    int n = 0;
    const std::size_t start = at_;
    while (at_ < text_.size() && at_ - start < 3 && text_[at_] >= '0' && text_[at_] <= '9') {
      n = n * 10 + (text_[at_++] - '0');
    }
    if (at_ == start || n < low || n > high) return std::nullopt;
    return n;
  }

  // "[-]hh[:mm[:ss]]" in seconds.
  std::optional<std::int32_t> clock() {
    const bool negative = take('-');
    if (!negative) take('+');
    const auto hours = number(0, 167);
    if (!hours) return std::nullopt;
    std::int32_t seconds = *hours * 3600;
    for (const std::int32_t unit : {60, 1}) {
      if (!take(':')) break;
      const auto part = number(0, 59);
      if (!part) return std::nullopt;
      seconds += *part * unit;
    }
    return negative ? -seconds : seconds;
  }

  // ",M3.2.0/2", ",J60", ",59".
  std::optional<ChangeDay> change_day() {
    ChangeDay c;
    if (!take(',')) return std::nullopt;
    if (take('M')) {
      const auto month = number(1, 12);
      if (!month || !take('.')) return std::nullopt;
      const auto week = number(1, 5);
      if (!week || !take('.')) return std::nullopt;
      const auto day = number(0, 6);
      if (!day) return std::nullopt;
      c.month = *month;
      c.week = *week;
      c.day = *day;
    } else {
      const bool julian = take('J');
      c.kind = julian ? ChangeDay::Kind::julian_without_leap : ChangeDay::Kind::day_of_year;
      const auto day = number(julian ? 1 : 0, 365);
      if (!day) return std::nullopt;
      c.day = *day;
    }
    if (take('/')) {
      const auto second = clock();
      if (!second) return std::nullopt;
      c.second = *second;
    }
    return c;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<Zone::Change>> changes_by_rule(std::string_view rule, Instant after,
                                                         int last_year) {
  RuleReader reader(rule);
  // POSIX counts offsets west of UTC as positive.
  if (!reader.name()) return std::nullopt;
  const auto standard_west = reader.clock();
  if (!standard_west) return std::nullopt;
  std::vector<Zone::Change> changes;
  if (reader.at_end()) return changes;
  const std::int32_t standard = -*standard_west;
  if (!reader.name()) return std::nullopt;
  std::int32_t summer = standard + 3600;
  if (!reader.next_is(',')) {
    const auto summer_west = reader.clock();
    if (!summer_west) return std::nullopt;
    summer = -*summer_west;
  }
  const auto begins = reader.change_day();
  if (!begins) return std::nullopt;
  const auto ends = reader.change_day();
  if (!ends || !reader.at_end()) return std::nullopt;

  const auto instant = [](int year, const ChangeDay& c, std::int32_t offset) {
    return Instant{std::int64_t{date_in(year, c).days} * 86400 + c.second - offset};
  };
  const int first_year = Zone().date_of(after).year();
  for (int year = first_year; year <= last_year; ++year) {
    for (const Zone::Change& change : {Zone::Change{instant(year, *begins, standard), summer},
                                       Zone::Change{instant(year, *ends, summer), standard}}) {
      if (change.from > after) changes.push_back(change);
    }
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  return changes;
}

}  // namespace counterpart
