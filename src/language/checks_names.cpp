#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "language/checks.h"
#include "language/modules.h"

// Names that nothing uses, and provisions that stand under no heading.

namespace counterpart::language {

using namespace program;

namespace {

class NameChecker {
 public:
  explicit NameChecker(Builder& b) : b_(b), p_(b.p) {}

  void run() {
    unused();
    sections();
  }

 private:
  void never(std::string_view code, std::string_view what, TextId name, std::uint32_t place,
             std::string_view label, std::string_view help) {
    const Range range = range_of(b_, place);
    if (range.line == 0 || is_module(b_.pack, range.file))
      return;  // a module may offer more than a pack takes
    b_.report(code, range, fmt::format("no rule uses the {} \"{}\"", what, p_.text(name)), std::string(label),
              std::string(help));
  }

  // Words of the rules, each with how often it stands there: a name stands once where it is declared.
  [[nodiscard]] bool spoken(TextId name) const {
    int times = 0;
    const auto count = [&](const Line& line) {
      for (const Token& t : line.tokens) times += t.text == p_.text(name) ? 1 : 0;
    };
    for (const Declaration& d : b_.declarations) {
      count(d.head);
      for (const Line& line : d.clauses) count(line);
    }
    return times > 1;
  }

  void unused() {
    std::set<std::uint32_t> terms, unknowns, claims, readings;
    for (const Expr& e : p_.exprs) {
      if (e.op == Op::term) terms.insert(e.n);
      if (e.op == Op::unknown) unknowns.insert(e.n);
      if (e.op == Op::claim) claims.insert(e.n);
      if (e.op == Op::reading_is) readings.insert(e.n);
    }
    const auto open = "nobody asks for it, so it changes nothing";
    for (std::uint32_t i = 0; i < p_.terms.size(); ++i) {
      if (!terms.contains(i)) {
        never("W0607", "term", p_.terms[i].name, p_.terms[i].place, "declared here and never asked for",
              "use it in a rule, or remove it");
      }
    }
    for (const Calendar& c : p_.calendars) {
      if (!c.unknown.given() && !spoken(c.name)) {
        never("W0607", "calendar", c.name, c.place, "no days are counted by it",
              "use it in a rule, or remove it");
      }
    }
    std::vector<bool> received(p_.receipts.size());
    for (const Act& act : p_.acts) {
      if (act.receipt.given()) received[act.receipt.value] = true;
    }
    for (std::uint32_t i = 0; i < p_.receipts.size(); ++i) {
      if (!received[i] && !p_.receipts[i].rows.empty()) {
        never("W0607", "receipt rule", p_.receipts[i].name, p_.receipt_rows[p_.receipts[i].rows.first].place,
              "nothing is received by it", "say `received as …` on an act, or remove it");
      }
    }
    for (std::uint32_t i = 0; i < p_.readings.size(); ++i) {
      if (!readings.contains(i)) {
        never("W0608", "reading", p_.readings[i].name, p_.readings[i].place, open,
              "ask for it in a rule: `READING is ALTERNATIVE`");
      }
    }
    for (std::uint32_t i = 0; i < p_.unknowns.size(); ++i) {
      const Unknown& u = p_.unknowns[i];
      const bool calendar = std::any_of(p_.calendars.begin(), p_.calendars.end(),
                                        [&](const Calendar& c) { return c.unknown.value == i; });
      if (calendar ? !spoken(u.name) : !unknowns.contains(i)) {
        never("W0608", "unknown", u.name, u.place, open,
              "let what depends on it use it, or account for the provision with `withheld`");
      }
    }
    for (std::uint32_t i = 0; i < p_.claims.size(); ++i) {
      if (!claims.contains(i))
        never("W0608", "claim", p_.claims[i].name, p_.claims[i].place, open, "ask for it in a condition");
    }
  }

  // The section of a provision's number: "2.4.3" of "2.4.3-b", and those it stands in.
  void sections() {
    std::set<std::string, std::less<>> headings;
    bool numbered = false;
    for (const SectionText& s : b_.text.sections) {
      headings.insert(s.number);
      numbered = numbered || !s.number.empty();
    }
    if (!numbered) return;
    const auto headed = [&](std::string_view id) {
      const std::size_t dash = id.rfind('-');
      if (dash == std::string_view::npos) return true;
      std::string_view number = id.substr(0, dash);
      if (number.front() < '0' || number.front() > '9')
        return true;  // a preamble, a schedule: no numbered section
      while (!number.empty()) {
        if (headings.contains(number)) return true;
        const std::size_t cut = number.find_last_of(".(");
        if (cut == std::string_view::npos) return false;
        number = number.substr(0, cut);
      }
      return true;
    };
    const auto report = [&](const std::string& id, const Range& range) {
      if (is_module(b_.pack, range.file) || headed(id)) return;
      b_.report("W0613", range, fmt::format("no heading has the number of {}", id),
                "a provision of a section that the pack does not have",
                "add the section's heading, or mend the number");
    };
    std::set<std::string> marked;
    for (const ProvisionText& t : b_.text.provisions) {
      marked.insert(t.id);
      report(t.id, {t.file, t.line, t.column, static_cast<std::uint32_t>(t.id.size() + 2)});
    }
    for (const auto& [id, range] : b_.cited_at) {
      if (!marked.contains(id)) report(id, range);
    }
  }

  Builder& b_;
  Program& p_;
};

}  // namespace

void check_names(Builder& b) { NameChecker(b).run(); }

}  // namespace counterpart::language
