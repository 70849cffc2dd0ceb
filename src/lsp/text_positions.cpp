#include "lsp/text_positions.h"

#include <algorithm>

namespace counterpart::lsp {

namespace {

// Bytes of the character that begins with this one; text is valid UTF-8.
std::size_t bytes_of(char first) {
  const auto c = static_cast<unsigned char>(first);
  return c < 0x80U ? 1 : c < 0xe0U ? 2 : c < 0xf0U ? 3 : 4;
}

}  // namespace

std::uint32_t units_before(std::string_view line, std::size_t byte) {
  std::uint32_t units = 0;
  for (std::size_t at = 0; at < std::min(byte, line.size());) {
    const std::size_t n = bytes_of(line[at]);
    units += n == 4 ? 2 : 1;  // beyond the basic plane: a pair
    at += n;
  }
  return units;
}

std::size_t byte_after(std::string_view line, std::uint32_t units) {
  std::size_t at = 0;
  while (at < line.size() && units > 0) {
    const std::size_t n = bytes_of(line[at]);
    const std::uint32_t wide = n == 4 ? 2 : 1;
    if (wide > units) break;
    units -= wide;
    at += n;
  }
  return std::min(at, line.size());
}

Lines::Lines(std::string_view text) : text_(text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.push_back(line);
    at = end + 1;
  }
}

std::size_t Lines::offset(Position at) const {
  if (at.line >= lines_.size()) return text_.size();
  const std::string_view line = lines_[at.line];
  return static_cast<std::size_t>(line.data() - text_.data()) + byte_after(line, at.character);
}

}  // namespace counterpart::lsp
