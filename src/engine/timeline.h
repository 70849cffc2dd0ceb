#pragma once

// The life of one agreement kept at many points, so that a question about any day costs the stretch since the
// point before it and not the whole. Points share what they have in common (engine/rows.h). A timeline gives
// the same positions as `fold`, to the byte; it is a cache and may be dropped at any time.

#include "engine/fold.h"

#include <cstddef>
#include <memory>

namespace counterpart::engine {

class Timeline {
 public:
  // `options.as_of` does not matter. A point is kept after every `entries_between` entries.
  Timeline(std::shared_ptr<const Plan> plan, std::shared_ptr<const Record> record, FoldOptions options,
           std::size_t entries_between = 512);
  Timeline(Timeline&&) noexcept;
  Timeline& operator=(Timeline&&) noexcept;
  ~Timeline();

  // The position as of an instant. Not for several threads at once.
  Position at(Instant as_of);

  // Takes in what the record has grown by. Points later than what the new entries touch are dropped: a live
  // act drops none, an act dated earlier those after it, a correction or a supplied unknown all of them.
  void extend();

  [[nodiscard]] std::size_t points() const;

 private:
  struct Point;
  void restart();

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const Record> record_;
  FoldOptions options_;
  std::size_t entries_between_;
  std::unique_ptr<Position> known_;  // what is attached and in which order entries run, before time runs
  std::vector<Point> points_;        // by time; the first stands before anything has happened
};

}  // namespace counterpart::engine
