#include "base/calendar.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

namespace counterpart {

namespace {

constexpr const char* weekday_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                         "Thursday", "Friday", "Saturday"};

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
  const CivilDate first = CivilDate::from_ymd(data_.years.front(), 1, 1);
  const CivilDate last = CivilDate::from_ymd(data_.years.back(), 12, 31);
  first_day_ = first.days;
  const auto days = static_cast<std::size_t>(last.days - first.days) + 1;
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

using Members = std::span<const BusinessCalendar* const>;

// What both joins share: the years all cover, the earliest cut-off, the zone if all have the same.
CalendarData joined_data(std::string name, Members members) {
  assert(!members.empty());
  CalendarData data = members.front()->data();
  data.name = std::move(name);
  for (const BusinessCalendar* member : members.subspan(1)) {
    std::erase_if(data.years, [&](int y) { return !member->covers(y); });
    data.cut_off = std::min(data.cut_off, member->data().cut_off);
    if (data.zone != member->data().zone) data.zone.clear();
  }
  data.holidays.clear();
  data.half_days.clear();
  data.weekend = 0;
  return data;
}

// Lists the closed days of a join as holidays, each with its reason; a join has no weekend of its own.
template <class WhyClosed>
void put_closed_days(CalendarData& data, const WhyClosed& why_closed) {
  for (const int year : data.years) {
    const CivilDate last = CivilDate::from_ymd(year, 12, 31);
    for (CivilDate d = CivilDate::from_ymd(year, 1, 1); d <= last; d = plus_days(d, 1)) {
      if (std::string why = why_closed(d); !why.empty()) data.holidays.emplace(d, std::move(why));
    }
  }
}

const HalfDay* half_day_of(const BusinessCalendar& member, CivilDate d) {
  const auto found = member.data().half_days.find(d);
  return found == member.data().half_days.end() ? nullptr : &found->second;
}

}  // namespace

BusinessCalendar BusinessCalendar::join(std::string name, Members members) {
  CalendarData data = joined_data(std::move(name), members);
  put_closed_days(data, [&](CivilDate d) {
    for (const BusinessCalendar* member : members) {
      if (std::string why = *member->why_closed(d); !why.empty()) return why;
    }
    return std::string();
  });
  // All must be open, so the first to close decides.
  for (const BusinessCalendar* member : members) {
    for (const auto& [date, half] : member->data().half_days) {
      const auto [at, is_new] = data.half_days.try_emplace(date, half);
      if (!is_new && half.closes_at < at->second.closes_at) at->second = half;
    }
  }
  return BusinessCalendar(std::move(data));
}

BusinessCalendar BusinessCalendar::join_any(std::string name, Members members) {
  CalendarData data = joined_data(std::move(name), members);
  put_closed_days(data, [&](CivilDate d) {
    std::string first;
    for (const BusinessCalendar* member : members) {
      std::string why = *member->why_closed(d);
      if (why.empty()) return std::string();
      if (first.empty()) first = std::move(why);
    }
    return first;
  });
  // One open member is enough, so a day is half only where every open member has a half day: the last to
  // close.
  for (const BusinessCalendar* lister : members) {
    for (const auto& [date, listed] : lister->data().half_days) {
      if (!std::binary_search(data.years.begin(), data.years.end(), date.year())) continue;
      const HalfDay* last = nullptr;
      bool all_half = true;
      for (const BusinessCalendar* member : members) {
        if (!*member->is_open(date)) continue;
        const HalfDay* half = half_day_of(*member, date);
        if (half == nullptr) {
          all_half = false;
        } else if (last == nullptr || half->closes_at > last->closes_at) {
          last = half;
        }
      }
      if (all_half && last != nullptr) data.half_days.insert_or_assign(date, *last);
    }
  }
  return BusinessCalendar(std::move(data));
}

std::optional<UncoveredYear> BusinessCalendar::uncovered_between(int from, int to) const {
  const int step = from <= to ? 1 : -1;
  for (int year = from;; year += step) {
    if (!covers(year)) return UncoveredYear{name(), year};
    if (year == to) return std::nullopt;
  }
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
  // Where the open days known run out, the walk goes on into the year after the last (before the first).
  const bool known = index >= 0 && index < static_cast<std::int64_t>(open_days_.size());
  const CivilDate result{known ? open_days_[static_cast<std::size_t>(index)] : 0};
  const int reached = known ? result.year() : n > 0 ? data_.years.back() + 1 : data_.years.front() - 1;
  // A year between that is not covered makes the count itself unknown; the one the walk meets first is named.
  if (auto missing = uncovered_between(from.year(), reached)) return std::unexpected(*std::move(missing));
  return result;
}

Covered<std::int32_t> BusinessCalendar::count(CivilDate from, CivilDate to) const {
  if (auto missing = uncovered_between(from.year(), to.year())) return std::unexpected(*std::move(missing));
  const auto through = [&](CivilDate d) {
    return static_cast<std::int32_t>(open_before_[static_cast<std::size_t>(d.days - first_day_) + 1]);
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
  const int step = hours < 0 ? -1 : 1;
  CivilDate day = zone.date_of(from);
  Instant start = from;
  // Where the walk enters a day: at its first instant, or, walking back, at its end.
  const auto enter = [&](CivilDate next) {
    day = next;
    start = zone.start_of(step > 0 ? day : plus_days(day, 1));
  };
  const auto open = is_open(day);
  if (!open) return std::unexpected(open.error());
  if (!*open) {
    const auto next = add(day, step);
    if (!next) return std::unexpected(next.error());
    enter(*next);
  }
  std::int64_t left = std::int64_t{hours} * 3600 * step;
  for (;;) {
    const Instant edge = zone.start_of(step > 0 ? plus_days(day, 1) : day);
    const std::int64_t today = (edge.seconds - start.seconds) * step;
    // A limit that falls on the midnight itself stays there, whatever the next day is.
    if (left <= today) return Instant{start.seconds + left * step};
    left -= today;
    const auto next = add(day, step);
    if (!next) return std::unexpected(next.error());
    enter(*next);
  }
}

}  // namespace counterpart
