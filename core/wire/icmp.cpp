#include "core/wire/icmp.h"

#include "core/wire/checksum.h"
#include "core/wire/ipv4.h"

namespace ringside::wire {
namespace {

std::size_t append_unchecked(const IcmpHeader& header, Buffer& out, Bytes payload) {
  const std::size_t start = out.size();
  put8(out, header.type);
  put8(out, header.code);
  put16(out, 0);
  put32(out, header.rest);
  put(out, payload);
  return start;
}

}  // namespace

std::optional<IcmpHeader> IcmpHeader::from(Bytes bytes) {
  const auto view = IcmpView::parse(bytes);
  if (!view) return std::nullopt;
  return IcmpHeader{view->type(), view->code(), view->rest()};
}

void IcmpHeader::append_v4(Buffer& out, Bytes payload) const {
  const std::size_t start = append_unchecked(*this, out, payload);
  store16(&out[start + 2], checksum(Bytes(out).subspan(start)));
}

void IcmpHeader::append_v6(Buffer& out, const IpAddr& saddr, const IpAddr& daddr, Bytes payload) const {
  const std::size_t start = append_unchecked(*this, out, payload);
  store16(&out[start + 2], transport_checksum(saddr, daddr, IPPROTO_NR_ICMPV6, Bytes(out).subspan(start)));
}

}  // namespace ringside::wire
