#include "engine/timeline.h"

#include <algorithm>
#include <limits>

#include "engine/attach.h"
#include "engine/machine.h"

namespace counterpart::engine {

using namespace program;

struct Timeline::Point {
  Position position;
  Progress progress;
};

namespace {
constexpr Instant before_everything{std::numeric_limits<std::int64_t>::min()};
}

Timeline::Timeline(std::shared_ptr<const Plan> plan, std::shared_ptr<const Record> record,
                   FoldOptions options, std::size_t entries_between)
    : plan_(std::move(plan)),
      record_(std::move(record)),
      options_(std::move(options)),
      entries_between_(entries_between) {
  restart();
}

Timeline::Timeline(Timeline&&) noexcept = default;
Timeline& Timeline::operator=(Timeline&&) noexcept = default;
Timeline::~Timeline() = default;

std::size_t Timeline::points() const { return points_.size(); }

void Timeline::restart() {
  Point start;
  begin_fold(start.position, start.progress, plan_, record_, options_);
  known_ = std::make_unique<Position>(start.position);
  points_.clear();
  points_.push_back(std::move(start));
}

Position Timeline::at(Instant as_of) {
  // The first point serves any day; of the others those that are not past it.
  auto later = std::upper_bound(points_.begin() + 1, points_.end(), as_of,
                                [](Instant t, const Point& p) { return t < p.progress.now; });
  const bool newest = later == points_.end();
  Point point = *(later - 1);
  point.position.entries = known_->entries;
  point.position.head = known_->head;
  point.progress.judgement_of_entry.resize(known_->entries.size(), none);
  Machine machine(point.position, point.progress);
  if (newest) {
    while (!machine.run(as_of, entries_between_)) points_.push_back(point);
  } else {
    machine.run(as_of);
  }
  point.position.as_of = as_of;
  return std::move(point.position);
}

void Timeline::extend() {
  const auto all = record_->entries();
  const auto known = static_cast<std::size_t>(known_->head);
  if (known == all.size()) return;
  if (options_.known_at && all[known].recorded > *options_.known_at) return;
  // The last instant before which nothing changes.
  Instant untouched{std::numeric_limits<std::int64_t>::max()};
  bool only_appends = true;
  Instant last = known_->entries.empty() ? before_everything : std::as_const(known_->entries).back().at;
  for (const BoundEntry& e : all.subspan(known)) {
    switch (e.kind) {
      case EntryKind::act:
      case EntryKind::claim:
      case EntryKind::appoint:
      case EntryKind::relieve:
      case EntryKind::designate:
        untouched = std::min(untouched, e.at);
        only_appends = only_appends && e.at >= last;
        last = std::max(last, e.at);
        break;
      case EntryKind::evidence:
      case EntryKind::contest:
      case EntryKind::agree:
      case EntryKind::ruling:
      case EntryKind::ratify:
        // The entry it is about may stand elsewhere by a correction; both places are looked at anew.
        only_appends = false;
        untouched = std::min(untouched, Instant{all[e.of - 1].at.seconds - 1});
        for (const BoundEntry& other : std::as_const(known_->entries)) {
          if (other.sequence == e.of) untouched = std::min(untouched, Instant{other.at.seconds - 1});
        }
        break;
      case EntryKind::correct:
      case EntryKind::supply:
      case EntryKind::choose:
      case EntryKind::adopt:
      case EntryKind::remark:
      case EntryKind::draft:
      case EntryKind::approve:
      case EntryKind::discard:
      case EntryKind::hold:
      case EntryKind::release:
        return restart();
    }
  }
  if (options_.known_at && all.back().recorded > *options_.known_at) return restart();
  const auto first_touched = std::find_if(points_.begin() + 1, points_.end(),
                                          [&](const Point& p) { return p.progress.now > untouched; });
  points_.erase(first_touched, points_.end());
  if (only_appends) {
    for (const BoundEntry& e : all.subspan(known)) known_->entries.push_back(e);
  } else {
    Point start;
    begin_fold(start.position, start.progress, plan_, record_, options_);
    *known_ = start.position;
    for (Point& p : points_) p.progress.attached = start.progress.attached;
  }
  known_->head = all.back().sequence;
  for (Point& p : points_) p.position.know_keys();
}

}  // namespace counterpart::engine
