#pragma once

// A position as data for people and programs, section by section. Private to the room.

#include <map>
#include <string>
#include <vector>

#include "base/datum.h"
#include "engine/evaluate.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

Datum texts(const std::vector<std::string>& items);

class Reporter {
 public:
  explicit Reporter(const Position& position) : pos_(position), p_(position.program()) {}
  Datum whole();

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
  [[nodiscard]] Datum party_list(Range r) const;
  [[nodiscard]] Datum waits_for(std::uint32_t why, const std::string& item) {
    const auto names = missing_names(pos_, why);
    for (const std::string& n : names) waiting_[n].push_back(item);
    return texts(names);
  }
  [[nodiscard]] Look look(std::uint32_t thing) const;
  // A value for programs: amounts and dates as text without decoration.
  Datum plain(const Value& v);
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
  Datum because(const Cause& cause);
  Datum readings();
  // Provisions that operate only in some case, and whether they do.
  Datum operation();
  Datum field_row(std::uint32_t thing, FieldId id, const std::string& item);
  Datum documents();
  Datum days_left(const DutyRow& row);
  Datum excuses(const DutyRow& row);
  Datum duties();
  // Whether the stage a thing is in lets an act be done at all.
  [[nodiscard]] bool possible(ActId id, std::uint32_t thing) const;
  Datum powers();
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
  Datum prohibitions();
  Datum periods();
  Datum dues();
  // Each term as the Agreement has it, and as every document has it that sets it.
  // The parts of a due that are shown apart.
  Datum apart(const DueRow& row);
  Datum accounts();
  Datum lot(std::uint32_t n);
  Datum terms();
  Datum term_row(TermId id, std::uint32_t matter);
  Datum claims();
  Datum judged_row(std::uint32_t index);
  void add_judged(Datum& out);
  Datum breaches();
  Datum unknowns();
  const Position& pos_;
  const Program& p_;
  std::map<std::string, std::vector<std::string>> waiting_;
};

}  // namespace counterpart::engine
