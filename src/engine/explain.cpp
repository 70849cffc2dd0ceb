// Why: documents, duties, entries, terms, provisions and breaches.

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

Explanation Explainer::document(std::uint32_t t) {
  Explanation e;
  const Thing& thing = pos_.things[t];
  const std::string name = pos_.name_of(t);
  if (!thing.stage.given()) {
    e.text = name + " exists";
    const Range fields = p_.kinds[thing.kind.value].fields;
    for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
      const std::uint32_t first = pos_.slot(t, FieldId{f}).first_change;
      if (first == none || pos_.field_changes[first].cause.kind != Cause::Kind::input) continue;
      cause(e, pos_.field_changes[first].cause, t);
      break;
    }
    if (thing.making != none) {
      const Making& made = pos_.makings[thing.making];
      e.text = fmt::format("{} was made on {}, on {}", name, pos_.name_of(made.on),
                           p_.zone.format_for_people(made.at));
      e.provisions = provision_ids(p_, made.cause.provisions);
      quote(e, made.cause.provisions);
      cause(e, made.cause, made.on);
    } else if (thing.made_by != 0) {
      e.steps.push_back(entry(thing.made_by));
    }
    return e;
  }
  const StageChange& change = pos_.stage_changes[thing.last_stage];
  const std::string stage = words_of(p_.text(p_.stages[thing.stage.value].name));
  e.text = fmt::format("{} is {} since {}", name, stage, p_.zone.format_for_people(change.at));
  if (change.cause.kind == Cause::Kind::duty) {
    e.text = fmt::format("{} is {}, by silence, dated {}; in effect from {}", name, stage,
                         change.dated.with_weekday(), p_.zone.format_for_people(change.at));
  }
  e.provisions = provision_ids(p_, change.cause.provisions);
  quote(e, change.cause.provisions);
  cause(e, change.cause, t);
  if (change.before != none) {
    const StageChange& before = pos_.stage_changes[change.before];
    Explanation was;
    was.text =
        fmt::format("before that it was {}, since {}", words_of(p_.text(p_.stages[before.stage.value].name)),
                    p_.zone.format_for_people(before.at));
    cause(was, before.cause, t);
    e.steps.push_back(std::move(was));
  }
  return e;
}

std::optional<Explanation> Explainer::office(std::string_view name) {
  const std::size_t at = name.find('@');
  const PartyId party = at == std::string_view::npos ? PartyId{} : p_.party(name.substr(at + 1));
  const OfficeId id = party.given() ? p_.office(party, name.substr(0, at)) : OfficeId{};
  if (!id.given()) return std::nullopt;
  const TextId person = holder(pos_, id, pos_.as_of);
  Explanation e;
  e.text = fmt::format("{} of {} is {}", words_of(p_.text(p_.offices[id.value].name)), name.substr(at + 1),
                       person.given() ? fmt::format("held by {}", pos_.record->text(person)) : "vacant");
  for (const Appointment& a : pos_.appointments) {
    if (a.office != id || a.designee) continue;
    Explanation step;
    step.text = fmt::format("{} from {}", pos_.record->text(a.person), p_.zone.format_for_people(a.from));
    if (a.until.seconds != INT64_MAX) step.text += " until " + p_.zone.format_for_people(a.until);
    step.steps.push_back(entry(a.entry));
    e.steps.push_back(std::move(step));
  }
  return e;
}

std::optional<Explanation> Explainer::field(std::string_view name) {
  const std::size_t at = name.find('@');
  const std::uint32_t thing = at == std::string_view::npos ? none : pos_.find_thing(name.substr(at + 1));
  if (thing == none) return std::nullopt;
  const FieldId id = p_.field(pos_.things[thing].kind, name.substr(0, at));
  if (!id.given()) return std::nullopt;
  const Field& f = p_.fields[id.value];
  Look look;
  look.subject = thing;
  look.now = pos_.as_of;
  const Value now = f.computed.given() ? evaluate(pos_, f.computed, look) : pos_.slot(thing, id).value;
  Explanation e;
  e.text = fmt::format("{} of {} is {}", words_of(p_.text(f.name)), pos_.name_of(thing), people(now));
  if (now.why != 0)
    e.steps.push_back({"it rests on what is unknown: " + missing_text(pos_, now.why), {}, 0, {}});
  if (f.computed.given()) rule_words(e, p_.exprs[f.computed.value].source);
  for (std::uint32_t c = f.computed.given() ? none : pos_.slot(thing, id).last_change; c != none;
       c = pos_.field_changes[c].before) {
    const FieldChange& change = pos_.field_changes[c];
    Explanation step;
    step.text = fmt::format("{} since {}", people(change.value), p_.zone.format_for_people(change.from));
    step.provisions = provision_ids(p_, change.cause.provisions);
    cause(step, change.cause, thing);
    e.steps.push_back(std::move(step));
  }
  return e;
}

Explanation Explainer::duty(std::uint32_t index) {
  const DutyRow& row = pos_.duties[index];
  const Duty& duty = p_.duties[row.duty.value];
  Explanation e;
  e.text = fmt::format("{}: {} ({})", duty_text(pos_, row), deadline_text(pos_, row), status_words(row));
  e.provisions = provision_ids(p_, duty.provisions);
  quote(e, duty.provisions);
  rule_words(e, duty.place);
  Explanation opened;
  opened.text = fmt::format("it opened on {}", p_.zone.format_for_people(row.opened));
  if (row.entry != 0) opened.steps.push_back(entry(row.entry));
  for (std::uint32_t t = duty.triggers.first; t < duty.triggers.first + duty.triggers.count; ++t)
    stretches(opened, p_.triggers[t].condition, row.thing);
  e.steps.push_back(std::move(opened));
  deadline(e, duty.deadline, row.thing, row.opened, row.last_excuse == none ? row.deadline : row.unexcused);
  excuses(e, row);
  if (duty.watch.given() && is_open(row.status)) {
    Look look;
    look.subject = row.thing;
    look.now = pos_.as_of;
    look.has_opened = true;
    look.opened = row.opened;
    e.steps.push_back({fmt::format("to be looked at on {}: a date to remember, without effect",
                                   people(evaluate(pos_, duty.watch, look))),
                       {},
                       0,
                       {}});
  }
  if (row.ended_by != 0) {
    Explanation done = entry(row.ended_by);
    done.text = fmt::format("it was {} by: {}", to_string(row.status), done.text);
    e.steps.push_back(std::move(done));
  }
  if (row.status == DutyStatus::lapsed || row.status == DutyStatus::breached) {
    Explanation passed;
    passed.text = fmt::format("nothing that performs it had taken effect when {} began; silence decided: {}",
                              p_.zone.format_for_people(row.expires), consequence_text(pos_, duty));
    passed.provisions = provision_ids(p_, duty.otherwise_provisions);
    for (const Judgement& j : pos_.judgements) {
      // Void acts that would have performed it: why the clock ran on.
      if (j.word != VerdictWord::void_ || j.bound == none) continue;
      const BoundEntry& act = pos_.entries[j.bound];
      const auto performs = p_.act_lists.begin() + duty.performance.first;
      const bool would =
          act.kind == EntryKind::act && std::find(performs, performs + duty.performance.count, act.act) !=
                                            performs + duty.performance.count;
      if (would && act.key != none && row.thing < pos_.things.size() && pos_.things[row.thing].key == act.key)
        passed.steps.push_back(entry(j.entry));
    }
    e.steps.push_back(std::move(passed));
  }
  if (row.status == DutyStatus::cancelled) {
    if (const std::string why = not_operating_text(pos_, duty.provisions, row.ended); !why.empty()) {
      e.steps.push_back(
          {fmt::format("cancelled on {}: {}", p_.zone.format_for_people(row.ended), why), {}, 0, {}});
    }
  }
  if (row.status == DutyStatus::unknown) {
    Explanation waits;
    waits.text = "it waits for: " + missing_text(pos_, pos_.unknowns.join(row.why, row.owed_why));
    e.steps.push_back(std::move(waits));
  }
  return e;
}

Explanation Explainer::entry(Sequence sequence) {
  const Entry& raw = pos_.record->raw(sequence);
  Explanation e;
  e.entry = sequence;
  std::string what =
      raw.act.empty() ? std::string(to_string(raw.kind)) + (raw.what.empty() ? "" : " " + words_of(raw.what))
                      : third_person(raw.act);
  e.text = fmt::format("entry {}: {} {}{}{} on {}", sequence, raw.by, what, raw.on.empty() ? "" : " ", raw.on,
                       p_.zone.format_for_people(raw.at));
  if (!raw.via.empty()) e.text += " by " + raw.via;
  for (std::size_t i = 0; i < raw.signatures.size(); ++i) {
    const Signature& s = raw.signatures[i];
    e.text += fmt::format("{} {}{}", i == 0 ? ", signed by" : " and", s.party.empty() ? raw.by : s.party,
                          s.office.empty() ? "" : "'s " + words_of(s.office));
  }
  if (!raw.recorder.empty() && raw.recorder != raw.by)
    e.text += fmt::format(" (recorded by {})", raw.recorder);
  if (raw.recorded.seconds - raw.at.seconds >= 86400)
    e.text += fmt::format("; recorded {}", p_.zone.format_for_people(raw.recorded));
  const Judgement* j = pos_.judgement_of(sequence);
  if (j == nullptr) return e;
  if (j->bound != none && pos_.entries[j->bound].at != raw.at) {
    e.steps.push_back(
        {"corrected: it happened on " + p_.zone.format_for_people(pos_.entries[j->bound].at), {}, 0, {}});
  }
  if (j->received.tag == Tag::instant && j->received.number != j->sent.seconds) {
    e.steps.push_back(
        {"received on " + p_.zone.format_for_people({j->received.number}), receipt_provisions(*j), 0, {}});
  } else if (j->received.tag == Tag::unknown) {
    e.steps.push_back({"its receipt is unknown: " + missing_text(pos_, j->received.why), {}, 0, {}});
  } else if (j->received.tag == Tag::absent && j->bound != none &&
             pos_.entries[j->bound].kind == EntryKind::act &&
             p_.acts[pos_.entries[j->bound].act.value].receipt.given()) {
    e.steps.push_back({"its receipt is not shown yet", receipt_provisions(*j), 0, {}});
  }
  if (j->word != VerdictWord::effective) e.text += fmt::format(": {}", to_string(j->word));
  if (j->takes_effect.tag != Tag::absent && j->bound != none) {
    const Act& act = p_.acts[pos_.entries[j->bound].act.value];
    Explanation later;
    later.text =
        j->takes_effect.tag == Tag::unknown
            ? "when it takes effect is unknown: " + missing_text(pos_, j->takes_effect.why)
            : fmt::format("it {} effect on {}", j->word == VerdictWord::awaiting_effect ? "takes" : "took",
                          people(j->takes_effect));
    Look look;
    look.subject = j->thing;
    look.now = pos_.as_of;
    look.act = &pos_.entries[j->bound];
    look.received = j->received;
    deadline(later, act.effect_at, look, j->takes_effect);
    e.steps.push_back(std::move(later));
  }
  for (const Reason& r : pos_.reasons) {
    if (&pos_.judgements[r.entry_index] != j) continue;
    Explanation why;
    why.text = reason_text(pos_, r);
    if (r.requirement != none) {
      why.provisions = provision_ids(p_, p_.requirements[r.requirement].provisions);
      quote(why, p_.requirements[r.requirement].provisions);
    }
    e.steps.push_back(std::move(why));
  }
  return e;
}

std::optional<Explanation> Explainer::term(std::string_view name) {
  const std::size_t at = name.find('@');
  std::uint32_t matter = none;
  if (at != std::string_view::npos) {
    matter = pos_.find_thing(name.substr(at + 1));
    if (matter == none) return std::nullopt;
  }
  for (std::uint32_t t = 0; t < p_.terms.size(); ++t) {
    if (p_.text(p_.terms[t].name) != name.substr(0, at)) continue;
    Look look;
    look.subject = matter;
    look.now = pos_.as_of;
    Explanation e;
    e.text = fmt::format("{}{} is {}", words_of(p_.text(p_.terms[t].name)),
                         matter == none ? "" : " for " + pos_.name_of(matter),
                         value_text(pos_, term_value(pos_, TermId{t}, look)));
    e.provisions = provision_ids(p_, p_.terms[t].provisions);
    quote(e, p_.terms[t].provisions);
    rule_words(e, p_.terms[t].place);
    const auto all = candidates_of(pos_, TermId{t}, look);
    for (std::size_t i = 0; i < all.size(); ++i) {
      Explanation step;
      step.text =
          fmt::format("{} says {}: {}", all[i].thing == none ? "the Agreement" : pos_.name_of(all[i].thing),
                      value_text(pos_, all[i].value), standing_text(pos_, TermId{t}, all, i));
      step.provisions = provision_ids(p_, standing_provisions(p_, TermId{t}, all[i]));
      if (all[i].setting != none) step.steps.push_back(entry(pos_.settings[all[i].setting].entry));
      e.steps.push_back(std::move(step));
    }
    return e;
  }
  return std::nullopt;
}

Explanation Explainer::provision(const std::string& name, ExprId operates, Explanation e) {
  Look look;
  look.subject = agreement_thing;
  look.now = pos_.as_of;
  const Truth now = truth(pos_, operates, look);
  e.text = name + (now == Truth::yes  ? " operates"
                   : now == Truth::no ? " does not operate"
                                      : ": whether it operates is unknown");
  std::vector<std::uint32_t> asked;
  operations_in(p_, operates, asked);
  for (const std::uint32_t o : asked) {
    Explanation step;
    step.text = operation_text(pos_, OperationId{o});
    step.provisions = provision_ids(p_, p_.operations[o].provisions);
    quote(step, p_.operations[o].provisions);
    rule_words(step, p_.operations[o].place);
    for (std::uint32_t c = pos_.last_operation[o]; c != none; c = pos_.operation_changes[c].before) {
      const OperationChange& change = pos_.operation_changes[c];
      step.steps.push_back({fmt::format("{} since {}",
                                        change.operates == Truth::yes  ? "it operated"
                                        : change.operates == Truth::no ? "it did not operate"
                                                                       : "it was unknown",
                                        p_.zone.format_for_people(change.at)),
                            {},
                            0,
                            {}});
    }
    e.steps.push_back(std::move(step));
  }
  return e;
}

std::optional<Explanation> Explainer::provision(const std::string& name) {
  if (const ProvisionId id = p_.provision(name); id.given()) {
    Explanation e;
    const Provision& row = p_.provisions[id.value];
    if (row.prose.given())
      e.steps.push_back({fmt::format("[{}] {}", name, one_line(p_.text(row.prose))), {}, 0, {}});
    return provision(name, row.operates, std::move(e));
  }
  for (const Section& s : p_.sections) {
    if (s.number.given() && p_.text(s.number) == name) return provision(name, s.operates, {});
  }
  return std::nullopt;
}

Explanation Explainer::breach(const BreachRow& row) {
  if (row.duty != none) {
    Explanation e = duty(row.duty);
    Explanation out;
    out.text = fmt::format("{} is in breach since {}",
                           row.party.given() ? p_.text(p_.parties[row.party.value].name) : "a party",
                           p_.zone.format_for_people(row.at));
    out.provisions = e.provisions;
    out.steps.push_back(std::move(e));
    return out;
  }
  Explanation out = entry(row.entry);
  return out;
}

std::vector<std::string> Explainer::receipt_provisions(const Judgement& j) {
  const BoundEntry& e = pos_.entries[j.bound];
  if (e.kind != EntryKind::act) return {};
  const ReceiptId id = p_.acts[e.act.value].receipt;
  if (!id.given()) return {};
  const ReceiptRule& rule = p_.receipts[id.value];
  for (std::uint32_t i = rule.rows.first; i < rule.rows.first + rule.rows.count; ++i) {
    const ReceiptRow& row = p_.receipt_rows[i];
    if (row.channel.given() && row.channel != e.via) continue;
    return provision_ids(p_, row.provisions.empty() ? rule.provisions : row.provisions);
  }
  return provision_ids(p_, rule.provisions);
}

std::string Explainer::one_line(std::string_view words) {
  std::string line(words);
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  while (!line.empty() && line.front() == ' ') line.erase(0, 1);
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

void Explainer::quote(Explanation& e, program::Range cited) {
  for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
    const Provision& provision = p_.provisions[p_.cited[i].value];
    const std::string prose = one_line(p_.text(provision.prose));
    if (!prose.empty()) e.steps.push_back({fmt::format("[{}] {}", p_.text(provision.id), prose), {}, 0, {}});
  }
}

void Explainer::rule_words(Explanation& e, std::uint32_t place) {
  const Place& at = p_.places[place];
  if (at.line == 0) return;
  e.steps.push_back(
      {fmt::format("the rule: {} ({}:{})", p_.text(at.text), p_.files[at.file], at.line), {}, 0, {}});
}

void Explainer::cause(Explanation& e, const Cause& cause, std::uint32_t thing) {
  switch (cause.kind) {
    case Cause::Kind::start:
      e.steps.push_back({"from the start of the agreement", {}, 0, {}});
      break;
    case Cause::Kind::input: {
      const InputRow& row = pos_.record->inputs()[cause.index];
      e.steps.push_back({fmt::format("read from the position of {}: {}", pos_.record->text(row.agreement),
                                     pos_.record->text(row.item)),
                         {},
                         0,
                         {}});
      break;
    }
    case Cause::Kind::entry:
      e.steps.push_back(entry(cause.entry));
      break;
    case Cause::Kind::duty:
      e.steps.push_back(duty(cause.index));
      break;
    case Cause::Kind::rule: {
      Explanation rule;
      rule.text = fmt::format("by the rule: {}", p_.text(p_.rules[cause.index].name));
      rule.provisions = provision_ids(p_, p_.rules[cause.index].provisions);
      stretches(rule, p_.rules[cause.index].trigger.condition, thing);
      if (cause.entry != 0) rule.steps.push_back(entry(cause.entry));
      e.steps.push_back(std::move(rule));
      break;
    }
  }
}

namespace {

void write(std::string& out, const Explanation& e, int depth) {
  out.append(static_cast<std::size_t>(depth) * 2, ' ');
  if (depth > 0) out += "- ";
  out += e.text;
  if (!e.provisions.empty()) {
    out += " [";
    for (std::size_t i = 0; i < e.provisions.size(); ++i) out += (i > 0 ? "] [" : "") + e.provisions[i];
    out += "]";
  }
  out += '\n';
  for (const Explanation& step : e.steps) write(out, step, depth + 1);
}

}  // namespace

Result<Explanation> explain(const Position& position, const std::string& item) {
  Explainer explainer(position);
  std::string name = item;
  for (const std::string_view section :
       {"documents/", "duties/", "dues/", "accounts/", "breaches/", "void/", "claims/"}) {
    if (name.starts_with(section)) name = name.substr(section.size());
  }
  if (const std::uint32_t t = position.find_thing(name); t != none) return explainer.document(t);
  for (std::uint32_t i = 0; i < position.duties.size(); ++i) {
    if (position.duty_item(i) == name) return explainer.duty(i);
  }
  for (std::uint32_t i = 0; i < position.dues.size(); ++i) {
    if (position.due_item(i) == name || name == "due:" + position.name_of(position.dues[i].thing))
      return explainer.due(i);
  }
  for (std::uint32_t i = 0; i < position.accounts.size(); ++i) {
    const std::string id = position.account_item(i);
    if (id == name || id.substr(0, id.find('#')) == name) return explainer.account(i);
  }
  for (const BreachRow& row : position.breaches) {
    std::string id = "breach:";
    if (row.duty != none) {
      id += position.duty_item(row.duty);
    } else {
      id += "entry:" + std::to_string(row.entry) +
            (row.requirement != none ? ":" + std::to_string(row.requirement) : "");
    }
    if (id == name) return explainer.breach(row);
  }
  for (const std::string_view prefix : {"entry:", "claim:"}) {
    if (!name.starts_with(prefix)) continue;
    const std::string digits = name.substr(prefix.size());
    const bool number =
        !digits.empty() && digits.size() < 18 &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (number && std::stoull(digits) >= 1 && std::stoull(digits) <= position.head)
      return explainer.entry(std::stoull(digits));
  }
  if (name.starts_with("office:")) {
    if (auto found = explainer.office(std::string_view(name).substr(7))) return *found;
  }
  if (name.starts_with("field:")) {
    if (auto found = explainer.field(std::string_view(name).substr(6))) return *found;
  }
  if (auto found = explainer.term(name.starts_with("term:") ? std::string_view(name).substr(5) : name))
    return *found;
  if (auto found = explainer.provision(name.starts_with("provision:") ? name.substr(10) : name))
    return *found;
  std::string known;
  int shown = 0;
  for (std::uint32_t t = 0; t < position.things.size() && shown < 6; ++t) {
    if (position.things[t].key == none && position.things[t].making == none) continue;
    known += (known.empty() ? "" : ", ") + position.name_of(t);
    ++shown;
  }
  return fail("item-unknown", "there is no item \"" + item + "\" in this position",
              "items are named as in the position: a document (" + known +
                  "), \"duty:…\", \"due:…\", \"entry:7\", \"field:NAME@DOCUMENT\", \"office:NAME@PARTY\"");
}

std::string to_text(const Explanation& explanation) {
  std::string out;
  write(out, explanation, 0);
  return out;
}

Datum to_datum(const Explanation& e) {
  Datum d = Datum::record();
  d.set("text", Datum::of_text(e.text));
  Datum provisions = Datum::list();
  for (const std::string& id : e.provisions) provisions.items.push_back(Datum::of_text(id));
  d.set("provisions", std::move(provisions));
  if (e.entry != 0) d.set("entry", Datum::of_number(static_cast<std::int64_t>(e.entry)));
  Datum steps = Datum::list();
  for (const Explanation& step : e.steps) steps.items.push_back(to_datum(step));
  d.set("steps", std::move(steps));
  return d;
}

}  // namespace counterpart::engine
