#include <fmt/core.h>

#include <algorithm>

#include "language/checks.h"

// What only the whole program can show: rules that decide the same thing differently, and waits without an
// end.

namespace counterpart::language {

using namespace program;

Range range_of(const Builder& b, std::uint32_t place) {
  const Place& at = b.p.places[place];
  return {at.file, at.line, at.column, at.length};
}

bool same_expression(const Program& p, ExprId a, ExprId b) {
  if (!a.given() || !b.given()) return a.given() == b.given();
  const Expr& x = p.exprs[a.value];
  const Expr& y = p.exprs[b.value];
  if (x.op != y.op || x.m != y.m) return false;
  const auto same_stages = [&] {
    for (std::uint32_t i = 0; i < x.m; ++i) {
      if (p.stage_sets[x.n + i] != p.stage_sets[y.n + i]) return false;
    }
    return true;
  };
  const auto same_lasting = [&] {
    return same_expression(p, p.lastings[x.n].condition, p.lastings[y.n].condition) &&
           same_expression(p, p.lastings[x.n].length, p.lastings[y.n].length);
  };
  const bool same_name = x.op == Op::literal    ? p.literals[x.n] == p.literals[y.n]
                         : x.op == Op::stage_is ? same_stages()
                         : x.op == Op::lasted   ? same_lasting()
                                                : x.n == y.n;
  return same_name && same_expression(p, x.a, y.a) && same_expression(p, x.b, y.b) &&
         same_expression(p, x.c, y.c);
}

std::vector<bool> reachable_stages(const Builder& b) {
  const Program& p = b.p;
  std::vector<bool> reached(p.stages.size());
  const auto enter = [&](StageId stage) {
    const bool is_new = !reached[stage.value];
    reached[stage.value] = true;
    return is_new;
  };
  for (const Kind& kind : p.kinds) {
    // Begun with their document, and with the agreement.
    if ((kind.is_part || p.text(kind.name) == "Agreement") && kind.stages.count != 0)
      reached[kind.stages.first] = true;
  }
  // What rules and effects lead to counts whatever their conditions; acts only from where they can be done.
  for (const Effect& e : p.effects) {
    if (e.kind == EffectKind::make && !p.kinds[e.made.value].stages.empty())
      enter(StageId{p.kinds[e.made.value].stages.first});
    if (e.kind != EffectKind::become) continue;
    for (std::uint32_t s = 0; s < p.stages.size(); ++s) {
      if (p.stages[s].name == p.stages[e.stage.value].name) enter(StageId{s});
    }
  }
  for (bool more = true; more;) {
    more = false;
    for (const Act& act : p.acts) {
      if (!act.to.given() || reached[act.to.value]) continue;
      bool can = act.from.empty();
      for (std::uint32_t i = act.from.first; i < act.from.first + act.from.count; ++i)
        can = can || reached[p.stage_sets[i].value];
      if (can) more = enter(act.to) || more;
    }
  }
  return reached;
}

namespace {

class Checker {
 public:
  explicit Checker(Builder& b) : b_(b), p_(b.p) {}

  void run() {
    double_decisions();
    stages();
  }

 private:
  [[nodiscard]] bool same(ExprId a, ExprId b) const { return same_expression(p_, a, b); }
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
        b_.report("E0203", range_of(b_, y.place), fmt::format("two rules decide {}", what),
                  fmt::format("this one, {}", when), "keep one, or give them different conditions",
                  {{range_of(b_, x.place), "and this one, at the same moment"}});
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
    const auto within = [&](program::Range effects, std::string_view when) {
      for (std::uint32_t n = effects.first; n + 1 < effects.first + effects.count; ++n)
        compare({n, 1}, {n + 1, effects.first + effects.count - n - 1}, when);
    };
    for (const Rule& rule : p_.rules) within(rule.effects, "at its time");
    for (const Act& act : p_.acts) {
      within(act.effects, "when the act takes effect");
      for (std::uint32_t n = act.effects.first; act.to.given() && n < act.effects.first + act.effects.count;
           ++n) {
        const Effect& e = p_.effects[n];
        const bool own =
            e.kind == EffectKind::become && e.thing.given() && p_.exprs[e.thing.value].op == Op::subject;
        if (!own || e.stage == act.to) continue;
        b_.report("E0203", range_of(b_, e.place),
                  fmt::format("two rules decide what a {} becomes", p_.text(p_.kinds[act.kind.value].name)),
                  "this one, when the act takes effect", "keep one, or make the other a rule of its own",
                  {{range_of(b_, act.place), fmt::format("and the arrow to \"{}\" of the act itself",
                                                         p_.text(p_.stages[act.to.value].name))}});
      }
    }
  }

  void stages() {
    const std::vector<bool> entered = reachable_stages(b_);
    std::set<std::uint32_t> left;
    for (const Act& a : p_.acts) {
      if (!a.to.given()) continue;
      for (std::uint32_t i = a.from.first; i < a.from.first + a.from.count; ++i)
        left.insert(p_.stage_sets[i].value);
    }
    std::set<std::uint32_t> stuck;  // kinds whose other stages are out of reach for this one reason
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
      stuck.insert(p_.stages[first].kind.value);
    }
    for (std::uint32_t s = 0; s < p_.stages.size(); ++s) {
      const auto range = b_.stage_ranges.find(s);
      if (range == b_.stage_ranges.end() || stuck.contains(p_.stages[s].kind.value)) continue;
      const std::string_view kind = p_.text(p_.kinds[p_.stages[s].kind.value].name);
      if (!entered[s]) {
        b_.report("W0602", range->second,
                  fmt::format("nothing makes a {} {}", kind, p_.text(p_.stages[s].name)),
                  "no act that can be done and no rule leads to this stage",
                  "remove the stage, or say what leads to it");
      }
    }
  }

  Builder& b_;
  Program& p_;
};

}  // namespace

void check_decisions_and_stages(Builder& b) { Checker(b).run(); }

void Builder::check() {
  check_decisions_and_stages(*this);
  if (has_errors(diagnostics)) return;
  check_duties(*this);
  check_names(*this);
}

}  // namespace counterpart::language
