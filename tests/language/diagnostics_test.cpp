#include <algorithm>
#include <set>

#include "support.h"

namespace counterpart::tests {
namespace {

language::Compiled compile_text(const std::string& text) {
  return language::compile(pack_of(text), load_zone);
}

// The lease with one line replaced.
std::string with(const std::string& line, const std::string& instead) {
  std::string text = lease;
  const std::size_t at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.replace(at, line.size(), instead);
}

struct Bad {
  const char* code;
  std::string text;
};

std::vector<Bad> bad_packs() {
  const std::string scenario = "\n```scenario \"s\"\n2000-06-01 10:00  ";
  std::string unclosed = lease;
  unclosed.resize(unclosed.rfind("```"));
  std::string deep = "amount ";
  for (int i = 0; i < 100000; ++i) deep += '(';
  return {
      {"E0101", unclosed},
      {"E0102", with("price    money", "price    money ?")},
      {"E0103", with("due rent of", "debt rent of")},
      {"E0104", with("  from granted\n", "  from granted\n  whenever it suits\n")},
      {"E0105", with("party Lessor \"Lessor Ltd.\"", "party \"Lessor Ltd.\"")},
      {"E0106", with("amount total", deep)},
      {"E0107", with("agreement \"Tool lease\"", "-- agreement \"Tool lease\"")},
      {"E0108", std::string(lease) + "\n```counterpart\nuse nowhere\n```\n"},
      {"E0109", std::string()},  // needs a module: see below
      {"E0201", with("business days are working_days", "business days are weekdays")},
      {"E0201", with("amount total", "amount if rent is late then total else price")},
      {"E0201", with("amount total", "amount rent.balance")},
      {"E0201", with("  within 30 days\n", "  while not in breach of [1-d]\n  within 30 days\n")},
      {"E0201", with("  within 30 days\n", "  while the duty under [1-b] is forgotten\n  within 30 days\n")},
      {"E0202", with("party Lessee", "party Lessor")},
      {"E0202", with("  from granted\n", "  from granted\n  from ask\n")},
      {"E0202", std::string(lease) +
                    "\n```counterpart\ndue rent of Request from Lessor to Lessee\n  amount price\n"
                    "  from refused\nwhen rent is open for Request\n  it becomes granted\n```\n"},
      {"E0203", with("  otherwise Request becomes granted                                  [1-c]",
                     "  otherwise Request becomes granted\n  otherwise Request becomes refused")},
      {"E0204", with("duty Lessor grants or refuses", "duty Lessor grants or declines")},
      {"E0205", with("act grant Request by Lessor: asked", "act grant Request by Lessor: wanted")},
      {"E0206", std::string()},  // needs a list of provisions: see below
      {"E0211", std::string(lease) + "\n```counterpart\nparameters\n  debtor party\n```\n"},
      {"E0212", std::string(lease) + "\n```counterpart\nparameters\n  patience duration = yes yes\n```\n"},
      {"E0207", std::string(lease) + "\n```counterpart\ninput Owed from other dues\n  open  money\nact "
                                     "settle Owed by Lessee\n```\n"},
      {"E0207", std::string(lease) +
                    "\n```counterpart\nexcuse Lessee grants Request\n  while price > $1.00\n  "
                    "then due at once\n```\n"},
      {"E0208",
       with("party Lessee \"Lessee Ltd.\"", "party Lessee \"Lessee Ltd.\"\n  accepts W9999 because \"so\"")},
      {"E0301", with("amount total", "amount tool")},
      {"E0301", std::string(lease) + "\n```counterpart\ndocument Order\n  requests  list of Request\n```\n"},
      {"E0301", std::string(lease) + "\n```counterpart\ndocument Order\n  lines  list of Line\ndocument "
                                     "Bill\n  lines  list of Line\npart Line of Order\n  tool  text\n```\n"},
      {"E0201", std::string(lease) + "\n```counterpart\ndocument Order\n  lines  list of Line\npart Line of "
                                     "Orders\n  tool  text\n```\n"},
      {"E0201", with("amount total", "amount parent.total")},
      {"E0201", with("  from granted\n", "  from granted\n  while agent of Lessor is away\n")},
      {"E0301", with("amount total", "amount agent of Lessor + price")},
      {"E0105", with("party Lessor \"Lessor Ltd.\"", "outside Lessor \"Lessor Ltd.\"")},
      {"E0301", with("amount total", "amount total at 2000-06-01")},
      {"E0301", with("amount total", "amount price at price")},
      {"E0301", with("  from granted\n", "  from granted\n  while tool is in tool\n")},
      {"E0301", with("  with amount money\n", "  with amount money\n  adds tool to tool\n")},
      {"E0301", with("  with amount money\n", "  with amount money\n  adds amount to tool\n")},
      {"E0301", with("  with amount money\n", "  with amount money\n  sets total to amount\n")},
      {"E0105", with("  with amount money\n", "  with amount money\n  removes tool to tool\n")},
      {"E0301", with("amount total", "amount total - rent")},
      {"E0301", with("  settled by pay\n", "  settled by pay from lawful_maximum\n")},
      {"E0301", with("  settled by pay\n", "  settled by pay against rent\n")},
      {"E0301", with("  settled by pay\n", "  settled by pay\n  in total at most $5.00 for each tool\n")},
      {"E0301", with("amount total", "amount share of weeks for 1 in 2")},
      {"E0301", std::string(lease) +
                    "\n```counterpart\nwhen it is granted for Request\n  puts $5.00 into tool\n```\n"},
      {"E0201", std::string(lease) +
                    "\n```counterpart\naccount credit for Lessee with Lessor\nwhen credit.worth > $5.00 "
                    "for Request\n  it becomes granted\n```\n"},
      {"E0201", with("  with amount money\n", "")},
      {"E0202", with("  price    money\n", "  price    money\n  amount   money, optional\n")},
      {"E0302", with("void unless signed by agent", "void unless price")},
      {"E0303", with("void unless signed by agent", "void unless damaged")},
      {"E0304", with("  within 5 business days", "  while signed by agent\n  within 5 business days")},
      {"E0305", std::string(lease) +
                    "\n```counterpart\ndocument Note\n  about text\nact note Request by Lessor: "
                    "asked\n  makes Note\n```\n"},
      {"E0401", std::string(lease) + scenario + "Lessee juggles Request R-1\n```\n"},
      {"E0402", std::string(lease) + "\n```scenario \"s\"\nafter \"a start\"\n```\n"},
      {"E0403", std::string(lease) + scenario + "R-9 is asked\n```\n"},
      {"E0501", with("zone America/Chicago", "zone America/Chicagoo")},
      {"W0601", with("  within 5 business days\n", "")},
      {"W0602", with("granted, refused\n", "granted, refused, lost\n")},
      {"W0603", std::string(lease) + "\n```counterpart\ndocument Note\n  stages written, read\nact write "
                                     "Note by Lessor -> written\n```\n"},
      {"W0604", std::string(lease) + "\n```counterpart\nstated [1-b] \"twice\"\n```\n"},
  };
}

TEST(Diagnostics, each_is_reached_by_a_pack_that_deserves_it) {
  for (const Bad& bad : bad_packs()) {
    language::PackSource pack = pack_of(bad.text.empty() ? std::string(lease) : bad.text);
    if (std::string(bad.code) == "E0206")
      pack.provisions = {{"1-a", "duty"}, {"1-b", "duty"}, {"1-d", "money"}};
    if (std::string(bad.code) == "E0109") {
      pack.files.front().text += "\n```counterpart\nuse round\n```\n";
      pack.files.push_back({"library/round.md", "```counterpart\nuse round\n```\n"});
    }
    const language::Compiled out = language::compile(pack, load_zone);
    const bool found = std::any_of(out.diagnostics.begin(), out.diagnostics.end(),
                                   [&](const language::Diagnostic& d) { return d.code == bad.code; });
    EXPECT_TRUE(found) << bad.code << " was expected; found:\n"
                       << language::render(out.diagnostics, pack).substr(0, 2000);
    if (bad.code[0] == 'E') EXPECT_EQ(out.program, nullptr) << bad.code;
  }
}

TEST(Diagnostics, every_registered_code_has_such_a_pack) {
  std::set<std::string> reached;
  for (const Bad& bad : bad_packs()) reached.insert(bad.code);
  for (const language::DiagnosticKind& kind : language::diagnostic_kinds()) {
    // Each warning is reached by the page that explains it: lint_pages_test.cpp.
    EXPECT_TRUE(kind.severity == language::Severity::warning || reached.contains(std::string(kind.code)))
        << kind.code;
  }
}

// Read as somebody who has never programmed: what is wrong, where, and what would mend it.
TEST(Diagnostics, two_rules_that_decide_the_same_thing_show_both_places) {
  const std::string text = with("  otherwise Request becomes granted                                  [1-c]",
                                "  otherwise Request becomes granted\n  otherwise Request becomes refused");
  const language::Compiled out = compile_text(text);
  EXPECT_EQ(language::render(out.diagnostics, pack_of(text)),
            "error[E0203]: two rules decide what a Request becomes\n"
            "     ┌─ lease/01.md:52\n"
            "  52│   otherwise Request becomes refused\n"
            "    │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this one, when its deadline has passed\n"
            "  51│   otherwise Request becomes granted\n"
            "    │   --------------------------------- and this one, at the same moment\n"
            "help: keep one, or give them different conditions\n\n");
}

TEST(Diagnostics, a_misspelt_name_is_answered_with_the_nearest) {
  const std::string text = with("amount total", "amount totl");
  const language::Compiled out = compile_text(text);
  ASSERT_EQ(out.diagnostics.size(), 1U) << language::render(out.diagnostics, pack_of(text));
  EXPECT_EQ(out.diagnostics.front().help, "did you mean \"total\"?");
}

TEST(Diagnostics, several_errors_come_out_of_one_run) {
  std::string text = with("amount total", "amount totl");
  text.replace(text.find("within 30 days"), 14, "within 30 dogs");
  EXPECT_GE(compile_text(text).diagnostics.size(), 2U);
}

TEST(Diagnostics, a_stray_fence_does_not_swallow_what_follows) {
  const std::string text = std::string(lease) + "```\n\n```scenario \"a story\"\n```\n";
  const language::Compiled out = compile_text(text);
  const bool said = std::any_of(out.diagnostics.begin(), out.diagnostics.end(), [](const auto& d) {
    return d.code == "E0101" && d.title.find("inside another") != std::string::npos;
  });
  EXPECT_TRUE(said) << language::render(out.diagnostics, pack_of(text));
}

TEST(Compile, a_pack_cut_off_anywhere_gives_diagnostics_and_never_crashes) {
  const std::string whole = lease;
  for (std::size_t n = 0; n < whole.size(); n += 7) (void)compile_text(whole.substr(0, n));
  // One character changed at a time, by a fixed rule, so that a failure can be made again.
  for (std::size_t i = 0; i < whole.size(); i += 11) {
    std::string changed = whole;
    changed[i] = static_cast<char>("(\"[-:,. \n0aZ"[i % 12]);
    (void)compile_text(changed);
  }
}

}  // namespace
}  // namespace counterpart::tests
