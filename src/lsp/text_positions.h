#pragma once

// An editor counts lines from 0 and columns in UTF-16 code units; the compiler counts from 1 and in bytes.

#include <cstdint>
#include <string_view>
#include <vector>

namespace counterpart::lsp {

struct Position {
  std::uint32_t line = 0;       // from 0
  std::uint32_t character = 0;  // UTF-16 code units
};

// Code units before this byte of a line, and the byte after so many units (within a character: before it).
// Both stop at the line's end.
std::uint32_t units_before(std::string_view line, std::size_t byte);
std::size_t byte_after(std::string_view line, std::uint32_t units);

// A text's lines without their endings. Looks into the text.
class Lines {
 public:
  explicit Lines(std::string_view text);
  // An empty line where there is none.
  [[nodiscard]] std::string_view operator[](std::size_t line) const {
    return line < lines_.size() ? lines_[line] : std::string_view();
  }
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  // Where a position stands in the text, in bytes.
  [[nodiscard]] std::size_t offset(Position at) const;

 private:
  std::string_view text_;
  std::vector<std::string_view> lines_;
};

}  // namespace counterpart::lsp
