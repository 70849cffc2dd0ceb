#pragma once

// Messages on a stream of bytes: a head of lines ("Content-Length: 12"), an empty line, and as many bytes.

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace counterpart::lsp {

class Frames {
 public:
  void feed(std::string_view bytes) { waiting_ += bytes; }

  // The next whole message, or what is wrong with the bytes at this place (which are passed over, so that the
  // next message is read all the same); nothing while more bytes are needed. Errors: "frame-malformed",
  // "frame-too-long".
  std::optional<Result<std::string>> next();

 private:
  std::string waiting_;
  std::size_t skip_ = 0;  // bytes of a message too long to be kept
};

std::string framed(std::string_view body);

}  // namespace counterpart::lsp
