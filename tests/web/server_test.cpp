#include "web/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace counterpart::web {
namespace {

// A server whose handler says back what it was asked, and a client that writes bytes as they are.
class Door : public testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.port = 0;
    options.max_body = 1000;
    server_ = std::make_unique<Server>(
        options,
        [](const Request& r) {
          if (r.path == "/events") {
            Response out;
            out.event_stream = true;
            return out;
          }
          if (r.path == "/throw") throw std::runtime_error("a bug");
          return Response::json(
              200, r.method + " " + r.path + " " + std::string(r.query_value("q")) + " " + r.body);
        },
        hub_);
    ASSERT_TRUE(server_->listen());
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    server_->stop();
    thread_.join();
  }
  int connect() const {
    const int s = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server_->port());
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    EXPECT_EQ(::connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const timeval wait{5, 0};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    return s;
  }
  static void put(int s, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(s, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // Reads until the connection closes or `until` has been seen.
  static std::string take(int s, std::string_view until = {}) {
    std::string out;
    char buffer[4096];
    while (until.empty() || out.find(until) == std::string::npos) {
      const ssize_t n = recv(s, buffer, sizeof buffer, 0);
      if (n <= 0) break;
      out.append(buffer, static_cast<std::size_t>(n));
    }
    return out;
  }
  std::string ask(std::string_view bytes) const {
    const int s = connect();
    put(s, bytes);
    std::string out = take(s);
    close(s);
    return out;
  }

  EventHub hub_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(Door, answers_byte_by_byte_and_in_order_when_pipelined) {
  const int s = connect();
  const std::string two =
      "GET /a?q=x%20y HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /b HTTP/1.1\r\nHost: "
      "localhost\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
  for (const char c : two) put(s, std::string_view(&c, 1));
  const std::string out = take(s);
  close(s);
  const std::size_t a = out.find("GET /a x y");
  const std::size_t b = out.find("POST /b  abc");
  EXPECT_NE(a, std::string::npos) << out;
  EXPECT_NE(b, std::string::npos) << out;
  EXPECT_LT(a, b);
}

TEST_F(Door, each_bad_request_gets_a_well_formed_refusal) {
  struct Bad {
    const char* bytes;
    const char* status;
  };
  const Bad bad[] = {
      {"nonsense\r\n\r\n", "HTTP/1.1 400"},
      {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 "},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 400"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n", "HTTP/1.1 413"},
      {"GET /%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
      {"GET /%0d%0aX HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
      {"GET /a/../b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
  };
  for (const Bad& b : bad) {
    const std::string out = ask(b.bytes);
    EXPECT_TRUE(out.starts_with(b.status)) << b.bytes << "\n" << out;
    EXPECT_NE(out.find("application/problem+json"), std::string::npos) << out;
  }
  EXPECT_TRUE(ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(40000, 'x') + "\r\n\r\n")
                  .starts_with("HTTP/1.1 431"));
}

TEST_F(Door, a_handlers_bug_is_answered_and_the_server_goes_on) {
  EXPECT_TRUE(ask("GET /throw HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 500"));
  EXPECT_TRUE(ask("GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(Door, what_is_published_reaches_every_open_stream) {
  const int a = connect();
  const int b = connect();
  for (const int s : {a, b}) {
    put(s, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(take(s, "retry: 2000").find("text/event-stream"), std::string::npos);
  }
  // Who has seen the head of a stream misses nothing that is published after.
  hub_.publish("position", "{\"head\":1}");
  EXPECT_NE(take(a, "{\"head\":1}").find("event: position\ndata: {\"head\":1}\n\n"), std::string::npos);
  EXPECT_NE(take(b, "{\"head\":1}").find("{\"head\":1}"), std::string::npos);
  close(a);
  close(b);
}

}  // namespace
}  // namespace counterpart::web
