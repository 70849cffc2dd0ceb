#include "base/zone_data.h"

#include "base/zone_rule.h"

#include <date/tz.h>

#include <fstream>
#include <optional>

namespace counterpart {

namespace {

// Where the zone library reads on Linux.
constexpr const char* zone_folder = "/usr/share/zoneinfo/";
constexpr int last_year = 2100;

// The library answers "unknown" for zone data that a system package installed; the text form of that data,
// put beside it, begins with its version: "# version 2026f".
std::string version_of_data() {
  std::string known = date::get_tzdb().version;
  if (!known.empty() && known != "unknown") return known;
  std::ifstream file(std::string(zone_folder) + "tzdata.zi");
  std::string line;
  constexpr std::string_view opening = "# version ";
  if (std::getline(file, line) && line.starts_with(opening)) return line.substr(opening.size());
  return "unknown";
}

// The rule in the last line of the zone's file, after its listed changes.
std::optional<std::string> rule_of(const std::string& name) {
  std::ifstream file(zone_folder + name, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.size() < 5 || !bytes.starts_with("TZif") || bytes[4] == '\0' || bytes.back() != '\n')
    return std::nullopt;
  const std::size_t line = bytes.rfind('\n', bytes.size() - 2);
  if (line == std::string::npos) return std::nullopt;
  return bytes.substr(line + 1, bytes.size() - line - 2);
}

}  // namespace

Result<Zone> load_zone(std::string_view name) {
  // The library throws for a name it does not know and for zone data it cannot read; both are answers here.
  try {
    const std::string zone_name(name);
    const date::time_zone* zone = date::locate_zone(zone_name);
    std::vector<Zone::Change> changes;
    const auto put = [&changes](Zone::Change change) {
      if (changes.empty() || changes.back().offset_seconds != change.offset_seconds)
        changes.push_back(change);
    };
    const date::sys_seconds to = date::sys_days{date::year{last_year + 1} / 1 / 1};
    date::sys_seconds at = date::sys_days{date::year{1900} / 1 / 1};
    for (;;) {
      const date::sys_info info = zone->get_info(at);
      put({{at.time_since_epoch().count()}, static_cast<std::int32_t>(info.offset.count())});
      if (info.end <= at || info.end >= to) break;
      at = info.end;
    }
    // The library stops at the last change its file lists (2037 at the latest) and ignores the rule that
    // follows, which would put every summer after it on winter time.
    const auto rule = rule_of(zone_name);
    const auto later =
        rule ? changes_by_rule(*rule, {at.time_since_epoch().count()}, last_year) : std::nullopt;
    if (!later) {
      return fail(
          "zone-unknown",
          "the zone data of \"" + zone_name + "\" does not say what holds after its last change",
          "zone files of version 2 or later end with such a rule; install the system's tzdata package");
    }
    for (const Zone::Change& change : *later) put(change);
    return Zone(zone_name, version_of_data(), std::move(changes));
  } catch (const std::exception&) {
    return fail("zone-unknown",
                "\"" + std::string(name) + "\" is not a time zone in this machine's zone data",
                "zones are named as in the IANA list, such as America/Chicago; the data is the system's "
                "tzdata package");
  }
}

}  // namespace counterpart
