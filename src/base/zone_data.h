#pragma once

#include "base/time.h"

namespace counterpart {

// The IANA zone of this name from the machine's zone data, with the version of that data.
// Error: "zone-unknown". Reads files: call at the edge, never from the engine.
Result<Zone> load_zone(std::string_view name);

}  // namespace counterpart
