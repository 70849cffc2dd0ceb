#include "language/literate.h"

#include <algorithm>

namespace counterpart::language {

namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

// A provision's number: it has a hyphen followed by lower-case letters at the end, as "2.3-e", "15.1(c)-a",
// "PRE-a".
bool looks_like_provision(std::string_view s) {
  const std::size_t hyphen = s.rfind('-');
  if (hyphen == std::string_view::npos || hyphen == 0 || hyphen + 1 == s.size()) return false;
  return std::all_of(s.begin() + static_cast<std::ptrdiff_t>(hyphen) + 1, s.end(),
                     [](char c) { return c >= 'a' && c <= 'z'; }) &&
         s.find(' ') == std::string_view::npos;
}

class Scanner {
 public:
  Scanner(const PackSource& pack, std::vector<Diagnostic>& diagnostics)
      : pack_(pack), diagnostics_(diagnostics) {}

  Literate scan() {
    for (std::uint32_t f = 0; f < pack_.files.size(); ++f) scan_file(f);
    return std::move(out_);
  }

 private:
  void scan_file(std::uint32_t file) {
    const std::string_view text = pack_.files[file].text;
    out_.sections.push_back({"", pack_.files[file].path, 0, file, 1, ""});
    provision_ = none;
    bool in_block = false;
    bool foreign = false;
    bool plain = false;  // foreign, and opened by backticks alone
    std::uint32_t line = 0;
    std::uint32_t opened = 0;
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string_view s = text.substr(at, end - at);
      if (s.ends_with('\r')) s.remove_suffix(1);
      ++line;
      at = end + 1;
      const bool fence = s.starts_with("```");
      const bool begins = s.starts_with("```counterpart") || s.starts_with("```scenario");
      if (begins && (in_block || (foreign && plain))) {
        diagnostics_.push_back(
            {"E0101",
             "a block begins inside another that is not closed",
             {{file, line, 1, static_cast<std::uint32_t>(s.size())}, "begins here"},
             {{{file, opened, 1, 3}, "this one is not closed"}},
             "close the first with a line of three backticks, or take out the line of three "
             "backticks that opens it",
             Severity::error});
        in_block = foreign = false;
      }
      if (in_block || foreign) {
        if (fence && trimmed(s) == "```") {
          in_block = foreign = false;
        } else if (in_block) {
          out_.blocks.back().lines.push_back(s);
        } else {
          out_.sections.back().prose.append(s).push_back('\n');
        }
        continue;
      }
      if (fence) {
        opened = line;
        const std::string_view info = s.substr(3);
        if (info.starts_with("counterpart") || info.starts_with("scenario")) {
          const bool rules = info.starts_with("counterpart");
          Block block;
          block.kind = rules ? Block::Kind::rules : Block::Kind::scenario;
          block.file = file;
          block.section = static_cast<std::uint32_t>(out_.sections.size() - 1);
          block.first_line = line + 1;
          block.info = info.substr(rules ? 11 : 8);
          block.info_line = line;
          block.info_column = rules ? 15 : 12;
          out_.blocks.push_back(std::move(block));
          in_block = true;
        } else {
          foreign = true;
          plain = info.empty();
        }
        provision_ = none;
        continue;
      }
      if (s.starts_with('#')) {
        heading(s, file, line);
        continue;
      }
      prose(s, file, line);
    }
    if (in_block || foreign) {
      diagnostics_.push_back({"E0101",
                              "this block is opened and never closed",
                              {{file, opened, 1, 3}, "opened here"},
                              {},
                              "close it with a line of three backticks",
                              Severity::error});
    }
  }

  void heading(std::string_view s, std::uint32_t file, std::uint32_t line) {
    SectionText section;
    while (section.level < s.size() && s[section.level] == '#') ++section.level;
    const std::string_view title = trimmed(s.substr(section.level));
    const std::size_t space = title.find(' ');
    const std::string_view first = title.substr(0, space);
    const bool numbered = !first.empty() && first[0] >= '0' && first[0] <= '9';
    if (numbered) section.number = first;
    section.title = numbered && space != std::string_view::npos ? trimmed(title.substr(space)) : title;
    section.file = file;
    section.line = line;
    out_.sections.push_back(std::move(section));
    provision_ = none;
  }

  void prose(std::string_view s, std::uint32_t file, std::uint32_t line) {
    out_.sections.back().prose.append(s).push_back('\n');
    if (trimmed(s).empty()) {
      provision_ = none;
      return;
    }
    std::size_t at = 0;
    while (at < s.size()) {
      const std::size_t open = s.find('[', at);
      const std::size_t close = open == std::string_view::npos ? open : s.find(']', open);
      const bool mark =
          close != std::string_view::npos && looks_like_provision(s.substr(open + 1, close - open - 1));
      const std::size_t stop = open == std::string_view::npos ? s.size() : mark ? open : open + 1;
      if (provision_ != none) out_.provisions[provision_].prose.append(s.substr(at, stop - at));
      at = stop;
      if (mark) {
        provision_ = static_cast<std::uint32_t>(out_.provisions.size());
        out_.provisions.push_back({std::string(s.substr(open + 1, close - open - 1)),
                                   static_cast<std::uint32_t>(out_.sections.size() - 1), file, line,
                                   static_cast<std::uint32_t>(open + 1), ""});
        at = close + 1;
      }
    }
    if (provision_ != none) out_.provisions[provision_].prose += '\n';
  }

  static constexpr std::uint32_t none = 0xffffffff;
  const PackSource& pack_;
  std::vector<Diagnostic>& diagnostics_;
  Literate out_;
  std::uint32_t provision_ = none;
};

}  // namespace

Literate read_literate(const PackSource& pack, std::vector<Diagnostic>& diagnostics) {
  return Scanner(pack, diagnostics).scan();
}

Digest pack_digest(const PackSource& pack) {
  std::string bytes;
  for (const SourceFile& file : pack.files) {
    bytes += std::to_string(file.path.size()) + ":" + file.path + std::to_string(file.text.size()) + ":" +
             file.text;
  }
  return sha256(bytes);
}

}  // namespace counterpart::language
