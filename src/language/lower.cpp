#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "language/builder.h"

// Second pass: the bodies of what was collected, clause by clause, into rows of the program.

namespace counterpart::language {

using namespace program;

namespace {

class Lowering {
 public:
  explicit Lowering(Builder& b) : b_(b), p_(b.p) {}

  void run() {
    computed_fields();
    for (const Declaration& d : b_.declarations) {
      if (d.head.tokens.front().text == "receipt") guarded([&] { receipt(d); });
    }
    // Claims, terms and the rest are known; windows of powers become requirements of their acts, so they go
    // first.
    for (const auto& body : b_.bodies) {
      if (body.keyword == "power") guarded([&] { power(*body.source); });
      if (body.keyword == "prohibition") guarded([&] { prohibition(*body.source); });
    }
    for (const auto& source : b_.act_sources) act(source.act, *source.source);
    for (const auto& body : b_.bodies) {
      guarded([&] {
        if (body.keyword == "duty") duty(*body.source);
        if (body.keyword == "at" || body.keyword == "every" || body.keyword == "when") rule(*body.source);
        if (body.keyword == "period") period(*body.source);
        if (body.keyword == "due") due(*body.source);
      });
    }
  }

 private:
  template <class Do>
  void guarded(const Do& act) {
    try {
      act();
    } catch (const LineAbandoned&) {
    }
  }
  template <class Do>
  void clauses(const Declaration& d, const Do& act) {
    for (const Line& line : d.clauses) {
      guarded([&] {
        Reader r(b_, line);
        act(line, r);
        r.expect_end();
      });
    }
  }
  [[noreturn]] void stray(const Reader& r, std::string_view of, std::string_view known) {
    b_.stop("E0104", r.peek().range, fmt::format("this does not belong in {}", of),
            fmt::format("\"{}\" is not understood here", r.peek().text),
            fmt::format("its clauses are: {}", known));
  }
  std::uint32_t place_of(const Line& line, std::size_t from = 0) {
    const Token& first = line.tokens[from];
    const Token& last = line.tokens.size() > from + 1 ? line.tokens[line.tokens.size() - 2] : first;
    Range range = first.range;
    std::string_view words = b_.source(first.range, last.range);
    if (!words.empty()) range.length = static_cast<std::uint32_t>(words.size());
    return b_.place(range, words);
  }
  void bump(program::Range& to, std::uint32_t first, std::size_t size) {
    to = {first, static_cast<std::uint32_t>(size) - first};
  }

  static bool says(const Declaration& d, std::string_view clause) {
    return std::any_of(d.clauses.begin(), d.clauses.end(),
                       [&](const Line& line) { return line.tokens.front().text == clause; });
  }

  void computed_fields() {
    const auto lower = [&](bool parts) {
      for (const auto& computed : b_.field_computed) {
        const FieldId field = computed.first;
        const std::vector<Token>& tokens = computed.second;
        if (p_.kinds[p_.fields[field.value].kind.value].is_part != parts) continue;
        guarded([&] {
          Scope scope;
          scope.subject = p_.fields[field.value].kind;
          Reader r(b_, tokens);
          const Typed t = r.expression(scope);
          r.expect_end();
          p_.fields[field.value].computed = t.id;
          p_.fields[field.value].type = t.type;
        });
      }
    };
    lower(true);
    lower(false);
    for (const auto& initial : b_.field_defaults) {
      const FieldId field = initial.first;
      const std::vector<Token>& tokens = initial.second;
      guarded([&] {
        Scope scope;
        scope.subject = p_.fields[field.value].kind;
        Reader r(b_, tokens);
        const TypeRef type = p_.fields[field.value].type;
        if (type.type == Type::choice) {
          const Token& word = r.take();
          p_.fields[field.value].initial =
              b_.literal({Tag::choice, Bound::exact, 0, 0, b_.intern(word.text).value}, word.range);
        } else {
          const Typed t = r.expression(scope);
          if (t.type.type != type.type) {
            b_.stop("E0301", t.range, fmt::format("the default should be {}", type_words(p_, type)),
                    fmt::format("this is {}", type_words(p_, t.type)));
          }
          p_.fields[field.value].initial = t.id;
        }
        r.expect_end();
      });
    }
  }

  void receipt(const Declaration& d) {
    const std::string_view name = d.head.tokens[1].text;
    const auto found = std::find_if(p_.receipts.begin(), p_.receipts.end(),
                                    [&](const ReceiptRule& r) { return p_.text(r.name) == name; });
    if (found == p_.receipts.end()) return;
    ReceiptRule& rule = *found;
    rule.provisions = b_.cite(d.head.cites);
    rule.rows.first = static_cast<std::uint32_t>(p_.receipt_rows.size());
    clauses(d, [&](const Line& line, Reader& r) {
      if (r.is("addressed")) {
        r.take();
        r.expect("to");
        const Token& office = r.take();
        r.expect("of");
        const PartyId party = b_.party_named(r.take());
        rule.addressed_to = p_.office(party, office.text);
        if (!rule.addressed_to.given()) {
          b_.stop("E0201", office.range, fmt::format("\"{}\" is not an office", office.text),
                  "no such office");
        }
        b_.cite(line.cites);
        return;
      }
      ReceiptRow row;
      const Token& channel = r.take();
      if (channel.text == "any") {
        r.accept("other");
        r.expect("way");
      } else {
        row.channel = b_.intern(channel.text);
      }
      if (r.accept("at")) {
        r.expect("once");
      } else if (r.accept("after")) {
        if (!r.at_duration()) {
          b_.stop("E0105", r.peek().range, "a length of time was expected here",
                  fmt::format("found \"{}\"", r.peek().text));
        }
        row.delay = r.duration_literal();
      } else if (r.accept("on")) {
        r.expect("evidence");
        row.never = true;
      } else {
        stray(r, "a receipt rule",
              "CHANNEL at once, CHANNEL after 3 business days, CHANNEL on evidence, addressed to OFFICE of "
              "PARTY");
      }
      if (r.accept(",")) {
        r.expect("needs");
        row.needs = b_.intern(r.take().text);
        if (r.accept("the")) {
          r.expect("same");
          r.expect("day");
          row.needs_same_day = true;
        }
      }
      row.provisions = b_.cite(line.cites);
      row.place = place_of(line);
      p_.receipt_rows.push_back(row);
      rule.rows.count = static_cast<std::uint32_t>(p_.receipt_rows.size()) - rule.rows.first;
    });
  }

  // --- acts ---

  static bool may_be_unknown(const Program& p, ExprId id) {
    if (!id.given()) return false;
    const Expr& e = p.exprs[id.value];
    if (e.op == Op::unknown) return true;
    if (e.op == Op::claim) return true;
    if (e.op == Op::term && may_be_unknown(p, p.terms[e.n].value)) return true;
    if (e.op == Op::literal && p.literals[e.n].tag == Tag::duration) {
      const std::uint32_t c = duration_calendar(p.literals[e.n]);
      if (c < p.calendars.size() && p.calendars[c].unknown.given()) return true;
    }
    return may_be_unknown(p, e.a) || may_be_unknown(p, e.b) || may_be_unknown(p, e.c);
  }

  std::optional<Strength> strength(const Line& line) const {
    const std::string_view first = line.tokens.front().text;
    if (line.tokens.size() < 2 || line.tokens[1].text != "unless") return std::nullopt;
    if (first == "void") return Strength::void_unless;
    if (first == "breach") return Strength::breach_unless;
    if (first == "noted") return Strength::noted_unless;
    return std::nullopt;
  }

  void act(ActId id, const Declaration& d) {
    Scope scope;
    scope.subject = p_.acts[id.value].kind;
    scope.act = id;
    const auto first_requirement = static_cast<std::uint32_t>(p_.requirements.size());
    for (const Line& line : d.clauses) {
      const auto s = strength(line);
      if (!s) continue;
      guarded([&] {
        Reader r(b_, line);
        r.take();
        r.take();
        const Range start = r.peek().range;
        Requirement row;
        row.strength = *s;
        const Typed c = r.condition(scope);
        row.condition = c.id;
        row.place = b_.place(c.range, p_.text(p_.places[p_.exprs[c.id.value].source].text));
        while (r.accept(",")) {
          if (r.accept("because")) {
            row.message = b_.intern(r.expect_kind(TokenKind::text, "the reason in quotes").text);
          } else {
            r.expect("if", "after the condition: `, if unknown holds`, `, because \"…\"`");
            r.expect("unknown");
            const Token& what = r.take();
            if (what.text == "holds") {
              row.if_unknown = OnUnknown::holds;
            } else if (what.text == "fails") {
              row.if_unknown = OnUnknown::fails;
            } else if (what.text == "waits") {
              row.if_unknown = OnUnknown::waits;
            } else {
              b_.stop("E0105", what.range, "an unknown condition holds, fails or waits",
                      fmt::format("found \"{}\"", what.text));
            }
          }
        }
        r.expect_end();
        if (*s != Strength::noted_unless && row.if_unknown == OnUnknown::unstated &&
            may_be_unknown(p_, row.condition)) {
          b_.report("E0303", start, "this condition can be unknown, and the rule does not say what then",
                    "rests on an unknown, a claim or a calendar that may be missing",
                    "add `, if unknown holds`, `fails` or `waits` at the end of the line");
        }
        row.provisions = b_.cite(line.cites, d.head.cites);
        p_.requirements.push_back(row);
      });
    }
    add_windows(id);
    add_prohibitions(id);
    Act& row = p_.acts[id.value];
    bump(row.requirements, first_requirement, p_.requirements.size());
    const auto first_effect = static_cast<std::uint32_t>(p_.effects.size());
    for (const Line& line : d.clauses) {
      if (strength(line) || line.tokens.front().text == "with") continue;
      guarded([&] {
        Reader r(b_, line);
        if (r.is("received")) {
          r.take();
          r.expect("as");
          const Token& name = r.take();
          const auto found =
              std::find_if(p_.receipts.begin(), p_.receipts.end(),
                           [&](const ReceiptRule& rule) { return p_.text(rule.name) == name.text; });
          if (found == p_.receipts.end()) {
            std::vector<std::string> known;
            for (const ReceiptRule& rule : p_.receipts) known.emplace_back(p_.text(rule.name));
            b_.stop("E0201", name.range, fmt::format("\"{}\" is not a receipt rule", name.text),
                    "no such rule", b_.nearest(name.text, known));
          }
          p_.acts[id.value].receipt = ReceiptId{static_cast<std::uint32_t>(found - p_.receipts.begin())};
          b_.cite(line.cites);
        } else if (r.is("takes")) {
          r.take();
          r.expect("effect");
          r.expect("on");
          r.expect("receipt");
          p_.acts[id.value].effect_on_receipt = true;
          b_.cite(line.cites);
        } else {
          effect(r, scope, b_.cite(line.cites, d.head.cites), line);
        }
        r.expect_end();
      });
    }
    bump(p_.acts[id.value].effects, first_effect, p_.effects.size());
  }

  // One effect: `sets FIELD to VALUE`, `it becomes STAGE`, `under becomes STAGE`, `breach`.
  void effect(Reader& r, const Scope& scope, program::Range provisions, const Line& line) {
    Effect row;
    row.provisions = provisions;
    row.place = place_of(line);
    if (r.is("sets") || r.is("set")) {
      r.take();
      const Token& name = r.expect_kind(TokenKind::word, "the name of a field");
      KindId kind = scope.subject;
      if (r.is(".")) {
        // A field of another document: `sets under.released to yes`.
        const FieldId reference = p_.field(kind, name.text);
        if (!reference.given() || p_.fields[reference.value].type.type != Type::reference)
          b_.stop("E0301", name.range, "only a document has fields", "not a reference to a document");
        r.take();
        Expr self;
        self.op = Op::subject;
        Expr e;
        e.op = Op::field;
        e.a = b_.expr(self);
        e.n = reference.value;
        row.thing = b_.expr(e);
        kind = p_.kind_sets[p_.fields[reference.value].type.detail].front();
        row.field = field_named(kind, r.expect_kind(TokenKind::word, "the name of a field"));
      } else {
        row.field = field_named(kind, name);
      }
      r.expect("to");
      row.kind = EffectKind::set_field;
      const Field& f = p_.fields[row.field.value];
      if (f.type.type == Type::choice && r.peek().kind == TokenKind::word &&
          std::find(p_.choices[f.type.detail].begin(), p_.choices[f.type.detail].end(), r.peek().text) !=
              p_.choices[f.type.detail].end()) {
        const Token& word = r.take();
        row.value = b_.literal({Tag::choice, Bound::exact, 0, 0, b_.intern(word.text).value}, word.range);
      } else {
        const Typed v = r.expression(scope);
        const bool times = (f.type.type == Type::date || f.type.type == Type::instant) &&
                           (v.type.type == Type::date || v.type.type == Type::instant);
        if (v.type.type != f.type.type && v.type.type != Type::any && !times) {
          b_.stop("E0301", v.range, fmt::format("\"{}\" is {}", p_.text(f.name), type_words(p_, f.type)),
                  fmt::format("this is {}", type_words(p_, v.type)));
        }
        row.value = v.id;
      }
      p_.effects.push_back(row);
      return;
    }
    if (r.is("breach")) {
      r.take();
      row.kind = EffectKind::breach;
      p_.effects.push_back(row);
      return;
    }
    const Typed thing = r.operand(scope);
    if (thing.type.type != Type::reference) {
      b_.stop("E0301", thing.range, "only a document can become something",
              fmt::format("this is {}", type_words(p_, thing.type)));
    }
    r.expect("becomes", "what happens is one of: `it becomes STAGE`, `sets FIELD to VALUE`, `breach`");
    const Token& stage = r.take();
    const auto& kinds = p_.kind_sets[thing.type.detail];
    StageId found;
    for (const KindId k : kinds) {
      if (const StageId s = p_.stage(k, stage.text); s.given()) {
        if (!found.given()) found = s;
        b_.used_stages.insert(s.value);
      }
    }
    if (!found.given()) found = b_.stage_named(kinds.front(), stage);
    row.kind = EffectKind::become;
    row.thing = thing.id;
    row.stage = found;
    p_.effects.push_back(row);
  }

  FieldId field_named(KindId kind, const Token& t) {
    const FieldId field = p_.field(kind, t.text);
    if (field.given()) return field;
    std::vector<std::string> known;
    for (const Field& f : p_.fields) {
      if (f.kind == kind) known.emplace_back(p_.text(f.name));
    }
    b_.stop("E0201", t.range,
            fmt::format("a {} has no field \"{}\"", p_.text(p_.kinds[kind.value].name), t.text),
            "no such field", b_.nearest(t.text, known));
  }

  // --- parties and verbs of a head ---

  std::vector<PartyId> parties(Reader& r, bool& jointly) {
    std::vector<PartyId> out{b_.party_named(r.take())};
    while ((r.is("or") || r.is("and")) && r.peek(1).kind == TokenKind::name &&
           p_.party(r.peek(1).text).given()) {
      jointly = jointly || r.is("and");
      r.take();
      out.push_back(b_.party_named(r.take()));
    }
    return out;
  }

  // The kind a head is about: the first capitalised word after the verbs.
  KindId kind_ahead(const Reader& r) {
    for (std::size_t i = 0; r.peek(i).kind != TokenKind::end; ++i) {
      const Token& t = r.peek(i);
      if (t.kind == TokenKind::name) return b_.kind_named(t);
    }
    b_.stop("E0105", r.peek().range, "a kind of document was expected on this line",
            "no capitalised name follows", "`duty Lucent accepts or rejects PurchaseOrder`");
  }

  std::vector<ActId> verbs(Reader& r, KindId kind, PerformanceMode& mode) {
    std::vector<ActId> acts;
    for (;;) {
      const Token& t = r.peek();
      const auto a = r.verb(kind);
      if (!a) {
        std::vector<std::string> known;
        for (const Act& x : p_.acts) {
          if (x.kind == kind) known.emplace_back(p_.text(x.verb));
        }
        b_.stop("E0204", t.range,
                fmt::format("\"{}\" is not an act on a {}", t.text, p_.text(p_.kinds[kind.value].name)),
                "no such act", b_.nearest(t.text, known));
      }
      acts.push_back(*a);
      r.accept(",");
      if (r.accept("or")) continue;
      if (r.accept("and")) {
        mode = PerformanceMode::all;
        continue;
      }
      if (r.peek().kind == TokenKind::name) break;
    }
    r.take();  // the kind
    return acts;
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& w : words) out += (out.empty() ? "" : " ") + w;
    return out;
  }
  // The head's own words, after the keyword: the item's name.
  TextId name_of(const Declaration& d, std::size_t from = 1) {
    std::vector<std::string> words;
    for (std::size_t i = from; i + 1 < d.head.tokens.size(); ++i) words.emplace_back(d.head.tokens[i].text);
    return b_.intern(joined(words));
  }

  // --- duties ---

  void duty(const Declaration& d) {
    Reader r(b_, d.head);
    r.take();
    Duty row;
    bool jointly = false;
    row.bearers = b_.parties_range(parties(r, jointly));
    row.subject = kind_ahead(r);
    const PartyId bearer = p_.party_lists[row.bearers.first];
    if (r.peek().kind == TokenKind::word) {
      row.office = p_.office(bearer, r.peek().text);
      if (row.office.given()) r.take();
    }
    const std::size_t verb_at = r.position();
    Scope scope;
    scope.subject = row.subject;
    if (r.is("keeps")) {
      row.name = b_.intern(keeping(r, scope, row));
    } else {
      const std::vector<ActId> acts = verbs(r, row.subject, row.mode);
      row.performance = b_.acts_range(acts);
      r.expect_end();
      row.name = name_of(d, verb_at);
    }
    row.provisions = b_.cite(d.head.cites);
    row.place = place_of(d.head);
    std::vector<Trigger> triggers;
    std::vector<const Line*> otherwise;
    std::vector<program::Range> otherwise_cites;
    bool explicit_breach = false;
    bool nothing = false;
    // Openings first: a deadline counts from them.
    for (const Line& line : d.clauses) {
      const std::string_view word = line.tokens.front().text;
      if (word != "from" && word != "every") continue;
      guarded([&] {
        Reader c(b_, line);
        c.take();
        triggers.push_back(word == "every" ? series(c, scope) : opening(c, scope, row));
        c.expect_end();
        b_.cite(line.cites);
      });
    }
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.accept("from") || c.accept("every")) {
        while (!c.done()) c.take();
        return;
      }
      if (c.accept("while")) {
        const Typed t = c.condition(scope);
        row.guard = row.guard.given() ? both(row.guard, t.id) : t.id;
        b_.cite(line.cites);
      } else if (c.accept("unless")) {
        const Typed t = c.condition(scope);
        row.unless = row.unless.given() ? either(row.unless, t.id) : t.id;
        b_.cite(line.cites);
      } else if (c.accept("within")) {
        const Typed t = c.at_duration() ? duration(c) : c.operand(scope);
        if (t.type.type != Type::duration) {
          b_.stop("E0301", t.range, "a length of time was expected after `within`",
                  fmt::format("this is {}", type_words(p_, t.type)), "or say `by` and a date");
        }
        Expr opened;
        opened.op = Op::opened;
        opened.source = b_.place(t.range, "the start");
        row.starts = b_.expr(opened);
        Expr e;
        e.op = Op::time_plus;
        e.a = row.starts;
        e.b = t.id;
        e.source = p_.exprs[t.id.value].source;
        row.deadline = b_.expr(e);
        if (c.accept("of")) {
          const Typed base = c.operand(scope);
          p_.exprs[row.deadline.value].a = base.id;
        }
        b_.cite(line.cites);
      } else if (c.accept("by")) {
        const Typed t = c.operand(scope);
        if (t.type.type != Type::date && t.type.type != Type::instant && t.type.type != Type::any) {
          b_.stop("E0301", t.range, "a date was expected after `by`",
                  fmt::format("this is {}", type_words(p_, t.type)),
                  "a length of time is said with `within`");
        }
        row.deadline = t.id;
        b_.cite(line.cites);
      } else if (c.accept("promptly")) {
        row.standard = b_.intern("promptly");
        b_.cite(line.cites);
      } else if (c.is("best") && c.is("efforts", 1)) {
        c.take();
        c.take();
        row.standard = b_.intern("best efforts");
        b_.cite(line.cites);
      } else if (c.is("at") && c.is("once", 1)) {
        c.take();
        c.take();
        row.standard = b_.intern("at once");
        b_.cite(line.cites);
      } else if (c.is("reasonable") && c.is("time", 1)) {
        c.take();
        c.take();
        row.standard = b_.intern("within a reasonable time");
        b_.cite(line.cites);
      } else if (c.is("no") && c.is("deadline", 1)) {
        c.take();
        c.take();
        row.declared_endless = true;
        b_.cite(line.cites);
      } else if (c.accept("otherwise")) {
        otherwise.push_back(&line);
        otherwise_cites.push_back(b_.cite(line.cites, d.head.cites));
        if (c.accept("nothing")) nothing = true;
        while (!c.done()) c.take();
      } else {
        stray(c, "a duty",
              "from, within, by, promptly, best efforts, at once, no deadline, while, unless, otherwise");
      }
    });
    if (row.keeps.given()) {
      // It opens whenever what is to be kept fails while the rule operates, and is broken at once unless the
      // text leaves time.
      Trigger fails;
      fails.kind = TriggerKind::becomes_true;
      fails.condition = negated(row.keeps);
      if (row.guard.given()) fails.condition = both(fails.condition, row.guard);
      triggers.push_back(fails);
      if (!row.deadline.given() && !row.standard.given()) {
        Expr opened;
        opened.op = Op::opened;
        opened.source = p_.exprs[row.keeps.value].source;
        row.starts = row.deadline = b_.expr(opened);
      }
    }
    if (triggers.empty() && (says(d, "from") || says(d, "every")))
      throw LineAbandoned{};  // what is wrong with it has been said
    if (triggers.empty()) {
      b_.stop("E0105", d.head.tokens.front().range, "the duty does not say what opens it", "no `from` clause",
              "`from receipt of VERB`, `from VERB`, `from STAGE`, `from TIME`, `from the start` or `every "
              "DURATION from TIME`");
    }
    row.triggers.first = static_cast<std::uint32_t>(p_.triggers.size());
    row.triggers.count = static_cast<std::uint32_t>(triggers.size());
    p_.triggers.insert(p_.triggers.end(), triggers.begin(), triggers.end());
    row.otherwise.first = static_cast<std::uint32_t>(p_.effects.size());
    for (std::size_t i = 0; i < otherwise.size(); ++i) {
      guarded([&] {
        Reader c(b_, *otherwise[i]);
        c.take();
        if (c.accept("nothing")) return c.expect_end();
        if (!c.is("breach")) {
          effect(c, scope, otherwise_cites[i], *otherwise[i]);
        } else {
          explicit_breach = true;
          c.take();
        }
        while (c.accept(",") || c.is("and")) {
          c.accept("and");
          if (c.accept("breach")) {
            explicit_breach = true;
          } else {
            effect(c, scope, otherwise_cites[i], *otherwise[i]);
          }
        }
        c.expect_end();
      });
    }
    bump(row.otherwise, row.otherwise.first, p_.effects.size());
    if (!otherwise_cites.empty()) row.otherwise_provisions = otherwise_cites.front();
    row.breach = explicit_breach || (otherwise.empty() && !nothing);
    if (!row.deadline.given() && !row.standard.given() && !row.declared_endless && !row.guard.given()) {
      b_.report("W0601", d.head.tokens.front().range, "nothing ever ends this duty",
                "no deadline, standard or `while`",
                "say `within …`, `by …`, `promptly`, or `no deadline` where the text sets none");
    }
    p_.duties.push_back(row);
    b_.duty_ranges.push_back(d.head.tokens.front().range);
  }

  Typed duration(Reader& c) {
    const Token& t = c.peek();
    const Value v = c.duration_literal();
    return {b_.literal(v, t.range), {Type::duration}, t.range};
  }

  // `keeps NAME of KIND: CONDITION`; answers what the duty is called.
  std::string keeping(Reader& r, const Scope& scope, Duty& row) {
    r.take();
    const Token& name = r.expect_kind(TokenKind::word, "a name for what is kept, such as `insured`");
    r.expect("of");
    r.expect_kind(TokenKind::name, "the kind of document it is about");
    r.expect(":", "say what is to be kept: `keeps insured of Site: CONDITION`");
    row.keeps = r.condition(scope).id;
    r.expect_end();
    return "keeps " + std::string(name.text) + " of";
  }

  // After `every`: `DURATION from TIME[ until TIME]`.
  Trigger series(Reader& c, const Scope& scope) {
    Trigger t;
    t.kind = TriggerKind::time;
    const auto range = c.peek().range;
    t.every = c.duration_literal();
    const Unit unit = duration_unit(t.every);
    if (duration_count(t.every) < 1 || unit == Unit::hours || unit == Unit::open_hours ||
        unit == Unit::seconds) {
      b_.stop("E0301", range, "a series comes again after days, weeks, months or years", "too short a step",
              "write `every 30 days from …` or `every 3 months from …`");
    }
    c.expect("from", "say when it first comes: `every 3 months from 2000-07-01`");
    t.time = time(c, scope);
    if (c.accept("until")) t.until = time(c, scope);
    return t;
  }

  // After a rate: `a month`, `a day`, `a year of 365 days`, `a year of 360 days`.
  void rate_period(Reader& c, Due& row) {
    c.expect("a", "say what the rate is for: `1.5% a month`, `8% a year of 365 days`");
    const Token& t = c.take();
    if (t.text == "month") {
      row.interest_per = RatePeriod::month;
    } else if (t.text == "day") {
      row.interest_per = RatePeriod::day;
    } else if (t.text == "year") {
      c.expect("of", "a year of how many days? `a year of 365 days` or `a year of 360 days`");
      const Token& days = c.peek();
      const Value length = c.duration_literal();
      if (length != duration_value(365, Unit::days) && length != duration_value(360, Unit::days))
        b_.stop("E0301", days.range, "a year of interest has 365 or 360 days", "another length");
      row.interest_per = duration_count(length) == 365 ? RatePeriod::year_of_365 : RatePeriod::year_of_360;
    } else {
      b_.stop("E0201", t.range, fmt::format("\"{}\" is not what a rate can be for", t.text), "unknown period",
              "a day, a month, a year of 365 days, a year of 360 days");
    }
  }
  void compounding(Reader& c, Due& row) {
    const Token& t = c.take();
    const bool by_month = row.interest_per == RatePeriod::month;
    if (t.text == "daily" && !by_month) {
      row.compounding = Compounding::daily;
    } else if (t.text == "monthly" && by_month) {
      row.compounding = Compounding::monthly;
    } else {
      b_.stop("E0301", t.range, "a monthly rate is compounded monthly, a daily or yearly one daily",
              "this does not fit the rate");
    }
  }

  ExprId negated(ExprId a) {
    Expr e;
    e.op = Op::logical_not;
    e.a = a;
    e.source = p_.exprs[a.value].source;
    return b_.expr(e);
  }
  ExprId both(ExprId a, ExprId b) { return combine(Op::logical_and, a, b); }
  ExprId either(ExprId a, ExprId b) { return combine(Op::logical_or, a, b); }
  ExprId combine(Op op, ExprId a, ExprId b) {
    Expr e;
    e.op = op;
    e.a = a;
    e.b = b;
    e.source = p_.exprs[a.value].source;
    return b_.expr(e);
  }

  // After `from`: what opens it.
  template <class Row>
  Trigger opening(Reader& c, const Scope& scope, Row& row) {
    Trigger t;
    const KindId kind = scope.subject;
    if (c.is("the") && c.is("start", 1)) {
      c.take();
      c.take();
      t.kind = TriggerKind::start;
      return t;
    }
    const std::size_t mark = c.position();
    if (c.is("receipt") && c.is("of", 1)) {
      c.take();
      c.take();
      if (const auto a = c.verb(kind, false); a && c.done()) {
        t.kind = TriggerKind::act_receipt;
        t.act = *a;
        return t;
      }
      c.rewind(mark);
    } else if (const auto a = c.verb(kind, false); a && c.done()) {
      t.kind = TriggerKind::act_effect;
      t.act = *a;
      return t;
    } else {
      c.rewind(mark);
    }
    if (c.peek().kind == TokenKind::word && p_.stage(kind, c.peek().text).given() &&
        c.peek(1).kind == TokenKind::end) {
      t.kind = TriggerKind::stage;
      t.stage = b_.stage_named(kind, c.take());
      return t;
    }
    const Typed e = c.expression(scope);
    if (e.type.type == Type::yes_no) {
      t.kind = TriggerKind::becomes_true;
      t.condition = e.id;
    } else if (e.type.type == Type::date || e.type.type == Type::instant || e.type.type == Type::any) {
      t.kind = TriggerKind::time;
      t.time = e.id;
    } else {
      b_.stop("E0301", e.range, "it opens from an act, a receipt, a stage, a date or a condition",
              fmt::format("this is {}", type_words(p_, e.type)));
    }
    (void)row;
    return t;
  }

  // --- powers and prohibitions ---

  void power(const Declaration& d) {
    Reader r(b_, d.head);
    r.take();
    Power row;
    bool jointly = false;
    row.holders = b_.parties_range(parties(r, jointly));
    row.subject = kind_ahead(r);
    PerformanceMode mode = PerformanceMode::any;
    const std::vector<ActId> acts = verbs(r, row.subject, mode);
    r.expect_end();
    row.name = name_of(d);
    row.provisions = b_.cite(d.head.cites);
    row.place = place_of(d.head);
    Scope scope;
    scope.subject = row.subject;
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.accept("while")) {
        const Typed t = c.condition(scope);
        row.guard = row.guard.given() ? both(row.guard, t.id) : t.id;
      } else if (c.accept("from")) {
        row.opens = time(c, scope);
      } else if (c.accept("until")) {
        row.closes = time(c, scope);
      } else {
        stray(c, "a power", "while CONDITION, from TIME, until TIME");
      }
      b_.cite(line.cites);
    });
    for (const ActId a : acts) {
      row.act = a;
      p_.powers.push_back(row);
    }
  }

  ExprId time(Reader& c, const Scope& scope) {
    const Typed t = c.operand(scope);
    if (t.type.type != Type::date && t.type.type != Type::instant && t.type.type != Type::any) {
      b_.stop("E0301", t.range, "a date was expected here",
              fmt::format("this is {}", type_words(p_, t.type)));
    }
    return t.id;
  }

  // A power's window is a requirement of its act; where several powers give the same act, one open window is
  // enough.
  void add_windows(ActId act) {
    ExprId any;
    std::vector<ProvisionId> cited;
    std::uint32_t place = 0;
    bool always = false;
    for (const Power& power : p_.powers) {
      if (power.act != act) continue;
      ExprId window = power.guard;
      const auto bound = [&](ExprId limit, Op op) {
        if (!limit.given()) return;
        Expr now;
        now.op = Op::now;
        now.source = p_.exprs[limit.value].source;
        Expr e;
        e.op = op;
        e.a = b_.expr(now);
        e.b = limit;
        e.source = p_.exprs[limit.value].source;
        const ExprId compared = b_.expr(e);
        window = window.given() ? both(window, compared) : compared;
      };
      bound(power.opens, Op::greater_equal);
      bound(power.closes, Op::less_equal);
      if (!window.given()) {
        always = true;
      } else {
        any = any.given() ? either(any, window) : window;
      }
      for (std::uint32_t i = power.provisions.first; i < power.provisions.first + power.provisions.count; ++i)
        cited.push_back(p_.cited[i]);
      place = power.place;
    }
    if (!any.given() || always) return;
    Requirement row;
    row.condition = any;
    row.if_unknown = OnUnknown::waits;
    row.place = place;
    row.message = b_.intern("outside the time or the case in which it may be done");
    row.provisions = {static_cast<std::uint32_t>(p_.cited.size()), static_cast<std::uint32_t>(cited.size())};
    p_.cited.insert(p_.cited.end(), cited.begin(), cited.end());
    p_.requirements.push_back(row);
  }

  void add_prohibitions(ActId act) {
    for (const Prohibition& x : p_.prohibitions) {
      if (x.act != act) continue;
      Requirement row;
      row.strength = Strength::breach_unless;
      row.if_unknown = OnUnknown::holds;
      if (x.unless.given()) {
        row.condition = x.unless;
      } else {
        row.condition = b_.literal({Tag::yes_no, Bound::exact, 0, 0, 0},
                                   b_.duty_ranges.empty() ? Range{} : b_.duty_ranges.front());
      }
      if (x.guard.given()) {
        Expr no;
        no.op = Op::logical_not;
        no.a = x.guard;
        no.source = p_.exprs[x.guard.value].source;
        row.condition = either(row.condition, b_.expr(no));
      }
      row.place = x.place;
      row.provisions = x.provisions;
      row.message = b_.intern("prohibited: " + std::string(p_.text(x.name)));
      p_.requirements.push_back(row);
    }
  }

  void prohibition(const Declaration& d) {
    Reader r(b_, d.head);
    r.take();
    Prohibition row;
    bool jointly = false;
    row.bearers = b_.parties_range(parties(r, jointly));
    row.subject = kind_ahead(r);
    PerformanceMode mode = PerformanceMode::any;
    const std::vector<ActId> acts = verbs(r, row.subject, mode);
    r.expect_end();
    row.name = name_of(d);
    row.provisions = b_.cite(d.head.cites);
    row.place = place_of(d.head);
    for (const ActId a : acts) {
      row.act = a;
      Scope scope;
      scope.subject = row.subject;
      scope.act = a;
      Prohibition one = row;
      clauses(d, [&](const Line& line, Reader& c) {
        if (c.accept("unless")) {
          const Typed t = c.condition(scope);
          one.unless = one.unless.given() ? either(one.unless, t.id) : t.id;
        } else if (c.accept("while")) {
          one.guard = c.condition(scope).id;
        } else {
          stray(c, "a prohibition", "unless CONDITION, while CONDITION");
        }
        b_.cite(line.cites);
      });
      p_.prohibitions.push_back(one);
    }
  }

  // --- rules, periods, dues ---

  void rule(const Declaration& d) {
    Reader r(b_, d.head);
    const std::string_view opens = r.take().text;
    // The subject stands at the end: `for KIND`.
    const auto& tokens = d.head.tokens;
    const std::size_t n = tokens.size();
    if (n < 4 || tokens[n - 3].text != "for") {
      b_.stop("E0105", tokens[n - 1].range, "say which documents this is about",
              "the line ends without `for KIND`", "end the line with `for PurchaseOrder`");
    }
    Rule row;
    row.subject = b_.kind_named(tokens[n - 2]);
    Scope scope;
    scope.subject = row.subject;
    if (opens == "every") {
      row.trigger = series(r, scope);
    } else if (opens == "at") {
      row.trigger.kind = TriggerKind::time;
      row.trigger.time = time(r, scope);
    } else {
      row.trigger.kind = TriggerKind::becomes_true;
      row.trigger.condition = r.condition(scope).id;
    }
    r.expect("for");
    r.take();
    r.expect_end();
    row.name = name_of(d, 0);
    row.provisions = b_.cite(d.head.cites);
    row.place = place_of(d.head);
    for (const Line& line : d.clauses) {
      if (line.tokens.front().text != "while") continue;
      guarded([&] {
        Reader c(b_, line);
        c.take();
        const Typed t = c.condition(scope);
        c.expect_end();
        row.guard = row.guard.given() ? both(row.guard, t.id) : t.id;
        b_.cite(line.cites);
      });
    }
    const auto first = static_cast<std::uint32_t>(p_.effects.size());
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.accept("while")) {
        while (!c.done()) c.take();
        return;
      }
      effect(c, scope, b_.cite(line.cites, d.head.cites), line);
    });
    bump(row.effects, first, p_.effects.size());
    p_.rules.push_back(row);
  }

  void period(const Declaration& d) {
    Reader r(b_, d.head);
    r.take();
    Period row;
    row.name = b_.intern(r.expect_kind(TokenKind::word, "the period's name").text);
    r.expect("of");
    row.subject = b_.kind_named(r.take());
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    row.place = place_of(d.head);
    Scope scope;
    scope.subject = row.subject;
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.accept("from")) {
        row.from = time(c, scope);
      } else if (c.accept("until")) {
        row.until = time(c, scope);
      } else if (c.accept("while")) {
        row.guard = c.condition(scope).id;
      } else {
        stray(c, "a period", "from TIME, until TIME, while CONDITION");
      }
      b_.cite(line.cites);
    });
    if (!row.from.given()) {
      b_.stop("E0105", d.head.tokens.front().range, "the period does not say when it begins",
              "no `from` clause");
    }
    p_.periods.push_back(row);
  }

  void due(const Declaration& d) {
    Reader r(b_, d.head);
    r.take();
    Due row;
    row.name = b_.intern(r.expect_kind(TokenKind::word, "the due's name").text);
    r.expect("of");
    row.subject = b_.kind_named(r.take());
    r.expect("from");
    row.debtor = b_.party_named(r.take());
    r.expect("to");
    row.creditor = b_.party_named(r.take());
    r.expect_end();
    row.provisions = b_.cite(d.head.cites);
    row.place = place_of(d.head);
    Scope scope;
    scope.subject = row.subject;
    bool opens = false;
    clauses(d, [&](const Line& line, Reader& c) {
      if (c.accept("amount")) {
        row.amount = money(c, scope);
      } else if (c.accept("disputed")) {
        row.disputed = money(c, scope);
      } else if (c.accept("from")) {
        row.trigger = opening(c, scope, row);
        opens = true;
      } else if (c.accept("every")) {
        row.trigger = series(c, scope);
        opens = true;
      } else if (c.accept("while")) {
        row.guard = c.condition(scope).id;
      } else if (c.accept("within")) {
        const Typed t = c.at_duration() ? duration(c) : c.operand(scope);
        if (t.type.type != Type::duration) {
          b_.stop("E0301", t.range, "a length of time was expected after `within`",
                  fmt::format("this is {}", type_words(p_, t.type)));
        }
        Expr opened;
        opened.op = Op::opened;
        opened.source = p_.exprs[t.id.value].source;
        Expr e;
        e.op = Op::time_plus;
        e.a = b_.expr(opened);
        e.b = t.id;
        e.source = p_.exprs[t.id.value].source;
        row.deadline = b_.expr(e);
        if (c.accept("of")) p_.exprs[row.deadline.value].a = c.operand(scope).id;
      } else if (c.accept("by")) {
        row.deadline = time(c, scope);
      } else if (c.accept("settled")) {
        c.expect("by");
        std::vector<ActId> acts;
        do {
          const Token& t = c.peek();
          const auto a = c.verb(row.subject, false);
          if (!a) {
            b_.stop("E0204", t.range,
                    fmt::format("\"{}\" is not an act on a {}", t.text,
                                p_.text(p_.kinds[row.subject.value].name)),
                    "no such act");
          }
          acts.push_back(*a);
        } while (c.accept("or"));
        row.settled_by = b_.acts_range(acts);
      } else if (c.accept("interest")) {
        const Typed rate = c.operand(scope);
        if (rate.type.type != Type::number) {
          b_.stop("E0301", rate.range, "interest has a rate, such as 1.5%",
                  fmt::format("this is {}", type_words(p_, rate.type)));
        }
        row.interest_rate = rate.id;
        rate_period(c, row);
        while (c.accept(",")) {
          if (c.accept("compounded")) {
            compounding(c, row);
            continue;
          }
          c.expect("rounded");
          const Token& how = c.take();
          if (how.text == "half_up") {
            row.interest_rounding = Rounding::half_up;
          } else if (how.text == "half_even") {
            row.interest_rounding = Rounding::half_even;
          } else if (how.text == "down") {
            row.interest_rounding = Rounding::down;
          } else if (how.text == "up") {
            row.interest_rounding = Rounding::up;
          } else {
            b_.stop("E0201", how.range, fmt::format("\"{}\" is not a way of rounding", how.text),
                    "unknown rounding", "half_up, half_even, down or up");
          }
        }
        row.interest_provisions = b_.cite(line.cites, d.head.cites);
        return;
      } else {
        stray(c, "a due", "amount, disputed, from, every, while, within, by, settled by, interest");
      }
      b_.cite(line.cites);
    });
    if ((!row.amount.given() && says(d, "amount")) || (!opens && (says(d, "from") || says(d, "every"))))
      throw LineAbandoned{};
    if (!row.amount.given() || !opens) {
      b_.stop("E0105", d.head.tokens.front().range, "a due says its amount and what opens it",
              !opens ? "no `from` clause" : "no `amount` clause");
    }
    p_.dues.push_back(row);
  }

  ExprId money(Reader& c, const Scope& scope) {
    const Typed t = c.operand(scope);
    if (t.type.type != Type::money && t.type.type != Type::any) {
      b_.stop("E0301", t.range, "an amount of money was expected here",
              fmt::format("this is {}", type_words(p_, t.type)));
    }
    return t.id;
  }

  Builder& b_;
  Program& p_;
};

}  // namespace

void Builder::lower() { Lowering(*this).run(); }

}  // namespace counterpart::language
