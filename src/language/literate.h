#pragma once

// Markdown in: headings become sections, prose is kept under them, fenced blocks are cut out with their
// lines.

#include "language/diagnostic.h"

#include <string>
#include <string_view>
#include <vector>

namespace counterpart::language {

struct Block {
  enum class Kind : std::uint8_t { rules, scenario } kind = Kind::rules;
  std::uint32_t file = 0;
  std::uint32_t section = 0;     // index into Literate::sections
  std::uint32_t first_line = 0;  // line of the first line inside
  std::string_view info;         // what follows the word after the fence: title and citations of a scenario
  std::uint32_t info_line = 0, info_column = 0;
  std::vector<std::string_view> lines;
};

struct SectionText {
  std::string number;  // "2.3"; empty where the heading begins with none
  std::string title;
  std::uint32_t level = 0;  // number of # signs; 0: the file before any heading
  std::uint32_t file = 0, line = 0;
  std::string prose;
};

struct ProvisionText {
  std::string id;  // "2.3-e"
  std::uint32_t section = 0;
  std::uint32_t file = 0, line = 0, column = 0;
  std::string prose;  // what follows the mark, to the next mark or the paragraph's end
};

struct Literate {
  std::vector<SectionText> sections;
  std::vector<ProvisionText> provisions;
  std::vector<Block> blocks;
};

Literate read_literate(const PackSource& pack, std::vector<Diagnostic>& diagnostics);

}  // namespace counterpart::language
