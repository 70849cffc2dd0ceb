// Duties, rules by time and condition, and periods: what opens them and when they end.

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

void Lowering::duty(const Declaration& d) {
  Reader r(b_, d.head);
  r.take();
  Duty row;
  bool jointly = false;
  row.bearers = b_.parties_range(parties(r, jointly));
  row.subject = kind_ahead(r);
  const PartyId bearer = p_.party_lists[row.bearers.first];
  if (r.peek().kind == TokenKind::word) {
    row.office = p_.office(bearer, r.peek().text);
    if (row.office.given()) b_.use(SymbolKind::office, row.office.value, r.take().range);
  }
  const std::size_t verb_at = r.position();
  Scope scope;
  scope.subject = row.subject;
  if (r.is("keeps")) {
    row.name = b_.intern(keeping(r, scope, row));
  } else {
    performance(r, row);
    r.expect_end();
    row.name = name_of(d, verb_at);
  }
  row.provisions = b_.cite(d.head.cites);
  row.operates = operating(row.provisions, &d);
  row.window = b_.window_of(d);
  row.place = place_of(d.head);
  std::vector<Trigger> triggers;
  std::vector<const Line*> otherwise;
  std::vector<program::Range> otherwise_cites;
  bool explicit_breach = false;
  bool nothing = false;
  // Openings first: a deadline counts from them.
  for (const Line& line : d.clauses) {
    const std::string_view word = line.tokens.front().text;
    if (word != "from" && word != "every") continue;
    guarded([&] {
      Reader c(b_, line);
      c.take();
      triggers.push_back(word == "every" ? series(c, scope) : opening(c, scope, row));
      c.expect_end();
      b_.cite(line.cites);
    });
  }
  clauses(d, [&](const Line& line, Reader& c) {
    if (c.accept("from") || c.accept("every")) {
      while (!c.done()) c.take();
      return;
    }
    if (c.accept("while")) {
      const Typed t = c.condition(scope);
      row.guard = row.guard.given() ? both(row.guard, t.id) : t.id;
      b_.cite(line.cites);
    } else if (c.accept("unless")) {
      const Typed t = c.condition(scope);
      row.unless = row.unless.given() ? either(row.unless, t.id) : t.id;
      b_.cite(line.cites);
    } else if (c.accept("within")) {
      row.deadline = from_opening(c, scope, "within");
      row.starts = p_.exprs[row.deadline.value].a;
      if (c.accept("of")) {
        const Typed base = c.operand(scope);
        p_.exprs[row.deadline.value].a = base.id;
      }
      b_.cite(line.cites);
    } else if (c.accept("by")) {
      const Typed t = c.operand(scope);
      if (t.type.type != Type::date && t.type.type != Type::instant && t.type.type != Type::any) {
        b_.stop("E0301", t.range, "a date was expected after `by`",
                fmt::format("this is {}", type_words(p_, t.type)), "a length of time is said with `within`");
      }
      row.deadline = t.id;
      b_.cite(line.cites);
    } else if (c.accept("promptly")) {
      row.standard = b_.intern("promptly");
      b_.cite(line.cites);
    } else if (c.is("best") && c.is("efforts", 1)) {
      c.take();
      c.take();
      row.standard = b_.intern("best efforts");
      b_.cite(line.cites);
    } else if (c.is("at") && c.is("once", 1)) {
      c.take();
      c.take();
      row.standard = b_.intern("at once");
      b_.cite(line.cites);
    } else if (c.is("reasonable") && c.is("time", 1)) {
      c.take();
      c.take();
      row.standard = b_.intern("within a reasonable time");
      b_.cite(line.cites);
    } else if (c.is("no") && c.is("deadline", 1)) {
      c.take();
      c.take();
      row.declared_endless = true;
      b_.cite(line.cites);
    } else if (c.accept("failing")) {
      c.expect("when", "what shows that the first way has failed: `failing when happened give up`");
      row.failing = c.condition(scope).id;
      b_.cite(line.cites);
    } else if (c.accept("watch")) {
      row.watch = from_opening(c, scope, "watch");
      b_.cite(line.cites);
    } else if (c.accept("otherwise")) {
      otherwise.push_back(&line);
      otherwise_cites.push_back(b_.cite(line.cites, d.head.cites));
      if (c.accept("nothing")) nothing = true;
      while (!c.done()) c.take();
    } else {
      stray(c, "a duty", clause_forms("duty"));
    }
  });
  if (row.keeps.given()) {
    // It opens whenever what is to be kept fails while the rule operates, and is broken at once unless the
    // text leaves time.
    Trigger fails;
    fails.kind = TriggerKind::becomes_true;
    fails.condition = negated(row.keeps);
    if (row.guard.given()) fails.condition = both(fails.condition, row.guard);
    triggers.push_back(fails);
    if (!row.deadline.given() && !row.standard.given() && !row.declared_endless) {
      row.broken_at_once = true;
      Expr opened;
      opened.op = Op::opened;
      opened.source = p_.exprs[row.keeps.value].source;
      row.starts = row.deadline = b_.expr(opened);
    }
  }
  const bool asks_failing =
      std::any_of(p_.paths.begin() + row.paths.first, p_.paths.begin() + row.paths.first + row.paths.count,
                  [](const Path& path) { return path.failing; });
  if (asks_failing != row.failing.given() && !(asks_failing && says(d, "failing"))) {
    b_.stop("E0105", d.head.tokens.front().range,
            asks_failing ? "the duty does not say what shows that the first way has failed"
                         : "the duty has nothing that counts only when the rest has failed",
            asks_failing ? "no `failing when` clause" : "`failing when` without `failing that`",
            "`duty PARTY replaces, failing that refunds KIND` with `failing when CONDITION`");
  }
  if (triggers.empty() && (says(d, "from") || says(d, "every")))
    throw LineAbandoned{};  // what is wrong with it has been said
  if (triggers.empty()) {
    b_.stop("E0105", d.head.tokens.front().range, "the duty does not say what opens it", "no `from` clause",
            "`from receipt of VERB`, `from VERB`, `from STAGE`, `from TIME`, `from the start` or `every "
            "DURATION from TIME`");
  }
  row.triggers.first = static_cast<std::uint32_t>(p_.triggers.size());
  row.triggers.count = static_cast<std::uint32_t>(triggers.size());
  p_.triggers.insert(p_.triggers.end(), triggers.begin(), triggers.end());
  row.otherwise.first = static_cast<std::uint32_t>(p_.effects.size());
  for (std::size_t i = 0; i < otherwise.size(); ++i) {
    guarded([&] {
      Reader c(b_, *otherwise[i]);
      c.take();
      if (c.accept("nothing")) return c.expect_end();
      if (!c.is("breach")) {
        effect(c, scope, otherwise_cites[i], *otherwise[i]);
      } else {
        explicit_breach = true;
        c.take();
      }
      while (c.accept(",") || c.is("and")) {
        c.accept("and");
        if (c.accept("breach")) {
          explicit_breach = true;
        } else {
          effect(c, scope, otherwise_cites[i], *otherwise[i]);
        }
      }
      c.expect_end();
    });
  }
  bump(row.otherwise, row.otherwise.first, p_.effects.size());
  if (!otherwise_cites.empty()) row.otherwise_provisions = otherwise_cites.front();
  row.breach = explicit_breach || (otherwise.empty() && !nothing);
  if (!row.deadline.given() && !row.standard.given() && !row.declared_endless && !row.guard.given()) {
    b_.report("W0601", d.head.tokens.front().range, "nothing ever ends this duty",
              "no deadline, standard or `while`",
              "say `within …`, `by …`, `promptly`, or `no deadline` where the text sets none");
  }
  p_.duties.push_back(row);
  b_.duty_ranges.push_back(d.head.tokens.front().range);
}

void Lowering::performance(Reader& r, Duty& row) {
  std::vector<ActId> acts;
  std::vector<Path> paths;
  bool ordered = false;
  bool failing = false;
  bool composite = false;  // more than `A or B` and `A and B`
  std::vector<std::string> known;
  for (;;) {
    Path path;
    path.failing = failing;
    path.acts.first = static_cast<std::uint32_t>(acts.size());
    for (;;) {
      const Token& t = r.peek();
      const auto a = r.verb(row.subject);
      if (!a) {
        for (const Act& x : p_.acts) {
          if (x.kind == row.subject) known.emplace_back(p_.text(x.verb));
        }
        b_.stop(
            "E0204", t.range,
            fmt::format("\"{}\" is not an act on a {}", t.text, p_.text(p_.kinds[row.subject.value].name)),
            "no such act", b_.nearest(t.text, known));
      }
      acts.push_back(*a);
      ++path.acts.count;
      if (r.is("then")) {
        path.ordered = ordered = true;
      } else if (!r.is("and")) {
        break;
      }
      r.take();
    }
    paths.push_back(path);
    if (r.is(",") && r.is("failing", 1)) {
      r.take();
      r.take();
      r.expect("that");
      failing = true;
      continue;
    }
    r.accept(",");
    if (r.accept("or")) continue;
    if (r.peek().kind == TokenKind::name) break;
  }
  r.take();  // the kind
  if (acts.size() > 32) {
    b_.stop("E0105", r.peek().range, "a duty has no more than 32 acts",
            fmt::format("this has {}", acts.size()));
  }
  const bool all = paths.size() == 1 && acts.size() > 1;
  composite = ordered || failing || (!all && acts.size() != paths.size());
  row.performance = b_.acts_range(acts);
  row.mode = composite ? PerformanceMode::paths : all ? PerformanceMode::all : PerformanceMode::any;
  if (!composite) return;
  row.paths = {static_cast<std::uint32_t>(p_.paths.size()), static_cast<std::uint32_t>(paths.size())};
  for (Path& path : paths) {
    path.acts.first += row.performance.first;
    p_.paths.push_back(path);
  }
}

void Lowering::excuse(const Declaration& d) {
  Reader r(b_, d.head);
  r.take();
  Excuse row;
  std::vector<DutyId> duties;
  const Range head = r.peek().range;
  std::vector<ProvisionId> except;
  for (const Line& line : d.clauses) {
    if (line.tokens.front().text != "except") continue;
    for (const Token& t : line.cites) {
      if (const ProvisionId provision = p_.provision(t.text); provision.given()) except.push_back(provision);
    }
  }
  const auto executes = [&](const Duty& x, const std::vector<ProvisionId>& which) {
    const auto first = p_.cited.begin() + x.provisions.first;
    return std::any_of(which.begin(), which.end(), [&](ProvisionId one) {
      return std::find(first, first + x.provisions.count, one) != first + x.provisions.count;
    });
  };
  const auto of_party = [&](const Duty& x, PartyId party) {
    const auto first = p_.party_lists.begin() + x.bearers.first;
    return std::find(first, first + x.bearers.count, party) != first + x.bearers.count;
  };
  const auto all_where = [&](const auto& holds) {
    for (std::uint32_t i = 0; i < p_.duties.size(); ++i) {
      const Duty& x = p_.duties[i];
      if (x.subject == row.subject && holds(x) && !executes(x, except)) duties.push_back(DutyId{i});
    }
  };
  if (r.peek().kind == TokenKind::cite) {
    const std::vector<ProvisionId> named = provisions_named(r);
    r.expect("of", "`excuse [2.3-d] of PurchaseOrder`");
    row.subject = b_.kind_named(r.take());
    all_where([&](const Duty& x) { return executes(x, named); });
  } else if (r.accept("every")) {
    r.expect("duty");
    r.expect("of", "`excuse every duty of PARTY on KIND`");
    const PartyId party = b_.party_named(r.take());
    r.expect("on");
    row.subject = b_.kind_named(r.take());
    all_where([&](const Duty& x) { return of_party(x, party); });
  } else {
    const PartyId party = b_.party_named(r.take());
    row.subject = kind_ahead(r);
    PerformanceMode mode = PerformanceMode::any;
    const std::vector<ActId> acts = verbs(r, row.subject, mode);
    all_where([&](const Duty& x) {
      if (!of_party(x, party)) return false;
      const auto first = p_.act_lists.begin() + x.performance.first;
      return std::any_of(acts.begin(), acts.end(), [&](ActId a) {
        return std::find(first, first + x.performance.count, a) != first + x.performance.count;
      });
    });
  }
  r.expect_end();
  if (duties.empty()) {
    b_.stop(
        "E0207", head, "there is no such duty to excuse", "no duty of a pack's rules is this one",
        "say it as the duty does: `excuse PARTY VERB KIND`, `excuse [2.3-d] of KIND`, `excuse every duty of "
        "PARTY on KIND`");
  }
  row.name = name_of(d, 0);
  row.provisions = b_.cite(d.head.cites);
  row.place = place_of(d.head);
  row.duties = {static_cast<std::uint32_t>(p_.duty_lists.size()), static_cast<std::uint32_t>(duties.size())};
  p_.duty_lists.insert(p_.duty_lists.end(), duties.begin(), duties.end());
  Scope scope;
  scope.subject = row.subject;
  bool says_then = false;
  clauses(d, [&](const Line& line, Reader& c) {
    if (c.accept("except")) return;
    if (c.accept("while")) {
      const Typed t = c.condition(scope);
      row.condition = row.condition.given() ? both(row.condition, t.id) : t.id;
    } else if (c.accept("then")) {
      says_then = true;
      if (c.accept("due")) {
        c.expect("at");
        c.expect("once");
        row.then = AfterExcuse::due_at_once;
      } else if (c.accept("within")) {
        row.then = AfterExcuse::within;
        const Typed t = c.at_duration() ? duration(c) : c.operand(scope);
        if (t.type.type != Type::duration) {
          b_.stop("E0301", t.range, "a length of time was expected after `within`",
                  fmt::format("this is {}", type_words(p_, t.type)));
        }
        row.length = t.id;
      } else {
        c.expect("moved", "`then moved by the days lost`, `then due at once` or `then within DURATION`");
        c.expect("by");
        c.expect("the");
        if (c.accept("business")) {
          row.then = AfterExcuse::moved_business_days;
          row.calendar = p_.business_calendar;
          if (!row.calendar.given()) {
            b_.stop("E0201", c.peek().range, "business days need a calendar", "no calendar is said for them",
                    "add `business days are CALENDAR` to the agreement declaration");
          }
        }
        c.expect("days");
        c.expect("lost");
      }
    } else {
      stray(c, "an excuse", clause_forms("excuse"));
    }
    b_.cite(line.cites);
  });
  if (!row.condition.given() || !says_then) {
    b_.stop(
        "E0105", d.head.tokens.front().range, "an excuse says how long it lasts and what then",
        !row.condition.given() ? "no `while` clause" : "no `then` clause",
        "`while CONDITION` and `then moved by the days lost`, `then due at once` or `then within DURATION`");
  }
  row.operates = operating(row.provisions, &d);
  p_.excuses.push_back(row);
}

std::string Lowering::keeping(Reader& r, const Scope& scope, Duty& row) {
  r.take();
  const Token& name = r.expect_kind(TokenKind::word, "a name for what is kept, such as `insured`");
  r.expect("of");
  r.expect_kind(TokenKind::name, "the kind of document it is about");
  r.expect(":", "say what is to be kept: `keeps insured of Site: CONDITION`");
  row.keeps = r.condition(scope).id;
  r.expect_end();
  return "keeps " + std::string(name.text) + " of";
}

void Lowering::rule(const Declaration& d) {
  Reader r(b_, d.head);
  const std::string_view opens = r.take().text;
  // The subject stands at the end: `for KIND`.
  const auto& tokens = d.head.tokens;
  const std::size_t n = tokens.size();
  if (n < 4 || tokens[n - 3].text != "for") {
    b_.stop("E0105", tokens[n - 1].range, "say which documents this is about",
            "the line ends without `for KIND`", "end the line with `for PurchaseOrder`");
  }
  Rule row;
  row.subject = b_.kind_named(tokens[n - 2]);
  Scope scope;
  scope.subject = row.subject;
  if (opens == "every") {
    row.trigger = series(r, scope);
  } else if (opens == "at") {
    row.trigger.kind = TriggerKind::time;
    row.trigger.time = time(r, scope);
  } else {
    row.trigger.kind = TriggerKind::becomes_true;
    row.trigger.condition = r.condition(scope).id;
  }
  r.expect("for");
  r.take();
  r.expect_end();
  row.name = name_of(d, 0);
  row.provisions = b_.cite(d.head.cites);
  row.operates = operating(row.provisions, &d);
  row.window = b_.window_of(d);
  row.place = place_of(d.head);
  for (const Line& line : d.clauses) {
    if (line.tokens.front().text != "while") continue;
    guarded([&] {
      Reader c(b_, line);
      c.take();
      const Typed t = c.condition(scope);
      c.expect_end();
      row.guard = row.guard.given() ? both(row.guard, t.id) : t.id;
      b_.cite(line.cites);
    });
  }
  const auto first = static_cast<std::uint32_t>(p_.effects.size());
  clauses(d, [&](const Line& line, Reader& c) {
    if (c.accept("while")) {
      while (!c.done()) c.take();
      return;
    }
    effect(c, scope, b_.cite(line.cites, d.head.cites), line);
  });
  bump(row.effects, first, p_.effects.size());
  p_.rules.push_back(row);
}

void Lowering::period(const Declaration& d) {
  Reader r(b_, d.head);
  r.take();
  Period row;
  row.name = b_.intern(r.expect_kind(TokenKind::word, "the period's name").text);
  r.expect("of");
  row.subject = b_.kind_named(r.take());
  r.expect_end();
  row.provisions = b_.cite(d.head.cites);
  row.operates = operating(row.provisions, &d);
  row.window = b_.window_of(d);
  row.place = place_of(d.head);
  Scope scope;
  scope.subject = row.subject;
  clauses(d, [&](const Line& line, Reader& c) {
    if (c.accept("from")) {
      row.from = time(c, scope);
    } else if (c.accept("until")) {
      row.until = time(c, scope);
    } else if (c.accept("while")) {
      row.guard = c.condition(scope).id;
    } else {
      stray(c, "a period", clause_forms("period"));
    }
    b_.cite(line.cites);
  });
  if (!row.from.given()) {
    b_.stop("E0105", d.head.tokens.front().range, "the period does not say when it begins",
            "no `from` clause");
  }
  p_.periods.push_back(row);
}

}  // namespace counterpart::language
