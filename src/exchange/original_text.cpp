#include "exchange/original_text.h"

#include <algorithm>
#include <map>
#include <set>

namespace counterpart::exchange {

namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

// A page's own number: "12", "- 12 -", "Page 12", "Page 12 of 90".
bool is_page_number(std::string_view s) {
  if (s.starts_with("Page ") || s.starts_with("PAGE ")) s.remove_prefix(5);
  std::size_t digits = 0;
  for (const char c : s) {
    if (digit(c)) {
      ++digits;
    } else if (c != ' ' && c != '-' && c != 'o' && c != 'f' && c != '.') {
      return false;
    }
  }
  return digits > 0 && digits <= 8;
}

bool is_mark_up(std::string_view s) {
  return s.starts_with('<') && s.ends_with('>') && s.find(' ') == std::string_view::npos;
}

// The section number a line begins with, without a closing point: "2.3" of "2.3  Purchase Orders."; empty
// when none.
std::string_view number_of(std::string_view s) {
  std::size_t n = 0;
  while (n < s.size() && (digit(s[n]) || (s[n] == '.' && n > 0 && n + 1 < s.size() && digit(s[n + 1])))) ++n;
  if (n == 0 || n > 12) return {};
  std::size_t after = n;
  if (after < s.size() && s[after] == '.') ++after;
  if (after < s.size() && s[after] != ' ' && s[after] != '\t') return {};
  // A heading's words begin with a capital; a quantity's ("30 days") do not.
  std::size_t word = after;
  while (word < s.size() && (s[word] == ' ' || s[word] == '\t')) ++word;
  const bool dotted = s.substr(0, n).find('.') != std::string_view::npos || after > n;
  const bool capital = word < s.size() && s[word] >= 'A' && s[word] <= 'Z';
  return dotted && (capital || word == s.size()) ? s.substr(0, n) : std::string_view();
}

struct LineRow {
  std::string_view text;
  bool keep = true;
};

}  // namespace

OriginalText align_original(std::string_view text, std::span<const std::string> wanted) {
  OriginalText out;
  std::vector<LineRow> lines;
  std::map<std::string_view, std::size_t> repeats;
  std::vector<std::size_t> breaks;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (const std::size_t feed = line.find('\f'); feed != std::string_view::npos) {
      breaks.push_back(lines.size());
      line.remove_prefix(feed + 1);
    }
    if (trimmed(line) == "<PAGE>") breaks.push_back(lines.size());
    lines.push_back({line, true});
    if (!trimmed(line).empty()) ++repeats[trimmed(line)];
  }
  // Headers and footers: the few lines next to a break that stand at several breaks, page numbers, and
  // mark-up alone on a line.
  std::set<std::size_t> edges;
  for (const std::size_t b : breaks) {
    std::size_t seen = 0;
    for (std::size_t i = b; i < lines.size() && seen < 4; ++i) {
      if (trimmed(lines[i].text).empty()) continue;
      edges.insert(i);
      ++seen;
    }
    seen = 0;
    for (std::size_t i = b; i-- > 0 && seen < 4;) {
      if (trimmed(lines[i].text).empty()) continue;
      edges.insert(i);
      ++seen;
    }
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view s = trimmed(lines[i].text);
    const bool at_edge = edges.contains(i);
    if (s.empty()) continue;
    if (is_mark_up(s) || (at_edge && (is_page_number(s) || (repeats[s] >= 3 && s.size() < 120)))) {
      lines[i].keep = false;
      ++out.dropped_lines;
    }
  }
  // Where numbers begin lines, in order; a table of contents has several within a few lines of each other, so
  // of the places a number stands at, the one followed by most text before the next number is the section.
  struct Found {
    std::string_view number;
    std::size_t line;
    std::size_t size;
  };
  std::vector<Found> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].keep) continue;
    if (const std::string_view n = number_of(trimmed(lines[i].text)); !n.empty()) found.push_back({n, i, 0});
  }
  for (std::size_t f = 0; f < found.size(); ++f) {
    const std::size_t end = f + 1 < found.size() ? found[f + 1].line : lines.size();
    for (std::size_t i = found[f].line; i < end; ++i) {
      if (lines[i].keep) found[f].size += trimmed(lines[i].text).size();
    }
  }
  for (const std::string& number : wanted) {
    const Found* best = nullptr;
    for (const Found& f : found) {
      if (f.number == number && (best == nullptr || f.size > best->size)) best = &f;
    }
    if (best == nullptr) {
      out.missing.push_back(number);
      continue;
    }
    const auto next =
        std::find_if(found.begin(), found.end(), [&](const Found& f) { return f.line > best->line; });
    const std::size_t end = next == found.end() ? lines.size() : next->line;
    std::string words;
    bool blank = false;
    for (std::size_t i = best->line; i < end; ++i) {
      if (!lines[i].keep) continue;
      const std::string_view s = trimmed(lines[i].text);
      if (s.empty()) {
        blank = !words.empty();
        continue;
      }
      if (!words.empty()) words += blank ? "\n\n" : "\n";
      blank = false;
      words += s;
    }
    out.sections.emplace_back(number, std::move(words));
  }
  return out;
}

}  // namespace counterpart::exchange
