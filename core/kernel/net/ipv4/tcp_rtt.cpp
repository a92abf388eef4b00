// net/ipv4/tcp_input.c, tcp_metrics.c: round-trip time, the timeout made from it, and what a new connection
// starts with. There is no cache of past connections' metrics: each starts as the first to its peer.
#include "core/kernel/net/ipv4/tcp_ack.h"

namespace ringside {

namespace {

/// tcp_rtt_estimator(): Jacobson's smoothed mean (times 8) and deviation (times 4), in microseconds.
void tcp_rtt_estimator(Kernel& k, SockId sk, std::int64_t mrtt_us) {
  const TcpSock& tp = k[sk].tp;
  const auto rto_min_us = static_cast<std::uint32_t>(k.jiffies_to_usecs(tcp_rto_min(k, sk)));
  auto m = static_cast<std::int64_t>(mrtt_us);
  std::int64_t srtt = tp.srtt_us;
  if (srtt == 0) {
    srtt = m << 3;
    k.put(tp.mdev_us, static_cast<std::uint32_t>(m << 1));
    k.set(tp.rttvar_us, std::max(tp.mdev_us, rto_min_us));
    k.put(tp.mdev_max_us, tp.rttvar_us);
    k.put(tp.rtt_seq, tp.snd_nxt);
    k.set(tp.srtt_us, static_cast<std::uint32_t>(std::max<std::int64_t>(srtt, 1)));
    return;
  }
  m -= srtt >> 3;
  srtt += m;
  if (m < 0) {
    // A falling RTT must not raise the deviation as fast as a rising one does.
    m = -m - (tp.mdev_us >> 2);
    if (m > 0) m >>= 3;
  } else {
    m -= tp.mdev_us >> 2;
  }
  k.put(tp.mdev_us, static_cast<std::uint32_t>(tp.mdev_us + m));
  if (tp.mdev_us > tp.mdev_max_us) {
    k.put(tp.mdev_max_us, tp.mdev_us);
    if (tp.mdev_max_us > tp.rttvar_us) k.set(tp.rttvar_us, tp.mdev_max_us);
  }
  if (after(tp.snd_una, tp.rtt_seq)) {  // once a round trip
    if (tp.mdev_max_us < tp.rttvar_us)
      k.set(tp.rttvar_us, tp.rttvar_us - ((tp.rttvar_us - tp.mdev_max_us) >> 2));
    k.put(tp.rtt_seq, tp.snd_nxt);
    k.put(tp.mdev_max_us, rto_min_us);
  }
  k.set(tp.srtt_us, static_cast<std::uint32_t>(std::max<std::int64_t>(srtt, 1)));
}

/// minmax_running_min() (lib/win_minmax.c): the least value of a sliding window, from three samples.
void minmax_running_min(Kernel& k, const MinMax& min, std::uint32_t win, std::uint32_t t, std::uint32_t v) {
  MinMax m = min;
  const MinMax::Sample sample{t, v};
  if (v <= m.s[0].v || t - m.s[2].t > win) {
    m.s[0] = m.s[1] = m.s[2] = sample;
    k.assign(min, m);
    return;
  }
  if (v <= m.s[1].v)
    m.s[1] = m.s[2] = sample;
  else if (v <= m.s[2].v)
    m.s[2] = sample;
  const std::uint32_t age = t - m.s[0].t;
  if (age > win) {
    m.s[0] = m.s[1];
    m.s[1] = m.s[2];
    m.s[2] = sample;
    if (t - m.s[0].t > win) {
      m.s[0] = m.s[1];
      m.s[1] = m.s[2];
      m.s[2] = sample;
    }
  } else if (m.s[1].t == m.s[0].t && age > win / 4) {
    m.s[2] = m.s[1] = sample;
  } else if (m.s[2].t == m.s[1].t && age > win / 2) {
    m.s[2] = sample;
  }
  k.assign(min, m);
}

void tcp_update_rtt_min(Kernel& k, SockId sk, std::uint32_t rtt_us, std::uint32_t flag) {
  const TcpSock& tp = k[sk].tp;
  if ((flag & FLAG_ACK_MAYBE_DELAYED) != 0 && rtt_us > tcp_min_rtt(tp)) return;
  const auto window = static_cast<std::uint32_t>(k.sysctl().tcp_min_rtt_wlen_s * k.hz());
  const auto least = static_cast<std::uint32_t>(k.jiffies_to_usecs(1));
  minmax_running_min(k, tp.rtt_min, window, static_cast<std::uint32_t>(k.jiffies()),
                     rtt_us != 0 ? rtt_us : least);
}

}  // namespace

std::int64_t __tcp_set_rto(Kernel& k, const TcpSock& tp) {
  return k.usecs_to_jiffies((tp.srtt_us >> 3) + tp.rttvar_us);
}

bool tcp_ack_update_rtt(Kernel& k, SockId sk, std::uint32_t flag, std::int64_t seq_rtt_us,
                        std::int64_t sack_rtt_us, std::int64_t ca_rtt_us, RateSample& rs) {
  auto f = k.enter(Fn::tcp_ack_update_rtt, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (seq_rtt_us < 0) seq_rtt_us = sack_rtt_us;
  if (seq_rtt_us < 0 && tp.rx_opt.saw_tstamp != 0 && tp.rx_opt.rcv_tsecr != 0 && (flag & FLAG_ACKED) != 0) {
    const std::uint32_t ticks = tcp_time_stamp_ts(k, tp) - tp.rx_opt.rcv_tsecr;
    if (tp.tcp_usec_ts != 0)
      seq_rtt_us = ca_rtt_us = ticks;
    else if (ticks < 0x7fffffffu / 1000)
      seq_rtt_us = ca_rtt_us =
          std::int64_t{k.profile.sender.tsopt_rtt_at_least_1ms && ticks == 0 ? 1 : ticks} * 1000;
  }
  rs.rtt_us = ca_rtt_us;
  if (seq_rtt_us < 0) return false;
  tcp_update_rtt_min(k, sk, static_cast<std::uint32_t>(ca_rtt_us), flag);
  tcp_rtt_estimator(k, sk, seq_rtt_us);
  k.set(s.icsk.rto, static_cast<std::uint32_t>(std::min(__tcp_set_rto(k, tp), tcp_rto_max(k, sk))));
  k.set(s.icsk.backoff, std::uint8_t{0});
  return true;
}

void tcp_synack_rtt_meas(Kernel& k, SockId sk, RequestId req) {
  RateSample rs;
  std::int64_t rtt_us = -1;
  if (req && k[req].num_retrans == 0 && k[req].snt_synack_us != 0)
    rtt_us = k.clock_us() - k[req].snt_synack_us;
  tcp_ack_update_rtt(k, sk, FLAG_SYN_ACKED, rtt_us, -1, rtt_us, rs);
}

void tcp_rearm_rto(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (s.tp.packets_out == 0) {
    inet_csk_clear_xmit_timer(k, sk, ICSK_TIME_RETRANS);
    return;
  }
  std::int64_t rto = s.icsk.rto;
  // Another timer ran in the RTO's place: what has passed since the head was sent counts.
  if (s.icsk.pending == ICSK_TIME_REO_TIMEOUT || s.icsk.pending == ICSK_TIME_LOSS_PROBE)
    rto = k.usecs_to_jiffies(std::max<std::int64_t>(tcp_rto_delta_us(k, sk), 1));
  tcp_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, rto, true);
}

std::uint32_t tcp_init_cwnd(Kernel& k, SockId sk) { return std::min(TCP_INIT_CWND, k[sk].tp.snd_cwnd_clamp); }

void tcp_init_metrics(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  k.set(tp.snd_ssthresh, TCP_INFINITE_SSTHRESH);
  if (tp.srtt_us == 0) {
    // The handshake gave no sample (it was retransmitted): be careful, 3 s.
    const auto fallback = static_cast<std::uint32_t>(3 * k.hz());
    k.set(tp.rttvar_us, static_cast<std::uint32_t>(k.jiffies_to_usecs(fallback)));
    k.put(tp.mdev_us, tp.rttvar_us);
    k.put(tp.mdev_max_us, tp.rttvar_us);
    k.set(s.icsk.rto, fallback);
  }
  if (k.profile.sender.init_metrics_sets_cwnd) {
    k.set(tp.snd_cwnd, tp.total_retrans > 1 ? 1 : tcp_init_cwnd(k, sk));
    k.put(tp.snd_cwnd_stamp, k.jiffies());
  }
}

void tcp_update_pacing_rate(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  // 200 % of cwnd * mss / srtt while far from ssthresh, else 120 %
  const bool fast = tp.snd_cwnd < tp.snd_ssthresh / 2;
  std::uint64_t rate = std::uint64_t{tp.mss_cache} * 80000;
  rate *= static_cast<std::uint64_t>(fast ? k.sysctl().tcp_pacing_ss_ratio : k.sysctl().tcp_pacing_ca_ratio);
  rate *= std::max(tp.snd_cwnd, tp.packets_out);
  if (tp.srtt_us != 0) rate /= tp.srtt_us;
  const std::uint64_t most =
      s.sk_max_pacing_rate < 0 ? ~0ull : static_cast<std::uint64_t>(s.sk_max_pacing_rate);
  k.put(s.sk_pacing_rate, std::min(rate, most));
}

}  // namespace ringside
