#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace counterpart {

// A SHA-256 digest.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  [[nodiscard]] std::string to_hex() const;  // 64 lower-case digits
  static std::optional<Digest> from_hex(std::string_view hex);
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

Digest sha256(std::string_view bytes);

}  // namespace counterpart
