#include "core/apps/http_request.h"

#include <algorithm>
#include <charconv>

namespace ringside {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// "GET /path HTTP/1.1"
bool take_request_line(HttpRequest& request, std::string_view line) {
  const auto first = line.find(' ');
  const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string_view version = line.substr(second + 1);
  if (!version.starts_with("HTTP/1.")) return false;
  request.method = line.substr(0, first);
  request.path = line.substr(first + 1, second - first - 1);
  request.path.resize(std::min(request.path.size(), request.path.find('?')));  // nobody asks for the query
  request.keep_alive = version != "HTTP/1.0";
  return !request.method.empty() && !request.path.empty();
}

bool take_field(HttpRequest& request, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
  if (same_word(name, "content-length")) {
    const char* end = value.data() + value.size();
    const auto parsed = std::from_chars(value.data(), end, request.content_length);
    return parsed.ec == std::errc{} && parsed.ptr == end && request.content_length >= 0;
  }
  if (same_word(name, "connection") && same_word(value, "close")) request.keep_alive = false;
  if (same_word(name, "expect") && same_word(value, "100-continue")) request.expects_continue = true;
  return !same_word(name, "transfer-encoding");  // bodies of unknown length are not taken
}

}  // namespace

HttpRequest parse_http_request(std::string_view text) {
  HttpRequest request;
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (text.size() > kLongestHttpHeader) request.state = HttpRequest::State::bad;
    return request;
  }
  request.header_len = end + 4;
  request.state = HttpRequest::State::bad;
  std::string_view head = text.substr(0, end + 2);
  bool first = true;
  while (!head.empty()) {
    const auto line_end = head.find("\r\n");
    const std::string_view line = head.substr(0, line_end);
    head.remove_prefix(line_end + 2);
    if (first ? !take_request_line(request, line) : !take_field(request, line)) return request;
    first = false;
  }
  request.state = HttpRequest::State::whole;
  return request;
}

}  // namespace ringside
