#include "exchange/printed.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace counterpart::exchange {

namespace {

constexpr std::string_view style = R"(
@page { margin: 20mm 18mm; }
body { font: 10.5pt/1.45 "Source Serif 4", Georgia, "Times New Roman", serif; color: #1a1a1a; max-width: 52rem;
  margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 17pt; line-height: 1.2; margin: 0 0 .2rem; }
h2 { font-size: 11.5pt; margin: 1.8rem 0 .4rem; }
.of { color: #555; margin: 0 0 1.4rem; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .25rem 1.2rem; margin: 0; }
dt { color: #555; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: .5pt solid #ccc; }
thead th { font-weight: 600; border-bottom: 1pt solid #333; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
tfoot td { border-top: 1pt solid #333; border-bottom: 0; font-weight: 600; }
td.amount, th.amount { text-align: right; padding-right: 0; padding-left: .8rem; }
td:first-child, td.amount, td.date { white-space: nowrap; }
.unknown { font-style: italic; color: #7a4a00; white-space: normal; }
.none { color: #777; }
footer { margin-top: 2rem; font-size: 9pt; color: #555; border-top: .5pt solid #ccc; padding-top: .5rem; }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

const std::string& said(const Datum& of, std::string_view field) { return of.find(field)->text; }

std::string key_of(const std::string& name) { return name.substr(name.find('/') + 1); }

// What a cell says; where it is not known, what it waits for.
std::string cell_text(const Datum& cell) {
  std::string out = said(cell, "text");
  const Datum* unknown = cell.find("unknown");
  if (unknown == nullptr) return out;
  std::string names;
  for (const Datum& name : unknown->items) names += (names.empty() ? "" : ", ") + name.text;
  return out + " (waits for " + names + ")";
}

// "170,000.00 USD": stands right, so that the decimals do.
bool is_amount(std::string_view text) {
  if (text.empty()) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() > 4 && text[text.size() - 4] == ' ') text.remove_suffix(4);
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') return false;  // a date
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return digit(c) || c == ',' || c == '.' || c == '-'; });
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return text.find_first_not_of("0123456789-") == std::string_view::npos;
}

// "order line" of "OrderLine": what the document column is headed on paper.
std::string words_of_kind(std::string_view kind) {
  std::string out;
  for (const char c : kind) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !out.empty()) out += ' ';
    out += capital && !out.empty() ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

// "2000-09-30 23:59 -05:00" of "2000-09-30T23:59:59-05:00".
std::string moment_words(const std::string& at) {
  if (at.size() < 20 || at[10] != 'T') return at;
  return fmt::format("{} {} {}", at.substr(0, 10), at.substr(11, 5), at.substr(19));
}

// Whether all that a column says is amounts.
bool is_amounts(const Datum& table, std::size_t column) {
  bool any = false;
  for (const Datum& row : table.find("rows")->items) {
    const std::string& text = said(row.find("cells")->items[column], "text");
    if (text.empty() || text == "unknown") continue;
    if (!is_amount(text)) return false;
    any = true;
  }
  return any;
}

std::string table_as_html(const Datum& table) {
  std::string out = fmt::format("<h2>{}</h2>\n", escaped(said(table, "title")));
  const auto& rows = table.find("rows")->items;
  const auto& columns = table.find("columns")->items;
  if (rows.empty()) return out + "<p class=\"none\">None.</p>\n";
  std::vector<bool> right(columns.size(), false);
  for (std::size_t c = 1; c < columns.size(); ++c) right[c] = is_amounts(table, c - 1);
  const auto shade = [&](std::size_t c) { return right[c] ? " class=\"amount\"" : ""; };
  out += "<table>\n<thead><tr>";
  for (std::size_t c = 0; c < columns.size(); ++c) {
    out += fmt::format("<th scope=\"col\"{}>{}</th>", shade(c),
                       escaped(c == 0 ? words_of_kind(columns[c].text) : columns[c].text));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const Datum& row : rows) {
    out += fmt::format("<tr><td>{}{}</td>", escaped(key_of(said(row, "document"))),
                       row.find("in_doubt") == nullptr
                           ? ""
                           : " <span class=\"unknown\">not known whether it belongs here</span>");
    const auto& cells = row.find("cells")->items;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string text = escaped(cell_text(cells[c]));
      out += fmt::format(
          "<td{}>{}</td>", is_date(text) ? " class=\"date\"" : shade(c + 1),
          cells[c].find("unknown") == nullptr ? text : "<span class=\"unknown\">" + text + "</span>");
    }
    out += "</tr>\n";
  }
  out += "</tbody>\n";
  if (const Datum* totals = table.find("totals")) {
    out += "<tfoot><tr><td>In total</td>";
    for (std::size_t c = 0; c < totals->items.size(); ++c)
      out += fmt::format("<td{}>{}</td>", shade(c + 1), escaped(totals->items[c].text));
    out += "</tr></tfoot>\n";
  }
  return out + "</table>\n";
}

std::string csv_row(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string cell = cells[i];
    const bool formula =
        !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
    if (formula && !is_amount(cell)) cell.insert(0, 1, '\'');
    if (cell.find_first_of(",\"\r\n") != std::string::npos) {
      std::string quoted = "\"";
      for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
      cell = quoted + "\"";
    }
    out += (i == 0 ? "" : ",") + cell;
  }
  return out + "\r\n";
}

}  // namespace

std::string paper_as_html(const Datum& paper) {
  const std::string title = escaped(said(paper, "title"));
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta "
      "charset=\"utf-8\">\n<title>{}</title>\n<style>{}</style>\n"
      "</head>\n<body>\n<h1>{}</h1>\n<p class=\"of\">{}{}</p>\n",
      title, style, title, paper.find("of") != nullptr ? escaped(key_of(said(paper, "of"))) + " · " : "",
      escaped(said(paper, "agreement")));
  if (const auto& lines = paper.find("lines")->items; !lines.empty()) {
    out += "<dl>\n";
    for (const Datum& line : lines) {
      out += fmt::format("<dt>{}</dt><dd{}>{}</dd>\n", escaped(said(line, "label")),
                         line.find("unknown") != nullptr ? " class=\"unknown\""
                         : cell_text(line).empty()       ? " class=\"none\""
                                                         : "",
                         cell_text(line).empty() ? "–" : escaped(cell_text(line)));
    }
    out += "</dl>\n";
  }
  for (const Datum& table : paper.find("tables")->items) out += table_as_html(table);
  std::string cited;
  for (const Datum& id : paper.find("provisions")->items)
    cited += (cited.empty() ? " Under " : ", ") + id.text;
  return out + fmt::format("<footer>As of {}.{}</footer>\n</body>\n</html>\n",
                           escaped(moment_words(said(paper, "as_of"))),
                           cited.empty() ? "" : escaped(cited) + ".");
}

std::string paper_as_csv(const Datum& paper) {
  std::string out;
  for (const Datum& line : paper.find("lines")->items) out += csv_row({said(line, "label"), cell_text(line)});
  for (const Datum& table : paper.find("tables")->items) {
    if (!out.empty()) out += "\r\n";
    std::vector<std::string> cells;
    for (const Datum& column : table.find("columns")->items) cells.push_back(column.text);
    out += csv_row(cells);
    for (const Datum& row : table.find("rows")->items) {
      cells = {key_of(said(row, "document"))};
      for (const Datum& cell : row.find("cells")->items) cells.push_back(cell_text(cell));
      out += csv_row(cells);
    }
  }
  return out;
}

}  // namespace counterpart::exchange
