#include "language/format.h"

#include "language/lexer.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace counterpart::language {

namespace {

// Columns as people count them here, from 0.
constexpr std::size_t clause_column = 2;
constexpr std::size_t cite_column = 67;        // of a rule
constexpr std::size_t fence_cite_column = 73;  // of a scenario's first line
constexpr std::size_t story_column = 18;       // "2000-06-01 10:00  "
constexpr std::size_t cite_gap = 3;            // where the code goes further than the column
constexpr std::size_t widest_shared = 110;     // longer lines do not push their neighbours' citations out

// Characters, not bytes: what a column counts.
std::size_t width(std::string_view s) {
  return static_cast<std::size_t>(std::count_if(
      s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view without_trailing(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

// A token or a citation with the words it was written with.
struct Piece {
  Token token;
  std::string_view written;
  std::size_t column = 0;  // where it stood
};

// One line as it stands: code, then citations at its end, then a comment.
struct Written {
  std::vector<Piece> code;
  std::vector<Piece> cites;
  std::string_view comment;
  std::size_t comment_column = 0;
  std::size_t indent = 0;
  bool readable = true;

  [[nodiscard]] bool empty() const { return code.empty() && cites.empty(); }
  [[nodiscard]] bool says(std::string_view word) const {
    return !code.empty() && code.front().token.text == word;
  }
};

Written take_apart(std::string_view line) {
  Written out;
  std::vector<Diagnostic> errors;
  const Line read = read_line(line, 0, 1, errors);
  out.readable = errors.empty();
  out.indent = read.indent;
  std::vector<Piece> all;
  const auto add = [&](const std::vector<Token>& tokens) {
    for (const Token& t : tokens) {
      const std::size_t at = t.range.column - 1;
      all.push_back({t, line.substr(at, t.range.length), width(line.substr(0, at))});
    }
  };
  add(read.tokens);
  add(read.cites);
  std::sort(all.begin(), all.end(),
            [](const Piece& a, const Piece& b) { return a.token.range.column < b.token.range.column; });
  std::size_t end = 0;
  if (!all.empty()) end = all.back().token.range.column - 1 + all.back().token.range.length;
  std::string_view left = line.substr(end);
  if (const std::size_t dashes = left.find("--"); dashes != std::string_view::npos) {
    out.comment = without_trailing(left.substr(dashes));
    out.comment_column = width(line.substr(0, end + dashes));
  }
  // Citations at the end of the line have a column of their own; one inside is part of what the line says.
  std::size_t last = all.size();
  while (last > 0 && all[last - 1].token.kind == TokenKind::cite) --last;
  // `in breach of [2.3-d]`: this one is what the words before it speak of.
  if (last > 0 && last < all.size()) {
    static constexpr std::string_view takes_one[] = {"of", "under"};
    const Token& before = all[last - 1].token;
    if (all[last].token.range.column == before.range.column + before.range.length + 1 &&
        std::find(std::begin(takes_one), std::end(takes_one), before.text) != std::end(takes_one))
      ++last;
  }
  if (last == 0) last = all.size();  // a line of citations alone continues the one before
  out.code.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(last));
  out.cites.assign(all.begin() + static_cast<std::ptrdiff_t>(last), all.end());
  return out;
}

// Whether a blank belongs between two pieces. Where the language hears a difference ("a.b", "15.1(c)-a",
// "PurchaseOrder/PO-17"), what was written stays.
bool blank_between(const Piece& before, const Piece& after) {
  const std::string_view a = before.token.text;
  const std::string_view b = after.token.text;
  const bool a_symbol = before.token.kind == TokenKind::symbol;
  const bool b_symbol = after.token.kind == TokenKind::symbol;
  if (b_symbol && (b == "," || b == ";" || b == ":")) return false;
  if (a_symbol && (a == "," || a == ";" || a == ":")) return true;
  static constexpr std::string_view spaced[] = {"->", "<=", ">=", "=", "<", ">", "+", "*"};
  const auto is_spaced = [](std::string_view s) {
    return std::find(std::begin(spaced), std::end(spaced), s) != std::end(spaced);
  };
  if ((a_symbol && is_spaced(a)) || (b_symbol && is_spaced(b))) return true;
  if (before.token.kind == TokenKind::text || after.token.kind == TokenKind::text)
    return !(a_symbol && a == "(") && !(b_symbol && b == ")");
  return after.token.space_before;
}

std::string joined(std::span<const Piece> pieces) {
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0 && blank_between(pieces[i - 1], pieces[i])) out += ' ';
    out += pieces[i].written;
  }
  return out;
}

void pad_to(std::string& line, std::size_t column, std::size_t least) {
  const std::size_t at = width(line);
  line.append(std::max(column, at + least) - at, ' ');
}

// A line on its way out.
struct Laid {
  std::string code;
  std::string cites;
  std::string_view comment;
  std::size_t comment_column = 0;
};

std::string finished(const Laid& line, std::size_t cites_at) {
  std::string out = line.code;
  if (!line.cites.empty()) {
    if (!out.empty()) pad_to(out, cites_at, cite_gap);
    out += line.cites;
  }
  if (!line.comment.empty()) {
    if (!out.empty()) pad_to(out, line.comment_column, 2);
    out += line.comment;
  }
  return out;
}

Laid comment_alone(std::string_view comment, std::size_t indent) {
  return {comment.empty() ? "" : std::string(indent, ' ') + std::string(comment), {}, {}, 0};
}

// How many pieces of a clause stand before the column its declaration shares; 0: it shares none.
std::size_t label_pieces(std::string_view declaration, const Written& line) {
  if (line.code.size() < 2) return 0;
  if (declaration == "document" || declaration == "part" || declaration == "parameters")
    return line.code.front().token.kind == TokenKind::word ? 1 : 0;
  if (declaration == "receipt" && !line.says("addressed")) {
    for (std::size_t i = 1; i < line.code.size() && i < 4; ++i) {
      const std::string_view word = line.code[i].token.text;
      if (word == "at" || word == "after" || word == "on") return i;
    }
  }
  return 0;
}

class Rules {
 public:
  explicit Rules(const std::vector<std::string_view>& lines) {
    for (const std::string_view line : lines) lines_.push_back(take_apart(line));
  }

  std::vector<std::string> laid_out() {
    std::vector<std::string> out;
    std::size_t i = 0;
    while (i < lines_.size()) {
      std::size_t end = i + 1;
      while (end < lines_.size() && !heads(end)) ++end;
      declaration(i, end, out);
      i = end;
    }
    return out;
  }

 private:
  [[nodiscard]] bool heads(std::size_t i) const { return !lines_[i].empty() && lines_[i].indent == 0; }

  // The lines from a head to before the next. As the lexer sees them: the first indented line sets where
  // clauses begin, and deeper ones continue.
  void declaration(std::size_t first, std::size_t end, std::vector<std::string>& out) {
    std::size_t head = first;
    while (head < end && lines_[head].empty()) ++head;
    const std::string_view word = head < end ? lines_[head].code.front().token.text : std::string_view();
    std::size_t clauses_at = 0;
    for (std::size_t i = head + 1; i < end && clauses_at == 0; ++i) {
      if (!lines_[i].empty()) clauses_at = lines_[i].indent;
    }
    const std::size_t column = shared_column(word, head, end, clauses_at);
    std::vector<Laid> laid;
    std::size_t clause = head;
    for (std::size_t i = first; i < end; ++i) {
      const Written& line = lines_[i];
      if (line.empty()) {
        laid.push_back(comment_alone(line.comment, comment_indent(i, head, clauses_at)));
        continue;
      }
      Laid to{{}, {}, line.comment, line.comment_column};
      if (i == head) {
        to.code = joined(line.code);
      } else if (line.indent <= clauses_at || clause == head) {
        clause = i;
        to.code = clause_code(word, line, column);
      } else {
        to.code.append(continued(line, lines_[clause], clauses_at, word, column), ' ');
        to.code += joined(line.code);
      }
      to.cites = joined(line.cites);
      laid.push_back(std::move(to));
    }
    place_cites(laid, out);
  }

  static std::string clause_code(std::string_view word, const Written& line, std::size_t column) {
    std::string code(clause_column, ' ');
    const std::size_t label = label_pieces(word, line);
    if (label == 0) return code + joined(line.code);
    const std::span<const Piece> all(line.code);
    code += joined(all.first(label));
    pad_to(code, clause_column + column, 1);
    return code + joined(all.subspan(label));
  }

  // Where types stand, counted from the clause's first character. A column that is already shared stays, so
  // that a new field does not move the others.
  [[nodiscard]] std::size_t shared_column(std::string_view word, std::size_t head, std::size_t end,
                                          std::size_t clauses_at) const {
    std::size_t longest = 0;
    std::optional<std::size_t> column;
    bool shared = true;
    for (std::size_t i = head + 1; i < end; ++i) {
      const Written& line = lines_[i];
      if (line.empty() || line.indent > clauses_at) continue;
      const std::size_t label = label_pieces(word, line);
      if (label == 0) continue;
      longest = std::max(longest, width(joined(std::span(line.code).first(label))));
      const std::size_t at = line.code[label].column - line.indent;
      shared = shared && (!column || *column == at);
      column = at;
    }
    return shared && column && *column >= longest + 2 && *column <= longest + 12 ? *column : longest + 3;
  }

  // A line that stood below a word of its clause stays below it; others keep their distance.
  static std::size_t continued(const Written& line, const Written& clause, std::size_t clauses_at,
                               std::string_view word, std::size_t column) {
    for (std::size_t i = 1; i < clause.code.size(); ++i) {
      if (clause.code[i].column != line.indent) continue;
      Written before = clause;
      before.code.resize(i + 1);
      return width(clause_code(word, before, column)) - width(clause.code[i].written);
    }
    return clause_column + std::max<std::size_t>(2, line.indent - clauses_at);
  }

  [[nodiscard]] std::size_t comment_indent(std::size_t i, std::size_t head, std::size_t clauses_at) const {
    const std::size_t indent = lines_[i].indent;
    if (indent == 0 || i < head) return 0;
    return clauses_at != 0 && indent > clauses_at ? clause_column + (indent - clauses_at) : clause_column;
  }

  // Citations stand in their column; lines that go beyond it together share the next.
  static void place_cites(const std::vector<Laid>& laid, std::vector<std::string>& out) {
    const auto beyond = [&](std::size_t i) {
      return i < laid.size() && !laid[i].cites.empty() && width(laid[i].code) + cite_gap > cite_column &&
             width(laid[i].code) + cite_gap <= widest_shared;
    };
    std::size_t shared = cite_column;
    for (std::size_t i = 0; i < laid.size(); ++i) {
      if (beyond(i) && (i == 0 || !beyond(i - 1))) {
        shared = 0;
        for (std::size_t k = i; beyond(k); ++k) shared = std::max(shared, width(laid[k].code) + cite_gap);
      }
      out.push_back(finished(laid[i], beyond(i) ? shared : cite_column));
    }
  }

  std::vector<Written> lines_;
};

// How many pieces say when: "2000-06-01 10:00", and what was known: "2000-06-01 known 2000-06-05".
std::size_t when_pieces(std::span<const Piece> all) {
  const auto is = [&](std::size_t i, TokenKind kind) { return i < all.size() && all[i].token.kind == kind; };
  std::size_t n = is(1, TokenKind::time) ? 2 : 1;
  if (n < all.size() && all[n].token.text == "known" && is(n + 1, TokenKind::date)) {
    n += 2;
    if (is(n, TokenKind::time)) ++n;
  }
  return n;
}

std::vector<std::string> laid_out_story(const std::vector<std::string_view>& lines) {
  std::vector<std::string> out;
  std::size_t rest = story_column;
  bool begun = false;
  for (const std::string_view text : lines) {
    const Written line = take_apart(text);
    Laid to{{}, joined(line.cites), line.comment, line.comment_column};
    const std::span<const Piece> all(line.code);
    if (line.empty()) {
      to = comment_alone(line.comment, line.indent > 0 && begun ? rest : 0);
    } else if (line.indent > 0 && begun) {
      to.code.append(rest, ' ');
      to.code += joined(all);
    } else if (line.code.front().token.kind == TokenKind::date) {
      const std::size_t when = when_pieces(all);
      to.code = joined(all.first(when));
      rest = std::max(story_column, width(to.code) + 2);
      if (all.size() > when) {
        pad_to(to.code, rest, 2);
        to.code += joined(all.subspan(when));
      }
      begun = true;
    } else {
      to.code = joined(all);
      rest = story_column;
      begun = true;
    }
    out.push_back(finished(to, cite_column));
  }
  return out;
}

// What the lexer hears in a block, to be sure that laying it out changed nothing.
struct Heard {
  std::vector<std::string> words;

  void add(const Line& line, std::string_view what) {
    words.emplace_back(what);
    for (const Token& t : line.tokens) {
      words.emplace_back(t.text);
      words.back() += static_cast<char>('A' + static_cast<char>(t.kind));
    }
    for (const Token& t : line.cites) words.emplace_back(t.text);
  }
  friend bool operator==(const Heard&, const Heard&) = default;
};

std::optional<Heard> hear(bool rules, const std::vector<std::string_view>& lines) {
  Block block;
  block.lines = lines;
  block.first_line = 1;
  std::vector<Diagnostic> errors;
  Heard heard;
  if (rules) {
    for (const Declaration& d : read_declarations(block, errors)) {
      heard.add(d.head, "declaration");
      for (const Line& clause : d.clauses) heard.add(clause, "clause");
    }
  } else {
    for (const Line& line : read_scenario_lines(block, errors)) heard.add(line, "line");
  }
  if (!errors.empty()) return std::nullopt;
  return heard;
}

// Never more than one empty line together, and none at either end.
void keep_one_blank(std::vector<std::string>& lines) {
  std::vector<std::string> out;
  for (std::string& line : lines) {
    if (line.empty() && (out.empty() || out.back().empty())) continue;
    out.push_back(std::move(line));
  }
  while (!out.empty() && out.back().empty()) out.pop_back();
  lines = std::move(out);
}

std::vector<std::string> laid_out_block(bool rules, const std::vector<std::string_view>& lines) {
  std::vector<std::string> trimmed;
  trimmed.reserve(lines.size());
  for (const std::string_view line : lines) trimmed.emplace_back(without_trailing(line));
  const auto before = hear(rules, lines);
  if (!before) return trimmed;
  std::vector<std::string> out = rules ? Rules(lines).laid_out() : laid_out_story(lines);
  for (std::string& line : out) line.resize(without_trailing(line).size());
  keep_one_blank(out);
  const std::vector<std::string_view> views(out.begin(), out.end());
  return hear(rules, views) == before ? out : trimmed;
}

// "```scenario "title"      [2.3-d]"
std::string laid_out_fence(std::string_view line) {
  line = without_trailing(line);
  constexpr std::string_view mark = "```scenario";
  if (!line.starts_with(mark)) return std::string(line);
  const Written info = take_apart(line.substr(mark.size()));
  if (!info.readable || info.code.empty() || !info.comment.empty()) return std::string(line);
  Laid to{std::string(mark) + " " + joined(info.code), joined(info.cites), {}, 0};
  return finished(to, fence_cite_column);
}

// Two blanks or more at the end of a line of text, with text below, are a line break of Markdown's.
std::string laid_out_prose(std::string_view line, std::string_view next) {
  const std::string_view text = without_trailing(line);
  const bool text_follows = !without_trailing(next).empty() && next[0] != '#' && !next.starts_with("```");
  const std::string_view ending = line.substr(text.size());
  const auto blanks = static_cast<std::size_t>(std::count(ending.begin(), ending.end(), ' '));
  return std::string(text) + (!text.empty() && blanks >= 2 && text_follows && text[0] != '#' ? "  " : "");
}

}  // namespace

std::string format(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    at = end + 1;
  }
  const std::size_t first_end = text.find('\n');
  const std::string_view ending =
      first_end != std::string_view::npos && first_end > 0 && text[first_end - 1] == '\r' ? "\r\n" : "\n";
  std::string out;
  const auto put = [&](std::string_view line) { out.append(line).append(ending); };
  std::size_t i = 0;
  while (i < lines.size()) {
    const std::string_view line = lines[i];
    if (!line.starts_with("```")) {
      put(laid_out_prose(line, i + 1 < lines.size() ? lines[i + 1] : std::string_view()));
      ++i;
      continue;
    }
    std::size_t close = i + 1;
    while (close < lines.size() && without_trailing(lines[close]) != "```") ++close;
    const bool rules = line.starts_with("```counterpart");
    const bool story = line.starts_with("```scenario");
    if (close == lines.size() || (!rules && !story)) {
      // Other people's blocks, and one that is never closed.
      for (; i < lines.size() && i <= close; ++i) put(lines[i]);
      continue;
    }
    put(laid_out_fence(line));
    const std::vector<std::string_view> inside(lines.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                               lines.begin() + static_cast<std::ptrdiff_t>(close));
    for (const std::string& l : laid_out_block(rules, inside)) put(l);
    put("```");
    i = close + 1;
  }
  while (out.ends_with(std::string(ending) + std::string(ending))) out.resize(out.size() - ending.size());
  return out;
}

}  // namespace counterpart::language
