// drivers/net/tun.c: a process is the wire. What it writes is received in its own context, with bottom halves
// off: no interrupt, no NAPI, no GRO.
#include <algorithm>

#include "core/kernel/drivers/net/ixgb.h"
#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/wire/ethernet.h"

namespace ringside {

namespace {

constexpr std::uint32_t kPage = 4096;
constexpr std::uint32_t kMaxOrder = 3;  // PAGE_ALLOC_COSTLY_ORDER

/// The linear part of a frame of `len` bytes: all of it on 4.13; on 6.18 what is beyond a page goes to
/// fragments (tun_alloc_skb, SKB_MAX_HEAD).
std::uint32_t linear_length(Kernel& k, std::uint32_t align, std::uint32_t len) {
  if (!k.profile.tun_pages_beyond_head || align + len < kPage) return len;
  return std::min(len, kPage - align - kSharedInfoSize);
}

/// alloc_skb_with_frags(): the rest in pages of the largest order that it fills.
void add_pages(Kernel& k, SkbId skb, DataRef rest) {
  std::uint32_t order = kMaxOrder;
  std::uint32_t truesize = k[skb].truesize;
  while (rest.len != 0) {
    const std::uint32_t aligned = (rest.len + kPage - 1) & ~(kPage - 1);
    while (order != 0 && aligned < (kPage << order)) --order;
    const std::uint32_t chunk = std::min(rest.len, kPage << order);
    skb_add_frag(k, skb, DataRef{rest.source, rest.offset, chunk});
    truesize += kPage << order;
    rest.offset += chunk;
    rest.len -= chunk;
  }
  k.put(k[skb].truesize, truesize);
}

SkbId tun_alloc_skb(Kernel& k, const Arrival& arrival, std::uint32_t align) {
  const std::uint32_t linear = linear_length(k, align, arrival.wire_len);
  const SkbId skb = alloc_skb(k, DataRef{arrival.number, 0, linear}, align + linear);
  const SkBuff& s = k[skb];
  k.put(s.tail, align + linear);
  if (linear < arrival.wire_len)
    add_pages(k, skb, DataRef{arrival.number, linear, arrival.wire_len - linear});
  k.put(s.packet, arrival.number);
  k.put(s.tstamp_ns, k.now_ns());
  k.put(s.truncated, static_cast<std::uint8_t>(arrival.len < arrival.wire_len));
  k.put(s.place, Place::wire);
  return skb;
}

void tun_rx_batched(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::tun_rx_batched, skb);
  k.local_bh_disable();
  netif_receive_skb(k, skb);
  k.local_bh_enable();
}

/// virtio_net_hdr_to_skb(): the writer says of what size the segments were that it has put together.
void take_vnet_header(Kernel& k, SkbId skb, std::uint16_t gso_size) {
  constexpr std::uint32_t kHeaders = 40;  // IPv4 and TCP without options: what the kernel must see at least
  const SkBuff& s = k[skb];
  const bool small = k.profile.vnet_small_is_no_gso && s.len <= gso_size + kHeaders;
  if (gso_size != 0 && !small) k.put(s.gso_size, gso_size);
}

void tun_get_user(Kernel& k, const Arrival& arrival, std::uint16_t gso_size) {
  auto f = k.enter(Fn::tun_get_user);
  const bool tap = k.host().nic->driver == NicKind::tap;
  // NET_IP_ALIGN is 0 on x86, so a TAP's frame starts where a TUN's packet does.
  const SkbId skb = tun_alloc_skb(k, arrival, NET_SKB_PAD);
  k.about(skb, {});
  const SkBuff& s = k[skb];
  k.copy(skb, Place::wire, Place::in_flight, arrival.wire_len);
  k.move(skb, Place::in_flight);
  // Without a vnet header nobody vouches for the checksum. Whether it is really wrong is known only with
  // nic.rx_checksum_verify; else the bytes are trusted when TCP sums them.
  k.put(s.ip_summed, IpSummed::none);
  take_vnet_header(k, skb, gso_size);
  if (tap) {
    eth_type_trans(k, skb);
  } else {
    const auto bytes = skb_data(k, skb);
    const int version = bytes.empty() ? 0 : bytes[0] >> 4;
    if (k.choose("ip_version_of_frame", version) != 4 && version != 6) {
      k.count(Counter::rx_dropped);
      kfree_skb_reason(k, skb, Drop::UNHANDLED_PROTO);
      return;
    }
    k.put(s.ifindex, std::uint32_t{2});
    k.put(s.protocol, version == 4 ? wire::ETH_P_IP : wire::ETH_P_IPV6);
  }
  const std::uint32_t len = arrival.wire_len;
  tun_rx_batched(k, skb);
  k.count(Counter::rx_packets);
  k.count(Counter::rx_bytes, len);
}

}  // namespace

void tun_chr_write_iter(Kernel& k, const Arrival& arrival, std::uint16_t gso_size) {
  auto f = k.enter(Fn::tun_chr_write_iter);
  tun_get_user(k, arrival, gso_size);
}

void tun_net_xmit(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::tun_net_xmit, skb);
  // The skb is orphaned and waits in the file's ring until the process at the other end reads it, which the
  // model lets happen at once.
  put_on_wire(k, skb);
  k.count(Counter::tx_packets);
  k.count(Counter::tx_bytes, k[skb].len + static_cast<std::uint32_t>(skb_pushed(k, skb).size()));
  consume_skb(k, skb);
}

}  // namespace ringside
