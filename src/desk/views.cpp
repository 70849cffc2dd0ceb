#include <cmark.h>

#include <algorithm>

#include "desk/agreement.h"
#include "engine/words.h"

namespace counterpart::desk {

using namespace program;

namespace {

std::string html(std::string_view markdown) {
  // Raw HTML stays out: the pack's prose is text.
  char* out = cmark_markdown_to_html(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8);
  std::string text(out);
  std::free(out);
  return text;
}

Datum text(std::string_view s) { return Datum::of_text(std::string(s)); }

Datum input_of(const Program& p, std::string_view name, const TypeRef& type, bool optional,
               std::string_view label) {
  Datum d = Datum::record();
  d.set("name", text(name));
  d.set("label", text(label.empty() ? engine::words_of(name) : std::string(label)));
  // What may be anything is typed in as text.
  d.set("type", text(type.type == Type::any ? "text" : engine::type_name(type.type)));
  d.set("optional", Datum::of(optional));
  if (type.type == Type::choice) {
    Datum options = Datum::list();
    for (const std::string& o : p.choices[type.detail]) options.items.push_back(text(o));
    d.set("options", std::move(options));
  }
  if (type.type == Type::reference) {
    Datum kinds = Datum::list();
    for (const KindId k : p.kind_sets[type.detail])
      kinds.items.push_back(text(p.text(p.kinds[k.value].name)));
    d.set("kinds", std::move(kinds));
  }
  if (type.type == Type::money) d.set("currency", text(p.currencies.front().name()));
  if (type.type == Type::parts) {
    Datum parts = Datum::list();
    const Range fields = p.kinds[type.detail].fields;
    for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
      const Field& field = p.fields[f];
      if (field.computed.given()) continue;
      parts.items.push_back(input_of(p, p.text(field.name), field.type,
                                     field.optional || field.initial.given(), p.text(field.label)));
    }
    d.set("parts", std::move(parts));
  }
  return d;
}

Datum provisions(const Program& p, Range cited) {
  Datum list = Datum::list();
  for (const std::string& id : engine::provision_ids(p, cited)) list.items.push_back(text(id));
  return list;
}

}  // namespace

Datum parties_of(const Program& p) {
  Datum list = Datum::list();
  for (std::uint32_t i = 0; i < p.parties.size(); ++i) {
    Datum d = Datum::record();
    d.set("name", text(p.text(p.parties[i].name)));
    d.set("full_name", text(p.text(p.parties[i].full_name)));
    if (p.parties[i].outside) d.set("outside", Datum::of(true));
    Datum offices = Datum::list();
    for (const Office& o : p.offices) {
      if (o.party.value != i) continue;
      Datum office = Datum::record();
      office.set("name", text(p.text(o.name)));
      office.set("title",
                 text(o.title.given() ? std::string(p.text(o.title)) : engine::words_of(p.text(o.name))));
      offices.items.push_back(std::move(office));
    }
    d.set("offices", std::move(offices));
    list.items.push_back(std::move(d));
  }
  return list;
}

Datum forms_of(const Program& p) {
  // The ways anything is sent: every channel a receipt rule names.
  std::vector<std::string> all_channels;
  for (const ReceiptRow& row : p.receipt_rows) {
    const std::string name(p.text(row.channel));
    if (!name.empty() && std::find(all_channels.begin(), all_channels.end(), name) == all_channels.end())
      all_channels.push_back(name);
  }
  Datum list = Datum::list();
  for (std::uint32_t a = 0; a < p.acts.size(); ++a) {
    const Act& act = p.acts[a];
    Datum d = Datum::record();
    d.set("act", Datum::of_number(std::int64_t{a}));
    d.set("kind", text(p.text(p.kinds[act.kind.value].name)));
    d.set("verb", text(p.text(act.verb)));
    d.set("label",
          text(std::string(p.text(act.verb)) + " " + std::string(p.text(p.kinds[act.kind.value].name))));
    Datum by = Datum::list();
    for (std::uint32_t i = 0; i < act.by.count; ++i)
      by.items.push_back(text(p.text(p.parties[p.party_lists[act.by.first + i].value].name)));
    d.set("by", std::move(by));
    d.set("creates", Datum::of(act.creates));
    Datum from = Datum::list();
    for (std::uint32_t i = 0; i < act.from.count; ++i)
      from.items.push_back(text(p.text(p.stages[p.stage_sets[act.from.first + i].value].name)));
    d.set("from", std::move(from));
    Datum channels = Datum::list();
    if (act.receipt.given()) {
      for (const std::string& c : all_channels) channels.items.push_back(text(c));
    }
    d.set("channels", std::move(channels));
    bool cites = false;
    bool signs = false;
    const auto scan = [&](const auto& self, ExprId id) -> void {
      if (!id.given()) return;
      const Expr& e = p.exprs[id.value];
      cites = cites || e.op == Op::cites;
      signs = signs || e.op == Op::signed_by;
      self(self, e.a);
      self(self, e.b);
      self(self, e.c);
    };
    for (std::uint32_t i = 0; i < act.requirements.count; ++i)
      scan(scan, p.requirements[act.requirements.first + i].condition);
    d.set("cites", Datum::of(cites));
    d.set("signs", Datum::of(signs || act.jointly));
    Datum inputs = Datum::list();
    for (std::uint32_t i = 0; i < act.inputs.count; ++i) {
      const Input& input = p.inputs[act.inputs.first + i];
      inputs.items.push_back(
          input_of(p, p.text(input.name), input.type, input.optional,
                   input.sets.given() ? p.text(p.fields[input.sets.value].label) : std::string_view()));
    }
    d.set("inputs", std::move(inputs));
    d.set("provisions", provisions(p, act.provisions));
    list.items.push_back(std::move(d));
  }
  return list;
}

Datum clauses_of(const Program& p, const Datum& original) {
  std::vector<Datum> sections;
  for (std::uint32_t i = 0; i < p.sections.size(); ++i) {
    const Section& s = p.sections[i];
    Datum d = Datum::record();
    d.set("id", Datum::of_number(std::int64_t{i}));
    d.set("number", text(p.text(s.number)));
    d.set("title", text(p.text(s.title)));
    d.set("level", Datum::of_number(std::int64_t{s.level}));
    d.set("prose_html", Datum::of_text(html(p.text(s.prose))));
    Datum own = Datum::list();
    for (const Provision& provision : p.provisions) {
      if (provision.section.value != i) continue;
      Datum row = Datum::record();
      row.set("id", text(p.text(provision.id)));
      std::string_view disposition = "unaccounted";
      switch (provision.disposition) {
        case Disposition::unaccounted:
          break;
        case Disposition::executed:
          disposition = "executed";
          break;
        case Disposition::stated:
          disposition = "stated";
          break;
        case Disposition::unknown:
          disposition = "unknown";
          break;
        case Disposition::deferred:
          disposition = "deferred";
          break;
      }
      row.set("disposition", text(disposition));
      row.set("note", text(p.text(provision.note)));
      row.set("prose_html", Datum::of_text(html(p.text(provision.prose))));
      own.items.push_back(std::move(row));
    }
    d.set("provisions", std::move(own));
    Datum rules = Datum::list();
    for (std::uint32_t r = s.rules.first; r < s.rules.first + s.rules.count; ++r) {
      Datum row = Datum::record();
      row.set("source", text(p.text(p.rule_texts[r].source)));
      row.set("line", Datum::of_number(std::int64_t{p.rule_texts[r].line}));
      row.set("file", text(p.files[s.file]));
      row.set("scenario", Datum::of(p.rule_texts[r].is_scenario));
      rules.items.push_back(std::move(row));
    }
    d.set("rules", std::move(rules));
    if (const Datum* imported = original.find(p.text(s.number));
        imported != nullptr && !p.text(s.number).empty())
      d.set("original", *imported);
    d.set("children", Datum::list());
    sections.push_back(std::move(d));
  }
  // Children into their parents, from the last to the first so that each is whole when it moves.
  for (std::uint32_t i = static_cast<std::uint32_t>(sections.size()); i-- > 0;) {
    const SectionId parent = p.sections[i].parent;
    if (!parent.given()) continue;
    for (auto& [name, value] : sections[parent.value].fields) {
      if (name == "children") value.items.insert(value.items.begin(), std::move(sections[i]));
    }
  }
  Datum roots = Datum::list();
  for (std::uint32_t i = 0; i < sections.size(); ++i) {
    const bool empty_file = p.sections[i].level == 0 && sections[i].find("children")->items.empty() &&
                            p.sections[i].rules.empty();
    if (p.sections[i].parent.given() || empty_file) continue;
    // A file's own entry stands for nothing when it has no text before its first heading.
    if (p.sections[i].level == 0 && p.sections[i].rules.empty()) {
      for (auto& [name, value] : sections[i].fields) {
        if (name != "children") continue;
        for (Datum& child : value.items) roots.items.push_back(std::move(child));
      }
    } else {
      roots.items.push_back(std::move(sections[i]));
    }
  }
  // A module's text stands behind the pack's own.
  std::stable_partition(roots.items.begin(), roots.items.end(), [&](const Datum& d) {
    const auto id = static_cast<std::size_t>(std::stoul(d.find("id")->text));
    return !p.files[p.sections[id].file].starts_with("library/");
  });
  Datum out = Datum::record();
  out.set("sections", std::move(roots));
  return out;
}

std::vector<Datum> docket_rows(const Datum& report, const std::string& agreement) {
  std::vector<Datum> rows;
  const auto copy = [](Datum& to, const Datum& from, std::string_view name) {
    if (const Datum* d = from.find(name); d != nullptr) to.set(std::string(name), *d);
  };
  for (const Datum& d : report.find("duties")->items) {
    const std::string& status = d.find("status")->text;
    if (status != "due" && status != "overdue" && status != "unknown") continue;
    Datum row = Datum::record();
    row.set("agreement", Datum::of_text(agreement));
    row.set("item", *d.find("id"));
    row.set("kind", Datum::of_text("duty"));
    row.set("who", *d.find("bearer"));
    for (const std::string_view name :
         {"act", "on", "text", "due", "due_text", "safe_by", "safe_by_text", "days_left", "consequence",
          "provisions", "status", "unknown", "standard", "watch"})
      copy(row, d, name);
    rows.push_back(std::move(row));
  }
  for (const Datum& d : report.find("dues")->items) {
    const std::string& status = d.find("status")->text;
    if (status == "settled") continue;
    Datum row = Datum::record();
    row.set("agreement", Datum::of_text(agreement));
    row.set("item", *d.find("id"));
    row.set("kind", Datum::of_text("due"));
    Datum who = Datum::list();
    who.items.push_back(*d.find("debtor"));
    row.set("who", std::move(who));
    for (const std::string_view name :
         {"on", "text", "due", "safe_by", "safe_by_text", "provisions", "status", "interest", "unknown"})
      copy(row, d, name);
    if (const Datum* due = d.find("due"); due != nullptr && due->kind == Datum::Kind::text) {
      if (const auto date = CivilDate::parse(due->text.substr(0, 10)))
        row.set("due_text", Datum::of_text("by the end of " + date->with_weekday()));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Datum docket_groups(std::vector<Datum> rows, CivilDate today) {
  const auto due = [](const Datum& row) -> std::string {
    const Datum* d = row.find("due");
    // What the text sets no date for stands where somebody wished to look at it.
    if (d == nullptr || d->kind != Datum::Kind::text) d = row.find("watch");
    return d != nullptr && d->kind == Datum::Kind::text ? d->text : std::string("9999");
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const Datum& a, const Datum& b) { return due(a) < due(b); });
  struct Group {
    std::string name;
    Datum rows = Datum::list();
  };
  std::vector<Group> groups{{"overdue"}, {"today"}, {"week"}, {"later"}, {"open"}};
  for (Datum& row : rows) {
    const std::string when = due(row);
    const auto date = CivilDate::parse(when.substr(0, 10));
    std::size_t group = 4;
    if (date) {
      group = date->days < today.days        ? 0
              : date->days == today.days     ? 1
              : date->days <= today.days + 7 ? 2
                                             : 3;
    }
    const Datum* fixed = row.find("due");
    const bool only_watched = fixed == nullptr || fixed->kind != Datum::Kind::text;
    if (only_watched && group == 0) group = 1;  // a date to look at it is never missed
    if (row.find("status") != nullptr && row.find("status")->text == "overdue") group = 0;
    groups[group].rows.items.push_back(std::move(row));
  }
  Datum list = Datum::list();
  for (Group& g : groups) {
    Datum d = Datum::record();
    d.set("name", Datum::of_text(g.name));
    d.set("rows", std::move(g.rows));
    list.items.push_back(std::move(d));
  }
  return list;
}

std::string pack_bytes(const language::PackSource& pack) {
  Datum files = Datum::list();
  for (const language::SourceFile& f : pack.files) {
    Datum d = Datum::record();
    d.set("path", Datum::of_text(f.path));
    d.set("text", Datum::of_text(f.text));
    files.items.push_back(std::move(d));
  }
  Datum provisions = Datum::list();
  for (const auto& [id, kind] : pack.provisions) {
    Datum d = Datum::list();
    d.items.push_back(Datum::of_text(id));
    d.items.push_back(Datum::of_text(kind));
    provisions.items.push_back(std::move(d));
  }
  Datum out = Datum::record();
  out.set("format", Datum::of_number(std::int64_t{1}));
  out.set("name", Datum::of_text(pack.name));
  out.set("files", std::move(files));
  out.set("provisions", std::move(provisions));
  return write_json(out);
}

Result<language::PackSource> pack_from(std::string_view bytes) {
  TRY_ASSIGN(const Datum d, read_json(bytes));
  const Datum* name = d.find("name");
  const Datum* files = d.find("files");
  const Datum* provisions = d.find("provisions");
  if (name == nullptr || files == nullptr || provisions == nullptr)
    return fail("edition-malformed", "the kept edition of the pack cannot be read");
  language::PackSource pack;
  pack.name = name->text;
  for (const Datum& f : files->items) {
    const Datum* path = f.find("path");
    const Datum* body = f.find("text");
    if (path == nullptr || body == nullptr)
      return fail("edition-malformed", "the kept edition of the pack cannot be read");
    pack.files.push_back({path->text, body->text});
  }
  for (const Datum& row : provisions->items) {
    if (row.items.size() == 2) pack.provisions.emplace_back(row.items[0].text, row.items[1].text);
  }
  return pack;
}

}  // namespace counterpart::desk
