#include "web/api.h"

#include <charconv>

namespace counterpart::web {

namespace {

// The host's name without its port.
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

Response from(const desk::Answer<Datum>& answer, int status = 200) {
  if (answer) return Response::json(status, write_json(*answer));
  const desk::Refusal& r = answer.error();
  std::string extra;
  if (!r.error.help.empty()) extra = "\"help\":" + write_json(Datum::of_text(r.error.help));
  if (r.body.kind == Datum::Kind::record)
    extra += std::string(extra.empty() ? "" : ",") + "\"preview\":" + write_json(r.body);
  return Response::problem(r.status, r.error.code, reason_phrase(r.status), r.error.message, extra);
}

desk::View view_of(const Request& r) {
  desk::View v;
  v.as_of = r.query_value("as_of");
  v.known_at = r.query_value("known_at");
  v.party = r.query_value("party");
  for (const auto& [name, value] : r.query) {
    if (name == "reading") v.readings.push_back(value);
  }
  return v;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    out.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

Response not_allowed(std::string_view allow) {
  Response r = Response::problem(405, "method-not-allowed", "Method Not Allowed",
                                 "this address takes " + std::string(allow));
  r.headers.emplace_back("Allow", std::string(allow));
  return r;
}

std::uint64_t number(std::string_view text, std::uint64_t otherwise) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  return error == std::errc() && end == text.data() + text.size() ? n : otherwise;
}

}  // namespace

Response Api::answer(const Request& request) {
  // A page elsewhere that points a name of its own at this machine is not answered, nor one that posts from
  // another origin.
  const std::string_view host = request.header("Host");
  if (!is_loopback_address(host_name(host))) {
    return Response::problem(421, "host", "Misdirected Request", "this server answers only to localhost",
                             "\"help\":\"open http://localhost with the port it listens on\"");
  }
  const std::string_view origin = request.header("Origin");
  if (request.method != "GET" && !origin.empty() && origin != "http://" + std::string(host)) {
    return Response::problem(403, "origin", "Forbidden", "a page of another origin may not act here");
  }
  Response r = route(request);
  if (request.path.starts_with("/api/") && !r.event_stream)
    r.headers.emplace_back("Cache-Control", "no-store");
  return r;
}

Response Api::route(const Request& request) {
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (request.path == "/openapi.json") return get ? Response::json(200, openapi()) : not_allowed("GET");
  if (!request.path.starts_with("/api/")) {
    if (files_) {
      if (auto file = files_->answer(request)) return *std::move(file);
    }
    return Response::problem(404, "not-found", "Not Found", "there is nothing at " + request.path);
  }
  const std::vector<std::string> path = segments(request.path);
  const auto body = [&]() -> Result<Datum> {
    if (request.body.empty()) return fail("json-malformed", "the request has no body", "send a JSON object");
    return read_json(request.body);
  };
  if (path.size() < 3 || path[1] != "v1") {
    return Response::problem(404, "not-found", "Not Found",
                             "addresses of the API begin with /api/v1/; /openapi.json lists them");
  }
  const std::string& what = path[2];
  if (what == "health" && path.size() == 3) return Response::json(200, "{\"ok\":true}");
  if (what == "docket" && path.size() == 3)
    return get ? from(desk_.docket(view_of(request))) : not_allowed("GET");
  if (what == "events" && path.size() == 3) {
    if (!get) return not_allowed("GET");
    Response r;
    r.event_stream = true;
    return r;
  }
  if (what == "sample-clock" && path.size() == 3) {
    if (!post) return not_allowed("POST");
    const auto to = body();
    if (!to) return Response::problem(400, to.error().code, "Bad Request", to.error().message);
    return from(desk_.move_clock(*to));
  }
  if (what == "agreements") {
    if (path.size() == 3)
      return get ? Response::json(200, write_json(desk_.agreements())) : not_allowed("GET");
    const std::string& id = path[3];
    if (path.size() == 4) return get ? from(desk_.agreement(id)) : not_allowed("GET");
    const std::string& part = path[4];
    if (path.size() == 5 && part == "clauses") return get ? from(desk_.clauses(id)) : not_allowed("GET");
    if (path.size() == 5 && part == "position") {
      if (!get) return not_allowed("GET");
      Response r = from(desk_.position(id, view_of(request)));
      if (const auto head = desk_.head(id); head)
        r.headers.emplace_back("ETag", "\"" + std::to_string(*head) + "\"");
      return r;
    }
    if (path.size() == 5 && part == "entries") {
      return get ? from(desk_.entries(
                       id, number(request.query_value("after"), 0),
                       std::min<std::uint64_t>(number(request.query_value("limit"), 200), 1000)))
                 : not_allowed("GET");
    }
    if (path.size() == 5 && part == "why") {
      if (!get) return not_allowed("GET");
      return from(desk_.why(id, std::string(request.query_value("item")), view_of(request)));
    }
    if (path.size() == 5 && part == "alternatives")
      return get ? from(desk_.alternatives(id, view_of(request))) : not_allowed("GET");
    if (path.size() == 5 && (part == "preview" || part == "acts" || part == "own")) {
      if (!post) return not_allowed("POST");
      const auto act = body();
      if (!act) {
        return Response::problem(
            400, act.error().code, "Bad Request", act.error().message,
            act.error().help.empty() ? "" : "\"help\":" + write_json(Datum::of_text(act.error().help)));
      }
      if (part == "preview") return from(desk_.preview(id, *act));
      const std::string key(request.header("Idempotency-Key"));
      if (key.empty() || key.size() > 200) {
        return Response::problem(
            400, "key-missing", "Bad Request",
            "a write has an Idempotency-Key header, at most 200 characters",
            "\"help\":\"send a new random key with each new act, and the same one when you try again\"");
      }
      if (part == "own") return from(desk_.act_own(id, *act, key), 201);
      std::optional<program::Sequence> only_at;
      if (std::string_view tag = request.header("If-Match"); !tag.empty() && tag != "*") {
        if (tag.starts_with('"') && tag.ends_with('"') && tag.size() > 1) tag = tag.substr(1, tag.size() - 2);
        only_at = number(tag, UINT64_MAX);
      }
      return from(desk_.act(id, *act, key, only_at), 201);
    }
  }
  return Response::problem(404, "not-found", "Not Found", "there is nothing at " + request.path,
                           "\"help\":\"/openapi.json lists what there is\"");
}

}  // namespace counterpart::web
