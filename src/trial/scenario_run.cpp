#include "trial/scenario_run.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "engine/evaluate.h"
#include "engine/fold.h"
#include "engine/interest.h"
#include "engine/paper.h"
#include "engine/performance.h"
#include "engine/standing.h"
#include "engine/terms.h"
#include "engine/words.h"

namespace counterpart::trial {

using namespace program;
using namespace engine;

namespace {

// Looks at a position through one expectation: an empty answer means it holds, else what was found instead.
class Looker {
 public:
  Looker(const Position& position, Record& record, Sequence last_act,
         const std::map<std::string, Sequence>& labels)
      : pos_(position), p_(position.program()), record_(record), last_(last_act), labels_(labels) {}

  std::string look(const Expectation& x) {
    switch (x.kind) {
      case ExpectKind::stage:
        return stage(x);
      case ExpectKind::must:
        return must(x);
      case ExpectKind::may:
        return may(x);
      case ExpectKind::last_act:
        return last_act(x);
      case ExpectKind::breach:
        return breach(x);
      case ExpectKind::owes:
        return owes(x);
      case ExpectKind::has:
      case ExpectKind::can_use:
        return in_account(x);
      case ExpectKind::interest:
        return interest(x);
      case ExpectKind::condition:
        return field(x);
      case ExpectKind::is_unknown:
        return unknown(x);
      case ExpectKind::duty_status:
        return duty_status(x);
      case ExpectKind::operates:
        return operates(x);
      case ExpectKind::term:
        return term(x);
      case ExpectKind::setting:
        return setting(x);
      case ExpectKind::claim_status:
        return claim_status(x);
      case ExpectKind::paper:
        return paper_says(x);
    }
    return "nothing";
  }

 private:
  std::uint32_t thing(const std::string& name) { return pos_.find_thing(name); }

  [[nodiscard]] bool cites(program::Range cited, const std::string& id) const {
    const auto ids = provision_ids(p_, cited);
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  }

  std::string paper_says(const Expectation& x) {
    const std::vector<std::string> lines = paper_lines(*paper(pos_, x.word, x.thing));
    const bool found = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return std::all_of(x.acts.begin(), x.acts.end(),
                         [&](const std::string& said) { return line.find(said) != std::string::npos; });
    });
    if (found != x.negated) return {};
    return fmt::format("it says: {}", fmt::join(lines, " | "));
  }

  std::string stage(const Expectation& x) {
    const std::uint32_t t = thing(x.thing);
    if (x.word == "absent")
      return (t == none) != x.negated ? "" : x.thing + (t == none ? " does not exist" : " exists");
    if (t == none) return x.negated ? "" : x.thing + " does not exist";
    const Thing& row = pos_.things[t];
    if (!row.stage.given()) return x.thing + " has no stage";
    const StageChange& change = pos_.stage_changes[row.last_stage];
    const std::string now(p_.text(p_.stages[row.stage.value].name));
    if ((now == x.word) == x.negated)
      return fmt::format("{} is {} since {}", x.thing, now, p_.zone.format_for_people(change.at));
    if (x.by_silence && change.cause.kind != Cause::Kind::duty)
      return fmt::format("{} is {}, but not by silence", x.thing, now);
    if (!x.provision.empty() && !cites(change.cause.provisions, x.provision)) {
      std::string under;
      for (const std::string& id : provision_ids(p_, change.cause.provisions))
        under += (under.empty() ? "" : ", ") + id;
      return fmt::format("{} is {} under {}", x.thing, now, under.empty() ? "no provision" : under);
    }
    return "";
  }

  [[nodiscard]] TermId term_named(const std::string& name) const {
    for (std::uint32_t t = 0; t < p_.terms.size(); ++t) {
      if (p_.text(p_.terms[t].name) == name) return TermId{t};
    }
    return {};
  }
  [[nodiscard]] std::string candidates_text(TermId id, const std::vector<engine::Candidate>& all) const {
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      out += fmt::format("{}{} says {}, {}", out.empty() ? "" : "; ",
                         all[i].thing == none ? "the Agreement" : pos_.name_of(all[i].thing),
                         value_text(pos_, all[i].value), standing_text(pos_, id, all, i));
    }
    return out;
  }
  std::string term(const Expectation& x) {
    const TermId id = term_named(x.word);
    Look look;
    look.now = pos_.as_of;
    if (!x.thing.empty() && x.thing != "Agreement") {
      look.subject = thing(x.thing);
      if (look.subject == none) return x.thing + " does not exist";
    }
    const Value found = term_value(pos_, id, look);
    bool same = x.value.kind == Datum::Kind::null && found.tag == Tag::unknown;
    if (x.value.kind != Datum::Kind::null) {
      const auto wanted = record_.bind_value(x.value, p_.terms[id.value].type, x.word);
      if (!wanted) return wanted.error().message;
      same = value_text(pos_, *wanted) == value_text(pos_, found);
    }
    if (same != x.negated) return "";
    return fmt::format("{} is {}: {}", x.word, value_text(pos_, found),
                       candidates_text(id, candidates_of(pos_, id, look)));
  }
  std::string setting(const Expectation& x) {
    const TermId id = term_named(x.word);
    const std::uint32_t by = thing(x.thing);
    if (by == none) return x.thing + " does not exist";
    Look look;
    look.subject = by;
    look.now = pos_.as_of;
    const auto all = candidates_of(pos_, id, look);
    for (const engine::Candidate& c : all) {
      if (c.thing != by || c.standing == Standing::superseded) continue;
      if (is_void(c.standing) == x.negated) return candidates_text(id, all);
      if (!x.provision.empty() && !cites(standing_provisions(p_, id, c), x.provision))
        return fmt::format("{}, but not under {}", candidates_text(id, all), x.provision);
      return "";
    }
    return fmt::format("{} does not set {}", x.thing, x.word);
  }

  std::string operates(const Expectation& x) {
    ExprId condition;
    if (const ProvisionId provision = p_.provision(x.provision); provision.given())
      condition = p_.provisions[provision.value].operates;
    for (const Section& s : p_.sections) {
      if (p_.text(s.number) == x.provision) condition = s.operates;
    }
    Look look;
    look.subject = agreement_thing;
    look.now = pos_.as_of;
    const Truth now = truth(pos_, condition, look);
    if (now == (x.negated ? Truth::no : Truth::yes)) return "";
    std::string found = x.provision + (now == Truth::yes  ? " operates"
                                       : now == Truth::no ? " does not operate"
                                                          : ": whether it operates is unknown");
    for (std::uint32_t i = 0; i < p_.operations.size(); ++i)
      found += "; " + operation_text(pos_, OperationId{i});
    return found;
  }

  // Whether a deadline or time is the one expected: a date, or a date with a time.
  bool same_moment(const Value& v, const std::string& expected) {
    if (v.tag == Tag::date)
      return expected.size() == 10 && CivilDate{static_cast<std::int32_t>(v.number)}.to_string() == expected;
    if (v.tag != Tag::instant) return false;
    if (expected.size() == 10) return p_.zone.date_of({v.number}).to_string() == expected;
    const auto t = parse_moment(expected, p_.zone);
    return t && t->seconds == v.number;
  }

  std::string must(const Expectation& x) {
    const std::uint32_t t = x.thing == "Agreement" ? agreement() : thing(x.thing);
    std::string seen;
    for (std::uint32_t i = 0; i < pos_.duties.size(); ++i) {
      const DutyRow& row = pos_.duties[i];
      if (row.thing != t || t == none) continue;
      const bool open = row.status == DutyStatus::due || row.status == DutyStatus::unknown;
      const Duty& duty = p_.duties[row.duty.value];
      std::string text =
          fmt::format("{} {} ({})", duty_text(pos_, row), deadline_text(pos_, row), to_string(row.status));
      bool bearer = false;
      for (std::uint32_t b = 0; b < duty.bearers.count; ++b)
        bearer = bearer || p_.text(p_.parties[p_.party_lists[duty.bearers.first + b].value].name) == x.party;
      if (!bearer) continue;
      std::vector<std::string> acts;
      if (duty.mode == PerformanceMode::paths) {
        for (const ActId act : next_acts(pos_, row)) acts.emplace_back(p_.text(p_.acts[act.value].verb));
      }
      for (std::uint32_t n = 0; duty.mode != PerformanceMode::paths && n < duty.performance.count; ++n)
        acts.emplace_back(p_.text(p_.acts[p_.act_lists[duty.performance.first + n].value].verb));
      const bool same_acts =
          x.negated ? std::any_of(x.acts.begin(), x.acts.end(),
                                  [&](const std::string& a) {
                                    return std::find(acts.begin(), acts.end(), a) != acts.end();
                                  })
                    : std::is_permutation(acts.begin(), acts.end(), x.acts.begin(), x.acts.end());
      if (!same_acts) {
        if (open) seen += (seen.empty() ? "" : "; ") + text;
        continue;
      }
      seen += (seen.empty() ? "" : "; ") + text;
      if (!open) continue;
      if (row.owed_unknown) {
        // Neither must nor need not: whether it is owed is not known.
        if (x.negated) return text;
        continue;
      }
      if (x.negated) return text;
      if (x.moment.empty() || same_moment(row.deadline, x.moment)) return "";
    }
    if (x.negated) return "";
    return seen.empty() ? "no such duty" : seen;
  }

  std::uint32_t agreement() const {
    for (std::uint32_t t = 0; t < pos_.things.size(); ++t) {
      if (pos_.things[t].kind == pos_.plan->agreement_kind) return t;
    }
    return none;
  }

  // Whether the party may do the act now: it is its act, the stage allows it, and every window of its powers
  // is open.
  std::string may(const Expectation& x) {
    const std::uint32_t t = thing(x.thing);
    if (t == none) return x.negated ? "" : x.thing + " does not exist";
    for (const std::string& verb : x.acts) {
      const ActId a = p_.act(verb, pos_.things[t].kind);
      if (!a.given()) continue;
      const Act& act = p_.acts[a.value];
      std::string why;
      bool by = false;
      for (std::uint32_t i = 0; i < act.by.count; ++i)
        by = by || p_.text(p_.parties[p_.party_lists[act.by.first + i].value].name) == x.party;
      if (!by) why = x.party + " is not a party that may do this";
      const auto from = p_.stage_sets.begin() + act.from.first;
      if (why.empty() && !act.from.empty() &&
          std::find(from, from + act.from.count, pos_.things[t].stage) == from + act.from.count) {
        why = fmt::format("{} is {}", x.thing, p_.text(p_.stages[pos_.things[t].stage.value].name));
      }
      Look look;
      look.subject = t;
      look.now = pos_.as_of;
      bool has_power = false;
      bool open = false;
      std::string windows;
      for (const Power& power : p_.powers) {
        if (power.act != a) continue;
        has_power = true;
        const Value closes = evaluate(pos_, power.closes, look);
        const Value opens = evaluate(pos_, power.opens, look);
        const bool guard = supposed(truth(pos_, power.guard, look), power.if_unknown) == Truth::yes &&
                           truth(pos_, power.operates, look) == Truth::yes;
        const bool opened = !power.opens.given() || reached(opens);
        const bool closed = power.closes.given() && closes.tag != Tag::absent && passed(closes);
        if (guard && opened && !closed) {
          open = true;
          if (!x.moment.empty() && !same_moment(closes, x.moment)) {
            windows += fmt::format(" until {}", value_text(pos_, closes));
          } else {
            windows.clear();
          }
        } else {
          windows += fmt::format(" (window {} to {}{})", value_text(pos_, opens), value_text(pos_, closes),
                                 guard ? "" : ", its case does not hold");
        }
      }
      if (why.empty() && has_power && !open) why = "outside its window" + windows;
      if (x.negated) return why.empty() ? "it may" : "";
      if (!why.empty()) return why;
      if (!x.moment.empty() && !windows.empty()) return "it may" + windows;
      return "";
    }
    return "no such act";
  }
  [[nodiscard]] bool reached(const Value& v) const {
    if (v.tag == Tag::date) return p_.zone.date_of(pos_.as_of).days >= v.number;
    return v.tag == Tag::instant && pos_.as_of.seconds >= v.number;
  }
  [[nodiscard]] bool passed(const Value& v) const {
    if (v.tag == Tag::date) return p_.zone.date_of(pos_.as_of).days > v.number;
    return v.tag == Tag::instant && pos_.as_of.seconds > v.number;
  }

  std::string last_act(const Expectation& x) {
    Sequence entry = last_;
    if (!x.label.empty()) entry = labels_.at(x.label);
    const Judgement* j = pos_.judgement_of(entry);
    if (j == nullptr) return "it has not been judged (it is later than this look, or not yet known)";
    std::string reasons;
    bool cited = x.provision.empty();
    for (const Reason& r : pos_.reasons) {
      if (&pos_.judgements[r.entry_index] != j) continue;
      reasons += (reasons.empty() ? "" : "; ") + reason_text(pos_, r);
      if (r.requirement != none && !x.provision.empty())
        cited = cited || cites(p_.requirements[r.requirement].provisions, x.provision);
    }
    std::string found = fmt::format("it is {}{}{}", to_string(j->word), j->noted ? ", noted" : "",
                                    reasons.empty() ? "" : ": " + reasons);
    bool holds = false;
    if (x.word == "effective") {
      holds = (j->word == VerdictWord::effective || j->word == VerdictWord::in_breach);
    } else if (x.word == "void") {
      holds = j->word == VerdictWord::void_;
    } else if (x.word == "in breach") {
      holds = j->word == VerdictWord::in_breach;
    } else if (x.word == "noted") {
      holds = j->noted;
    } else if (x.word == "awaiting receipt") {
      holds = j->word == VerdictWord::awaiting_receipt;
    } else if (x.word == "awaiting effect") {
      holds = j->word == VerdictWord::awaiting_effect;
    } else if (x.word == "awaiting signature") {
      holds = j->word == VerdictWord::awaiting_signature;
    } else if (x.word == "in doubt") {
      holds = j->in_doubt || j->word == VerdictWord::in_doubt;
    } else if (x.word == "received") {
      const bool received = j->received.tag == Tag::instant && j->received.number <= pos_.as_of.seconds;
      holds = received && (x.moment.empty() || same_moment(j->received, x.moment));
      if (holds != x.negated) return "";
      return j->received.tag == Tag::instant
                 ? "it is received " + p_.zone.format_for_people({j->received.number})
             : j->received.tag == Tag::unknown
                 ? "its receipt is unknown: " + missing_text(pos_, j->received.why)
                 : "its receipt is not shown";
    }
    if (holds == x.negated) return found;
    if (!x.negated && !cited) return found + " (not under " + x.provision + ")";
    return "";
  }

  std::string breach(const Expectation& x) {
    const std::uint32_t t = x.thing.empty() ? none : thing(x.thing);
    std::string seen;
    for (const BreachRow& row : pos_.breaches) {
      program::Range cited{};
      if (row.duty != none) {
        cited = p_.duties[pos_.duties[row.duty].duty.value].provisions;
      } else if (row.requirement != none) {
        cited = p_.requirements[row.requirement].provisions;
      }
      if (row.waived_by != 0) continue;
      for (const std::string& id : provision_ids(p_, cited)) seen += (seen.empty() ? "" : ", ") + id;
      if (row.party.given() && p_.text(p_.parties[row.party.value].name) != x.party) continue;
      if (!cites(cited, x.provision)) continue;
      if (!x.thing.empty() && row.thing != t) continue;
      return x.negated ? "it is in breach of " + x.provision : "";
    }
    return x.negated ? "" : seen.empty() ? "no breach" : "breaches of " + seen;
  }

  std::string compare_money(const Value& v, const Expectation& x) {
    if (v.tag == Tag::unknown) return "unknown: " + missing_text(pos_, v.why);
    const Currency currency = p_.currencies[v.tag == Tag::money ? v.detail : 0];
    const auto wanted = Money::parse(x.amount, currency);
    const std::int64_t minor = v.tag == Tag::money ? v.number : 0;
    if (!wanted || wanted->minor != minor || v.bound != x.bound)
      return value_text(pos_, {Tag::money, v.bound, v.detail, 0, minor});
    return "";
  }

  std::string owes(const Expectation& x) {
    const std::uint32_t t = thing(x.thing);
    std::string seen;
    for (const DueRow& row : pos_.dues) {
      const Due& due = p_.dues[row.due.value];
      if (row.thing != t || row.cancelled || p_.text(p_.parties[due.debtor.value].name) != x.party) continue;
      const std::string wrong = compare_money(open_of(pos_, row), x);
      if (wrong.empty() && (x.moment.empty() || same_moment(row.deadline, x.moment))) return "";
      seen += fmt::format("{}{} by {}", seen.empty() ? "" : "; ",
                          wrong.empty() ? value_text(pos_, open_of(pos_, row)) : wrong,
                          value_text(pos_, row.deadline));
    }
    return seen.empty() ? (x.amount == "0.00" || x.amount == "0" ? "" : "nothing is due") : seen;
  }

  std::string in_account(const Expectation& x) {
    const std::uint32_t t = x.thing == "Agreement" ? agreement() : thing(x.thing);
    if (t == none) return x.thing + " does not exist";
    Value sum{Tag::money, Bound::exact, 0, 0, 0};
    std::string of;
    const AccountId declared = p_.account(pos_.things[t].kind, x.word);
    if (declared.given()) {
      of = p_.text(p_.parties[p_.accounts[declared.value].holder.value].name);
      if (of != x.party) return fmt::format("{} is of {}", x.word, of);
      sum =
          account_fact(pos_, t, declared,
                       x.kind == ExpectKind::has ? AccountFact::balance : AccountFact::available, pos_.as_of);
    }
    for (std::uint32_t a = pos_.things[t].first_account; a != none && !declared.given();
         a = pos_.accounts[a].next) {
      const AccountRow& row = pos_.accounts[a];
      if (row.account.given() || p_.text(p_.parties[row.holder.value].name) != x.party) continue;
      for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before)
        sum.number += pos_.lots[n].left;
    }
    return compare_money(sum, x);
  }

  std::string interest(const Expectation& x) {
    const std::uint32_t t = thing(x.thing);
    std::string seen = "no interest";
    for (const DueRow& row : pos_.dues) {
      if (row.thing != t || p_.text(p_.parties[p_.dues[row.due.value].debtor.value].name) != x.party)
        continue;
      seen = compare_money(interest_of(pos_, row), x);
      if (seen.empty()) return "";
    }
    return seen;
  }

  Value value_of(const Expectation& x, TypeRef& type) {
    const std::uint32_t t = thing(x.thing);
    if (t == none) return {};
    const FieldId f = p_.field(pos_.things[t].kind, x.word);
    if (!f.given()) return {};
    type = p_.fields[f.value].type;
    Look look;
    look.subject = t;
    look.now = pos_.as_of;
    if (p_.fields[f.value].computed.given()) return evaluate(pos_, p_.fields[f.value].computed, look);
    return pos_.slot(t, f).value;
  }

  std::string field(const Expectation& x) {
    if (thing(x.thing) == none) return x.thing + " does not exist";
    TypeRef type;
    const Value v = value_of(x, type);
    if (x.value.kind == Datum::Kind::null) {
      return (v.tag == Tag::absent) != x.negated
                 ? ""
                 : fmt::format("{} of {} is {}", x.word, x.thing, value_text(pos_, v));
    }
    const auto wanted = record_.bind_value(x.value, type, x.word);
    bool same = false;
    if (wanted) {
      Value w = *wanted;
      w.bound = x.bound;
      Value exact = v;
      exact.why = 0;
      if (w.tag == Tag::number && exact.tag == Tag::number) {
        same = Decimal{w.number, static_cast<std::uint8_t>(w.detail)} ==
                   Decimal{exact.number, static_cast<std::uint8_t>(exact.detail)} &&
               w.bound == exact.bound;
      } else if (w.tag == Tag::date && exact.tag == Tag::instant) {
        same = p_.zone.date_of({exact.number}).days == w.number;
      } else {
        same = w == exact || value_text(pos_, w) == value_text(pos_, exact);
      }
    }
    if (same != x.negated) return "";
    return fmt::format("{} of {} is {}", x.word, x.thing, value_text(pos_, v)) +
           (v.why != 0 ? " (" + missing_text(pos_, v.why) + ")" : "");
  }

  std::string unknown(const Expectation& x) {
    TypeRef type;
    const std::uint32_t t = thing(x.thing);
    if (t == none) return x.thing + " does not exist";
    Value v = value_of(x, type);
    // `deadline of PO-17` speaks of its open duties.
    if (!p_.field(pos_.things[t].kind, x.word).given()) return "no such field";
    const bool is_unknown = v.tag == Tag::unknown;
    if (is_unknown == x.negated) return value_text(pos_, v);
    if (!x.provision.empty()) {
      const auto names = missing_names(pos_, v.why);
      if (std::find(names.begin(), names.end(), x.provision) == names.end())
        return "unknown because of " + missing_text(pos_, v.why);
    }
    return "";
  }

  std::string duty_status(const Expectation& x) {
    const std::uint32_t t = x.thing.empty() ? none : x.thing == "Agreement" ? agreement() : thing(x.thing);
    std::string seen;
    for (std::size_t i = pos_.duties.size(); i-- > 0;) {
      const DutyRow& row = pos_.duties[i];
      const Duty& duty = p_.duties[row.duty.value];
      if (!cites(duty.provisions, x.provision)) continue;
      if (!x.thing.empty() && row.thing != t) continue;
      std::string status(to_string(row.status));
      if (row.status == DutyStatus::due && row.overdue) status = "overdue";
      const bool same = status == x.word || (x.word == "pending" && status == "due");
      const std::uint32_t why = pos_.unknowns.join(row.why, row.owed_why);
      if (same && !x.label.empty()) {
        const auto names = missing_names(pos_, why);
        if (std::find(names.begin(), names.end(), x.label) == names.end()) {
          seen +=
              fmt::format("{}{} because of {}", seen.empty() ? "" : ", ", status, missing_text(pos_, why));
          continue;
        }
      }
      if (same) return x.negated ? fmt::format("it is {}", status) : "";
      seen += (seen.empty() ? "" : ", ") + status + (why != 0 ? " (" + missing_text(pos_, why) + ")" : "");
    }
    if (x.negated) return "";
    return seen.empty() ? "no such duty" : "it is " + seen;
  }

  std::string claim_status(const Expectation& x) {
    const Sequence entry = x.label.empty() ? last_ : labels_.at(x.label);
    for (const ClaimRow& row : pos_.claims) {
      if (row.entry != entry) continue;
      const bool same = to_string(row.status) == x.word;
      return same != x.negated ? "" : fmt::format("it is {}", to_string(row.status));
    }
    return "there is no such claim";
  }

  const Position& pos_;
  const Program& p_;
  Record& record_;
  Sequence last_;
  const std::map<std::string, Sequence>& labels_;
};

ScenarioResult run_one(const std::shared_ptr<const Program>& program, const std::shared_ptr<const Plan>& plan,
                       const Scenario& scenario) {
  const Program& p = *program;
  ScenarioResult result;
  result.title = scenario.title;
  result.provisions = scenario.provisions;
  const Place& place = p.places[scenario.place];
  result.file = p.files[place.file];
  result.line = place.line;
  const auto failed = [&](std::uint32_t at, std::string expected, std::string found) {
    result.failures.push_back(
        {p.files[p.places[at].file], p.places[at].line, std::move(expected), std::move(found)});
  };

  // Entries in the order they enter the record; what speaks about another by its label finds it by then.
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    if (scenario.steps[i].entry) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return scenario.steps[a].entry->recorded < scenario.steps[b].entry->recorded;
  });
  const auto record = std::make_shared<Record>(program);
  for (const GivenInput& g : scenario.given) {
    const std::string item = std::string(p.text(p.kinds[g.kind.value].name)) + "/" + g.key;
    if (const auto ok =
            record->add_input(g.kind, g.key, "another agreement", item, g.fields, g.unknown, g.bounds);
        !ok)
      failed(scenario.place, "a document that can be given", ok.error().message);
  }
  std::map<std::string, Sequence> labels;
  std::vector<Sequence> sequence_of(scenario.steps.size(), 0);
  for (const std::size_t i : order) {
    const Step& step = scenario.steps[i];
    Entry e = *step.entry;
    e.sequence = record->head() + 1;
    if (!step.of_label.empty()) {
      const auto of = labels.find(step.of_label);
      if (of == labels.end()) {
        failed(step.place, "an entry about " + step.of_label, step.of_label + " is recorded later");
        continue;
      }
      e.of = of->second;
    }
    if (const auto appended = record->append(e); !appended) {
      failed(step.place, "an entry that can be recorded",
             "refused: " + appended.error().message +
                 (appended.error().help.empty() ? "" : " (" + appended.error().help + ")"));
      continue;
    }
    sequence_of[i] = e.sequence;
    if (!step.label.empty()) labels[step.label] = e.sequence;
  }
  Sequence last = 0;
  Position position;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const Step& step = scenario.steps[i];
    if (step.entry) {
      if (step.entry->kind == EntryKind::act || step.entry->kind == EntryKind::claim) last = sequence_of[i];
      continue;
    }
    FoldOptions options;
    options.as_of = step.at;
    options.known_at = step.known_at.value_or(step.at);
    fold_into(position, plan, record, options);
    for (const Expectation& x : step.expectations) {
      ++result.looks;
      const std::string found = Looker(position, *record, last, labels).look(x);
      if (!found.empty()) failed(x.place, x.words, found);
    }
  }
  if (result.looks == 0 && result.failures.empty()) {
    failed(scenario.place, "at least one look at the position",
           "the scenario looks at nothing, so it cannot fail");
  }
  return result;
}

}  // namespace

std::vector<ScenarioResult> run_scenarios(const std::shared_ptr<const Program>& program) {
  const auto plan = std::make_shared<const Plan>(*program);
  std::vector<ScenarioResult> results;
  for (const Scenario& scenario : program->scenarios) results.push_back(run_one(program, plan, scenario));
  return results;
}

std::optional<std::string> first_failing(const std::shared_ptr<const Program>& program) {
  return first_failing(program, program->scenarios, {});
}

std::optional<std::string> first_failing(const std::shared_ptr<const Program>& program,
                                         std::span<const Scenario> scenarios,
                                         std::span<const std::uint32_t> first) {
  const auto plan = std::make_shared<const Plan>(*program);
  std::vector<bool> told(scenarios.size(), false);
  for (const std::uint32_t s : first) {
    if (told[s]) continue;
    told[s] = true;
    if (!run_one(program, plan, scenarios[s]).passed()) return scenarios[s].title;
  }
  for (std::size_t s = 0; s < scenarios.size(); ++s) {
    if (!told[s] && !run_one(program, plan, scenarios[s]).passed()) return scenarios[s].title;
  }
  return std::nullopt;
}

}  // namespace counterpart::trial
