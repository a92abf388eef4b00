// From request sock to full socket: tcp_v4_syn_recv_sock(), tcp_create_openreq_child().
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

namespace {

/// tcp_mss_clamp(): not more than the user's TCP_MAXSEG.
std::uint32_t advertised_mss(const Kernel& k, const TcpSock& tp, const IpAddr& peer) {
  const std::uint32_t mss = dst_advmss(k, peer);
  return tp.rx_opt.user_mss != 0 && tp.rx_opt.user_mss < mss ? tp.rx_opt.user_mss : mss;
}

/// sk_clone_lock() and inet_csk_clone_lock(): a child starts as a copy of its listener, without anything that
/// belongs to the listener alone.
SockId inet_csk_clone_lock(Kernel& k, SockId listener, RequestId req) {
  const SockId child = k.alloc_sock();
  const RequestSock& r = k[req];
  Sock s = k[listener];
  s.self = child;
  s.family = r.family;
  s.state = TcpState::syn_recv;
  s.hashed = s.bound = s.bound_by_connect = s.refcnt = s.dead = 0;
  s.sk_refcnt = 1;
  s.socket_state = 0;
  s.saddr = r.saddr;
  s.daddr = r.daddr;
  s.sport = r.sport;
  s.dport = r.dport;
  s.flow = r.flow;
  s.hash_next = {};
  s.bind_next = {};
  s.lock = {};
  s.lock.slock = static_cast<std::uint8_t>(1 + k.cpu_id());
  s.backlog = {};
  s.receive_queue = s.write_queue = s.error_queue = {};
  s.rtx_queue = {};
  s.sk_rmem_alloc = s.sk_wmem_queued = s.sk_forward_alloc = s.sk_wmem_alloc = s.sk_drops = 0;
  s.sk_err = s.sk_err_soft = 0;
  s.sk_userlocks &= SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK;  // not the address and port locks
  s.sock_done = 0;
  s.sk_timer = {};
  s.wait_head = {};
  s.epoll_head = {};
  s.file = {};
  s.sk_max_ack_backlog = s.sk_ack_backlog = 0;
  s.accept_queue = {};
  s.listener = listener;
  s.icsk.retransmits = s.icsk.backoff = s.icsk.probes_out = 0;
  s.icsk.probes_tstamp = 0;
  s.icsk.retransmit_timer = s.icsk.delack_timer = {};
  s.tp.compressed_ack_timer = s.tp.pacing_timer = {};
  k.assign(k[child], s);
  k.put(k.net().sockets_allocated, k.net().sockets_allocated + 1);
  return child;
}

/// The sender's half of the child's tcp_sock: as fresh as tcp_init_sock() left the listener's.
void init_send_side(Kernel& k, TcpSock& tp, const RequestSock& req, SkbId skb) {
  tp.snd_sml = tp.snd_una = tp.snd_nxt = tp.snd_up = tp.write_seq = tp.pushed_seq = req.snt_isn + 1;
  tp.srtt_us = 0;
  tp.mdev_us = 1000000;
  tp.rtt_min.s[0] = tp.rtt_min.s[1] = tp.rtt_min.s[2] = {static_cast<std::uint32_t>(k.jiffies()), ~0u};
  tp.packets_out = tp.retrans_out = tp.sacked_out = tp.fackets_out = 0;
  tp.snd_ssthresh = TCP_INFINITE_SSTHRESH;
  tp.tlp_high_seq = 0;
  tp.lsndtime = k.jiffies();
  tp.last_oow_ack_time = 0;
  tp.total_retrans = req.num_retrans;
  tp.snd_cwnd = TCP_INIT_CWND;
  tp.snd_cwnd_cnt = 0;
  tp.app_limited = ~0u;
  tp.snd_wnd = std::uint32_t{k[skb].cb.window} << tp.rx_opt.snd_wscale;
  tp.max_window = tp.snd_wnd;
  tp.rack.mstamp = 0;
  tp.rack.advanced = 0;
  tp.ecn_flags = req.ecn_ok != 0 ? TCP_ECN_OK : 0;
  if (k.profile.connection.undoes_spurious_syn && req.num_timeout != 0) {
    tp.total_rto = req.num_timeout;
    tp.undo_marker = req.snt_isn;
    tp.retrans_stamp = static_cast<Seq>(req.snt_synack_us / 1000);
    tp.total_rto_time = tcp_time_stamp_ms(k) - tp.retrans_stamp;
    tp.total_rto_recoveries = 1;
  }
}

/// The options both ends agreed on, and the window we offered with the SYN-ACK.
void init_options(Kernel& k, TcpSock& tp, const RequestSock& req) {
  tp.rx_opt.saw_tstamp = tp.rx_opt.dsack = tp.rx_opt.num_sacks = 0;
  tp.rx_opt.tstamp_ok = req.tstamp_ok;
  tp.rx_opt.sack_ok = req.sack_ok;
  tp.window_clamp = req.rsk_window_clamp;
  tp.rcv_ssthresh = req.rsk_rcv_wnd;
  tp.rcv_wnd = req.rsk_rcv_wnd;
  tp.rx_opt.wscale_ok = req.wscale_ok;
  if (req.wscale_ok != 0) {
    tp.rx_opt.snd_wscale = req.snd_wscale;
    tp.rx_opt.rcv_wscale = req.rcv_wscale;
  } else {
    tp.rx_opt.snd_wscale = tp.rx_opt.rcv_wscale = 0;
    tp.window_clamp = std::min(tp.window_clamp, 65535u);
  }
  tp.rx_opt.ts_recent_stamp = 0;
  tp.tcp_header_len = kTcpHeaderBytes;
  if (req.tstamp_ok != 0) {
    tp.rx_opt.ts_recent = req.ts_recent;
    tp.rx_opt.ts_recent_stamp = now_seconds(k);
    tp.tcp_header_len += TCPOLEN_TSTAMP_ALIGNED;
  }
  tp.tsoffset = req.ts_off;
  tp.rx_opt.mss_clamp = req.mss;
}

SockId tcp_create_openreq_child(Kernel& k, SockId listener, RequestId req, SkbId skb) {
  auto f = k.enter(Fn::tcp_create_openreq_child, skb, listener);
  const SockId child = inet_csk_clone_lock(k, listener, req);
  const Sock& s = k[child];
  const RequestSock& r = k[req];
  TcpSock tp = s.tp;
  tp.pred_flags = 0;
  tp.irs = r.rcv_isn;
  tp.rcv_wup = tp.copied_seq = tp.rcv_nxt = r.rcv_isn + 1;
  tp.snd_wl1 = r.rcv_isn;
  tp.segs_in = 1;
  tp.urg_data = 0;
  init_options(k, tp, r);
  init_send_side(k, tp, r, skb);
  k.assign(s.tp, tp);
  k.put(s.icsk.rto, static_cast<std::uint32_t>(request_timeout_init(k)));
  k.put(s.icsk.ack.lrcvtime, k.jiffies());
  tcp_init_xmit_timers(k, child);
  if (s.sock_keepopen != 0) inet_csk_reset_keepalive_timer(k, child, keepalive_time_when(k, s.tp));
  if (k[skb].len >= TCP_MSS_DEFAULT + s.tp.tcp_header_len)
    k.put(s.icsk.ack.last_seg_size, static_cast<std::uint16_t>(k[skb].len - s.tp.tcp_header_len));
  k.put(s.icsk.ca_state, TCP_CA_Open);
  k.count(Counter::TcpPassiveOpens);
  return child;
}

}  // namespace

void tcp_openreq_init_rwin(Kernel& k, SockId listener, RequestId req) {
  const Sock& sk = k[listener];
  const RequestSock& r = k[req];
  const std::int32_t full_space = tcp_full_space(k, listener);
  const std::uint32_t mss = advertised_mss(k, sk.tp, r.daddr);
  std::uint32_t clamp = sk.tp.window_clamp;
  const bool locked = (sk.sk_userlocks & SOCK_RCVBUF_LOCK) != 0;
  if (locked && (clamp == 0 || clamp > static_cast<std::uint32_t>(full_space)))
    clamp = static_cast<std::uint32_t>(full_space);
  const std::uint32_t option_bytes = r.tstamp_ok != 0 ? TCPOLEN_TSTAMP_ALIGNED : 0;
  const InitialWindow window =
      tcp_select_initial_window(k, full_space, mss - option_bytes, clamp, r.wscale_ok != 0, 0);
  k.put(r.rsk_rcv_wnd, window.rcv_wnd);
  k.put(r.rsk_window_clamp, window.window_clamp);
  const std::uint8_t wscale =
      tcp_own_wscale(k, {r.saddr, r.daddr, r.sport, r.dport}, r.packet, window.rcv_wscale);
  k.put(r.rcv_wscale, r.wscale_ok != 0 ? wscale : window.rcv_wscale);
}

SockId tcp_syn_recv_sock(Kernel& k, SockId listener, SkbId skb, RequestId req, bool unhash_request) {
  const RequestSock& r = k[req];
  auto f = k.enter(r.family == 6 ? Fn::tcp_v6_syn_recv_sock : Fn::tcp_v4_syn_recv_sock, skb, listener);
  const Sock& sk = k[listener];
  if (k.decide("accept_queue_full", sk_acceptq_is_full(sk),
               {{"sk_ack_backlog", sk.sk_ack_backlog}, {"sk_max_ack_backlog", sk.sk_max_ack_backlog}})) {
    k.count(Counter::ListenOverflows);
    tcp_listendrop(k, listener);
    return {};
  }
  const SockId child = tcp_create_openreq_child(k, listener, req, skb);
  const Sock& c = k[child];
  k.put(c.sk_rx_dst, std::uint8_t{1});
  tcp_sync_mss(k, child, k.host().nic->mtu);
  k.put(c.tp.advmss, advertised_mss(k, sk.tp, c.daddr));
  tcp_initialize_rcv_mss(k, child);
  // inet_ehash_nolisten(): from now on the 4-tuple leads to the child.
  if (unhash_request) {
    inet_unhash(k, NodeRef::of(req));
    k.put(r.hashed, std::uint8_t{0});
  }
  inet_ehash_insert(k, NodeRef::of(child));
  return child;
}

}  // namespace ringside
