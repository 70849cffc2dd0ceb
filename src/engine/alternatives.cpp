#include "engine/alternatives.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

namespace {

struct Question {
  std::string id, question, answer, now;
  std::vector<std::string> provisions;
  FoldOptions options;
};

// Every open question of a position with each answer it could still have.
std::vector<Question> questions_of(const Position& position, const FoldOptions& options) {
  const Program& p = position.program();
  std::vector<Question> out;
  for (std::uint32_t i = 0; i < p.readings.size(); ++i) {
    const Reading& r = p.readings[i];
    const bool fixed = std::any_of(options.readings.begin(), options.readings.end(),
                                   [&](const auto& choice) { return choice.first.value == i; });
    if (fixed || position.reading_chosen[i]) continue;
    for (std::uint32_t n = 0; n < r.alternatives.count; ++n) {
      if (n == position.readings[i]) continue;
      const auto name = [&](std::uint32_t alternative) {
        return std::string(p.text(p.text_lists[r.alternatives.first + alternative]));
      };
      Question q{"reading:" + std::string(p.text(r.name)),
                 std::string(p.text(r.question)),
                 name(n),
                 name(position.readings[i]),
                 provision_ids(p, r.provisions),
                 options};
      q.options.readings.emplace_back(ReadingId{i}, n);
      out.push_back(std::move(q));
    }
  }
  for (const ClaimRow& claim : position.claims) {
    if (claim.status != ClaimStatus::disputed) continue;
    for (const bool holds : {true, false}) {
      Question q{fmt::format("claim:{}", claim.entry),
                 fmt::format("{} of {}, claimed by {}", words_of(p.text(p.claims[claim.claim.value].name)),
                             position.name_of(claim.thing), position.record->raw(claim.entry).by),
                 holds ? "as claimed" : "as denied",
                 "disputed",
                 provision_ids(p, p.claims[claim.claim.value].provisions),
                 options};
      q.options.assumed.emplace_back(claim.entry, holds);
      out.push_back(std::move(q));
    }
  }
  return out;
}

std::string text_of(const Datum& item, std::string_view name) {
  const Datum* d = item.find(name);
  return d != nullptr && d->kind == Datum::Kind::text ? d->text : std::string();
}

// The day a deadline lasts through; none when there is none or it is unknown.
std::optional<CivilDate> day_of(const Position& position, const Value& deadline) {
  if (deadline.tag == Tag::date) return CivilDate{static_cast<std::int32_t>(deadline.number)};
  if (deadline.tag == Tag::instant) return position.program().zone.date_of({deadline.number});
  return std::nullopt;
}

}  // namespace

std::vector<Alternative> alternatives(const Position& now, const FoldOptions& options) {
  const Datum before = report(now);
  std::vector<Alternative> out;
  Position then;
  for (Question& q : questions_of(now, options)) {
    fold_into(then, now.plan, now.record, q.options);
    std::vector<Change> changes = differences(before, report(then));
    // That the question itself is answered is no consequence of the answer.
    std::erase_if(changes, [](const Change& c) {
      return c.item.starts_with("readings/") || c.item.starts_with("unknown/");
    });
    std::erase_if(changes, [&](const Change& c) { return c.item == "claims/" + q.id; });
    if (changes.empty()) continue;
    out.push_back({std::move(q.id), std::move(q.question), std::move(q.answer), std::move(q.now),
                   std::move(q.provisions), std::move(changes)});
  }
  return out;
}

Datum to_datum(const std::vector<Alternative>& all) {
  Datum list = Datum::list();
  for (const Alternative& a : all) {
    Datum d = Datum::record();
    d.set("id", Datum::of_text(a.id));
    d.set("question", Datum::of_text(a.question));
    d.set("answer", Datum::of_text(a.answer));
    d.set("now", Datum::of_text(a.now));
    Datum provisions = Datum::list();
    for (const std::string& id : a.provisions) provisions.items.push_back(Datum::of_text(id));
    d.set("provisions", std::move(provisions));
    d.set("changes", to_datum(a.changes));
    list.items.push_back(std::move(d));
  }
  return list;
}

void add_safe_dates(Datum& report_now, const Position& now, const FoldOptions& options) {
  std::map<std::string, CivilDate> earliest;
  Position then;
  for (const Question& q : questions_of(now, options)) {
    fold_into(then, now.plan, now.record, q.options);
    const auto note = [&](const std::string& item, const Value& deadline) {
      const std::optional<CivilDate> day = day_of(then, deadline);
      if (!day) return;
      const auto [at, added] = earliest.emplace(item, *day);
      if (!added) at->second = std::min(at->second, *day);
    };
    for (std::uint32_t i = 0; i < then.duties.size(); ++i) note(then.duty_item(i), then.duties[i].deadline);
    for (std::uint32_t i = 0; i < then.dues.size(); ++i) note(then.due_item(i), then.dues[i].deadline);
  }
  for (const char* section : {"duties", "dues"}) {
    for (auto& [name, list] : report_now.fields) {
      if (name != section) continue;
      for (Datum& item : list.items) {
        const std::string status = text_of(item, "status");
        if (status != "due" && status != "pending" && status != "overdue" && status != "unknown") continue;
        const auto found = earliest.find(text_of(item, "id"));
        if (found == earliest.end()) continue;
        const auto due = CivilDate::parse(text_of(item, "due").substr(0, 10));
        if (due && *due <= found->second) continue;
        item.set("safe_by", Datum::of_text(found->second.to_string()));
        item.set("safe_by_text", Datum::of_text(found->second.with_weekday()));
      }
    }
  }
}

}  // namespace counterpart::engine
