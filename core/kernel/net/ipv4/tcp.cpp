// The life of a TCP socket: tcp_init_sock(), tcp_set_state(), tcp_done(), inet_csk_destroy_sock(),
// tcp_disconnect(), tcp_abort().
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

namespace {

/// tcp_need_reset(): states in which the peer must be told.
bool tcp_need_reset(TcpState state) {
  return (1u << static_cast<unsigned>(state) & tcpf(TcpState::established, TcpState::close_wait,
                                                    TcpState::fin_wait1, TcpState::fin_wait2,
                                                    TcpState::syn_recv)) != 0;
}

/// CurrEstab is a gauge: a connection that leaves ESTABLISHED (6.18: and CLOSE_WAIT) takes one off.
void gone_from_established(Kernel& k, TcpState old_state) {
  const bool half_closed =
      old_state == TcpState::close_wait && k.profile.connection.close_wait_is_established;
  if (old_state == TcpState::established || half_closed) k.count(Counter::TcpCurrEstab, ~std::uint64_t{0});
}

/// What tcp_disconnect() leaves of tcp_sock: the options that the application set, and nothing of the
/// connection.
TcpSock cleared(const Kernel& k, const TcpSock& old, Seq write_seq) {
  TcpSock tp = old;
  tp.copied_seq = old.rcv_nxt;
  tp.urg_data = 0;
  tp.srtt_us = 0;
  tp.mdev_us = 1000000;
  tp.rcv_rtt_last_tsecr = 0;
  tp.write_seq = write_seq;
  tp.snd_ssthresh = TCP_INFINITE_SSTHRESH;
  tp.snd_cwnd = k.profile.connection.cwnd_after_disconnect;
  tp.snd_cwnd_cnt = tp.max_packets_out = tp.window_clamp = 0;
  tp.is_cwnd_limited = tp.is_sack_reneg = 0;
  tp.delivered = tp.delivered_ce = 0;
  tp.retrans_out = tp.lost_out = tp.sacked_out = tp.fackets_out = 0;  // tcp_clear_retrans()
  tp.undo_marker = 0;
  tp.undo_retrans = -1;
  tp.total_retrans = tp.total_rto = tp.total_rto_time = tp.total_rto_recoveries = 0;
  tp.rx_opt = RxOpt{};
  tp.compressed_ack = 0;
  tp.segs_in = tp.segs_out = tp.data_segs_in = tp.data_segs_out = 0;
  tp.bytes_sent = tp.bytes_acked = tp.bytes_received = tp.bytes_retrans = 0;
  tp.duplicate_sack[0] = {};
  tp.dsack_dups = tp.reord_seen = tp.tlp_high_seq = tp.rcv_ooopack = 0;
  tp.last_oow_ack_time = 0;
  tp.app_limited = ~0u;
  tp.rate_app_limited = 1;
  tp.rack = TcpRack{};
  return tp;
}

void cleared_icsk(Kernel& k, const Icsk& icsk) {
  Icsk fresh = icsk;
  fresh.backoff = fresh.probes_out = 0;
  fresh.probes_tstamp = 0;
  fresh.rto = static_cast<std::uint32_t>(request_timeout_init(k));
  fresh.ca_initialized = 0;
  for (std::int64_t& word : fresh.ca_priv) word = 0;
  fresh.ca_state = TCP_CA_Open;
  fresh.ack = IcskAck{};
  fresh.ack.rcv_mss = TCP_MIN_MSS;
  k.assign(icsk, fresh);
}

}  // namespace

SockId tcp_sk_alloc(Kernel& k, std::uint8_t family) {
  const SockId sk = k.alloc_sock();
  const Sock& s = k[sk];
  Sock fresh;
  fresh.self = sk;
  fresh.family = family;
  fresh.protocol = 6;
  fresh.sk_refcnt = 1;
  fresh.socket_state = SS_UNCONNECTED;
  fresh.saddr = fresh.daddr = any_address(family);
  fresh.sk_sndbuf = k.sysctl().tcp_wmem[1];
  fresh.sk_rcvbuf = k.sysctl().tcp_rmem[1];
  fresh.icsk.rto = static_cast<std::uint32_t>(request_timeout_init(k));
  fresh.icsk.rto_min = static_cast<std::uint32_t>(k.usecs_to_jiffies(k.sysctl().tcp_rto_min_us));
  fresh.icsk.delack_max = static_cast<std::uint32_t>(k.hz() / 5);
  fresh.icsk.ca_ops = static_cast<std::uint8_t>(k.sysctl().tcp_default_cc);
  TcpSock& tp = fresh.tp;
  tp.mdev_us = 1000000;
  for (MinMax::Sample& sample : tp.rtt_min.s) sample = {static_cast<std::uint32_t>(k.jiffies()), ~0u};
  tp.snd_cwnd = TCP_INIT_CWND;
  tp.app_limited = ~0u;
  tp.rate_app_limited = 1;
  tp.snd_ssthresh = TCP_INFINITE_SSTHRESH;
  tp.snd_cwnd_clamp = ~0u;
  tp.mss_cache = TCP_MSS_DEFAULT;
  tp.reordering = static_cast<std::uint32_t>(k.sysctl().tcp_reordering);
  if (k.profile.scaling_ratio) tp.scaling_ratio = TCP_DEFAULT_SCALING_RATIO;
  k.assign(s, fresh);
  tcp_init_xmit_timers(k, sk);
  k.put(k.net().sockets_allocated, k.net().sockets_allocated + 1);
  return sk;
}

void tcp_set_state(Kernel& k, SockId sk, TcpState state) {
  auto f = k.enter(Fn::tcp_set_state, {}, sk);
  const Sock& s = k[sk];
  const TcpState old_state = s.state;
  switch (state) {
    case TcpState::established:
      if (old_state != TcpState::established) k.count(Counter::TcpCurrEstab);
      break;
    case TcpState::close_wait:
      if (!k.profile.connection.close_wait_is_established)
        gone_from_established(k, old_state);
      else if (old_state == TcpState::syn_recv)
        k.count(Counter::TcpCurrEstab);
      break;
    case TcpState::close:
      if (old_state == TcpState::close_wait || old_state == TcpState::established)
        k.count(Counter::TcpEstabResets);
      inet_unhash_sock(k, sk);
      if (s.bound != 0 && (s.sk_userlocks & SOCK_BINDPORT_LOCK) == 0) inet_put_port(k, sk);
      gone_from_established(k, old_state);
      break;
    default:
      gone_from_established(k, old_state);
  }
  k.set(s.state, state);
}

void tcp_done(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_done, {}, sk);
  const Sock& s = k[sk];
  if (s.state == TcpState::syn_sent || s.state == TcpState::syn_recv) k.count(Counter::TcpAttemptFails);
  tcp_set_state(k, sk, TcpState::close);
  inet_csk_clear_xmit_timers(k, sk);
  k.set(s.sk_shutdown, SHUTDOWN_MASK);
  if (k.decide("sock_dead", s.dead != 0))
    inet_csk_destroy_sock(k, sk);
  else
    sock_def_wakeup(k, sk);
}

void tcp_done_with_error(Kernel& k, SockId sk, std::int32_t err) {
  const Sock& s = k[sk];
  k.set(s.sk_err, err);
  if (k.profile.sender.purges_on_error) tcp_write_queue_purge(k, sk);
  const bool dead = s.dead != 0;
  if (!k.profile.sender.purges_on_error && !dead) sock_def_error_report(k, sk);
  tcp_done(k, sk);
  if (k.profile.sender.purges_on_error && !dead) sock_def_error_report(k, sk);
}

void inet_csk_destroy_sock(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::inet_csk_destroy_sock, {}, sk);
  const Sock& s = k[sk];
  inet_csk_clear_xmit_timers(k, sk);  // tcp_v4_destroy_sock()
  tcp_write_queue_purge(k, sk);
  tcp_purge_ofo(k, sk);
  while (const SkbId skb = skb_dequeue(k, s.tp.ucopy.prequeue)) consume_skb(k, skb);
  if (s.bound != 0) inet_put_port(k, sk);
  k.put(k.net().sockets_allocated, k.net().sockets_allocated - 1);
  tcp_receive_queue_purge(k, sk);  // sk_stream_kill_queues()
  while (const SkbId skb = skb_dequeue(k, s.error_queue)) consume_skb(k, skb);
  sk_mem_reclaim(k, sk);
  k.put(k.net().orphan_count, k.net().orphan_count - 1);
  sock_put(k, sk);
}

void sock_hold(Kernel& k, SockId sk) {
  k.put(k[sk].sk_refcnt, static_cast<std::uint16_t>(k[sk].sk_refcnt + 1));
}

void sock_put(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  k.put(s.sk_refcnt, static_cast<std::uint16_t>(s.sk_refcnt - 1));
  sk_free(k, sk);
}

void sk_free(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (s.sk_refcnt == 0 && s.sk_wmem_alloc == 0 && s.tp.tsq_work.pending == 0) k.release(sk);
}

void tcp_disconnect(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_disconnect, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const TcpState old_state = s.state;
  if (old_state != TcpState::close) tcp_set_state(k, sk, TcpState::close);
  const bool unsent_fin =
      tp.snd_nxt != tp.write_seq && (old_state == TcpState::closing || old_state == TcpState::last_ack);
  if (old_state == TcpState::listen) {
    inet_csk_listen_stop(k, sk);
  } else if (k.decide("tcp_need_reset", tcp_need_reset(old_state) || unsent_fin)) {
    tcp_send_active_reset(k, sk);
    k.set(s.sk_err, std::int32_t{ECONNRESET});
  } else if (old_state == TcpState::syn_sent) {
    k.set(s.sk_err, std::int32_t{ECONNRESET});
  }
  inet_csk_clear_xmit_timers(k, sk);
  tcp_receive_queue_purge(k, sk);
  tcp_write_queue_purge(k, sk);
  tcp_purge_ofo(k, sk);
  k.put(s.dport, std::uint16_t{0});
  if ((s.sk_userlocks & SOCK_BINDADDR_LOCK) == 0) k.assign(s.saddr, any_address(s.family));
  k.set(s.sk_shutdown, std::uint8_t{0});
  k.set(s.sock_done, std::uint8_t{0});
  Seq seq = tp.write_seq + tp.max_window + 2;
  if (seq == 0) seq = 1;
  const TcpSock fresh = cleared(k, tp, seq);
  k.assign(tp, fresh);
  cleared_icsk(k, s.icsk);
  k.put(s.sk_rx_dst, std::uint8_t{0});
  sock_def_error_report(k, sk);
}

std::int32_t tcp_abort(Kernel& k, SockId sk, std::int32_t error) {
  auto f = k.enter(Fn::tcp_abort, {}, sk);
  const Sock& s = k[sk];
  if (s.state == TcpState::close) return -ENOENT;
  if (s.state == TcpState::listen) {
    tcp_set_state(k, sk, TcpState::close);
    inet_csk_listen_stop(k, sk);
  }
  k.local_bh_disable();
  bh_lock_sock(k, sk);
  if (s.dead == 0) {
    k.set(s.sk_err, error);
    sock_def_error_report(k, sk);
    if (tcp_need_reset(s.state)) tcp_send_active_reset(k, sk);
    tcp_done(k, sk);
  }
  bh_unlock_sock(k, sk);
  k.local_bh_enable();
  tcp_write_queue_purge(k, sk);
  return 0;
}

}  // namespace ringside
