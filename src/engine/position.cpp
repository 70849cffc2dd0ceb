#include "engine/position.h"

namespace counterpart::engine {

using namespace program;

const Slot& Position::slot(std::uint32_t thing, FieldId field) const {
  const Thing& t = things[thing];
  return slots[t.first_slot + field.value - program().kinds[t.kind.value].fields.first];
}

std::uint32_t Position::agreement() const {
  // It is made first of all things; no entry need name it.
  return plan->agreement_kind.given() && !things.empty() ? 0 : none;
}

std::uint32_t Position::find_thing(std::string_view name) const {
  if (name == "Agreement") return agreement();
  const std::uint32_t key = record->find_key_by_name(name);
  if (key != none && key < thing_of_key.size() && thing_of_key[key] != none) return thing_of_key[key];
  // What no entry names: by its whole name, or by its key alone where that is one thing's only.
  const bool whole = name.find('/') != std::string_view::npos;
  std::uint32_t found = none;
  for (const Making& m : makings) {
    if ((whole ? name_of(m.thing) : key_of(m.thing)) != name) continue;
    if (found != none) return none;
    found = m.thing;
  }
  return found;
}

void Position::know_keys() {
  const auto known = static_cast<std::uint32_t>(thing_of_key.size());
  const auto& keys = record->keys();
  thing_of_key.resize(keys.size(), none);
  for (std::uint32_t k = known; k < keys.size(); ++k) {
    const std::string_view text = record->text(keys[k].key);
    for (std::uint32_t t = 0; t < things.size() && thing_of_key[k] == none; ++t) {
      const Thing& thing = std::as_const(things)[t];
      const bool unnamed = thing.key == none && thing.kind == keys[k].kind;
      if (!unnamed || key_of(t) != text) continue;
      things[t].key = k;
      thing_of_key[k] = t;
    }
  }
}

std::string Position::key_of(std::uint32_t thing) const {
  const Thing& t = things[thing];
  if (t.kind == plan->agreement_kind) return "Agreement";
  if (t.key != none) return std::string(record->text(record->keys()[t.key].key));
  if (t.making == none) return {};
  const Making& m = makings[t.making];
  return key_of(m.on) + "." + std::to_string(m.number);
}

std::string Position::name_of(std::uint32_t thing) const {
  const Thing& t = things[thing];
  if (t.kind == plan->agreement_kind) return "Agreement";
  if (t.key != none || t.making != none)
    return std::string(program().text(program().kinds[t.kind.value].name)) + "/" + key_of(thing);
  // A part: its kind and its place among the parts of its document.
  std::uint32_t n = 1;
  while (thing >= n && things[thing - n].parent == t.parent && things[thing - n].kind == t.kind) ++n;
  const std::string parent = t.parent == none ? std::string() : name_of(t.parent) + "/";
  return parent + std::string(program().text(program().kinds[t.kind.value].name)) + "." + std::to_string(n);
}

const Judgement* Position::judgement_of(Sequence entry) const {
  for (const Judgement& j : judgements) {
    if (j.entry == entry) return &j;
  }
  return nullptr;
}

const BusinessCalendar* Position::calendar(std::uint32_t id) const {
  if (id >= program().calendars.size()) return nullptr;
  if (id < calendars.size() && calendars[id] != none) return &record->supplied_calendar(calendars[id]);
  return program().calendars[id].data.get();
}

std::string Position::duty_item(std::uint32_t row) const {
  const DutyRow& d = duties[row];
  const Duty& duty = program().duties[d.duty.value];
  std::string id = "duty:";
  if (!duty.provisions.empty()) {
    id += program().text(program().provisions[program().cited[duty.provisions.first].value].id);
    id += ':';
  }
  id += program().text(duty.name);
  if (d.thing != none) id += "@" + name_of(d.thing);
  if (d.entry != 0) return id + "#" + std::to_string(d.entry);
  // Opened by time or by a stage: told apart by the day it opened.
  return id + "#" + program().zone.date_of(d.opened).to_string();
}

std::string Position::due_item(std::uint32_t row) const {
  const DueRow& due = dues[row];
  // As with duties: one opened by time is told apart by its day.
  return "due:" + std::string(program().text(program().dues[due.due.value].name)) + "@" + name_of(due.thing) +
         "#" + (due.entry != 0 ? std::to_string(due.entry) : program().zone.date_of(due.opened).to_string());
}

std::string_view Position::account_name(std::uint32_t row) const {
  const program::AccountId id = accounts[row].account;
  return id.given() ? program().text(program().accounts[id.value].name) : std::string_view("overpaid");
}

std::string Position::account_item(std::uint32_t row) const {
  return "account:" + std::string(account_name(row)) + "@" + name_of(accounts[row].thing) + "#" +
         std::string(program().text(program().parties[accounts[row].holder.value].name));
}

std::string_view to_string(DutyStatus status) {
  switch (status) {
    case DutyStatus::due:
      return "due";
    case DutyStatus::performed:
      return "performed";
    case DutyStatus::performed_late:
      return "performed late";
    case DutyStatus::breached:
      return "breached";
    case DutyStatus::lapsed:
      return "lapsed";
    case DutyStatus::cancelled:
      return "cancelled";
    case DutyStatus::unknown:
      return "unknown";
    case DutyStatus::excused:
      return "excused";
    case DutyStatus::waived:
      return "waived";
  }
  return "";
}

std::string_view to_string(VerdictWord word) {
  switch (word) {
    case VerdictWord::effective:
      return "effective";
    case VerdictWord::void_:
      return "void";
    case VerdictWord::in_breach:
      return "in breach";
    case VerdictWord::in_doubt:
      return "in doubt";
    case VerdictWord::awaiting_receipt:
      return "awaiting receipt";
    case VerdictWord::awaiting_effect:
      return "not yet in effect";
    case VerdictWord::awaiting_signature:
      return "awaiting the other signature";
  }
  return "";
}

std::string_view to_string(ClaimStatus status) {
  switch (status) {
    case ClaimStatus::asserted:
      return "asserted";
    case ClaimStatus::disputed:
      return "disputed";
    case ClaimStatus::agreed:
      return "agreed";
    case ClaimStatus::ruled:
      return "ruled";
  }
  return "";
}

}  // namespace counterpart::engine
