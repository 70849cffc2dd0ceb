#include "language/accepted.h"

#include <fmt/core.h>

#include <algorithm>

namespace counterpart::language {

namespace {

const DiagnosticKind* kind_of(std::string_view code) {
  for (const DiagnosticKind& kind : diagnostic_kinds()) {
    if (kind.code == code) return &kind;
  }
  return nullptr;
}

void add(std::vector<Diagnostic>& diagnostics, std::string_view code, const Range& range, std::string title,
         std::string label, std::string help) {
  const DiagnosticKind* kind = kind_of(code);
  diagnostics.push_back({code,
                         std::move(title),
                         {range, std::move(label)},
                         {},
                         std::move(help),
                         kind == nullptr ? Severity::error : kind->severity});
}

// One line: `accepts CODE, CODE because "…"`.
void read(const Line& line, std::uint32_t first, std::uint32_t last, std::vector<Accepted>& out,
          std::vector<Diagnostic>& diagnostics) {
  std::vector<Accepted> rows;
  std::size_t at = 1;
  const auto is = [&](std::string_view word) {
    return at < line.tokens.size() && line.tokens[at].text == word;
  };
  for (bool more = true; more && at < line.tokens.size();) {
    const Token& code = line.tokens[at];
    const DiagnosticKind* kind = kind_of(code.text);
    if (kind == nullptr || kind->severity != Severity::warning) {
      add(diagnostics, "E0208", code.range, "only a warning can be accepted",
          kind == nullptr ? fmt::format("\"{}\" is the code of nothing", code.text) : "this is an error",
          "`accepts W0602 because \"why it is right here\"`");
      return;
    }
    rows.push_back({std::string(code.text), code.range, first, last, {}, false});
    ++at;
    more = is(",");
    if (more) ++at;
  }
  if (!is("because") || at + 1 >= line.tokens.size() || line.tokens[at + 1].kind != TokenKind::text ||
      line.tokens[at + 1].text.empty()) {
    add(diagnostics, "E0208", line.tokens.front().range, "a warning is accepted for a reason",
        "no `because \"…\"` follows", "`accepts W0602 because \"why it is right here\"`");
    return;
  }
  for (Accepted& row : rows) {
    row.reason = line.tokens[at + 1].text;
    out.push_back(std::move(row));
  }
}

// A document may have a field of this name: only before a code is it the language's word.
bool accepts(const Line& line) {
  if (line.tokens.size() < 2 || line.tokens[0].text != "accepts") return false;
  const std::string_view code = line.tokens[1].text;
  return code.size() == 5 && (code[0] == 'W' || code[0] == 'E') &&
         std::all_of(code.begin() + 1, code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<Accepted> take_accepted(std::vector<Declaration>& declarations,
                                    std::vector<Diagnostic>& diagnostics) {
  std::vector<Accepted> out;
  for (Declaration& d : declarations) {
    if (accepts(d.head)) {
      read(d.head, 0, UINT32_MAX, out, diagnostics);
      continue;
    }
    std::uint32_t last = d.head.tokens.front().range.line;
    for (const Token& t : d.head.tokens) last = std::max(last, t.range.line);
    for (const Line& line : d.clauses) {
      for (const Token& t : line.tokens) last = std::max(last, t.range.line);
    }
    for (const Line& line : d.clauses) {
      if (accepts(line)) read(line, d.head.tokens.front().range.line, last, out, diagnostics);
    }
    std::erase_if(d.clauses, accepts);
  }
  std::erase_if(declarations, [](const Declaration& d) { return accepts(d.head); });
  return out;
}

void apply_accepted(std::vector<Accepted>& accepted, std::vector<Diagnostic>& diagnostics) {
  std::erase_if(diagnostics, [&](const Diagnostic& d) {
    if (d.severity != Severity::warning) return false;
    bool taken = false;
    for (Accepted& a : accepted) {
      const Range& at = d.primary.range;
      if (a.code != d.code || a.said.file != at.file || at.line < a.first_line || at.line > a.last_line)
        continue;
      taken = a.used = true;
    }
    return taken;
  });
  if (has_errors(diagnostics)) return;  // what is not looked at gives no warning
  for (const Accepted& a : accepted) {
    if (!a.used) {
      add(diagnostics, "W0614", a.said, fmt::format("{} is accepted and not given", a.code),
          "nothing here deserves this warning", "remove the line");
    }
  }
}

}  // namespace counterpart::language
