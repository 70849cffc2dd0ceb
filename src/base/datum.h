#pragma once

// A value as it comes from a file or a form, before anything knows its type. Numbers stay text, so that
// nothing is lost. JSON is read into it and written from it.

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace counterpart {

struct Datum {
  enum class Kind : std::uint8_t { null, yes_no, number, text, list, record };

  Kind kind = Kind::null;
  bool yes = false;
  std::string text;                                   // of text and number (as written)
  std::vector<Datum> items;                           // of a list
  std::vector<std::pair<std::string, Datum>> fields;  // of a record, in the order given; names are unique

  static Datum of_null() { return {}; }
  static Datum of(bool yes);
  static Datum of_text(std::string text);
  static Datum of_number(std::string digits);
  static Datum of_number(std::int64_t n);
  static Datum list(std::vector<Datum> items = {});
  static Datum record(std::vector<std::pair<std::string, Datum>> fields = {});

  // The field of a record, or nullptr.
  [[nodiscard]] const Datum* find(std::string_view name) const;
  // Appends (or replaces) a field of a record.
  Datum& set(std::string name, Datum value);

  friend bool operator==(const Datum&, const Datum&) = default;
};

// Reads one JSON value. At most 64 levels deep and 16 MiB; invalid UTF-8, duplicate names, and numbers
// outside what a decimal can hold are errors naming the byte: "json-malformed", "json-too-deep",
// "json-too-long", "json-duplicate-name".
Result<Datum> read_json(std::string_view text);

// One line, no spaces, fields in the order of the record. Text is valid UTF-8 with only what must be escaped
// escaped: the same value always gives the same bytes.
std::string write_json(const Datum& value);
// The same indented by two spaces, for people.
std::string write_json_pretty(const Datum& value);

// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view text);

}  // namespace counterpart
