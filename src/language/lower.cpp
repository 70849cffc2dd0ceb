// Second pass: the bodies of what was collected, clause by clause, into rows of the program. Here what all
// bodies share; acts, duties and money have files of their own.

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

void Lowering::run() {
  computed_fields();
  for (const Declaration& d : b_.declarations) {
    if (d.head.tokens.front().text == "receipt") guarded([&] { receipt(d); });
  }
  for (const Declaration& d : b_.declarations) {
    if (d.head.tokens.front().text == "term") guarded([&] { invitations(d); });
    if (d.head.tokens.front().text == "precedence") guarded([&] { precedence(d); });
  }
  // What operates also, in spite of the others, goes after them.
  for (const bool also : {false, true}) {
    for (const auto& body : b_.bodies) {
      const auto& head = body.source->head.tokens;
      const bool says_also = head.size() > 1 && head[head.size() - 2].text == "also";
      if (body.keyword == "provisions" && says_also == also) guarded([&] { operation(*body.source); });
    }
  }
  // Claims, terms and the rest are known; windows of powers become requirements of their acts, so they go
  // first.
  for (const auto& body : b_.bodies) {
    if (body.keyword == "power") guarded([&] { power(*body.source); });
    if (body.keyword == "prohibition") guarded([&] { prohibition(*body.source); });
  }
  for (const auto& source : b_.act_sources) act(source.act, *source.source);
  for (const auto& body : b_.bodies) {
    guarded([&] {
      if (body.keyword == "duty") duty(*body.source);
      if (body.keyword == "at" || body.keyword == "every" || body.keyword == "when") rule(*body.source);
      if (body.keyword == "period") period(*body.source);
      if (body.keyword == "paper") paper(*body.source);
      if (body.keyword == "due") due(*body.source);
    });
  }
  // Duties are known.
  for (const auto& body : b_.bodies) {
    if (body.keyword == "excuse") guarded([&] { excuse(*body.source); });
  }
  for (const auto& [provision, range] : waived_) {
    const auto cites = [&](program::Range cited) {
      const auto first = p_.cited.begin() + cited.first;
      return std::find(first, first + cited.count, provision) != first + cited.count;
    };
    if (std::any_of(p_.duties.begin(), p_.duties.end(), [&](const Duty& x) { return cites(x.provisions); }) ||
        std::any_of(p_.requirements.begin(), p_.requirements.end(),
                    [&](const Requirement& x) { return cites(x.provisions); }))
      continue;
    b_.report(
        "E0207", range,
        fmt::format("no duty and no requirement executes {}", p_.text(p_.provisions[provision.value].id)),
        "there is nothing here to waive",
        "name a provision that a duty, a `breach unless` or a prohibition cites");
  }
}

void Lowering::stray(const Reader& r, std::string_view of, std::string_view known) {
  b_.stop("E0104", r.peek().range, fmt::format("this does not belong in {}", of),
          fmt::format("\"{}\" is not understood here", r.peek().text),
          fmt::format("its clauses are: {}", known));
}

std::uint32_t Lowering::place_of(const Line& line, std::size_t from) {
  const Token& first = line.tokens[from];
  const Token& last = line.tokens.size() > from + 1 ? line.tokens[line.tokens.size() - 2] : first;
  Range range = first.range;
  std::string_view words = b_.source(first.range, last.range);
  if (!words.empty()) range.length = static_cast<std::uint32_t>(words.size());
  return b_.place(range, words);
}

void Lowering::bump(program::Range& to, std::uint32_t first, std::size_t size) {
  to = {first, static_cast<std::uint32_t>(size) - first};
}

bool Lowering::says(const Declaration& d, std::string_view clause) {
  return std::any_of(d.clauses.begin(), d.clauses.end(),
                     [&](const Line& line) { return line.tokens.front().text == clause; });
}

void Lowering::computed_fields() {
  const auto lower = [&](bool parts) {
    for (const auto& computed : b_.field_computed) {
      const FieldId field = computed.first;
      const std::vector<Token>& tokens = computed.second;
      if (p_.kinds[p_.fields[field.value].kind.value].is_part != parts) continue;
      guarded([&] {
        Scope scope;
        scope.subject = p_.fields[field.value].kind;
        Reader r(b_, tokens);
        const Typed t = r.expression(scope);
        r.expect_end();
        p_.fields[field.value].computed = t.id;
        p_.fields[field.value].type = t.type;
      });
    }
  };
  lower(true);
  lower(false);
  for (const auto& initial : b_.field_defaults) {
    const FieldId field = initial.first;
    const std::vector<Token>& tokens = initial.second;
    guarded([&] {
      Scope scope;
      scope.subject = p_.fields[field.value].kind;
      Reader r(b_, tokens);
      const TypeRef type = p_.fields[field.value].type;
      if (type.type == Type::choice) {
        const Token& word = r.take();
        p_.fields[field.value].initial =
            b_.literal({Tag::choice, Bound::exact, 0, 0, b_.intern(word.text).value}, word.range);
      } else {
        const Typed t = r.expression(scope);
        if (t.type.type != type.type) {
          b_.stop("E0301", t.range, fmt::format("the default should be {}", type_words(p_, type)),
                  fmt::format("this is {}", type_words(p_, t.type)));
        }
        p_.fields[field.value].initial = t.id;
      }
      r.expect_end();
    });
  }
}

void Lowering::receipt(const Declaration& d) {
  const std::string_view name = d.head.tokens[1].text;
  const auto found = std::find_if(p_.receipts.begin(), p_.receipts.end(),
                                  [&](const ReceiptRule& r) { return p_.text(r.name) == name; });
  if (found == p_.receipts.end()) return;
  ReceiptRule& rule = *found;
  rule.provisions = b_.cite(d.head.cites);
  rule.rows.first = static_cast<std::uint32_t>(p_.receipt_rows.size());
  clauses(d, [&](const Line& line, Reader& r) {
    if (r.is("addressed")) {
      r.take();
      r.expect("to");
      const Token& office = r.take();
      r.expect("of");
      const PartyId party = b_.party_named(r.take());
      rule.addressed_to = p_.office(party, office.text);
      if (rule.addressed_to.given()) b_.use(SymbolKind::office, rule.addressed_to.value, office.range);
      if (!rule.addressed_to.given()) {
        b_.stop("E0201", office.range, fmt::format("\"{}\" is not an office", office.text), "no such office");
      }
      b_.cite(line.cites);
      return;
    }
    ReceiptRow row;
    const Token& channel = r.take();
    if (channel.text == "any") {
      r.accept("other");
      r.expect("way");
    } else {
      row.channel = b_.intern(channel.text);
    }
    if (r.accept("at")) {
      r.expect("once");
    } else if (r.accept("after")) {
      if (!r.at_duration()) {
        b_.stop("E0105", r.peek().range, "a length of time was expected here",
                fmt::format("found \"{}\"", r.peek().text));
      }
      row.delay = r.duration_literal();
    } else if (r.accept("on")) {
      r.expect("evidence");
      row.never = true;
    } else {
      stray(r, "a receipt rule", clause_forms("receipt"));
    }
    if (r.accept(",")) {
      r.expect("needs");
      row.needs = b_.intern(r.take().text);
      if (r.accept("the")) {
        r.expect("same");
        r.expect("day");
        row.needs_same_day = true;
      }
    }
    row.provisions = b_.cite(line.cites);
    row.place = place_of(line);
    p_.receipt_rows.push_back(row);
    rule.rows.count = static_cast<std::uint32_t>(p_.receipt_rows.size()) - rule.rows.first;
  });
}

std::vector<ProvisionId> Lowering::provisions_named(Reader& r) {
  std::vector<ProvisionId> out;
  do {
    const Token& t = r.expect_kind(TokenKind::cite, "a provision in brackets");
    const ProvisionId provision = p_.provision(t.text);
    if (!provision.given()) {
      std::vector<std::string> known;
      for (const auto& [name, kind] : b_.kinds_of_provisions) known.push_back(name);
      b_.stop("E0206", t.range, fmt::format("{} is not a provision of this pack", t.text), "named here",
              b_.nearest(t.text, known));
    }
    out.push_back(provision);
  } while (r.accept("or"));
  return out;
}

std::vector<PartyId> Lowering::parties(Reader& r, bool& jointly) {
  std::vector<PartyId> out{b_.party_named(r.take())};
  while ((r.is("or") || r.is("and")) && r.peek(1).kind == TokenKind::name &&
         p_.party(r.peek(1).text).given()) {
    jointly = jointly || r.is("and");
    r.take();
    out.push_back(b_.party_named(r.take()));
  }
  return out;
}

KindId Lowering::kind_ahead(const Reader& r) {
  for (std::size_t i = 0; r.peek(i).kind != TokenKind::end; ++i) {
    const Token& t = r.peek(i);
    if (t.kind == TokenKind::name) return b_.kind_named(t);
  }
  b_.stop("E0105", r.peek().range, "a kind of document was expected on this line",
          "no capitalised name follows", "`duty Lessor grants or refuses Request`");
}

std::vector<ActId> Lowering::verbs(Reader& r, KindId kind, PerformanceMode& mode) {
  std::vector<ActId> acts;
  for (;;) {
    const Token& t = r.peek();
    const auto a = r.verb(kind);
    if (!a) {
      std::vector<std::string> known;
      for (const Act& x : p_.acts) {
        if (x.kind == kind) known.emplace_back(p_.text(x.verb));
      }
      b_.stop("E0204", t.range,
              fmt::format("\"{}\" is not an act on a {}", t.text, p_.text(p_.kinds[kind.value].name)),
              "no such act", b_.nearest(t.text, known));
    }
    acts.push_back(*a);
    r.accept(",");
    if (r.accept("or")) continue;
    if (r.accept("and")) {
      mode = PerformanceMode::all;
      continue;
    }
    if (r.peek().kind == TokenKind::name) break;
  }
  r.take();  // the kind
  return acts;
}

std::string Lowering::joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : " ") + w;
  return out;
}

TextId Lowering::name_of(const Declaration& d, std::size_t from) {
  std::vector<std::string> words;
  for (std::size_t i = from; i + 1 < d.head.tokens.size(); ++i) words.emplace_back(d.head.tokens[i].text);
  return b_.intern(joined(words));
}

Typed Lowering::duration(Reader& c) {
  const Token& t = c.peek();
  const Value v = c.duration_literal();
  return {b_.literal(v, t.range), {Type::duration}, t.range};
}

Trigger Lowering::series(Reader& c, const Scope& scope) {
  Trigger t;
  t.kind = TriggerKind::time;
  const auto range = c.peek().range;
  t.every = c.duration_literal();
  const Unit unit = duration_unit(t.every);
  if (duration_count(t.every) < 1 || unit == Unit::hours || unit == Unit::open_hours ||
      unit == Unit::seconds) {
    b_.stop("E0301", range, "a series comes again after days, weeks, months or years", "too short a step",
            "write `every 30 days from …` or `every 3 months from …`");
  }
  c.expect("from", "say when it first comes: `every 3 months from 2000-07-01`");
  t.time = time(c, scope);
  if (c.accept("until")) t.until = time(c, scope);
  return t;
}

ExprId Lowering::negated(ExprId a) {
  Expr e;
  e.op = Op::logical_not;
  e.a = a;
  e.source = p_.exprs[a.value].source;
  return b_.expr(e);
}

ExprId Lowering::from_opening(Reader& c, const Scope& scope, std::string_view after) {
  const Typed t = c.at_duration() ? duration(c) : c.operand(scope);
  if (t.type.type != Type::duration) {
    b_.stop("E0301", t.range, fmt::format("a length of time was expected after `{}`", after),
            fmt::format("this is {}", type_words(p_, t.type)), "a date is said with `by`");
  }
  Expr opened;
  opened.op = Op::opened;
  opened.source = b_.place(t.range, "the start");
  Expr e;
  e.op = Op::time_plus;
  e.a = b_.expr(opened);
  e.b = t.id;
  e.source = p_.exprs[t.id.value].source;
  return b_.expr(e);
}

ExprId Lowering::now_against(Op op, ExprId time) {
  Expr now;
  now.op = Op::now;
  now.source = p_.exprs[time.value].source;
  Expr e;
  e.op = op;
  e.a = b_.expr(now);
  e.b = time;
  e.source = now.source;
  return b_.expr(e);
}

ExprId Lowering::combine(Op op, ExprId a, ExprId b) {
  Expr e;
  e.op = op;
  e.a = a;
  e.b = b;
  e.source = p_.exprs[a.value].source;
  return b_.expr(e);
}

Typed Lowering::moment(Reader& c, const Scope& scope) {
  const Typed t = c.operand(scope);
  if (t.type.type != Type::date && t.type.type != Type::instant && t.type.type != Type::any) {
    b_.stop("E0301", t.range, "a date was expected here", fmt::format("this is {}", type_words(p_, t.type)));
  }
  return t;
}

ExprId Lowering::money(Reader& c, const Scope& scope) {
  const Typed t = c.operand(scope);
  if (t.type.type != Type::money && t.type.type != Type::any) {
    b_.stop("E0301", t.range, "an amount of money was expected here",
            fmt::format("this is {}", type_words(p_, t.type)));
  }
  return t.id;
}

void Builder::lower() { Lowering(*this).run(); }

}  // namespace counterpart::language
