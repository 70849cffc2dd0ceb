#pragma once

#include "base/result.h"
#include "web/http.h"

#include <map>
#include <optional>
#include <string>

namespace counterpart::web {

// The interface's files, read once at the start and served from memory.
class StaticFiles {
 public:
  // Error: "ui-missing" where the folder does not hold an index.html.
  static Result<StaticFiles> load(const std::string& folder);
  // A file, or the page itself for a path that is none of them; nothing for paths under /api/.
  [[nodiscard]] std::optional<Response> answer(const Request& request) const;

 private:
  struct File {
    std::string bytes, type, etag;
    bool immutable = false;
  };
  std::map<std::string, File> files_;
};

}  // namespace counterpart::web
