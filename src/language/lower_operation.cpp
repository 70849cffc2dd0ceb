// When provisions operate: `provisions 12, 13.2 operate while …` guards every rule that executes them.

#include <fmt/core.h>

#include <algorithm>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

namespace {

// "13.2" holds "13.2", "13.2.1", "13.2(g)" and "13.2-a", and not "13.20".
bool within(std::string_view item, std::string_view number) {
  if (!number.starts_with(item)) return false;
  if (number.size() == item.size()) return true;
  const char next = number[item.size()];
  return next == '.' || next == '(' || next == '-';
}

}  // namespace

// The number of the nearest numbered section above a place.
std::string_view Lowering::numbered_section(SectionId section) const {
  for (SectionId s = section; s.given(); s = p_.sections[s.value].parent) {
    if (p_.sections[s.value].number.given()) return p_.text(p_.sections[s.value].number);
  }
  return {};
}

// Numbers of sections and provisions: `2.3`, `12`, `13.2(g)`, `2.3-e`, `1 to 8`.
std::vector<std::string> Lowering::numbers(Reader& r) {
  std::vector<std::string> out;
  do {
    const std::size_t start = r.position();
    const auto item = [&] {
      std::string number(r.take().text);
      while (!r.done() && !r.peek().space_before && !r.is(",")) number += r.take().text;
      return number;
    };
    std::string number = item();
    if (r.accept("to")) {
      const std::string last = item();
      const auto whole = [](const std::string& s) {
        return !s.empty() && s.size() < 5 && s.find_first_not_of("0123456789") == std::string::npos;
      };
      if (!whole(number) || !whole(last) || std::stoi(number) > std::stoi(last)) {
        b_.stop("E0105", r.range_from(start), "a run of sections goes from one whole number to a higher one",
                fmt::format("found {} to {}", number, last), "`provisions 1 to 8 operate …`");
      }
      for (int n = std::stoi(number); n <= std::stoi(last); ++n) out.push_back(std::to_string(n));
    } else {
      out.push_back(std::move(number));
    }
    const std::string& named = out.back();
    const bool known = std::any_of(p_.provisions.begin(), p_.provisions.end(),
                                   [&](const Provision& p) { return within(named, p_.text(p.id)); }) ||
                       std::any_of(p_.sections.begin(), p_.sections.end(), [&](const Section& s) {
                         return s.number.given() && within(named, p_.text(s.number));
                       });
    if (!known) {
      std::vector<std::string> all;
      for (const Section& s : p_.sections) {
        if (s.number.given()) all.emplace_back(p_.text(s.number));
      }
      b_.report("E0206", r.range_from(start),
                fmt::format("{} is no section and no provision of this pack", named), "named here",
                b_.nearest(named, all));
    }
  } while (r.accept(",") || r.accept("and"));
  return out;
}

void Lowering::operation(const Declaration& d) {
  Reader r(b_, d.head);
  r.take();
  const std::size_t from = r.position();
  const bool all = r.accept("all");
  std::vector<std::string> items;
  if (!all || r.accept("except")) items = numbers(r);
  Operation row;
  row.name = b_.intern(b_.source(d.head.tokens[from].range, d.head.tokens[r.position() - 1].range));
  r.expect("operate", "`provisions 12, 13.2 operate while CONDITION`");
  row.also = r.accept("also");
  r.expect_end();
  row.provisions = b_.cite(d.head.cites);
  row.place = place_of(d.head);
  Scope scope;
  scope.subject = p_.kind("Agreement");
  std::string words;
  clauses(d, [&](const Line& line, Reader& c) {
    const Place& at = p_.places[place_of(line)];
    words += (words.empty() ? "" : ", ") + std::string(p_.text(at.text));
    if (c.accept("while")) {
      const Typed t = c.condition(scope);
      row.guard = row.guard.given() ? both(row.guard, t.id) : t.id;
    } else if (c.accept("from")) {
      row.from = moment(c, scope).id;
    } else if (c.accept("until")) {
      const Typed t = moment(c, scope);
      row.until = t.id;
      row.until_is_instant = t.type.type == Type::instant;
    } else {
      stray(c, "an operation of provisions", "provisions");
    }
    b_.cite(line.cites);
  });
  if (words.empty()) {
    b_.stop("E0105", d.head.tokens.front().range, "it does not say when they operate", "nothing below it",
            "indent `while CONDITION`, `from TIME` or `until TIME` below it");
  }
  row.words = b_.intern(words);
  // Once it is known of each provision and section, rules ask for it by these.
  const OperationId id{static_cast<std::uint32_t>(p_.operations.size())};
  row.condition = window(row);
  row.window = b_.window_of(d);
  p_.operations.push_back(row);
  const auto speaks_of = [&](std::string_view number, std::string_view section) {
    const bool named = std::any_of(items.begin(), items.end(), [&](const std::string& item) {
      return within(item, number) || within(item, section);
    });
    return named != all;
  };
  Expr asks;
  asks.op = Op::operation;
  asks.n = id.value;
  asks.source = row.place;
  const ExprId holds = b_.expr(asks);
  const auto add = [&](ExprId& operates) {
    if (row.also) {
      // Without a restriction it operates anyhow.
      if (operates.given()) operates = either(operates, holds);
    } else {
      operates = operates.given() ? both(operates, holds) : holds;
    }
  };
  for (Provision& provision : p_.provisions) {
    if (speaks_of(p_.text(provision.id), numbered_section(provision.section))) add(provision.operates);
  }
  for (std::uint32_t s = 0; s < p_.sections.size(); ++s) {
    const std::string_view number = numbered_section(SectionId{s});
    if (!number.empty() && speaks_of(number, number)) add(p_.sections[s].operates);
  }
}

// The three clauses as one condition.
ExprId Lowering::window(const Operation& row) {
  ExprId all = row.guard;
  const auto limit = [&](ExprId time, Op op, bool denied) {
    if (!time.given()) return;
    ExprId holds = now_against(op, time);
    // A time that has not come yet compares with nothing: `until` it, all still holds.
    if (denied) holds = negated(holds);
    all = all.given() ? both(all, holds) : holds;
  };
  limit(row.from, Op::greater_equal, false);
  limit(row.until, row.until_is_instant ? Op::greater_equal : Op::greater, true);
  return all;
}

// Whether a rule operates: it does while any provision does that it executes; one that cites none, while the
// section does that it stands in. None: always.
ExprId Lowering::operating(program::Range cited, const Declaration* d) {
  ExprId any;
  for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
    const ExprId one = p_.provisions[p_.cited[i].value].operates;
    if (!one.given()) return {};
    if (!any.given()) {
      any = one;
    } else if (any != one) {
      any = either(any, one);
    }
  }
  if (cited.empty() && d != nullptr && d->section < p_.sections.size())
    return p_.sections[d->section].operates;
  return any;
}

// A requirement under a provision that does not operate asks nothing.
void Lowering::weaken(Requirement& row) {
  const ExprId operates = operating(row.provisions, nullptr);
  if (operates.given()) row.condition = either(row.condition, negated(operates));
}

// An act under a provision that does not operate is void.
void Lowering::need_operation(const Act& act) {
  const ExprId operates = operating(act.provisions, nullptr);
  if (!operates.given()) return;
  Requirement row;
  row.condition = operates;
  row.if_unknown = OnUnknown::waits;
  row.place = act.place;
  row.provisions = act.provisions;
  row.by_operation = true;
  p_.requirements.push_back(row);
}

}  // namespace counterpart::language
