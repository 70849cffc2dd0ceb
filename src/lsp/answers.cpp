#include "lsp/answers.h"

#include <algorithm>
#include <set>

#include "language/keywords.h"

namespace counterpart::lsp {

using language::Symbol;
using language::SymbolKind;
using language::SymbolUse;

Datum position_datum(Position at) {
  return Datum::record({{"line", Datum::of_number(std::int64_t{at.line})},
                        {"character", Datum::of_number(std::int64_t{at.character})}});
}

Datum range_datum(Position from, Position to) {
  return Datum::record({{"start", position_datum(from)}, {"end", position_datum(to)}});
}

Datum range_datum(const Pack& pack, const language::Range& range) {
  return range_datum(pack.begin(range), pack.end(range));
}

namespace {

Datum location(const Pack& pack, const language::Range& range, const UriOf& uri) {
  return Datum::record(
      {{"uri", Datum::of_text(uri(pack.paths[range.file]))}, {"range", range_datum(pack, range)}});
}

Datum markdown(std::string text) {
  return Datum::record({{"kind", Datum::of_text("markdown")}, {"value", Datum::of_text(std::move(text))}});
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\n')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\n')) s.remove_suffix(1);
  return s;
}

const Symbol* provision(const Pack& pack, std::string_view id) {
  for (const Symbol& s : pack.analysis.symbols) {
    if (s.kind == SymbolKind::provision && s.name == id) return &s;
  }
  return nullptr;
}

std::string provision_text(const Pack& pack, const Symbol& s) {
  std::string out = "**[" + s.name + "]** ";
  const std::string_view prose = trimmed(s.prose);
  out += prose.empty() ? "is not told in this pack's prose" : std::string(prose);
  for (const auto& [id, kind] : pack.source.provisions) {
    if (id == s.name && !kind.empty()) out += "\n\n*" + kind + "*";
  }
  return out;
}

// The lines a name is declared by.
std::string declaration_text(const Pack& pack, const Symbol& s) {
  constexpr std::uint32_t most = 30;
  std::string out = "```counterpart\n";
  const Lines& lines = pack.lines[s.declared.file];
  for (std::uint32_t n = s.declared.line; n <= s.last_line && n < s.declared.line + most; ++n) {
    std::string_view line = lines[n - 1];
    if (n == s.declared.line) line = trimmed(line);
    out.append(line).push_back('\n');
  }
  return out + "```";
}

// What the table says of a word of the language at this place.
std::string keyword_text(const Place& place, language::Range& range) {
  const language::Analysis& a = place.pack.analysis;
  const std::uint32_t line = place.at.line + 1;
  const auto covers = [&](const language::Token& t) {
    return t.range.file == place.file && t.range.line == line && t.kind == language::TokenKind::word &&
           place.byte() + 1 >= t.range.column && place.byte() + 1 <= t.range.column + t.range.length;
  };
  const auto said = [](const language::Form& form) {
    return "`" + std::string(form.form) + "`\n\n" + std::string(form.says);
  };
  for (const language::Declaration& d : a.declarations) {
    if (d.head.tokens.empty() || d.file != place.file) continue;
    const language::Token& first = d.head.tokens.front();
    const language::DeclarationWord* word = language::declaration_word(first.text);
    if (word == nullptr) continue;
    if (covers(first)) {
      range = first.range;
      return said({word->form, word->says});
    }
    for (const language::Line& clause : d.clauses) {
      if (clause.tokens.empty() || !covers(clause.tokens.front())) continue;
      range = clause.tokens.front().range;
      // The form that agrees with most of the line's words.
      const language::Form* best = nullptr;
      std::size_t best_words = 0;
      for (const language::Form& form : word->clauses) {
        std::size_t words = 0;
        std::string_view rest = form.form;
        for (const language::Token& t : clause.tokens) {
          if (!rest.starts_with(t.text)) break;
          ++words;
          rest.remove_prefix(t.text.size());
          if (rest.starts_with(' ')) rest.remove_prefix(1);
          if (rest.empty()) break;
        }
        if (words > best_words) {
          best = &form;
          best_words = words;
        }
      }
      if (best != nullptr) return said(*best);
    }
  }
  return {};
}

}  // namespace

std::vector<std::pair<std::string, Datum>> diagnostics(const Pack& pack, const UriOf& uri) {
  std::vector<std::pair<std::string, Datum>> out;
  for (const std::string& path : pack.paths) out.emplace_back(path, Datum::list());
  for (const language::Diagnostic& d : pack.analysis.compiled.diagnostics) {
    const language::Range& range = d.primary.range;
    if (range.file >= out.size()) continue;
    std::string message = d.title;
    if (!d.primary.text.empty()) message += "\n" + d.primary.text;
    if (!d.help.empty()) message += "\nhelp: " + d.help;
    Datum related = Datum::list();
    for (const language::Label& other : d.others) {
      if (other.range.file >= pack.paths.size() || other.range.line == 0) continue;
      related.items.push_back(Datum::record(
          {{"location", location(pack, other.range, uri)}, {"message", Datum::of_text(other.text)}}));
    }
    Datum row = Datum::record(
        {{"range", range_datum(pack, range)},
         {"severity", Datum::of_number(std::int64_t{d.severity == language::Severity::error ? 1 : 2})},
         {"code", Datum::of_text(std::string(d.code))},
         {"source", Datum::of_text("counterpart")},
         {"message", Datum::of_text(std::move(message))}});
    if (!related.items.empty()) row.set("relatedInformation", std::move(related));
    out[range.file].second.items.push_back(std::move(row));
  }
  return out;
}

Datum hover(const Place& place) {
  const Pack& pack = place.pack;
  std::string text;
  language::Range range;
  if (const SymbolUse* use = place.use(); use != nullptr) {
    const Symbol& s = pack.analysis.symbols[use->symbol];
    range = use->range;
    if (s.kind == SymbolKind::provision) {
      text = provision_text(pack, s);
    } else if (s.declared.line > 0) {
      text = declaration_text(pack, s);
      for (const std::string& id : s.provisions) {
        if (const Symbol* p = provision(pack, id); p != nullptr) text += "\n\n" + provision_text(pack, *p);
      }
    } else {
      text = "**" + s.name + "** is there in every pack";
    }
  } else {
    text = keyword_text(place, range);
  }
  if (text.empty()) return Datum::of_null();
  return Datum::record({{"contents", markdown(std::move(text))}, {"range", range_datum(pack, range)}});
}

Datum definition(const Place& place, const UriOf& uri) {
  const SymbolUse* use = place.use();
  if (use == nullptr) return Datum::of_null();
  const Symbol& s = place.pack.analysis.symbols[use->symbol];
  return s.declared.line == 0 ? Datum::of_null() : location(place.pack, s.declared, uri);
}

Datum references(const Place& place, bool with_declaration, const UriOf& uri) {
  Datum out = Datum::list();
  const SymbolUse* use = place.use();
  if (use == nullptr) return out;
  for (const SymbolUse& u : place.pack.analysis.uses) {
    if (u.symbol == use->symbol && (with_declaration || !u.declares))
      out.items.push_back(location(place.pack, u.range, uri));
  }
  return out;
}

Datum highlights(const Place& place) {
  Datum out = Datum::list();
  const SymbolUse* use = place.use();
  if (use == nullptr) return out;
  for (const SymbolUse& u : place.pack.analysis.uses) {
    if (u.symbol != use->symbol || u.range.file != place.file) continue;
    out.items.push_back(Datum::record({{"range", range_datum(place.pack, u.range)},
                                       {"kind", Datum::of_number(std::int64_t{u.declares ? 3 : 2})}}));
  }
  return out;
}

// --- the clause tree ---

namespace {

// Numbers of the protocol's kinds of symbols.
std::int64_t icon(std::string_view declaration) {
  if (declaration == "document" || declaration == "part") return 23;  // struct
  if (declaration == "act") return 12;                                // function
  if (declaration == "duty") return 24;                               // event
  if (declaration == "power" || declaration == "prohibition") return 11;
  if (declaration == "term") return 14;  // constant
  if (declaration == "party" || declaration == "office") return 5;
  return 13;  // variable
}

struct Node {
  std::string name, detail;
  std::int64_t kind = 0;
  std::uint32_t first = 0, last = 0;  // lines from 1
  language::Range name_range;
  std::vector<Node> children;
};

Datum to_datum(const Pack& pack, std::uint32_t file, const Node& node) {
  const std::string_view last = pack.lines[file][node.last - 1];
  Datum children = Datum::list();
  for (const Node& child : node.children) children.items.push_back(to_datum(pack, file, child));
  Datum out = Datum::record(
      {{"name", Datum::of_text(node.name.empty() ? "–" : node.name)},
       {"kind", Datum::of_number(node.kind)},
       {"range", range_datum({node.first - 1, 0}, {node.last - 1, units_before(last, last.size())})},
       {"selectionRange", range_datum(pack, node.name_range)}});
  if (!node.detail.empty()) out.set("detail", Datum::of_text(node.detail));
  if (!children.items.empty()) out.set("children", std::move(children));
  return out;
}

std::uint32_t last_line(const language::Declaration& d) {
  std::uint32_t last = 0;
  const auto look = [&](const language::Line& line) {
    for (const language::Token& t : line.tokens) {
      if (t.kind != language::TokenKind::end) last = std::max(last, t.range.line);
    }
  };
  look(d.head);
  for (const language::Line& clause : d.clauses) look(clause);
  return last;
}

Node declaration_node(const language::Declaration& d, std::string_view line) {
  const language::Token& first = d.head.tokens.front();
  const language::Token& end = d.head.tokens[d.head.tokens.size() >= 2 ? d.head.tokens.size() - 2 : 0];
  Node node;
  node.first = first.range.line;
  node.last = std::max(node.first, last_line(d));
  node.kind = icon(first.text);
  node.name_range = first.range;
  node.name_range.length = end.range.column + end.range.length - first.range.column;
  node.name = std::string(line.substr(first.range.column - 1, node.name_range.length));
  for (const language::Token& t : d.head.cites)
    node.detail += (node.detail.empty() ? "" : " ") + std::string(t.text);
  const bool has_fields = first.text == "document" || first.text == "part";
  for (const language::Line& clause : d.clauses) {
    if (!has_fields || clause.tokens.size() < 2) continue;
    const language::Token& name = clause.tokens.front();
    Node field;
    field.name = name.text;
    field.kind = name.text == "stages" ? 10 : 8;  // enum, field
    field.first = field.last = name.range.line;
    field.name_range = name.range;
    node.children.push_back(std::move(field));
  }
  return node;
}

}  // namespace

Datum document_symbols(const Pack& pack, std::uint32_t file) {
  const language::Analysis& a = pack.analysis;
  const auto line_count = static_cast<std::uint32_t>(pack.lines[file].size());
  // What stands in each section, in order of lines.
  std::vector<Node> inside;
  std::vector<Node> roots;
  std::vector<std::pair<std::uint32_t, Node>> open;  // sections by level
  const auto close_to = [&](std::uint32_t level, std::uint32_t last) {
    while (!open.empty() && open.back().first >= level) {
      Node done = std::move(open.back().second);
      done.last = std::max(done.first, last);
      open.pop_back();
      (open.empty() ? roots : open.back().second.children).push_back(std::move(done));
    }
  };
  for (std::uint32_t s = 0; s < a.text.sections.size(); ++s) {
    const language::SectionText& section = a.text.sections[s];
    if (section.file != file) continue;
    if (section.level > 0) {
      close_to(section.level, section.line - 1);
      Node node;
      node.name =
          section.number + (section.number.empty() || section.title.empty() ? "" : " ") + section.title;
      node.kind = 3;  // namespace
      node.first = section.line;
      node.name_range = {file, section.line, 1,
                         static_cast<std::uint32_t>(pack.lines[file][section.line - 1].size())};
      open.emplace_back(section.level, std::move(node));
    }
    inside.clear();
    for (const language::ProvisionText& p : a.text.provisions) {
      if (p.section != s) continue;
      Node node;
      node.name = p.id;
      node.kind = 20;  // key
      node.first = node.last = p.line;
      node.name_range = {file, p.line, p.column, static_cast<std::uint32_t>(p.id.size() + 2)};
      inside.push_back(std::move(node));
    }
    for (const language::Declaration& d : a.declarations) {
      if (d.section == s && d.head.tokens.size() >= 2)
        inside.push_back(declaration_node(d, pack.lines[file][d.head.tokens.front().range.line - 1]));
    }
    for (const language::Block& b : a.text.blocks) {
      if (b.section != s || b.kind != language::Block::Kind::scenario) continue;
      Node node;
      std::vector<language::Diagnostic> ignored;
      const language::Line info = language::read_info(b, ignored);
      node.name = "scenario";
      for (const language::Token& t : info.tokens) {
        if (t.kind == language::TokenKind::text) node.name = t.text;
      }
      node.kind = 6;  // method
      node.first = b.info_line;
      node.last = std::min(line_count, b.first_line + static_cast<std::uint32_t>(b.lines.size()));
      node.name_range = {file, b.info_line, 1,
                         static_cast<std::uint32_t>(pack.lines[file][b.info_line - 1].size())};
      inside.push_back(std::move(node));
    }
    std::stable_sort(inside.begin(), inside.end(),
                     [](const Node& x, const Node& y) { return x.first < y.first; });
    std::vector<Node>& to = open.empty() ? roots : open.back().second.children;
    std::move(inside.begin(), inside.end(), std::back_inserter(to));
  }
  close_to(0, line_count);
  Datum out = Datum::list();
  for (const Node& node : roots) out.items.push_back(to_datum(pack, file, node));
  return out;
}

// --- colours ---

std::vector<std::string> token_kinds() {
  return {"keyword",   "type",      "property", "enumMember", "function", "variable",
          "namespace", "decorator", "string",   "number",     "comment",  "parameter"};
}

namespace {

enum Colour : std::uint32_t {
  keyword,
  type,
  property,
  enum_member,
  function,
  variable,
  namespace_name,
  decorator,
  string,
  number,
  comment,
  parameter
};

Colour colour_of(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::party:
    case SymbolKind::office:
      return namespace_name;
    case SymbolKind::kind:
      return type;
    case SymbolKind::field:
      return property;
    case SymbolKind::stage:
    case SymbolKind::alternative:
      return enum_member;
    case SymbolKind::act:
      return function;
    case SymbolKind::input:
      return parameter;
    case SymbolKind::calendar:
    case SymbolKind::receipt:
    case SymbolKind::claim:
    case SymbolKind::due:
    case SymbolKind::account:
    case SymbolKind::term:
    case SymbolKind::unknown:
    case SymbolKind::reading:
      return variable;
    case SymbolKind::provision:
      return decorator;
    case SymbolKind::setup:
      return string;
  }
  return variable;
}

const std::set<std::string>& keywords() {
  static const std::set<std::string> all = language::all_words();
  return all;
}

std::optional<Colour> colour_of(const language::Token& t) {
  switch (t.kind) {
    case language::TokenKind::word:
      return keywords().contains(std::string(t.text)) ? std::optional(keyword) : std::nullopt;
    case language::TokenKind::number:
    case language::TokenKind::percent:
    case language::TokenKind::money:
    case language::TokenKind::date:
    case language::TokenKind::time:
      return number;
    case language::TokenKind::text:
      return string;
    case language::TokenKind::cite:
      return decorator;
    case language::TokenKind::name:
    case language::TokenKind::symbol:
    case language::TokenKind::end:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Datum semantic_tokens(const Pack& pack, std::uint32_t file) {
  struct Mark {
    std::uint32_t line, column, length;  // from 1, in bytes
    Colour colour;
  };
  std::vector<Mark> marks;
  std::vector<language::Diagnostic> ignored;
  const auto add_line = [&](std::string_view text, std::uint32_t number_of_line, std::uint32_t offset) {
    language::Line line = language::read_line(text, file, number_of_line, ignored);
    line.tokens.insert(line.tokens.end(), line.cites.begin(), line.cites.end());
    std::size_t end = 0;
    for (const language::Token& t : line.tokens) {
      end = std::max<std::size_t>(end, t.range.column - 1 + t.range.length);
      if (const auto colour = colour_of(t))
        marks.push_back({number_of_line, t.range.column + offset, t.range.length, *colour});
    }
    if (const std::size_t dashes = text.find("--", end); dashes != std::string_view::npos) {
      marks.push_back({number_of_line, static_cast<std::uint32_t>(dashes + 1 + offset),
                       static_cast<std::uint32_t>(text.size() - dashes), comment});
    }
  };
  for (const language::Block& b : pack.analysis.text.blocks) {
    if (b.file != file) continue;
    if (b.kind == language::Block::Kind::scenario) add_line(b.info, b.info_line, b.info_column - 1);
    for (std::uint32_t i = 0; i < b.lines.size(); ++i) add_line(b.lines[i], b.first_line + i, 0);
  }
  // What a name was found to be goes before what its letters look like.
  std::vector<Mark> names;
  for (const SymbolUse& u : pack.analysis.uses) {
    if (u.range.file == file && u.range.length > 0) {
      names.push_back(
          {u.range.line, u.range.column, u.range.length, colour_of(pack.analysis.symbols[u.symbol].kind)});
    }
  }
  std::erase_if(marks, [&](const Mark& m) {
    const auto at = std::upper_bound(names.begin(), names.end(), m, [](const Mark& x, const Mark& y) {
      return std::pair(x.line, x.column) < std::pair(y.line, y.column);
    });
    return at != names.begin() && std::prev(at)->line == m.line &&
           std::prev(at)->column + std::prev(at)->length > m.column;
  });
  marks.insert(marks.end(), names.begin(), names.end());
  std::stable_sort(marks.begin(), marks.end(), [](const Mark& x, const Mark& y) {
    return std::pair(x.line, x.column) < std::pair(y.line, y.column);
  });
  Datum data = Datum::list();
  Position before;
  std::uint32_t end_before = 0;
  for (const Mark& m : marks) {
    const std::string_view line = pack.lines[file][m.line - 1];
    const Position at{m.line - 1, units_before(line, m.column - 1)};
    const std::uint32_t end = units_before(line, m.column - 1 + m.length);
    // Two names at one place: the first.
    if (end <= at.character || (at.line == before.line && at.character < end_before)) continue;
    const std::uint32_t lines = at.line - before.line;
    for (const std::uint32_t n : {lines, lines == 0 ? at.character - before.character : at.character,
                                  end - at.character, static_cast<std::uint32_t>(m.colour), 0U})
      data.items.push_back(Datum::of_number(std::int64_t{n}));
    before = at;
    end_before = end;
  }
  return Datum::record({{"data", std::move(data)}});
}

}  // namespace counterpart::lsp
