#pragma once

// A diagnostic is data, drawn once: terminal, page and editor draw the same value.

#include "base/datum.h"
#include "language/source.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace counterpart::language {

struct Range {
  std::uint32_t file = 0;    // index into PackSource::files
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1, in bytes
  std::uint32_t length = 1;
  std::uint32_t use = 0;  // in a module: which use of it, counted from 1
};

enum class Severity : std::uint8_t { error, warning };

struct Label {
  Range range;
  std::string text;
};

struct Diagnostic {
  std::string_view code;      // registered below
  std::string title;          // what is wrong
  Label primary;              // the narrowest range that is wrong, and what was seen there
  std::vector<Label> others;  // the other places that matter
  std::string help;           // what would mend it, when that is known
  Severity severity = Severity::error;
};

// Every code the compiler can give, with what it is about, in one place.
struct DiagnosticKind {
  std::string_view code;
  Severity severity;
  std::string_view about;
};
std::span<const DiagnosticKind> diagnostic_kinds();

// The page that explains a warning, or nothing.
std::string page_of(std::string_view code);

// As the terminal shows them, each followed by an empty line.
std::string render(std::span<const Diagnostic> diagnostics, const PackSource& pack);
Datum to_datum(std::span<const Diagnostic> diagnostics, const PackSource& pack);
bool has_errors(std::span<const Diagnostic> diagnostics);

}  // namespace counterpart::language
