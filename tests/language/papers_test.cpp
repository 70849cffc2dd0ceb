// What is wrong with a paper is told where it stands.

#include "support.h"

namespace counterpart::tests {
namespace {

std::string first_code(const std::string& paper) {
  const auto out =
      language::compile(pack_of(std::string(lease) + "\n```counterpart\n" + paper + "```\n"), load_zone);
  for (const auto& d : out.diagnostics) {
    if (d.code.front() == 'E') return std::string(d.code);
  }
  return "";
}

TEST(Papers, a_table_goes_through_documents_and_adds_up_only_amounts) {
  EXPECT_EQ(first_code("paper all \"Requests\"\n  table \"Requests\" of Request\n"), "");
  EXPECT_EQ(first_code("paper all \"Requests\"\n  column \"What\" 1\n"), "E0104");
  EXPECT_EQ(first_code("paper all \"Requests\"\n"), "E0105");
  EXPECT_EQ(first_code("paper all\n  line \"One\" 1\n"), "E0105");
  EXPECT_EQ(
      first_code("paper all \"Requests\"\n  table \"Requests\" of Request\n  column \"Yes\" yes, in total\n"),
      "E0301");
  EXPECT_EQ(first_code("paper all \"Requests\"\n  row \"One\" 1\n"), "E0104");
}

}  // namespace
}  // namespace counterpart::tests
