#include <fmt/core.h>

#include "language/builder.h"

// What only the whole program can show: rules that decide the same thing differently, and waits without an
// end.

namespace counterpart::language {

using namespace program;

namespace {

class Checker {
 public:
  explicit Checker(Builder& b) : b_(b), p_(b.p) {}

  void run() {
    double_decisions();
    stages();
  }

 private:
  [[nodiscard]] Range range_of(std::uint32_t place) const {
    const Place& at = p_.places[place];
    return {at.file, at.line, at.column, at.length};
  }

  // The same expression by shape.
  [[nodiscard]] bool same(ExprId a, ExprId b) const {
    if (!a.given() || !b.given()) return a.given() == b.given();
    const Expr& x = p_.exprs[a.value];
    const Expr& y = p_.exprs[b.value];
    if (x.op != y.op || x.m != y.m) return false;
    if (x.op == Op::literal    ? !(p_.literals[x.n] == p_.literals[y.n])
        : x.op == Op::stage_is ? !same_stages(x, y)
        : x.op == Op::lasted   ? !(same(p_.lastings[x.n].condition, p_.lastings[y.n].condition) &&
                                 same(p_.lastings[x.n].length, p_.lastings[y.n].length))
                               : x.n != y.n)
      return false;
    return same(x.a, y.a) && same(x.b, y.b) && same(x.c, y.c);
  }
  [[nodiscard]] bool same_stages(const Expr& x, const Expr& y) const {
    if (x.m != y.m) return false;
    for (std::uint32_t i = 0; i < x.m; ++i) {
      if (p_.stage_sets[x.n + i] != p_.stage_sets[y.n + i]) return false;
    }
    return true;
  }
  [[nodiscard]] bool same(const Trigger& a, const Trigger& b) const {
    return a.kind == b.kind && a.act == b.act && a.stage == b.stage && same(a.time, b.time) &&
           same(a.condition, b.condition);
  }

  // A stage or a field of the same thing, given two values at the same moment under the same guard.
  void compare(program::Range first, program::Range second, std::string_view when) {
    for (std::uint32_t i = first.first; i < first.first + first.count; ++i) {
      for (std::uint32_t j = second.first; j < second.first + second.count; ++j) {
        const Effect& x = p_.effects[i];
        const Effect& y = p_.effects[j];
        if (x.kind != y.kind || !same(x.thing, y.thing)) continue;
        const bool stages_differ = x.kind == EffectKind::become && x.stage != y.stage;
        const bool values_differ =
            x.kind == EffectKind::set_field && x.field == y.field && !same(x.value, y.value);
        if (!stages_differ && !values_differ) continue;
        const std::string what =
            x.kind == EffectKind::become
                ? fmt::format("what a {} becomes",
                              p_.text(p_.kinds[p_.stages[x.stage.value].kind.value].name))
                : fmt::format("what \"{}\" is", p_.text(p_.fields[x.field.value].name));
        b_.report("E0203", range_of(y.place), fmt::format("two rules decide {}", what),
                  fmt::format("this one, {}", when), "keep one, or give them different conditions",
                  {{range_of(x.place), "and this one, at the same moment"}});
      }
    }
  }

  void double_decisions() {
    for (std::uint32_t i = 0; i < p_.duties.size(); ++i) {
      const Duty& a = p_.duties[i];
      for (std::uint32_t n = a.otherwise.first; n + 1 < a.otherwise.first + a.otherwise.count; ++n) {
        compare({n, 1}, {n + 1, a.otherwise.first + a.otherwise.count - n - 1},
                "when its deadline has passed");
      }
      for (std::uint32_t j = i + 1; j < p_.duties.size(); ++j) {
        const Duty& b = p_.duties[j];
        if (a.subject != b.subject || !same(a.deadline, b.deadline) || !same(a.guard, b.guard) ||
            !same(a.unless, b.unless))
          continue;
        for (std::uint32_t s = a.triggers.first; s < a.triggers.first + a.triggers.count; ++s) {
          for (std::uint32_t t = b.triggers.first; t < b.triggers.first + b.triggers.count; ++t) {
            if (same(p_.triggers[s], p_.triggers[t]))
              compare(a.otherwise, b.otherwise, "when its deadline has passed");
          }
        }
      }
    }
    for (std::uint32_t i = 0; i < p_.rules.size(); ++i) {
      for (std::uint32_t j = i + 1; j < p_.rules.size(); ++j) {
        const Rule& a = p_.rules[i];
        const Rule& b = p_.rules[j];
        if (a.subject == b.subject && same(a.trigger, b.trigger) && same(a.guard, b.guard))
          compare(a.effects, b.effects, "at its time");
      }
    }
  }

  void stages() {
    std::set<std::uint32_t> entered, left;
    for (const Act& a : p_.acts) {
      if (a.to.given()) entered.insert(a.to.value);
      if (!a.to.given()) continue;
      for (std::uint32_t i = a.from.first; i < a.from.first + a.from.count; ++i)
        left.insert(p_.stage_sets[i].value);
    }
    for (const Effect& e : p_.effects) {
      if (e.kind == EffectKind::make && !p_.kinds[e.made.value].stages.empty())
        entered.insert(p_.kinds[e.made.value].stages.first);
      if (e.kind != EffectKind::become) continue;
      const StageId stage = e.stage;
      entered.insert(stage.value);
      for (std::uint32_t s = 0; s < p_.stages.size(); ++s) {
        if (p_.stages[s].name == p_.stages[stage.value].name && s != stage.value) entered.insert(s);
      }
    }
    for (std::uint32_t s = 0; s < p_.stages.size(); ++s) {
      const auto range = b_.stage_ranges.find(s);
      if (range == b_.stage_ranges.end()) continue;
      const std::string_view kind = p_.text(p_.kinds[p_.stages[s].kind.value].name);
      if (!entered.contains(s)) {
        b_.report("W0602", range->second,
                  fmt::format("nothing makes a {} {}", kind, p_.text(p_.stages[s].name)),
                  "no act and no rule leads to this stage", "remove the stage, or say what leads to it");
      }
    }
    // The first stage is where a document waits for somebody: something must end that, by an act with a duty
    // or by time.
    for (const Kind& kind : p_.kinds) {
      if (kind.stages.count < 2) continue;
      const std::uint32_t first = kind.stages.first;
      bool ends = left.contains(first);
      for (const Act& a : p_.acts) {
        ends = ends ||
               (p_.kinds[a.kind.value].name == kind.name && a.to.given() && a.from.empty() && !a.creates);
      }
      for (const Effect& e : p_.effects) {
        ends = ends || (e.kind == EffectKind::become && e.stage.value != first &&
                        p_.stages[e.stage.value].kind == p_.stages[first].kind);
      }
      if (ends) continue;
      const auto range = b_.stage_ranges.find(first);
      if (range == b_.stage_ranges.end()) continue;
      b_.report("W0603", range->second,
                fmt::format("nothing ever ends the stage \"{}\" of a {}", p_.text(p_.stages[first].name),
                            p_.text(kind.name)),
                "no act and no rule leads out of it", "say what leads out of it, or make it the only stage");
    }
  }

  Builder& b_;
  Program& p_;
};

}  // namespace

void Builder::check() { Checker(*this).run(); }

}  // namespace counterpart::language
