#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>

#include "lsp/frames.h"
#include "lsp/server.h"

namespace counterpart::lsp {

namespace {

bool write_all(int out, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(out, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool tell(int out, const Datum& message) { return write_all(out, framed(write_json(message))); }

bool is_waiting(int in) {
  pollfd p{in, POLLIN, 0};
  return ::poll(&p, 1, 0) > 0 && (p.revents & (POLLIN | POLLHUP)) != 0;
}

// Takes a request that waits out of the queue when a cancellation names it.
void cancel(std::deque<Datum>& queue, const Datum& message, int out) {
  const Datum* params = message.find("params");
  const Datum* id = params == nullptr ? nullptr : params->find("id");
  if (id == nullptr) return;
  for (auto at = queue.begin(); at != queue.end(); ++at) {
    const Datum* other = at->kind == Datum::Kind::record ? at->find("id") : nullptr;
    if (other == nullptr || *other != *id || at->find("method") == nullptr) continue;
    tell(out, Server::cancelled(*at));
    queue.erase(at);
    return;
  }
}

}  // namespace

// One thread: everything that has come is read first, so that a request called off meanwhile is not worked on
// and a burst of changes is compiled once.
int serve(int in, int out, language::ZoneLoader zones) {
  Server server(std::move(zones));
  Frames frames;
  std::deque<Datum> queue;
  std::array<char, std::size_t{64} * 1024> buffer{};
  bool ended = false;
  while (!server.exit_status()) {
    if (!ended && (queue.empty() || is_waiting(in))) {
      const ssize_t n = ::read(in, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        ended = true;
      } else {
        frames.feed({buffer.data(), static_cast<std::size_t>(n)});
      }
      while (auto frame = frames.next()) {
        if (!*frame) {
          if (!tell(out, Server::unreadable(frame->error()))) return 1;
          continue;
        }
        auto message = read_json(**frame);
        if (!message) {
          if (!tell(out, Server::unreadable(message.error()))) return 1;
          continue;
        }
        const Datum* method = message->kind == Datum::Kind::record ? message->find("method") : nullptr;
        if (method != nullptr && method->text == "$/cancelRequest") {
          cancel(queue, *message, out);
        } else {
          queue.push_back(*std::move(message));
        }
      }
      if (!ended && is_waiting(in)) continue;
    }
    if (queue.empty()) {
      for (const Datum& message : server.news()) {
        if (!tell(out, message)) return 1;
      }
      if (ended) break;
      continue;
    }
    const Datum message = std::move(queue.front());
    queue.pop_front();
    if (const auto answer = server.answer(message); answer && !tell(out, *answer)) return 1;
    if (queue.empty() && !is_waiting(in)) {
      for (const Datum& news : server.news()) {
        if (!tell(out, news)) return 1;
      }
    }
  }
  return server.exit_status().value_or(1);
}

}  // namespace counterpart::lsp
