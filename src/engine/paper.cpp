#include "engine/paper.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/evaluate.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

namespace {

class Writer {
 public:
  Writer(const Position& position, const Paper& paper, std::uint32_t document)
      : pos_(position), p_(position.program()), paper_(paper) {
    look_.subject = document;
    look_.now = position.as_of;
  }

  Datum whole() {
    Datum out = Datum::record();
    out.set("name", text(paper_.name));
    out.set("title", text(paper_.title));
    if (look_.subject != none) out.set("of", Datum::of_text(pos_.name_of(look_.subject)));
    out.set("agreement", Datum::of_text(p_.title));
    out.set("as_of", Datum::of_text(p_.zone.format(pos_.as_of)));
    Datum cited = Datum::list();
    for (std::string& id : provision_ids(p_, paper_.provisions))
      cited.items.push_back(Datum::of_text(std::move(id)));
    out.set("provisions", std::move(cited));
    Datum lines = Datum::list();
    for (std::uint32_t i = paper_.lines.first; i < paper_.lines.first + paper_.lines.count; ++i) {
      Datum line = Datum::record();
      line.set("label", text(p_.paper_lines[i].label));
      say(line, evaluate(pos_, p_.paper_lines[i].value, look_));
      lines.items.push_back(std::move(line));
    }
    out.set("lines", std::move(lines));
    Datum tables = Datum::list();
    for (std::uint32_t i = paper_.tables.first; i < paper_.tables.first + paper_.tables.count; ++i)
      tables.items.push_back(table(p_.paper_tables[i]));
    out.set("tables", std::move(tables));
    return out;
  }

 private:
  [[nodiscard]] Datum text(TextId id) const { return Datum::of_text(std::string(p_.text(id))); }

  void say(Datum& to, const Value& v) const {
    to.set("text", Datum::of_text(v.tag == Tag::absent ? "" : value_text(pos_, v)));
    if (v.why == 0) return;
    Datum names = Datum::list();
    for (std::string& n : missing_names(pos_, v.why)) names.items.push_back(Datum::of_text(std::move(n)));
    to.set("unknown", std::move(names));
  }

  Datum table(const PaperTable& table) {
    Datum out = Datum::record();
    out.set("title", text(table.title));
    Datum columns = Datum::list({Datum::of_text(words_of(p_.text(p_.kinds[table.kind.value].name)))});
    const std::uint32_t end = table.columns.first + table.columns.count;
    for (std::uint32_t c = table.columns.first; c < end; ++c)
      columns.items.push_back(text(p_.paper_columns[c].label));
    out.set("columns", std::move(columns));
    Datum rows = Datum::list();
    for (const auto& [thing, counts] : gone_through(pos_, table.rows, look_)) {
      Datum row = Datum::record();
      row.set("document", Datum::of_text(pos_.name_of(thing)));
      if (counts == Truth::unknown) row.set("in_doubt", Datum::of(true));
      Datum cells = Datum::list();
      Look look = look_;
      look.elements[look.depth++] = thing;
      for (std::uint32_t c = table.columns.first; c < end; ++c) {
        Datum cell = Datum::record();
        say(cell, evaluate(pos_, p_.paper_columns[c].value, look));
        cells.items.push_back(std::move(cell));
      }
      row.set("cells", std::move(cells));
      rows.items.push_back(std::move(row));
    }
    out.set("rows", std::move(rows));
    Datum totals = Datum::list();
    bool any = false;
    for (std::uint32_t c = table.columns.first; c < end; ++c) {
      const ExprId total = p_.paper_columns[c].total;
      any = any || total.given();
      totals.items.push_back(total.given() ? Datum::of_text(value_text(pos_, evaluate(pos_, total, look_)))
                                           : Datum::of_null());
    }
    if (any) out.set("totals", std::move(totals));
    return out;
  }

  const Position& pos_;
  const Program& p_;
  const Paper& paper_;
  Look look_;
};

// A document's own key: "PO-17" of "PurchaseOrder/PO-17".
std::string key_of(const std::string& name) { return name.substr(name.find('/') + 1); }

const std::string& said(const Datum& of, std::string_view field) { return of.find(field)->text; }

}  // namespace

Datum papers(const Position& position) {
  const Program& p = position.program();
  Datum out = Datum::list();
  for (const Paper& paper : p.papers) {
    Datum row = Datum::record();
    row.set("name", Datum::of_text(std::string(p.text(paper.name))));
    row.set("title", Datum::of_text(std::string(p.text(paper.title))));
    if (paper.subject.given()) {
      row.set("of", Datum::of_text(std::string(p.text(p.kinds[paper.subject.value].name))));
      Datum documents = Datum::list();
      for (const std::uint32_t t : position.things_of_kind[paper.subject.value]) {
        if (!position.things[t].gone) documents.items.push_back(Datum::of_text(position.name_of(t)));
      }
      row.set("documents", std::move(documents));
    }
    Datum cited = Datum::list();
    for (std::string& id : provision_ids(p, paper.provisions))
      cited.items.push_back(Datum::of_text(std::move(id)));
    row.set("provisions", std::move(cited));
    out.items.push_back(std::move(row));
  }
  return out;
}

Result<Datum> paper(const Position& position, std::string_view name, const std::string& document) {
  const Program& p = position.program();
  const auto found =
      std::find_if(p.papers.begin(), p.papers.end(), [&](const Paper& x) { return p.text(x.name) == name; });
  if (found == p.papers.end()) {
    std::vector<std::string> known;
    for (const Paper& x : p.papers) known.emplace_back(p.text(x.name));
    return fail("paper-not-found",
                fmt::format("there is no paper \"{}\"; {}", name,
                            known.empty() ? "this pack has none"
                                          : fmt::format("there are: {}", fmt::join(known, ", "))));
  }
  std::uint32_t thing = none;
  if (found->subject.given()) {
    thing = position.find_thing(document);
    const std::string_view kind = p.text(p.kinds[found->subject.value].name);
    if (thing == none || position.things[thing].kind != found->subject) {
      return fail("paper-of-nothing",
                  document.empty()
                      ? fmt::format("\"{}\" is made of one {}: say which, as {}/KEY", name, kind, kind)
                      : fmt::format("there is no {} called {} at this time; \"{}\" is made of one", kind,
                                    document, name));
    }
  }
  return Writer(position, *found, thing).whole();
}

std::vector<std::string> paper_lines(const Datum& paper) {
  std::vector<std::string> out;
  out.push_back(said(paper, "title") + (paper.find("of") != nullptr ? ", " + key_of(said(paper, "of")) : ""));
  for (const Datum& line : paper.find("lines")->items)
    out.push_back(fmt::format("{}: {}", said(line, "label"), said(line, "text")));
  for (const Datum& table : paper.find("tables")->items) {
    out.push_back(said(table, "title"));
    std::vector<std::string> cells;
    for (const Datum& column : table.find("columns")->items) cells.push_back(column.text);
    out.push_back(fmt::format("{}", fmt::join(cells, " | ")));
    for (const Datum& row : table.find("rows")->items) {
      cells = {key_of(said(row, "document"))};
      if (row.find("in_doubt") != nullptr) cells.front() += " (not known whether it belongs here)";
      for (const Datum& cell : row.find("cells")->items) cells.push_back(said(cell, "text"));
      out.push_back(fmt::format("{}", fmt::join(cells, " | ")));
    }
    if (const Datum* totals = table.find("totals")) {
      cells = {"in total"};
      for (const Datum& total : totals->items) cells.push_back(total.text);
      out.push_back(fmt::format("{}", fmt::join(cells, " | ")));
    }
  }
  return out;
}

}  // namespace counterpart::engine
