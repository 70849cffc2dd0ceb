#include <fmt/core.h>

#include "language/builder.h"

// Names and types are settled while an expression is read: each step answers a node of the program and its
// type.

namespace counterpart::language {

using namespace program;

namespace {

constexpr int max_depth = 100;

bool is_time(Type t) { return t == Type::date || t == Type::instant; }
bool is_unit(std::string_view w) {
  return w == "day" || w == "days" || w == "hour" || w == "hours" || w == "week" || w == "weeks" ||
         w == "month" || w == "months" || w == "year" || w == "years" || w == "business";
}

// Whether it asks something of the act being judged.
bool asks_of_act(const Program& p, ExprId id) {
  if (!id.given()) return false;
  const Expr& e = p.exprs[id.value];
  switch (e.op) {
    case Op::input:
    case Op::signed_by:
    case Op::cites:
    case Op::sent_by:
    case Op::in_writing:
    case Op::actor:
    case Op::own_sending:
    case Op::own_receipt:
      return true;
    default:
      return asks_of_act(p, e.a) || asks_of_act(p, e.b) || asks_of_act(p, e.c);
  }
}

std::string_view type_word(Type t) {
  switch (t) {
    case Type::yes_no:
      return "yes or no";
    case Type::number:
      return "a number";
    case Type::money:
      return "an amount of money";
    case Type::date:
      return "a date";
    case Type::instant:
      return "a date with a time";
    case Type::duration:
      return "a length of time";
    case Type::text:
      return "text";
    case Type::choice:
      return "one of a list of words";
    case Type::reference:
      return "a document";
    case Type::parts:
      return "a list of parts";
    case Type::texts:
      return "a list of texts";
    case Type::party:
      return "a party";
    case Type::office:
      return "an office: ask whether it `is filled` or `is vacant`, or for the `holder of` it";
    case Type::due:
      return "a due: ask for a part of it (`.open`, `.amount`) or how it stands (`is overdue`)";
    case Type::account:
      return "an account: ask for a part of it (`.balance`, `.available`)";
    case Type::any:
      return "a value";
  }
  return "a value";
}

}  // namespace

std::string type_words(const Program&, const TypeRef& type) { return std::string(type_word(type.type)); }

bool conjugates(std::string_view said, std::string_view verb) {
  if (said.starts_with(verb)) {
    const std::string_view ending = said.substr(verb.size());
    return ending.empty() || ending == "s" || ending == "es";
  }
  return verb.ends_with('y') && said.size() == verb.size() + 2 && said.ends_with("ies") &&
         said.starts_with(verb.substr(0, verb.size() - 1));
}

void Reader::expect(std::string_view word, std::string_view help) {
  if (accept(word)) return;
  b_.stop("E0105", peek().range, fmt::format("\"{}\" was expected here", word),
          done() ? "the line ends here" : fmt::format("found \"{}\"", peek().text), std::string(help));
}

const Token& Reader::expect_kind(TokenKind kind, std::string_view what) {
  if (peek().kind == kind) return take();
  b_.stop("E0105", peek().range, fmt::format("{} was expected here", what),
          done() ? "the line ends here" : fmt::format("found \"{}\"", peek().text));
}

void Reader::expect_end() {
  if (!done()) {
    b_.stop("E0105", peek().range, "the line should end here",
            fmt::format("\"{}\" is not understood at this place", peek().text));
  }
}

Range Reader::range_from(std::size_t start) const {
  Range r = tokens_[start].range;
  const std::size_t last = at_ > start ? at_ - 1 : start;
  const Range& end = tokens_[last].range;
  if (end.line == r.line && end.file == r.file) r.length = end.column + end.length - r.column;
  return r;
}

Typed Reader::make(Op op, TypeRef type, std::size_t start, ExprId a, ExprId b, ExprId c, std::uint32_t n,
                   std::uint32_t m) {
  Expr e;
  e.op = op;
  e.a = a;
  e.b = b;
  e.c = c;
  e.n = n;
  e.m = m;
  const Range range = range_from(start);
  note_use(op, start, n, m);
  e.source = b_.place(range, b_.source(tokens_[start].range, tokens_[at_ > start ? at_ - 1 : start].range));
  return {b_.expr(e), type, range};
}

void Reader::need_yes_no(const Typed& t) {
  if (t.type.type == Type::yes_no || t.type.type == Type::any) return;
  b_.stop("E0302", t.range, "a condition is expected, something that is true or false",
          fmt::format("this is {}", type_words(b_.p, t.type)),
          "compare it with something, or ask whether it `is given`");
}

Typed Reader::condition(const Scope& scope) {
  const Typed t = expression(scope);
  need_yes_no(t);
  return t;
}

Typed Reader::expression(const Scope& scope) {
  if (++depth_ > max_depth) {
    b_.stop("E0106", peek().range, "this is nested too deeply to be read", "more than 100 levels",
            "give the inner parts names of their own as computed fields");
  }
  const Typed t = disjunction(scope);
  --depth_;
  return t;
}

Typed Reader::operand(const Scope& scope) {
  if (++depth_ > max_depth) {
    b_.stop("E0106", peek().range, "this is nested too deeply to be read", "more than 100 levels",
            "give the inner parts names of their own as computed fields");
  }
  const Typed t = additive(scope);
  --depth_;
  return t;
}

Typed Reader::disjunction(const Scope& scope) {
  const std::size_t start = at_;
  Typed left = conjunction(scope);
  while (is("or")) {
    if (is("if", 1) && is("absent", 2)) {
      take();
      take();
      take();
      const Typed right = additive(scope);
      left = make(Op::or_else, right.type, start, left.id, right.id);
      continue;
    }
    take();
    need_yes_no(left);
    const Typed right = conjunction(scope);
    need_yes_no(right);
    need_parentheses(right);
    left = make(Op::logical_or, {Type::yes_no}, start, left.id, right.id);
  }
  return left;
}

Typed Reader::conjunction(const Scope& scope) {
  const std::size_t start = at_;
  Typed left = negation(scope);
  while (is("and")) {
    take();
    need_yes_no(left);
    const Typed right = negation(scope);
    need_yes_no(right);
    need_parentheses(right);
    left = make(Op::logical_and, {Type::yes_no}, start, left.id, right.id);
  }
  return left;
}

Typed Reader::negation(const Scope& scope) {
  const std::size_t start = at_;
  if (!accept("not")) return comparison(scope);
  if (++depth_ > max_depth)
    b_.stop("E0106", peek().range, "this is nested too deeply to be read", "more than 100 levels");
  const Typed t = negation(scope);
  --depth_;
  need_yes_no(t);
  return make(Op::logical_not, {Type::yes_no}, start, t.id);
}

bool comparable(const TypeRef& a, const TypeRef& b) {
  if (a.type == Type::any || b.type == Type::any) return true;
  if (is_time(a.type) && is_time(b.type)) return true;
  const auto textual = [](Type t) { return t == Type::text || t == Type::choice; };
  if (textual(a.type) && textual(b.type)) return true;
  return a.type == b.type;
}

Typed Reader::comparison(const Scope& scope) {
  const std::size_t start = at_;
  const Typed one = compared(scope);
  return is("has") && is("lasted", 1) ? lasting(scope, one, start) : one;
}

Typed Reader::compared(const Scope& scope) {
  const std::size_t start = at_;
  Typed left = additive(scope);
  if (is("is") || is("are")) return is_tail(scope, left);
  if (is("has") && !is("lasted", 1)) {
    take();
    return member(left, additive(scope), start);
  }
  struct Operator {
    std::string_view text;
    Op op;
  };
  static constexpr Operator operators[] = {{"=", Op::equal},
                                           {"<=", Op::less_equal},
                                           {">=", Op::greater_equal},
                                           {"<", Op::less},
                                           {">", Op::greater}};
  for (const Operator& o : operators) {
    if (!is(o.text)) continue;
    take();
    const Typed right = additive(scope);
    if (!comparable(left.type, right.type)) {
      b_.stop("E0301", right.range, "these two cannot be compared",
              fmt::format("this is {}, and what stands before it is {}", type_words(b_.p, right.type),
                          type_words(b_.p, left.type)));
    }
    return make(o.op, {Type::yes_no}, start, left.id, right.id);
  }
  return left;
}

Typed Reader::member(const Typed& list, const Typed& item, std::size_t start) {
  if (list.type.type != Type::texts) {
    b_.stop("E0301", list.range, "only of a list of texts can it be asked whether it holds something",
            fmt::format("this is {}", type_words(b_.p, list.type)));
  }
  if (item.type.type != Type::text && item.type.type != Type::choice && item.type.type != Type::any) {
    b_.stop("E0301", item.range, "a list of texts holds texts",
            fmt::format("this is {}", type_words(b_.p, item.type)));
  }
  return make(Op::list_has, {Type::yes_no}, start, list.id, item.id);
}

Typed Reader::field_at(const Scope& scope, const Typed& field, std::size_t start) {
  const Expr e = b_.p.exprs[field.id.value];
  if (b_.p.fields[e.n].computed.given()) {
    b_.stop("E0301", field.range, "what is worked out has no history of its own",
            fmt::format("\"{}\" is worked out from the rest", b_.p.text(b_.p.fields[e.n].name)),
            "ask for what it is worked out from, each `at` that time");
  }
  take();
  // A length of time before or after something, or a time by itself; more in parentheses.
  const Typed time = at_duration() ? additive(scope) : postfix(scope);
  if (!is_time(time.type.type) && time.type.type != Type::any) {
    b_.stop("E0301", time.range, "a time was expected after `at`",
            fmt::format("this is {}", type_words(b_.p, time.type)), "`limit at date of order`");
  }
  return make(Op::field_at, field.type, start, e.a, time.id, {}, e.n);
}

Typed Reader::lasting(const Scope& scope, Typed condition, std::size_t start) {
  need_yes_no(condition);
  if (!scope.elements.empty()) {
    b_.stop(
        "E0304", condition.range, "how long something has lasted is counted for the document itself",
        "said of each of several",
        "give the other kind a field of its own, `prolonged = it is open has lasted 30 days`, and ask for "
        "that");
  }
  (void)subject(scope, start);
  if (asks_of_act(b_.p, condition.id)) {
    b_.stop("E0304", condition.range, "what is asked of one act cannot last",
            "only known while an act is judged");
  }
  take();
  take();
  const Typed length =
      at_duration() ? Typed{b_.literal(duration_literal(), peek().range), {Type::duration}, peek().range}
                    : operand(scope);
  if (length.type.type != Type::duration) {
    b_.stop("E0301", length.range, "a length of time was expected after `has lasted`",
            fmt::format("this is {}", type_words(b_.p, length.type)), "`has lasted 3 days`");
  }
  lasting_end_ = at_;
  Lasting row;
  row.subject = scope.subject;
  row.condition = condition.id;
  row.length = length.id;
  row.place = b_.place(condition.range, b_.p.text(b_.p.places[b_.p.exprs[condition.id.value].source].text));
  b_.p.lastings.push_back(row);
  return make(Op::lasted, {Type::yes_no}, start, {}, {}, {},
              static_cast<std::uint32_t>(b_.p.lastings.size() - 1));
}

void Reader::need_parentheses(const Typed& right) {
  if (b_.p.exprs[right.id.value].op != Op::lasted || lasting_end_ != at_) return;
  b_.stop(
      "E0105", right.range, "what has lasted: the last condition, or all of them?",
      "more than one condition stands before `has lasted`",
      "put parentheses around what has lasted: `(A and B) has lasted 3 days`, `A and (B has lasted 3 days)`");
}

Typed Reader::is_tail(const Scope& scope, Typed left) {
  const std::size_t start = at_;
  take();
  const bool negated = accept("not");
  const auto finish = [&](Typed t) {
    t.range = left.range;
    return negated ? make(Op::logical_not, {Type::yes_no}, start, t.id) : t;
  };
  if (left.type.type == Type::due) return finish(due_state(left, start));
  if (left.type.type == Type::office) return finish(office_state(left, start));
  if (is("in") && !is("breach", 1)) {
    take();
    return finish(member(additive(scope), left, start));
  }
  if (left.type.type == Type::party && is("in") && is("breach", 1))
    return finish(in_breach(scope, left.id, start));
  if (is("given")) {
    take();
    return finish(make(Op::exists, {Type::yes_no}, start, left.id));
  }
  // A stage, where the left side is a document.
  const std::vector<KindId> kinds = kinds_of(left.type);
  if (!kinds.empty() && peek().kind == TokenKind::word) {
    const Token& t = peek();
    for (const KindId kind : kinds) {
      if (!b_.p.stage(kind, t.text).given()) continue;
      for (const KindId other : kinds) {
        if (const StageId also = b_.p.stage(other, t.text); also.given() && other != kind)
          b_.use(SymbolKind::stage, also.value, t.range);
      }
      const program::Range set = stages(kind);
      return finish(make(Op::stage_is, {Type::yes_no}, start, left.id, {}, {}, set.first, set.count));
    }
    bool is_value = false;
    if (scope.subject.given()) is_value = b_.p.field(scope.subject, t.text).given();
    if (!is_value) b_.stage_named(kinds.front(), t);
  }
  // An alternative, where the left side is a choice.
  if (left.type.type == Type::choice && peek().kind == TokenKind::word) {
    const auto& names = b_.p.choices[left.type.detail];
    const Token& t = peek();
    bool known = false;
    for (const std::string& n : names) known = known || n == t.text;
    if (!known) {
      b_.stop(
          "E0201", t.range, fmt::format("\"{}\" is not one of the words this can be", t.text),
          "not among its alternatives", "it is one of: " + [&] {
            std::string s;
            for (const std::string& n : names) s += (s.empty() ? "" : ", ") + n;
            return s;
          }());
    }
    ExprId any;
    for (;;) {
      const Token& word = take();
      const Value v{Tag::choice, Bound::exact, 0, 0, b_.intern(word.text).value};
      const Typed one = make(Op::equal, {Type::yes_no}, start, left.id, b_.literal(v, word.range));
      any = any.given() ? make(Op::logical_or, {Type::yes_no}, start, any, one.id).id : one.id;
      bool more = false;
      if (is("or") && peek(1).kind == TokenKind::word) {
        for (const std::string& n : names) more = more || n == peek(1).text;
      }
      if (!more) break;
      take();
    }
    return finish({any, {Type::yes_no}, range_from(start)});
  }
  const Typed right = additive(scope);
  if (!comparable(left.type, right.type)) {
    b_.stop("E0301", right.range, "these two cannot be compared",
            fmt::format("this is {}, and what stands before it is {}", type_words(b_.p, right.type),
                        type_words(b_.p, left.type)));
  }
  return finish(make(Op::equal, {Type::yes_no}, start, left.id, right.id));
}

Typed Reader::additive(const Scope& scope) {
  const std::size_t start = at_;
  Typed left = multiplicative(scope);
  for (;;) {
    if (left.type.type == Type::duration && (is("after") || is("before"))) {
      const bool after = is("after");
      take();
      const Typed base = multiplicative(scope);
      if (!is_time(base.type.type) && base.type.type != Type::any) {
        b_.stop("E0301", base.range, "a length of time is counted from a date",
                fmt::format("this is {}", type_words(b_.p, base.type)));
      }
      left = make(after ? Op::time_plus : Op::time_minus, {Type::date}, start, base.id, left.id);
      continue;
    }
    if (!is("+") && !is("-")) return left;
    const bool plus = is("+");
    take();
    const Typed right = multiplicative(scope);
    if (is_time(left.type.type) && right.type.type == Type::duration) {
      left = make(plus ? Op::time_plus : Op::time_minus, left.type, start, left.id, right.id);
      continue;
    }
    const bool numbers = (left.type.type == Type::money || left.type.type == Type::number) &&
                         left.type.type == right.type.type;
    if (!numbers) {
      b_.stop("E0301", right.range, "these two cannot be added or subtracted",
              fmt::format("this is {}, and what stands before it is {}", type_words(b_.p, right.type),
                          type_words(b_.p, left.type)),
              "money goes with money, numbers with numbers, and a length of time with a date");
    }
    left = make(plus ? Op::add : Op::subtract, left.type, start, left.id, right.id);
  }
}

Typed Reader::multiplicative(const Scope& scope) {
  const std::size_t start = at_;
  Typed left = unary(scope);
  while (is("*") || is("/")) {
    const bool times = is("*");
    take();
    const Typed right = unary(scope);
    const Type a = left.type.type;
    const Type b = right.type.type;
    const bool fits = (a == Type::money && b == Type::number) || (a == Type::number && b == Type::number) ||
                      (times && a == Type::number && b == Type::money);
    if (!fits) {
      b_.stop("E0301", right.range, "these two cannot be multiplied or divided",
              fmt::format("this is {}, and what stands before it is {}", type_words(b_.p, right.type),
                          type_words(b_.p, left.type)));
    }
    left =
        make(times ? Op::multiply : Op::divide,
             {a == Type::money || b == Type::money ? Type::money : Type::number}, start, left.id, right.id);
  }
  return left;
}

Typed Reader::unary(const Scope& scope) {
  const std::size_t start = at_;
  if (!accept("-")) return postfix(scope);
  const Typed t = postfix(scope);
  if (t.type.type != Type::money && t.type.type != Type::number) {
    b_.stop("E0301", t.range, "only a number or an amount can be negative",
            fmt::format("this is {}", type_words(b_.p, t.type)));
  }
  return make(Op::negate, t.type, start, t.id);
}

std::vector<KindId> Reader::kinds_of(const TypeRef& type) const {
  if (type.type == Type::reference) return b_.p.kind_sets[type.detail];
  return {};
}

std::optional<Typed> Reader::field_of(ExprId of, const std::vector<KindId>& kinds, std::string_view name,
                                      std::size_t start, bool original) {
  for (const KindId kind : kinds) {
    const FieldId field = b_.p.field(kind, name);
    if (!field.given()) continue;
    // The document may be of another kind that has a field of this name as well.
    for (const KindId other : kinds) {
      if (const FieldId also = b_.p.field(other, name); also.given() && also != field)
        b_.use(SymbolKind::field, also.value, tokens_[at_ > start ? at_ - 1 : start].range);
    }
    return make(original ? Op::original_field : Op::field, b_.p.fields[field.value].type, start, of, {}, {},
                field.value);
  }
  return std::nullopt;
}

Typed Reader::postfix(const Scope& scope) {
  const std::size_t start = at_;
  Typed left = primary(scope);
  while (is(".") && !peek(1).space_before && peek(1).kind == TokenKind::word) {
    take();
    if (left.type.type == Type::due || left.type.type == Type::account) {
      left = due_member(left, start);
      continue;
    }
    const Token& name = take();
    const std::vector<KindId> kinds = kinds_of(left.type);
    if (kinds.empty()) {
      b_.stop("E0301", left.range, "only a document has fields",
              fmt::format("this is {}", type_words(b_.p, left.type)));
    }
    auto field = field_of(left.id, kinds, name.text, start);
    if (!field) field = due_of(left.id, kinds, name.text, start);
    if (!field) field = account_of(left.id, kinds, name.text, start);
    if (!field) {
      std::vector<std::string> known;
      for (std::uint32_t f = 0; f < b_.p.fields.size(); ++f) {
        if (b_.p.fields[f].kind == kinds.front()) known.emplace_back(b_.p.text(b_.p.fields[f].name));
      }
      b_.stop("E0201", name.range,
              fmt::format("a {} has no \"{}\"", b_.p.text(b_.p.kinds[kinds.front().value].name), name.text),
              "no such field", b_.nearest(name.text, known));
    }
    left = *field;
  }
  const bool of_time = is("at") && !is("most", 1) && !is("least", 1) && !is("once", 1);
  return of_time && b_.p.exprs[left.id.value].op == Op::field ? field_at(scope, left, start) : left;
}

bool Reader::at_duration() const {
  return peek().kind == TokenKind::number && peek(1).kind == TokenKind::word && is_unit(peek(1).text);
}

Value Reader::duration_literal() {
  const Token& number = take();
  const auto n = Decimal::parse(number.text);
  if (!n || n->normalized().scale != 0 || n->coefficient > 1'000'000) {
    b_.stop("E0102", number.range, "a length of time is a whole number of units",
            fmt::format("found \"{}\"", number.text));
  }
  const auto count = static_cast<std::int32_t>(n->normalized().coefficient);
  const std::string_view unit = take().text;
  if (unit == "hour" || unit == "hours") {
    if (is("skipping")) {
      take();
      const Token& name = take();
      for (std::uint32_t c = 0; c < b_.p.calendars.size(); ++c) {
        if (b_.p.text(b_.p.calendars[c].name) != name.text) continue;
        b_.use(SymbolKind::calendar, c, name.range);
        return duration_value(count, Unit::open_hours, c);
      }
      b_.stop("E0201", name.range, fmt::format("\"{}\" is not a calendar", name.text),
              "no calendar of this name",
              "declare it with `calendar` or, if its list is not known, `unknown … calendar`");
    }
    return duration_value(count, Unit::hours);
  }
  if (unit == "day" || unit == "days") return duration_value(count, Unit::days);
  if (unit == "week" || unit == "weeks") return duration_value(count, Unit::weeks);
  if (unit == "month" || unit == "months") return duration_value(count, Unit::months);
  if (unit == "year" || unit == "years") return duration_value(count, Unit::years);
  if (!accept("days")) expect("day");
  if (is("of") && peek(1).kind == TokenKind::word) {
    for (std::uint32_t c = 0; c < b_.p.calendars.size(); ++c) {
      if (b_.p.text(b_.p.calendars[c].name) == peek(1).text) {
        take();
        b_.use(SymbolKind::calendar, c, take().range);
        return duration_value(count, Unit::business_days, c);
      }
    }
  }
  if (!b_.p.business_calendar.given()) {
    b_.stop("E0201", number.range, "business days need a calendar", "no calendar is said for them",
            "add `business days are CALENDAR` to the agreement declaration");
  }
  return duration_value(count, Unit::business_days, b_.p.business_calendar.value);
}

}  // namespace counterpart::language
