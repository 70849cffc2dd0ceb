// Which texts may set a term, and which text goes before which.

#include <fmt/core.h>

#include <algorithm>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

// After the kinds of an invitation: within which limit.
void Lowering::limit(Reader& r, Invitation& row, const Term& term) {
  const std::size_t start = r.position();
  const Type type = term.type.type;
  const bool length = type == Type::duration;
  const bool ordered =
      length || type == Type::number || type == Type::money || type == Type::date || type == Type::instant;
  const auto need = [&](bool fits, std::string_view of) {
    if (!fits) {
      b_.stop("E0301", r.range_from(start), fmt::format("this limit is of {}", of),
              fmt::format("\"{}\" is {}", p_.text(term.name), type_words(p_, term.type)));
    }
  };
  const auto value = [&] {
    const Typed t = r.operand({});
    if (t.type.type != type) {
      b_.stop("E0301", t.range, fmt::format("\"{}\" is {}", p_.text(term.name), type_words(p_, term.type)),
              fmt::format("this is {}", type_words(p_, t.type)));
    }
    return t.id;
  };
  if (r.accept("longer") || r.accept("later")) {
    r.expect("only");
    need(length || type == Type::date || type == Type::instant, "a length of time or a date");
    row.merge = Merge::longer;
  } else if (r.accept("shorter") || r.accept("earlier")) {
    r.expect("only");
    need(length || type == Type::date || type == Type::instant, "a length of time or a date");
    row.merge = Merge::shorter;
  } else if (r.accept("stricter")) {
    need(type == Type::yes_no,
         "something that is yes or no; of others say which way: `longer only`, `at most …`");
    row.merge = Merge::stricter;
  } else {
    r.expect("at", "limits: `longer only`, `shorter only`, `at most VALUE`, `at least VALUE`, `stricter`");
    need(ordered, "an amount, a number, a length of time or a date");
    if (r.accept("most")) {
      row.merge = Merge::at_most;
    } else {
      r.expect("least");
      row.merge = Merge::at_least;
    }
    row.limit = value();
  }
  row.words = b_.intern(b_.source(r.range_from(start), r.range_from(r.position() - 1)));
}

void Lowering::invitations(const Declaration& d) {
  const auto found = std::find(b_.term_sources.begin(), b_.term_sources.end(), &d);
  if (found == b_.term_sources.end()) return;
  const auto index = static_cast<std::size_t>(found - b_.term_sources.begin());
  const auto first = static_cast<std::uint32_t>(p_.invitations.size());
  clauses(d, [&](const Line& line, Reader& r) {
    if (!r.is("may")) stray(r, "a term", "term");
    r.take();
    r.expect("be");
    r.expect("set");
    r.expect("by");
    Invitation row;
    row.provisions = b_.cite(line.cites, d.head.cites);
    row.place = place_of(line);
    std::vector<KindId> kinds;
    bool limited = false;
    do {
      if (r.peek().kind == TokenKind::name) {
        kinds.push_back(b_.kind_named(r.take()));
      } else {
        limit(r, row, p_.terms[index]);
        limited = true;
      }
    } while (!limited && (r.accept(",") || r.accept("or")));
    for (const KindId kind : kinds) {
      row.kind = kind;
      p_.invitations.push_back(row);
    }
    if (kinds.empty()) {
      b_.stop("E0105", line.tokens.front().range, "it does not say which documents may set the term",
              "no kind of document", "`may be set by ProductAddendum, StatementOfWork, longer only`");
    }
  });
  bump(p_.terms[index].invitations, first, p_.invitations.size());
}

void Lowering::precedence(const Declaration& d) {
  Reader r(b_, d.head);
  r.take();
  r.expect_end();
  if (has_precedence_) {
    b_.stop("E0202", d.head.tokens.front().range, "the ranks of texts are declared twice", "again here",
            "keep one `precedence`");
  }
  has_precedence_ = true;
  p_.precedence_provisions = b_.cite(d.head.cites);
  std::uint32_t rank = 0;
  bool has_agreement = false;
  clauses(d, [&](const Line& line, Reader& c) {
    const program::Range cited = b_.cite(line.cites, d.head.cites);
    if (c.is("equals") && c.is("conflict", 1)) {
      c.take();
      c.take();
      c.expect(":");
      if (c.accept("latest")) {
        p_.equals = Equals::latest;
      } else if (c.accept("unknown")) {
        p_.equals = Equals::unknown;
      } else {
        c.expect("the", "`equals conflict: latest`, `unknown` or `the one KIND names`");
        c.expect("one");
        p_.equals_kind = b_.kind_named(c.take());
        c.expect("names");
        p_.equals = Equals::named;
      }
      return;
    }
    do {
      const Token& t = c.peek();
      if (t.text == "Agreement") {
        c.take();
        p_.agreement_rank = rank;
        has_agreement = true;
        continue;
      }
      Rank row;
      row.kind = b_.kind_named(c.take());
      row.rank = rank;
      row.provisions = cited;
      row.place = place_of(line);
      if (c.accept("that")) {
        c.expect("is");
        row.stages = c.stages(row.kind);
      }
      if (c.accept("if")) {
        Scope scope;
        scope.subject = row.kind;
        row.condition = c.condition(scope).id;
      }
      p_.ranks.push_back(row);
    } while (c.accept(","));
    ++rank;
  });
  if (!has_agreement) {
    b_.stop("E0105", d.head.tokens.front().range, "the Agreement itself has no rank",
            "no line says `Agreement`", "give it a line, above the texts that may not contradict it");
  }
}

}  // namespace counterpart::language
