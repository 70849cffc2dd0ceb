#include "language/lexer.h"

#include <array>
#include <string>

namespace counterpart::language {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool lower(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool letter(char c) { return lower(c) || upper(c); }

class Lexer {
 public:
  Lexer(std::string_view line, std::uint32_t file, std::uint32_t number, std::uint32_t column,
        std::vector<Diagnostic>& diagnostics)
      : s_(line), file_(file), line_(number), column_(column), diagnostics_(diagnostics) {}

  void into(Line& out) {
    while (at_ < s_.size()) {
      const char c = s_[at_];
      if (c == ' ' || c == '\t') {
        ++at_;
        space_ = true;
        continue;
      }
      if (s_.substr(at_).starts_with("--") &&
          (at_ + 2 >= s_.size() || s_[at_ + 2] == ' ' || s_[at_ + 2] == '-'))
        return;
      const std::size_t start = at_;
      Token t = next();
      t.space_before = space_;
      space_ = false;
      if (t.kind == TokenKind::end) {
        diagnostics_.push_back({"E0102",
                                "this cannot be read",
                                {range(start, at_ - start), "found here"},
                                {},
                                "text stands in straight quotes; names have letters, digits and _ only",
                                Severity::error});
        continue;
      }
      (t.kind == TokenKind::cite && !spoken_of(out.tokens) ? out.cites : out.tokens).push_back(t);
    }
  }

 private:
  // `in breach of [2.3-d]`, `the duty under [2.3-d]`, `waives [2.3-d]`, `excuse [2.3-d] or [2.3-c] of …`: the
  // words speak of that provision and do not cite it.
  static bool spoken_of(const std::vector<Token>& before) {
    if (before.empty()) return false;
    const std::string_view b = before.back().text;
    if (b == "excuse" || b == "waives") return true;
    if (before.size() < 2) return false;
    const Token& a = before[before.size() - 2];
    return (a.text == "breach" && b == "of") || (a.text == "duty" && b == "under") ||
           (a.kind == TokenKind::cite && b == "or");
  }
  [[nodiscard]] Range range(std::size_t start, std::size_t length) const {
    return {file_, line_, static_cast<std::uint32_t>(column_ + start), static_cast<std::uint32_t>(length)};
  }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < s_.size() ? s_[at_ + ahead] : '\0';
  }
  Token token(TokenKind kind, std::size_t start) {
    return {kind, s_.substr(start, at_ - start), range(start, at_ - start), true};
  }

  Token next() {
    const std::size_t start = at_;
    const char c = s_[at_];
    if (c == '"') return quoted(start);
    if (c == '[') {
      const std::size_t close = s_.find(']', at_);
      if (close == std::string_view::npos) {
        at_ = s_.size();
        return {};
      }
      at_ = close + 1;
      return {TokenKind::cite, s_.substr(start + 1, close - start - 1), range(start, close + 1 - start),
              true};
    }
    if (digit(c)) return numeric(start);
    if (c == '$') {
      ++at_;
      if (!digit(peek())) return {};
      number_body();
      Token t = token(TokenKind::money, start);
      t.text.remove_prefix(1);
      return t;
    }
    if (letter(c)) return word(start);
    if (c == '\'' && peek(1) == 's') {
      at_ += 2;
      return token(TokenKind::symbol, start);
    }
    static constexpr std::array<std::string_view, 17> symbols{"->", "<=", ">=", "+", "-", "*", "/", "=", "<",
                                                              ">",  "(",  ")",  ",", ";", ":", ".", "@"};
    for (const std::string_view symbol : symbols) {
      if (s_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        return token(TokenKind::symbol, start);
      }
    }
    ++at_;
    while (at_ < s_.size() && (static_cast<unsigned char>(s_[at_]) & 0xC0U) == 0x80U)
      ++at_;  // the rest of one character
    return {};
  }

  Token quoted(std::size_t start) {
    const std::size_t close = s_.find('"', at_ + 1);
    if (close == std::string_view::npos) {
      at_ = s_.size();
      return {};
    }
    at_ = close + 1;
    return {TokenKind::text, s_.substr(start + 1, close - start - 1), range(start, close + 1 - start), true};
  }

  void number_body() {
    while (digit(peek()) ||
           (peek() == ',' && digit(peek(1)) && digit(peek(2)) && digit(peek(3)) && !digit(peek(4))))
      ++at_;
    if (peek() == '.' && digit(peek(1))) {
      ++at_;
      while (digit(peek())) ++at_;
    }
  }

  Token numeric(std::size_t start) {
    const auto digits = [&](std::size_t from, std::size_t n) {
      for (std::size_t i = 0; i < n; ++i) {
        if (!digit(peek(from + i))) return false;
      }
      return true;
    };
    if (digits(0, 4) && peek(4) == '-' && digits(5, 2) && peek(7) == '-' && digits(8, 2) &&
        !letter(peek(10)) && !digit(peek(10))) {
      at_ += 10;
      return token(TokenKind::date, start);
    }
    if (digits(0, 2) && peek(2) == ':' && digits(3, 2) && !digit(peek(5))) {
      const bool seconds = peek(5) == ':' && digits(6, 2) && !digit(peek(8));
      at_ += seconds ? std::size_t{8} : std::size_t{5};
      return token(TokenKind::time, start);
    }
    number_body();
    if (peek() == '%') {
      Token t = token(TokenKind::percent, start);
      ++at_;
      t.range.length += 1;
      return t;
    }
    // "10.1.4", "3-A": a key or number of the agreement, not a quantity.
    if (letter(peek()) || (peek() == '-' && (digit(peek(1)) || letter(peek(1))))) return word(start);
    return token(TokenKind::number, start);
  }

  Token word(std::size_t start) {
    while (letter(peek()) || digit(peek()) || (peek() == '-' && (letter(peek(1)) || digit(peek(1))))) ++at_;
    return token(lower(s_[start]) ? TokenKind::word : TokenKind::name, start);
  }

  std::string_view s_;
  std::uint32_t file_, line_, column_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t at_ = 0;
  bool space_ = true;
};

std::uint32_t indent_of(std::string_view s) {
  std::uint32_t n = 0;
  while (n < s.size() && (s[n] == ' ' || s[n] == '\t')) ++n;
  return n;
}

void close(Line& line, const Block& block, std::uint32_t number) {
  Token end;
  if (!line.tokens.empty()) {
    end.range = line.tokens.back().range;
    end.range.column += end.range.length;
    end.range.length = 1;
  } else {
    end.range = {block.file, number, 1, 1};
  }
  line.tokens.push_back(end);
}

}  // namespace

std::vector<Declaration> read_declarations(const Block& block, std::vector<Diagnostic>& diagnostics) {
  std::vector<Declaration> out;
  std::uint32_t clause_indent = 0;
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(block.first_line + i);
    Line line;
    line.indent = indent_of(block.lines[i]);
    Lexer(block.lines[i], block.file, number, 1, diagnostics).into(line);
    if (line.tokens.empty() && line.cites.empty()) continue;
    const auto continue_with = [&](Line& before) {
      before.tokens.insert(before.tokens.end(), line.tokens.begin(), line.tokens.end());
      before.cites.insert(before.cites.end(), line.cites.begin(), line.cites.end());
    };
    if (line.indent == 0 || out.empty()) {
      Declaration d;
      d.section = block.section;
      d.file = block.file;
      d.head = std::move(line);
      out.push_back(std::move(d));
      clause_indent = 0;
    } else if (clause_indent != 0 && line.indent > clause_indent && !out.back().clauses.empty()) {
      continue_with(out.back().clauses.back());
    } else {
      if (clause_indent == 0) clause_indent = line.indent;
      out.back().clauses.push_back(std::move(line));
    }
  }
  for (Declaration& d : out) {
    close(d.head, block, block.first_line);
    for (Line& clause : d.clauses) close(clause, block, block.first_line);
  }
  return out;
}

std::vector<Line> read_scenario_lines(const Block& block, std::vector<Diagnostic>& diagnostics) {
  std::vector<Line> out;
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(block.first_line + i);
    Line line;
    line.indent = indent_of(block.lines[i]);
    Lexer(block.lines[i], block.file, number, 1, diagnostics).into(line);
    if (line.tokens.empty() && line.cites.empty()) continue;
    const bool begins = !line.tokens.empty() && line.indent == 0;
    if (begins || out.empty()) {
      out.push_back(std::move(line));
    } else {
      out.back().tokens.insert(out.back().tokens.end(), line.tokens.begin(), line.tokens.end());
    }
  }
  for (Line& line : out) close(line, block, block.first_line);
  return out;
}

Line read_line(std::string_view text, std::uint32_t file, std::uint32_t number,
               std::vector<Diagnostic>& diagnostics) {
  Line line;
  line.indent = indent_of(text);
  Lexer(text, file, number, 1, diagnostics).into(line);
  return line;
}

Line read_info(const Block& block, std::vector<Diagnostic>& diagnostics) {
  Line line;
  Lexer(block.info, block.file, block.info_line, block.info_column, diagnostics).into(line);
  close(line, block, block.info_line);
  return line;
}

}  // namespace counterpart::language
