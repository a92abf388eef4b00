// net/ipv4/tcp_recovery.c: RACK (RFC 8985). A packet is lost if one sent later was delivered and its own
// time, a round trip and some patience for reordering, is over.
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

constexpr std::int64_t kTimeoutMinTicks = 2, kTimeoutMinUs = 2000;  // TCP_TIMEOUT_MIN, TCP_TIMEOUT_MIN_US
constexpr std::int32_t kStaticReoWnd = 2, kNoDupthresh = 4;

bool sent_after(std::int64_t t1, std::int64_t t2, Seq seq1, Seq seq2) {
  return t1 > t2 || (t1 == t2 && after(seq1, seq2));
}

/// tcp_rack_reo_wnd(): how long reordering is given, microseconds.
std::uint32_t tcp_rack_reo_wnd(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (!k.profile.sender.adaptive_reo_wnd) {
    const bool wide = (tp.rack.reord != 0 || tp.lost_out == 0) && tcp_min_rtt(tp) != ~0u;
    return wide ? std::max(tcp_min_rtt(tp) >> 2, 1000u) : 1000u;
  }
  if (tp.reord_seen == 0) {
    if (s.icsk.ca_state >= TCP_CA_Recovery) return 0;
    if (tp.sacked_out >= tp.reordering && (k.sysctl().tcp_recovery & kNoDupthresh) == 0) return 0;
  }
  return std::min((tcp_min_rtt(tp) >> 2) * tp.rack.reo_wnd_steps, tp.srtt_us >> 3);
}

/// 4.13: walks the queue in sequence order. Returns the longest wait, microseconds; 0: none.
std::int64_t detect_loss_by_seq(Kernel& k, SockId sk, std::uint32_t reo_wnd) {
  const TcpSock& tp = k[sk].tp;
  std::int64_t timeout = 0;
  for (SkbId skb = tcp_rtx_queue_head(k, sk); skb; skb = tcp_rtx_next(k, sk, skb)) {
    const SkBuff& b = k[skb];
    if (!after(b.cb.end_seq, tp.snd_una) || (b.cb.sacked & TCPCB_SACKED_ACKED) != 0) continue;
    if (sent_after(tp.rack.mstamp, b.skb_mstamp_us, tp.rack.end_seq, b.cb.end_seq)) {
      const std::int64_t remaining = tcp_rack_skb_timeout(tp, b, reo_wnd);
      if (remaining < 0) {
        tcp_mark_skb_lost(k, sk, skb);
        continue;
      }
      if ((b.cb.sacked & TCPCB_LOST) != 0 && (b.cb.sacked & TCPCB_SACKED_RETRANS) == 0) continue;
      timeout = std::max(timeout, remaining + 1);
    } else if ((b.cb.sacked & TCPCB_RETRANS) == 0) {
      break;  // originals leave in order: all behind were sent later
    }
  }
  return timeout;
}

/// 6.18: walks tsorted_sent_queue, which is in order of transmission.
std::int64_t detect_loss_by_time(Kernel& k, SockId sk, std::uint32_t reo_wnd) {
  const TcpSock& tp = k[sk].tp;
  std::int64_t timeout = 0;
  for (SkbId skb = tp.tsorted_sent_queue.head; skb;) {
    const SkBuff& b = k[skb];
    const SkbId next = b.tsorted_next;
    const bool waits_for_retransmit =
        (b.cb.sacked & TCPCB_LOST) != 0 && (b.cb.sacked & TCPCB_SACKED_RETRANS) == 0;
    if (!waits_for_retransmit) {
      if (!sent_after(tp.rack.mstamp, b.skb_mstamp_us, tp.rack.end_seq, b.cb.end_seq)) break;
      const std::int64_t remaining = tcp_rack_skb_timeout(tp, b, reo_wnd);
      if (remaining <= 0) {
        tcp_mark_skb_lost(k, sk, skb);
        tcp_tsorted_del(k, sk, skb);
      } else {
        timeout = std::max(timeout, remaining);
      }
    }
    skb = next;
  }
  return timeout;
}

std::int64_t tcp_rack_detect_loss(Kernel& k, SockId sk) {
  const std::uint32_t reo_wnd = tcp_rack_reo_wnd(k, sk);
  k.remark("rack_reo_wnd", {{"reo_wnd_us", reo_wnd}, {"rtt_us", k[sk].tp.rack.rtt_us}});
  return k.profile.has_rtx_queue ? detect_loss_by_time(k, sk, reo_wnd) : detect_loss_by_seq(k, sk, reo_wnd);
}

}  // namespace

std::int64_t tcp_rack_skb_timeout(const TcpSock& tp, const SkBuff& skb, std::uint32_t reo_wnd) {
  const std::int64_t elapsed = std::max<std::int64_t>(tp.tcp_mstamp - skb.skb_mstamp_us, 0);
  return static_cast<std::int64_t>(tp.rack.rtt_us) + reo_wnd - elapsed;
}

bool tcp_rack_mark_lost(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_rack_mark_lost, {}, sk);
  const Sock& s = k[sk];
  if (s.tp.rack.advanced == 0) return false;
  k.put(s.tp.rack.advanced, std::uint8_t{0});
  const std::int64_t timeout = tcp_rack_detect_loss(k, sk);
  if (timeout == 0) return false;
  const std::int64_t ticks = k.profile.sender.adaptive_reo_wnd
                                 ? k.usecs_to_jiffies(timeout + kTimeoutMinUs)
                                 : k.usecs_to_jiffies(timeout) + kTimeoutMinTicks;
  inet_csk_reset_xmit_timer(k, sk, ICSK_TIME_REO_TIMEOUT, ticks, s.icsk.rto);
  return true;
}

void tcp_rack_advance(Kernel& k, SockId sk, std::uint8_t sacked, Seq end_seq, std::int64_t xmit_time) {
  const TcpSock& tp = k[sk].tp;
  const bool newer = sent_after(xmit_time, tp.rack.mstamp, end_seq, tp.rack.end_seq);
  if (!k.profile.sender.adaptive_reo_wnd && tp.rack.mstamp != 0 && !newer) return;
  const auto rtt_us = static_cast<std::uint32_t>(std::max<std::int64_t>(tp.tcp_mstamp - xmit_time, 0));
  // Which transmission arrived? Too soon for the retransmission: it was the original, and tells nothing.
  if ((sacked & TCPCB_RETRANS) != 0 && rtt_us < tcp_min_rtt(tp)) return;
  k.put(tp.rack.advanced, std::uint8_t{1});
  k.put(tp.rack.rtt_us, rtt_us);
  if (!newer && tp.rack.mstamp != 0) return;
  k.put(tp.rack.mstamp, xmit_time);
  k.put(tp.rack.end_seq, end_seq);
}

void tcp_rack_reo_timeout(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_rack_reo_timeout, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const std::uint32_t prior_inflight = tcp_packets_in_flight(tp), prior_lost = tp.lost;
  tcp_rack_detect_loss(k, sk);
  if (prior_inflight != tcp_packets_in_flight(tp)) {
    if (s.icsk.ca_state != TCP_CA_Recovery) {
      tcp_enter_recovery(k, sk, false);
      tcp_cwnd_reduction(k, sk, 1, static_cast<std::int32_t>(tp.lost - prior_lost), 0);
    }
    tcp_xmit_retransmit_queue(k, sk);
  }
  if (s.icsk.pending != ICSK_TIME_RETRANS) tcp_rearm_rto(k, sk);
}

void tcp_rack_update_reo_wnd(Kernel& k, SockId sk, const RateSample& rs) {
  const TcpSock& tp = k[sk].tp;
  constexpr std::uint8_t kRecoveryThresh = 16;
  if ((k.sysctl().tcp_recovery & kStaticReoWnd) != 0 || rs.prior_delivered == 0) return;
  if (before(rs.prior_delivered, tp.rack.last_delivered)) k.put(tp.rack.dsack_seen, std::uint8_t{0});
  if (tp.rack.dsack_seen != 0) {
    k.put(tp.rack.reo_wnd_steps, static_cast<std::uint8_t>(std::min(255, tp.rack.reo_wnd_steps + 1)));
    k.put(tp.rack.dsack_seen, std::uint8_t{0});
    k.put(tp.rack.last_delivered, tp.delivered);
    k.put(tp.rack.reo_wnd_persist, kRecoveryThresh);
  } else if (tp.rack.reo_wnd_persist == 0) {
    k.put(tp.rack.reo_wnd_steps, std::uint8_t{1});
  }
}

}  // namespace ringside
