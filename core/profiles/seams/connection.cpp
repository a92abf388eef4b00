#include "core/profiles/seams/connection.h"

#include "core/kernel/net/inet_connection_sock.h"

namespace ringside {

namespace {

void passive_open_4_13(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.srtt_us == 0) tcp_synack_rtt_meas(k, sk, RequestId{});
  tcp_init_congestion_control(k, sk);
  tcp_mtup_init(k, sk);
  k.set(tp.copied_seq, tp.rcv_nxt);
  tcp_init_buffer_space(k, sk);
}

void passive_open_metrics_4_13(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.rx_opt.tstamp_ok != 0) k.put(tp.advmss, tp.advmss - TCPOLEN_TSTAMP_ALIGNED);
  tcp_init_metrics(k, sk);
}

void active_open_4_13(Kernel& k, SockId sk) {
  tcp_init_metrics(k, sk);
  tcp_init_congestion_control(k, sk);
  k.put(k[sk].tp.lsndtime, k.jiffies());
  tcp_init_buffer_space(k, sk);
}

void passive_open_6_18(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.put(tp.delivered, tp.delivered + 1);
  if (tp.srtt_us == 0) tcp_synack_rtt_meas(k, sk, RequestId{});
  if (tp.rx_opt.tstamp_ok != 0) k.put(tp.advmss, tp.advmss - TCPOLEN_TSTAMP_ALIGNED);
  tcp_try_undo_spurious_syn(k, sk);
  k.put(tp.retrans_stamp, Seq{0});
  tcp_init_transfer(k, sk);
  k.set(tp.copied_seq, tp.rcv_nxt);
}

void passive_open_metrics_6_18(Kernel&, SockId) {}

void active_open_6_18(Kernel& k, SockId sk) {
  tcp_init_transfer(k, sk);
  k.put(k[sk].tp.lsndtime, k.jiffies());
}

}  // namespace

ConnectionSeam connection_4_13() {
  ConnectionSeam seam;
  seam.passive_open = passive_open_4_13;
  seam.passive_open_metrics = passive_open_metrics_4_13;
  seam.active_open = active_open_4_13;
  return seam;
}

ConnectionSeam connection_6_18() {
  ConnectionSeam seam;
  seam.passive_open = passive_open_6_18;
  seam.passive_open_metrics = passive_open_metrics_6_18;
  seam.active_open = active_open_6_18;
  seam.syn_queue_admits_one_more = true;
  seam.stamps_request_at_syn = false;
  seam.defer_accept_bounds_retries = false;
  seam.checks_tsecr_of_request = true;
  seam.synack_window_capped = true;
  seam.request_keeps_ts_recent = false;
  seam.undoes_spurious_syn = true;
  seam.transfer_inits_mtu_probing = true;
  seam.synsent_bad_ack_rearms = true;
  seam.defers_shutdown_in_syn_recv = true;
  seam.timewait_rst_keeps_timer = true;
  seam.tw_entry_stamp = true;
  seam.close_wait_is_established = true;
  seam.counts_disconnects = true;
  seam.cwnd_after_disconnect = 10;
  seam.close_keeps_the_lock = true;
  seam.close_reclaims_memory = false;
  seam.old_ack_is_challenged = false;
  return seam;
}

}  // namespace ringside
