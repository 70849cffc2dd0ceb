#include "language/symbols.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "language/pack_folder.h"
#include "support.h"

namespace counterpart::tests {
namespace {

using language::SymbolKind;

std::string line_of(const language::PackSource& pack, const language::Range& range) {
  const std::string& text = pack.files.at(range.file).text;
  std::size_t at = 0;
  for (std::uint32_t n = 1; n < range.line; ++n) at = text.find('\n', at) + 1;
  return text.substr(at, text.find('\n', at) - at);
}

std::string words(const language::PackSource& pack, const language::Range& range) {
  return line_of(pack, range).substr(range.column - 1, range.length);
}

// In whatever pack there is, the words a name was read from are that name.
TEST(Symbols, what_is_recorded_as_a_use_of_a_name_says_that_name) {
  std::vector<language::PackSource> packs{pack_of(lease)};
  for (const auto& folder : std::filesystem::directory_iterator(COUNTERPART_SOURCE_DIR "/agreements")) {
    if (auto pack = language::read_pack_folder(folder.path().string())) packs.push_back(*std::move(pack));
  }
  for (const language::PackSource& pack : packs) {
    const language::Analysis a = language::analyse(pack, load_zone);
    for (const language::SymbolUse& u : a.uses) {
      const language::Symbol& s = a.symbols.at(u.symbol);
      const std::string said = words(pack, u.range);
      if (s.kind == SymbolKind::act) {
        EXPECT_TRUE(language::SymbolKind::act == s.kind && said.substr(0, 2) == s.name.substr(0, 2)) << said;
      } else if (s.kind == SymbolKind::provision) {
        EXPECT_TRUE(said == s.name || said == "[" + s.name + "]") << said << " for " << s.name;
      } else if (s.kind == SymbolKind::setup) {
        EXPECT_EQ(said, "\"" + s.name + "\"");
      } else {
        EXPECT_EQ(said, s.name) << line_of(pack, u.range);
      }
    }
  }
}

// Counted by hand in the text of the lease and the story below.
TEST(Symbols, every_use_of_a_name_is_found) {
  const std::string text = std::string(lease) + R"(
```scenario setup "asked"
2000-06-01 10:00  Lessee asks Request R-1 by e-mail, tool "drill", price 100.00, signed by its manager
```
```scenario "silence grants"                      [1-c]
after "asked"
2000-06-09        R-1 is granted; price of R-1 is 100.00; Lessee must pay R-1; Lessor need not grant R-1
```
)";
  // `must pay` is not what the lease says, but it is read all the same.
  const language::PackSource pack = pack_of(text);
  const language::Analysis a = language::analyse(pack, load_zone);
  const auto uses = [&](SymbolKind kind, const std::string& name) {
    return std::count_if(a.uses.begin(), a.uses.end(), [&](const language::SymbolUse& u) {
      return a.symbols[u.symbol].kind == kind && a.symbols[u.symbol].name == name;
    });
  };
  EXPECT_EQ(uses(SymbolKind::field, "price"), 4);    // declared, in total, brought, looked at
  EXPECT_EQ(uses(SymbolKind::field, "weeks"), 2);    // declared, in total
  EXPECT_EQ(uses(SymbolKind::field, "total"), 2);    // declared, amount
  EXPECT_EQ(uses(SymbolKind::stage, "granted"), 6);  // declared, grant ->, pay:, otherwise, due from, a look
  EXPECT_EQ(uses(SymbolKind::act, "grant"), 3);      // declared, duty, need not
  EXPECT_EQ(uses(SymbolKind::unknown, "lawful_maximum"), 2);
  EXPECT_EQ(uses(SymbolKind::calendar, "working_days"), 2);
  EXPECT_EQ(uses(SymbolKind::receipt, "letter"), 2);
  EXPECT_EQ(uses(SymbolKind::office, "manager"), 3);
  EXPECT_EQ(uses(SymbolKind::setup, "asked"), 2);
  // Declared, claim, four acts, duty, otherwise, due, the story.
  EXPECT_EQ(uses(SymbolKind::kind, "Request"), 10);
  EXPECT_EQ(uses(SymbolKind::provision, "1-c"), 3);  // the prose, otherwise, the scenario
}

TEST(Symbols, a_pack_with_errors_keeps_the_names_that_could_be_read) {
  std::string text = lease;
  text.replace(text.find("granted, refused\n"), 17, "granted, refused\n  colour  hue\n");
  const language::PackSource pack = pack_of(text);
  const language::Analysis a = language::analyse(pack, load_zone);
  EXPECT_EQ(a.compiled.program, nullptr);
  EXPECT_TRUE(std::any_of(a.symbols.begin(), a.symbols.end(),
                          [](const language::Symbol& s) { return s.name == "lawful_maximum"; }));
  const auto at = text.find("amount total");
  const auto line =
      static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n') + 1);
  const language::SymbolUse* use = a.use_at(0, line, 3 + 7);
  ASSERT_NE(use, nullptr);
  EXPECT_EQ(a.symbols[use->symbol].name, "total");
  EXPECT_EQ(a.use_at(0, line, 1), nullptr);
}

}  // namespace
}  // namespace counterpart::tests
