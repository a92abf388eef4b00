// Any bytes as an HTTP request: what is whole ends where its empty line does, and no prefix of it was whole
// before.
#include <cstdlib>

#include "core/apps/http_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringside;  // NOLINT(google-build-using-namespace)
  const auto must = [](bool truth) {
    if (!truth) std::abort();
  };
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const HttpRequest request = parse_http_request(text);
  if (request.state != HttpRequest::State::whole) return 0;
  must(request.header_len > 0 && request.header_len <= size);
  must(request.content_length >= 0);
  must(!request.method.empty() && !request.path.empty());
  const HttpRequest same = parse_http_request(text.substr(0, request.header_len));
  must(same.state == HttpRequest::State::whole && same.header_len == request.header_len);
  must(parse_http_request(text.substr(0, request.header_len - 1)).state != HttpRequest::State::whole);
  return 0;
}
