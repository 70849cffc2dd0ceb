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
  clauses(d, [&](const Line& line, Reader& c) {
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
      const Typed t = c.at_duration() ? duration(c) : c.operand(scope);
      if (t.type.type != Type::duration) {
        b_.stop("E0301", t.range, "a length of time was expected after `within`",
                fmt::format("this is {}", type_words(p_, t.type)));
      }
      Expr opened;
      opened.op = Op::opened;
      opened.source = p_.exprs[t.id.value].source;
      Expr e;
      e.op = Op::time_plus;
      e.a = b_.expr(opened);
      e.b = t.id;
      e.source = p_.exprs[t.id.value].source;
      row.deadline = b_.expr(e);
      if (c.accept("of")) p_.exprs[row.deadline.value].a = c.operand(scope).id;
    } else if (c.accept("by")) {
      row.deadline = time(c, scope);
    } else if (c.accept("settled")) {
      c.expect("by");
      std::vector<ActId> acts;
      do {
        const Token& t = c.peek();
        const auto a = c.verb(row.subject, false);
        if (!a) {
          b_.stop(
              "E0204", t.range,
              fmt::format("\"{}\" is not an act on a {}", t.text, p_.text(p_.kinds[row.subject.value].name)),
              "no such act");
        }
        acts.push_back(*a);
      } while (c.accept("or"));
      row.settled_by = b_.acts_range(acts);
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
        const Token& how = c.take();
        if (how.text == "half_up") {
          row.interest_rounding = Rounding::half_up;
        } else if (how.text == "half_even") {
          row.interest_rounding = Rounding::half_even;
        } else if (how.text == "down") {
          row.interest_rounding = Rounding::down;
        } else if (how.text == "up") {
          row.interest_rounding = Rounding::up;
        } else {
          b_.stop("E0201", how.range, fmt::format("\"{}\" is not a way of rounding", how.text),
                  "unknown rounding", "half_up, half_even, down or up");
        }
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
  p_.dues[id.value] = row;
}

}  // namespace counterpart::language
