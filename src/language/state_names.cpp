// Dues and duties asked how they stand: `payment is overdue`, `payment.open`, `in breach of [2.3-d]`, `the
// duty under [2.3-d] is performed`.

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "language/builder.h"

namespace counterpart::language {

using namespace program;

namespace {

struct Asked {
  std::string_view word;
  DueFact fact;
  Type type;
};
constexpr std::array states{
    Asked{"overdue", DueFact::is_overdue, Type::yes_no}, Asked{"open", DueFact::is_open, Type::yes_no},
    Asked{"settled", DueFact::is_settled, Type::yes_no}, Asked{"given", DueFact::is_given, Type::yes_no}};
constexpr std::array members{
    Asked{"open", DueFact::open, Type::money},         Asked{"amount", DueFact::amount, Type::money},
    Asked{"settled", DueFact::settled, Type::money},   Asked{"disputed", DueFact::disputed, Type::money},
    Asked{"overpaid", DueFact::overpaid, Type::money}, Asked{"interest", DueFact::interest, Type::money},
    Asked{"due_date", DueFact::due_date, Type::date}};

struct AskedAccount {
  std::string_view word;
  AccountFact fact;
};
constexpr std::array account_members{
    AskedAccount{"balance", AccountFact::balance}, AskedAccount{"available", AccountFact::available},
    AskedAccount{"put_in", AccountFact::put_in}, AskedAccount{"drawn", AccountFact::drawn}};

struct Standing {
  std::string_view first, second;
  std::uint32_t facts;
};
constexpr std::array standings{Standing{"performed", "in time", duty_performed_in_time},
                               Standing{"performed", "late", duty_performed_late},
                               Standing{"performed", "", duty_performed_in_time | duty_performed_late},
                               Standing{"open", "", duty_open},
                               Standing{"overdue", "", duty_overdue},
                               Standing{"breached", "", duty_breached},
                               Standing{"lapsed", "", duty_lapsed},
                               Standing{"cancelled", "", duty_cancelled},
                               Standing{"excused", "", duty_excused},
                               Standing{"waived", "", duty_waived}};

template <class Table>
const Asked* find(const Table& table, std::string_view word) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const Asked& a) { return a.word == word; });
  return at == table.end() ? nullptr : &*at;
}

}  // namespace

std::optional<Typed> Reader::due_of(ExprId of, const std::vector<KindId>& kinds, std::string_view name,
                                    std::size_t start) {
  for (const KindId kind : kinds) {
    const DueId due = b_.p.due(kind, name);
    if (!due.given()) continue;
    const auto other = std::find_if(b_.p.dues.begin() + due.value + 1, b_.p.dues.end(), [&](const Due& d) {
      return d.subject == kind && b_.p.text(d.name) == name;
    });
    if (other != b_.p.dues.end()) {
      const Due& first = b_.p.dues[due.value];
      b_.stop("E0202", tokens_[at_ > 0 ? at_ - 1 : 0].range,
              fmt::format("two dues of a {} are called \"{}\"", b_.p.text(b_.p.kinds[kind.value].name), name),
              fmt::format("which one: what {} owes, or what {} owes?",
                          b_.p.text(b_.p.parties[first.debtor.value].name),
                          b_.p.text(b_.p.parties[other->debtor.value].name)),
              "give them names of their own");
    }
    return make(Op::due, {Type::due, due.value}, start, of, {}, {}, due.value);
  }
  return std::nullopt;
}

std::optional<Typed> Reader::account_of(ExprId of, const std::vector<KindId>& kinds, std::string_view name,
                                        std::size_t start) {
  for (const KindId kind : kinds) {
    const AccountId account = b_.p.account(kind, name);
    if (account.given())
      return make(Op::account, {Type::account, account.value}, start, of, {}, {}, account.value);
  }
  return std::nullopt;
}

std::optional<Typed> Reader::agreement_account(std::string_view name, std::size_t start) {
  Expr e;
  e.op = Op::agreement;
  return account_of(b_.expr(e), {b_.p.kind("Agreement")}, name, start);
}

Typed Reader::share(const Scope& scope) {
  const std::size_t start = at_;
  take();
  take();
  const Typed amount = operand(scope);
  if (amount.type.type != Type::money) {
    b_.stop("E0301", amount.range, "a share is one of money",
            fmt::format("this is {}", type_words(b_.p, amount.type)));
  }
  expect("for", "say for which part: `share of fee for days from today to until in 30`");
  const auto number = [&] {
    const Typed t = operand(scope);
    if (t.type.type != Type::number) {
      b_.stop("E0301", t.range, "a share is so many of so many",
              fmt::format("this is {}", type_words(b_.p, t.type)));
    }
    return t;
  };
  const Typed parts = number();
  expect("in", "say of how many: `for 23 in 30`");
  const Typed whole = number();
  Rounding how = b_.p.rounding;
  if (accept("rounded")) how = b_.rounding(take());
  return make(Op::share, amount.type, start, amount.id, parts.id, whole.id, 0,
              static_cast<std::uint32_t>(how));
}

Typed Reader::due_member(const Typed& due, std::size_t start) {
  const Token& t = take();
  if (due.type.type == Type::account) {
    const auto asked = std::find_if(account_members.begin(), account_members.end(),
                                    [&](const AskedAccount& a) { return a.word == t.text; });
    if (asked == account_members.end()) {
      b_.stop("E0201", t.range, fmt::format("an account has no \"{}\"", t.text), "no such part of an account",
              "balance, available, put_in, drawn");
    }
    return make(Op::account_fact, {Type::money}, start, b_.p.exprs[due.id.value].a, {}, {}, due.type.detail,
                static_cast<std::uint32_t>(asked->fact));
  }
  const Asked* asked = find(members, t.text);
  if (asked == nullptr) {
    b_.stop("E0201", t.range, fmt::format("a due has no \"{}\"", t.text), "no such part of a due",
            "open, amount, settled, disputed, overpaid, interest, due_date");
  }
  return make(Op::due_fact, {asked->type}, start, b_.p.exprs[due.id.value].a, {}, {}, due.type.detail,
              static_cast<std::uint32_t>(asked->fact));
}

Typed Reader::due_state(const Typed& due, std::size_t start) {
  const ExprId of = b_.p.exprs[due.id.value].a;
  ExprId any;
  for (;;) {
    const Token& t = take();
    const Asked* asked = find(states, t.text);
    if (asked == nullptr) {
      b_.stop("E0201", t.range, fmt::format("a due is not \"{}\"", t.text), "not a state of a due",
              "overdue, open, settled or given");
    }
    const Typed one = make(Op::due_fact, {Type::yes_no}, start, of, {}, {}, due.type.detail,
                           static_cast<std::uint32_t>(asked->fact));
    any = any.given() ? make(Op::logical_or, {Type::yes_no}, start, any, one.id).id : one.id;
    if (!is("or") || find(states, peek(1).text) == nullptr) break;
    take();
  }
  return {any, {Type::yes_no}, range_from(start)};
}

Typed Reader::element_of(const Scope& scope, std::size_t out, std::size_t start) {
  return thing_of_kind(Op::element, scope.elements[scope.elements.size() - 1 - out], start, {},
                       static_cast<std::uint32_t>(out));
}

std::pair<ProvisionId, ExprId> Reader::bound_provision(const Scope& scope, std::size_t start) {
  const Token& t = peek();
  if (t.kind != TokenKind::cite) {
    b_.stop("E0105", t.range, "a provision in brackets was expected here",
            done() ? "the line ends here" : fmt::format("found \"{}\"", t.text), "such as [2.3-d]");
  }
  take();
  const std::string id(t.text);
  const ProvisionId provision = b_.p.provision(id);
  if (!provision.given())
    b_.stop("E0206", t.range, fmt::format("{} is not a provision of this pack", id), "spoken of here");
  b_.use(SymbolKind::provision, provision.value, t.range);
  for (std::size_t out = 0; out < scope.elements.size(); ++out) {
    const KindId kind = scope.elements[scope.elements.size() - 1 - out];
    if (b_.bound_provisions.contains({kind.value, id})) return {provision, element_of(scope, out, start).id};
  }
  for (const auto& [kind, thing] : outward(scope, start)) {
    if (b_.bound_provisions.contains({kind.value, id})) return {provision, thing};
  }
  std::string known;
  for (const auto& [kind, other] : b_.bound_provisions) {
    if (other == id) known += (known.empty() ? "" : ", ") + std::string(b_.p.text(b_.p.kinds[kind].name));
  }
  b_.stop(
      "E0201", t.range,
      scope.subject.given() ? fmt::format("nothing that binds a {} executes {}",
                                          b_.p.text(b_.p.kinds[scope.subject.value].name), id)
                            : "there is no document here whose duties could be asked for",
      "no duty, prohibition or requirement cites it here",
      known.empty() ? std::string("cite the provision on the duty that executes it") : "it binds: " + known);
}

Typed Reader::in_breach(const Scope& scope, ExprId party, std::size_t start) {
  expect("in");
  expect("breach");
  expect("of");
  const auto [provision, thing] = bound_provision(scope, start);
  return make(Op::in_breach, {Type::yes_no}, start, thing, party, {}, provision.value);
}

Typed Reader::duty_under(const Scope& scope) {
  const std::size_t start = at_;
  for (int i = 0; i < 3; ++i) take();
  const auto [provision, thing] = bound_provision(scope, start);
  expect("is");
  const bool negated = accept("not");
  std::uint32_t facts = 0;
  for (;;) {
    const auto found = std::find_if(standings.begin(), standings.end(), [&](const Standing& s) {
      if (!is(s.first)) return false;
      return s.second.empty() || (s.second == "late" && is("late", 1)) ||
             (s.second == "in time" && is("in", 1) && is("time", 2));
    });
    if (found == standings.end()) {
      b_.stop("E0201", peek().range, "this is not how a duty can stand",
              done() ? "the line ends here" : fmt::format("found \"{}\"", peek().text),
              "open, overdue, performed, performed in time, performed late, breached, lapsed, cancelled, "
              "excused or waived");
    }
    take();
    if (!found->second.empty()) take();
    if (found->second == "in time") take();
    facts |= found->facts;
    const auto another = [&](std::string_view word) {
      return std::any_of(standings.begin(), standings.end(),
                         [&](const Standing& s) { return s.first == word; });
    };
    if (!is("or") || !another(peek(1).text) || is(".", 2) || is("is", 2)) break;
    take();
  }
  const Typed t = make(Op::duty_is, {Type::yes_no}, start, thing, {}, {}, provision.value, facts);
  return negated ? make(Op::logical_not, {Type::yes_no}, start, t.id) : t;
}

}  // namespace counterpart::language
