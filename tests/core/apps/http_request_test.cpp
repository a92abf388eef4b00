#include "core/apps/http_request.h"

#include <gtest/gtest.h>

namespace ringside {
namespace {

using State = HttpRequest::State;

TEST(HttpRequest, IsIncompleteUntilItsEmptyLine) {
  const std::string text = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t cut = 0; cut < text.size(); ++cut)
    EXPECT_EQ(parse_http_request(text.substr(0, cut)).state, State::incomplete) << cut;
  const HttpRequest request = parse_http_request(text + "body");
  EXPECT_EQ(request.state, State::whole);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/");
  EXPECT_EQ(request.header_len, text.size());
  EXPECT_TRUE(request.keep_alive);
}

TEST(HttpRequest, FieldsAreReadWhateverTheirCase) {
  const HttpRequest request = parse_http_request(
      "PUT /x?y HTTP/1.1\r\ncontent-LENGTH:  42 \r\nConnection: Close\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(request.state, State::whole);
  EXPECT_EQ(request.path, "/x");
  EXPECT_EQ(request.content_length, 42);
  EXPECT_FALSE(request.keep_alive);
  EXPECT_TRUE(request.expects_continue);
  EXPECT_FALSE(parse_http_request("GET / HTTP/1.0\r\n\r\n").keep_alive);
}

TEST(HttpRequest, NonsenseIsBad) {
  for (const char* text :
       {"\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / FTP/1.1\r\n\r\n", " / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "PUT / HTTP/1.1\r\nContent-Length: 9x\r\n\r\n",
        "PUT / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"})
    EXPECT_EQ(parse_http_request(text).state, State::bad) << text;
  EXPECT_EQ(parse_http_request(std::string(kLongestHttpHeader + 1, 'a')).state, State::bad);
}

}  // namespace
}  // namespace ringside
