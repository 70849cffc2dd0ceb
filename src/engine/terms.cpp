#include "engine/terms.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

namespace {

constexpr std::uint32_t unranked = 0xffff;

// A length as hours or as months: what can be compared without a date. Business days and months compare only
// with their own kind.
struct Length {
  int kind = 0;
  std::int64_t count = 0;
};
Length length_of(const Value& v) {
  const std::int64_t n = duration_count(v);
  switch (duration_unit(v)) {
    case Unit::seconds:
      return {0, n};
    case Unit::hours:
      return {0, n * 3600};
    case Unit::days:
      return {0, n * 86400};
    case Unit::weeks:
      return {0, n * 7 * 86400};
    case Unit::months:
      return {1, n};
    case Unit::years:
      return {1, n * 12};
    case Unit::business_days:
      return {2, n};
    case Unit::open_hours:
      return {3, n};
  }
  return {};
}

// Whether a <= b; none where they do not compare.
std::optional<bool> at_most(const Value& a, const Value& b) {
  if (a.tag != b.tag || a.bound != Bound::exact || b.bound != Bound::exact) return std::nullopt;
  switch (a.tag) {
    case Tag::duration: {
      const Length x = length_of(a);
      const Length y = length_of(b);
      if (x.kind != y.kind) return std::nullopt;
      if (x.kind >= 2 && duration_calendar(a) != duration_calendar(b)) return std::nullopt;
      return x.count <= y.count;
    }
    case Tag::number:
      return Decimal{a.number, static_cast<std::uint8_t>(a.detail)} <=
             Decimal{b.number, static_cast<std::uint8_t>(b.detail)};
    case Tag::money:
      if (a.detail != b.detail) return std::nullopt;
      return a.number <= b.number;
    case Tag::date:
    case Tag::instant:
    case Tag::yes_no:  // no before yes: yes is the stricter
      return a.number <= b.number;
    default:
      return std::nullopt;
  }
}

}  // namespace

static const Term& text_of(const Program& p, TermId id, const Look& look);

namespace {

class Resolver {
 public:
  Resolver(const Position& position, TermId term, const Look& look)
      : pos_(position), p_(position.program()), term_(text_of(p_, term, look)), id_(term), look_(look) {}

  std::vector<Candidate> all() {
    Candidate own;
    own.value = own_value();
    own.rank = p_.agreement_rank;
    out_.push_back(own);
    matter(look_.subject);
    // Newest first along the chain; a document's earlier setting gives way to its own later one.
    std::vector<std::uint32_t> seen;
    for (std::uint32_t s = pos_.last_setting[id_.value]; s != none; s = pos_.settings[s].before) {
      const SettingRow& row = pos_.settings[s];
      if (row.at > look_.now || (look_.has_opened && row.at > look_.opened)) continue;
      Candidate c;
      c.setting = s;
      c.thing = row.thing;
      c.value = row.value;
      c.at = row.at;
      c.rank = rank_of(row.thing);
      if (!concerns(c)) continue;
      if (c.rank == none) {
        c.rank = lowest_rank(row.thing);
        // What is not left to such a text is void whatever stage it is in.
        c.standing = c.rank < p_.agreement_rank || is_invited(row.thing) ? Standing::not_counting
                                                                         : Standing::not_invited;
      } else if (std::find(seen.begin(), seen.end(), row.thing) != seen.end()) {
        c.standing = Standing::superseded;
      } else {
        seen.push_back(row.thing);
      }
      out_.push_back(c);
    }
    std::stable_sort(out_.begin(), out_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.rank < b.rank; });
    judge();
    return std::move(out_);
  }

 private:
  Value own_value() {
    if (term_.value.given()) return evaluate(pos_, term_.value, look_);
    return {Tag::unknown, Bound::exact, 0, pos_.unknowns.one({Missing::Kind::unset, id_.value, 0}), 0};
  }

  // The document, those it refers to, and so on.
  void matter(std::uint32_t thing) {
    if (thing == none || std::find(matter_.begin(), matter_.end(), thing) != matter_.end()) return;
    matter_.push_back(thing);
    if (pos_.things[thing].parent != none) matter(pos_.things[thing].parent);
    for_references(thing, [&](std::uint32_t other) { matter(other); });
  }
  template <class Do>
  void for_references(std::uint32_t thing, const Do& with) {
    const Range fields = p_.kinds[pos_.things[thing].kind.value].fields;
    for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
      if (p_.fields[f].type.type != Type::reference || p_.fields[f].computed.given()) continue;
      const Value v = pos_.slot(thing, FieldId{f}).value;
      if (v.tag != Tag::thing) continue;
      const auto n = static_cast<std::uint32_t>(v.number);
      const std::uint32_t other = v.detail == 1                  ? n
                                  : n < pos_.thing_of_key.size() ? pos_.thing_of_key[n]
                                                                 : none;
      if (other != none) with(other);
    }
  }
  [[nodiscard]] bool in_matter(std::uint32_t thing) const {
    return std::find(matter_.begin(), matter_.end(), thing) != matter_.end();
  }

  // The first line that names the document's kind and holds of it; unranked where no line names the kind,
  // none where those that do do not hold.
  std::uint32_t rank_of(std::uint32_t thing) {
    bool named = false;
    for (const Rank& r : p_.ranks) {
      if (r.kind != pos_.things[thing].kind) continue;
      named = true;
      const auto stages = p_.stage_sets.begin() + r.stages.first;
      if (!r.stages.empty() &&
          std::find(stages, stages + r.stages.count, pos_.things[thing].stage) == stages + r.stages.count)
        continue;
      Look about;
      about.subject = thing;
      about.now = look_.now;
      about.horizon = look_.horizon;
      if (truth(pos_, r.condition, about) != Truth::yes) continue;
      return r.rank;
    }
    return named ? none : unranked;
  }
  std::uint32_t lowest_rank(std::uint32_t thing) {
    std::uint32_t rank = unranked;
    for (const Rank& r : p_.ranks) {
      if (r.kind == pos_.things[thing].kind) rank = r.rank;
    }
    return rank;
  }

  [[nodiscard]] bool is_invited(std::uint32_t thing) const {
    const auto first = p_.invitations.begin() + term_.invitations.first;
    return std::any_of(first, first + term_.invitations.count,
                       [&](const Invitation& x) { return x.kind == pos_.things[thing].kind; });
  }

  // Whether a text that sets the term speaks for this matter.
  bool concerns(const Candidate& c) {
    if (in_matter(c.thing)) return true;
    const std::uint32_t rank = c.rank == none ? lowest_rank(c.thing) : c.rank;
    bool refers = false;
    bool amends = false;
    for_references(c.thing, [&](std::uint32_t other) {
      refers = true;
      if (!in_matter(other)) return;
      const std::uint32_t of = rank_of(other);
      amends = amends || rank <= (of == none ? lowest_rank(other) : of);
    });
    return amends || (!refers && rank < p_.agreement_rank);
  }

  void judge() {
    // What the Agreement says, or a text above it: the latest of those.
    std::uint32_t base = 0;
    for (std::uint32_t i = 0; i < out_.size(); ++i) {
      if (out_[i].setting == none) base = i;
    }
    std::uint32_t above = none;
    for (std::uint32_t i = 0; i < out_.size(); ++i) {
      if (!open(i) || out_[i].rank >= p_.agreement_rank) continue;
      if (above == none || out_[i].rank < out_[above].rank ||
          (out_[i].rank == out_[above].rank && later(i, above)))
        above = i;
    }
    if (above != none) {
      lose(base, above, Standing::replaced);
      for (std::uint32_t i = 0; i < out_.size(); ++i) {
        if (i != above && open(i) && out_[i].rank < p_.agreement_rank) lose(i, above, Standing::replaced);
      }
      base = above;
    }
    std::uint32_t holder = base;
    // Those below, rank by rank.
    for (std::uint32_t first = 0; first < out_.size();) {
      std::uint32_t last = first;
      while (last < out_.size() && out_[last].rank == out_[first].rank) ++last;
      if (out_[first].rank >= p_.agreement_rank) holder = rank_by_rank(first, last, base, holder);
      first = last;
    }
    if (out_[holder].standing != Standing::tied && out_[holder].standing != Standing::unclear)
      out_[holder].standing = Standing::holds;
  }
  [[nodiscard]] bool open(std::uint32_t i) const {
    return out_[i].setting != none && out_[i].standing == Standing::replaced && out_[i].against == none;
  }
  [[nodiscard]] bool later(std::uint32_t a, std::uint32_t b) const {
    return out_[a].at != out_[b].at ? out_[a].at > out_[b].at : out_[a].setting > out_[b].setting;
  }
  void lose(std::uint32_t i, std::uint32_t against, Standing how) {
    out_[i].standing = how;
    out_[i].against = against;
  }

  // Among the texts of one rank: those let in; one of them holds unless a higher already does.
  std::uint32_t rank_by_rank(std::uint32_t first, std::uint32_t last, std::uint32_t base,
                             std::uint32_t holder) {
    std::vector<std::uint32_t> valid;
    for (std::uint32_t i = first; i < last; ++i) {
      if (!open(i)) continue;
      invite(i, base);
      if (!open(i) && out_[i].standing != Standing::unclear) continue;
      if (holder != base && out_[i].standing != Standing::unclear) {
        if (out_[i].value == out_[holder].value) {
          lose(i, holder, Standing::replaced);
        } else {
          lose(i, holder, Standing::lower);
        }
        continue;
      }
      valid.push_back(i);
    }
    if (valid.empty()) return holder;
    const bool all_same = std::all_of(valid.begin(), valid.end(), [&](std::uint32_t i) {
      return out_[i].value == out_[valid.front()].value;
    });
    if (valid.size() == 1 || all_same) {
      for (std::uint32_t n = 1; n < valid.size(); ++n) lose(valid[n], valid.front(), Standing::replaced);
      lose_base(base, valid.front());
      return valid.front();
    }
    std::uint32_t chosen = none;
    switch (p_.equals) {
      case Equals::latest:
        for (const std::uint32_t i : valid) {
          if (chosen == none || later(i, chosen)) chosen = i;
        }
        break;
      case Equals::named:
        chosen = the_one_named(valid);
        break;
      case Equals::unknown:
        break;
    }
    for (const std::uint32_t i : valid) {
      if (chosen == none) {
        lose(i, i == valid.front() ? valid[1] : valid.front(), Standing::tied);
      } else if (i != chosen) {
        lose(i, chosen, Standing::replaced);
      }
    }
    lose_base(base, chosen == none ? valid.front() : chosen);
    return chosen == none ? valid.front() : chosen;
  }
  void lose_base(std::uint32_t base, std::uint32_t to) { lose(base, to, Standing::replaced); }

  std::uint32_t the_one_named(const std::vector<std::uint32_t>& valid) {
    std::uint32_t found = none;
    for (const std::uint32_t of : matter_) {
      if (pos_.things[of].kind != p_.equals_kind) continue;
      for_references(of, [&](std::uint32_t other) {
        for (const std::uint32_t i : valid) {
          if (out_[i].thing != other || found == i) continue;
          found = found == none ? i : none - 1;  // named twice decides nothing
        }
      });
    }
    return found == none - 1 ? none : found;
  }

  // Whether the term leaves it to such a text, and within which limit.
  void invite(std::uint32_t i, std::uint32_t base) {
    Candidate& c = out_[i];
    bool invited = false;
    for (std::uint32_t n = term_.invitations.first; n < term_.invitations.first + term_.invitations.count;
         ++n) {
      const Invitation& x = p_.invitations[n];
      if (x.kind != pos_.things[c.thing].kind) continue;
      invited = true;
      c.invitation = n;
      std::optional<bool> fits;
      const Value& from = out_[base].value;
      switch (x.merge) {
        case Merge::replace:
          fits = true;
          break;
        case Merge::longer:
        case Merge::stricter:
          fits = at_most(from, c.value);
          break;
        case Merge::shorter:
          fits = at_most(c.value, from);
          break;
        case Merge::at_most:
          fits = at_most(c.value, evaluate(pos_, x.limit, look_));
          break;
        case Merge::at_least:
          fits = at_most(evaluate(pos_, x.limit, look_), c.value);
          break;
      }
      if (fits == true) return;
      if (!fits) {
        c.standing = Standing::unclear;
        return;
      }
    }
    lose(i, base, invited ? Standing::beyond : Standing::not_invited);
  }

  const Position& pos_;
  const Program& p_;
  const Term& term_;
  TermId id_;
  Look look_;
  std::vector<std::uint32_t> matter_;
  std::vector<Candidate> out_;
};

}  // namespace

std::vector<Candidate> candidates_of(const Position& position, TermId term, const Look& look) {
  return Resolver(position, term, look).all();
}

// The term's text that is in force when it is asked for: for a clock, when that started.
static const Term& text_of(const Program& p, TermId id, const Look& look) {
  const Instant at = look.has_opened ? look.opened : look.now;
  for (TermId t = id; t.given(); t = p.terms[t.value].next_text) {
    if (p.terms[t.value].window.holds(at)) return p.terms[t.value];
  }
  return p.terms[id.value];
}

Value term_value(const Position& position, TermId id, const Look& look) {
  const Term& term = text_of(position.program(), id, look);
  const bool set = id.value < position.last_setting.size() && position.last_setting[id.value] != none;
  if (!set && term.value.given()) return evaluate(position, term.value, look);
  const Value unsettled{Tag::unknown, Bound::exact, 0,
                        position.unknowns.one({Missing::Kind::unset, id.value, 0}), 0};
  if (!set) return unsettled;
  for (const Candidate& c : candidates_of(position, id, look)) {
    if (c.standing == Standing::holds) return c.value;
  }
  return unsettled;
}

std::string standing_text(const Position& position, TermId term, const std::vector<Candidate>& all,
                          std::size_t which) {
  const Program& p = position.program();
  const Candidate& c = all[which];
  const auto name = [&](const Candidate& x) {
    return x.thing == none ? std::string("the Agreement") : position.name_of(x.thing);
  };
  const std::string_view kind = c.thing == none ? std::string_view("Agreement")
                                                : p.text(p.kinds[position.things[c.thing].kind.value].name);
  const std::string other = c.against == none ? std::string() : name(all[c.against]);
  switch (c.standing) {
    case Standing::holds:
      return "holds";
    case Standing::replaced:
      return c.against != none && all[c.against].value == c.value ? fmt::format("{} says the same", other)
                                                                  : fmt::format("gives way to {}", other);
    case Standing::tied:
      return fmt::format("{} ranks the same and says otherwise: neither holds until that is settled", other);
    case Standing::superseded:
      return fmt::format("{} has set it anew since", name(c));
    case Standing::not_counting:
      return fmt::format("does not count while {} is {}", name(c),
                         position.things[c.thing].stage.given()
                             ? words_of(p.text(p.stages[position.things[c.thing].stage.value].name))
                             : "as it is");
    case Standing::not_invited:
      return fmt::format("void: \"{}\" is not left to a {}", p.text(p.terms[term.value].name), kind);
    case Standing::beyond: {
      const Invitation& x = p.invitations[c.invitation];
      return fmt::format("void: a {} may set \"{}\" {}, and {} says {}", kind,
                         p.text(p.terms[term.value].name), p.text(x.words),
                         c.against == none ? "the Agreement" : other,
                         c.against == none ? "" : value_text(position, all[c.against].value));
    }
    case Standing::lower:
      return fmt::format("void: {}, which ranks higher, says {}", other,
                         value_text(position, all[c.against].value));
    case Standing::unclear:
      return fmt::format("whether it is within what a {} may set cannot be said: the two do not compare",
                         kind);
  }
  return "";
}

program::Range standing_provisions(const Program& p, TermId term, const Candidate& c) {
  switch (c.standing) {
    case Standing::not_invited:
    case Standing::lower:
    case Standing::tied:
    case Standing::not_counting:
      return p.precedence_provisions;
    case Standing::beyond:
    case Standing::unclear:
      return p.invitations[c.invitation].provisions.empty() ? p.terms[term.value].provisions
                                                            : p.invitations[c.invitation].provisions;
    case Standing::holds:
    case Standing::replaced:
    case Standing::superseded:
      break;
  }
  if (c.setting == none) return p.terms[term.value].provisions;
  return c.invitation == none ? p.precedence_provisions : p.invitations[c.invitation].provisions;
}

}  // namespace counterpart::engine
