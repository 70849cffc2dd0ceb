#pragma once

// The HTTP server: one thread does sockets, a small pool runs handlers.

#include "base/result.h"
#include "web/http.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace counterpart::web {

// Thread-safe. What is published reaches every open event stream; a stream that does not take what is sent to
// it is closed rather than kept in memory.
class EventHub {
 public:
  EventHub();
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;
  void publish(std::string_view event, std::string_view json);

  struct Impl;
  const std::shared_ptr<Impl> impl;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  unsigned workers = 2;
  std::size_t max_body = std::size_t{4} << 20;
};

class Server {
 public:
  using Handler = std::function<Response(const Request&)>;
  Server(ServerOptions options, Handler handler, EventHub& events);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Error: "listen" naming the address and what the system said.
  Result<void> listen();
  [[nodiscard]] std::uint16_t port() const;
  void run();   // returns after stop()
  void stop();  // from any thread; what is under way is finished

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace counterpart::web
