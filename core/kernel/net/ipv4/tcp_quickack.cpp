// net/ipv4/tcp_input.c: what the receiver learns from data about the sender, and how eagerly it ACKs.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

/// Flags that make a short segment say nothing about the sender's segment size (TCP_REMNANT).
constexpr std::uint16_t kRemnant = TCPHDR_FIN | TCPHDR_URG | TCPHDR_SYN | TCPHDR_PSH;

/// 6.18: how much window a byte of memory is worth, measured on this segment.
void learn_scaling_ratio(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const std::uint64_t value = (std::uint64_t{k[skb].len} << 8) / k[skb].truesize;
  const std::uint32_t old_ratio = tp.scaling_ratio;
  k.set(tp.scaling_ratio, static_cast<std::uint32_t>(value != 0 ? value : 1));
  if (old_ratio == tp.scaling_ratio) return;
  k.profile.sockopt.set_window_clamp(k, sk, tcp_win_from_space(k, sk, k[sk].sk_rcvbuf));
  if (tp.window_clamp < tp.rcvq_space.space) k.set(tp.rcvq_space.space, tp.window_clamp);
}

/// A segment shorter than rcv_mss. True: two of the same size came in a row, and rcv_mss is theirs now.
bool measure_short_segment(Kernel& k, SockId sk, SkbId skb, std::uint32_t len, std::uint32_t last) {
  const SkBuff& s = k[skb];
  const IcskAck& ack = k[sk].icsk.ack;
  const std::uint32_t with_header = len + (s.data_off - s.transport_off);
  const bool looks_full = with_header >= TCP_MSS_DEFAULT + 20 ||
                          (with_header >= TCP_MIN_MSS + 20 && (s.cb.tcp_flags & kRemnant) == 0);
  if (!looks_full) return false;
  const auto payload = static_cast<std::uint16_t>(with_header - k[sk].tp.tcp_header_len);
  k.set(ack.last_seg_size, payload);
  if (payload != last) return false;
  k.set(ack.rcv_mss, payload);
  return true;
}

}  // namespace

void tcp_measure_rcv_mss(Kernel& k, SockId sk, SkbId skb) {
  const SkBuff& s = k[skb];
  const TcpSock& tp = k[sk].tp;
  const IcskAck& ack = k[sk].icsk.ack;
  const std::uint32_t last = ack.last_seg_size;
  k.set(ack.last_seg_size, std::uint16_t{0});
  const std::uint32_t len = s.gso_size != 0 ? s.gso_size : s.len;
  if (k.decide("segment_is_full_sized", len >= ack.rcv_mss, {{"len", len}, {"rcv_mss", ack.rcv_mss}})) {
    if (k.profile.scaling_ratio && len != ack.rcv_mss) learn_scaling_ratio(k, sk, skb);
    k.set(ack.rcv_mss, static_cast<std::uint16_t>(std::min(len, tp.advmss)));
    if (k.profile.tcp_rcv.push_marks_full_segments && has_flag(s, TCPHDR_PSH))
      add_pending(k, sk, ICSK_ACK_PUSHED);
    return;
  }
  if (measure_short_segment(k, sk, skb, len, last)) return;
  if ((ack.pending & ICSK_ACK_PUSHED) != 0) add_pending(k, sk, ICSK_ACK_PUSHED2);
  add_pending(k, sk, ICSK_ACK_PUSHED);
}

void tcp_incr_quickack(Kernel& k, SockId sk, std::uint32_t max_quickacks) {
  auto f = k.enter(Fn::tcp_incr_quickack, {}, sk);
  const IcskAck& ack = k[sk].icsk.ack;
  std::uint32_t wanted = k[sk].tp.rcv_wnd / (2u * std::max<std::uint32_t>(ack.rcv_mss, 1));
  if (wanted == 0) wanted = 2;
  const std::uint32_t capped = std::min(wanted, max_quickacks);
  if ((k.profile.tcp_rcv.quickack_cap_first ? capped : wanted) > ack.quick)
    k.set(ack.quick, static_cast<std::uint8_t>(capped));
}

bool tcp_in_pingpong_mode(const Kernel& k, const Sock& sk) {
  return sk.icsk.ack.pingpong >= k.sysctl().tcp_pingpong_thresh;
}

void tcp_exit_pingpong_mode(Kernel& k, SockId sk) { k.set(k[sk].icsk.ack.pingpong, std::uint8_t{0}); }

void tcp_enter_quickack_mode(Kernel& k, SockId sk, std::uint32_t max_quickacks) {
  auto f = k.enter(Fn::tcp_enter_quickack_mode, {}, sk);
  tcp_incr_quickack(k, sk, max_quickacks);
  tcp_exit_pingpong_mode(k, sk);
  k.set(k[sk].icsk.ack.ato, tcp_ato_min(k));
}

bool tcp_in_quickack_mode(const Kernel& k, const Sock& sk) {
  return sk.icsk.ack.quick != 0 && !tcp_in_pingpong_mode(k, sk);
}

void tcp_ecn_check_ce(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  if ((tp.ecn_flags & TCP_ECN_OK) == 0) return;
  const std::uint32_t quickacks = k.profile.tcp_rcv.ecn_quickacks;
  const auto code = static_cast<std::uint8_t>(k[skb].cb.ip_dsfield & INET_ECN_MASK);
  switch (k.choose("ecn_of_data", code)) {
    case INET_ECN_NOT_ECT:  // after ECT was seen, this is probably a retransmission
      if ((tp.ecn_flags & TCP_ECN_SEEN) != 0) tcp_enter_quickack_mode(k, sk, quickacks);
      break;
    case INET_ECN_CE:
      if ((tp.ecn_flags & TCP_ECN_DEMAND_CWR) == 0) {
        tcp_enter_quickack_mode(k, sk, quickacks);
        k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags | TCP_ECN_DEMAND_CWR));
      }
      [[fallthrough]];
    default:
      k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags | TCP_ECN_SEEN));
      break;
  }
}

void tcp_event_data_recv(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_event_data_recv, skb, sk);
  const Icsk& icsk = k[sk].icsk;
  inet_csk_schedule_ack(k, sk);
  tcp_measure_rcv_mss(k, sk, skb);
  tcp_rcv_rtt_measure(k, sk);
  const std::int64_t now = k.jiffies();
  const std::uint32_t ato_min = tcp_ato_min(k);
  if (icsk.ack.ato == 0) {  // the first data
    tcp_incr_quickack(k, sk, TCP_MAX_QUICKACKS);
    k.set(icsk.ack.ato, ato_min);
  } else {
    const std::int64_t gap = now - icsk.ack.lrcvtime;
    if (gap <= ato_min / 2) {
      k.set(icsk.ack.ato, (icsk.ack.ato >> 1) + ato_min / 2);
    } else if (gap < icsk.ack.ato) {
      k.set(icsk.ack.ato, std::min((icsk.ack.ato >> 1) + static_cast<std::uint32_t>(gap), icsk.rto));
    } else if (k.decide("sender_paused", gap > icsk.rto, {{"gap", gap}, {"rto", icsk.rto}})) {
      tcp_incr_quickack(k, sk, TCP_MAX_QUICKACKS);
      if (!k.profile.tcp_rcv.uncharge_reclaims_pages) sk_mem_reclaim(k, sk);
    }
  }
  k.set(icsk.ack.lrcvtime, now);
  tcp_ecn_check_ce(k, sk, skb);
  if (k[skb].len >= 128) tcp_grow_window(k, sk, skb, true);
}

void __tcp_ack_snd_check(Kernel& k, SockId sk, bool ofo_possible) {
  auto f = k.enter(Fn::__tcp_ack_snd_check, {}, sk);
  k.profile.tcp_rcv.ack_decision(k, sk, ofo_possible);
}

void tcp_ack_snd_check(Kernel& k, SockId sk) {
  if (inet_csk_ack_scheduled(k[sk])) __tcp_ack_snd_check(k, sk, true);
}

}  // namespace ringside
