#pragma once

// What serves those who write packs.

#include <string>

namespace counterpart::cli {

// Lays out the Markdown files of a folder (or one file) in place and names those that changed. With
// `only_check` nothing is written, and 1 is answered when something would change.
int format_pack(const std::string& path, bool only_check);

// Prints the colours of the language for an editor.
int highlight(bool for_vscode, bool for_codemirror);
// Serves an editor over standard input and output until it says `exit`.
int language_server();

}  // namespace counterpart::cli
