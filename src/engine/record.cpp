#include "engine/record.h"

#include <algorithm>

namespace counterpart::engine {

using namespace program;

Record::Record(std::shared_ptr<const Program> program) : program_(std::move(program)) {
  // The Agreement itself has a name whether or not an entry says it.
  if (const KindId agreement = program_->kind("Agreement"); agreement.given())
    intern_key(agreement, "Agreement");
}

std::string_view Record::text(TextId id) const {
  if (!id.given()) return {};
  const auto own = static_cast<std::uint32_t>(program_->texts.size());
  return id.value < own ? std::string_view(program_->texts[id.value])
                        : std::string_view(texts_[id.value - own]);
}

TextId Record::find_text(std::string_view s) const {
  if (const TextId id = program_->find_text(s); id.given()) return id;
  const auto found = text_index_.find(std::string(s));
  return found == text_index_.end() ? TextId{} : TextId{found->second};
}

TextId Record::intern(std::string_view s) {
  if (const TextId id = find_text(s); id.given()) return id;
  const auto id = static_cast<std::uint32_t>(program_->texts.size() + texts_.size());
  texts_.emplace_back(s);
  text_index_.emplace(s, id);
  return TextId{id};
}

namespace {
std::uint64_t packed(KindId kind, TextId key) { return (std::uint64_t{kind.value} << 32) | key.value; }
}  // namespace

std::uint32_t Record::intern_key(KindId kind, std::string_view key) {
  const TextId text = intern(key);
  const auto [at, added] =
      key_index_.try_emplace(packed(kind, text), static_cast<std::uint32_t>(keys_.size()));
  if (added) {
    keys_.push_back({kind, text});
    if (named_kinds_.size() <= kind.value) named_kinds_.resize(kind.value + 1);
    named_kinds_[kind.value] = true;
  }
  return at->second;
}

std::uint32_t Record::find_key(KindId kind, std::string_view key) const {
  const TextId text = find_text(key);
  if (!text.given()) return 0xffffffff;
  const auto found = key_index_.find(packed(kind, text));
  return found == key_index_.end() ? 0xffffffff : found->second;
}

std::string Record::name_of_key(std::uint32_t key) const {
  const Key& k = keys_[key];
  const std::string_view kind = program_->text(program_->kinds[k.kind.value].name);
  if (kind == "Agreement") return std::string(kind);
  return std::string(kind) + "/" + std::string(text(k.key));
}

std::uint32_t Record::find_key_by_name(std::string_view name) const {
  if (const auto slash = name.find('/'); slash != std::string_view::npos) {
    const KindId kind = program_->kind(name.substr(0, slash));
    return kind.given() ? find_key(kind, name.substr(slash + 1)) : 0xffffffff;
  }
  std::uint32_t only = 0xffffffff;
  for (std::uint32_t i = 0; i < keys_.size(); ++i) {
    if (text(keys_[i].key) != name) continue;
    if (only != 0xffffffff) return 0xffffffff;
    only = i;
  }
  return only;
}

bool Record::same_inputs(const BoundEntry& a, const BoundEntry& b) const {
  if (a.inputs.empty() || b.inputs.empty()) return true;
  const auto same_value = [&](const auto& self, const Value& x, const Value& y) -> bool {
    if (x == y) return true;
    if (x.tag != Tag::list || y.tag != Tag::list || x.detail != y.detail) return false;
    if (x.detail == 0)
      return list(static_cast<std::uint32_t>(x.number)) == list(static_cast<std::uint32_t>(y.number));
    const auto count = static_cast<std::uint32_t>(x.number & 0xffffffff);
    if (x.detail != 2 || count != static_cast<std::uint32_t>(y.number & 0xffffffff)) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto left = values(part_row(static_cast<std::uint32_t>(x.number >> 32) + i).values);
      const auto right = values(part_row(static_cast<std::uint32_t>(y.number >> 32) + i).values);
      if (!std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](const Value& p, const Value& q) { return self(self, p, q); }))
        return false;
    }
    return true;
  };
  const auto left = values(a.inputs);
  const auto right = values(b.inputs);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](const Value& x, const Value& y) { return same_value(same_value, x, y); });
}

}  // namespace counterpart::engine
