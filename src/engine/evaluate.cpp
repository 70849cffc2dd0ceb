#include "engine/evaluate.h"

#include "engine/terms.h"

#include <optional>

#include "engine/standing.h"

namespace counterpart::engine {

using namespace program;

namespace {

constexpr Value yes_value{Tag::yes_no, Bound::exact, 0, 0, 1};
constexpr Value no_value{Tag::yes_no, Bound::exact, 0, 0, 0};
constexpr Value of(bool b) { return b ? yes_value : no_value; }

Bound flipped(Bound b) {
  switch (b) {
    case Bound::exact:
      return Bound::exact;
    case Bound::at_most:
      return Bound::at_least;
    case Bound::at_least:
      return Bound::at_most;
  }
  return b;
}

class Evaluator {
 public:
  Evaluator(const Position& position, const Look& look)
      : pos_(position), p_(position.program()), look_(look) {}

  Value eval(ExprId id) {
    const Expr& e = p_.exprs[id.value];
    switch (e.op) {
      case Op::literal:
        return p_.literals[e.n];
      case Op::subject:
        return thing_value(look_.subject);
      case Op::element: {
        const std::uint8_t at = static_cast<std::uint8_t>(look_.depth - 1 - e.n);
        return look_.depth > e.n ? thing_value(look_.elements[at]) : Value{};
      }
      case Op::parent: {
        const std::uint32_t part = thing_of(eval(e.a));
        return part == none ? Value{} : thing_value(pos_.things[part].parent);
      }
      case Op::field:
        return field(thing_of(eval(e.a)), FieldId{e.n}, false);
      case Op::original_field:
        return field(thing_of(eval(e.a)), FieldId{e.n}, true);
      case Op::field_at:
        return field_at(thing_of(eval(e.a)), FieldId{e.n}, eval(e.b));
      case Op::input:
        return input(e.n);
      case Op::term:
        return term_value(pos_, TermId{e.n}, look_);
      case Op::unknown:
        return supplied(e.n);
      case Op::claim:
        return claim(thing_of(eval(e.a)), ClaimId{e.n});
      case Op::reading_is:
        return of(pos_.readings[e.n] == e.m);
      case Op::party:
        return {Tag::party, Bound::exact, 0, 0, e.n};
      case Op::stage_is:
        return stage_is(thing_of(eval(e.a)), e.n, e.m);
      case Op::office_filled:
        return of(holder(pos_, OfficeId{e.n}, look_.now).given());
      case Op::office_holder: {
        const TextId person = holder(pos_, OfficeId{e.n}, look_.now);
        return person.given() ? Value{Tag::text, Bound::exact, 0, 0, person.value} : Value{};
      }
      case Op::exists: {
        const Value v = eval(e.a);
        if (v.tag == Tag::thing && v.detail == 0) return of(thing_of(v) != none);
        return of(v.tag != Tag::absent);
      }
      case Op::signed_by:
        return of(signed_by(OfficeId{e.n}, e.m != 0));
      case Op::cites:
        return of(cites(e.a));
      case Op::sent_by:
        return of(look_.act != nullptr && look_.act->via.given() && look_.act->via.value == e.n);
      case Op::in_writing:
        return of(in_writing());
      case Op::actor:
        return look_.act == nullptr ? Value{} : Value{Tag::party, Bound::exact, 0, 0, look_.act->by.value};
      case Op::happened:
        return of(find_event(thing_of(eval(e.a)), ActId{e.n}, false) != nullptr);
      case Op::event_sent:
      case Op::event_received:
      case Op::event_effect:
        return event_time(e);
      case Op::entered_stage:
        return entered(thing_of(eval(e.a)), StageId{e.n});
      case Op::due:
        return due_fact(pos_, thing_of(eval(e.a)), DueId{e.n}, DueFact::open, look_.now);
      case Op::due_fact:
        if (static_cast<DueFact>(e.m) == DueFact::interest) turns_tomorrow();
        return due_fact(pos_, thing_of(eval(e.a)), DueId{e.n}, static_cast<DueFact>(e.m), look_.now);
      case Op::agreement:
        return thing_value(pos_.agreement());
      case Op::account:
        return account_fact(pos_, thing_of(eval(e.a)), AccountId{e.n}, AccountFact::balance, look_.now);
      case Op::account_fact:
        return account_fact(pos_, thing_of(eval(e.a)), AccountId{e.n}, static_cast<AccountFact>(e.m),
                            look_.now);
      case Op::share:
        return share_of(eval(e.a), eval(e.b), eval(e.c), static_cast<Rounding>(e.m));
      case Op::duty_is:
        return duty_is(pos_, thing_of(eval(e.a)), ProvisionId{e.n}, e.m);
      case Op::in_breach: {
        const Value party = e.b.given() ? eval(e.b) : Value{};
        const PartyId who{party.tag == Tag::party ? static_cast<std::uint32_t>(party.number) : none};
        return in_breach(pos_, thing_of(eval(e.a)), ProvisionId{e.n}, who, look_.now);
      }
      case Op::own_sending:
        return look_.act == nullptr ? Value{}
                                    : Value{Tag::instant, Bound::exact, 0, 0, look_.act->at.seconds};
      case Op::own_receipt:
        return look_.received;
      case Op::opened:
        return look_.has_opened ? Value{Tag::instant, Bound::exact, 0, 0, look_.opened.seconds} : Value{};
      case Op::now:
      case Op::today:
        turns_tomorrow();
        return clock(e.op);
      case Op::negate:
        return negated(eval(e.a));
      case Op::logical_not: {
        const Value v = eval(e.a);
        if (v.tag == Tag::unknown) return v;
        return of(!is_yes(v));
      }
      case Op::logical_and:
        return logical(e, false);
      case Op::logical_or:
        return logical(e, true);
      case Op::equal:
      case Op::not_equal:
        return compared(
            e, [&](const Value& a, const Value& b) { return equality(a, b, e.op == Op::not_equal); });
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
        return compared(e, [&](const Value& a, const Value& b) { return ordering(e.op, a, b); });
      case Op::add:
        return sum_of(eval(e.a), eval(e.b));
      case Op::subtract:
        return sum_of(eval(e.a), negated(eval(e.b)));
      case Op::multiply:
        return product(eval(e.a), eval(e.b));
      case Op::divide:
        return quotient(eval(e.a), eval(e.b));
      case Op::time_plus:
        return moved(pos_, eval(e.a), eval(e.b), 1);
      case Op::time_minus:
        return moved(pos_, eval(e.a), eval(e.b), -1);
      case Op::earlier:
      case Op::lesser:
        return extreme(eval(e.a), eval(e.b), true);
      case Op::later: {
        const Value a = eval(e.a);
        const Value b = eval(e.b);
        if (a.tag == Tag::absent || b.tag == Tag::absent) return {};  // not before both have happened
        return extreme(a, b, false);
      }
      case Op::greater_of:
        return extreme(eval(e.a), eval(e.b), false);
      case Op::days_between:
        return days_between(eval(e.a), eval(e.b));
      case Op::date_of:
        return date_of(eval(e.a));
      case Op::or_else: {
        const Value v = eval(e.a);
        return v.tag == Tag::absent ? eval(e.b) : v;
      }
      case Op::choose: {
        const Value v = eval(e.a);
        if (v.tag == Tag::unknown) {
          const Value b = eval(e.b);
          const Value c = eval(e.c);
          return b == c ? b : v;
        }
        return is_yes(v) ? eval(e.b) : eval(e.c);
      }
      case Op::sum:
      case Op::count:
      case Op::some:
      case Op::every:
        return over(e);
      case Op::things:
      case Op::children:
        return {};  // only inside a loop: see `over`
      case Op::operation: {
        Look inner;
        inner.subject = agreement_thing;
        inner.now = look_.now;
        inner.horizon = look_.horizon;
        // An edition that does not say so leaves the provision as it is.
        if (!p_.operations[e.n].window.holds(look_.now)) return of(!p_.operations[e.n].also);
        return of_truth(p_.operations[e.n].condition, inner);
      }
      case Op::list_has:
        return list_has(eval(e.a), eval(e.b));
      case Op::lasted:
        return lasted(e.n);
    }
    return {};
  }

  std::vector<std::pair<std::uint32_t, Truth>> gone_through(const Expr& e) {
    std::vector<std::pair<std::uint32_t, Truth>> out;
    each(e, [&](std::uint32_t t) {
      look_.elements[look_.depth++] = t;
      const Truth counts = truth(pos_, e.c, look_);
      --look_.depth;
      if (counts != Truth::no) out.emplace_back(t, counts);
    });
    return out;
  }

 private:
  [[nodiscard]] Value clock(Op op) const {
    if (op == Op::now) return {Tag::instant, Bound::exact, 0, 0, look_.now.seconds};
    return {Tag::date, Bound::exact, 0, 0, p_.zone.date_of(look_.now).days};
  }
  void turns_at(Instant at) const {
    if (look_.horizon != nullptr && at > look_.now && at < *look_.horizon) *look_.horizon = at;
  }
  void turns_tomorrow() const {
    if (look_.horizon != nullptr) turns_at(p_.zone.start_of(plus_days(p_.zone.date_of(look_.now), 1)));
  }
  // A comparison of the clock with a time turns when that time, or its day, begins and when it is over.
  void turns_about(const Value& time) const {
    if (time.tag != Tag::date && time.tag != Tag::instant) return;
    if (time.tag == Tag::instant) {
      turns_at(Instant{time.number});
      turns_at(Instant{time.number + 1});
    }
    const CivilDate day = time.tag == Tag::date ? CivilDate{static_cast<std::int32_t>(time.number)}
                                                : p_.zone.date_of(Instant{time.number});
    turns_at(p_.zone.start_of(day));
    turns_at(p_.zone.start_of(plus_days(day, 1)));
  }
  template <class Answer>
  Value compared(const Expr& e, const Answer& answer) {
    const auto is_clock = [&](ExprId id) {
      return p_.exprs[id.value].op == Op::today || p_.exprs[id.value].op == Op::now;
    };
    const bool left = is_clock(e.a);
    if (look_.horizon == nullptr || left == is_clock(e.b)) return answer(eval(e.a), eval(e.b));
    const Value a = left ? clock(p_.exprs[e.a.value].op) : eval(e.a);
    const Value b = left ? eval(e.b) : clock(p_.exprs[e.b.value].op);
    turns_about(left ? b : a);
    return answer(a, b);
  }
  // A condition's value, that of an absent one being no.
  Value of_truth(ExprId condition, const Look& look) {
    const Value v = Evaluator(pos_, look).eval(condition);
    return v.tag == Tag::unknown ? v : of(is_yes(v));
  }
  static bool is_yes(const Value& v) { return v.tag == Tag::yes_no && v.number != 0; }
  [[nodiscard]] static Value thing_value(std::uint32_t t) {
    return t == none ? Value{} : Value{Tag::thing, Bound::exact, 1, 0, t};
  }
  [[nodiscard]] std::uint32_t thing_of(const Value& v) const {
    if (v.tag != Tag::thing) return none;
    const auto n = static_cast<std::uint32_t>(v.number);
    if (v.detail == 1) return n;
    return n < pos_.thing_of_key.size() ? pos_.thing_of_key[n] : none;
  }

  Value field(std::uint32_t thing, FieldId id, bool original) {
    if (thing == none) return {};
    const Thing& t = pos_.things[thing];
    if (p_.fields[id.value].kind != t.kind) {
      // A reference to one of several kinds: the field of the same name.
      id = p_.field(t.kind, p_.text(p_.fields[id.value].name));
      if (!id.given()) return {};
    }
    const Field& f = p_.fields[id.value];
    if (f.computed.given()) {
      Look inner;
      inner.subject = thing;
      inner.now = look_.now;
      inner.horizon = look_.horizon;
      return Evaluator(pos_, inner).eval(f.computed);
    }
    const Slot& s = pos_.slot(thing, id);
    if (original && s.first_change != none) return pos_.field_changes[s.first_change].value;
    return s.value;
  }

  Value field_at(std::uint32_t thing, FieldId id, const Value& time) {
    if (thing == none || time.tag == Tag::absent) return {};
    if (time.tag == Tag::unknown || time.bound != Bound::exact) return unknown_value(time.why);
    if (p_.fields[id.value].kind != pos_.things[thing].kind)
      id = p_.field(pos_.things[thing].kind, p_.text(p_.fields[id.value].name));
    if (!id.given()) return {};
    const Instant at = time.tag == Tag::date ? p_.zone.end_of({static_cast<std::int32_t>(time.number)})
                                             : Instant{time.number};
    for (std::uint32_t c = pos_.slot(thing, id).last_change; c != none; c = pos_.field_changes[c].before) {
      if (pos_.field_changes[c].from <= at) return pos_.field_changes[c].value;
    }
    return {};
  }

  Value input(std::uint32_t index) {
    if (look_.act == nullptr || !look_.act->act.given()) return {};
    const ActId text = look_.act->text.given() ? look_.act->text : look_.act->act;
    const Range inputs = p_.acts[text.value].inputs;
    if (index < inputs.first || index >= inputs.first + inputs.count) return {};
    const auto values = pos_.record->values(look_.act->inputs);
    const std::uint32_t n = index - inputs.first;
    const Value v = n < values.size() ? values[n] : Value{};
    const Input& in = p_.inputs[index];
    // Where the input is a field of the document being made, the field's value (with its default) is meant.
    if (v.tag == Tag::absent && in.sets.given() && p_.acts[text.value].creates && look_.subject != none) {
      return field(look_.subject, in.sets, false);
    }
    if (v.tag == Tag::list && v.detail == 2 && in.sets.given() && look_.subject != none) {
      return field(look_.subject, in.sets, false);
    }
    return v;
  }

  Value supplied(std::uint32_t id) {
    const Value& v = pos_.supplied[id];
    if (v.tag != Tag::absent) return v;
    return unknown_value(pos_.unknowns.one({Missing::Kind::declared, id, 0}));
  }

  Value lasted(std::uint32_t lasting) {
    if (look_.subject == none || pos_.things[look_.subject].first_stretch == none) return no_value;
    const std::uint32_t first = pos_.things[look_.subject].first_stretch;
    const StretchRow& row = pos_.stretches[first + pos_.plan->lasting_at[lasting]];
    if (!row.holds) return row.why != 0 ? unknown_value(row.why) : no_value;
    if (row.reached.tag == Tag::unknown) return unknown_value(row.reached.why);
    if (row.reached.tag == Tag::instant) turns_at(Instant{row.reached.number});
    return of(row.reached.tag == Tag::instant && look_.now.seconds >= row.reached.number);
  }

  Value claim(std::uint32_t thing, ClaimId id) {
    if (thing != none) {
      for (std::uint32_t c = pos_.things[thing].first_claim; c != none; c = pos_.claims[c].next) {
        const ClaimRow& row = pos_.claims[c];
        if (row.claim != id) continue;
        if (row.status == ClaimStatus::disputed) {
          return unknown_value(
              pos_.unknowns.one({Missing::Kind::disputed, static_cast<std::uint32_t>(row.entry), 0}));
        }
        return row.value;
      }
    }
    const Value presumed = p_.claims[id.value].presumed;
    if (presumed.tag != Tag::absent) return presumed;
    return unknown_value(pos_.unknowns.one({Missing::Kind::unclaimed, id.value, thing}));
  }

  Value stage_is(std::uint32_t thing, std::uint32_t first, std::uint32_t count) {
    if (thing == none) return no_value;
    const StageId stage = pos_.things[thing].stage;
    for (std::uint32_t i = first; i < first + count; ++i) {
      const StageId wanted = p_.stage_sets[i];
      if (wanted == stage) return yes_value;
      // A reference to one of several kinds: the stage of the same name.
      if (stage.given() && p_.stages[stage.value].name == p_.stages[wanted.value].name) return yes_value;
    }
    return no_value;
  }

  bool signed_by(OfficeId office, bool or_higher) {
    if (look_.act == nullptr) return false;
    for (const BoundSignature& s : pos_.record->signatures(look_.act->signatures)) {
      if (signature_stands(pos_, s, office, or_higher, look_.act->at)) return true;
    }
    for (const std::uint32_t index : look_.signed_with) {
      const BoundEntry& other = pos_.entries[index];
      for (const BoundSignature& s : pos_.record->signatures(other.signatures)) {
        if (signature_stands(pos_, s, office, or_higher, other.at)) return true;
      }
    }
    return false;
  }

  bool cites(ExprId what) {
    if (look_.act == nullptr) return false;
    const Expr& e = p_.exprs[what.value];
    if (e.op == Op::literal && p_.literals[e.n].tag == Tag::text) return look_.act->cites_agreement;
    const Value v = eval(what);
    if (v.tag != Tag::thing) return false;
    const std::uint32_t key = v.detail == 1 ? pos_.things[static_cast<std::uint32_t>(v.number)].key
                                            : static_cast<std::uint32_t>(v.number);
    for (const std::uint32_t cited : pos_.record->cited(look_.act->cites)) {
      if (cited == key) return true;
    }
    return false;
  }

  bool in_writing() {
    if (look_.act == nullptr) return false;
    const std::string_view via = pos_.record->text(look_.act->via);
    return via != "orally" && via != "by_telephone" && via != "telephone";
  }

  const Judgement* find_event(std::uint32_t thing, ActId act, bool first) {
    if (thing == none) return nullptr;
    const Judgement* found = nullptr;
    for (std::uint32_t e = pos_.things[thing].last_event; e != none; e = pos_.events[e].before) {
      if (pos_.events[e].act != act) continue;
      found = &pos_.judgements[pos_.events[e].judgement];
      if (!first) return found;
    }
    return found;
  }

  Value event_time(const Expr& e) {
    const Judgement* j = find_event(thing_of(eval(e.a)), ActId{e.n}, e.m != 0);
    if (j == nullptr) return {};
    switch (e.op) {
      case Op::event_sent:
        return {Tag::instant, Bound::exact, 0, 0, j->sent.seconds};
      case Op::event_effect:
        return {Tag::instant, Bound::exact, 0, 0, j->effect.seconds};
      default:
        break;
    }
    if (j->received.tag == Tag::instant && j->received.number > look_.now.seconds) return {};
    return j->received;
  }

  Value entered(std::uint32_t thing, StageId stage) {
    if (thing == none) return {};
    for (std::uint32_t c = pos_.things[thing].last_stage; c != none; c = pos_.stage_changes[c].before) {
      if (pos_.stage_changes[c].stage == stage) {
        return {Tag::instant, Bound::exact, 0, 0, pos_.stage_changes[c].at.seconds};
      }
    }
    return {};
  }

  Value logical(const Expr& e, bool decides) {
    const Value a = eval(e.a);
    if (a.tag != Tag::unknown && is_yes(a) == decides) return of(decides);
    const Value b = eval(e.b);
    if (b.tag != Tag::unknown && is_yes(b) == decides) return of(decides);
    if (a.tag == Tag::unknown || b.tag == Tag::unknown) {
      return unknown_value(
          pos_.unknowns.join(a.tag == Tag::unknown ? a.why : 0, b.tag == Tag::unknown ? b.why : 0));
    }
    return of(!decides);
  }

  // Two times brought to the same footing: an instant against a date is looked at as its day.
  void align(Value& a, Value& b) const {
    if (a.tag == Tag::instant && b.tag == Tag::date) a = day_of(a);
    if (a.tag == Tag::date && b.tag == Tag::instant) b = day_of(b);
  }
  [[nodiscard]] Value day_of(const Value& v) const {
    Value d = v;
    d.tag = Tag::date;
    d.number = p_.zone.date_of({v.number}).days;
    return d;
  }
  Value date_of(const Value& v) { return v.tag == Tag::instant ? day_of(v) : v; }

  static std::strong_ordering order(const Value& a, const Value& b) {
    if (a.tag == Tag::number) {
      return Decimal{a.number, static_cast<std::uint8_t>(a.detail)} <=>
             Decimal{b.number, static_cast<std::uint8_t>(b.detail)};
    }
    return a.number <=> b.number;
  }

  Value equality(Value a, Value b, bool negate) {
    if (a.tag == Tag::unknown || b.tag == Tag::unknown)
      return unknown_value(pos_.unknowns.join(a.why, b.why));
    align(a, b);
    if (a.tag == Tag::thing && b.tag == Tag::thing) {
      const std::uint32_t x = thing_of(a);
      const bool same = x != none ? x == thing_of(b) : (a.detail == b.detail && a.number == b.number);
      return of(same != negate);
    }
    if (a.tag == Tag::absent || b.tag == Tag::absent) return of((a.tag == b.tag) != negate);
    const bool text_like =
        (a.tag == Tag::text || a.tag == Tag::choice) && (b.tag == Tag::text || b.tag == Tag::choice);
    if (!text_like && a.tag != b.tag) return of(negate);
    if (a.bound != Bound::exact || b.bound != Bound::exact)
      return unknown_value(pos_.unknowns.join(a.why, b.why));
    if (text_like) return of((a.number == b.number) != negate);
    return of((order(a, b) == std::strong_ordering::equal) != negate);
  }

  Value ordering(Op op, Value a, Value b) {
    if (a.tag == Tag::unknown || b.tag == Tag::unknown)
      return unknown_value(pos_.unknowns.join(a.why, b.why));
    align(a, b);
    if (a.tag == Tag::absent || b.tag == Tag::absent) return no_value;
    if (a.tag != b.tag) return no_value;
    if (op == Op::greater) return ordering(Op::less, b, a);
    if (op == Op::greater_equal) return ordering(Op::less_equal, b, a);
    const auto o = order(a, b);
    const bool holds = op == Op::less ? o < 0 : o <= 0;
    if (a.bound == Bound::exact && b.bound == Bound::exact) return of(holds);
    // a at most x and b at least y: a < b for sure when x < y; and the other way round.
    if (holds && a.bound != Bound::at_least && b.bound != Bound::at_most) return yes_value;
    if (!holds && a.bound != Bound::at_most && b.bound != Bound::at_least) return no_value;
    return unknown_value(pos_.unknowns.join(a.why, b.why));
  }

  Value negated(Value v) {
    if (v.tag == Tag::number || v.tag == Tag::money) {
      v.number = -v.number;
      v.bound = flipped(v.bound);
    }
    return v;
  }

  Value overflow() { return unknown_value(pos_.unknowns.one({Missing::Kind::overflow, 0, 0})); }

  Value sum_of(Value a, Value b) {
    if (a.tag == Tag::absent) return b.tag == Tag::absent ? Value{} : b;
    if (b.tag == Tag::absent) return a;
    const std::uint32_t why = pos_.unknowns.join(a.why, b.why);
    if (a.tag == Tag::unknown || b.tag == Tag::unknown) return unknown_value(why);
    if (a.bound != Bound::exact && b.bound != Bound::exact && a.bound != b.bound) return unknown_value(why);
    Value r = a;
    r.why = why;
    r.bound = a.bound == Bound::exact ? b.bound : a.bound;
    if (a.tag == Tag::money && b.tag == Tag::money && a.detail == b.detail) {
      if (__builtin_add_overflow(a.number, b.number, &r.number)) return overflow();
      return r;
    }
    if (a.tag == Tag::number && b.tag == Tag::number) {
      const auto sum = counterpart::add(decimal(a), decimal(b));
      if (!sum) return overflow();
      return with(r, *sum);
    }
    return {};
  }

  static Decimal decimal(const Value& v) { return {v.number, static_cast<std::uint8_t>(v.detail)}; }
  static Value with(Value v, Decimal d) {
    v.tag = Tag::number;
    v.number = d.coefficient;
    v.detail = d.scale;
    return v;
  }

  Value product(Value a, Value b) {
    if (b.tag == Tag::money) std::swap(a, b);
    const std::uint32_t why = pos_.unknowns.join(a.why, b.why);
    if (a.tag == Tag::unknown || b.tag == Tag::unknown) return unknown_value(why);
    if (b.tag != Tag::number || (a.tag != Tag::money && a.tag != Tag::number)) return {};
    if (a.bound != Bound::exact && b.bound != Bound::exact) return unknown_value(why);
    Value r = a;
    r.why = why;
    r.bound = a.bound != Bound::exact ? (b.number < 0 ? flipped(a.bound) : a.bound)
                                      : (a.number < 0 ? flipped(b.bound) : b.bound);
    if (a.tag == Tag::money) {
      const auto m = counterpart::multiply(Money::from_minor(a.number, p_.currencies[a.detail]), decimal(b),
                                           p_.rounding);
      if (!m) return overflow();
      r.number = m->minor;
      return r;
    }
    const auto d = counterpart::multiply(decimal(a), decimal(b));
    return d ? with(r, *d) : overflow();
  }

  Value quotient(const Value& a, const Value& b) {
    const std::uint32_t why = pos_.unknowns.join(a.why, b.why);
    if (a.tag == Tag::unknown || b.tag == Tag::unknown) return unknown_value(why);
    if (b.tag != Tag::number || b.bound != Bound::exact || b.number == 0) return {};
    Value r = a;
    r.why = why;
    if (b.number < 0) r.bound = flipped(a.bound);
    if (a.tag == Tag::money) {
      // amount / (c / 10^s) = amount * 10^s / c
      std::int64_t scale = 1;
      for (std::uint16_t i = 0; i < b.detail; ++i) scale *= 10;
      const auto m =
          share(Money::from_minor(a.number, p_.currencies[a.detail]), scale, b.number, p_.rounding);
      if (!m) return overflow();
      r.number = m->minor;
      return r;
    }
    if (a.tag != Tag::number) return {};
    const auto d = divide(decimal(a), decimal(b), 10, p_.rounding);
    return d ? with(r, *d) : overflow();
  }

  // `parts` in `whole` of an amount, with one rounding: none where they are below zero, all where they are
  // more.
  Value share_of(const Value& amount, const Value& parts, const Value& whole, Rounding rounding) {
    const std::uint32_t why = pos_.unknowns.join(amount.why, pos_.unknowns.join(parts.why, whole.why));
    if (amount.tag == Tag::unknown || parts.tag == Tag::unknown || whole.tag == Tag::unknown)
      return unknown_value(why);
    if (parts.tag != Tag::number || whole.tag != Tag::number || whole.number <= 0) return {};
    if (parts.bound != Bound::exact || whole.bound != Bound::exact) return unknown_value(why);
    Value r = amount;
    r.why = why;
    if (order(parts, whole) >= 0) return r;
    if (parts.number <= 0) {
      r.number = 0;
      return r;
    }
    // parts / whole with their scales brought together.
    std::int64_t n = parts.number;
    std::int64_t m = whole.number;
    bool fits = true;
    for (std::uint16_t s = parts.detail; s < whole.detail; ++s)
      fits = fits && !__builtin_mul_overflow(n, 10, &n);
    for (std::uint16_t s = whole.detail; s < parts.detail; ++s)
      fits = fits && !__builtin_mul_overflow(m, 10, &m);
    if (!fits) return overflow();
    if (amount.tag != Tag::money) return {};
    const auto part = share(Money::from_minor(amount.number, p_.currencies[amount.detail]), n, m, rounding);
    if (!part) return overflow();
    r.number = part->minor;
    return r;
  }

  Value extreme(Value a, Value b, bool least) {
    if (a.tag == Tag::absent) return b;
    if (b.tag == Tag::absent) return a;
    if (a.tag == Tag::unknown && b.tag == Tag::unknown)
      return unknown_value(pos_.unknowns.join(a.why, b.why));
    if (a.tag == Tag::unknown || b.tag == Tag::unknown) {
      Value known = a.tag == Tag::unknown ? b : a;
      known.why = pos_.unknowns.join(a.why, b.why);
      const Bound bound = least ? Bound::at_most : Bound::at_least;
      if (known.bound != Bound::exact && known.bound != bound) return unknown_value(known.why);
      known.bound = bound;
      return known;
    }
    // A date against an instant: a date stands for its whole day.
    Value x = a;
    Value y = b;
    if (x.tag == Tag::date && y.tag == Tag::instant)
      x = {Tag::instant, x.bound, 0, x.why, p_.zone.end_of({static_cast<std::int32_t>(a.number)}).seconds};
    if (y.tag == Tag::date && x.tag == Tag::instant && a.tag == Tag::instant)
      y = {Tag::instant, y.bound, 0, y.why, p_.zone.end_of({static_cast<std::int32_t>(b.number)}).seconds};
    if (x.tag != y.tag) return {};
    return (order(x, y) <= 0) == least ? a : b;
  }

  Value days_between(const Value& a, const Value& b) {
    const Value x = date_of(a);
    const Value y = date_of(b);
    if (x.tag == Tag::unknown || y.tag == Tag::unknown)
      return unknown_value(pos_.unknowns.join(x.why, y.why));
    if (x.tag != Tag::date || y.tag != Tag::date) return {};
    return {Tag::number, Bound::exact, 0, pos_.unknowns.join(x.why, y.why), y.number - x.number};
  }

  Value list_has(const Value& list, const Value& item) {
    if (list.tag == Tag::unknown) return list;
    if (item.tag == Tag::unknown) return item;
    for (std::size_t n = 0; n < pos_.text_count(list); ++n) {
      if (pos_.text_at(list, n).value == static_cast<std::uint64_t>(item.number)) return yes_value;
    }
    return no_value;
  }

  struct Total {
    bool any = false;
    Value sum{};
    std::int64_t counted = 0;
    bool some_yes = false, some_no = false;
    std::uint32_t why = 0;        // of conditions that are unknown
    std::uint32_t value_why = 0;  // of values that are unknown
    bool negative = false;        // some value is below zero: then those unknown may be
  };

  void visit(const Expr& e, std::uint32_t element, Total& total) {
    if (look_.depth >= 4) return;
    look_.elements[look_.depth++] = element;
    bool counts = true;
    if (e.c.given()) {
      const Value keep = eval(e.c);
      counts = is_yes(keep);
      if (keep.tag == Tag::unknown) total.why = pos_.unknowns.join(total.why, keep.why);
    }
    if (counts) {
      total.any = true;
      ++total.counted;
      if (e.b.given()) {
        const Value v = eval(e.b);
        if (e.op == Op::sum) {
          if (v.tag == Tag::unknown) {
            total.value_why = pos_.unknowns.join(total.value_why, v.why);
          } else {
            total.sum = sum_of(total.sum, v);
            total.negative = total.negative || v.number < 0;
          }
        } else if (v.tag == Tag::unknown) {
          total.why = pos_.unknowns.join(total.why, v.why);
        } else {
          (is_yes(v) ? total.some_yes : total.some_no) = true;
        }
      }
    }
    --look_.depth;
  }

  // Each thing an aggregate goes through. Answers the list it is, where there is one.
  template <class Do>
  Value each(const Expr& e, const Do& act) {
    const Expr& list = p_.exprs[e.a.value];
    if (list.op == Op::things || list.op == Op::children) {
      const std::uint32_t parent = list.op == Op::children ? thing_of(eval(list.a)) : none;
      for (const std::uint32_t t : pos_.things_of_kind[list.n]) {
        if (pos_.things[t].gone) continue;
        if (list.op == Op::children) {
          const Value ref = pos_.slot(t, FieldId{list.m}).value;
          if (parent == none || thing_of(ref) != parent) continue;
        }
        act(t);
      }
      return {};
    }
    const Value v = eval(e.a);
    const Range parts = Position::parts_of(v);
    for (std::uint32_t t = parts.first; t < parts.first + parts.count; ++t) act(t);
    return v;
  }

  Value over(const Expr& e) {
    Total total;
    const Value v = each(e, [&](std::uint32_t t) { visit(e, t, total); });
    if (v.tag == Tag::unknown) return v;
    if (e.op == Op::count && v.tag == Tag::list && Position::parts_of(v).empty())
      total.counted = static_cast<std::int64_t>(pos_.text_count(v));
    switch (e.op) {
      case Op::count:
        if (total.why != 0) return {Tag::number, Bound::at_least, 0, total.why, total.counted};
        return {Tag::number, Bound::exact, 0, 0, total.counted};
      case Op::some:
        if (total.some_yes) return yes_value;
        return total.why != 0 ? unknown_value(total.why) : no_value;
      case Op::every:
        if (total.some_no) return no_value;
        return total.why != 0 ? unknown_value(total.why) : yes_value;
      default:
        break;
    }
    const std::uint32_t why = pos_.unknowns.join(total.why, total.value_why);
    if (total.sum.tag == Tag::absent) {
      if (why != 0) return unknown_value(why);
      return empty_sum(e.b);
    }
    if (why != 0) {
      total.sum.why = pos_.unknowns.join(total.sum.why, why);
      if (total.sum.bound == Bound::at_most || total.negative) return unknown_value(total.sum.why);
      total.sum.bound = Bound::at_least;
    }
    return total.sum;
  }

  // Nothing to add up is zero of the right type: money unless the summed field is a number.
  Value empty_sum(ExprId value) {
    const Expr& e = p_.exprs[value.value];
    if (e.op == Op::field && p_.fields[e.n].type.type == Type::number)
      return {Tag::number, Bound::exact, 0, 0, 0};
    return {Tag::money, Bound::exact, 0, 0, 0};
  }

  const Position& pos_;
  const Program& p_;
  Look look_;
};

}  // namespace

Value evaluate(const Position& position, ExprId id, const Look& look) {
  return id.given() ? Evaluator(position, look).eval(id) : Value{};
}

std::vector<std::pair<std::uint32_t, Truth>> gone_through(const Position& position, ExprId aggregate,
                                                          const Look& look) {
  return Evaluator(position, look).gone_through(position.program().exprs[aggregate.value]);
}

Truth truth(const Position& position, ExprId id, const Look& look, std::uint32_t* why) {
  if (!id.given()) return Truth::yes;
  const Value v = Evaluator(position, look).eval(id);
  if (v.tag == Tag::unknown) {
    if (why != nullptr) *why = position.unknowns.join(*why, v.why);
    return Truth::unknown;
  }
  return v.tag == Tag::yes_no && v.number != 0 ? Truth::yes : Truth::no;
}

TextId holder(const Position& position, OfficeId office, Instant at) {
  TextId person;
  for (const Appointment& a : position.appointments) {
    if (!a.designee && a.office == office && a.from <= at && at < a.until) person = a.person;
  }
  return person;
}

bool signature_stands(const Position& position, const BoundSignature& s, OfficeId office, bool or_higher,
                      Instant at) {
  const Program& p = position.program();
  const Office& wanted = p.offices[office.value];
  if (s.party != wanted.party) return false;
  const auto serves = [&](OfficeId held) {
    if (!held.given()) return false;
    if (held == office) return true;
    const Office& h = p.offices[held.value];
    return or_higher && h.party == wanted.party && h.ladder == wanted.ladder && h.rank >= wanted.rank;
  };
  if (!s.person.given()) return serves(s.office);
  // A named person signs with the offices the register gives that person on the day. Where the register knows
  // nobody in the office asked for, the office the paper represents counts.
  bool registered = false;
  for (const Appointment& a : position.appointments) {
    if (p.offices[a.office.value].party != s.party) continue;
    if (a.person == s.person && a.from <= at && at < a.until && serves(a.office)) return true;
    registered = registered || a.person == s.person || a.office == office;
  }
  return !registered && serves(s.office);
}

}  // namespace counterpart::engine
