#include "language/highlight.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>

#include "base/datum.h"

namespace counterpart::language {
namespace {

std::string file(const std::string& path) {
  std::ifstream in(COUNTERPART_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Highlight, what_is_committed_is_what_the_command_writes) {
  EXPECT_EQ(file("editors/vscode/syntaxes/counterpart.json"), textmate_grammar())
      << "run `counterpart highlight --vscode > editors/vscode/syntaxes/counterpart.json`";
  EXPECT_EQ(file("ui/src/language-mode.ts"), codemirror_mode())
      << "run `counterpart highlight --codemirror > ui/src/language-mode.ts`";
}

// Which scope the grammar's first fitting pattern gives at the start of some words.
std::string scope(const std::string& part, const std::string& words) {
  const auto grammar = read_json(textmate_grammar());
  for (const Datum& p : grammar->find("repository")->find(part)->find("patterns")->items) {
    std::smatch found;
    if (std::regex_search(words, found, std::regex(p.find("match")->text),
                          std::regex_constants::match_continuous))
      return p.find("name")->text;
  }
  return {};
}

TEST(Highlight, reads_words_as_the_lexer_does) {
  EXPECT_EQ(scope("rules", "duty Lessor"), "keyword.control.counterpart");
  EXPECT_EQ(scope("story", "duty under"), "keyword.other.counterpart");
  EXPECT_EQ(scope("rules", "duty_free yes"), "variable.other.counterpart");
  EXPECT_EQ(scope("rules", "within 5"), "keyword.other.counterpart");
  EXPECT_EQ(scope("rules", "by-law"), "variable.other.counterpart");
  EXPECT_EQ(scope("rules", "PO-17 is"), "entity.name.type.counterpart");
  EXPECT_EQ(scope("rules", "2000-06-01 10:00"), "constant.numeric.date.counterpart");
  EXPECT_EQ(scope("rules", "10:00"), "constant.numeric.time.counterpart");
  EXPECT_EQ(scope("rules", "$1,200.00 x"), "constant.numeric.counterpart");
  EXPECT_EQ(scope("rules", "1.5% a month"), "constant.numeric.counterpart");
  EXPECT_EQ(scope("rules", "-- why"), "comment.line.double-dash.counterpart");
  EXPECT_EQ(scope("rules", "[2.3-e]"), "constant.other.reference.counterpart");
  EXPECT_EQ(scope("rules", "\"a [b]\""), "string.quoted.double.counterpart");
  const auto words = inner_words();
  EXPECT_TRUE(std::find(words.begin(), words.end(), "becomes") != words.end());
  EXPECT_TRUE(std::find(words.begin(), words.end(), "agreement") == words.end());
}

}  // namespace
}  // namespace counterpart::language
