// A small HTTP/1.1 server: GET / tells what the visitor's packets did, GET /bytes/N sends N bytes of what
// chargen sends, PUT and POST anywhere take a body and answer with the page.
#include <charconv>

#include "core/apps/http_request.h"
#include "core/apps/live_worker.h"
#include "core/apps/visit_page.h"
#include "core/kernel/net/tcp_follow.h"

namespace ringside {

namespace {

constexpr std::string_view kBytesPath = "/bytes/";

std::string status_line(int status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    default:
      return "HTTP/1.1 400 Bad Request\r\n";
  }
}

class Http : public Worker {
 public:
  using Worker::Worker;

  /// The header is kept until it is whole; of a body only the length counts.
  void got(Kernel& k, ProcessId self, const DataRef& bytes) const override {
    const Process& p = k[self];
    if (p.app[kBody] > 0)
      k.put(p.app[kBody], p.app[kBody] - std::min<std::int64_t>(p.app[kBody], bytes.len));
    else
      captured_todo_add(k, k[sock_of(p)], bytes);
  }

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    switch (p.app[kWorkerPhase]) {
      case kStart:
        return read(k, p);
      case kHasRead:
        return has_read(k, p);
      case kWriting:
        return has_written(k, p);
      case kContinued:
        return p.call.result < 0 ? close(k, p) : read(k, p);
      default:
        return k.exit_process(self);
    }
  }

 private:
  enum Word : std::size_t { kLeft = kFirstOwn, kTotal, kBody, kFlags };
  enum Flag : std::int64_t { kKeepAlive = 1, kHead = 2, kAnswers = 4 };
  static constexpr std::int64_t kContinued = kPhaseOfOwn;

  static std::string header_so_far(Kernel& k, const Sock& s) {
    std::string text;
    for (FragId piece = s.todo_head; piece; piece = k[piece].next) {
      const auto bytes = k.bytes(k[piece].data);
      text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return text;
  }

  void has_read(Kernel& k, const Process& p) const {
    if (p.call.result <= 0) return close(k, p);
    if ((p.app[kFlags] & kAnswers) != 0)  // a body is coming
      return p.app[kBody] != 0 ? read(k, p) : answer(k, p);
    const Sock& s = k[sock_of(p)];
    const std::string text = header_so_far(k, s);
    const HttpRequest request = parse_http_request(text);
    if (request.state == HttpRequest::State::incomplete) return read(k, p);
    while (s.todo_head) captured_todo_take(k, s);
    take(k, p, request);
    const auto body_here = static_cast<std::int64_t>(text.size() - request.header_len);
    const bool bad = request.state == HttpRequest::State::bad;
    k.put(p.app[kBody], bad ? 0 : std::max<std::int64_t>(0, request.content_length - body_here));
    if (p.app[kBody] == 0) return answer(k, p);
    if (!request.expects_continue) return read(k, p);
    write(k, p, kContinued, stored(k, "HTTP/1.1 100 Continue\r\n\r\n"));
  }

  /// What the answer will be: kept as a number until the body has come. kTotal >= 0: that many bytes;
  /// else minus the status.
  static void take(Kernel& k, const Process& p, const HttpRequest& request) {
    std::int64_t total = -404, flags = kAnswers;
    if (request.keep_alive) flags |= kKeepAlive;
    if (request.method == "HEAD") flags |= kHead;
    const bool sends = request.method == "PUT" || request.method == "POST";
    if (request.path == "/" || sends) total = -200;
    if (request.path.starts_with(kBytesPath)) {
      const char* begin = request.path.data() + kBytesPath.size();
      const char* end = request.path.data() + request.path.size();
      std::int64_t number = 0;
      const auto parsed = std::from_chars(begin, end, number);
      if (parsed.ec == std::errc{} && parsed.ptr == end && number >= 0) total = number;
    }
    if (!sends && request.method != "GET" && request.method != "HEAD") total = -405;
    if (request.state == HttpRequest::State::bad) {
      total = -400;
      flags = kAnswers;
    }
    k.put(p.app[kTotal], total);
    k.put(p.app[kFlags], flags);
  }

  static DataRef stored(Kernel& k, const std::string& text) {
    return k.store(std::vector<std::uint8_t>(text.begin(), text.end()));
  }

  void answer(Kernel& k, const Process& p) const {
    const std::int64_t total = p.app[kTotal], flags = p.app[kFlags];
    std::string body;
    if (total < 0)
      body = total == -200 ? visit_page_of(k, sock_of(p)) : status_line(static_cast<int>(-total));
    std::string text = status_line(total >= 0 ? 200 : static_cast<int>(-total));
    text += "Server: Ringside\r\nContent-Type: ";
    text += total >= 0      ? "application/octet-stream"
            : total == -200 ? "text/html; charset=utf-8"
                            : "text/plain";
    const auto length = total >= 0 ? total : static_cast<std::int64_t>(body.size());
    text += "\r\nContent-Length: " + std::to_string(length);
    text += (flags & kKeepAlive) != 0 ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    const bool head = (flags & kHead) != 0;
    if (!head) text += body;
    k.put(p.app[kLeft], total >= 0 && !head ? total : std::int64_t{0});
    write(k, p, kWriting, stored(k, text));
  }

  void has_written(Kernel& k, const Process& p) const {
    if (p.call.result < 0) return close(k, p);
    if ((p.app[kFlags] & kAnswers) != 0)  // that was the header
      k.put(p.app[kFlags], p.app[kFlags] & ~std::int64_t{kAnswers});
    else
      k.put(p.app[kLeft], p.app[kLeft] - p.call.result);
    if (p.app[kLeft] > 0)
      return write(k, p, kWriting, pattern_piece(p, p.app[kTotal] - p.app[kLeft], p.app[kLeft]));
    (p.app[kFlags] & kKeepAlive) != 0 ? read(k, p) : close(k, p);
  }
};

}  // namespace

std::shared_ptr<const Program> http_worker(const AppOptions& options) {
  return std::make_shared<Http>(options);
}

}  // namespace ringside
