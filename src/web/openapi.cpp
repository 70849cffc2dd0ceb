#include "base/datum.h"
#include "web/api.h"

namespace counterpart::web {

namespace {

Datum text(std::string_view s) { return Datum::of_text(std::string(s)); }

struct Parameter {
  std::string_view name, where, about;
};
struct Route {
  std::string_view method, path, summary;
  std::vector<Parameter> parameters;
  bool body = false;
};

Datum operation(const Route& r) {
  Datum op = Datum::record();
  op.set("summary", text(r.summary));
  Datum parameters = Datum::list();
  for (const Parameter& p : r.parameters) {
    Datum d = Datum::record();
    d.set("name", text(p.name));
    d.set("in", text(p.where));
    d.set("required", Datum::of(p.where == "path" || p.name == "Idempotency-Key" || p.name == "item"));
    d.set("description", text(p.about));
    Datum schema = Datum::record();
    schema.set("type", text("string"));
    d.set("schema", std::move(schema));
    parameters.items.push_back(std::move(d));
  }
  op.set("parameters", std::move(parameters));
  Datum any = Datum::record();
  Datum schema = Datum::record();
  schema.set("type", text("object"));
  any.set("schema", schema);
  Datum content = Datum::record();
  content.set("application/json", any);
  if (r.body) {
    Datum body = Datum::record();
    body.set("required", Datum::of(true));
    body.set("content", content);
    op.set("requestBody", std::move(body));
  }
  Datum ok = Datum::record();
  ok.set("description", text(r.summary));
  ok.set("content", content);
  Datum problem_content = Datum::record();
  problem_content.set("application/problem+json", any);
  Datum problem = Datum::record();
  problem.set("description", text("what was wrong, as an RFC 9457 problem"));
  problem.set("content", std::move(problem_content));
  Datum responses = Datum::record();
  responses.set(r.path.ends_with("/acts") || r.path.ends_with("/own") ? "201" : "200", std::move(ok));
  responses.set("default", std::move(problem));
  op.set("responses", std::move(responses));
  return op;
}

}  // namespace

std::string openapi() {
  const Parameter id{"id", "path", "the agreement"};
  const Parameter as_of{"as_of", "query", "a date (through its end) or a time; now when left out"};
  const Parameter known_at{"known_at", "query", "count only what was recorded by then; now when left out"};
  const Parameter party{"party", "query",
                        "whose own items (drafts, remarks, holds) stand beside the shared ones"};
  const Parameter reading{"reading", "query", "NAME=ALTERNATIVE"};
  const std::vector<Route> routes{
      {"get", "/api/v1/agreements", "The agreements of the workspace, and the server's clock", {}},
      {"get", "/api/v1/agreements/{id}", "One agreement, its parties and its forms", {id}},
      {"get",
       "/api/v1/agreements/{id}/clauses",
       "The clause tree with prose, rules and imported original",
       {id}},
      {"get", "/api/v1/agreements/{id}/position", "The position", {id, as_of, known_at, reading, party}},
      {"get",
       "/api/v1/agreements/{id}/entries",
       "The record, page by page",
       {id, {"after", "query", "the last entry already seen"}, {"limit", "query", "at most 1000"}}},
      {"get",
       "/api/v1/agreements/{id}/why",
       "Why one item holds",
       {id, {"item", "query", "the item's id"}, as_of, known_at}},
      {"get",
       "/api/v1/agreements/{id}/alternatives",
       "What is open (readings, disputes) and what each answer would change",
       {id, as_of, known_at, reading}},
      {"get", "/api/v1/docket", "What needs attention, by date", {as_of, known_at}},
      {"get", "/api/v1/events", "Server-sent events: `position` and `clock`", {}},
      {"get", "/api/v1/health", "Whether the server answers", {}},
      {"post", "/api/v1/agreements/{id}/preview", "What an act would do; nothing is recorded", {id}, true},
      {"post",
       "/api/v1/agreements/{id}/acts",
       "Record an act",
       {id,
        {"Idempotency-Key", "header", "the same for each try of the same act"},
        {"If-Match", "header", "the head the act is meant for; 412 when it has moved"}},
       true},
      {"post",
       "/api/v1/agreements/{id}/own",
       "Record a draft, approval, remark or hold in a party's own journal",
       {id, {"Idempotency-Key", "header", "the same for each try of the same entry"}},
       true},
      {"post", "/api/v1/sample-clock", "Move a sample's clock forward", {}, true},
  };
  Datum info = Datum::record();
  info.set("title", text("Counterpart"));
  info.set("version", text("1"));
  info.set("description", text("Agreements after they are signed: positions, dockets, acts and why."));
  Datum paths = Datum::record();
  for (const Route& r : routes) {
    Datum item = Datum::record();
    if (const Datum* known = paths.find(r.path); known != nullptr) item = *known;
    item.set(std::string(r.method), operation(r));
    paths.set(std::string(r.path), std::move(item));
  }
  Datum out = Datum::record();
  out.set("openapi", text("3.1.0"));
  out.set("info", std::move(info));
  out.set("paths", std::move(paths));
  return write_json(out);
}

}  // namespace counterpart::web
