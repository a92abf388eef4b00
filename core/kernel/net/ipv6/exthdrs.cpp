// net/ipv6/exthdrs.c: hop-by-hop options, destination options, routing headers.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ipv6/ipv6.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

/// Whole length of the extension header at skb->data + `at`; 0 if it is not all there.
std::uint32_t extension_length(Kernel& k, SkbId skb, std::uint32_t at) {
  if (!pskb_may_pull(k, skb, at + 8)) return 0;
  const std::uint32_t len = (skb_data(k, skb)[at + 1] + 1u) * 8;
  return pskb_may_pull(k, skb, at + len) ? len : 0;
}

/// ip6_parse_tlv(): padding and known options pass; of unknown ones the two highest bits say what to do.
bool options_pass(wire::Bytes options) {
  for (std::size_t i = 0; i < options.size();) {
    const std::uint8_t type = options[i];
    if (type == 0) {  // IPV6_TLV_PAD1
      ++i;
      continue;
    }
    if (i + 1 >= options.size() || i + 2u + options[i + 1] > options.size()) return false;
    const bool known = type == 1 || type == 5 || type == 7 || type == 0xc2 || type == 0xc9;
    if (!known && (type >> 6) != 0) return false;
    i += 2u + options[i + 1];
  }
  return true;
}

bool bad_header(Kernel& k, SkbId skb) {
  k.count(Counter::Ip6InHdrErrors);
  kfree_skb_reason(k, skb, k[skb].truncated != 0 ? Drop::HDR_TRUNC : Drop::IPV6_BAD_EXTHDR);
  return false;
}

}  // namespace

bool ipv6_parse_hopopts(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ipv6_parse_hopopts, skb);
  constexpr std::uint32_t at = wire::Ipv6View::kHeaderLen;
  const std::uint32_t len = extension_length(k, skb, at);
  const auto data = skb_data(k, skb);
  const bool good = len != 0 && options_pass(data.subspan(at + 2, len - 2));
  if (!k.decide("hop_by_hop_options_good", good, {{"length", len}})) return bad_header(k, skb);
  k.put(k[skb].l4_proto, data[at]);
  k.put(k[skb].transport_off, k[skb].network_off + at + len);
  return true;
}

Ipv6Walk ipv6_destopt_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ipv6_destopt_rcv, skb);
  const std::uint32_t len = extension_length(k, skb, 0);
  const auto data = skb_data(k, skb);
  const bool good = len != 0 && options_pass(data.subspan(2, len - 2));
  if (!k.decide("destination_options_good", good, {{"length", len}})) {
    bad_header(k, skb);
    return {};
  }
  const std::uint8_t next = data[0];
  skb_pull(k, skb, len);
  return {next, skb};
}

Ipv6Walk ipv6_rthdr_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ipv6_rthdr_rcv, skb);
  const std::uint32_t len = extension_length(k, skb, 0);
  if (!k.decide("routing_header_there", len != 0)) {
    bad_header(k, skb);
    return {};
  }
  const auto data = skb_data(k, skb);
  const std::uint8_t next = data[0], type = data[2], segments_left = data[3];
  // Used up, it is skipped; else it would have to be followed, and routing by source (type 0) is no more.
  if (!k.decide("segments_left_zero", segments_left == 0,
                {{"type", type}, {"segments_left", segments_left}})) {
    bad_header(k, skb);
    return {};
  }
  skb_pull(k, skb, len);
  return {next, skb};
}

}  // namespace ringside
