// What becomes of entries: acts judged by their requirements, claims with what was said of them.

#include <algorithm>
#include <cassert>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

std::uint32_t Machine::judge(std::uint32_t index, VerdictWord word, std::uint32_t thing,
                             const Value& received) {
  const BoundEntry& e = entry(index);
  Judgement j;
  j.entry = e.sequence;
  j.bound = index;
  j.word = word;
  j.thing = thing;
  j.sent = e.at;
  j.received = received;
  j.effect = now_;
  pos_.judgements.push_back(j);
  judgement_of_entry_[index] = static_cast<std::uint32_t>(pos_.judgements.size() - 1);
  return judgement_of_entry_[index];
}

void Machine::enter_act(std::uint32_t index) {
  const BoundEntry& e = entry(index);
  const Act& act = p_.acts[text_of(e).value];
  const Value received = receipt_of(pos_, e, act.receipt, about(e.sequence));
  if (act.effect_on_receipt) {
    const std::uint32_t j = judge(index, VerdictWord::awaiting_receipt, none, received);
    if (received.tag == Tag::instant && received.number <= now_.seconds) {
      take_effect(index, j);
    } else if (received.tag == Tag::instant) {
      timers_.push({{received.number}, Timer::Kind::receipt, index, 0, e.sequence});
    }
    return;
  }
  if (act.effect_at.given()) {
    const std::uint32_t j = judge(index, VerdictWord::awaiting_effect, pos_.thing_of_key[e.key], received);
    look_at_pending(make_pending(index, j));
    return;
  }
  const std::uint32_t j = judge(index, VerdictWord::effective, none, received);
  take_effect(index, j);
  await_receipt(index, j);
}

void Machine::await_receipt(std::uint32_t index, std::uint32_t j) {
  const Judgement& judgement = pos_.judgements[j];
  if (judgement.word != VerdictWord::effective && judgement.word != VerdictWord::in_breach) return;
  if (judgement.received.tag != Tag::instant) return;
  const Instant received{judgement.received.number};
  if (received <= now_) {
    received_act(index, j, p_.acts[entry(index).act.value].effect_at.given() ? received : now_);
  } else {
    timers_.push({received, Timer::Kind::receipt, index, 0, entry(index).sequence});
  }
}

void Machine::look_at_pending(std::uint32_t pending) {
  const PendingRow row = pos_.pending[pending];
  const BoundEntry& e = entry(row.entry);
  const Act& act = p_.acts[row.act.value];
  if (row.over || !act.effect_at.given()) return;
  Judgement& judgement = pos_.judgements[row.judgement];
  Look look = look_at(pos_.thing_of_key[e.key]);
  look.act = &e;
  look.received = judgement.received;
  Value at = evaluate(pos_, act.effect_at, look);
  if (at.bound != Bound::exact) at = {Tag::unknown, Bound::exact, 0, at.why, 0};
  const bool known = at.tag == Tag::date || at.tag == Tag::instant;
  judgement.word = at.tag == Tag::absent ? VerdictWord::awaiting_receipt : VerdictWord::awaiting_effect;
  if (row.generation != 0 && at == judgement.takes_effect) return;
  judgement.takes_effect = at;
  PendingRow& to = pos_.pending[pending];
  ++to.generation;
  if (!known) return;
  const Instant when =
      at.tag == Tag::date ? p_.zone.start_of({static_cast<std::int32_t>(at.number)}) : Instant{at.number};
  to.at = std::max(when, now_);
  timers_.push({to.at, Timer::Kind::effect, pending, to.generation, e.sequence});
}

std::optional<std::vector<std::uint32_t>> Machine::signed_before(std::uint32_t index, std::uint32_t j) {
  const BoundEntry& e = entry(index);
  const Act& act = p_.acts[text_of(e).value];
  std::vector<std::uint32_t> before;
  if (all_signed(e, act.by)) return before;
  if (record_.signatures(e.signatures).empty()) {
    kernel_reason(j, Reason::Kernel::unsigned_jointly);
    return std::nullopt;
  }
  std::vector<PartyId> missing;
  for (std::uint32_t i = act.by.first; i < act.by.first + act.by.count; ++i) {
    if (!signed_by_party(e, p_.party_lists[i])) missing.push_back(p_.party_lists[i]);
  }
  for (std::uint32_t n = last_pending(e.key); n != none; n = std::as_const(pos_.pending)[n].next) {
    const PendingRow& row = std::as_const(pos_.pending)[n];
    if (row.over || row.act != e.act ||
        std::as_const(pos_.judgements)[row.judgement].word != VerdictWord::awaiting_signature)
      continue;
    if (!record_.same_inputs(e, entry(row.entry))) continue;  // another proposal than this one
    before.push_back(row.entry);
    std::erase_if(missing, [&](PartyId party) { return signed_by_party(entry(row.entry), party); });
  }
  if (missing.empty()) return before;
  pos_.judgements[j].word = VerdictWord::awaiting_signature;
  make_pending(index, j);
  return std::nullopt;
}

std::uint32_t Machine::last_pending(std::uint32_t key) const {
  return key < pos_.last_pending.size() ? std::as_const(pos_.last_pending)[key] : none;
}

std::uint32_t Machine::make_pending(std::uint32_t index, std::uint32_t j) {
  const BoundEntry& e = entry(index);
  if (e.key >= pos_.last_pending.size()) pos_.last_pending.resize(e.key + 1, none);
  const auto row = static_cast<std::uint32_t>(pos_.pending.size());
  pos_.pending.push_back({j, index, e.act, false, {}, 0, last_pending(e.key)});
  pos_.last_pending[e.key] = row;
  return row;
}

bool Machine::own_signatures_stand(std::uint32_t index, std::uint32_t j, std::uint32_t thing) {
  const BoundEntry& e = entry(index);
  const Act& act = p_.acts[text_of(e).value];
  if (all_signed(e, act.by)) return true;
  Look look = look_at(thing);
  look.act = &e;
  look.received = pos_.judgements[j].received;
  for (std::uint32_t r = act.requirements.first; r < act.requirements.first + act.requirements.count; ++r) {
    const Requirement& requirement = p_.requirements[r];
    if (requirement.strength != Strength::void_unless) continue;
    bool own = !plan_.signers[r].empty();
    for (const PartyId party : plan_.signers[r]) own = own && signed_by_party(e, party);
    if (!own || truth(pos_, requirement.condition, look) != Truth::no || ratified(e, requirement, look))
      continue;
    Reason why;
    why.requirement = r;
    reason(j, why);
    pos_.judgements[j].word = VerdictWord::void_;
    return false;
  }
  return true;
}

void Machine::reason(std::uint32_t judgement, Reason r) {
  r.entry_index = judgement;
  pos_.reasons.push_back(r);
}

void Machine::kernel_reason(std::uint32_t judgement, Reason::Kernel kernel) {
  Reason r;
  r.by_kernel = true;
  r.kernel = kernel;
  reason(judgement, r);
  pos_.judgements[judgement].word = VerdictWord::void_;
}

void Machine::take_effect(std::uint32_t index, std::uint32_t j) {
  const BoundEntry& e = entry(index);
  const Act& act = p_.acts[text_of(e).value];
  const KindId kind = act.kind;
  pos_.judgements[j].effect = now_;
  if (pos_.judgements[j].word == VerdictWord::awaiting_receipt ||
      pos_.judgements[j].word == VerdictWord::awaiting_effect)
    pos_.judgements[j].word = VerdictWord::effective;

  if (!e.text.given()) return kernel_reason(j, Reason::Kernel::not_in_force);
  std::uint32_t thing = pos_.thing_of_key[e.key];
  if (act.creates && thing != none) return kernel_reason(j, Reason::Kernel::taken_number);
  if (!act.creates && thing == none) return kernel_reason(j, Reason::Kernel::absent_document);
  pos_.judgements[j].thing = thing;
  if (!listed(act.by, e.by)) return kernel_reason(j, Reason::Kernel::wrong_party);
  if (thing != none && !act.from.empty() && !stage_listed(act.from, pos_.things[thing].stage)) {
    return kernel_reason(j, Reason::Kernel::wrong_stage);
  }
  // The entries of a joint act that signed before this one, and the one of all that says what is agreed.
  std::vector<std::uint32_t> before;
  std::uint32_t brings = index;
  if (act.jointly) {
    if (!own_signatures_stand(index, j, thing)) return;
    auto signed_earlier = signed_before(index, j);
    if (!signed_earlier) return;
    before = *std::move(signed_earlier);
    for (std::size_t n = 0; record_.values(entry(brings).inputs).empty() && n < before.size(); ++n)
      brings = before[n];
    if (record_.values(entry(brings).inputs).empty() && asks_inputs(act) && act.creates)
      return kernel_reason(j, Reason::Kernel::absent_document);
  }

  const Cause cause{Cause::Kind::entry, e.sequence, none, act.provisions};
  // A document being made stands tentatively while its requirements are looked at.
  const std::size_t things = pos_.things.size();
  const std::size_t changes = pos_.field_changes.size();
  if (act.creates) {
    thing = make_thing(kind, e.key, none, e.sequence);
    const auto inputs = record_.values(entry(brings).inputs);
    const Range fields = p_.kinds[kind.value].fields;
    for (std::uint32_t i = 0; i < act.inputs.count; ++i) {
      const Input& input = p_.inputs[act.inputs.first + i];
      if (!input.sets.given()) continue;
      Value v = i < inputs.size() ? inputs[i] : Value{};
      if (v.tag == Tag::list && v.detail == 2) v = make_parts(v, thing, e.sequence, cause);
      if (v.tag != Tag::absent) set_field(thing, input.sets, v, cause);
    }
    for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
      const Field& field = p_.fields[f];
      if (field.computed.given() || !field.initial.given() ||
          pos_.slot(thing, FieldId{f}).value.tag != Tag::absent)
        continue;
      set_field(thing, FieldId{f}, evaluate(pos_, field.initial, look_at(thing)), cause);
    }
    pos_.thing_of_key[e.key] = thing;
  }

  BoundEntry acted = e;
  acted.inputs = entry(brings).inputs;
  for (const std::uint32_t earlier : before) {
    if (acted.sets.empty()) acted.sets = entry(earlier).sets;
  }
  Look look = look_at(thing);
  look.act = &acted;
  look.received = pos_.judgements[j].received;
  look.signed_with = before;
  bool is_void = false;
  bool waits = false;
  bool breach = false;
  for (std::uint32_t r = act.requirements.first; r < act.requirements.first + act.requirements.count; ++r) {
    const Requirement& requirement = p_.requirements[r];
    if (!requirement.window.holds(e.at)) continue;
    std::uint32_t why = 0;
    Truth t = truth(pos_, requirement.condition, look, &why);
    if (t == Truth::no && ratified(e, requirement, look)) t = Truth::yes;
    if (t == Truth::yes) continue;
    Reason reason_row;
    reason_row.strength = requirement.strength;
    reason_row.requirement = r;
    reason_row.why = why;
    if (t == Truth::unknown) {
      pos_.judgements[j].in_doubt = true;
      reason_row.unknown = true;
      if (requirement.if_unknown != OnUnknown::fails) {
        if (requirement.strength == Strength::void_unless && requirement.if_unknown != OnUnknown::holds)
          waits = true;
        reason(j, reason_row);
        continue;
      }
    }
    reason(j, reason_row);
    switch (requirement.strength) {
      case Strength::void_unless:
        is_void = true;
        break;
      case Strength::breach_unless:
        breach = true;
        break;
      case Strength::noted_unless:
        pos_.judgements[j].noted = true;
        break;
    }
  }
  if (is_void || waits) {
    if (act.creates) {
      forget_things(things);
      pos_.field_changes.resize(changes);
    }
    pos_.judgements[j].word = is_void ? VerdictWord::void_ : VerdictWord::in_doubt;
    return;
  }
  if (e.at < p_.zone.start_of(p_.effective_date)) {
    Reason r;
    r.by_kernel = true;
    r.kernel = Reason::Kernel::before_effective_date;
    r.strength = Strength::noted_unless;
    reason(j, r);
    pos_.judgements[j].noted = true;
  }
  pos_.judgements[j].thing = thing;
  if (breach) {
    pos_.judgements[j].word = VerdictWord::in_breach;
    for (std::size_t r = pos_.reasons.size(); r-- > 0;) {
      const Reason& row = pos_.reasons[r];
      if (row.entry_index != j) break;
      if (row.strength != Strength::breach_unless || row.unknown || row.by_kernel) continue;
      pos_.breaches.push_back({e.by, thing, now_, p_.zone.date_of(now_), none, e.sequence, row.requirement});
    }
  }
  for (const std::uint32_t earlier : before) {
    const std::uint32_t other = std::as_const(judgement_of_entry_)[earlier];
    pos_.judgements[other].word = VerdictWord::effective;
    pos_.judgements[other].thing = thing;
    pos_.judgements[other].effect = now_;
    for (std::uint32_t n = last_pending(e.key); n != none; n = std::as_const(pos_.pending)[n].next) {
      if (std::as_const(pos_.pending)[n].entry == earlier) pos_.pending[n].over = true;
    }
  }
  act_done(acted, j, thing, cause);
}

bool Machine::asks_inputs(const Act& act) const {
  const auto first = p_.inputs.begin() + act.inputs.first;
  return std::any_of(first, first + act.inputs.count, [](const Input& x) { return !x.optional; });
}

bool Machine::listed(Range by, PartyId party) const {
  const auto first = p_.party_lists.begin() + by.first;
  return by.empty() || std::find(first, first + by.count, party) != first + by.count;
}

bool Machine::stage_listed(Range from, StageId stage) const {
  const auto first = p_.stage_sets.begin() + from.first;
  return std::find(first, first + from.count, stage) != first + from.count;
}

bool Machine::signed_by_party(const BoundEntry& e, PartyId party) const {
  for (const BoundSignature& s : record_.signatures(e.signatures)) {
    if (s.party == party) return true;
  }
  return false;
}

bool Machine::all_signed(const BoundEntry& e, Range by) const {
  for (std::uint32_t i = by.first; i < by.first + by.count; ++i) {
    if (!signed_by_party(e, p_.party_lists[i])) return false;
  }
  return true;
}

bool Machine::ratified(const BoundEntry& e, const Requirement& requirement, const Look& look) const {
  for (const Attached& a : about(e.sequence)) {
    if (a.what != Attached::What::ratify) continue;
    BoundEntry with = e;
    with.signatures = record_.entries()[a.entry].signatures;
    Look again = look;
    again.act = &with;
    if (truth(pos_, requirement.condition, again) == Truth::yes) return true;
  }
  return false;
}

void Machine::act_done(const BoundEntry& e, std::uint32_t j, std::uint32_t thing, const Cause& cause) {
  const Act& act = p_.acts[text_of(e).value];
  const ActPlan& plan = plan_.acts[e.act.value];
  pos_.events.push_back({e.act, j, pos_.things[thing].last_event});
  pos_.things[thing].last_event = static_cast<std::uint32_t>(pos_.events.size() - 1);
  facts_changed(thing);
  if (act.creates) add_watches(thing);
  // What a document brought stands behind it.
  const std::uint32_t first_part = act.creates ? thing + 1 : static_cast<std::uint32_t>(pos_.things.size());

  if (!act.creates) {
    const auto inputs = record_.values(e.inputs);
    for (std::uint32_t i = 0; i < act.inputs.count && i < inputs.size(); ++i) {
      const Input& input = p_.inputs[act.inputs.first + i];
      if (!input.sets.given() || inputs[i].tag == Tag::absent) continue;
      Value v = inputs[i];
      if (v.tag == Tag::list && v.detail == 2) {
        drop_parts(pos_.slot(thing, input.sets).value);
        v = make_parts(v, thing, e.sequence, cause);
      }
      set_field(thing, input.sets, v, cause);
    }
  }
  for (const BoundSetting& set : record_.settings(e.sets)) {
    pos_.settings.push_back(
        {set.term, thing, set.value, now_, e.sequence, std::as_const(pos_.last_setting)[set.term.value]});
    pos_.last_setting[set.term.value] = static_cast<std::uint32_t>(pos_.settings.size() - 1);
  }
  Look look = look_at(thing);
  look.act = &e;
  look.received = pos_.judgements[j].received;
  apply(act.effects, look, cause, e.by, none);
  if (!plan.settles.empty()) pay(thing, plan_.acts[text_of(e).value], e);
  for (const std::uint32_t duty : plan.performs) perform(duty, thing, e);
  if (act.to.given()) become(thing, act.to, cause, p_.zone.date_of(now_));
  wake_parts(first_part, cause);
  for (const std::uint32_t duty : plan.opens_on_effect) {
    each_subject(thing, p_.duties[duty].subject,
                 [&](std::uint32_t t) { open_duty(DutyId{duty}, t, e.sequence, now_); });
  }
  for (const std::uint32_t due : plan.dues_on_effect) {
    each_subject(thing, p_.dues[due].subject,
                 [&](std::uint32_t t) { open_due(DueId{due}, t, e.sequence, now_); });
  }
  for (const std::uint32_t rule : plan.rules_on_effect)
    run_rule(RuleId{rule}, thing, e.sequence, p_.zone.date_of(now_));
  if (act.effect_on_receipt) received_act(pos_.judgements[j].bound, j, now_);
  settle(thing);
}

void Machine::received_act(std::uint32_t index, std::uint32_t j, Instant at) {
  const BoundEntry& e = entry(index);
  const std::uint32_t thing = pos_.judgements[j].thing;
  if (thing == none) return;
  facts_changed(thing);
  const ActPlan& plan = plan_.acts[e.act.value];
  for (const std::uint32_t duty : plan.opens_on_receipt) {
    each_subject(thing, p_.duties[duty].subject,
                 [&](std::uint32_t t) { open_duty(DutyId{duty}, t, e.sequence, at); });
  }
  for (const std::uint32_t due : plan.dues_on_receipt) {
    each_subject(thing, p_.dues[due].subject,
                 [&](std::uint32_t t) { open_due(DueId{due}, t, e.sequence, at); });
  }
  for (const std::uint32_t rule : plan.rules_on_receipt)
    run_rule(RuleId{rule}, thing, e.sequence, p_.zone.date_of(now_));
  settle(thing);
}

void Machine::enter_claim(std::uint32_t index) {
  const BoundEntry& e = entry(index);
  const std::uint32_t thing = e.key == none ? pos_.agreement() : pos_.thing_of_key[e.key];
  const std::uint32_t j = judge(index, VerdictWord::effective, thing, Value{});
  if (thing == none) return kernel_reason(j, Reason::Kernel::absent_document);
  if (!listed(p_.claims[e.what].by, e.by)) return kernel_reason(j, Reason::Kernel::wrong_party);
  ClaimRow row;
  row.claim = ClaimId{e.what};
  row.thing = thing;
  row.entry = e.sequence;
  row.at = e.at;
  row.value = record_.values(e.inputs)[0];
  for (const Attached& a : about(e.sequence)) {
    const BoundEntry& said = record_.entries()[a.entry];
    const bool of_a_party = !p_.parties[said.by.value].outside;
    switch (a.what) {
      case Attached::What::contest:
        if (said.by == e.by || !of_a_party) break;
        row.status = ClaimStatus::disputed;
        row.settled_by = said.sequence;
        break;
      case Attached::What::agree:
        if (!of_a_party || (said.by == e.by && row.status != ClaimStatus::disputed)) break;
        row.status = ClaimStatus::agreed;
        row.settled_by = said.sequence;
        if (!said.inputs.empty()) row.value = record_.values(said.inputs)[0];
        break;
      case Attached::What::ruling:
        row.status = ClaimStatus::ruled;
        row.settled_by = said.sequence;
        row.value = record_.values(said.inputs)[0];
        break;
      case Attached::What::evidence:
      case Attached::What::ratify:
        break;
    }
  }
  for (const auto& [claimed, holds] : assumed_) {
    if (claimed != e.sequence) continue;
    row.status = ClaimStatus::agreed;
    if (!holds && row.value.tag == Tag::yes_no) {
      row.value.number = row.value.number == 0 ? 1 : 0;
    } else if (!holds) {
      row.value = p_.claims[e.what].presumed;
    }
  }
  row.next = pos_.things[thing].first_claim;
  pos_.claims.push_back(row);
  pos_.things[thing].first_claim = static_cast<std::uint32_t>(pos_.claims.size() - 1);
  facts_changed(thing);
  settle(thing);
}

}  // namespace counterpart::engine
