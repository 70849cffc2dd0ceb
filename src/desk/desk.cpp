#include "desk/desk.h"

#include <fmt/core.h>

#include <algorithm>

#include "desk/agreement.h"
#include "engine/alternatives.h"
#include "engine/explain.h"
#include "engine/inputs.h"
#include "engine/report.h"
#include "engine/words.h"

namespace counterpart::desk {

using program::Entry;
using program::EntryKind;
using program::Sequence;

namespace {

constexpr const char* shared_journal = "shared";
std::string own_journal(const std::string& party) { return "side:" + party; }

Refusal refused(int status, Error error) { return {status, std::move(error), {}}; }
std::unexpected<Refusal> refuse(int status, std::string code, std::string message, std::string help = {}) {
  return std::unexpected(refused(status, {std::move(code), std::move(message), std::move(help)}));
}

std::string text_of(const Datum& d, std::string_view name) {
  const Datum* v = d.find(name);
  return v != nullptr && v->kind == Datum::Kind::text ? v->text : std::string();
}

}  // namespace

Desk::Desk(std::unique_ptr<journal::Store> store, language::ZoneLoader zones,
           std::optional<Instant> sample_clock)
    : store_(std::move(store)),
      zones_(std::move(zones)),
      clock_(sample_clock ? Clock(*sample_clock) : Clock()) {}

Desk::~Desk() { stop(); }

Desk::Agreement* Desk::find(const std::string& id) {
  const auto found = agreements_.find(id);
  return found == agreements_.end() ? nullptr : found->second.get();
}

Answer<Desk::Agreement*> Desk::need(const std::string& id) {
  if (Agreement* a = find(id); a != nullptr) return a;
  std::string known;
  for (const auto& [name, a] : agreements_) known += (known.empty() ? "" : ", ") + name;
  return refuse(404, "agreement-missing", "there is no agreement \"" + id + "\" here",
                known.empty() ? "" : "there is: " + known);
}

Result<std::unique_ptr<Desk::Agreement>> Desk::load(const journal::AgreementRow& row) {
  auto a = std::make_unique<Agreement>();
  a->row = row;
  const auto digest = Digest::from_hex(row.pack);
  if (!digest) return fail("edition-malformed", "the agreement " + row.id + " names no edition");
  TRY_ASSIGN(const std::optional<std::string> bytes, store_->blob(*digest));
  if (!bytes) {
    return fail("edition-missing",
                "the edition " + row.pack + " of the agreement " + row.id + " is not kept here");
  }
  TRY_ASSIGN(const language::PackSource pack, pack_from(*bytes));
  language::Compiled compiled = language::compile(pack, zones_);
  if (compiled.program == nullptr) {
    return fail("edition-unreadable",
                "the edition of the agreement " + row.id + " cannot be compiled by this version:\n" +
                    language::render(compiled.diagnostics, pack),
                "this is a fault of this version: every edition that was adopted must open in later ones");
  }
  a->program = compiled.program;
  a->plan = std::make_shared<const engine::Plan>(*a->program);
  a->record = std::make_shared<engine::Record>(a->program);
  for (Sequence after = 0;;) {
    TRY_ASSIGN(const std::vector<Entry> entries, store_->read(row.id, shared_journal, after, 4096));
    if (entries.empty()) break;
    for (const Entry& e : entries) {
      if (auto ok = a->record->append(e); !ok) {
        return fail("entry-refused",
                    fmt::format("entry {} of {}: {}", e.sequence, row.id, ok.error().message),
                    ok.error().help);
      }
    }
    after = entries.back().sequence;
  }
  for (std::uint32_t i = 0; i < a->program->parties.size(); ++i) {
    const std::string party(a->program->text(a->program->parties[i].name));
    engine::OwnJournal& own = a->own.try_emplace(party, a->program, program::PartyId{i}).first->second;
    for (;;) {
      TRY_ASSIGN(const std::vector<Entry> entries,
                 store_->read(row.id, own_journal(party), own.head(), 4096));
      if (entries.empty()) break;
      for (const Entry& e : entries) {
        if (auto ok = own.append(e); !ok) {
          return fail("entry-refused",
                      fmt::format("entry {} of {}'s own journal of {}: {}", e.sequence, party, row.id,
                                  ok.error().message),
                      ok.error().help);
        }
      }
    }
  }
  if (auto settings = read_json(row.settings); settings) {
    if (const auto original = Digest::from_hex(text_of(*settings, "original")); original) {
      TRY_ASSIGN(const std::optional<std::string> imported, store_->blob(*original));
      if (imported) {
        TRY_ASSIGN(a->original, read_json(*imported));
      }
    }
  }
  return a;
}

Result<void> Desk::open() {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(const std::vector<journal::AgreementRow> rows, store_->agreements());
  for (const journal::AgreementRow& row : rows) {
    TRY_ASSIGN(std::unique_ptr<Agreement> a, load(row));
    agreements_.insert_or_assign(row.id, std::move(a));
  }
  return {};
}

Result<std::string> Desk::import(const language::PackSource& pack, std::span<const Entry> entries,
                                 const std::string& settings) {
  language::Compiled compiled = language::compile(pack, zones_);
  if (compiled.program == nullptr) return fail("pack-errors", language::render(compiled.diagnostics, pack));
  // Everything is bound once before anything is kept, so that an import is whole or not there.
  engine::Record trial(compiled.program);
  std::vector<Entry> all;
  Entry adopt;
  adopt.kind = EntryKind::adopt;
  adopt.at = adopt.recorded = entries.empty()
                                  ? compiled.program->zone.start_of(compiled.program->effective_date)
                                  : entries.front().recorded;
  adopt.with.set("pack", Datum::of_text(compiled.program->pack_digest.to_hex()));
  adopt.with.set("zone", Datum::of_text(compiled.program->zone.name()));
  adopt.with.set("zone_data", Datum::of_text(compiled.program->zone.data_version()));
  all.push_back(adopt);
  all.insert(all.end(), entries.begin(), entries.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].sequence = i + 1;
    // Entries speak of one another by their line; the adoption stands before them.
    if (i > 0 && all[i].of) all[i].of = *all[i].of + 1;
    if (auto ok = trial.append(all[i]); !ok) {
      return fail("entry-refused", fmt::format("entry {} of the journal: {}", i, ok.error().message),
                  ok.error().help);
    }
  }
  TRY_ASSIGN(const Digest kept, store_->put_blob(pack_bytes(pack)));
  journal::AgreementRow row{compiled.program->name, compiled.program->title, kept.to_hex(), settings};
  TRY(store_->create_agreement(row));
  if (auto appended = store_->append(row.id, shared_journal, 0, all, {}); !appended)
    return fail("disk", "the journal could not be kept");
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(std::unique_ptr<Agreement> a, load(row));
  agreements_.insert_or_assign(row.id, std::move(a));
  return row.id;
}

Result<void> Desk::keep_original(const std::string& agreement, const Datum& sections) {
  const std::lock_guard lock(mutex_);
  Agreement* a = find(agreement);
  if (a == nullptr) return fail("agreement-missing", "there is no agreement \"" + agreement + "\" here");
  TRY_ASSIGN(const Digest digest, store_->put_blob(write_json(sections)));
  Datum settings = Datum::record();
  if (auto old = read_json(a->row.settings); old) settings = *old;
  settings.set("original", Datum::of_text(digest.to_hex()));
  a->row.settings = write_json(settings);
  TRY(store_->update_settings(agreement, a->row.settings));
  a->original = sections;
  return {};
}

Datum Desk::agreements() {
  const std::lock_guard lock(mutex_);
  Datum list = Datum::list();
  for (const auto& [id, a] : agreements_) {
    Datum d = Datum::record();
    d.set("id", Datum::of_text(id));
    d.set("title", Datum::of_text(a->program->title));
    d.set("head", Datum::of_number(static_cast<std::int64_t>(a->record->head())));
    d.set("program", Datum::of_text(a->program->pack_digest.to_hex()));
    d.set("zone", Datum::of_text(a->program->zone.name()));
    d.set("today", Datum::of_text(a->program->zone.date_of(clock_.now()).to_string()));
    d.set("today_text", Datum::of_text(a->program->zone.date_of(clock_.now()).with_weekday()));
    d.set("parties", parties_of(*a->program));
    list.items.push_back(std::move(d));
  }
  Datum server = Datum::record();
  server.set("now", Datum::of_text(Zone().format(clock_.now()).substr(0, 19) + "Z"));
  server.set("sample_clock", Datum::of(clock_.is_sample()));
  Datum out = Datum::record();
  out.set("agreements", std::move(list));
  out.set("server", std::move(server));
  return out;
}

Answer<Datum> Desk::agreement(const std::string& id) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  Datum d = Datum::record();
  d.set("id", Datum::of_text(id));
  d.set("title", Datum::of_text(a->program->title));
  d.set("head", Datum::of_number(static_cast<std::int64_t>(a->record->head())));
  d.set("zone", Datum::of_text(a->program->zone.name()));
  d.set("effective", Datum::of_text(a->program->effective_date.to_string()));
  d.set("parties", parties_of(*a->program));
  d.set("forms", forms_of(*a->program));
  return d;
}

Answer<Datum> Desk::clauses(const std::string& id) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  return clauses_of(*a->program, a->original);
}

Answer<engine::FoldOptions> Desk::options(const Agreement& a, const View& view) {
  engine::FoldOptions o;
  const Instant now = clock_.now();
  o.as_of = now;
  if (!view.as_of.empty()) {
    const auto t = parse_moment(view.as_of, a.program->zone);
    if (!t)
      return std::unexpected(refused(400, {t.error().code, "as_of: " + t.error().message, t.error().help}));
    o.as_of = *t;
  }
  o.known_at = now;
  if (!view.known_at.empty()) {
    const auto t = parse_moment(view.known_at, a.program->zone);
    if (!t) {
      return std::unexpected(
          refused(400, {t.error().code, "known_at: " + t.error().message, t.error().help}));
    }
    o.known_at = *t;
  }
  const program::Program& p = *a.program;
  for (const std::string& choice : view.readings) {
    const std::size_t equals = std::min(choice.find('='), choice.size());
    bool found = false;
    for (std::uint32_t i = 0; i < p.readings.size(); ++i) {
      const program::Reading& r = p.readings[i];
      if (p.text(r.name) != choice.substr(0, equals)) continue;
      for (std::uint32_t n = 0; n < r.alternatives.count; ++n) {
        if (equals < choice.size() &&
            p.text(p.text_lists[r.alternatives.first + n]) == choice.substr(equals + 1)) {
          o.readings.emplace_back(program::ReadingId{i}, n);
          found = true;
        }
      }
    }
    if (!found) {
      return refuse(400, "reading-unknown",
                    "\"" + choice + "\" is not NAME=ALTERNATIVE of a declared reading");
    }
  }
  return o;
}

Answer<engine::Position> Desk::fold(const Agreement& a, const std::shared_ptr<const engine::Record>& record,
                                    const engine::FoldOptions& o, int depth) {
  // What is asked of the record as it stands comes from the points kept of it; what is asked of another
  // knowledge, reading or scratch record is folded from the start.
  const bool all_known =
      !o.known_at || record->head() == 0 || *o.known_at >= record->raw(record->head()).recorded;
  if (record == a.record && all_known && o.readings.empty() && o.assumed.empty() &&
      a.program->input_kinds.empty()) {
    if (a.timeline == nullptr) {
      a.timeline = std::make_unique<engine::Timeline>(a.plan, a.record, engine::FoldOptions{});
    } else {
      a.timeline->extend();
    }
    engine::Position position = a.timeline->at(o.as_of);
    position.known_at = o.known_at.value_or(position.known_at);
    return position;
  }
  const auto other = [&](const std::string& name) -> Result<Datum> {
    // Far deeper than agreements can reasonably stand on each other: they stand in a circle.
    if (depth > 16)
      return fail("input-circle", "the agreements " + name + " and " + a.row.id + " read from each other");
    for (const auto& [id, b] : agreements_) {
      if (b->program->name != name) continue;
      engine::FoldOptions same = o;
      same.readings.clear();
      auto position = fold(*b, b->record, same, depth + 1);
      if (!position) return std::unexpected(position.error().error);
      return engine::report(*position);
    }
    return fail("input-missing",
                a.row.id + " reads from the agreement \"" + name + "\", which is not in this workspace",
                "import it beside this one");
  };
  const auto with = engine::with_inputs(record, other);
  if (!with) return std::unexpected(refused(409, with.error()));
  return engine::fold(a.plan, *with, o);
}

Answer<Datum> Desk::position(const std::string& id, const View& view) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  TRY_ASSIGN(const engine::FoldOptions o, options(*a, view));
  TRY_ASSIGN(const engine::Position position, fold(*a, a->record, o));
  Datum out = engine::report(position);
  engine::add_safe_dates(out, position, o);
  if (!view.party.empty()) {
    const auto own = a->own.find(view.party);
    if (own == a->own.end())
      return refuse(400, "party-unknown", "\"" + view.party + "\" is not a party of this agreement");
    out.set("own", engine::own_items(position, own->second));
  }
  return out;
}

Answer<Datum> Desk::entries(const std::string& id, Sequence after, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  engine::FoldOptions o;
  o.as_of = o.known_at.emplace(clock_.now());
  TRY_ASSIGN(const engine::Position position, fold(*a, a->record, o));
  Datum list = Datum::list();
  Sequence next = 0;
  for (Sequence s = after + 1; s <= a->record->head(); ++s) {
    if (list.items.size() == limit) {
      next = s - 1;
      break;
    }
    Datum d = journal::to_datum(a->record->raw(s));
    d.set("at_text", Datum::of_text(a->program->zone.format_for_people(a->record->raw(s).at)));
    if (const engine::Judgement* j = position.judgement_of(s); j != nullptr)
      d.set("verdict", Datum::of_text(std::string(to_string(j->word))));
    list.items.push_back(std::move(d));
  }
  Datum out = Datum::record();
  out.set("entries", std::move(list));
  out.set("next", next == 0 ? Datum::of_null() : Datum::of_number(static_cast<std::int64_t>(next)));
  return out;
}

Answer<Datum> Desk::why(const std::string& id, const std::string& item, const View& view) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  TRY_ASSIGN(const engine::FoldOptions o, options(*a, view));
  TRY_ASSIGN(const engine::Position position, fold(*a, a->record, o));
  const auto explanation = engine::explain(position, item);
  if (!explanation) return std::unexpected(refused(404, explanation.error()));
  Datum out = Datum::record();
  out.set("item", Datum::of_text(item));
  out.set("title", Datum::of_text(explanation->text));
  out.set("text", Datum::of_text(engine::to_text(*explanation)));
  out.set("provisions", *engine::to_datum(*explanation).find("provisions"));
  out.set("steps", *engine::to_datum(*explanation).find("steps"));
  return out;
}

Answer<Datum> Desk::alternatives(const std::string& id, const View& view) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  TRY_ASSIGN(const engine::FoldOptions o, options(*a, view));
  TRY_ASSIGN(const engine::Position position, fold(*a, a->record, o));
  Datum out = Datum::record();
  out.set("alternatives", engine::to_datum(engine::alternatives(position, o)));
  return out;
}

Answer<Datum> Desk::docket(const View& view) {
  const std::lock_guard lock(mutex_);
  std::vector<Datum> rows;
  CivilDate today;
  std::string as_of;
  for (const auto& [id, a] : agreements_) {
    TRY_ASSIGN(const engine::FoldOptions o, options(*a, view));
    TRY_ASSIGN(const engine::Position position, fold(*a, a->record, o));
    today = a->program->zone.date_of(o.as_of);
    as_of = a->program->zone.format(o.as_of);
    Datum whole = engine::report(position);
    engine::add_safe_dates(whole, position, o);
    for (Datum& row : docket_rows(whole, id)) rows.push_back(std::move(row));
  }
  Datum out = Datum::record();
  out.set("as_of", Datum::of_text(as_of));
  out.set("groups", docket_groups(std::move(rows), today));
  return out;
}

// An entry as a form sends it, dated by the server: what is done live takes the server's time.
Answer<Entry> Desk::entry_of(Agreement& a, const Datum& act) {
  if (act.kind != Datum::Kind::record)
    return refuse(422, "entry-malformed", "an act is a JSON object such as {\"by\":…,\"act\":…,\"on\":…}");
  Datum line = Datum::record();
  std::string acting_party, acting_office;
  for (const auto& [name, value] : act.fields) {
    if (name == "head" || name == "outcome" || name == "recorded" || name == "recorder" || name == "key" ||
        name == "authenticated")
      continue;
    if (name == "acting_as") {
      acting_party = text_of(value, "party");
      acting_office = text_of(value, "office");
      continue;
    }
    line.set(name, value);
  }
  const Instant now = clock_.now();
  const Datum* at = line.find("at");
  const std::string now_text = a.program->zone.format(now);
  if (at == nullptr || at->kind == Datum::Kind::null) {
    line.set("at", Datum::of_text(now_text));
  } else if (at->kind == Datum::Kind::text) {
    const auto t = parse_moment(at->text, a.program->zone);
    if (!t)
      return std::unexpected(refused(422, {t.error().code, "at: " + t.error().message, t.error().help}));
    if (*t > now) {
      return refuse(422, "at-later",
                    "at: it is dated " + a.program->zone.format_for_people(*t) + ", which has not come yet",
                    "leave it out for an act done now");
    }
    line.set("at", Datum::of_text(a.program->zone.format(*t)));
  }
  line.set("recorded", Datum::of_text(now_text));
  auto entry = journal::entry_from(line);
  if (!entry) return std::unexpected(refused(422, entry.error()));
  entry->recorder = acting_party.empty() ? entry->by : acting_party;
  if (entry->office.empty()) entry->office = acting_office;
  entry->authenticated = false;  // until accounts exist
  return *std::move(entry);
}

Answer<Desk::Prepared> Desk::prepare(Agreement& a, const Datum& act) {
  TRY_ASSIGN(Entry entry, entry_of(a, act));
  Prepared out{std::move(entry), {}};
  out.entry.sequence = a.record->head() + 1;
  const auto slash = out.entry.on.find('/');
  const program::KindId kind =
      a.program->kind(std::string_view(out.entry.on).substr(0, std::min(slash, out.entry.on.size())));
  for (const program::Field& f : a.program->fields) {
    if (f.kind == kind && f.sensitive) out.sealed.emplace_back(a.program->text(f.name));
  }
  return out;
}

Answer<Datum> Desk::preview_of(Agreement& a, const Prepared& act) {
  engine::FoldOptions o;
  o.as_of = o.known_at.emplace(act.entry.recorded);
  TRY_ASSIGN(const engine::Position before, fold(a, a.record, o));
  const auto scratch = std::make_shared<engine::Record>(*a.record);
  if (auto ok = scratch->append(act.entry); !ok) return std::unexpected(refused(422, ok.error()));
  TRY_ASSIGN(const engine::Position after, fold(a, scratch, o));
  Datum verdict = engine::verdict_of(after, act.entry.sequence);
  Datum out = Datum::record();
  out.set("head", Datum::of_number(static_cast<std::int64_t>(a.record->head())));
  out.set("outcome", *verdict.find("word"));
  out.set("verdict", std::move(verdict));
  out.set("changes", engine::to_datum(engine::differences(engine::report(before), engine::report(after))));
  return out;
}

Answer<Datum> Desk::preview(const std::string& id, const Datum& act) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  TRY_ASSIGN(const Prepared prepared, prepare(*a, act));
  return preview_of(*a, prepared);
}

std::unexpected<Refusal> Desk::append_refused(const Agreement& a, const journal::AppendError& error) {
  if (const auto* reused = std::get_if<journal::KeyReused>(&error)) {
    return refuse(422, "key-reused",
                  fmt::format("the Idempotency-Key was used before, for entry {}, with other content",
                              reused->sequence),
                  "use a new key for a new act");
  }
  if (const auto* back = std::get_if<journal::GoesBack>(&error)) {
    return refuse(409, "clock-behind",
                  "the record's last entry is dated " + a.program->zone.format_for_people(back->head) +
                      ", after this server's clock",
                  "set the server's clock right");
  }
  if (std::holds_alternative<journal::Conflict>(error))
    return refuse(409, "head-moved", "another entry was kept first", "read the position again");
  return std::unexpected(refused(503, std::get<Error>(error)));
}

Answer<Datum> Desk::act(const std::string& id, const Datum& act, const std::string& idempotency_key,
                        std::optional<Sequence> only_at) {
  std::unique_lock lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  for (;;) {
    TRY_ASSIGN(Prepared prepared, prepare(*a, act));
    prepared.entry.idempotency_key = idempotency_key;
    Datum preview;
    bool repeated = false;
    for (Sequence s = 1; s <= a->record->head() && !idempotency_key.empty(); ++s)
      repeated = repeated || a->record->raw(s).idempotency_key == idempotency_key;
    if (!repeated && only_at && *only_at != a->record->head()) {
      return refuse(412, "head-moved",
                    fmt::format("the record has {} entries by now, not {}", a->record->head(), *only_at),
                    "read the position again, and send the act if it is still meant");
    }
    if (!repeated) {
      TRY_ASSIGN(preview, preview_of(*a, prepared));
      const Datum* outcome = act.find("outcome");
      if (outcome != nullptr && outcome->kind == Datum::Kind::text &&
          outcome->text != text_of(preview, "outcome")) {
        Refusal conflict =
            refused(409, {"outcome-changed",
                          "what the act would do has changed since it was previewed: it would now be " +
                              text_of(preview, "outcome"),
                          "look at the new preview, and send it again if it is still meant"});
        conflict.body = std::move(preview);
        return std::unexpected(std::move(conflict));
      }
    }
    const Sequence head = a->record->head();
    const auto receipt =
        store_->append(id, shared_journal, head, std::span(&prepared.entry, 1), prepared.sealed);
    if (!receipt) {
      const journal::AppendError& error = receipt.error();
      if (const auto* conflict = std::get_if<journal::Conflict>(&error)) {
        // Somebody else wrote through the store: take in what came between and judge again.
        for (const Entry& e : conflict->between) {
          if (auto ok = a->record->append(e); !ok) return refuse(500, "entry-refused", ok.error().message);
        }
        if (conflict->between.empty())
          return refuse(500, "store", "the store and this server disagree about the record's head");
        continue;
      }
      return append_refused(*a, error);
    }
    prepared.entry.sequence = receipt->last;
    if (receipt->last == head + 1) {
      if (auto ok = a->record->append(prepared.entry); !ok)
        return refuse(500, "entry-refused", ok.error().message);
    }
    Datum out = Datum::record();
    out.set("sequence", Datum::of_number(static_cast<std::int64_t>(receipt->last)));
    out.set("recorded", Datum::of_text(a->program->zone.format(a->record->raw(receipt->last).recorded)));
    out.set("hash", Datum::of_text(receipt->hash.to_hex()));
    if (const Datum* verdict = preview.find("verdict"); verdict != nullptr) out.set("verdict", *verdict);
    if (receipt->last == head + 1) changed(*a, "act");
    return out;
  }
}

Answer<Datum> Desk::act_own(const std::string& id, const Datum& entry, const std::string& idempotency_key) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  TRY_ASSIGN(Entry e, entry_of(*a, entry));
  if (e.by.empty()) e.by = e.recorder;
  const auto own = a->own.find(e.by);
  if (own == a->own.end())
    return refuse(422, "party-unknown", "\"" + e.by + "\" is not a party of this agreement");
  const Sequence head = own->second.head();
  e.sequence = head + 1;
  e.idempotency_key = idempotency_key;
  engine::OwnJournal after = own->second;
  if (auto ok = after.append(e); !ok) return std::unexpected(refused(422, ok.error()));
  const auto receipt = store_->append(id, own_journal(e.by), head, std::span(&e, 1), {});
  if (!receipt) return append_refused(*a, receipt.error());
  if (receipt->last == head + 1) own->second = std::move(after);
  Datum out = Datum::record();
  out.set("sequence", Datum::of_number(static_cast<std::int64_t>(receipt->last)));
  out.set("hash", Datum::of_text(receipt->hash.to_hex()));
  return out;
}

Answer<Sequence> Desk::head(const std::string& id) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Agreement * a, need(id));
  return a->record->head();
}

Answer<Datum> Desk::move_clock(const Datum& to) {
  std::unique_lock lock(mutex_);
  if (!clock_.is_sample()) {
    return refuse(403, "not-a-sample",
                  "this workspace keeps the real time; only a sample's clock can be moved");
  }
  if (agreements_.empty()) return refuse(404, "agreement-missing", "there is no agreement here");
  const Zone& zone = agreements_.begin()->second->program->zone;
  const Instant now = clock_.now();
  Instant target = now;
  if (const std::string step = text_of(to, "step"); !step.empty()) {
    const CivilDate today = zone.date_of(now);
    if (step == "next") {
      bool found = false;
      for (const auto& [id, a] : agreements_) {
        if (!a->has_next) continue;
        target = found ? std::min(target, a->next) : a->next;
        found = true;
      }
      if (!found) return refuse(409, "nothing-next", "nothing changes by itself from here on");
    } else {
      const std::size_t space = std::min(step.find(' '), step.size());
      const auto n = Decimal::parse(step.substr(0, space));
      const std::string unit = space < step.size() ? step.substr(space + 1) : "";
      if (!n || n->scale != 0 || n->coefficient < 1 || n->coefficient > 3660) {
        return refuse(
            422, "step-malformed",
            "step: expected \"1 day\", \"1 week\", \"1 month\" or \"next\", found \"" + step + "\"");
      }
      const auto count = static_cast<std::int32_t>(n->coefficient);
      if (unit == "hour" || unit == "hours") {
        target = {now.seconds + std::int64_t{count} * 3600};
      } else if (unit == "day" || unit == "days") {
        target = zone.at(plus_days(today, count), zone.second_of_day(now));
      } else if (unit == "week" || unit == "weeks") {
        target = zone.at(plus_days(today, 7 * count), zone.second_of_day(now));
      } else if (unit == "month" || unit == "months") {
        target = zone.at(plus_months(today, count), zone.second_of_day(now));
      } else {
        return refuse(
            422, "step-malformed",
            "step: expected \"1 day\", \"1 week\", \"1 month\" or \"next\", found \"" + step + "\"");
      }
    }
  } else {
    const std::string text = text_of(to, "to");
    const auto t = text.size() == 10 ? parse_moment(text + " 09:00", zone) : parse_moment(text, zone);
    if (!t)
      return std::unexpected(refused(422, {t.error().code, "to: " + t.error().message, t.error().help}));
    target = *t;
  }
  if (!clock_.move_to(target)) {
    return refuse(422, "clock-back", "the sample's clock only moves forward",
                  "it says " + zone.format_for_people(now));
  }
  Datum out = Datum::record();
  out.set("now", Datum::of_text(Zone().format(clock_.now()).substr(0, 19) + "Z"));
  if (on_change) on_change("clock", out);
  wake_.notify_all();
  return out;
}

void Desk::changed(Agreement& a, const std::string& why) {
  engine::FoldOptions o;
  o.as_of = o.known_at.emplace(clock_.now());
  const auto reads = [](const Agreement& one, const Agreement& from) {
    const program::Program& p = *one.program;
    return std::any_of(p.input_kinds.begin(), p.input_kinds.end(), [&](const program::InputKind& k) {
      return p.text(k.agreement) == from.program->name;
    });
  };
  // An agreement that reads from others changes when they do.
  const auto position = fold(a, a.record, o);
  a.has_next = position && position->has_next;
  if (a.has_next) a.next = position->next;
  for (const auto& [id, b] : agreements_) {
    if (b.get() == &a) continue;
    if (reads(a, *b) && b->has_next && (!a.has_next || b->next < a.next)) {
      a.has_next = true;
      a.next = b->next;
    }
    if (reads(*b, a) && why != "input") changed(*b, "input");
  }
  Datum data = Datum::record();
  data.set("agreement", Datum::of_text(a.row.id));
  data.set("head", Datum::of_number(static_cast<std::int64_t>(a.record->head())));
  data.set("now", Datum::of_text(Zone().format(clock_.now()).substr(0, 19) + "Z"));
  data.set("why", Datum::of_text(why));
  if (on_change) on_change("position", data);
  wake_.notify_all();
}

void Desk::start_clock() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, a] : agreements_) changed(*a, "start");
  }
  thread_ = std::thread([this] { run_clock(); });
}

// Folds what is due when it is due. Whatever fell due while nothing ran was folded by `start_clock`: a
// deadline is derived from the record at every fold, so there is nothing to catch up with but the showing.
void Desk::run_clock() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    std::int64_t wait = 3600;
    for (const auto& [id, a] : agreements_) {
      if (!a->has_next) continue;
      const std::int64_t left = a->next.seconds - clock_.now().seconds;
      if (left <= 0) {
        changed(*a, "time");
        if (!a->has_next) continue;
        wait = std::min(wait, std::max<std::int64_t>(1, a->next.seconds - clock_.now().seconds));
      } else {
        wait = std::min(wait, left);
      }
    }
    wake_.wait_for(lock, std::chrono::seconds(wait));
  }
}

void Desk::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace counterpart::desk
