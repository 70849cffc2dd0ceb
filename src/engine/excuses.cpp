#include "engine/excuses.h"

#include <algorithm>

#include "engine/evaluate.h"

namespace counterpart::engine {

using namespace program;

namespace {

constexpr std::int64_t still{INT64_MAX};

bool is_time(const Value& v) { return v.tag == Tag::date || v.tag == Tag::instant; }

// The later of a deadline and another time; a date lasts through its day.
Value later_of(const Zone& zone, const Value& deadline, const Value& other) {
  if (!is_time(other)) return other;
  const auto last = [&](const Value& v) {
    return v.tag == Tag::instant ? v.number : zone.end_of({static_cast<std::int32_t>(v.number)}).seconds;
  };
  return last(other) > last(deadline) ? other : deadline;
}

}  // namespace

bool excused_now(const Position& position, const DutyRow& row) {
  return row.last_excuse != none && position.excuses[row.last_excuse].until.seconds == still;
}

std::vector<std::uint32_t> excuses_of(const Position& position, const DutyRow& row) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t x = row.last_excuse; x != none; x = position.excuses[x].before) rows.push_back(x);
  std::reverse(rows.begin(), rows.end());
  return rows;
}

std::int32_t days_lost(const Position& position, const ExcuseRow& excuse) {
  const Zone& zone = position.program().zone;
  return zone.date_of(excuse.until).days - zone.date_of(excuse.from).days;
}

Value after_excuse(const Position& position, const DutyRow& row, const ExcuseRow& excuse,
                   const Value& deadline) {
  if (!is_time(deadline) || excuse.until.seconds == still) return deadline;
  const Program& p = position.program();
  const Excuse& rule = p.excuses[excuse.excuse.value];
  const Value end{Tag::instant, Bound::exact, 0, 0, excuse.until.seconds};
  Value out = deadline;
  switch (rule.then) {
    case AfterExcuse::moved:
      out.number += deadline.tag == Tag::date ? days_lost(position, excuse)
                                              : excuse.until.seconds - excuse.from.seconds;
      return out;
    case AfterExcuse::moved_business_days: {
      const auto unknown = [&](const Missing& missing) {
        return Value{Tag::unknown, Bound::exact, 0,
                     position.unknowns.join(deadline.why, position.unknowns.one(missing)), 0};
      };
      const BusinessCalendar* calendar = position.calendar(rule.calendar.value);
      if (calendar == nullptr)
        return unknown({Missing::Kind::declared, p.calendars[rule.calendar.value].unknown.value, 0});
      const auto n = calendar->count(plus_days(p.zone.date_of(excuse.from), -1),
                                     plus_days(p.zone.date_of(excuse.until), -1));
      if (!n) return unknown({Missing::Kind::calendar_year, rule.calendar.value, n.error().year});
      if (*n == 0) return out;
      return moved(position, deadline, duration_value(*n, Unit::business_days, rule.calendar.value), 1);
    }
    case AfterExcuse::due_at_once: {
      Value day = end;
      if (deadline.tag == Tag::date) {
        day.tag = Tag::date;
        day.number = p.zone.date_of(excuse.until).days;
      }
      return later_of(p.zone, deadline, day);
    }
    case AfterExcuse::within: {
      Look look;
      look.subject = row.thing;
      look.now = excuse.until;
      look.has_opened = true;
      look.opened = row.opened;
      return later_of(p.zone, deadline, moved(position, end, evaluate(position, rule.length, look), 1));
    }
  }
  return out;
}

Value after_excuses(const Position& position, const DutyRow& row) {
  Value deadline = row.unexcused;
  for (const std::uint32_t x : excuses_of(position, row))
    deadline = after_excuse(position, row, position.excuses[x], deadline);
  return deadline;
}

}  // namespace counterpart::engine
