#pragma once

#include <string>

namespace counterpart::cli {

struct ServeOptions {
  std::string data, listen = "127.0.0.1:8080", ui = "ui/dist", sample_clock;
};
// Serves until SIGINT or SIGTERM.
int serve(const ServeOptions& options);
// Adds an agreement to a workspace from a pack and, where given, a journal.
int import(const std::string& data, const std::string& pack, const std::string& journal,
           const std::string& sample_clock);
int verify(const std::string& data, bool json);
// Imports the original text of an agreement and lists what could not be aligned.
int import_text(const std::string& data, const std::string& agreement, const std::string& file);

}  // namespace counterpart::cli
