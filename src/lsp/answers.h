#pragma once

// What the server answers about a place in a pack, as values of the protocol. Pure: a pack in, a datum out.

#include "base/datum.h"
#include "base/result.h"
#include "lsp/workspace.h"

#include <functional>
#include <string>

namespace counterpart::lsp {

// A place in a file of a pack.
struct Place {
  const Pack& pack;
  std::uint32_t file = 0;
  Position at;

  [[nodiscard]] std::string_view line() const { return pack.lines[file][at.line]; }
  [[nodiscard]] std::size_t byte() const { return byte_after(line(), at.character); }
  // The name read at this place, or null.
  [[nodiscard]] const language::SymbolUse* use() const {
    return pack.analysis.use_at(file, at.line + 1, static_cast<std::uint32_t>(byte() + 1));
  }
};

using UriOf = std::function<std::string(const std::string& path)>;

Datum position_datum(Position at);
Datum range_datum(Position from, Position to);
Datum range_datum(const Pack& pack, const language::Range& range);

// By path of each file of the pack: its diagnostics, as `publishDiagnostics` has them. A file without any has
// an empty list.
std::vector<std::pair<std::string, Datum>> diagnostics(const Pack& pack, const UriOf& uri);

Datum hover(const Place& place);
Datum definition(const Place& place, const UriOf& uri);
Datum references(const Place& place, bool with_declaration, const UriOf& uri);
Datum highlights(const Place& place);
Datum completion(const Place& place);
// The clause tree: sections, their provisions, declarations and stories.
Datum document_symbols(const Pack& pack, std::uint32_t file);

// The kinds of tokens, in the order the answer's numbers mean.
std::vector<std::string> token_kinds();
Datum semantic_tokens(const Pack& pack, std::uint32_t file);

// The name at this place, if it can be given another; or why not.
Result<language::Range> can_rename(const Place& place);
// The edits that give it another name, or why it cannot have that one. The pack is compiled with the new
// name: it must be read as before.
Result<Datum> rename(const Place& place, const std::string& name, const Workspace& workspace);

}  // namespace counterpart::lsp
