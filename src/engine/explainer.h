#pragma once

// Explanations, item by item. Private to the room.

#include <optional>
#include <string>
#include <vector>

#include "engine/evaluate.h"
#include "engine/explain.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

class Explainer {
 public:
  explicit Explainer(const Position& position) : pos_(position), p_(position.program()) {}
  Explanation document(std::uint32_t t);
  Explanation duty(std::uint32_t index);
  Explanation due(std::uint32_t index);
  // A balance to the lot: what was put in, why, for how long, and where it went.
  Explanation account(std::uint32_t index);
  Explanation entry(Sequence sequence);
  // A term for a matter: every text that sets it, and why it does or does not hold.
  std::optional<Explanation> term(std::string_view name);
  // Who has held an office, "director@Lantern".
  std::optional<Explanation> office(std::string_view name);
  // The history of a field, "countries@Register/R-1".
  std::optional<Explanation> field(std::string_view name);
  // A provision, or a section: what it says, and whether it operates.
  Explanation provision(const std::string& name, ExprId operates, Explanation e);
  std::optional<Explanation> provision(const std::string& name);
  Explanation breach(const BreachRow& row);

 private:
  static std::string rounding_name(Rounding r);
  // Each stretch for which it was excused, the days lost one by one, and where the deadline went.
  void excuses(Explanation& e, const DutyRow& row);
  void lost_days(Explanation& step, const ExcuseRow& excuse, const Excuse& rule);
  static std::string_view then_words(const Excuse& rule);
  static std::string status_words(const DutyRow& row) {
    if (row.status == DutyStatus::due && row.overdue) return "overdue";
    return std::string(to_string(row.status));
  }
  std::vector<std::string> receipt_provisions(const Judgement& j);
  static std::string one_line(std::string_view words);
  // The provision in our words.
  void quote(Explanation& e, program::Range cited);
  void rule_words(Explanation& e, std::uint32_t place);
  void cause(Explanation& e, const Cause& cause, std::uint32_t thing);
  // Since when what a condition asks to have lasted has held.
  void stretches(Explanation& e, ExprId condition, std::uint32_t thing);
  // How a deadline was counted. The outermost step from a time by a duration is unfolded; days are listed one
  // by one.
  void deadline(Explanation& e, ExprId id, std::uint32_t thing, Instant opened, const Value& deadline);
  void deadline(Explanation& e, ExprId id, const Look& look, const Value& deadline);
  std::string people(const Value& v) {
    if (v.tag == Tag::date) return CivilDate{static_cast<std::int32_t>(v.number)}.with_weekday();
    if (v.tag == Tag::instant) return p_.zone.format_for_people({v.number});
    return value_text(pos_, v);
  }
  void days(Explanation& count, const Value& base, const Value& length, int sign, const Value& deadline);
  const Position& pos_;
  const Program& p_;
};

}  // namespace counterpart::engine
