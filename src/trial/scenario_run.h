#pragma once

// Runs the stories of a pack against the engine.

#include "base/datum.h"
#include "program/program.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace counterpart::trial {

struct Failure {
  std::string file;
  std::uint32_t line = 0;
  std::string expected;  // the look as written
  std::string found;     // what the position says instead
};

struct ScenarioResult {
  std::string title;
  std::string file;
  std::uint32_t line = 0;
  std::vector<std::string> provisions;
  int looks = 0;
  std::vector<Failure> failures;
  [[nodiscard]] bool passed() const { return failures.empty() && looks > 0; }
};

// Every scenario, in the order of the pack. A scenario that looks at nothing fails: it could not.
std::vector<ScenarioResult> run_scenarios(const std::shared_ptr<const program::Program>& program);

// The title of the first scenario that does not hold; none when all do.
std::optional<std::string> first_failing(const std::shared_ptr<const program::Program>& program);
// The same of stories that stand apart from the program; those numbered in `first` are told before the
// others.
std::optional<std::string> first_failing(const std::shared_ptr<const program::Program>& program,
                                         std::span<const program::Scenario> scenarios,
                                         std::span<const std::uint32_t> first);

}  // namespace counterpart::trial
