#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/loading.h"
#include "language/pack_folder.h"
#include "trial/coverage.h"
#include "trial/mutation.h"

namespace counterpart::cli {

int check(const std::string& pack, bool json) {
  Loaded loaded = load_pack(pack);
  if (!loaded.error.message.empty()) return complain(loaded.error);
  if (json) {
    Datum out = Datum::record();
    out.set("ok", Datum::of(loaded.program != nullptr));
    out.set("diagnostics", language::to_datum(loaded.diagnostics, loaded.source));
    fmt::print("{}\n", write_json_pretty(out));
  } else {
    fmt::print("{}", language::render(loaded.diagnostics, loaded.source));
    if (loaded.program != nullptr) {
      const program::Program& p = *loaded.program;
      fmt::print(
          "{}: {} kinds of document, {} acts, {} duties, {} powers, {} rules, {} dues, {} scenarios; no "
          "errors\n",
          p.title, p.kinds.size() - 1, p.acts.size(), p.duties.size(), p.powers.size(), p.rules.size(),
          p.dues.size(), p.scenarios.size());
    }
  }
  return loaded.program != nullptr ? 0 : 1;
}

namespace {

struct Tally {
  int passed = 0;
  int failed = 0;
  Datum rows = Datum::list();
};

// Runs what a pack tells; answers whether it could be read.
bool run_pack(const Loaded& loaded, bool json, const std::string& only, Tally& tally) {
  if (loaded.program == nullptr) {
    fmt::print(stderr, "{}", language::render(loaded.diagnostics, loaded.source));
    return false;
  }
  auto results = trial::run_scenarios(loaded.program);
  if (!only.empty()) {
    std::erase_if(results,
                  [&](const trial::ScenarioResult& r) { return r.title.find(only) == std::string::npos; });
  }
  for (const trial::ScenarioResult& r : results) {
    (r.passed() ? tally.passed : tally.failed) += 1;
    if (json) {
      Datum row = Datum::record();
      row.set("title", Datum::of_text(r.title));
      row.set("file", Datum::of_text(r.file));
      row.set("line", Datum::of_number(std::int64_t{r.line}));
      row.set("passed", Datum::of(r.passed()));
      Datum failures = Datum::list();
      for (const trial::Failure& f : r.failures) {
        Datum d = Datum::record();
        d.set("line", Datum::of_number(std::int64_t{f.line}));
        d.set("expected", Datum::of_text(f.expected));
        d.set("found", Datum::of_text(f.found));
        failures.items.push_back(std::move(d));
      }
      row.set("failures", std::move(failures));
      tally.rows.items.push_back(std::move(row));
      continue;
    }
    if (r.passed()) {
      fmt::print("ok    {} ({}:{})\n", r.title, r.file, r.line);
      continue;
    }
    fmt::print("FAIL  {} ({}:{})\n", r.title, r.file, r.line);
    for (const trial::Failure& f : r.failures) {
      fmt::print("        line {}: expected  {}\n                  found     {}\n", f.line, f.expected,
                 f.found);
    }
  }
  return true;
}

// Whether a module tells stories of its own; one that does not is data, such as a calendar.
bool has_scenarios(const language::PackSource& module) {
  return module.files.back().text.find("\n```scenario") != std::string::npos;
}

}  // namespace

int test(const std::string& pack, bool json, const std::string& only) {
  Tally tally;
  bool readable = true;
  if (const auto modules = language::modules_in(pack); !modules.empty()) {
    for (const std::string& path : modules) {
      const Loaded loaded = load_pack(path);
      if (!loaded.error.message.empty()) return complain(loaded.error);
      if (has_scenarios(loaded.source)) readable = run_pack(loaded, json, only, tally) && readable;
    }
  } else {
    const Loaded loaded = load_pack(pack);
    if (!loaded.error.message.empty()) return complain(loaded.error);
    if (!run_pack(loaded, json, only, tally)) return 1;
  }
  if (json) {
    Datum out = Datum::record();
    out.set("passed", Datum::of_number(std::int64_t{tally.passed}));
    out.set("failed", Datum::of_number(std::int64_t{tally.failed}));
    out.set("scenarios", std::move(tally.rows));
    fmt::print("{}\n", write_json_pretty(out));
  } else {
    fmt::print("{} passed, {} failed\n", tally.passed, tally.failed);
  }
  if (readable && tally.passed + tally.failed == 0) {
    return complain(
        {"no-scenarios", "there is no scenario to run",
         only.empty() ? "write one in a block marked `scenario`" : "no title contains \"" + only + "\""});
  }
  return readable && tally.failed == 0 ? 0 : 1;
}

int mutate(const std::string& pack, bool json) {
  Loaded loaded = load_pack(pack);
  if (!loaded.error.message.empty()) return complain(loaded.error);
  if (loaded.program == nullptr) {
    fmt::print(stderr, "{}", language::render(loaded.diagnostics, loaded.source));
    return 1;
  }
  if (const auto failing = trial::first_failing(loaded.program); failing) {
    return complain({"scenarios-fail", "the scenario \"" + *failing + "\" does not hold as the pack stands",
                     "make `counterpart test` pass first"});
  }
  const auto all = trial::mutate(loaded.program);
  const auto missed =
      std::count_if(all.begin(), all.end(), [](const trial::Mutant& m) { return m.noticed_by.empty(); });
  if (json) {
    fmt::print("{}\n", write_json_pretty(trial::to_datum(all)));
  } else {
    for (const trial::Mutant& m : all) {
      if (!m.noticed_by.empty()) continue;
      std::string provisions;
      for (const std::string& id : m.provisions) provisions += " [" + id + "]";
      fmt::print("{}:{}: {}{}\n", m.file, m.line, m.what, provisions);
    }
    fmt::print("{} of {} changes to the rules are noticed by a scenario, {} are not\n",
               all.size() - static_cast<std::size_t>(missed), all.size(), missed);
  }
  return missed == 0 ? 0 : 1;
}

int coverage(const std::string& pack, bool json) {
  Loaded loaded = load_pack(pack);
  if (!loaded.error.message.empty()) return complain(loaded.error);
  if (loaded.program == nullptr) {
    fmt::print(stderr, "{}", language::render(loaded.diagnostics, loaded.source));
    return 1;
  }
  const trial::Coverage c = trial::coverage(*loaded.program, trial::run_scenarios(loaded.program));
  if (json) {
    fmt::print("{}\n", write_json_pretty(trial::to_datum(c)));
    return 0;
  }
  for (const trial::CoverageRow& row : c.rows) {
    if (row.disposition == program::Disposition::unaccounted) continue;
    std::string how;
    if (row.disposition == program::Disposition::executed) {
      for (const std::string& rule : row.rules) how += (how.empty() ? "" : ", ") + rule;
      how += row.scenarios.empty()
                 ? "; not tested by a scenario"
                 : fmt::format(
                       "; tested by \"{}\"{}", row.scenarios.front(),
                       row.scenarios.size() > 1 ? fmt::format(" and {} more", row.scenarios.size() - 1) : "");
    } else if (row.disposition == program::Disposition::deferred) {
      how = "waits for: " + row.note;
    } else {
      how = row.note;
    }
    fmt::print("{:<14} {:<9} {}\n", row.provision, trial::name_of(row.disposition), how);
  }
  fmt::print(
      "{} provisions: {} executed ({} tested), {} stated, {} unknown, {} deferred, {} not accounted for\n",
      c.rows.size(), c.executed, c.tested, c.stated, c.unknown, c.deferred, c.unaccounted);
  return 0;
}

}  // namespace counterpart::cli
