// net/ipv4/tcp_input.c: tcp_ack(): what an acknowledgement changes for the sender.
#include "core/kernel/net/ipv4/tcp_ack.h"

#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

void tcp_snd_una_update(Kernel& k, SockId sk, Seq ack) {
  const TcpSock& tp = k[sk].tp;
  k.set(tp.bytes_acked, tp.bytes_acked + (ack - tp.snd_una));
  k.set(tp.snd_una, ack);
}

/// tcp_may_update_window(): is this segment's window newer than the one we know?
bool tcp_may_update_window(Kernel& k, const TcpSock& tp, Seq ack, Seq ack_seq, std::uint32_t nwin) {
  if (after(ack, tp.snd_una) || after(ack_seq, tp.snd_wl1)) return true;
  return ack_seq == tp.snd_wl1 &&
         (nwin > tp.snd_wnd || (k.profile.sender.zero_window_always_counts && nwin == 0));
}

std::uint32_t tcp_ack_update_window(Kernel& k, SockId sk, SkbId skb, Seq ack, Seq ack_seq) {
  auto f = k.enter(Fn::tcp_ack_update_window, skb, sk);
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  std::uint32_t flag = 0;
  std::uint32_t nwin = cb.window;
  if ((cb.tcp_flags & TCPHDR_SYN) == 0) nwin <<= tp.rx_opt.snd_wscale;
  if (k.decide("window_update", tcp_may_update_window(k, tp, ack, ack_seq, nwin),
               {{"window", nwin}, {"snd_wnd", tp.snd_wnd}})) {
    flag |= FLAG_WIN_UPDATE;
    k.put(tp.snd_wl1, ack_seq);
    if (tp.snd_wnd != nwin) {
      k.set(tp.snd_wnd, nwin);
      // The header prediction holds the window: it is made anew.
      k.set(tp.pred_flags, 0u);
      tcp_fast_path_check(k, sk);
      if (tcp_send_head(k, sk)) tcp_slow_start_after_idle_check(k, sk);
      if (nwin > tp.max_window) {
        k.put(tp.max_window, nwin);
        tcp_sync_mss(k, sk, k[sk].icsk.pmtu_cookie);
      }
    }
  }
  tcp_snd_una_update(k, sk, ack);
  return flag;
}

bool tcp_ack_is_dubious(Kernel& k, SockId sk, std::uint32_t flag) {
  return k.decide(
      "ack_is_dubious",
      (flag & FLAG_NOT_DUP) == 0 || (flag & FLAG_CA_ALERT) != 0 || k[sk].icsk.ca_state != TCP_CA_Open,
      {{"ca_state", k[sk].icsk.ca_state}, {"flag", flag}});
}

void tcp_cong_control(Kernel& k, SockId sk, Seq ack, std::uint32_t acked_sacked, std::uint32_t flag,
                      const RateSample& rs) {
  auto f = k.enter(Fn::tcp_cong_control, {}, sk);
  const Sock& s = k[sk];
  const bool reorders = s.tp.reordering > static_cast<std::uint32_t>(k.sysctl().tcp_reordering);
  const bool may_raise = (flag & (reorders ? FLAG_FORWARD_PROGRESS : FLAG_DATA_ACKED)) != 0;
  if (tcp_in_cwnd_reduction(s)) {
    tcp_cwnd_reduction(k, sk, static_cast<std::int32_t>(acked_sacked), static_cast<std::int32_t>(rs.losses),
                       flag);
  } else if (k.decide("may_raise_cwnd", may_raise, {{"flag", flag}})) {
    tcp_ca_cong_avoid(k, sk, ack, acked_sacked);
    k.put(s.tp.snd_cwnd_stamp, k.jiffies());
  }
  tcp_update_pacing_rate(k, sk);
}

void tcp_xmit_recovery(Kernel& k, SockId sk, Rexmit rexmit) {
  const Sock& s = k[sk];
  if (rexmit == Rexmit::none || (!k.profile.sender.forward_acks && s.state == TcpState::syn_sent)) return;
  if (rexmit == Rexmit::new_data) {
    __tcp_push_pending_frames(k, sk, tcp_current_mss(k, sk), TCP_NAGLE_OFF);
    if (after(s.tp.snd_nxt, s.tp.high_seq)) return;
    k.put(s.tp.frto, std::uint8_t{0});
  }
  tcp_xmit_retransmit_queue(k, sk);
}

void tcp_set_xmit_timer(Kernel& k, SockId sk) {
  if (!tcp_schedule_loss_probe(k, sk, k.profile.sender.tlp_adds_to_rtt)) tcp_rearm_rto(k, sk);
}

/// tcp_ack_probe(): nothing is in flight; does the window let the next segment go?
void tcp_ack_probe(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const SkbId head = tcp_send_head(k, sk);
  if (!head) return;
  if (k.decide("window_opened", !after(k[head].cb.end_seq, tcp_wnd_end(s.tp)),
               {{"end_seq", k[head].cb.end_seq}, {"wnd_end", tcp_wnd_end(s.tp)}})) {
    k.set(s.icsk.backoff, std::uint8_t{0});
    k.put(s.icsk.probes_tstamp, std::int64_t{0});
    inet_csk_clear_xmit_timer(k, sk, ICSK_TIME_PROBE0);
    return;
  }
  const std::int64_t when = tcp_probe0_when(k, sk, tcp_rto_max(k, sk));
  tcp_reset_xmit_timer(k, sk, ICSK_TIME_PROBE0, tcp_clamp_probe0_to_user_timeout(k, sk, when), true);
}

/// Everything that lives through one tcp_ack().
struct AckRun {
  RateSample rs;
  SackState sack;
  Rexmit rexmit = Rexmit::none;
  Seq ack = 0, ack_seq = 0, prior_snd_una = 0;
  std::uint32_t flag = 0, acked = 0, num_dupack = 0, prior_packets = 0, prior_fack = 0, delivered = 0,
                lost = 0;
  bool is_sack_reneg = false;
};

std::uint32_t newly_delivered(Kernel& k, SockId sk, const AckRun& run) {
  const std::uint32_t delivered = k[sk].tp.delivered - run.delivered;
  if (k.profile.sender.forward_acks || delivered == 0) return delivered;
  k.count(Counter::TCPDelivered, delivered);
  if ((run.flag & FLAG_ECE) != 0) k.count(Counter::TCPDeliveredCE, delivered);
  return delivered;
}

void alert(Kernel& k, SockId sk, AckRun& run) {
  tcp_fastretrans_alert(k, sk, run.acked, run.prior_snd_una, run.num_dupack, run.flag, run.rexmit);
}

/// An ACK below snd_una. It can still carry fresh SACK blocks.
int old_ack(Kernel& k, SockId sk, SkbId skb, AckRun& run) {
  const TcpSock& tp = k[sk].tp;
  std::uint32_t max_window = tp.max_window;
  if (k.profile.sender.bounds_old_acks)
    max_window = static_cast<std::uint32_t>(std::min<std::uint64_t>(max_window, tp.bytes_acked));
  if (k.decide("ack_too_old", before(run.ack, run.prior_snd_una - max_window),
               {{"ack", run.ack}, {"snd_una", run.prior_snd_una}, {"max_window", max_window}})) {
    if ((run.flag & FLAG_NO_CHALLENGE_ACK) == 0) tcp_send_challenge_ack(k, sk);
    return -static_cast<int>(Drop::TCP_TOO_OLD_ACK);
  }
  if ((run.flag & FLAG_SLOWPATH) != 0 && tp.rx_opt.sack_count != 0) {
    run.flag |= tcp_sacktag_write_queue(k, sk, skb, run.prior_snd_una, run.sack);
    if (run.sack.sack_delivered != 0) tcp_count_delivered(k, sk, run.sack.sack_delivered, false);
    alert(k, sk, run);
    newly_delivered(k, sk, run);
    tcp_xmit_recovery(k, sk, run.rexmit);
  }
  return 0;
}

/// Window, SACK blocks and ECN echo of a segment that header prediction did not settle.
void slow_path(Kernel& k, SockId sk, SkbId skb, AckRun& run) {
  const TcpSock& tp = k[sk].tp;
  if (run.ack_seq != k[skb].cb.end_seq)
    run.flag |= FLAG_DATA;
  else
    k.count(Counter::TCPPureAcks);
  run.flag |= tcp_ack_update_window(k, sk, skb, run.ack, run.ack_seq);
  if ((run.flag & FLAG_SLOWPATH) != 0 && tp.rx_opt.sack_count != 0)
    run.flag |= tcp_sacktag_write_queue(k, sk, skb, run.prior_snd_una, run.sack);
  const std::uint16_t bits = k[skb].cb.tcp_flags;
  if ((bits & TCPHDR_ECE) != 0 && (bits & TCPHDR_SYN) == 0 && (tp.ecn_flags & TCP_ECN_OK) != 0)
    run.flag |= FLAG_ECE;
  if (run.sack.sack_delivered != 0)
    tcp_count_delivered(k, sk, run.sack.sack_delivered, (run.flag & FLAG_ECE) != 0);
}

/// tcp_ecn_accept_cwr(): the peer has reduced its window; we stop telling it to.
void accept_cwr(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const TcpCb& cb = k[skb].cb;
  if ((cb.tcp_flags & TCPHDR_CWR) == 0) return;
  k.set(s.tp.ecn_flags, static_cast<std::uint8_t>(s.tp.ecn_flags & ~TCP_ECN_DEMAND_CWR));
  if (cb.seq != cb.end_seq)
    k.set(s.icsk.ack.pending, static_cast<std::uint8_t>(s.icsk.ack.pending | ICSK_ACK_NOW));
}

/// Nothing was in flight: a D-SACK may undo, the window may have opened.
int no_queue(Kernel& k, SockId sk, AckRun& run) {
  if ((run.flag & FLAG_DSACKING_ACK) != 0) {
    alert(k, sk, run);
    newly_delivered(k, sk, run);
  }
  tcp_ack_probe(k, sk);
  tcp_process_tlp_ack(k, sk, run.ack, run.flag);
  return 1;
}

int with_queue(Kernel& k, SockId sk, SkbId skb, AckRun& run) {
  const TcpSock& tp = k[sk].tp;
  const bool timer_first = k.profile.sender.timer_before_alert;
  run.flag |= tcp_clean_rtx_queue(k, sk, run.prior_fack, run.prior_snd_una, run.acked, run.sack,
                                  (run.flag & FLAG_ECE) != 0);
  if (k.profile.sender.adaptive_reo_wnd) tcp_rack_update_reo_wnd(k, sk, run.rs);
  tcp_process_tlp_ack(k, sk, run.ack, run.flag);
  if (timer_first && (run.flag & FLAG_SET_XMIT_TIMER) != 0) tcp_set_xmit_timer(k, sk);
  if (tcp_ack_is_dubious(k, sk, run.flag)) {
    const std::uint32_t not_dup =
        FLAG_SND_UNA_ADVANCED | FLAG_NOT_DUP | (timer_first ? 0u : std::uint32_t{FLAG_DSACKING_ACK});
    if ((run.flag & not_dup) == 0) {
      run.num_dupack = 1;
      // Several may have been merged while the socket was locked.
      if (!timer_first && (run.flag & FLAG_DATA) == 0)
        run.num_dupack = std::max<std::uint32_t>(1, k[skb].gso_segs);
    }
    alert(k, sk, run);
  }
  if (!timer_first && (run.flag & FLAG_SET_XMIT_TIMER) != 0) tcp_set_xmit_timer(k, sk);
  const std::uint32_t delivered = newly_delivered(k, sk, run);
  run.rs.is_ack_delayed = (run.flag & FLAG_ACK_MAYBE_DELAYED) != 0;
  tcp_rate_gen(k, sk, delivered, tp.lost - run.lost, run.is_sack_reneg, run.rs);
  tcp_cong_control(k, sk, run.ack, delivered, run.flag, run.rs);
  tcp_xmit_recovery(k, sk, run.rexmit);
  return 1;
}

}  // namespace

int tcp_ack(Kernel& k, SockId sk, SkbId skb, std::uint32_t flag) {
  auto f = k.enter(Fn::tcp_ack, skb, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  AckRun run;
  run.sack.rate = &run.rs;
  run.flag = flag;
  run.ack = k[skb].cb.ack_seq;
  run.ack_seq = k[skb].cb.seq;
  run.prior_snd_una = tp.snd_una;
  run.prior_packets = tp.packets_out;
  run.delivered = tp.delivered;
  run.lost = tp.lost;
  run.is_sack_reneg = tp.is_sack_reneg != 0;
  if (before(run.ack, run.prior_snd_una)) return old_ack(k, sk, skb, run);
  if (k.decide("ack_of_unsent_data", after(run.ack, tp.snd_nxt),
               {{"ack", run.ack}, {"snd_nxt", tp.snd_nxt}})) {
    if (k.profile.sender.challenges_future_acks && (run.flag & FLAG_NO_CHALLENGE_ACK) == 0)
      tcp_send_challenge_ack(k, sk);
    return -static_cast<int>(Drop::TCP_ACK_UNSENT_DATA);
  }
  if (after(run.ack, run.prior_snd_una)) {
    run.flag |= FLAG_SND_UNA_ADVANCED;
    k.set(s.icsk.retransmits, std::uint8_t{0});
  }
  run.prior_fack = k.profile.sender.forward_acks ? tp.fackets_out
                   : tcp_is_sack(tp)             ? tcp_highest_sack_seq(k, sk)
                                                 : tp.snd_una;
  run.rs.prior_in_flight = tcp_packets_in_flight(tp);
  if ((run.flag & FLAG_UPDATE_TS_RECENT) != 0) run.flag |= tcp_replace_ts_recent(k, sk, run.ack_seq);
  if ((run.flag & (FLAG_SLOWPATH | FLAG_SND_UNA_ADVANCED)) == FLAG_SND_UNA_ADVANCED) {
    k.put(tp.snd_wl1, run.ack_seq);
    tcp_snd_una_update(k, sk, run.ack);
    run.flag |= FLAG_WIN_UPDATE;
    k.count(Counter::TCPHPAcks);
  } else {
    slow_path(k, sk, skb, run);
  }
  if (k.profile.sender.accepts_cwr_on_acks) accept_cwr(k, sk, skb);
  k.set(s.sk_err_soft, 0);
  k.set(s.icsk.probes_out, std::uint8_t{0});
  k.put(tp.rcv_tstamp, k.jiffies());
  return run.prior_packets == 0 ? no_queue(k, sk, run) : with_queue(k, sk, skb, run);
}

void tcp_data_snd_check(Kernel& k, SockId sk) {
  tcp_push_pending_frames(k, sk);
  tcp_check_space(k, sk);
}

}  // namespace ringside
