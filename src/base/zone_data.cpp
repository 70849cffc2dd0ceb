#include "base/zone_data.h"

#include <date/tz.h>

namespace counterpart {

Result<Zone> load_zone(std::string_view name) {
  // The library throws for a name it does not know and for zone data it cannot read; both are answers here.
  try {
    const date::time_zone* zone = date::locate_zone(std::string(name));
    std::vector<Zone::Change> changes;
    const auto from = date::sys_days{date::year{1900} / 1 / 1};
    const auto to = date::sys_days{date::year{2100} / 1 / 1};
    date::sys_seconds at = from;
    while (at < to) {
      const date::sys_info info = zone->get_info(at);
      const auto offset = static_cast<std::int32_t>(info.offset.count());
      if (changes.empty() || changes.back().offset_seconds != offset) changes.push_back({{at.time_since_epoch().count()}, offset});
      if (info.end <= at) break;
      at = info.end;
    }
    return Zone(std::string(name), date::get_tzdb().version, std::move(changes));
  } catch (const std::exception&) {
    return fail("zone-unknown", "\"" + std::string(name) + "\" is not a time zone in this machine's zone data",
                "zones are named as in the IANA list, such as America/Chicago; the data is Debian's package tzdata");
  }
}

}  // namespace counterpart
