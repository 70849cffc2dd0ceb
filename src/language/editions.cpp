#include "language/editions.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "language/builder.h"
#include "language/modules.h"

namespace counterpart::language {

using namespace program;

namespace {

// What a declaration says, whatever its layout and its place.
void say(std::string& out, const Line& line) {
  for (const Token& t : line.tokens) {
    out += static_cast<char>('a' + static_cast<int>(t.kind));
    out += t.text;
    out += '\x1f';
  }
  for (const Token& t : line.cites) {
    out += '[';
    out += t.text;
    out += ']';
  }
  out += '\n';
}
std::string said(const Declaration& d) {
  std::string out;
  say(out, d.head);
  for (const Line& line : d.clauses) say(out, line);
  return out;
}

std::string_view keyword(const Declaration& d) { return d.head.tokens.front().text; }

// Whether two texts of it can both be in force, each in its time.
bool has_time(std::string_view word) {
  static constexpr std::array<std::string_view, 11> timed{
      "act", "term", "duty", "power", "prohibition", "at", "every", "when", "period", "due", "provisions"};
  return std::find(timed.begin(), timed.end(), word) != timed.end();
}

// What it declares, so that a later text of it takes the place of an earlier.
std::string name_of(const Declaration& d) {
  std::string out(keyword(d));
  const auto& tokens = d.head.tokens;
  if (out == "agreement" || out == "precedence") return out;
  if (out == "stated" || out == "deferred" || out == "withheld") {
    for (const Token& t : d.head.cites) out += " " + std::string(t.text);
    return out;
  }
  if (out == "office") {  // a party may have several ladders: told apart by where they begin
    for (std::size_t i = 1; i < tokens.size() && i < 5; ++i) out += " " + std::string(tokens[i].text);
    return out;
  }
  if (out == "claim" && tokens.size() > 3) out += " " + std::string(tokens[3].text);
  if (tokens.size() > 1) out += " " + std::string(tokens[1].text);
  return out;
}

// A kind of document with the fields and stages that it had as well.
void unite(Declaration& now, const Declaration& before) {
  for (const Line& line : before.clauses) {
    const std::string_view name = line.tokens.front().text;
    const auto same = std::find_if(now.clauses.begin(), now.clauses.end(),
                                   [&](const Line& x) { return x.tokens.front().text == name; });
    if (same == now.clauses.end()) {
      now.clauses.push_back(line);
      continue;
    }
    if (name != "stages") continue;
    for (std::size_t i = 1; i < line.tokens.size(); ++i) {
      const Token& stage = line.tokens[i];
      if (stage.kind != TokenKind::word) continue;
      const bool known = std::any_of(same->tokens.begin(), same->tokens.end(),
                                     [&](const Token& t) { return t.text == stage.text; });
      if (known) continue;
      Token comma = stage;
      comma.kind = TokenKind::symbol;
      comma.text = ",";
      same->tokens.insert(same->tokens.end() - 1, {comma, stage});
    }
  }
}

}  // namespace

std::vector<Declaration> Builder::declarations_of_editions() {
  std::vector<std::vector<Declaration>> each;
  for (const EditionFiles& edition : editions) {
    Modules modules(*this);
    for (const Block& block : text.blocks) {
      if (block.kind == Block::Kind::rules && edition.files[block.file]) modules.take(block);
    }
    each.push_back(modules.declarations());
  }
  const std::size_t n = each.size();
  std::vector<Declaration> out;
  std::map<std::string, std::vector<bool>> present;  // of what has a time
  std::map<std::string, std::size_t> named;          // of what has none: into out
  for (std::size_t e = 0; e < n; ++e) {
    for (const Declaration& d : each[e]) {
      if (has_time(keyword(d))) present.try_emplace(said(d), std::vector<bool>(n)).first->second[e] = true;
    }
  }
  // The last edition's first, in its order; then what only earlier ones say.
  for (std::size_t e = n; e-- > 0;) {
    for (Declaration& d : each[e]) {
      if (!has_time(keyword(d))) {
        const auto [at, added] = named.try_emplace(name_of(d), out.size());
        if (added) {
          out.push_back(std::move(d));
        } else if (keyword(d) == "document" || keyword(d) == "part") {
          unite(out[at->second], d);
        }
        continue;
      }
      const auto found = present.find(said(d));
      if (found == present.end()) continue;  // already there
      const std::vector<bool> in = std::move(found->second);
      present.erase(found);
      for (std::size_t first = 0; first < n; ++first) {
        if (!in[first] || (first > 0 && in[first - 1])) continue;
        std::size_t after = first;
        while (after < n && in[after]) ++after;
        Declaration one = d;
        if (first > 0) one.from = editions[first].from.days;
        if (after < n) one.until = editions[after].from.days;
        out.push_back(std::move(one));
      }
    }
  }
  return out;
}

program::Window Builder::window_of(const Declaration& d) const {
  program::Window w;
  if (d.from != std::numeric_limits<std::int32_t>::min()) w.from = p.zone.start_of({d.from});
  if (d.until != std::numeric_limits<std::int32_t>::max()) w.until = p.zone.start_of({d.until});
  return w;
}

CompiledEditions compile_editions(std::span<const Edition> editions, const ZoneLoader& zones) {
  for (std::size_t i = 0; i < editions.size(); ++i) {
    Compiled alone = compile(editions[i].source, zones);
    if (alone.program == nullptr || editions.size() == 1) return {std::move(alone), i};
  }
  // The last edition's files first: its prose is what is read.
  PackSource merged;
  merged.name = editions.back().source.name;
  merged.provisions = editions.back().source.provisions;
  std::vector<Builder::EditionFiles> files(editions.size());
  for (std::size_t e = editions.size(); e-- > 0;) {
    const PackSource& source = editions[e].source;
    for (const auto& provision : source.provisions) {
      const bool known = std::any_of(merged.provisions.begin(), merged.provisions.end(),
                                     [&](const auto& x) { return x.first == provision.first; });
      if (!known) merged.provisions.push_back(provision);
    }
    files[e].files.resize(merged.files.size());
    for (const SourceFile& file : source.files) {
      const auto same = std::find_if(merged.files.begin(), merged.files.end(), [&](const SourceFile& x) {
        return x.path == file.path && x.text == file.text;
      });
      const auto at = static_cast<std::size_t>(same - merged.files.begin());
      if (same == merged.files.end()) merged.files.push_back(file);
      if (files[e].files.size() <= at) files[e].files.resize(at + 1);
      files[e].files[at] = true;
    }
    if (editions[e].from) files[e].from = *editions[e].from;
  }
  // A pack whose editions differ in whether it lists its provisions is judged without the list.
  for (const Edition& e : editions) {
    if (e.source.provisions.empty()) merged.provisions.clear();
  }
  for (Builder::EditionFiles& f : files) f.files.resize(merged.files.size());
  Builder builder(merged, zones);
  builder.editions = files;
  Compiled out = builder.run();
  if (out.program != nullptr) {
    auto program = std::make_shared<Program>(*out.program);
    program->pack_digest = pack_digest(editions.back().source);
    for (const Edition& e : editions) program->editions.push_back({pack_digest(e.source), e.from});
    out.program = std::move(program);
  }
  return {std::move(out), editions.size() - 1};
}

}  // namespace counterpart::language
