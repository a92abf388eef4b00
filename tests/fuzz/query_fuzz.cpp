// Any bytes as a display filter: an error has a column inside the text, and what parses can be asked.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/query/packet_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringside;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = query::PacketFilter::parse(text);
  if (!filter) {
    const int column = filter.error().column;
    if (column < 1 || static_cast<std::size_t>(column) > size + 1) std::abort();
  } else {
    (void)filter->matches(query::PacketTable(), query::PacketFacts(), PacketRow());
  }
  const std::size_t cursor = size == 0 ? 0 : data[0] % (size + 1);
  const query::Completion completion = query::complete(text, cursor, query::packet_vocabulary());
  if (completion.begin > completion.end || completion.end > size) std::abort();
  return 0;
}
