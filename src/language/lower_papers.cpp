// Papers: reports, registers and certificates that the text calls for.

#include <fmt/core.h>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

void Lowering::paper(const Declaration& d) {
  Reader r(b_, d.head);
  r.take();
  Paper row;
  const Token& name = r.expect_kind(TokenKind::word, "the paper's name");
  b_.declare("paper", std::string(name.text), name.range);
  row.name = b_.intern(name.text);
  Scope scope;
  if (r.accept("of")) {
    row.subject = b_.kind_named(r.take());
    scope.subject = row.subject;
  }
  row.title = b_.intern(r.expect_kind(TokenKind::text, "the title printed on it, in quotes").text);
  r.expect_end();
  row.provisions = b_.cite(d.head.cites);
  row.place = place_of(d.head);
  row.lines.first = static_cast<std::uint32_t>(p_.paper_lines.size());
  row.tables.first = static_cast<std::uint32_t>(p_.paper_tables.size());
  clauses(d, [&](const Line& line, Reader& c) {
    const Token& clause = c.take();
    const auto label = [&] {
      return b_.intern(c.expect_kind(TokenKind::text, "what stands before it on the paper, in quotes").text);
    };
    if (clause.text == "line") {
      const TextId text = label();
      p_.paper_lines.push_back({text, c.expression(scope).id});
    } else if (clause.text == "table") {
      const Token& title = c.peek();
      if (title.kind != TokenKind::text) (void)c.expect_kind(TokenKind::text, "the table's title in quotes");
      const std::size_t start = c.position();
      const ExprId rows = c.listed(scope).id;  // takes the title
      const Expr& list = p_.exprs[p_.exprs[rows.value].a.value];
      PaperTable table;
      table.title = b_.intern(title.text);
      table.rows = rows;
      table.kind = list.op == Op::things || list.op == Op::children ? KindId{list.n}
                   : list.op == Op::field && p_.fields[list.n].type.type == Type::parts
                       ? KindId{p_.fields[list.n].type.detail}
                       : KindId{};
      if (!table.kind.given()) {
        b_.stop("E0301", c.range_from(start), "a table has a row for each document or part",
                "this goes through neither",
                "name a kind of document, `table \"Orders\" of PurchaseOrder`, or a list of parts, "
                "`table \"Lines\" of lines`");
      }
      table.columns.first = static_cast<std::uint32_t>(p_.paper_columns.size());
      p_.paper_tables.push_back(table);
    } else if (clause.text == "column") {
      if (p_.paper_tables.size() == row.tables.first) {
        b_.stop("E0104", clause.range, "a column belongs to the table before it", "no table stands before it",
                "begin with `table TITLE of KIND`");
      }
      PaperTable& table = p_.paper_tables.back();
      PaperColumn column;
      column.label = label();
      Scope inner = scope;
      inner.elements.push_back(table.kind);
      const Typed value = c.expression(inner);
      column.value = value.id;
      if (c.accept(",")) {
        c.expect("in");
        c.expect("total");
        if (value.type.type != Type::money && value.type.type != Type::number) {
          b_.stop("E0301", value.range, "only money and numbers can be added up",
                  fmt::format("this is {}", type_words(p_, value.type)));
        }
        Expr sum = p_.exprs[table.rows.value];
        sum.op = Op::sum;
        sum.b = value.id;
        column.total = b_.expr(sum);
      }
      p_.paper_columns.push_back(column);
      table.columns.count = static_cast<std::uint32_t>(p_.paper_columns.size()) - table.columns.first;
    } else {
      c.rewind(0);
      stray(c, "a paper", clause_forms("paper"));
    }
    b_.cite(line.cites);
  });
  bump(row.lines, row.lines.first, p_.paper_lines.size());
  bump(row.tables, row.tables.first, p_.paper_tables.size());
  if (d.clauses.empty()) {
    b_.stop("E0105", d.head.tokens.front().range, "the paper says nothing", "no `line` and no `table` clause",
            "add `line \"Total\" total`, or a table with its columns");
  }
  p_.papers.push_back(row);
}

}  // namespace counterpart::language
