#pragma once

// Second pass of the compiler. Private to the room.

#include <optional>

#include "language/builder.h"
#include "language/keywords.h"

namespace counterpart::language {

using namespace program;

class Lowering {
 public:
  explicit Lowering(Builder& b) : b_(b), p_(b.p) {}
  void run();

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
  [[noreturn]] void stray(const Reader& r, std::string_view of, std::string_view known);
  std::uint32_t place_of(const Line& line, std::size_t from = 0);
  void bump(program::Range& to, std::uint32_t first, std::size_t size);
  static bool says(const Declaration& d, std::string_view clause);
  void computed_fields();
  void receipt(const Declaration& d);
  static bool may_be_unknown(const Program& p, ExprId id);
  std::optional<Strength> strength(const Line& line) const;
  void act(ActId id, const Declaration& d);
  // One effect: `sets FIELD to VALUE`, `makes KIND with FIELD VALUE`, `it becomes STAGE`, `under becomes
  // STAGE`, `breach`.
  void effect(Reader& r, const Scope& scope, program::Range provisions, const Line& line);
  void set_effect(Reader& r, const Scope& scope, Effect& row);
  // What an effect changes: a field of its own, or of a document that it can name.
  void changed_field(Reader& r, const Scope& scope, Effect& row);
  void list_effect(Reader& r, const Scope& scope, Effect& row);
  void make_effect(Reader& r, const Scope& scope, Effect& row);
  void waive_effect(Reader& r, const Scope& scope, Effect& row);
  void account_effect(Reader& r, const Scope& scope, Effect& row, bool puts);
  void become_effect(Reader& r, const Scope& scope, Effect& row);
  // What a field is set to; a word alone is one of its choices.
  ExprId field_value(Reader& r, const Scope& scope, FieldId field);
  FieldId field_named(KindId kind, const Token& t);
  std::vector<PartyId> parties(Reader& r, bool& jointly);
  // The kind a head is about: the first capitalised word after the verbs.
  KindId kind_ahead(const Reader& r);
  std::vector<ActId> verbs(Reader& r, KindId kind, PerformanceMode& mode);
  static std::string joined(const std::vector<std::string>& words);
  // The head's own words, after the keyword: the item's name.
  TextId name_of(const Declaration& d, std::size_t from = 1);
  void duty(const Declaration& d);
  Typed duration(Reader& c);
  // A length of time, counted from where the duty or due opens; `after` is the word it stands behind.
  ExprId from_opening(Reader& c, const Scope& scope, std::string_view after);
  // Whether the moment it is asked for stands so to `time`.
  ExprId now_against(Op op, ExprId time);
  // The head of a power or prohibition: who, which acts, on which kind.
  template <class Row>
  std::vector<ActId> head_of(const Declaration& d, Row& row, program::Range& whose) {
    Reader r(b_, d.head);
    r.take();
    bool jointly = false;
    whose = b_.parties_range(parties(r, jointly));
    row.subject = kind_ahead(r);
    PerformanceMode mode = PerformanceMode::any;
    std::vector<ActId> acts = verbs(r, row.subject, mode);
    r.expect_end();
    row.name = name_of(d);
    row.provisions = b_.cite(d.head.cites);
    row.place = place_of(d.head);
    return acts;
  }
  // `keeps NAME of KIND: CONDITION`; answers what the duty is called.
  std::string keeping(Reader& r, const Scope& scope, Duty& row);
  // After `every`: `DURATION from TIME[ until TIME]`.
  Trigger series(Reader& c, const Scope& scope);
  // After a rate: `a month`, `a day`, `a year of 365 days`, `a year of 360 days`.
  void rate_period(Reader& c, Due& row);
  void compounding(Reader& c, Due& row);
  void settled_by(Reader& c, Due& row);
  void cap(Reader& c, const Scope& scope, Due& row);
  ExprId negated(ExprId a);
  ExprId both(ExprId a, ExprId b) { return combine(Op::logical_and, a, b); }
  ExprId either(ExprId a, ExprId b) { return combine(Op::logical_or, a, b); }
  ExprId combine(Op op, ExprId a, ExprId b);
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
    // Of a part also the acts on its document, and the stages of that.
    const std::size_t mark = c.position();
    for (KindId of = kind; of.given(); of = p_.kinds[of.value].part_of) {
      const bool receipt = c.is("receipt") && c.is("of", 1);
      if (receipt) {
        c.take();
        c.take();
      }
      if (const auto a = c.verb(of, false); a && c.done()) {
        t.kind = receipt ? TriggerKind::act_receipt : TriggerKind::act_effect;
        t.act = *a;
        return t;
      }
      c.rewind(mark);
      if (c.peek().kind == TokenKind::word && p_.stage(of, c.peek().text).given() &&
          c.peek(1).kind == TokenKind::end) {
        t.kind = TriggerKind::stage;
        t.stage = b_.stage_named(of, c.take());
        return t;
      }
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
  // After a condition: `if unknown holds`, `fails` or `waits`.
  OnUnknown on_unknown(Reader& c);
  void power(const Declaration& d);
  Typed moment(Reader& c, const Scope& scope);
  ExprId time(Reader& c, const Scope& scope) { return moment(c, scope).id; }
  // A power's window is a requirement of its act; where several powers give the same act, one open window is
  // enough.
  void add_windows(ActId act);
  void add_windows(ActId act, const Window& time);
  void add_prohibitions(ActId act);
  void prohibition(const Declaration& d);
  void excuse(const Declaration& d);
  // Provisions in brackets that the words speak of: `[2.3-d] or [2.3-c]`.
  std::vector<ProvisionId> provisions_named(Reader& r);
  // What performs a duty: `A or B`, `A and B`, `A then B or C`, `A or B, failing that C`; takes the kind.
  void performance(Reader& r, Duty& row);
  void rule(const Declaration& d);
  void period(const Declaration& d);
  void due(const Declaration& d);
  ExprId money(Reader& c, const Scope& scope);
  // lower_terms.cpp
  void limit(Reader& r, Invitation& row, const Term& term);
  void invitations(const Declaration& d);
  void paper(const Declaration& d);
  void precedence(const Declaration& d);
  bool has_precedence_ = false;
  // lower_operation.cpp
  void operation(const Declaration& d);
  std::vector<std::string> numbers(Reader& r);
  std::string_view numbered_section(SectionId section) const;
  ExprId window(const Operation& row);
  ExprId operating(program::Range cited, const Declaration* d);
  void weaken(Requirement& row);
  void need_operation(const Act& act);
  Builder& b_;
  Program& p_;
  std::vector<std::pair<ProvisionId, Range>> waived_;
};

}  // namespace counterpart::language
