// Documents, parts, their fields and stages, and the effects that change them.

#include <algorithm>
#include <cassert>

#include "engine/attach.h"
#include "engine/evaluate.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

std::uint32_t Machine::make_thing(KindId kind, std::uint32_t key, std::uint32_t parent, Sequence by) {
  Thing t;
  t.kind = kind;
  t.key = key;
  t.parent = parent;
  t.made_by = by;
  t.first_slot = static_cast<std::uint32_t>(pos_.slots.size());
  pos_.slots.resize(pos_.slots.size() + p_.kinds[kind.value].fields.count);
  const auto index = static_cast<std::uint32_t>(pos_.things.size());
  pos_.things.push_back(t);
  pos_.things_of_kind[kind.value].push_back(index);
  return index;
}

void Machine::forget_things(std::size_t keep) {
  while (pos_.things.size() > keep) {
    const Thing& last = std::as_const(pos_.things).back();
    pos_.things_of_kind[last.kind.value].pop_back();
    if (last.key != none) pos_.thing_of_key[last.key] = none;
    pos_.slots.resize(last.first_slot);
    pos_.things.pop_back();
  }
}

void Machine::set_field(std::uint32_t thing, FieldId field, const Value& value, const Cause& cause) {
  Slot& slot = pos_.slots[pos_.things[thing].first_slot + field.value -
                          p_.kinds[pos_.things[thing].kind.value].fields.first];
  const auto index = static_cast<std::uint32_t>(pos_.field_changes.size());
  pos_.field_changes.push_back({thing, field, value, now_, cause, slot.last_change});
  if (slot.first_change == none) slot.first_change = index;
  slot.last_change = index;
  slot.value = value;
  facts_changed(thing);
}

Value Machine::make_parts(const Value& rows, std::uint32_t parent, Sequence by, const Cause& cause) {
  const auto first_row = static_cast<std::uint32_t>(rows.number >> 32);
  const auto count = static_cast<std::uint32_t>(rows.number & 0xffffffff);
  const auto first = static_cast<std::uint32_t>(pos_.things.size());
  // Where another list of the document holds parts of the kind, the numbers go on.
  std::uint32_t before = 0;
  for (const FieldId f : plan_.kinds[std::as_const(pos_.things)[parent].kind.value].part_fields) {
    if (count == 0) break;
    const Range others = Position::parts_of(pos_.slot(parent, f).value);
    for (std::uint32_t t = others.first; t < others.first + others.count; ++t) {
      const Thing& other = std::as_const(pos_.things)[t];
      if (!other.gone && other.kind == record_.part_row(first_row).kind)
        before = std::max(before, other.number);
    }
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const KindId kind = record_.part_row(first_row + i).kind;
    const std::uint32_t part = make_thing(kind, none, parent, by);
    pos_.things[part].number = before + i + 1;
    if (!record_.names(kind)) continue;
    const std::uint32_t key = record_.find_key(kind, pos_.key_of(part));
    pos_.things[part].key = key;
    if (key != none) pos_.thing_of_key[key] = part;
  }
  // The parts of one list stand side by side; what they hold themselves comes after them.
  for (std::uint32_t i = 0; i < count; ++i) {
    const PartRow& row = record_.part_row(first_row + i);
    fill(first + i, record_.values(row.values), p_.kinds[row.kind.value].fields, cause);
  }
  return {Tag::list, Bound::exact, 1, 0, (static_cast<std::int64_t>(first) << 32) | count};
}

void Machine::drop_parts(const Value& list) {
  const Range parts = Position::parts_of(list);
  for (std::uint32_t t = parts.first; t < parts.first + parts.count; ++t) {
    Thing& part = pos_.things[t];
    if (part.key != none) pos_.thing_of_key[part.key] = none;
    part.key = none;
    part.gone = true;
    ++part.facts;
    touched_.push_back(t);
    for (const FieldId f : plan_.kinds[part.kind.value].part_fields) drop_parts(pos_.slot(t, f).value);
  }
}

void Machine::wake_parts(std::uint32_t first, const Cause& cause) {
  const auto end = static_cast<std::uint32_t>(pos_.things.size());
  for (std::uint32_t t = first; t < end; ++t) {
    const KindId kind = std::as_const(pos_.things)[t].kind;
    if (!plan_.kinds[kind.value].lives) continue;
    add_watches(t);
    touched_.push_back(t);
    const Range stages = p_.kinds[kind.value].stages;
    if (!stages.empty()) become(t, StageId{stages.first}, cause, p_.zone.date_of(now_));
  }
}

void Machine::fill(std::uint32_t thing, std::span<const Value> values, Range fields, const Cause& cause) {
  for (std::uint32_t f = 0; f < fields.count; ++f) {
    const Field& field = p_.fields[fields.first + f];
    if (field.computed.given()) continue;
    Value v = f < values.size() ? values[f] : Value{};
    if (v.tag == Tag::absent && field.initial.given()) v = evaluate(pos_, field.initial, look_at(thing));
    if (v.tag == Tag::list && v.detail == 2)
      v = make_parts(v, thing, std::as_const(pos_.things)[thing].made_by, cause);
    if (v.tag != Tag::absent) set_field(thing, FieldId{fields.first + f}, v, cause);
  }
}

void Machine::apply(Range effects, const Look& look, const Cause& cause, PartyId bearer, std::uint32_t duty) {
  apply_dated(effects, look, cause, bearer, duty, p_.zone.date_of(now_));
}

void Machine::apply_dated(Range effects, const Look& look, const Cause& cause, PartyId bearer,
                          std::uint32_t duty, CivilDate date) {
  for (std::uint32_t i = effects.first; i < effects.first + effects.count; ++i) {
    const Effect& effect = p_.effects[i];
    Cause own = cause;
    if (!effect.provisions.empty()) own.provisions = effect.provisions;
    const std::uint32_t thing =
        effect.thing.given() ? thing_of(evaluate(pos_, effect.thing, look)) : look.subject;
    switch (effect.kind) {
      case EffectKind::become:
        if (thing != none) become(thing, stage_for(thing, effect.stage), own, date);
        break;
      case EffectKind::set_field:
        if (const FieldId field = field_for(thing, effect.field); field.given()) {
          set_field(thing, field, evaluate(pos_, effect.value, look), own);
          touched_.push_back(thing);
        }
        break;
      case EffectKind::add:
      case EffectKind::remove:
        change_list(thing, effect, look, own);
        break;
      case EffectKind::waive:
        if (thing != none) {
          if (!waive(thing, effect.waived, own.entry)) note_nothing_waived(own.entry);
          touched_.push_back(thing);
        }
        break;
      case EffectKind::make:
        make(effect, look, own, date);
        break;
      case EffectKind::put_in:
      case EffectKind::draw:
        change_account(effect, look, own);
        break;
      case EffectKind::breach:
        pos_.breaches.push_back({bearer, thing, now_, date, duty, own.entry, none});
        break;
    }
  }
}

void Machine::change_list(std::uint32_t thing, const Effect& effect, const Look& look, const Cause& cause) {
  const FieldId field = field_for(thing, effect.field);
  if (!field.given()) return;
  const Value now = pos_.slot(thing, field).value;
  const Value item = evaluate(pos_, effect.value, look);
  const bool adds = effect.kind == EffectKind::add;
  if (item.tag == Tag::absent || now.tag == Tag::unknown || (!adds && now.tag == Tag::absent)) return;
  touched_.push_back(thing);
  if (item.tag == Tag::unknown)
    return set_field(thing, field, {Tag::unknown, Bound::exact, 0, item.why, 0}, cause);
  // One text, or each of several; a list that effects change holds each once.
  std::vector<TextId> given;
  for (std::size_t n = 0; n < pos_.text_count(item); ++n) given.push_back(pos_.text_at(item, n));
  if (item.tag != Tag::list) given.push_back({static_cast<std::uint32_t>(item.number)});
  const auto among = [](const std::vector<TextId>& all, TextId one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  std::vector<TextId> left;
  const std::size_t before = pos_.text_count(now);
  for (std::size_t n = 0; n < before; ++n) {
    const TextId text = pos_.text_at(now, n);
    if (adds || !among(given, text)) left.push_back(text);
  }
  for (const TextId text : given) {
    if (adds && !among(left, text)) left.push_back(text);
  }
  if (left.size() == before && now.tag == Tag::list) return;
  const auto first = static_cast<std::int64_t>(pos_.list_items.size());
  for (const TextId text : left) pos_.list_items.push_back(text);
  set_field(thing, field,
            {Tag::list, Bound::exact, 3, 0, (first << 32) | static_cast<std::int64_t>(left.size())}, cause);
}

void Machine::make(const Effect& effect, const Look& look, const Cause& cause, CivilDate date) {
  if (++chain_ > max_chain) return;
  const std::uint32_t on = look.subject != none ? look.subject : pos_.agreement();
  if (on == none) return;
  const Range settings = effect.settings;
  // The values are those of the moment before it exists.
  std::vector<Value> values;
  for (std::uint32_t i = 0; i < settings.count; ++i)
    values.push_back(evaluate(pos_, p_.settings[settings.first + i].value, look));

  Making made;
  made.on = on;
  made.at = now_;
  made.cause = cause;
  made.before = pos_.things[on].last_making;
  for (std::uint32_t m = made.before; m != none && made.number == 0; m = pos_.makings[m].before) {
    if (pos_.things[pos_.makings[m].thing].kind == effect.made) made.number = pos_.makings[m].number;
  }
  const std::uint32_t thing = make_thing(effect.made, none, none, cause.entry);
  const auto index = static_cast<std::uint32_t>(pos_.makings.size());
  made.thing = thing;
  pos_.makings.push_back(made);
  pos_.things[thing].making = index;
  pos_.things[on].last_making = index;
  // Its number is the next that nobody has taken; entries that name it find it by its key.
  std::uint32_t key = none;
  do {
    ++pos_.makings[index].number;
    key = record_.find_key(effect.made, pos_.key_of(thing));
  } while (key != none && pos_.thing_of_key[key] != none);
  if (key != none) {
    pos_.things[thing].key = key;
    pos_.thing_of_key[key] = thing;
  }

  for (std::uint32_t i = 0; i < settings.count; ++i) {
    if (values[i].tag != Tag::absent)
      set_field(thing, p_.settings[settings.first + i].field, values[i], cause);
  }
  const Kind& kind = p_.kinds[effect.made.value];
  for (std::uint32_t f = kind.fields.first; f < kind.fields.first + kind.fields.count; ++f) {
    const Field& field = p_.fields[f];
    const bool given = field.computed.given() || pos_.slot(thing, FieldId{f}).value.tag != Tag::absent;
    if (!given && field.initial.given())
      set_field(thing, FieldId{f}, evaluate(pos_, field.initial, look_at(thing)), cause);
  }
  add_watches(thing);
  touched_.push_back(thing);
  if (!kind.stages.empty()) become(thing, StageId{kind.stages.first}, cause, date);
}

FieldId Machine::field_for(std::uint32_t thing, FieldId field) const {
  if (thing == none) return {};
  if (p_.fields[field.value].kind == pos_.things[thing].kind) return field;
  return p_.field(pos_.things[thing].kind, p_.text(p_.fields[field.value].name));
}

StageId Machine::stage_for(std::uint32_t thing, StageId stage) const {
  if (p_.stages[stage.value].kind == pos_.things[thing].kind) return stage;
  return p_.stage(pos_.things[thing].kind, p_.text(p_.stages[stage.value].name));
}

std::uint32_t Machine::thing_of(const Value& v) const {
  if (v.tag != Tag::thing) return none;
  return v.detail == 1 ? static_cast<std::uint32_t>(v.number)
                       : pos_.thing_of_key[static_cast<std::uint32_t>(v.number)];
}

void Machine::become(std::uint32_t thing, StageId stage, const Cause& cause, CivilDate date) {
  Thing& t = pos_.things[thing];
  if (t.stage == stage) return;
  if (++chain_ > max_chain) return;
  t.stage = stage;
  ++t.facts;
  pos_.stage_changes.push_back({thing, stage, now_, date, cause, t.last_stage});
  t.last_stage = static_cast<std::uint32_t>(pos_.stage_changes.size() - 1);
  touched_.push_back(thing);
  if (!stage.given()) return;
  const StagePlan& plan = plan_.stages[stage.value];
  for (const std::uint32_t duty : plan.duties) {
    each_subject(thing, p_.duties[duty].subject,
                 [&](std::uint32_t each) { open_duty(DutyId{duty}, each, cause.entry, now_); });
  }
  for (const std::uint32_t due : plan.dues) {
    each_subject(thing, p_.dues[due].subject,
                 [&](std::uint32_t each) { open_due(DueId{due}, each, cause.entry, now_); });
  }
  for (const std::uint32_t rule : plan.rules) run_rule(RuleId{rule}, thing, cause.entry, date);
}

void Machine::run_rule(RuleId id, std::uint32_t thing, Sequence entry, CivilDate date) {
  const Rule& rule = p_.rules[id.value];
  if (!rule.window.holds(now_)) return;
  const Look look = look_at(thing);
  if (both(rule.operates, rule.guard, look) != Truth::yes) return;
  if (++chain_ > max_chain) return;
  const Cause cause{Cause::Kind::rule, entry, id.value, rule.provisions};
  apply_dated(rule.effects, look, cause, PartyId{}, none, date);
}

}  // namespace counterpart::engine
