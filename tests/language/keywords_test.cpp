#include "language/keywords.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "support.h"

namespace counterpart::tests {
namespace {

// The parsers may ask only for words the table has: else editors would not know them.
TEST(Keywords, every_word_the_parsers_ask_for_is_in_the_table) {
  // Further words of a place whose form stands in the table under another: ways of rounding, statuses, tails.
  static const std::set<std::string> elsewhere{"Agreement", "monthly", "daily"};
  const std::set<std::string> known = language::all_words();
  const std::regex asks(R"re(\b(?:accept|is|expect|expect_word)\("([a-z_]+)")re");
  int seen = 0;
  for (const auto& file : std::filesystem::directory_iterator(COUNTERPART_SOURCE_DIR "/src/language")) {
    if (file.path().extension() != ".cpp" && file.path().extension() != ".h") continue;
    std::ifstream in(file.path());
    std::stringstream text;
    text << in.rdbuf();
    const std::string all = text.str();
    for (std::sregex_iterator at(all.begin(), all.end(), asks), end; at != end; ++at) {
      const std::string word = (*at)[1];
      ++seen;
      EXPECT_TRUE(known.contains(word) || elsewhere.contains(word))
          << file.path().filename().string() << " asks for \"" << word
          << "\": add the form it belongs to to src/language/keywords.cpp, then run `counterpart highlight`";
    }
  }
  EXPECT_GT(seen, 100);
}

TEST(Keywords, every_declaration_is_read_and_no_other) {
  for (const language::DeclarationWord& d : language::declaration_words()) {
    EXPECT_EQ(language::declaration_word(d.word), &d);
    EXPECT_TRUE(d.form.starts_with(d.word)) << d.word;
    const auto out =
        language::compile(pack_of("```counterpart\n" + std::string(d.word) + "\n```\n"), load_zone);
    for (const language::Diagnostic& x : out.diagnostics) EXPECT_NE(x.code, "E0103") << d.word;
  }
  EXPECT_EQ(language::declaration_word("obligation"), nullptr);
  EXPECT_NE(language::clause_forms("power").find("until TIME"), std::string::npos);
}

}  // namespace
}  // namespace counterpart::tests
