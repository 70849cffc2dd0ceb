// What stands at the leaves of an expression: names looked up from the nearest out, events, aggregates, and
// what may be asked of the act being judged.

#include <fmt/core.h>

#include "language/builder.h"

namespace counterpart::language {

using namespace program;

namespace {

bool is_a_time(Type t) { return t == Type::date || t == Type::instant; }

}  // namespace

program::Range Reader::stages(KindId kind) {
  const auto first = static_cast<std::uint32_t>(b_.p.stage_sets.size());
  for (;;) {
    const StageId stage = b_.stage_named(kind, take());
    b_.p.stage_sets.push_back(stage);
    b_.used_stages.insert(stage.value);
    if (is("or") && peek(1).kind == TokenKind::word && b_.p.stage(kind, peek(1).text).given()) {
      take();
      continue;
    }
    break;
  }
  return {first, static_cast<std::uint32_t>(b_.p.stage_sets.size() - first)};
}

std::optional<ActId> Reader::verb(KindId kind, bool take_of) {
  std::optional<ActId> best;
  std::size_t best_words = 0;
  if (!kind.given() || peek().kind != TokenKind::word) return best;
  for (const ActId a : b_.acts_on(kind)) {
    const std::string_view verb = b_.p.text(b_.p.acts[a.value].verb);
    if (verb.front() != peek().text.front()) continue;  // most, and at once: a bent verb begins alike
    std::size_t word = 0;
    std::size_t from = 0;
    bool matches = true;
    while (matches && from <= verb.size()) {
      const std::size_t space = std::min(verb.find(' ', from), verb.size());
      const std::string_view wanted = verb.substr(from, space - from);
      const Token& t = peek(word);
      matches = t.kind == TokenKind::word && (word == 0 ? conjugates(t.text, wanted) : t.text == wanted);
      ++word;
      from = space + 1;
    }
    if (matches && word > best_words) {
      best = a;
      best_words = word;
    }
  }
  if (!best) return best;
  const std::size_t start = at_;
  for (std::size_t i = 0; i < best_words; ++i) take();
  b_.use(SymbolKind::act, best->value, range_from(start));
  if (take_of && is("of")) take();
  return best;
}

Typed Reader::thing_of_kind(Op op, KindId kind, std::size_t start, ExprId a, std::uint32_t n) {
  b_.p.kind_sets.push_back({kind});
  return make(op, {Type::reference, static_cast<std::uint32_t>(b_.p.kind_sets.size() - 1)}, start, a, {}, {},
              n);
}

Typed Reader::subject(const Scope& scope, std::size_t start) {
  if (!scope.subject.given())
    b_.stop("E0201", peek().range, "there is no document here that this could be about", "no subject");
  return thing_of_kind(Op::subject, scope.subject, start);
}

std::vector<std::pair<KindId, ExprId>> Reader::outward(const Scope& scope, std::size_t start) {
  std::vector<std::pair<KindId, ExprId>> out;
  KindId kind = scope.subject;
  ExprId thing;
  for (int depth = 0; kind.given() && depth < 8; ++depth) {
    thing = (thing.given() ? thing_of_kind(Op::parent, kind, start, thing) : subject(scope, start)).id;
    out.emplace_back(kind, thing);
    kind = b_.p.kinds[kind.value].part_of;
  }
  return out;
}

void Reader::need_act(const Scope& scope, const Range& range, std::string_view what) {
  if (scope.act.given()) return;
  b_.stop("E0304", range, fmt::format("{} can be asked only of an act, where the act is declared", what),
          "not the body of an act", "put this condition on the act as `void unless …`");
}

Typed Reader::signed_by(const Scope& scope) {
  const std::size_t start = at_;
  take();
  take();
  need_act(scope, range_from(start), "a signature");
  const Token& office = expect_kind(TokenKind::word, "an office");
  const bool or_higher = is("or") && is("higher", 1);
  if (or_higher) {
    take();
    take();
  }
  PartyId party;
  if (is("of") && peek(1).kind == TokenKind::name && b_.p.party(peek(1).text).given()) {
    take();
    party = b_.party_named(take());
  }
  OfficeId found;
  const Act& act = b_.p.acts[scope.act.value];
  for (std::uint32_t o = 0; o < b_.p.offices.size(); ++o) {
    if (b_.p.text(b_.p.offices[o].name) != office.text) continue;
    const PartyId of = b_.p.offices[o].party;
    if (party.given() && of != party) continue;
    bool by = party.given();
    for (std::uint32_t i = act.by.first; i < act.by.first + act.by.count; ++i)
      by = by || b_.p.party_lists[i] == of;
    if (by) found = OfficeId{o};
  }
  if (!found.given()) {
    std::vector<std::string> known;
    for (const Office& o : b_.p.offices) known.emplace_back(b_.p.text(o.name));
    b_.stop("E0201", office.range, fmt::format("\"{}\" is not an office of the party that acts", office.text),
            "no such office", b_.nearest(office.text, known));
  }
  b_.use(SymbolKind::office, found.value, office.range);
  return make(Op::signed_by, {Type::yes_no}, start, {}, {}, {}, found.value, or_higher ? 1 : 0);
}

bool Reader::at_office(std::size_t ahead) const {
  return peek(ahead).kind == TokenKind::word && is("of", ahead + 1) &&
         b_.p.party(peek(ahead + 2).text).given() &&
         b_.p.office(b_.p.party(peek(ahead + 2).text), peek(ahead).text).given();
}

OfficeId Reader::office_named() {
  const Token& name = take();
  take();
  const OfficeId office = b_.p.office(b_.party_named(take()), name.text);
  b_.use(SymbolKind::office, office.value, name.range);
  return office;
}

Typed Reader::office_state(const Typed& office, std::size_t start) {
  const Token& t = take();
  if (t.text != "filled" && t.text != "vacant") {
    b_.stop("E0201", t.range, fmt::format("an office is not \"{}\"", t.text), "not a state of an office",
            "filled or vacant; who holds it is `holder of OFFICE of PARTY`");
  }
  const Typed filled = make(Op::office_filled, {Type::yes_no}, start, {}, {}, {}, office.type.detail);
  return t.text == "filled" ? filled : make(Op::logical_not, {Type::yes_no}, start, filled.id);
}

Typed Reader::cites(const Scope& scope) {
  const std::size_t start = at_;
  need_act(scope, peek().range, "what is cited");
  ExprId all;
  for (;;) {
    ExprId what;
    if (is("Agreement")) {
      const Token& t = take();
      what = b_.literal({Tag::text, Bound::exact, 0, 0, b_.intern("Agreement").value}, t.range);
    } else {
      const Typed t = postfix(scope);
      if (t.type.type != Type::reference) {
        b_.stop("E0301", t.range, "only a document or the Agreement can be cited",
                fmt::format("this is {}", type_words(b_.p, t.type)));
      }
      what = t.id;
    }
    const Typed one = make(Op::cites, {Type::yes_no}, start, what);
    all = all.given() ? make(Op::logical_and, {Type::yes_no}, start, all, one.id).id : one.id;
    if (!is("and")) break;
    // Another thing cited, or another condition?
    const Token& next = peek(1);
    const Token& after = peek(2);
    const bool reference = next.kind == TokenKind::word && scope.subject.given() && [&] {
      const FieldId f = b_.p.field(scope.subject, next.text);
      return f.given() && b_.p.fields[f.value].type.type == Type::reference;
    }();
    const bool another = (next.text == "Agreement" || reference) && after.text != "is" && after.text != "=" &&
                         after.text != ".";
    if (!another) break;
    take();
  }
  return {all, {Type::yes_no}, range_from(start)};
}

Typed Reader::event(const Scope& scope, Op op, bool first) {
  const std::size_t start = at_;
  if (!scope.subject.given())
    b_.stop("E0201", peek().range, "there is no document here whose acts could be asked for", "no subject");
  const Token& t = peek();
  const Type type = op == Op::happened ? Type::yes_no : Type::instant;
  for (const auto& [kind, thing] : outward(scope, start)) {
    if (const auto act = verb(kind, false))
      return make(op, {type}, start, thing, {}, {}, act->value, first ? 1 : 0);
  }
  std::vector<std::string> known;
  for (const Act& a : b_.p.acts) {
    if (a.kind == scope.subject) known.emplace_back(b_.p.text(a.verb));
  }
  b_.stop(
      "E0204", t.range,
      fmt::format("\"{}\" is not an act on a {}", t.text, b_.p.text(b_.p.kinds[scope.subject.value].name)),
      "no such act", b_.nearest(t.text, known));
}

Typed Reader::aggregate(const Scope& scope, Op op) {
  const std::size_t start = at_;
  take();
  if (op == Op::sum || op == Op::count) expect("of");
  // What is gone through: a list field, or all documents of a kind.
  ExprId list;
  KindId kind;
  bool texts = false;
  if (peek().kind == TokenKind::name) {
    kind = b_.kind_named(take());
    list = make(Op::things, {Type::parts, kind.value}, start, {}, {}, {}, kind.value).id;
  } else {
    const std::size_t list_start = at_;
    Typed t = named(scope);
    // `sum of lines.amount`: the field after the dot belongs to the element; `under.lines` is a path to the
    // list.
    while (is(".") && t.type.type == Type::reference) {
      take();
      const Token& name = take();
      const auto field = field_of(t.id, kinds_of(t.type), name.text, list_start);
      if (!field)
        b_.stop("E0201", name.range, fmt::format("there is no \"{}\" here", name.text), "no such field");
      t = *field;
    }
    if (t.type.type == Type::texts && op == Op::count) {
      texts = true;
    } else if (t.type.type != Type::parts) {
      b_.stop("E0301", t.range, "a list is expected here",
              fmt::format("this is {}", type_words(b_.p, t.type)));
    } else {
      kind = KindId{t.type.detail};
    }
    list = t.id;
  }
  Scope inner = scope;
  if (kind.given()) inner.elements.push_back(kind);
  ExprId value;
  TypeRef type{op == Op::sum ? Type::money : op == Op::count ? Type::number : Type::yes_no};
  if (op == Op::sum) {
    expect(".", "say what is added up: `sum of lines.amount`");
    const Token& name = expect_kind(TokenKind::word, "the name of a field");
    const Typed element = thing_of_kind(Op::element, kind, start);
    auto field = field_of(element.id, {kind}, name.text, start);
    if (!field) {
      auto due = due_of(element.id, {kind}, name.text, start);
      if (!due) due = account_of(element.id, {kind}, name.text, start);
      if (due) {
        expect(".", "say what of it is added up: `sum of Invoice.payment.open`");
        field = due_member(*due, start);
      }
    }
    if (!field) {
      b_.stop("E0201", name.range,
              fmt::format("a {} has no \"{}\"", b_.p.text(b_.p.kinds[kind.value].name), name.text),
              "no such field");
    }
    if (field->type.type != Type::money && field->type.type != Type::number) {
      b_.stop("E0301", name.range, "only money and numbers can be added up",
              fmt::format("this is {}", type_words(b_.p, field->type)));
    }
    value = field->id;
    type = field->type;
  }
  // `that is STAGE` and `is STAGE` speak of each document itself.
  const auto each_is = [&] {
    const Typed element = thing_of_kind(Op::element, kind, start);
    return is_tail(inner, element).id;
  };
  ExprId filter;
  if (kind.given() && is("that") && is("is", 1)) {
    take();
    filter = each_is();
  }
  if (op == Op::some || op == Op::every) {
    if (kind.given() && is("is")) {
      value = each_is();
    } else {
      if (!accept("has"))
        expect("have", "say what of it: `some Policy has CONDITION` or `some Policy is STAGE`");
      value = condition(inner).id;
    }
  }
  if (!texts && is("where")) {
    take();
    const ExprId also = condition(inner).id;
    filter = filter.given() ? make(Op::logical_and, {Type::yes_no}, start, filter, also).id : also;
  }
  return make(op, type, start, list, value, filter);
}

Typed Reader::primary(const Scope& scope) {
  const std::size_t start = at_;
  const Token& t = peek();
  switch (t.kind) {
    case TokenKind::number: {
      if (at_duration()) {
        const Value v = duration_literal();
        return make(Op::literal, {Type::duration}, start, {}, {}, {},
                    b_.p.exprs[b_.literal(v, t.range).value].n);
      }
      take();
      const auto n = Decimal::parse(t.text);
      if (!n) b_.stop("E0102", t.range, "this number cannot be kept exactly", n.error().message);
      if (peek().kind == TokenKind::name && peek().text.size() == 3 && Currency::find(peek().text)) {
        const Token& code = take();
        for (std::size_t c = 0; c < b_.p.currencies.size(); ++c) {
          if (b_.p.currencies[c].name() != code.text) continue;
          const auto m = Money::parse(t.text, b_.p.currencies[c]);
          if (!m) b_.stop("E0102", t.range, "this amount cannot be kept exactly", m.error().message);
          return {b_.literal({Tag::money, Bound::exact, static_cast<std::uint16_t>(c), 0, m->minor}, t.range),
                  {Type::money},
                  range_from(start)};
        }
        b_.stop("E0201", code.range, fmt::format("the agreement does not use {}", code.text),
                "not one of its currencies", "name it in the agreement declaration: `currency USD`");
      }
      return {b_.literal({Tag::number, Bound::exact, n->scale, 0, n->coefficient}, t.range),
              {Type::number},
              range_from(start)};
    }
    case TokenKind::percent: {
      take();
      auto n = Decimal::parse(t.text);
      if (!n || n->scale > 10)
        b_.stop("E0102", t.range, "this number cannot be kept exactly", "too many digits");
      return {
          b_.literal({Tag::number, Bound::exact, static_cast<std::uint16_t>(n->scale + 2), 0, n->coefficient},
                     t.range),
          {Type::number},
          range_from(start)};
    }
    case TokenKind::money: {
      take();
      const auto m = Money::parse(t.text, b_.p.currencies.front());
      if (!m) b_.stop("E0102", t.range, "this amount cannot be kept exactly", m.error().message);
      return {
          b_.literal({Tag::money, Bound::exact, 0, 0, m->minor}, t.range), {Type::money}, range_from(start)};
    }
    case TokenKind::date: {
      take();
      const auto d = CivilDate::parse(t.text);
      if (!d) b_.stop("E0102", t.range, d.error().message, "not a real day", d.error().help);
      if (peek().kind == TokenKind::time) {
        const Token& clock = take();
        const auto at = parse_moment(std::string(t.text) + " " + std::string(clock.text), b_.p.zone);
        if (!at) b_.stop("E0102", clock.range, at.error().message, "not a real time");
        return {b_.literal({Tag::instant, Bound::exact, 0, 0, at->seconds}, t.range),
                {Type::instant},
                range_from(start)};
      }
      return {b_.literal({Tag::date, Bound::exact, 0, 0, d->days}, t.range), {Type::date}, range_from(start)};
    }
    case TokenKind::text:
      take();
      return {b_.literal({Tag::text, Bound::exact, 0, 0, b_.intern(t.text).value}, t.range),
              {Type::text},
              range_from(start)};
    case TokenKind::symbol:
      if (t.text == "(") {
        take();
        const Typed inner = expression(scope);
        expect(")");
        return inner;
      }
      break;
    case TokenKind::name: {
      if (const PartyId party = b_.p.party(t.text); party.given()) {
        take();
        return make(Op::party, {Type::party}, start, {}, {}, {}, party.value);
      }
      if (const KindId kind = b_.p.kind(t.text); kind.given() && kind == scope.subject) {
        b_.use(SymbolKind::kind, kind.value, take().range);
        return subject(scope, start);
      }
      break;
    }
    case TokenKind::word:
      return named(scope);
    case TokenKind::time:
    case TokenKind::cite:
    case TokenKind::end:
      break;
  }
  b_.stop("E0105", t.range, "a value or a condition was expected here",
          done() ? "the line ends here" : fmt::format("found \"{}\"", t.text));
}

Typed Reader::named(const Scope& scope) {
  const std::size_t start = at_;
  const Token& t = peek();
  const std::string_view w = t.text;
  if (w == "yes" || w == "no") {
    take();
    return {
        b_.literal({Tag::yes_no, Bound::exact, 0, 0, w == "yes" ? 1 : 0}, t.range), {Type::yes_no}, t.range};
  }
  // A declared name goes before the words of the language, except where the words can only be those of the
  // language.
  const auto declared_field = [&](std::string_view name) {
    return scope.subject.given() && b_.p.field(scope.subject, name).given();
  };
  if (w == "today" && !declared_field(w)) {
    take();
    return make(Op::today, {Type::date}, start);
  }
  if (w == "now" && !declared_field(w)) {
    take();
    return make(Op::now, {Type::instant}, start);
  }
  if (w == "it") {
    if (is("cites", 1)) {
      take();
      take();
      return cites(scope);
    }
    take();
    return subject(scope, start);
  }
  if (const KindId document = scope.subject.given() ? b_.p.kinds[scope.subject.value].part_of : KindId{};
      document.given() && !declared_field(w)) {
    const TextId name = b_.p.kinds[scope.subject.value].parent_name;
    if (w == "parent" || (name.given() && w == b_.p.text(name))) {
      take();
      return thing_of_kind(Op::parent, document, start, subject(scope, start).id);
    }
  }
  if (w == "the" && (is("earlier", 1) || is("later", 1) || is("lesser", 1) || is("greater", 1))) {
    take();
    const std::string_view which = take().text;
    expect("of");
    const Typed a = operand(scope);
    expect("and");
    const Typed b = operand(scope);
    if (!comparable(a.type, b.type)) {
      b_.stop(
          "E0301", b.range, "these two cannot be compared",
          fmt::format("this is {}, and the first is {}", type_words(b_.p, b.type), type_words(b_.p, a.type)));
    }
    const Op op = which == "earlier"  ? Op::earlier
                  : which == "later"  ? Op::later
                  : which == "lesser" ? Op::lesser
                                      : Op::greater_of;
    return make(op, a.type, start, a.id, b.id);
  }
  if (w == "the" && is("duty", 1) && is("under", 2)) return duty_under(scope);
  if (w == "in" && is("breach", 1)) return in_breach(scope, {}, start);
  if (w == "share" && is("of", 1)) return share(scope);
  if (w == "sum" && is("of", 1)) return aggregate(scope, Op::sum);
  if (w == "count" && is("of", 1)) return aggregate(scope, Op::count);
  if (w == "every" && !declared_field(w)) return aggregate(scope, Op::every);
  if (w == "some" && !declared_field(w)) return aggregate(scope, Op::some);
  if (w == "original" && peek(1).kind == TokenKind::word) {
    take();
    const Token& name = take();
    const Typed s = subject(scope, start);
    const auto field = field_of(s.id, {scope.subject}, name.text, start, true);
    if (!field)
      b_.stop("E0201", name.range, fmt::format("there is no field \"{}\"", name.text), "no such field");
    return *field;
  }
  if ((w == "receipt" || w == "sending") && is("of", 1)) {
    take();
    take();
    return event(scope, w == "receipt" ? Op::event_received : Op::event_sent, false);
  }
  // Bare, of the act being judged: `takes effect 5 business days after receipt`.
  if ((w == "receipt" || w == "sending") && scope.act.given() && !declared_field(w)) {
    take();
    return make(w == "receipt" ? Op::own_receipt : Op::own_sending, {Type::instant}, start);
  }
  if (w == "first" && (is("receipt", 1) || is("sending", 1) || is("date", 1)) && is("of", 2)) {
    take();
    const std::string_view which = take().text;
    take();
    return event(scope,
                 which == "receipt"   ? Op::event_received
                 : which == "sending" ? Op::event_sent
                                      : Op::event_effect,
                 true);
  }
  if (w == "date" && is("of", 1)) {
    take();
    take();
    const std::size_t mark = at_;
    const auto around = outward(scope, start);
    if (scope.subject.given() && peek().kind == TokenKind::word && !declared_field(peek().text)) {
      const bool is_act = std::any_of(around.begin(), around.end(),
                                      [&](const auto& of) { return verb(of.first, false).has_value(); });
      rewind(mark);
      if (is_act) {
        const Typed e = event(scope, Op::event_effect, false);
        return make(Op::date_of, {Type::date}, start, e.id);
      }
    }
    const Typed inner = postfix(scope);
    if (!is_a_time(inner.type.type)) {
      b_.stop("E0301", inner.range, "only a time has a date",
              fmt::format("this is {}", type_words(b_.p, inner.type)));
    }
    return make(Op::date_of, {Type::date}, start, inner.id);
  }
  if (w == "opening" && !declared_field(w)) {
    take();
    const Typed opened = make(Op::opened, {Type::instant}, start);
    return make(Op::date_of, {Type::date}, start, opened.id);
  }
  if (w == "happened" && peek(1).kind == TokenKind::word) {
    take();
    return event(scope, Op::happened, false);
  }
  if (w == "entry" && is("into", 1)) {
    take();
    take();
    for (const auto& [kind, thing] : outward(scope, start)) {
      if (!b_.p.stage(kind, peek().text).given()) continue;
      const StageId stage = b_.stage_named(kind, take());
      return make(Op::entered_stage, {Type::instant}, start, thing, {}, {}, stage.value);
    }
    (void)b_.stage_named(scope.subject, peek());
  }
  if (w == "days" && is("from", 1)) {
    take();
    take();
    const Typed a = operand(scope);
    expect("to");
    const Typed b = operand(scope);
    return make(Op::days_between, {Type::number}, start, a.id, b.id);
  }
  if (w == "if") {
    take();
    const Typed c = condition(scope);
    expect("then");
    const Typed a = operand(scope);
    expect("else");
    const Typed b = operand(scope);
    return make(Op::choose, a.type, start, c.id, a.id, b.id);
  }
  if (w == "holder" && is("of", 1) && at_office(2)) {
    take();
    take();
    const std::uint32_t office = office_named().value;
    return make(Op::office_holder, {Type::text}, start, {}, {}, {}, office);
  }
  if (at_office(0) && !declared_field(w)) {
    const std::uint32_t office = office_named().value;
    return {b_.literal({Tag::office, Bound::exact, 0, 0, office}, t.range),
            {Type::office, office},
            range_from(start)};
  }
  if (w == "signed" && is("by", 1)) return signed_by(scope);
  if (w == "sent" && is("by", 1)) {
    take();
    take();
    need_act(scope, range_from(start), "a channel");
    const Token& channel = take();
    return make(Op::sent_by, {Type::yes_no}, start, {}, {}, {}, b_.intern(channel.text).value);
  }
  if (w == "in" && is("writing", 1)) {
    take();
    take();
    need_act(scope, range_from(start), "the form");
    return make(Op::in_writing, {Type::yes_no}, start);
  }
  if (w == "acting" && is("is", 1)) {
    take();
    need_act(scope, range_from(start), "the acting party");
    return make(Op::actor, {Type::party}, start);
  }

  // Declared names, from the nearest out: elements of a loop, what the act brings, fields, claims, terms,
  // unknowns, readings.
  for (std::size_t out = 0; out < scope.elements.size(); ++out) {
    const KindId kind = scope.elements[scope.elements.size() - 1 - out];
    const bool is_field = b_.p.field(kind, w).given();
    if (!is_field && !b_.p.due(kind, w).given() && !b_.p.account(kind, w).given()) continue;
    const Typed element = element_of(scope, out, start);
    take();
    if (is_field) return *field_of(element.id, {kind}, w, start);
    const auto due = due_of(element.id, {kind}, w, start);
    return due ? *due : *account_of(element.id, {kind}, w, start);
  }
  if (scope.act.given()) {
    const program::Range inputs = b_.p.acts[scope.act.value].inputs;
    for (std::uint32_t i = inputs.first; i < inputs.first + inputs.count; ++i) {
      if (b_.p.text(b_.p.inputs[i].name) != w) continue;
      take();
      return make(Op::input, b_.p.inputs[i].type, start, {}, {}, {}, i);
    }
  }
  if (declared_field(w)) {
    const Typed s = subject(scope, start);
    take();
    return *field_of(s.id, {scope.subject}, w, start);
  }
  for (std::uint32_t c = 0; c < b_.p.claims.size(); ++c) {
    if (b_.p.text(b_.p.claims[c].name) != w || (b_.p.claims[c].subject != scope.subject)) continue;
    const Typed s = subject(scope, start);
    take();
    return make(Op::claim, b_.p.claims[c].type, start, s.id, {}, {}, c);
  }
  if (b_.p.due(scope.subject, w).given()) {
    const Typed s = subject(scope, start);
    take();
    return *due_of(s.id, {scope.subject}, w, start);
  }
  if (b_.p.account(scope.subject, w).given()) {
    const Typed s = subject(scope, start);
    take();
    return *account_of(s.id, {scope.subject}, w, start);
  }
  if (b_.p.account(b_.p.kind("Agreement"), w).given()) {
    take();
    return *agreement_account(w, start);
  }
  for (std::uint32_t i = 0; i < b_.p.terms.size(); ++i) {
    if (b_.p.text(b_.p.terms[i].name) != w) continue;
    take();
    return make(Op::term, b_.p.terms[i].type, start, {}, {}, {}, i);
  }
  for (std::uint32_t i = 0; i < b_.p.unknowns.size(); ++i) {
    if (b_.p.text(b_.p.unknowns[i].name) != w) continue;
    take();
    return make(Op::unknown, b_.p.unknowns[i].type, start, {}, {}, {}, i);
  }
  for (std::uint32_t i = 0; i < b_.p.readings.size(); ++i) {
    if (b_.p.text(b_.p.readings[i].name) != w) continue;
    take();
    expect("is", "a reading is asked: `READING is ALTERNATIVE`");
    const Token& name = take();
    const Reading& reading = b_.p.readings[i];
    for (std::uint32_t n = 0; n < reading.alternatives.count; ++n) {
      if (b_.p.text(b_.p.text_lists[reading.alternatives.first + n]) == name.text)
        return make(Op::reading_is, {Type::yes_no}, start, {}, {}, {}, i, n);
    }
    b_.stop("E0201", name.range, fmt::format("\"{}\" is not an alternative of this reading", name.text),
            "no such alternative");
  }
  std::vector<std::string> known;
  if (scope.subject.given()) {
    for (const Field& f : b_.p.fields) {
      if (f.kind == scope.subject) known.emplace_back(b_.p.text(f.name));
    }
  }
  for (const Term& term : b_.p.terms) known.emplace_back(b_.p.text(term.name));
  for (const Unknown& u : b_.p.unknowns) known.emplace_back(b_.p.text(u.name));
  for (const Claim& c : b_.p.claims) known.emplace_back(b_.p.text(c.name));
  for (const Account& a : b_.p.accounts) known.emplace_back(b_.p.text(a.name));
  for (const Due& d : b_.p.dues) {
    if (d.subject == scope.subject) known.emplace_back(b_.p.text(d.name));
  }
  const std::string about = scope.subject.given()
                                ? fmt::format(" of a {}", b_.p.text(b_.p.kinds[scope.subject.value].name))
                                : std::string();
  b_.stop("E0201", t.range, fmt::format("nothing{} is called \"{}\"", about, w),
          "not a field, term, unknown, claim or reading", b_.nearest(w, known));
}

}  // namespace counterpart::language
