#include <fmt/core.h>
#include <algorithm>

#include "engine/record.h"

namespace counterpart::engine {

using namespace program;

namespace {

std::string known_names(std::span<const std::string> names) {
  std::string out;
  for (const std::string& n : names) {
    if (!out.empty()) out += ", ";
    out += n;
  }
  return out;
}

std::string_view kind_of(const Datum& d) {
  switch (d.kind) {
    case Datum::Kind::null:
      return "nothing";
    case Datum::Kind::yes_no:
      return "yes or no";
    case Datum::Kind::number:
      return "a number";
    case Datum::Kind::text:
      return "text";
    case Datum::Kind::list:
      return "a list";
    case Datum::Kind::record:
      return "a record";
  }
  return "something";
}

std::unexpected<Error> wrong_type(std::string_view where, std::string_view expected, const Datum& found) {
  std::string shown(kind_of(found));
  if (found.kind == Datum::Kind::text || found.kind == Datum::Kind::number) shown = "\"" + found.text + "\"";
  return fail("input-type", fmt::format("{}: expected {}, found {}", where, expected, shown));
}

// The digits of a number given as a number or as text.
const std::string* digits_of(const Datum& d) {
  return d.kind == Datum::Kind::number || d.kind == Datum::Kind::text ? &d.text : nullptr;
}

Result<Value> bind_duration(const Program& p, const Datum& d, std::string_view where) {
  if (d.kind != Datum::Kind::text) return wrong_type(where, "a duration such as \"30 days\"", d);
  const auto space = d.text.find(' ');
  if (space == std::string::npos) return wrong_type(where, "a duration such as \"30 days\"", d);
  const auto count = Decimal::parse(d.text.substr(0, space));
  const std::string unit = d.text.substr(space + 1);
  if (!count || count->normalized().scale != 0 || count->coefficient > 1'000'000 || count->coefficient < 0) {
    return wrong_type(where, "a whole number of days, weeks, months, years, hours or business days", d);
  }
  const auto n = static_cast<std::int32_t>(count->normalized().coefficient);
  if (unit == "hour" || unit == "hours") return duration_value(n, Unit::hours);
  if (unit == "day" || unit == "days") return duration_value(n, Unit::days);
  if (unit == "business day" || unit == "business days") {
    return duration_value(n, Unit::business_days, p.business_calendar.value);
  }
  if (unit == "week" || unit == "weeks") return duration_value(n, Unit::weeks);
  if (unit == "month" || unit == "months") return duration_value(n, Unit::months);
  if (unit == "year" || unit == "years") return duration_value(n, Unit::years);
  return wrong_type(where, "days, business days, weeks, months, years or hours", d);
}

}  // namespace

Result<Value> Record::bind_value(const Datum& d, TypeRef type, std::string_view where) {
  const Program& p = *program_;
  if (d.kind == Datum::Kind::null) return Value{};
  switch (type.type) {
    case Type::yes_no: {
      if (d.kind == Datum::Kind::yes_no) return Value{Tag::yes_no, Bound::exact, 0, 0, d.yes ? 1 : 0};
      if (d.kind == Datum::Kind::text && (d.text == "yes" || d.text == "no")) {
        return Value{Tag::yes_no, Bound::exact, 0, 0, d.text == "yes" ? 1 : 0};
      }
      return wrong_type(where, "yes or no (true or false)", d);
    }
    case Type::number: {
      const std::string* digits = digits_of(d);
      if (digits == nullptr) return wrong_type(where, "a number", d);
      std::string_view text = *digits;
      const bool percent = text.ends_with('%');
      if (percent) text.remove_suffix(1);
      auto n = Decimal::parse(text);
      if (!n) return wrong_type(where, "a number such as 12 or 1.5", d);
      if (percent) n->scale = static_cast<std::uint8_t>(n->scale + 2);
      if (n->scale > Decimal::max_scale)
        return wrong_type(where, "a number with fewer digits after the point", d);
      return Value{Tag::number, Bound::exact, n->scale, 0, n->coefficient};
    }
    case Type::money: {
      const std::string* digits = digits_of(d);
      if (digits == nullptr) return wrong_type(where, "an amount such as \"41250.00\"", d);
      std::string_view text = *digits;
      std::uint16_t currency = 0;
      if (const auto space = text.find(' '); space != std::string_view::npos) {
        const std::string_view code = text.substr(space + 1);
        const auto found = std::find_if(p.currencies.begin(), p.currencies.end(),
                                        [&](const Currency& c) { return c.name() == code; });
        if (found == p.currencies.end()) {
          return fail("input-type",
                      fmt::format("{}: the agreement does not use the currency \"{}\"", where, code));
        }
        currency = static_cast<std::uint16_t>(found - p.currencies.begin());
        text = text.substr(0, space);
      }
      const auto m = Money::parse(text, p.currencies[currency]);
      if (!m) {
        return fail("input-type",
                    fmt::format("{}: expected an amount such as \"41250.00\", found \"{}\" ({})", where,
                                *digits, m.error().message));
      }
      return Value{Tag::money, Bound::exact, currency, 0, m->minor};
    }
    case Type::date: {
      if (d.kind != Datum::Kind::text) return wrong_type(where, "a date such as \"2000-06-01\"", d);
      const auto date = CivilDate::parse(d.text);
      if (!date) return fail("input-type", fmt::format("{}: {}", where, date.error().message));
      return Value{Tag::date, Bound::exact, 0, 0, date->days};
    }
    case Type::instant: {
      if (d.kind != Datum::Kind::text) return wrong_type(where, "a date and time", d);
      const auto t = parse_moment(d.text, p.zone);
      if (!t) return fail("input-type", fmt::format("{}: {}", where, t.error().message));
      return Value{Tag::instant, Bound::exact, 0, 0, t->seconds};
    }
    case Type::account:
    case Type::due:  // never the type of a field
    case Type::any: {
      if (d.kind == Datum::Kind::text) {
        if (const auto date = CivilDate::parse(d.text))
          return Value{Tag::date, Bound::exact, 0, 0, date->days};
        return Value{Tag::text, Bound::exact, 0, 0, intern(d.text).value};
      }
      if (d.kind == Datum::Kind::yes_no) return bind_value(d, {Type::yes_no}, where);
      return bind_value(d, {Type::number}, where);
    }
    case Type::duration:
      return bind_duration(p, d, where);
    case Type::text: {
      if (d.kind != Datum::Kind::text) return wrong_type(where, "text", d);
      return Value{Tag::text, Bound::exact, 0, 0, intern(d.text).value};
    }
    case Type::choice: {
      const auto& names = p.choices[type.detail];
      if (d.kind != Datum::Kind::text || std::find(names.begin(), names.end(), d.text) == names.end()) {
        return wrong_type(where, "one of " + known_names(names), d);
      }
      return Value{Tag::choice, Bound::exact, 0, 0, intern(d.text).value};
    }
    case Type::reference: {
      const auto& kinds = p.kind_sets[type.detail];
      std::string allowed;
      for (const KindId k : kinds) {
        if (!allowed.empty()) allowed += " or ";
        allowed += p.text(p.kinds[k.value].name);
      }
      if (d.kind != Datum::Kind::text) return wrong_type(where, "the name of a " + allowed, d);
      const auto slash = d.text.find('/');
      if (slash == std::string::npos) {
        std::uint32_t found = none;
        for (const KindId k : kinds) {
          if (const std::uint32_t key = find_key(k, d.text); key != none) found = key;
        }
        if (found == none && kinds.size() == 1) found = intern_key(kinds[0], d.text);
        if (found == none) {
          return wrong_type(where,
                            "the kind and key of a " + allowed + ", such as \"" +
                                allowed.substr(0, allowed.find(' ')) + "/" + d.text + "\"",
                            d);
        }
        return Value{Tag::thing, Bound::exact, 0, 0, found};
      }
      const KindId kind = p.kind(std::string_view(d.text).substr(0, slash));
      if (!kind.given() || std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
        return wrong_type(where, "the name of a " + allowed, d);
      }
      return Value{Tag::thing, Bound::exact, 0, 0,
                   intern_key(kind, std::string_view(d.text).substr(slash + 1))};
    }
    case Type::texts: {
      if (d.kind != Datum::Kind::list) return wrong_type(where, "a list of text", d);
      std::vector<TextId> list;
      for (const Datum& item : d.items) {
        if (item.kind != Datum::Kind::text) return wrong_type(where, "a list of text", item);
        list.push_back(intern(item.text));
      }
      lists_.push_back(std::move(list));
      return Value{Tag::list, Bound::exact, 0, 0, static_cast<std::int64_t>(lists_.size() - 1)};
    }
    case Type::party: {
      const PartyId party = d.kind == Datum::Kind::text ? p.party(d.text) : PartyId{};
      if (!party.given()) return wrong_type(where, "the name of a party", d);
      return Value{Tag::party, Bound::exact, 0, 0, party.value};
    }
    case Type::office:
      return wrong_type(where, "an office", d);
    case Type::parts: {
      const KindId kind{type.detail};
      if (d.kind != Datum::Kind::list)
        return wrong_type(where, "a list of " + std::string(p.text(p.kinds[kind.value].name)), d);
      std::vector<PartRow> rows;
      for (std::size_t n = 0; n < d.items.size(); ++n) {
        const Datum& item = d.items[n];
        const std::string here = fmt::format("{}, line {}", where, n + 1);
        if (item.kind != Datum::Kind::record) return wrong_type(here, "a record", item);
        const Range fields = p.kinds[kind.value].fields;
        std::vector<Value> row;
        for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
          const Field& field = p.fields[f];
          const Datum* given = field.computed.given() ? nullptr : item.find(p.text(field.name));
          if (given == nullptr) {
            if (!field.computed.given() && !field.optional && !field.initial.given()) {
              return fail("input-missing", fmt::format("{}: \"{}\" is missing", here, p.text(field.name)));
            }
            row.emplace_back();
            continue;
          }
          TRY_ASSIGN(const Value v,
                     bind_value(*given, field.type, fmt::format("{}, \"{}\"", here, p.text(field.name))));
          row.push_back(v);
        }
        for (const auto& [name, value] : item.fields) {
          if (!p.field(kind, name).given()) {
            return fail("input-unknown",
                        fmt::format("{}: a {} has no \"{}\"", here, p.text(p.kinds[kind.value].name), name));
          }
        }
        rows.push_back(
            {kind, {static_cast<std::uint32_t>(values_.size()), static_cast<std::uint32_t>(row.size())}});
        values_.insert(values_.end(), row.begin(), row.end());
      }
      const auto first = static_cast<std::int64_t>(part_rows_.size());
      part_rows_.insert(part_rows_.end(), rows.begin(), rows.end());
      return Value{Tag::list, Bound::exact, 2, 0, (first << 32) | static_cast<std::int64_t>(rows.size())};
    }
  }
  return wrong_type(where, "a value", d);
}

// Turns one raw entry into a bound one. Separate from Record so that a correction can be bound the same way.
class Binder {
 public:
  Binder(Record& record, const Entry& entry) : r_(record), p_(record.program()), e_(entry) {}

  Result<BoundEntry> bind() {
    b_.sequence = e_.sequence;
    b_.recorded = e_.recorded;
    b_.at = e_.at;
    b_.kind = e_.kind;
    if (e_.kind == EntryKind::adopt) return b_;
    b_.by = p_.party(e_.by);
    if (!b_.by.given()) {
      std::vector<std::string> names;
      for (const Party& party : p_.parties) names.emplace_back(p_.text(party.name));
      return fail("party-unknown",
                  fmt::format("\"{}\" is not a party; the parties are {}", e_.by, known_names(names)));
    }
    if (!e_.via.empty()) b_.via = r_.intern(e_.via);
    TRY(bind_signatures());
    TRY(bind_cites());
    if (!e_.to.empty()) TRY(bind_addressee());
    switch (e_.kind) {
      case EntryKind::adopt:
        break;
      case EntryKind::remark:
      case EntryKind::draft:
      case EntryKind::approve:
      case EntryKind::discard:
      case EntryKind::hold:
      case EntryKind::release:
        return fail("entry-own",
                    fmt::format("a {} belongs into a party's own journal, not into the shared one",
                                to_string(e_.kind)),
                    "keep it in the party's own journal, which the other party does not see");
      case EntryKind::act:
        TRY(bind_act());
        break;
      case EntryKind::claim:
        TRY(bind_claim());
        break;
      case EntryKind::contest:
      case EntryKind::agree:
      case EntryKind::ruling:
      case EntryKind::ratify:
        TRY(bind_about());
        break;
      case EntryKind::correct:
        TRY(bind_about());
        break;
      case EntryKind::evidence:
        TRY(bind_about());
        if (e_.what.empty())
          return fail("evidence-unnamed", "evidence says what it shows: \"received\", \"delivery\", …");
        b_.what = r_.intern(e_.what).value;
        break;
      case EntryKind::supply:
        TRY(bind_supply());
        break;
      case EntryKind::choose:
        TRY(bind_choice());
        break;
      case EntryKind::appoint:
      case EntryKind::relieve:
      case EntryKind::designate:
        TRY(bind_appointment());
        break;
    }
    return b_;
  }

 private:
  Result<void> bind_signatures() {
    b_.signatures = {static_cast<std::uint32_t>(r_.signatures_.size()),
                     static_cast<std::uint32_t>(e_.signatures.size())};
    for (const Signature& s : e_.signatures) {
      BoundSignature bound;
      bound.party = s.party.empty() ? b_.by : p_.party(s.party);
      if (!bound.party.given())
        return fail("party-unknown", fmt::format("signature: \"{}\" is not a party", s.party));
      if (!s.office.empty()) {
        bound.office = p_.office(bound.party, s.office);
        if (!bound.office.given()) {
          return fail("office-unknown",
                      fmt::format("signature: {} has no office \"{}\"",
                                  p_.text(p_.parties[bound.party.value].name), s.office),
                      "offices: " + offices_of(bound.party));
        }
      }
      if (!s.person.empty()) bound.person = r_.intern(s.person);
      r_.signatures_.push_back(bound);
    }
    return {};
  }

  Result<void> bind_cites() {
    b_.cites.first = static_cast<std::uint32_t>(r_.cited_keys_.size());
    for (const std::string& cite : e_.cites) {
      if (cite == "Agreement") {
        b_.cites_agreement = true;
        continue;
      }
      TRY_ASSIGN(const std::uint32_t key, key_of(cite, "cites"));
      r_.cited_keys_.push_back(key);
      ++b_.cites.count;
    }
    return {};
  }

  Result<std::uint32_t> key_of(const std::string& name, std::string_view where) {
    const auto slash = name.find('/');
    if (name == "Agreement" && p_.kind("Agreement").given())
      return r_.intern_key(p_.kind("Agreement"), "Agreement");
    if (slash == std::string::npos || slash + 1 == name.size()) {
      return fail("document-malformed",
                  fmt::format("{}: expected a kind and a key such as \"PurchaseOrder/PO-17\", found \"{}\"",
                              where, name));
    }
    const KindId kind = p_.kind(std::string_view(name).substr(0, slash));
    if (!kind.given()) {
      std::vector<std::string> names;
      for (const Kind& k : p_.kinds) {
        if (!k.is_part) names.emplace_back(p_.text(k.name));
      }
      return fail("kind-unknown",
                  fmt::format("{}: \"{}\" is not a kind of document", where, name.substr(0, slash)),
                  "kinds: " + known_names(names));
    }
    return r_.intern_key(kind, std::string_view(name).substr(slash + 1));
  }

  std::string offices_of(PartyId party) const {
    std::vector<std::string> names;
    for (const Office& o : p_.offices) {
      if (o.party == party) names.emplace_back(p_.text(o.name));
    }
    return known_names(names);
  }

  Result<void> bind_addressee() {
    for (std::uint32_t i = 0; i < p_.offices.size(); ++i) {
      const Office& o = p_.offices[i];
      if (p_.text(o.name) == e_.to && o.party != b_.by) b_.to = OfficeId{i};
    }
    if (const auto dot = e_.to.find('.'); !b_.to.given() && dot != std::string::npos) {
      const PartyId party = p_.party(std::string_view(e_.to).substr(0, dot));
      if (party.given()) b_.to = p_.office(party, std::string_view(e_.to).substr(dot + 1));
    }
    if (!b_.to.given())
      return fail("office-unknown", fmt::format("to: no other party has an office \"{}\"", e_.to));
    return {};
  }

  [[nodiscard]] bool signed_by_all(Range parties) const {
    for (std::uint32_t i = parties.first; i < parties.first + parties.count; ++i) {
      bool found = false;
      for (std::uint32_t s = b_.signatures.first; s < b_.signatures.first + b_.signatures.count; ++s)
        found = found || r_.signatures_[s].party == p_.party_lists[i];
      if (!found) return false;
    }
    return true;
  }

  Result<void> bind_act() {
    TRY_ASSIGN(b_.key, key_of(e_.on, "on"));
    TRY(bind_settings());
    const KindId kind = r_.keys_[b_.key].kind;
    b_.act = p_.act(e_.act, kind);
    if (!b_.act.given()) {
      std::vector<std::string> verbs;
      for (const Act& a : p_.acts) {
        if (a.kind == kind) verbs.emplace_back(p_.text(a.verb));
      }
      return fail("act-unknown",
                  fmt::format("\"{}\" is not an act on a {}", e_.act, p_.text(p_.kinds[kind.value].name)),
                  "acts: " + known_names(verbs));
    }
    for (ActId t = b_.act; t.given(); t = p_.acts[t.value].next_text) {
      if (p_.acts[t.value].window.holds(e_.at)) b_.text = t;
    }
    const Act& act = p_.acts[b_.text.given() ? b_.text.value : b_.act.value];
    // What one edition took must bind in every later one, whatever the text then asks for.
    const bool lenient = !p_.editions.empty();
    std::vector<Value> values;
    // Of a joint act each side may sign for itself; who signs after the other need not say it all again.
    const bool only_signs = act.jointly && e_.with.fields.empty() && !signed_by_all(act.by);
    for (std::uint32_t i = act.inputs.first; !only_signs && i < act.inputs.first + act.inputs.count; ++i) {
      const Input& input = p_.inputs[i];
      const Datum* given = e_.with.find(p_.text(input.name));
      const bool has_default = input.sets.given() && p_.fields[input.sets.value].initial.given();
      if (given == nullptr || given->kind == Datum::Kind::null) {
        if (!input.optional && !has_default && !lenient) {
          return fail("input-missing",
                      fmt::format("with: \"{}\" is missing; {} {} needs it", p_.text(input.name),
                                  p_.text(act.verb), p_.text(p_.kinds[kind.value].name)));
        }
        values.emplace_back();
        continue;
      }
      TRY_ASSIGN(const Value v,
                 r_.bind_value(*given, input.type, fmt::format("with: \"{}\"", p_.text(input.name))));
      values.push_back(v);
    }
    if (e_.with.kind == Datum::Kind::record) {
      for (const auto& [name, value] : e_.with.fields) {
        bool known = name == "sets";
        std::vector<std::string> names;
        for (std::uint32_t i = act.inputs.first; i < act.inputs.first + act.inputs.count; ++i) {
          names.emplace_back(p_.text(p_.inputs[i].name));
          known = known || names.back() == name;
        }
        if (!known && !lenient) {
          return fail("input-unknown",
                      fmt::format("with: {} {} takes no \"{}\"", p_.text(act.verb),
                                  p_.text(p_.kinds[kind.value].name), name),
                      names.empty() ? "it takes nothing" : "it takes: " + known_names(names));
        }
      }
    }
    keep(values);
    return {};
  }

  // "sets": {"payment_period": "60 days"}
  Result<void> bind_settings() {
    const Datum* sets = e_.with.find("sets");
    if (sets == nullptr) return {};
    if (sets->kind != Datum::Kind::record) return wrong_type("\"sets\"", "a record of terms", *sets);
    b_.sets.first = static_cast<std::uint32_t>(r_.settings_.size());
    for (const auto& [name, given] : sets->fields) {
      BoundSetting row;
      std::vector<std::string> names;
      for (std::uint32_t t = 0; t < p_.terms.size(); ++t) {
        names.emplace_back(p_.text(p_.terms[t].name));
        if (names.back() == name) row.term = TermId{t};
      }
      if (!row.term.given()) {
        return fail("term-unknown", fmt::format("\"sets\": \"{}\" is not a term of the agreement", name),
                    "terms: " + known_names(names));
      }
      TRY_ASSIGN(row.value,
                 r_.bind_value(given, p_.terms[row.term.value].type, fmt::format("sets: \"{}\"", name)));
      if (row.value.tag == Tag::absent)
        return wrong_type(fmt::format("sets: \"{}\"", name), "a value", given);
      r_.settings_.push_back(row);
      ++b_.sets.count;
    }
    return {};
  }

  void keep(const std::vector<Value>& values) {
    b_.inputs = {static_cast<std::uint32_t>(r_.values_.size()), static_cast<std::uint32_t>(values.size())};
    r_.values_.insert(r_.values_.end(), values.begin(), values.end());
  }

  Result<void> bind_claim() {
    if (!e_.on.empty()) {
      TRY_ASSIGN(b_.key, key_of(e_.on, "on"));
    }
    for (std::uint32_t i = 0; i < p_.claims.size(); ++i) {
      const bool here = b_.key == none || p_.claims[i].subject == r_.keys_[b_.key].kind;
      if (p_.text(p_.claims[i].name) == e_.what && here) b_.what = i;
    }
    if (b_.what == none) {
      std::vector<std::string> names;
      for (const Claim& c : p_.claims) names.emplace_back(p_.text(c.name));
      return fail("claim-unknown",
                  fmt::format("\"{}\" is not something that can be claimed of {}", e_.what, e_.on),
                  "claims: " + known_names(names));
    }
    const Claim& claim = p_.claims[b_.what];
    const Datum* given = e_.with.find("value");
    Value v{Tag::yes_no, Bound::exact, 0, 0, 1};
    if (given != nullptr) {
      TRY_ASSIGN(v, r_.bind_value(*given, claim.type, "with: \"value\""));
    } else if (claim.type.type != Type::yes_no) {
      return fail("input-missing",
                  fmt::format("with: \"value\" is missing; the claim \"{}\" says what it is", e_.what));
    }
    keep({v});
    return {};
  }

  Result<void> bind_about() {
    if (!e_.of || *e_.of == 0 || *e_.of >= e_.sequence) {
      return fail("entry-unknown",
                  fmt::format("it speaks about entry {}, which is not an earlier entry", e_.of.value_or(0)));
    }
    b_.of = *e_.of;
    if (e_.kind == EntryKind::contest || e_.kind == EntryKind::agree || e_.kind == EntryKind::ruling) {
      const BoundEntry& claim = r_.entries_[b_.of - 1];
      if (claim.kind != EntryKind::claim)
        return fail("entry-unknown", fmt::format("entry {} is not a claim", b_.of));
      if (const Datum* given = e_.with.find("value"); given != nullptr) {
        TRY_ASSIGN(const Value v, r_.bind_value(*given, p_.claims[claim.what].type, "with: \"value\""));
        keep({v});
      } else if (e_.kind == EntryKind::ruling) {
        return fail("input-missing", "with: \"value\" is missing; a ruling says what was decided");
      }
    }
    return {};
  }

  Result<void> bind_supply() {
    for (std::uint32_t i = 0; i < p_.unknowns.size(); ++i) {
      if (p_.text(p_.unknowns[i].name) == e_.what) b_.what = i;
    }
    if (b_.what == none) {
      std::vector<std::string> names;
      for (const Unknown& u : p_.unknowns) names.emplace_back(p_.text(u.name));
      return fail("unknown-unknown",
                  fmt::format("\"{}\" is not something the agreement leaves unknown", e_.what),
                  "unknowns: " + known_names(names));
    }
    for (const Calendar& c : p_.calendars) {
      if (c.unknown.given() && c.unknown.value == b_.what) return bind_calendar(c);
    }
    const Datum* given = e_.with.find("value");
    if (given == nullptr)
      return fail("input-missing", "with: \"value\" is missing; a supply says what the value is");
    TRY_ASSIGN(const Value v, r_.bind_value(*given, p_.unknowns[b_.what].type, "with: \"value\""));
    keep({v});
    return {};
  }

  Result<void> bind_calendar(const Calendar& calendar) {
    CalendarData data;
    data.name = p_.text(calendar.name);
    const Datum* years = e_.with.find("years");
    const Datum* holidays = e_.with.find("holidays");
    if (years == nullptr || years->kind != Datum::Kind::list || years->items.empty()) {
      return fail("input-missing", "with: \"years\" is missing; a calendar says which years it covers");
    }
    for (const Datum& y : years->items) {
      const auto year = digits_of(y) != nullptr ? Decimal::parse(y.text) : Result<Decimal>(Decimal{0, 0});
      if (!year || year->scale != 0 || year->coefficient < 1900 || year->coefficient > 2199)
        return wrong_type("with: \"years\"", "a year", y);
      data.years.push_back(static_cast<int>(year->coefficient));
    }
    std::sort(data.years.begin(), data.years.end());
    if (holidays != nullptr) {
      if (holidays->kind != Datum::Kind::list)
        return wrong_type("with: \"holidays\"", "a list of dates", *holidays);
      for (const Datum& h : holidays->items) {
        const Datum* date = h.kind == Datum::Kind::record ? h.find("date") : &h;
        const Datum* name = h.kind == Datum::Kind::record ? h.find("name") : nullptr;
        if (date == nullptr) return wrong_type("with: \"holidays\"", "a date", h);
        TRY_ASSIGN(const Value v, r_.bind_value(*date, {Type::date}, "with: \"holidays\""));
        data.holidays.emplace(
            CivilDate{static_cast<std::int32_t>(v.number)},
            name != nullptr && name->kind == Datum::Kind::text ? name->text : "holiday of " + data.name);
      }
    }
    b_.calendar = static_cast<std::uint32_t>(r_.calendars_.size());
    r_.calendars_.push_back(std::make_shared<const BusinessCalendar>(std::move(data)));
    return {};
  }

  Result<void> bind_choice() {
    for (std::uint32_t i = 0; i < p_.readings.size(); ++i) {
      const Reading& reading = p_.readings[i];
      if (p_.text(reading.name) != e_.what) continue;
      b_.what = i;
      const Datum* given = e_.with.find("alternative");
      std::vector<std::string> names;
      for (std::uint32_t n = 0; n < reading.alternatives.count; ++n) {
        names.emplace_back(p_.text(p_.text_lists[reading.alternatives.first + n]));
        if (given != nullptr && given->kind == Datum::Kind::text && given->text == names.back()) {
          b_.alternative = n;
          return {};
        }
      }
      return fail("input-type",
                  fmt::format("with: \"alternative\" of {} is one of {}", e_.what, known_names(names)));
    }
    return fail("reading-unknown", fmt::format("\"{}\" is not a declared reading", e_.what));
  }

  Result<void> bind_appointment() {
    const auto dot = e_.what.find('.');
    const PartyId party =
        dot == std::string::npos ? b_.by : p_.party(std::string_view(e_.what).substr(0, dot));
    const std::string name = dot == std::string::npos ? e_.what : e_.what.substr(dot + 1);
    const OfficeId office = party.given() ? p_.office(party, name) : OfficeId{};
    if (!office.given()) {
      return fail("office-unknown", fmt::format("\"{}\" is not an office of a party", e_.what),
                  "offices: " + offices_of(b_.by));
    }
    b_.what = office.value;
    const Datum* person = e_.with.find("person");
    if (person == nullptr || person->kind != Datum::Kind::text || person->text.empty()) {
      return fail("input-missing", "with: \"person\" is missing; say who");
    }
    b_.person = r_.intern(person->text);
    if (const Datum* until = e_.with.find("until"); until != nullptr && until->kind == Datum::Kind::text) {
      const auto t = parse_moment(until->text, p_.zone);
      if (!t) return fail("input-type", "with: \"until\": " + t.error().message);
      b_.until = t->seconds;
    }
    return {};
  }

  Record& r_;
  const Program& p_;
  const Entry& e_;
  BoundEntry b_;
};

namespace {

// The entry as a correction leaves it.
Result<Entry> corrected(Entry entry, const Entry& correction) {
  for (const auto& [name, value] : correction.with.fields) {
    if (name == "at") {
      const auto t =
          value.kind == Datum::Kind::text ? parse_instant(value.text) : Result<Instant>(fail("", ""));
      if (!t) {
        return fail("input-type",
                    "with: \"at\": expected a time with its offset, such as \"2000-06-05T09:00:00-05:00\"");
      }
      entry.at = *t;
    } else if (name == "via" && value.kind == Datum::Kind::text) {
      entry.via = value.text;
    } else if (name == "to" && value.kind == Datum::Kind::text) {
      entry.to = value.text;
    } else if (name == "with" && value.kind == Datum::Kind::record) {
      for (const auto& [input, given] : value.fields) entry.with.set(input, given);
    } else if (name == "cites" && value.kind == Datum::Kind::list) {
      entry.cites.clear();
      for (const Datum& c : value.items) entry.cites.push_back(c.text);
    } else {
      return fail(
          "input-unknown", fmt::format("with: a correction cannot change \"{}\"", name),
          "it can change: at, via, to, cites, with (a signed act's signatures stay as they were given)");
    }
  }
  return entry;
}

}  // namespace

Result<void> Record::append(const Entry& entry) {
  if (entry.sequence != entries_.size() + 1) {
    return fail("sequence", fmt::format("expected entry {}, found {}", entries_.size() + 1, entry.sequence));
  }
  TRY_ASSIGN(BoundEntry bound, Binder(*this, entry).bind());
  if (entry.kind == EntryKind::correct) {
    const auto before = corrected_raw_.find(bound.of);
    TRY_ASSIGN(Entry now,
               corrected(before == corrected_raw_.end() ? raw_[bound.of - 1] : before->second, entry));
    TRY_ASSIGN(const BoundEntry replacement, Binder(*this, now).bind());
    bound.replaced_by = static_cast<std::uint32_t>(replacements_.size());
    replacements_.push_back(replacement);
    corrected_raw_.insert_or_assign(bound.of, std::move(now));
  }
  entries_.push_back(bound);
  raw_.push_back(entry);
  return {};
}

}  // namespace counterpart::engine
