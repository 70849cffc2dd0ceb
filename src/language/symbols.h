#pragma once

// What the names of a pack are, where each is declared and where it is used: for editors. The program needs
// none of it.

#include "language/compile.h"
#include "language/lexer.h"
#include "language/literate.h"

#include <cstdint>
#include <string>
#include <vector>

namespace counterpart::language {

enum class SymbolKind : std::uint8_t {
  party,
  office,
  calendar,
  kind,
  field,
  stage,
  act,
  input,  // what an act brings besides the fields of its document
  receipt,
  claim,
  due,
  account,
  term,
  unknown,
  reading,
  alternative,  // of a reading
  provision,
  setup,  // a story others begin with
};

struct Symbol {
  SymbolKind kind = SymbolKind::party;
  std::string name;
  std::string of;  // the kind of document of a field, stage, act or claim; the party of an office
  Range declared;  // the name where it is declared; line 0: nowhere in the pack
  std::uint32_t last_line = 0;          // where its declaration ends
  std::vector<std::string> provisions;  // cited where it is declared
  std::string prose;                    // of a provision
  std::vector<std::string> refers_to;   // kinds of document, of a field that names one or holds parts
};

struct SymbolUse {
  Range range;
  std::uint32_t symbol = 0;  // into Analysis::symbols
  bool declares = false;
};

// A pack compiled, and what an editor asks of it. Errors leave what could be read. `text` and `declarations`
// look into the pack's text, which must outlive this and stay where it is.
struct Analysis {
  Compiled compiled;
  Literate text;
  std::vector<Declaration> declarations;
  std::vector<Symbol> symbols;
  std::vector<SymbolUse> uses;  // declarations among them; by file, line and column

  // The use that covers this place (column from 1, in bytes; also just after its end), or null.
  [[nodiscard]] const SymbolUse* use_at(std::uint32_t file, std::uint32_t line, std::uint32_t column) const;
};

Analysis analyse(const PackSource& pack, const ZoneLoader& zones);

}  // namespace counterpart::language
