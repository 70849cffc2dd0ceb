#pragma once

// What each subcommand does, apart from reading its arguments. Each answers the exit status.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace counterpart::cli {

int check(const std::string& pack, bool json);
int test(const std::string& pack, bool json, const std::string& only);
// Bends each rule of the pack in turn; lists those that no scenario notices. 1 when there are some.
int mutate(const std::string& pack, bool json);
int coverage(const std::string& pack, bool json);

struct RunOptions {
  std::string pack, journal;
  std::string as_of, known_at;        // as written; empty: now, everything
  std::vector<std::string> readings;  // NAME=ALTERNATIVE
  std::vector<std::string> inputs;    // NAME=PACK,JOURNAL: agreements whose positions the pack reads
  std::vector<std::string>
      also;                // later editions: PACK@DATE amends from a date, PACK corrects from the start
  std::string own, party;  // a file of that party's own journal, and the party
  bool json = false;
};
int run_journal(const RunOptions& options);
int why(const RunOptions& options, const std::string& item);
enum class PaperForm : std::uint8_t { text, html, csv };
// A paper the text calls for, made from the position; without a name, the list of them.
int paper(const RunOptions& options, const std::string& name, const std::string& document, PaperForm form);
// What is open (readings not chosen, claims in dispute) and what each answer would change.
int alternatives(const RunOptions& options);
// Compares the position of `options` with the same under `other` (what it leaves empty is taken from
// `options`).
int diff(const RunOptions& options, const RunOptions& other);

}  // namespace counterpart::cli
