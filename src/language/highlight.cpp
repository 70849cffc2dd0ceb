#include "language/highlight.h"

#include <algorithm>
#include <set>

#include "base/datum.h"
#include "language/keywords.h"

namespace counterpart::language {

namespace {

// As the lexer reads them.
constexpr const char* comment = "--(?=[ -]|$).*$";
constexpr const char* cite = R"(\[[^\]]*\])";
constexpr const char* quoted = R"("[^"]*")";
constexpr const char* date = R"(\d{4}-\d{2}-\d{2}(?![A-Za-z0-9]))";
constexpr const char* time_of_day = R"(\d{2}:\d{2}(?::\d{2})?(?!\d))";
constexpr const char* number = R"(\$?\d[\d,]*(?:\.\d+)?%?(?![\w.(-]))";
constexpr const char* name = R"([A-Z]\w*(?:-\w+)*)";
constexpr const char* word = R"([a-z_]\w*(?:-\w+)*)";

std::string either(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : "|") + w;
  return out;
}

Datum rule(std::string match, const char* scope) {
  return Datum::record({{"match", Datum::of_text(std::move(match))},
                        {"name", Datum::of_text(std::string(scope) + ".counterpart")}});
}

// The patterns of a block; of rules, words at the left edge stand out.
Datum patterns(bool rules) {
  Datum out = Datum::list();
  const auto add = [&](std::string match, const char* scope) {
    out.items.push_back(rule(std::move(match), scope));
  };
  add(comment, "comment.line.double-dash");
  add(quoted, "string.quoted.double");
  add(cite, "constant.other.reference");
  if (rules) add("^(?:" + either(left_edge_words()) + R"()(?![\w-]))", "keyword.control");
  add(date, "constant.numeric.date");
  add(time_of_day, "constant.numeric.time");
  add(number, "constant.numeric");
  add(name, "entity.name.type");
  add("(?:" + either(inner_words()) + R"()(?![\w-]))", "keyword.other");
  add(word, "variable.other");
  return out;
}

std::string js_list(const std::vector<std::string>& words) {
  constexpr std::size_t widest = 118;
  std::string out;
  std::string line = " ";
  for (const std::string& w : words) {
    const std::string item = " '" + w + "',";
    if (line.size() + item.size() > widest) {
      out += line + "\n";
      line = " ";
    }
    line += item;
  }
  return out + line + "\n";
}

}  // namespace

std::vector<std::string> left_edge_words() {
  std::vector<std::string> out;
  for (const DeclarationWord& d : declaration_words()) out.emplace_back(d.word);
  std::sort(out.begin(), out.end());
  return out;
}

std::string textmate_grammar() {
  const Datum grammar = Datum::record(
      {{"comment",
        Datum::of_text(
            "Written by `counterpart highlight --vscode`; change src/language/keywords.cpp instead.")},
       {"scopeName", Datum::of_text("source.counterpart")},
       {"patterns", Datum::list({Datum::record({{"include", Datum::of_text("#rules")}})})},
       {"repository", Datum::record({{"rules", Datum::record({{"patterns", patterns(true)}})},
                                     {"story", Datum::record({{"patterns", patterns(false)}})}})}});
  return write_json_pretty(grammar) + "\n";
}

std::string codemirror_mode() {
  std::string out =
      "// Written by `counterpart highlight --codemirror`; change src/language/keywords.cpp instead.\n"
      "\n"
      "// Colours of a pack's blocks for CodeMirror: `StreamLanguage.define(rules)` from "
      "@codemirror/language, or\n"
      "// `story` for a scenario. It asks of the stream only what stands here, so that it can be tested "
      "without an editor.\n"
      "export interface Stream {\n"
      "  sol(): boolean;\n"
      "  match(pattern: RegExp): unknown;\n"
      "  next(): string | void;\n"
      "}\n"
      "\n"
      "const leftEdge = new Set([\n" +
      js_list(left_edge_words()) +
      "]);\n"
      "\n"
      "const words = new Set([\n" +
      js_list(inner_words()) +
      "]);\n"
      "\n";
  out += "const patterns: [RegExp, string][] = [\n";
  const auto pattern = [&](const std::string& regex, const char* kind) {
    // A slash ends a pattern in this language.
    std::string escaped;
    for (const char c : regex) escaped += c == '/' ? "\\/" : std::string(1, c);
    out += "  [/^(?:" + escaped + ")/, '" + kind + "'],\n";
  };
  pattern(comment, "comment");
  pattern(quoted, "string");
  pattern(cite, "link");
  pattern(date, "number");
  pattern(time_of_day, "number");
  pattern(number, "number");
  pattern(name, "typeName");
  out +=
      "];\n"
      "const word = /^" +
      std::string(word) +
      "/;\n"
      "\n"
      "function token(stream: Stream, edge: boolean): string | null {\n"
      "  const first = stream.sol();\n"
      "  for (const [pattern, kind] of patterns) if (stream.match(pattern)) return kind;\n"
      "  const found = stream.match(word);\n"
      "  if (!found) {\n"
      "    stream.next();\n"
      "    return null;\n"
      "  }\n"
      "  const said = (found as RegExpMatchArray)[0];\n"
      "  if (edge && first && leftEdge.has(said)) return 'definitionKeyword';\n"
      "  return words.has(said) ? 'keyword' : 'variableName';\n"
      "}\n"
      "\n"
      "const languageData = { commentTokens: { line: '--' } };\n"
      "export const rules = { name: 'counterpart', languageData, token: (stream: Stream) => token(stream, "
      "true) };\n"
      "export const story = { name: 'scenario', languageData, token: (stream: Stream) => token(stream, "
      "false) };\n";
  return out;
}

}  // namespace counterpart::language
