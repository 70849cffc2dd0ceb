#pragma once

// Stories into steps: each line is an act (or another entry) or a look at the position. Private to the room.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "language/builder.h"

namespace counterpart::language {

using namespace program;

class Storyteller {
 public:
  Storyteller(Builder& b, std::map<std::string, std::string>& keys) : b_(b), p_(b.p), keys_(keys) {}
  // Reads the lines of one scenario into `out`.
  void read(const std::vector<Line>& lines, Scenario& out,
            const std::map<std::string, const Scenario*>& setups);

 private:
  // `given KIND KEY: FIELD VALUE, FIELD unknown, FIELD at most VALUE`: as if read from another agreement.
  void given(Reader& r, Scenario& out);
  void remember(const Step& s);
  Instant moment(Reader& r, bool end_of_day);
  void step(Reader& r, const Line& line, Scenario& out);
  void entry(Reader& r, Step& s);
  // The verb may belong to several kinds: the kind or the key that follows decides.
  bool act(Reader& r, Entry& e, Step& s);
  void parts(Reader& r, Entry& e, Step& s, program::Range inputs);
  std::optional<std::uint32_t> input_named(program::Range inputs, std::string_view name) const;
  // `setting payment_period to 60 days`
  void setting(Reader& r, Entry& e);
  TermId term_named(const Token& name);
  [[nodiscard]] bool is_term(std::string_view name) const {
    return std::any_of(p_.terms.begin(), p_.terms.end(),
                       [&](const Term& t) { return p_.text(t.name) == name; });
  }
  // A document's own key, with the places in it of its parts and of what was made on it: "PO-17", "PO-17/1",
  // "PI-3.1".
  // The kind of the document or part of this key, where the story has named it; a part by its document's.
  [[nodiscard]] std::string kind_of_key(const std::string& key) const;
  static std::string own_key(Reader& r);
  // "PurchaseOrder/PO-17" of a key alone.
  std::string document(Reader& r);
  void signatures(Reader& r, Entry& e);
  Datum value(Reader& r, TypeRef type);
  void use_alternative(const Token& reading, const Token& alternative);
  void take_label(Reader& r, Step& s);
  void special(Reader& r, Entry& e, Step& s);
  std::string document_maybe(Reader& r);
  void correction(Reader& r, Entry& e);
  void supply(Reader& r, Entry& e);
  void looks(Reader& r, Step& s, Scenario& out);
  std::string words_between(const Token& first, const Reader& r, std::size_t) const;
  std::string provision(Reader& r);
  std::string time_text(Reader& r) {
    std::string text(r.expect_kind(TokenKind::date, "a date").text);
    if (r.peek().kind == TokenKind::time) text += " " + std::string(r.take().text);
    return text;
  }
  std::vector<std::string> act_names(Reader& r, std::string& thing);
  std::string key(Reader& r);
  void look(Reader& r, Expectation& x);
  // `provision 13.2 operates`, of a section or a provision.
  void operation_look(Reader& r, Expectation& x);
  Bound bound(Reader& r);
  std::string amount(Reader& r);
  void party_look(Reader& r, Expectation& x);
  // `paper NAME of KEY says "…", "…"`: one line of it says all of these.
  void paper_look(Reader& r, Expectation& x);
  Builder& b_;
  Program& p_;
  std::map<std::string, std::string>& keys_;  // key → kind
  std::set<std::string> labels_;
};

}  // namespace counterpart::language
