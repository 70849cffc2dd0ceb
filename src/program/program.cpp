#include "program/program.h"

namespace counterpart::program {

namespace {

template <class IdType, class Rows, class Same>
IdType find_row(const Rows& rows, const Same& same) {
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    if (same(rows[i])) return IdType{i};
  }
  return {};
}

}  // namespace

TextId Program::find_text(std::string_view s) const {
  const auto found = text_index.find(std::string(s));
  return found == text_index.end() ? TextId{} : TextId{found->second};
}

TextId Program::intern(std::string_view s) {
  const auto [at, added] = text_index.try_emplace(std::string(s), static_cast<std::uint32_t>(texts.size()));
  if (added) texts.emplace_back(s);
  return TextId{at->second};
}

PartyId Program::party(std::string_view called) const {
  return find_row<PartyId>(parties, [&](const Party& p) { return text(p.name) == called; });
}

KindId Program::kind(std::string_view called) const {
  return find_row<KindId>(kinds, [&](const Kind& k) { return text(k.name) == called; });
}

ActId Program::act(std::string_view verb, KindId on) const {
  return find_row<ActId>(acts, [&](const Act& a) { return a.kind == on && text(a.verb) == verb; });
}

FieldId Program::field(KindId of, std::string_view called) const {
  if (!of.given()) return {};
  const Range range = kinds[of.value].fields;
  for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
    if (text(fields[i].name) == called) return FieldId{i};
  }
  return {};
}

DueId Program::due(KindId of, std::string_view called) const {
  return find_row<DueId>(dues, [&](const Due& d) { return d.subject == of && text(d.name) == called; });
}

AccountId Program::account(KindId of, std::string_view called) const {
  return find_row<AccountId>(accounts,
                             [&](const Account& a) { return a.subject == of && text(a.name) == called; });
}

StageId Program::stage(KindId of, std::string_view called) const {
  if (!of.given()) return {};
  const Range range = kinds[of.value].stages;
  for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
    if (text(stages[i].name) == called) return StageId{i};
  }
  return {};
}

OfficeId Program::office(PartyId of, std::string_view called) const {
  return find_row<OfficeId>(offices,
                            [&](const Office& o) { return o.party == of && text(o.name) == called; });
}

ProvisionId Program::provision(std::string_view id) const {
  return find_row<ProvisionId>(provisions, [&](const Provision& p) { return text(p.id) == id; });
}

}  // namespace counterpart::program
