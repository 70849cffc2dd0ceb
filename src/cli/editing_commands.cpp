#include "cli/editing_commands.h"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/datum.h"
#include "base/zone_data.h"
#include "cli/loading.h"
#include "language/format.h"
#include "language/highlight.h"
#include "lsp/server.h"

namespace counterpart::cli {

namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> markdown_in(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return std::vector<fs::path>{path};
  if (!fs::is_directory(path, error)) {
    return fail("pack-missing", "there is no folder or file " + path,
                "a pack is a folder of Markdown files, such as agreements/master-procurement");
  }
  std::vector<fs::path> files;
  for (const auto& item : fs::directory_iterator(path, error)) {
    if (item.path().extension() == ".md" && item.is_regular_file()) files.push_back(item.path());
  }
  if (files.empty()) return fail("pack-empty", path + " holds no Markdown files (*.md)");
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::string> read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  if (!in) return fail("pack-unreadable", path.string() + " cannot be read");
  if (!is_valid_utf8(all.str()))
    return fail("pack-unreadable", path.string() + " is not valid UTF-8 text", "save it as UTF-8");
  return std::move(all).str();
}

// Beside it first, then in its place: an interrupted run leaves the old file or the new one.
bool replace(const fs::path& path, const std::string& text) {
  fs::path beside = path;
  beside += ".new";
  std::error_code error;
  {
    std::ofstream out(beside, std::ios::binary);
    out << text;
    out.flush();
    if (!out) {
      fs::remove(beside, error);
      return false;
    }
  }
  fs::permissions(beside, fs::status(path, error).permissions(), error);
  fs::rename(beside, path, error);
  return !error;
}

}  // namespace

int format_pack(const std::string& path, bool only_check) {
  const auto files = markdown_in(path);
  if (!files) return complain(files.error());
  int changed = 0;
  for (const fs::path& file : *files) {
    const auto text = read(file);
    if (!text) return complain(text.error());
    const std::string laid_out = language::format(*text);
    if (laid_out == *text) continue;
    ++changed;
    if (!only_check && !replace(file, laid_out))
      return complain({"not-written", file.string() + " cannot be written", ""});
    fmt::print("{}{}\n", only_check ? "would change " : "changed ", file.string());
  }
  if (changed == 0) fmt::print("nothing to change\n");
  return only_check && changed > 0 ? 1 : 0;
}

int highlight(bool for_vscode, bool for_codemirror) {
  if (!for_vscode && !for_codemirror)
    return complain({"which-editor", "say for which editor", "--vscode or --codemirror"});
  fmt::print("{}", for_vscode ? language::textmate_grammar() : language::codemirror_mode());
  return 0;
}

int language_server() { return lsp::serve(STDIN_FILENO, STDOUT_FILENO, load_zone); }

}  // namespace counterpart::cli
