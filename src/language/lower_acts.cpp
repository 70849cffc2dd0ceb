// Acts with their requirements, and powers and prohibitions, which become requirements of their acts.

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

bool Lowering::may_be_unknown(const Program& p, ExprId id) {
  if (!id.given()) return false;
  const Expr& e = p.exprs[id.value];
  if (e.op == Op::unknown) return true;
  if (e.op == Op::claim) return true;
  if (e.op == Op::term && (!p.terms[e.n].value.given() || may_be_unknown(p, p.terms[e.n].value))) return true;
  if (e.op == Op::operation && may_be_unknown(p, p.operations[e.n].condition)) return true;
  if (e.op == Op::literal && p.literals[e.n].tag == Tag::duration) {
    const std::uint32_t c = duration_calendar(p.literals[e.n]);
    if (c < p.calendars.size() && p.calendars[c].unknown.given()) return true;
  }
  return may_be_unknown(p, e.a) || may_be_unknown(p, e.b) || may_be_unknown(p, e.c);
}

std::optional<Strength> Lowering::strength(const Line& line) const {
  const std::string_view first = line.tokens.front().text;
  if (line.tokens.size() < 2 || line.tokens[1].text != "unless") return std::nullopt;
  if (first == "void") return Strength::void_unless;
  if (first == "breach") return Strength::breach_unless;
  if (first == "noted") return Strength::noted_unless;
  return std::nullopt;
}

OnUnknown Lowering::on_unknown(Reader& c) {
  c.expect("if", "after the condition: `, if unknown holds`, `, because \"…\"`");
  c.expect("unknown");
  const Token& what = c.take();
  if (what.text == "holds") return OnUnknown::holds;
  if (what.text == "fails") return OnUnknown::fails;
  if (what.text == "waits") return OnUnknown::waits;
  b_.stop("E0105", what.range, "an unknown condition holds, fails or waits",
          fmt::format("found \"{}\"", what.text));
}

void Lowering::act(ActId id, const Declaration& d) {
  Scope scope;
  scope.subject = p_.acts[id.value].kind;
  scope.act = id;
  const auto first_requirement = static_cast<std::uint32_t>(p_.requirements.size());
  need_operation(p_.acts[id.value]);
  for (const Line& line : d.clauses) {
    const auto s = strength(line);
    if (!s) continue;
    guarded([&] {
      Reader r(b_, line);
      r.take();
      r.take();
      const Range start = r.peek().range;
      Requirement row;
      row.strength = *s;
      const Typed c = r.condition(scope);
      row.condition = c.id;
      row.place = b_.place(c.range, p_.text(p_.places[p_.exprs[c.id.value].source].text));
      while (r.accept(",")) {
        if (r.accept("because")) {
          row.message = b_.intern(r.expect_kind(TokenKind::text, "the reason in quotes").text);
        } else {
          row.if_unknown = on_unknown(r);
        }
      }
      r.expect_end();
      if (*s != Strength::noted_unless && row.if_unknown == OnUnknown::unstated &&
          may_be_unknown(p_, row.condition)) {
        b_.report("E0303", start, "this condition can be unknown, and the rule does not say what then",
                  "rests on an unknown, a claim or a calendar that may be missing",
                  "add `, if unknown holds`, `fails` or `waits` at the end of the line");
      }
      row.provisions = b_.cite(line.cites, d.head.cites);
      if (!line.cites.empty()) weaken(row);
      p_.requirements.push_back(row);
    });
  }
  add_windows(id);
  add_prohibitions(id);
  Act& row = p_.acts[id.value];
  bump(row.requirements, first_requirement, p_.requirements.size());
  const auto first_effect = static_cast<std::uint32_t>(p_.effects.size());
  for (const Line& line : d.clauses) {
    if (strength(line) || line.tokens.front().text == "with") continue;
    guarded([&] {
      Reader r(b_, line);
      if (r.is("received")) {
        r.take();
        r.expect("as");
        const Token& name = r.take();
        const auto found = std::find_if(p_.receipts.begin(), p_.receipts.end(), [&](const ReceiptRule& rule) {
          return p_.text(rule.name) == name.text;
        });
        if (found == p_.receipts.end()) {
          std::vector<std::string> known;
          for (const ReceiptRule& rule : p_.receipts) known.emplace_back(p_.text(rule.name));
          b_.stop("E0201", name.range, fmt::format("\"{}\" is not a receipt rule", name.text), "no such rule",
                  b_.nearest(name.text, known));
        }
        p_.acts[id.value].receipt = ReceiptId{static_cast<std::uint32_t>(found - p_.receipts.begin())};
        b_.use(SymbolKind::receipt, p_.acts[id.value].receipt.value, name.range);
        b_.cite(line.cites);
      } else if (r.is("takes")) {
        r.take();
        r.expect("effect");
        if (r.accept("on")) {
          r.expect("receipt");
          p_.acts[id.value].effect_on_receipt = true;
        } else {
          r.accept("at");
          p_.acts[id.value].effect_at = time(r, scope);
        }
        b_.cite(line.cites);
      } else {
        effect(r, scope, b_.cite(line.cites, d.head.cites), line);
      }
      r.expect_end();
    });
  }
  bump(p_.acts[id.value].effects, first_effect, p_.effects.size());
}

void Lowering::power(const Declaration& d) {
  Power row;
  const std::vector<ActId> acts = head_of(d, row, row.holders);
  Scope scope;
  scope.subject = row.subject;
  bool at_any_time = false;
  clauses(d, [&](const Line& line, Reader& c) {
    if (c.accept("while")) {
      const Typed t = c.condition(scope);
      row.guard = row.guard.given() ? both(row.guard, t.id) : t.id;
      if (c.accept(",")) row.if_unknown = on_unknown(c);
    } else if (c.accept("from")) {
      row.opens = time(c, scope);
    } else if (c.accept("until")) {
      row.closes = time(c, scope);
    } else if (c.is("at") && c.is("any", 1)) {
      c.take();
      c.take();
      c.expect("time");
      at_any_time = true;
    } else {
      stray(c, "a power", clause_forms("power"));
    }
    b_.cite(line.cites);
  });
  row.operates = operating(row.provisions, &d);
  if (!at_any_time && !row.guard.given() && !row.opens.given() && !row.closes.given()) {
    b_.report("W0612", d.head.tokens.front().range, "this power has no window",
              "no `while`, `from` or `until`",
              "say when it may be used, or `at any time` where the text sets no limit");
  }
  row.window = b_.window_of(d);
  for (const ActId a : acts) {
    row.act = a;
    p_.powers.push_back(row);
  }
}

void Lowering::add_windows(ActId id) {
  // Powers of other editions stand beside these: each stretch of time between their windows has its own.
  const ActId act = p_.acts[id.value].canonical;
  std::vector<Instant> cuts{Instant{INT64_MIN}, Instant{INT64_MAX}};
  for (const Power& power : p_.powers) {
    if (power.act != act) continue;
    cuts.push_back(power.window.from);
    cuts.push_back(power.window.until);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) add_windows(act, {cuts[i], cuts[i + 1]});
}

void Lowering::add_windows(ActId act, const Window& time) {
  ExprId any;
  std::vector<ProvisionId> cited;
  std::uint32_t place = 0;
  bool always = false;
  OnUnknown if_unknown = OnUnknown::unstated;
  for (const Power& power : p_.powers) {
    if (power.act != act || !power.window.holds(time.from)) continue;
    // Of several that say it differently, an unknown leaves open what comes of the act.
    if_unknown = if_unknown == OnUnknown::unstated || if_unknown == power.if_unknown ? power.if_unknown
                                                                                     : OnUnknown::waits;
    ExprId window = power.guard;
    const auto bound = [&](ExprId limit, Op op) {
      if (!limit.given()) return;
      const ExprId compared = now_against(op, limit);
      window = window.given() ? both(window, compared) : compared;
    };
    bound(power.opens, Op::greater_equal);
    bound(power.closes, Op::less_equal);
    if (power.operates.given()) window = window.given() ? both(window, power.operates) : power.operates;
    if (!window.given()) {
      always = true;
    } else {
      any = any.given() ? either(any, window) : window;
    }
    for (std::uint32_t i = power.provisions.first; i < power.provisions.first + power.provisions.count; ++i)
      cited.push_back(p_.cited[i]);
    place = power.place;
  }
  if (!any.given() || always) return;
  Requirement row;
  row.window = time;
  row.condition = any;
  row.if_unknown = if_unknown == OnUnknown::unstated ? OnUnknown::waits : if_unknown;
  row.place = place;
  row.message = b_.intern("outside the time or the case in which it may be done");
  row.provisions = {static_cast<std::uint32_t>(p_.cited.size()), static_cast<std::uint32_t>(cited.size())};
  p_.cited.insert(p_.cited.end(), cited.begin(), cited.end());
  p_.requirements.push_back(row);
}

void Lowering::add_prohibitions(ActId act) {
  for (const Prohibition& x : p_.prohibitions) {
    if (x.act != p_.acts[act.value].canonical) continue;
    Requirement row;
    row.window = x.window;
    row.strength = Strength::breach_unless;
    // Whether the condition of the requirement, which is what frees the act, counts as met.
    row.if_unknown = x.if_unknown == OnUnknown::unstated ? OnUnknown::holds : x.if_unknown;
    if (x.unless.given()) {
      row.condition = x.unless;
    } else {
      row.condition = b_.literal({Tag::yes_no, Bound::exact, 0, 0, 0},
                                 b_.duty_ranges.empty() ? Range{} : b_.duty_ranges.front());
    }
    if (x.guard.given()) row.condition = either(row.condition, negated(x.guard));
    if (x.operates.given()) row.condition = either(row.condition, negated(x.operates));
    row.place = x.place;
    row.provisions = x.provisions;
    row.message = b_.intern("prohibited: " + std::string(p_.text(x.name)));
    p_.requirements.push_back(row);
  }
}

void Lowering::prohibition(const Declaration& d) {
  Prohibition row;
  const std::vector<ActId> acts = head_of(d, row, row.bearers);
  row.operates = operating(row.provisions, &d);
  row.window = b_.window_of(d);
  for (const ActId a : acts) {
    row.act = a;
    Scope scope;
    scope.subject = row.subject;
    scope.act = a;
    Prohibition one = row;
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.accept("unless")) {
        const Typed t = c.condition(scope);
        one.unless = one.unless.given() ? either(one.unless, t.id) : t.id;
        if (c.accept(",")) one.if_unknown = on_unknown(c);
      } else if (c.accept("while")) {
        one.guard = c.condition(scope).id;
        if (c.accept(",")) one.if_unknown = on_unknown(c);
      } else {
        stray(c, "a prohibition", clause_forms("prohibition"));
      }
      b_.cite(line.cites);
    });
    p_.prohibitions.push_back(one);
  }
}

}  // namespace counterpart::language
