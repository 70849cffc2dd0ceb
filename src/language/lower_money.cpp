// Dues and their interest.

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

void Lowering::rate_period(Reader& c, Due& row) {
  c.expect("a", "say what the rate is for: `1.5% a month`, `8% a year of 365 days`");
  const Token& t = c.take();
  if (t.text == "month") {
    row.interest_per = RatePeriod::month;
  } else if (t.text == "day") {
    row.interest_per = RatePeriod::day;
  } else if (t.text == "year") {
    c.expect("of", "a year of how many days? `a year of 365 days` or `a year of 360 days`");
    const Token& days = c.peek();
    const Value length = c.duration_literal();
    if (length != duration_value(365, Unit::days) && length != duration_value(360, Unit::days))
      b_.stop("E0301", days.range, "a year of interest has 365 or 360 days", "another length");
    row.interest_per = duration_count(length) == 365 ? RatePeriod::year_of_365 : RatePeriod::year_of_360;
  } else {
    b_.stop("E0201", t.range, fmt::format("\"{}\" is not what a rate can be for", t.text), "unknown period",
            "a day, a month, a year of 365 days, a year of 360 days");
  }
}

void Lowering::compounding(Reader& c, Due& row) {
  const Token& t = c.take();
  const bool by_month = row.interest_per == RatePeriod::month;
  if (t.text == "daily" && !by_month) {
    row.compounding = Compounding::daily;
  } else if (t.text == "monthly" && by_month) {
    row.compounding = Compounding::monthly;
  } else {
    b_.stop("E0301", t.range, "a monthly rate is compounded monthly, a daily or yearly one daily",
            "this does not fit the rate");
  }
}

// `settled by pay or apply from credit or set off against refund`: an act in money, out of an account, or
// against what the creditor owes.
void Lowering::settled_by(Reader& c, Due& row) {
  std::vector<Settlement> all;
  do {
    const Token& t = c.peek();
    const std::size_t from = c.position();
    const auto a = c.verb(row.subject, false);
    if (!a) {
      b_.stop("E0204", t.range,
              fmt::format("\"{}\" is not an act on a {}", t.text, p_.text(p_.kinds[row.subject.value].name)),
              "no such act");
    }
    const Act& act = p_.acts[a->value];
    const auto brought = p_.inputs.begin() + act.inputs.first;
    const auto input = std::find_if(brought, brought + act.inputs.count,
                                    [&](const Input& i) { return p_.text(i.name) == "amount"; });
    if (input == brought + act.inputs.count || input->type.type != Type::money) {
      b_.stop("E0201", t.range, "an act that settles a due brings its `amount`",
              fmt::format("{} brings no amount of money", p_.text(act.verb)),
              "say on the act: `with amount money`");
    }
    if (input->sets.given() && !act.creates) {
      b_.stop("E0202", t.range,
              fmt::format("a {} has a field \"amount\", and paying would change it",
                          p_.text(p_.kinds[row.subject.value].name)),
              "what this act brings has the same name", "call the field by another name: `price`, `total`");
    }
    Settlement s;
    s.act = *a;
    s.place = b_.place(c.range_from(from), p_.text(p_.acts[a->value].verb));
    Scope scope;
    scope.subject = row.subject;
    scope.act = *a;
    const auto fits = [&](const Range& range, PartyId of, PartyId with, std::string_view what) {
      if (of == row.debtor && with == row.creditor) return;
      b_.stop("E0301", range,
              fmt::format("{} pays with what is its own and stands against {}",
                          p_.text(p_.parties[row.debtor.value].name),
                          p_.text(p_.parties[row.creditor.value].name)),
              fmt::format("this {} {} against {}", what, p_.text(p_.parties[of.value].name),
                          p_.text(p_.parties[with.value].name)));
    };
    if (c.accept("from")) {
      const Typed account = c.operand(scope);
      if (account.type.type != Type::account) {
        b_.stop("E0301", account.range, "an account is expected here",
                fmt::format("this is {}", type_words(p_, account.type)));
      }
      s.account = AccountId{account.type.detail};
      s.thing = p_.exprs[account.id.value].a;
      fits(account.range, p_.accounts[s.account.value].holder, p_.accounts[s.account.value].against, "is of");
    } else if (c.accept("against")) {
      const Typed other = c.operand(scope);
      if (other.type.type != Type::due) {
        b_.stop("E0301", other.range, "a due is expected here",
                fmt::format("this is {}", type_words(p_, other.type)));
      }
      s.against = DueId{other.type.detail};
      s.thing = p_.exprs[other.id.value].a;
      fits(other.range, p_.dues[s.against.value].creditor, p_.dues[s.against.value].debtor, "is owed to");
    }
    all.push_back(s);
  } while (c.accept("or"));
  row.settlements = {static_cast<std::uint32_t>(p_.settlements.size()),
                     static_cast<std::uint32_t>(all.size())};
  p_.settlements.insert(p_.settlements.end(), all.begin(), all.end());
}

// After `in`: `total at most AMOUNT[ for each THING][, together as NAME][, unless CONDITION]`.
void Lowering::cap(Reader& c, const Scope& scope, Due& row) {
  c.expect("total", "`in total at most AMOUNT`");
  c.expect("at");
  c.expect("most");
  row.cap = money(c, scope);
  if (c.accept("for")) {
    c.expect("each");
    const Typed each = c.operand(scope);
    if (each.type.type != Type::reference) {
      b_.stop("E0301", each.range, "a cap stands for each document of some kind",
              fmt::format("this is {}", type_words(p_, each.type)));
    }
    row.cap_for = each.id;
  }
  while (c.accept(",")) {
    if (c.accept("together")) {
      c.expect("as", "a name that the rules under one cap share: `together as liability`");
      row.cap_name = b_.intern(c.expect_kind(TokenKind::word, "the cap's name").text);
    } else {
      c.expect("unless", "`, together as NAME` or `, unless CONDITION`");
      row.cap_unless = c.condition(scope).id;
    }
  }
}

void Lowering::due(const Declaration& d) {
  // Its head was read before; one that could not be read has its diagnostic.
  const auto known = b_.due_sources.find(&d);
  if (known == b_.due_sources.end()) return;
  const DueId id = known->second;
  Due row = p_.dues[id.value];
  row.operates = operating(row.provisions, &d);
  row.window = b_.window_of(d);
  row.place = place_of(d.head);
  Scope scope;
  scope.subject = row.subject;
  bool opens = false;
  std::vector<Apart> shown;
  clauses(d, [&](const Line& line, Reader& c) {
    if (opens && (c.is("from") || c.is("every"))) {
      b_.stop("E0202", line.tokens.front().range, "a due opens by one thing", "a second opening",
              "write a due of its own for each, or name a stage that both lead to");
    }
    if (c.accept("amount")) {
      row.amount = money(c, scope);
    } else if (c.accept("disputed")) {
      row.disputed = money(c, scope);
    } else if (c.accept("from")) {
      row.trigger = opening(c, scope, row);
      opens = true;
    } else if (c.accept("every")) {
      row.trigger = series(c, scope);
      opens = true;
    } else if (c.accept("while")) {
      row.guard = c.condition(scope).id;
    } else if (c.accept("within")) {
      row.deadline = from_opening(c, scope, "within");
      if (c.accept("of")) p_.exprs[row.deadline.value].a = c.operand(scope).id;
    } else if (c.accept("by")) {
      row.deadline = time(c, scope);
    } else if (c.accept("settled")) {
      c.expect("by");
      settled_by(c, row);
    } else if (c.accept("in")) {
      cap(c, scope, row);
      row.cap_provisions = b_.cite(line.cites, d.head.cites);
      return;
    } else if (c.accept("of")) {
      c.expect("which", "`of which tax AMOUNT`: a part of it that is shown apart");
      Apart apart;
      apart.name = b_.intern(c.expect_kind(TokenKind::word, "what the part is called").text);
      apart.amount = money(c, scope);
      apart.provisions = b_.cite(line.cites, d.head.cites);
      shown.push_back(apart);
      return;
    } else if (c.accept("interest")) {
      const Typed rate = c.operand(scope);
      if (rate.type.type != Type::number) {
        b_.stop("E0301", rate.range, "interest has a rate, such as 1.5%",
                fmt::format("this is {}", type_words(p_, rate.type)));
      }
      row.interest_rate = rate.id;
      rate_period(c, row);
      while (c.accept(",")) {
        if (c.accept("compounded")) {
          compounding(c, row);
          continue;
        }
        c.expect("rounded");
        row.interest_rounding = b_.rounding(c.take());
      }
      row.interest_provisions = b_.cite(line.cites, d.head.cites);
      return;
    } else {
      stray(c, "a due", clause_forms("due"));
    }
    b_.cite(line.cites);
  });
  if ((!row.amount.given() && says(d, "amount")) || (!opens && (says(d, "from") || says(d, "every"))))
    throw LineAbandoned{};
  if (!row.amount.given() || !opens) {
    b_.stop("E0105", d.head.tokens.front().range, "a due says its amount and what opens it",
            !opens ? "no `from` clause" : "no `amount` clause");
  }
  row.apart = {static_cast<std::uint32_t>(p_.apart.size()), static_cast<std::uint32_t>(shown.size())};
  p_.apart.insert(p_.apart.end(), shown.begin(), shown.end());
  p_.dues[id.value] = row;
}

}  // namespace counterpart::language
