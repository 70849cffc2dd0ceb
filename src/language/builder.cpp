#include "language/builder.h"

#include <fmt/core.h>

#include <algorithm>

#include "language/modules.h"

namespace counterpart::language {

using namespace program;

void Builder::report(std::string_view code, const Range& range, std::string title, std::string label,
                     std::string help, std::vector<Label> others) {
  const auto kinds = diagnostic_kinds();
  const auto kind =
      std::find_if(kinds.begin(), kinds.end(), [&](const DiagnosticKind& k) { return k.code == code; });
  const Severity severity = kind == kinds.end() ? Severity::error : kind->severity;
  // In a module: the place that took it in as well, and the one that took that in.
  for (std::uint32_t use = range.use; use != 0 && use <= used_modules.size();
       use = used_modules[use - 1].at.use) {
    others.push_back({used_modules[use - 1].at,
                      fmt::format("where the module \"{}\" is used", used_modules[use - 1].name)});
  }
  diagnostics.push_back(
      {code, std::move(title), {range, std::move(label)}, std::move(others), std::move(help), severity});
}

void Builder::stop(std::string_view code, const Range& range, std::string title, std::string label,
                   std::string help) {
  report(code, range, std::move(title), std::move(label), std::move(help));
  throw LineAbandoned{};
}

std::string_view Builder::source(const Range& from, const Range& to) {
  if (from.file != to.file || from.line != to.line || from.file >= pack.files.size()) return {};
  if (from.use != 0) {
    // With the words that the use put in: they stand in no file.
    const auto in = [&](const Line& line) -> std::optional<std::string> {
      std::string said;
      for (const Token& t : line.tokens) {
        const Range& r = t.range;
        if (t.kind == TokenKind::end || r.use != from.use || r.file != from.file || r.line != from.line ||
            r.column < from.column || r.column > to.column)
          continue;
        if (!said.empty() && t.space_before) said += ' ';
        const std::string words(t.text);
        said += t.kind == TokenKind::text      ? '"' + words + '"'
                : t.kind == TokenKind::money   ? '$' + words
                : t.kind == TokenKind::percent ? words + '%'
                                               : words;
      }
      if (said.empty()) return std::nullopt;
      return said;
    };
    for (const Declaration& d : instance_declarations) {
      if (d.head.tokens.front().range.use != from.use) continue;
      if (const auto said = in(d.head)) return keep(*said);
      for (const Line& line : d.clauses) {
        if (const auto said = in(line)) return keep(*said);
      }
    }
    return {};
  }
  const std::string_view all = pack.files[from.file].text;
  const std::vector<std::size_t>& starts = line_starts[from.file];
  if (from.line == 0 || from.line > starts.size()) return {};
  const std::size_t start = starts[from.line - 1];
  const std::size_t first = start + from.column - 1;
  const std::size_t last = start + to.column - 1 + to.length;
  return last <= all.size() && first <= last ? all.substr(first, last - first) : std::string_view();
}

std::uint32_t Builder::place(const Range& range, std::string_view words) {
  Place at;
  at.file = range.file;
  at.line = range.line;
  at.column = range.column;
  at.length = range.length;
  if (!words.empty()) at.text = intern(words);
  p.places.push_back(at);
  return static_cast<std::uint32_t>(p.places.size() - 1);
}

program::Range Builder::cite(const std::vector<Token>& cites) { return cite(cites, {}); }

program::Range Builder::cite(const std::vector<Token>& cites, const std::vector<Token>& more) {
  const auto first = static_cast<std::uint32_t>(p.cited.size());
  std::vector<ProvisionId> seen;
  const auto add = [&](const std::vector<Token>& list) {
    for (const Token& t : list) {
      const std::string id(t.text);
      const ProvisionId provision = p.provision(id);
      if (!provision.given()) {
        std::vector<std::string> known;
        for (const auto& [name, kind] : kinds_of_provisions) known.push_back(name);
        report("E0206", t.range, fmt::format("{} is not a provision of this pack", id), "cited here",
               nearest(id, known));
        continue;
      }
      use(SymbolKind::provision, provision.value, t.range);
      if (std::find(seen.begin(), seen.end(), provision) != seen.end()) continue;
      seen.push_back(provision);
      p.cited.push_back(provision);
      cited_at.emplace(id, t.range);
    }
  };
  add(cites);
  if (seen.empty()) add(more);
  return {first, static_cast<std::uint32_t>(p.cited.size() - first)};
}

ExprId Builder::expr(const Expr& e) {
  p.exprs.push_back(e);
  return ExprId{static_cast<std::uint32_t>(p.exprs.size() - 1)};
}

ExprId Builder::literal(const Value& v, const Range& range) {
  Expr e;
  e.op = Op::literal;
  e.n = static_cast<std::uint32_t>(p.literals.size());
  p.literals.push_back(v);
  e.source = place(range, source(range, range));
  return expr(e);
}

Rounding Builder::rounding(const Token& t) {
  if (t.text == "half_up") return Rounding::half_up;
  if (t.text == "half_even") return Rounding::half_even;
  if (t.text == "down") return Rounding::down;
  if (t.text == "up") return Rounding::up;
  stop("E0201", t.range, fmt::format("\"{}\" is not a way of rounding", t.text), "unknown rounding",
       "half_up, half_even, down or up");
}

void Builder::declare(const std::string& what, const std::string& name, const Range& range) {
  const auto [at, added] = declared.try_emplace(what + " " + name, range);
  if (!added) {
    report("E0202", range, fmt::format("the {} \"{}\" is declared twice", what, name), "again here",
           "keep one of them", {{at->second, "first declared here"}});
    throw LineAbandoned{};
  }
}

PartyId Builder::party_named(const Token& t) {
  const PartyId party = p.party(t.text);
  if (party.given()) {
    use(SymbolKind::party, party.value, t.range);
    return party;
  }
  std::vector<std::string> known;
  for (const Party& x : p.parties) known.emplace_back(p.text(x.name));
  stop("E0201", t.range, fmt::format("\"{}\" is not a party", t.text), "a party was expected here",
       nearest(t.text, known));
}

KindId Builder::kind_named(const Token& t) {
  const KindId kind = p.kind(t.text);
  if (kind.given()) {
    use(SymbolKind::kind, kind.value, t.range);
    return kind;
  }
  std::vector<std::string> known;
  for (const Kind& x : p.kinds) known.emplace_back(p.text(x.name));
  stop("E0201", t.range, fmt::format("\"{}\" is not a kind of document", t.text),
       "a kind of document was expected here", nearest(t.text, known));
}

StageId Builder::stage_named(KindId kind, const Token& t) {
  const StageId stage = p.stage(kind, t.text);
  if (stage.given()) {
    use(SymbolKind::stage, stage.value, t.range);
    return stage;
  }
  std::vector<std::string> known;
  for (const Stage& s : p.stages) {
    if (s.kind == kind) known.emplace_back(p.text(s.name));
  }
  const std::string name(kind.given() ? p.text(p.kinds[kind.value].name) : "document");
  stop("E0205", t.range, fmt::format("a {} has no stage \"{}\"", name, t.text), "a stage was expected here",
       nearest(t.text, known));
}

// "did you mean …": the nearest known name by edit distance, or the list of what there is.
std::string Builder::nearest(std::string_view name, const std::vector<std::string>& known) const {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t above = row[j];
        row[j] =
            std::min({row[j] + 1, row[j - 1] + 1, diagonal + (name[i - 1] == candidate[j - 1] ? 0U : 1U)});
        diagonal = above;
      }
    }
    // Of two equally near, the one that begins alike for longer.
    const auto alike = [&](const std::string& x) {
      return std::mismatch(x.begin(), x.end(), name.begin(), name.end()).first - x.begin();
    };
    if (row[candidate.size()] < best_distance ||
        (row[candidate.size()] == best_distance && !best.empty() && alike(candidate) > alike(best))) {
      best_distance = row[candidate.size()];
      best = candidate;
    }
  }
  if (!best.empty()) return fmt::format("did you mean \"{}\"?", best);
  if (known.empty()) return {};
  std::string list;
  for (std::size_t i = 0; i < known.size() && i < 12; ++i) list += (i > 0 ? ", " : "") + known[i];
  return "there is: " + list + (known.size() > 12 ? ", …" : "");
}

program::Range Builder::parties_range(const std::vector<PartyId>& parties) {
  const auto first = static_cast<std::uint32_t>(p.party_lists.size());
  p.party_lists.insert(p.party_lists.end(), parties.begin(), parties.end());
  return {first, static_cast<std::uint32_t>(parties.size())};
}

const std::vector<ActId>& Builder::acts_on(KindId kind) {
  if (acts_by_kind.size() < p.kinds.size()) acts_by_kind.resize(p.kinds.size());
  for (; acts_sorted < p.acts.size(); ++acts_sorted)
    acts_by_kind[p.acts[acts_sorted].kind.value].push_back(ActId{static_cast<std::uint32_t>(acts_sorted)});
  return acts_by_kind[kind.value];
}

program::Range Builder::acts_range(const std::vector<ActId>& acts) {
  const auto first = static_cast<std::uint32_t>(p.act_lists.size());
  p.act_lists.insert(p.act_lists.end(), acts.begin(), acts.end());
  return {first, static_cast<std::uint32_t>(acts.size())};
}

// Provisions and sections stand before anything cites them: from the list beside the pack and from the prose.
void Builder::read_pack() {
  text = read_literate(pack, diagnostics);
  p.name = pack.name;
  p.pack_digest = pack_digest(pack);
  for (const SourceFile& file : pack.files) {
    p.files.push_back(file.path);
    std::vector<std::size_t>& starts = line_starts.emplace_back(1, 0);
    for (std::size_t at = 0; (at = file.text.find('\n', at)) != std::string::npos;) starts.push_back(++at);
  }
  place({}, {});  // place 0: nowhere
  p.currencies.push_back(*Currency::find("USD"));

  std::vector<SectionId> open;  // by level
  for (std::uint32_t i = 0; i < text.sections.size(); ++i) {
    const SectionText& s = text.sections[i];
    Section section;
    if (!s.number.empty()) section.number = intern(s.number);
    section.title = intern(s.title);
    section.level = s.level;
    section.file = s.file;
    section.line = s.line;
    section.prose = intern(s.prose);
    if (s.level == 0) open.clear();
    while (!open.empty() && p.sections[open.back().value].level >= s.level) open.pop_back();
    if (!open.empty()) section.parent = open.back();
    p.sections.push_back(section);
    open.push_back(SectionId{i});
  }
  for (const auto& [id, kind] : pack.provisions) kinds_of_provisions.emplace(id, kind);
  const auto add = [&](const std::string& id) -> Provision& {
    ProvisionId known = p.provision(id);
    if (!known.given()) {
      Provision provision;
      provision.id = intern(id);
      p.provisions.push_back(provision);
      known = ProvisionId{static_cast<std::uint32_t>(p.provisions.size() - 1)};
    }
    return p.provisions[known.value];
  };
  for (const auto& [id, kind] : pack.provisions) add(id);
  for (const ProvisionText& t : text.provisions) {
    if (is_module(pack, t.file)) continue;  // its own, not the pack's
    if (!pack.provisions.empty() && !kinds_of_provisions.contains(t.id)) {
      std::vector<std::string> known;
      for (const auto& [name, kind] : kinds_of_provisions) known.push_back(name);
      report("E0206", {t.file, t.line, t.column, static_cast<std::uint32_t>(t.id.size() + 2)},
             fmt::format("{} is not a provision of this pack", t.id), "marked here", nearest(t.id, known));
      continue;
    }
    Provision& provision = add(t.id);
    if (provision.section.given()) continue;
    provision.section = SectionId{t.section};
    provision.prose = intern(t.prose);
    provision.place = place({t.file, t.line, t.column, static_cast<std::uint32_t>(t.id.size() + 2)});
  }
  if (editions.empty()) {
    Modules modules(*this);
    for (const Block& block : text.blocks) {
      if (block.kind == Block::Kind::rules) modules.take(block);
    }
    declarations = modules.declarations();
  } else {
    declarations = declarations_of_editions();
  }
  accepted = take_accepted(declarations, diagnostics);
  // The source of the blocks, section by section, for the reader.
  for (std::uint32_t s = 0; s < p.sections.size(); ++s) {
    p.sections[s].rules.first = static_cast<std::uint32_t>(p.rule_texts.size());
    for (const Block& block : text.blocks) {
      if (block.section != s) continue;
      if (block.kind == Block::Kind::scenario && is_module(pack, block.file)) continue;
      std::string all;
      for (const std::string_view line : block.lines) all.append(line).push_back('\n');
      p.rule_texts.push_back({intern(all), block.first_line, block.kind == Block::Kind::scenario});
      ++p.sections[s].rules.count;
    }
  }
}

Compiled Builder::run() {
  read_pack();
  collect();
  if (!has_errors(diagnostics) || !p.parties.empty()) {
    lower();
    // Stories and what only the whole shows are of each edition by itself.
    if (editions.empty()) {
      lower_scenarios();
      if (!has_errors(diagnostics)) check();
    }
  }
  for (auto& [id, account] : accounts) {
    const ProvisionId provision = p.provision(id);
    if (!provision.given()) continue;
    p.provisions[provision.value].disposition = account.disposition;
    p.provisions[provision.value].note = intern(account.note);
    if (const auto twice = cited_at.find(id); twice != cited_at.end()) {
      report("W0604", account.range, fmt::format("{} is accounted for, and a rule executes it as well", id),
             "accounted for here", "keep the rule, or say what it is not",
             {{twice->second, "executed here"}});
    }
  }
  for (const auto& [id, range] : cited_at) {
    const ProvisionId provision = p.provision(id);
    if (provision.given()) p.provisions[provision.value].disposition = Disposition::executed;
  }
  apply_accepted(accepted, diagnostics);
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
    if (a.severity != b.severity) return a.severity < b.severity;
    const Range& x = a.primary.range;
    const Range& y = b.primary.range;
    return std::tie(x.file, x.line, x.column) < std::tie(y.file, y.line, y.column);
  });
  Compiled out;
  out.diagnostics = std::move(diagnostics);
  if (!has_errors(out.diagnostics)) out.program = std::make_shared<const Program>(std::move(p));
  return out;
}

Compiled compile(const PackSource& pack, const ZoneLoader& zones) { return Builder(pack, zones).run(); }

}  // namespace counterpart::language
