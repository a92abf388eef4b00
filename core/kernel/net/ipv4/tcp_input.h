// What the files of the receive half of tcp_input.c call across each other.
#pragma once
#include "core/kernel/net/tcp.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

inline constexpr std::uint32_t TCP_MAX_QUICKACKS = 16;
inline constexpr std::uint32_t TCP_NUM_SACKS = 4;
inline constexpr std::uint8_t ICSK_ACK_NOMEM = 32;
inline constexpr std::uint16_t kFlagAe = 0x100;  ///< the AccECN bit, TCPHDR_AE
inline constexpr std::uint16_t TCP_URG_VALID = 0x0100, TCP_URG_NOTYET = 0x0200, TCP_URG_READ = 0x0400;
/// TCPOLEN_TSTAMP_ALIGNED with the header: what every segment has when timestamps are on.
inline constexpr std::uint32_t kHeaderWithTimestamps = 20 + 12;

inline bool has_flag(const SkBuff& skb, std::uint16_t flags) { return (skb.cb.tcp_flags & flags) != 0; }
/// TCP_ATO_MIN, TCP_DELACK_MIN: 40 ms in ticks.
inline std::uint32_t tcp_ato_min(const Kernel& k) { return static_cast<std::uint32_t>(k.hz() / 25); }
/// TCP_DELACK_MAX: 200 ms in ticks.
inline std::uint32_t tcp_delack_max_ticks(const Kernel& k) { return static_cast<std::uint32_t>(k.hz() / 5); }
/// tcp_rto_min() in ticks.
inline std::int64_t tcp_rto_min_ticks(const Kernel& k, const Sock& sk) {
  return sk.icsk.rto_min != 0 ? sk.icsk.rto_min : k.hz() / 5;
}
inline bool inet_csk_ack_scheduled(const Sock& sk) { return (sk.icsk.ack.pending & ICSK_ACK_SCHED) != 0; }
inline void add_pending(Kernel& k, SockId sk, std::uint8_t bits) {
  const IcskAck& ack = k[sk].icsk.ack;
  k.set(ack.pending, static_cast<std::uint8_t>(ack.pending | bits));
}
inline void inet_csk_schedule_ack(Kernel& k, SockId sk) { add_pending(k, sk, ICSK_ACK_SCHED); }

// --- tcp_checksum.cpp
/// True: the segment's checksum is wrong (tcp_checksum_complete).
bool tcp_checksum_complete(Kernel& k, SkbId skb);
/// tcp_drop(), tcp_drop_reason(): counted against the socket.
void tcp_drop(Kernel& k, SockId sk, SkbId skb, Drop reason);
/// sk_drops_add(): a GRO packet counts for all its segments.
void sk_drops_add(Kernel& k, SockId sk, SkbId skb);

// --- tcp_options.cpp
/// tcp_fast_parse_options(): false if the segment has no options.
bool tcp_fast_parse_options(Kernel& k, SockId sk, SkbId skb);
/// False: the options are not exactly NOP NOP timestamp.
bool tcp_parse_aligned_timestamp(Kernel& k, SockId sk, SkbId skb);
void tcp_store_ts_recent(Kernel& k, SockId sk);

// --- tcp_quickack.cpp
void tcp_event_data_recv(Kernel& k, SockId sk, SkbId skb);
void tcp_measure_rcv_mss(Kernel& k, SockId sk, SkbId skb);
void tcp_incr_quickack(Kernel& k, SockId sk, std::uint32_t max_quickacks);
bool tcp_in_quickack_mode(const Kernel& k, const Sock& sk);
bool tcp_in_pingpong_mode(const Kernel& k, const Sock& sk);
void tcp_exit_pingpong_mode(Kernel& k, SockId sk);
void tcp_ecn_check_ce(Kernel& k, SockId sk, SkbId skb);
void __tcp_ack_snd_check(Kernel& k, SockId sk, bool ofo_possible);

// --- tcp_rcvbuf.cpp
void tcp_grow_window(Kernel& k, SockId sk, SkbId skb, bool adjust);
void tcp_clamp_window(Kernel& k, SockId sk);
void tcp_rcv_rtt_measure(Kernel& k, SockId sk);
void tcp_adjust_rcv_ssthresh(Kernel& k, SockId sk);
/// 6.18: the buffer follows what the reader takes in one round trip.
void tcp_rcvbuf_grow(Kernel& k, SockId sk, std::uint32_t newval);

// --- tcp_data_queue.cpp
/// Queues an in-order skb whose header is pulled. True: its bytes were merged into the tail; free it.
bool tcp_queue_rcv(Kernel& k, SockId sk, SkbId skb);
bool tcp_try_coalesce(Kernel& k, SockId sk, SkbId to, SkbId from);
void tcp_rcv_nxt_update(Kernel& k, SockId sk, Seq seq);

// --- tcp_ofo.cpp
void tcp_data_queue_ofo(Kernel& k, SockId sk, SkbId skb);
void tcp_ofo_queue(Kernel& k, SockId sk);

// --- tcp_prune.cpp
/// False: there is no memory for an skb of `size` (truesize) even after pruning.
bool tcp_try_rmem_schedule(Kernel& k, SockId sk, SkbId skb, std::uint32_t size);

// --- tcp_window.cpp
/// tcp_default_init_rwnd(): first window in segments.
std::uint32_t tcp_default_init_rwnd(std::uint32_t mss);

// --- tcp_sack_blocks.cpp
void tcp_dsack_set(Kernel& k, SockId sk, Seq seq, Seq end_seq);
void tcp_dsack_extend(Kernel& k, SockId sk, Seq seq, Seq end_seq);
void tcp_sack_new_ofo_skb(Kernel& k, SockId sk, Seq seq, Seq end_seq);
void tcp_sack_remove(Kernel& k, SockId sk);
void tcp_sack_reset(Kernel& k, SockId sk);

// --- tcp_delack.cpp
/// inet_csk_reset_xmit_timer(ICSK_TIME_DACK): ticks from now.
void tcp_reset_delack_timer(Kernel& k, SockId sk, std::int64_t when);
/// inet_csk_clear_xmit_timer(ICSK_TIME_DACK): no ACK is due; the timer itself runs out by itself.
void tcp_clear_delack_timer(Kernel& k, SockId sk);

// --- tcp_recvmsg.cpp: shared by both kernels' read loops
/// Copies [offset, offset+len) from skb->data to the reader and hands the bytes to the application.
void tcp_copy_to_user(Kernel& k, SockId sk, SkbId skb, std::uint32_t offset, std::uint32_t len, bool peek);

}  // namespace ringside
