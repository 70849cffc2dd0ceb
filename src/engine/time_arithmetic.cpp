// Dates and instants moved by lengths of time, each in its own calendar.

#include <optional>

#include "engine/evaluate.h"

namespace counterpart::engine {

using namespace program;

namespace {

std::optional<CivilDate> shifted(CivilDate d, Unit unit, std::int64_t n) {
  switch (unit) {
    case Unit::days:
      return CivilDate{static_cast<std::int32_t>(d.days + n)};
    case Unit::weeks:
      return CivilDate{static_cast<std::int32_t>(d.days + 7 * n)};
    case Unit::months:
      return plus_months(d, static_cast<std::int32_t>(n));
    case Unit::years:
      return plus_months(d, static_cast<std::int32_t>(12 * n));
    case Unit::seconds:
    case Unit::hours:
    case Unit::open_hours:
    case Unit::business_days:
      break;
  }
  return std::nullopt;
}

}  // namespace

Value moved(const Position& position, const Value& from, const Value& duration, int sign) {
  const Program& p = position.program();
  const std::uint32_t why = position.unknowns.join(from.why, duration.why);
  if (from.tag == Tag::unknown || duration.tag == Tag::unknown) return unknown_value(why);
  if (from.tag == Tag::absent || duration.tag != Tag::duration) return {};
  const Unit unit = duration_unit(duration);
  const std::int64_t n = std::int64_t{sign} * duration_count(duration);
  Value result = from;
  result.why = why;

  const bool is_instant = from.tag == Tag::instant;
  const CivilDate date =
      is_instant ? p.zone.date_of({from.number}) : CivilDate{static_cast<std::int32_t>(from.number)};
  if (unit == Unit::seconds || unit == Unit::hours) {
    const std::int64_t base = is_instant ? from.number : p.zone.start_of(date).seconds;
    result.tag = Tag::instant;
    result.number = base + n * (unit == Unit::hours ? 3600 : 1);
    return result;
  }
  if (unit == Unit::open_hours || unit == Unit::business_days) {
    const std::uint32_t id = duration_calendar(duration);
    const BusinessCalendar* calendar = position.calendar(id);
    if (calendar == nullptr) {
      const std::uint32_t missing = id < p.calendars.size() ? p.calendars[id].unknown.value : none;
      return unknown_value(
          position.unknowns.join(why, position.unknowns.one({Missing::Kind::declared, missing, 0})));
    }
    const auto uncovered = [&](const UncoveredYear& year) {
      return unknown_value(
          position.unknowns.join(why, position.unknowns.one({Missing::Kind::calendar_year, id, year.year})));
    };
    if (unit == Unit::open_hours) {
      const Instant base = is_instant ? Instant{from.number} : p.zone.start_of(date);
      const auto t = calendar->add_open_hours(base, static_cast<std::int32_t>(n), p.zone);
      if (!t) return uncovered(t.error());
      result.tag = Tag::instant;
      result.number = t->seconds;
      return result;
    }
    CivilDate base = date;
    // What arrives at or after the daily cut-off counts as arriving on the next open day.
    if (is_instant && n > 0 && p.zone.second_of_day({from.number}) >= calendar->data().cut_off) {
      const auto next = calendar->add(base, 1);
      if (!next) return uncovered(next.error());
      base = *next;
    }
    const auto d = calendar->add(base, static_cast<std::int32_t>(n));
    if (!d) return uncovered(d.error());
    result.tag = Tag::date;
    result.number = d->days;
    return result;
  }
  result.tag = Tag::date;
  result.number = shifted(date, unit, n)->days;
  return result;
}

Value lasted_until(const Position& position, Instant since, const Value& length) {
  const Zone& zone = position.program().zone;
  const CivilDate day = zone.date_of(since);
  Value from{Tag::instant, Bound::exact, 0, 0, since.seconds};
  const bool whole_day = zone.start_of(day) == since;
  const bool by_calendar = length.tag == Tag::duration && duration_unit(length) == Unit::business_days;
  // A day it held from its beginning counts: the day before is the one that does not.
  if (whole_day) from = {Tag::date, Bound::exact, 0, 0, by_calendar ? day.days - 1 : day.days};
  const bool to_the_second = length.tag == Tag::duration && (duration_unit(length) == Unit::hours ||
                                                             duration_unit(length) == Unit::seconds ||
                                                             duration_unit(length) == Unit::open_hours);
  if (to_the_second) from = {Tag::instant, Bound::exact, 0, 0, since.seconds};
  Value last = moved(position, from, length, 1);
  if (last.tag != Tag::date) return last;
  const auto end = static_cast<std::int32_t>(last.number + (whole_day && !by_calendar ? 0 : 1));
  last.tag = Tag::instant;
  last.number = zone.start_of({end}).seconds;
  return last;
}

}  // namespace counterpart::engine
