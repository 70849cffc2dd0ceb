#pragma once

// Stories drawn at random for the laws, and what of a position a story's telling may not change.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "support.h"

namespace counterpart::tests {

inline constexpr int first_day = 0, last_day = 60;

inline std::string moment(int day, int hour) {
  return plus_days(CivilDate::from_ymd(2000, 6, 1), day).to_string() + " " + (hour < 10 ? "0" : "") +
         std::to_string(hour) + ":00";
}

// Some twenty entries on three requests: acts in and out of order, signed and not, claims and contests,
// corrections, evidence; each recorded no earlier than the one before, some dated back.
inline Story drawn_story() {
  Story s;
  s.add(s.asking(moment(first_day, 0), "R-0"));
  const int count = *rc::gen::inRange(1, 24);
  int recorded_day = first_day;
  for (int i = 0; i < count; ++i) {
    recorded_day = std::min(last_day, recorded_day + *rc::gen::inRange(0, 6));
    const int happened = std::max(first_day, recorded_day - *rc::gen::inRange(0, 8));
    const std::string key = "R-" + std::to_string(*rc::gen::inRange(1, 4));
    const std::string at = moment(happened, *rc::gen::inRange(0, 23));
    const auto earlier = static_cast<int>(s.record()->head());
    program::Entry e;
    switch (*rc::gen::inRange(0, 9)) {
      case 0:
      case 1:
        e = s.asking(at, key);
        e.via = *rc::gen::element<std::string>("e-mail", "courier", "pigeon");
        if (*rc::gen::inRange(0, 4) == 0) e.signatures.clear();
        break;
      case 2:
        e = s.entry(at, "Lessor", "grant", "Request/" + key);
        break;
      case 3:
        e = s.entry(at, "Lessor", "refuse", "Request/" + key);
        if (*rc::gen::inRange(0, 2) == 0) e.signatures.push_back({"Lessor", "agent", "", ""});
        break;
      case 4:
      case 5:
        e = s.entry(at, "Lessee", "pay", "Request/" + key);
        e.with.set("amount", Datum::of_text(std::to_string(*rc::gen::inRange(1, 300)) + ".37"));
        break;
      case 6:
        e = s.entry(at, "Lessor", "", "Request/" + key);
        e.kind = program::EntryKind::claim;
        e.what = "damaged";
        break;
      case 7:
        e = s.entry(at, "Lessee", "", "");
        e.kind = program::EntryKind::contest;
        e.of = static_cast<program::Sequence>(*rc::gen::inRange(1, std::max(2, earlier + 1)));
        break;
      default:
        e = s.entry(at, *rc::gen::element<std::string>("Lessor", "Lessee"), "", "");
        e.kind = program::EntryKind::correct;
        e.of = static_cast<program::Sequence>(*rc::gen::inRange(1, std::max(2, earlier + 1)));
        e.with.set("at", Datum::of_text(s.program().zone.format(s.at(moment(happened, 9)))));
    }
    e.recorded = std::max(s.at(moment(recorded_day, 23)), e.at);
    e.sequence = s.record()->head() + 1;
    (void)s.record()->append(e);  // a contest of what is no claim is refused, and the story goes on
  }
  return s;
}

inline std::string bytes(const engine::Position& p) { return write_json(engine::report(p)); }

// What holds, without the numbers of the entries that made it so: the same story told in another order gives
// the same.
inline std::string substance(const engine::Position& p) {
  std::vector<std::string> lines;
  const auto number = [](std::int64_t n) { return " " + std::to_string(n); };
  for (std::uint32_t t = 0; t < p.things.size(); ++t) {
    if (!p.things[t].stage.given()) continue;
    std::string line = p.name_of(t);
    for (std::uint32_t c = p.things[t].last_stage; c != engine::none; c = p.stage_changes[c].before)
      line += number(p.stage_changes[c].stage.value) + number(p.stage_changes[c].at.seconds) +
              number(p.stage_changes[c].dated.days);
    lines.push_back(line);
  }
  for (const engine::DutyRow& d : p.duties)
    lines.push_back("duty" + number(d.duty.value) + " " + p.name_of(d.thing) + number(d.opened.seconds) +
                    number(d.deadline.number) + " " + std::string(to_string(d.status)) +
                    number(d.ended.seconds));
  for (const engine::DueRow& d : p.dues)
    lines.push_back("due" + number(d.due.value) + " " + p.name_of(d.thing) + number(d.amount.number) +
                    number(d.settled) + number(d.deadline.number));
  for (const engine::BreachRow& b : p.breaches)
    lines.push_back("breach" + number(b.party.value) + " " + p.name_of(b.thing) + number(b.at.seconds));
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

}  // namespace counterpart::tests
