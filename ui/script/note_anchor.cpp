#include "ui/script/note_anchor.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace ringside::ui {

namespace {

using Summary = std::function<ChipPicture(std::uint32_t)>;

bool is_named(const Event& event, std::string_view name) {
  switch (event.kind) {
    case EventKind::call:
      return name_of(event.function) == name;
    case EventKind::decide:
    case EventKind::note:
      return event.name != nullptr && event.name == name;
    case EventKind::drop:
      return name_of(static_cast<Drop>(event.id)) == name;
    case EventKind::move:
    case EventKind::copy:
      return name_of(event.to) == name;
    default:
      return false;
  }
}

class Conditions {
 public:
  Conditions(const packetdrill::DirectiveAnchor& anchor, const Summary& summary)
      : anchor_(anchor), summary_(summary) {}

  bool hold(const Page& page, const Event& event) {
    return std::all_of(anchor_.conditions.begin(), anchor_.conditions.end(),
                       [&](const auto& condition) { return holds(page, event, condition); });
  }

 private:
  bool holds(const Page& page, const Event& event, const std::pair<std::string, std::string>& condition) {
    std::int64_t wanted = 0;
    const std::string& text = condition.second;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), wanted);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return false;
    if (condition.first == "packet") return event.packet == wanted;
    if (condition.first == "answer") return event.answer == wanted;
    if (event.packet != 0 && summary_ && (condition.first == "seq" || condition.first == "len")) {
      const ChipPicture chip = summary_(event.packet);
      return condition.first == "len" ? chip.len == wanted : chip.seq - first_number() == wanted;
    }
    for (const NamedValue& value : page.values(event))
      if (condition.first == value.name) return value.value == wanted;
    return false;
  }

  /// The number of the first SYN: the script counts from it.
  std::uint32_t first_number() {
    for (std::uint32_t packet = 1; packet < 64 && !known_; ++packet) {
      const ChipPicture chip = summary_(packet);
      if (chip.packet == 0) break;
      if (chip.protocol == 6 && (chip.flags & 2) != 0) {
        first_ = chip.seq;
        known_ = true;
      }
    }
    return first_;
  }

  const packetdrill::DirectiveAnchor& anchor_;
  const Summary& summary_;
  std::uint32_t first_ = 0;
  bool known_ = false;
};

}  // namespace

std::vector<StepIndex> anchor_steps(const packetdrill::DirectiveAnchor& anchor, const Trace& trace,
                                    const Summary& summary) {
  constexpr std::size_t kMost = 200;  // a note that is due all the time is none
  Conditions conditions(anchor, summary);
  std::vector<StepIndex> steps;
  int seen = 0;
  const auto matches = [&](const Page& page, const Event& event) {
    return is_named(event, anchor.event) && conditions.hold(page, event);
  };
  for (StepIndex from = 0; from < trace.step_count() && steps.size() < kMost;) {
    const auto found = trace.find_forward(from, matches);
    if (!found) break;
    ++seen;
    if (anchor.occurrence == 0 || seen == anchor.occurrence) steps.push_back(*found);
    if (anchor.occurrence != 0 && seen >= anchor.occurrence) break;
    from = *found + 1;
  }
  return steps;
}

}  // namespace ringside::ui
