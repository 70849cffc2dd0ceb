#include <fmt/core.h>

#include <algorithm>

#include "language/builder.h"
#include "language/keywords.h"

// First pass over the declarations: every name, before any body is read, so that the order of a pack's files
// is free.

namespace counterpart::language {

using namespace program;

namespace {

int weekday_number(std::string_view s) {
  static constexpr std::string_view names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};
  for (int i = 0; i < 7; ++i) {
    if (names[i] == s) return i;
  }
  return -1;
}

class Collector {
 public:
  explicit Collector(Builder& b) : b_(b), p_(b.p) {}

  void run() {
    each("agreement", [&](const Declaration& d, Reader& r) { agreement(d, r); });
    if (agreements_ != 1) {
      const Range range = agreements_ == 0 ? Range{0, 1, 1, 1} : last_agreement_;
      b_.report(
          "E0107", range,
          agreements_ == 0 ? "the pack declares no agreement" : "the pack declares more than one agreement",
          agreements_ == 0 ? "no `agreement` declaration in any file" : "another one",
          "one file says `agreement \"Title\" name short_name effective 2000-04-28`");
    }
    each("party", [&](const Declaration& d, Reader& r) { party(d, r, false); });
    each("outside", [&](const Declaration& d, Reader& r) {
      r.expect("party", "who acts and is no party to the agreement: `outside party Court \"the court\"`");
      party(d, r, true);
    });
    each("office", [&](const Declaration& d, Reader& r) { office(d, r); });
    each("unknown", [&](const Declaration& d, Reader& r) { unknown(d, r); });
    each("calendar", [&](const Declaration& d, Reader& r) { calendar(d, r); });
    business_days();
    each("document", [&](const Declaration& d, Reader& r) { kind_name(d, r, false); });
    each("part", [&](const Declaration& d, Reader& r) { kind_name(d, r, true); });
    for (const auto& [part, of] : parts_of_) {
      try {
        p_.kinds[part.value].part_of = b_.kind_named(of);
      } catch (const LineAbandoned&) {
        // Its diagnostic stands.
      }
    }
    each("input", [&](const Declaration& d, Reader& r) { input(d, r); });
    add_agreement_kind();
    each("document", [&](const Declaration& d, Reader& r) { kind_body(d, r); });
    each("part", [&](const Declaration& d, Reader& r) { kind_body(d, r); });
    each("input", [&](const Declaration& d, Reader& r) { kind_body(d, r); });
    each("receipt", [&](const Declaration& d, Reader& r) { receipt_name(d, r); });
    each("reading", [&](const Declaration& d, Reader& r) { reading(d, r); });
    each("claim", [&](const Declaration& d, Reader& r) { claim(d, r); });
    each("act", [&](const Declaration& d, Reader& r) { act(d, r); });
    each("account", [&](const Declaration& d, Reader& r) { account_with(d, r); });
    each("due", [&](const Declaration& d, Reader& r) { due(d, r); });
    for (const std::string_view word : {"duty", "prohibition", "act"}) {
      each(word, [&](const Declaration& d, Reader& r) { binds(d, r); });
    }
    each("term", [&](const Declaration& d, Reader& r) { term(d, r); });
    for (const std::string_view word : {"stated", "deferred", "withheld"}) {
      each(word, [&](const Declaration& d, Reader& r) { account(d, r); });
    }
    for (const Declaration& d : b_.declarations) {
      const Token& t = d.head.tokens.front();
      if (t.kind == TokenKind::end) continue;
      const DeclarationWord* word = declaration_word(t.text);
      if (word == nullptr) {
        std::vector<std::string> words;
        for (const DeclarationWord& w : declaration_words()) words.emplace_back(w.word);
        b_.report("E0103", t.range, "a declaration does not begin with this word",
                  fmt::format("\"{}\" stands at the left edge", t.text), b_.nearest(t.text, words));
      } else if (word->has_body) {
        b_.bodies.push_back({&d, std::string(t.text)});
      }
    }
  }

 private:
  template <class Do>
  void each(std::string_view keyword, const Do& act) {
    for (const Declaration& d : b_.declarations) {
      const Token& t = d.head.tokens.front();
      if (t.kind != TokenKind::word || t.text != keyword) continue;
      try {
        Reader r(b_, d.head);
        r.take();
        act(d, r);
      } catch (const LineAbandoned&) {
        // Its diagnostic stands; the next declaration is read.
      }
    }
  }
  // Reads each clause, going on with the next after an error.
  template <class Do>
  void clauses(const Declaration& d, const Do& act) {
    for (const Line& line : d.clauses) {
      try {
        Reader r(b_, line);
        act(line, r);
      } catch (const LineAbandoned&) {
      }
    }
  }
  [[noreturn]] void stray(const Reader& r, std::string_view of) {
    b_.stop("E0104", r.peek().range, fmt::format("this does not belong in {}", of),
            fmt::format("\"{}\" is not understood here", r.peek().text));
  }

  void agreement(const Declaration& d, Reader& r) {
    ++agreements_;
    last_agreement_ = d.head.tokens.front().range;
    p_.title = r.expect_kind(TokenKind::text, "the agreement's title in quotes").text;
    if (r.accept("name")) p_.name = r.take().text;
    r.expect("effective", "say from which date: `effective 2000-04-28`");
    const Token& date = r.expect_kind(TokenKind::date, "a date");
    const auto effective = CivilDate::parse(date.text);
    if (!effective)
      b_.stop("E0102", date.range, effective.error().message, "not a real day", effective.error().help);
    p_.effective_date = *effective;
    r.expect_end();
    b_.cite(d.head.cites);
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.accept("zone")) {
        const Token& first = c.take();
        // A zone's name holds slashes: America/Chicago, America/Argentina/Buenos_Aires.
        std::string name(first.text);
        while (c.accept("/")) name += "/" + std::string(c.take().text);
        auto zone = b_.zones(name);
        if (!zone) b_.stop("E0501", first.range, zone.error().message, "no such zone", zone.error().help);
        p_.zone = *std::move(zone);
      } else if (c.accept("currency")) {
        std::vector<Currency> named;
        do {
          const Token& code = c.take();
          const auto currency = Currency::find(code.text);
          if (!currency)
            b_.stop("E0201", code.range, currency.error().message, "no such currency", currency.error().help);
          named.push_back(*currency);
        } while (c.accept(","));
        p_.currencies = std::move(named);
      } else if (c.accept("rounding")) {
        p_.rounding = b_.rounding(c.take());
      } else if (c.accept("business")) {
        c.expect("days");
        c.expect("are");
        business_ = c.take();
        has_business_ = true;
      } else if (c.accept("stages")) {
        do {
          agreement_stages_.push_back(c.expect_kind(TokenKind::word, "the name of a stage"));
        } while (c.accept(","));
      } else {
        stray(c, "an agreement declaration");
      }
      c.expect_end();
      b_.cite(line.cites);
    });
  }

  void business_days() {
    if (!has_business_) return;
    for (std::uint32_t c = 0; c < p_.calendars.size(); ++c) {
      if (p_.text(p_.calendars[c].name) != business_.text) continue;
      p_.business_calendar = CalendarId{c};
      b_.use(SymbolKind::calendar, c, business_.range);
    }
    if (!p_.business_calendar.given()) {
      b_.report("E0201", business_.range, fmt::format("\"{}\" is not a calendar", business_.text),
                "no calendar of this name", "declare it with `calendar`, or take in its module with `use`");
    }
  }

  void party(const Declaration& d, Reader& r, bool outside) {
    const Token& name = r.expect_kind(TokenKind::name, "the party's name, beginning with a capital");
    b_.declare("party", std::string(name.text), name.range);
    Party row;
    row.outside = outside;
    row.name = b_.intern(name.text);
    row.full_name = r.peek().kind == TokenKind::text ? b_.intern(r.take().text) : row.name;
    r.expect_end();
    b_.cite(d.head.cites);
    p_.parties.push_back(row);
  }

  void office(const Declaration& d, Reader& r) {
    r.expect("of", "say whose: `office of PARTY: clerk < manager`");
    const PartyId party = b_.party_named(r.take());
    r.expect(":");
    const std::uint32_t ladder = ladders_++;
    std::uint32_t rank = 0;
    do {
      const Token& name = r.expect_kind(TokenKind::word, "the name of an office");
      b_.declare("office of " + std::string(p_.text(p_.parties[party.value].name)), std::string(name.text),
                 name.range);
      Office row;
      row.name = b_.intern(name.text);
      row.party = party;
      row.ladder = ladder;
      row.rank = rank++;
      if (r.peek().kind == TokenKind::text) row.title = b_.intern(r.take().text);
      p_.offices.push_back(row);
    } while (r.accept("<"));
    r.expect_end();
    b_.cite(d.head.cites);
  }

  void unknown(const Declaration& d, Reader& r) {
    const Token& name = r.expect_kind(TokenKind::word, "the unknown's name");
    b_.declare("name", std::string(name.text), name.range);
    Unknown row;
    row.name = b_.intern(name.text);
    row.place = b_.place(name.range, name.text);
    const bool is_calendar = r.accept("calendar");
    if (!is_calendar) row.type = type(r);
    row.reason = b_.intern(r.expect_kind(TokenKind::text, "why it is not known, in quotes").text);
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    p_.unknowns.push_back(row);
    if (is_calendar) {
      Calendar calendar;
      calendar.name = row.name;
      calendar.unknown = UnknownId{static_cast<std::uint32_t>(p_.unknowns.size() - 1)};
      p_.calendars.push_back(calendar);
    }
  }

  std::int32_t clock(const Token& t) {
    if (t.kind != TokenKind::time) {
      b_.stop("E0105", t.range, "a time such as 17:00 was expected here",
              fmt::format("found \"{}\"", t.text));
    }
    const auto two = [&](std::size_t at) { return (t.text[at] - '0') * 10 + (t.text[at + 1] - '0'); };
    return two(0) * 3600 + two(3) * 60 + (t.text.size() == 8 ? two(6) : 0);
  }
  CivilDate date(const Token& t) {
    const auto d = t.kind == TokenKind::date
                       ? CivilDate::parse(t.text)
                       : Result<CivilDate>(fail("", "a date such as 2000-06-01 was expected here"));
    if (!d) b_.stop("E0102", t.range, d.error().message, fmt::format("found \"{}\"", t.text), d.error().help);
    return *d;
  }

  void calendar(const Declaration& d, Reader& r) {
    const Token& name = r.expect_kind(TokenKind::word, "the calendar's name");
    b_.declare("name", std::string(name.text), name.range);
    CalendarData data;
    data.name = name.text;
    // calendar both = us_federal and illinois: open only where all are.
    if (r.accept("=")) {
      std::vector<const BusinessCalendar*> members;
      do {
        const Token& member = r.take();
        const BusinessCalendar* found = nullptr;
        for (const Calendar& c : p_.calendars) {
          if (p_.text(c.name) == member.text) found = c.data.get();
        }
        if (found == nullptr) {
          b_.stop("E0201", member.range, fmt::format("\"{}\" is not a calendar declared before", member.text),
                  "no such calendar");
        }
        members.push_back(found);
      } while (r.accept("and"));
      r.expect_end();
      Calendar row;
      row.name = b_.intern(name.text);
      row.data =
          std::make_shared<const BusinessCalendar>(BusinessCalendar::join(std::string(name.text), members));
      p_.calendars.push_back(row);
      return;
    }
    r.expect_end();
    clauses(d, [&](const Line&, Reader& c) {
      if (c.accept("weekend")) {
        data.weekend = 0;
        do {
          const Token& day = c.take();
          const int n = weekday_number(day.text);
          if (n < 0) {
            b_.stop("E0201", day.range, fmt::format("\"{}\" is not a day of the week", day.text),
                    "unknown day");
          }
          data.weekend = static_cast<std::uint8_t>(data.weekend | 1U << n);
        } while (c.accept(","));
      } else if (c.accept("years")) {
        const auto year = [&]() -> int {
          const Token& t = c.expect_kind(TokenKind::number, "a year");
          const auto n = Decimal::parse(t.text);
          if (!n || n->scale != 0 || n->coefficient < 1900 || n->coefficient > 2199) {
            b_.stop("E0102", t.range, "a year between 1900 and 2199 was expected",
                    fmt::format("found \"{}\"", t.text));
          }
          return static_cast<int>(n->coefficient);
        };
        do {
          const int from = year();
          const int to = c.accept("to") ? year() : from;
          for (int y = from; y <= to; ++y) data.years.push_back(y);
        } while (c.accept(","));
      } else if (c.accept("holiday")) {
        const CivilDate day = date(c.take());
        data.holidays.emplace(day, std::string(c.peek().kind == TokenKind::text ? c.take().text : "holiday"));
      } else if (c.accept("half_day")) {
        const CivilDate day = date(c.take());
        HalfDay half;
        half.closes_at = clock(c.take());
        if (c.peek().kind == TokenKind::text) half.name = c.take().text;
        data.half_days.emplace(day, half);
      } else if (c.accept("cut_off")) {
        data.cut_off = clock(c.take());
      } else {
        stray(c, "a calendar");
      }
      c.expect_end();
    });
    if (data.years.empty()) {
      b_.stop("E0501", name.range, "the calendar does not say which years it covers", "no `years` clause",
              "add a line such as `years 1999 to 2005`");
    }
    Calendar row;
    row.name = b_.intern(name.text);
    row.place = b_.place(name.range, name.text);
    row.data = std::make_shared<const BusinessCalendar>(std::move(data));
    p_.calendars.push_back(row);
  }

  // --- kinds ---

  void kind_name(const Declaration& d, Reader& r, bool is_part) {
    const Token& name =
        r.expect_kind(TokenKind::name, "the name of a kind of document, beginning with a capital");
    b_.declare("kind", std::string(name.text), name.range);
    Kind row;
    row.name = b_.intern(name.text);
    row.is_part = is_part;
    row.place = b_.place(name.range, name.text);
    if (r.accept("from")) row.from = b_.party_named(r.take());
    if (r.accept("to")) row.to = b_.party_named(r.take());
    if (is_part && r.accept("of")) {
      parts_of_.emplace_back(KindId{static_cast<std::uint32_t>(p_.kinds.size())}, r.take());
      if (r.accept("as")) {
        row.parent_name =
            b_.intern(r.expect_kind(TokenKind::word, "what its document is called in its rules").text);
      }
    }
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    p_.kinds.push_back(row);
  }

  // `input KIND from AGREEMENT SECTION` or `… from AGREEMENT KIND`: documents read from another position.
  void input(const Declaration& d, Reader& r) {
    const Token& name = r.expect_kind(TokenKind::name, "the name of a kind, beginning with a capital");
    b_.declare("kind", std::string(name.text), name.range);
    InputKind row;
    row.kind = KindId{static_cast<std::uint32_t>(p_.kinds.size())};
    Kind kind;
    kind.name = b_.intern(name.text);
    kind.place = row.place = b_.place(name.range, name.text);
    r.expect("from", "say whose position it is read from: `input Payable from procurement dues`");
    row.agreement = b_.intern(r.expect_kind(TokenKind::word, "the other agreement's name").text);
    const Token& section = r.peek();
    static constexpr std::string_view sections[] = {"dues", "duties", "breaches", "claims", "periods"};
    if (section.kind == TokenKind::name) {
      row.section = b_.intern("documents");
      row.document_kind = b_.intern(section.text);
    } else if (std::find(std::begin(sections), std::end(sections), section.text) != std::end(sections)) {
      row.section = b_.intern(section.text);
    } else {
      b_.stop("E0201", section.range, fmt::format("\"{}\" is not a part of a position", section.text),
              "what is read from the other agreement",
              "dues, duties, breaches, claims, periods, or a kind of document over there");
    }
    r.take();
    r.expect_end();
    kind.provisions = row.provisions = b_.cite(d.head.cites);
    p_.kinds.push_back(kind);
    p_.input_kinds.push_back(row);
  }

  void add_agreement_kind() {
    Kind row;
    row.name = b_.intern("Agreement");
    const KindId id{static_cast<std::uint32_t>(p_.kinds.size())};
    row.stages = {static_cast<std::uint32_t>(p_.stages.size()),
                  static_cast<std::uint32_t>(agreement_stages_.size())};
    for (const Token& t : agreement_stages_) {
      Stage stage;
      stage.name = b_.intern(t.text);
      stage.kind = id;
      b_.stage_ranges.emplace(static_cast<std::uint32_t>(p_.stages.size()), t.range);
      p_.stages.push_back(stage);
    }
    p_.kinds.push_back(row);
  }

  TypeRef type(Reader& r) {
    const Token& t = r.take();
    const std::string_view w = t.text;
    if (w == "text") return {Type::text};
    if (w == "yes") {
      r.expect("/");
      r.expect("no");
      return {Type::yes_no};
    }
    if (w == "number") return {Type::number};
    if (w == "money") return {Type::money};
    if (w == "date") return {Type::date};
    if (w == "time") return {Type::instant};
    if (w == "duration") return {Type::duration};
    if (w == "party") return {Type::party};
    if (w == "one") {
      r.expect("of");
      std::vector<std::string> names;
      do {
        names.emplace_back(r.take().text);
        b_.intern(names.back());
        // `, optional` ends the list; a further alternative goes on with it.
      } while ((r.is(",") && !r.is("optional", 1) && !r.is("sensitive", 1) && !r.is("label", 1) &&
                r.accept(",")) ||
               r.accept("or"));
      p_.choices.push_back(std::move(names));
      return {Type::choice, static_cast<std::uint32_t>(p_.choices.size() - 1)};
    }
    if (w == "list") {
      r.expect("of");
      if (r.accept("text")) return {Type::texts};
      const KindId kind = b_.kind_named(r.take());
      return {Type::parts, kind.value};
    }
    if (t.kind == TokenKind::name) {
      std::vector<KindId> set{b_.kind_named(t)};
      while (r.accept("or")) set.push_back(b_.kind_named(r.take()));
      p_.kind_sets.push_back(std::move(set));
      return {Type::reference, static_cast<std::uint32_t>(p_.kind_sets.size() - 1)};
    }
    b_.stop("E0201", t.range, fmt::format("\"{}\" is not a type", w), "a type was expected here",
            "text, yes/no, number, money, date, time, duration, party, one of a, b, a kind of document, list "
            "of PART or list of text");
  }

  void kind_body(const Declaration& d, Reader& r) {
    const KindId id = p_.kind(r.take().text);
    if (!id.given()) return;
    // Written twice (an error already shown), the later body counts, and both ranges start anew.
    p_.kinds[id.value].fields = {static_cast<std::uint32_t>(p_.fields.size()), 0};
    p_.kinds[id.value].stages = {static_cast<std::uint32_t>(p_.stages.size()), 0};
    const std::string of(p_.text(p_.kinds[id.value].name));
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.is("stages") && (c.peek(1).kind == TokenKind::word)) {
        c.take();
        do {
          const Token& name = c.expect_kind(TokenKind::word, "the name of a stage");
          b_.declare("stage of " + of, std::string(name.text), name.range);
          Stage stage;
          stage.name = b_.intern(name.text);
          stage.kind = id;
          b_.stage_ranges.emplace(static_cast<std::uint32_t>(p_.stages.size()), name.range);
          p_.stages.push_back(stage);
        } while (c.accept(","));
        c.expect_end();
        b_.cite(line.cites);
        return;
      }
      const Token& name = c.expect_kind(TokenKind::word, "the name of a field");
      b_.declare("field of " + of, std::string(name.text), name.range);
      Field field;
      field.name = b_.intern(name.text);
      field.kind = id;
      // What it is computed from or is at first is kept only with the field itself: an error below leaves
      // neither.
      const FieldId field_id{static_cast<std::uint32_t>(p_.fields.size())};
      std::optional<std::vector<Token>> computed, initial;
      if (c.accept("=")) {
        computed = rest(c);
      } else {
        const Range words = c.peek().range;
        field.type = type(c);
        if (field.type.type == Type::parts) need_own_part(id, KindId{field.type.detail}, words);
        if (c.accept("=")) initial = until_comma(c);
        while (c.accept(",")) {
          if (c.accept("optional")) {
            field.optional = true;
          } else if (c.accept("sensitive")) {
            field.sensitive = true;
          } else if (c.accept("label")) {
            field.label = b_.intern(c.expect_kind(TokenKind::text, "the label in quotes").text);
          } else {
            stray(c, "a field");
          }
        }
        c.expect_end();
      }
      b_.cite(line.cites);
      p_.fields.push_back(field);
      if (computed) b_.field_computed.emplace_back(field_id, *std::move(computed));
      if (initial) b_.field_defaults.emplace_back(field_id, *std::move(initial));
      p_.kinds[id.value].fields.count =
          static_cast<std::uint32_t>(p_.fields.size()) - p_.kinds[id.value].fields.first;
    });
    p_.kinds[id.value].stages.count =
        static_cast<std::uint32_t>(p_.stages.size()) - p_.kinds[id.value].stages.first;
  }

  // A list holds parts, and parts of its own kind of document: their rules speak of it as `parent`.
  void need_own_part(KindId kind, KindId part, const Range& range) {
    const Kind& of = p_.kinds[part.value];
    if (of.is_part && (!of.part_of.given() || of.part_of == kind)) return;
    const std::string_view name = p_.text(of.name);
    const std::string_view document = p_.text(p_.kinds[kind.value].name);
    b_.stop("E0301", range, "a list holds parts of the document itself",
            of.is_part ? fmt::format("a {} is part of a {}", name, p_.text(p_.kinds[of.part_of.value].name))
                       : fmt::format("a {} is a document by itself", name),
            of.is_part ? fmt::format("declare a part of its own: `part {}{} of {}`", document, name, document)
                       : fmt::format("let each {} name its {}, and go through them: `some {} has …`", name,
                                     document, name));
  }

  static std::vector<Token> rest(Reader& r) {
    std::vector<Token> tokens;
    while (!r.done()) tokens.push_back(r.take());
    tokens.push_back(r.peek());
    return tokens;
  }
  static std::vector<Token> until_comma(Reader& r) {
    std::vector<Token> tokens;
    while (!r.done() && !r.is(",")) tokens.push_back(r.take());
    Token end = r.peek();
    end.kind = TokenKind::end;
    tokens.push_back(end);
    return tokens;
  }

  // --- the rest ---

  void receipt_name(const Declaration&, Reader& r) {
    const Token& name = r.expect_kind(TokenKind::word, "the receipt rule's name");
    b_.declare("receipt rule", std::string(name.text), name.range);
    ReceiptRule rule;
    rule.name = b_.intern(name.text);
    p_.receipts.push_back(rule);
  }

  void reading(const Declaration& d, Reader& r) {
    const Token& name = r.expect_kind(TokenKind::word, "the reading's name");
    b_.declare("name", std::string(name.text), name.range);
    Reading row;
    row.name = b_.intern(name.text);
    row.place = b_.place(name.range, name.text);
    row.question = b_.intern(r.expect_kind(TokenKind::text, "the question it answers, in quotes").text);
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    row.alternatives.first = static_cast<std::uint32_t>(p_.text_lists.size());
    bool has_default = false;
    clauses(d, [&](const Line&, Reader& c) {
      const bool is_default = c.accept("default");
      if (!is_default) c.expect("or");
      const Token& alternative = c.expect_kind(TokenKind::word, "the name of an alternative");
      if (is_default) {
        has_default = true;
        row.default_alternative = static_cast<std::uint32_t>(p_.text_lists.size()) - row.alternatives.first;
        if (c.accept(",")) {
          c.expect("since");
          row.reason = b_.intern(c.expect_kind(TokenKind::text, "why it is the default, in quotes").text);
        }
      }
      c.expect_end();
      b_.use(SymbolKind::alternative, static_cast<std::uint32_t>(p_.text_lists.size()), alternative.range,
             true);
      p_.text_lists.push_back(b_.intern(alternative.text));
    });
    row.alternatives.count = static_cast<std::uint32_t>(p_.text_lists.size()) - row.alternatives.first;
    if (!has_default || row.alternatives.count < 2) {
      b_.stop("E0105", name.range, "a reading has a default and at least one other alternative",
              "one of them is missing", "indent `default NAME, since \"…\"` and `or NAME` below it");
    }
    p_.readings.push_back(row);
  }

  std::vector<PartyId> parties(Reader& r) {
    std::vector<PartyId> out{b_.party_named(r.take())};
    while ((r.is("or") || r.is("and")) && r.peek(1).kind == TokenKind::name &&
           p_.party(r.peek(1).text).given()) {
      r.take();
      out.push_back(b_.party_named(r.take()));
    }
    return out;
  }

  void claim(const Declaration& d, Reader& r) {
    const Token& name = r.expect_kind(TokenKind::word, "the claim's name");
    Claim row;
    row.name = b_.intern(name.text);
    row.place = b_.place(name.range, name.text);
    r.expect("of", "say of which kind of document: `claim delay of PurchaseOrder by …`");
    row.subject = b_.kind_named(r.take());
    b_.declare("claim of " + std::string(p_.text(p_.kinds[row.subject.value].name)), std::string(name.text),
               name.range);
    r.expect("by");
    row.by = b_.parties_range(parties(r));
    r.expect(":");
    row.type = type(r);
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    clauses(d, [&](const Line& line, Reader& c) {
      c.expect("presumed");
      const Token& v = c.take();
      if (row.type.type != Type::yes_no || (v.text != "yes" && v.text != "no")) {
        b_.stop("E0301", v.range, "only a claim that is yes or no can be presumed",
                fmt::format("found \"{}\"", v.text));
      }
      row.presumed = {Tag::yes_no, Bound::exact, 0, 0, v.text == "yes" ? 1 : 0};
      c.expect_end();
      b_.cite(line.cites);
    });
    p_.claims.push_back(row);
  }

  // Only the head: verb, kind, parties, stages, and what the act brings. Requirements and effects are lowered
  // later.
  void act(const Declaration& d, Reader& r) {
    Act row;
    std::string verb;
    Range range = r.peek().range;
    while (r.peek().kind == TokenKind::word &&
           !(r.is("by") && !verb.empty() && r.peek(1).kind == TokenKind::name &&
             p_.party(r.peek(1).text).given())) {
      if (!verb.empty()) verb += ' ';
      verb += r.take().text;
    }
    if (verb.ends_with(" of")) verb.resize(verb.size() - 3);
    if (verb.empty()) {
      b_.stop("E0105", r.peek().range, "the verb of the act was expected here",
              fmt::format("found \"{}\"", r.peek().text), "`act issue PurchaseOrder by PARTY -> issued`");
    }
    row.kind = b_.kind_named(r.take());
    if (std::any_of(p_.input_kinds.begin(), p_.input_kinds.end(),
                    [&](const InputKind& k) { return k.kind == row.kind; })) {
      b_.stop("E0207", range, "what is read from another agreement cannot be acted on here",
              fmt::format("a {} is read from another agreement", p_.text(p_.kinds[row.kind.value].name)),
              "act on it over there, or make a document of this agreement that names it");
    }
    row.verb = b_.intern(verb);
    const ActId other_text = b_.editions.empty() ? ActId{} : p_.act(verb, row.kind);
    if (!other_text.given())
      b_.declare("act on " + std::string(p_.text(p_.kinds[row.kind.value].name)), verb, range);
    row.window = b_.window_of(d);
    const ActId id{static_cast<std::uint32_t>(p_.acts.size())};
    row.canonical = other_text.given() ? other_text : id;
    r.expect("by", "say who does it: `act issue PurchaseOrder by PARTY`");
    row.by = b_.parties_range(parties(r));
    row.jointly = r.accept("jointly");
    if (r.accept(":") && !r.is("->")) row.from = r.stages(row.kind);
    if (r.accept("->")) {
      const Token& t = r.take();
      row.to = b_.stage_named(row.kind, t);
      b_.used_stages.insert(row.to.value);
    }
    r.expect_end();
    const program::Range stages = p_.kinds[row.kind.value].stages;
    // A kind without stages is made by the first act declared on it.
    const bool first_act = std::none_of(p_.acts.begin(), p_.acts.end(), [&](const Act& a) {
      return a.kind == row.kind && a.canonical != row.canonical;
    });
    // A part is made with its document.
    row.creates = row.from.empty() && p_.text(p_.kinds[row.kind.value].name) != "Agreement" &&
                  !p_.kinds[row.kind.value].is_part &&
                  (row.to.given() ? row.to.value == stages.first : stages.empty() && first_act);
    row.provisions = b_.cite(d.head.cites);
    row.place = b_.place(range, verb);
    row.inputs.first = static_cast<std::uint32_t>(p_.inputs.size());
    std::set<std::string> names;
    if (row.creates) {
      const program::Range fields = p_.kinds[row.kind.value].fields;
      for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
        const Field field = p_.fields[f];
        const bool computed = std::any_of(b_.field_computed.begin(), b_.field_computed.end(),
                                          [&](const auto& c) { return c.first.value == f; });
        if (computed) continue;
        const bool has_default = std::any_of(b_.field_defaults.begin(), b_.field_defaults.end(),
                                             [&](const auto& c) { return c.first.value == f; });
        p_.inputs.push_back({field.name, field.type, field.optional || has_default, FieldId{f}});
        names.emplace(p_.text(field.name));
      }
    }
    for (const Line& line : d.clauses) {
      if (line.tokens.front().text != "with") continue;
      try {
        Reader c(b_, line);
        c.take();
        do {
          const Token& name = c.expect_kind(TokenKind::word, "the name of what the act brings");
          if (!names.emplace(name.text).second)
            b_.stop("E0202", name.range, fmt::format("\"{}\" is brought twice", name.text), "again here");
          Input input;
          input.name = b_.intern(name.text);
          input.type = type(c);
          input.sets = p_.field(row.kind, name.text);
          if (input.sets.given()) {
            b_.use(SymbolKind::field, input.sets.value, name.range);
          } else {
            b_.use(SymbolKind::input, static_cast<std::uint32_t>(p_.inputs.size()), name.range, true);
          }
          if (c.is(",") && c.is("optional", 1)) {
            c.take();
            c.take();
            input.optional = true;
          }
          p_.inputs.push_back(input);
        } while (c.accept(","));
        c.expect_end();
      } catch (const LineAbandoned&) {
      }
    }
    row.inputs.count = static_cast<std::uint32_t>(p_.inputs.size()) - row.inputs.first;
    p_.acts.push_back(row);
    if (other_text.given()) {
      p_.acts.back().next_text = p_.acts[other_text.value].next_text;
      p_.acts[other_text.value].next_text = id;
    }
    b_.act_sources.push_back({ActId{static_cast<std::uint32_t>(p_.acts.size() - 1)}, &d});
  }

  // Only the head; what opens it and how much it is are lowered later, when every name is known.
  void due(const Declaration& d, Reader& r) {
    Due row;
    const Token& name = r.expect_kind(TokenKind::word, "the due's name");
    row.name = b_.intern(name.text);
    r.expect("of");
    row.subject = b_.kind_named(r.take());
    // Two may be called the same (one each way, say): then neither can be called by its name.
    b_.declared.try_emplace(
        "due of " + std::string(p_.text(p_.kinds[row.subject.value].name)) + " " + std::string(name.text),
        name.range);
    r.expect("from");
    row.debtor = b_.party_named(r.take());
    r.expect("to");
    row.creditor = b_.party_named(r.take());
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    b_.due_sources.emplace(&d, DueId{static_cast<std::uint32_t>(p_.dues.size())});
    p_.dues.push_back(row);
  }

  // `account NAME[ of KIND] for PARTY with PARTY`.
  void account_with(const Declaration& d, Reader& r) {
    Account row;
    const Token& name = r.expect_kind(TokenKind::word, "the account's name");
    row.name = b_.intern(name.text);
    row.subject = r.accept("of") ? b_.kind_named(r.take()) : p_.kind("Agreement");
    b_.declare("account of " + std::string(p_.text(p_.kinds[row.subject.value].name)), std::string(name.text),
               name.range);
    row.place = b_.place(name.range, name.text);
    r.expect("for", "say whose it is: `account retainer for PARTY with PARTY`");
    row.holder = b_.party_named(r.take());
    r.expect("with", "say who holds it for the other, or owes it");
    row.against = b_.party_named(r.take());
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    clauses(d, [&](const Line& line, Reader& c) {
      c.expect("used", "how its lots are used: `used oldest first` or `used first to expire`");
      if (c.accept("oldest")) {
        c.expect("first");
      } else {
        c.expect("first", "`used oldest first` or `used first to expire`");
        c.expect("to");
        c.expect("expire");
        row.order = LotOrder::first_to_expire;
      }
      c.expect_end();
      b_.cite(line.cites);
    });
    p_.accounts.push_back(row);
  }

  // Which provisions bind a kind: `in breach of [2.3-d]` is asked only where something can be.
  void binds(const Declaration& d, Reader& r) {
    KindId kind;
    while (!r.done() && !kind.given()) {
      const Token& t = r.take();
      if (t.kind == TokenKind::name) kind = p_.kind(t.text);
    }
    if (!kind.given()) return;
    const auto add = [&](const Line& line) {
      for (const Token& t : line.cites) b_.bound_provisions.emplace(kind.value, std::string(t.text));
    };
    add(d.head);
    if (d.head.tokens.front().text == "act") std::for_each(d.clauses.begin(), d.clauses.end(), add);
  }

  void term(const Declaration& d, Reader& r) {
    const Token& name = r.expect_kind(TokenKind::word, "the term's name");
    std::uint32_t first_text = 0;
    while (first_text < p_.terms.size() && p_.text(p_.terms[first_text].name) != name.text) ++first_text;
    const bool another = !b_.editions.empty() && first_text < p_.terms.size();
    if (!another) b_.declare("name", std::string(name.text), name.range);
    Term row;
    row.window = b_.window_of(d);
    row.name = b_.intern(name.text);
    row.place = b_.place(name.range, name.text);
    if (r.accept("=")) {
      const Typed value = r.expression({});
      row.value = value.id;
      row.type = value.type;
    } else {
      if (r.done()) {
        b_.stop("E0105", r.peek().range, "a term has a value, or the type of one that other texts give it",
                "the line ends here", "`term payment_period = 30 days`, or `term test_window duration`");
      }
      row.type = type(r);
    }
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    p_.terms.push_back(row);
    b_.term_sources.emplace_back(&d);
    if (another) {
      p_.terms.back().next_text = p_.terms[first_text].next_text;
      p_.terms[first_text].next_text = TermId{static_cast<std::uint32_t>(p_.terms.size() - 1)};
    }
  }

  void account(const Declaration& d, Reader& r) {
    const std::string_view word = d.head.tokens.front().text;
    Builder::Account account;
    account.disposition = word == "stated"     ? Disposition::stated
                          : word == "deferred" ? Disposition::deferred
                                               : Disposition::unknown;
    if (word == "deferred")
      r.expect("until", "name the construct it waits for: `deferred [1.9-a] until \"precedence of texts\"`");
    account.note = r.expect_kind(TokenKind::text, "the reason in quotes").text;
    r.expect_end();
    if (d.head.cites.empty()) {
      b_.stop("E0105", d.head.tokens.front().range, "it does not say which provision",
              "no number in brackets");
    }
    for (const Token& t : d.head.cites) {
      account.range = t.range;
      if (!p_.provision(t.text).given()) {
        std::vector<std::string> known;
        for (const auto& [id, kind] : b_.kinds_of_provisions) known.push_back(id);
        b_.report("E0206", t.range, fmt::format("{} is not a provision of this pack", t.text), "cited here",
                  b_.nearest(t.text, known));
        continue;
      }
      b_.use(SymbolKind::provision, p_.provision(t.text).value, t.range);
      const auto [at, added] = b_.accounts.try_emplace(std::string(t.text), account);
      if (!added) {
        b_.report("W0604", t.range, fmt::format("{} is accounted for twice", t.text), "again here",
                  "keep one", {{at->second.range, "first here"}});
      }
    }
  }

  Builder& b_;
  Program& p_;
  int agreements_ = 0;
  Range last_agreement_;
  std::vector<std::pair<KindId, Token>> parts_of_;  // and what each says it is part of
  std::uint32_t ladders_ = 0;
  std::vector<Token> agreement_stages_;
  Token business_;
  bool has_business_ = false;
};

}  // namespace

void Builder::collect() { Collector(*this).run(); }

}  // namespace counterpart::language
