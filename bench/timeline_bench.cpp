// What a question about a day costs in an agreement of 100,000 entries: the whole fold, and the stretch since
// a kept point.

#include <benchmark/benchmark.h>

#include <map>

#include "engine/timeline.h"
#include "support.h"

namespace {

using namespace counterpart;

// Requests asked, granted by the lessor or by silence, and paid, five entries an hour through some two years.
const tests::Story& long_story(std::int64_t entries) {
  static std::map<std::int64_t, tests::Story> stories;
  const auto [at, added] = stories.try_emplace(entries);
  tests::Story& s = at->second;
  if (!added) return s;
  Instant now = s.at("2000-01-04 00:00");
  for (std::int64_t n = 0; static_cast<std::int64_t>(s.record()->head()) < entries; ++n) {
    const std::string key = "R-" + std::to_string(n);
    const auto add = [&](program::Entry e) {
      now.seconds += 630;
      e.at = e.recorded = now;
      s.add(std::move(e));
    };
    add(s.asking("2000-01-04 00:00", key));
    if (n % 3 == 0) continue;
    add(s.entry("2000-01-04 00:00", "Lessor", "grant", "Request/" + key));
    for (int i = 0; i < 3; ++i) {
      program::Entry pay = s.entry("2000-01-04 00:00", "Lessee", "pay", "Request/" + key);
      pay.with.set("amount", Datum::of_text("60.00"));
      add(std::move(pay));
    }
  }
  return s;
}

Instant day(const tests::Story& s, std::uint64_t random) {
  const Instant first = s.record()->raw(1).at;
  const Instant last = s.record()->raw(s.record()->head()).at;
  return {first.seconds +
          static_cast<std::int64_t>(random % static_cast<std::uint64_t>(last.seconds - first.seconds))};
}

void whole_fold(benchmark::State& state) {
  const tests::Story& s = long_story(state.range(0));
  engine::Position position;
  engine::FoldOptions o;
  o.as_of = s.record()->raw(s.record()->head()).at;
  for (auto _ : state) engine::fold_into(position, s.plan(), s.record(), o);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(whole_fold)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void as_of_a_random_day(benchmark::State& state) {
  const tests::Story& s = long_story(state.range(0));
  engine::Timeline timeline(s.plan(), s.record(), {});
  timeline.at(s.record()->raw(s.record()->head()).at);
  std::uint64_t random = 88172645463325252ULL;
  for (auto _ : state) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    benchmark::DoNotOptimize(timeline.at(day(s, random)));
  }
}
BENCHMARK(as_of_a_random_day)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
