#include "core/engine/conservation.h"

namespace ringside {

bool Conservation::frames_add_up() const {
  std::uint64_t reasons = 0;
  for (const auto& [reason, n] : dropped_by_reason) reasons += reason == Drop::none ? 0 : n;
  return read == outgoing + other_host + unreadable + edited_out + injected &&
         injected == delivered + consumed + inside + dropped && dropped == reasons;
}

Conservation account(const Trace& trace) {
  Conservation c;
  c.read = trace.packet_count();
  c.edited_out = trace.packets_of(Fate::coming);
  c.outgoing = trace.packets_of(Fate::own);
  c.other_host = trace.packets_of(Fate::other_host);
  c.unreadable = trace.packets_of(Fate::unreadable);
  c.inside = trace.packets_of(Fate::inside);
  c.delivered = trace.packets_of(Fate::delivered);
  c.consumed = trace.packets_of(Fate::consumed);
  c.dropped = trace.packets_of(Fate::dropped);
  c.injected = c.inside + c.delivered + c.consumed + c.dropped;
  for (const auto& [reason, n] : trace.packets_dropped()) c.dropped_by_reason[reason] = n;
  for (const auto& [counter, n] : trace.counters()) {
    if (counter == Counter::rx_packets) c.nic_received = n;
    if (counter == Counter::rx_missed_errors) c.nic_missed = n;
  }
  return c;
}

}  // namespace ringside
