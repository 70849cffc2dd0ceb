// How fast: entries folded, business days added, a pack compiled, acts made durable beside raw SQLite
// inserts.

#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/zone_data.h"
#include "engine/fold.h"
#include "journal/store.h"
#include "language/compile.h"
#include "language/pack_folder.h"
#include "language/symbols.h"
#include "lsp/server.h"

namespace {

using namespace counterpart;

const language::PackSource& pack() {
  static const language::PackSource source =
      *language::read_pack_folder(COUNTERPART_SOURCE_DIR "/agreements/master-procurement");
  return source;
}

std::vector<program::Entry> sample() {
  std::ifstream in(COUNTERPART_SOURCE_DIR "/agreements/master-procurement/sample/journal.jsonl");
  std::ostringstream text;
  text << in.rdbuf();
  std::vector<journal::LineError> errors;
  return journal::read_lines(text.str(), errors);
}

void compile_pack(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(language::compile(pack(), load_zone));
}
BENCHMARK(compile_pack)->Unit(benchmark::kMillisecond);

// What an editor asks on top: names and where they are used.
void analyse_pack(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(language::analyse(pack(), load_zone));
}
BENCHMARK(analyse_pack)->Unit(benchmark::kMillisecond);

// From a letter typed in a file of the pack to its diagnostics: the other files read from disk, the pack
// compiled.
void keystroke(benchmark::State& state) {
  const std::string path = COUNTERPART_SOURCE_DIR "/agreements/master-procurement/02-ordering.md";
  std::ifstream in(path);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  lsp::Server server(load_zone);
  const auto say = [&](const char* method, Datum params, bool asks = false) {
    Datum message = Datum::record({{"method", Datum::of_text(method)}, {"params", std::move(params)}});
    if (asks) message.set("id", Datum::of_number(std::int64_t{1}));
    (void)server.answer(message);
  };
  const auto document = [&](Datum fields) {
    fields.set("uri", Datum::of_text(lsp::uri_of_path(path)));
    return fields;
  };
  say("initialize", Datum::record(), true);
  say("textDocument/didOpen",
      Datum::record({{"textDocument", document(Datum::record({{"text", Datum::of_text(text)}}))}}));
  (void)server.news();
  std::string typed = text;
  for (auto _ : state) {
    typed.insert(typed.find("-> issued") + 9, "x");
    say("textDocument/didChange",
        Datum::record({{"textDocument", document(Datum::record())},
                       {"contentChanges", Datum::list({Datum::record({{"text", Datum::of_text(typed)}})})}}));
    benchmark::DoNotOptimize(server.news());
  }
}
BENCHMARK(keystroke)->Unit(benchmark::kMillisecond);

// The sample journal folded again and again, as over many agreements of one program; items are entries.
void fold_sample(benchmark::State& state) {
  const auto program = language::compile(pack(), load_zone).program;
  const auto plan = std::make_shared<const engine::Plan>(*program);
  const auto record = std::make_shared<engine::Record>(program);
  for (const program::Entry& e : sample()) (void)record->append(e);
  engine::Position position;
  engine::FoldOptions options;
  options.as_of = *parse_moment("2001-12-31", program->zone);
  for (auto _ : state) {
    engine::fold_into(position, plan, record, options);
    benchmark::DoNotOptimize(position.things.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(record->head()));
}
BENCHMARK(fold_sample);

void add_business_days(benchmark::State& state) {
  const auto program = language::compile(pack(), load_zone).program;
  const BusinessCalendar& calendar = *program->calendars[program->business_calendar.value].data;
  CivilDate from = CivilDate::from_ymd(2000, 1, 3);
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.add(from, 250));
    from.days += from.days % 7 == 0 ? -700 : 1;
    if (from.days < 10957) from.days = 11000;
  }
}
BENCHMARK(add_business_days);

std::string folder(const char* name) {
  const auto path = std::filesystem::temp_directory_path() /
                    (std::string("counterpart-bench-") + name + std::to_string(getpid()));
  std::filesystem::remove_all(path);
  return path.string();
}

void durable_act(benchmark::State& state) {
  const std::string at = folder("store");
  {
    auto store = *journal::open_sqlite_store(at);
    (void)store->create_agreement({"mpa", "bench", "", "{}"});
    program::Entry e = sample().at(5);
    program::Sequence head = 0;
    for (auto _ : state) {
      e.recorded = e.at;
      head = store->append("mpa", "shared", head, std::span(&e, 1), {})->last;
    }
  }
  std::filesystem::remove_all(at);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(durable_act)->UseRealTime();

// The same bytes into the same table with nothing around it: one row a transaction, the same durability.
void raw_sqlite_insert(benchmark::State& state) {
  const std::string at = folder("raw");
  std::filesystem::create_directories(at);
  sqlite3* db = nullptr;
  sqlite3_open((at + "/raw.sqlite").c_str(), &db);
  sqlite3_exec(db,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE entry(sequence INTEGER "
               "PRIMARY KEY, bytes BLOB, hash BLOB)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO entry(bytes, hash) VALUES(?, ?)", -1, &insert, nullptr);
  const std::string bytes = journal::canonical_bytes(sample().at(5), "mpa", "shared", {}, {});
  for (auto _ : state) {
    sqlite3_bind_blob(insert, 1, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    sqlite3_bind_blob(insert, 2, bytes.data(), 32, SQLITE_STATIC);
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  sqlite3_close(db);
  std::filesystem::remove_all(at);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(raw_sqlite_insert)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
