#pragma once

// One line of a journal as people and files write it: names and text, not yet bound to a program.

#include "base/datum.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace counterpart::program {

using Sequence = std::uint64_t;

enum class EntryKind : std::uint8_t {
  adopt,      // names the edition (first entry) or adds one
  act,        // a party did something on a document
  claim,      // a party asserts a fact
  contest,    // a party contests a claim (`of`)
  agree,      // the other party agrees to a contested claim (`of`), or both enter what they agreed
  ruling,     // a decision on a claim (`of`) from outside
  correct,    // replaces particulars of an earlier entry (`of`); `with` holds the new ones, see below
  ratify,     // makes good the want of authority of an earlier act (`of`)
  evidence,   // shows that something happened to a sending (`of`): `what` is the evidence's name, `at` when
  supply,     // supplies an unknown: `what` names it, `with.value`, `with.source`
  choose,     // chooses an alternative of a reading: `what` names it, `with.alternative`; signed by both
  appoint,    // a person takes an office: `what` is "Party.office", `with.person`, optional `with.until`
  relieve,    // a person leaves an office: `what` is "Party.office", `with.person`
  designate,  // an office-holder names a designee: `what` is "Party.office", `with.person`, optional
              // `with.until`

  // Of a party's own journal, never of the shared one: they add items of that party's own.
  remark,   // `what`: what is remarked; `on` may name a document
  draft,    // an act prepared and not done: `act`, `on` and the rest as the act would have them
  approve,  // an office of the party approves its draft (`of`)
  discard,  // a draft or a remark (`of`) is put aside
  hold,     // counsel orders that what is about `on` be kept: `what` says why
  release,  // ends a hold (`of`)
};

// Whether entries of this kind stand in a party's own journal; the others stand in the shared one.
[[nodiscard]] constexpr bool is_own(EntryKind kind) { return kind >= EntryKind::remark; }

std::string_view to_string(EntryKind kind);
std::optional<EntryKind> entry_kind(std::string_view name);

struct Signature {
  std::string party;
  std::string office;  // as signed, "vice_president"; may be empty
  std::string person;  // an identifier or name; may be empty
  std::string title;   // as represented on the paper; may be empty
  friend bool operator==(const Signature&, const Signature&) = default;
};

struct Entry {
  Sequence sequence = 0;  // dense from 1; 0 until appended
  Instant recorded;       // when it entered the record; never decreasing
  Instant at;             // when it happened
  EntryKind kind = EntryKind::act;
  std::string by;                  // the party that acted
  std::string office;              // in which office; may be empty
  std::string recorder;            // the party whose people recorded it; empty means `by`
  std::string recorder_person;     // who recorded it; may be empty
  bool authenticated = false;      // whether the recorder had signed in
  std::string act;                 // of an act: the verb, "issue"
  std::string on;                  // "PurchaseOrder/PO-17"; may be empty
  std::string what;                // of the other kinds: the fact, unknown, reading, office, evidence
  std::optional<Sequence> of;      // the entry this speaks about
  std::string via;                 // the channel; may be empty
  std::string to;                  // the office addressed, when the act names one
  std::vector<std::string> cites;  // "Agreement", "ProductAddendum/PA-1"
  std::vector<Signature> signatures;
  Datum with;                         // a record: the inputs
  std::vector<std::string> evidence;  // digests of attachments, or a description of the evidence
  std::string note;                   // for people; never read by the engine
  std::string idempotency_key;

  friend bool operator==(const Entry&, const Entry&) = default;
};

// A correction's `with` may hold "at" (RFC 3339), "via", "to", "cites", "signatures" (lists as in JSON) and
// "with" (a record of inputs to replace). What it does not hold stays.

}  // namespace counterpart::program
