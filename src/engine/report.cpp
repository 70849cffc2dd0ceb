// The whole report, and its documents, terms, claims, judgements, breaches and unknowns.

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

Datum texts(const std::vector<std::string>& items) {
  Datum list = Datum::list();
  for (const std::string& s : items) list.items.push_back(Datum::of_text(s));
  return list;
}

Datum Reporter::whole() {
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

Datum Reporter::party_list(Range r) const {
  Datum list = Datum::list();
  for (std::uint32_t i = r.first; i < r.first + r.count; ++i) list.items.push_back(party(p_.party_lists[i]));
  return list;
}

Look Reporter::look(std::uint32_t thing) const {
  Look l;
  l.subject = thing;
  l.now = pos_.as_of;
  return l;
}

Datum Reporter::plain(const Value& v) {
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
      if (v.detail == 1 || v.detail == 2) return Datum::of_text(value_text(pos_, v));
      Datum list = Datum::list();
      for (std::size_t n = 0; n < pos_.text_count(v); ++n)
        list.items.push_back(Datum::of_text(std::string(pos_.record->text(pos_.text_at(v, n)))));
      return list;
    }
    default: {
      Value exact = v;
      exact.bound = Bound::exact;
      return Datum::of_text(value_text(pos_, exact));
    }
  }
}

Datum Reporter::because(const Cause& cause) {
  Datum d = Datum::record();
  switch (cause.kind) {
    case Cause::Kind::start:
      d.set("start", Datum::of(true));
      break;
    case Cause::Kind::input:
      d.set("agreement",
            Datum::of_text(std::string(pos_.record->text(pos_.record->inputs()[cause.index].agreement))));
      d.set("item", Datum::of_text(std::string(pos_.record->text(pos_.record->inputs()[cause.index].item))));
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

Datum Reporter::readings() {
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

Datum Reporter::operation() {
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

Datum Reporter::field_row(std::uint32_t thing, FieldId id, const std::string& item) {
  const Field& f = p_.fields[id.value];
  Value v;
  if (f.computed.given()) {
    v = evaluate(pos_, f.computed, look(thing));
  } else {
    v = pos_.slot(thing, id).value;
  }
  Datum d = Datum::record();
  d.set("name", Datum::of_text(std::string(p_.text(f.name))));
  d.set("label", Datum::of_text(f.label.given() ? std::string(p_.text(f.label)) : words_of(p_.text(f.name))));
  d.set("value", plain(v));
  d.set("text", Datum::of_text(value_text(pos_, v)));
  d.set("type", Datum::of_text(std::string(type_name(f.type.type))));
  add_bound(d, v, item);
  return d;
}

Datum Reporter::documents() {
  Datum list = Datum::list();
  for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
    const Thing& thing = pos_.things[t];
    const bool is_part = p_.kinds[thing.kind.value].is_part;
    if (thing.gone || thing.kind == pos_.plan->agreement_kind) continue;
    if (is_part && !pos_.plan->kinds[thing.kind.value].lives) continue;  // it stands within its document
    const std::string id = pos_.name_of(t);
    Datum d = Datum::record();
    d.set("id", Datum::of_text(id));
    d.set("kind", Datum::of_text(std::string(p_.text(p_.kinds[thing.kind.value].name))));
    d.set("key", Datum::of_text(pos_.key_of(t)));
    if (is_part) d.set("part_of", Datum::of_text(pos_.name_of(thing.parent)));
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
      const Range in_list = Position::parts_of(v);
      for (std::uint32_t part = in_list.first; part < in_list.first + in_list.count; ++part) {
        Datum row = Datum::list();
        const Range own = p_.kinds[pos_.things[part].kind.value].fields;
        for (std::uint32_t g = own.first; g < own.first + own.count; ++g)
          row.items.push_back(field_row(part, FieldId{g}, id));
        rows.items.push_back(std::move(row));
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

Datum Reporter::terms() {
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

Datum Reporter::term_row(TermId id, std::uint32_t matter) {
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

Datum Reporter::claims() {
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
    if (row.settled_by != 0) d.set("settled_by", Datum::of_number(static_cast<std::int64_t>(row.settled_by)));
    d.set("provisions", cited(p_.claims[row.claim.value].provisions));
    list.items.push_back(std::move(d));
  }
  return list;
}

Datum Reporter::judged_row(std::uint32_t index) {
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

void Reporter::add_judged(Datum& out) {
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

Datum Reporter::breaches() {
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

Datum Reporter::unknowns() {
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
