#pragma once

#include "base/time.h"

#include <optional>
#include <string_view>
#include <vector>

namespace counterpart {

// The yearly changes of a zone by the rule that ends its data file, e.g. "CST6CDT,M3.2.0,M11.1.0" (the TZ
// string of POSIX with the hours -167 to 167 of RFC 8536): those later than `after`, through `last_year`.
// Empty for a zone without summer time; nullopt when the rule cannot be read.
std::optional<std::vector<Zone::Change>> changes_by_rule(std::string_view rule, Instant after, int last_year);

}  // namespace counterpart
