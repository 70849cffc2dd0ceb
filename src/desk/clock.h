#pragma once

#include "base/time.h"

#include <mutex>

namespace counterpart::desk {

// The time of a workspace: the machine's, or its own (samples, training, tests), which runs on from where it
// was set.
class Clock {
 public:
  Clock() = default;                     // the machine's
  explicit Clock(Instant sample_start);  // its own

  [[nodiscard]] Instant now() const;
  [[nodiscard]] bool is_sample() const { return sample_; }
  // Moves a sample's clock forward; never back. False for the machine's clock or a time before now.
  bool move_to(Instant t);

 private:
  mutable std::mutex mutex_;
  bool sample_ = false;
  std::int64_t ahead_ = 0;  // seconds of the sample's clock over the machine's
};

}  // namespace counterpart::desk
