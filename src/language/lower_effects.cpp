// What happens: the effects that acts, deadlines, dates and conditions have.

#include <fmt/core.h>

#include <algorithm>

#include "language/lowering.h"

namespace counterpart::language {

using namespace program;

void Lowering::effect(Reader& r, const Scope& scope, program::Range provisions, const Line& line) {
  Effect row;
  row.provisions = provisions;
  row.place = place_of(line);
  if (r.is("sets") || r.is("set")) {
    set_effect(r, scope, row);
  } else if (r.is("adds") || r.is("add") || r.is("removes") || r.is("remove")) {
    list_effect(r, scope, row);
  } else if (r.is("makes") || r.is("make")) {
    make_effect(r, scope, row);
  } else if (r.accept("waives")) {
    waive_effect(r, scope, row);
  } else if (r.is("puts") || r.is("draws")) {
    account_effect(r, scope, row, r.take().text == "puts");
  } else if (r.accept("breach")) {
    row.kind = EffectKind::breach;
  } else {
    become_effect(r, scope, row);
  }
  p_.effects.push_back(row);
}

void Lowering::set_effect(Reader& r, const Scope& scope, Effect& row) {
  r.take();
  changed_field(r, scope, row);
  r.expect("to");
  row.kind = EffectKind::set_field;
  row.value = field_value(r, scope, row.field);
}

// `adds TEXT to FIELD`, `removes TEXT from FIELD`.
void Lowering::list_effect(Reader& r, const Scope& scope, Effect& row) {
  const bool adds = r.take().text.starts_with("add");
  row.kind = adds ? EffectKind::add : EffectKind::remove;
  const Typed item = r.operand(scope);
  const Type type = item.type.type;
  if (type != Type::text && type != Type::texts && type != Type::choice && type != Type::any) {
    b_.stop("E0301", item.range, "a list of texts holds texts",
            fmt::format("this is {}", type_words(p_, item.type)));
  }
  row.value = item.id;
  r.expect(adds ? "to" : "from",
           "say which list: `adds country to countries`, `removes country from countries`");
  const Range range = r.peek().range;
  changed_field(r, scope, row);
  const Field& field = p_.fields[row.field.value];
  if (field.type.type != Type::texts) {
    b_.stop("E0301", range, fmt::format("\"{}\" is no list that can be added to", p_.text(field.name)),
            fmt::format("it is {}", type_words(p_, field.type)), "declare it as `list of text`");
  }
}

void Lowering::changed_field(Reader& r, const Scope& scope, Effect& row) {
  if (!r.is(".", 1)) {
    const Token& name = r.expect_kind(TokenKind::word, "the name of a field");
    row.field = field_named(scope.subject, name);
    if (p_.fields[row.field.value].computed.given()) {
      b_.stop("E0301", name.range, "only a field that the document itself says can be changed",
              "it is worked out from the rest");
    }
    return;
  }
  // A field of another document: `sets under.released to yes`, `sets parent.shipped_on to today`.
  const Typed path = r.operand(scope);
  const Expr& e = p_.exprs[path.id.value];
  if (e.op != Op::field || p_.fields[e.n].computed.given()) {
    b_.stop("E0301", path.range, "only a field of a document can be changed",
            e.op == Op::field ? "it is worked out from the rest" : "this is no field of a document");
  }
  row.thing = e.a;
  row.field = FieldId{e.n};
}

ExprId Lowering::field_value(Reader& r, const Scope& scope, FieldId field) {
  const Field& f = p_.fields[field.value];
  if (f.type.type == Type::choice && r.peek().kind == TokenKind::word) {
    const auto& names = p_.choices[f.type.detail];
    if (std::find(names.begin(), names.end(), r.peek().text) != names.end()) {
      const Token& word = r.take();
      return b_.literal({Tag::choice, Bound::exact, 0, 0, b_.intern(word.text).value}, word.range);
    }
  }
  const Typed v = r.expression(scope);
  const bool times = (f.type.type == Type::date || f.type.type == Type::instant) &&
                     (v.type.type == Type::date || v.type.type == Type::instant);
  if (v.type.type != f.type.type && v.type.type != Type::any && !times) {
    b_.stop("E0301", v.range, fmt::format("\"{}\" is {}", p_.text(f.name), type_words(p_, f.type)),
            fmt::format("this is {}", type_words(p_, v.type)));
  }
  return v.id;
}

void Lowering::make_effect(Reader& r, const Scope& scope, Effect& row) {
  r.take();
  const Token& name = r.expect_kind(TokenKind::name, "the kind of document it makes");
  row.kind = EffectKind::make;
  row.made = b_.kind_named(name);
  if (p_.kinds[row.made.value].is_part || name.text == "Agreement") {
    b_.stop("E0301", name.range, "only a document can be made",
            fmt::format("a {} is {}", name.text,
                        name.text == "Agreement" ? "the agreement itself" : "a part of a document"));
  }
  std::vector<Setting> settings;
  const auto is_field = [&](std::size_t ahead) {
    return r.peek(ahead).kind == TokenKind::word && p_.field(row.made, r.peek(ahead).text).given();
  };
  if (r.accept("with")) {
    do {
      const Token& what = r.expect_kind(TokenKind::word, "the name of a field of what is made");
      const FieldId field = field_named(row.made, what);
      const Type type = p_.fields[field.value].type.type;
      if (p_.fields[field.value].computed.given() || type == Type::parts) {
        b_.stop("E0301", what.range, fmt::format("\"{}\" cannot be given here", what.text),
                type == Type::parts ? "a list of parts" : "it is worked out from the rest");
      }
      settings.push_back({field, field_value(r, scope, field)});
    } while (r.is(",") && is_field(1) && r.accept(","));
  }
  const program::Range fields = p_.kinds[row.made.value].fields;
  for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
    const Field& field = p_.fields[f];
    const bool given =
        std::any_of(settings.begin(), settings.end(), [&](const Setting& s) { return s.field.value == f; });
    const bool needed = !field.optional && !field.initial.given() && !field.computed.given() &&
                        field.type.type != Type::parts;
    if (given || !needed) continue;
    b_.report("E0305", name.range,
              fmt::format("a {} is made without its \"{}\"", name.text, p_.text(field.name)), "made here",
              fmt::format("add `with {} VALUE`, or let the field be optional", p_.text(field.name)));
  }
  row.settings = {static_cast<std::uint32_t>(p_.settings.size()),
                  static_cast<std::uint32_t>(settings.size())};
  p_.settings.insert(p_.settings.end(), settings.begin(), settings.end());
}

void Lowering::waive_effect(Reader& r, const Scope& scope, Effect& row) {
  row.kind = EffectKind::waive;
  const Range range = r.peek().range;
  const std::vector<ProvisionId> named = provisions_named(r);
  row.waived = {static_cast<std::uint32_t>(p_.cited.size()), static_cast<std::uint32_t>(named.size())};
  p_.cited.insert(p_.cited.end(), named.begin(), named.end());
  for (const ProvisionId provision : named) waived_.emplace_back(provision, range);
  if (!r.accept("of")) return;
  const Typed thing = r.operand(scope);
  if (thing.type.type != Type::reference) {
    b_.stop("E0301", thing.range, "a duty is about a document",
            fmt::format("this is {}", type_words(p_, thing.type)));
  }
  row.thing = thing.id;
}

// After `puts` or `draws`: `puts AMOUNT into ACCOUNT[, usable from TIME until TIME[, then frozen|lost]]`,
// `draws AMOUNT from ACCOUNT`.
void Lowering::account_effect(Reader& r, const Scope& scope, Effect& row, bool puts) {
  row.kind = puts ? EffectKind::put_in : EffectKind::draw;
  row.value = money(r, scope);
  r.expect(puts ? "into" : "from",
           "say which account: `puts amount into retainer`, `draws amount from retainer`");
  const Typed account = r.operand(scope);
  if (account.type.type != Type::account) {
    b_.stop("E0301", account.range, "an account is expected here",
            fmt::format("this is {}", type_words(p_, account.type)),
            "declare it: `account NAME for PARTY with PARTY`");
  }
  row.account = AccountId{account.type.detail};
  row.thing = p_.exprs[account.id.value].a;
  if (!puts || !r.is(",") || !r.is("usable", 1)) return;
  r.take();
  r.take();
  if (!r.is("from") && !r.is("until")) r.expect("from", "`usable from TIME until TIME`");
  if (r.accept("from")) row.from = time(r, scope);
  if (r.accept("until")) row.until = time(r, scope);
  if (!r.is(",") || !r.is("then", 1)) return;
  r.take();
  r.take();
  row.lost_after = r.accept("lost");
  if (!row.lost_after) r.expect("frozen", "what is left then is `frozen` or `lost`");
}

void Lowering::become_effect(Reader& r, const Scope& scope, Effect& row) {
  const Typed thing = r.operand(scope);
  if (thing.type.type != Type::reference) {
    b_.stop("E0301", thing.range, "only a document can become something",
            fmt::format("this is {}", type_words(p_, thing.type)));
  }
  r.expect(
      "becomes",
      "what happens is one of: `it becomes STAGE`, `sets FIELD to VALUE`, `makes KIND with FIELD VALUE`, "
      "`adds TEXT to FIELD`, `removes TEXT from FIELD`, `puts AMOUNT into ACCOUNT`, `draws AMOUNT from "
      "ACCOUNT`, `breach`");
  const Token& stage = r.take();
  const auto& kinds = p_.kind_sets[thing.type.detail];
  StageId found;
  for (const KindId k : kinds) {
    if (const StageId s = p_.stage(k, stage.text); s.given()) {
      if (!found.given()) found = s;
      b_.use(SymbolKind::stage, s.value, stage.range);
      b_.used_stages.insert(s.value);
    }
  }
  if (!found.given()) found = b_.stage_named(kinds.front(), stage);
  row.kind = EffectKind::become;
  row.thing = thing.id;
  row.stage = found;
}

FieldId Lowering::field_named(KindId kind, const Token& t) {
  const FieldId field = p_.field(kind, t.text);
  if (field.given()) {
    b_.use(SymbolKind::field, field.value, t.range);
    return field;
  }
  std::vector<std::string> known;
  for (const Field& f : p_.fields) {
    if (f.kind == kind) known.emplace_back(p_.text(f.name));
  }
  b_.stop("E0201", t.range,
          fmt::format("a {} has no field \"{}\"", p_.text(p_.kinds[kind.value].name), t.text),
          "no such field", b_.nearest(t.text, known));
}

}  // namespace counterpart::language
