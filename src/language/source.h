#pragma once

#include "base/digest.h"

#include <string>
#include <utility>
#include <vector>

namespace counterpart::language {

struct SourceFile {
  std::string path;  // as people know it: relative to where the pack stands
  std::string text;
};

// A pack as text: modules it uses first, then its own files in order; and the provisions it must account for.
struct PackSource {
  std::string name;  // the folder's name
  std::vector<SourceFile> files;
  std::vector<std::pair<std::string, std::string>> provisions;  // id, kind; empty: not given
};

// The digest an edition is named by: over names and bytes of all files, in order.
Digest pack_digest(const PackSource& pack);

}  // namespace counterpart::language
