#include "language/pack_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/datum.h"

namespace counterpart::language {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t max_file = std::uintmax_t{4} << 20;

using Unsaved = std::map<std::string, std::string>;

Result<std::string> read_file(const fs::path& path, const Unsaved& unsaved) {
  if (const auto open = unsaved.find(path.lexically_normal().string()); open != unsaved.end())
    return open->second;
  std::error_code ignored;
  if (fs::file_size(path, ignored) > max_file)
    return fail("pack-unreadable", path.string() + " is larger than 4 MiB, which no file of a pack is");
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail("pack-unreadable", path.string() + " cannot be read");
  std::ostringstream all;
  all << in.rdbuf();
  if (!is_valid_utf8(all.str()))
    return fail("pack-unreadable", path.string() + " is not valid UTF-8 text", "save it as UTF-8");
  return std::move(all).str();
}

// The names after `use` at the left edge of a line of rules.
std::vector<std::string> modules_of(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream lines(text);
  bool rules = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) rules = !rules && line.starts_with("```counterpart");
    if (!rules || !line.starts_with("use ")) continue;
    std::string name = line.substr(4);
    name = name.substr(0, name.find_first_of(" \t\r-["));
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (plain) names.push_back(name);
  }
  return names;
}

// Adds the modules that the files use, and those that these use, each once, before the files.
Result<void> add_modules(PackSource& pack, std::vector<SourceFile> own, const fs::path& library,
                         const Unsaved& unsaved) {
  std::error_code error;
  std::set<std::string> taken;
  std::vector<std::string> wanted;
  for (const SourceFile& file : own) {
    if (file.path == pack.name + ".md") taken.insert(fs::path(file.path).stem().string());
    for (std::string& name : modules_of(file.text)) wanted.push_back(std::move(name));
  }
  while (!wanted.empty()) {
    const std::string name = wanted.back();
    wanted.pop_back();
    if (!taken.insert(name).second) continue;
    const fs::path path = library / (name + ".md");
    if (!fs::exists(path, error) && !unsaved.contains(path.lexically_normal().string())) {
      return fail("module-missing", "`use " + name + "`: there is no " + path.string(),
                  "modules stand in the folder library beside the pack");
    }
    TRY_ASSIGN(std::string text, read_file(path, unsaved));
    for (std::string& inner : modules_of(text)) wanted.push_back(std::move(inner));
    pack.files.push_back({"library/" + name + ".md", std::move(text)});
  }
  std::sort(pack.files.begin(), pack.files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  pack.files.insert(pack.files.end(), std::make_move_iterator(own.begin()),
                    std::make_move_iterator(own.end()));
  return {};
}

// A module on its own, as it is tested.
Result<PackSource> read_module(const fs::path& path, const Unsaved& unsaved) {
  PackSource pack;
  pack.name = "library/" + path.stem().string();
  std::vector<SourceFile> own;
  TRY_ASSIGN(std::string text, read_file(path, unsaved));
  own.push_back({pack.name + ".md", std::move(text)});
  TRY(add_modules(pack, std::move(own), path.parent_path(), unsaved));
  return pack;
}

std::vector<fs::path> markdown_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (const auto& item : fs::directory_iterator(folder, error)) {
    if (item.path().extension() == ".md" && item.is_regular_file()) paths.push_back(item.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::vector<std::string> modules_in(const std::string& folder) {
  std::error_code error;
  const fs::path root = fs::path(folder).lexically_normal();
  const fs::path named = root.has_filename() ? root : root.parent_path();
  std::vector<std::string> paths;
  if (named.filename() != "library" || !fs::is_directory(root, error)) return paths;
  for (const fs::path& path : markdown_in(root)) paths.push_back(path.string());
  return paths;
}

Result<PackSource> read_pack_folder(const std::string& folder, const Unsaved& unsaved) {
  std::error_code error;
  fs::path root = fs::path(folder).lexically_normal();
  // "." and ".." have the name, and the neighbours, of the folder they stand for.
  if (const fs::path last = root.has_filename() ? root.filename() : root.parent_path().filename();
      last.empty() || last == "." || last == "..")
    root = fs::weakly_canonical(root, error);
  if (fs::is_regular_file(root, error) && root.extension() == ".md") return read_module(root, unsaved);
  if (!fs::is_directory(root, error)) {
    return fail("pack-missing", "there is no folder " + folder,
                "a pack is a folder of Markdown files, such as agreements/master-procurement");
  }
  PackSource pack;
  pack.name = root.has_filename() ? root.filename().string() : root.parent_path().filename().string();
  std::vector<fs::path> paths = markdown_in(root);
  for (const auto& [path, text] : unsaved) {
    const fs::path open(path);
    if (open.extension() == ".md" && open.parent_path() == root) paths.push_back(open);
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  if (paths.empty()) return fail("pack-empty", folder + " holds no Markdown files (*.md)");

  std::vector<SourceFile> own;
  for (const fs::path& path : paths) {
    TRY_ASSIGN(std::string text, read_file(path, unsaved));
    own.push_back({pack.name + "/" + path.filename().string(), std::move(text)});
  }
  const fs::path library =
      (root.has_filename() ? root.parent_path() : root.parent_path().parent_path()) / "library";
  TRY(add_modules(pack, std::move(own), library, unsaved));

  if (fs::exists(root / "provisions.tsv", error)) {
    TRY_ASSIGN(const std::string text, read_file(root / "provisions.tsv", unsaved));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with('\r')) line.pop_back();
      const std::size_t tab = line.find('\t');
      if (line.empty() || line.starts_with("id\t")) continue;
      if (tab == std::string::npos) {
        return fail("pack-unreadable",
                    "provisions.tsv: expected an id and a kind with a tab between, found \"" + line + "\"");
      }
      pack.provisions.emplace_back(line.substr(0, tab), line.substr(tab + 1));
    }
  }
  return pack;
}

}  // namespace counterpart::language
