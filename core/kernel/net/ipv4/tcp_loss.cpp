// net/ipv4/tcp_input.c: segments are marked lost; Recovery and Loss are entered; duplicate ACKs stand in for
// SACKs where the peer has none.
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

void put_sacked(Kernel& k, SkbId skb, unsigned bits) {
  k.set(k[skb].cb.sacked, static_cast<std::uint8_t>(bits));
}

void tcp_verify_retransmit_hint(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const SkbId hint = tp.retransmit_skb_hint;
  const bool none_wanted = !hint && (k.profile.sender.forward_acks || tp.retrans_out >= tp.lost_out);
  if (none_wanted || (hint && before(k[skb].cb.seq, k[hint].cb.seq))) k.put(tp.retransmit_skb_hint, skb);
}

void tcp_init_undo(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.put(tp.undo_marker, tp.snd_una);
  std::int32_t out = static_cast<std::int32_t>(tp.retrans_out);
  if (k.profile.sender.undo_counts_tlp && tp.tlp_high_seq != 0 && tp.tlp_retrans != 0) ++out;
  k.put(tp.undo_retrans, out != 0 ? out : -1);
}

/// tcp_limit_reno_sacked(): emulated SACKs never cover everything.
bool tcp_limit_reno_sacked(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t holes = std::min(std::max(tp.lost_out, 1u), tp.packets_out);
  if (tp.sacked_out + holes <= tp.packets_out) return false;
  k.set(tp.sacked_out, tp.packets_out - holes);
  return true;
}

void tcp_check_reno_reordering(Kernel& k, SockId sk, std::uint32_t addend) {
  const TcpSock& tp = k[sk].tp;
  if (!tcp_limit_reno_sacked(k, sk)) return;
  const std::uint32_t most = static_cast<std::uint32_t>(k.sysctl().tcp_max_reordering);
  const std::uint32_t metric = std::min(tp.packets_out + addend, most);
  if (!k.profile.sender.forward_acks || metric > tp.reordering) k.put(tp.reordering, metric);
  k.put(tp.reord_seen, tp.reord_seen + 1);
  k.put(tp.rack.reord, std::uint8_t{1});
  k.count(Counter::TCPRenoReorder);
}

/// 4.13's part of tcp_enter_loss(): everything not SACKed is lost.
void mark_all_lost(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.set(tp.retrans_out, 0u);
  k.set(tp.lost_out, 0u);
  if (tcp_is_reno(tp)) k.set(tp.sacked_out, 0u);
  const SkbId head = tcp_rtx_queue_head(k, sk);
  const bool reneg = head && (k[head].cb.sacked & TCPCB_SACKED_ACKED) != 0;
  if (k.decide("sack_reneging", reneg)) {
    k.count(Counter::TCPSACKReneging);
    k.set(tp.sacked_out, 0u);
    k.put(tp.fackets_out, 0u);
  }
  tcp_clear_all_retrans_hints(k, sk);
  for (SkbId skb = head; skb; skb = tcp_rtx_next(k, sk, skb)) {
    const std::uint8_t sacked = k[skb].cb.sacked;
    if ((sacked & TCPCB_SACKED_ACKED) != 0 && !reneg) {
      put_sacked(k, skb, sacked & (~unsigned{TCPCB_TAGBITS} | TCPCB_SACKED_ACKED));
      continue;
    }
    const std::uint32_t pcount = tcp_skb_pcount(k[skb]);
    put_sacked(k, skb, (sacked & ~unsigned{TCPCB_TAGBITS}) | TCPCB_LOST);
    k.put(tp.lost, tp.lost + pcount);
    k.set(tp.lost_out, tp.lost_out + pcount);
  }
}

/// 6.18: tcp_timeout_mark_lost(): what was sent a moment ago may still arrive.
void tcp_timeout_mark_lost(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const SkbId head = tcp_rtx_queue_head(k, sk);
  const bool reneg = head && (k[head].cb.sacked & TCPCB_SACKED_ACKED) != 0;
  if (k.decide("sack_reneging", reneg)) {
    k.count(Counter::TCPSACKReneging);
    k.set(tp.sacked_out, 0u);
    k.put(tp.is_sack_reneg, std::uint8_t{1});
  } else if (tcp_is_reno(tp)) {
    k.set(tp.sacked_out, 0u);
  }
  for (SkbId skb = head; skb; skb = tcp_rtx_next(k, sk, skb)) {
    if (reneg)
      put_sacked(k, skb, k[skb].cb.sacked & ~unsigned{TCPCB_SACKED_ACKED});
    else if (skb != head && tcp_rack_skb_timeout(tp, k[skb], 0) > 0)
      continue;
    tcp_mark_skb_lost(k, sk, skb);
  }
  tcp_clear_all_retrans_hints(k, sk);
}

std::uint32_t tcp_skb_seglen(const SkBuff& skb) {
  return tcp_skb_pcount(skb) == 1 ? skb.len : tcp_skb_mss(skb);
}

}  // namespace

void tcp_clear_all_retrans_hints(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.put(tp.lost_skb_hint, SkbId{});
  k.put(tp.retransmit_skb_hint, SkbId{});
}

void tcp_clear_retrans(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.set(tp.retrans_out, 0u);
  k.set(tp.lost_out, 0u);
  k.put(tp.undo_marker, Seq{0});
  k.put(tp.undo_retrans, -1);
  k.put(tp.fackets_out, 0u);
  k.set(tp.sacked_out, 0u);
  k.put(tp.rto_stamp, 0u);
  k.put(tp.total_rto, 0u);
  k.put(tp.total_rto_recoveries, 0u);
  k.put(tp.total_rto_time, 0u);
}

void tcp_mark_skb_lost(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const std::uint8_t sacked = k[skb].cb.sacked;
  const std::uint32_t pcount = tcp_skb_pcount(k[skb]);
  if ((sacked & TCPCB_SACKED_ACKED) != 0) return;
  tcp_verify_retransmit_hint(k, sk, skb);
  if ((sacked & TCPCB_LOST) == 0) {
    k.set(tp.lost_out, tp.lost_out + pcount);
    put_sacked(k, skb, sacked | TCPCB_LOST);
  }
  if ((sacked & TCPCB_SACKED_RETRANS) != 0 && ((sacked & TCPCB_LOST) != 0 || k.profile.sender.forward_acks)) {
    // The retransmission itself is lost.
    put_sacked(k, skb, k[skb].cb.sacked & ~unsigned{TCPCB_SACKED_RETRANS});
    k.set(tp.retrans_out, tp.retrans_out - pcount);
    k.count(Counter::TCPLostRetransmit, pcount);
    k.put(tp.lost, tp.lost + pcount);
  } else if ((sacked & TCPCB_LOST) == 0) {
    k.put(tp.lost, tp.lost + pcount);
  }
}

void tcp_mark_head_lost(Kernel& k, SockId sk, std::uint32_t packets, bool mark_head) {
  const TcpSock& tp = k[sk].tp;
  const Seq loss_high = tcp_is_sack(tp) ? tp.snd_nxt : tp.high_seq;
  SkbId skb = tcp_rtx_queue_head(k, sk);
  std::uint32_t cnt = 0;
  if (tp.lost_skb_hint) {
    if (mark_head && tp.lost_skb_hint != skb) return;
    skb = tp.lost_skb_hint;
    cnt = static_cast<std::uint32_t>(tp.lost_cnt_hint);
  }
  for (; skb; skb = tcp_rtx_next(k, sk, skb)) {
    k.put(tp.lost_skb_hint, skb);
    k.put(tp.lost_cnt_hint, static_cast<std::int32_t>(cnt));
    if (after(k[skb].cb.end_seq, loss_high)) break;
    const std::uint32_t old = cnt;
    const bool is_sacked = (k[skb].cb.sacked & TCPCB_SACKED_ACKED) != 0;
    if (tcp_is_fack(k, tp) || tcp_is_reno(tp) || is_sacked) cnt += tcp_skb_pcount(k[skb]);
    if (cnt > packets) {
      if ((tcp_is_sack(tp) && !tcp_is_fack(k, tp)) || is_sacked || old >= packets) break;
      const std::uint32_t mss = tcp_skb_mss(k[skb]);
      const std::uint32_t lost = (packets - old) * mss;
      if (lost < k[skb].len && lost != 0 && !tcp_fragment(k, sk, skb, lost, mss)) break;
      cnt = packets;
    }
    if ((k[skb].cb.sacked & (TCPCB_LOST | TCPCB_SACKED_ACKED)) == 0) {
      tcp_verify_retransmit_hint(k, sk, skb);
      const std::uint32_t pcount = tcp_skb_pcount(k[skb]);
      k.set(tp.lost_out, tp.lost_out + pcount);
      k.put(tp.lost, tp.lost + pcount);
      put_sacked(k, skb, k[skb].cb.sacked | TCPCB_LOST);
    }
    if (mark_head) break;
  }
}

void tcp_newreno_mark_lost(Kernel& k, SockId sk, bool snd_una_advanced) {
  const Sock& s = k[sk];
  const std::uint8_t state = s.icsk.ca_state;
  const bool starts = state < TCP_CA_Recovery && s.tp.sacked_out >= s.tp.reordering;
  if (!k.decide("newreno_head_lost", starts || (state == TCP_CA_Recovery && snd_una_advanced),
                {{"sacked_out", s.tp.sacked_out}, {"reordering", s.tp.reordering}}))
    return;
  const SkbId head = tcp_rtx_queue_head(k, sk);
  if (!head || (k[head].cb.sacked & TCPCB_LOST) != 0) return;
  const std::uint32_t mss = tcp_skb_mss(k[head]);
  if (tcp_skb_pcount(k[head]) > 1 && k[head].len > mss) tcp_fragment(k, sk, head, mss, mss);
  tcp_mark_skb_lost(k, sk, head);
}

void tcp_add_reno_sack(Kernel& k, SockId sk, std::uint32_t num_dupack, bool ece_ack) {
  if (num_dupack == 0) return;
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t prior = tp.sacked_out;
  k.set(tp.sacked_out, tp.sacked_out + num_dupack);
  tcp_check_reno_reordering(k, sk, 0);
  if (tp.sacked_out > prior) tcp_count_delivered(k, sk, tp.sacked_out - prior, ece_ack);
}

void tcp_remove_reno_sacks(Kernel& k, SockId sk, std::uint32_t acked, bool ece_ack) {
  const TcpSock& tp = k[sk].tp;
  if (acked > 0) {
    // One ACK fills the hole; the others stand for the duplicates that came before.
    tcp_count_delivered(k, sk, std::max(acked > tp.sacked_out ? acked - tp.sacked_out : 0, 1u), ece_ack);
    k.set(tp.sacked_out, acked - 1 >= tp.sacked_out ? 0 : tp.sacked_out - (acked - 1));
  }
  tcp_check_reno_reordering(k, sk, acked);
}

void tcp_enter_loss(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_enter_loss, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const bool by_rack = !k.profile.sender.forward_acks;
  const bool new_recovery = s.icsk.ca_state < TCP_CA_Recovery;
  if (by_rack) tcp_timeout_mark_lost(k, sk);
  // The threshold falls once for each window.
  if (s.icsk.ca_state <= TCP_CA_Disorder || !after(tp.high_seq, tp.snd_una) ||
      (s.icsk.ca_state == TCP_CA_Loss && s.icsk.retransmits == 0)) {
    k.put(tp.prior_ssthresh, tcp_current_ssthresh(s));
    if (by_rack) k.put(tp.prior_cwnd, tp.snd_cwnd);
    k.set(tp.snd_ssthresh, tcp_ca_ssthresh(k, sk));
    tcp_ca_event(k, sk, CaEvent::loss);
    tcp_init_undo(k, sk);
  }
  k.set(tp.snd_cwnd, by_rack ? tcp_packets_in_flight(tp) + 1 : 1);
  k.put(tp.snd_cwnd_cnt, 0u);
  k.put(tp.snd_cwnd_stamp, k.jiffies());
  if (!by_rack) mark_all_lost(k, sk);
  const auto reordering = static_cast<std::uint32_t>(k.sysctl().tcp_reordering);
  if (s.icsk.ca_state <= TCP_CA_Disorder && tp.sacked_out >= reordering)
    k.put(tp.reordering, std::min(tp.reordering, reordering));
  tcp_set_ca_state(k, sk, TCP_CA_Loss);
  k.set(tp.high_seq, tp.snd_nxt);
  if (by_rack) k.put(tp.tlp_high_seq, Seq{0});
  if ((tp.ecn_flags & TCP_ECN_OK) != 0)
    k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags | TCP_ECN_QUEUE_CWR));
  const bool frto = k.sysctl().tcp_frto != 0 && (new_recovery || s.icsk.retransmits != 0);
  k.put(tp.frto, static_cast<std::uint8_t>(frto ? 1 : 0));
}

void tcp_enter_recovery(Kernel& k, SockId sk, bool ece_ack) {
  auto f = k.enter(Fn::tcp_enter_recovery, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (k.profile.sender.cleans_retrans_stamp && !tcp_any_retrans_done(k, sk)) k.put(tp.retrans_stamp, 0u);
  k.count(tcp_is_reno(tp) ? Counter::TCPRenoRecovery : Counter::TCPSackRecovery);
  k.put(tp.prior_ssthresh, 0u);
  tcp_init_undo(k, sk);
  if (!tcp_in_cwnd_reduction(s)) {
    if (!ece_ack) k.put(tp.prior_ssthresh, tcp_current_ssthresh(s));
    tcp_init_cwnd_reduction(k, sk);
  }
  tcp_set_ca_state(k, sk, TCP_CA_Recovery);
}

void tcp_simple_retransmit(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const std::uint32_t mss = tcp_current_mss(k, sk), prior_lost = tp.lost_out;
  for (SkbId skb = tcp_rtx_queue_head(k, sk); skb; skb = tcp_rtx_next(k, sk, skb))
    if (tcp_skb_seglen(k[skb]) > mss) tcp_mark_skb_lost(k, sk, skb);
  if (tp.lost_out == 0 || (k.profile.sender.forward_acks && tp.lost_out == prior_lost)) return;
  if (tcp_is_reno(tp)) tcp_limit_reno_sacked(k, sk);
  if (s.icsk.ca_state != TCP_CA_Loss) {
    k.set(tp.high_seq, tp.snd_nxt);
    k.set(tp.snd_ssthresh, tcp_current_ssthresh(s));
    k.put(tp.prior_ssthresh, 0u);
    k.put(tp.undo_marker, Seq{0});
    tcp_set_ca_state(k, sk, TCP_CA_Loss);
  }
  tcp_xmit_retransmit_queue(k, sk);
}

void tcp_mtu_reduced(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const std::uint32_t mtu = s.tp.mtu_info;
  if (tcp_state_in(s, tcpf(TcpState::listen, TcpState::close)) || mtu == 0) return;
  k.put(s.path_mtu, mtu);
  if (s.icsk.pmtu_cookie <= mtu) return;
  tcp_sync_mss(k, sk, mtu);
  tcp_simple_retransmit(k, sk);
}

}  // namespace ringside
