#include "engine/performance.h"

#include <algorithm>

namespace counterpart::engine {

using namespace program;

namespace {

// The bit of the n-th act of a path within its duty's acts.
std::uint32_t bit(const Duty& duty, const Path& path, std::uint32_t n) {
  return 1U << (path.acts.first - duty.performance.first + n);
}

bool counts(const Position& position, const Duty& duty, const Path& path, const Look& look) {
  return !path.failing || truth(position, duty.failing, look) == Truth::yes;
}

}  // namespace

bool advance(const Position& position, DutyRow& row, ActId act, const Look& look) {
  const Program& p = position.program();
  const Duty& duty = p.duties[row.duty.value];
  bool complete = false;
  for (std::uint32_t i = duty.paths.first; i < duty.paths.first + duty.paths.count; ++i) {
    const Path& path = p.paths[i];
    if (!counts(position, duty, path, look)) continue;
    for (std::uint32_t n = 0; n < path.acts.count; ++n) {
      if (p.act_lists[path.acts.first + n] != act || (row.performed & bit(duty, path, n)) != 0) continue;
      if (path.ordered && n > 0 && (row.performed & bit(duty, path, n - 1)) == 0) continue;
      row.performed |= bit(duty, path, n);
      break;  // one act is one step, where a path asks for the same act twice
    }
    bool all = true;
    for (std::uint32_t n = 0; n < path.acts.count; ++n)
      all = all && (row.performed & bit(duty, path, n)) != 0;
    complete = complete || all;
  }
  return complete;
}

std::vector<ActId> next_acts(const Position& position, const DutyRow& row) {
  const Program& p = position.program();
  const Duty& duty = p.duties[row.duty.value];
  std::vector<ActId> acts;
  const auto add = [&](ActId act) {
    if (std::find(acts.begin(), acts.end(), act) == acts.end()) acts.push_back(act);
  };
  if (duty.mode != PerformanceMode::paths) {
    for (std::uint32_t n = 0; n < duty.performance.count; ++n) {
      const bool done = duty.mode == PerformanceMode::all && (row.performed & (1U << n)) != 0;
      if (!done) add(p.act_lists[duty.performance.first + n]);
    }
    return acts;
  }
  Look look;
  look.subject = row.thing;
  look.now = position.as_of;
  look.has_opened = true;
  look.opened = row.opened;
  for (std::uint32_t i = duty.paths.first; i < duty.paths.first + duty.paths.count; ++i) {
    const Path& path = p.paths[i];
    if (!counts(position, duty, path, look)) continue;
    for (std::uint32_t n = 0; n < path.acts.count; ++n) {
      if ((row.performed & bit(duty, path, n)) != 0) continue;
      add(p.act_lists[path.acts.first + n]);
      if (path.ordered) break;
    }
  }
  return acts;
}

}  // namespace counterpart::engine
