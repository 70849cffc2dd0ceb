#include <random>

#include "journal/store.h"

namespace counterpart::journal {

namespace {

// Salts need only be unguessable, and this is the edge: the engine never sees them.
std::string new_salt() {
  std::random_device device;
  std::string salt;
  static constexpr char digits[] = "0123456789abcdef";
  for (int i = 0; i < 8; ++i) {
    std::uint32_t word = device();
    for (int n = 0; n < 8; ++n, word >>= 4) salt += digits[word & 15U];
  }
  return salt;
}

}  // namespace

Chained chained(Entry entry, Sequence sequence, std::string_view agreement, std::string_view journal,
                const Digest& before, const std::vector<std::string>& sealed) {
  Chained out;
  entry.sequence = sequence;
  std::vector<std::pair<std::string, Digest>> seals;
  for (const std::string& name : sealed) {
    const Datum* value = entry.with.find(name);
    if (value == nullptr) continue;
    const std::string salt = new_salt();
    const std::string bytes = write_json(*value);
    seals.emplace_back(name, sha256(salt + bytes));
    out.seals.emplace_back(name, salt, bytes);
  }
  out.bytes = canonical_bytes(entry, agreement, journal, before, seals);
  out.hash = sha256(out.bytes);
  out.entry = std::move(entry);
  return out;
}

std::string why_broken(std::string_view bytes, const Digest& hash, std::string_view agreement,
                       std::string_view journal, Sequence expected, const Digest& before) {
  if (sha256(bytes) != hash)
    return "its bytes do not give its hash: they were changed after they were recorded";
  const auto kept = read_canonical(bytes);
  if (!kept) return kept.error().message;
  if (kept->entry.sequence != expected) {
    return "entry " + std::to_string(expected) + " was expected and " + std::to_string(kept->entry.sequence) +
           " found";
  }
  if (kept->agreement != agreement || kept->journal != journal)
    return "it belongs to " + kept->agreement + "/" + kept->journal;
  if (kept->before != before) return "it does not follow the entry before it";
  return {};
}

bool same_content(const Entry& a, const Entry& b) {
  Entry x = a;
  Entry y = b;
  x.sequence = y.sequence = 0;
  x.recorded = y.recorded = Instant{};
  // A live act takes the server's time, so a retry differs in it and in nothing else.
  x.at = y.at = Instant{};
  return x == y;
}

}  // namespace counterpart::journal
