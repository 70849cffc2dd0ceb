#include "lsp/answers.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "language/lexer.h"

namespace counterpart::lsp {

using language::Symbol;
using language::SymbolKind;
using language::SymbolUse;

namespace {

namespace fs = std::filesystem;

// Why names of a kind cannot be changed here; empty where they can.
std::string_view reason_against(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::kind:
    case SymbolKind::field:
    case SymbolKind::stage:
    case SymbolKind::input:
    case SymbolKind::calendar:
    case SymbolKind::receipt:
    case SymbolKind::claim:
    case SymbolKind::due:
    case SymbolKind::account:
    case SymbolKind::term:
    case SymbolKind::unknown:
    case SymbolKind::reading:
    case SymbolKind::alternative:
      return {};
    case SymbolKind::act:
      return "a verb is bent where it is used (\"accept\", \"accepts\"), so it is changed by hand";
    case SymbolKind::provision:
      return "a provision has the number the agreement's text gives it";
    case SymbolKind::party:
    case SymbolKind::office:
      return "people and journals know parties and offices by their names, so they are changed by hand";
    case SymbolKind::setup:
      return "a title is words, changed by hand";
  }
  return "this has no name of its own";
}

// Whether journals write names of this kind down.
bool is_recorded(SymbolKind kind) {
  return kind == SymbolKind::kind || kind == SymbolKind::field || kind == SymbolKind::input ||
         kind == SymbolKind::claim || kind == SymbolKind::unknown || kind == SymbolKind::reading ||
         kind == SymbolKind::alternative || kind == SymbolKind::term;
}

// A journal in the pack's folder that has the name, as "file:line".
std::string journal_with(const std::string& root, const Symbol& s) {
  std::error_code error;
  for (const auto& item : fs::recursive_directory_iterator(root, error)) {
    if (item.path().extension() != ".jsonl") continue;
    std::ifstream in(item.path());
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      const bool has = line.find("\"" + s.name + "\"") != std::string::npos ||
                       (s.kind == SymbolKind::kind && line.find("\"" + s.name + "/") != std::string::npos);
      if (has) return fs::relative(item.path(), root, error).string() + ":" + std::to_string(number);
    }
  }
  return {};
}

// What was read, in order: the same before and after a change of name.
std::vector<std::pair<std::uint32_t, bool>> readings_of(const language::Analysis& a) {
  std::vector<std::pair<std::uint32_t, bool>> out;
  for (const SymbolUse& u : a.uses) out.emplace_back(u.symbol, u.declares);
  return out;
}

}  // namespace

Result<language::Range> can_rename(const Place& place) {
  const Pack& pack = place.pack;
  const SymbolUse* use = place.use();
  if (use == nullptr) return fail("rename-nothing", "there is no name here");
  const Symbol& s = pack.analysis.symbols[use->symbol];
  if (const std::string_view against = reason_against(s.kind); !against.empty())
    return fail("rename-refused", std::string(against));
  if (s.declared.line == 0) return fail("rename-refused", s.name + " is there in every pack");
  if (pack.source.files[s.declared.file].path.starts_with("library/"))
    return fail("rename-refused", s.name + " is declared in a module that other packs may take in");
  if (language::has_errors(pack.analysis.compiled.diagnostics)) {
    return fail("rename-refused",
                "the pack has errors, so not every use of a name is known: mend them first");
  }
  for (const SymbolUse& u : pack.analysis.uses) {
    if (u.symbol != use->symbol) continue;
    if (pack.source.files[u.range.file].path.starts_with("library/"))
      return fail("rename-refused", s.name + " is used in a module that other packs may take in");
    for (const SymbolUse& other : pack.analysis.uses) {
      const bool same_place = other.symbol != u.symbol && other.range.file == u.range.file &&
                              other.range.line == u.range.line && other.range.column == u.range.column;
      if (same_place) {
        return fail("rename-refused", "line " + std::to_string(u.range.line) + " of " +
                                          pack.source.files[u.range.file].path + " may mean this " + s.name +
                                          " or another");
      }
    }
  }
  if (is_recorded(s.kind)) {
    if (const std::string journal = journal_with(pack.root, s); !journal.empty()) {
      return fail("rename-refused", journal + " records something under the name " + s.name +
                                        ", and a record is never rewritten");
    }
  }
  return use->range;
}

Result<Datum> rename(const Place& place, const std::string& name, const Workspace& workspace) {
  const Pack& pack = place.pack;
  TRY_ASSIGN([[maybe_unused]] const language::Range at, can_rename(place));
  const std::uint32_t symbol = place.use()->symbol;
  const Symbol& s = pack.analysis.symbols[symbol];
  std::vector<language::Diagnostic> errors;
  const language::Line line = language::read_line(name, 0, 1, errors);
  const auto wanted = s.kind == SymbolKind::kind ? language::TokenKind::name : language::TokenKind::word;
  if (!errors.empty() || line.tokens.size() != 1 || line.tokens[0].kind != wanted ||
      line.tokens[0].text != name) {
    return fail("rename-refused",
                s.kind == SymbolKind::kind
                    ? "the name of a kind begins with a capital and has letters and digits only"
                    : "this name has lower-case letters, digits and _ only, such as ship_on");
  }
  // The files with the new name, from the last use to the first.
  std::map<std::uint32_t, std::string> texts;
  std::map<std::uint32_t, Datum> edits;
  for (auto u = pack.analysis.uses.rbegin(); u != pack.analysis.uses.rend(); ++u) {
    if (u->symbol != symbol) continue;
    const auto [text, added] = texts.try_emplace(u->range.file, pack.source.files[u->range.file].text);
    const auto from = static_cast<std::size_t>(pack.lines[u->range.file][u->range.line - 1].data() -
                                               pack.source.files[u->range.file].text.data()) +
                      u->range.column - 1;
    text->second.replace(from, u->range.length, name);
    auto& list = edits.try_emplace(u->range.file, Datum::list()).first->second;
    list.items.push_back(
        Datum::record({{"range", range_datum(pack, u->range)}, {"newText", Datum::of_text(name)}}));
  }
  auto unsaved = workspace.unsaved();
  for (auto& [file, text] : texts) unsaved.insert_or_assign(pack.paths[file], std::move(text));
  const auto after = read_pack(pack.root, unsaved, workspace.zones());
  for (const language::Diagnostic& d : after->analysis.compiled.diagnostics) {
    if (d.severity == language::Severity::error) {
      return fail("rename-refused", "with the name " + name + ", " + d.title + " (line " +
                                        std::to_string(d.primary.range.line) + ")");
    }
  }
  if (readings_of(after->analysis) != readings_of(pack.analysis)) {
    return fail("rename-refused",
                name + " means something else somewhere, and the pack would be read differently");
  }
  Datum changes = Datum::record();
  for (auto& [file, list] : edits) changes.set(workspace.uri(pack.paths[file]), std::move(list));
  return Datum::record({{"changes", std::move(changes)}});
}

}  // namespace counterpart::lsp
