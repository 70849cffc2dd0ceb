// Why a date is what it is: days counted, skipped and lost.

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "engine/evaluate.h"
#include "engine/excuses.h"
#include "engine/explain.h"
#include "engine/explainer.h"
#include "engine/interest.h"
#include "engine/terms.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

void Explainer::excuses(Explanation& e, const DutyRow& row) {
  Value deadline = row.unexcused;
  for (const std::uint32_t x : excuses_of(pos_, row)) {
    const ExcuseRow& excuse = pos_.excuses[x];
    const Excuse& rule = p_.excuses[excuse.excuse.value];
    const std::string_view words = p_.text(p_.places[p_.exprs[rule.condition.value].source].text);
    Explanation step;
    step.provisions = provision_ids(p_, rule.provisions);
    if (excuse.until.seconds == INT64_MAX) {
      step.text = fmt::format("excused since {}, while: {}", p_.zone.format_for_people(excuse.from), words);
      e.steps.push_back(std::move(step));
      continue;
    }
    const Value after = after_excuse(pos_, row, excuse, deadline);
    const std::int32_t lost = days_lost(pos_, excuse);
    step.text =
        fmt::format("excused from {} to {}, while: {}; {} day{} lost", p_.zone.format_for_people(excuse.from),
                    p_.zone.format_for_people(excuse.until), words, lost, lost == 1 ? "" : "s");
    if (rule.then == AfterExcuse::moved || rule.then == AfterExcuse::moved_business_days)
      lost_days(step, excuse, rule);
    if (deadline.tag != Tag::absent) {
      step.steps.push_back({after == deadline
                                ? fmt::format("the deadline stays {}", people(deadline))
                                : fmt::format("{}: the deadline went from {} to {}", then_words(rule),
                                              people(deadline), people(after)),
                            {},
                            0,
                            {}});
    }
    deadline = after;
    e.steps.push_back(std::move(step));
  }
}

void Explainer::lost_days(Explanation& step, const ExcuseRow& excuse, const Excuse& rule) {
  const BusinessCalendar* calendar = rule.calendar.given() ? pos_.calendar(rule.calendar.value) : nullptr;
  std::int32_t n = 0;
  for (CivilDate d = p_.zone.date_of(excuse.from); d < p_.zone.date_of(excuse.until); d = plus_days(d, 1)) {
    const auto closed = calendar != nullptr ? calendar->why_closed(d) : Covered<std::string>(std::string());
    if (!closed) break;
    step.steps.push_back({closed->empty() ? fmt::format("{}: day {} lost", d.with_weekday(), ++n)
                                          : fmt::format("{}: no day lost, {} ({})", d.with_weekday(), *closed,
                                                        calendar->name()),
                          {},
                          0,
                          {}});
  }
}

std::string_view Explainer::then_words(const Excuse& rule) {
  switch (rule.then) {
    case AfterExcuse::moved:
      return "moved by the days lost";
    case AfterExcuse::moved_business_days:
      return "moved by the business days lost";
    case AfterExcuse::due_at_once:
      return "due at once when the excuse ended";
    case AfterExcuse::within:
      return "counted from the end of the excuse";
  }
  return "";
}

void Explainer::stretches(Explanation& e, ExprId condition, std::uint32_t thing) {
  if (!condition.given() || thing == none) return;
  const Expr& x = p_.exprs[condition.value];
  for (const ExprId child : {x.a, x.b, x.c}) stretches(e, child, thing);
  if (x.op != Op::lasted || pos_.things[thing].first_stretch == none) return;
  const Lasting& lasting = p_.lastings[x.n];
  if (lasting.subject != pos_.things[thing].kind) return;
  const StretchRow& row = pos_.stretches[pos_.things[thing].first_stretch + pos_.plan->lasting_at[x.n]];
  if (row.generation == 0) return;
  Look look;
  look.subject = thing;
  look.now = pos_.as_of;
  const std::string length = value_text(pos_, evaluate(pos_, lasting.length, look));
  std::string text = fmt::format("{} held without a break since {}", p_.text(p_.places[lasting.place].text),
                                 p_.zone.format_for_people(row.since));
  if (row.reached.tag == Tag::instant) {
    text += fmt::format(": it had lasted {} when {} came", length,
                        p_.zone.format_for_people({row.reached.number}));
  }
  e.steps.push_back({std::move(text), {}, 0, {}});
}

void Explainer::deadline(Explanation& e, ExprId id, std::uint32_t thing, Instant opened,
                         const Value& deadline) {
  Look look;
  look.subject = thing;
  look.now = pos_.as_of;
  look.has_opened = true;
  look.opened = opened;
  this->deadline(e, id, look, deadline);
}

void Explainer::deadline(Explanation& e, ExprId id, const Look& look, const Value& deadline) {
  if (!id.given() || deadline.tag == Tag::absent) return;
  const Expr& x = p_.exprs[id.value];
  if (x.op != Op::time_plus && x.op != Op::time_minus) {
    if (const std::string_view words = p_.text(p_.places[x.source].text); !words.empty()) {
      e.steps.push_back(
          {fmt::format("the date is worked out as: {} = {}", words, value_text(pos_, deadline)), {}, 0, {}});
    }
    for (const ExprId child : {x.a, x.b}) {
      if (child.given() &&
          (p_.exprs[child.value].op == Op::time_plus || p_.exprs[child.value].op == Op::time_minus)) {
        this->deadline(e, child, look, evaluate(pos_, child, look));
      }
    }
    return;
  }
  const Value base = evaluate(pos_, x.a, look);
  const Value length = evaluate(pos_, x.b, look);
  const int sign = x.op == Op::time_plus ? 1 : -1;
  Explanation count;
  count.text = fmt::format("{} {} {}: {}", value_text(pos_, length), sign > 0 ? "after" : "before",
                           people(base), deadline.tag == Tag::unknown ? "unknown" : people(deadline));
  if (length.tag == Tag::duration && (base.tag == Tag::instant || base.tag == Tag::date))
    days(count, base, length, sign, deadline);
  e.steps.push_back(std::move(count));
}

void Explainer::days(Explanation& count, const Value& base, const Value& length, int sign,
                     const Value& deadline) {
  const Unit unit = duration_unit(length);
  if (unit != Unit::business_days && unit != Unit::open_hours) return;
  const std::uint32_t id = duration_calendar(length);
  const BusinessCalendar* calendar = pos_.calendar(id);
  if (calendar == nullptr || (deadline.tag != Tag::date && deadline.tag != Tag::instant)) {
    count.steps.push_back({missing_text(pos_, deadline.why), {}, 0, {}});
    return;
  }
  const CivilDate from = base.tag == Tag::date ? CivilDate{static_cast<std::int32_t>(base.number)}
                                               : p_.zone.date_of({base.number});
  const CivilDate to = deadline.tag == Tag::date ? CivilDate{static_cast<std::int32_t>(deadline.number)}
                                                 : p_.zone.date_of({deadline.number});
  count.steps.push_back({fmt::format("{}: the day it starts from{}", from.with_weekday(),
                                     unit == Unit::business_days ? " is not counted" : ""),
                         {},
                         0,
                         {}});
  std::int32_t n = 0;
  for (CivilDate d = plus_days(from, sign); sign > 0 ? d <= to : d >= to; d = plus_days(d, sign)) {
    const auto closed = calendar->why_closed(d);
    if (!closed) break;
    if (closed->empty()) {
      ++n;
      count.steps.push_back({unit == Unit::business_days ? fmt::format("{}: day {}", d.with_weekday(), n)
                                                         : fmt::format("{}: counted", d.with_weekday()),
                             {},
                             0,
                             {}});
    } else {
      count.steps.push_back(
          {fmt::format("{}: skipped, {} ({})", d.with_weekday(), *closed, calendar->name()), {}, 0, {}});
    }
  }
}

}  // namespace counterpart::engine
