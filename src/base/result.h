#pragma once

// What a boundary answers when it cannot do what it was asked: said for the person who asked.

#include <expected>
#include <string>
#include <utility>

namespace counterpart {

// An error a user, a file, the network or the disk can cause.
// `code` is stable and short ("calendar-year-missing"); `message` says what was expected and what was
// found, and where; `help` says what would mend it and may be empty.
struct Error {
  std::string code;
  std::string message;
  std::string help;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string code, std::string message,
                                                 std::string help = {}) {
  return std::unexpected<Error>(Error{std::move(code), std::move(message), std::move(help)});
}

}  // namespace counterpart

// The one spelling for "stop on error": declares `name` from a Result, or returns its error.
#define COUNTERPART_JOIN_(a, b) a##b
#define COUNTERPART_JOIN(a, b) COUNTERPART_JOIN_(a, b)
#define TRY_ASSIGN_(tmp, name, expression)                  \
  auto tmp = (expression);                                  \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  name = *std::move(tmp)
#define TRY_ASSIGN(name, expression) TRY_ASSIGN_(COUNTERPART_JOIN(try_result_, __LINE__), name, expression)
#define TRY(expression)                                                                                     \
  do {                                                                                                      \
    if (auto try_result = (expression); !try_result) return std::unexpected(std::move(try_result).error()); \
  } while (false)
