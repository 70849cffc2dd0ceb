#include "engine/unknowns.h"

#include <algorithm>
#include <iterator>

namespace counterpart::engine {

UnknownSets::UnknownSets() { clear(); }

void UnknownSets::clear() {
  sets_.assign(1, {});
  index_.clear();
  index_.emplace(std::vector<Missing>{}, 0);
}

std::uint32_t UnknownSets::intern(std::vector<Missing> set) {
  const auto [at, added] = index_.try_emplace(std::move(set), static_cast<std::uint32_t>(sets_.size()));
  if (added) sets_.push_back(at->first);
  return at->second;
}

std::uint32_t UnknownSets::one(const Missing& missing) { return intern({missing}); }

std::uint32_t UnknownSets::join(std::uint32_t a, std::uint32_t b) {
  if (a == b || b == 0) return a;
  if (a == 0) return b;
  std::vector<Missing> both;
  std::set_union(sets_[a].begin(), sets_[a].end(), sets_[b].begin(), sets_[b].end(),
                 std::back_inserter(both));
  return intern(std::move(both));
}

}  // namespace counterpart::engine
