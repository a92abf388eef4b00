// struct sock with its inet, inet_connection_sock and tcp_sock parts, as plain data under the kernel's names.
// Fields that only one kernel has stand beside the others; the profile decides who uses them.
#pragma once
#include "core/base/seq.h"
#include "core/model/enums.h"
#include "core/model/ids.h"
#include "core/model/skb.h"
#include "core/model/timer.h"
#include "core/wire/address.h"

namespace ringside {

/// The lock of include/net/sock.h socket_lock_t.
struct SocketLock {
  std::uint8_t owned = 0;  ///< a process is between lock_sock and release_sock
  std::uint8_t slock = 0;  ///< the spinlock: 1 + CPU number while held, else 0
  ProcessId owner;         ///< which process (the model's; the kernel does not keep it)
  ProcessId wait_head;     ///< who sleeps in lock_sock(), first come first served
};

/// sk_backlog
struct SockBacklog {
  SkbId head, tail;
  std::uint32_t len = 0;   ///< truesize sum, zeroed only when a drain has finished
  std::uint32_t qlen = 0;  ///< number of skbs (the model's, for the picture)
};

/// Generic SACK block, host order.
struct SackBlock {
  Seq start = 0, end = 0;
};

/// struct tcp_options_received
struct RxOpt {
  std::int64_t ts_recent_stamp = 0;  ///< seconds
  std::uint32_t ts_recent = 0;
  std::uint32_t rcv_tsval = 0, rcv_tsecr = 0;
  std::uint16_t mss_clamp = 0, user_mss = 0;
  std::uint8_t saw_tstamp = 0, tstamp_ok = 0, dsack = 0, wscale_ok = 0, sack_ok = 0, snd_wscale = 0,
               rcv_wscale = 0;
  std::uint8_t num_sacks = 0;  ///< SACK blocks received in this segment (rx) ...
  std::uint8_t sack_count = 0;
  SackBlock sacks[4];  ///< ... and they themselves, parsed
};

/// struct inet_connection_sock.icsk_ack
struct IcskAck {
  std::uint8_t pending = 0;   ///< ICSK_ACK_* bits
  std::uint8_t quick = 0;     ///< scheduled number of quick ACKs
  std::uint8_t pingpong = 0;  ///< 4.13: flag; 6.18: counter
  std::uint8_t retry = 0;     ///< 6.18
  std::uint8_t blocked = 0;   ///< 4.13: the delayed ACK was blocked by the socket lock
  std::uint32_t ato = 0;      ///< ticks
  std::int64_t timeout = 0;   ///< jiffies
  std::int64_t lrcvtime = 0;  ///< jiffies
  std::uint16_t last_seg_size = 0;
  std::uint16_t rcv_mss = 0;
};

/// struct inet_connection_sock
struct Icsk {
  IcskAck ack;
  std::int64_t timeout = 0;      ///< jiffies
  std::uint32_t rto = 0;         ///< ticks
  std::uint32_t rto_min = 0;     ///< ticks, 0: tcp_rto_min_us
  std::uint32_t rto_max = 0;     ///< ticks, 0: tcp_rto_max_ms (TCP_RTO_MAX_MS)
  std::uint32_t delack_max = 0;  ///< ticks, 6.18
  std::uint32_t pmtu_cookie = 0;
  std::uint32_t user_timeout = 0;  ///< ms
  std::uint8_t ca_state = 0;       ///< TCP_CA_*
  std::uint8_t ca_ops = 0;         ///< congestion control module, CongestionOps
  std::uint8_t retransmits = 0;
  std::uint8_t pending = 0;  ///< ICSK_TIME_*
  std::uint8_t backoff = 0;
  std::uint8_t syn_retries = 0;  ///< TCP_SYNCNT, 0: sysctl
  std::uint8_t probes_out = 0;
  std::int64_t probes_tstamp = 0;  ///< jiffies, 6.18
  std::uint16_t ext_hdr_len = 0;
  std::int32_t mtup_search_high = 0, mtup_search_low = 0;
  std::int64_t ca_priv[24] = {};  ///< the congestion control's own state
  std::uint8_t ca_initialized = 0;
  Timer retransmit_timer, delack_timer;
};

/// struct minmax (win_minmax.h)
struct MinMax {
  struct Sample {
    std::uint32_t t = 0, v = 0;
  } s[3];
};

/// struct tcp_rack
struct TcpRack {
  std::int64_t mstamp = 0;  ///< us
  std::uint32_t rtt_us = 0;
  Seq end_seq = 0;
  Seq last_delivered = 0;
  std::uint8_t reo_wnd_steps = 1, reo_wnd_persist = 0, dsack_seen = 0, advanced = 0, reord = 0;
};

/// 4.13's struct ucopy: a reader asleep in tcp_recvmsg
struct Ucopy {
  SkbQueue prequeue;
  ProcessId task;
  std::uint32_t memory = 0;  ///< truesize sum of the prequeue
  std::int32_t len = 0;      ///< bytes the reader still has room for
};

/// struct tcp_sock
struct TcpSock {
  std::uint16_t tcp_header_len = 0;  ///< bytes, header with the options of every segment
  std::uint16_t gso_segs = 0;
  std::uint32_t pred_flags = 0;  ///< host order here; 0: fast path off
  std::uint64_t bytes_received = 0, bytes_acked = 0, bytes_sent = 0, bytes_retrans = 0;
  std::uint32_t segs_in = 0, data_segs_in = 0, segs_out = 0, data_segs_out = 0;
  // receive side
  Seq rcv_nxt = 0, copied_seq = 0, rcv_wup = 0, irs = 0;
  std::uint32_t rcv_wnd = 0, window_clamp = 0, rcv_ssthresh = 0, scaling_ratio = 0;
  std::uint32_t advmss = 0;
  Ucopy ucopy;
  SkbTree out_of_order_queue;
  SkbId ooo_last_skb;
  SackBlock duplicate_sack[1];
  SackBlock selective_acks[4];
  std::uint32_t rcv_ooopack = 0, dsack_dups = 0;
  struct {
    std::uint32_t rtt_us = 0;
    Seq seq = 0;
    std::int64_t time = 0;
  } rcv_rtt_est;  ///< time: us
  struct {
    std::uint32_t space = 0;
    Seq seq = 0;
    std::int64_t time = 0;
  } rcvq_space;
  std::uint32_t rcv_rtt_last_tsecr = 0;
  std::uint16_t urg_data = 0;
  Seq urg_seq = 0, snd_up = 0;
  std::uint32_t compressed_ack = 0, dup_ack_counter = 0;
  Seq compressed_ack_rcv_nxt = 0;
  Timer compressed_ack_timer, pacing_timer;
  Timer tsq_work;  ///< the per-CPU tasklet or work item that serves this socket (TCP small queues)
  std::int64_t last_oow_ack_time = 0;  ///< jiffies
  std::uint8_t recvmsg_inq = 0, repair = 0;
  // options
  RxOpt rx_opt;
  std::uint32_t tsoffset = 0;
  std::uint8_t tcp_usec_ts = 0;
  // send side
  Seq snd_nxt = 0, snd_una = 0, snd_sml = 0, write_seq = 0, pushed_seq = 0, snd_wl1 = 0;
  std::uint32_t snd_wnd = 0, max_window = 0, mss_cache = 0;
  std::int64_t rcv_tstamp = 0, lsndtime = 0;  ///< jiffies
  std::uint32_t srtt_us = 0, mdev_us = 0, mdev_max_us = 0, rttvar_us = 0;
  Seq rtt_seq = 0;
  MinMax rtt_min;
  std::uint32_t snd_cwnd = 0, snd_ssthresh = 0, snd_cwnd_cnt = 0, snd_cwnd_clamp = 0, snd_cwnd_used = 0;
  std::int64_t snd_cwnd_stamp = 0;  ///< jiffies
  std::uint32_t prior_cwnd = 0, prr_delivered = 0, prr_out = 0, prior_ssthresh = 0;
  std::uint32_t packets_out = 0, retrans_out = 0, sacked_out = 0, lost_out = 0, fackets_out = 0;
  std::uint32_t max_packets_out = 0, cwnd_usage_seq = 0;
  Seq max_packets_seq = 0;
  std::uint32_t delivered = 0, delivered_ce = 0, lost = 0, app_limited = 0, reordering = 0, reord_seen = 0;
  std::int64_t first_tx_mstamp = 0, delivered_mstamp = 0, tcp_mstamp = 0;  ///< us
  std::int64_t tcp_wstamp_ns = 0, tcp_clock_cache = 0;                     ///< ns, 6.18
  std::uint32_t rate_delivered = 0, rate_interval_us = 0;
  std::uint8_t rate_app_limited = 0, is_cwnd_limited = 0, is_sack_reneg = 0, nonagle = 0, frto = 0,
               ecn_flags = 0;
  std::uint8_t syn_data = 0, syn_retrans = 0, linger_quick = 0, thin_lto = 0, recvmsg_peek = 0,
               tlp_retrans = 0;
  Seq high_seq = 0, retrans_stamp = 0, undo_marker = 0, tlp_high_seq = 0;
  std::int32_t undo_retrans = 0;
  std::uint32_t total_retrans = 0, total_rto = 0, total_rto_time = 0, total_rto_recoveries = 0, rto_stamp = 0;
  std::uint32_t reord_stamp = 0;
  SkbId lost_skb_hint, retransmit_skb_hint, highest_sack, forward_skb_hint;
  std::int32_t lost_cnt_hint = 0, retransmit_cnt_hint = 0;
  SackBlock recv_sack_cache[4];
  TcpRack rack;
  SkbQueue tsorted_sent_queue;  ///< 6.18: through SkBuff::prev/next is taken; see net/ipv4/tcp_rtx.h
  std::uint64_t tsq_flags = 0;  ///< TCPF_* deferred work
  std::int32_t linger2 = 0;     ///< ticks; <0: no FIN_WAIT2
  std::uint32_t keepalive_time = 0, keepalive_intvl = 0;  ///< ticks, 0: sysctl
  std::uint8_t keepalive_probes = 0, defer_accept = 0, save_syn = 0;
  std::uint32_t notsent_lowat = 0;
  std::uint64_t delivered_rate_interval = 0, busy_start = 0;
  std::uint32_t snd_ssthresh_stamp = 0;
  std::uint32_t mtu_info = 0;         ///< bytes, from an ICMP error
  std::uint8_t chrono_type = 0;       ///< TCP_CHRONO_*: what limits the sender now
  std::int64_t chrono_start = 0;      ///< jiffies
  std::uint32_t chrono_stat[3] = {};  ///< ticks: busy, limited by the peer's window, by the send buffer
};

/// struct request_sock_queue: both queues of connection establishment
struct RequestSockQueue {
  RequestId accept_head, accept_tail;
  std::uint32_t qlen = 0;  ///< request socks (SYN queue)
  std::uint32_t young = 0;
  std::uint8_t synflood_warned = 0;
};

struct Sock {
  static constexpr ObjectKind kind = ObjectKind::sock;

  // identity
  SockId self;
  std::uint8_t family = 4;    ///< 4 or 6
  std::uint8_t protocol = 6;  ///< IPPROTO_*
  TcpState state = TcpState::close;
  std::uint8_t hashed = 0, bound = 0, ipv6only = 0, refcnt = 0, dead = 0;
  std::uint8_t bound_by_connect = 0;   ///< its port was chosen by connect(): another peer may share it
  std::uint8_t socket_state = 0;       ///< struct socket's SS_*; 0: not accepted yet
  std::uint16_t sk_refcnt = 0;         ///< sock_hold(): the memory goes with the last one
  std::uint16_t sk_write_pending = 0;  ///< writers that wait for the connection
  std::uint32_t sk_disconnects = 0;    ///< 6.18
  IpAddr saddr, daddr;                 ///< inet_rcv_saddr, inet_daddr
  std::uint16_t sport = 0, dport = 0;  ///< inet_num, inet_dport; host order
  std::uint32_t flow = 0;              ///< number of the connection in the run, from 1
  NodeRef hash_next;                   ///< ehash or lhash chain
  SockId bind_next;
  // socket layer
  SocketLock lock;
  SockBacklog backlog;
  SkbQueue receive_queue, write_queue, error_queue;
  SkbTree rtx_queue;  ///< tcp_rtx_queue, 6.18 (4.13 keeps sent skbs in the write queue)
  SkbId send_head;    ///< 4.13: first unsent skb of the write queue
  SkbId rx_skb_cache;
  std::int32_t sk_rcvbuf = 0, sk_sndbuf = 0, sk_rcvlowat = 1;
  std::int32_t sk_rmem_alloc = 0, sk_wmem_queued = 0, sk_forward_alloc = 0, sk_wmem_alloc = 0, sk_drops = 0;
  std::int64_t sk_rcvtimeo_ns = -1, sk_sndtimeo_ns = -1;  ///< -1: infinite
  std::int32_t sk_err = 0, sk_err_soft = 0;               ///< errno, positive
  std::uint8_t sk_shutdown = 0;                           ///< RCV_SHUTDOWN 1, SEND_SHUTDOWN 2
  std::uint8_t sk_userlocks = 0;                          ///< SOCK_SNDBUF_LOCK 1, SOCK_RCVBUF_LOCK 2
  std::uint8_t sock_done = 0, sock_linger = 0, sock_keepopen = 0, sock_urginline = 0, sock_zerocopy = 0,
               sk_reuse = 0, sk_reuseport = 0;
  std::uint8_t sk_queue_shrunk = 0;   ///< 4.13: SOCK_QUEUE_SHRUNK, an ACK freed send memory
  std::uint8_t sk_pacing_status = 0;  ///< SK_PACING_*: 0 none, 1 needed (by TCP itself), 2 by the fq qdisc
  std::uint32_t path_mtu = 0;         ///< learnt for this destination; 0: the device's
  std::uint8_t sk_nospace = 0, sk_rx_dst = 0, ip_tos = 0, min_ttl = 0, recverr = 0, freebind = 0,
               rcvtstamp = 0;
  std::int32_t ip_ttl = -1;
  std::int64_t sk_lingertime_ns = 0;
  std::int32_t sk_max_pacing_rate = -1;
  std::uint64_t sk_pacing_rate = ~0ull;  ///< bytes a second; all ones: not paced
  std::uint32_t sk_gso_max_segs = 65535, sk_gso_max_size = 65536;
  std::uint32_t sk_mark = 0, sk_priority = 0, sk_tsflags = 0;
  Timer sk_timer;
  // who sleeps on it: the wait queue (sk_sleep), through Process::wait_next; and epoll's hooks
  ProcessId wait_head;
  EpollItemId epoll_head;
  FileId file;  ///< first open file on it; 0: orphan or not accepted yet
  // listening
  std::uint32_t sk_max_ack_backlog = 0, sk_ack_backlog = 0;
  RequestSockQueue accept_queue;
  SockId listener;  ///< the parent of an accepted socket
  // UDP
  std::uint8_t udp_connected = 0;
  // what the applications of a replayed capture still have to do: the model's own account
  FragId todo_head, todo_tail;  ///< bytes that the captured host sent and our application has not written yet
  ProcessId writer;             ///< the thread that writes them
  Seq captured_snd_nxt = 0;     ///< how far the captured host has sent
  std::uint8_t captured_started = 0, todo_fin = 0, todo_rst = 0, app_eof = 0;
  // what was read: the model's own account
  std::uint64_t delivered_bytes = 0;
  std::uint8_t adopted = 0;  ///< set up in the middle of a stream: the capture held no handshake

  Icsk icsk;
  TcpSock tp;
};

/// struct tcp_request_sock: a connection being made (TCP_NEW_SYN_RECV)
struct RequestSock {
  static constexpr ObjectKind kind = ObjectKind::request;
  RequestId self;
  std::uint8_t family = 4;
  std::uint8_t num_timeout = 0, num_retrans = 0;
  std::uint8_t cookie_ts = 0, tstamp_ok = 0, sack_ok = 0, wscale_ok = 0, snd_wscale = 0, rcv_wscale = 0,
               ecn_ok = 0, acked = 0;
  std::uint8_t syncookie = 0, req_usec_ts = 0;
  std::uint8_t hashed = 0, holds_listener = 0;
  std::uint16_t mss = 0;
  IpAddr saddr, daddr;
  std::uint16_t sport = 0, dport = 0;
  Seq rcv_isn = 0, snt_isn = 0, rcv_nxt = 0, txhash = 0;
  std::uint32_t rsk_rcv_wnd = 0, rsk_window_clamp = 0, ts_recent = 0, ts_off = 0, snt_tsval_first = 0,
                snt_tsval_last = 0;
  std::int64_t snt_synack_us = 0, last_oow_ack_time = 0;
  SockId listener, sk;  ///< `sk`: the child, once complete
  NodeRef hash_next;
  RequestId accept_next;
  std::uint32_t packet = 0;  ///< the SYN's frame
  std::uint32_t flow = 0;
  Timer timer;
  std::int64_t timeout = 0;  ///< ticks, doubled each time
};

/// struct tcp_timewait_sock
struct TimewaitSock {
  static constexpr ObjectKind kind = ObjectKind::timewait;
  TimewaitId self;
  std::uint8_t family = 4;
  TcpState substate = TcpState::time_wait;  ///< TCP_FIN_WAIT2 or TCP_TIME_WAIT
  std::uint8_t rcv_wscale = 0, tos = 0;
  std::uint8_t reuse = 0, kill = 0;  ///< SO_REUSEADDR of the socket it was; it stands for a short time only
  std::int64_t entry_stamp_ms = 0;   ///< 6.18: when TIME_WAIT began
  IpAddr saddr, daddr;
  std::uint16_t sport = 0, dport = 0;
  Seq rcv_nxt = 0, snd_nxt = 0;
  std::uint32_t rcv_wnd = 0, ts_recent = 0, ts_offset = 0;
  std::int64_t ts_recent_stamp = 0, last_oow_ack_time = 0;
  NodeRef hash_next;
  SockId bind_owner;
  std::uint32_t flow = 0;
  Timer timer;
};

}  // namespace ringside
