// Duties, powers, prohibitions and periods of a report.

#include <fmt/core.h>

#include <algorithm>

#include "engine/evaluate.h"
#include "engine/excuses.h"
#include "engine/interest.h"
#include "engine/report.h"
#include "engine/reporter.h"
#include "engine/standing.h"
#include "engine/terms.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

Datum Reporter::days_left(const DutyRow& row) {
  Datum d = Datum::record();
  const CivilDate today = p_.zone.date_of(pos_.as_of);
  const CivilDate due = row.deadline.tag == Tag::date
                            ? CivilDate{static_cast<std::int32_t>(row.deadline.number)}
                            : p_.zone.date_of({row.deadline.number});
  if (p_.business_calendar.given()) {
    if (const BusinessCalendar* calendar = pos_.calendar(p_.business_calendar.value); calendar != nullptr) {
      if (const auto n = calendar->count(today, due)) d.set("business", Datum::of_number(std::int64_t{*n}));
    }
  }
  d.set("calendar", Datum::of_number(std::int64_t{due.days - today.days}));
  return d;
}

Datum Reporter::excuses(const DutyRow& row) {
  Datum list = Datum::list();
  for (const std::uint32_t x : excuses_of(pos_, row)) {
    const ExcuseRow& excuse = pos_.excuses[x];
    const Excuse& rule = p_.excuses[excuse.excuse.value];
    Datum d = Datum::record();
    d.set("from", time(excuse.from));
    if (excuse.until.seconds != INT64_MAX) {
      d.set("until", time(excuse.until));
      d.set("days", Datum::of_number(std::int64_t{days_lost(pos_, excuse)}));
    }
    d.set("rule", Datum::of_text(std::string(p_.text(rule.name))));
    d.set("provisions", cited(rule.provisions));
    list.items.push_back(std::move(d));
  }
  return list;
}

Datum Reporter::duties() {
  Datum list = Datum::list();
  for (std::uint32_t i = 0; i < pos_.duties.size(); ++i) {
    const DutyRow& row = pos_.duties[i];
    const Duty& duty = p_.duties[row.duty.value];
    const std::string id = pos_.duty_item(i);
    Datum d = Datum::record();
    d.set("id", Datum::of_text(id));
    d.set("provisions", cited(duty.provisions));
    d.set("bearer", party_list(duty.bearers));
    if (duty.office.given())
      d.set("office", Datum::of_text(std::string(p_.text(p_.offices[duty.office.value].name))));
    Datum acts = Datum::list();
    for (std::uint32_t n = 0; n < duty.performance.count; ++n) {
      acts.items.push_back(
          Datum::of_text(std::string(p_.text(p_.acts[p_.act_lists[duty.performance.first + n].value].verb))));
    }
    d.set("act", std::move(acts));
    if (row.thing != none) d.set("on", Datum::of_text(pos_.name_of(row.thing)));
    d.set("text", Datum::of_text(duty_text(pos_, row)));
    d.set("opened", time(row.opened));
    // Where it is not known whether it is owed, its date is said in words only.
    const bool known = (row.deadline.tag == Tag::date || row.deadline.tag == Tag::instant) &&
                       !(row.owed_unknown && is_open(row.status));
    d.set("due", known ? plain(row.deadline) : Datum::of_null());
    d.set("due_text", Datum::of_text(deadline_text(pos_, row)));
    const bool open = is_open(row.status);
    if (known && open) d.set("days_left", days_left(row));
    std::string status(to_string(row.status));
    if (row.status == DutyStatus::due && row.overdue) status = "overdue";
    d.set("status", Datum::of_text(status));
    if (row.last_excuse != none) d.set("excuses", excuses(row));
    if (duty.watch.given() && is_open(row.status) && !row.overdue) {
      Look at = look(row.thing);
      at.has_opened = true;
      at.opened = row.opened;
      d.set("watch", plain(evaluate(pos_, duty.watch, at)));
    }
    if (duty.standard.given()) d.set("standard", Datum::of_text(std::string(p_.text(duty.standard))));
    if (const std::string text = consequence_text(pos_, duty); !text.empty()) {
      d.set("consequence", Datum::of_text(text));
      if (!duty.otherwise_provisions.empty())
        d.set("consequence_provisions", cited(duty.otherwise_provisions));
    }
    if (const std::uint32_t why = pos_.unknowns.join(row.why, row.owed_why); why != 0)
      d.set("unknown", waits_for(why, id));
    if (row.in_doubt()) d.set("in_doubt", Datum::of(true));
    if (row.ended_by != 0) {
      d.set(row.status == DutyStatus::waived ? "waived_by" : "performed_by",
            Datum::of_number(static_cast<std::int64_t>(row.ended_by)));
    }
    if (!open) d.set("ended", time(row.ended));
    Datum causes = Datum::list();
    Datum cause = Datum::record();
    if (row.entry != 0) cause.set("entry", Datum::of_number(static_cast<std::int64_t>(row.entry)));
    cause.set("rule", Datum::of_text(std::string(p_.text(duty.name))));
    causes.items.push_back(std::move(cause));
    d.set("because", std::move(causes));
    list.items.push_back(std::move(d));
  }
  return list;
}

bool Reporter::possible(ActId id, std::uint32_t thing) const {
  const Range stages = p_.acts[id.value].from;
  const auto from = p_.stage_sets.begin() + stages.first;
  return stages.empty() ||
         std::find(from, from + stages.count, pos_.things[thing].stage) != from + stages.count;
}

Datum Reporter::powers() {
  Datum list = Datum::list();
  for (const Power& power : p_.powers) {
    for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
      if (pos_.things[t].kind != power.subject) continue;
      const Act& act = p_.acts[power.act.value];
      if (!possible(power.act, t)) continue;
      if (!power.window.holds(pos_.as_of)) continue;
      std::uint32_t why = 0;
      Truth guard = truth(pos_, power.guard, look(t), &why);
      if (guard == Truth::unknown) guard = supposed(guard, power.if_unknown);
      const Truth operates = truth(pos_, power.operates, look(t), &why);
      if (guard == Truth::no || operates == Truth::no) continue;
      if (operates == Truth::unknown) guard = operates;
      const Value opens = evaluate(pos_, power.opens, look(t));
      const Value closes = evaluate(pos_, power.closes, look(t));
      std::string status = guard == Truth::unknown || opens.tag == Tag::unknown || closes.tag == Tag::unknown
                               ? "unknown"
                               : "open";
      if (status == "open" && power.opens.given() && before(opens, true)) status = "not yet";
      if (status == "open" && power.closes.given() && passed(closes)) status = "closed";
      Datum d = Datum::record();
      const std::string id =
          "power:" + first_cited(power.provisions) + std::string(p_.text(power.name)) + "@" + pos_.name_of(t);
      d.set("id", Datum::of_text(id));
      d.set("provisions", cited(power.provisions));
      d.set("holder", party_list(power.holders));
      d.set("act", Datum::of_text(std::string(p_.text(act.verb))));
      d.set("on", Datum::of_text(pos_.name_of(t)));
      std::string holder(p_.text(p_.parties[p_.party_lists[power.holders.first].value].name));
      d.set("text", Datum::of_text(fmt::format("{} may {} {}", holder, p_.text(act.verb), pos_.name_of(t))));
      if (opens.tag == Tag::date || opens.tag == Tag::instant) d.set("opens", plain(opens));
      if (closes.tag == Tag::date || closes.tag == Tag::instant) d.set("closes", plain(closes));
      d.set("status", Datum::of_text(status));
      why = pos_.unknowns.join(why, pos_.unknowns.join(opens.why, closes.why));
      if (why != 0) d.set("unknown", waits_for(why, id));
      list.items.push_back(std::move(d));
    }
  }
  return list;
}

Datum Reporter::prohibitions() {
  Datum list = Datum::list();
  for (const Prohibition& x : p_.prohibitions) {
    for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
      if (pos_.things[t].kind != x.subject || !possible(x.act, t)) continue;
      if (!x.window.holds(pos_.as_of)) continue;
      std::uint32_t why = 0;
      const Truth guard = truth(pos_, x.guard, look(t), &why);
      const Truth operates = truth(pos_, x.operates, look(t), &why);
      if (guard == Truth::no || operates == Truth::no) continue;
      Datum d = Datum::record();
      d.set("id", Datum::of_text("prohibition:" + first_cited(x.provisions) + std::string(p_.text(x.name)) +
                                 "@" + pos_.name_of(t)));
      d.set("provisions", cited(x.provisions));
      d.set("bearer", party_list(x.bearers));
      d.set("act", Datum::of_text(std::string(p_.text(p_.acts[x.act.value].verb))));
      d.set("on", Datum::of_text(pos_.name_of(t)));
      std::string bearer(p_.text(p_.parties[p_.party_lists[x.bearers.first].value].name));
      std::string text =
          fmt::format("{} may not {} {}", bearer, p_.text(p_.acts[x.act.value].verb), pos_.name_of(t));
      if (x.unless.given()) {
        if (const std::string_view words = p_.text(p_.places[p_.exprs[x.unless.value].source].text);
            !words.empty())
          text += fmt::format(" unless {}", words);
      }
      d.set("text", Datum::of_text(text));
      if (guard == Truth::unknown || operates == Truth::unknown) {
        d.set("status", Datum::of_text("unknown"));
        if (why != 0) {
          d.set("unknown", waits_for(why, "prohibition:" + first_cited(x.provisions) +
                                              std::string(p_.text(x.name)) + "@" + pos_.name_of(t)));
        }
      }
      list.items.push_back(std::move(d));
    }
  }
  return list;
}

Datum Reporter::periods() {
  Datum list = Datum::list();
  for (const Period& period : p_.periods) {
    for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
      if (pos_.things[t].kind != period.subject || truth(pos_, period.guard, look(t)) == Truth::no ||
          truth(pos_, period.operates, look(t)) == Truth::no)
        continue;
      const Value from = evaluate(pos_, period.from, look(t));
      if (from.tag == Tag::absent) continue;
      const Instant begins = from.tag == Tag::date
                                 ? p_.zone.start_of({static_cast<std::int32_t>(from.number)})
                             : from.tag == Tag::instant ? Instant{from.number}
                                                        : pos_.as_of;
      if (!period.window.holds(begins)) continue;
      const Value until = evaluate(pos_, period.until, look(t));
      const std::string id = "period:" + std::string(p_.text(period.name)) + "@" + pos_.name_of(t);
      Datum d = Datum::record();
      d.set("id", Datum::of_text(id));
      d.set("provisions", cited(period.provisions));
      d.set("on", Datum::of_text(pos_.name_of(t)));
      d.set("text", Datum::of_text(fmt::format("{} of {}", words_of(p_.text(period.name)), pos_.name_of(t))));
      d.set("from", plain(from));
      d.set("until", plain(until));
      const bool unknown = from.tag == Tag::unknown || until.tag == Tag::unknown;
      d.set("status", Datum::of_text(unknown              ? "unknown"
                                     : before(from, true) ? "not yet"
                                     : passed(until)      ? "over"
                                                          : "running"));
      const std::uint32_t why = pos_.unknowns.join(from.why, until.why);
      if (why != 0) d.set("unknown", waits_for(why, id));
      list.items.push_back(std::move(d));
    }
  }
  return list;
}

}  // namespace counterpart::engine
