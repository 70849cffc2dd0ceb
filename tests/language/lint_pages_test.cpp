// Each warning has a page, whose first rules trigger it and nothing else, and whose second trigger nothing.

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "support.h"

namespace counterpart::tests {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> blocks_of(const std::string& page) {
  // Rules, or the prose of a pack.
  std::vector<std::string> out;
  for (std::size_t at = page.find("\n```"); at != std::string::npos; at = page.find("\n```", at)) {
    at = page.find('\n', at + 1) + 1;
    const std::size_t end = page.find("\n```", at);
    out.push_back(page.substr(at, end + 1 - at));
    at = end + 4;
  }
  return out;
}

// The agreement the pages speak of: the lease, without the claim that it does not need.
language::PackSource with_rules(const std::string& rules) {
  std::string text = lease;
  for (const std::string line : {"claim damaged of Request by Lessor or Lessee: yes/no\n  presumed no\n",
                                 "accepts W0608 because \"only stories claim damage\"\n"})
    text.erase(text.find(line), line.size());
  const bool prose = rules.starts_with('[') || rules.starts_with('#');
  return pack_of(text + "\n" + (prose ? rules : "```counterpart\n" + rules + "```\n"));
}

std::set<std::string> codes_of(const std::string& rules, std::string& shown) {
  const language::PackSource pack = with_rules(rules);
  const language::Compiled out = language::compile(pack, load_zone);
  std::set<std::string> codes;
  for (const language::Diagnostic& d : out.diagnostics) codes.emplace(d.code);
  shown = language::render(out.diagnostics, pack);
  return codes;
}

TEST(Lints, each_has_a_page_whose_example_deserves_it_and_whose_mend_does_not) {
  for (const language::DiagnosticKind& kind : language::diagnostic_kinds()) {
    const std::string page = language::page_of(kind.code);
    ASSERT_EQ(page.empty(), kind.severity == language::Severity::error) << kind.code;
    if (page.empty()) continue;
    const std::string text = read(std::filesystem::path(COUNTERPART_SOURCE_DIR) / page);
    ASSERT_FALSE(text.empty()) << page << " is missing";
    EXPECT_TRUE(text.starts_with("# " + std::string(kind.code) + ": " + std::string(kind.about))) << page;
    const std::vector<std::string> blocks = blocks_of(text);
    ASSERT_EQ(blocks.size(), 2U) << page;
    std::string shown;
    EXPECT_EQ(codes_of(blocks[0], shown), std::set<std::string>{std::string(kind.code)}) << page << "\n"
                                                                                         << shown;
    EXPECT_NE(shown.find("more: " + page), std::string::npos) << shown;
    EXPECT_EQ(codes_of(blocks[1], shown), std::set<std::string>{}) << page << "\n" << shown;
  }
}

TEST(Lints, a_warning_is_accepted_where_it_is_given_and_for_a_reason) {
  std::string shown;
  const std::string rules = "act end Request by Lessee: granted -> refused\npower Lessee ends Request\n";
  EXPECT_EQ(codes_of(rules, shown), std::set<std::string>{"W0612"});
  EXPECT_EQ(codes_of(rules + "  accepts W0612 because \"the letter says so\"\n", shown),
            std::set<std::string>{})
      << shown;
  EXPECT_EQ(codes_of("accepts W0612, W0601 because \"here\"\n" + rules, shown),
            std::set<std::string>{"W0614"})
      << shown;
  EXPECT_EQ(codes_of(rules + "  accepts W0612\n", shown).count("E0208"), 1U) << shown;
  EXPECT_EQ(codes_of(rules + "  accepts E0201 because \"no\"\n", shown).count("E0208"), 1U) << shown;
}

// A time is compared only where no fact can change the answer.
TEST(Lints, times_that_depend_on_facts_are_left_alone) {
  std::string shown;
  const auto period = [](const std::string& from, const std::string& until) {
    return "period trial of Request\n  from " + from + "\n  until " + until + "\n";
  };
  EXPECT_EQ(codes_of(period("2000-06-02", "2000-06-01"), shown), std::set<std::string>{"W0611"});
  EXPECT_EQ(codes_of(period("2000-06-02", "2000-06-02"), shown), std::set<std::string>{});
  EXPECT_EQ(
      codes_of(period("3 business days after entry into granted", "2 business days after entry into granted"),
               shown),
      std::set<std::string>{"W0611"});
  EXPECT_EQ(codes_of(period("1 month after entry into granted", "20 days after entry into granted"), shown),
            std::set<std::string>{});
  EXPECT_EQ(codes_of(period("entry into granted", "entry into refused"), shown), std::set<std::string>{});
}

TEST(Lints, a_stage_reached_only_from_one_that_nothing_reaches_is_not_reached) {
  std::string shown;
  const auto codes = codes_of(
      "document Note\n  stages written, read, lost, found\nact write Note by Lessor -> written\n"
      "act read Note by Lessee: written -> read\nact find Note by Lessor: lost -> found\n",
      shown);
  EXPECT_TRUE(codes.contains("W0602"));
  EXPECT_NE(shown.find("nothing makes a Note found"), std::string::npos) << shown;
}

}  // namespace
}  // namespace counterpart::tests
