#include "lsp/frames.h"

#include <algorithm>
#include <charconv>

namespace counterpart::lsp {

namespace {

constexpr std::size_t longest_body = std::size_t{16} << 20;
constexpr std::size_t longest_head = std::size_t{8} << 10;

// The length a head announces.
std::optional<std::size_t> length_in(std::string_view head) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    constexpr std::string_view name = "content-length:";
    const bool is_length =
        line.size() > name.size() && std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
          return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
        });
    if (!is_length) continue;
    line.remove_prefix(name.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    std::size_t n = 0;
    const auto [at, error] = std::from_chars(line.data(), line.data() + line.size(), n);
    if (error == std::errc() && at == line.data() + line.size()) return n;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Result<std::string>> Frames::next() {
  if (skip_ > 0) {
    const std::size_t now = std::min(skip_, waiting_.size());
    waiting_.erase(0, now);
    skip_ -= now;
    if (skip_ > 0) return std::nullopt;
  }
  // Line endings of either sort end the head.
  const std::size_t crlf = waiting_.find("\r\n\r\n");
  const std::size_t lf = waiting_.find("\n\n");
  const std::size_t end = std::min(crlf, lf);
  if (end == std::string::npos) {
    if (waiting_.size() <= longest_head) return std::nullopt;
    waiting_.clear();
    return fail("frame-malformed", "a head of more than 8 KiB without an end");
  }
  const std::size_t body = end + (end == crlf ? 4 : 2);
  const auto length = length_in(std::string_view(waiting_).substr(0, end));
  if (!length) {
    // Perhaps the next head follows at once.
    waiting_.erase(0, body);
    return fail("frame-malformed", "a message begins with `Content-Length: N`, found another head");
  }
  if (*length > longest_body) {
    waiting_.erase(0, body);
    skip_ = *length;
    return fail("frame-too-long", "a message of more than 16 MiB");
  }
  if (waiting_.size() - body < *length) return std::nullopt;
  std::string out = waiting_.substr(body, *length);
  waiting_.erase(0, body + *length);
  return out;
}

std::string framed(std::string_view body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace counterpart::lsp
