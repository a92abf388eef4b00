// What happened, as it is written down: events (what the trace's reader sees) and changes (what undo needs).
#pragma once
#include <cstdint>
#include <vector>

#include "core/model/counters.h"
#include "core/model/enums.h"
#include "core/model/function.h"
#include "core/model/host.h"

namespace ringside {

/// A named number an event carries: the values a decision was taken on. The name is a static string (a
/// field's or parameter's name, never prose).
struct NamedValue {
  const char* name = nullptr;
  std::int64_t value = 0;
};

/// One step of the trace. Which members mean something depends on `kind`.
struct Event {
  std::int64_t t_ns = 0;
  EventKind kind = EventKind::call;
  std::uint8_t cpu = 0;
  Context context = Context::nic;
  std::uint8_t depth = 0;
  Fn function = Fn::none;
  std::uint16_t id = 0;                        ///< change: FieldId; count: Counter; drop: Drop; irq: vector
  Place from = Place::none, to = Place::none;  ///< move, copy, drop
  std::uint16_t value_count = 0;
  std::uint32_t first_value = 0;  ///< into Journal::values
  const char* name = nullptr;     ///< decide, note: the question's or note's id (static string)
  std::int64_t answer = 0;        ///< decide: the answer; count: how many; wake/block: pid; copy: bytes
  std::uint32_t packet = 0;       ///< frame number, 0: none
  SkbId skb;
  SockId sock;
  ProcessId process;
  ObjectKind object = ObjectKind::none;  ///< change: whose field
  std::uint32_t object_index = 0;
  std::int64_t old_value = 0, new_value = 0;  ///< change
  std::uint32_t changes_end = 0;  ///< Journal::changes up to here belong to this and earlier events
};

/// Old and new bytes of one field, or of one whole object (then they stand in Journal::images).
struct Change {
  Loc loc;
  std::uint32_t size = 0;  ///< bytes; > 8: `before` and `after` are offsets into Journal::images
  std::uint64_t before = 0, after = 0;
};

struct Journal {
  std::vector<Event> events;
  std::vector<Change> changes;
  std::vector<NamedValue> values;
  std::vector<std::uint8_t> images;

  void clear() {
    events.clear();
    changes.clear();
    values.clear();
    images.clear();
  }
};

/// Applies changes [from, to) of the journal forward, or undoes them in reverse order.
void redo(Host& host, const Journal& journal, std::uint32_t from, std::uint32_t to);
void undo(Host& host, const Journal& journal, std::uint32_t from, std::uint32_t to);

}  // namespace ringside
