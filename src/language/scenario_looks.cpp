// What a story looks at: its expectations of the position.

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "language/modules.h"
#include "language/storyteller.h"

namespace counterpart::language {

using namespace program;

void Storyteller::looks(Reader& r, Step& s, Scenario& out) {
  do {
    const Token& first = r.peek();
    Expectation x;
    x.place = b_.place(first.range);
    look(r, x);
    const std::size_t last = r.position();
    x.words = words_between(first, r, last);
    s.expectations.push_back(std::move(x));
  } while (r.accept(";"));
  r.expect_end();
  out.steps.push_back(std::move(s));
}

std::string Storyteller::words_between(const Token& first, const Reader& r, std::size_t) const {
  Range to = r.peek().range;
  if (to.file == first.range.file && to.line == first.range.line) {
    Range end = to;
    end.length = 0;
    std::string_view w = b_.source(first.range, end);
    while (!w.empty() && (w.back() == ' ' || w.back() == ';')) w.remove_suffix(1);
    return std::string(w);
  }
  return std::string(first.text) + " …";
}

std::string Storyteller::provision(Reader& r) {
  // A provision in a scenario is written bare: 2.3-e, 15.1(c)-a.
  std::string id;
  const std::size_t start = r.position();
  const Token& t = r.take();
  id = t.text;
  while (!r.peek().space_before &&
         (r.is("(") || r.is(")") || r.is(".") || r.is("-") || r.peek().kind == TokenKind::word ||
          r.peek().kind == TokenKind::number || r.peek().kind == TokenKind::name)) {
    id += r.take().text;
  }
  if (!p_.provision(id).given()) {
    std::vector<std::string> known;
    for (const Provision& x : p_.provisions) known.emplace_back(p_.text(x.id));
    b_.stop("E0206", t.range, fmt::format("{} is not a provision of this pack", id), "named here",
            b_.nearest(id, known));
  }
  b_.use(SymbolKind::provision, p_.provision(id).value, r.range_from(start));
  return id;
}

std::vector<std::string> Storyteller::act_names(Reader& r, std::string& thing) {
  std::vector<std::string> out;
  std::vector<Range> ranges;
  for (;;) {
    const std::size_t mark = r.position();
    const Token& t = r.peek();
    std::string found;
    std::size_t end = mark;
    for (std::uint32_t k = 0; k < p_.kinds.size(); ++k) {
      r.rewind(mark);
      const auto a = r.verb(KindId{k}, true);
      if (a && r.position() > end) {
        found = p_.text(p_.acts[a->value].verb);
        end = r.position();
      }
    }
    r.rewind(mark);
    r.rewind(end);
    ranges.push_back(r.range_from(mark));
    if (found.empty()) b_.stop("E0204", t.range, fmt::format("\"{}\" is not an act", t.text), "no such act");
    out.push_back(found);
    if (r.accept("or") || r.accept("and")) continue;
    break;
  }
  thing = key(r);
  const KindId kind = p_.kind(std::string_view(thing).substr(0, thing.find('/')));
  for (std::size_t i = 0; i < out.size() && kind.given(); ++i) {
    if (const ActId a = p_.act(out[i], kind); a.given()) b_.use(SymbolKind::act, a.value, ranges[i]);
  }
  return out;
}

void Storyteller::paper_look(Reader& r, Expectation& x) {
  r.take();
  const Token& name = r.take();
  const auto paper = std::find_if(p_.papers.begin(), p_.papers.end(),
                                  [&](const Paper& w) { return p_.text(w.name) == name.text; });
  if (paper == p_.papers.end()) {
    std::vector<std::string> known;
    for (const Paper& w : p_.papers) known.emplace_back(p_.text(w.name));
    b_.stop("E0201", name.range, fmt::format("there is no paper \"{}\"", name.text), "named here",
            b_.nearest(name.text, known));
  }
  x.kind = ExpectKind::paper;
  x.word = name.text;
  if (paper->subject.given()) {
    r.expect("of", "name the document that it is of: `paper certificate of C-1 says \"…\"`");
    x.thing = key(r);
  }
  if (r.accept("does")) {
    r.expect("not");
    r.expect("say");
    x.negated = true;
  } else {
    r.expect("says", "what one line of it says, in quotes: `paper orders says \"PO-17\", \"accepted\"`");
  }
  do x.acts.emplace_back(r.expect_kind(TokenKind::text, "the words in quotes").text);
  while (r.accept(","));
}

void Storyteller::look(Reader& r, Expectation& x) {
  const Token& t = r.peek();
  if (t.kind == TokenKind::name && p_.party(t.text).given()) return party_look(r, x);
  if (r.is("provision")) return operation_look(r, x);
  if (r.is("paper") && r.peek(1).kind == TokenKind::word) return paper_look(r, x);
  if (r.is("the") && r.is("setting", 1)) {
    r.take();
    r.take();
    r.expect("of");
    x.kind = ExpectKind::setting;
    x.word = p_.text(p_.terms[term_named(r.take()).value].name);
    r.expect("by");
    x.thing = key(r);
    r.expect("is");
    x.negated = r.accept("not");
    r.expect("void");
    if (r.accept("under")) x.provision = provision(r);
    return;
  }
  if (t.kind == TokenKind::word && (r.is("for", 1) || r.is("is", 1)) && is_term(t.text) &&
      !labels_.contains(std::string(t.text))) {
    x.kind = ExpectKind::term;
    const Term& term = p_.terms[term_named(r.take()).value];
    x.word = p_.text(term.name);
    if (r.accept("for")) x.thing = key(r);
    r.expect("is");
    x.negated = r.accept("not");
    if (r.accept("unknown")) {
      x.value = Datum::of_null();
    } else {
      x.value = value(r, term.type);
    }
    return;
  }
  if (r.is("the") && r.is("duty", 1)) {
    r.take();
    r.take();
    r.expect("under");
    x.kind = ExpectKind::duty_status;
    x.provision = provision(r);
    if (r.accept("on")) x.thing = key(r);
    r.expect("is");
    x.negated = r.accept("not");
    x.word = r.take().text;
    if (x.word == "performed" && r.accept("late")) x.word = "performed late";
    if (x.word == "unknown" && r.accept("because")) {
      r.expect("of");
      const Token& name = r.take();
      x.label = name.text;
      for (std::uint32_t u = 0; u < p_.unknowns.size(); ++u) {
        if (p_.text(p_.unknowns[u].name) == name.text) b_.use(SymbolKind::unknown, u, name.range);
      }
    }
    return;
  }
  if (r.is("that") || (labels_.contains(std::string(t.text)) && r.is("is", 1))) {
    if (!r.is("that")) x.label = t.text;
    r.take();
    r.expect("is");
    x.negated = r.accept("not");
    x.kind = ExpectKind::last_act;
    x.word = r.take().text;
    static constexpr std::string_view claims[] = {"disputed", "asserted", "agreed", "ruled"};
    if (std::find(std::begin(claims), std::end(claims), x.word) != std::end(claims))
      x.kind = ExpectKind::claim_status;
    if (x.word == "in") x.word += " " + std::string(r.take().text);
    if (x.word == "awaiting") {
      if (!r.is("receipt") && !r.is("effect") && !r.is("signature")) {
        b_.stop("E0401", r.peek().range, "an act awaits its receipt, its effect or a signature",
                fmt::format("found \"{}\"", r.peek().text));
      }
      x.word += " " + std::string(r.take().text);
    }
    if (r.accept("at")) x.moment = time_text(r);
    if (r.accept("under")) x.provision = provision(r);
    return;
  }
  // FIELD of KEY is …
  if (t.kind == TokenKind::word && r.is("of", 1)) {
    x.word = r.take().text;
    r.take();
    x.thing = key(r);
    r.expect("is");
    x.negated = r.accept("not");
    if (r.accept("unknown")) {
      x.kind = ExpectKind::is_unknown;
      if (r.accept("because")) {
        r.expect("of");
        const Token& name = r.take();
        x.provision = name.text;
        for (std::uint32_t u = 0; u < p_.unknowns.size(); ++u) {
          if (p_.text(p_.unknowns[u].name) == name.text) b_.use(SymbolKind::unknown, u, name.range);
        }
      }
      return;
    }
    x.kind = ExpectKind::condition;
    x.bound = bound(r);
    TypeRef type{Type::text};
    const auto slash = x.thing.find('/');
    const KindId kind = p_.kind(x.thing.substr(0, slash));
    if (const FieldId f = p_.field(kind, x.word); f.given()) {
      type = p_.fields[f.value].type;
      b_.use(SymbolKind::field, f.value, t.range);
    } else {
      b_.stop("E0201", t.range, fmt::format("a {} has no field \"{}\"", x.thing.substr(0, slash), x.word),
              "no such field");
    }
    if (r.accept("given")) {
      x.value = Datum::of_null();
      x.negated = !x.negated;
      return;
    }
    x.value = value(r, type);
    return;
  }
  x.kind = ExpectKind::stage;
  x.thing = key(r);
  r.expect("is", "a look says: KEY is STAGE, PARTY must VERB KEY by DATE, that is void, …");
  x.negated = r.accept("not");
  const Token& stage = r.take();
  x.word = stage.text;
  const auto slash = x.thing.find('/');
  const KindId kind = p_.kind(x.thing.substr(0, slash));
  if (x.word != "absent") b_.stage_named(kind, stage);
  if (r.is(",") && r.is("by", 1) && r.is("silence", 2)) {
    r.take();
    r.take();
    r.take();
    x.by_silence = true;
    if (r.accept("under")) x.provision = provision(r);
  } else if (r.accept("under")) {
    x.provision = provision(r);
  }
}

void Storyteller::operation_look(Reader& r, Expectation& x) {
  r.take();
  x.kind = ExpectKind::operates;
  const std::size_t start = r.position();
  x.provision = r.take().text;
  while (!r.done() && !r.peek().space_before) x.provision += r.take().text;
  const bool section = std::any_of(p_.sections.begin(), p_.sections.end(), [&](const Section& s) {
    return s.number.given() && p_.text(s.number) == x.provision;
  });
  if (!section && !p_.provision(x.provision).given()) {
    b_.stop("E0206", r.range_from(start),
            fmt::format("{} is no section and no provision of this pack", x.provision), "named here");
  }
  if (r.accept("does")) {
    r.expect("not");
    r.expect("operate");
    x.negated = true;
  } else {
    r.expect("operates", "a look says: `provision 13.2 operates` or `does not operate`");
  }
}

Bound Storyteller::bound(Reader& r) {
  if (r.is("at") && (r.is("most", 1) || r.is("least", 1))) {
    r.take();
    return r.take().text == "most" ? Bound::at_most : Bound::at_least;
  }
  return Bound::exact;
}

std::string Storyteller::amount(Reader& r) {
  const Token& t = r.take();
  if (t.kind != TokenKind::number && t.kind != TokenKind::money)
    b_.stop("E0105", t.range, "an amount was expected here", fmt::format("found \"{}\"", t.text));
  if (r.peek().kind == TokenKind::name && r.peek().text.size() == 3 && Currency::find(r.peek().text))
    r.take();
  return std::string(t.text);
}

void Storyteller::party_look(Reader& r, Expectation& x) {
  x.party = p_.text(p_.parties[b_.party_named(r.take()).value].name);
  if (r.accept("must")) {
    x.kind = ExpectKind::must;
    x.acts = act_names(r, x.thing);
    if (r.accept("by")) x.moment = time_text(r);
  } else if (r.accept("need")) {
    r.expect("not");
    x.kind = ExpectKind::must;
    x.negated = true;
    x.acts = act_names(r, x.thing);
  } else if (r.accept("may")) {
    x.kind = ExpectKind::may;
    x.negated = r.accept("not");
    x.acts = act_names(r, x.thing);
    if (r.accept("until")) x.moment = time_text(r);
  } else if (r.is("has") || r.is("can")) {
    x.kind = r.take().text == "has" ? ExpectKind::has : ExpectKind::can_use;
    if (x.kind == ExpectKind::can_use) r.expect("use");
    x.bound = bound(r);
    x.amount = amount(r);
    r.expect(x.kind == ExpectKind::has ? "in" : "of",
             "`PARTY has AMOUNT in ACCOUNT`, `PARTY can use AMOUNT of ACCOUNT`");
    const Token& name = r.expect_kind(TokenKind::word, "the name of an account");
    x.word = name.text;
    x.thing = r.accept("on") ? key(r) : std::string("Agreement");
    const KindId kind = p_.kind(std::string_view(x.thing).substr(0, x.thing.find('/')));
    const AccountId account = p_.account(kind, x.word);
    if (account.given()) b_.use(SymbolKind::account, account.value, name.range);
    if (!account.given() && x.word != "overpaid") {
      b_.stop("E0201", name.range, fmt::format("there is no account \"{}\" here", x.word), "no such account",
              "of a document: `in NAME on KEY`; what was paid too much: `in overpaid on KEY`");
    }
  } else if (r.accept("owes")) {
    if (r.accept("interest")) {
      x.kind = ExpectKind::interest;
      r.expect("of");
    } else {
      x.kind = ExpectKind::owes;
      b_.party_named(r.take());
    }
    x.bound = bound(r);
    x.amount = amount(r);
    r.expect("on");
    x.thing = key(r);
    if (r.accept("by")) x.moment = time_text(r);
  } else {
    r.expect("is");
    x.kind = ExpectKind::breach;
    x.negated = r.accept("not");
    r.expect("in");
    r.expect("breach");
    r.expect("of");
    x.provision = provision(r);
    if (r.accept("for")) x.thing = key(r);
  }
}

}  // namespace counterpart::language
