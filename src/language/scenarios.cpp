// What happens in a story: acts and the other entries.

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "language/modules.h"
#include "language/storyteller.h"

namespace counterpart::language {

using namespace program;

void Storyteller::read(const std::vector<Line>& lines, Scenario& out,
                       const std::map<std::string, const Scenario*>& setups) {
  for (const Line& line : lines) {
    try {
      Reader r(b_, line);
      if (r.is("after") && r.peek(1).kind == TokenKind::text) {
        r.take();
        do {
          const Token& title = r.expect_kind(TokenKind::text, "the title of a setup in quotes");
          const auto setup = setups.find(std::string(title.text));
          if (setup == setups.end()) {
            std::vector<std::string> known;
            for (const auto& [name, s] : setups) known.push_back(name);
            b_.stop("E0402", title.range,
                    fmt::format("there is no setup \"{}\" before this scenario", title.text), "named here",
                    b_.nearest(title.text, known));
          }
          b_.use(SymbolKind::setup, setup->second->place, title.range);
          out.after.emplace_back(title.text);
          out.steps.insert(out.steps.end(), setup->second->steps.begin(), setup->second->steps.end());
          for (const Step& s : setup->second->steps) remember(s);
          for (const GivenInput& g : setup->second->given) {
            keys_.insert_or_assign(g.key, std::string(p_.text(p_.kinds[g.kind.value].name)));
            out.given.push_back(g);
          }
        } while (r.accept("and"));
        r.expect_end();
        continue;
      }
      if (r.is("given") && r.peek(1).kind == TokenKind::name) {
        given(r, out);
        continue;
      }
      step(r, line, out);
    } catch (const LineAbandoned&) {
      // Its diagnostic stands.
    }
  }
}

void Storyteller::given(Reader& r, Scenario& out) {
  r.take();
  const Token& name = r.take();
  GivenInput row;
  row.kind = b_.kind_named(name);
  const bool is_input = std::any_of(p_.input_kinds.begin(), p_.input_kinds.end(),
                                    [&](const InputKind& k) { return k.kind == row.kind; });
  if (!is_input) {
    b_.stop("E0401", name.range, fmt::format("a {} is not read from another agreement", name.text),
            "no `input` declaration",
            "only what is declared with `input` can be given; others are made by acts");
  }
  row.key = r.take().text;
  r.accept(":");
  row.fields = Datum::record();
  while (!r.done()) {
    const Token& field = r.take();
    const FieldId f = p_.field(row.kind, field.text);
    if (!f.given()) {
      std::vector<std::string> known;
      for (const Field& x : p_.fields) {
        if (x.kind == row.kind) known.emplace_back(p_.text(x.name));
      }
      b_.stop("E0201", field.range, fmt::format("a {} has no \"{}\"", name.text, field.text), "no such field",
              b_.nearest(field.text, known));
    }
    b_.use(SymbolKind::field, f.value, field.range);
    const std::string called(field.text);
    if (r.accept("unknown")) {
      row.unknown.push_back(called);
    } else {
      if (r.accept("at")) row.bounds[called] = r.take().text == "most" ? Bound::at_most : Bound::at_least;
      row.fields.set(called, value(r, p_.fields[f.value].type));
    }
    r.accept(",");
  }
  keys_.insert_or_assign(row.key, std::string(name.text));
  out.given.push_back(std::move(row));
}

void Storyteller::remember(const Step& s) {
  if (!s.label.empty()) labels_.insert(s.label);
  if (s.entry && !s.entry->on.empty()) {
    const auto slash = s.entry->on.find('/');
    if (slash != std::string::npos)
      keys_.insert_or_assign(s.entry->on.substr(slash + 1), s.entry->on.substr(0, slash));
  }
}

Instant Storyteller::moment(Reader& r, bool end_of_day) {
  const Token& date = r.expect_kind(TokenKind::date, "a date such as 2000-06-01");
  const auto d = CivilDate::parse(date.text);
  if (!d) b_.stop("E0102", date.range, d.error().message, "not a real day", d.error().help);
  if (r.peek().kind == TokenKind::time) {
    const Token& clock = r.take();
    const auto t = parse_moment(std::string(date.text) + " " + std::string(clock.text), p_.zone);
    if (!t) b_.stop("E0102", clock.range, t.error().message, "not a real time");
    return *t;
  }
  return end_of_day ? p_.zone.end_of(*d) : p_.zone.at(*d, 12 * 3600);
}

void Storyteller::step(Reader& r, const Line& line, Scenario& out) {
  const std::size_t start = r.position();
  Step s;
  s.at = moment(r, true);
  const bool timed = line.tokens.size() > 1 && line.tokens[1].kind == TokenKind::time;
  s.place = b_.place(line.tokens.front().range);
  (void)start;
  if (r.is("known")) {
    r.take();
    s.known_at = moment(r, true);
    looks(r, s, out);
    return;
  }
  const bool by_party = r.peek().kind == TokenKind::name && p_.party(r.peek().text).given();
  static constexpr std::string_view looking[] = {"must", "need", "may", "owes", "has", "can", "is"};
  const bool look =
      !by_party || std::find(std::begin(looking), std::end(looking), r.peek(1).text) != std::end(looking);
  if (look) {
    looks(r, s, out);
    return;
  }
  if (!timed) s.at = p_.zone.at(p_.zone.date_of(s.at), 12 * 3600);
  entry(r, s);
  r.expect_end();
  remember(s);
  out.steps.push_back(std::move(s));
}

void Storyteller::entry(Reader& r, Step& s) {
  Entry e;
  e.at = s.at;
  e.recorded = s.at;
  const Token& party = r.take();
  e.by = p_.text(p_.parties[b_.party_named(party).value].name);
  if (!act(r, e, s)) special(r, e, s);
  s.entry = std::move(e);
}

bool Storyteller::act(Reader& r, Entry& e, Step& s) {
  const std::size_t mark = r.position();
  std::optional<ActId> best;
  std::size_t best_end = 0;
  std::string key;
  for (std::uint32_t k = 0; k < p_.kinds.size(); ++k) {
    r.rewind(mark);
    const KindId kind{k};
    const auto a = r.verb(kind, true);
    if (!a) continue;
    const Token& t = r.peek();
    if (t.kind == TokenKind::name && t.text == p_.text(p_.kinds[k].name)) {
      r.take();
      r.accept("/");
      const Token& name = r.peek();
      std::string own;
      if (p_.text(p_.kinds[k].name) == "Agreement") {
        own = "Agreement";
      } else if (name.kind == TokenKind::name || name.kind == TokenKind::word ||
                 name.kind == TokenKind::number) {
        own = own_key(r);
      } else {
        continue;
      }
      if (r.position() >= best_end) {
        best = a;
        best_end = r.position();
        key = own;
      }
    } else if (t.kind == TokenKind::name || t.kind == TokenKind::number) {
      const std::string own = own_key(r);
      if (kind_of_key(own) != p_.text(p_.kinds[k].name)) continue;
      if (r.position() >= best_end) {
        best = a;
        best_end = r.position();
        key = own;
      }
    }
  }
  r.rewind(mark);
  if (!best) return false;
  (void)r.verb(p_.acts[best->value].kind, true);
  if (r.peek().text == p_.text(p_.kinds[p_.acts[best->value].kind.value].name))
    b_.use(SymbolKind::kind, p_.acts[best->value].kind.value, r.peek().range);
  r.rewind(best_end);
  const Act& row = p_.acts[best->value];
  e.kind = EntryKind::act;
  e.act = p_.text(row.verb);
  const std::string kind(p_.text(p_.kinds[row.kind.value].name));
  e.on = kind == "Agreement" ? kind : kind + "/" + key;
  if (kind != "Agreement") keys_.insert_or_assign(key, kind);
  parts(r, e, s, row.inputs);
  return true;
}

void Storyteller::parts(Reader& r, Entry& e, Step& s, program::Range inputs) {
  for (;;) {
    r.accept(",");
    if (r.done()) return;
    const Token& t = r.peek();
    if (r.accept("orally")) {
      e.via = "orally";
    } else if (r.accept("by")) {
      e.via = r.take().text;
    } else if (r.is("to") && r.peek(1).kind == TokenKind::word && !input_named(inputs, "to").has_value()) {
      r.take();
      e.to = r.take().text;
    } else if (r.is("setting") && !p_.field(p_.kind(e.on.substr(0, e.on.find('/'))), "setting").given()) {
      r.take();
      setting(r, e);
    } else if (r.accept("citing")) {
      do {
        e.cites.push_back(r.accept("Agreement") ? "Agreement" : key(r));
      } while (r.accept("and"));
    } else if (r.is("signed") && r.is("by", 1)) {
      signatures(r, e);
    } else if (r.accept("recorded")) {
      e.recorded = moment(r, false);
    } else if (r.accept("called")) {
      s.label = r.take().text;
      labels_.insert(s.label);
    } else if (r.accept("with")) {
      continue;
    } else if (r.accept("evidence")) {
      e.evidence.emplace_back(r.expect_kind(TokenKind::text, "the evidence in quotes").text);
    } else if (const auto input = input_named(inputs, t.text); input.has_value()) {
      r.take();
      const Input& row = p_.inputs[*input];
      b_.use(row.sets.given() ? SymbolKind::field : SymbolKind::input,
             row.sets.given() ? row.sets.value : *input, t.range);
      e.with.set(std::string(p_.text(row.name)), value(r, row.type));
    } else {
      std::vector<std::string> known;
      for (std::uint32_t i = inputs.first; i < inputs.first + inputs.count; ++i)
        known.emplace_back(p_.text(p_.inputs[i].name));
      b_.stop("E0401", t.range, fmt::format("\"{}\" is not something this act brings", t.text),
              "not understood here",
              known.empty() ? "an act may be followed by: by CHANNEL, to OFFICE, citing …, signed by …, "
                              "recorded DATE, called NAME"
                            : b_.nearest(t.text, known));
    }
  }
}

std::optional<std::uint32_t> Storyteller::input_named(program::Range inputs, std::string_view name) const {
  for (std::uint32_t i = inputs.first; i < inputs.first + inputs.count; ++i) {
    if (p_.text(p_.inputs[i].name) == name) return i;
  }
  return std::nullopt;
}

void Storyteller::setting(Reader& r, Entry& e) {
  const Term& t = p_.terms[term_named(r.take()).value];
  r.expect("to");
  const Datum* before = e.with.find("sets");
  Datum sets = before != nullptr ? *before : Datum::record();
  sets.set(std::string(p_.text(t.name)), value(r, t.type));
  e.with.set("sets", std::move(sets));
}

TermId Storyteller::term_named(const Token& name) {
  std::vector<std::string> known;
  for (std::uint32_t i = 0; i < p_.terms.size(); ++i) {
    if (p_.text(p_.terms[i].name) == name.text) {
      b_.use(SymbolKind::term, i, name.range);
      return TermId{i};
    }
    known.emplace_back(p_.text(p_.terms[i].name));
  }
  b_.stop("E0201", name.range, fmt::format("\"{}\" is not a term", name.text), "no such term",
          b_.nearest(name.text, known));
}

std::string Storyteller::own_key(Reader& r) {
  std::string key(r.take().text);
  while (!r.done() && !r.peek().space_before && (r.is("/") || r.is(".")) && !r.peek(1).space_before &&
         r.peek(1).kind != TokenKind::end) {
    key += r.take().text;
    key += r.take().text;
  }
  return key;
}

std::string Storyteller::kind_of_key(const std::string& key) const {
  if (const auto known = keys_.find(key); known != keys_.end()) return known->second;
  const std::size_t slash = key.rfind('/');
  if (slash == std::string::npos) return {};
  const KindId of = p_.kind(kind_of_key(key.substr(0, slash)));
  std::string found;
  for (const Kind& kind : p_.kinds) {
    if (!of.given() || kind.part_of != of) continue;
    if (!found.empty()) return {};  // of several kinds of parts: the story says which
    found = p_.text(kind.name);
  }
  return found;
}

std::string Storyteller::document(Reader& r) {
  const Token& t = r.peek();
  const std::string own = own_key(r);
  const std::string kind = kind_of_key(own);
  if (kind.empty()) {
    std::vector<std::string> names;
    for (const auto& [key, of] : keys_) names.push_back(key);
    b_.stop("E0403", t.range, fmt::format("no document \"{}\" has come up in this scenario", own),
            "named here", b_.nearest(own, names));
  }
  return kind + "/" + own;
}

void Storyteller::signatures(Reader& r, Entry& e) {
  r.take();
  r.take();
  do {
    Signature s;
    if (r.accept("its")) {
      s.party = e.by;
    } else {
      const Token& party = r.take();
      s.party = p_.text(p_.parties[b_.party_named(party).value].name);
      r.expect("'s");
    }
    const Token& office = r.expect_kind(TokenKind::word, "an office");
    if (!p_.office(p_.party(s.party), office.text).given()) {
      std::vector<std::string> known;
      for (const Office& o : p_.offices) {
        if (o.party == p_.party(s.party)) known.emplace_back(p_.text(o.name));
      }
      b_.stop("E0201", office.range, fmt::format("{} has no office \"{}\"", s.party, office.text),
              "no such office", b_.nearest(office.text, known));
    }
    b_.use(SymbolKind::office, p_.office(p_.party(s.party), office.text).value, office.range);
    s.office = office.text;
    if (r.peek().kind == TokenKind::text) s.person = r.take().text;
    e.signatures.push_back(std::move(s));
  } while (r.is("and") && (r.is("its", 1) || r.peek(1).kind == TokenKind::name) && r.accept("and"));
}

Datum Storyteller::value(Reader& r, TypeRef type) {
  const Token& t = r.peek();
  switch (type.type) {
    case Type::parts: {
      Datum list = Datum::list();
      const KindId kind{type.detail};
      const program::Range fields = p_.kinds[kind.value].fields;
      do {
        r.expect("(", "parts stand in brackets: `lines (product \"card\", quantity 2), (…)`");
        Datum row = Datum::record();
        while (!r.is(")")) {
          const Token& name = r.take();
          const FieldId f = p_.field(kind, name.text);
          if (!f.given()) {
            std::vector<std::string> known;
            for (std::uint32_t i = fields.first; i < fields.first + fields.count; ++i)
              known.emplace_back(p_.text(p_.fields[i].name));
            b_.stop("E0201", name.range,
                    fmt::format("a {} has no \"{}\"", p_.text(p_.kinds[kind.value].name), name.text),
                    "no such field", b_.nearest(name.text, known));
          }
          b_.use(SymbolKind::field, f.value, name.range);
          row.set(std::string(name.text), value(r, p_.fields[f.value].type));
          r.accept(",");
          if (r.done()) b_.stop("E0105", r.peek().range, "\")\" was expected here", "the line ends here");
        }
        r.take();
        list.items.push_back(std::move(row));
      } while (r.is(",") && r.is("(", 1) && r.accept(","));
      return list;
    }
    case Type::texts: {
      Datum list = Datum::list();
      do {
        list.items.push_back(
            Datum::of_text(std::string(r.expect_kind(TokenKind::text, "text in quotes").text)));
      } while (r.is(",") && r.peek(1).kind == TokenKind::text && r.accept(","));
      return list;
    }
    case Type::duration: {
      const std::string number(r.take().text);
      std::string unit(r.take().text);
      if (unit == "business") unit += " " + std::string(r.take().text);
      return Datum::of_text(number + " " + unit);
    }
    case Type::reference: {
      if (const KindId kind = p_.kind(t.text); kind.given() && r.is("/", 1)) {
        b_.use(SymbolKind::kind, kind.value, r.take().range);
        r.take();
        return Datum::of_text(std::string(t.text) + "/" + own_key(r));
      }
      const std::size_t mark = r.position();
      const std::string own = own_key(r);
      if (const std::string kind = kind_of_key(own); !kind.empty()) return Datum::of_text(kind + "/" + own);
      const auto& kinds = p_.kind_sets[type.detail];
      if (kinds.size() == 1) {
        return Datum::of_text(std::string(p_.text(p_.kinds[kinds[0].value].name)) + "/" + own);
      }
      r.rewind(mark);
      return Datum::of_text(document(r));
    }
    case Type::instant: {
      std::string text(r.take().text);
      if (r.peek().kind == TokenKind::time) text += " " + std::string(r.take().text);
      return Datum::of_text(text);
    }
    case Type::yes_no:
      r.take();
      return Datum::of(t.text == "yes");
    default:
      break;
  }
  r.take();
  std::string text(t.text);
  if (t.kind == TokenKind::percent) text += "%";
  if (t.kind == TokenKind::number && r.peek().kind == TokenKind::name && r.peek().text.size() == 3 &&
      Currency::find(r.peek().text))
    text += " " + std::string(r.take().text);
  return Datum::of_text(text);
}

void Storyteller::use_alternative(const Token& reading, const Token& alternative) {
  for (std::uint32_t i = 0; i < p_.readings.size(); ++i) {
    const Reading& row = p_.readings[i];
    if (p_.text(row.name) != reading.text) continue;
    b_.use(SymbolKind::reading, i, reading.range);
    for (std::uint32_t n = row.alternatives.first; n < row.alternatives.first + row.alternatives.count; ++n) {
      if (p_.text(p_.text_lists[n]) == alternative.text)
        b_.use(SymbolKind::alternative, n, alternative.range);
    }
  }
}

void Storyteller::take_label(Reader& r, Step& s) {
  const Token& t = r.take();
  if (!labels_.contains(std::string(t.text))) {
    std::vector<std::string> known(labels_.begin(), labels_.end());
    b_.stop("E0401", t.range, fmt::format("nothing before this is called \"{}\"", t.text), "named here",
            known.empty() ? "add `, called NAME` to the act it means" : b_.nearest(t.text, known));
  }
  s.of_label = t.text;
}

void Storyteller::special(Reader& r, Entry& e, Step& s) {
  const Token& t = r.take();
  const std::string_view w = t.text;
  if (w == "claims") {
    e.kind = EntryKind::claim;
    const Token& what = r.take();
    e.what = what.text;
    if (r.accept("of")) e.on = r.is("Agreement") ? std::string(r.take().text) : document_maybe(r);
    if (r.accept("is")) {
      for (const Claim& c : p_.claims) {
        if (p_.text(c.name) != e.what) continue;
        e.with.set("value", value(r, c.type));
        break;
      }
    }
    for (std::uint32_t c = 0; c < p_.claims.size(); ++c) {
      const std::string_view on = p_.text(p_.kinds[p_.claims[c].subject.value].name);
      if (p_.text(p_.claims[c].name) == what.text && e.on.substr(0, e.on.find('/')) == on)
        b_.use(SymbolKind::claim, c, what.range);
    }
  } else if (w == "contests" || w == "agrees") {
    e.kind = w == "contests" ? EntryKind::contest : EntryKind::agree;
    take_label(r, s);
  } else if (w == "records") {
    e.kind = EntryKind::ruling;
    r.expect("a");
    r.expect("ruling");
    r.expect("on");
    take_label(r, s);
    r.expect(":");
    const Token& v = r.peek();
    e.with.set("value", v.text == "yes" || v.text == "no" ? value(r, {Type::yes_no}) : value(r, {Type::any}));
  } else if (w == "corrects") {
    e.kind = EntryKind::correct;
    take_label(r, s);
    r.expect(":");
    correction(r, e);
  } else if (w == "ratifies") {
    e.kind = EntryKind::ratify;
    take_label(r, s);
  } else if (w == "shows") {
    e.kind = EntryKind::evidence;
    e.what = r.take().text;
    r.expect("of");
    take_label(r, s);
  } else if (w == "supplies") {
    e.kind = EntryKind::supply;
    supply(r, e);
  } else if (w == "chooses") {
    e.kind = EntryKind::choose;
    const Token& reading = r.take();
    e.what = reading.text;
    r.expect(":");
    const Token& alternative = r.take();
    e.with.set("alternative", Datum::of_text(std::string(alternative.text)));
    use_alternative(reading, alternative);
  } else if (w == "appoints" || w == "relieves" || w == "designates") {
    e.kind = w == "appoints"   ? EntryKind::appoint
             : w == "relieves" ? EntryKind::relieve
                               : EntryKind::designate;
    e.with.set("person",
               Datum::of_text(std::string(r.expect_kind(TokenKind::text, "the person in quotes").text)));
    r.expect(w == "appoints" ? "to" : w == "relieves" ? "of" : "for");
    const Token& office = r.take();
    e.what = e.by + "." + std::string(office.text);
    if (const OfficeId o = p_.office(p_.party(e.by), office.text); o.given())
      b_.use(SymbolKind::office, o.value, office.range);
    if (r.accept("until")) {
      std::string until(r.take().text);
      if (r.peek().kind == TokenKind::time) until += " " + std::string(r.take().text);
      e.with.set("until", Datum::of_text(until));
    }
  } else {
    std::vector<std::string> known;
    for (const Act& a : p_.acts) known.emplace_back(p_.text(a.verb));
    b_.stop("E0401", t.range,
            fmt::format("\"{}\" is not followed by a document it could be done on, or is no act", w),
            "not understood here",
            "an act names its kind and key the first time: `issues PurchaseOrder PO-17`; " +
                b_.nearest(w, known));
  }
  parts(r, e, s, {});
}

std::string Storyteller::document_maybe(Reader& r) {
  const Token& t = r.peek();
  const KindId kind = p_.kind(t.text);
  if (kind.given()) {
    b_.use(SymbolKind::kind, kind.value, r.take().range);
    r.accept("/");
    const std::string key = own_key(r);
    keys_.insert_or_assign(key, std::string(t.text));
    return std::string(t.text) + "/" + key;
  }
  return document(r);
}

void Storyteller::correction(Reader& r, Entry& e) {
  if (r.accept("at")) {
    const Instant t = moment(r, false);
    e.with.set("at", Datum::of_text(p_.zone.format(t)));
    return;
  }
  if (r.is("via") || r.is("by")) {
    r.take();
    e.with.set("via", Datum::of_text(std::string(r.take().text)));
    return;
  }
  const Token& name = r.take();
  const std::string field(name.text);
  TypeRef type{Type::text};
  // Which act is corrected is not looked up here: it may be any that brings something of this name.
  for (const Input& i : p_.inputs) {
    if (p_.text(i.name) != field) continue;
    type = i.type;
    if (i.sets.given()) b_.use(SymbolKind::field, i.sets.value, name.range);
  }
  Datum with = Datum::record();
  with.set(field, value(r, type));
  e.with.set("with", std::move(with));
}

void Storyteller::supply(Reader& r, Entry& e) {
  const Token& name = r.take();
  e.what = name.text;
  r.expect(":");
  for (const Calendar& c : p_.calendars) {
    if (p_.text(c.name) != name.text || !c.unknown.given()) continue;
    b_.use(SymbolKind::unknown, c.unknown.value, name.range);
    r.expect("years");
    Datum years = Datum::list();
    do {
      const std::string year(r.take().text);
      years.items.push_back(Datum::of_number(year));
    } while (r.is(",") && r.peek(1).kind == TokenKind::number && r.accept(","));
    e.with.set("years", std::move(years));
    Datum holidays = Datum::list();
    if (r.is(",") && r.is("holidays", 1)) {
      r.take();
      r.take();
      do {
        holidays.items.push_back(Datum::of_text(std::string(r.expect_kind(TokenKind::date, "a date").text)));
      } while (r.is(",") && r.peek(1).kind == TokenKind::date && r.accept(","));
    }
    e.with.set("holidays", std::move(holidays));
    return;
  }
  for (const Unknown& u : p_.unknowns) {
    if (p_.text(u.name) != name.text) continue;
    b_.use(SymbolKind::unknown, static_cast<std::uint32_t>(&u - p_.unknowns.data()), name.range);
    e.with.set("value", value(r, u.type));
    return;
  }
  std::vector<std::string> known;
  for (const Unknown& u : p_.unknowns) known.emplace_back(p_.text(u.name));
  b_.stop("E0201", name.range, fmt::format("\"{}\" is not an unknown of the agreement", name.text),
          "nothing of this name is unknown", b_.nearest(name.text, known));
}

std::string Storyteller::key(Reader& r) {
  if (r.accept("Agreement")) return "Agreement";
  const Token& t = r.peek();
  const KindId kind = p_.kind(t.text);
  if (!kind.given()) return document(r);
  b_.use(SymbolKind::kind, kind.value, r.take().range);
  r.accept("/");
  return std::string(t.text) + "/" + own_key(r);
}

void Builder::lower_scenarios() {
  std::map<std::string, const Scenario*> setups;
  std::vector<std::unique_ptr<Scenario>> kept;
  std::map<std::string, Range> titles;
  for (const Block& block : text.blocks) {
    if (block.kind != Block::Kind::scenario) continue;
    if (is_module(pack, block.file)) continue;  // its own tests, run where it is tested alone
    Scenario scenario;
    try {
      const Line info = read_info(block, diagnostics);
      Reader r(*this, info);
      scenario.is_setup = r.accept("setup");
      const Token& title = r.expect_kind(TokenKind::text, "the scenario's title in quotes");
      scenario.title = title.text;
      scenario.place = place(title.range, title.text);
      if (scenario.is_setup) use(SymbolKind::setup, scenario.place, title.range, true);
      r.expect_end();
      if (const auto [at, added] = titles.try_emplace(scenario.title, title.range); !added) {
        report("E0202", title.range, fmt::format("the scenario \"{}\" is told twice", scenario.title),
               "again here", "give it another title", {{at->second, "first here"}});
      }
      for (const Token& t : info.cites) {
        if (!p.provision(t.text).given()) {
          std::vector<std::string> known;
          for (const auto& [id, kind] : kinds_of_provisions) known.push_back(id);
          report("E0206", t.range, fmt::format("{} is not a provision of this pack", t.text), "cited here",
                 nearest(t.text, known));
          continue;
        }
        use(SymbolKind::provision, p.provision(t.text).value, t.range);
        scenario.provisions.emplace_back(t.text);
      }
    } catch (const LineAbandoned&) {
      continue;
    }
    std::map<std::string, std::string> keys;
    const std::vector<Line> lines = read_scenario_lines(block, diagnostics);
    Storyteller(*this, keys).read(lines, scenario, setups);
    if (scenario.is_setup) {
      kept.push_back(std::make_unique<Scenario>(std::move(scenario)));
      setups.emplace(kept.back()->title, kept.back().get());
    } else {
      p.scenarios.push_back(std::move(scenario));
    }
  }
}

}  // namespace counterpart::language
