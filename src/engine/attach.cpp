#include "engine/attach.h"

#include <algorithm>

#include "engine/evaluate.h"

namespace counterpart::engine {

using namespace program;

namespace {

bool signed_by_all_parties(const Position& position, const BoundEntry& e) {
  const auto signatures = position.record->signatures(e.signatures);
  const std::vector<Party>& parties = position.program().parties;
  for (std::uint32_t i = 0; i < parties.size(); ++i) {
    const bool has_signed = std::any_of(signatures.begin(), signatures.end(),
                                        [&](const BoundSignature& s) { return s.party.value == i; });
    if (!parties[i].outside && !has_signed) return false;
  }
  return true;
}

void judge_void(Position& position, const BoundEntry& e, Reason::Kernel kernel) {
  Reason reason;
  reason.entry_index = static_cast<std::uint32_t>(position.judgements.size());
  reason.by_kernel = true;
  reason.kernel = kernel;
  position.reasons.push_back(reason);
  Judgement j;
  j.entry = e.sequence;
  j.word = VerdictWord::void_;
  j.sent = e.at;
  position.judgements.push_back(j);
}

}  // namespace

std::vector<Attached> attach(Position& position, const FoldOptions& options) {
  const Record& record = *position.record;
  const Program& p = position.program();
  position.supplied.assign(p.unknowns.size(), Value{});
  position.supplied_by.assign(p.unknowns.size(), 0);
  position.calendars.assign(p.calendars.size(), none);
  position.readings.clear();
  position.reading_chosen.assign(p.readings.size(), false);
  for (const Reading& r : p.readings) position.readings.push_back(r.default_alternative);

  std::vector<Attached> attached;
  const auto all = record.entries();
  position.entries.clear();
  position.head = 0;
  std::size_t known = 0;
  while (known < all.size() && (!options.known_at || all[known].recorded <= *options.known_at)) ++known;
  position.head = known;

  // Entries are dense from 1, so entry n stands at index n - 1 until they are sorted by time.
  std::vector<BoundEntry> entries(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(known));
  for (std::uint32_t i = 0; i < known; ++i) {
    const BoundEntry& e = all[i];
    switch (e.kind) {
      case EntryKind::correct: {
        const bool own = all[e.of - 1].by == e.by || signed_by_all_parties(position, e);
        if (!own) {
          judge_void(position, e, Reason::Kernel::not_own_entry);
          break;
        }
        const BoundEntry& now = record.replacement(e.replaced_by);
        BoundEntry& target = entries[e.of - 1];
        const Range signatures = target.signatures;
        target = now;
        target.recorded = all[e.of - 1].recorded;
        target.signatures = signatures;
        break;
      }
      case EntryKind::evidence:
        attached.push_back({e.of, Attached::What::evidence, i});
        break;
      case EntryKind::contest:
        attached.push_back({e.of, Attached::What::contest, i});
        break;
      case EntryKind::agree:
        attached.push_back({e.of, Attached::What::agree, i});
        break;
      case EntryKind::ruling:
        attached.push_back({e.of, Attached::What::ruling, i});
        break;
      case EntryKind::ratify:
        attached.push_back({e.of, Attached::What::ratify, i});
        break;
      case EntryKind::supply:
        if (e.calendar != none) {
          for (std::uint32_t c = 0; c < p.calendars.size(); ++c) {
            if (p.calendars[c].unknown.value == e.what && p.calendars[c].unknown.given())
              position.calendars[c] = e.calendar;
          }
        } else {
          position.supplied[e.what] = record.values(e.inputs)[0];
        }
        position.supplied_by[e.what] = e.sequence;
        break;
      case EntryKind::choose:
        if (signed_by_all_parties(position, e)) {
          position.readings[e.what] = e.alternative;
          position.reading_chosen[e.what] = true;
        } else {
          judge_void(position, e, Reason::Kernel::unsigned_jointly);
        }
        break;
      case EntryKind::remark:
      case EntryKind::draft:
      case EntryKind::approve:
      case EntryKind::discard:
      case EntryKind::hold:
      case EntryKind::release:  // of a party's own journal, never here
      case EntryKind::adopt:
      case EntryKind::act:
      case EntryKind::claim:
      case EntryKind::appoint:
      case EntryKind::relieve:
      case EntryKind::designate:
        break;
    }
  }
  for (const auto& [reading, alternative] : options.readings) position.readings[reading.value] = alternative;

  // What runs in time.
  std::erase_if(entries, [](const BoundEntry& e) { return !runs_in_time(e.kind); });
  const auto earlier = [](const BoundEntry& a, const BoundEntry& b) {
    return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
  };
  if (!std::is_sorted(entries.begin(), entries.end(), earlier))
    std::sort(entries.begin(), entries.end(), earlier);
  for (const BoundEntry& e : entries) position.entries.push_back(e);
  std::stable_sort(attached.begin(), attached.end(),
                   [](const Attached& a, const Attached& b) { return a.about < b.about; });
  return attached;
}

Value receipt_of(const Position& position, const BoundEntry& entry, ReceiptId rule_id,
                 std::span<const Attached> about) {
  const Program& p = position.program();
  const Record& record = *position.record;
  const Value sent{Tag::instant, Bound::exact, 0, 0, entry.at.seconds};
  if (!rule_id.given()) return sent;
  const ReceiptRule& rule = p.receipts[rule_id.value];

  const auto evidence_named = [&](std::string_view name, bool same_day) -> const BoundEntry* {
    for (const Attached& a : about) {
      if (a.what != Attached::What::evidence) continue;
      const BoundEntry& e = record.entries()[a.entry];
      if (record.text(TextId{e.what}) != name) continue;
      if (same_day && p.zone.date_of(e.at) != p.zone.date_of(entry.at)) continue;
      return &e;
    }
    return nullptr;
  };

  Value deemed;
  const bool addressed = !rule.addressed_to.given() || !entry.to.given() || entry.to == rule.addressed_to;
  if (addressed) {
    const ReceiptRow* row = nullptr;
    for (std::uint32_t i = rule.rows.first; i < rule.rows.first + rule.rows.count; ++i) {
      const ReceiptRow& candidate = p.receipt_rows[i];
      if (candidate.channel.given() && candidate.channel != entry.via) continue;
      row = &candidate;
      break;
    }
    if (row != nullptr && !row->never) {
      const BoundEntry* shown =
          row->needs.given() ? evidence_named(p.text(row->needs), row->needs_same_day) : nullptr;
      if (!row->needs.given() || shown != nullptr) {
        const Value base = row->at_evidence && shown != nullptr
                               ? Value{Tag::instant, Bound::exact, 0, 0, shown->at.seconds}
                               : sent;
        deemed = base;
        if (row->delay.tag == Tag::duration) {
          deemed = moved(position, base, row->delay, 1);
          if (deemed.tag == Tag::date) {
            // A receipt some days later is at the same time of day.
            deemed.tag = Tag::instant;
            deemed.number =
                p.zone.at({static_cast<std::int32_t>(deemed.number)}, p.zone.second_of_day({base.number}))
                    .seconds;
          }
        }
      }
    }
  }
  if (const BoundEntry* received = evidence_named("received", false); received != nullptr) {
    if (deemed.tag != Tag::instant || received->at.seconds < deemed.number) {
      return {Tag::instant, Bound::exact, 0, 0, received->at.seconds};
    }
  }
  return deemed;
}

}  // namespace counterpart::engine
