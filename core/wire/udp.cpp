#include "core/wire/udp.h"

#include "core/wire/checksum.h"
#include "core/wire/ipv4.h"

namespace ringside::wire {

std::optional<UdpHeader> UdpHeader::from(Bytes bytes) {
  const auto view = UdpView::parse(bytes);
  if (!view) return std::nullopt;
  return UdpHeader{view->source(), view->dest()};
}

void UdpHeader::append_to(Buffer& out, const IpAddr& saddr, const IpAddr& daddr, Bytes payload) const {
  const std::size_t start = out.size();
  put16(out, source);
  put16(out, dest);
  put16(out, static_cast<std::uint16_t>(size() + payload.size()));
  put16(out, 0);
  put(out, payload);
  const std::uint16_t sum = transport_checksum(saddr, daddr, IPPROTO_NR_UDP, Bytes(out).subspan(start));
  store16(&out[start + 6], sum == 0 ? 0xffff : sum);
}

}  // namespace ringside::wire
