#include "trial/mutation.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>

#include "trial/scenario_run.h"

namespace counterpart::trial {

using namespace program;

namespace {

using Bend = std::function<void(Program&)>;

struct Candidate {
  std::string what;
  std::uint32_t place = 0;
  Range provisions;
  Bend bend;
};

ExprId literal(Program& p, const Value& v, std::uint32_t source = 0) {
  Expr e;
  e.op = Op::literal;
  e.n = static_cast<std::uint32_t>(p.literals.size());
  e.source = source;
  p.literals.push_back(v);
  p.exprs.push_back(e);
  return {static_cast<std::uint32_t>(p.exprs.size() - 1)};
}

ExprId yes_no(Program& p, bool yes) { return literal(p, {Tag::yes_no, Bound::exact, 0, 0, yes ? 1 : 0}); }

ExprId opposite(Program& p, ExprId of) {
  Expr e;
  e.op = Op::logical_not;
  e.a = of;
  e.source = p.exprs[of.value].source;
  p.exprs.push_back(e);
  return {static_cast<std::uint32_t>(p.exprs.size() - 1)};
}

ExprId days_later(Program& p, ExprId time, std::int32_t days) {
  Expr e;
  e.op = Op::time_plus;
  e.a = time;
  e.source = p.exprs[time.value].source;
  e.b = literal(p, duration_value(days, Unit::days), e.source);
  p.exprs.push_back(e);
  return {static_cast<std::uint32_t>(p.exprs.size() - 1)};
}

// Whether an expression counts business days or open hours; with `bend`, a copy of it that counts calendar
// days and plain hours instead.
bool counts_open_time(const Program& p, ExprId of) {
  if (!of.given()) return false;
  const Expr& e = p.exprs[of.value];
  if (e.op == Op::literal) {
    const Value& v = p.literals[e.n];
    return v.tag == Tag::duration &&
           (duration_unit(v) == Unit::business_days || duration_unit(v) == Unit::open_hours);
  }
  return counts_open_time(p, e.a) || counts_open_time(p, e.b) || counts_open_time(p, e.c);
}
ExprId in_plain_time(Program& p, ExprId of) {
  if (!counts_open_time(p, of)) return of;
  Expr e = p.exprs[of.value];
  if (e.op == Op::literal) {
    const Value& v = p.literals[e.n];
    return literal(
        p, duration_value(duration_count(v), duration_unit(v) == Unit::open_hours ? Unit::hours : Unit::days),
        e.source);
  }
  e.a = in_plain_time(p, e.a);
  e.b = in_plain_time(p, e.b);
  e.c = in_plain_time(p, e.c);
  p.exprs.push_back(e);
  return {static_cast<std::uint32_t>(p.exprs.size() - 1)};
}

// The range without its n-th row, copied to the end.
template <class Rows>
Range without(Rows& rows, Range range, std::uint32_t n) {
  const Range out{static_cast<std::uint32_t>(rows.size()), range.count - 1};
  for (std::uint32_t i = 0; i < range.count; ++i) {
    if (i != n) rows.push_back(auto(rows[range.first + i]));
  }
  return out;
}

Range another_party(Program& p, Range parties) {
  const std::uint32_t first = p.party_lists[parties.first].value;
  const auto others = static_cast<std::uint32_t>(p.parties.size());
  p.party_lists.push_back(PartyId{(first + 1) % others});
  return {static_cast<std::uint32_t>(p.party_lists.size() - 1), 1};
}

class Planner {
 public:
  explicit Planner(const Program& program) : p_(program) {}

  std::vector<Candidate> all() {
    for (std::uint32_t i = 0; i < p_.duties.size(); ++i) duty(i);
    for (std::uint32_t i = 0; i < p_.excuses.size(); ++i) excuse(i);
    for (std::uint32_t i = 0; i < p_.acts.size(); ++i) act(i);
    for (std::uint32_t i = 0; i < p_.receipt_rows.size(); ++i) receipt(i);
    for (std::uint32_t i = 0; i < p_.powers.size(); ++i) power(i);
    for (std::uint32_t i = 0; i < p_.rules.size(); ++i) rule(i);
    for (std::uint32_t i = 0; i < p_.lastings.size(); ++i) lasting(i);
    for (std::uint32_t i = 0; i < p_.periods.size(); ++i) period(i);
    for (std::uint32_t i = 0; i < p_.dues.size(); ++i) due(i);
    for (std::uint32_t i = 0; i < p_.operations.size(); ++i) operation(i);
    for (std::uint32_t i = 0; i < p_.ranks.size(); ++i) rank(i);
    for (std::uint32_t i = 0; i < p_.accounts.size(); ++i) account(i);
    for (std::uint32_t i = 0; i < p_.effects.size(); ++i) lot(i);
    for (std::uint32_t i = 0; i < p_.effects.size(); ++i) register_of(i);
    for (std::uint32_t i = 0; i < p_.claims.size(); ++i) claim(i);
    for (std::uint32_t i = 0; i < p_.terms.size(); ++i) term(i);
    for (std::uint32_t i = 0; i < p_.readings.size(); ++i) reading(i);
    std::stable_sort(out_.begin(), out_.end(), [&](const Candidate& a, const Candidate& b) {
      const Place &x = p_.places[a.place], &y = p_.places[b.place];
      return std::tie(x.file, x.line) < std::tie(y.file, y.line);
    });
    return std::move(out_);
  }

 private:
  void add(std::string of, std::string_view how, std::uint32_t place, Range provisions, Bend bend) {
    out_.push_back({fmt::format("{}: {}", of, how), place, provisions, std::move(bend)});
  }
  std::string act_name(ActId id) const {
    const Act& a = p_.acts[id.value];
    return fmt::format("{} {}", p_.text(a.verb), p_.text(p_.kinds[a.kind.value].name));
  }
  std::string who(Range parties) const {
    return parties.empty() ? std::string()
                           : std::string(p_.text(p_.parties[p_.party_lists[parties.first].value].name)) + " ";
  }

  // The mutants that anything with a time has. `of` finds the expression to bend in a program.
  void times(const std::string& name, std::string_view what, std::uint32_t place, Range provisions,
             ExprId now, const std::function<ExprId&(Program&)>& of) {
    if (!now.given()) return;
    for (const std::int32_t days : {1, -1}) {
      add(name, fmt::format("{} a day {}", what, days > 0 ? "later" : "earlier"), place, provisions,
          [=](Program& p) {
            const ExprId later = days_later(p, now, days);
            of(p) = later;
          });
    }
    if (!counts_open_time(p_, now)) return;
    add(name, fmt::format("{} in calendar days", what), place, provisions, [=](Program& p) {
      const ExprId plain = in_plain_time(p, now);
      of(p) = plain;
    });
  }
  void condition(const std::string& name, std::string_view what, std::uint32_t place, Range provisions,
                 ExprId now, const std::function<ExprId&(Program&)>& of) {
    if (!now.given()) return;
    add(name, fmt::format("{} negated", what), place, provisions, [=](Program& p) {
      const ExprId other = opposite(p, now);
      of(p) = other;
    });
  }

  void duty(std::uint32_t i) {
    const Duty& d = p_.duties[i];
    const std::string name = who(d.bearers) + std::string(p_.text(d.name));
    add(name, "dropped", d.place, d.provisions, [i](Program& p) { p.duties[i].triggers.count = 0; });
    // What is broken as soon as it fails has no time that the text could have set otherwise.
    if (!d.broken_at_once) {
      times(name, "deadline", d.place, d.provisions, d.deadline,
            [i](Program& p) -> ExprId& { return p.duties[i].deadline; });
    }
    condition(name, "`while`", d.place, d.provisions, d.guard,
              [i](Program& p) -> ExprId& { return p.duties[i].guard; });
    if (d.keeps.given()) {
      add(name, "what is kept negated", d.place, d.provisions, [i](Program& p) {
        // What opens the duty, the last of its triggers, is bent with it.
        const Duty kept = p.duties[i];
        p.duties[i].keeps = opposite(p, kept.keeps);
        Expr fails;
        fails.op = Op::logical_and;
        fails.a = kept.keeps;
        fails.b = kept.guard;
        fails.source = p.exprs[kept.keeps.value].source;
        if (kept.guard.given()) p.exprs.push_back(fails);
        p.triggers[kept.triggers.first + kept.triggers.count - 1].condition =
            kept.guard.given() ? ExprId{static_cast<std::uint32_t>(p.exprs.size() - 1)} : kept.keeps;
      });
    }
    condition(name, "`unless`", d.place, d.provisions, d.unless,
              [i](Program& p) -> ExprId& { return p.duties[i].unless; });
    if (p_.parties.size() > 1 && !d.bearers.empty()) {
      add(name, "another bearer", d.place, d.provisions,
          [i](Program& p) { p.duties[i].bearers = another_party(p, p.duties[i].bearers); });
    }
    for (std::uint32_t n = 0; n < d.otherwise.count; ++n) {
      add(name, "consequence removed", d.place,
          d.otherwise_provisions.empty() ? d.provisions : d.otherwise_provisions,
          [i, n](Program& p) { p.duties[i].otherwise = without(p.effects, p.duties[i].otherwise, n); });
    }
    if (d.breach && d.deadline.given()) {
      add(name, "breach removed", d.place, d.provisions, [i](Program& p) { p.duties[i].breach = false; });
    }
    condition(name, "`failing when`", d.place, d.provisions, d.failing,
              [i](Program& p) -> ExprId& { return p.duties[i].failing; });
    for (std::uint32_t n = 0; n < d.paths.count; ++n) {
      if (d.paths.count > 1) {
        add(name, "without one way of performing it", d.place, d.provisions,
            [i, n](Program& p) { p.duties[i].paths = without(p.paths, p.duties[i].paths, n); });
      }
      if (p_.paths[d.paths.first + n].ordered) {
        add(name, "in any order", d.place, d.provisions,
            [path = d.paths.first + n](Program& p) { p.paths[path].ordered = false; });
      }
    }
    for (std::uint32_t n = 0; d.paths.empty() && d.performance.count > 1 && n < d.performance.count; ++n) {
      add(name, fmt::format("without {}", act_name(p_.act_lists[d.performance.first + n])), d.place,
          d.provisions,
          [i, n](Program& p) { p.duties[i].performance = without(p.act_lists, p.duties[i].performance, n); });
    }
  }

  void excuse(std::uint32_t i) {
    const Excuse& x = p_.excuses[i];
    const std::string name(p_.text(x.name));
    add(name, "dropped", x.place, x.provisions, [i](Program& p) {
      const ExprId no = yes_no(p, false);
      p.excuses[i].condition = no;
    });
    add(name, x.then == AfterExcuse::due_at_once ? "moved by the days lost" : "due at once", x.place,
        x.provisions, [i](Program& p) {
          AfterExcuse& then = p.excuses[i].then;
          then = then == AfterExcuse::due_at_once ? AfterExcuse::moved : AfterExcuse::due_at_once;
        });
  }

  void act(std::uint32_t i) {
    const Act& a = p_.acts[i];
    const std::string name = act_name(ActId{i});
    for (std::uint32_t r = a.requirements.first; r < a.requirements.first + a.requirements.count; ++r) {
      const Requirement& requirement = p_.requirements[r];
      if (requirement.by_operation) continue;  // bent where the operation is said
      const std::string_view words = p_.text(p_.places[requirement.place].text);
      add(name, fmt::format("without \"{}\"", words), requirement.place, requirement.provisions,
          [r](Program& p) {
            const ExprId yes = yes_no(p, true);
            p.requirements[r].condition = yes;
          });
      if (requirement.strength != Strength::noted_unless) {
        add(name, fmt::format("\"{}\" only noted", words), requirement.place, requirement.provisions,
            [r](Program& p) { p.requirements[r].strength = Strength::noted_unless; });
      }
    }
    for (std::uint32_t n = 0; n < a.effects.count; ++n) {
      const Effect& effect = p_.effects[a.effects.first + n];
      add(name, fmt::format("without \"{}\"", p_.text(p_.places[effect.place].text)), effect.place,
          effect.provisions.empty() ? a.provisions : effect.provisions,
          [i, n](Program& p) { p.acts[i].effects = without(p.effects, p.acts[i].effects, n); });
    }
    if (!a.from.empty()) {
      add(name, "in any stage", a.place, a.provisions, [i](Program& p) { p.acts[i].from.count = 0; });
    }
    if (a.to.given() && !a.creates) {
      add(name, "without its stage", a.place, a.provisions, [i](Program& p) { p.acts[i].to = {}; });
    }
    if (a.receipt.given()) {
      add(name, "received when sent", a.place, a.provisions, [i](Program& p) { p.acts[i].receipt = {}; });
    }
    if (a.effect_on_receipt) {
      add(name, "takes effect when sent", a.place, a.provisions,
          [i](Program& p) { p.acts[i].effect_on_receipt = false; });
    }
    if (a.effect_at.given()) {
      add(name, "takes effect when sent", a.place, a.provisions,
          [i](Program& p) { p.acts[i].effect_at = {}; });
    }
    times(name, "effect", a.place, a.provisions, a.effect_at,
          [i](Program& p) -> ExprId& { return p.acts[i].effect_at; });
    if (p_.parties.size() > 1 && a.by.count == 1) {
      add(name, "by another party", a.place, a.provisions,
          [i](Program& p) { p.acts[i].by = another_party(p, p.acts[i].by); });
    }
  }

  void receipt(std::uint32_t i) {
    const ReceiptRow& row = p_.receipt_rows[i];
    const std::uint32_t place = row.place;
    const std::string name =
        fmt::format("receipt by {}", row.channel.given() ? p_.text(row.channel) : "any other way");
    if (!row.never) {
      add(name, "a day later", place, row.provisions, [i](Program& p) {
        Value& delay = p.receipt_rows[i].delay;
        if (delay.tag == Tag::duration) {
          delay = duration_value(duration_count(delay) + 1, duration_unit(delay), duration_calendar(delay));
        } else {
          delay = duration_value(1, Unit::days);
        }
      });
    }
    if (row.needs.given()) {
      add(name, "without its evidence", place, row.provisions,
          [i](Program& p) { p.receipt_rows[i].needs = {}; });
    }
  }

  void power(std::uint32_t i) {
    const Power& x = p_.powers[i];
    const std::string name = who(x.holders) + std::string(p_.text(x.name));
    add(name, "dropped", x.place, x.provisions, [i](Program& p) {
      const ExprId no = yes_no(p, false);
      p.powers[i].guard = no;
    });
  }

  void rule(std::uint32_t i) {
    const Rule& r = p_.rules[i];
    const std::string name(p_.text(r.name));
    add(name, "dropped", r.place, r.provisions, [i](Program& p) {
      const ExprId no = yes_no(p, false);
      p.rules[i].guard = no;
    });
    condition(name, "`while`", r.place, r.provisions, r.guard,
              [i](Program& p) -> ExprId& { return p.rules[i].guard; });
    times(name, "time", r.place, r.provisions, r.trigger.time,
          [i](Program& p) -> ExprId& { return p.rules[i].trigger.time; });
    for (std::uint32_t n = 0; r.effects.count > 1 && n < r.effects.count; ++n) {
      add(name, "without one of its effects", r.place, r.provisions,
          [i, n](Program& p) { p.rules[i].effects = without(p.effects, p.rules[i].effects, n); });
    }
  }

  void lasting(std::uint32_t i) {
    const Lasting& x = p_.lastings[i];
    const std::string name = fmt::format("{} has lasted", p_.text(p_.places[x.place].text));
    const Expr& length = p_.exprs[x.length.value];
    if (length.op == Op::literal) {
      for (const std::int32_t more : {1, -1}) {
        add(name, more > 0 ? "one more" : "one less", x.place, {}, [i, more](Program& p) {
          const Value now = p.literals[p.exprs[p.lastings[i].length.value].n];
          const ExprId bent = literal(
              p, duration_value(duration_count(now) + more, duration_unit(now), duration_calendar(now)));
          p.lastings[i].length = bent;
        });
      }
    }
    condition(name, "what lasts", x.place, {}, x.condition,
              [i](Program& p) -> ExprId& { return p.lastings[i].condition; });
  }

  void period(std::uint32_t i) {
    const Period& x = p_.periods[i];
    const std::string name = "period " + std::string(p_.text(x.name));
    times(name, "beginning", x.place, x.provisions, x.from,
          [i](Program& p) -> ExprId& { return p.periods[i].from; });
    times(name, "end", x.place, x.provisions, x.until,
          [i](Program& p) -> ExprId& { return p.periods[i].until; });
    condition(name, "`while`", x.place, x.provisions, x.guard,
              [i](Program& p) -> ExprId& { return p.periods[i].guard; });
  }

  void due(std::uint32_t i) {
    const Due& d = p_.dues[i];
    const std::string name = "due " + std::string(p_.text(d.name));
    add(name, "dropped", d.place, d.provisions, [i](Program& p) {
      const ExprId no = yes_no(p, false);
      p.dues[i].guard = no;
    });
    times(name, "deadline", d.place, d.provisions, d.deadline,
          [i](Program& p) -> ExprId& { return p.dues[i].deadline; });
    condition(name, "`while`", d.place, d.provisions, d.guard,
              [i](Program& p) -> ExprId& { return p.dues[i].guard; });
    if (d.interest_rate.given()) {
      add(name, "without interest", d.place, d.interest_provisions,
          [i](Program& p) { p.dues[i].interest_rate = {}; });
    }
    if (d.disputed.given()) {
      add(name, "nothing disputed", d.place, d.provisions, [i](Program& p) { p.dues[i].disputed = {}; });
    }
    if (d.cap.given()) {
      add(name, "without its cap", d.place, d.cap_provisions, [i](Program& p) { p.dues[i].cap = {}; });
      condition(name, "what its cap leaves out", d.place, d.cap_provisions, d.cap_unless,
                [i](Program& p) -> ExprId& { return p.dues[i].cap_unless; });
    }
    for (std::uint32_t n = 0; n < d.settlements.count; ++n) {
      const Settlement& s = p_.settlements[d.settlements.first + n];
      add(name, fmt::format("not settled by {}", act_name(s.act)), s.place, d.provisions,
          [i, n](Program& p) { p.dues[i].settlements = without(p.settlements, p.dues[i].settlements, n); });
    }
    for (std::uint32_t n = 0; n < d.apart.count; ++n) {
      const Apart& part = p_.apart[d.apart.first + n];
      add(name, fmt::format("{} not shown apart", p_.text(part.name)), d.place, part.provisions,
          [i, n](Program& p) { p.dues[i].apart = without(p.apart, p.dues[i].apart, n); });
    }
    if (p_.parties.size() > 1) {
      add(name, "debtor and creditor exchanged", d.place, d.provisions,
          [i](Program& p) { std::swap(p.dues[i].debtor, p.dues[i].creditor); });
    }
  }

  void operation(std::uint32_t i) {
    const Operation& o = p_.operations[i];
    const std::string name = fmt::format("provisions {} operate{}", p_.text(o.name), o.also ? " also" : "");
    const bool always = !o.also;
    add(name, always ? "always" : "never by this", o.place, o.provisions, [i, always](Program& p) {
      const ExprId value = yes_no(p, always);
      p.operations[i].condition = value;
    });
  }

  void account(std::uint32_t i) {
    const Account& a = p_.accounts[i];
    add("account " + std::string(p_.text(a.name)), "used in another order", a.place, a.provisions,
        [i](Program& p) {
          LotOrder& order = p.accounts[i].order;
          order = order == LotOrder::oldest ? LotOrder::first_to_expire : LotOrder::oldest;
        });
  }

  // When a lot can be used, and what becomes of what is left.
  void lot(std::uint32_t i) {
    const Effect& e = p_.effects[i];
    if (e.kind != EffectKind::put_in) return;
    const std::string name = "account " + std::string(p_.text(p_.accounts[e.account.value].name));
    times(name, "usable from", e.place, e.provisions, e.from,
          [i](Program& p) -> ExprId& { return p.effects[i].from; });
    times(name, "usable until", e.place, e.provisions, e.until,
          [i](Program& p) -> ExprId& { return p.effects[i].until; });
    if (e.until.given()) {
      add(name, "lost or frozen exchanged", e.place, e.provisions,
          [i](Program& p) { p.effects[i].lost_after = !p.effects[i].lost_after; });
    }
  }

  void register_of(std::uint32_t i) {
    const Effect& e = p_.effects[i];
    if (e.kind != EffectKind::add && e.kind != EffectKind::remove) return;
    add("list " + std::string(p_.text(p_.fields[e.field.value].name)), "added and removed exchanged", e.place,
        e.provisions, [i](Program& p) {
          EffectKind& kind = p.effects[i].kind;
          kind = kind == EffectKind::add ? EffectKind::remove : EffectKind::add;
        });
  }

  void claim(std::uint32_t i) {
    const Claim& c = p_.claims[i];
    if (c.presumed.tag != Tag::yes_no) return;
    add("claim " + std::string(p_.text(c.name)), "presumed otherwise", c.place, c.provisions,
        [i](Program& p) { p.claims[i].presumed.number = 1 - p.claims[i].presumed.number; });
  }

  void rank(std::uint32_t i) {
    const Rank& r = p_.ranks[i];
    const std::string name = "rank of " + std::string(p_.text(p_.kinds[r.kind.value].name));
    if (!r.stages.empty())
      add(name, "in any stage", r.place, r.provisions, [i](Program& p) { p.ranks[i].stages.count = 0; });
    condition(name, "`if`", r.place, r.provisions, r.condition,
              [i](Program& p) -> ExprId& { return p.ranks[i].condition; });
    // The other side of the Agreement, or the rank below.
    add(name, "another", r.place, r.provisions, [i](Program& p) {
      Rank& x = p.ranks[i];
      x.rank = x.rank > p.agreement_rank ? (x.rank == p.agreement_rank + 1 ? x.rank + 1 : x.rank - 1)
                                         : p.agreement_rank + 1;
    });
  }

  void term(std::uint32_t i) {
    const Term& t = p_.terms[i];
    for (std::uint32_t n = t.invitations.first; n < t.invitations.first + t.invitations.count; ++n) {
      const Invitation& x = p_.invitations[n];
      const std::string of =
          fmt::format("term {} set by {}", p_.text(t.name), p_.text(p_.kinds[x.kind.value].name));
      add(of, "not invited", x.place, x.provisions, [n](Program& p) { p.invitations[n].kind = {}; });
      if (x.merge != Merge::replace) {
        add(of, "without limit", x.place, x.provisions,
            [n](Program& p) { p.invitations[n].merge = Merge::replace; });
      }
    }
    if (!t.value.given()) return;
    const Expr& e = p_.exprs[t.value.value];
    if (e.op != Op::literal) return;
    const Value now = p_.literals[e.n];
    Value other = now;
    if (now.tag == Tag::duration) {
      other = duration_value(duration_count(now) + 1, duration_unit(now), duration_calendar(now));
    } else if (now.tag == Tag::number || now.tag == Tag::money || now.tag == Tag::date) {
      ++other.number;
    } else {
      return;
    }
    add("term " + std::string(p_.text(t.name)), "one more", t.place, t.provisions, [i, other](Program& p) {
      const ExprId bent = literal(p, other);
      p.terms[i].value = bent;
    });
  }

  void reading(std::uint32_t i) {
    const Reading& r = p_.readings[i];
    if (r.alternatives.count < 2) return;
    add("reading " + std::string(p_.text(r.name)), "another default", r.place, r.provisions, [i](Program& p) {
      Reading& x = p.readings[i];
      x.default_alternative = (x.default_alternative + 1) % x.alternatives.count;
    });
  }

  const Program& p_;
  std::vector<Candidate> out_;
};

}  // namespace

std::vector<Mutant> mutate(const std::shared_ptr<const Program>& program) {
  std::vector<Mutant> out;
  // Stories and words are not bent, and are the larger part of a program: each mutant borrows them.
  Program bare = *program;
  Program words;
  const auto lend = [](Program& from, Program& to) {
    to.texts.swap(from.texts);
    to.text_index.swap(from.text_index);
    to.places.swap(from.places);
    to.sections.swap(from.sections);
    to.rule_texts.swap(from.rule_texts);
  };
  lend(bare, words);
  const std::vector<Scenario> scenarios = std::move(bare.scenarios);
  bare.scenarios.clear();
  // The stories that cite what is bent are the likeliest to notice, so they are told first.
  std::map<std::string, std::vector<std::uint32_t>> citing;
  for (std::uint32_t s = 0; s < scenarios.size(); ++s) {
    for (const std::string& id : scenarios[s].provisions) citing[id].push_back(s);
  }
  for (const Candidate& plan : Planner(*program).all()) {
    const Place& place = program->places[plan.place];
    Mutant m{plan.what, program->files[place.file], place.line, {}, {}};
    for (std::uint32_t c = plan.provisions.first; c < plan.provisions.first + plan.provisions.count; ++c)
      m.provisions.emplace_back(program->text(program->provisions[program->cited[c].value].id));
    const auto bent = std::make_shared<Program>(bare);
    lend(words, *bent);
    plan.bend(*bent);
    std::vector<std::uint32_t> order;
    for (const std::string& id : m.provisions) {
      if (const auto found = citing.find(id); found != citing.end())
        order.insert(order.end(), found->second.begin(), found->second.end());
    }
    m.noticed_by = first_failing(bent, scenarios, order).value_or("");
    lend(*bent, words);
    out.push_back(std::move(m));
  }
  return out;
}

Datum to_datum(const std::vector<Mutant>& mutants) {
  std::int64_t noticed = 0;
  Datum rows = Datum::list();
  for (const Mutant& m : mutants) {
    noticed += m.noticed_by.empty() ? 0 : 1;
    Datum d = Datum::record();
    d.set("what", Datum::of_text(m.what));
    d.set("file", Datum::of_text(m.file));
    d.set("line", Datum::of_number(std::int64_t{m.line}));
    Datum provisions = Datum::list();
    for (const std::string& id : m.provisions) provisions.items.push_back(Datum::of_text(id));
    d.set("provisions", std::move(provisions));
    d.set("noticed_by", m.noticed_by.empty() ? Datum::of_null() : Datum::of_text(m.noticed_by));
    rows.items.push_back(std::move(d));
  }
  Datum summary = Datum::record();
  summary.set("mutants", Datum::of_number(static_cast<std::int64_t>(mutants.size())));
  summary.set("noticed", Datum::of_number(noticed));
  Datum out = Datum::record();
  out.set("summary", std::move(summary));
  out.set("mutants", std::move(rows));
  return out;
}

}  // namespace counterpart::trial
