// net/core/skbuff.c: the transport checksum of a received packet, when the card has not vouched for it.
#include "core/kernel/net/core/checksum.h"

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/machine/machine.h"
#include "core/wire/checksum.h"
#include "core/wire/ipv4.h"

namespace ringside {

namespace {

/// Where the checksum stands in the transport header; 0: the protocol has none that is checked here.
std::size_t checksum_offset(std::uint8_t protocol) {
  switch (protocol) {
    case wire::IPPROTO_NR_TCP:
      return 16;
    case wire::IPPROTO_NR_UDP:
      return 6;
    case wire::IPPROTO_NR_ICMP:
    case wire::IPPROTO_NR_ICMPV6:
      return 2;
    default:
      return 0;
  }
}

bool sum_is_good(Kernel& k, SkbId skb, const std::vector<std::uint8_t>& segment) {
  const SkBuff& s = k[skb];
  if (s.l4_proto == wire::IPPROTO_NR_ICMP) return wire::checksum_ok(segment);
  const auto [saddr, daddr] = ip_addresses(k, skb);
  return transport_sum_is_good(k, saddr, daddr, s.l4_proto, segment);
}

}  // namespace

bool transport_sum_is_good(Kernel& k, const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                           const std::vector<std::uint8_t>& segment) {
  if (wire::transport_checksum_ok(saddr, daddr, protocol, segment)) return true;
  const std::size_t at = checksum_offset(protocol);
  // In a capture: the sender's stack left the sum to its card, and the capture was taken before that. A live
  // peer's sums are whole; of its damaged segments one in 65,536 would look like this.
  if (segment.size() < at + 2 || k.machine().config().captured_output == nullptr) return false;
  return wire::transport_checksum_partial(saddr, daddr, protocol, segment, wire::load16(&segment[at]));
}

bool skb_sum_is_trusted(const SkBuff& s) {
  return s.csum_valid != 0 || s.ip_summed == IpSummed::unnecessary || s.ip_summed == IpSummed::partial ||
         checksum_offset(s.l4_proto) == 0;
}

bool skb_sum_is_good(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  const auto segment = skb_copy_bits(k, skb, 0, s.len);
  if (segment.size() < s.len) {
    k.remark("checksum_not_computable",
             {{"captured", static_cast<std::int64_t>(segment.size())}, {"len", s.len}});
    return true;
  }
  k.spend_checksum(s.len);
  if (!sum_is_good(k, skb, segment)) return false;
  k.put(s.csum_valid, std::uint8_t{1});
  return true;
}

bool skb_transport_checksum_ok(Kernel& k, SkbId skb) {
  if (skb_sum_is_trusted(k[skb])) return true;
  return k.decide("transport_checksum_good", skb_sum_is_good(k, skb), {{"len", k[skb].len}});
}

}  // namespace ringside
