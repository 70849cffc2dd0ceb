#pragma once

// The words of the language, in one table: what may stand at the left edge, which clauses may follow, and the
// words of expressions, types and stories. The compiler's help, the editors' colours and their suggestions
// all come from here; a test holds the parsers to it.
//
// A form is written as a pack would write it, with CAPITALS where something of one's own stands.

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace counterpart::language {

struct Form {
  std::string_view form;  // "within DURATION"
  std::string_view says;  // "how long it may take"
};

struct DeclarationWord {
  std::string_view word;  // "duty"
  std::string_view form;  // "duty PARTY VERB KIND"
  std::string_view says;
  bool has_body = false;  // lowered after all names are known
  std::span<const Form> clauses;
};

std::span<const DeclarationWord> declaration_words();
// The row of a word at the left edge, or null.
const DeclarationWord* declaration_word(std::string_view word);
// "from OPENING, within DURATION, …": for a diagnostic's help.
std::string clause_forms(std::string_view declaration);

std::span<const Form> expression_forms();
std::span<const Form> type_forms();
std::span<const Form> story_forms();

// Every word of these that is the language's own, sorted, each once: in lower case in a form, or between
// `these` in what it says.
std::vector<std::string> words_of(std::span<const Form> forms);
// Every word that may stand inside a line, sorted, each once.
std::vector<std::string> inner_words();
// These and the words at the left edge.
std::set<std::string> all_words();

}  // namespace counterpart::language
