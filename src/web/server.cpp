#include "web/server.h"

#include <boost/asio.hpp>
#include <boost/asio/impl/src.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdio>
#include <deque>
#include <mutex>
#include <set>

#include "base/datum.h"

namespace counterpart::web {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::size_t max_stream_backlog = std::size_t{1} << 20;
constexpr std::size_t header_limit = std::size_t{32} << 10;

bool valid_header_value(std::string_view v) {
  for (const char c : v) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return true;
}

std::string head(const Response& r, bool keep_alive, bool has_length) {
  std::string out =
      "HTTP/1.1 " + std::to_string(r.status) + " " + std::string(reason_phrase(r.status)) + "\r\n";
  out += "Content-Type: " + r.content_type + "\r\n";
  for (const auto& [name, value] : r.headers) {
    if (valid_header_value(value)) out.append(name).append(": ").append(value).append("\r\n");
  }
  out +=
      "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
      "frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n"
      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n";
  if (has_length) out += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
  out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

}  // namespace

struct Connection;

struct EventHub::Impl {
  std::mutex mutex;
  std::set<std::shared_ptr<Connection>> streams;
};

EventHub::EventHub() : impl(std::make_shared<Impl>()) {}
EventHub::~EventHub() = default;

struct Shared {
  asio::io_context io{1};
  asio::thread_pool pool;
  Server::Handler handler;
  std::shared_ptr<EventHub::Impl> hub;
  ServerOptions options;
  std::set<std::shared_ptr<Connection>> open;  // touched on the socket thread alone
  bool stopping = false;

  explicit Shared(ServerOptions o) : pool(o.workers), options(std::move(o)) {}
};

// One client. Reads a request, hands it to the pool, writes the answer, and reads the next from what is left
// over.
struct Connection : std::enable_shared_from_this<Connection> {
  using Parser = http::request_parser<http::string_body>;

  Connection(tcp::socket s, std::shared_ptr<Shared> sh)
      : socket(std::move(s)), timer(socket.get_executor()), shared(std::move(sh)) {}

  void start() {
    shared->open.insert(shared_from_this());
    next_request();
  }

  void next_request() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(header_limit));
    parser->body_limit(shared->options.max_body);
    parser->eager(true);
    continue_sent = false;
    if (!buffer.empty()) {
      parse();
    } else {
      read();
    }
  }

  void read() {
    timer.expires_after(std::chrono::seconds(60));
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& e) {
      if (!e && !self->busy && !self->streaming) self->close();
    });
    const std::size_t had = buffer.size();
    buffer.resize(had + 16384);
    socket.async_read_some(
        asio::buffer(buffer.data() + had, 16384),
        [self = shared_from_this(), had](const boost::system::error_code& e, std::size_t n) {
          self->timer.cancel();
          self->buffer.resize(had + n);
          if (e) return self->close();
          self->parse();
        });
  }

  void parse() {
    boost::system::error_code e;
    while (!parser->is_done() && !buffer.empty()) {
      const std::size_t used = parser->put(asio::buffer(buffer), e);
      buffer.erase(0, used);
      if (e == http::error::need_more) break;
      if (e) break;
      if (used == 0) break;
    }
    if (e && e != http::error::need_more) {
      if (e == http::error::body_limit)
        return refuse(413, "body-too-large", "the request's body is too large", "at most 4 MiB are taken");
      if (e == http::error::header_limit)
        return refuse(431, "header-too-large", "the request's head is too large", "at most 32 KiB are taken");
      return refuse(400, "malformed", "the request is not well-formed HTTP", e.message());
    }
    if (parser->is_header_done() && !continue_sent) {
      if (auto wrong = head_is_wrong(); wrong.status != 0)
        return refuse(wrong.status, "malformed", "the request's head cannot be accepted", wrong.detail);
      continue_sent = true;
      if (parser->get()["Expect"] == "100-continue") {
        boost::system::error_code ignored;
        asio::write(socket, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), ignored);
      }
    }
    if (!parser->is_done()) {
      if (buffer.size() > header_limit + shared->options.max_body)
        return refuse(413, "body-too-large", "the request is too large", "");
      return read();
    }
    dispatch();
  }

  struct Wrong {
    int status = 0;
    std::string detail;
  };
  Wrong head_is_wrong() {
    const auto& fields = parser->get();
    if (fields.count(http::field::host) != 1) return {400, "exactly one Host header is expected"};
    const auto encoding = fields[http::field::transfer_encoding];
    if (!encoding.empty() && encoding != "chunked")
      return {501, "no Transfer-Encoding but chunked is understood"};
    if (fields.count(http::field::transfer_encoding) > 1) return {400, "Transfer-Encoding is given twice"};
    if (!encoding.empty() && fields.count(http::field::content_length) > 0)
      return {400, "Transfer-Encoding and Content-Length are both given"};
    if (fields.count(http::field::content_length) > 1) return {400, "Content-Length is given twice"};
    if (fields.version() != 11 && fields.version() != 10) return {400, "HTTP/1.1 is spoken here"};
    return {};
  }

  void refuse(int status, std::string_view type, std::string_view title, std::string_view detail) {
    buffer.clear();
    send(Response::problem(status, type, title, detail), false, false);
  }

  void dispatch() {
    auto message = parser->release();
    Request request;
    request.method = std::string(message.method_string());
    const bool keep = message.keep_alive();
    const bool is_head = message.method() == http::verb::head;
    if (is_head) request.method = "GET";
    if (!split_target({message.target().data(), message.target().size()}, request.path, request.query)) {
      return send(Response::problem(400, "malformed", "the address is not well-formed",
                                    "a path with valid percent-encoding and UTF-8 is expected"),
                  false, is_head);
    }
    for (const auto& field : message)
      request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    request.body = std::move(message.body());
    busy = true;
    asio::post(shared->pool, [self = shared_from_this(), request = std::move(request), keep, is_head] {
      Response response;
      try {
        response = self->shared->handler(request);
      } catch (const std::exception& e) {
        // A handler answers every error itself; this is always a bug of ours, and says so in the log.
        std::fprintf(stderr, "{\"level\":\"error\",\"event\":\"handler-failed\",\"path\":%s,\"what\":%s}\n",
                     write_json(Datum::of_text(request.path)).c_str(),
                     write_json(Datum::of_text(e.what())).c_str());
        response = Response::problem(500, "internal", "something went wrong here",
                                     "nothing was recorded; the fault is ours and was logged");
      }
      asio::post(self->socket.get_executor(),
                 [self, response = std::move(response), keep, is_head]() mutable {
                   self->busy = false;
                   self->send(std::move(response), keep && !self->shared->stopping, is_head);
                 });
    });
  }

  void send(Response response, bool keep, bool is_head) {
    if (response.event_stream) return stream(std::move(response));
    auto text = std::make_shared<std::string>(head(response, keep, true));
    if (!is_head && response.status != 304) *text += response.body;
    asio::async_write(
        socket, asio::buffer(*text),
        [self = shared_from_this(), text, keep](const boost::system::error_code& e, std::size_t) {
          if (e || !keep) return self->close();
          self->next_request();
        });
  }

  void stream(Response response) {
    streaming = true;
    response.content_type = "text/event-stream";
    response.headers.emplace_back("Cache-Control", "no-store");
    // On the hub's list before its head is sent: whoever has seen the head misses nothing that comes after.
    // What is published meanwhile is posted to this thread and so stands behind the head.
    {
      const std::lock_guard lock(shared->hub->mutex);
      shared->hub->streams.insert(shared_from_this());
    }
    push(head(response, true, false) + "retry: 2000\n\n" + response.body);
    heartbeat();
    watch_for_close();
  }
  void heartbeat() {
    timer.expires_after(std::chrono::seconds(15));
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& e) {
      if (e) return;
      self->push(": still here\n\n");
      self->heartbeat();
    });
  }
  void watch_for_close() {
    buffer.resize(512);
    socket.async_read_some(asio::buffer(buffer.data(), buffer.size()),
                           [self = shared_from_this()](const boost::system::error_code& e, std::size_t) {
                             if (e) return self->close();
                             self->watch_for_close();
                           });
  }
  // On the socket thread.
  void push(std::string text) {
    if (closed) return;
    backlog += text.size();
    if (backlog > max_stream_backlog) return close();
    queue.push_back(std::move(text));
    if (queue.size() == 1) write_front();
  }
  void write_front() {
    asio::async_write(socket, asio::buffer(queue.front()),
                      [self = shared_from_this()](const boost::system::error_code& e, std::size_t n) {
                        if (e) return self->close();
                        self->backlog -= n;
                        self->queue.pop_front();
                        if (!self->queue.empty()) self->write_front();
                      });
  }

  void close() {
    if (closed) return;
    closed = true;
    boost::system::error_code ignored;
    timer.cancel();
    socket.shutdown(tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
    {
      const std::lock_guard lock(shared->hub->mutex);
      shared->hub->streams.erase(shared_from_this());
    }
    shared->open.erase(shared_from_this());
  }

  tcp::socket socket;
  asio::steady_timer timer;
  std::shared_ptr<Shared> shared;
  std::string buffer;
  std::optional<Parser> parser;
  std::deque<std::string> queue;
  std::size_t backlog = 0;
  bool continue_sent = false, busy = false, streaming = false, closed = false;
};

void EventHub::publish(std::string_view event, std::string_view json) {
  std::string text = "event: " + std::string(event) + "\ndata: " + std::string(json) + "\n\n";
  const std::lock_guard lock(impl->mutex);
  for (const auto& stream : impl->streams) {
    asio::post(stream->socket.get_executor(), [stream, text] { stream->push(text); });
  }
}

struct Server::Impl {
  std::shared_ptr<Shared> shared;
  tcp::acceptor acceptor;

  explicit Impl(ServerOptions options)
      : shared(std::make_shared<Shared>(std::move(options))), acceptor(shared->io) {}

  void accept() {
    acceptor.async_accept([this](const boost::system::error_code& e, tcp::socket socket) {
      if (e == asio::error::operation_aborted || shared->stopping) return;
      if (!e) {
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        std::make_shared<Connection>(std::move(socket), shared)->start();
      }
      accept();
    });
  }
};

Server::Server(ServerOptions options, Handler handler, EventHub& events)
    : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->shared->handler = std::move(handler);
  impl_->shared->hub = events.impl;
}

Server::~Server() {
  stop();
  impl_->shared->pool.join();
}

Result<void> Server::listen() {
  const ServerOptions& o = impl_->shared->options;
  boost::system::error_code e;
  const auto address = asio::ip::make_address(o.address == "localhost" ? "127.0.0.1" : o.address, e);
  if (e) {
    return fail("listen", "\"" + o.address + "\" is not an address",
                "give an address such as 127.0.0.1:8080");
  }
  const tcp::endpoint endpoint(address, o.port);
  impl_->acceptor.open(endpoint.protocol(), e);
  if (!e) impl_->acceptor.set_option(tcp::acceptor::reuse_address(true), e);
  if (!e) impl_->acceptor.bind(endpoint, e);
  if (!e) impl_->acceptor.listen(1024, e);
  if (e) {
    return fail("listen", "cannot listen on " + o.address + ":" + std::to_string(o.port) + ": " + e.message(),
                "something else may be using the port; choose another with --listen");
  }
  impl_->accept();
  return {};
}

std::uint16_t Server::port() const { return impl_->acceptor.local_endpoint().port(); }

void Server::run() { impl_->shared->io.run(); }

void Server::stop() {
  asio::post(impl_->shared->io, [this] {
    Shared& shared = *impl_->shared;
    if (shared.stopping) return;
    shared.stopping = true;
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
    const auto open = shared.open;
    for (const auto& connection : open) {
      // A request under way is answered first; `send` then closes.
      if (!connection->busy) connection->close();
    }
  });
}

}  // namespace counterpart::web
