#pragma once

#include "base/result.h"
#include "language/source.h"

#include <string>

namespace counterpart::language {

// Reads a pack's folder: its Markdown files in the order of their names, the modules they take in with `use
// NAME` from the folder `library` beside the pack, and `provisions.tsv` (id, kind) where there is one.
// Errors: "pack-missing", "pack-empty", "pack-unreadable", "module-missing".
Result<PackSource> read_pack_folder(const std::string& folder);

}  // namespace counterpart::language
