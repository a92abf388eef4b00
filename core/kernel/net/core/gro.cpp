// net/core/gro.c (4.13: dev.c): segments of one flow wait in the NAPI and grow together.
//
// While a packet is held, its control block belongs to GRO: cb.seq and cb.end_seq span the merged payload,
// gso_segs counts segments, skb_mstamp_us is the jiffy it was first held in (NAPI_GRO_CB).
#include <algorithm>

#include "core/kernel/net/core/checksum.h"
#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/gro_headers.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/wire/ipv4.h"

namespace ringside {

namespace {

constexpr std::uint32_t MAX_GRO_SKBS = 8;  // held packets: of all flows (4.13), of each bucket (6.18)
constexpr std::uint16_t MAX_SKB_FRAGS = 17;
constexpr std::uint32_t kGroMaxSize = 65536;

const Napi& napi(Kernel& k) { return k.host().nic->napi; }

/// GRO_NORMAL: up at once (4.13), or with others as a list (6.18, gro_normal_one).
void deliver(Kernel& k, SkbId skb) {
  if (!k.profile.receives_lists) {
    netif_receive_skb_internal(k, skb);
    return;
  }
  const Napi& n = napi(k);
  const std::uint32_t segments = std::max<std::uint32_t>(1, k[skb].gso_segs);
  skb_queue_tail(k, n.rx_list, skb);
  k.put(n.rx_count, n.rx_count + segments);
  const auto batch = static_cast<std::uint32_t>(k.sysctl().gro_normal_batch);
  if (k.decide("normal_batch_full", n.rx_count >= batch,
               {{"rx_count", n.rx_count}, {"gro_normal_batch", batch}}))
    gro_normal_list(k);
}

void napi_gro_complete(Kernel& k, SkbId skb) {
  auto f = k.enter(k.profile.gro_complete, skb);
  const SkBuff& s = k[skb];
  skb_unlink(k, napi(k).gro_list, skb);
  if (k.decide("several_segments_merged", s.gso_segs > 1, {{"segments", s.gso_segs}})) {
    gro_rewrite_headers(k, skb);
    k.set(s.ip_summed, IpSummed::partial);
  } else {
    k.set(s.gso_size, std::uint16_t{0});
    k.set(s.gso_segs, std::uint16_t{0});
  }
  k.move(skb, Place::in_flight);
  deliver(k, skb);
}

/// skb_gro_receive(): the newcomer's payload becomes the held packet's. False: there is no room for it.
bool skb_gro_receive(Kernel& k, SkbId held, SkbId skb, const GroHeaders& h) {
  const SkBuff& p = k[held];
  const SkBuff& s = k[skb];
  const bool fits = p.len + h.payload < kGroMaxSize;
  if (!k.decide("gro_size_left", fits, {{"held", p.len}, {"len", h.payload}})) return false;
  const bool steals_head = s.head_frag != 0 && p.nr_frags + 1 <= MAX_SKB_FRAGS;
  const std::uint32_t delta = steals_head ? s.truesize - kSkBuffSize : s.truesize;
  skb_for_each_piece(k.host(), skb, h.offset, h.payload,
                     [&](const DataRef& piece) { skb_add_frag(k, held, piece, steals_head); });
  k.set(p.truesize, p.truesize + delta);
  k.set(p.gso_segs, static_cast<std::uint16_t>(p.gso_segs + 1));
  k.put(p.cb.end_seq, p.cb.end_seq + h.payload);
  k.put(p.cb.tcp_flags, static_cast<std::uint16_t>(p.cb.tcp_flags | (h.flags & (GRO_FIN | GRO_PSH))));
  return true;
}

enum class GroResult : std::uint8_t { merged, held, normal };

SkbId find_flow(Kernel& k, const GroHeaders& h, SkbId skb) {
  for (SkbId id = napi(k).gro_list.head; id; id = k[id].next)
    if (k[id].vlan_tci == k[skb].vlan_tci && gro_same_flow(k, id, h)) return id;
  return {};
}

/// The oldest makes room: of all flows on 4.13, of the newcomer's hash bucket on 6.18.
void make_room(Kernel& k, SkbId skb) {
  const std::uint32_t bucket = skb_get_hash(k, skb) & 7;
  std::uint32_t held = 0;
  SkbId oldest{};
  for (SkbId id = napi(k).gro_list.head; id; id = k[id].next) {
    if (k.profile.gro_hash_buckets && (k[id].hash & 7) != bucket) continue;
    ++held;
    oldest = id;
  }
  if (k.decide("gro_list_full", held >= MAX_GRO_SKBS, {{"held", held}})) napi_gro_complete(k, oldest);
}

void hold(Kernel& k, SkbId skb, const GroHeaders& h) {
  const SkBuff& s = k[skb];
  make_room(k, skb);
  k.put(s.cb.seq, h.seq);
  k.put(s.cb.end_seq, h.seq + h.payload);
  k.put(s.cb.tcp_flags, h.flags);
  k.put(s.skb_mstamp_us, k.jiffies());
  k.set(s.gso_size, static_cast<std::uint16_t>(h.payload));
  k.set(s.gso_segs, std::uint16_t{1});
  skb_queue_head(k, napi(k).gro_list, skb);
  k.move(skb, Place::napi_gro);
}

/// skb_gro_checksum_validate(): what is wrong must not be merged, for nobody sums the merged packet any more.
bool gro_checksum_validate(Kernel& k, SkbId skb, const GroHeaders& h) {
  const SkBuff& s = k[skb];
  if (s.csum_valid != 0 || s.ip_summed != IpSummed::none) return true;
  const std::uint32_t len = h.offset - h.transport + h.payload;
  const auto segment = skb_copy_bits(k, skb, h.transport, len);
  if (segment.size() < len) return true;  // the capture lacks the end
  k.spend_checksum(len);
  if (!transport_sum_is_good(k, h.saddr, h.daddr, wire::IPPROTO_NR_TCP, segment)) return false;
  k.put(s.csum_valid, std::uint8_t{1});
  return true;
}

/// tcp_gro_receive(): merge, and is this the last segment to wait for?
GroResult tcp_gro_receive(Kernel& k, SkbId skb, const GroHeaders& h) {
  auto f = k.enter(Fn::tcp_gro_receive, skb);
  if (!k.decide("gro_checksum_good", gro_checksum_validate(k, skb, h), {{"len", h.payload}}))
    return GroResult::normal;
  const SkbId held = find_flow(k, h, skb);
  const bool ends = (h.flags & (GRO_URG | GRO_PSH | GRO_RST | GRO_SYN | GRO_FIN)) != 0;
  if (held) {
    const bool fits = gro_continues(k, held, h);
    if (k.decide("gro_continues_flow", fits,
                 {{"seq", h.seq}, {"expected", k[held].cb.end_seq}, {"len", h.payload}}) &&
        skb_gro_receive(k, held, skb, h)) {
      const bool complete = h.payload < k[held].gso_size || ends;
      if (k.decide("gro_flush_after_merge", complete, {{"len", h.payload}, {"flags", h.flags}}))
        napi_gro_complete(k, held);
      return GroResult::merged;
    }
    napi_gro_complete(k, held);
  }
  return h.payload < 1 || ends ? GroResult::normal : GroResult::held;
}

GroResult dev_gro_receive(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::dev_gro_receive, skb);
  const SkBuff& s = k[skb];
  if (!k.decide("gro_enabled", k.host().nic->gro != 0)) return GroResult::normal;
  const GroHeaders h = gro_parse(k, skb);
  const bool candidate = h.valid && s.gso_size == 0 && s.truncated == 0;
  if (!k.decide("gro_candidate", candidate, {{"ethertype", s.protocol}, {"len", s.len}}))
    return GroResult::normal;
  const GroResult result = tcp_gro_receive(k, skb, h);
  if (result == GroResult::held) hold(k, skb, h);
  return result;
}

}  // namespace

void napi_gro_receive(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::napi_gro_receive, skb);
  k.put(k[skb].network_off, k[skb].data_off);
  switch (dev_gro_receive(k, skb)) {
    case GroResult::merged:
      k.move(skb, Place::napi_gro);
      consume_skb(k, skb);  // its bytes live on in the packet it joined
      break;
    case GroResult::held:
      break;
    case GroResult::normal:
      deliver(k, skb);
      break;
  }
}

void napi_gro_flush(Kernel& k, bool flush_old) {
  // From the oldest on; those that came within this jiffy may wait for more.
  while (napi(k).gro_list.tail) {
    const SkbId oldest = napi(k).gro_list.tail;
    if (flush_old && k[oldest].skb_mstamp_us == k.jiffies()) return;
    napi_gro_complete(k, oldest);
  }
}

void gro_normal_list(Kernel& k) {
  const Napi& n = napi(k);
  if (n.rx_list.qlen == 0) return;
  auto f = k.enter(Fn::gro_normal_list);
  std::vector<SkbId> list;
  while (const SkbId skb = skb_dequeue(k, n.rx_list)) list.push_back(skb);
  k.put(n.rx_count, 0u);
  netif_receive_skb_list_internal(k, list);
}

}  // namespace ringside
