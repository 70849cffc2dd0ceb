#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "language/keywords.h"
#include "lsp/answers.h"

// What could stand at a place: words of the language where its parsers look for them, and names where names
// go.

namespace counterpart::lsp {

using language::Symbol;
using language::SymbolKind;
using language::TokenKind;

namespace {

// Numbers of the protocol's kinds of suggestions.
std::int64_t icon(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::field:
    case SymbolKind::input:
      return 5;  // field
    case SymbolKind::stage:
    case SymbolKind::alternative:
      return 20;  // enum member
    case SymbolKind::kind:
      return 22;  // struct
    case SymbolKind::act:
      return 3;  // function
    case SymbolKind::party:
    case SymbolKind::office:
      return 7;  // class
    case SymbolKind::provision:
    case SymbolKind::setup:
      return 18;  // reference
    case SymbolKind::calendar:
    case SymbolKind::receipt:
    case SymbolKind::claim:
    case SymbolKind::due:
    case SymbolKind::account:
    case SymbolKind::term:
    case SymbolKind::unknown:
    case SymbolKind::reading:
      return 6;  // variable
  }
  return 6;
}

constexpr std::int64_t keyword_icon = 14;

class Suggestions {
 public:
  explicit Suggestions(const Place& place) : place_(place), pack_(place.pack) {}

  Datum answer() {
    find();
    return Datum::record({{"isIncomplete", Datum::of(false)}, {"items", std::move(items_)}});
  }

 private:
  void find() {
    const std::string_view before = place_.line().substr(0, place_.byte());
    for (const language::Block& b : pack_.analysis.text.blocks) {
      const std::uint32_t line = place_.at.line + 1;
      if (b.file != place_.file) continue;
      if (line == b.info_line && b.kind == language::Block::Kind::scenario && in_brackets(before))
        return provisions(before);
      if (line < b.first_line || line >= b.first_line + b.lines.size()) continue;
      if (in_brackets(before)) return provisions(before);
      if (in_quotes_or_comment(before)) return;
      if (b.kind == language::Block::Kind::rules) return rules(b, before);
      return story(before);
    }
    if (in_brackets(before)) provisions(before);
  }

  // --- where ---

  static bool in_brackets(std::string_view before) {
    const std::size_t open = before.rfind('[');
    return open != std::string_view::npos && before.find(']', open) == std::string_view::npos;
  }
  static bool in_quotes_or_comment(std::string_view before) {
    bool quoted = false;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] == '"') quoted = !quoted;
      if (!quoted && before.substr(i).starts_with("-- ")) return true;
    }
    return quoted;
  }

  // The tokens before the word being typed.
  static std::vector<language::Token> whole_tokens(std::string_view before) {
    std::size_t end = before.size();
    const auto part_of_word = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '-';
    };
    while (end > 0 && part_of_word(before[end - 1])) --end;
    std::vector<language::Diagnostic> ignored;
    return language::read_line(before.substr(0, end), 0, 1, ignored).tokens;
  }

  // --- what ---

  void add(const std::string& label, std::int64_t kind, std::string detail, int rank, std::string insert = {},
           std::string more = {}) {
    if (!seen_.insert(label).second) return;
    Datum item = Datum::record({{"label", Datum::of_text(label)}, {"kind", Datum::of_number(kind)}});
    if (!detail.empty()) item.set("detail", Datum::of_text(std::move(detail)));
    if (!more.empty()) item.set("documentation", Datum::of_text(std::move(more)));
    item.set("sortText", Datum::of_text(std::to_string(rank) + label));
    if (!insert.empty()) item.set("insertText", Datum::of_text(std::move(insert)));
    items_.items.push_back(std::move(item));
  }

  // The words a form begins with, up to what is one's own.
  static std::string beginning(std::string_view form) {
    std::string out;
    while (!form.empty()) {
      const std::size_t end = std::min(form.find(' '), form.size());
      const std::string_view word = form.substr(0, end);
      if (word.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ[") != std::string_view::npos) return out;
      out += std::string(word) + (end < form.size() ? " " : "");
      form.remove_prefix(std::min(end + 1, form.size()));
    }
    return out;
  }

  void forms(std::span<const language::Form> all, int rank) {
    for (const language::Form& f : all) {
      const std::string begins = beginning(f.form);
      if (!begins.empty()) add(std::string(f.form), keyword_icon, std::string(f.says), rank, begins);
    }
  }
  void words(std::span<const language::Form> all, int rank) {
    for (const std::string& word : language::words_of(all)) add(word, keyword_icon, {}, rank);
  }

  void names(std::initializer_list<SymbolKind> kinds, std::string_view of, int rank) {
    for (const Symbol& s : pack_.analysis.symbols) {
      if (std::find(kinds.begin(), kinds.end(), s.kind) == kinds.end()) continue;
      const bool owned = s.kind == SymbolKind::field || s.kind == SymbolKind::stage ||
                         s.kind == SymbolKind::act || s.kind == SymbolKind::claim;
      if (owned && !of.empty() && s.of != of) continue;
      add(s.name, icon(s.kind), s.of.empty() ? std::string() : "of " + s.of, rank);
    }
  }

  void provisions(std::string_view before) {
    const std::size_t open = before.rfind('[');
    const Position from{place_.at.line, units_before(place_.line(), open + 1)};
    std::string here;
    for (const language::SectionText& s : pack_.analysis.text.sections) {
      if (s.file == place_.file && s.line <= place_.at.line + 1 && !s.number.empty()) here = s.number;
    }
    for (const Symbol& s : pack_.analysis.symbols) {
      if (s.kind != SymbolKind::provision) continue;
      const bool near = !here.empty() && s.name.starts_with(here);
      std::string prose = s.prose;
      std::replace(prose.begin(), prose.end(), '\n', ' ');
      items_.items.push_back(Datum::record(
          {{"label", Datum::of_text(s.name)},
           {"kind", Datum::of_number(icon(s.kind))},
           {"detail", Datum::of_text(std::move(prose))},
           {"sortText", Datum::of_text((near ? "0" : "1") + s.name)},
           {"filterText", Datum::of_text(s.name)},
           {"textEdit",
            Datum::record({{"range", range_datum(from, place_.at)}, {"newText", Datum::of_text(s.name)}})}}));
    }
  }

  // The declaration this line belongs to.
  const language::Declaration* enclosing(const language::Block& block) const {
    const language::Declaration* found = nullptr;
    for (const language::Declaration& d : pack_.analysis.declarations) {
      if (d.file != block.file || d.head.tokens.empty()) continue;
      const std::uint32_t line = d.head.tokens.front().range.line;
      if (line >= block.first_line && line <= place_.at.line + 1) found = &d;
    }
    return found;
  }

  // The kind of document a declaration is about: the last one its first line names.
  std::string subject(const language::Declaration& d) const {
    std::string found;
    for (const language::Token& t : d.head.tokens) {
      if (t.kind != TokenKind::name) continue;
      const bool is_kind =
          std::any_of(pack_.analysis.symbols.begin(), pack_.analysis.symbols.end(),
                      [&](const Symbol& s) { return s.kind == SymbolKind::kind && s.name == t.text; });
      if (!is_kind) continue;
      found = t.text;
      const std::string_view word = d.head.tokens.front().text;
      if (word == "document" || word == "part") break;
    }
    return found;
  }

  void rules(const language::Block& block, std::string_view before) {
    const std::vector<language::Token> tokens = whole_tokens(before);
    const bool indented = before.starts_with(' ') || before.starts_with('\t');
    if (tokens.empty() && !indented) {
      for (const language::DeclarationWord& d : language::declaration_words()) {
        add(std::string(d.word), keyword_icon, std::string(d.form), 0, std::string(d.word) + " ",
            std::string(d.says));
      }
      return;
    }
    const language::Declaration* d = enclosing(block);
    const language::DeclarationWord* word =
        d != nullptr ? language::declaration_word(d->head.tokens.front().text) : nullptr;
    const std::string about = d != nullptr ? subject(*d) : std::string();
    if (tokens.empty()) {
      if (word != nullptr) forms(word->clauses, 0);
      return;
    }
    const std::string_view last = tokens.back().text;
    const std::string_view first = tokens.front().text;
    if (last == "." && tokens.size() >= 2) return fields_after_dot();
    if (!indented && first == "use") return modules();
    if (!indented && (last == "from" || last == "to" || last == "by") &&
        (first == "document" || first == "act" || first == "due" || first == "claim"))
      return names({SymbolKind::party}, {}, 0);
    if (last == "becomes" || last == "->" || last == ":" || (last == "entry" || last == "into")) {
      names({SymbolKind::stage}, about, 0);
      if (last != ":") return;
    }
    if (first == "received" && last == "as") return names({SymbolKind::receipt}, {}, 0);
    if (last == "skipping" || last == "are") return names({SymbolKind::calendar, SymbolKind::unknown}, {}, 0);
    const bool declares_fields = word != nullptr && (word->word == "document" || word->word == "part");
    if (declares_fields && indented && (tokens.size() == 1 || last == "of")) {
      forms(language::type_forms(), 0);
      return names({SymbolKind::kind}, {}, 1);
    }
    names({SymbolKind::field}, about, 0);
    names({SymbolKind::stage, SymbolKind::act, SymbolKind::claim, SymbolKind::due}, about, 1);
    names({SymbolKind::term, SymbolKind::unknown, SymbolKind::reading, SymbolKind::alternative,
           SymbolKind::input},
          {}, 2);
    names({SymbolKind::kind, SymbolKind::party, SymbolKind::office, SymbolKind::calendar}, {}, 3);
    forms(language::expression_forms(), 4);
    if (word != nullptr) words(word->clauses, 5);
    words(language::expression_forms(), 5);
  }

  void fields_after_dot() {
    // The name before the dot was read; what it refers to has the fields.
    const std::string_view line = place_.line();
    std::size_t dot = place_.byte();
    while (dot > 0 && line[dot - 1] != '.') --dot;
    if (dot == 0) return;
    const auto* use = pack_.analysis.use_at(place_.file, place_.at.line + 1, static_cast<std::uint32_t>(dot));
    std::vector<std::string> kinds;
    if (use != nullptr) {
      const Symbol& s = pack_.analysis.symbols[use->symbol];
      kinds = s.kind == SymbolKind::kind ? std::vector<std::string>{s.name} : s.refers_to;
    }
    // Where the line cannot be read yet, every field that may follow.
    if (kinds.empty()) kinds.emplace_back();
    for (const std::string& k : kinds) names({SymbolKind::field}, k, 0);
  }

  void modules() {
    std::error_code error;
    const auto library = std::filesystem::path(pack_.root).parent_path() / "library";
    for (const auto& item : std::filesystem::directory_iterator(library, error)) {
      if (item.path().extension() == ".md") add(item.path().stem().string(), 9, "agreements/library", 0);
    }
  }

  static std::string third_person(std::string_view verb) {
    const std::size_t end = std::min(verb.find(' '), verb.size());
    std::string first(verb.substr(0, end));
    const auto ends = [&](std::string_view s) { return first.ends_with(s); };
    if (ends("y") && first.size() > 1 &&
        std::string_view("aeiou").find(first[first.size() - 2]) == std::string_view::npos) {
      first.replace(first.size() - 1, 1, "ies");
    } else {
      first += ends("s") || ends("x") || ends("sh") || ends("ch") || ends("o") ? "es" : "s";
    }
    return first + std::string(verb.substr(end));
  }

  void story(std::string_view before) {
    const std::vector<language::Token> tokens = whole_tokens(before);
    const auto is_party = [&](const language::Token& t) {
      return std::any_of(pack_.analysis.symbols.begin(), pack_.analysis.symbols.end(),
                         [&](const Symbol& s) { return s.kind == SymbolKind::party && s.name == t.text; });
    };
    if (tokens.empty() && !before.starts_with(' ')) {
      add("after", keyword_icon, "after TEXT", 0, "after ");
      return;
    }
    const bool dated =
        !tokens.empty() && (tokens.back().kind == TokenKind::date || tokens.back().kind == TokenKind::time);
    if (dated || (!tokens.empty() && tokens.back().text == ";")) {
      names({SymbolKind::party}, {}, 0);
      names({SymbolKind::kind, SymbolKind::field}, {}, 1);
      for (const std::string_view word : {"that is", "the duty under", "known"})
        add(std::string(word), keyword_icon, {}, 2);
      return;
    }
    if (!tokens.empty() && is_party(tokens.back())) {
      for (const Symbol& s : pack_.analysis.symbols) {
        if (s.kind == SymbolKind::act) add(third_person(s.name), icon(s.kind), "of " + s.of, 0);
      }
      for (const std::string_view word :
           {"must", "need not", "may", "may not", "owes", "is in breach of", "claims", "contests", "agrees",
            "corrects", "ratifies", "shows", "supplies", "chooses", "appoints", "relieves", "designates",
            "records a ruling on"})
        add(std::string(word), keyword_icon, {}, 1);
      return;
    }
    names({SymbolKind::field, SymbolKind::input}, {}, 0);
    names({SymbolKind::stage, SymbolKind::kind}, {}, 1);
    names({SymbolKind::office, SymbolKind::party, SymbolKind::act, SymbolKind::claim, SymbolKind::unknown,
           SymbolKind::reading},
          {}, 2);
    words(language::story_forms(), 3);
  }

  const Place& place_;
  const Pack& pack_;
  Datum items_ = Datum::list();
  std::set<std::string> seen_;
};

}  // namespace

Datum completion(const Place& place) { return Suggestions(place).answer(); }

}  // namespace counterpart::lsp
