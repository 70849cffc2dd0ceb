// Many clients at once through the whole door: sockets, handlers, desk, a real database, an open event
// stream. A second and a half as a rule, a minute with COUNTERPART_LONG; run under the thread sanitizer by
// `./test --long`.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "support.h"
#include "web/api.h"
#include "web/server.h"

namespace counterpart::web {
namespace {

int connect_to(std::uint16_t port) {
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  EXPECT_EQ(::connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  const timeval wait{20, 0};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  return s;
}

// One request on a connection of its own; the status, or 0 when no answer came.
int ask(std::uint16_t port, const std::string& head, const std::string& body = {}) {
  const int s = connect_to(port);
  const std::string bytes =
      head + "\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n" + body;
  std::string answer;
  if (::send(s, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())) {
    char buffer[8192];
    for (ssize_t n = 0; (n = ::recv(s, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(n));
  }
  close(s);
  return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
}

TEST(Soak, every_acknowledged_act_of_many_clients_is_kept_once_and_the_chain_holds) {
  const std::string folder = testing::TempDir() + "counterpart-soak-" + std::to_string(getpid());
  constexpr int clients = 4;
  std::atomic<int> acknowledged = 0, refused = 0, events = 0;
  {
    desk::Desk desk(*journal::open_sqlite_store(folder), load_zone,
                    *parse_instant("2000-06-01T09:00:00-05:00"));
    ASSERT_TRUE(desk.open());
    ASSERT_TRUE(desk.import(tests::pack_of(tests::lease), {}, "{}"));
    EventHub hub;
    desk.on_change = [&](const std::string& event, const Datum& data) {
      hub.publish(event, write_json(data));
    };
    Api api(desk, std::nullopt);
    ServerOptions options;
    options.port = 0;
    Server server(options, [&](const Request& r) { return api.answer(r); }, hub);
    ASSERT_TRUE(server.listen());
    const std::uint16_t port = server.port();
    std::thread serving([&] { server.run(); });
    desk.start_clock();

    const int stream = connect_to(port);
    const std::string listen = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    ASSERT_EQ(::send(stream, listen.data(), listen.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(listen.size()));
    std::thread listening([&] {
      char buffer[4096];
      for (ssize_t n = 0; (n = ::recv(stream, buffer, sizeof buffer, 0)) > 0;) {
        const std::string_view text(buffer, static_cast<std::size_t>(n));
        for (std::size_t at = 0; (at = text.find("event: position", at)) != std::string_view::npos; ++at)
          ++events;
      }
    });

    const auto until = std::chrono::steady_clock::now() +
                       std::chrono::milliseconds(std::getenv("COUNTERPART_LONG") != nullptr ? 60000 : 1500);
    std::vector<std::thread> threads;
    for (int c = 0; c < clients; ++c) {
      threads.emplace_back([&, c] {
        for (int i = 0; std::chrono::steady_clock::now() < until; ++i) {
          const std::string key = std::to_string(c) + "-" + std::to_string(i);
          const std::string act = R"({"act":"ask","by":"Lessee","on":"Request/R-)" + key +
                                  R"(","via":"e-mail","with":{"tool":"drill","price":"1.00"},)" +
                                  R"("signature":{"party":"Lessee","office":"manager"}})";
          const std::string post = "POST /api/v1/agreements/lease/acts HTTP/1.1\r\nIdempotency-Key: " + key;
          ++(ask(port, post, act) == 201 ? acknowledged : refused);
          // Every third is tried again, as a client does that lost the answer.
          if (i % 3 == 0) EXPECT_EQ(ask(port, post, act), 201);
          if (i % 5 == 0) EXPECT_EQ(ask(port, "GET /api/v1/agreements/lease/position HTTP/1.1"), 200);
          if (i % 7 == 0) EXPECT_EQ(ask(port, "GET /api/v1/docket HTTP/1.1"), 200);
          if (c == 0 && i % 11 == 0)
            EXPECT_EQ(ask(port, "POST /api/v1/sample-clock HTTP/1.1", R"({"step":"1 hour"})"), 200);
        }
      });
    }
    for (std::thread& t : threads) t.join();
    desk.stop();
    server.stop();
    serving.join();
    ::shutdown(stream, SHUT_RDWR);
    listening.join();
    close(stream);
  }
  EXPECT_EQ(refused, 0);
  EXPECT_GT(acknowledged, clients);
  EXPECT_GT(events, 0);
  const auto store = *journal::open_sqlite_store(folder);
  EXPECT_EQ(*store->head("lease", "shared"), 1U + static_cast<unsigned>(acknowledged.load()));
  EXPECT_TRUE(store->verify("lease")->empty());
  std::cout << acknowledged << " acts acknowledged, " << events << " events seen\n";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace counterpart::web
