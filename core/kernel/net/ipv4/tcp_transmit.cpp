// net/ipv4/tcp_output.c: one segment gets its TCP header and goes down to IP.
#include <array>

#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/tcp_ecn.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/wire/bytes.h"

namespace ringside {

namespace {

constexpr std::uint32_t kTcpHeader = 20;

/// tcp_event_data_sent(): payload has left; an answer within the delayed-ACK time makes the talk interactive.
void tcp_event_data_sent(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const std::int64_t now = k.jiffies();
  if (tcp_packets_in_flight(s.tp) == 0) tcp_ca_event(k, sk, CaEvent::tx_start);
  k.put(s.tp.lsndtime, now);
  if (now - s.icsk.ack.lrcvtime >= static_cast<std::int64_t>(s.icsk.ack.ato)) return;
  const std::uint8_t count = s.icsk.ack.pingpong;
  if (!k.profile.sender.pingpong_counts)
    k.set(s.icsk.ack.pingpong, std::uint8_t{1});
  else if (count < 255)
    k.set(s.icsk.ack.pingpong, static_cast<std::uint8_t>(count + 1));
}

/// The urgent pointer, if the segment lies before urgent data that is near enough to be pointed at.
std::uint16_t urgent_pointer(const TcpSock& tp, const TcpCb& cb) {
  if (!tcp_urg_mode(tp) || !before(cb.seq, tp.snd_up)) return 0;
  if (before(tp.snd_up, cb.seq + 0x10000)) return static_cast<std::uint16_t>(tp.snd_up - cb.seq);
  return after(cb.seq + 0xffff, tp.snd_nxt) ? 0xffff : 0;
}

/// Header and options as bytes. The checksum stays 0: the device completes it (CHECKSUM_PARTIAL).
void push_tcp_header(Kernel& k, SockId sk, SkbId skb, const TcpOutOptions& opts) {
  const Sock& s = k[sk];
  const TcpCb& cb = k[skb].cb;
  std::array<std::uint8_t, 60> header{};
  const std::uint32_t size = kTcpHeader + opts.size;
  const std::uint16_t urg = urgent_pointer(s.tp, cb);
  std::uint16_t flags = cb.tcp_flags;
  if (urg != 0) flags |= TCPHDR_URG;

  if (!k.profile.sender.options_after_window) tcp_options_write(k, &header[kTcpHeader], sk, opts);
  std::uint16_t window = 0;
  if ((cb.tcp_flags & TCPHDR_SYN) == 0) {
    window = tcp_select_window(k, sk);
    flags |= tcp_ecn_send(k, sk, skb);
  } else {
    // RFC 7323: the window of a SYN or SYN-ACK is never scaled.
    window = static_cast<std::uint16_t>(std::min(s.tp.rcv_wnd, 65535u));
  }
  if (k.profile.sender.options_after_window) tcp_options_write(k, &header[kTcpHeader], sk, opts);

  wire::store16(&header[0], s.sport);
  wire::store16(&header[2], s.dport);
  wire::store32(&header[4], cb.seq);
  wire::store32(&header[8], s.tp.rcv_nxt);
  wire::store16(&header[12], static_cast<std::uint16_t>((size / 4) << 12 | (flags & 0x1ff)));
  wire::store16(&header[14], window);
  wire::store16(&header[18], urg);
  skb_push_header(k, skb, {header.data(), size});
}

void count_segments(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const SkBuff& b = k[skb];
  const std::uint32_t pcount = tcp_skb_pcount(b);
  if ((b.cb.tcp_flags & TCPHDR_ACK) != 0) tcp_event_ack_sent(k, sk, pcount, tp.rcv_nxt);
  if (b.len != 0) {
    tcp_event_data_sent(k, sk);
    k.put(tp.data_segs_out, tp.data_segs_out + pcount);
    k.put(tp.bytes_sent, tp.bytes_sent + b.len);
    tcp_internal_pacing(k, sk, skb);
  }
  if (after(b.cb.end_seq, tp.snd_nxt) || b.cb.seq == b.cb.end_seq) k.count(Counter::TcpOutSegs, pcount);
  k.put(tp.segs_out, tp.segs_out + pcount);
}

/// The copy that travels: the original stays queued until it is acknowledged.
SkbId clone_for_transmit(Kernel& k, SkbId skb) {
  const SkbId clone = skb_clone(k, skb);
  k.put(k[skb].fclone, clone);
  k.put(k[clone].fclone, skb);
  return clone;
}

}  // namespace

void tcp_mstamp_refresh(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.put(tp.tcp_clock_cache, k.ktime_ns());
  k.put(tp.tcp_mstamp, k.clock_us());
}

std::uint32_t tcp_skb_timestamp_ts(const TcpSock& tp, const SkBuff& skb) {
  return static_cast<std::uint32_t>(tp.tcp_usec_ts != 0 ? skb.skb_mstamp_us : skb.skb_mstamp_us / 1000);
}

std::uint32_t tcp_time_stamp_ts(Kernel&, const TcpSock& tp) {
  return static_cast<std::uint32_t>(tp.tcp_usec_ts != 0 ? tp.tcp_mstamp : tp.tcp_mstamp / 1000);
}

int tcp_transmit_skb(Kernel& k, SockId sk, SkbId skb, bool clone_it) {
  auto f = k.enter(k.profile.sender.transmit, skb, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const std::int64_t prior_wstamp = tp.tcp_wstamp_ns;
  std::int64_t mstamp = tp.tcp_mstamp;
  SkbId original;
  if (k.profile.sender.departure_time) {
    k.put(tp.tcp_wstamp_ns, std::max(tp.tcp_wstamp_ns, tp.tcp_clock_cache));
    mstamp = tp.tcp_wstamp_ns / 1000;
    k.put(k[skb].skb_mstamp_us, mstamp);
  }
  if (clone_it) {
    original = skb;
    k.put(k[skb].cb.tx_in_flight, k[skb].cb.end_seq - tp.snd_una);
    skb = clone_for_transmit(k, skb);
  }
  k.put(k[skb].skb_mstamp_us, mstamp);

  const SkBuff& b = k[skb];
  const bool syn = (b.cb.tcp_flags & TCPHDR_SYN) != 0;
  const TcpOutOptions opts = syn ? tcp_syn_options(k, sk, skb) : tcp_established_options(k, sk, skb);
  if (!syn && k.profile.sender.push_on_gso && tcp_skb_pcount(b) > 1)
    k.put(b.cb.tcp_flags, static_cast<std::uint16_t>(b.cb.tcp_flags | TCPHDR_PSH));

  // What is on its way down is charged to sk_wmem_alloc until the device is done with it (TCP small queues).
  k.put(b.sk, sk);
  k.put(b.owner_charged, b.truesize == 2 ? SkbOwner::sock_wfree : SkbOwner::tcp_wfree);
  k.set(s.sk_wmem_alloc, s.sk_wmem_alloc + static_cast<std::int32_t>(b.truesize));
  k.put(b.ip_summed, IpSummed::partial);
  k.put(b.family, s.family);
  k.put(b.l4_proto, std::uint8_t{6});

  push_tcp_header(k, sk, skb, opts);
  count_segments(k, sk, skb);
  k.put(b.gso_segs, b.cb.tcp_gso_segs);
  k.put(b.gso_size, b.cb.tcp_gso_size);

  int err = ip_queue_xmit(k, sk, skb);
  if (k.decide("local_congestion", err > 0, {{"err", err}})) {
    tcp_enter_cwr(k, sk);
    if (err == NET_XMIT_CN) err = 0;  // net_xmit_eval(): it counts as sent
  }
  if (err == 0 && original) {
    if (k.profile.sender.departure_time)
      tcp_update_skb_after_send(k, sk, original, prior_wstamp);
    else
      k.put(k[original].skb_mstamp_us, mstamp);
    tcp_rate_skb_sent(k, sk, original);
  }
  return err;
}

}  // namespace ringside
