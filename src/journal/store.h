#pragma once

// The record: append-only, hash-chained journals of agreements, each with its own dense sequence from 1.
// "shared" is the agreement's journal; "side:PARTY" a party's own.

#include "base/digest.h"
#include "base/result.h"
#include "journal/entry_json.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace counterpart::journal {

using program::Entry;
using program::Sequence;

struct AgreementRow {
  std::string id;  // "lease"
  std::string title;
  std::string pack;      // digest of its edition's pack, in hexadecimal
  std::string settings;  // JSON kept for the desk (its parties, its own clock), opaque here
};

struct Receipt {
  Sequence first = 0, last = 0;
  Digest hash;  // of the last
};

// Somebody else appended first: what came between, in order.
struct Conflict {
  Sequence head = 0;
  std::vector<Entry> between;
};
// The idempotency key was used before with other content.
struct KeyReused {
  Sequence sequence = 0;
};
// `recorded` lies before the head's.
struct GoesBack {
  Instant head;
};

using AppendError = std::variant<Conflict, KeyReused, GoesBack, Error>;

struct Broken {
  std::string journal;
  Sequence sequence = 0;
  std::string what;  // what was expected and what was found
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Errors: "agreement-exists", "disk".
  virtual Result<void> create_agreement(const AgreementRow& row) = 0;
  virtual Result<std::vector<AgreementRow>> agreements() = 0;
  virtual Result<void> update_settings(const std::string& id, const std::string& settings) = 0;

  // Appends all of `entries` or none of them, after `expected` of the journal. Their sequences are set here.
  // Inputs named in `sealed` are kept apart and enter the chain as a salted digest. When this has returned a
  // Receipt the entries survive loss of power. The same idempotency key with the same content answers the
  // first receipt again and appends nothing.
  virtual std::expected<Receipt, AppendError> append(const std::string& agreement, const std::string& journal,
                                                     Sequence expected, std::span<const Entry> entries,
                                                     const std::vector<std::string>& sealed = {}) = 0;
  // Entries after `after`, at most `limit`, in order; sealed inputs put back where they are still kept.
  virtual Result<std::vector<Entry>> read(const std::string& agreement, const std::string& journal,
                                          Sequence after, std::size_t limit) = 0;
  virtual Result<Sequence> head(const std::string& agreement, const std::string& journal) = 0;
  virtual Result<std::vector<std::string>> journals(const std::string& agreement) = 0;

  // Bytes by their digest: editions of packs, imported originals, attachments. Putting what is there is
  // nothing.
  virtual Result<Digest> put_blob(std::string_view bytes) = 0;
  virtual Result<std::optional<std::string>> blob(const Digest& digest) = 0;

  // Walks every journal of an agreement from its first entry and recomputes the chain. Empty: nothing is
  // broken.
  virtual Result<std::vector<Broken>> verify(const std::string& agreement) = 0;
};

// Everything in memory: for what-ifs and tests.
std::unique_ptr<Store> open_memory_store();
// A folder holding one SQLite database. Errors: "store-locked" naming the process that holds it, "disk",
// "store-newer".
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& folder);

// What both stores share, so that they cannot differ.
struct Chained {
  Entry entry;
  std::string bytes;
  Digest hash;
  std::vector<std::tuple<std::string, std::string, std::string>> seals;
};  // name, salt, value
Chained chained(Entry entry, Sequence sequence, std::string_view agreement, std::string_view journal,
                const Digest& before, const std::vector<std::string>& sealed);
// Why a kept row does not follow from the one before it; empty when it does.
std::string why_broken(std::string_view bytes, const Digest& hash, std::string_view agreement,
                       std::string_view journal, Sequence expected, const Digest& before);
bool same_content(const Entry& a, const Entry& b);

}  // namespace counterpart::journal
