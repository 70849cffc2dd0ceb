#pragma once

// The language server: a message in, messages out. It knows no stream and no thread, so that a test can hold
// a conversation with it; `serve` puts it between two file descriptors.

#include "base/datum.h"
#include "lsp/workspace.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace counterpart::lsp {

class Server {
 public:
  explicit Server(language::ZoneLoader zones) : workspace_(std::move(zones)) {}

  // What to answer to one message: nothing to a notification.
  std::optional<Datum> answer(const Datum& message);
  // To a message that could not be read at all.
  static Datum unreadable(const Error& error);
  // Diagnostics that changed since they were last told. Asked when no message waits, so that a burst of
  // keystrokes is compiled once.
  std::vector<Datum> news();
  // Answers a request that was called off before it was looked at.
  static Datum cancelled(const Datum& message);

  // Given after `exit`: 0 when `shutdown` came before.
  [[nodiscard]] std::optional<int> exit_status() const { return exit_; }

 private:
  void notified(const std::string& method, const Datum& params);
  Result<Datum> asked(const std::string& method, const Datum& params);
  Result<Datum> at_place(const std::string& method, const Datum& params);
  [[nodiscard]] Datum capabilities() const;
  void change(const Datum& params);

  Workspace workspace_;
  bool initialized_ = false;
  bool shut_down_ = false;
  bool news_ = false;
  std::optional<int> exit_;
  std::map<std::string, std::string> told_;  // by path: the diagnostics last published
};

// Serves until `exit` or the end of input; answers the exit status.
int serve(int in, int out, language::ZoneLoader zones);

}  // namespace counterpart::lsp
