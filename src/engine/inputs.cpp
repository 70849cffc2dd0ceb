#include "engine/inputs.h"

#include <algorithm>
#include <map>

namespace counterpart::engine {

using namespace program;

namespace {

// A property of an item; of a document also one of its fields. Null where there is none.
const Datum* property(const Datum& item, std::string_view name) {
  if (const Datum* own = item.find(name); own != nullptr) return own;
  if (const Datum* fields = item.find("fields"); fields != nullptr) {
    for (const Datum& f : fields->items) {
      if (const Datum* called = f.find("name"); called != nullptr && called->text == name) return &f;
    }
  }
  return nullptr;
}

struct Read {
  Datum value;
  bool unknown = false;
  Bound bound = Bound::exact;
};

Bound bound_of(const Datum& d) {
  const Datum* bound = d.find("bound");
  if (bound == nullptr) return Bound::exact;
  return bound->text == "at_most" ? Bound::at_most : Bound::at_least;
}

Read read(const Datum& item, std::string_view name, Type type) {
  const Datum* d = property(item, name);
  Read out;
  if (d == nullptr) return out;
  const bool inner = d->kind == Datum::Kind::record;
  const Datum& holder = inner ? *d : item;  // what says that it is unknown or bounded
  const Datum* value = d;
  if (inner) value = d->find("value") != nullptr ? d->find("value") : d->find("amount");
  if (value == nullptr || value->kind == Datum::Kind::null) {
    out.unknown = holder.find("unknown") != nullptr;
    return out;
  }
  out.value = *value;
  if (type == Type::money || type == Type::number) out.bound = bound_of(holder);
  // Times stand in a position as people read them; a date is the day of one.
  if (type == Type::date && out.value.text.size() > 10) out.value.text.resize(10);
  return out;
}

}  // namespace

Result<void> Record::add_input(KindId kind, std::string_view key, std::string_view agreement,
                               std::string_view item, const Datum& fields,
                               std::span<const std::string> unknown,
                               const std::map<std::string, Bound>& bounds) {
  const Program& p = *program_;
  const Range range = p.kinds[kind.value].fields;
  InputRow row;
  std::vector<Value> values;
  for (std::uint32_t f = range.first; f < range.first + range.count; ++f) {
    const Field& field = p.fields[f];
    const std::string name(p.text(field.name));
    Value v;
    if (std::find(unknown.begin(), unknown.end(), name) != unknown.end()) {
      v.tag = Tag::unknown;
    } else if (const Datum* given = fields.find(name); given != nullptr && !field.computed.given()) {
      TRY_ASSIGN(v, bind_value(*given, field.type,
                               std::string(item) + " of " + std::string(agreement) + ", \"" + name + "\""));
      if (const auto bound = bounds.find(name); bound != bounds.end()) v.bound = bound->second;
    }
    values.push_back(v);
  }
  row.key = intern_key(kind, key);
  row.agreement = intern(agreement);
  row.item = intern(item);
  row.values = {static_cast<std::uint32_t>(values_.size()), static_cast<std::uint32_t>(values.size())};
  values_.insert(values_.end(), values.begin(), values.end());
  inputs_.push_back(row);
  return {};
}

Result<std::shared_ptr<const Record>> with_inputs(const std::shared_ptr<const Record>& record,
                                                  const OtherPosition& other) {
  const Program& p = record->program();
  if (p.input_kinds.empty()) return record;
  auto out = std::make_shared<Record>(*record);
  std::map<std::string, Datum> positions;
  for (const InputKind& input : p.input_kinds) {
    const std::string agreement(p.text(input.agreement));
    auto position = positions.find(agreement);
    if (position == positions.end()) {
      TRY_ASSIGN(Datum report, other(agreement));
      position = positions.emplace(agreement, std::move(report)).first;
    }
    const Datum* items = position->second.find(p.text(input.section));
    if (items == nullptr) continue;
    const Range range = p.kinds[input.kind.value].fields;
    for (const Datum& item : items->items) {
      if (input.document_kind.given()) {
        const Datum* kind = item.find("kind");
        if (kind == nullptr || kind->text != p.text(input.document_kind)) continue;
      }
      Datum fields = Datum::record();
      std::vector<std::string> unknown;
      std::map<std::string, Bound> bounds;
      for (std::uint32_t f = range.first; f < range.first + range.count; ++f) {
        const std::string name(p.text(p.fields[f].name));
        Read r = read(item, name, p.fields[f].type.type);
        if (r.unknown) unknown.push_back(name);
        if (r.value.kind == Datum::Kind::null) continue;
        if (r.bound != Bound::exact) bounds[name] = r.bound;
        fields.set(name, std::move(r.value));
      }
      const Datum* id = item.find("id");
      TRY(out->add_input(input.kind, id == nullptr ? "" : id->text, agreement, id == nullptr ? "" : id->text,
                         fields, unknown, bounds));
    }
  }
  return out;
}

}  // namespace counterpart::engine
