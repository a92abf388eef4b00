#include "core/drill/tcp_info_names.h"

namespace ringside::drill {

std::optional<std::int64_t> tcp_info_value(const TcpInfo& info, std::string_view name) {
#define FIELD(field) \
  if (name == #field) return static_cast<std::int64_t>(info.field)
  FIELD(tcpi_state);
  FIELD(tcpi_ca_state);
  FIELD(tcpi_retransmits);
  FIELD(tcpi_probes);
  FIELD(tcpi_backoff);
  FIELD(tcpi_options);
  FIELD(tcpi_snd_wscale);
  FIELD(tcpi_rcv_wscale);
  FIELD(tcpi_delivery_rate_app_limited);
  FIELD(tcpi_fastopen_client_fail);
  FIELD(tcpi_rto);
  FIELD(tcpi_ato);
  FIELD(tcpi_snd_mss);
  FIELD(tcpi_rcv_mss);
  FIELD(tcpi_unacked);
  FIELD(tcpi_sacked);
  FIELD(tcpi_lost);
  FIELD(tcpi_retrans);
  FIELD(tcpi_fackets);
  FIELD(tcpi_last_data_sent);
  FIELD(tcpi_last_ack_sent);
  FIELD(tcpi_last_data_recv);
  FIELD(tcpi_last_ack_recv);
  FIELD(tcpi_pmtu);
  FIELD(tcpi_rcv_ssthresh);
  FIELD(tcpi_rtt);
  FIELD(tcpi_rttvar);
  FIELD(tcpi_snd_ssthresh);
  FIELD(tcpi_snd_cwnd);
  FIELD(tcpi_advmss);
  FIELD(tcpi_reordering);
  FIELD(tcpi_rcv_rtt);
  FIELD(tcpi_rcv_space);
  FIELD(tcpi_total_retrans);
  FIELD(tcpi_pacing_rate);
  FIELD(tcpi_max_pacing_rate);
  FIELD(tcpi_bytes_acked);
  FIELD(tcpi_bytes_received);
  FIELD(tcpi_segs_out);
  FIELD(tcpi_segs_in);
  FIELD(tcpi_notsent_bytes);
  FIELD(tcpi_min_rtt);
  FIELD(tcpi_data_segs_in);
  FIELD(tcpi_data_segs_out);
  FIELD(tcpi_delivery_rate);
  FIELD(tcpi_busy_time);
  FIELD(tcpi_rwnd_limited);
  FIELD(tcpi_sndbuf_limited);
  FIELD(tcpi_delivered);
  FIELD(tcpi_delivered_ce);
  FIELD(tcpi_bytes_sent);
  FIELD(tcpi_bytes_retrans);
  FIELD(tcpi_dsack_dups);
  FIELD(tcpi_reord_seen);
  FIELD(tcpi_rcv_ooopack);
  FIELD(tcpi_snd_wnd);
  FIELD(tcpi_rcv_wnd);
  FIELD(tcpi_rehash);
  FIELD(tcpi_total_rto);
  FIELD(tcpi_total_rto_recoveries);
  FIELD(tcpi_total_rto_time);
#undef FIELD
  return std::nullopt;
}

}  // namespace ringside::drill
