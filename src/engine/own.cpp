#include "engine/own.h"

#include <fmt/core.h>

#include <algorithm>

#include "engine/fold.h"
#include "engine/report.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

namespace {

Datum text(std::string_view s) { return Datum::of_text(std::string(s)); }

std::string id_of(std::string_view kind, Sequence n) { return fmt::format("own:{}:{}", kind, n); }

Datum head_of(const Position& shared, const Entry& e) {
  Datum d = Datum::record();
  d.set("id", text(id_of(to_string(e.kind), e.sequence)));
  d.set("at", text(shared.program().zone.format(e.at)));
  if (!e.office.empty()) d.set("office", text(e.office));
  if (!e.recorder_person.empty()) d.set("person", text(e.recorder_person));
  if (!e.on.empty()) d.set("on", text(e.on));
  return d;
}

// What a draft would do if it were done at the position's instant.
void judge_draft(const Position& shared, const Entry& draft, Datum& into) {
  const auto scratch = std::make_shared<Record>(*shared.record);
  Entry act = draft;
  act.kind = EntryKind::act;
  act.sequence = scratch->head() + 1;
  act.recorded = act.at = shared.as_of;
  if (auto ok = scratch->append(act); !ok) {
    into.set("would_be", text("refused"));
    Datum reason = Datum::record();
    reason.set("text", text(ok.error().message));
    Datum reasons = Datum::list();
    reasons.items.push_back(std::move(reason));
    into.set("reasons", std::move(reasons));
    return;
  }
  FoldOptions options;
  options.as_of = shared.as_of;
  const Position after = fold(shared.plan, scratch, options);
  const Datum verdict = verdict_of(after, act.sequence);
  into.set("would_be", *verdict.find("word"));
  into.set("reasons", *verdict.find("reasons"));
}

}  // namespace

OwnJournal::OwnJournal(std::shared_ptr<const Program> program, PartyId party)
    : program_(std::move(program)), party_(party) {}

Result<void> OwnJournal::append(const Entry& e) {
  const Program& p = *program_;
  const std::string_view name = p.text(p.parties[party_.value].name);
  if (e.sequence != entries_.size() + 1)
    return fail("sequence", fmt::format("expected entry {}, found {}", entries_.size() + 1, e.sequence));
  if (!is_own(e.kind)) {
    return fail("entry-shared",
                fmt::format("a {} belongs into the journal both parties share", to_string(e.kind)),
                "a party's own journal holds remark, draft, approve, discard, hold and release");
  }
  if (e.by != name) {
    return fail("party-unknown",
                fmt::format("this is the journal of {}; the entry is by \"{}\"", name, e.by));
  }
  if (e.kind == EntryKind::draft) {
    const auto slash = e.on.find('/');
    if (slash == std::string::npos || slash + 1 == e.on.size()) {
      return fail("document-malformed",
                  "\"on\": expected a document such as PurchaseOrder/PO-17, found \"" + e.on + "\"");
    }
    const KindId kind = p.kind(std::string_view(e.on).substr(0, slash));
    const bool known = std::any_of(p.acts.begin(), p.acts.end(),
                                   [&](const Act& a) { return a.kind == kind && p.text(a.verb) == e.act; });
    if (!known) {
      return fail("act-unknown",
                  fmt::format("the agreement has no act \"{}\" on {}", e.act, e.on.substr(0, slash)));
    }
  }
  if (e.kind == EntryKind::approve || e.kind == EntryKind::discard || e.kind == EntryKind::release) {
    const Sequence of = e.of.value_or(0);
    const auto fits = [&](EntryKind spoken_of) {
      if (e.kind == EntryKind::release) return spoken_of == EntryKind::hold;
      return spoken_of == EntryKind::draft ||
             (e.kind == EntryKind::discard && spoken_of == EntryKind::remark);
    };
    if (of == 0 || of > entries_.size() || !fits(entries_[of - 1].kind)) {
      return fail("entry-unknown",
                  fmt::format("\"{}\": entry {} of this journal is not a {}", to_string(e.kind), of,
                              e.kind == EntryKind::release ? "hold" : "draft"));
    }
  }
  entries_.push_back(e);
  return {};
}

Datum own_items(const Position& shared, const OwnJournal& own) {
  const Program& p = shared.program();
  const std::vector<Entry>& all = own.entries();
  // What was recorded by known_at and had happened by as_of counts; later entries are not known.
  const auto counts = [&](const Entry& e) { return e.recorded <= shared.known_at && e.at <= shared.as_of; };
  const auto ended = [&](Sequence n, EntryKind by) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Entry& e) { return e.kind == by && e.of == n && counts(e); });
  };
  Datum drafts = Datum::list(), remarks = Datum::list(), holds = Datum::list();
  for (const Entry& e : all) {
    if (!counts(e)) continue;
    if (e.kind == EntryKind::draft && !ended(e.sequence, EntryKind::discard)) {
      Datum d = head_of(shared, e);
      d.set("act", text(e.act));
      d.set("text", text(fmt::format("{} {}, drafted", words_of(e.act), e.on)));
      d.set("with", e.with);
      Datum approvals = Datum::list();
      for (const Entry& a : all) {
        if (a.kind != EntryKind::approve || a.of != e.sequence || !counts(a)) continue;
        Datum row = Datum::record();
        row.set("office", text(a.office));
        if (!a.recorder_person.empty()) row.set("person", text(a.recorder_person));
        row.set("at", text(p.zone.format(a.at)));
        approvals.items.push_back(std::move(row));
      }
      d.set("approvals", std::move(approvals));
      judge_draft(shared, e, d);
      drafts.items.push_back(std::move(d));
    } else if (e.kind == EntryKind::remark && !ended(e.sequence, EntryKind::discard)) {
      Datum d = head_of(shared, e);
      d.set("text", text(e.what));
      remarks.items.push_back(std::move(d));
    } else if (e.kind == EntryKind::hold && !ended(e.sequence, EntryKind::release)) {
      Datum d = head_of(shared, e);
      d.set("text", text(e.what));
      holds.items.push_back(std::move(d));
    }
  }
  Datum out = Datum::record();
  out.set("party", text(p.text(p.parties[own.party().value].name)));
  out.set("drafts", std::move(drafts));
  out.set("remarks", std::move(remarks));
  out.set("holds", std::move(holds));
  return out;
}

}  // namespace counterpart::engine
