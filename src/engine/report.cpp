#include "engine/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "engine/evaluate.h"
#include "engine/excuses.h"
#include "engine/interest.h"
#include "engine/standing.h"
#include "engine/terms.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

namespace {

Datum texts(const std::vector<std::string>& items) {
  Datum list = Datum::list();
  for (const std::string& s : items) list.items.push_back(Datum::of_text(s));
  return list;
}

class Reporter {
 public:
  explicit Reporter(const Position& position) : pos_(position), p_(position.program()) {}

  Datum whole() {
    Datum out = Datum::record();
    out.set("agreement", Datum::of_text(p_.name));
    out.set("as_of", time(pos_.as_of));
    if (pos_.known_at.seconds != INT64_MAX) out.set("known_at", time(pos_.known_at));
    out.set("zone", Datum::of_text(p_.zone.name()));
    out.set("head", Datum::of_number(static_cast<std::int64_t>(pos_.head)));
    out.set("readings", readings());
    if (!p_.operations.empty()) out.set("operation", operation());
    out.set("documents", documents());
    out.set("duties", duties());
    out.set("powers", powers());
    out.set("prohibitions", prohibitions());
    out.set("periods", periods());
    out.set("dues", dues());
    out.set("accounts", accounts());
    out.set("terms", terms());
    out.set("claims", claims());
    add_judged(out);
    out.set("breaches", breaches());
    out.set("unknown", unknowns());
    out.set("next", pos_.has_next ? time(pos_.next) : Datum::of_null());
    return out;
  }

 private:
  [[nodiscard]] Datum time(Instant t) const { return Datum::of_text(p_.zone.format(t)); }
  [[nodiscard]] Datum party(PartyId id) const {
    return Datum::of_text(std::string(p_.text(p_.parties[id.value].name)));
  }
  [[nodiscard]] Datum cited(Range r) const { return texts(provision_ids(p_, r)); }
  // "2.4.2-b:": rules that say the same words are told apart by what they execute.
  [[nodiscard]] std::string first_cited(Range r) const {
    return r.empty() ? std::string() : provision_ids(p_, r).front() + ":";
  }
  [[nodiscard]] Datum party_list(Range r) const {
    Datum list = Datum::list();
    for (std::uint32_t i = r.first; i < r.first + r.count; ++i)
      list.items.push_back(party(p_.party_lists[i]));
    return list;
  }
  [[nodiscard]] Datum waits_for(std::uint32_t why, const std::string& item) {
    const auto names = missing_names(pos_, why);
    for (const std::string& n : names) waiting_[n].push_back(item);
    return texts(names);
  }
  [[nodiscard]] Look look(std::uint32_t thing) const {
    Look l;
    l.subject = thing;
    l.now = pos_.as_of;
    return l;
  }

  // A value for programs: amounts and dates as text without decoration.
  Datum plain(const Value& v) {
    switch (v.tag) {
      case Tag::absent:
      case Tag::unknown:
        return Datum::of_null();
      case Tag::yes_no:
        return Datum::of(v.number != 0);
      case Tag::money:
        return Datum::of_text(amount(v));
      case Tag::number:
        return Datum::of_text(Decimal{v.number, static_cast<std::uint8_t>(v.detail)}.to_string());
      case Tag::list: {
        if (v.detail != 0) return Datum::of_text(value_text(pos_, v));
        Datum list = Datum::list();
        for (const TextId t : pos_.record->list(static_cast<std::uint32_t>(v.number)))
          list.items.push_back(Datum::of_text(std::string(pos_.record->text(t))));
        return list;
      }
      default: {
        Value exact = v;
        exact.bound = Bound::exact;
        return Datum::of_text(value_text(pos_, exact));
      }
    }
  }
  [[nodiscard]] std::string amount(const Value& v) const {
    std::string text = Money::from_minor(v.number, p_.currencies[v.detail]).to_string(false);
    std::erase(text, ',');
    return text;
  }
  void add_bound(Datum& to, const Value& v, const std::string& item) {
    if (v.bound == Bound::at_most) to.set("bound", Datum::of_text("at_most"));
    if (v.bound == Bound::at_least) to.set("bound", Datum::of_text("at_least"));
    if (v.why != 0) to.set("unknown", waits_for(v.why, item));
  }

  Datum because(const Cause& cause) {
    Datum d = Datum::record();
    switch (cause.kind) {
      case Cause::Kind::start:
        d.set("start", Datum::of(true));
        break;
      case Cause::Kind::input:
        d.set("agreement",
              Datum::of_text(std::string(pos_.record->text(pos_.record->inputs()[cause.index].agreement))));
        d.set("item",
              Datum::of_text(std::string(pos_.record->text(pos_.record->inputs()[cause.index].item))));
        break;
      case Cause::Kind::entry:
        d.set("entry", Datum::of_number(static_cast<std::int64_t>(cause.entry)));
        break;
      case Cause::Kind::duty:
        d.set("silence", Datum::of(true));
        d.set("duty", Datum::of_text(pos_.duty_item(cause.index)));
        break;
      case Cause::Kind::rule:
        d.set("rule", Datum::of_text(std::string(p_.text(p_.rules[cause.index].name))));
        break;
    }
    d.set("provisions", cited(cause.provisions));
    return d;
  }

  Datum readings() {
    Datum list = Datum::list();
    for (std::uint32_t i = 0; i < p_.readings.size(); ++i) {
      const Reading& r = p_.readings[i];
      Datum d = Datum::record();
      d.set("id", Datum::of_text("reading:" + std::string(p_.text(r.name))));
      d.set("name", Datum::of_text(std::string(p_.text(r.name))));
      d.set("question", Datum::of_text(std::string(p_.text(r.question))));
      std::vector<std::string> names;
      for (std::uint32_t n = 0; n < r.alternatives.count; ++n)
        names.emplace_back(p_.text(p_.text_lists[r.alternatives.first + n]));
      d.set("chosen", Datum::of_text(names[pos_.readings[i]]));
      d.set("default", Datum::of_text(names[r.default_alternative]));
      d.set("alternatives", texts(names));
      d.set("provisions", cited(r.provisions));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  // Provisions that operate only in some case, and whether they do.
  Datum operation() {
    Datum list = Datum::list();
    for (std::uint32_t i = 0; i < p_.operations.size(); ++i) {
      const Operation& o = p_.operations[i];
      Look about = look(agreement_thing);
      std::uint32_t why = 0;
      const Truth now = truth(pos_, o.condition, about, &why);
      const std::string id = "operation:" + std::string(p_.text(o.name));
      Datum d = Datum::record();
      d.set("id", Datum::of_text(id));
      d.set("name", Datum::of_text(std::string(p_.text(o.name))));
      d.set("operates", now == Truth::unknown ? Datum::of_null() : Datum::of(now == Truth::yes));
      d.set("text", Datum::of_text(operation_text(pos_, OperationId{i})));
      d.set("also", Datum::of(o.also));
      const std::uint32_t last = pos_.last_operation[i];
      if (last != none) d.set("since", time(pos_.operation_changes[last].at));
      d.set("provisions", cited(o.provisions));
      if (now == Truth::unknown && why != 0) d.set("unknown", waits_for(why, id));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  Datum field_row(std::uint32_t thing, FieldId id, const std::string& item) {
    const Field& f = p_.fields[id.value];
    Value v;
    if (f.computed.given()) {
      v = evaluate(pos_, f.computed, look(thing));
    } else {
      v = pos_.slot(thing, id).value;
    }
    Datum d = Datum::record();
    d.set("name", Datum::of_text(std::string(p_.text(f.name))));
    d.set("label",
          Datum::of_text(f.label.given() ? std::string(p_.text(f.label)) : words_of(p_.text(f.name))));
    d.set("value", plain(v));
    d.set("text", Datum::of_text(value_text(pos_, v)));
    d.set("type", Datum::of_text(std::string(type_name(f.type.type))));
    add_bound(d, v, item);
    return d;
  }

  Datum documents() {
    Datum list = Datum::list();
    for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
      const Thing& thing = pos_.things[t];
      if (p_.kinds[thing.kind.value].is_part || thing.kind == pos_.plan->agreement_kind) continue;
      const std::string id = pos_.name_of(t);
      Datum d = Datum::record();
      d.set("id", Datum::of_text(id));
      d.set("kind", Datum::of_text(std::string(p_.text(p_.kinds[thing.kind.value].name))));
      d.set("key", Datum::of_text(pos_.key_of(t)));
      if (thing.making != none) {
        const Making& made = pos_.makings[thing.making];
        Datum by = Datum::record();
        by.set("on", Datum::of_text(pos_.name_of(made.on)));
        by.set("at", time(made.at));
        by.set("because", because(made.cause));
        d.set("made", std::move(by));
      }
      if (thing.stage.given()) {
        const StageChange& change = pos_.stage_changes[thing.last_stage];
        d.set("stage", Datum::of_text(std::string(p_.text(p_.stages[thing.stage.value].name))));
        d.set("stage_since", time(change.at));
        d.set("stage_dated", Datum::of_text(change.dated.to_string()));
        d.set("stage_by", Datum::of_text(change.cause.kind == Cause::Kind::duty   ? "silence"
                                         : change.cause.kind == Cause::Kind::rule ? "rule"
                                                                                  : "act"));
        Datum list_of_causes = Datum::list();
        list_of_causes.items.push_back(because(change.cause));
        d.set("because", std::move(list_of_causes));
        d.set("provisions", cited(change.cause.provisions));
        Datum stages = Datum::list();
        std::vector<Datum> rows;
        for (std::uint32_t c = thing.last_stage; c != none; c = pos_.stage_changes[c].before) {
          Datum row = Datum::record();
          row.set("stage",
                  Datum::of_text(std::string(p_.text(p_.stages[pos_.stage_changes[c].stage.value].name))));
          row.set("at", time(pos_.stage_changes[c].at));
          row.set("because", because(pos_.stage_changes[c].cause));
          rows.push_back(std::move(row));
        }
        stages.items.assign(rows.rbegin(), rows.rend());
        d.set("history", std::move(stages));
      }
      Datum fields = Datum::list();
      Datum parts = Datum::record();
      const Range range = p_.kinds[thing.kind.value].fields;
      for (std::uint32_t f = range.first; f < range.first + range.count; ++f) {
        if (p_.fields[f].type.type != Type::parts) {
          fields.items.push_back(field_row(t, FieldId{f}, id));
          continue;
        }
        const Value v = pos_.slot(t, FieldId{f}).value;
        Datum rows = Datum::list();
        if (v.tag == Tag::list && v.detail == 1) {
          const auto first = static_cast<std::uint32_t>(v.number >> 32);
          const auto count = static_cast<std::uint32_t>(v.number & 0xffffffff);
          for (std::uint32_t part = first; part < first + count; ++part) {
            Datum row = Datum::list();
            const Range own = p_.kinds[pos_.things[part].kind.value].fields;
            for (std::uint32_t g = own.first; g < own.first + own.count; ++g)
              row.items.push_back(field_row(part, FieldId{g}, id));
            rows.items.push_back(std::move(row));
          }
        }
        parts.set(std::string(p_.text(p_.fields[f].name)), std::move(rows));
      }
      d.set("fields", std::move(fields));
      d.set("parts", std::move(parts));
      Datum acts = Datum::list();
      std::vector<std::int64_t> entries;
      for (std::uint32_t e = thing.last_event; e != none; e = pos_.events[e].before) {
        entries.push_back(static_cast<std::int64_t>(pos_.judgements[pos_.events[e].judgement].entry));
      }
      for (auto n = entries.rbegin(); n != entries.rend(); ++n) acts.items.push_back(Datum::of_number(*n));
      d.set("acts", std::move(acts));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  Datum days_left(const DutyRow& row) {
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

  Datum excuses(const DutyRow& row) {
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

  Datum duties() {
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
        acts.items.push_back(Datum::of_text(
            std::string(p_.text(p_.acts[p_.act_lists[duty.performance.first + n].value].verb))));
      }
      d.set("act", std::move(acts));
      if (row.thing != none) d.set("on", Datum::of_text(pos_.name_of(row.thing)));
      d.set("text", Datum::of_text(duty_text(pos_, row)));
      d.set("opened", time(row.opened));
      const bool known = row.deadline.tag == Tag::date || row.deadline.tag == Tag::instant;
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
      if (row.why != 0) d.set("unknown", waits_for(row.why, id));
      if (row.in_doubt) d.set("in_doubt", Datum::of(true));
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

  // Whether the stage a thing is in lets an act be done at all.
  [[nodiscard]] bool possible(ActId id, std::uint32_t thing) const {
    const Range stages = p_.acts[id.value].from;
    const auto from = p_.stage_sets.begin() + stages.first;
    return stages.empty() ||
           std::find(from, from + stages.count, pos_.things[thing].stage) != from + stages.count;
  }

  Datum powers() {
    Datum list = Datum::list();
    for (const Power& power : p_.powers) {
      for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
        if (pos_.things[t].kind != power.subject) continue;
        const Act& act = p_.acts[power.act.value];
        if (!possible(power.act, t)) continue;
        if (!power.window.holds(pos_.as_of) || truth(pos_, power.operates, look(t)) == Truth::no) continue;
        const Truth guard = truth(pos_, power.guard, look(t));
        if (guard == Truth::no) continue;
        const Value opens = evaluate(pos_, power.opens, look(t));
        const Value closes = evaluate(pos_, power.closes, look(t));
        std::string status =
            guard == Truth::unknown || opens.tag == Tag::unknown || closes.tag == Tag::unknown ? "unknown"
                                                                                               : "open";
        if (status == "open" && power.opens.given() && before(opens, true)) status = "not yet";
        if (status == "open" && power.closes.given() && passed(closes)) status = "closed";
        Datum d = Datum::record();
        const std::string id = "power:" + first_cited(power.provisions) + std::string(p_.text(power.name)) +
                               "@" + pos_.name_of(t);
        d.set("id", Datum::of_text(id));
        d.set("provisions", cited(power.provisions));
        d.set("holder", party_list(power.holders));
        d.set("act", Datum::of_text(std::string(p_.text(act.verb))));
        d.set("on", Datum::of_text(pos_.name_of(t)));
        std::string holder(p_.text(p_.parties[p_.party_lists[power.holders.first].value].name));
        d.set("text",
              Datum::of_text(fmt::format("{} may {} {}", holder, p_.text(act.verb), pos_.name_of(t))));
        if (opens.tag == Tag::date || opens.tag == Tag::instant) d.set("opens", plain(opens));
        if (closes.tag == Tag::date || closes.tag == Tag::instant) d.set("closes", plain(closes));
        d.set("status", Datum::of_text(status));
        const std::uint32_t why = pos_.unknowns.join(opens.why, closes.why);
        if (why != 0) d.set("unknown", waits_for(why, id));
        list.items.push_back(std::move(d));
      }
    }
    return list;
  }
  // Whether the position's instant is still before a time; a date begins with its first instant.
  [[nodiscard]] bool before(const Value& v, bool) const {
    if (v.tag == Tag::absent) return true;
    if (v.tag == Tag::date) return p_.zone.date_of(pos_.as_of).days < v.number;
    return pos_.as_of.seconds < v.number;
  }
  [[nodiscard]] bool passed(const Value& v) const {
    if (v.tag == Tag::absent) return false;
    if (v.tag == Tag::date) return p_.zone.date_of(pos_.as_of).days > v.number;
    return pos_.as_of.seconds > v.number;
  }

  Datum prohibitions() {
    Datum list = Datum::list();
    for (const Prohibition& x : p_.prohibitions) {
      for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
        if (pos_.things[t].kind != x.subject || !possible(x.act, t)) continue;
        if (!x.window.holds(pos_.as_of) || truth(pos_, x.guard, look(t)) == Truth::no ||
            truth(pos_, x.operates, look(t)) == Truth::no)
          continue;
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
        list.items.push_back(std::move(d));
      }
    }
    return list;
  }

  Datum periods() {
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
        d.set("text",
              Datum::of_text(fmt::format("{} of {}", words_of(p_.text(period.name)), pos_.name_of(t))));
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

  Datum dues() {
    Datum list = Datum::list();
    for (std::uint32_t n = 0; n < pos_.dues.size(); ++n) {
      const DueRow& row = pos_.dues[n];
      if (row.cancelled) continue;
      const Due& due = p_.dues[row.due.value];
      const std::string id = pos_.due_item(n);
      const Value open = open_of(pos_, row);
      const Value interest = interest_of(pos_, row);
      Datum d = Datum::record();
      d.set("id", Datum::of_text(id));
      d.set("provisions", cited(due.provisions));
      d.set("debtor", party(due.debtor));
      d.set("creditor", party(due.creditor));
      d.set("on", Datum::of_text(pos_.name_of(row.thing)));
      std::string text = fmt::format("{} owes {} {} on {}", p_.text(p_.parties[due.debtor.value].name),
                                     p_.text(p_.parties[due.creditor.value].name), value_text(pos_, open),
                                     pos_.name_of(row.thing));
      d.set("text", Datum::of_text(text));
      d.set("currency", Datum::of_text(std::string(
                            p_.currencies[row.amount.tag == Tag::money ? row.amount.detail : 0].name())));
      d.set("amount", plain(row.amount));
      d.set("disputed", plain(row.disputed));
      d.set("settled",
            plain({Tag::money, Bound::exact,
                   row.amount.tag == Tag::money ? row.amount.detail : std::uint16_t{0}, 0, row.settled}));
      d.set("open", plain(open));
      add_bound(d, open, id);
      if (!due.apart.empty()) d.set("of_which", apart(row));
      if (due.cap.given()) d.set("cap_provisions", cited(due.cap_provisions));
      d.set("due", plain(row.deadline));
      std::string status = "pending";
      if (open.tag == Tag::unknown || row.deadline.tag == Tag::unknown) {
        status = "unknown";
      } else if (open.number == 0) {
        status = "settled";
      } else if (passed(row.deadline)) {
        status = "overdue";
      }
      d.set("status", Datum::of_text(status));
      std::uint32_t why = pos_.unknowns.join(row.amount.why, row.deadline.why);
      if (interest.tag != Tag::absent) {
        Datum i = Datum::record();
        i.set("amount", plain(interest));
        i.set("text", Datum::of_text(value_text(pos_, interest)));
        add_bound(i, interest, id);
        i.set("provisions", cited(due.interest_provisions));
        d.set("interest", std::move(i));
      }
      if (why != 0) d.set("unknown", waits_for(why, id));
      Datum causes = Datum::list();
      Datum cause = Datum::record();
      if (row.entry != 0) cause.set("entry", Datum::of_number(static_cast<std::int64_t>(row.entry)));
      for (std::uint32_t i = row.last_payment; i != none; i = pos_.payments[i].before) {
        Datum paid = Datum::record();
        paid.set("entry", Datum::of_number(static_cast<std::int64_t>(pos_.payments[i].entry)));
        causes.items.insert(causes.items.begin(), std::move(paid));
      }
      cause.set("rule", Datum::of_text(std::string(p_.text(due.name))));
      causes.items.insert(causes.items.begin(), std::move(cause));
      d.set("because", std::move(causes));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  // Each term as the Agreement has it, and as every document has it that sets it.
  // The parts of a due that are shown apart.
  Datum apart(const DueRow& row) {
    Datum list = Datum::list();
    Look at = look(row.thing);
    at.has_opened = true;
    at.opened = row.opened;
    const Range parts = p_.dues[row.due.value].apart;
    for (std::uint32_t i = parts.first; i < parts.first + parts.count; ++i) {
      const Value v = evaluate(pos_, p_.apart[i].amount, at);
      Datum d = Datum::record();
      d.set("name", Datum::of_text(words_of(p_.text(p_.apart[i].name))));
      d.set("amount", plain(v));
      d.set("text", Datum::of_text(value_text(pos_, v)));
      d.set("provisions", cited(p_.apart[i].provisions));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  Datum accounts() {
    Datum list = Datum::list();
    for (std::uint32_t a = 0; a < pos_.accounts.size(); ++a) {
      const AccountRow& row = pos_.accounts[a];
      const std::string id = pos_.account_item(a);
      Datum d = Datum::record();
      d.set("id", Datum::of_text(id));
      d.set("name", Datum::of_text(std::string(pos_.account_name(a))));
      d.set("provisions",
            row.account.given() ? cited(p_.accounts[row.account.value].provisions) : Datum::list());
      d.set("holder", party(row.holder));
      d.set("against", party(row.against));
      d.set("on", Datum::of_text(pos_.name_of(row.thing)));
      // A currency is never added to another: one sum for each.
      Datum balances = Datum::list();
      for (std::size_t at = 0; at < p_.currencies.size(); ++at) {
        const auto c = static_cast<std::uint16_t>(at);
        Value left{Tag::money, Bound::exact, c, 0, 0};
        Value usable = left;
        bool any = false;
        for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) {
          const Lot& lot = pos_.lots[n];
          if (lot.currency != c) continue;
          any = true;
          left.number += lot.left;
          const LotState state = lot_state(pos_, lot, pos_.as_of);
          if (state == LotState::usable) usable.number += lot.left;
          if (state != LotState::unknown || lot.left == 0) continue;
          usable.bound = Bound::at_least;
          usable.why = pos_.unknowns.join(usable.why, pos_.unknowns.join(lot.from.why, lot.until.why));
        }
        if (!any) continue;
        Datum b = Datum::record();
        b.set("currency", Datum::of_text(std::string(p_.currencies[c].name())));
        b.set("balance", plain(left));
        b.set("available", plain(usable));
        add_bound(b, usable, id);
        balances.items.push_back(std::move(b));
      }
      d.set("balances", std::move(balances));
      Datum lots = Datum::list();
      std::vector<Datum> oldest_last;
      for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) oldest_last.push_back(lot(n));
      lots.items.assign(oldest_last.rbegin(), oldest_last.rend());
      d.set("lots", std::move(lots));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  Datum lot(std::uint32_t n) {
    const Lot& row = pos_.lots[n];
    const auto money = [&](std::int64_t minor) {
      return plain({Tag::money, Bound::exact, row.currency, 0, minor});
    };
    Datum d = Datum::record();
    d.set("at", time(row.at));
    d.set("amount", money(row.amount));
    d.set("left", money(row.left));
    if (row.from.tag != Tag::absent) d.set("usable_from", plain(row.from));
    if (row.until.tag != Tag::absent) d.set("usable_until", plain(row.until));
    const LotState state = lot_state(pos_, row, pos_.as_of);
    const bool lost = row.last_use != none && pos_.lot_uses[row.last_use].lost;
    d.set("status", Datum::of_text(lost                         ? "lost"
                                   : row.left == 0              ? "used"
                                   : state == LotState::usable  ? "usable"
                                   : state == LotState::not_yet ? "not yet"
                                   : state == LotState::over    ? "frozen"
                                                                : "unknown"));
    d.set("because", because(row.cause));
    Datum movements = Datum::list();
    std::vector<Datum> latest_first;
    for (std::uint32_t u = row.last_use; u != none; u = pos_.lot_uses[u].before) {
      const LotUse& use = pos_.lot_uses[u];
      Datum m = Datum::record();
      m.set("at", time(use.at));
      m.set("amount", money(-use.minor));
      m.set("to", Datum::of_text(use.lost          ? std::string("lost")
                                 : use.due != none ? pos_.due_item(use.due)
                                                   : std::string("drawn")));
      m.set("entry", Datum::of_number(static_cast<std::int64_t>(use.entry)));
      latest_first.push_back(std::move(m));
    }
    movements.items.assign(latest_first.rbegin(), latest_first.rend());
    d.set("movements", std::move(movements));
    return d;
  }

  Datum terms() {
    Datum list = Datum::list();
    for (std::uint32_t t = 0; t < p_.terms.size(); ++t) {
      const bool other_text = std::any_of(p_.terms.begin(), p_.terms.begin() + t,
                                          [&](const Term& x) { return x.name == p_.terms[t].name; });
      if (other_text) continue;
      list.items.push_back(term_row(TermId{t}, none));
      std::vector<std::uint32_t> matters;
      for (std::uint32_t s = pos_.last_setting[t]; s != none; s = pos_.settings[s].before)
        matters.push_back(pos_.settings[s].thing);
      std::sort(matters.begin(), matters.end());
      matters.erase(std::unique(matters.begin(), matters.end()), matters.end());
      for (const std::uint32_t matter : matters) list.items.push_back(term_row(TermId{t}, matter));
    }
    return list;
  }

  Datum term_row(TermId id, std::uint32_t matter) {
    const Term& term = p_.terms[id.value];
    const Value v = term_value(pos_, id, look(matter));
    const std::string name(p_.text(term.name));
    const std::string item = "term:" + name + (matter == none ? "" : "@" + pos_.name_of(matter));
    Datum d = Datum::record();
    d.set("id", Datum::of_text(item));
    d.set("name", Datum::of_text(name));
    if (matter != none) d.set("on", Datum::of_text(pos_.name_of(matter)));
    d.set("value", Datum::of_text(value_text(pos_, v)));
    d.set("provisions", cited(term.provisions));
    if (v.why != 0) d.set("unknown", waits_for(v.why, item));
    if (pos_.last_setting[id.value] == none) return d;
    Datum candidates = Datum::list();
    const auto all = candidates_of(pos_, id, look(matter));
    for (std::size_t i = 0; i < all.size(); ++i) {
      Datum row = Datum::record();
      row.set("by", Datum::of_text(all[i].thing == none ? "Agreement" : pos_.name_of(all[i].thing)));
      row.set("value", Datum::of_text(value_text(pos_, all[i].value)));
      row.set("standing",
              Datum::of_text(all[i].standing == Standing::holds ? "holds"
                             : is_void(all[i].standing)         ? "void"
                             : all[i].standing == Standing::tied || all[i].standing == Standing::unclear
                                 ? "unknown"
                                 : "gives way"));
      row.set("text", Datum::of_text(standing_text(pos_, id, all, i)));
      row.set("provisions", cited(standing_provisions(p_, id, all[i])));
      if (all[i].setting != none) {
        row.set("at", time(all[i].at));
        row.set("entry", Datum::of_number(static_cast<std::int64_t>(pos_.settings[all[i].setting].entry)));
      }
      candidates.items.push_back(std::move(row));
    }
    d.set("candidates", std::move(candidates));
    return d;
  }

  Datum claims() {
    Datum list = Datum::list();
    for (const ClaimRow& row : pos_.claims) {
      Datum d = Datum::record();
      d.set("id", Datum::of_text("claim:" + std::to_string(row.entry)));
      d.set("name", Datum::of_text(std::string(p_.text(p_.claims[row.claim.value].name))));
      d.set("on", Datum::of_text(pos_.name_of(row.thing)));
      d.set("by", Datum::of_text(pos_.record->raw(row.entry).by));
      d.set("value", plain(row.value));
      d.set("status", Datum::of_text(std::string(to_string(row.status))));
      d.set("at", time(row.at));
      d.set("entry", Datum::of_number(static_cast<std::int64_t>(row.entry)));
      if (row.settled_by != 0)
        d.set("settled_by", Datum::of_number(static_cast<std::int64_t>(row.settled_by)));
      d.set("provisions", cited(p_.claims[row.claim.value].provisions));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  Datum judged_row(std::uint32_t index) {
    const Judgement& j = pos_.judgements[index];
    const Entry& raw = pos_.record->raw(j.entry);
    Datum d = Datum::record();
    d.set("id", Datum::of_text("entry:" + std::to_string(j.entry)));
    d.set("entry", Datum::of_number(static_cast<std::int64_t>(j.entry)));
    d.set("act", Datum::of_text(raw.act.empty() ? std::string(to_string(raw.kind)) : raw.act));
    d.set("on", Datum::of_text(raw.on));
    d.set("by", Datum::of_text(raw.by));
    d.set("at", time(j.sent));
    d.set("text", Datum::of_text(fmt::format(
                      "{} {} {}", raw.by,
                      raw.act.empty() ? std::string(to_string(raw.kind)) : third_person(raw.act), raw.on)));
    Datum reasons = Datum::list();
    for (const Reason& r : pos_.reasons) {
      if (r.entry_index != index) continue;
      Datum row = Datum::record();
      row.set("text", Datum::of_text(reason_text(pos_, r)));
      if (r.requirement != none) row.set("provisions", cited(p_.requirements[r.requirement].provisions));
      reasons.items.push_back(std::move(row));
    }
    d.set("reasons", std::move(reasons));
    return d;
  }

  void add_judged(Datum& out) {
    Datum void_list = Datum::list();
    Datum noted = Datum::list();
    Datum in_doubt = Datum::list();
    Datum awaiting = Datum::list();
    Datum later = Datum::list();
    for (std::uint32_t i = 0; i < pos_.judgements.size(); ++i) {
      const Judgement& j = pos_.judgements[i];
      if (j.word == VerdictWord::void_) void_list.items.push_back(judged_row(i));
      if (j.noted) noted.items.push_back(judged_row(i));
      if (j.in_doubt || j.word == VerdictWord::in_doubt) in_doubt.items.push_back(judged_row(i));
      if (j.word == VerdictWord::awaiting_effect || j.word == VerdictWord::awaiting_signature) {
        Datum d = judged_row(i);
        d.set("status", Datum::of_text(std::string(to_string(j.word))));
        if (j.word == VerdictWord::awaiting_effect) d.set("takes_effect", plain(j.takes_effect));
        if (j.takes_effect.why != 0)
          d.set("unknown", waits_for(j.takes_effect.why, "entry:" + std::to_string(j.entry)));
        later.items.push_back(std::move(d));
      }
      const bool sent =
          j.bound != none && pos_.entries[j.bound].kind == EntryKind::act && j.word != VerdictWord::void_;
      if (sent && (j.received.tag != Tag::instant || j.received.number > pos_.as_of.seconds)) {
        Datum d = judged_row(i);
        d.set("received", plain(j.received));
        if (j.received.why != 0)
          d.set("unknown", waits_for(j.received.why, "entry:" + std::to_string(j.entry)));
        awaiting.items.push_back(std::move(d));
      }
    }
    out.set("void", std::move(void_list));
    out.set("noted", std::move(noted));
    out.set("in_doubt", std::move(in_doubt));
    out.set("awaiting_receipt", std::move(awaiting));
    out.set("not_yet_in_effect", std::move(later));
  }

  Datum breaches() {
    Datum list = Datum::list();
    for (const BreachRow& row : pos_.breaches) {
      Datum d = Datum::record();
      std::string id = "breach:";
      Range provisions{};
      std::string text;
      if (row.duty != none) {
        const DutyRow& duty = pos_.duties[row.duty];
        id += pos_.duty_item(row.duty);
        provisions = p_.duties[duty.duty.value].provisions;
        text = duty_text(pos_, duty) + ": not done " + deadline_text(pos_, duty);
      } else {
        id += "entry:" + std::to_string(row.entry);
        if (row.requirement != none) {
          provisions = p_.requirements[row.requirement].provisions;
          id += ":" + std::to_string(row.requirement);
          text = std::string(p_.text(p_.requirements[row.requirement].message));
          if (text.empty())
            text = "not met: " + std::string(p_.text(p_.places[p_.requirements[row.requirement].place].text));
        }
        d.set("entry", Datum::of_number(static_cast<std::int64_t>(row.entry)));
      }
      d.set("id", Datum::of_text(id));
      if (row.party.given()) d.set("party", party(row.party));
      d.set("provisions", cited(provisions));
      if (row.thing != none) d.set("on", Datum::of_text(pos_.name_of(row.thing)));
      d.set("from", time(row.at));
      d.set("dated", Datum::of_text(row.dated.to_string()));
      if (row.until.seconds != INT64_MAX) d.set("until", time(row.until));
      if (row.waived_by != 0) d.set("waived_by", Datum::of_number(static_cast<std::int64_t>(row.waived_by)));
      d.set("text", Datum::of_text(text));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  Datum unknowns() {
    Datum list = Datum::list();
    for (std::uint32_t i = 0; i < p_.unknowns.size(); ++i) {
      bool supplied = pos_.supplied[i].tag != Tag::absent;
      for (std::uint32_t c = 0; c < p_.calendars.size(); ++c)
        supplied = supplied || (p_.calendars[c].unknown.value == i && pos_.calendars[c] != none);
      if (supplied) continue;
      const std::string name(p_.text(p_.unknowns[i].name));
      Datum d = Datum::record();
      d.set("id", Datum::of_text("unknown:" + name));
      d.set("name", Datum::of_text(name));
      d.set("reason", Datum::of_text(std::string(p_.text(p_.unknowns[i].reason))));
      d.set("provisions", cited(p_.unknowns[i].provisions));
      d.set("items", texts(waiting_[name]));
      waiting_.erase(name);
      list.items.push_back(std::move(d));
    }
    for (const auto& [name, items] : waiting_) {
      Datum d = Datum::record();
      d.set("id", Datum::of_text("unknown:" + name));
      d.set("name", Datum::of_text(name));
      d.set("reason", Datum::of_text("a calendar that does not cover the year, or a claim that is open"));
      d.set("provisions", Datum::list());
      d.set("items", texts(items));
      list.items.push_back(std::move(d));
    }
    return list;
  }

  const Position& pos_;
  const Program& p_;
  std::map<std::string, std::vector<std::string>> waiting_;
};

}  // namespace

Datum report(const Position& position) { return Reporter(position).whole(); }

Datum verdict_of(const Position& position, Sequence entry) {
  const program::Program& p = position.program();
  Datum reasons = Datum::list();
  std::string_view word = to_string(VerdictWord::effective);
  if (const Judgement* j = position.judgement_of(entry); j != nullptr) {
    word = to_string(j->word);
    for (const Reason& r : position.reasons) {
      if (&position.judgements[r.entry_index] != j) continue;
      Datum row = Datum::record();
      row.set("text", Datum::of_text(reason_text(position, r)));
      row.set("provisions", r.requirement == none
                                ? Datum::list()
                                : texts(provision_ids(p, p.requirements[r.requirement].provisions)));
      reasons.items.push_back(std::move(row));
    }
  }
  Datum out = Datum::record();
  out.set("word", Datum::of_text(std::string(word)));
  out.set("reasons", std::move(reasons));
  return out;
}

}  // namespace counterpart::engine
