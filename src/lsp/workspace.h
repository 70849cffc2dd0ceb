#pragma once

// What is open in the editor, over what is on disk; and the packs they belong to, compiled.

#include "language/symbols.h"
#include "lsp/text_positions.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace counterpart::lsp {

std::string path_of_uri(std::string_view uri);
std::string uri_of_path(std::string_view path);

// A pack as it stands in the editor. It stays where it is: the analysis looks into its text.
struct Pack {
  std::string root;  // its folder, or the file of a module that is tested alone
  language::PackSource source;
  language::Analysis analysis;
  Error error;                     // given where the folder could not be read as a pack
  std::vector<std::string> paths;  // of source.files
  std::vector<Lines> lines;        // of source.files

  // The index of a file by its path; source.files.size() where it is not of this pack.
  [[nodiscard]] std::uint32_t file(std::string_view path) const;
  [[nodiscard]] Position begin(const language::Range& range) const;
  [[nodiscard]] Position end(const language::Range& range) const;
};

std::unique_ptr<Pack> read_pack(const std::string& root, const std::map<std::string, std::string>& unsaved,
                                const language::ZoneLoader& zones);

class Workspace {
 public:
  explicit Workspace(language::ZoneLoader zones) : zones_(std::move(zones)) {}

  void open(std::string_view uri, std::string text);
  void close(std::string_view uri);
  // The text of an open document, or null.
  [[nodiscard]] const std::string* text(std::string_view uri) const;
  // Something outside changed.
  void forget() { packs_.clear(); }

  // The pack a document belongs to, compiled from what stands now; null where it belongs to none (any
  // Markdown that is no part of a pack). Holds until the next change.
  const Pack* pack_of(std::string_view uri);
  // The packs that have a document open, compiled.
  std::vector<const Pack*> open_packs();
  // As the editor called it, where it did.
  [[nodiscard]] std::string uri(const std::string& path) const;
  [[nodiscard]] const std::map<std::string, std::string>& unsaved() const { return unsaved_; }
  [[nodiscard]] const language::ZoneLoader& zones() const { return zones_; }

 private:
  [[nodiscard]] std::string root_of(const std::string& path) const;
  [[nodiscard]] bool is_pack(const std::string& root) const;
  void changed(const std::string& path);

  language::ZoneLoader zones_;
  std::map<std::string, std::string> unsaved_;  // by path
  std::map<std::string, std::string> uris_;     // by path
  std::map<std::string, std::unique_ptr<Pack>> packs_;
};

}  // namespace counterpart::lsp
