#pragma once

// Lines of a block as tokens. A declaration begins at the left edge; its clauses are indented, and a line
// indented deeper than the first clause continues the clause before it.

#include "language/literate.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace counterpart::language {

enum class TokenKind : std::uint8_t {
  word,     // lower-case name, "bill_and_hold", "e-mail"
  name,     // begins with a capital: "PurchaseOrder", "PO-17"
  number,   // 5, 1.5, 1,200.00
  percent,  // 1.5%
  money,    // $1,200.00
  date,     // 2000-06-01
  time,     // 15:00
  text,     // "…" (without the quotes)
  symbol,   // + - * / = < > <= >= ( ) , ; : . -> 's
  cite,     // [2.3-e] (without the brackets)
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  Range range;
  bool space_before = true;
};

struct Line {
  std::vector<Token> tokens;  // without citations; the last is `end`
  std::vector<Token> cites;
  std::uint32_t indent = 0;
};

struct Declaration {
  Line head;
  std::vector<Line> clauses;
  std::uint32_t section = 0;
  std::uint32_t file = 0;
  // In force from and until these days, where editions of the pack differ.
  std::int32_t from = INT32_MIN;
  std::int32_t until = INT32_MAX;
};

std::vector<Declaration> read_declarations(const Block& block, std::vector<Diagnostic>& diagnostics);
// Logical lines of a scenario: each begins with a date or the word `after`; others continue it.
std::vector<Line> read_scenario_lines(const Block& block, std::vector<Diagnostic>& diagnostics);
// The tokens of one line as it stands, without an `end`: for those who work on the text itself.
Line read_line(std::string_view line, std::uint32_t file, std::uint32_t number,
               std::vector<Diagnostic>& diagnostics);
// The tokens of a fence's info string.
Line read_info(const Block& block, std::vector<Diagnostic>& diagnostics);

}  // namespace counterpart::language
