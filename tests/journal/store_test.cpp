#include "journal/store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace counterpart::journal {
namespace {

namespace fs = std::filesystem;

Entry act(std::int64_t recorded, const std::string& key = "") {
  Entry e;
  e.at = e.recorded = {recorded};
  e.by = "Lessee";
  e.act = "ask";
  e.on = "Request/R-1";
  e.with = Datum::record({{"price", Datum::of_text("100.00")}});
  e.idempotency_key = key;
  return e;
}

std::string fresh_folder(const std::string& name) {
  const fs::path path =
      fs::temp_directory_path() / ("counterpart-test-" + name + "-" + std::to_string(getpid()));
  fs::remove_all(path);
  return path.string();
}

// One suite for every store.
class AnyStore : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = fresh_folder("store");
    reopen();
    ASSERT_TRUE(store_->create_agreement({"lease", "Tool lease", "", "{}"}));
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  void reopen() {
    if (GetParam() == "memory") {
      if (!store_) store_ = open_memory_store();
      return;
    }
    store_.reset();
    auto opened = open_sqlite_store(folder_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = *std::move(opened);
  }
  std::expected<Receipt, AppendError> append(Sequence expected, const Entry& e) {
    return store_->append("lease", "shared", expected, std::span(&e, 1), {});
  }

  std::string folder_;
  std::unique_ptr<Store> store_;
};

TEST_P(AnyStore, keeps_what_was_appended_in_order_and_its_chain_is_whole) {
  for (std::int64_t i = 0; i < 20; ++i) ASSERT_TRUE(append(static_cast<Sequence>(i), act(1000 + i)));
  reopen();
  const auto entries = store_->read("lease", "shared", 0, 100);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 20U);
  EXPECT_EQ((*entries)[4].sequence, 5U);
  EXPECT_EQ((*entries)[4].recorded.seconds, 1004);
  EXPECT_EQ(*(*entries)[4].with.find("price"), Datum::of_text("100.00"));
  EXPECT_TRUE(store_->verify("lease")->empty());
}

TEST_P(AnyStore, a_writer_behind_the_head_is_answered_with_what_came_between) {
  ASSERT_TRUE(append(0, act(1000)));
  ASSERT_TRUE(append(1, act(1001)));
  const auto late = append(0, act(1002));
  ASSERT_FALSE(late);
  const auto& conflict = std::get<Conflict>(late.error());
  EXPECT_EQ(conflict.head, 2U);
  EXPECT_EQ(conflict.between.size(), 2U);
  EXPECT_EQ(*store_->head("lease", "shared"), 2U);
}

TEST_P(AnyStore, the_same_key_appends_once_and_other_content_under_it_is_an_error) {
  const auto first = append(0, act(1000, "k"));
  ASSERT_TRUE(first);
  const auto again = append(0, act(1005, "k"));  // a retry, later
  ASSERT_TRUE(again);
  EXPECT_EQ(again->last, first->last);
  EXPECT_EQ(again->hash, first->hash);
  Entry other = act(1006, "k");
  other.act = "grant";
  const auto reused = append(1, other);
  ASSERT_FALSE(reused);
  EXPECT_TRUE(std::holds_alternative<KeyReused>(reused.error()));
  EXPECT_EQ(*store_->head("lease", "shared"), 1U);
}

TEST_P(AnyStore, recorded_never_goes_back_and_nothing_of_a_refused_batch_stays) {
  ASSERT_TRUE(append(0, act(1000)));
  const std::vector<Entry> batch{act(1001), act(999)};
  const auto refused = store_->append("lease", "shared", 1, batch, {});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(std::holds_alternative<GoesBack>(refused.error()));
  EXPECT_EQ(*store_->head("lease", "shared"), 1U);
}

TEST_P(AnyStore, a_side_journal_has_a_sequence_and_chain_of_its_own) {
  ASSERT_TRUE(append(0, act(1000)));
  const std::string before =
      canonical_bytes((*store_->read("lease", "shared", 0, 1))[0], "lease", "shared", {}, {});
  const Entry note = act(1001);
  ASSERT_TRUE(store_->append("lease", "side:Lessee", 0, std::span(&note, 1), {}));
  EXPECT_EQ(*store_->head("lease", "shared"), 1U);
  EXPECT_EQ(canonical_bytes((*store_->read("lease", "shared", 0, 1))[0], "lease", "shared", {}, {}), before);
  EXPECT_TRUE(store_->verify("lease")->empty());
}

TEST_P(AnyStore, a_sealed_input_is_read_back_and_stands_in_the_chain_only_as_a_digest) {
  const Entry e = act(1000);
  ASSERT_TRUE(store_->append("lease", "shared", 0, std::span(&e, 1), {"price"}));
  const auto entries = store_->read("lease", "shared", 0, 1);
  ASSERT_TRUE(entries);
  EXPECT_EQ(*(*entries)[0].with.find("price"), Datum::of_text("100.00"));
  EXPECT_TRUE(store_->verify("lease")->empty());
}

TEST_P(AnyStore, many_writers_at_once_lose_nothing) {
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&] {
      for (int i = 0; i < 25;) {
        const auto head = store_->head("lease", "shared");
        if (append(*head, act(1000))) ++i;
      }
    });
  }
  for (std::thread& w : writers) w.join();
  EXPECT_EQ(*store_->head("lease", "shared"), 100U);
  EXPECT_TRUE(store_->verify("lease")->empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, AnyStore, testing::Values("memory", "sqlite"),
                         [](const auto& info) { return info.param; });

TEST(SqliteStore, a_second_process_is_kept_out_and_told_who_holds_the_store) {
  const std::string folder = fresh_folder("lock");
  const auto held = open_sqlite_store(folder);
  ASSERT_TRUE(held);
  const auto second = open_sqlite_store(folder);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "store-locked");
  EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
  fs::remove_all(folder);
}

TEST(SqliteStore, a_flipped_byte_is_found_with_its_entry) {
  const std::string folder = fresh_folder("flip");
  {
    auto store = *open_sqlite_store(folder);
    ASSERT_TRUE(store->create_agreement({"lease", "Tool lease", "", "{}"}));
    for (std::int64_t i = 0; i < 5; ++i) {
      const Entry e = act(1000 + i);
      ASSERT_TRUE(store->append("lease", "shared", static_cast<Sequence>(i), std::span(&e, 1), {}));
    }
  }
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open((folder + "/counterpart.sqlite").c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '100.00', '900.00') AS "
                         "BLOB) WHERE sequence = 3",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  const auto broken = (*open_sqlite_store(folder))->verify("lease");
  ASSERT_TRUE(broken);
  ASSERT_EQ(broken->size(), 1U);
  EXPECT_EQ(broken->front().sequence, 3U);
  fs::remove_all(folder);
}

// A child appends and tells each acknowledged entry through a pipe until it is killed; whatever was told must
// be there.
TEST(SqliteStore, every_acknowledged_act_survives_a_kill) {
  const int times = std::getenv("COUNTERPART_LONG") != nullptr ? 200 : 10;
  const std::string folder = fresh_folder("kill");
  {
    auto store = *open_sqlite_store(folder);
    ASSERT_TRUE(store->create_agreement({"lease", "Tool lease", "", "{}"}));
  }
  for (int round = 0; round < times; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      auto store = open_sqlite_store(folder);
      if (!store) _exit(3);
      Sequence head = *(*store)->head("lease", "shared");
      for (;;) {
        const Entry e = act(1000);
        if (const auto receipt = (*store)->append("lease", "shared", head, std::span(&e, 1), {}); receipt)
          head = receipt->last;
        if (write(ends[1], &head, sizeof head) != sizeof head) _exit(0);
      }
    }
    close(ends[1]);
    Sequence acknowledged = 0;
    Sequence told = 0;
    const int enough = 5 + round % 17;
    for (int n = 0; n < enough && read(ends[0], &told, sizeof told) == sizeof told; ++n) acknowledged = told;
    kill(child, SIGKILL);
    while (read(ends[0], &told, sizeof told) == sizeof told) acknowledged = told;
    close(ends[0]);
    waitpid(child, nullptr, 0);
    auto store = open_sqlite_store(folder);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_GE(*(*store)->head("lease", "shared"), acknowledged);
    EXPECT_TRUE((*store)->verify("lease")->empty());
  }
  fs::remove_all(folder);
}

TEST(EntryJson, reads_the_line_of_the_design_and_names_what_it_does_not_know) {
  std::vector<LineError> errors;
  const auto entries = read_lines(
      R"({"at":"2000-06-01T10:00:00-05:00","by":"Lessee","office":"clerk","act":"issue","on":"Order/O-1","via":"e-mail","with":{"price":"1.00","cites":["Agreement"],"signature":{"name":"A. Clerk","title":"Clerk"}}}
{"at":"2000-06-02T10:00:00-05:00","by":"Lessee","actt":"issue"}
{"at":"2000-06-02T10:00:00","by":"Lessee","act":"issue","on":"Order/O-1"}
{"at":)",
      errors);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].cites, std::vector<std::string>{"Agreement"});
  EXPECT_EQ(entries[0].signatures.at(0).title, "Clerk");
  EXPECT_EQ(entries[0].with.fields.size(), 1U);
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].line, 2U);
  EXPECT_EQ(errors[0].error.code, "entry-key-unknown");
  EXPECT_EQ(errors[1].line, 3U);
  EXPECT_EQ(errors[2].line, 4U);
}

TEST(EntryJson, bad_bytes_are_errors_with_their_line) {
  std::vector<LineError> errors;
  std::string text = "{\"at\":\"2000-06-02T10:00:00Z\",\"by\":\"\xff\xfe\",\"act\":\"a\"}\n";
  text += std::string(std::size_t{10} << 20, 'x') + "\n";
  for (int i = 0; i < 2000; ++i) text += '[';
  EXPECT_TRUE(read_lines(text, errors).empty());
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].error.code, "json-malformed");
  EXPECT_EQ(errors[1].error.code, "line-too-long");
  EXPECT_EQ(errors[2].error.code, "json-too-deep");
}

// docs/formats/journal.md promises these bytes and their hash.
TEST(Format, the_worked_example_is_what_this_version_writes) {
  std::ifstream in(COUNTERPART_SOURCE_DIR "/docs/formats/journal.md");
  std::ostringstream page;
  page << in.rdbuf();
  Entry e = act(959871600);  // 2000-06-01T15:00:00Z
  e.sequence = 1;
  e.via = "e-mail";
  const std::string bytes = canonical_bytes(e, "lease", "shared", {}, {});
  EXPECT_NE(page.str().find(bytes), std::string::npos) << bytes;
  EXPECT_NE(page.str().find(sha256(bytes).to_hex()), std::string::npos);
}

TEST(EntryJson, canonical_bytes_read_back_to_the_same_entry) {
  Entry e = act(1000, "k");
  e.sequence = 7;
  e.of = 3;
  e.signatures.push_back({"Lessee", "clerk", "", "Clerk"});
  e.cites = {"Agreement"};
  const std::string bytes = canonical_bytes(e, "lease", "shared", sha256("before"), {});
  const auto kept = read_canonical(bytes);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->entry, e);
  EXPECT_EQ(kept->before, sha256("before"));
}

}  // namespace
}  // namespace counterpart::journal
