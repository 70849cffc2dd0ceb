#include "cli/cli.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support.h"

namespace counterpart::cli {
namespace {

namespace fs = std::filesystem;

struct Said {
  int status = 0;
  std::string out, err;
};

Said counterpart(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "counterpart");
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& a : arguments) argv.push_back(a.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Said said;
  said.status = run(static_cast<int>(argv.size()), argv.data());
  std::fflush(stdout);
  std::fflush(stderr);
  said.out = testing::internal::GetCapturedStdout();
  said.err = testing::internal::GetCapturedStderr();
  return said;
}

// A folder with the lease as a pack and room for journals.
class Command : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "counterpart-cli-" + std::to_string(getpid());
    fs::create_directories(folder_ + "/lease");
    write("lease/01.md", tests::lease);
    write(
        "good.jsonl",
        R"({"at":"2000-06-01T10:00:00-05:00","by":"Lessee","act":"ask","on":"Request/R-1","via":"e-mail","with":{"tool":"drill","price":"100.00","weeks":2},"signature":{"party":"Lessee","office":"manager"}})"
        "\n");
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string in(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
};

TEST_F(Command, run_why_and_diff_answer_for_people_and_for_programs) {
  const Said position =
      counterpart({"run", in("lease"), in("good.jsonl"), "--as-of", "2000-06-09", "--json"});
  EXPECT_EQ(position.status, 0) << position.err;
  const auto read = read_json(position.out);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->find("documents")->items.at(0).find("stage")->text, "granted");
  EXPECT_NE(
      counterpart({"run", in("lease"), in("good.jsonl"), "--as-of", "2000-06-09"}).out.find("Request/R-1"),
      std::string::npos);
  const Said why =
      counterpart({"why", in("lease"), in("good.jsonl"), "Request/R-1", "--as-of", "2000-06-09"});
  EXPECT_NE(why.out.find("Thursday 8 June 2000: day 5"), std::string::npos) << why.out;
  const Said diff = counterpart(
      {"diff", in("lease"), in("good.jsonl"), "--as-of", "2000-06-08", "--to-as-of", "2000-06-09"});
  EXPECT_NE(diff.out.find("asked -> granted"), std::string::npos) << diff.out;
}

// Whatever is wrong is told with its place; the status is 1 or 2 and nothing is written.
TEST_F(Command, bad_input_is_told_with_its_place_and_nothing_is_kept) {
  struct Bad {
    std::string name, line, says;
  };
  const std::string first = R"({"at":"2000-06-01T10:00:00-05:00","by":"Lessee",)";
  const std::vector<Bad> all{
      {"malformed", "{\"at\":", ":1:"},
      {"unknown act", first + R"("act":"demand","on":"Request/R-1"})", "demand"},
      {"wrong type", first + R"("act":"ask","on":"Request/R-1","with":{"tool":"drill","price":"a hundred"}})",
       "price"},
      {"missing input", first + R"("act":"ask","on":"Request/R-1"})", "tool"},
      {"no zone", R"({"at":"2000-06-01T10:00:00","by":"Lessee","act":"ask","on":"Request/R-1"})", ":1:"},
      {"not UTF-8", "{\"at\":\"2000-06-01T10:00:00Z\",\"by\":\"\xff\xfe\",\"act\":\"ask\"}", ":1:"},
      {"ten megabytes", std::string(std::size_t{10} << 20, 'x'), "1 MiB"},
      {"own entry", first + R"("remark":"hush"})", "own journal"},
  };
  for (const Bad& bad : all) {
    write("bad.jsonl", bad.line + "\n");
    const Said said = counterpart({"run", in("lease"), in("bad.jsonl")});
    EXPECT_EQ(said.status, 1) << bad.name;
    EXPECT_EQ(said.out, "") << bad.name;
    EXPECT_NE(said.err.find(bad.says), std::string::npos) << bad.name << " said: " << said.err;
    EXPECT_NE(counterpart({"import", "--data", in("ws"), in("lease"), in("bad.jsonl")}).status, 0)
        << bad.name;
    const Said kept = counterpart({"verify", "--data", in("ws")});
    EXPECT_EQ(kept.out.find("lease"), std::string::npos) << bad.name << " kept something: " << kept.out;
  }
}

TEST_F(Command, a_broken_pack_shows_each_error_where_it_stands) {
  std::string text = tests::lease;
  text.replace(text.find("granted, refused\n"), 17, "granted, refused\n  colour  hue\n");
  text.replace(text.find("within 5 business days"), 22, "within five business days");
  write("lease/01.md", text);
  const Said said = counterpart({"check", in("lease")});
  EXPECT_EQ(said.status, 1);
  EXPECT_NE((said.out + said.err).find("01.md:"), std::string::npos);
  EXPECT_NE((said.out + said.err).find("hue"), std::string::npos);
  EXPECT_NE((said.out + said.err).find("five"), std::string::npos);
}

TEST_F(Command, missing_files_and_wrong_arguments_say_what_was_expected) {
  EXPECT_EQ(counterpart({"check", in("nowhere")}).status, 2);
  EXPECT_EQ(counterpart({"run", in("lease"), in("nowhere.jsonl")}).status, 2);
  EXPECT_NE(counterpart({"run", in("lease"), in("good.jsonl"), "--as-of", "yesterday"}).status, 0);
  const Said missing =
      counterpart({"why", in("lease"), in("good.jsonl"), "Request/R-9", "--as-of", "2000-06-09"});
  EXPECT_NE(missing.status, 0);
  EXPECT_NE(missing.err.find("R-9"), std::string::npos);
}

TEST_F(Command, a_party_s_own_journal_stands_beside_the_position) {
  write("own.jsonl", R"({"at":"2000-06-02T09:00:00-05:00","by":"Lessor","draft":"refuse","on":"Request/R-1"})"
                     "\n"
                     R"({"at":"2000-06-02T09:30:00-05:00","by":"Lessor","office":"agent","approve":1})"
                     "\n");
  const Said said = counterpart({"run", in("lease"), in("good.jsonl"), "--as-of", "2000-06-02", "--party",
                                 "Lessor", "--own", in("own.jsonl")});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(said.out.find("Seen by Lessor alone"), std::string::npos) << said.out;
  EXPECT_NE(said.out.find("would be void"), std::string::npos) << said.out;
}

TEST_F(Command, fmt_says_what_it_changes_and_check_changes_nothing) {
  const std::string loose = "# 1\n\n```counterpart\nterm   rent =   $5.00   [1-a]\n```\n";
  write("lease/02.md", loose);
  const auto now = [&] {
    std::ifstream file(in("lease/02.md"));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  Said said = counterpart({"fmt", in("lease"), "--check"});
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.out.find("would change"), std::string::npos);
  EXPECT_NE(said.out.find("02.md"), std::string::npos);
  EXPECT_EQ(now(), loose);
  EXPECT_EQ(counterpart({"fmt", in("lease")}).status, 0);
  EXPECT_NE(now().find("term rent = $5.00   "), std::string::npos) << now();
  said = counterpart({"fmt", in("lease"), "--check"});
  EXPECT_EQ(said.status, 0);
  EXPECT_EQ(said.out, "nothing to change\n");
  EXPECT_EQ(counterpart({"fmt", in("nowhere")}).status, 2);
  write("bad.md", "\xff\xfe");
  EXPECT_EQ(counterpart({"fmt", in("bad.md")}).status, 2);
}

}  // namespace
}  // namespace counterpart::cli
