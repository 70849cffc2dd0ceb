#include "lsp/server.h"

#include <charconv>

#include "language/format.h"
#include "lsp/answers.h"

namespace counterpart::lsp {

namespace {

// The protocol's numbers for what went wrong.
std::int64_t number_of(const std::string& code) {
  if (code == "not-json") return -32700;
  if (code == "not-a-request") return -32600;
  if (code == "unknown-method") return -32601;
  if (code == "wrong-parameters") return -32602;
  if (code == "not-initialized") return -32002;
  if (code == "cancelled") return -32800;
  return -32803;  // the request was understood and could not be done
}

Datum error_answer(const Datum& id, const Error& error) {
  std::string message = error.message;
  if (!error.help.empty()) message += ": " + error.help;
  return Datum::record({{"jsonrpc", Datum::of_text("2.0")},
                        {"id", id},
                        {"error", Datum::record({{"code", Datum::of_number(number_of(error.code))},
                                                 {"message", Datum::of_text(std::move(message))}})}});
}

const Datum* inside(const Datum& d, std::initializer_list<std::string_view> path) {
  const Datum* at = &d;
  for (const std::string_view name : path) {
    at = at->find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

Result<std::string> text_in(const Datum& params, std::initializer_list<std::string_view> path) {
  const Datum* d = inside(params, path);
  if (d == nullptr || d->kind != Datum::Kind::text)
    return fail("wrong-parameters", "text was expected at \"" + std::string(*(path.end() - 1)) + "\"");
  return d->text;
}

Result<std::uint32_t> number_in(const Datum* d, std::string_view name) {
  const Datum* n = d == nullptr ? nullptr : d->find(name);
  std::uint32_t out = 0;
  if (n != nullptr && n->kind == Datum::Kind::number) {
    const auto [at, error] = std::from_chars(n->text.data(), n->text.data() + n->text.size(), out);
    if (error == std::errc() && at == n->text.data() + n->text.size()) return out;
  }
  return fail("wrong-parameters", "a whole number was expected at \"" + std::string(name) + "\"");
}

Result<Position> position_in(const Datum* d) {
  Position at;
  TRY_ASSIGN(at.line, number_in(d, "line"));
  TRY_ASSIGN(at.character, number_in(d, "character"));
  return at;
}

Datum nothing() { return Datum::of_null(); }

}  // namespace

Datum Server::unreadable(const Error& error) {
  return error_answer(Datum::of_null(), {"not-json", error.message, error.help});
}

Datum Server::cancelled(const Datum& message) {
  const Datum* id = message.find("id");
  return error_answer(id != nullptr ? *id : Datum::of_null(), {"cancelled", "called off", ""});
}

std::optional<Datum> Server::answer(const Datum& message) {
  const Datum* method = message.kind == Datum::Kind::record ? message.find("method") : nullptr;
  const Datum* id = message.kind == Datum::Kind::record ? message.find("id") : nullptr;
  if (method == nullptr || method->kind != Datum::Kind::text) {
    // An answer to something: the server asks nothing.
    if (id != nullptr && (message.find("result") != nullptr || message.find("error") != nullptr))
      return std::nullopt;
    return error_answer(id != nullptr ? *id : Datum::of_null(),
                        {"not-a-request", "a message has a `method`", "one record each, not a list"});
  }
  const Datum* given = message.find("params");
  const Datum none = Datum::record();
  const Datum& params = given != nullptr ? *given : none;
  if (id == nullptr) {
    notified(method->text, params);
    return std::nullopt;
  }
  if (id->kind != Datum::Kind::number && id->kind != Datum::Kind::text)
    return error_answer(Datum::of_null(), {"not-a-request", "an `id` is a number or text", ""});
  const auto result = asked(method->text, params);
  if (!result) return error_answer(*id, result.error());
  return Datum::record({{"jsonrpc", Datum::of_text("2.0")}, {"id", *id}, {"result", *result}});
}

Datum Server::capabilities() const {
  Datum kinds = Datum::list();
  for (std::string& kind : token_kinds()) kinds.items.push_back(Datum::of_text(std::move(kind)));
  const Datum yes = Datum::of(true);
  return Datum::record(
      {{"positionEncoding", Datum::of_text("utf-16")},
       {"textDocumentSync",
        Datum::record({{"openClose", yes}, {"change", Datum::of_number(std::int64_t{2})}, {"save", yes}})},
       {"hoverProvider", yes},
       {"definitionProvider", yes},
       {"referencesProvider", yes},
       {"documentHighlightProvider", yes},
       {"renameProvider", Datum::record({{"prepareProvider", yes}})},
       {"completionProvider",
        Datum::record({{"triggerCharacters", Datum::list({Datum::of_text("."), Datum::of_text("[")})}})},
       {"documentSymbolProvider", yes},
       {"documentFormattingProvider", yes},
       {"semanticTokensProvider",
        Datum::record(
            {{"legend", Datum::record({{"tokenTypes", std::move(kinds)}, {"tokenModifiers", Datum::list()}})},
             {"full", yes}})}});
}

void Server::notified(const std::string& method, const Datum& params) {
  if (method == "exit") {
    exit_ = shut_down_ ? 0 : 1;
    return;
  }
  if (!initialized_ || shut_down_) return;
  if (method == "textDocument/didOpen") {
    const auto uri = text_in(params, {"textDocument", "uri"});
    const auto text = text_in(params, {"textDocument", "text"});
    if (!uri || !text) return;
    workspace_.open(*uri, *text);
    news_ = true;
  } else if (method == "textDocument/didChange") {
    change(params);
    news_ = true;
  } else if (method == "textDocument/didClose") {
    if (const auto uri = text_in(params, {"textDocument", "uri"})) workspace_.close(*uri);
    news_ = true;
  } else if (method == "textDocument/didSave" || method == "workspace/didChangeWatchedFiles") {
    workspace_.forget();
    news_ = true;
  }
}

void Server::change(const Datum& params) {
  const auto uri = text_in(params, {"textDocument", "uri"});
  const Datum* changes = params.find("contentChanges");
  if (!uri || changes == nullptr || changes->kind != Datum::Kind::list) return;
  const std::string* open = workspace_.text(*uri);
  if (open == nullptr) return;
  std::string text = *open;
  for (const Datum& c : changes->items) {
    const auto with = text_in(c, {"text"});
    if (!with) continue;
    const Datum* range = c.find("range");
    if (range == nullptr) {
      text = *with;
      continue;
    }
    const auto from = position_in(range->find("start"));
    const auto to = position_in(range->find("end"));
    if (!from || !to) continue;
    const Lines lines(text);
    const std::size_t first = lines.offset(*from);
    const std::size_t last = std::max(first, lines.offset(*to));
    text.replace(first, last - first, *with);
  }
  workspace_.open(*uri, std::move(text));
}

Result<Datum> Server::asked(const std::string& method, const Datum& params) {
  if (method == "initialize") {
    if (initialized_) return fail("not-a-request", "initialize is asked once");
    initialized_ = true;
    return Datum::record({{"capabilities", capabilities()},
                          {"serverInfo", Datum::record({{"name", Datum::of_text("counterpart")}})}});
  }
  if (!initialized_) return fail("not-initialized", "initialize comes first");
  if (shut_down_) return fail("not-a-request", "after shutdown comes only exit");
  if (method == "shutdown") {
    shut_down_ = true;
    return nothing();
  }
  if (method.starts_with("textDocument/")) return at_place(method, params);
  return fail("unknown-method", method + " is not something this server does");
}

Result<Datum> Server::at_place(const std::string& method, const Datum& params) {
  static const std::set<std::string> known{"textDocument/hover",
                                           "textDocument/definition",
                                           "textDocument/references",
                                           "textDocument/rename",
                                           "textDocument/prepareRename",
                                           "textDocument/completion",
                                           "textDocument/documentSymbol",
                                           "textDocument/formatting",
                                           "textDocument/semanticTokens/full",
                                           "textDocument/documentHighlight"};
  if (!known.contains(method)) return fail("unknown-method", method + " is not something this server does");
  TRY_ASSIGN(const std::string uri, text_in(params, {"textDocument", "uri"}));
  if (method == "textDocument/formatting") {
    const std::string* text = workspace_.text(uri);
    if (text == nullptr) return fail("not-open", uri + " is not open");
    const std::string laid_out = language::format(*text);
    if (laid_out == *text) return Datum::list();
    const Lines lines(*text);
    const std::string_view last = lines[lines.size() - 1];
    const Position end{static_cast<std::uint32_t>(lines.size() - 1), units_before(last, last.size())};
    return Datum::list(
        {Datum::record({{"range", range_datum(Position{}, end)}, {"newText", Datum::of_text(laid_out)}})});
  }
  const bool with_position =
      method != "textDocument/documentSymbol" && method != "textDocument/semanticTokens/full";
  Position at;
  if (with_position) {
    TRY_ASSIGN(at, position_in(params.find("position")));
  }
  const Pack* pack = workspace_.pack_of(uri);
  const std::uint32_t file = pack == nullptr ? 0 : pack->file(path_of_uri(uri));
  const bool renames = method == "textDocument/rename" || method == "textDocument/prepareRename";
  if (pack == nullptr || file >= pack->paths.size()) {
    if (renames) return fail("rename-nothing", "this file is not of a pack that can be read");
    return nothing();
  }
  const Place place{*pack, file, at};
  const UriOf uri_of = [&](const std::string& path) { return workspace_.uri(path); };
  if (method == "textDocument/hover") return hover(place);
  if (method == "textDocument/definition") return definition(place, uri_of);
  if (method == "textDocument/references") {
    const Datum* with = inside(params, {"context", "includeDeclaration"});
    return references(place, with == nullptr || with->yes, uri_of);
  }
  if (method == "textDocument/documentHighlight") return highlights(place);
  if (method == "textDocument/completion") return completion(place);
  if (method == "textDocument/documentSymbol") return document_symbols(*pack, file);
  if (method == "textDocument/semanticTokens/full") return semantic_tokens(*pack, file);
  if (method == "textDocument/prepareRename") {
    TRY_ASSIGN(const language::Range range, can_rename(place));
    return range_datum(*pack, range);
  }
  TRY_ASSIGN(const std::string name, text_in(params, {"newName"}));
  return rename(place, name, workspace_);
}

std::vector<Datum> Server::news() {
  std::vector<Datum> out;
  if (!news_) return out;
  news_ = false;
  std::map<std::string, Datum> now;
  const UriOf uri_of = [&](const std::string& path) { return workspace_.uri(path); };
  for (const Pack* pack : workspace_.open_packs()) {
    if (!pack->error.message.empty()) {
      // The folder as a whole cannot be read: said at the top of what is open of it.
      std::string message = pack->error.message;
      if (!pack->error.help.empty()) message += "\nhelp: " + pack->error.help;
      for (const auto& [path, text] : workspace_.unsaved()) {
        if (path != pack->root && !path.starts_with(pack->root + "/")) continue;
        const Lines lines(text);
        Datum row = Datum::record(
            {{"range", range_datum(Position{}, Position{0, units_before(lines[0], lines[0].size())})},
             {"severity", Datum::of_number(std::int64_t{1})},
             {"source", Datum::of_text("counterpart")},
             {"message", Datum::of_text(message)}});
        now.insert_or_assign(path, Datum::list({std::move(row)}));
      }
      continue;
    }
    for (auto& [path, list] : diagnostics(*pack, uri_of)) now.insert_or_assign(path, std::move(list));
  }
  // A file that is no more looked at has none.
  for (const auto& [path, list] : told_) now.try_emplace(path, Datum::list());
  for (auto& [path, list] : now) {
    const std::string bytes = write_json(list);
    const auto told = told_.find(path);
    if (told != told_.end() ? told->second == bytes
                            : list.items.empty() && !workspace_.unsaved().contains(path))
      continue;
    told_.insert_or_assign(path, bytes);
    out.push_back(Datum::record({{"jsonrpc", Datum::of_text("2.0")},
                                 {"method", Datum::of_text("textDocument/publishDiagnostics")},
                                 {"params", Datum::record({{"uri", Datum::of_text(workspace_.uri(path))},
                                                           {"diagnostics", std::move(list)}})}}));
  }
  return out;
}

}  // namespace counterpart::lsp
