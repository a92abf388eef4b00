// tcp_get_info() (net/ipv4/tcp.c): struct tcp_info of include/uapi/linux/tcp.h, its fields in its order.
#pragma once
#include <cstdint>

#include "core/machine/kernel.h"

namespace ringside {

struct TcpInfo {
  std::uint8_t tcpi_state, tcpi_ca_state, tcpi_retransmits, tcpi_probes, tcpi_backoff, tcpi_options;
  std::uint8_t tcpi_snd_wscale : 4, tcpi_rcv_wscale : 4;
  std::uint8_t tcpi_delivery_rate_app_limited : 1, tcpi_fastopen_client_fail : 2;
  std::uint32_t tcpi_rto, tcpi_ato, tcpi_snd_mss, tcpi_rcv_mss;
  std::uint32_t tcpi_unacked, tcpi_sacked, tcpi_lost, tcpi_retrans, tcpi_fackets;
  std::uint32_t tcpi_last_data_sent, tcpi_last_ack_sent, tcpi_last_data_recv, tcpi_last_ack_recv;
  std::uint32_t tcpi_pmtu, tcpi_rcv_ssthresh, tcpi_rtt, tcpi_rttvar, tcpi_snd_ssthresh, tcpi_snd_cwnd,
      tcpi_advmss;
  std::uint32_t tcpi_reordering, tcpi_rcv_rtt, tcpi_rcv_space, tcpi_total_retrans;
  std::uint64_t tcpi_pacing_rate, tcpi_max_pacing_rate, tcpi_bytes_acked, tcpi_bytes_received;
  std::uint32_t tcpi_segs_out, tcpi_segs_in, tcpi_notsent_bytes, tcpi_min_rtt, tcpi_data_segs_in,
      tcpi_data_segs_out;
  std::uint64_t tcpi_delivery_rate, tcpi_busy_time, tcpi_rwnd_limited, tcpi_sndbuf_limited;
  std::uint32_t tcpi_delivered, tcpi_delivered_ce;
  std::uint64_t tcpi_bytes_sent, tcpi_bytes_retrans;
  std::uint32_t tcpi_dsack_dups, tcpi_reord_seen, tcpi_rcv_ooopack, tcpi_snd_wnd, tcpi_rcv_wnd, tcpi_rehash;
  std::uint16_t tcpi_total_rto, tcpi_total_rto_recoveries;
  std::uint32_t tcpi_total_rto_time;
};

void tcp_get_info(Kernel& k, SockId sk, TcpInfo& info);

}  // namespace ringside
