// net/ipv4/tcp_output.c, tcp_input.c: tail loss probes (RFC 8985 section 7). If the last segments of a flight
// are lost nothing tells of it; one probe draws an ACK long before the retransmission timeout.
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

std::int64_t probe_timeout(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (!k.profile.sender.tlp_adds_to_rtt) {
    // 4.13: two round trips; for a lone packet also time for a delayed ACK; at least 10 ms.
    const std::int64_t rtt = k.usecs_to_jiffies(tp.srtt_us >> 3);
    std::int64_t timeout = rtt != 0 ? rtt << 1 : tcp_timeout_init(k);
    if (tp.packets_out == 1) timeout = std::max(timeout, rtt + (rtt >> 1) + k.hz() / 5);
    return std::max(timeout, k.msecs_to_jiffies(10));
  }
  if (tp.srtt_us == 0) return tcp_timeout_init(k);
  const std::int64_t slack = tp.packets_out == 1 ? k.jiffies_to_usecs(tcp_rto_min(k, sk)) : 2000;
  return k.usecs_to_jiffies((tp.srtt_us >> 2) + slack);
}

/// Splits the last segment off, if needed, and retransmits it. False: nothing was sent.
bool retransmit_last(Kernel& k, SockId sk, std::uint32_t mss) {
  SkbId skb = tcp_rtx_queue_tail(k, sk);
  if (!skb || skb_fclone_busy(k, skb)) return false;
  const std::uint32_t pcount = tcp_skb_pcount(k[skb]);
  if (pcount > 1 && k[skb].len > (pcount - 1) * mss) {
    if (!tcp_fragment(k, sk, skb, (pcount - 1) * mss, mss)) return false;
    skb = tcp_rtx_next(k, sk, skb);
  }
  return skb && tcp_retransmit_skb_once(k, sk, skb, 1) == 0;
}

/// True if a probe left.
bool send_probe(Kernel& k, SockId sk, std::uint32_t mss) {
  const TcpSock& tp = k[sk].tp;
  const bool one_of_any_kind =
      k.profile.sender.tlp_adds_to_rtt;  // 6.18: new data counts as the one probe too
  if (one_of_any_kind && tp.tlp_high_seq != 0) return false;
  if (one_of_any_kind) k.put(tp.tlp_retrans, std::uint8_t{0});
  const SkbId head = tcp_send_head(k, sk);
  if (k.decide("tlp_sends_new_data", head && tcp_snd_wnd_test(tp, k[head], mss))) {
    const std::uint32_t pcount = tp.packets_out;
    tcp_write_xmit(k, sk, mss, TCP_NAGLE_OFF, 2);
    if (tp.packets_out <= pcount) return false;
    if (one_of_any_kind) k.put(tp.tlp_high_seq, tp.snd_nxt);
    return true;
  }
  if (tp.tlp_high_seq != 0) return false;
  if (!retransmit_last(k, sk, mss)) return false;
  k.put(tp.tlp_retrans, std::uint8_t{1});
  k.put(tp.tlp_high_seq, tp.snd_nxt);
  return true;
}

}  // namespace

bool tcp_schedule_loss_probe(Kernel& k, SockId sk, bool advancing_rto) {
  const Sock& s = k[sk];
  const std::int32_t mode = k.sysctl().tcp_early_retrans;
  const bool state_ok =
      s.icsk.ca_state == TCP_CA_Open || (k.profile.sender.tlp_adds_to_rtt && s.icsk.ca_state == TCP_CA_CWR);
  if ((mode != 3 && mode != 4) || s.tp.packets_out == 0 || !tcp_is_sack(s.tp) || !state_ok) return false;
  if (!k.profile.sender.tlp_adds_to_rtt && s.tp.snd_cwnd > tcp_packets_in_flight(s.tp) &&
      tcp_send_head(k, sk))
    return false;
  std::int64_t timeout = probe_timeout(k, sk);
  const std::int64_t rto_us = advancing_rto ? k.jiffies_to_usecs(s.icsk.rto) : tcp_rto_delta_us(k, sk);
  if (rto_us > 0) timeout = std::min(timeout, k.usecs_to_jiffies(rto_us));
  tcp_reset_xmit_timer(k, sk, ICSK_TIME_LOSS_PROBE, timeout, true);
  return true;
}

void tcp_send_loss_probe(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_loss_probe, {}, sk);
  if (tcp_rtx_queue_empty(k, sk) && !tcp_send_head(k, sk)) {
    k.set(k[sk].icsk.pending, std::uint8_t{0});
    return;
  }
  if (send_probe(k, sk, tcp_current_mss(k, sk))) {
    k.count(Counter::TCPLossProbes);
    k.set(k[sk].icsk.pending, std::uint8_t{0});  // so that the RTO starts anew from now
  }
  tcp_rearm_rto(k, sk);
}

void tcp_process_tlp_ack(Kernel& k, SockId sk, Seq ack, std::uint32_t flag) {
  const TcpSock& tp = k[sk].tp;
  if (tp.tlp_high_seq == 0 || before(ack, tp.tlp_high_seq)) return;
  const auto end_episode = [&] { k.put(tp.tlp_high_seq, Seq{0}); };
  if (k.profile.sender.tlp_adds_to_rtt && tp.tlp_retrans == 0) {
    end_episode();  // the probe was new data, and it arrived
  } else if ((flag & (k.profile.sender.tlp_adds_to_rtt ? FLAG_DSACK_TLP : FLAG_DSACKING_ACK)) != 0) {
    end_episode();  // the original and the probe both arrived
  } else if (after(ack, tp.tlp_high_seq)) {
    // The ACK of later data covers it without a D-SACK: the probe repaired a loss.
    tcp_init_cwnd_reduction(k, sk);
    tcp_set_ca_state(k, sk, TCP_CA_CWR);
    tcp_end_cwnd_reduction(k, sk);
    tcp_try_keep_open(k, sk);
    k.count(Counter::TCPLossProbeRecovery);
  } else if ((flag & (FLAG_SND_UNA_ADVANCED | FLAG_NOT_DUP | FLAG_DATA_SACKED)) == 0) {
    end_episode();  // a plain duplicate ACK: original and probe both arrived
  }
}

}  // namespace ringside
