#include "lsp/workspace.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "language/pack_folder.h"

namespace counterpart::lsp {

namespace fs = std::filesystem;

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return std::move(all).str();
}

bool has_line_beginning(std::string_view text, std::string_view with) {
  return text.starts_with(with) || text.find("\n" + std::string(with)) != std::string_view::npos;
}

}  // namespace

std::string path_of_uri(std::string_view uri) {
  constexpr std::string_view scheme = "file://";
  if (uri.starts_with(scheme)) uri.remove_prefix(scheme.size());
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] == '%' && i + 2 < uri.size() && hex(uri[i + 1]) >= 0 && hex(uri[i + 2]) >= 0) {
      path += static_cast<char>(hex(uri[i + 1]) * 16 + hex(uri[i + 2]));
      i += 2;
    } else {
      path += uri[i];
    }
  }
  return fs::path(path).lexically_normal().string();
}

std::string uri_of_path(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += '%';
      uri += digits[byte >> 4U];
      uri += digits[byte & 15U];
    }
  }
  return uri;
}

std::uint32_t Pack::file(std::string_view path) const {
  return static_cast<std::uint32_t>(std::find(paths.begin(), paths.end(), path) - paths.begin());
}

Position Pack::begin(const language::Range& range) const {
  if (range.file >= lines.size() || range.line == 0) return {};
  return {range.line - 1, units_before(lines[range.file][range.line - 1], range.column - 1)};
}

Position Pack::end(const language::Range& range) const {
  if (range.file >= lines.size() || range.line == 0) return {};
  return {range.line - 1,
          units_before(lines[range.file][range.line - 1], std::size_t{range.column} - 1 + range.length)};
}

std::unique_ptr<Pack> read_pack(const std::string& root, const std::map<std::string, std::string>& unsaved,
                                const language::ZoneLoader& zones) {
  auto pack = std::make_unique<Pack>();
  pack->root = root;
  auto source = language::read_pack_folder(root, unsaved);
  if (!source) {
    pack->error = source.error();
    return pack;
  }
  pack->source = *std::move(source);
  const fs::path folder = root.ends_with(".md") ? fs::path(root).parent_path() : fs::path(root);
  const fs::path beside = folder.parent_path();
  for (const language::SourceFile& f : pack->source.files) {
    pack->paths.push_back((beside / f.path).string());
    pack->lines.emplace_back(f.text);
  }
  pack->analysis = language::analyse(pack->source, zones);
  return pack;
}

void Workspace::changed(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  // A module may be taken in by any pack beside it.
  if (folder.filename() == "library") return packs_.clear();
  packs_.erase(folder.string());
}

void Workspace::open(std::string_view uri, std::string text) {
  const std::string path = path_of_uri(uri);
  uris_.insert_or_assign(path, std::string(uri));
  unsaved_.insert_or_assign(path, std::move(text));
  changed(path);
}

void Workspace::close(std::string_view uri) {
  const std::string path = path_of_uri(uri);
  unsaved_.erase(path);
  uris_.erase(path);
  changed(path);
}

const std::string* Workspace::text(std::string_view uri) const {
  const auto found = unsaved_.find(path_of_uri(uri));
  return found == unsaved_.end() ? nullptr : &found->second;
}

std::string Workspace::uri(const std::string& path) const {
  const auto found = uris_.find(path);
  return found == uris_.end() ? uri_of_path(path) : found->second;
}

// A folder is a pack when a file of it declares an agreement, or lists provisions. Other Markdown is left
// alone.
bool Workspace::is_pack(const std::string& root) const {
  if (packs_.contains(root)) return true;
  std::error_code error;
  if (fs::exists(fs::path(root) / "provisions.tsv", error)) return true;
  for (const auto& [path, text] : unsaved_) {
    if (fs::path(path).parent_path() == root && has_line_beginning(text, "agreement \"")) return true;
  }
  for (const auto& item : fs::directory_iterator(root, error)) {
    if (item.path().extension() == ".md" && !unsaved_.contains(item.path().string()) &&
        has_line_beginning(file_text(item.path()), "agreement \""))
      return true;
  }
  return false;
}

std::string Workspace::root_of(const std::string& path) const {
  const fs::path folder = fs::path(path).parent_path();
  if (fs::path(path).extension() != ".md") return {};
  if (folder.filename() != "library") return is_pack(folder.string()) ? folder.string() : std::string();
  // A module that brings an example is a pack of its own. Another is read with a pack that takes it in: one
  // that is open, or else the first.
  const auto own = unsaved_.find(path);
  if (has_line_beginning(own != unsaved_.end() ? own->second : file_text(path), "agreement \"")) return path;
  const std::string use = "use " + fs::path(path).stem().string();
  std::set<std::string> beside;
  for (const auto& [open, text] : unsaved_) {
    const fs::path of = fs::path(open).parent_path();
    if (of.parent_path() == folder.parent_path() && has_line_beginning(text, use)) return of.string();
  }
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder.parent_path(), error)) {
    if (item.is_directory(error) && item.path().filename() != "library") beside.insert(item.path().string());
  }
  for (const std::string& candidate : beside) {
    for (const auto& item : fs::directory_iterator(candidate, error)) {
      if (item.path().extension() == ".md" && has_line_beginning(file_text(item.path()), use))
        return candidate;
    }
  }
  return {};
}

const Pack* Workspace::pack_of(std::string_view uri) {
  const std::string root = root_of(path_of_uri(uri));
  if (root.empty()) return nullptr;
  std::unique_ptr<Pack>& pack = packs_[root];
  if (pack == nullptr) pack = read_pack(root, unsaved_, zones_);
  return pack.get();
}

std::vector<const Pack*> Workspace::open_packs() {
  std::vector<const Pack*> out;
  for (const auto& [path, uri] : uris_) {
    const Pack* pack = pack_of(uri);
    if (pack != nullptr && std::find(out.begin(), out.end(), pack) == out.end()) out.push_back(pack);
  }
  return out;
}

}  // namespace counterpart::lsp
