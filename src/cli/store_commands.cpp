#include "cli/store_commands.h"

#include <fmt/core.h>
#include <pthread.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/zone_data.h"
#include "cli/loading.h"
#include "desk/desk.h"
#include "exchange/original_text.h"
#include "language/pack_folder.h"
#include "web/api.h"
#include "web/server.h"

namespace counterpart::cli {

namespace {

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail("file-missing", "the file " + path + " cannot be read");
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

// What the workspace's agreements say of their own clock: the latest of them.
Result<std::optional<Instant>> sample_clock_of(journal::Store& store, const std::string& asked) {
  std::optional<Instant> clock;
  TRY_ASSIGN(const std::vector<journal::AgreementRow> rows, store.agreements());
  bool real = false;
  for (const journal::AgreementRow& row : rows) {
    const auto settings = read_json(row.settings);
    const Datum* start = settings ? settings->find("sample_clock") : nullptr;
    if (start == nullptr || start->kind != Datum::Kind::text) {
      real = true;
      continue;
    }
    TRY_ASSIGN(const Instant t, parse_instant(asked.empty() ? start->text : asked));
    clock = clock ? std::max(*clock, t) : t;
    TRY_ASSIGN(const program::Sequence head, store.head(row.id, "shared"));
    if (head > 0) {
      TRY_ASSIGN(const std::vector<program::Entry> last, store.read(row.id, "shared", head - 1, 1));
      // The record never goes back, so a sample that was played with opens where it was left.
      if (!last.empty()) clock = std::max(*clock, last.front().recorded);
    }
  }
  if (!asked.empty() && (real || !clock)) {
    return fail("not-a-sample", "--sample-clock: this workspace keeps the real time",
                "only a workspace of samples may have a clock of its own");
  }
  if (real && clock) {
    return fail("clock-mixed", "this workspace holds a sample beside an agreement that keeps the real time",
                "keep samples in a folder of their own");
  }
  return clock;
}

}  // namespace

int serve(const ServeOptions& options) {
  const std::size_t colon = options.listen.rfind(':');
  const std::string address = colon == std::string::npos ? options.listen : options.listen.substr(0, colon);
  const auto port = colon == std::string::npos
                        ? Decimal{8080, 0}
                        : Decimal::parse(options.listen.substr(colon + 1)).value_or(Decimal{-1, 0});
  if (port.coefficient < 0 || port.coefficient > 65535 || port.scale != 0) {
    return complain({"listen",
                     "--listen: expected an address such as 127.0.0.1:8080, found \"" + options.listen + "\"",
                     ""});
  }
  if (!web::is_loopback_address(address)) {
    return complain({"listen",
                     "--listen: " + address +
                         " can be reached from other machines, and until there are accounts anybody there "
                         "could act as anyone",
                     "listen on 127.0.0.1, or put a server that knows its users in front"});
  }
  auto store = journal::open_sqlite_store(options.data);
  if (!store) return complain(store.error());
  const auto clock = sample_clock_of(**store, options.sample_clock);
  if (!clock) return complain(clock.error());
  desk::Desk desk(*std::move(store), load_zone, *clock);
  if (auto ok = desk.open(); !ok) return complain(ok.error());
  std::optional<web::StaticFiles> files;
  if (auto loaded = web::StaticFiles::load(options.ui); loaded) {
    files = *std::move(loaded);
  } else {
    fmt::print(stderr, "counterpart: {}; only the API is served\n", loaded.error().message);
  }

  web::EventHub events;
  desk.on_change = [&](const std::string& event, const Datum& data) {
    events.publish(event, write_json(data));
  };
  web::Api api(desk, std::move(files));
  web::ServerOptions server_options;
  server_options.address = address;
  server_options.port = static_cast<std::uint16_t>(port.coefficient);
  web::Server server(server_options, [&](const web::Request& r) { return api.answer(r); }, events);
  if (auto ok = server.listen(); !ok) return complain(ok.error());

  // Signals are waited for by a thread of their own, so that stopping is ordinary code.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
  });
  desk.start_clock();
  fmt::print("Counterpart is at http://localhost:{}\n", server.port());
  std::fflush(stdout);
  server.run();
  desk.stop();
  pthread_kill(waiter.native_handle(), SIGTERM);
  waiter.join();
  return 0;
}

int import(const std::string& data, const std::string& pack, const std::string& journal_file,
           const std::string& sample_clock) {
  auto source = language::read_pack_folder(pack);
  if (!source) return complain(source.error());
  std::vector<program::Entry> entries;
  if (!journal_file.empty()) {
    auto text = read_file(journal_file);
    if (!text) return complain(text.error());
    std::vector<journal::LineError> errors;
    entries = journal::read_lines(*text, errors);
    for (const journal::LineError& e : errors) {
      fmt::print(stderr, "{}:{}: {}\n", journal_file, e.line, e.error.message);
      if (!e.error.help.empty()) fmt::print(stderr, "  help: {}\n", e.error.help);
    }
    if (!errors.empty()) return 1;
  }
  Datum settings = Datum::record();
  if (!sample_clock.empty()) {
    const auto t = parse_instant(sample_clock);
    if (!t) return complain({t.error().code, "--sample-clock: " + t.error().message, t.error().help});
    settings.set("sample_clock", Datum::of_text(sample_clock));
    // What a sample's journal records after its clock has not happened yet.
    const std::size_t all = entries.size();
    std::erase_if(entries, [&](const program::Entry& e) { return e.recorded > *t; });
    if (entries.size() < all)
      fmt::print("{} entries recorded after the sample's clock are left out\n", all - entries.size());
  }
  auto store = journal::open_sqlite_store(data);
  if (!store) return complain(store.error());
  desk::Desk desk(*std::move(store), load_zone, std::nullopt);
  if (auto ok = desk.open(); !ok) return complain(ok.error());
  const auto id = desk.import(*source, entries, write_json(settings));
  if (!id) {
    fmt::print(stderr, "{}", id.error().message);
    return complain({id.error().code, "nothing was imported", id.error().help});
  }
  fmt::print("imported {} with {} entries into {}\n", *id, entries.size(), data);
  return 0;
}

int verify(const std::string& data, bool json) {
  auto store = journal::open_sqlite_store(data);
  if (!store) return complain(store.error());
  const auto rows = (*store)->agreements();
  if (!rows) return complain(rows.error());
  bool whole = true;
  Datum out = Datum::list();
  for (const journal::AgreementRow& row : *rows) {
    const auto broken = (*store)->verify(row.id);
    const auto head = (*store)->head(row.id, "shared");
    if (!broken || !head) return complain(broken ? head.error() : broken.error());
    Datum d = Datum::record();
    d.set("agreement", Datum::of_text(row.id));
    d.set("entries", Datum::of_number(static_cast<std::int64_t>(*head)));
    d.set("whole", Datum::of(broken->empty()));
    if (!json && broken->empty()) fmt::print("{}: {} entries, the chain is whole\n", row.id, *head);
    for (const journal::Broken& b : *broken) {
      whole = false;
      d.set("broken_at", Datum::of_number(static_cast<std::int64_t>(b.sequence)));
      d.set("journal", Datum::of_text(b.journal));
      d.set("what", Datum::of_text(b.what));
      if (!json) fmt::print("{}: BROKEN at entry {} of {}: {}\n", row.id, b.sequence, b.journal, b.what);
    }
    out.items.push_back(std::move(d));
  }
  if (json) fmt::print("{}\n", write_json_pretty(out));
  return whole ? 0 : 1;
}

int import_text(const std::string& data, const std::string& agreement, const std::string& file) {
  const auto text = read_file(file);
  if (!text) return complain(text.error());
  auto store = journal::open_sqlite_store(data);
  if (!store) return complain(store.error());
  desk::Desk desk(*std::move(store), load_zone, std::nullopt);
  if (auto ok = desk.open(); !ok) return complain(ok.error());
  const auto clauses = desk.clauses(agreement);
  if (!clauses) return complain(clauses.error().error);
  std::vector<std::string> wanted;
  const auto walk = [&](const auto& self, const Datum& sections) -> void {
    for (const Datum& s : sections.items) {
      if (!s.find("number")->text.empty()) wanted.push_back(s.find("number")->text);
      self(self, *s.find("children"));
    }
  };
  walk(walk, *clauses->find("sections"));
  const exchange::OriginalText original = exchange::align_original(*text, wanted);
  Datum sections = Datum::record();
  for (const auto& [number, words] : original.sections) sections.set(number, Datum::of_text(words));
  if (auto ok = desk.keep_original(agreement, sections); !ok) return complain(ok.error());
  fmt::print(
      "{} sections of the original stand beside the pack; {} lines of headers, footers and page numbers were "
      "left out\n",
      original.sections.size(), original.dropped_lines);
  for (const std::string& number : original.missing)
    fmt::print("  not found in the text: section {}\n", number);
  return 0;
}

}  // namespace counterpart::cli
