#include "cli/loading.h"

#include <fmt/core.h>

#include "base/zone_data.h"
#include "language/editions.h"
#include "language/pack_folder.h"

namespace counterpart::cli {

Loaded load_pack(const std::string& folder) {
  Loaded loaded;
  auto source = language::read_pack_folder(folder);
  if (!source) {
    loaded.error = source.error();
    return loaded;
  }
  loaded.source = *std::move(source);
  language::Compiled compiled = language::compile(loaded.source, load_zone);
  loaded.program = std::move(compiled.program);
  loaded.diagnostics = std::move(compiled.diagnostics);
  return loaded;
}

Loaded load_editions(const std::string& folder, const std::vector<std::string>& also) {
  if (also.empty()) return load_pack(folder);
  Loaded loaded;
  std::vector<language::Edition> editions;
  const auto read = [&](const std::string& pack, std::optional<CivilDate> from) {
    auto source = language::read_pack_folder(pack);
    if (!source) {
      loaded.error = source.error();
      return false;
    }
    if (from) {
      editions.push_back({*std::move(source), from});
    } else if (editions.empty()) {
      editions.push_back({*std::move(source), std::nullopt});
    } else {
      editions.front().source = *std::move(source);
    }
    return true;
  };
  if (!read(folder, std::nullopt)) return loaded;
  for (const std::string& one : also) {
    const std::size_t at = one.rfind('@');
    std::optional<CivilDate> from;
    if (at != std::string::npos) {
      const auto date = CivilDate::parse(one.substr(at + 1));
      if (!date) {
        loaded.error = {"edition-date", "--also: " + date.error().message, "write PACK@2001-05-01"};
        return loaded;
      }
      from = *date;
      if (editions.size() > 1 && *from <= *editions.back().from) {
        loaded.error = {"edition-order",
                        "--also: " + one + " comes into force no later than the edition before it",
                        "give editions in the order of their dates"};
        return loaded;
      }
    }
    if (!read(one.substr(0, at), from)) return loaded;
  }
  auto compiled = language::compile_editions(editions, load_zone);
  loaded.source = editions[compiled.of].source;
  loaded.program = std::move(compiled.compiled.program);
  loaded.diagnostics = std::move(compiled.compiled.diagnostics);
  return loaded;
}

int complain(const Error& error) {
  fmt::print(stderr, "counterpart: {}\n", error.message);
  if (!error.help.empty()) fmt::print(stderr, "help: {}\n", error.help);
  return 2;
}

}  // namespace counterpart::cli
