#include "exchange/original_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace counterpart::exchange {
namespace {

// A text of our own with the page breaks, headers, numbers and table of contents of a filed one.
constexpr const char* filed = R"(TABLE OF CONTENTS
1.   Tools
1.1  Lending
1.2  Return
<PAGE>
1.   Tools
1.1  Lending. The lessor lends the tool for a week, and the
CONFIDENTIAL
                                   - 1 -
<PAGE>
CONFIDENTIAL
lessee keeps it dry.
1.2  Return. It comes back clean within 30 days of the loan.
CONFIDENTIAL
                                   - 2 -
<PAGE>
CONFIDENTIAL
2.   Price
2.1  Rent. Ten dollars.
)";

TEST(OriginalText, sections_run_over_page_breaks_without_their_headers) {
  const std::vector<std::string> wanted{"1.1", "1.2", "2.1", "3.4"};
  const OriginalText out = align_original(filed, wanted);
  ASSERT_EQ(out.sections.size(), 3U);
  EXPECT_EQ(out.sections[0].second,
            "1.1  Lending. The lessor lends the tool for a week, and the\nlessee keeps it dry.");
  EXPECT_EQ(out.sections[1].second, "1.2  Return. It comes back clean within 30 days of the loan.");
  EXPECT_EQ(out.missing, std::vector<std::string>{"3.4"});
}

TEST(OriginalText, the_agreement_itself_where_it_is_at_hand) {
  const std::filesystem::path seed =
      std::filesystem::path(COUNTERPART_SOURCE_DIR).parent_path() / "shared/seeds/001_5763fa6635bc8fd3.txt";
  if (!std::filesystem::exists(seed)) {
    std::puts("the original text is not on this machine; its alignment is not tested here");
    return;
  }
  std::ifstream in(seed);
  std::ostringstream text;
  text << in.rdbuf();
  const std::vector<std::string> wanted{"2.3", "2.4.3", "7.3", "7.5", "10.1.1", "15.1", "15.15"};
  const OriginalText out = align_original(text.str(), wanted);
  EXPECT_TRUE(out.missing.empty()) << out.missing.front();
  for (const auto& [number, words] : out.sections) EXPECT_GT(words.size(), 150U) << number << ": " << words;
}

}  // namespace
}  // namespace counterpart::exchange
