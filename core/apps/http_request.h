// A request of HTTP/1.1 (RFC 9112), as far as a small server needs it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace ringside {

struct HttpRequest {
  enum class State : std::uint8_t {
    incomplete,  ///< its header does not end yet
    bad,         ///< no request
    whole,       ///< the header is all there; its body may follow
  } state = State::incomplete;
  std::string method, path;
  std::int64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;  ///< the client waits for "100 Continue" before it sends the body
  std::size_t header_len = 0;     ///< bytes, the empty line included
};

/// Longer headers are refused (status 431).
inline constexpr std::size_t kLongestHttpHeader = 16384;

HttpRequest parse_http_request(std::string_view text);

}  // namespace ringside
