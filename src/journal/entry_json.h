#pragma once

// Entries as JSON: the line of a journal file, and the canonical form whose bytes are hashed.
// docs/formats/journal.md fixes both.

#include "base/datum.h"
#include "base/digest.h"
#include "program/entry.h"

#include <string>
#include <string_view>
#include <vector>

namespace counterpart::journal {

// Reads one entry as people and files write it. Errors name the key: "entry-malformed", "entry-key-unknown".
Result<program::Entry> entry_from(const Datum& line);
// The same back: only what is given.
Datum to_datum(const program::Entry& entry);

struct LineError {
  std::size_t line = 0;  // from 1
  Error error;
};

// Reads a file of JSON Lines; empty lines are passed over. Entries get sequences from 1. Every error is
// collected; a line over 1 MiB or not valid UTF-8 is one. `recorded` never goes back: an entry that does is
// an error.
std::vector<program::Entry> read_lines(std::string_view text, std::vector<LineError>& errors);

// The bytes that are hashed and kept: one line of JSON, keys in a fixed order, every key present.
std::string canonical_bytes(const program::Entry& entry, std::string_view agreement, std::string_view journal,
                            const Digest& before, const std::vector<std::pair<std::string, Digest>>& sealed);

struct Kept {
  program::Entry entry;
  std::string agreement, journal;
  Digest before;
  std::vector<std::pair<std::string, Digest>> sealed;  // inputs kept apart: name and salted digest
};
// Reads canonical bytes back. Error: "record-malformed".
Result<Kept> read_canonical(std::string_view bytes);

}  // namespace counterpart::journal
