// The congestion window outside the algorithms that grow it: CWR, proportional rate reduction (RFC 6937),
// validation and restart after idleness (RFC 2861).
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

void tcp_ecn_queue_cwr(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if ((tp.ecn_flags & TCP_ECN_OK) != 0)
    k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags | TCP_ECN_QUEUE_CWR));
}

/// tcp_cwnd_application_limited(): a window that was not used for an RTO shrinks towards what was used.
void tcp_cwnd_application_limited(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (s.icsk.ca_state == TCP_CA_Open && s.dead == 0 && s.sk_nospace == 0) {
    const std::uint32_t used = std::max(tp.snd_cwnd_used, tcp_init_cwnd(k, sk));
    if (used < tp.snd_cwnd) {
      k.set(tp.snd_ssthresh, tcp_current_ssthresh(s));
      k.set(tp.snd_cwnd, (tp.snd_cwnd + used) >> 1);
    }
    k.put(tp.snd_cwnd_used, 0u);
  }
  k.put(tp.snd_cwnd_stamp, k.jiffies());
}

void remember_usage(Kernel& k, SockId sk, bool is_cwnd_limited) {
  const TcpSock& tp = k[sk].tp;
  if (!k.profile.sender.cwnd_limited_wins) {
    if (before(tp.snd_una, tp.max_packets_seq) && tp.packets_out <= tp.max_packets_out) return;
    k.put(tp.max_packets_seq, tp.snd_nxt);
  } else {
    if (before(tp.snd_una, tp.cwnd_usage_seq) && !is_cwnd_limited &&
        (tp.is_cwnd_limited != 0 || tp.packets_out <= tp.max_packets_out))
      return;
    k.put(tp.cwnd_usage_seq, tp.snd_nxt);
  }
  k.put(tp.max_packets_out, tp.packets_out);
  k.put(tp.is_cwnd_limited, static_cast<std::uint8_t>(is_cwnd_limited ? 1 : 0));
}

}  // namespace

std::uint32_t tcp_current_ssthresh(const Sock& s) {
  if (tcp_in_cwnd_reduction(s)) return s.tp.snd_ssthresh;
  return std::max(s.tp.snd_ssthresh, (s.tp.snd_cwnd >> 1) + (s.tp.snd_cwnd >> 2));
}

bool tcp_is_cwnd_limited(const TcpSock& tp) {
  if (tp.is_cwnd_limited != 0) return true;
  return tcp_in_slow_start(tp) && tp.snd_cwnd < 2 * tp.max_packets_out;
}

void tcp_cwnd_validate(Kernel& k, SockId sk, bool is_cwnd_limited) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  remember_usage(k, sk, is_cwnd_limited);
  if (tcp_is_cwnd_limited(tp)) {
    k.put(tp.snd_cwnd_used, 0u);
    k.put(tp.snd_cwnd_stamp, k.jiffies());
    return;
  }
  if (tp.packets_out > tp.snd_cwnd_used) k.put(tp.snd_cwnd_used, tp.packets_out);
  if (k.sysctl().tcp_slow_start_after_idle != 0 &&
      k.jiffies() - tp.snd_cwnd_stamp >= static_cast<std::int64_t>(s.icsk.rto))
    tcp_cwnd_application_limited(k, sk);
  if (!tcp_send_head(k, sk) && s.sk_nospace != 0 &&
      tcp_state_in(s, tcpf(TcpState::established, TcpState::close_wait)))
    tcp_chrono_start(k, sk, TCP_CHRONO_SNDBUF_LIMITED);
}

void tcp_cwnd_restart(Kernel& k, SockId sk, std::int32_t delta) {
  auto f = k.enter(Fn::tcp_cwnd_restart, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  std::uint32_t cwnd = tp.snd_cwnd;
  const std::uint32_t restart = std::min(tcp_init_cwnd(k, sk), cwnd);
  tcp_ca_event(k, sk, CaEvent::cwnd_restart);
  k.set(tp.snd_ssthresh, tcp_current_ssthresh(s));
  const auto rto = static_cast<std::int32_t>(s.icsk.rto);
  for (delta -= rto; delta > 0 && cwnd > restart; delta -= rto) cwnd >>= 1;
  k.set(tp.snd_cwnd, std::max(cwnd, restart));
  k.put(tp.snd_cwnd_stamp, k.jiffies());
  k.put(tp.snd_cwnd_used, 0u);
}

void tcp_slow_start_after_idle_check(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (k.sysctl().tcp_slow_start_after_idle == 0 || s.tp.packets_out != 0) return;
  const std::int64_t idle = k.jiffies() - s.tp.lsndtime;
  if (k.decide("idle_longer_than_rto", idle > static_cast<std::int64_t>(s.icsk.rto),
               {{"idle", idle}, {"icsk_rto", s.icsk.rto}}))
    tcp_cwnd_restart(k, sk, static_cast<std::int32_t>(std::min<std::int64_t>(idle, 0x7fffffff)));
}

void tcp_set_ca_state(Kernel& k, SockId sk, std::uint8_t ca_state) {
  tcp_ca_set_state(k, sk, ca_state);
  k.set(k[sk].icsk.ca_state, ca_state);
}

void tcp_init_cwnd_reduction(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.set(tp.high_seq, tp.snd_nxt);
  k.put(tp.tlp_high_seq, Seq{0});
  k.put(tp.snd_cwnd_cnt, 0u);
  k.put(tp.prior_cwnd, tp.snd_cwnd);
  k.put(tp.prr_delivered, 0u);
  k.put(tp.prr_out, 0u);
  k.set(tp.snd_ssthresh, tcp_ca_ssthresh(k, sk));
  tcp_ecn_queue_cwr(k, sk);
}

void tcp_cwnd_reduction(Kernel& k, SockId sk, std::int32_t newly_acked_sacked, std::int32_t newly_lost,
                        std::uint32_t flag) {
  auto f = k.enter(Fn::tcp_cwnd_reduction, {}, sk);
  const TcpSock& tp = k[sk].tp;
  if (newly_acked_sacked <= 0 || tp.prior_cwnd == 0) return;
  const auto delta = static_cast<std::int32_t>(tp.snd_ssthresh - tcp_packets_in_flight(tp));
  k.put(tp.prr_delivered, tp.prr_delivered + static_cast<std::uint32_t>(newly_acked_sacked));
  const auto owed = static_cast<std::int32_t>(tp.prr_delivered - tp.prr_out);
  const bool prr_by_una = k.profile.sender.prr_grows_by_una;
  const bool grows = prr_by_una ? (flag & FLAG_SND_UNA_ADVANCED) != 0 && newly_lost == 0
                                : (flag & FLAG_RETRANS_DATA_ACKED) != 0 && (flag & FLAG_LOST_RETRANS) == 0;
  std::int32_t sndcnt = 0;
  if (delta < 0) {
    const std::uint64_t share = std::uint64_t{tp.snd_ssthresh} * tp.prr_delivered + tp.prior_cwnd - 1;
    sndcnt = static_cast<std::int32_t>(share / tp.prior_cwnd) - static_cast<std::int32_t>(tp.prr_out);
  } else if (prr_by_una || grows) {
    sndcnt = std::min(delta, std::max(owed, newly_acked_sacked) + (grows ? 1 : 0));
  } else {
    sndcnt = std::min(delta, newly_acked_sacked);
  }
  // The first retransmission leaves in any case.
  sndcnt = std::max(sndcnt, tp.prr_out != 0 ? 0 : 1);
  k.set(tp.snd_cwnd,
        static_cast<std::uint32_t>(static_cast<std::int32_t>(tcp_packets_in_flight(tp)) + sndcnt));
}

void tcp_end_cwnd_reduction(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (tp.snd_ssthresh < TCP_INFINITE_SSTHRESH && (s.icsk.ca_state == TCP_CA_CWR || tp.undo_marker != 0)) {
    k.set(tp.snd_cwnd, tp.snd_ssthresh);
    k.put(tp.snd_cwnd_stamp, k.jiffies());
  }
  tcp_ca_event(k, sk, CaEvent::complete_cwr);
}

void tcp_enter_cwr(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_enter_cwr, {}, sk);
  const Sock& s = k[sk];
  k.put(s.tp.prior_ssthresh, 0u);
  if (s.icsk.ca_state >= TCP_CA_CWR) return;
  k.put(s.tp.undo_marker, Seq{0});
  tcp_init_cwnd_reduction(k, sk);
  tcp_set_ca_state(k, sk, TCP_CA_CWR);
}

}  // namespace ringside
