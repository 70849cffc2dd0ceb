#include <fmt/core.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "cli/commands.h"
#include "cli/loading.h"
#include "engine/alternatives.h"
#include "engine/explain.h"
#include "engine/fold.h"
#include "engine/inputs.h"
#include "engine/own.h"
#include "engine/paper.h"
#include "engine/report.h"
#include "engine/words.h"
#include "exchange/printed.h"
#include "journal/entry_json.h"

namespace counterpart::cli {

namespace {

// A pack and a journal file, bound: what run, why and diff begin with.
struct Bound {
  std::shared_ptr<const engine::Plan> plan;
  std::shared_ptr<const engine::Record> record;
};

// The entries of a file, or the exit status after telling every line that cannot be read.
std::expected<std::vector<program::Entry>, int> read_entries(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return std::unexpected(complain({"journal-missing", "the journal " + path + " cannot be read",
                                     "a journal is a file of JSON Lines, one entry a line"}));
  }
  std::ostringstream text;
  text << in.rdbuf();
  std::vector<journal::LineError> errors;
  auto entries = journal::read_lines(text.str(), errors);
  for (const journal::LineError& e : errors) {
    fmt::print(stderr, "{}:{}: {}\n", path, e.line, e.error.message);
    if (!e.error.help.empty()) fmt::print(stderr, "  help: {}\n", e.error.help);
  }
  if (!errors.empty()) return std::unexpected(1);
  return entries;
}

int complain_of(const std::string& path, const program::Entry& entry, const Error& error) {
  fmt::print(stderr, "{}: entry {}: {}\n", path, entry.sequence, error.message);
  if (!error.help.empty()) fmt::print(stderr, "  help: {}\n", error.help);
  return 1;
}

std::expected<Bound, int> load(const RunOptions& options) {
  Loaded loaded = load_editions(options.pack, options.also);
  if (!loaded.error.message.empty()) return std::unexpected(complain(loaded.error));
  if (loaded.program == nullptr) {
    fmt::print(stderr, "{}", language::render(loaded.diagnostics, loaded.source));
    return std::unexpected(1);
  }
  const auto entries = read_entries(options.journal);
  if (!entries) return std::unexpected(entries.error());
  const auto record = std::make_shared<engine::Record>(loaded.program);
  // What follows a refused entry may speak of it, so the first refusal is told alone.
  for (const program::Entry& e : *entries) {
    if (auto ok = record->append(e); !ok) return std::unexpected(complain_of(options.journal, e, ok.error()));
  }
  return Bound{std::make_shared<const engine::Plan>(*loaded.program), record};
}

std::expected<engine::FoldOptions, int> fold_options_of(const Bound& bound, const RunOptions& options) {
  const program::Program& p = bound.record->program();
  engine::FoldOptions fold_options;
  if (options.as_of.empty()) {
    fold_options.as_of = {
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count()};
  } else {
    const auto t = parse_moment(options.as_of, p.zone);
    if (!t)
      return std::unexpected(complain({t.error().code, "--as-of: " + t.error().message, t.error().help}));
    fold_options.as_of = *t;
  }
  if (!options.known_at.empty()) {
    const auto t = parse_moment(options.known_at, p.zone);
    if (!t)
      return std::unexpected(complain({t.error().code, "--known-at: " + t.error().message, t.error().help}));
    fold_options.known_at = *t;
  }
  for (const std::string& choice : options.readings) {
    const std::size_t equals = choice.find('=');
    bool found = false;
    std::string names;
    for (std::uint32_t i = 0; i < p.readings.size(); ++i) {
      const program::Reading& r = p.readings[i];
      names += std::string(names.empty() ? "" : ", ") + std::string(p.text(r.name));
      if (equals == std::string::npos || p.text(r.name) != choice.substr(0, equals)) continue;
      for (std::uint32_t n = 0; n < r.alternatives.count; ++n) {
        if (p.text(p.text_lists[r.alternatives.first + n]) != choice.substr(equals + 1)) continue;
        fold_options.readings.emplace_back(program::ReadingId{i}, n);
        found = true;
      }
    }
    if (!found) {
      return std::unexpected(complain(
          {"reading-unknown", "--reading: \"" + choice + "\" is not NAME=ALTERNATIVE of a declared reading",
           "readings: " + names}));
    }
  }
  return fold_options;
}

// The record with what its pack reads from the agreements named by --input, at the same instants.
Result<std::shared_ptr<const engine::Record>> with_inputs(const std::shared_ptr<const engine::Record>& record,
                                                          const engine::FoldOptions& at,
                                                          const RunOptions& options) {
  return engine::with_inputs(record, [&](const std::string& name) -> Result<Datum> {
    for (const std::string& input : options.inputs) {
      const std::size_t equals = input.find('=');
      const std::size_t comma = input.find(',', std::min(equals, input.size()));
      if (equals == std::string::npos || comma == std::string::npos) {
        return fail("input-malformed", "--input: \"" + input + "\" is not NAME=PACK,JOURNAL",
                    "--input procurement=agreements/master-procurement,journal.jsonl");
      }
      if (input.substr(0, equals) != name) continue;
      RunOptions other;
      other.pack = input.substr(equals + 1, comma - equals - 1);
      other.journal = input.substr(comma + 1);
      other.inputs = options.inputs;
      std::erase(other.inputs, input);  // nobody reads from itself, at any distance
      const auto bound = load(other);
      if (!bound) {
        return fail("input-unreadable", "--input: the agreement \"" + name + "\" cannot be read",
                    "what is wrong with it is said above");
      }
      engine::FoldOptions same;
      same.as_of = at.as_of;
      same.known_at = at.known_at;
      TRY_ASSIGN(const auto with, with_inputs(bound->record, same, other));
      return engine::report(engine::fold(bound->plan, with, same));
    }
    return fail("input-missing", "the pack reads from the agreement \"" + name + "\", which was not given",
                "add --input " + name + "=PACK,JOURNAL");
  });
}

std::expected<engine::Position, int> position(const Bound& bound, const RunOptions& options) {
  const auto fold_options = fold_options_of(bound, options);
  if (!fold_options) return std::unexpected(fold_options.error());
  const auto with = with_inputs(bound.record, *fold_options, options);
  if (!with) return std::unexpected(complain(with.error()));
  return engine::fold(bound.plan, *with, *fold_options);
}

std::string_view text_of(const Datum& item, std::string_view name) {
  const Datum* d = item.find(name);
  return d == nullptr ? std::string_view() : std::string_view(d->text);
}

std::string provisions_of(const Datum& item) {
  std::string out;
  if (const Datum* list = item.find("provisions"); list != nullptr) {
    for (const Datum& id : list->items) out += " [" + id.text + "]";
  }
  return out;
}

// The position for a person at a terminal.
void print(const Datum& report) {
  fmt::print(
      "{} as of {}{}\n", text_of(report, "agreement"), text_of(report, "as_of"),
      report.find("known_at") != nullptr ? fmt::format(", as known at {}", text_of(report, "known_at")) : "");
  fmt::print("\nDocuments\n");
  for (const Datum& d : report.find("documents")->items) {
    fmt::print("  {:<34} {:<16} since {}{}{}\n", text_of(d, "id"), text_of(d, "stage"),
               text_of(d, "stage_since").substr(0, 10),
               text_of(d, "stage_by") == "silence" ? ", by silence" : "", provisions_of(d));
  }
  fmt::print("\nDuties that run\n");
  for (const Datum& d : report.find("duties")->items) {
    const std::string_view status = text_of(d, "status");
    if (status != "due" && status != "overdue" && status != "unknown") continue;
    fmt::print("  {} {} ({}){}{}\n", text_of(d, "text"), text_of(d, "due_text"), status,
               d.find("safe_by") == nullptr ? "" : fmt::format(", safe by {}", text_of(d, "safe_by_text")),
               provisions_of(d));
  }
  fmt::print("\nPowers that are open\n");
  for (const Datum& d : report.find("powers")->items) {
    if (text_of(d, "status") != "open") continue;
    fmt::print("  {}{}{}\n", text_of(d, "text"),
               text_of(d, "closes").empty() ? "" : fmt::format(" until {}", text_of(d, "closes")),
               provisions_of(d));
  }
  fmt::print("\nDues\n");
  for (const Datum& d : report.find("dues")->items) {
    fmt::print("  {}, due {}: {}{}\n", text_of(d, "text"), text_of(d, "due"), text_of(d, "status"),
               provisions_of(d));
    if (const Datum* i = d.find("interest"); i != nullptr)
      fmt::print("      interest: {}\n", text_of(*i, "text"));
  }
  const auto judged = [&](std::string_view section, std::string_view title) {
    if (report.find(section)->items.empty()) return;
    fmt::print("\n{}\n", title);
    for (const Datum& d : report.find(section)->items) {
      fmt::print("  {}: {} {} {}\n", text_of(d, "id"), text_of(d, "by"), text_of(d, "act"), text_of(d, "on"));
      for (const Datum& r : d.find("reasons")->items)
        fmt::print("      {}{}\n", text_of(r, "text"), provisions_of(r));
    }
  };
  judged("void", "Void");
  judged("in_doubt", "In doubt");
  if (!report.find("breaches")->items.empty()) fmt::print("\nBreaches\n");
  for (const Datum& d : report.find("breaches")->items) {
    fmt::print("  {}: {}, since {}{}\n", text_of(d, "party"), text_of(d, "text"),
               text_of(d, "from").substr(0, 10), provisions_of(d));
  }
  if (!report.find("unknown")->items.empty()) fmt::print("\nUnknown\n");
  for (const Datum& d : report.find("unknown")->items) {
    fmt::print("  {}: {} ({} items wait for it){}\n", text_of(d, "name"), text_of(d, "reason"),
               d.find("items")->items.size(), provisions_of(d));
  }
  const Datum* own = report.find("own");
  if (own == nullptr) return;
  fmt::print("\nSeen by {} alone\n", text_of(*own, "party"));
  for (const Datum& d : own->find("drafts")->items) {
    fmt::print("  {}: {}; done now it would be {}; approved by {}\n", text_of(d, "id"), text_of(d, "text"),
               text_of(d, "would_be"),
               d.find("approvals")->items.empty() ? "nobody yet"
                                                  : std::to_string(d.find("approvals")->items.size()));
    for (const Datum& r : d.find("reasons")->items)
      fmt::print("      {}{}\n", text_of(r, "text"), provisions_of(r));
  }
  for (const char* section : {"remarks", "holds"}) {
    for (const Datum& d : own->find(section)->items)
      fmt::print("  {}: {} {}\n", text_of(d, "id"), text_of(d, "text"), text_of(d, "on"));
  }
}

void print(const engine::Change& c) {
  switch (c.kind) {
    case engine::Change::Kind::added:
      fmt::print("+ {}\n", c.text);
      break;
    case engine::Change::Kind::removed:
      fmt::print("- {}\n", c.text);
      break;
    case engine::Change::Kind::changed:
      fmt::print("~ {}: {} -> {}\n", c.text, c.before, c.after);
      break;
  }
}

}  // namespace

int run_journal(const RunOptions& options) {
  const auto bound = load(options);
  if (!bound) return bound.error();
  const auto at = position(*bound, options);
  if (!at) return at.error();
  Datum report = engine::report(*at);
  if (const auto asked = fold_options_of(*bound, options); asked) engine::add_safe_dates(report, *at, *asked);
  if (!options.own.empty()) {
    const program::Program& p = bound->record->program();
    const program::PartyId party = p.party(options.party);
    if (!party.given())
      return complain({"party-unknown", "--party: the agreement has no party \"" + options.party + "\"", ""});
    const auto entries = read_entries(options.own);
    if (!entries) return entries.error();
    engine::OwnJournal own(bound->record->shared_program(), party);
    for (const program::Entry& e : *entries) {
      if (auto ok = own.append(e); !ok) return complain_of(options.own, e, ok.error());
    }
    report.set("own", engine::own_items(*at, own));
  }
  if (options.json) {
    fmt::print("{}\n", write_json_pretty(report));
  } else {
    print(report);
  }
  return 0;
}

int why(const RunOptions& options, const std::string& item) {
  const auto bound = load(options);
  if (!bound) return bound.error();
  const auto at = position(*bound, options);
  if (!at) return at.error();
  const auto explanation = engine::explain(*at, item);
  if (!explanation) return complain(explanation.error());
  if (options.json) {
    fmt::print("{}\n", write_json_pretty(engine::to_datum(*explanation)));
  } else {
    fmt::print("{}", engine::to_text(*explanation));
  }
  return 0;
}

int paper(const RunOptions& options, const std::string& name, const std::string& document, PaperForm form) {
  const auto bound = load(options);
  if (!bound) return bound.error();
  const auto at = position(*bound, options);
  if (!at) return at.error();
  if (name.empty()) {
    const Datum all = engine::papers(*at);
    if (options.json) {
      fmt::print("{}\n", write_json_pretty(all));
      return 0;
    }
    for (const Datum& one : all.items) {
      const Datum* of = one.find("of");
      fmt::print("{:<28} {}{}\n", one.find("name")->text, one.find("title")->text,
                 of == nullptr ? "" : fmt::format(" (one for each {})", of->text));
    }
    if (all.items.empty()) fmt::print("this pack declares no papers\n");
    return 0;
  }
  const auto made = engine::paper(*at, name, document);
  if (!made) return complain(made.error());
  if (options.json) {
    fmt::print("{}\n", write_json_pretty(*made));
  } else if (form == PaperForm::html) {
    fmt::print("{}", exchange::paper_as_html(*made));
  } else if (form == PaperForm::csv) {
    fmt::print("{}", exchange::paper_as_csv(*made));
  } else {
    for (const std::string& line : engine::paper_lines(*made)) fmt::print("{}\n", line);
  }
  return 0;
}

int alternatives(const RunOptions& options) {
  const auto bound = load(options);
  if (!bound) return bound.error();
  const auto asked = fold_options_of(*bound, options);
  if (!asked) return asked.error();
  const auto now = position(*bound, options);
  if (!now) return now.error();
  const auto all = engine::alternatives(*now, *asked);
  if (options.json) {
    fmt::print("{}\n", write_json_pretty(engine::to_datum(all)));
    return 0;
  }
  for (const engine::Alternative& a : all) {
    fmt::print("{} {}\n  {}; if it were \"{}\":\n", a.id, a.question,
               a.now == "disputed" ? "disputed" : fmt::format("now \"{}\"", a.now), a.answer);
    for (const engine::Change& c : a.changes) print(c);
  }
  if (all.empty()) fmt::print("nothing that is open changes the position\n");
  return 0;
}

int diff(const RunOptions& options, const RunOptions& other) {
  const auto bound = load(options);
  if (!bound) return bound.error();
  const auto before = position(*bound, options);
  if (!before) return before.error();
  RunOptions second = options;
  if (!other.as_of.empty()) second.as_of = other.as_of;
  if (!other.known_at.empty()) second.known_at = other.known_at == "everything" ? "" : other.known_at;
  if (!other.readings.empty()) second.readings = other.readings;
  // Other editions are another program, and the journal is bound to it anew.
  std::expected<Bound, int> other_text = *bound;
  if (!other.also.empty()) {
    second.also = other.also;
    other_text = load(second);
    if (!other_text) return other_text.error();
  }
  const auto after = position(*other_text, second);
  if (!after) return after.error();
  const auto changes = engine::differences(engine::report(*before), engine::report(*after));
  if (options.json) {
    fmt::print("{}\n", write_json_pretty(engine::to_datum(changes)));
    return 0;
  }
  for (const engine::Change& c : changes) {
    print(c);
  }
  fmt::print("{} difference{}\n", changes.size(), changes.size() == 1 ? "" : "s");
  return 0;
}

}  // namespace counterpart::cli
