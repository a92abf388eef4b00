// include/net/tcp.h: what the TCP files of the kernel call across each other. Each block names the file (and
// so the room) that defines it; everything else a file needs stays in that file.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

inline bool tcp_is_sack(const TcpSock& tp) { return tp.rx_opt.sack_ok != 0; }
/// tcp_mstamp_refresh(): the clock of everything that is sent or measured from here on.
void tcp_mstamp_refresh(Kernel& k, SockId sk);

// --- net/ipv4/tcp_ipv4.cpp (and ipv6/tcp_ipv6.cpp)
// ---------------------------------------------------------------
void tcp_v4_rcv(Kernel& k, SkbId skb);
void tcp_v6_rcv(Kernel& k, SkbId skb);
void tcp_v4_early_demux(Kernel& k, SkbId skb);
/// ESTABLISHED: tcp_rcv_established; LISTEN, others: tcp_rcv_state_process. Consumes the skb.
void tcp_v4_do_rcv(Kernel& k, SockId sk, SkbId skb);
/// RST in answer to `skb`; `sk` may be none. Both IP versions.
void tcp_v4_send_reset(Kernel& k, SockId sk, SkbId skb);
/// An ACK not from a full socket (TIME_WAIT, request sock).
struct BareAck {
  Seq seq = 0, ack = 0;
  std::uint32_t win = 0;  ///< header field
  std::uint32_t tsval = 0, tsecr = 0;
  bool with_ts = false;
  std::uint8_t tos = 0;
};
void tcp_v4_send_ack(Kernel& k, SkbId skb, const BareAck& ack);

// --- net/ipv4/inet_hashtables.cpp
// ----------------------------------------------------------------------------------
NodeRef inet_lookup_established(Kernel& k, const IpAddr& saddr, std::uint16_t sport, const IpAddr& daddr,
                                std::uint16_t dport);
void inet_ehash_insert(Kernel& k, NodeRef node);
void inet_unhash(Kernel& k, NodeRef node);

// --- net/ipv4/tcp_input.cpp, receive side
// ---------------------------------------------------------------------------
void tcp_rcv_established(Kernel& k, SockId sk, SkbId skb);
/// Queues the segment's data or decides not to; consumes the skb.
void tcp_data_queue(Kernel& k, SockId sk, SkbId skb);
/// False: the segment was dealt with (dropped, RST, challenge ACK); the skb is gone.
bool tcp_validate_incoming(Kernel& k, SockId sk, SkbId skb, bool syn_inerr);
void tcp_reset(Kernel& k, SockId sk, SkbId skb);
void tcp_fin(Kernel& k, SockId sk);
void tcp_urg(Kernel& k, SockId sk, SkbId skb);
void tcp_ack_snd_check(Kernel& k, SockId sk);
void tcp_enter_quickack_mode(Kernel& k, SockId sk, std::uint32_t max_quickacks);
void tcp_init_buffer_space(Kernel& k, SockId sk);
void tcp_initialize_rcv_mss(Kernel& k, SockId sk);
void tcp_rcv_space_adjust(Kernel& k, SockId sk);
void tcp_send_challenge_ack(Kernel& k, SockId sk);
bool tcp_oow_rate_limited(Kernel& k, SkbId skb, Counter skipped, const std::int64_t& last_oow_ack_time);
/// Parses the options of a segment into `opt` (tcp_parse_options); `estab`: only what an established socket
/// honours.
void tcp_parse_options(Kernel& k, SkbId skb, RxOpt& opt, bool estab);
/// True: the timestamp is not older than ts_recent by more than `window`, or ts_recent has no weight any
/// more.
bool tcp_paws_check(const Kernel& k, const RxOpt& opt, std::int32_t window);
/// FLAG_TS_PROGRESS if ts_recent moved on, else 0.
std::uint32_t tcp_replace_ts_recent(Kernel& k, SockId sk, Seq seq);
void tcp_rcv_rtt_measure_ts(Kernel& k, SockId sk, SkbId skb);
void tcp_fast_path_check(Kernel& k, SockId sk);
void tcp_fast_path_on(Kernel& k, SockId sk);
void tcp_purge_ofo(Kernel& k, SockId sk);
void tcp_sack_compress_send_ack(Kernel& k, SockId sk);
void tcp_data_ready(Kernel& k, SockId sk);

// --- net/ipv4/tcp_input_states.cpp: tcp_rcv_state_process and connection requests
// -----------------------------------
/// Drop::none: dealt with, skb consumed. Otherwise the caller answers with a RST and frees the skb for that
/// reason.
Drop tcp_rcv_state_process(Kernel& k, SockId sk, SkbId skb);
void tcp_conn_request(Kernel& k, SockId sk, SkbId skb);
void tcp_finish_connect(Kernel& k, SockId sk, SkbId skb);
void tcp_init_transfer(Kernel& k, SockId sk);

// --- net/ipv4/tcp_ack.cpp: the sender's half of tcp_input.c
// ---------------------------------------------------------
enum TcpAckFlag : std::uint32_t {
  FLAG_DATA = 0x01,        ///< the segment contained data
  FLAG_WIN_UPDATE = 0x02,  ///< it updated the peer's window
  FLAG_DATA_ACKED = 0x04,  ///< it acknowledged new data
  FLAG_RETRANS_DATA_ACKED = 0x08,
  FLAG_SYN_ACKED = 0x10,
  FLAG_DATA_SACKED = 0x20,  ///< new SACK
  FLAG_ECE = 0x40,
  FLAG_LOST_RETRANS = 0x80,  ///< a retransmission was lost
  FLAG_SLOWPATH = 0x100,
  FLAG_ORIG_SACK_ACKED = 0x200,  ///< never-retransmitted data was (S)ACKed
  FLAG_SND_UNA_ADVANCED = 0x400,
  FLAG_DSACKING_ACK = 0x800,  ///< SACK blocks contained a D-SACK
  FLAG_SACK_RENEGING = 0x2000,
  FLAG_UPDATE_TS_RECENT = 0x4000,
  FLAG_NO_CHALLENGE_ACK = 0x8000,
  FLAG_TS_PROGRESS = 0x40000,
  FLAG_ACK_MAYBE_DELAYED = 0x10000,
  FLAG_DSACK_TLP = 0x20000,  ///< 6.18: a D-SACK for a tail loss probe
  FLAG_SET_XMIT_TIMER = 0x1000,
  FLAG_ACKED = FLAG_DATA_ACKED | FLAG_SYN_ACKED,
  FLAG_NOT_DUP = FLAG_DATA | FLAG_WIN_UPDATE | FLAG_ACKED,
  FLAG_CA_ALERT = FLAG_DATA_SACKED | FLAG_ECE | FLAG_DSACKING_ACK,
  FLAG_FORWARD_PROGRESS = FLAG_ACKED | FLAG_DATA_SACKED
};
/// > 0 fine, 0 old, < 0: minus a Drop (the segment is to be dropped).
int tcp_ack(Kernel& k, SockId sk, SkbId skb, std::uint32_t flag);
void tcp_data_snd_check(Kernel& k, SockId sk);
void tcp_init_metrics(Kernel& k, SockId sk);
void tcp_init_congestion_control(Kernel& k, SockId sk);
void tcp_synack_rtt_meas(Kernel& k, SockId sk, RequestId req);
void tcp_rearm_rto(Kernel& k, SockId sk);
void tcp_sndbuf_expand(Kernel& k, SockId sk);
void tcp_mtup_init(Kernel& k, SockId sk);
std::uint32_t tcp_init_cwnd(Kernel& k, SockId sk);

// --- net/ipv4/tcp_output.cpp
// -----------------------------------------------------------------------------------------
/// Sends one segment: clones unless it is a pure ACK, builds the header, hands it to ip_queue_xmit.
/// 0, or -errno (the segment was not sent).
int tcp_transmit_skb(Kernel& k, SockId sk, SkbId skb, bool clone_it);
void __tcp_push_pending_frames(Kernel& k, SockId sk, std::uint32_t cur_mss, int nonagle);
void tcp_push_pending_frames(Kernel& k, SockId sk);
bool tcp_write_xmit(Kernel& k, SockId sk, std::uint32_t mss_now, int nonagle, int push_one);
void tcp_send_fin(Kernel& k, SockId sk);
void tcp_send_active_reset(Kernel& k, SockId sk);
/// SYN-ACK for a request sock; also retransmissions.
void tcp_send_synack(Kernel& k, SockId listener, RequestId req);
/// The queued SYN turns into a SYN-ACK and is sent (crossing SYNs). 0, or -errno.
int tcp_send_synack(Kernel& k, SockId sk);
/// connect(): SYN, write queue, timers. 0, or -errno.
int tcp_connect(Kernel& k, SockId sk);
std::uint32_t tcp_current_mss(Kernel& k, SockId sk);
std::uint32_t tcp_sync_mss(Kernel& k, SockId sk, std::uint32_t pmtu);
std::uint32_t tcp_mss_to_mtu(Kernel& k, SockId sk, std::uint32_t mss);
void tcp_write_queue_purge(Kernel& k, SockId sk);
/// tcp_release_cb(): work put off while a process owned the socket.
void tcp_release_cb(Kernel& k, SockId sk);
/// The destructor of what tcp_transmit_skb() sent: the device is done with it (TCP small queues).
void tcp_wfree(Kernel& k, SkbId skb);
void tcp_tsq_handler(Kernel& k, SockId sk);
/// tcp_v4_mtu_reduced(): the path takes only `tp.mtu_info` bytes (an ICMP error told so).
void tcp_mtu_reduced(Kernel& k, SockId sk);

// --- net/ipv4/tcp_window.cpp: the receiver's half of tcp_output.c
// ----------------------------------------------------
void tcp_send_ack(Kernel& k, SockId sk);
void tcp_send_delayed_ack(Kernel& k, SockId sk);
std::uint32_t __tcp_select_window(Kernel& k, SockId sk);
/// The window field for the segment being built, unscaled by nobody: already shifted. Sets rcv_wnd and
/// rcv_wup.
std::uint16_t tcp_select_window(Kernel& k, SockId sk);
struct InitialWindow {
  std::uint32_t rcv_wnd = 0, window_clamp = 0;
  std::uint8_t rcv_wscale = 0;
};
InitialWindow tcp_select_initial_window(Kernel& k, std::int32_t space, std::uint32_t mss,
                                        std::uint32_t window_clamp, bool wscale_ok,
                                        std::uint32_t init_rcv_wnd);
/// After a segment with the ACK flag left: quick ACKs used up, delayed-ACK timer off (tcp_event_ack_sent).
void tcp_event_ack_sent(Kernel& k, SockId sk, std::uint32_t segments, Seq rcv_nxt);
std::uint32_t tcp_receive_window(const TcpSock& tp);
std::int32_t tcp_space(Kernel& k, SockId sk);
std::int32_t tcp_full_space(Kernel& k, SockId sk);
std::int32_t tcp_win_from_space(Kernel& k, SockId sk, std::int32_t space);
/// Sequence number that a segment without data carries.
Seq tcp_acceptable_seq(const TcpSock& tp);

// --- net/ipv4/tcp_timer.cpp
// ------------------------------------------------------------------------------------------
void tcp_delack_timer(Kernel& k, SockId sk);  ///< fires in timer context
void tcp_delack_timer_handler(Kernel& k, SockId sk);
void tcp_compressed_ack_kick(Kernel& k, SockId sk);
void tcp_write_timer(Kernel& k, SockId sk);
void tcp_write_timer_handler(Kernel& k, SockId sk);
void tcp_keepalive_timer(Kernel& k, SockId sk);
void tcp_pacing_kick(Kernel& k, SockId sk);
void inet_csk_reset_xmit_timer(Kernel& k, SockId sk, std::uint8_t what, std::int64_t when_ticks,
                               std::int64_t max_when_ticks);
/// `when_ticks` from now, at most the RTO's maximum; `pace_delay`: from when the paced segment leaves.
void tcp_reset_xmit_timer(Kernel& k, SockId sk, std::uint8_t what, std::int64_t when_ticks, bool pace_delay);
void inet_csk_clear_xmit_timer(Kernel& k, SockId sk, std::uint8_t what);
void inet_csk_clear_xmit_timers(Kernel& k, SockId sk);
void inet_csk_reset_keepalive_timer(Kernel& k, SockId sk, std::int64_t len_ticks);
void inet_csk_delete_keepalive_timer(Kernel& k, SockId sk);
/// The connection ends with this error (6.18: its queues are emptied first), the owner is told.
void tcp_done_with_error(Kernel& k, SockId sk, std::int32_t err);
/// tcp_check_oom(): too many orphans, or the memory of tcp_mem[2] is used up. Each `shift` doubles the
/// orphans.
bool tcp_check_oom(Kernel& k, SockId sk, int shift);
void tcp_init_xmit_timers(Kernel& k, SockId sk);
void reqsk_timer_handler(Kernel& k, RequestId req);  ///< 4.13 and 6.18: per request sock

// --- net/ipv4/tcp_minisocks.cpp
// --------------------------------------------------------------------------------------
void tcp_time_wait(Kernel& k, SockId sk, TcpState state, std::int64_t timeo_ticks);
void tcp_timewait_timer(Kernel& k, TimewaitId tw);
void inet_twsk_deschedule(Kernel& k, TimewaitId tw);
enum class TimewaitAction : std::uint8_t { success, reset, ack, syn, ack_oow };
TimewaitAction tcp_timewait_state_process(Kernel& k, TimewaitId tw, SkbId skb, Seq& isn);
/// The socket to go on with: the listener itself, a new child, or none (the segment was dealt with).
/// `reason`: why the segment is to be dropped if there is none.
SockId tcp_check_req(Kernel& k, SockId listener, SkbId skb, RequestId req, bool& req_stolen, Drop& reason);
/// As tcp_rcv_state_process(): Drop::none, or answer with a RST and drop the segment for that reason. The
/// child must be locked with bh_lock_sock (tcp_check_req has done so); it is unlocked here.
Drop tcp_child_process(Kernel& k, SockId parent, SockId child, SkbId skb);

// --- net/ipv4/inet_connection_sock.cpp, net/ipv4/tcp.cpp
// --------------------------------------------------------------
void tcp_set_state(Kernel& k, SockId sk, TcpState state);
void tcp_done(Kernel& k, SockId sk);
void inet_csk_destroy_sock(Kernel& k, SockId sk);
SockId tcp_sk_alloc(Kernel& k, std::uint8_t family);  ///< sk_alloc + tcp_init_sock
void inet_csk_reqsk_queue_drop(Kernel& k, SockId listener, RequestId req);
/// Back to an unconnected socket; the peer gets a RST if it must know (tcp_disconnect). The caller holds the
/// lock.
void tcp_disconnect(Kernel& k, SockId sk);
/// tcp_abort(): the connection dies with `error` (positive errno). The caller holds the lock. 0 or -errno.
std::int32_t tcp_abort(Kernel& k, SockId sk, std::int32_t error);
/// sock_hold(), sock_put(): the socket's memory goes with the last reference.
void sock_hold(Kernel& k, SockId sk);
void sock_put(Kernel& k, SockId sk);
/// tcp_v4_do_rcv() in LISTEN: the listener itself, a child made of a SYN cookie (locked; give it to
/// tcp_child_process), or none (drop).
SockId tcp_v4_cookie_check(Kernel& k, SockId listener, SkbId skb);
void tcp_rtx_queue_purge(Kernel& k, SockId sk);

// System calls that may sleep: true when done (call.result is set), false when the process sleeps. Call them
// again when it has been woken; their place and locals are in Process::call.
bool tcp_recvmsg(Kernel& k, SockId sk, ProcessId self);
bool tcp_sendmsg(Kernel& k, SockId sk, ProcessId self);
/// splice() into a pipe: up to call.len bytes.
bool tcp_splice_read(Kernel& k, SockId sk, ProcessId self);
bool inet_csk_accept(Kernel& k, SockId sk, ProcessId self);
bool inet_stream_connect(Kernel& k, SockId sk, ProcessId self);
bool tcp_close(Kernel& k, SockId sk, ProcessId self);
/// inet_listen(), tcp_shutdown(), tcp_disconnect(): they do not sleep but may find the lock taken: false then
/// too.
bool inet_listen(Kernel& k, SockId sk, ProcessId self);
bool inet_shutdown(Kernel& k, SockId sk, ProcessId self);
std::uint32_t tcp_poll(Kernel& k, SockId sk);  ///< EPOLL* bits
void tcp_cleanup_rbuf(Kernel& k, SockId sk, std::int32_t copied);
bool tcp_stream_is_readable(Kernel& k, SockId sk, std::int32_t target);

}  // namespace ringside
