// net/ipv4/tcp_input.c: tcp_clean_rtx_queue(): acknowledged segments leave the queue and are measured.
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

struct Cleaned {
  std::int64_t first_ackt = 0, last_ackt = 0;  ///< us: send times of what was never retransmitted
  std::uint32_t pkts_acked = 0, last_in_flight = 0, flag = 0;
  std::uint32_t reord_packets = 0;  ///< 4.13
  Seq reord = 0;                    ///< 6.18
  bool fully_acked = true;
};

/// tcp_tso_acked(): a part of a large skb; returns the segments that are done with.
std::uint32_t tcp_tso_acked(Kernel& k, SockId sk, SkbId skb) {
  const std::uint32_t before_trim = tcp_skb_pcount(k[skb]);
  tcp_trim_head(k, sk, skb, k[sk].tp.snd_una - k[skb].cb.seq);
  return before_trim - tcp_skb_pcount(k[skb]);
}

/// skb is spurious retransmitted if the echoed timestamp is older than its transmission.
bool tcp_skb_spurious_retrans(const TcpSock& tp, const SkBuff& skb) {
  return (skb.cb.sacked & TCPCB_RETRANS) != 0 && tcp_tsopt_ecr_before(tp, tcp_skb_timestamp_ts(tp, skb));
}

void account_acked(Kernel& k, SockId sk, SkbId skb, Seq start_seq, std::uint32_t pcount, Cleaned& done,
                   SackState& sack, bool ece_ack) {
  const TcpSock& tp = k[sk].tp;
  const SkBuff& b = k[skb];
  const std::uint8_t sacked = b.cb.sacked;
  if ((sacked & TCPCB_RETRANS) != 0) {
    if ((sacked & TCPCB_SACKED_RETRANS) != 0) k.set(tp.retrans_out, tp.retrans_out - pcount);
    done.flag |= FLAG_RETRANS_DATA_ACKED;
  } else if ((sacked & TCPCB_SACKED_ACKED) == 0) {
    done.last_ackt = b.skb_mstamp_us;
    if (done.first_ackt == 0) done.first_ackt = done.last_ackt;
    done.last_in_flight = b.cb.tx_in_flight;
    done.reord_packets = std::min(done.pkts_acked, done.reord_packets);
    if (before(start_seq, done.reord)) done.reord = start_seq;
    if (!after(b.cb.end_seq, tp.high_seq)) done.flag |= FLAG_ORIG_SACK_ACKED;
  }
  if ((sacked & TCPCB_SACKED_ACKED) != 0) {
    k.set(tp.sacked_out, tp.sacked_out - pcount);
  } else if (tcp_is_sack(tp)) {
    tcp_count_delivered(k, sk, pcount, ece_ack);
    if (!tcp_skb_spurious_retrans(tp, b)) tcp_rack_advance(k, sk, sacked, b.cb.end_seq, b.skb_mstamp_us);
  }
  if ((sacked & TCPCB_LOST) != 0) k.set(tp.lost_out, tp.lost_out - pcount);
  k.set(tp.packets_out, tp.packets_out - pcount);
  done.pkts_acked += pcount;
  tcp_rate_skb_delivered(k, sk, skb, *sack.rate);
  if ((b.cb.tcp_flags & TCPHDR_SYN) == 0) {
    done.flag |= FLAG_DATA_ACKED;
  } else {
    done.flag |= FLAG_SYN_ACKED;  // it is not data: slow start must not be left for it
    k.put(tp.retrans_stamp, 0u);
  }
}

/// Takes out what is acknowledged; returns the first skb that stays.
SkbId remove_acked(Kernel& k, SockId sk, Cleaned& done, SackState& sack, bool ece_ack) {
  const TcpSock& tp = k[sk].tp;
  SkbId skb = tcp_rtx_queue_head(k, sk);
  while (skb) {
    const Seq start_seq = k[skb].cb.seq;
    std::uint32_t pcount = tcp_skb_pcount(k[skb]);
    if (after(k[skb].cb.end_seq, tp.snd_una)) {
      if (pcount == 1 || !after(tp.snd_una, start_seq)) break;
      pcount = tcp_tso_acked(k, sk, skb);
      if (pcount == 0) break;
      done.fully_acked = false;
    }
    k.about(skb, sk);
    account_acked(k, sk, skb, start_seq, pcount, done, sack, ece_ack);
    if (!done.fully_acked) break;
    const SkbId next = tcp_rtx_next(k, sk, skb);
    if (tp.retransmit_skb_hint == skb) k.put(tp.retransmit_skb_hint, SkbId{});
    if (tp.lost_skb_hint == skb) k.put(tp.lost_skb_hint, SkbId{});
    if (tp.highest_sack == skb) k.put(tp.highest_sack, next);
    tcp_rtx_queue_unlink_and_free(k, sk, skb);
    skb = next;
  }
  return skb;
}

/// After data was acknowledged: emulated SACKs, reordering, 4.13's FACK counters.
void settle_acked(Kernel& k, SockId sk, std::uint32_t prior_fack, std::uint32_t prior_sacked, Cleaned& done,
                  bool ece_ack) {
  const TcpSock& tp = k[sk].tp;
  done.flag |= FLAG_SET_XMIT_TIMER;
  const bool fack = k.profile.sender.forward_acks;
  if (tcp_is_reno(tp)) {
    tcp_remove_reno_sacks(k, sk, done.pkts_acked, ece_ack);
    if (!fack && (done.flag & FLAG_RETRANS_DATA_ACKED) != 0)
      done.flag &= ~std::uint32_t{FLAG_ORIG_SACK_ACKED};
  } else if (!fack) {
    if (before(done.reord, prior_fack)) tcp_check_sack_reordering(k, sk, done.reord, false);
  } else {
    if (done.reord_packets < prior_fack && done.reord_packets <= tp.fackets_out)
      tcp_note_reordering(k, sk, tp.fackets_out - done.reord_packets, false);
    const auto delta =
        static_cast<std::int32_t>(tcp_is_fack(k, tp) ? done.pkts_acked : prior_sacked - tp.sacked_out);
    k.put(tp.lost_cnt_hint, tp.lost_cnt_hint - std::min(tp.lost_cnt_hint, delta));
  }
  if (fack) k.put(tp.fackets_out, tp.fackets_out - std::min(done.pkts_acked, tp.fackets_out));
}

/// Nothing is in flight: what is still counted is counted wrongly (FASTRETRANS_DEBUG, which is 1). A head
/// that is retransmitted by two timeouts, with a spurious one between them, is counted twice.
void forget_leaked_counts(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.lost_out != 0) k.set(tp.lost_out, 0u);
  if (tp.sacked_out != 0) k.set(tp.sacked_out, 0u);
  if (tp.retrans_out != 0) k.set(tp.retrans_out, 0u);
}

}  // namespace

std::uint32_t tcp_clean_rtx_queue(Kernel& k, SockId sk, std::uint32_t prior_fack, Seq prior_snd_una,
                                  std::uint32_t& acked, SackState& sack, bool ece_ack) {
  auto f = k.enter(Fn::tcp_clean_rtx_queue, {}, sk);
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t prior_sacked = tp.sacked_out;
  Cleaned done;
  done.reord = tp.snd_nxt;
  done.reord_packets = tp.packets_out;
  const SkbId skb = remove_acked(k, sk, done, sack, ece_ack);
  if (!skb) tcp_chrono_stop(k, sk, TCP_CHRONO_BUSY);
  if (between(tp.snd_up, prior_snd_una, tp.snd_una)) k.put(tp.snd_up, tp.snd_una);
  if (skb && (k[skb].cb.sacked & TCPCB_SACKED_ACKED) != 0) done.flag |= FLAG_SACK_RENEGING;

  std::int64_t seq_rtt_us = -1, sack_rtt_us = -1, ca_rtt_us = -1;
  if (done.first_ackt != 0 && (done.flag & FLAG_RETRANS_DATA_ACKED) == 0) {
    seq_rtt_us = std::max<std::int64_t>(tp.tcp_mstamp - done.first_ackt, 0);
    ca_rtt_us = std::max<std::int64_t>(tp.tcp_mstamp - done.last_ackt, 0);
    // A lone runt whose ACK may have been delayed by the peer.
    if (k.profile.sender.suspects_delayed_acks && done.pkts_acked == 1 && done.fully_acked &&
        prior_sacked == 0 && tp.snd_una - prior_snd_una < tp.mss_cache &&
        sack.rate->prior_delivered + 1 == tp.delivered && (done.flag & (FLAG_CA_ALERT | FLAG_SYN_ACKED)) == 0)
      done.flag |= FLAG_ACK_MAYBE_DELAYED;
  }
  if (sack.first_sackt != 0) {
    sack_rtt_us = std::max<std::int64_t>(tp.tcp_mstamp - sack.first_sackt, 0);
    ca_rtt_us = std::max<std::int64_t>(tp.tcp_mstamp - sack.last_sackt, 0);
  }
  const bool rtt_update =
      tcp_ack_update_rtt(k, sk, done.flag, seq_rtt_us, sack_rtt_us, ca_rtt_us, *sack.rate);
  if ((done.flag & FLAG_ACKED) != 0)
    settle_acked(k, sk, prior_fack, prior_sacked, done, ece_ack);
  else if (skb && rtt_update && sack_rtt_us >= 0 && sack_rtt_us > tp.tcp_mstamp - k[skb].skb_mstamp_us)
    done.flag |= FLAG_SET_XMIT_TIMER;
  tcp_ca_pkts_acked(k, sk, {done.pkts_acked, sack.rate->rtt_us, done.last_in_flight});
  if (tp.packets_out == 0 && tcp_is_sack(tp)) forget_leaked_counts(k, sk);
  acked = done.pkts_acked;
  return done.flag;
}

}  // namespace ringside
