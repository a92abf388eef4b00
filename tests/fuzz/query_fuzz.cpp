// Any bytes as a display filter and as a breakpoint's condition: an error has a column inside the text, and
// what parses can be asked.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/query/packet_filter.h"
#include "core/query/step_condition.h"

namespace {

using namespace ringside;  // NOLINT(google-build-using-namespace)

void must(bool truth) {
  if (!truth) std::abort();
}

void must_complete(std::string_view text, std::size_t cursor, const query::Vocabulary& vocabulary) {
  const query::Completion completion = query::complete(text, cursor, vocabulary);
  must(completion.begin <= completion.end && completion.end <= text.size());
}

void must_be_inside(const Error& error, std::string_view text) {
  must(error.column >= 1 && static_cast<std::size_t>(error.column) <= text.size() + 1);
}

void ask_of_steps(std::string_view text) {
  const auto condition = query::StepCondition::parse(text);
  if (!condition) {
    if (condition.error().id != "query.empty") must_be_inside(condition.error(), text);
    return;
  }
  for (std::size_t kind = 0; kind <= static_cast<std::size_t>(EventKind::note); ++kind) {
    Event event;
    event.kind = static_cast<EventKind>(kind);
    event.new_value = 1;
    (void)condition->matches(event);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = query::PacketFilter::parse(text);
  if (!filter)
    must_be_inside(filter.error(), text);
  else
    (void)filter->matches(query::PacketTable(), query::PacketFacts(), PacketRow());
  ask_of_steps(text);
  const std::size_t cursor = size == 0 ? 0 : data[0] % (size + 1);
  must_complete(text, cursor, query::packet_vocabulary());
  must_complete(text, cursor, query::step_vocabulary());
  return 0;
}
