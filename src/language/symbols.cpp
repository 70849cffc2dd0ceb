#include "language/symbols.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "language/builder.h"

namespace counterpart::language {

using namespace program;

namespace {

auto order(const Range& r) { return std::tuple(r.file, r.line, r.column); }

class Index {
 public:
  Index(const Builder& b, const Program& p, Analysis& out) : b_(b), p_(p), out_(out) {}

  void make() {
    lines();
    tables();
    for (const Builder::NameUse& u : b_.uses) {
      if (u.declares) named_where_used(u);
    }
    for (const Builder::NameUse& u : b_.uses) {
      if (const auto symbol = find(u.kind, u.row)) add_use({u.range, *symbol, u.declares});
    }
    for (std::uint32_t s = 0; s < out_.symbols.size(); ++s) {
      if (out_.symbols[s].declared.line > 0) add_use({out_.symbols[s].declared, s, true});
    }
    // A line may be read more than once (a prohibition of two acts): each use counts once, a declaration
    // first.
    std::sort(out_.uses.begin(), out_.uses.end(), [](const SymbolUse& a, const SymbolUse& b) {
      return std::tuple(order(a.range), a.symbol, !a.declares) <
             std::tuple(order(b.range), b.symbol, !b.declares);
    });
    const auto same = [](const SymbolUse& a, const SymbolUse& b) {
      return order(a.range) == order(b.range) && a.symbol == b.symbol;
    };
    out_.uses.erase(std::unique(out_.uses.begin(), out_.uses.end(), same), out_.uses.end());
  }

 private:
  struct Where {
    const Declaration* declaration = nullptr;
    const Line* line = nullptr;
  };

  // In a module a parameter's word may stand for the name: there the name itself is not written.
  void add_use(const SymbolUse& use) {
    const Range& r = use.range;
    if (r.use != 0) {
      if (r.file >= b_.line_starts.size() || r.line > b_.line_starts[r.file].size()) return;
      const std::string_view text = b_.pack.files[r.file].text;
      const std::string& name = out_.symbols[use.symbol].name;
      if (!text.substr(b_.line_starts[r.file][r.line - 1] + r.column - 1).starts_with(name)) return;
      if (r.length != name.size()) return;
    }
    out_.uses.push_back(use);
  }

  void lines() {
    const auto add = [&](const Declaration& d, const Line& line) {
      if (!line.tokens.empty()) {
        lines_.try_emplace({line.tokens.front().range.file, line.tokens.front().range.line},
                           Where{&d, &line});
      }
    };
    for (const Declaration& d : b_.declarations) {
      add(d, d.head);
      for (const Line& clause : d.clauses) add(d, clause);
    }
  }

  [[nodiscard]] Range declared(const std::string& what, std::string_view name) const {
    const auto at = b_.declared.find(what + " " + std::string(name));
    return at == b_.declared.end() ? Range{0, 0, 0, 0} : at->second;
  }
  [[nodiscard]] std::string kind_name(KindId kind) const {
    return kind.given() ? std::string(p_.text(p_.kinds[kind.value].name)) : std::string();
  }

  void add(SymbolKind kind, std::uint32_t row, TextId name, std::string of, const Range& at) {
    Symbol s;
    s.kind = kind;
    s.name = p_.text(name);
    s.of = std::move(of);
    s.declared = at;
    s.last_line = at.line;
    describe(s);
    rows_[{kind, row}] = static_cast<std::uint32_t>(out_.symbols.size());
    out_.symbols.push_back(std::move(s));
  }

  // Its provisions, and how far its declaration goes.
  void describe(Symbol& s) const {
    const auto found = lines_.find({s.declared.file, s.declared.line});
    if (found == lines_.end()) return;
    const Declaration& d = *found->second.declaration;
    const Line& line = *found->second.line;
    for (const Token& t : line.cites) s.provisions.emplace_back(t.text);
    if (s.provisions.empty()) {
      for (const Token& t : d.head.cites) s.provisions.emplace_back(t.text);
    }
    const auto end_of = [](const Line& l) {
      std::uint32_t last = 0;
      for (const Token& t : l.tokens) {
        if (t.kind != TokenKind::end) last = std::max(last, t.range.line);
      }
      return last;
    };
    s.last_line = std::max(s.last_line, end_of(line));
    const bool whole = &line == &d.head && s.kind != SymbolKind::office;
    for (const Line& clause : d.clauses) {
      if (whole) s.last_line = std::max(s.last_line, end_of(clause));
    }
  }

  template <class Rows, class Of, class At>
  void table(SymbolKind kind, const Rows& rows, const Of& of, const At& at) {
    for (std::uint32_t i = 0; i < rows.size(); ++i) add(kind, i, rows[i].name, of(rows[i]), at(rows[i]));
  }

  void tables() {
    const auto none = [](const auto&) { return std::string(); };
    const auto of_kind = [&](const auto& row) { return kind_name(row.kind); };
    const auto plain = [&](const auto& row) { return declared("name", p_.text(row.name)); };
    table(SymbolKind::party, p_.parties, none,
          [&](const auto& r) { return declared("party", p_.text(r.name)); });
    const auto party = [&](const auto& r) { return std::string(p_.text(p_.parties[r.party.value].name)); };
    table(SymbolKind::office, p_.offices, party,
          [&](const auto& r) { return declared("office of " + party(r), p_.text(r.name)); });
    table(SymbolKind::kind, p_.kinds, none, [&](const auto& r) { return declared("kind", p_.text(r.name)); });
    table(SymbolKind::field, p_.fields, of_kind,
          [&](const auto& r) { return declared("field of " + of_kind(r), p_.text(r.name)); });
    for (std::uint32_t i = 0; i < p_.fields.size(); ++i) {
      Symbol& s = out_.symbols[rows_.at({SymbolKind::field, i})];
      const TypeRef& type = p_.fields[i].type;
      if (type.type == Type::parts) s.refers_to.push_back(kind_name(KindId{type.detail}));
      if (type.type != Type::reference) continue;
      for (const KindId k : p_.kind_sets[type.detail]) s.refers_to.push_back(kind_name(k));
    }
    table(SymbolKind::stage, p_.stages, of_kind,
          [&](const auto& r) { return declared("stage of " + of_kind(r), p_.text(r.name)); });
    for (std::uint32_t i = 0; i < p_.acts.size(); ++i) {
      const Act& row = p_.acts[i];
      Range at = declared("act on " + kind_name(row.kind), p_.text(row.verb));
      // A verb of several words, written with one blank between them.
      at.length = std::max(at.length, static_cast<std::uint32_t>(p_.text(row.verb).size()));
      add(SymbolKind::act, i, row.verb, kind_name(row.kind), at);
    }
    table(SymbolKind::receipt, p_.receipts, none,
          [&](const auto& r) { return declared("receipt rule", p_.text(r.name)); });
    const auto of_subject = [&](const auto& r) { return kind_name(r.subject); };
    table(SymbolKind::claim, p_.claims, of_subject,
          [&](const auto& r) { return declared("claim of " + of_subject(r), p_.text(r.name)); });
    table(SymbolKind::due, p_.dues, of_subject,
          [&](const auto& r) { return declared("due of " + of_subject(r), p_.text(r.name)); });
    table(SymbolKind::account, p_.accounts, of_subject,
          [&](const auto& r) { return declared("account of " + of_subject(r), p_.text(r.name)); });
    table(SymbolKind::term, p_.terms, none, plain);
    table(SymbolKind::unknown, p_.unknowns, none, plain);
    table(SymbolKind::reading, p_.readings, none, plain);
    for (std::uint32_t i = 0; i < p_.calendars.size(); ++i) {
      const Calendar& c = p_.calendars[i];
      if (c.unknown.given()) {
        rows_[{SymbolKind::calendar, i}] = rows_.at({SymbolKind::unknown, c.unknown.value});
      } else {
        add(SymbolKind::calendar, i, c.name, {}, plain(c));
      }
    }
    for (std::uint32_t i = 0; i < p_.provisions.size(); ++i) {
      const program::Provision& row = p_.provisions[i];
      const Place at = row.place < p_.places.size() ? p_.places[row.place] : Place{};
      add(SymbolKind::provision, i, row.id, {}, {at.file, at.line, at.column, at.length});
      out_.symbols.back().prose = p_.text(row.prose);
    }
  }

  // Names that have no table of their own: what an act brings, alternatives, setups.
  void named_where_used(const Builder::NameUse& u) {
    if (find(u.kind, u.row)) return;
    TextId name;
    if (u.kind == SymbolKind::input && u.row < p_.inputs.size()) name = p_.inputs[u.row].name;
    if (u.kind == SymbolKind::alternative && u.row < p_.text_lists.size()) name = p_.text_lists[u.row];
    if (u.kind == SymbolKind::setup && u.row < p_.places.size()) name = p_.places[u.row].text;
    if (name.given()) add(u.kind, u.row, name, {}, u.range);
  }

  [[nodiscard]] std::optional<std::uint32_t> find(SymbolKind kind, std::uint32_t row) const {
    const auto at = rows_.find({kind, row});
    return at == rows_.end() ? std::nullopt : std::optional(at->second);
  }

  const Builder& b_;
  const Program& p_;
  Analysis& out_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Where> lines_;
  std::map<std::pair<SymbolKind, std::uint32_t>, std::uint32_t> rows_;
};

}  // namespace

void Builder::forget_uses(const Range& from, const Range& to) {
  while (!uses.empty() && order(uses.back().range) >= order(from) && order(uses.back().range) <= order(to))
    uses.pop_back();
}

void Reader::note_use(Op op, std::size_t start, std::uint32_t n, std::uint32_t m) {
  // The name was just taken.
  const Range& last = tokens_[at_ > start ? at_ - 1 : start].range;
  switch (op) {
    case Op::field:
    case Op::original_field:
      return b_.use(SymbolKind::field, n, last);
    case Op::claim:
      return b_.use(SymbolKind::claim, n, last);
    case Op::due:
      return b_.use(SymbolKind::due, n, last);
    case Op::account:
      return b_.use(SymbolKind::account, n, last);
    case Op::term:
      return b_.use(SymbolKind::term, n, last);
    case Op::unknown:
      return b_.use(SymbolKind::unknown, n, last);
    case Op::party:
      return b_.use(SymbolKind::party, n, last);
    case Op::reading_is:
      b_.use(SymbolKind::reading, n, tokens_[start].range);
      return b_.use(SymbolKind::alternative, b_.p.readings[n].alternatives.first + m, last);
    case Op::input: {
      const FieldId field = b_.p.inputs[n].sets;
      return field.given() ? b_.use(SymbolKind::field, field.value, last)
                           : b_.use(SymbolKind::input, n, last);
    }
    default:
      return;  // its names were recorded where they were looked up
  }
}

const SymbolUse* Analysis::use_at(std::uint32_t file, std::uint32_t line, std::uint32_t column) const {
  const Range at{file, line, column, 0};
  // The last that begins at or before the place.
  const auto after = std::upper_bound(uses.begin(), uses.end(), at, [](const Range& r, const SymbolUse& u) {
    return order(r) < order(u.range);
  });
  if (after == uses.begin()) return nullptr;
  const SymbolUse& u = *std::prev(after);
  const bool covers =
      u.range.file == file && u.range.line == line && column <= u.range.column + u.range.length;
  return covers ? &u : nullptr;
}

Analysis analyse(const PackSource& pack, const ZoneLoader& zones) {
  Builder b(pack, zones);
  Analysis out;
  out.compiled = b.run();
  // A program that compiled has taken the tables with it.
  const Program& p = out.compiled.program ? *out.compiled.program : b.p;
  Index(b, p, out).make();
  out.text = std::move(b.text);
  out.declarations = std::move(b.declarations);
  return out;
}

}  // namespace counterpart::language
