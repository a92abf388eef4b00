#include "core/kernel/net/ipv4/tcp_info.h"

#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

// tcpi_options
enum : std::uint8_t { kTimestamps = 1, kSack = 2, kWscale = 4, kEcn = 8, kEcnSeen = 16, kUsecTs = 64 };

std::uint64_t pacing(std::int64_t rate) { return rate < 0 ? ~0ull : static_cast<std::uint64_t>(rate); }

/// tcp_get_info_chrono_stats(): microseconds by what limits the sender, the running time included.
void chrono_stats(Kernel& k, const TcpSock& tp, TcpInfo& info) {
  std::int64_t stat[4] = {};
  std::int64_t total = 0;
  for (std::uint8_t type = TCP_CHRONO_BUSY; type <= TCP_CHRONO_SNDBUF_LIMITED; ++type) {
    stat[type] = tp.chrono_stat[type - 1];
    if (type == tp.chrono_type) stat[type] += k.jiffies() - tp.chrono_start;
    stat[type] = k.jiffies_to_usecs(stat[type]);
    total += stat[type];
  }
  info.tcpi_busy_time = static_cast<std::uint64_t>(total);
  info.tcpi_rwnd_limited = static_cast<std::uint64_t>(stat[TCP_CHRONO_RWND_LIMITED]);
  info.tcpi_sndbuf_limited = static_cast<std::uint64_t>(stat[TCP_CHRONO_SNDBUF_LIMITED]);
}

std::uint32_t since_ms(Kernel& k, std::int64_t jiffies) {
  return static_cast<std::uint32_t>(k.jiffies_to_msecs(k.jiffies() - jiffies));
}

void options(const TcpSock& tp, TcpInfo& info) {
  if (tp.rx_opt.tstamp_ok != 0) info.tcpi_options |= kTimestamps;
  if (tcp_is_sack(tp)) info.tcpi_options |= kSack;
  if (tp.rx_opt.wscale_ok != 0) {
    info.tcpi_options |= kWscale;
    info.tcpi_snd_wscale = tp.rx_opt.snd_wscale & 0xf;
    info.tcpi_rcv_wscale = tp.rx_opt.rcv_wscale & 0xf;
  }
  if ((tp.ecn_flags & TCP_ECN_OK) != 0) info.tcpi_options |= kEcn;
  if ((tp.ecn_flags & TCP_ECN_SEEN) != 0) info.tcpi_options |= kEcnSeen;
  if (tp.tcp_usec_ts != 0) info.tcpi_options |= kUsecTs;
}

void sender_numbers(Kernel& k, const Sock& s, TcpInfo& info) {
  const TcpSock& tp = s.tp;
  info.tcpi_unacked = tp.packets_out;
  info.tcpi_sacked = tp.sacked_out;
  info.tcpi_lost = tp.lost_out;
  info.tcpi_retrans = tp.retrans_out;
  info.tcpi_fackets = tp.fackets_out;
  info.tcpi_last_data_sent = since_ms(k, tp.lsndtime);
  info.tcpi_last_ack_recv = since_ms(k, tp.rcv_tstamp);
  info.tcpi_pmtu = s.icsk.pmtu_cookie;
  info.tcpi_rtt = tp.srtt_us >> 3;
  info.tcpi_rttvar = tp.mdev_us >> 2;
  info.tcpi_snd_ssthresh = tp.snd_ssthresh;
  info.tcpi_total_retrans = tp.total_retrans;
  info.tcpi_bytes_acked = tp.bytes_acked;
  info.tcpi_notsent_bytes =
      static_cast<std::uint32_t>(std::max(0, static_cast<std::int32_t>(tp.write_seq - tp.snd_nxt)));
  info.tcpi_segs_out = tp.segs_out;
  info.tcpi_min_rtt = tcp_min_rtt(tp);
  info.tcpi_data_segs_out = tp.data_segs_out;
  info.tcpi_delivery_rate_app_limited = tp.rate_app_limited != 0 ? 1 : 0;
  if (tp.rate_delivered != 0 && tp.rate_interval_us != 0)
    info.tcpi_delivery_rate = std::uint64_t{tp.rate_delivered} * tp.mss_cache * 1000000 / tp.rate_interval_us;
  if (k.profile.sender.forward_acks) return;
  info.tcpi_delivered = tp.delivered;
  info.tcpi_delivered_ce = tp.delivered_ce;
  info.tcpi_bytes_sent = tp.bytes_sent;
  info.tcpi_bytes_retrans = tp.bytes_retrans;
  info.tcpi_dsack_dups = tp.dsack_dups;
  info.tcpi_reord_seen = tp.reord_seen;
  info.tcpi_snd_wnd = tp.snd_wnd;
  info.tcpi_total_rto = static_cast<std::uint16_t>(tp.total_rto);
  info.tcpi_total_rto_recoveries = static_cast<std::uint16_t>(tp.total_rto_recoveries);
  info.tcpi_total_rto_time = tp.total_rto_time;
  if (tp.rto_stamp != 0)
    info.tcpi_total_rto_time += static_cast<std::uint32_t>(k.clock_us() / 1000) - tp.rto_stamp;
}

void receiver_numbers(Kernel& k, const Sock& s, TcpInfo& info) {
  const TcpSock& tp = s.tp;
  info.tcpi_rcv_mss = s.icsk.ack.rcv_mss;
  info.tcpi_last_data_recv = since_ms(k, s.icsk.ack.lrcvtime);
  info.tcpi_rcv_ssthresh = tp.rcv_ssthresh;
  info.tcpi_advmss = tp.advmss;
  info.tcpi_rcv_rtt =
      k.profile.sender.forward_acks
          ? static_cast<std::uint32_t>(k.jiffies_to_usecs(k.usecs_to_jiffies(tp.rcv_rtt_est.rtt_us >> 3)))
          : tp.rcv_rtt_est.rtt_us >> 3;
  info.tcpi_rcv_space = tp.rcvq_space.space;
  info.tcpi_bytes_received = tp.bytes_received;
  info.tcpi_segs_in = tp.segs_in;
  info.tcpi_data_segs_in = tp.data_segs_in;
  if (k.profile.sender.forward_acks) return;
  info.tcpi_rcv_ooopack = tp.rcv_ooopack;
  info.tcpi_rcv_wnd = tp.rcv_wnd;
}

}  // namespace

void tcp_get_info(Kernel& k, SockId sk, TcpInfo& info) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  info = TcpInfo{};
  info.tcpi_state = static_cast<std::uint8_t>(s.state);
  info.tcpi_pacing_rate = s.sk_pacing_rate;
  info.tcpi_max_pacing_rate = pacing(s.sk_max_pacing_rate);
  info.tcpi_reordering = tp.reordering;
  info.tcpi_snd_cwnd = tp.snd_cwnd;
  if (s.state == TcpState::listen) {
    info.tcpi_unacked = s.sk_ack_backlog;
    info.tcpi_sacked = s.sk_max_ack_backlog;
    return;
  }
  info.tcpi_ca_state = s.icsk.ca_state;
  info.tcpi_retransmits = s.icsk.retransmits;
  info.tcpi_probes = s.icsk.probes_out;
  info.tcpi_backoff = s.icsk.backoff;
  info.tcpi_rto = static_cast<std::uint32_t>(k.jiffies_to_usecs(s.icsk.rto));
  info.tcpi_ato = static_cast<std::uint32_t>(k.jiffies_to_usecs(s.icsk.ack.ato));
  info.tcpi_snd_mss = tp.mss_cache;
  options(tp, info);
  sender_numbers(k, s, info);
  receiver_numbers(k, s, info);
  chrono_stats(k, tp, info);
}

}  // namespace ringside
