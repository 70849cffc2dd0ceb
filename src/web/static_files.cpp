#include "web/static_files.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/digest.h"

namespace counterpart::web {

namespace {

std::string type_of(const std::string& extension) {
  if (extension == ".html") return "text/html; charset=utf-8";
  if (extension == ".js") return "text/javascript; charset=utf-8";
  if (extension == ".css") return "text/css; charset=utf-8";
  if (extension == ".svg") return "image/svg+xml";
  if (extension == ".png") return "image/png";
  if (extension == ".json") return "application/json";
  if (extension == ".woff2") return "font/woff2";
  return "application/octet-stream";
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const std::string& folder) {
  namespace fs = std::filesystem;
  StaticFiles out;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (!at->is_regular_file()) continue;
    std::ifstream in(at->path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    File file;
    file.bytes = std::move(bytes).str();
    file.type = type_of(at->path().extension().string());
    file.etag = "\"" + sha256(file.bytes).to_hex().substr(0, 20) + "\"";
    const std::string name = "/" + fs::relative(at->path(), folder).generic_string();
    file.immutable = name.starts_with("/assets/");
    out.files_.emplace(name, std::move(file));
  }
  if (!out.files_.contains("/index.html")) {
    return fail("ui-missing", "the interface is not built: there is no index.html in " + folder,
                "./run --build-only builds it");
  }
  return out;
}

std::optional<Response> StaticFiles::answer(const Request& request) const {
  if (request.method != "GET" || request.path.starts_with("/api/")) return std::nullopt;
  auto found = files_.find(request.path == "/" ? "/index.html" : request.path);
  if (found == files_.end()) {
    const std::size_t slash = request.path.rfind('/');
    if (request.path.find('.', slash) != std::string::npos) return std::nullopt;
    found = files_.find("/index.html");
  }
  const File& file = found->second;
  Response r;
  r.content_type = file.type;
  r.headers.emplace_back("ETag", file.etag);
  r.headers.emplace_back("Cache-Control",
                         file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.header("If-None-Match") == file.etag) {
    r.status = 304;
    return r;
  }
  r.body = file.bytes;
  return r;
}

}  // namespace counterpart::web
