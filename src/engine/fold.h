#pragma once

// position = fold(program, entries, as_of, known_at): pure, the same on every machine.

#include "engine/position.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace counterpart::engine {

struct FoldOptions {
  Instant as_of;                    // time runs through this instant
  std::optional<Instant> known_at;  // entries recorded later do not count; none: all
  std::vector<std::pair<program::ReadingId, std::uint32_t>>
      readings;  // chosen for the asking, over the record's choices
  std::vector<std::pair<Sequence, bool>>
      assumed;  // contested claims taken as asserted (true) or as denied (false)
};

// The position. Never fails: what cannot be known is unknown in it.
Position fold(const std::shared_ptr<const Plan>& plan, const std::shared_ptr<const Record>& record,
              const FoldOptions& options);

// The same, keeping the buffers of `into` from an earlier fold; in the steady state it allocates nothing.
void fold_into(Position& into, const std::shared_ptr<const Plan>& plan,
               const std::shared_ptr<const Record>& record, const FoldOptions& options);

}  // namespace counterpart::engine
