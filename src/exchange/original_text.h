#pragma once

// An agreement's original text, as its user has it, cut into the sections of a pack by their numbers.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace counterpart::exchange {

struct OriginalText {
  std::vector<std::pair<std::string, std::string>> sections;  // number, words
  std::vector<std::string> missing;                           // wanted, and not found in order
  std::size_t dropped_lines = 0;                              // page numbers, headers and footers
};

// Finds each of `wanted` ("2.3", in the pack's order) where a line begins with it, in the order of the text;
// a section runs to the next number found anywhere in the text. Page breaks, page numbers and lines that
// repeat at the pages' edges are left out. A table of contents, where numbers stand close together, is passed
// over.
OriginalText align_original(std::string_view text, std::span<const std::string> wanted);

}  // namespace counterpart::exchange
