#pragma once

// What the passes of the compiler share: the program being made, its names, and the diagnostics. Private to
// the room.
//
//   collect   names of parties, offices, calendars, kinds, fields, stages, acts, terms, …   (collect.cpp)
//   lower     the bodies: acts, duties, powers, rules, dues                                  (lower*.cpp)
//   scenarios stories to steps                                                             (scenarios.cpp)
//   check     what only the whole can show: double decisions, waits without an end          (checks.cpp)

#include "language/accepted.h"
#include "language/compile.h"
#include "language/lexer.h"
#include "language/symbols.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace counterpart::language {

// Thrown inside the room to give up one line after its diagnostic is recorded, so that the next line is still
// read and several errors come out of one run. Never leaves `compile`.
struct LineAbandoned {};

struct Typed {
  program::ExprId id;
  program::TypeRef type;
  Range range;  // of the words it was made from
};

// Where names are looked up while an expression is read.
struct Scope {
  program::KindId subject;
  std::vector<program::KindId> elements;  // innermost last
  program::ActId act;                     // given where the act being judged can be asked
  bool has_opened = false;                // `from` of a duty is known
};

class Builder {
 public:
  Builder(const PackSource& source_pack, const ZoneLoader& zone_loader)
      : pack(source_pack), zones(zone_loader) {}

  Compiled run();

  const PackSource& pack;
  const ZoneLoader& zones;
  program::Program p;
  std::vector<Diagnostic> diagnostics;
  Literate text;
  std::vector<Declaration> declarations;
  std::vector<Accepted> accepted;
  // Where a pack is compiled in several editions: which files are of each, the first from the start.
  struct EditionFiles {
    std::vector<bool> files;
    CivilDate from;
  };
  std::vector<EditionFiles> editions;
  std::vector<Declaration> declarations_of_editions();
  [[nodiscard]] program::Window window_of(const Declaration& d) const;

  // Modules set in: where each was asked for, and its declarations with their words replaced. Range::use
  // counts them from 1.
  struct UsedModule {
    Range at;
    std::string name;
  };
  std::vector<UsedModule> used_modules;
  std::deque<Declaration> instance_declarations;
  std::deque<std::string> made_words;  // words that stand in no file; tokens point to them
  std::string_view keep(std::string words) { return made_words.emplace_back(std::move(words)); }
  std::vector<std::vector<std::size_t>> line_starts;  // by file: words are looked up often

  // --- diagnostics ---
  [[noreturn]] void stop(std::string_view code, const Range& range, std::string title, std::string label,
                         std::string help = {});
  void report(std::string_view code, const Range& range, std::string title, std::string label,
              std::string help = {}, std::vector<Label> others = {});
  [[nodiscard]] std::string_view source(const Range& from, const Range& to);

  // --- tables ---
  program::TextId intern(std::string_view s) { return p.intern(s); }
  std::uint32_t place(const Range& range, std::string_view words = {});
  program::Range cite(const std::vector<Token>& cites);
  program::Range cite(const std::vector<Token>& cites, const std::vector<Token>& more);
  program::ExprId expr(const program::Expr& e);
  program::ExprId literal(const program::Value& v, const Range& range);

  // --- passes ---
  void read_pack();
  void collect();
  void lower();
  void lower_scenarios();
  void check();

  // --- collected, to be lowered ---
  struct ActSource {
    program::ActId act;
    const Declaration* source;
  };
  std::vector<ActSource> act_sources;
  std::map<const Declaration*, program::DueId> due_sources;
  std::vector<const Declaration*> term_sources;  // by TermId
  std::vector<std::pair<program::FieldId, std::vector<Token>>> field_defaults, field_computed;
  struct Unlowered {
    const Declaration* source;
    std::string keyword;
  };
  std::vector<Unlowered> bodies;
  std::map<std::string, Range> declared;  // where each name was declared
  std::set<std::uint32_t> used_stages;
  // Provisions that a duty, a prohibition or a requirement of a kind executes: what can be in breach or done.
  std::set<std::pair<std::uint32_t, std::string>> bound_provisions;
  std::map<std::string, std::string> kinds_of_provisions;
  // accounted for by `stated`, `withheld`, `deferred`
  struct Account {
    program::Disposition disposition;
    std::string note;
    Range range;
  };
  std::map<std::string, Account> accounts;
  std::map<std::string, Range> cited_at;
  std::map<std::uint32_t, Range> stage_ranges;
  std::vector<Range> duty_ranges;
  std::vector<std::uint32_t> unbounded_duties;

  // Where a name was read, and which row of which table it was found to be: for editors (symbols.cpp). Says
  // nothing to the program.
  struct NameUse {
    Range range;
    SymbolKind kind = SymbolKind::party;
    std::uint32_t row = 0;
    bool declares = false;
  };
  std::vector<NameUse> uses;
  void use(SymbolKind kind, std::uint32_t row, const Range& range, bool declares = false) {
    uses.push_back({range, kind, row, declares});
  }
  // A reader went back within its line: what it found between these two is forgotten.
  void forget_uses(const Range& from, const Range& to);

  Rounding rounding(const Token& t);
  void declare(const std::string& what, const std::string& name, const Range& range);

  // shared by collect and lower
  program::PartyId party_named(const Token& t);
  program::KindId kind_named(const Token& t);
  program::StageId stage_named(program::KindId kind, const Token& t);
  std::string nearest(std::string_view name, const std::vector<std::string>& known) const;
  program::Range parties_range(const std::vector<program::PartyId>& parties);
  // The acts on a kind, in order: asked at every verb of every story.
  const std::vector<program::ActId>& acts_on(program::KindId kind);
  std::vector<std::vector<program::ActId>> acts_by_kind;
  std::size_t acts_sorted = 0;  // how many of the acts stand there
  program::Range acts_range(const std::vector<program::ActId>& acts);
};

// A reader over the tokens of one line.
class Reader {
 public:
  Reader(Builder& builder, const Line& line) : b_(builder), tokens_(line.tokens) {}
  Reader(Builder& builder, const std::vector<Token>& tokens) : b_(builder), tokens_(tokens) {}

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : tokens_.back();
  }
  const Token& take() {
    const Token& t = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return t;
  }
  [[nodiscard]] bool done() const { return peek().kind == TokenKind::end; }
  [[nodiscard]] bool is(std::string_view word, std::size_t ahead = 0) const {
    const Token& t = peek(ahead);
    return (t.kind == TokenKind::word || t.kind == TokenKind::symbol || t.kind == TokenKind::name) &&
           t.text == word;
  }
  bool accept(std::string_view word) {
    if (!is(word)) return false;
    take();
    return true;
  }
  void expect(std::string_view word, std::string_view help = {});
  const Token& expect_kind(TokenKind kind, std::string_view what);
  void expect_end();
  [[nodiscard]] std::size_t position() const { return at_; }
  void rewind(std::size_t position) {
    at_ = position;
    b_.forget_uses(tokens_[position].range, tokens_.back().range);
  }
  [[nodiscard]] Range range_from(std::size_t start) const;
  Builder& builder() { return b_; }

  // --- expressions (expressions.cpp) ---
  Typed expression(const Scope& scope);
  Typed condition(const Scope& scope);  // a yes/no expression
  // At the token before `of`: `of LIST`, `of KIND that is STAGE where CONDITION`, as after `count`.
  Typed listed(const Scope& scope) { return aggregate(scope, program::Op::count); }
  Typed operand(const Scope& scope);  // without `and`, `or`, comparisons
  // A time expression, or a duration counted from `base`.
  program::Value duration_literal();  // at a number followed by a unit
  [[nodiscard]] bool at_duration() const;
  // The longest verb of an act on `kind` at this place; conjugated or not. Consumes it (and a following
  // `of`).
  std::optional<program::ActId> verb(program::KindId kind, bool take_of = true);
  // The stages of `kind` named here: `accepted or rejected`.
  program::Range stages(program::KindId kind);

 private:
  Typed disjunction(const Scope& scope);
  Typed conjunction(const Scope& scope);
  Typed negation(const Scope& scope);
  Typed comparison(const Scope& scope);
  Typed compared(const Scope& scope);
  Typed additive(const Scope& scope);
  Typed multiplicative(const Scope& scope);
  Typed unary(const Scope& scope);
  Typed postfix(const Scope& scope);
  Typed primary(const Scope& scope);
  Typed named(const Scope& scope);
  Typed aggregate(const Scope& scope, program::Op op);
  Typed event(const Scope& scope, program::Op op, bool first);
  Typed signed_by(const Scope& scope);
  // `OFFICE of PARTY`, which stands so far ahead.
  [[nodiscard]] bool at_office(std::size_t ahead) const;
  program::OfficeId office_named();
  Typed office_state(const Typed& office, std::size_t start);  // at the word after `is`
  Typed cites(const Scope& scope);
  Typed is_tail(const Scope& scope, Typed left);
  // Whether a list of texts holds something: `LIST has TEXT`, `TEXT is in LIST`.
  Typed member(const Typed& list, const Typed& item, std::size_t start);
  // After a field, at `at TIME`.
  Typed field_at(const Scope& scope, const Typed& field, std::size_t start);
  // After a condition, at `has lasted DURATION`.
  Typed lasting(const Scope& scope, Typed condition, std::size_t start);
  // `A and B has lasted 3 days` could mean either: it asks for parentheses.
  void need_parentheses(const Typed& right);
  // A due by its name, of the thing `of`; nothing where its kinds have none so called.
  std::optional<Typed> due_of(program::ExprId of, const std::vector<program::KindId>& kinds,
                              std::string_view name, std::size_t start);
  // An account by its name: of the thing `of`, or where it is one of the agreement, of that.
  std::optional<Typed> account_of(program::ExprId of, const std::vector<program::KindId>& kinds,
                                  std::string_view name, std::size_t start);
  std::optional<Typed> agreement_account(std::string_view name, std::size_t start);
  Typed share(const Scope& scope);                        // at `share of`
  Typed due_member(const Typed& due, std::size_t start);  // at the word after the dot
  Typed due_state(const Typed& due, std::size_t start);   // at the word after `is`
  // `in breach of [2.3-d]`, at `in`; `the duty under [2.3-d] is performed`, at `the`.
  Typed in_breach(const Scope& scope, program::ExprId party, std::size_t start);
  Typed duty_under(const Scope& scope);
  // At a provision in brackets: it, and the nearest thing whose rules execute it.
  std::pair<program::ProvisionId, program::ExprId> bound_provision(const Scope& scope, std::size_t start);
  Typed element_of(const Scope& scope, std::size_t out, std::size_t start);
  Typed make(program::Op op, program::TypeRef type, std::size_t start, program::ExprId a = {},
             program::ExprId b = {}, program::ExprId c = {}, std::uint32_t n = 0, std::uint32_t m = 0);
  // What a node of this kind found by name, recorded for editors (symbols.cpp).
  void note_use(program::Op op, std::size_t start, std::uint32_t n, std::uint32_t m);
  Typed subject(const Scope& scope, std::size_t start);
  // What a rule is about and, from a part out, the documents it is part of: each kind with how to come to it.
  std::vector<std::pair<program::KindId, program::ExprId>> outward(const Scope& scope, std::size_t start);
  Typed thing_of_kind(program::Op op, program::KindId kind, std::size_t start, program::ExprId a = {},
                      std::uint32_t n = 0);
  std::optional<Typed> field_of(program::ExprId of, const std::vector<program::KindId>& kinds,
                                std::string_view name, std::size_t start, bool original = false);
  [[nodiscard]] std::vector<program::KindId> kinds_of(const program::TypeRef& type) const;
  void need_act(const Scope& scope, const Range& range, std::string_view what);
  void need_yes_no(const Typed& t);

  Builder& b_;
  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::size_t lasting_end_ = 0;  // where the last `has lasted …` ended
  int depth_ = 0;
};

// "accepts" as "accept", "notifies" as "notify": whether `said` is `verb` or its third person.
bool conjugates(std::string_view said, std::string_view verb);
std::string type_words(const program::Program& p, const program::TypeRef& type);
// Whether two values of these types can be compared or put together.
bool comparable(const program::TypeRef& a, const program::TypeRef& b);

}  // namespace counterpart::language
