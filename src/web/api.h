#pragma once

#include "desk/desk.h"
#include "web/http.h"
#include "web/static_files.h"

#include <optional>

namespace counterpart::web {

// The door: checks where a request comes from, finds its route, and asks the desk. docs/api.md is its
// contract.
class Api {
 public:
  Api(desk::Desk& desk, std::optional<StaticFiles> files) : desk_(desk), files_(std::move(files)) {}

  Response answer(const Request& request);

 private:
  Response route(const Request& request);

  desk::Desk& desk_;
  std::optional<StaticFiles> files_;
};

// OpenAPI 3.1 of the routes, as JSON text.
std::string openapi();

}  // namespace counterpart::web
