#include "program/entry.h"

#include <array>

namespace counterpart::program {

namespace {
constexpr std::array<std::string_view, 20> names{"adopt",  "act",     "claim",   "contest",   "agree",
                                                 "ruling", "correct", "ratify",  "evidence",  "supply",
                                                 "choose", "appoint", "relieve", "designate", "remark",
                                                 "draft",  "approve", "discard", "hold",      "release"};
}  // namespace

std::string_view to_string(EntryKind kind) { return names[static_cast<std::size_t>(kind)]; }

std::optional<EntryKind> entry_kind(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<EntryKind>(i);
  }
  return std::nullopt;
}

}  // namespace counterpart::program
