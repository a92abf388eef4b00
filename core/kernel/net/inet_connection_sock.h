// include/net/inet_connection_sock.h, request_sock.h: what the files of connection establishment call across
// each other. What others call is in tcp.h and inet.h.
#pragma once
#include <cerrno>

#include "core/kernel/net/inet_hashtables.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

inline constexpr std::int64_t TCP_TIMEWAIT_LEN_S = 60, TCP_RTO_MAX_S = 120;
inline constexpr std::uint32_t TCPOLEN_TSTAMP_ALIGNED = 12, kTcpHeaderBytes = 20;
inline constexpr std::uint32_t kFlagFin = 1, kFlagSyn = 2, kFlagRst = 4, kFlagAck = 16;

inline bool has_tcp_flag(const SkBuff& skb, std::uint32_t flag) { return (skb.cb.tcp_flags & flag) != 0; }
// sk_userlocks: what the application chose itself
inline constexpr std::uint8_t SOCK_BINDADDR_LOCK = 4, SOCK_BINDPORT_LOCK = 8;
/// struct socket's state (Sock::socket_state)
inline constexpr std::uint8_t SS_UNCONNECTED = 1, SS_CONNECTING = 2, SS_CONNECTED = 3, SS_DISCONNECTING = 4;
/// Every memory byte of a fresh 6.18 socket is taken to carry half a byte of payload (of 256).
inline constexpr std::uint32_t TCP_DEFAULT_SCALING_RATIO = 128;

/// TCP_TIMEOUT_INIT: 1 s in ticks.
inline std::int64_t request_timeout_init(const Kernel& k) { return k.hz(); }
inline bool reqsk_queue_empty(const Sock& listener) { return !listener.accept_queue.accept_head; }
inline bool sk_acceptq_is_full(const Sock& listener) {
  return listener.sk_ack_backlog > listener.sk_max_ack_backlog;
}
/// ktime_get_seconds()
inline std::int64_t now_seconds(const Kernel& k) { return k.clock_us() / 1000000; }
/// tcp_time_stamp(): the clock of the timestamps option, ms, without a connection's offset.
inline std::uint32_t tcp_time_stamp_ms(const Kernel& k) {
  return static_cast<std::uint32_t>(k.clock_us() / 1000);
}
/// dst_metric_advmss() of the one device: what one segment can carry without options.
std::uint32_t dst_advmss(const Kernel& k, const IpAddr& peer);
/// tcp_clear_options()
void tcp_clear_options(RxOpt& opt);
std::int64_t keepalive_time_when(const Kernel& k, const TcpSock& tp);  ///< ticks

/// The initial sequence number and timestamp offset of one of our connections, as the run's policy has it.
struct InitialSequence {
  Seq isn = 0;
  std::uint32_t ts_off = 0;          ///< ms
  std::uint32_t captured_tsval = 0;  ///< the timestamp that the captured host sent with it; 0: not known
};
bool tcp_paws_reject(Kernel& k, const RxOpt& opt, bool rst);
InitialSequence tcp_initial_sequence(Kernel& k, const Tuple& tuple, std::uint32_t syn_packet);
/// Our window scale: `computed`, unless the run's policy knows what the captured host announced.
std::uint8_t tcp_own_wscale(Kernel& k, const Tuple& tuple, std::uint32_t syn_packet, std::uint8_t computed);

// net/ipv4/inet_connection_sock.cpp
RequestId inet_reqsk_alloc(Kernel& k, SockId listener, SkbId syn);
void inet_csk_reqsk_queue_hash_add(Kernel& k, SockId listener, RequestId req, std::int64_t timeout_ticks);
void reqsk_free(Kernel& k, RequestId req);
/// tcp_rtx_synack(), inet_rtx_syn_ack(): the SYN-ACK once more, counted.
void tcp_rtx_synack(Kernel& k, SockId listener, RequestId req);
/// reqsk_timeout(): ticks until the next SYN-ACK, doubled a try.
std::int64_t reqsk_timeout(const Kernel& k, const RequestSock& req);
/// inet_csk_reqsk_queue_add(): the child is ready for accept(). False: the listener is gone, and so is the
/// child.
bool inet_csk_reqsk_queue_add(Kernel& k, SockId listener, RequestId req, SockId child);
/// inet_csk_complete_hashdance(): from the SYN queue to the accept queue.
SockId inet_csk_complete_hashdance(Kernel& k, SockId listener, SockId child, RequestId req);
std::int32_t inet_csk_listen_start(Kernel& k, SockId sk);
void inet_csk_listen_stop(Kernel& k, SockId sk);
/// tcp_listendrop(): a SYN or a final ACK is given up.
void tcp_listendrop(Kernel& k, SockId listener);

// net/ipv4/tcp_minisocks.cpp
/// tcp_v4_syn_recv_sock(), tcp_v6_syn_recv_sock(): the child of a handshake; none if the accept queue is
/// full.
SockId tcp_syn_recv_sock(Kernel& k, SockId listener, SkbId skb, RequestId req, bool unhash_request);
void tcp_openreq_init_rwin(Kernel& k, SockId listener, RequestId req);

// net/ipv4/tcp_input_states.cpp, tcp_synsent.cpp, tcp_established.cpp
void tcp_v4_conn_request(Kernel& k, SockId listener, SkbId skb);  ///< and tcp_v6_conn_request()
Drop tcp_rcv_synsent_state_process(Kernel& k, SockId sk, SkbId skb);
void tcp_try_undo_spurious_syn(Kernel& k, SockId sk);

// net/ipv4/tcp_close.cpp
bool tcp_close_state(Kernel& k, SockId sk);  ///< true: a FIN is due
void tcp_shutdown(Kernel& k, SockId sk, std::uint8_t how);
void tcp_orphan(Kernel& k, SockId sk);                       ///< sock_orphan() and the orphan count
std::int64_t tcp_fin_time(const Kernel& k, const Sock& sk);  ///< ticks in FIN_WAIT2
void tcp_receive_queue_purge(Kernel& k, SockId sk);

// net/ipv4/syncookies.cpp
Seq cookie_init_sequence(Kernel& k, SockId listener, SkbId syn, std::uint16_t& mss);

}  // namespace ringside
