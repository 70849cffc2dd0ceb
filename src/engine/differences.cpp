#include <fmt/core.h>

#include <map>

#include "engine/report.h"
#include "engine/words.h"

namespace counterpart::engine {

namespace {

const Datum* id_of(const Datum& item) { return item.kind == Datum::Kind::record ? item.find("id") : nullptr; }

std::string short_text(const Datum& d) {
  if (d.kind == Datum::Kind::text || d.kind == Datum::Kind::number) return d.text;
  if (d.kind == Datum::Kind::null) return "none";
  if (d.kind == Datum::Kind::yes_no) return d.yes ? "yes" : "no";
  return write_json(d);
}

// What an item is called among people: its document, or what it says.
std::string name_of(const Datum& item) {
  const auto text = [&](std::string_view field) -> std::string {
    const Datum* d = item.find(field);
    return d != nullptr && d->kind == Datum::Kind::text ? d->text : std::string();
  };
  if (item.find("creditor") != nullptr)
    return fmt::format("{} to {} on {}", text("debtor"), text("creditor"), text("on"));
  if (item.find("kind") != nullptr) return text("id");
  if (!text("text").empty()) return text("text");
  if (!text("name").empty() && !text("on").empty())
    return fmt::format("{} of {}", words_of(text("name")), text("on"));
  return text("name").empty() ? text("id") : words_of(text("name"));
}

std::string describe(const Datum& item) {
  std::string out;
  if (const Datum* text = item.find("text"); text != nullptr) out = text->text;
  if (out.empty()) out = id_of(item)->text;
  if (const Datum* stage = item.find("stage"); stage != nullptr) out += " is " + words_of(stage->text);
  if (const Datum* status = item.find("status"); status != nullptr) out += ": " + status->text;
  if (const Datum* due = item.find("due"); due != nullptr && due->kind == Datum::Kind::text)
    out += ", " + due->text;
  return out;
}

// Fields that move with every day or repeat what others say; a difference in them alone is none.
bool passing(std::string_view field) {
  return field == "days_left" || field == "because" || field == "text" || field == "history";
}

}  // namespace

std::vector<Change> differences(const Datum& before, const Datum& after) {
  std::vector<Change> changes;
  for (const auto& [section, now] : after.fields) {
    if (now.kind != Datum::Kind::list) continue;
    const Datum* was = before.find(section);
    std::map<std::string, const Datum*> old;
    if (was != nullptr) {
      for (const Datum& item : was->items) {
        if (const Datum* id = id_of(item); id != nullptr) old.emplace(id->text, &item);
      }
    }
    for (const Datum& item : now.items) {
      const Datum* id = id_of(item);
      if (id == nullptr) continue;
      const auto found = old.find(id->text);
      if (found == old.end()) {
        changes.push_back(
            {Change::Kind::added, section + "/" + id->text, describe(item), "", describe(item)});
        continue;
      }
      for (const auto& [field, value] : item.fields) {
        const Datum* before_value = found->second->find(field);
        if (passing(field) || (before_value != nullptr && *before_value == value)) continue;
        if (field == "fields" && before_value != nullptr) {
          for (const Datum& row : value.items) {
            const Datum* name = row.find("name");
            for (const Datum& old_row : before_value->items) {
              if (*old_row.find("name") == *name && *old_row.find("text") != *row.find("text")) {
                changes.push_back({Change::Kind::changed, section + "/" + id->text,
                                   fmt::format("{}: {}", name_of(item), words_of(name->text)),
                                   old_row.find("text")->text, row.find("text")->text});
              }
            }
          }
          continue;
        }
        changes.push_back({Change::Kind::changed, section + "/" + id->text,
                           fmt::format("{}: {}", name_of(item), words_of(field)),
                           before_value == nullptr ? "none" : short_text(*before_value), short_text(value)});
      }
      old.erase(found);
    }
    for (const auto& [id, item] : old) {
      changes.push_back(
          {Change::Kind::removed, fmt::format("{}/{}", section, id), describe(*item), describe(*item), ""});
    }
  }
  return changes;
}

Datum to_datum(const std::vector<Change>& changes) {
  Datum list = Datum::list();
  for (const Change& c : changes) {
    Datum d = Datum::record();
    d.set("item", Datum::of_text(c.item));
    d.set("kind", Datum::of_text(c.kind == Change::Kind::added     ? "added"
                                 : c.kind == Change::Kind::removed ? "removed"
                                                                   : "changed"));
    d.set("text", Datum::of_text(c.text));
    if (c.kind != Change::Kind::added) d.set("before", Datum::of_text(c.before));
    if (c.kind != Change::Kind::removed) d.set("after", Datum::of_text(c.after));
    list.items.push_back(std::move(d));
  }
  return list;
}

}  // namespace counterpart::engine
