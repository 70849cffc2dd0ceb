#pragma once

// HTTP as plain values: no library's type is named here.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace counterpart::web {

struct Request {
  std::string method;
  std::string path;                                          // percent-decoded, begins with /
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names as sent
  std::string body;

  [[nodiscard]] std::string_view header(std::string_view name) const;       // empty when absent; any case
  [[nodiscard]] std::string_view query_value(std::string_view name) const;  // the first; empty when absent
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool event_stream = false;  // keeps the connection for server-sent events

  static Response json(int status, std::string body);
  // RFC 9457. `type` is a short code; `extra` holds further members as JSON text ("\"help\":\"…\"") or
  // nothing.
  static Response problem(int status, std::string_view type, std::string_view title, std::string_view detail,
                          std::string_view extra = {});
};

std::string_view reason_phrase(int status);
// The parts of a request target; false where it is not a well-formed path with a query.
bool split_target(std::string_view target, std::string& path,
                  std::vector<std::pair<std::string, std::string>>& query);

bool is_loopback_address(std::string_view address);

}  // namespace counterpart::web
