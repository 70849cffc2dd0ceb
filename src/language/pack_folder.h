#pragma once

#include "base/result.h"
#include "language/source.h"

#include <map>
#include <string>
#include <vector>

namespace counterpart::language {

// Reads a pack's folder: its Markdown files in the order of their names, the modules they take in with `use
// NAME` from the folder `library` beside the pack, and `provisions.tsv` (id, kind) where there is one. A file
// of the library is read as a pack of its own, called `library/NAME`: that is how a module is tested.
// Errors: "pack-missing", "pack-empty", "pack-unreadable", "module-missing".
// `unsaved` holds texts that stand in an editor, by path: they count instead of the files, and beside them.
Result<PackSource> read_pack_folder(const std::string& folder,
                                    const std::map<std::string, std::string>& unsaved = {});
// The files of a folder of modules; empty where it is none.
std::vector<std::string> modules_in(const std::string& folder);

}  // namespace counterpart::language
