#pragma once

// Colours for editors that have no language server at hand, written from the table of words (keywords.h) and
// in the terms of the lexer. What is committed under editors/ and ui/ is what these answer; a test compares
// them.

#include <string>
#include <vector>

namespace counterpart::language {

// Words at the left edge, and all other words of the language; sorted.
std::vector<std::string> left_edge_words();
std::vector<std::string> inner_words();

// A TextMate grammar, scope source.counterpart, with the parts `rules` and `story`.
std::string textmate_grammar();
// A parser for CodeMirror's StreamLanguage, as TypeScript.
std::string codemirror_mode();

}  // namespace counterpart::language
