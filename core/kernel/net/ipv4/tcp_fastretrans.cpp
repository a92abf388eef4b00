// net/ipv4/tcp_input.c: tcp_fastretrans_alert(), the state machine Open, Disorder, CWR, Recovery, Loss. It
// decides what is lost; how much is sent is decided elsewhere.
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

bool counts_dupacks(Kernel& k) { return k.profile.sender.forward_acks; }

/// tcp_check_sack_reneging(): the peer forgot what it had SACKed; it gets a moment to come to its senses.
bool tcp_check_sack_reneging(Kernel& k, SockId sk, std::uint32_t& flag) {
  if ((flag & FLAG_SACK_RENEGING) == 0) return false;
  if (!counts_dupacks(k) && (flag & FLAG_SND_UNA_ADVANCED) == 0) return false;
  const std::int64_t delay = std::max(k.usecs_to_jiffies(k[sk].tp.srtt_us >> 4), k.msecs_to_jiffies(10));
  tcp_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, delay, false);
  flag &= ~std::uint32_t{FLAG_SET_XMIT_TIMER};
  return true;
}

/// tcp_identify_packet_loss(); 4.13: tcp_rack_identify_loss()
void identify_loss(Kernel& k, SockId sk, std::uint32_t& flag) {
  const TcpSock& tp = k[sk].tp;
  if (counts_dupacks(k)) {
    constexpr std::int32_t kRackLossDetection = 1;
    if ((k.sysctl().tcp_recovery & kRackLossDetection) == 0) return;
  } else {
    if (tcp_rtx_queue_empty(k, sk)) return;
    if (tcp_is_reno(tp)) {
      tcp_newreno_mark_lost(k, sk, (flag & FLAG_SND_UNA_ADVANCED) != 0);
      return;
    }
  }
  const std::uint32_t prior_retrans = tp.retrans_out;
  if (tcp_rack_mark_lost(k, sk) && !counts_dupacks(k)) flag &= ~std::uint32_t{FLAG_SET_XMIT_TIMER};
  if (prior_retrans > tp.retrans_out) flag |= FLAG_LOST_RETRANS;
}

std::uint32_t tcp_fackets_out(const TcpSock& tp) {
  return tcp_is_reno(tp) ? tp.sacked_out + 1 : tp.fackets_out;
}

bool tcp_time_to_recover(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t dupacks = tcp_is_fack(k, tp) ? tp.fackets_out : tp.sacked_out + 1;
  return k.decide("time_to_recover", tp.lost_out != 0 || (counts_dupacks(k) && dupacks > tp.reordering),
                  {{"lost_out", tp.lost_out}, {"sacked_out", tp.sacked_out}, {"reordering", tp.reordering}});
}

/// tcp_update_scoreboard(): 4.13: as many duplicate ACKs as reordering allows prove the head lost.
void tcp_update_scoreboard(Kernel& k, SockId sk, bool fast_rexmit) {
  auto f = k.enter(Fn::tcp_update_scoreboard, {}, sk);
  const TcpSock& tp = k[sk].tp;
  if (tcp_is_reno(tp)) {
    tcp_mark_head_lost(k, sk, 1, true);
  } else if (tcp_is_fack(k, tp)) {
    const std::uint32_t lost = tp.fackets_out > tp.reordering ? tp.fackets_out - tp.reordering : 1;
    tcp_mark_head_lost(k, sk, lost, false);
  } else if (tp.sacked_out >= tp.reordering) {
    tcp_mark_head_lost(k, sk, tp.sacked_out - tp.reordering, false);
  } else if (fast_rexmit) {
    tcp_mark_head_lost(k, sk, 1, true);
  }
}

void tcp_try_to_open(Kernel& k, SockId sk, std::uint32_t flag) {
  if (!tcp_any_retrans_done(k, sk)) k.put(k[sk].tp.retrans_stamp, 0u);
  if ((flag & FLAG_ECE) != 0) tcp_enter_cwr(k, sk);
  if (k[sk].icsk.ca_state != TCP_CA_CWR) tcp_try_keep_open(k, sk);
}

/// F-RTO (RFC 5682): was the timeout spurious? True: decided, nothing more to do.
bool tcp_frto(Kernel& k, SockId sk, std::uint32_t flag, bool recovered, bool dupack, Rexmit& rexmit) {
  const TcpSock& tp = k[sk].tp;
  // 4.13 trusts never-retransmitted data that was (S)ACKed even when F-RTO is not running.
  const bool orig_acked = (flag & FLAG_ORIG_SACK_ACKED) != 0;
  if (counts_dupacks(k) && orig_acked && tcp_try_undo_loss(k, sk, tp.undo_marker != 0)) return true;
  if (tp.frto == 0) return false;
  if (!counts_dupacks(k) && orig_acked && tcp_try_undo_loss(k, sk, true)) return true;
  if (after(tp.snd_nxt, tp.high_seq)) {
    if ((flag & FLAG_DATA_SACKED) != 0 || dupack) k.put(tp.frto, std::uint8_t{0});  // the loss was real
  } else if ((flag & FLAG_SND_UNA_ADVANCED) != 0 && !recovered) {
    k.set(tp.high_seq, tp.snd_nxt);
    if (k.decide("frto_sends_new_data", tcp_send_head(k, sk) && after(tcp_wnd_end(tp), tp.snd_nxt))) {
      rexmit = Rexmit::new_data;
      return true;
    }
    k.put(tp.frto, std::uint8_t{0});
  }
  return false;
}

void tcp_process_loss(Kernel& k, SockId sk, std::uint32_t flag, std::uint32_t num_dupack, Rexmit& rexmit) {
  auto f = k.enter(Fn::tcp_process_loss, {}, sk);
  const TcpSock& tp = k[sk].tp;
  const bool recovered = !before(tp.snd_una, tp.high_seq);
  if ((flag & FLAG_SND_UNA_ADVANCED) != 0 && tcp_try_undo_loss(k, sk, false)) return;
  if (tcp_frto(k, sk, flag, recovered, num_dupack != 0, rexmit)) return;
  if (recovered) {
    tcp_try_undo_recovery(k, sk);
    return;
  }
  if (tcp_is_reno(tp)) {
    if (after(tp.snd_nxt, tp.high_seq) && num_dupack != 0)
      tcp_add_reno_sack(k, sk, num_dupack, (flag & FLAG_ECE) != 0);
    else if ((flag & FLAG_SND_UNA_ADVANCED) != 0)
      k.set(tp.sacked_out, 0u);
  }
  rexmit = Rexmit::lost;
}

/// States that end when high_seq is acknowledged. True: nothing more to do for this ACK.
bool leave_state(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (s.icsk.ca_state == TCP_CA_Open) {
    k.put(tp.retrans_stamp, 0u);
    return false;
  }
  if (before(tp.snd_una, tp.high_seq)) return false;
  if (s.icsk.ca_state == TCP_CA_CWR && tp.snd_una != tp.high_seq) {
    tcp_end_cwnd_reduction(k, sk);
    tcp_set_ca_state(k, sk, TCP_CA_Open);
  } else if (s.icsk.ca_state == TCP_CA_Recovery) {
    if (tcp_is_reno(tp)) k.set(tp.sacked_out, 0u);
    if (tcp_try_undo_recovery(k, sk)) return true;
    tcp_end_cwnd_reduction(k, sk);
  }
  return false;
}

/// In Recovery. True: nothing more to do for this ACK.
bool in_recovery(Kernel& k, SockId sk, std::uint32_t acked, Seq prior_snd_una, std::uint32_t num_dupack,
                 std::uint32_t& flag, bool& do_lost) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const bool ece_ack = (flag & FLAG_ECE) != 0;
  if ((flag & FLAG_SND_UNA_ADVANCED) == 0) {
    if (tcp_is_reno(tp)) tcp_add_reno_sack(k, sk, num_dupack, ece_ack);
  } else {
    if (tcp_try_undo_partial(k, sk, acked, prior_snd_una)) return true;
    do_lost = tcp_is_reno(tp) || tcp_fackets_out(tp) > tp.reordering;
  }
  if (tcp_try_undo_dsack(k, sk)) {
    if (counts_dupacks(k)) {
      tcp_try_keep_open(k, sk);
      return true;
    }
    tcp_try_to_open(k, sk, flag);
  }
  identify_loss(k, sk, flag);
  if (counts_dupacks(k) || s.icsk.ca_state == TCP_CA_Recovery) return false;
  if (!tcp_time_to_recover(k, sk)) return true;
  tcp_enter_recovery(k, sk, ece_ack);
  return false;
}

/// In all other states (and Loss that has just ended). True: nothing more to do for this ACK.
bool not_in_recovery(Kernel& k, SockId sk, std::uint32_t num_dupack, std::uint32_t& flag) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const bool ece_ack = (flag & FLAG_ECE) != 0;
  if (tcp_is_reno(tp)) {
    if ((flag & FLAG_SND_UNA_ADVANCED) != 0) k.set(tp.sacked_out, 0u);
    tcp_add_reno_sack(k, sk, num_dupack, ece_ack);
  }
  if (s.icsk.ca_state <= TCP_CA_Disorder) tcp_try_undo_dsack(k, sk);
  identify_loss(k, sk, flag);
  if (!tcp_time_to_recover(k, sk)) {
    tcp_try_to_open(k, sk, flag);
    return true;
  }
  tcp_enter_recovery(k, sk, ece_ack);
  return false;
}

}  // namespace

void tcp_try_keep_open(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const bool disorder = s.tp.sacked_out + s.tp.lost_out != 0 || tcp_any_retrans_done(k, sk);
  const std::uint8_t state = disorder ? TCP_CA_Disorder : TCP_CA_Open;
  if (s.icsk.ca_state == state) return;
  tcp_set_ca_state(k, sk, state);
  k.set(s.tp.high_seq, s.tp.snd_nxt);
}

void tcp_fastretrans_alert(Kernel& k, SockId sk, std::uint32_t acked, Seq prior_snd_una,
                           std::uint32_t num_dupack, std::uint32_t& flag, Rexmit& rexmit) {
  auto f = k.enter(Fn::tcp_fastretrans_alert, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  bool do_lost = num_dupack != 0 || ((flag & FLAG_DATA_SACKED) != 0 && tcp_fackets_out(tp) > tp.reordering);
  bool fast_rexmit = false;
  if (tp.packets_out == 0 && tp.sacked_out != 0) k.set(tp.sacked_out, 0u);
  if ((flag & FLAG_ECE) != 0) k.put(tp.prior_ssthresh, 0u);  // congestion is proven: no undo
  if (tcp_check_sack_reneging(k, sk, flag)) return;
  if (leave_state(k, sk)) return;
  const std::uint8_t state = s.icsk.ca_state;
  if (state == TCP_CA_Recovery) {
    if (in_recovery(k, sk, acked, prior_snd_una, num_dupack, flag, do_lost)) return;
  } else {
    if (state == TCP_CA_Loss) {
      tcp_process_loss(k, sk, flag, num_dupack, rexmit);
      if (s.icsk.ca_state != TCP_CA_Loss && tp.rto_stamp != 0) {
        k.put(tp.total_rto_time,
              tp.total_rto_time + static_cast<std::uint32_t>(tp.tcp_mstamp / 1000) - tp.rto_stamp);
        k.put(tp.rto_stamp, 0u);
      }
      identify_loss(k, sk, flag);
      if (s.icsk.ca_state != TCP_CA_Open && (flag & FLAG_LOST_RETRANS) == 0) return;
    }
    if (not_in_recovery(k, sk, num_dupack, flag)) return;
    fast_rexmit = true;
  }
  if (counts_dupacks(k) && do_lost) tcp_update_scoreboard(k, sk, fast_rexmit);
  rexmit = Rexmit::lost;
}

}  // namespace ringside
