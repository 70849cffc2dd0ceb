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
  // What no entry names, and parts: by the whole name, or by the key alone where that is one thing's only.
  const std::size_t slash = name.find('/');
  const bool whole = slash != std::string_view::npos && program().kind(name.substr(0, slash)).given();
  std::uint32_t found = none;
  bool several = false;
  const auto take = [&](std::uint32_t t) {
    if (things[t].gone || (whole ? name_of(t) : key_of(t)) != name) return;
    several = several || found != none;
    found = t;
  };
  for (const Making& m : makings) take(m.thing);
  for (std::uint32_t k = 0; k < things_of_kind.size(); ++k) {
    if (!program().kinds[k].is_part) continue;
    for (const std::uint32_t t : things_of_kind[k]) take(t);
  }
  return several ? none : found;
}

void Position::know_keys() {
  const auto known = static_cast<std::uint32_t>(thing_of_key.size());
  const auto& keys = record->keys();
  thing_of_key.resize(keys.size(), none);
  for (std::uint32_t k = known; k < keys.size(); ++k) {
    const std::string_view text = record->text(keys[k].key);
    for (const std::uint32_t t : std::as_const(things_of_kind[keys[k].kind.value])) {
      const Thing& thing = std::as_const(things)[t];
      if (thing.key != none || thing.gone || key_of(t) != text) continue;
      things[t].key = k;
      thing_of_key[k] = t;
      break;
    }
  }
}

std::string Position::key_of(std::uint32_t thing) const {
  const Thing& t = things[thing];
  if (t.kind == plan->agreement_kind) return "Agreement";
  if (t.key != none) return std::string(record->text(record->keys()[t.key].key));
  if (t.parent != none) return key_of(t.parent) + "/" + std::to_string(t.number);
  if (t.making == none) return {};
  const Making& m = makings[t.making];
  return key_of(m.on) + "." + std::to_string(m.number);
}

std::string Position::name_of(std::uint32_t thing) const {
  const Thing& t = things[thing];
  if (t.kind == plan->agreement_kind) return "Agreement";
  return std::string(program().text(program().kinds[t.kind.value].name)) + "/" + key_of(thing);
}

std::size_t Position::text_count(const Value& list) const {
  if (list.tag != Tag::list) return 0;
  if (list.detail == 3) return static_cast<std::size_t>(list.number & 0xffffffff);
  return list.detail == 0 ? record->list(static_cast<std::uint32_t>(list.number)).size() : 0;
}

TextId Position::text_at(const Value& list, std::size_t n) const {
  if (list.detail == 3) return list_items[static_cast<std::size_t>(list.number >> 32) + n];
  return record->list(static_cast<std::uint32_t>(list.number))[n];
}

program::Range Position::parts_of(const Value& list) {
  if (list.tag != Tag::list || list.detail != 1) return {};
  return {static_cast<std::uint32_t>(list.number >> 32),
          static_cast<std::uint32_t>(list.number & 0xffffffff)};
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
