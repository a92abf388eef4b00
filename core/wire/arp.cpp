#include "core/wire/arp.h"

namespace ringside::wire {

std::optional<ArpPacket> ArpPacket::from(Bytes bytes) {
  const auto view = ArpView::parse(bytes);
  if (!view || !view->is_ethernet_ipv4()) return std::nullopt;
  return ArpPacket{view->ar_op(), view->sender_mac(), view->sender_ip(), view->target_mac(),
                   view->target_ip()};
}

void ArpPacket::append_to(Buffer& out) const {
  put16(out, ARPHRD_ETHER);
  put16(out, 0x0800);
  put8(out, 6);
  put8(out, 4);
  put16(out, op);
  put(out, sender_mac.bytes);
  put32(out, sender_ip.v4_number());
  put(out, target_mac.bytes);
  put32(out, target_ip.v4_number());
}

}  // namespace ringside::wire
