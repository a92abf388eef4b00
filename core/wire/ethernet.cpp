#include "core/wire/ethernet.h"

namespace ringside::wire {

std::optional<EthernetHeader> EthernetHeader::from(Bytes frame) {
  const auto eth = EthernetView::parse(frame);
  if (!eth) return std::nullopt;
  EthernetHeader header{eth->dest(), eth->source(), {}, eth->h_proto()};
  Bytes rest = eth->payload();
  while (is_vlan_type(header.protocol)) {
    const auto vlan = VlanView::parse(rest);
    if (!vlan) return std::nullopt;
    header.tags.push_back({header.protocol, vlan->tci()});
    header.protocol = vlan->encapsulated_proto();
    rest = vlan->payload();
  }
  return header;
}

void EthernetHeader::append_to(Buffer& out) const {
  put(out, dest.bytes);
  put(out, source.bytes);
  for (const VlanTag& tag : tags) {
    put16(out, tag.tpid);
    put16(out, tag.tci);
  }
  put16(out, protocol);
}

void pad_to_minimum(Buffer& frame) {
  if (frame.size() < ETH_ZLEN) frame.resize(ETH_ZLEN, 0);
}

}  // namespace ringside::wire
