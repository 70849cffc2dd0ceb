#include "journal/entry_json.h"

#include <array>
#include <charconv>

namespace counterpart::journal {

using namespace program;

namespace {

constexpr std::size_t max_line = std::size_t{1} << 20;

std::unexpected<Error> malformed(std::string_view key, std::string_view expected) {
  return fail("entry-malformed", "\"" + std::string(key) + "\": expected " + std::string(expected));
}

Result<std::string> text(const Datum& d, std::string_view key) {
  if (d.kind != Datum::Kind::text) return malformed(key, "text");
  return d.text;
}

Result<Sequence> sequence(const Datum& d, std::string_view key) {
  Sequence n = 0;
  const auto [end, error] = std::from_chars(d.text.data(), d.text.data() + d.text.size(), n);
  if (d.kind != Datum::Kind::number || error != std::errc() || end != d.text.data() + d.text.size() || n == 0)
    return malformed(key, "the number of an earlier entry");
  return n;
}

Result<Instant> instant(const Datum& d, std::string_view key) {
  if (d.kind != Datum::Kind::text) return malformed(key, "a time such as \"2000-06-01T10:00:00-05:00\"");
  auto t = parse_instant(d.text);
  if (!t)
    return fail("entry-malformed", "\"" + std::string(key) + "\": " + t.error().message, t.error().help);
  return *t;
}

Result<std::vector<std::string>> texts(const Datum& d, std::string_view key) {
  std::vector<std::string> out;
  if (d.kind == Datum::Kind::text) return std::vector<std::string>{d.text};
  if (d.kind != Datum::Kind::list) return malformed(key, "a list of texts");
  for (const Datum& item : d.items) {
    if (item.kind != Datum::Kind::text) return malformed(key, "a list of texts");
    out.push_back(item.text);
  }
  return out;
}

Result<Signature> signature(const Datum& d) {
  if (d.kind != Datum::Kind::record)
    return malformed("signature", "a record with party, office, person, title");
  Signature s;
  for (const auto& [name, value] : d.fields) {
    TRY_ASSIGN(std::string v, text(value, "signature." + name));
    if (name == "party") {
      s.party = v;
    } else if (name == "office") {
      s.office = v;
    } else if (name == "person" || name == "name") {
      s.person = v;
    } else if (name == "title") {
      s.title = v;
    } else {
      return fail("entry-key-unknown", "a signature has no \"" + name + "\"",
                  "it has party, office, person, title");
    }
  }
  return s;
}

Result<void> signatures(const Datum& d, Entry& e) {
  if (d.kind != Datum::Kind::list) {
    TRY_ASSIGN(Signature s, signature(d));
    e.signatures.push_back(std::move(s));
    return {};
  }
  for (const Datum& item : d.items) {
    TRY_ASSIGN(Signature s, signature(item));
    e.signatures.push_back(std::move(s));
  }
  return {};
}

// The key that says what kind of entry it is, and what it carries.
struct KindKey {
  std::string_view key;
  EntryKind kind;
};
constexpr std::array<KindKey, 20> kind_keys{{{"act", EntryKind::act},
                                             {"claim", EntryKind::claim},
                                             {"contest", EntryKind::contest},
                                             {"agree", EntryKind::agree},
                                             {"ruling", EntryKind::ruling},
                                             {"correct", EntryKind::correct},
                                             {"ratify", EntryKind::ratify},
                                             {"shows", EntryKind::evidence},
                                             {"supply", EntryKind::supply},
                                             {"choose", EntryKind::choose},
                                             {"appoint", EntryKind::appoint},
                                             {"relieve", EntryKind::relieve},
                                             {"designate", EntryKind::designate},
                                             {"adopt", EntryKind::adopt},
                                             {"remark", EntryKind::remark},
                                             {"draft", EntryKind::draft},
                                             {"approve", EntryKind::approve},
                                             {"discard", EntryKind::discard},
                                             {"hold", EntryKind::hold},
                                             {"release", EntryKind::release}}};

bool about_an_entry(EntryKind k) {
  return k == EntryKind::contest || k == EntryKind::agree || k == EntryKind::ruling ||
         k == EntryKind::correct || k == EntryKind::ratify || k == EntryKind::approve ||
         k == EntryKind::discard || k == EntryKind::release;
}
bool names_an_act(EntryKind k) { return k == EntryKind::act || k == EntryKind::draft; }

}  // namespace

Result<Entry> entry_from(const Datum& line) {
  if (line.kind != Datum::Kind::record) {
    return fail("entry-malformed",
                "an entry is a JSON object such as {\"at\":…,\"by\":…,\"act\":…,\"on\":…}");
  }
  Entry e;
  e.with = Datum::record();
  bool has_kind = false;
  bool has_at = false;
  bool has_recorded = false;
  for (const auto& [key, value] : line.fields) {
    if (value.kind == Datum::Kind::null) continue;
    bool is_kind = false;
    for (const KindKey& k : kind_keys) {
      if (k.key != key) continue;
      if (has_kind) {
        return fail("entry-malformed", "\"" + key +
                                           "\": the entry says two things at once; one entry has one of act, "
                                           "claim, contest, correct, …");
      }
      has_kind = is_kind = true;
      e.kind = k.kind;
      if (about_an_entry(k.kind)) {
        TRY_ASSIGN(const Sequence n, sequence(value, key));
        e.of = n;
      } else if (k.kind == EntryKind::adopt) {
        e.with = value;
      } else {
        TRY_ASSIGN((names_an_act(k.kind) ? e.act : e.what), text(value, key));
      }
    }
    if (is_kind) continue;
    if (key == "at") {
      TRY_ASSIGN(e.at, instant(value, key));
      has_at = true;
    } else if (key == "recorded") {
      TRY_ASSIGN(e.recorded, instant(value, key));
      has_recorded = true;
    } else if (key == "by") {
      TRY_ASSIGN(e.by, text(value, key));
    } else if (key == "office") {
      TRY_ASSIGN(e.office, text(value, key));
    } else if (key == "recorder") {
      TRY_ASSIGN(e.recorder, text(value, key));
    } else if (key == "recorder_person") {
      TRY_ASSIGN(e.recorder_person, text(value, key));
    } else if (key == "authenticated") {
      if (value.kind != Datum::Kind::yes_no) return malformed(key, "true or false");
      e.authenticated = value.yes;
    } else if (key == "on") {
      TRY_ASSIGN(e.on, text(value, key));
    } else if (key == "of") {
      TRY_ASSIGN(const Sequence n, sequence(value, key));
      e.of = n;
    } else if (key == "via") {
      TRY_ASSIGN(e.via, text(value, key));
    } else if (key == "to") {
      TRY_ASSIGN(e.to, text(value, key));
    } else if (key == "cites") {
      TRY_ASSIGN(e.cites, texts(value, key));
    } else if (key == "signature" || key == "signatures") {
      TRY(signatures(value, e));
    } else if (key == "with") {
      if (value.kind != Datum::Kind::record) return malformed(key, "a record of what the act brings");
      for (const auto& [name, input] : value.fields) e.with.set(name, input);
    } else if (key == "sets") {
      // Kept with what the act brings.
      if (value.kind != Datum::Kind::record)
        return malformed(key, "a record of terms and what they are set to");
      e.with.set("sets", value);
    } else if (key == "evidence") {
      TRY_ASSIGN(e.evidence, texts(value, key));
    } else if (key == "note") {
      TRY_ASSIGN(e.note, text(value, key));
    } else if (key == "key") {
      TRY_ASSIGN(e.idempotency_key, text(value, key));
    } else {
      return fail("entry-key-unknown", "an entry has no \"" + key + "\"",
                  "it has: at, recorded, by, office, recorder, act, claim, contest, agree, ruling, correct, "
                  "ratify, shows, supply, choose, appoint, relieve, designate (in a party's own journal: "
                  "remark, draft, "
                  "approve, discard, hold, release), on, of, via, to, with, sets, "
                  "cites, signature, evidence, note, key");
    }
  }
  if (!has_kind) {
    return fail("entry-malformed", "the entry does not say what it is",
                "give it \"act\", \"claim\", \"correct\" or another of the kinds");
  }
  if (!has_at) return malformed("at", "the time it happened; it is missing");
  if (!has_recorded) e.recorded = e.at;
  if (e.recorded < e.at && e.kind == EntryKind::act)
    return malformed("at", "a time not after the entry was recorded");
  // An act may carry what it cites and its signature among its inputs.
  if (names_an_act(e.kind)) {
    if (const Datum* cites = e.with.find("cites"); cites != nullptr) {
      TRY_ASSIGN(e.cites, texts(*cites, "with.cites"));
    }
    for (const std::string_view name : {"signature", "signatures"}) {
      if (const Datum* s = e.with.find(name); s != nullptr) TRY(signatures(*s, e));
    }
    std::erase_if(e.with.fields, [](const auto& f) {
      return f.first == "cites" || f.first == "signature" || f.first == "signatures";
    });
  }
  return e;
}

namespace {

Datum signature_datum(const Signature& s) {
  Datum d = Datum::record();
  if (!s.party.empty()) d.set("party", Datum::of_text(s.party));
  if (!s.office.empty()) d.set("office", Datum::of_text(s.office));
  if (!s.person.empty()) d.set("person", Datum::of_text(s.person));
  if (!s.title.empty()) d.set("title", Datum::of_text(s.title));
  return d;
}
Datum text_list(const std::vector<std::string>& items) {
  Datum list = Datum::list();
  for (const std::string& s : items) list.items.push_back(Datum::of_text(s));
  return list;
}
Datum signature_list(const std::vector<Signature>& items) {
  Datum list = Datum::list();
  for (const Signature& s : items) list.items.push_back(signature_datum(s));
  return list;
}
std::string utc(Instant t) {
  std::string s = Zone().format(t);
  return s.substr(0, 19) + "Z";
}

}  // namespace

Datum to_datum(const Entry& e) {
  Datum d = Datum::record();
  if (e.sequence != 0) d.set("sequence", Datum::of_number(static_cast<std::int64_t>(e.sequence)));
  d.set("at", Datum::of_text(utc(e.at)));
  if (e.recorded != e.at) d.set("recorded", Datum::of_text(utc(e.recorded)));
  if (!e.by.empty()) d.set("by", Datum::of_text(e.by));
  if (!e.office.empty()) d.set("office", Datum::of_text(e.office));
  if (!e.recorder.empty()) d.set("recorder", Datum::of_text(e.recorder));
  if (!e.recorder_person.empty()) d.set("recorder_person", Datum::of_text(e.recorder_person));
  if (e.authenticated) d.set("authenticated", Datum::of(true));
  for (const KindKey& k : kind_keys) {
    if (k.kind != e.kind) continue;
    if (about_an_entry(e.kind)) {
      d.set(std::string(k.key), Datum::of_number(static_cast<std::int64_t>(e.of.value_or(0))));
    } else if (e.kind == EntryKind::adopt) {
      d.set("adopt", e.with);
    } else {
      d.set(std::string(k.key), Datum::of_text(names_an_act(e.kind) ? e.act : e.what));
    }
  }
  if (!e.on.empty()) d.set("on", Datum::of_text(e.on));
  if (e.kind == EntryKind::evidence && e.of) d.set("of", Datum::of_number(static_cast<std::int64_t>(*e.of)));
  if (!e.via.empty()) d.set("via", Datum::of_text(e.via));
  if (!e.to.empty()) d.set("to", Datum::of_text(e.to));
  if (e.kind != EntryKind::adopt && !e.with.fields.empty()) d.set("with", e.with);
  if (!e.cites.empty()) d.set("cites", text_list(e.cites));
  if (!e.signatures.empty()) d.set("signatures", signature_list(e.signatures));
  if (!e.evidence.empty()) d.set("evidence", text_list(e.evidence));
  if (!e.note.empty()) d.set("note", Datum::of_text(e.note));
  if (!e.idempotency_key.empty()) d.set("key", Datum::of_text(e.idempotency_key));
  return d;
}

std::vector<Entry> read_lines(std::string_view text, std::vector<LineError>& errors) {
  std::vector<Entry> out;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (line.size() > max_line) {
      errors.push_back({number,
                        {"line-too-long", "the line is longer than 1 MiB, which no entry is",
                         "attachments are named by their digest, not written into the entry"}});
      continue;
    }
    auto datum = read_json(line);
    if (!datum) {
      errors.push_back({number, datum.error()});
      continue;
    }
    auto entry = entry_from(*datum);
    if (!entry) {
      errors.push_back({number, entry.error()});
      continue;
    }
    entry->sequence = out.size() + 1;
    if (!out.empty() && entry->recorded < out.back().recorded) {
      errors.push_back({number,
                        {"recorded-goes-back", "it is recorded before the entry above it",
                         "lines stand in the order in which they were recorded; what happened earlier says "
                         "so with \"at\""}});
      continue;
    }
    out.push_back(*std::move(entry));
  }
  return out;
}

std::string canonical_bytes(const Entry& e, std::string_view agreement, std::string_view journal,
                            const Digest& before, const std::vector<std::pair<std::string, Digest>>& sealed) {
  Datum d = Datum::record();
  d.set("format", Datum::of_number(std::int64_t{1}));
  d.set("agreement", Datum::of_text(std::string(agreement)));
  d.set("journal", Datum::of_text(std::string(journal)));
  d.set("sequence", Datum::of_number(static_cast<std::int64_t>(e.sequence)));
  d.set("recorded", Datum::of_text(utc(e.recorded)));
  d.set("at", Datum::of_text(utc(e.at)));
  d.set("kind", Datum::of_text(std::string(to_string(e.kind))));
  d.set("by", Datum::of_text(e.by));
  d.set("office", Datum::of_text(e.office));
  d.set("recorder", Datum::of_text(e.recorder));
  d.set("recorder_person", Datum::of_text(e.recorder_person));
  d.set("authenticated", Datum::of(e.authenticated));
  d.set("act", Datum::of_text(e.act));
  d.set("on", Datum::of_text(e.on));
  d.set("what", Datum::of_text(e.what));
  d.set("of", Datum::of_number(static_cast<std::int64_t>(e.of.value_or(0))));
  d.set("via", Datum::of_text(e.via));
  d.set("to", Datum::of_text(e.to));
  d.set("cites", text_list(e.cites));
  Datum signatures = Datum::list();
  for (const Signature& s : e.signatures) {
    Datum row = Datum::record();
    row.set("party", Datum::of_text(s.party));
    row.set("office", Datum::of_text(s.office));
    row.set("person", Datum::of_text(s.person));
    row.set("title", Datum::of_text(s.title));
    signatures.items.push_back(std::move(row));
  }
  d.set("signatures", std::move(signatures));
  Datum with = e.with;
  if (with.kind != Datum::Kind::record) with = Datum::record();
  std::erase_if(with.fields, [&](const auto& f) {
    for (const auto& [name, digest] : sealed) {
      if (name == f.first) return true;
    }
    return false;
  });
  d.set("with", std::move(with));
  Datum seals = Datum::record();
  for (const auto& [name, digest] : sealed) seals.set(name, Datum::of_text(digest.to_hex()));
  d.set("sealed", std::move(seals));
  d.set("evidence", text_list(e.evidence));
  d.set("note", Datum::of_text(e.note));
  d.set("key", Datum::of_text(e.idempotency_key));
  d.set("before", Datum::of_text(before.to_hex()));
  return write_json(d);
}

Result<Kept> read_canonical(std::string_view bytes) {
  TRY_ASSIGN(const Datum d, read_json(bytes));
  const auto bad = [](std::string_view key) {
    return fail("record-malformed", "a kept entry lacks or misstates \"" + std::string(key) + "\"");
  };
  const auto get = [&](std::string_view key, Datum::Kind kind) -> const Datum* {
    const Datum* v = d.find(key);
    return v != nullptr && v->kind == kind ? v : nullptr;
  };
  Kept k;
  Entry& e = k.entry;
  struct TextField {
    std::string_view key;
    std::string* to;
  };
  std::string recorded, at, kind, before;
  const TextField fields[] = {{"agreement", &k.agreement},
                              {"journal", &k.journal},
                              {"recorded", &recorded},
                              {"at", &at},
                              {"kind", &kind},
                              {"by", &e.by},
                              {"office", &e.office},
                              {"recorder", &e.recorder},
                              {"recorder_person", &e.recorder_person},
                              {"act", &e.act},
                              {"on", &e.on},
                              {"what", &e.what},
                              {"via", &e.via},
                              {"to", &e.to},
                              {"note", &e.note},
                              {"key", &e.idempotency_key},
                              {"before", &before}};
  for (const TextField& f : fields) {
    const Datum* v = get(f.key, Datum::Kind::text);
    if (v == nullptr) return bad(f.key);
    *f.to = v->text;
  }
  const Datum* format = get("format", Datum::Kind::number);
  if (format == nullptr || format->text != "1") {
    return fail("record-malformed", "a kept entry is of a format this version does not know",
                "use the version that wrote it, or a later one");
  }
  const Datum* number = get("sequence", Datum::Kind::number);
  const Datum* of = get("of", Datum::Kind::number);
  if (number == nullptr || of == nullptr) return bad("sequence");
  TRY_ASSIGN(e.sequence, sequence(*number, "sequence"));
  if (of->text != "0") {
    TRY_ASSIGN(const Sequence n, sequence(*of, "of"));
    e.of = n;
  }
  TRY_ASSIGN(e.recorded, parse_instant(recorded));
  TRY_ASSIGN(e.at, parse_instant(at));
  const auto entry_kind_found = entry_kind(kind);
  if (!entry_kind_found) return bad("kind");
  e.kind = *entry_kind_found;
  const Datum* authenticated = get("authenticated", Datum::Kind::yes_no);
  if (authenticated == nullptr) return bad("authenticated");
  e.authenticated = authenticated->yes;
  const auto digest = Digest::from_hex(before);
  if (!digest) return bad("before");
  k.before = *digest;
  const Datum* cites = get("cites", Datum::Kind::list);
  const Datum* evidence = get("evidence", Datum::Kind::list);
  const Datum* signed_by = get("signatures", Datum::Kind::list);
  const Datum* with = get("with", Datum::Kind::record);
  const Datum* sealed = get("sealed", Datum::Kind::record);
  if (cites == nullptr || evidence == nullptr || signed_by == nullptr || with == nullptr || sealed == nullptr)
    return bad("with");
  TRY_ASSIGN(e.cites, texts(*cites, "cites"));
  TRY_ASSIGN(e.evidence, texts(*evidence, "evidence"));
  TRY(signatures(*signed_by, e));
  e.with = *with;
  for (const auto& [name, value] : sealed->fields) {
    const auto seal = Digest::from_hex(value.text);
    if (!seal) return bad("sealed");
    k.sealed.emplace_back(name, *seal);
  }
  return k;
}

}  // namespace counterpart::journal
