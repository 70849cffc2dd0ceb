#include "desk/clock.h"

#include <chrono>

namespace counterpart::desk {

namespace {
std::int64_t machine_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}
}  // namespace

Clock::Clock(Instant sample_start) : sample_(true), ahead_(sample_start.seconds - machine_seconds()) {}

Instant Clock::now() const {
  const std::lock_guard lock(mutex_);
  return {machine_seconds() + ahead_};
}

bool Clock::move_to(Instant t) {
  const std::lock_guard lock(mutex_);
  if (!sample_ || t.seconds < machine_seconds() + ahead_) return false;
  ahead_ = t.seconds - machine_seconds();
  return true;
}

}  // namespace counterpart::desk
