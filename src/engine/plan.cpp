#include "engine/plan.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

namespace counterpart::engine {

using namespace program;

namespace {

// Deeper than any expression that can be read; computed fields that name each other end here.
constexpr int max_depth = 200;

// True when some node of the expression satisfies `test`, or of what it names: terms and computed fields.
bool any_node(const Program& p, ExprId id, const std::function<bool(const Expr&)>& test, int depth = 0) {
  if (!id.given() || depth > max_depth) return false;
  const Expr& e = p.exprs[id.value];
  if (test(e)) return true;
  const ExprId named = e.op == Op::term        ? p.terms[e.n].value
                       : e.op == Op::field     ? p.fields[e.n].computed
                       : e.op == Op::operation ? p.operations[e.n].condition
                                               : ExprId{};
  return any_node(p, named, test, depth + 1) || any_node(p, e.a, test, depth + 1) ||
         any_node(p, e.b, test, depth + 1) || any_node(p, e.c, test, depth + 1);
}

// Which kinds the rules of one kind look at: of the family (a document and its parts) those near, of all
// others those far. What is read through a name that several kinds have marks each of them; what cannot be
// told from the expression marks every kind.
class Looks {
 public:
  Looks(const Program& p, KindId who, std::vector<bool>& near, std::vector<bool>& far)
      : p_(p), parent_(p.kinds[who.value].part_of), near_(near), far_(far) {}

  void mark(ExprId id) { mark(id, Whose::own, 0); }
  [[nodiscard]] bool at_offices() const { return at_offices_; }
  // Whether it looks at how dues or duties of another document stand.
  [[nodiscard]] bool at_standing() const { return at_standing_; }

 private:
  // Whose an expression's subject is: that of who looks, its document, or one that is marked already.
  enum class Whose : std::uint8_t { own, parent, marked, other };

  [[nodiscard]] Whose whose(ExprId thing, Whose subject) const {
    if (!thing.given()) return subject;
    const Expr& e = p_.exprs[thing.value];
    if (e.op == Op::subject) return subject;
    if (e.op == Op::element) return Whose::marked;  // with the list gone through
    if (e.op == Op::parent && whose(e.a, subject) == Whose::own) return Whose::parent;
    return Whose::other;
  }
  void everything() { far_.assign(far_.size(), true); }
  // The kinds a reference can lead to, in order; empty where that cannot be told.
  [[nodiscard]] std::vector<KindId> led_to(ExprId thing) const {
    if (!thing.given()) return {};
    const Expr& e = p_.exprs[thing.value];
    std::vector<KindId> out;
    if (e.op == Op::agreement) {
      if (p_.kind("Agreement").given()) out.push_back(p_.kind("Agreement"));
      return out;
    }
    if (e.op != Op::field && e.op != Op::original_field && e.op != Op::field_at) return out;
    // Of another document the name decides, and kinds may mean others by it.
    for (const Field& f : p_.fields) {
      if (f.name != p_.fields[e.n].name) continue;
      if (f.type.type != Type::reference) return {};
      const std::vector<KindId>& kinds = p_.kind_sets[f.type.detail];
      out.insert(out.end(), kinds.begin(), kinds.end());
    }
    std::sort(out.begin(), out.end(), [](KindId a, KindId b) { return a.value < b.value; });
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  static bool meant(const std::vector<KindId>& kinds, KindId kind) {
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  }
  // Something is read of a document: of another, every kind that has the name and can be meant is marked.
  template <class Rows, class Same, class KindOf>
  void read(Whose from, const std::vector<KindId>& kinds, const Rows& rows, const Same& same,
            const KindOf& kind_of) {
    if (from == Whose::parent && parent_.given()) near_[parent_.value] = true;
    if (from != Whose::other) return;
    for (const auto& row : rows) {
      if (same(row) && kind_of(row).given() && meant(kinds, kind_of(row))) far_[kind_of(row).value] = true;
    }
  }
  // The texts that may set a term for some matter: those it invites, and those above the agreement; and every
  // document whose references may come to lead elsewhere, and so to another text.
  void mark_texts(const Term& term, int depth) {
    for (std::uint32_t i = term.invitations.first; i < term.invitations.first + term.invitations.count; ++i) {
      far_[p_.invitations[i].kind.value] = true;
      mark(p_.invitations[i].limit, Whose::own, depth + 1);
    }
    for (const Rank& rank : p_.ranks) {
      if (rank.kind.given()) far_[rank.kind.value] = true;
      mark(rank.condition, Whose::marked, depth + 1);
    }
    if (p_.equals_kind.given()) far_[p_.equals_kind.value] = true;
    const auto moves = [&](FieldId field) {
      if (field.given() && p_.fields[field.value].type.type == Type::reference)
        far_[p_.fields[field.value].kind.value] = true;
    };
    for (const Effect& effect : p_.effects) {
      if (effect.kind == EffectKind::set_field) moves(effect.field);
    }
    for (const Act& act : p_.acts) {
      for (std::uint32_t i = act.inputs.first; i < act.inputs.first + act.inputs.count && !act.creates; ++i)
        moves(p_.inputs[i].sets);
    }
  }
  void mark_field(FieldId id, Whose from, const std::vector<KindId>& kinds, int depth) {
    // Names that several kinds have lead round in circles.
    if (!seen_.emplace(id.value, from, kinds).second) return;
    const auto kind_of = [](const Field& f) { return f.kind; };
    const auto same = [&](const Field& f) { return f.name == p_.fields[id.value].name; };
    read(from, kinds, p_.fields, same, kind_of);
    for (std::uint32_t f = 0; f < p_.fields.size(); ++f) {
      const Field& field = p_.fields[f];
      if (f != id.value && (from != Whose::other || !same(field))) continue;
      if (from == Whose::other && !meant(kinds, field.kind)) continue;
      if (field.type.type == Type::parts)
        (from == Whose::own || from == Whose::parent ? near_ : far_)[field.type.detail] = true;
      mark(field.computed, from == Whose::other ? Whose::marked : from, depth + 1);
    }
  }

  void mark(ExprId id, Whose subject, int depth) {
    if (!id.given() || depth > max_depth) return;
    const Expr& e = p_.exprs[id.value];
    const Whose from = whose(e.a, subject);
    const auto of_kind = [](const auto& row) { return row.kind; };
    switch (e.op) {
      case Op::things:
      case Op::children:
        far_[e.n] = true;
        break;
      case Op::term:
        if (!p_.terms[e.n].invitations.empty()) mark_texts(p_.terms[e.n], depth);
        mark(p_.terms[e.n].value, subject, depth + 1);
        break;
      case Op::operation:
        mark(p_.operations[e.n].condition, Whose::marked, depth + 1);
        break;
      case Op::office_filled:
      case Op::office_holder:
        at_offices_ = true;
        break;
      case Op::due_fact:  // what settles it may be an act on a third document
      case Op::account_fact:
      case Op::duty_is:
      case Op::in_breach:
        at_standing_ = at_standing_ || from != Whose::own;
        if (p_.exprs[e.a.value].op != Op::subject) everything();
        break;
      case Op::field:
      case Op::original_field:
      case Op::field_at:
        mark_field(FieldId{e.n}, from, led_to(e.a), depth);
        break;
      case Op::stage_is:
        for (std::uint32_t i = e.n; i < e.n + e.m; ++i) {
          const TextId name = p_.stages[p_.stage_sets[i].value].name;
          read(from, led_to(e.a), p_.stages, [&](const Stage& s) { return s.name == name; }, of_kind);
        }
        break;
      case Op::entered_stage:
        read(
            from, led_to(e.a), p_.stages, [&](const Stage& s) { return s.name == p_.stages[e.n].name; },
            of_kind);
        break;
      case Op::happened:
      case Op::event_sent:
      case Op::event_received:
      case Op::event_effect:
        read(
            from, led_to(e.a), p_.acts, [&](const Act& act) { return act.verb == p_.acts[e.n].verb; },
            of_kind);
        break;
      case Op::claim:
        read(
            from, led_to(e.a), p_.claims,
            [&](const Claim& claim) { return claim.name == p_.claims[e.n].name; },
            [](const Claim& claim) { return claim.subject; });
        break;
      default:
        break;
    }
    mark(e.a, subject, depth + 1);
    mark(e.b, subject, depth + 1);
    mark(e.c, subject, depth + 1);
  }

  const Program& p_;
  KindId parent_;
  std::vector<bool>& near_;
  std::vector<bool>& far_;
  std::set<std::tuple<std::uint32_t, Whose, std::vector<KindId>>> seen_;
  bool at_offices_ = false;
  bool at_standing_ = false;
};

bool rests_on_fields(const Program& p, ExprId id) {
  return any_node(p, id, [](const Expr& e) {
    return e.op == Op::field || e.op == Op::field_at || e.op == Op::claim || e.op == Op::things ||
           e.op == Op::children || e.op == Op::stage_is || e.op == Op::happened || e.op == Op::sum ||
           e.op == Op::count || e.op == Op::due_fact || e.op == Op::account_fact || e.op == Op::duty_is ||
           e.op == Op::in_breach || e.op == Op::event_sent || e.op == Op::event_received ||
           e.op == Op::event_effect || e.op == Op::entered_stage || e.op == Op::lasted ||
           e.op == Op::parent || e.op == Op::office_filled || e.op == Op::office_holder;
  });
}

}  // namespace

Plan::Plan(const Program& p) : program(&p) {
  acts.resize(p.acts.size());
  stages.resize(p.stages.size());
  kinds.resize(p.kinds.size());
  deadline_is_live.resize(p.duties.size());
  agreement_kind = p.kind("Agreement");

  for (std::uint32_t i = 0; i < p.acts.size(); ++i) {
    const Range inputs = p.acts[i].inputs;
    for (std::uint32_t n = 0; n < inputs.count; ++n) {
      if (p.text(p.inputs[inputs.first + n].name) == "amount") acts[i].amount_input = n;
    }
  }

  const auto watch = [&](KindId kind, const Trigger& t, Watch::Starts starts, std::uint32_t index,
                         ExprId operates) {
    Watch w{t, starts, index, {}};
    if (t.kind == TriggerKind::becomes_true) w.operates = operates;
    w.keeps = starts == Watch::Starts::duty && p.duties[index].keeps.given();
    kinds[kind.value].watches.push_back(w);
  };
  const std::vector<std::vector<bool>> nothing(p.kinds.size(), std::vector<bool>(p.kinds.size()));
  std::vector<std::vector<bool>> looked_at = nothing;  // by who looks
  std::vector<std::vector<bool>> near = nothing;
  std::vector<bool> at_standing(p.kinds.size());  // by who looks
  const auto note_looks = [&](KindId kind, ExprId id) {
    if (!kind.given()) return;
    Looks looks(p, kind, near[kind.value], looked_at[kind.value]);
    looks.mark(id);
    if (looks.at_standing()) at_standing[kind.value] = true;
    if (looks.at_offices() && (office_lookers.empty() || office_lookers.back() != kind.value))
      office_lookers.push_back(kind.value);
  };

  // A change of what operates touches the documents of every kind that it guards.
  const auto guarded = [&](KindId kind, ExprId operates) {
    if (kind.given() && operates.given()) kinds[kind.value].has_operation = true;
  };
  for (std::uint32_t i = 0; i < p.operations.size(); ++i) {
    const Operation& o = p.operations[i];
    for (const ExprId time : {o.from, o.until}) {
      if (!time.given()) continue;
      Trigger t;
      t.kind = TriggerKind::time;
      t.time = time;
      // The day after the last, where it operates through a whole day.
      t.past_the_day = time == o.until && !o.until_is_instant;
      watch(agreement_kind, t, Watch::Starts::operation, i, {});
    }
  }
  lasting_at.resize(p.lastings.size());
  for (std::uint32_t i = 0; i < p.lastings.size(); ++i) {
    const Lasting& lasting = p.lastings[i];
    KindPlan& kind = kinds[lasting.subject.value];
    lasting_at[i] = static_cast<std::uint32_t>(kind.lastings.size());
    kind.lastings.push_back(i);
    note_looks(lasting.subject, lasting.condition);
  }

  signers.resize(p.requirements.size());
  for (const Act& act : p.acts) {
    note_looks(act.kind, act.effect_at);
    for (std::uint32_t r = act.requirements.first; r < act.requirements.first + act.requirements.count; ++r) {
      (void)any_node(p, p.requirements[r].condition, [&](const Expr& e) {
        if (e.op == Op::signed_by) signers[r].push_back(p.offices[e.n].party);
        return false;
      });
    }
  }

  excuses.resize(p.duties.size());
  for (std::uint32_t i = 0; i < p.excuses.size(); ++i) {
    const Excuse& x = p.excuses[i];
    guarded(x.subject, x.operates);
    note_looks(x.subject, x.condition);
    for (std::uint32_t n = 0; n < x.duties.count; ++n) {
      const std::uint32_t duty = p.duty_lists[x.duties.first + n].value;
      excuses[duty].push_back(i);
    }
  }
  for (std::uint32_t i = 0; i < p.duties.size(); ++i) {
    const Duty& d = p.duties[i];
    guarded(d.subject, d.operates);
    for (std::uint32_t t = d.triggers.first; t < d.triggers.first + d.triggers.count; ++t) {
      const Trigger& trigger = p.triggers[t];
      switch (trigger.kind) {
        case TriggerKind::act_effect:
          acts[trigger.act.value].opens_on_effect.push_back(i);
          break;
        case TriggerKind::act_receipt:
          acts[trigger.act.value].opens_on_receipt.push_back(i);
          break;
        case TriggerKind::stage:
          stages[trigger.stage.value].duties.push_back(i);
          break;
        case TriggerKind::time:
        case TriggerKind::becomes_true:
          watch(d.subject, trigger, Watch::Starts::duty, i, d.operates);
          note_looks(d.subject, trigger.time);
          note_looks(d.subject, trigger.condition);
          note_looks(d.subject, trigger.until);
          break;
        case TriggerKind::start:
          duties_at_start.push_back(i);
          break;
      }
    }
    for (std::uint32_t n = 0; n < d.performance.count; ++n) {
      auto& performs = acts[p.act_lists[d.performance.first + n].value].performs;
      if (performs.empty() || performs.back() != i) performs.push_back(i);
    }
    deadline_is_live[i] = rests_on_fields(p, d.deadline);
    note_looks(d.subject, d.guard);
    note_looks(d.subject, d.keeps);
    // A term in a deadline is fixed when the clock starts.
    if (deadline_is_live[i]) note_looks(d.subject, d.deadline);
  }
  const auto add_trigger = [&](KindId subject, const Trigger& t, Watch::Starts starts, std::uint32_t i,
                               ExprId operates) {
    guarded(subject, operates);
    const bool due = starts == Watch::Starts::due;
    switch (t.kind) {
      case TriggerKind::act_effect:
        (due ? acts[t.act.value].dues_on_effect : acts[t.act.value].rules_on_effect).push_back(i);
        break;
      case TriggerKind::act_receipt:
        (due ? acts[t.act.value].dues_on_receipt : acts[t.act.value].rules_on_receipt).push_back(i);
        break;
      case TriggerKind::stage:
        (due ? stages[t.stage.value].dues : stages[t.stage.value].rules).push_back(i);
        break;
      case TriggerKind::time:
      case TriggerKind::becomes_true:
        watch(subject, t, starts, i, operates);
        note_looks(subject, t.time);
        note_looks(subject, t.condition);
        break;
      case TriggerKind::start:
        break;
    }
  };
  for (std::uint32_t i = 0; i < p.rules.size(); ++i) {
    add_trigger(p.rules[i].subject, p.rules[i].trigger, Watch::Starts::rule, i, p.rules[i].operates);
  }
  for (std::uint32_t i = 0; i < p.dues.size(); ++i) {
    const Due& d = p.dues[i];
    add_trigger(d.subject, d.trigger, Watch::Starts::due, i, d.operates);
    for (std::uint32_t n = d.settlements.first; n < d.settlements.first + d.settlements.count; ++n) {
      acts[p.settlements[n].act.value].settles.push_back({i, n});
    }
    for (const ExprId id : {d.amount, d.disputed, d.guard, d.deadline, d.cap, d.cap_unless})
      note_looks(d.subject, id);
    // What is left of a cap changes with the other dues under it.
    if (d.cap.given()) looked_at[d.subject.value][d.subject.value] = at_standing[d.subject.value] = true;
    for (const Due& other : p.dues) {
      if (d.cap.given() && d.cap_name.given() && other.cap_name == d.cap_name)
        looked_at[d.subject.value][other.subject.value] = true;
    }
  }
  std::sort(office_lookers.begin(), office_lookers.end());
  office_lookers.erase(std::unique(office_lookers.begin(), office_lookers.end()), office_lookers.end());
  const auto own_rules = [&](const auto& rows) {
    for (const auto& row : rows) {
      if (row.subject.given()) kinds[row.subject.value].lives = true;
    }
  };
  own_rules(p.duties);
  own_rules(p.excuses);
  own_rules(p.powers);
  own_rules(p.rules);
  own_rules(p.periods);
  own_rules(p.accounts);
  own_rules(p.dues);
  own_rules(p.claims);
  own_rules(p.lastings);
  for (const Act& act : p.acts) kinds[act.kind.value].lives = true;
  for (std::uint32_t k = 0; k < p.kinds.size(); ++k) {
    KindPlan& kind = kinds[k];
    kind.lives = p.kinds[k].is_part && (kind.lives || !p.kinds[k].stages.empty());
    // Its parts change with a document.
    std::vector<std::uint32_t> changed{k};
    const Range fields = p.kinds[k].fields;
    for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
      if (p.fields[f].type.type != Type::parts) continue;
      kind.part_fields.push_back(FieldId{f});
      changed.push_back(p.fields[f].type.detail);
    }
    for (std::uint32_t who = 0; who < p.kinds.size(); ++who) {
      if (near[who][k]) kind.near_lookers.push_back(who);
      if (std::any_of(changed.begin(), changed.end(), [&](std::uint32_t c) { return looked_at[who][c]; }))
        (at_standing[who] ? kind.standing_lookers : kind.lookers).push_back(who);
    }
  }
}

}  // namespace counterpart::engine
