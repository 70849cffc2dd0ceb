#include "engine/explain.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "engine/evaluate.h"
#include "engine/excuses.h"
#include "engine/interest.h"
#include "engine/terms.h"
#include "engine/words.h"

namespace counterpart::engine {

using namespace program;

namespace {

class Explainer {
 public:
  explicit Explainer(const Position& position) : pos_(position), p_(position.program()) {}

  Explanation document(std::uint32_t t) {
    Explanation e;
    const Thing& thing = pos_.things[t];
    const std::string name = pos_.name_of(t);
    if (!thing.stage.given()) {
      e.text = name + " exists";
      const Range fields = p_.kinds[thing.kind.value].fields;
      for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
        const std::uint32_t first = pos_.slot(t, FieldId{f}).first_change;
        if (first == none || pos_.field_changes[first].cause.kind != Cause::Kind::input) continue;
        cause(e, pos_.field_changes[first].cause, t);
        break;
      }
      if (thing.making != none) {
        const Making& made = pos_.makings[thing.making];
        e.text = fmt::format("{} was made on {}, on {}", name, pos_.name_of(made.on),
                             p_.zone.format_for_people(made.at));
        e.provisions = provision_ids(p_, made.cause.provisions);
        quote(e, made.cause.provisions);
        cause(e, made.cause, made.on);
      } else if (thing.made_by != 0) {
        e.steps.push_back(entry(thing.made_by));
      }
      return e;
    }
    const StageChange& change = pos_.stage_changes[thing.last_stage];
    const std::string stage = words_of(p_.text(p_.stages[thing.stage.value].name));
    e.text = fmt::format("{} is {} since {}", name, stage, p_.zone.format_for_people(change.at));
    if (change.cause.kind == Cause::Kind::duty) {
      e.text = fmt::format("{} is {}, by silence, dated {}; in effect from {}", name, stage,
                           change.dated.with_weekday(), p_.zone.format_for_people(change.at));
    }
    e.provisions = provision_ids(p_, change.cause.provisions);
    quote(e, change.cause.provisions);
    cause(e, change.cause, t);
    if (change.before != none) {
      const StageChange& before = pos_.stage_changes[change.before];
      Explanation was;
      was.text = fmt::format("before that it was {}, since {}",
                             words_of(p_.text(p_.stages[before.stage.value].name)),
                             p_.zone.format_for_people(before.at));
      cause(was, before.cause, t);
      e.steps.push_back(std::move(was));
    }
    return e;
  }

  Explanation duty(std::uint32_t index) {
    const DutyRow& row = pos_.duties[index];
    const Duty& duty = p_.duties[row.duty.value];
    Explanation e;
    e.text = fmt::format("{}: {} ({})", duty_text(pos_, row), deadline_text(pos_, row), status_words(row));
    e.provisions = provision_ids(p_, duty.provisions);
    quote(e, duty.provisions);
    rule_words(e, duty.place);
    Explanation opened;
    opened.text = fmt::format("it opened on {}", p_.zone.format_for_people(row.opened));
    if (row.entry != 0) opened.steps.push_back(entry(row.entry));
    for (std::uint32_t t = duty.triggers.first; t < duty.triggers.first + duty.triggers.count; ++t)
      stretches(opened, p_.triggers[t].condition, row.thing);
    e.steps.push_back(std::move(opened));
    deadline(e, duty.deadline, row.thing, row.opened, row.last_excuse == none ? row.deadline : row.unexcused);
    excuses(e, row);
    if (duty.watch.given() && is_open(row.status)) {
      Look look;
      look.subject = row.thing;
      look.now = pos_.as_of;
      look.has_opened = true;
      look.opened = row.opened;
      e.steps.push_back({fmt::format("to be looked at on {}: a date to remember, without effect",
                                     people(evaluate(pos_, duty.watch, look))),
                         {},
                         0,
                         {}});
    }
    if (row.ended_by != 0) {
      Explanation done = entry(row.ended_by);
      done.text = fmt::format("it was {} by: {}", to_string(row.status), done.text);
      e.steps.push_back(std::move(done));
    }
    if (row.status == DutyStatus::lapsed || row.status == DutyStatus::breached) {
      Explanation passed;
      passed.text =
          fmt::format("nothing that performs it had taken effect when {} began; silence decided: {}",
                      p_.zone.format_for_people(row.expires), consequence_text(pos_, duty));
      passed.provisions = provision_ids(p_, duty.otherwise_provisions);
      for (const Judgement& j : pos_.judgements) {
        // Void acts that would have performed it: why the clock ran on.
        if (j.word != VerdictWord::void_ || j.bound == none) continue;
        const BoundEntry& act = pos_.entries[j.bound];
        const auto performs = p_.act_lists.begin() + duty.performance.first;
        const bool would =
            act.kind == EntryKind::act && std::find(performs, performs + duty.performance.count, act.act) !=
                                              performs + duty.performance.count;
        if (would && act.key != none && row.thing < pos_.things.size() &&
            pos_.things[row.thing].key == act.key)
          passed.steps.push_back(entry(j.entry));
      }
      e.steps.push_back(std::move(passed));
    }
    if (row.status == DutyStatus::cancelled) {
      if (const std::string why = not_operating_text(pos_, duty.provisions, row.ended); !why.empty()) {
        e.steps.push_back(
            {fmt::format("cancelled on {}: {}", p_.zone.format_for_people(row.ended), why), {}, 0, {}});
      }
    }
    if (row.status == DutyStatus::unknown) {
      Explanation waits;
      waits.text = "it waits for: " + missing_text(pos_, row.why);
      e.steps.push_back(std::move(waits));
    }
    return e;
  }

  Explanation due(std::uint32_t index) {
    const DueRow& row = pos_.dues[index];
    const Due& due = p_.dues[row.due.value];
    Explanation e;
    const Value open = open_of(pos_, row);
    e.text = fmt::format("{} owes {} {} on {}, due {}", p_.text(p_.parties[due.debtor.value].name),
                         p_.text(p_.parties[due.creditor.value].name), value_text(pos_, open),
                         pos_.name_of(row.thing), value_text(pos_, row.deadline));
    e.provisions = provision_ids(p_, due.provisions);
    quote(e, due.provisions);
    rule_words(e, due.place);
    std::vector<Explanation> steps;
    for (std::uint32_t i = row.last_amount; i != none; i = pos_.amount_changes[i].before) {
      const AmountChange& change = pos_.amount_changes[i];
      Explanation step;
      step.text = fmt::format("from {}: {} owed{}", p_.zone.format_for_people(change.at),
                              value_text(pos_, change.amount),
                              change.disputed.tag == Tag::money && change.disputed.number != 0
                                  ? fmt::format(", {} disputed", value_text(pos_, change.disputed))
                                  : "");
      steps.push_back(std::move(step));
    }
    e.steps.insert(e.steps.end(), steps.rbegin(), steps.rend());
    steps.clear();
    for (std::uint32_t i = row.last_payment; i != none; i = pos_.payments[i].before) {
      const Payment& payment = pos_.payments[i];
      Explanation step = payment.entry == 0 ? Explanation{} : entry(payment.entry);
      const std::string what = value_text(
          pos_, {Tag::money, Bound::exact, row.amount.detail, 0, std::max(payment.minor, -payment.minor)});
      if (payment.minor < 0) {
        step = {fmt::format("from {} less is owed, and {} of what was paid is kept as overpaid",
                            p_.zone.format_for_people(payment.at), what),
                {},
                0,
                {}};
      } else if (payment.lot != none) {
        step.text = fmt::format("{} settled out of {}: {}", what,
                                words_of(pos_.account_name(pos_.lots[payment.lot].account)), step.text);
      } else if (payment.against != none) {
        step.text = fmt::format("{} set off against {}: {}", what, pos_.due_item(payment.against), step.text);
      } else {
        step.text = fmt::format("{} settled: {}", what, step.text);
      }
      steps.push_back(std::move(step));
    }
    e.steps.insert(e.steps.end(), steps.rbegin(), steps.rend());
    Look there;
    there.subject = row.thing;
    there.now = pos_.as_of;
    there.has_opened = true;
    there.opened = row.opened;
    for (std::uint32_t i = due.apart.first; i < due.apart.first + due.apart.count; ++i) {
      e.steps.push_back({fmt::format("of which {}: {}", words_of(p_.text(p_.apart[i].name)),
                                     value_text(pos_, evaluate(pos_, p_.apart[i].amount, there))),
                         provision_ids(p_, p_.apart[i].provisions),
                         0,
                         {}});
    }
    if (due.cap.given()) {
      e.steps.push_back(
          {fmt::format("in total at most {}, over all dues under that cap in the order they opened; "
                       "without it {}",
                       value_text(pos_, evaluate(pos_, due.cap, there)),
                       value_text(pos_, evaluate(pos_, due.amount, there))),
           provision_ids(p_, due.cap_provisions),
           0,
           {}});
    }
    if (row.amount.why != 0)
      e.steps.push_back({"not exact, because " + missing_text(pos_, row.amount.why), {}, 0, {}});
    deadline(e, due.deadline, row.thing, row.opened, row.deadline);
    if (row.entry != 0) e.steps.push_back(entry(row.entry));
    const Value interest = interest_of(pos_, row);
    if (interest.tag != Tag::absent) {
      Explanation step;
      Look look;
      look.subject = row.thing;
      look.now = pos_.as_of;
      const CivilDate from{
          static_cast<std::int32_t>(row.deadline.tag == Tag::date ? row.deadline.number : 0)};
      const CivilDate today = p_.zone.date_of(pos_.as_of);
      const Value rate = evaluate(pos_, due.interest_rate, look);
      step.text = fmt::format("interest to {}: {}", today.with_weekday(), value_text(pos_, interest));
      step.provisions = provision_ids(p_, due.interest_provisions);
      const bool by_month = due.interest_per == RatePeriod::month;
      if (!by_month || due.compounding != Compounding::none) {
        const std::string_view per = by_month                                      ? "month"
                                     : due.interest_per == RatePeriod::day         ? "day"
                                     : due.interest_per == RatePeriod::year_of_365 ? "year of 365 days"
                                                                                   : "year of 360 days";
        const std::string_view how = due.compounding == Compounding::none ? "simple, rounded once"
                                     : due.compounding == Compounding::daily
                                         ? "compounded daily, each day's interest rounded"
                                         : "compounded monthly, each month's interest rounded";
        step.steps.push_back({fmt::format("at {} a {} of what was undisputed and unpaid, for {} days; {}, {}",
                                          value_text(pos_, rate), per, today.days - from.days, how,
                                          rounding_name(due.interest_rounding)),
                              {},
                              0,
                              {}});
      } else if (row.deadline.tag == Tag::date) {
        std::int32_t months = 0;
        while (plus_months(from, months + 1) <= today) ++months;
        Explanation how;
        how.text = fmt::format(
            "simple, at {} a month of what was undisputed and unpaid, for {} whole month{} and {} day{} of a "
            "month of {} days; rounded once, {}",
            value_text(pos_, rate), months, months == 1 ? "" : "s",
            today.days - plus_months(from, months).days,
            today.days - plus_months(from, months).days == 1 ? "" : "s",
            plus_months(from, months + 1).days - plus_months(from, months).days,
            rounding_name(due.interest_rounding));
        step.steps.push_back(std::move(how));
      }
      if (interest.why != 0)
        step.steps.push_back({"not exact, because " + missing_text(pos_, interest.why), {}, 0, {}});
      e.steps.push_back(std::move(step));
    }
    return e;
  }

  // A balance to the lot: what was put in, why, for how long, and where it went.
  Explanation account(std::uint32_t index) {
    const AccountRow& row = pos_.accounts[index];
    const auto money = [&](std::uint16_t currency, std::int64_t minor) {
      return value_text(pos_, {Tag::money, Bound::exact, currency, 0, minor});
    };
    Explanation e;
    std::string left;
    for (std::size_t at = 0; at < p_.currencies.size(); ++at) {
      const auto c = static_cast<std::uint16_t>(at);
      std::int64_t sum = 0;
      bool any = false;
      for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) {
        if (pos_.lots[n].currency != c) continue;
        any = true;
        sum += pos_.lots[n].left;
      }
      if (any) left += (left.empty() ? "" : " and ") + money(c, sum);
    }
    const std::string_view holder = p_.text(p_.parties[row.holder.value].name);
    const std::string_view against = p_.text(p_.parties[row.against.value].name);
    if (row.account.given()) {
      const Account& account = p_.accounts[row.account.value];
      e.text = fmt::format("{} of {} with {} on {}: {} left", words_of(pos_.account_name(index)), holder,
                           against, pos_.name_of(row.thing), left);
      e.provisions = provision_ids(p_, account.provisions);
      quote(e, account.provisions);
      rule_words(e, account.place);
    } else {
      e.text = fmt::format("{} has paid {} more to {} on {} than is owed; it settles what is owed there next",
                           holder, left, against, pos_.name_of(row.thing));
    }
    std::vector<Explanation> lots;
    for (std::uint32_t n = row.last_lot; n != none; n = pos_.lots[n].before) {
      const Lot& lot = pos_.lots[n];
      Explanation step;
      step.text = fmt::format("{} on {}, {} left", money(lot.currency, lot.amount),
                              p_.zone.format_for_people(lot.at), money(lot.currency, lot.left));
      if (lot.from.tag != Tag::absent) step.text += ", usable from " + people(lot.from);
      if (lot.until.tag != Tag::absent) {
        step.text += fmt::format("{} through {}, then {}", lot.from.tag == Tag::absent ? ", usable" : "",
                                 people(lot.until), lot.lost_after ? "lost" : "frozen");
      }
      step.provisions = provision_ids(p_, lot.cause.provisions);
      if (lot.cause.kind != Cause::Kind::entry || lot.cause.entry != 0) cause(step, lot.cause, row.thing);
      std::vector<Explanation> uses;
      for (std::uint32_t u = lot.last_use; u != none; u = pos_.lot_uses[u].before) {
        const LotUse& use = pos_.lot_uses[u];
        Explanation out = use.entry == 0 || use.lost ? Explanation{} : entry(use.entry);
        out.text = fmt::format("{} {} on {}{}", money(lot.currency, use.minor),
                               use.lost          ? std::string("lost, its time being over,")
                               : use.due != none ? "for " + pos_.due_item(use.due)
                                                 : std::string("drawn"),
                               p_.zone.format_for_people(use.at), out.text.empty() ? "" : ": " + out.text);
        uses.push_back(std::move(out));
      }
      step.steps.insert(step.steps.end(), uses.rbegin(), uses.rend());
      lots.push_back(std::move(step));
    }
    e.steps.insert(e.steps.end(), lots.rbegin(), lots.rend());
    return e;
  }

  Explanation entry(Sequence sequence) {
    const Entry& raw = pos_.record->raw(sequence);
    Explanation e;
    e.entry = sequence;
    std::string what = raw.act.empty() ? std::string(to_string(raw.kind)) +
                                             (raw.what.empty() ? "" : " " + words_of(raw.what))
                                       : third_person(raw.act);
    e.text = fmt::format("entry {}: {} {}{}{} on {}", sequence, raw.by, what, raw.on.empty() ? "" : " ",
                         raw.on, p_.zone.format_for_people(raw.at));
    if (!raw.via.empty()) e.text += " by " + raw.via;
    for (std::size_t i = 0; i < raw.signatures.size(); ++i) {
      const Signature& s = raw.signatures[i];
      e.text += fmt::format("{} {}{}", i == 0 ? ", signed by" : " and", s.party.empty() ? raw.by : s.party,
                            s.office.empty() ? "" : "'s " + words_of(s.office));
    }
    if (!raw.recorder.empty() && raw.recorder != raw.by)
      e.text += fmt::format(" (recorded by {})", raw.recorder);
    if (raw.recorded.seconds - raw.at.seconds >= 86400)
      e.text += fmt::format("; recorded {}", p_.zone.format_for_people(raw.recorded));
    const Judgement* j = pos_.judgement_of(sequence);
    if (j == nullptr) return e;
    if (j->bound != none && pos_.entries[j->bound].at != raw.at) {
      e.steps.push_back(
          {"corrected: it happened on " + p_.zone.format_for_people(pos_.entries[j->bound].at), {}, 0, {}});
    }
    if (j->received.tag == Tag::instant && j->received.number != j->sent.seconds) {
      e.steps.push_back(
          {"received on " + p_.zone.format_for_people({j->received.number}), receipt_provisions(*j), 0, {}});
    } else if (j->received.tag == Tag::unknown) {
      e.steps.push_back({"its receipt is unknown: " + missing_text(pos_, j->received.why), {}, 0, {}});
    } else if (j->received.tag == Tag::absent && j->bound != none &&
               pos_.entries[j->bound].kind == EntryKind::act &&
               p_.acts[pos_.entries[j->bound].act.value].receipt.given()) {
      e.steps.push_back({"its receipt is not shown yet", receipt_provisions(*j), 0, {}});
    }
    if (j->word != VerdictWord::effective) e.text += fmt::format(": {}", to_string(j->word));
    if (j->takes_effect.tag != Tag::absent && j->bound != none) {
      const Act& act = p_.acts[pos_.entries[j->bound].act.value];
      Explanation later;
      later.text =
          j->takes_effect.tag == Tag::unknown
              ? "when it takes effect is unknown: " + missing_text(pos_, j->takes_effect.why)
              : fmt::format("it {} effect on {}", j->word == VerdictWord::awaiting_effect ? "takes" : "took",
                            people(j->takes_effect));
      Look look;
      look.subject = j->thing;
      look.now = pos_.as_of;
      look.act = &pos_.entries[j->bound];
      look.received = j->received;
      deadline(later, act.effect_at, look, j->takes_effect);
      e.steps.push_back(std::move(later));
    }
    for (const Reason& r : pos_.reasons) {
      if (&pos_.judgements[r.entry_index] != j) continue;
      Explanation why;
      why.text = reason_text(pos_, r);
      if (r.requirement != none) {
        why.provisions = provision_ids(p_, p_.requirements[r.requirement].provisions);
        quote(why, p_.requirements[r.requirement].provisions);
      }
      e.steps.push_back(std::move(why));
    }
    return e;
  }

  // A term for a matter: every text that sets it, and why it does or does not hold.
  std::optional<Explanation> term(std::string_view name) {
    const std::size_t at = name.find('@');
    std::uint32_t matter = none;
    if (at != std::string_view::npos) {
      matter = pos_.find_thing(name.substr(at + 1));
      if (matter == none) return std::nullopt;
    }
    for (std::uint32_t t = 0; t < p_.terms.size(); ++t) {
      if (p_.text(p_.terms[t].name) != name.substr(0, at)) continue;
      Look look;
      look.subject = matter;
      look.now = pos_.as_of;
      Explanation e;
      e.text = fmt::format("{}{} is {}", words_of(p_.text(p_.terms[t].name)),
                           matter == none ? "" : " for " + pos_.name_of(matter),
                           value_text(pos_, term_value(pos_, TermId{t}, look)));
      e.provisions = provision_ids(p_, p_.terms[t].provisions);
      quote(e, p_.terms[t].provisions);
      rule_words(e, p_.terms[t].place);
      const auto all = candidates_of(pos_, TermId{t}, look);
      for (std::size_t i = 0; i < all.size(); ++i) {
        Explanation step;
        step.text =
            fmt::format("{} says {}: {}", all[i].thing == none ? "the Agreement" : pos_.name_of(all[i].thing),
                        value_text(pos_, all[i].value), standing_text(pos_, TermId{t}, all, i));
        step.provisions = provision_ids(p_, standing_provisions(p_, TermId{t}, all[i]));
        if (all[i].setting != none) step.steps.push_back(entry(pos_.settings[all[i].setting].entry));
        e.steps.push_back(std::move(step));
      }
      return e;
    }
    return std::nullopt;
  }

  // A provision, or a section: what it says, and whether it operates.
  Explanation provision(const std::string& name, ExprId operates, Explanation e) {
    Look look;
    look.subject = agreement_thing;
    look.now = pos_.as_of;
    const Truth now = truth(pos_, operates, look);
    e.text = name + (now == Truth::yes  ? " operates"
                     : now == Truth::no ? " does not operate"
                                        : ": whether it operates is unknown");
    std::vector<std::uint32_t> asked;
    operations_in(p_, operates, asked);
    for (const std::uint32_t o : asked) {
      Explanation step;
      step.text = operation_text(pos_, OperationId{o});
      step.provisions = provision_ids(p_, p_.operations[o].provisions);
      quote(step, p_.operations[o].provisions);
      rule_words(step, p_.operations[o].place);
      for (std::uint32_t c = pos_.last_operation[o]; c != none; c = pos_.operation_changes[c].before) {
        const OperationChange& change = pos_.operation_changes[c];
        step.steps.push_back({fmt::format("{} since {}",
                                          change.operates == Truth::yes  ? "it operated"
                                          : change.operates == Truth::no ? "it did not operate"
                                                                         : "it was unknown",
                                          p_.zone.format_for_people(change.at)),
                              {},
                              0,
                              {}});
      }
      e.steps.push_back(std::move(step));
    }
    return e;
  }
  std::optional<Explanation> provision(const std::string& name) {
    if (const ProvisionId id = p_.provision(name); id.given()) {
      Explanation e;
      const Provision& row = p_.provisions[id.value];
      if (row.prose.given())
        e.steps.push_back({fmt::format("[{}] {}", name, one_line(p_.text(row.prose))), {}, 0, {}});
      return provision(name, row.operates, std::move(e));
    }
    for (const Section& s : p_.sections) {
      if (s.number.given() && p_.text(s.number) == name) return provision(name, s.operates, {});
    }
    return std::nullopt;
  }

  Explanation breach(const BreachRow& row) {
    if (row.duty != none) {
      Explanation e = duty(row.duty);
      Explanation out;
      out.text = fmt::format("{} is in breach since {}",
                             row.party.given() ? p_.text(p_.parties[row.party.value].name) : "a party",
                             p_.zone.format_for_people(row.at));
      out.provisions = e.provisions;
      out.steps.push_back(std::move(e));
      return out;
    }
    Explanation out = entry(row.entry);
    return out;
  }

 private:
  static std::string rounding_name(Rounding r) {
    switch (r) {
      case Rounding::half_up:
        return "half up";
      case Rounding::half_even:
        return "half to even";
      case Rounding::down:
        return "down";
      case Rounding::up:
        return "up";
    }
    return "";
  }

  // Each stretch for which it was excused, the days lost one by one, and where the deadline went.
  void excuses(Explanation& e, const DutyRow& row) {
    Value deadline = row.unexcused;
    for (const std::uint32_t x : excuses_of(pos_, row)) {
      const ExcuseRow& excuse = pos_.excuses[x];
      const Excuse& rule = p_.excuses[excuse.excuse.value];
      const std::string_view words = p_.text(p_.places[p_.exprs[rule.condition.value].source].text);
      Explanation step;
      step.provisions = provision_ids(p_, rule.provisions);
      if (excuse.until.seconds == INT64_MAX) {
        step.text = fmt::format("excused since {}, while: {}", p_.zone.format_for_people(excuse.from), words);
        e.steps.push_back(std::move(step));
        continue;
      }
      const Value after = after_excuse(pos_, row, excuse, deadline);
      const std::int32_t lost = days_lost(pos_, excuse);
      step.text = fmt::format("excused from {} to {}, while: {}; {} day{} lost",
                              p_.zone.format_for_people(excuse.from), p_.zone.format_for_people(excuse.until),
                              words, lost, lost == 1 ? "" : "s");
      if (rule.then == AfterExcuse::moved || rule.then == AfterExcuse::moved_business_days)
        lost_days(step, excuse, rule);
      if (deadline.tag != Tag::absent) {
        step.steps.push_back({after == deadline
                                  ? fmt::format("the deadline stays {}", people(deadline))
                                  : fmt::format("{}: the deadline went from {} to {}", then_words(rule),
                                                people(deadline), people(after)),
                              {},
                              0,
                              {}});
      }
      deadline = after;
      e.steps.push_back(std::move(step));
    }
  }
  void lost_days(Explanation& step, const ExcuseRow& excuse, const Excuse& rule) {
    const BusinessCalendar* calendar = rule.calendar.given() ? pos_.calendar(rule.calendar.value) : nullptr;
    std::int32_t n = 0;
    for (CivilDate d = p_.zone.date_of(excuse.from); d < p_.zone.date_of(excuse.until); d = plus_days(d, 1)) {
      const auto closed = calendar != nullptr ? calendar->why_closed(d) : Covered<std::string>(std::string());
      if (!closed) break;
      step.steps.push_back({closed->empty() ? fmt::format("{}: day {} lost", d.with_weekday(), ++n)
                                            : fmt::format("{}: no day lost, {} ({})", d.with_weekday(),
                                                          *closed, calendar->name()),
                            {},
                            0,
                            {}});
    }
  }
  static std::string_view then_words(const Excuse& rule) {
    switch (rule.then) {
      case AfterExcuse::moved:
        return "moved by the days lost";
      case AfterExcuse::moved_business_days:
        return "moved by the business days lost";
      case AfterExcuse::due_at_once:
        return "due at once when the excuse ended";
      case AfterExcuse::within:
        return "counted from the end of the excuse";
    }
    return "";
  }

  static std::string status_words(const DutyRow& row) {
    if (row.status == DutyStatus::due && row.overdue) return "overdue";
    return std::string(to_string(row.status));
  }

  std::vector<std::string> receipt_provisions(const Judgement& j) {
    const BoundEntry& e = pos_.entries[j.bound];
    if (e.kind != EntryKind::act) return {};
    const ReceiptId id = p_.acts[e.act.value].receipt;
    if (!id.given()) return {};
    const ReceiptRule& rule = p_.receipts[id.value];
    for (std::uint32_t i = rule.rows.first; i < rule.rows.first + rule.rows.count; ++i) {
      const ReceiptRow& row = p_.receipt_rows[i];
      if (row.channel.given() && row.channel != e.via) continue;
      return provision_ids(p_, row.provisions.empty() ? rule.provisions : row.provisions);
    }
    return provision_ids(p_, rule.provisions);
  }

  static std::string one_line(std::string_view words) {
    std::string line(words);
    for (char& c : line) {
      if (c == '\n') c = ' ';
    }
    while (!line.empty() && line.front() == ' ') line.erase(0, 1);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
  }
  // The provision in our words.
  void quote(Explanation& e, program::Range cited) {
    for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
      const Provision& provision = p_.provisions[p_.cited[i].value];
      const std::string prose = one_line(p_.text(provision.prose));
      if (!prose.empty())
        e.steps.push_back({fmt::format("[{}] {}", p_.text(provision.id), prose), {}, 0, {}});
    }
  }
  void rule_words(Explanation& e, std::uint32_t place) {
    const Place& at = p_.places[place];
    if (at.line == 0) return;
    e.steps.push_back(
        {fmt::format("the rule: {} ({}:{})", p_.text(at.text), p_.files[at.file], at.line), {}, 0, {}});
  }

  void cause(Explanation& e, const Cause& cause, std::uint32_t thing) {
    switch (cause.kind) {
      case Cause::Kind::start:
        e.steps.push_back({"from the start of the agreement", {}, 0, {}});
        break;
      case Cause::Kind::input: {
        const InputRow& row = pos_.record->inputs()[cause.index];
        e.steps.push_back({fmt::format("read from the position of {}: {}", pos_.record->text(row.agreement),
                                       pos_.record->text(row.item)),
                           {},
                           0,
                           {}});
        break;
      }
      case Cause::Kind::entry:
        e.steps.push_back(entry(cause.entry));
        break;
      case Cause::Kind::duty:
        e.steps.push_back(duty(cause.index));
        break;
      case Cause::Kind::rule: {
        Explanation rule;
        rule.text = fmt::format("by the rule: {}", p_.text(p_.rules[cause.index].name));
        rule.provisions = provision_ids(p_, p_.rules[cause.index].provisions);
        stretches(rule, p_.rules[cause.index].trigger.condition, thing);
        if (cause.entry != 0) rule.steps.push_back(entry(cause.entry));
        e.steps.push_back(std::move(rule));
        break;
      }
    }
  }

  // Since when what a condition asks to have lasted has held.
  void stretches(Explanation& e, ExprId condition, std::uint32_t thing) {
    if (!condition.given() || thing == none) return;
    const Expr& x = p_.exprs[condition.value];
    for (const ExprId child : {x.a, x.b, x.c}) stretches(e, child, thing);
    if (x.op != Op::lasted || pos_.things[thing].first_stretch == none) return;
    const Lasting& lasting = p_.lastings[x.n];
    if (lasting.subject != pos_.things[thing].kind) return;
    const StretchRow& row = pos_.stretches[pos_.things[thing].first_stretch + pos_.plan->lasting_at[x.n]];
    if (row.generation == 0) return;
    Look look;
    look.subject = thing;
    look.now = pos_.as_of;
    const std::string length = value_text(pos_, evaluate(pos_, lasting.length, look));
    std::string text = fmt::format("{} held without a break since {}", p_.text(p_.places[lasting.place].text),
                                   p_.zone.format_for_people(row.since));
    if (row.reached.tag == Tag::instant) {
      text += fmt::format(": it had lasted {} when {} came", length,
                          p_.zone.format_for_people({row.reached.number}));
    }
    e.steps.push_back({std::move(text), {}, 0, {}});
  }

  // How a deadline was counted. The outermost step from a time by a duration is unfolded; days are listed one
  // by one.
  void deadline(Explanation& e, ExprId id, std::uint32_t thing, Instant opened, const Value& deadline) {
    Look look;
    look.subject = thing;
    look.now = pos_.as_of;
    look.has_opened = true;
    look.opened = opened;
    this->deadline(e, id, look, deadline);
  }
  void deadline(Explanation& e, ExprId id, const Look& look, const Value& deadline) {
    if (!id.given() || deadline.tag == Tag::absent) return;
    const Expr& x = p_.exprs[id.value];
    if (x.op != Op::time_plus && x.op != Op::time_minus) {
      if (const std::string_view words = p_.text(p_.places[x.source].text); !words.empty()) {
        e.steps.push_back(
            {fmt::format("the date is worked out as: {} = {}", words, value_text(pos_, deadline)),
             {},
             0,
             {}});
      }
      for (const ExprId child : {x.a, x.b}) {
        if (child.given() &&
            (p_.exprs[child.value].op == Op::time_plus || p_.exprs[child.value].op == Op::time_minus)) {
          this->deadline(e, child, look, evaluate(pos_, child, look));
        }
      }
      return;
    }
    const Value base = evaluate(pos_, x.a, look);
    const Value length = evaluate(pos_, x.b, look);
    const int sign = x.op == Op::time_plus ? 1 : -1;
    Explanation count;
    count.text = fmt::format("{} {} {}: {}", value_text(pos_, length), sign > 0 ? "after" : "before",
                             people(base), deadline.tag == Tag::unknown ? "unknown" : people(deadline));
    if (length.tag == Tag::duration && (base.tag == Tag::instant || base.tag == Tag::date))
      days(count, base, length, sign, deadline);
    e.steps.push_back(std::move(count));
  }

  std::string people(const Value& v) {
    if (v.tag == Tag::date) return CivilDate{static_cast<std::int32_t>(v.number)}.with_weekday();
    if (v.tag == Tag::instant) return p_.zone.format_for_people({v.number});
    return value_text(pos_, v);
  }

  void days(Explanation& count, const Value& base, const Value& length, int sign, const Value& deadline) {
    const Unit unit = duration_unit(length);
    if (unit != Unit::business_days && unit != Unit::open_hours) return;
    const std::uint32_t id = duration_calendar(length);
    const BusinessCalendar* calendar = pos_.calendar(id);
    if (calendar == nullptr || (deadline.tag != Tag::date && deadline.tag != Tag::instant)) {
      count.steps.push_back({missing_text(pos_, deadline.why), {}, 0, {}});
      return;
    }
    const CivilDate from = base.tag == Tag::date ? CivilDate{static_cast<std::int32_t>(base.number)}
                                                 : p_.zone.date_of({base.number});
    const CivilDate to = deadline.tag == Tag::date ? CivilDate{static_cast<std::int32_t>(deadline.number)}
                                                   : p_.zone.date_of({deadline.number});
    count.steps.push_back({fmt::format("{}: the day it starts from{}", from.with_weekday(),
                                       unit == Unit::business_days ? " is not counted" : ""),
                           {},
                           0,
                           {}});
    std::int32_t n = 0;
    for (CivilDate d = plus_days(from, sign); sign > 0 ? d <= to : d >= to; d = plus_days(d, sign)) {
      const auto closed = calendar->why_closed(d);
      if (!closed) break;
      if (closed->empty()) {
        ++n;
        count.steps.push_back({unit == Unit::business_days ? fmt::format("{}: day {}", d.with_weekday(), n)
                                                           : fmt::format("{}: counted", d.with_weekday()),
                               {},
                               0,
                               {}});
      } else {
        count.steps.push_back(
            {fmt::format("{}: skipped, {} ({})", d.with_weekday(), *closed, calendar->name()), {}, 0, {}});
      }
    }
  }

  const Position& pos_;
  const Program& p_;
};

void write(std::string& out, const Explanation& e, int depth) {
  out.append(static_cast<std::size_t>(depth) * 2, ' ');
  if (depth > 0) out += "- ";
  out += e.text;
  if (!e.provisions.empty()) {
    out += " [";
    for (std::size_t i = 0; i < e.provisions.size(); ++i) out += (i > 0 ? "] [" : "") + e.provisions[i];
    out += "]";
  }
  out += '\n';
  for (const Explanation& step : e.steps) write(out, step, depth + 1);
}

}  // namespace

Result<Explanation> explain(const Position& position, const std::string& item) {
  Explainer explainer(position);
  std::string name = item;
  for (const std::string_view section :
       {"documents/", "duties/", "dues/", "accounts/", "breaches/", "void/", "claims/"}) {
    if (name.starts_with(section)) name = name.substr(section.size());
  }
  if (const std::uint32_t t = position.find_thing(name); t != none) return explainer.document(t);
  for (std::uint32_t i = 0; i < position.duties.size(); ++i) {
    if (position.duty_item(i) == name) return explainer.duty(i);
  }
  const Program& p = position.program();
  for (std::uint32_t i = 0; i < position.dues.size(); ++i) {
    const DueRow& row = position.dues[i];
    const std::string id = "due:" + std::string(p.text(p.dues[row.due.value].name)) + "@" +
                           position.name_of(row.thing) + "#" + std::to_string(row.entry);
    if (id == name || (name == "due:" + position.name_of(row.thing))) return explainer.due(i);
  }
  for (std::uint32_t i = 0; i < position.accounts.size(); ++i) {
    const std::string id = position.account_item(i);
    if (id == name || id.substr(0, id.find('#')) == name) return explainer.account(i);
  }
  for (const BreachRow& row : position.breaches) {
    std::string id = "breach:";
    if (row.duty != none) {
      id += position.duty_item(row.duty);
    } else {
      id += "entry:" + std::to_string(row.entry) +
            (row.requirement != none ? ":" + std::to_string(row.requirement) : "");
    }
    if (id == name) return explainer.breach(row);
  }
  for (const std::string_view prefix : {"entry:", "claim:"}) {
    if (!name.starts_with(prefix)) continue;
    const std::string digits = name.substr(prefix.size());
    const bool number =
        !digits.empty() && digits.size() < 18 &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (number && std::stoull(digits) >= 1 && std::stoull(digits) <= position.head)
      return explainer.entry(std::stoull(digits));
  }
  if (auto found = explainer.term(name.starts_with("term:") ? std::string_view(name).substr(5) : name))
    return *found;
  if (auto found = explainer.provision(name.starts_with("provision:") ? name.substr(10) : name))
    return *found;
  std::string known;
  int shown = 0;
  for (std::uint32_t t = 0; t < position.things.size() && shown < 6; ++t) {
    if (position.things[t].key == none && position.things[t].making == none) continue;
    known += (known.empty() ? "" : ", ") + position.name_of(t);
    ++shown;
  }
  return fail(
      "item-unknown", "there is no item \"" + item + "\" in this position",
      "items are named as in the position: a document (" + known + "), \"duty:…\", \"due:…\", \"entry:7\"");
}

std::string to_text(const Explanation& explanation) {
  std::string out;
  write(out, explanation, 0);
  return out;
}

Datum to_datum(const Explanation& e) {
  Datum d = Datum::record();
  d.set("text", Datum::of_text(e.text));
  Datum provisions = Datum::list();
  for (const std::string& id : e.provisions) provisions.items.push_back(Datum::of_text(id));
  d.set("provisions", std::move(provisions));
  if (e.entry != 0) d.set("entry", Datum::of_number(static_cast<std::int64_t>(e.entry)));
  Datum steps = Datum::list();
  for (const Explanation& step : e.steps) steps.items.push_back(to_datum(step));
  d.set("steps", std::move(steps));
  return d;
}

}  // namespace counterpart::engine
