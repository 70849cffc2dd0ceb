#include "base/digest.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace counterpart {

std::string Digest::to_hex() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (const std::uint8_t b : bytes) {
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

std::optional<Digest> Digest::from_hex(std::string_view hex) {
  if (hex.size() != 64) return std::nullopt;
  const auto value = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  Digest d;
  for (std::size_t i = 0; i < 32; ++i) {
    const int high = value(hex[2 * i]);
    const int low = value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    d.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return d;
}

Digest sha256(std::string_view bytes) {
  // Fetched once: looking the algorithm up costs more than hashing an entry.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Digest d;
  unsigned size = 0;
  const int ok = EVP_Digest(bytes.data(), bytes.size(), d.bytes.data(), &size, algorithm, nullptr);
  // A record chained with a wrong digest is worse than a stop; this holds in a release too.
  if (ok != 1 || size != 32) std::abort();
  return d;
}

}  // namespace counterpart
