// net/ipv4/tcp_output.c: segments without payload: SYN, SYN-ACK, FIN, RST.
#include <array>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/tcp_ecn.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/wire/bytes.h"

namespace ringside {

namespace {

void add_flags(Kernel& k, SkbId skb, unsigned flags) {
  k.put(k[skb].cb.tcp_flags, static_cast<std::uint16_t>(k[skb].cb.tcp_flags | flags));
}

/// tcp_make_synack(): built from the request sock alone; the listener only lends its options.
SkbId tcp_make_synack(Kernel& k, SockId listener, RequestId req) {
  auto f = k.enter(Fn::tcp_make_synack, {}, listener);
  const RequestSock& r = k[req];
  const SkbId skb = tcp_alloc_bare_skb(k);
  const std::int64_t now_us = k.clock_us();
  if (r.snt_synack_us == 0) k.put(r.snt_synack_us, now_us);
  tcp_init_nondata_skb(k, skb, r.snt_isn, TCPHDR_SYN | TCPHDR_ACK);
  const SkBuff& b = k[skb];
  k.put(b.family, r.family);
  k.put(b.l4_proto, std::uint8_t{6});
  k.put(b.ip_summed, IpSummed::partial);
  k.put(b.skb_mstamp_us, now_us);

  const std::uint32_t mss = tcp_mss_clamp(k[listener].tp, tcp_dst_advmss(k, listener));
  const auto clock = static_cast<std::uint32_t>(r.req_usec_ts != 0 ? now_us : now_us / 1000);
  const TcpOutOptions opts = tcp_synack_options(k, req, mss, clock);
  std::array<std::uint8_t, 60> header{};
  const std::uint32_t size = 20 + opts.size;
  const std::uint16_t flags = TCPHDR_SYN | TCPHDR_ACK | (r.ecn_ok != 0 ? TCPHDR_ECE : std::uint16_t{0});
  wire::store16(&header[0], r.sport);
  wire::store16(&header[2], r.dport);
  wire::store32(&header[4], r.snt_isn);
  wire::store32(&header[8], r.rcv_nxt);
  wire::store16(&header[12], static_cast<std::uint16_t>((size / 4) << 12 | flags));
  wire::store16(&header[14], static_cast<std::uint16_t>(std::min(r.rsk_rcv_wnd, 65535u)));
  tcp_options_write(k, &header[20], SockId{}, opts);
  skb_push_header(k, skb, {header.data(), size});
  k.count(Counter::TcpOutSegs);
  return skb;
}

/// tcp_connect_init(): the first windows and sequence numbers of an active open.
void tcp_connect_init(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  k.put(tp.tcp_header_len, static_cast<std::uint16_t>(k.sysctl().tcp_timestamps != 0 ? 32 : 20));
  if (tp.rx_opt.user_mss != 0) k.put(tp.rx_opt.mss_clamp, tp.rx_opt.user_mss);
  k.put(tp.max_window, 0u);
  tcp_mtup_init(k, sk);
  tcp_sync_mss(k, sk, tcp_dst_mtu(k, sk));
  k.set(tp.advmss, tcp_mss_clamp(tp, tcp_dst_advmss(k, sk)));
  tcp_initialize_rcv_mss(k, sk);
  const auto full_space = static_cast<std::uint32_t>(tcp_full_space(k, sk));
  if ((s.sk_userlocks & SOCK_RCVBUF_LOCK) != 0 && (tp.window_clamp > full_space || tp.window_clamp == 0))
    k.put(tp.window_clamp, full_space);
  const std::uint32_t options = tp.rx_opt.ts_recent_stamp != 0 ? tp.tcp_header_len - 20u : 0;
  const InitialWindow first =
      tcp_select_initial_window(k, static_cast<std::int32_t>(full_space), tp.advmss - options,
                                tp.window_clamp, k.sysctl().tcp_window_scaling != 0, 0);
  k.set(tp.rcv_wnd, first.rcv_wnd);
  k.set(tp.window_clamp, first.window_clamp);
  k.put(tp.rx_opt.rcv_wscale,
        k.sysctl().tcp_window_scaling == 0
            ? first.rcv_wscale
            : tcp_own_wscale(k, {s.saddr, s.daddr, s.sport, s.dport}, 0, first.rcv_wscale));
  k.set(tp.rcv_ssthresh, tp.rcv_wnd);
  k.put(s.sk_err, 0);
  k.put(s.sock_done, std::uint8_t{0});
  k.set(tp.snd_wnd, 0u);
  k.put(tp.snd_wl1, Seq{0});
  tcp_write_queue_purge(k, sk);
  k.set(tp.snd_una, tp.write_seq);
  k.put(tp.snd_sml, tp.write_seq);
  k.put(tp.snd_up, tp.write_seq);
  k.set(tp.snd_nxt, tp.write_seq);
  k.set(tp.rcv_nxt, Seq{0});
  k.put(tp.rcv_wup, Seq{0});
  k.set(tp.copied_seq, Seq{0});
  k.set(s.icsk.rto, static_cast<std::uint32_t>(tcp_timeout_init(k)));
  k.set(s.icsk.retransmits, std::uint8_t{0});
  tcp_clear_retrans(k, sk);
}

}  // namespace

void tcp_send_synack(Kernel& k, SockId listener, RequestId req) {
  auto f = k.enter(Fn::tcp_v4_send_synack, {}, listener);
  const SkbId skb = tcp_make_synack(k, listener, req);
  const RequestSock& r = k[req];
  const Sock& l = k[listener];
  ip_send_skb(k,
              IpFlow{.family = r.family,
                     .protocol = 6,
                     .tos = l.ip_tos,
                     .ttl = l.ip_ttl,
                     .saddr = r.saddr,
                     .daddr = r.daddr},
              skb, SockId{});
}

int tcp_send_synack(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_synack, {}, sk);
  const SkbId skb = tcp_rtx_queue_head(k, sk);
  if (!skb || (k[skb].cb.tcp_flags & TCPHDR_SYN) == 0) return -14;
  if ((k[skb].cb.tcp_flags & TCPHDR_ACK) == 0) {
    add_flags(k, skb, TCPHDR_ACK);
    tcp_ecn_send_synack(k, sk, skb);
  }
  return tcp_transmit_skb(k, sk, skb, true);
}

int tcp_connect(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_connect, {}, sk);
  tcp_connect_init(k, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const SkbId syn = tcp_stream_alloc_skb(k, sk, 0, true);
  tcp_init_nondata_skb(k, syn, tp.write_seq, TCPHDR_SYN);
  k.put(k[syn].sk, sk);
  tcp_mstamp_refresh(k, sk);
  k.put(tp.retrans_stamp, tcp_time_stamp_ts(k, tp));
  const auto truesize = static_cast<std::int32_t>(k[syn].truesize);
  tcp_wmem_queued_add(k, sk, truesize);
  sk_mem_charge(k, sk, truesize);
  k.set(tp.write_seq, k[syn].cb.end_seq);
  k.set(tp.packets_out, tp.packets_out + 1);
  tcp_ecn_send_syn(k, sk, syn);
  tcp_queue_as_sent(k, sk, syn);
  const int err = tcp_transmit_skb(k, sk, syn, true);
  if (err == -111) return err;
  // Only now, so that this segment counts as sent for the first time.
  k.set(tp.snd_nxt, tp.write_seq);
  k.put(tp.pushed_seq, tp.write_seq);
  k.count(Counter::TcpActiveOpens);
  tcp_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, s.icsk.rto, false);
  return 0;
}

void tcp_send_fin(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_fin, {}, sk);
  const Sock& s = k[sk];
  const SkbId tail = tcp_write_queue_tail(k, sk);
  const bool unsent_tail = tail && tcp_send_head(k, sk);
  SkbId carrier = unsent_tail ? tail : SkbId{};
  if (!carrier && k.net().tcp_memory_pressure != 0) carrier = tcp_rtx_queue_tail(k, sk);
  if (k.decide("fin_rides_on_data", static_cast<bool>(carrier))) {
    k.about(carrier, sk);
    add_flags(k, carrier, TCPHDR_FIN);
    k.put(k[carrier].cb.end_seq, k[carrier].cb.end_seq + 1);
    k.set(s.tp.write_seq, s.tp.write_seq + 1);
    if (!unsent_tail) {
      // That segment has left already: the FIN goes when it is retransmitted.
      k.set(s.tp.snd_nxt, s.tp.snd_nxt + 1);
      return;
    }
  } else {
    const SkbId fin = tcp_alloc_bare_skb(k);
    k.put(k[fin].sk, sk);
    sk_forced_mem_schedule(k, sk, k[fin].truesize);
    tcp_init_nondata_skb(k, fin, s.tp.write_seq, TCPHDR_ACK | TCPHDR_FIN);
    tcp_queue_skb(k, sk, fin);
  }
  __tcp_push_pending_frames(k, sk, tcp_current_mss(k, sk), TCP_NAGLE_OFF);
}

void tcp_send_active_reset(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_active_reset, {}, sk);
  k.count(Counter::TcpOutRsts);
  const SkbId skb = tcp_alloc_bare_skb(k);
  tcp_init_nondata_skb(k, skb, tcp_acceptable_seq(k[sk].tp), TCPHDR_ACK | TCPHDR_RST);
  tcp_mstamp_refresh(k, sk);
  if (tcp_transmit_skb(k, sk, skb, false) != 0) k.count(Counter::TCPAbortFailed);
}

void tcp_write_queue_purge(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  tcp_chrono_stop(k, sk, TCP_CHRONO_BUSY);
  while (const SkbId skb = s.write_queue.head) tcp_write_queue_unlink_and_free(k, sk, skb);
  tcp_rtx_queue_purge(k, sk);
  tcp_clear_all_retrans_hints(k, sk);
  if (k.profile.sender.purge_resets_counts) {
    k.set(s.tp.packets_out, 0u);
    k.set(s.icsk.backoff, std::uint8_t{0});
  } else {
    sk_mem_reclaim(k, sk);
  }
}

void tcp_rtx_queue_purge(Kernel& k, SockId sk) {
  k.put(k[sk].tp.highest_sack, SkbId{});
  while (const SkbId skb = tcp_rtx_queue_head(k, sk)) tcp_rtx_queue_unlink_and_free(k, sk, skb);
}

}  // namespace ringside
