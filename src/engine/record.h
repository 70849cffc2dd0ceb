#pragma once

// A journal bound to a program: entries whose names have become small integers. Binding is where an entry is
// *refused*; what is refused depends on the entry and the program alone, never on what happened before.

#include "program/program.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace counterpart::engine {

using program::Sequence;
using program::Value;

constexpr std::uint32_t none = 0xffffffff;  // no row

// A document's name: its kind and key. References point here, whether or not the document exists yet.
struct Key {
  program::KindId kind;
  program::TextId key;
};

struct BoundSignature {
  program::PartyId party;
  program::OfficeId office;  // none: no office of that name on the party's ladders
  program::TextId person;    // none: not named
};

struct BoundSetting {
  program::TermId term;
  Value value;
};

struct BoundEntry {
  Sequence sequence = 0;
  Instant recorded, at;
  program::EntryKind kind = program::EntryKind::act;
  program::PartyId by;
  program::ActId act;
  program::ActId text;              // the act as the edition in force at its time has it; none: none has it
  std::uint32_t key = 0xffffffff;   // of `on`
  std::uint32_t what = 0xffffffff;  // ClaimId, UnknownId, ReadingId, OfficeId; TextId of evidence's name
  Sequence of = 0;
  program::TextId via;
  program::OfficeId to;
  program::TextId person;         // of an appointment
  std::uint32_t alternative = 0;  // of a choice
  std::int64_t until = 0;         // of an appointment; 0: open
  bool cites_agreement = false;
  program::Range cites;                 // into Record::cited_keys
  program::Range signatures;            // into Record::signatures
  program::Range sets;                  // into Record::settings: terms the document sets
  program::Range inputs;                // into Record::values, in the order of the act's inputs; of a claim
                                        // or a supply: one value
  std::uint32_t calendar = 0xffffffff;  // of a supply of a calendar: into Record::calendars
  std::uint32_t replaced_by = 0;        // used by the fold's preparation
};

// A row of a list of parts as it came in.
struct PartRow {
  program::KindId kind;
  program::Range values;  // in the order of the kind's fields
};

// A document read from the position of another agreement.
struct InputRow {
  std::uint32_t key = 0xffffffff;
  program::TextId agreement, item;  // where it was read
  program::Range values;            // in the order of the kind's fields; an unknown one has tag `unknown`
};

// Holds a bound journal; grows by append. Copying it gives a scratch journal for a what-if.
class Record {
 public:
  explicit Record(std::shared_ptr<const program::Program> program);

  // Binds and appends. The entry's sequence must be the next. A refusal names the place in the entry:
  // codes "act-unknown", "document-malformed", "party-unknown", "input-missing", "input-unknown",
  // "input-type", "entry-unknown", "office-unknown", …
  Result<void> append(const program::Entry& entry);

  // Adds a document read from another agreement's position, `item` of `agreement`. What `fields` leaves out
  // is absent; what it names in `unknown` is unknown here too; a bound in `bounds` ("at_most", "at_least") is
  // kept. Errors: "input-type", "input-unknown".
  Result<void> add_input(program::KindId kind, std::string_view key, std::string_view agreement,
                         std::string_view item, const Datum& fields,
                         std::span<const std::string> unknown = {},
                         const std::map<std::string, program::Bound>& bounds = {});
  [[nodiscard]] std::span<const InputRow> inputs() const { return inputs_; }

  // The plan the same program's records share is not kept here: see engine/plan.h.
  [[nodiscard]] const program::Program& program() const { return *program_; }
  [[nodiscard]] const std::shared_ptr<const program::Program>& shared_program() const { return program_; }

  [[nodiscard]] std::span<const BoundEntry> entries() const { return entries_; }
  // What a correction puts in the place of an entry: index of a BoundEntry in `replacements`.
  [[nodiscard]] const BoundEntry& replacement(std::uint32_t index) const { return replacements_[index]; }
  [[nodiscard]] const program::Entry& raw(Sequence sequence) const { return raw_[sequence - 1]; }
  [[nodiscard]] Sequence head() const { return entries_.size(); }

  [[nodiscard]] std::string_view text(program::TextId id) const;
  [[nodiscard]] program::TextId find_text(std::string_view s) const;
  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
  [[nodiscard]] std::uint32_t find_key(program::KindId kind, std::string_view key) const;
  // Whether any entry names a thing of this kind.
  [[nodiscard]] bool names(program::KindId kind) const {
    return kind.value < named_kinds_.size() && named_kinds_[kind.value];
  }
  // "PurchaseOrder/PO-17"; "Agreement" for the agreement itself.
  [[nodiscard]] std::string name_of_key(std::uint32_t key) const;
  // The key "Kind/KEY" or a bare KEY known once; 0xffffffff when there is none.
  [[nodiscard]] std::uint32_t find_key_by_name(std::string_view name) const;

  [[nodiscard]] std::span<const Value> values(program::Range r) const {
    return {values_.data() + r.first, r.count};
  }
  // Whether two acts bring the same; one that brings nothing goes with any.
  [[nodiscard]] bool same_inputs(const BoundEntry& a, const BoundEntry& b) const;
  [[nodiscard]] std::span<const BoundSignature> signatures(program::Range r) const {
    return {signatures_.data() + r.first, r.count};
  }
  [[nodiscard]] std::span<const std::uint32_t> cited(program::Range r) const {
    return {cited_keys_.data() + r.first, r.count};
  }
  [[nodiscard]] std::span<const BoundSetting> settings(program::Range r) const {
    return {settings_.data() + r.first, r.count};
  }
  [[nodiscard]] const PartRow& part_row(std::uint32_t i) const { return part_rows_[i]; }
  [[nodiscard]] const std::vector<program::TextId>& list(std::uint32_t i) const { return lists_[i]; }
  [[nodiscard]] const BusinessCalendar& supplied_calendar(std::uint32_t i) const { return *calendars_[i]; }

  // A value as people read it in a file or a form; `type` decides the shape. Used by binding and by forms.
  Result<Value> bind_value(const Datum& datum, program::TypeRef type, std::string_view where);

 private:
  friend class Binder;
  program::TextId intern(std::string_view s);
  std::uint32_t intern_key(program::KindId kind, std::string_view key);

  std::shared_ptr<const program::Program> program_;
  std::vector<program::Entry> raw_;
  std::vector<BoundEntry> entries_;
  std::vector<BoundEntry> replacements_;
  std::vector<std::string> texts_;  // after the program's
  std::unordered_map<std::string, std::uint32_t> text_index_;
  std::vector<Key> keys_;
  std::vector<bool> named_kinds_;  // by KindId
  std::unordered_map<std::uint64_t, std::uint32_t> key_index_;
  std::vector<Value> values_;
  std::vector<BoundSignature> signatures_;
  std::vector<std::uint32_t> cited_keys_;
  std::vector<BoundSetting> settings_;
  std::vector<PartRow> part_rows_;
  std::vector<std::vector<program::TextId>> lists_;
  std::vector<std::shared_ptr<const BusinessCalendar>> calendars_;
  std::vector<InputRow> inputs_;
  std::map<Sequence, program::Entry> corrected_raw_;  // the latest corrected form of an entry
};

}  // namespace counterpart::engine
