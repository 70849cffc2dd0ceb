#include "language/diagnostic.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace counterpart::language {

namespace {

constexpr DiagnosticKind kinds[] = {
    {"E0101", Severity::error, "a block of rules or scenarios that is not closed"},
    {"E0102", Severity::error, "a character or literal that cannot be read"},
    {"E0103", Severity::error, "a declaration that does not begin with a known word"},
    {"E0104", Severity::error, "a clause that does not belong to its declaration"},
    {"E0105", Severity::error, "something else was expected here"},
    {"E0106", Severity::error, "an expression nested too deeply"},
    {"E0107", Severity::error, "the pack has no agreement declaration, or several"},
    {"E0108", Severity::error, "a module named by `use` that cannot be found"},
    {"E0109", Severity::error, "modules that take each other in"},
    {"E0201", Severity::error, "a name that nothing declares"},
    {"E0202", Severity::error, "a name declared twice"},
    {"E0203", Severity::error, "two rules that decide the same thing differently"},
    {"E0204", Severity::error, "a verb that is no act on that kind of document"},
    {"E0205", Severity::error, "a stage the kind of document does not have"},
    {"E0206", Severity::error, "a provision that is not in the pack's list"},
    {"E0211", Severity::error, "a parameter of a module that is missing, or that it does not have"},
    {"E0212", Severity::error, "a word of a module replaced by something of another kind"},
    {"E0207", Severity::error, "an act on what is read from another agreement"},
    {"E0207", Severity::error, "an excuse or a waiver of what no rule demands"},
    {"E0208", Severity::error, "a warning accepted that is none, or without a reason"},
    {"E0301", Severity::error, "a value of the wrong type"},
    {"E0302", Severity::error, "a condition that is neither true nor false"},
    {"E0303", Severity::error, "a condition that can be unknown without saying what then"},
    {"E0304", Severity::error, "something that is only known while an act is judged"},
    {"E0305", Severity::error, "a document made without a field it needs"},
    {"E0401", Severity::error, "a scenario's line that cannot be read"},
    {"E0402", Severity::error, "a scenario that builds on one that is not there"},
    {"E0403", Severity::error, "a document a scenario has not introduced"},
    {"E0501", Severity::error, "a calendar or zone that cannot be had"},
    {"W0601", Severity::warning, "a duty that nothing ends"},
    {"W0602", Severity::warning, "a stage that nothing leads to"},
    {"W0603", Severity::warning, "a stage that waits and that nothing ends"},
    {"W0604", Severity::warning, "a provision accounted for twice"},
    {"W0605", Severity::warning, "a duty that nobody can perform"},
    {"W0606", Severity::warning, "an act that no office may sign"},
    {"W0607", Severity::warning, "a term, calendar or receipt rule that nothing uses"},
    {"W0608", Severity::warning, "a reading, unknown or claim that nothing uses"},
    {"W0610", Severity::warning, "a silence that changes nothing"},
    {"W0611", Severity::warning, "an end before its beginning"},
    {"W0612", Severity::warning, "a power without a window"},
    {"W0613", Severity::warning, "a provision of a section that has no heading"},
    {"W0614", Severity::warning, "a warning accepted that is not given"},
    {"W0615", Severity::warning, "a duty to do what is prohibited"},
};

std::string_view line_of(std::string_view text, std::uint32_t line) {
  std::size_t start = 0;
  for (std::uint32_t n = 1; n < line; ++n) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return {};
    start = end + 1;
  }
  return text.substr(start, text.find('\n', start) - start);
}

void draw_label(std::string& out, const Label& label, const PackSource& pack, std::string_view path_before,
                char mark, std::size_t gutter) {
  if (label.range.file >= pack.files.size()) return;
  const SourceFile& file = pack.files[label.range.file];
  const std::string_view source = line_of(file.text, label.range.line);
  if (path_before != file.path)
    out += fmt::format("{:>{}} ┌─ {}:{}\n", "", gutter, file.path, label.range.line);
  out += fmt::format("{:>{}}│ {}\n", label.range.line, gutter, source);
  const std::size_t column =
      std::min<std::size_t>(label.range.column == 0 ? 0 : label.range.column - 1, source.size());
  std::size_t length = std::max<std::uint32_t>(1, label.range.length);
  length = std::min(length, std::max<std::size_t>(1, source.size() - column));
  out += fmt::format("{:>{}}│ {:>{}}{} {}\n", "", gutter, "", column, std::string(length, mark), label.text);
}

}  // namespace

std::span<const DiagnosticKind> diagnostic_kinds() { return kinds; }

std::string page_of(std::string_view code) {
  return code.starts_with('W') ? "docs/lints/" + std::string(code) + ".md" : std::string();
}

std::string render(std::span<const Diagnostic> diagnostics, const PackSource& pack) {
  std::string out;
  for (const Diagnostic& d : diagnostics) {
    out += fmt::format("{}[{}]: {}\n", d.severity == Severity::error ? "error" : "warning", d.code, d.title);
    std::uint32_t last = d.primary.range.line;
    for (const Label& other : d.others) last = std::max(last, other.range.line);
    const std::size_t gutter = std::max<std::size_t>(4, std::to_string(last).size() + 1);
    if (d.primary.range.line > 0) {
      draw_label(out, d.primary, pack, "", '^', gutter);
      for (const Label& other : d.others) {
        draw_label(out, other, pack,
                   d.primary.range.file < pack.files.size()
                       ? std::string_view(pack.files[d.primary.range.file].path)
                       : std::string_view(),
                   '-', gutter);
      }
    }
    if (!d.help.empty()) out += "help: " + d.help + "\n";
    if (const std::string page = page_of(d.code); !page.empty()) out += "more: " + page + "\n";
    out += '\n';
  }
  return out;
}

Datum to_datum(std::span<const Diagnostic> diagnostics, const PackSource& pack) {
  const auto place = [&](const Label& label) {
    Datum d = Datum::record();
    d.set("file",
          Datum::of_text(label.range.file < pack.files.size() ? pack.files[label.range.file].path : ""));
    d.set("line", Datum::of_number(std::int64_t{label.range.line}));
    d.set("column", Datum::of_number(std::int64_t{label.range.column}));
    d.set("length", Datum::of_number(std::int64_t{label.range.length}));
    d.set("text", Datum::of_text(label.text));
    return d;
  };
  Datum list = Datum::list();
  for (const Diagnostic& d : diagnostics) {
    Datum row = Datum::record();
    row.set("code", Datum::of_text(std::string(d.code)));
    row.set("severity", Datum::of_text(d.severity == Severity::error ? "error" : "warning"));
    row.set("title", Datum::of_text(d.title));
    row.set("primary", place(d.primary));
    Datum others = Datum::list();
    for (const Label& other : d.others) others.items.push_back(place(other));
    row.set("others", std::move(others));
    row.set("help", Datum::of_text(d.help));
    if (const std::string page = page_of(d.code); !page.empty()) row.set("page", Datum::of_text(page));
    list.items.push_back(std::move(row));
  }
  return list;
}

bool has_errors(std::span<const Diagnostic> diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::error; });
}

}  // namespace counterpart::language
