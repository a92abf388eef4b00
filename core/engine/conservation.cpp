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
  std::uint64_t in_fates = 0;
  for (std::uint32_t row = 0; row < trace.packet_count(); ++row) {
    const PacketRow packet = trace.packet(row);
    std::uint64_t* const counts[] = {&c.edited_out, &c.outgoing,  &c.other_host, &c.unreadable,
                                     &c.inside,     &c.delivered, &c.consumed,   &c.dropped};
    ++*counts[static_cast<std::size_t>(packet.fate)];
    if (packet.fate == Fate::dropped) ++c.dropped_by_reason[packet.reason];
    in_fates += packet.fate >= Fate::inside;
  }
  c.injected = in_fates;
  for (const auto& [counter, n] : trace.counters()) {
    if (counter == Counter::rx_packets) c.nic_received = n;
    if (counter == Counter::rx_missed_errors) c.nic_missed = n;
  }
  return c;
}

}  // namespace ringside
