#include <array>

#include "core/trace/trace.h"

namespace ringside {

const char* name_of(Fate fate) {
  static constexpr std::array<const char*, static_cast<std::size_t>(Fate::count_)> names{
      "coming", "own", "other_host", "unreadable", "inside", "delivered", "consumed", "dropped"};
  const auto at = static_cast<std::size_t>(fate);
  return at < names.size() ? names[at] : "?";
}

const char* name_of(MarkerKind kind) {
  static constexpr std::array<const char*, static_cast<std::size_t>(MarkerKind::count_)> names{
      "drop", "out_of_order", "zero_window", "prune", "time_squeeze", "reset"};
  const auto at = static_cast<std::size_t>(kind);
  return at < names.size() ? names[at] : "?";
}

const char* name_of(Level level) {
  switch (level) {
    case Level::packet:
      return "packet";
    case Level::function:
      return "function";
    case Level::decision:
      return "decision";
  }
  return "?";
}

std::optional<Level> level_named(std::string_view name) {
  for (const Level level : {Level::packet, Level::function, Level::decision})
    if (name == name_of(level)) return level;
  return std::nullopt;
}

Level level_of(EventKind kind) {
  switch (kind) {
    case EventKind::call:
    case EventKind::return_:
      return Level::function;
    case EventKind::decide:
    case EventKind::change:
    case EventKind::count:
    case EventKind::note:
      return Level::decision;
    case EventKind::move:
    case EventKind::copy:
    case EventKind::drop:
    case EventKind::send:
    case EventKind::block:
    case EventKind::wake:
    case EventKind::irq:
      break;
  }
  return Level::packet;
}

std::size_t Page::bytes() const {
  return start.bytes() + journal.events.capacity() * sizeof(Event) +
         journal.changes.capacity() * sizeof(Change) + journal.values.capacity() * sizeof(NamedValue) +
         journal.images.capacity();
}

}  // namespace ringside
