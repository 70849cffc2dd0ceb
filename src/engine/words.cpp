#include "engine/words.h"

#include <fmt/core.h>

namespace counterpart::engine {

using namespace program;

std::string words_of(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c == '_') c = ' ';
  }
  return out;
}

std::string third_person(std::string_view verb) {
  const std::size_t space = verb.find(' ');
  std::string first(verb.substr(0, space));
  const std::string rest(space == std::string_view::npos ? std::string_view() : verb.substr(space));
  const auto ends = [&](std::string_view s) { return first.ends_with(s); };
  const bool consonant_y = first.size() > 1 && ends("y") &&
                           std::string_view("aeiou").find(first[first.size() - 2]) == std::string_view::npos;
  if (consonant_y) {
    first.replace(first.size() - 1, 1, "ies");
  } else if (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh") || ends("o")) {
    first += "es";
  } else {
    first += "s";
  }
  return first + rest;
}

std::vector<std::string> provision_ids(const Program& program, Range cited) {
  std::vector<std::string> ids;
  for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
    ids.emplace_back(program.text(program.provisions[program.cited[i].value].id));
  }
  return ids;
}

std::vector<std::string> missing_names(const Position& position, std::uint32_t why) {
  const Program& p = position.program();
  std::vector<std::string> names;
  for (const Missing& m : position.unknowns.members(why)) {
    switch (m.kind) {
      case Missing::Kind::declared:
        names.emplace_back(m.id < p.unknowns.size() ? p.text(p.unknowns[m.id].name) : "calendar");
        break;
      case Missing::Kind::calendar_year:
        names.push_back(fmt::format("{} of {}", p.text(p.calendars[m.id].name), m.extra));
        break;
      case Missing::Kind::disputed:
        names.push_back(fmt::format("claim {}", m.id));
        break;
      case Missing::Kind::unclaimed:
        names.emplace_back(p.text(p.claims[m.id].name));
        break;
      case Missing::Kind::elsewhere: {
        const InputRow& row = position.record->inputs()[m.id];
        names.push_back(
            fmt::format("{} of {}", position.record->text(row.item), position.record->text(row.agreement)));
        break;
      }
      case Missing::Kind::unset:
        names.emplace_back(p.text(p.terms[m.id].name));
        break;
      case Missing::Kind::overflow:
        names.emplace_back("a result too large");
        break;
    }
  }
  return names;
}

std::string missing_text(const Position& position, std::uint32_t why) {
  const Program& p = position.program();
  std::string out;
  for (const Missing& m : position.unknowns.members(why)) {
    if (!out.empty()) out += "; ";
    switch (m.kind) {
      case Missing::Kind::declared:
        out += m.id < p.unknowns.size()
                   ? fmt::format("{} is not supplied ({})", words_of(p.text(p.unknowns[m.id].name)),
                                 p.text(p.unknowns[m.id].reason))
                   : std::string("a calendar is not supplied");
        break;
      case Missing::Kind::calendar_year:
        out += fmt::format("the calendar {} does not cover {}", p.text(p.calendars[m.id].name), m.extra);
        break;
      case Missing::Kind::disputed: {
        std::string name = "a claim";
        for (const ClaimRow& c : position.claims) {
          if (c.entry == m.id) name = words_of(p.text(p.claims[c.claim.value].name));
        }
        out += fmt::format("{} is disputed (entry {})", name, m.id);
        break;
      }
      case Missing::Kind::unclaimed:
        out += fmt::format("nobody has said whether {}", words_of(p.text(p.claims[m.id].name)));
        break;
      case Missing::Kind::elsewhere: {
        const InputRow& row = position.record->inputs()[m.id];
        out += fmt::format("the agreement {} does not know it itself ({})",
                           position.record->text(row.agreement), position.record->text(row.item));
        break;
      }
      case Missing::Kind::unset:
        out += fmt::format("no text settles {}", words_of(p.text(p.terms[m.id].name)));
        break;
      case Missing::Kind::overflow:
        out += "a result is too large to be kept exactly";
        break;
    }
  }
  return out;
}

namespace {

std::string duration_text(const Position& position, const Value& v) {
  const std::int32_t n = duration_count(v);
  const auto unit = [&](const char* one) { return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s"); };
  switch (duration_unit(v)) {
    case Unit::seconds:
      return unit("second");
    case Unit::hours:
      return unit("hour");
    case Unit::open_hours:
      return unit("hour") + " on open days";
    case Unit::days:
      return unit("day");
    case Unit::business_days: {
      const std::uint32_t c = duration_calendar(v);
      const Program& p = position.program();
      std::string out = unit("business day");
      if (c < p.calendars.size() && c != p.business_calendar.value)
        out += fmt::format(" of {}", p.text(p.calendars[c].name));
      return out;
    }
    case Unit::weeks:
      return unit("week");
    case Unit::months:
      return unit("month");
    case Unit::years:
      return unit("year");
  }
  return {};
}

}  // namespace

std::string value_text(const Position& position, const Value& v) {
  const Program& p = position.program();
  const std::string bound = v.bound == Bound::at_most    ? "at most "
                            : v.bound == Bound::at_least ? "at least "
                                                         : "";
  switch (v.tag) {
    case Tag::absent:
      return "none";
    case Tag::unknown:
      return "unknown";
    case Tag::yes_no:
      return v.number != 0 ? "yes" : "no";
    case Tag::number:
      return bound + Decimal{v.number, static_cast<std::uint8_t>(v.detail)}.to_string();
    case Tag::money:
      return bound + Money::from_minor(v.number, p.currencies[v.detail]).to_string();
    case Tag::date:
      return bound + CivilDate{static_cast<std::int32_t>(v.number)}.to_string();
    case Tag::instant:
      return bound + p.zone.format({v.number});
    case Tag::duration:
      return duration_text(position, v);
    case Tag::text:
    case Tag::choice:
      return std::string(position.record->text(TextId{static_cast<std::uint32_t>(v.number)}));
    case Tag::thing:
      return v.detail == 1 ? position.name_of(static_cast<std::uint32_t>(v.number))
                           : position.record->name_of_key(static_cast<std::uint32_t>(v.number));
    case Tag::party:
      return std::string(p.text(p.parties[static_cast<std::uint32_t>(v.number)].name));
    case Tag::office:
      return std::string(p.text(p.offices[static_cast<std::uint32_t>(v.number)].name));
    case Tag::list: {
      if (v.detail == 1) return fmt::format("{} lines", v.number & 0xffffffff);
      if (v.detail == 2) return fmt::format("{} lines", v.number & 0xffffffff);
      std::string out;
      for (std::size_t n = 0; n < position.text_count(v); ++n) {
        if (!out.empty()) out += ", ";
        out += position.record->text(position.text_at(v, n));
      }
      return out.empty() ? "none" : out;
    }
  }
  return {};
}

std::string deadline_text(const Position& position, const DutyRow& row) {
  const Program& p = position.program();
  const Duty& duty = p.duties[row.duty.value];
  if (row.status == DutyStatus::excused) {
    std::string out = "excused since " + p.zone.format_for_people(position.excuses[row.last_excuse].from);
    DutyRow otherwise = row;
    otherwise.status = DutyStatus::due;
    return out + "; else " + deadline_text(position, otherwise);
  }
  if (row.owed_unknown && is_open(row.status)) {
    DutyRow owed = row;
    owed.owed_unknown = false;
    return fmt::format(
        "unknown whether it is owed ({}); if it is, {}",
        row.owed_why == 0 ? "what it asks about is not given" : missing_text(position, row.owed_why),
        deadline_text(position, owed));
  }
  switch (row.deadline.tag) {
    case Tag::date: {
      const std::string bound = row.deadline.bound == Bound::exact     ? "by the end of "
                                : row.deadline.bound == Bound::at_most ? "at the latest by the end of "
                                                                       : "no earlier than ";
      std::string out = bound + CivilDate{static_cast<std::int32_t>(row.deadline.number)}.with_weekday();
      if (row.deadline.bound != Bound::exact) out += ": " + missing_text(position, row.why);
      return out;
    }
    case Tag::instant:
      return "by " + p.zone.format_for_people({row.deadline.number});
    case Tag::unknown:
      return "unknown: " + missing_text(position, row.deadline.why);
    default:
      break;
  }
  if (duty.standard.given()) return std::string(p.text(duty.standard));
  return "no deadline";
}

std::string duty_text(const Position& position, const DutyRow& row) {
  const Program& p = position.program();
  const Duty& duty = p.duties[row.duty.value];
  std::string out;
  for (std::uint32_t i = 0; i < duty.bearers.count; ++i) {
    if (i > 0) out += " or ";
    out += p.text(p.parties[p.party_lists[duty.bearers.first + i].value].name);
  }
  if (duty.office.given()) out += fmt::format(" ({})", words_of(p.text(p.offices[duty.office.value].name)));
  out += ' ';
  const auto verb = [&](std::uint32_t act) {
    return third_person(p.text(p.acts[p.act_lists[act].value].verb));
  };
  for (std::uint32_t i = 0; i < duty.paths.count; ++i) {
    const Path& path = p.paths[duty.paths.first + i];
    const bool first_failing = path.failing && !p.paths[duty.paths.first + i - 1].failing;
    if (i > 0) out += first_failing ? ", failing that " : " or ";
    for (std::uint32_t n = 0; n < path.acts.count; ++n) {
      if (n > 0) out += path.ordered ? " then " : " and ";
      out += verb(path.acts.first + n);
    }
  }
  for (std::uint32_t i = 0; duty.paths.empty() && i < duty.performance.count; ++i) {
    if (i > 0) out += duty.mode == PerformanceMode::all ? " and " : " or ";
    out += verb(duty.performance.first + i);
  }
  if (duty.keeps.given()) out += p.text(duty.name);
  if (row.thing != none) out += " " + position.name_of(row.thing);
  return out;
}

std::string consequence_text(const Position& position, const Duty& duty) {
  const Program& p = position.program();
  std::string out;
  for (std::uint32_t i = duty.otherwise.first; i < duty.otherwise.first + duty.otherwise.count; ++i) {
    const Effect& effect = p.effects[i];
    std::string part;
    switch (effect.kind) {
      case EffectKind::become:
        part = fmt::format("{} becomes {}", p.text(p.kinds[p.stages[effect.stage.value].kind.value].name),
                           words_of(p.text(p.stages[effect.stage.value].name)));
        break;
      case EffectKind::set_field:
        part = words_of(p.text(p.fields[effect.field.value].name)) + " changes";
        break;
      case EffectKind::add:
      case EffectKind::remove:
        part = fmt::format("something is {} {}", effect.kind == EffectKind::add ? "added to" : "removed from",
                           words_of(p.text(p.fields[effect.field.value].name)));
        break;
      case EffectKind::waive:
        part = "waiver";
        break;
      case EffectKind::put_in:
        part = words_of(p.text(p.accounts[effect.account.value].name)) + " grows";
        break;
      case EffectKind::draw:
        part = words_of(p.text(p.accounts[effect.account.value].name)) + " is drawn on";
        break;
      case EffectKind::breach:
        part = "breach";
        break;
      case EffectKind::make:
        part = fmt::format("a new {}", p.text(p.kinds[effect.made.value].name));
        break;
    }
    if (!out.empty()) out += "; ";
    out += part;
  }
  if (duty.breach && duty.deadline.given()) out += out.empty() ? "breach" : "; breach";
  (void)position;
  return out;
}

namespace {

// What an operation was at an instant: its last change not after it.
Truth operation_at(const Position& position, std::uint32_t operation, Instant at) {
  std::uint32_t c = position.last_operation[operation];
  while (c != none && position.operation_changes[c].at > at) c = position.operation_changes[c].before;
  return c == none ? Truth::unknown : position.operation_changes[c].operates;
}

std::string operates_text(const Program& p, const Operation& o, std::string_view what, Truth now) {
  const std::string_view also = o.also ? "also " : "";
  if (now == Truth::yes) return fmt::format("{} {}operates: {}", what, also, p.text(o.words));
  if (now == Truth::no)
    return fmt::format("{} does not operate: it {}does only {}", what, also, p.text(o.words));
  return fmt::format("whether {} operates is unknown: it {}does only {}", what, also, p.text(o.words));
}

}  // namespace

void operations_in(const Program& p, ExprId id, std::vector<std::uint32_t>& out) {
  if (!id.given()) return;
  const Expr& e = p.exprs[id.value];
  if (e.op == Op::operation && std::find(out.begin(), out.end(), e.n) == out.end()) out.push_back(e.n);
  operations_in(p, e.a, out);
  operations_in(p, e.b, out);
}

std::string operation_text(const Position& position, OperationId operation) {
  const Operation& o = position.program().operations[operation.value];
  const std::string_view name = position.program().text(o.name);
  return operates_text(position.program(), o, name, operation_at(position, operation.value, position.as_of));
}

std::string not_operating_text(const Position& position, program::Range cited, Instant at) {
  const Program& p = position.program();
  std::string out;
  for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
    const Provision& provision = p.provisions[p.cited[i].value];
    std::vector<std::uint32_t> asked;
    operations_in(p, provision.operates, asked);
    for (const std::uint32_t o : asked) {
      const Truth then = operation_at(position, o, at);
      if (then == Truth::yes) continue;
      out += (out.empty() ? "" : "; ") + operates_text(p, p.operations[o], p.text(provision.id), then);
    }
  }
  return out;
}

std::string reason_text(const Position& position, const Reason& reason) {
  const Program& p = position.program();
  const Judgement& j = position.judgements[reason.entry_index];
  if (reason.by_kernel) {
    const BoundEntry* e = j.bound == none ? nullptr : &position.entries[j.bound];
    const std::string name =
        e != nullptr && e->key != none ? position.record->name_of_key(e->key) : std::string("it");
    switch (reason.kernel) {
      case Reason::Kernel::nothing:
        return {};
      case Reason::Kernel::absent_document:
        return name + " does not exist, or was never validly made";
      case Reason::Kernel::taken_number:
        return name + " exists already";
      case Reason::Kernel::wrong_party:
        return fmt::format("{} is not a party that may do this",
                           e != nullptr ? p.text(p.parties[e->by.value].name) : "this");
      case Reason::Kernel::wrong_stage: {
        // The stage it was in when the act was judged: the last change before its effect.
        std::string stage = "no stage";
        std::string since;
        if (j.thing != none) {
          for (std::uint32_t c = position.things[j.thing].last_stage; c != none;
               c = position.stage_changes[c].before) {
            const StageChange& change = position.stage_changes[c];
            if (change.at > j.effect || (change.cause.kind == Cause::Kind::entry &&
                                         change.cause.entry > j.entry && change.at == j.effect))
              continue;
            stage = words_of(p.text(p.stages[change.stage.value].name));
            // Decided by silence: the day by which somebody should have acted.
            if (change.cause.kind == Cause::Kind::duty) {
              const DutyRow& duty = position.duties[change.cause.index];
              since = fmt::format(" by silence since {}: {} {}", change.dated.with_weekday(),
                                  duty_text(position, duty), deadline_text(position, duty));
              const auto cited = provision_ids(p, change.cause.provisions);
              if (!cited.empty()) since += fmt::format(" ({})", cited.front());
            }
            break;
          }
        }
        std::string wanted;
        if (e != nullptr && e->act.given()) {
          const Act& act = p.acts[e->text.given() ? e->text.value : e->act.value];
          for (std::uint32_t i = act.from.first; i < act.from.first + act.from.count; ++i) {
            if (!wanted.empty()) wanted += " or ";
            wanted += words_of(p.text(p.stages[p.stage_sets[i].value].name));
          }
        }
        return fmt::format("{} was {}{}, and this act needs it to be {}", name, stage, since, wanted);
      }
      case Reason::Kernel::unsigned_jointly:
        return "it needs the signature of every party";
      case Reason::Kernel::not_own_entry:
        return "a party may correct its own entries; another's only together";
      case Reason::Kernel::not_in_force:
        return "no edition of the text in force at that time knows this act";
      case Reason::Kernel::nothing_to_waive:
        return "nothing that it waives was missed or is owed here";
      case Reason::Kernel::before_effective_date:
        return "it is dated before the agreement took effect on " + p.effective_date.with_weekday();
    }
  }
  const Requirement& requirement = p.requirements[reason.requirement];
  std::string text(p.text(requirement.message));
  if (requirement.by_operation) text = not_operating_text(position, requirement.provisions, j.effect);
  if (text.empty()) {
    const Place& place = p.places[requirement.place];
    const std::string_view words = p.text(place.text);
    text = words.empty() ? "a requirement is not met" : fmt::format("not met: {}", words);
  }
  if (reason.unknown || reason.why != 0)
    text += fmt::format(" (unknown: {})", missing_text(position, reason.why));
  return text;
}

std::string_view type_name(Type t) {
  switch (t) {
    case Type::yes_no:
      return "yes_no";
    case Type::number:
      return "number";
    case Type::money:
      return "money";
    case Type::date:
      return "date";
    case Type::instant:
      return "time";
    case Type::duration:
      return "duration";
    case Type::text:
      return "text";
    case Type::choice:
      return "choice";
    case Type::reference:
      return "reference";
    case Type::parts:
      return "parts";
    case Type::texts:
      return "texts";
    case Type::party:
      return "party";
    case Type::office:
      return "office";
    case Type::due:
      return "due";
    case Type::account:
      return "account";
    case Type::any:
      return "any";
  }
  return "any";
}

}  // namespace counterpart::engine
