// Numbers that the TCP files of the kernel share: include/net/tcp.h, inet_connection_sock.h, linux/tcp.h.
#pragma once
#include <cstdint>

namespace ringside {

// TCP_SKB_CB(skb)->tcp_flags, as in the header
inline constexpr std::uint16_t TCPHDR_FIN = 0x01, TCPHDR_SYN = 0x02, TCPHDR_RST = 0x04, TCPHDR_PSH = 0x08,
                               TCPHDR_ACK = 0x10, TCPHDR_URG = 0x20, TCPHDR_ECE = 0x40, TCPHDR_CWR = 0x80;
inline constexpr std::uint16_t TCPHDR_SYN_ECN = TCPHDR_SYN | TCPHDR_ECE | TCPHDR_CWR;

// TCP_SKB_CB(skb)->sacked
inline constexpr std::uint8_t TCPCB_SACKED_ACKED = 0x01, TCPCB_SACKED_RETRANS = 0x02, TCPCB_LOST = 0x04,
                              TCPCB_TAGBITS = 0x07, TCPCB_REPAIRED = 0x10, TCPCB_EVER_RETRANS = 0x80,
                              TCPCB_RETRANS = TCPCB_SACKED_RETRANS | TCPCB_EVER_RETRANS | TCPCB_REPAIRED;

// inet_connection_sock.icsk_pending, and the timer that inet_csk_reset_xmit_timer() starts
inline constexpr std::uint8_t ICSK_TIME_RETRANS = 1, ICSK_TIME_DACK = 2, ICSK_TIME_PROBE0 = 3,
                              ICSK_TIME_LOSS_PROBE = 5, ICSK_TIME_REO_TIMEOUT = 6;
// inet_connection_sock.icsk_ack.pending
inline constexpr std::uint8_t ICSK_ACK_SCHED = 1, ICSK_ACK_TIMER = 2, ICSK_ACK_PUSHED = 4,
                              ICSK_ACK_PUSHED2 = 8, ICSK_ACK_NOW = 16;

// tcp_options_received.sack_ok
inline constexpr std::uint8_t TCP_SACK_SEEN = 1, TCP_FACK_ENABLED = 2, TCP_DSACK_SEEN = 4;

// tcp_sock.nonagle
inline constexpr std::uint8_t TCP_NAGLE_OFF = 1, TCP_NAGLE_CORK = 2, TCP_NAGLE_PUSH = 4;

// tcp_sock.ecn_flags (RFC 3168; AccECN is not modelled)
inline constexpr std::uint8_t TCP_ECN_OK = 1, TCP_ECN_QUEUE_CWR = 2, TCP_ECN_DEMAND_CWR = 4, TCP_ECN_SEEN = 8;
inline constexpr std::uint8_t INET_ECN_NOT_ECT = 0, INET_ECN_ECT_1 = 1, INET_ECN_ECT_0 = 2, INET_ECN_CE = 3,
                              INET_ECN_MASK = 3;

// inet_connection_sock.icsk_ca_state
inline constexpr std::uint8_t TCP_CA_Open = 0, TCP_CA_Disorder = 1, TCP_CA_CWR = 2, TCP_CA_Recovery = 3,
                              TCP_CA_Loss = 4;

// tcp_sock.tsq_flags
inline constexpr std::uint64_t TSQF_THROTTLED = 1u << 0, TSQF_QUEUED = 1u << 1, TCPF_TSQ_DEFERRED = 1u << 2,
                               TCPF_WRITE_TIMER_DEFERRED = 1u << 3, TCPF_DELACK_TIMER_DEFERRED = 1u << 4,
                               TCPF_MTU_REDUCED_DEFERRED = 1u << 5, TCPF_ACK_DEFERRED = 1u << 6;

// sk_shutdown, sk_userlocks
inline constexpr std::uint8_t RCV_SHUTDOWN = 1, SEND_SHUTDOWN = 2, SHUTDOWN_MASK = 3;
inline constexpr std::uint8_t SOCK_SNDBUF_LOCK = 1, SOCK_RCVBUF_LOCK = 2;

// Lengths, counts and limits
inline constexpr std::uint32_t TCP_INIT_CWND = 10, TCP_INFINITE_SSTHRESH = 0x7fffffff, TCP_MSS_DEFAULT = 536,
                               TCP_MIN_MSS = 88, TCP_FASTRETRANS_THRESH = 3, TCP_THIN_LINEAR_RETRIES = 6;
/// Headroom for headers that TCP asks for (x86-64 with the usual tunnels configured).
inline constexpr std::uint32_t MAX_TCP_HEADER = 320;
inline constexpr std::uint32_t MAX_TCP_WINDOW = 32767;

/// A set of states, as the kernel's TCPF_* masks.
constexpr std::uint32_t tcpf(auto... state) { return ((1u << static_cast<unsigned>(state)) | ...); }

}  // namespace ringside
