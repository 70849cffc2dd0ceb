#include "base/calendar.h"

#include <algorithm>
#include <cassert>

namespace counterpart {

namespace {

constexpr const char* weekday_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                         "Thursday", "Friday", "Saturday"};

int year_of_first(const CalendarData& data) { return data.years.front(); }

}  // namespace

BusinessCalendar::BusinessCalendar(CalendarData data) : data_(std::move(data)) {
  std::sort(data_.years.begin(), data_.years.end());
  data_.years.erase(std::unique(data_.years.begin(), data_.years.end()), data_.years.end());
  build();
}

void BusinessCalendar::build() {
  open_.clear();
  open_before_.assign(1, 0);
  open_days_.clear();
  if (data_.years.empty()) return;
  const CivilDate first = CivilDate::from_ymd(year_of_first(data_), 1, 1);
  const CivilDate last = CivilDate::from_ymd(data_.years.back(), 12, 31);
  first_day_ = first.days;
  const auto days = static_cast<std::size_t>(last.days - first.days + 1);
  open_.reserve(days);
  open_before_.reserve(days + 1);
  for (CivilDate d = first; d <= last; d = plus_days(d, 1)) {
    const bool weekend = (data_.weekend >> d.weekday() & 1) != 0;
    const bool open = !weekend && !data_.holidays.contains(d);
    open_.push_back(open);
    if (open) open_days_.push_back(d.days);
    open_before_.push_back(open_before_.back() + (open ? 1U : 0U));
  }
}

namespace {

CalendarData joined_data(std::string name, std::span<const BusinessCalendar* const> members) {
  assert(!members.empty());
  CalendarData data = members.front()->data();
  data.name = std::move(name);
  for (const BusinessCalendar* member : members.subspan(1)) {
    std::erase_if(data.years, [&](int y) { return !member->covers(y); });
    data.cut_off = std::min(data.cut_off, member->data().cut_off);
    data.half_days.insert(member->data().half_days.begin(), member->data().half_days.end());
  }
  data.holidays.clear();
  data.weekend = 0;
  return data;
}

// Both joins list the closed days of the result as holidays, each with its reason, and have no weekend of
// their own.
template <class Closed>
CalendarData with_closed_days(CalendarData data, const Closed& closed) {
  for (const int year : data.years) {
    const CivilDate last = CivilDate::from_ymd(year, 12, 31);
    for (CivilDate d = CivilDate::from_ymd(year, 1, 1); d <= last; d = plus_days(d, 1)) {
      if (std::string why = closed(d); !why.empty()) data.holidays.emplace(d, std::move(why));
    }
  }
  return data;
}

}  // namespace

BusinessCalendar BusinessCalendar::join(std::string name, std::span<const BusinessCalendar* const> members) {
  return BusinessCalendar(with_closed_days(joined_data(std::move(name), members), [&](CivilDate d) {
    for (const BusinessCalendar* member : members) {
      if (std::string why = *member->why_closed(d); !why.empty()) return why;
    }
    return std::string();
  }));
}

BusinessCalendar BusinessCalendar::join_any(std::string name,
                                            std::span<const BusinessCalendar* const> members) {
  return BusinessCalendar(with_closed_days(joined_data(std::move(name), members), [&](CivilDate d) {
    std::string first;
    for (const BusinessCalendar* member : members) {
      std::string why = *member->why_closed(d);
      if (why.empty()) return std::string();
      if (first.empty()) first = std::move(why);
    }
    return first;
  }));
}

bool BusinessCalendar::covers(int year) const {
  return std::binary_search(data_.years.begin(), data_.years.end(), year);
}

Covered<bool> BusinessCalendar::is_open(CivilDate d) const {
  if (!covers(d.year())) return std::unexpected(UncoveredYear{name(), d.year()});
  return open_[static_cast<std::size_t>(d.days - first_day_)];
}

Covered<std::string> BusinessCalendar::why_closed(CivilDate d) const {
  if (!covers(d.year())) return std::unexpected(UncoveredYear{name(), d.year()});
  if (const auto holiday = data_.holidays.find(d); holiday != data_.holidays.end()) {
    return holiday->second.empty() ? "holiday" : holiday->second;
  }
  if ((data_.weekend >> d.weekday() & 1) != 0) return weekday_names[d.weekday()];
  return std::string();
}

Covered<CivilDate> BusinessCalendar::add(CivilDate from, std::int32_t n, DayOne day_one) const {
  if (n == 0) return from;
  if (!covers(from.year())) return std::unexpected(UncoveredYear{name(), from.year()});
  const auto at = static_cast<std::size_t>(from.days - first_day_);
  std::int64_t index = 0;
  if (n > 0) {
    // Open days through `from`, or before it where it may be day one.
    const std::size_t upto = day_one == DayOne::same_day_if_open ? at : at + 1;
    index = std::int64_t{open_before_[upto]} + n - 1;
  } else {
    const std::size_t upto = day_one == DayOne::same_day_if_open ? at + 1 : at;
    index = std::int64_t{open_before_[upto]} + n;
  }
  if (index < 0) return std::unexpected(UncoveredYear{name(), year_of_first(data_) - 1});
  if (index >= static_cast<std::int64_t>(open_days_.size()))
    return std::unexpected(UncoveredYear{name(), data_.years.back() + 1});
  const CivilDate result{open_days_[static_cast<std::size_t>(index)]};
  // Years between that are not covered make the count itself unknown.
  const int low = std::min(from.year(), result.year());
  const int high = std::max(from.year(), result.year());
  for (int y = low; y <= high; ++y) {
    if (!covers(y)) return std::unexpected(UncoveredYear{name(), y});
  }
  return result;
}

Covered<std::int32_t> BusinessCalendar::count(CivilDate from, CivilDate to) const {
  const int low = std::min(from, to).year();
  const int high = std::max(from, to).year();
  for (int y = low; y <= high; ++y) {
    if (!covers(y)) return std::unexpected(UncoveredYear{name(), y});
  }
  const auto through = [&](CivilDate d) {
    return static_cast<std::int32_t>(open_before_[static_cast<std::size_t>(d.days - first_day_ + 1)]);
  };
  return through(to) - through(from);
}

Covered<CivilDate> BusinessCalendar::roll(CivilDate d, Roll rule) const {
  if (rule == Roll::none) return d;
  const auto open = is_open(d);
  if (!open) return std::unexpected(open.error());
  if (*open) return d;
  const bool forward = rule == Roll::following || rule == Roll::modified_following;
  const auto rolled = add(d, forward ? 1 : -1);
  if (rule == Roll::following || rule == Roll::preceding) return rolled;
  // The modified rules turn back where the month would be left; a turn back never needs the year it did not
  // reach.
  if (rolled && rolled->ymd().month() == d.ymd().month() && rolled->year() == d.year()) return rolled;
  if (!rolled && rolled.error().year == d.year()) return rolled;
  return add(d, forward ? -1 : 1);
}

Covered<Instant> BusinessCalendar::add_open_hours(Instant from, std::int32_t hours, const Zone& zone) const {
  CivilDate day = zone.date_of(from);
  Instant start = from;
  const auto open = is_open(day);
  if (!open) return std::unexpected(open.error());
  if (!*open) {
    const auto next = add(day, 1);
    if (!next) return std::unexpected(next.error());
    day = *next;
    start = zone.start_of(day);
  }
  std::int64_t left = std::int64_t{hours} * 3600;
  for (;;) {
    const std::int64_t today = zone.start_of(plus_days(day, 1)).seconds - start.seconds;
    if (left <= today) return Instant{start.seconds + left};
    left -= today;
    const auto next = add(day, 1);
    if (!next) return std::unexpected(next.error());
    day = *next;
    start = zone.start_of(day);
  }
}

}  // namespace counterpart
