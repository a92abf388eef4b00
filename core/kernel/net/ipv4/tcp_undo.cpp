// net/ipv4/tcp_input.c: a reduction is taken back when D-SACKs or timestamps (Eifel, RFC 3522) prove that
// nothing was lost.
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

/// tcp_packet_delayed(): the ACK was caused by an original, not by a retransmission.
bool tcp_packet_delayed(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (tp.retrans_stamp != 0) return tcp_tsopt_ecr_before(tp, tp.retrans_stamp);
  if (k.profile.sender.forward_acks) return true;
  if (!tcp_is_sack(tp) && !before(tp.snd_una, tp.high_seq)) return false;
  return s.state != TcpState::syn_sent;
}

bool tcp_may_undo(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  return k.decide("may_undo", tp.undo_marker != 0 && (tp.undo_retrans == 0 || tcp_packet_delayed(k, sk)),
                  {{"undo_marker", tp.undo_marker},
                   {"undo_retrans", tp.undo_retrans},
                   {"retrans_stamp", tp.retrans_stamp},
                   {"rcv_tsecr", tp.rx_opt.rcv_tsecr}});
}

void tcp_undo_cwnd_reduction(Kernel& k, SockId sk, bool unmark_loss) {
  auto f = k.enter(Fn::tcp_undo_cwnd_reduction, {}, sk);
  const TcpSock& tp = k[sk].tp;
  if (unmark_loss) {
    for (SkbId skb = tcp_rtx_queue_head(k, sk); skb; skb = tcp_rtx_next(k, sk, skb))
      k.set(k[skb].cb.sacked, static_cast<std::uint8_t>(k[skb].cb.sacked & ~TCPCB_LOST));
    k.set(tp.lost_out, 0u);
    tcp_clear_all_retrans_hints(k, sk);
  }
  if (tp.prior_ssthresh != 0) {
    k.set(tp.snd_cwnd, tcp_ca_undo_cwnd(k, sk));
    if (tp.prior_ssthresh > tp.snd_ssthresh) {
      k.set(tp.snd_ssthresh, tp.prior_ssthresh);
      k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags & ~TCP_ECN_QUEUE_CWR));
    }
  }
  k.put(tp.snd_cwnd_stamp, k.jiffies());
  k.put(tp.undo_marker, Seq{0});
  if (!k.profile.sender.forward_acks) k.put(tp.rack.advanced, std::uint8_t{1});
}

/// tcp_is_non_sack_preventing_reopen(): without SACK, state is held until something above high_seq is ACKed.
bool holds_old_state(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.snd_una != tp.high_seq || !tcp_is_reno(tp)) return false;
  if (!tcp_any_retrans_done(k, sk)) k.put(tp.retrans_stamp, 0u);
  return true;
}

void reopen(Kernel& k, SockId sk) {
  tcp_set_ca_state(k, sk, TCP_CA_Open);
  k.put(k[sk].tp.is_sack_reneg, std::uint8_t{0});
}

}  // namespace

bool tcp_tsopt_ecr_before(const TcpSock& tp, std::uint32_t when) {
  return tp.rx_opt.saw_tstamp != 0 && tp.rx_opt.rcv_tsecr != 0 && before(tp.rx_opt.rcv_tsecr, when);
}

bool tcp_any_retrans_done(Kernel& k, SockId sk) {
  if (k[sk].tp.retrans_out != 0) return true;
  const SkbId head = tcp_rtx_queue_head(k, sk);
  return head && (k[head].cb.sacked & TCPCB_EVER_RETRANS) != 0;
}

bool tcp_try_undo_recovery(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (tcp_may_undo(k, sk)) {
    tcp_undo_cwnd_reduction(k, sk, false);
    k.count(s.icsk.ca_state == TCP_CA_Loss ? Counter::TCPLossUndo : Counter::TCPFullUndo);
  } else if (s.tp.rack.reo_wnd_persist != 0) {
    k.put(s.tp.rack.reo_wnd_persist, static_cast<std::uint8_t>(s.tp.rack.reo_wnd_persist - 1));
  }
  if (holds_old_state(k, sk)) return true;
  reopen(k, sk);
  return false;
}

bool tcp_try_undo_dsack(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.undo_marker == 0 || tp.undo_retrans != 0) return false;
  constexpr int kRecoveryThresh = 16;
  k.put(tp.rack.reo_wnd_persist,
        static_cast<std::uint8_t>(std::min(kRecoveryThresh, tp.rack.reo_wnd_persist + 1)));
  tcp_undo_cwnd_reduction(k, sk, false);
  k.count(Counter::TCPDSACKUndo);
  return true;
}

bool tcp_try_undo_loss(Kernel& k, SockId sk, bool frto_undo) {
  const Sock& s = k[sk];
  if (!frto_undo && !tcp_may_undo(k, sk)) return false;
  tcp_undo_cwnd_reduction(k, sk, true);
  k.count(Counter::TCPLossUndo);
  if (frto_undo) k.count(Counter::TCPSpuriousRTOs);
  k.set(s.icsk.retransmits, std::uint8_t{0});
  if (!k.profile.sender.forward_acks && holds_old_state(k, sk)) return true;
  if (frto_undo || tcp_is_sack(s.tp)) reopen(k, sk);
  return true;
}

bool tcp_try_undo_partial(Kernel& k, SockId sk, std::uint32_t acked, Seq prior_snd_una) {
  const TcpSock& tp = k[sk].tp;
  if (tp.undo_marker == 0 || !k.decide("packet_delayed", tcp_packet_delayed(k, sk))) return false;
  const bool fack = k.profile.sender.forward_acks;
  if (fack)
    tcp_note_reordering(k, sk, (tcp_is_reno(tp) ? tp.sacked_out + 1 : tp.fackets_out) + acked, true);
  else
    tcp_check_sack_reordering(k, sk, prior_snd_una, true);
  if (tp.retrans_out != 0) return true;
  if (!tcp_any_retrans_done(k, sk)) k.put(tp.retrans_stamp, 0u);
  tcp_undo_cwnd_reduction(k, sk, true);
  k.count(Counter::TCPPartialUndo);
  tcp_try_keep_open(k, sk);
  return fack;
}

}  // namespace ringside
