#include <fmt/core.h>

#include <algorithm>

#include "language/checks.h"

// Duties nobody can perform, acts nobody can validly do, silences that change nothing, times in the wrong
// order.

namespace counterpart::language {

using namespace program;

namespace {

enum class Maybe : std::uint8_t { no, yes, unknown };

class DutyChecker {
 public:
  explicit DutyChecker(Builder& b) : b_(b), p_(b.p), reached_(reachable_stages(b)) {}

  void run() {
    for (std::uint32_t i = 0; i < p_.duties.size(); ++i) {
      const Duty& duty = p_.duties[i];
      performable(duty);
      silence(duty);
      prohibited(duty);
      for (std::uint32_t t = duty.triggers.first; t < duty.triggers.first + duty.triggers.count; ++t) {
        in_order(p_.triggers[t].time, duty.deadline, "the duty ends before it begins");
        in_order(p_.triggers[t].time, p_.triggers[t].until, "the series ends before it begins");
      }
    }
    for (const Act& act : p_.acts) signable(act);
    for (const Power& power : p_.powers)
      in_order(power.opens, power.closes, "the power's window closes before it opens");
    for (const Period& period : p_.periods)
      in_order(period.from, period.until, "the period ends before it begins");
    for (const Rule& rule : p_.rules)
      in_order(rule.trigger.time, rule.trigger.until, "the series ends before it begins");
    for (const Due& due : p_.dues) in_order(due.trigger.time, due.deadline, "it is due before it is owed");
  }

 private:
  [[nodiscard]] std::string_view kind_name(KindId kind) const { return p_.text(p_.kinds[kind.value].name); }
  [[nodiscard]] std::string_view party_name(PartyId party) const {
    return p_.text(p_.parties[party.value].name);
  }
  template <class Id>
  [[nodiscard]] static bool has(const std::vector<Id>& list, program::Range range, Id id) {
    const auto first = list.begin() + range.first;
    return std::find(first, first + range.count, id) != first + range.count;
  }

  // --- W0605 ---

  // The stages a guard leaves: all where it says nothing of the document's own.
  void stages_left(ExprId guard, std::vector<bool>& left) const {
    if (!guard.given()) return;
    const Expr& e = p_.exprs[guard.value];
    if (e.op == Op::logical_and) {
      stages_left(e.a, left);
      stages_left(e.b, left);
    } else if (e.op == Op::stage_is && p_.exprs[e.a.value].op == Op::subject) {
      for (std::uint32_t s = 0; s < left.size(); ++s) {
        if (!has(p_.stage_sets, {e.n, e.m}, StageId{s})) left[s] = false;
      }
    }
  }

  // Why none of the bearers can ever do the act while the duty is open; empty: somebody can.
  std::string impossible(const Duty& duty, ActId id, const std::vector<bool>& left) const {
    const Act& act = p_.acts[id.value];
    bool by = duty.bearers.empty() || act.by.empty();
    for (std::uint32_t i = duty.bearers.first; i < duty.bearers.first + duty.bearers.count; ++i)
      by = by || has(p_.party_lists, act.by, p_.party_lists[i]);
    if (!by) {
      return fmt::format("to {} is not an act of {}", p_.text(act.verb),
                         party_name(p_.party_lists[duty.bearers.first]));
    }
    if (act.from.empty()) return {};
    bool reached = false;
    bool open = false;
    for (std::uint32_t i = act.from.first; i < act.from.first + act.from.count; ++i) {
      const std::uint32_t stage = p_.stage_sets[i].value;
      reached = reached || reached_[stage];
      open = open || left[stage];
    }
    const std::string_view stage = p_.text(p_.stages[p_.stage_sets[act.from.first].value].name);
    if (!reached)
      return fmt::format("to {} needs it to be {}, which nothing leads to", p_.text(act.verb), stage);
    if (!open)
      return fmt::format("to {} needs it to be {}, and its `while` excludes that", p_.text(act.verb), stage);
    return {};
  }

  void performable(const Duty& duty) {
    if (duty.performance.empty()) return;
    std::vector<bool> left(p_.stages.size(), true);
    stages_left(duty.guard, left);
    std::string why;
    const auto all_can = [&](program::Range acts) {
      for (std::uint32_t i = acts.first; i < acts.first + acts.count; ++i) {
        std::string not_this = impossible(duty, p_.act_lists[i], left);
        if (not_this.empty()) continue;
        why = std::move(not_this);
        return false;
      }
      return true;
    };
    bool can = false;
    switch (duty.mode) {
      case PerformanceMode::any:
        for (std::uint32_t i = 0; i < duty.performance.count; ++i)
          can = can || all_can({duty.performance.first + i, 1});
        break;
      case PerformanceMode::all:
        can = all_can(duty.performance);
        break;
      case PerformanceMode::paths:
        for (std::uint32_t i = 0; i < duty.paths.count; ++i)
          can = can || all_can(p_.paths[duty.paths.first + i].acts);
        break;
    }
    if (can) return;
    b_.report("W0605", range_of(b_, duty.place), "nobody can perform this duty", why,
              "let the act be done by the party that must, in a stage the document can be in");
  }

  // --- W0606 ---

  struct Signing {
    PartyId acting;
    std::vector<OfficeId> offices;
  };
  [[nodiscard]] Maybe holds(ExprId id, const Signing& signing) const {
    if (!id.given()) return Maybe::unknown;
    const Expr& e = p_.exprs[id.value];
    switch (e.op) {
      case Op::signed_by: {
        const Office& wanted = p_.offices[e.n];
        for (const OfficeId o : signing.offices) {
          const Office& held = p_.offices[o.value];
          if (o.value == e.n || (e.m != 0 && held.party == wanted.party && held.ladder == wanted.ladder &&
                                 held.rank >= wanted.rank))
            return Maybe::yes;
        }
        return Maybe::no;
      }
      case Op::logical_not: {
        const Maybe a = holds(e.a, signing);
        return a == Maybe::unknown ? a : a == Maybe::yes ? Maybe::no : Maybe::yes;
      }
      case Op::logical_and:
      case Op::logical_or: {
        const Maybe decides = e.op == Op::logical_and ? Maybe::no : Maybe::yes;
        const Maybe a = holds(e.a, signing);
        const Maybe b = holds(e.b, signing);
        if (a == decides || b == decides) return decides;
        return a == Maybe::unknown || b == Maybe::unknown ? Maybe::unknown : a;
      }
      case Op::equal: {
        const Expr& a = p_.exprs[e.a.value];
        const Expr& b = p_.exprs[e.b.value];
        if (a.op != Op::actor || b.op != Op::party) return Maybe::unknown;
        return b.n == signing.acting.value ? Maybe::yes : Maybe::no;
      }
      default:
        return Maybe::unknown;
    }
  }
  [[nodiscard]] bool may_stand(const Act& act, const Signing& signing) const {
    for (std::uint32_t r = act.requirements.first; r < act.requirements.first + act.requirements.count; ++r) {
      const Requirement& requirement = p_.requirements[r];
      if (requirement.strength == Strength::void_unless && holds(requirement.condition, signing) == Maybe::no)
        return false;
    }
    return true;
  }
  void signable(const Act& act) {
    for (std::uint32_t i = act.by.first; i < act.by.first + act.by.count; ++i) {
      Signing signing{p_.party_lists[i], {}};
      bool stands = may_stand(act, signing);
      Signing everybody{p_.party_lists[i], {}};
      for (std::uint32_t o = 0; o < p_.offices.size() && !stands; ++o) {
        signing.offices = {OfficeId{o}};
        everybody.offices.push_back(OfficeId{o});
        stands = may_stand(act, signing) || may_stand(act, everybody);
      }
      if (stands) continue;
      b_.report("W0606", range_of(b_, act.place),
                fmt::format("{} can never validly {} a {}", party_name(p_.party_lists[i]), p_.text(act.verb),
                            kind_name(act.kind)),
                "no office may sign it so that all its `void unless` are met",
                "take the party out of `by`, or ask for signatures that can be given together");
    }
  }

  // --- W0610 ---

  void silence(const Duty& duty) {
    if (duty.breach || !duty.deadline.given() || duty.otherwise.empty() || duty.performance.empty()) return;
    // Where it can be performed at all.
    std::vector<bool> at(p_.stages.size(), false);
    for (std::uint32_t i = duty.performance.first; i < duty.performance.first + duty.performance.count; ++i) {
      const Act& act = p_.acts[p_.act_lists[i].value];
      if (act.from.empty()) return;
      for (std::uint32_t s = act.from.first; s < act.from.first + act.from.count; ++s)
        at[p_.stage_sets[s].value] = true;
    }
    for (std::uint32_t i = duty.otherwise.first; i < duty.otherwise.first + duty.otherwise.count; ++i) {
      const Effect& e = p_.effects[i];
      const bool own =
          e.kind == EffectKind::become && e.thing.given() && p_.exprs[e.thing.value].op == Op::subject;
      if (!own || !at[e.stage.value] || std::count(at.begin(), at.end(), true) != 1) return;
    }
    b_.report("W0610", range_of(b_, p_.effects[duty.otherwise.first].place), "this silence changes nothing",
              "it is so already whenever the duty can be performed",
              "say what the deadline does, `breach`, or `otherwise nothing`");
  }

  // --- W0615 ---

  void prohibited(const Duty& duty) {
    for (const Prohibition& x : p_.prohibitions) {
      if (x.subject != duty.subject || !has(p_.act_lists, duty.performance, x.act) || x.unless.given())
        continue;
      if (x.guard.given() && !same_expression(p_, x.guard, duty.guard)) continue;
      bool shared = false;
      for (std::uint32_t i = duty.bearers.first; i < duty.bearers.first + duty.bearers.count; ++i)
        shared = shared || has(p_.party_lists, x.bearers, p_.party_lists[i]);
      // One way of performing it must be left.
      if (!shared || (duty.mode == PerformanceMode::any && duty.performance.count > 1)) continue;
      b_.report("W0615", range_of(b_, duty.place), "what this duty demands is prohibited",
                "to perform it is a breach", "say when it is allowed: `unless CONDITION` on the prohibition",
                {{range_of(b_, x.place), "prohibited here, in every case"}});
    }
  }

  // --- W0611 ---

  // A time as days from something: of a literal date from nothing, else from an expression.
  struct Point {
    ExprId from;
    std::int64_t count = 0;
    Unit unit = Unit::days;
    std::uint32_t calendar = 0;
  };
  [[nodiscard]] std::optional<Point> point(ExprId id) const {
    if (!id.given()) return std::nullopt;
    const Expr& e = p_.exprs[id.value];
    if (e.op == Op::literal) {
      const Value& v = p_.literals[e.n];
      if (v.tag == Tag::date) return Point{{}, v.number};
      if (v.tag == Tag::instant) return Point{{}, p_.zone.date_of({v.number}).days};
      return std::nullopt;
    }
    if (e.op == Op::opened) return std::nullopt;
    if (e.op != Op::time_plus && e.op != Op::time_minus) return Point{id};
    const Expr& length = p_.exprs[e.b.value];
    if (length.op != Op::literal) return std::nullopt;
    const Value& v = p_.literals[length.n];
    const auto base = point(e.a);
    if (!base || v.tag != Tag::duration) return std::nullopt;
    Unit unit = duration_unit(v);
    std::int64_t count = duration_count(v);
    if (unit == Unit::weeks || unit == Unit::years) {
      count *= unit == Unit::weeks ? 7 : 12;
      unit = unit == Unit::weeks ? Unit::days : Unit::months;
    }
    if (base->count != 0 && (base->unit != unit || base->calendar != duration_calendar(v)))
      return std::nullopt;
    if (base->from.given() || unit == Unit::days) {
      Point moved = *base;
      moved.unit = unit;
      moved.calendar = duration_calendar(v);
      moved.count += e.op == Op::time_plus ? count : -count;
      return moved;
    }
    return std::nullopt;
  }
  void in_order(ExprId begins, ExprId ends, std::string_view what) {
    const auto a = point(begins);
    const auto b = point(ends);
    if (!a || !b || !same_expression(p_, a->from, b->from)) return;
    const bool comparable =
        a->count == 0 || b->count == 0 || (a->unit == b->unit && a->calendar == b->calendar);
    if (!comparable || b->count >= a->count) return;
    b_.report("W0611", range_of(b_, p_.exprs[ends.value].source), std::string(what),
              "its end, earlier than its beginning", "exchange the two, or count the end from the beginning",
              {{range_of(b_, p_.exprs[begins.value].source), "its beginning"}});
  }

  Builder& b_;
  Program& p_;
  std::vector<bool> reached_;
};

}  // namespace

void check_duties(Builder& b) { DutyChecker(b).run(); }

}  // namespace counterpart::language
