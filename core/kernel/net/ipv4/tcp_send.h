// What the files of TCP's send side (tcp_output.c, the sender's half of tcp_input.c, tcp_timer.c, tcp_cong.c)
// call across each other. Other rooms use core/kernel/net/tcp.h.
#pragma once
#include <algorithm>

#include "core/kernel/net/tcp.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

// --- small facts about a socket or an skb (include/net/tcp.h)
inline Seq tcp_wnd_end(const TcpSock& tp) { return tp.snd_una + tp.snd_wnd; }
inline std::uint32_t tcp_packets_in_flight(const TcpSock& tp) {
  return tp.packets_out - (tp.sacked_out + tp.lost_out) + tp.retrans_out;
}
inline bool tcp_is_reno(const TcpSock& tp) { return !tcp_is_sack(tp); }
inline bool tcp_in_slow_start(const TcpSock& tp) { return tp.snd_cwnd < tp.snd_ssthresh; }
inline bool tcp_in_cwnd_reduction(const Sock& s) {
  return s.icsk.ca_state == TCP_CA_CWR || s.icsk.ca_state == TCP_CA_Recovery;
}
inline bool tcp_urg_mode(const TcpSock& tp) { return tp.snd_una != tp.snd_up; }
inline std::uint32_t tcp_skb_pcount(const SkBuff& skb) { return skb.cb.tcp_gso_segs; }
inline std::uint32_t tcp_skb_mss(const SkBuff& skb) { return skb.cb.tcp_gso_size; }
/// tcp_highest_sack_seq(): the first byte behind the highest SACKed skb's start.
Seq tcp_highest_sack_seq(Kernel& k, SockId sk);
inline bool tcp_is_fack(Kernel& k, const TcpSock& tp) {
  return k.profile.sender.forward_acks && (tp.rx_opt.sack_ok & TCP_FACK_ENABLED) != 0;
}
inline std::uint32_t tcp_min_rtt(const TcpSock& tp) { return tp.rtt_min.s[0].v; }
inline bool tcp_state_in(const Sock& s, std::uint32_t states) {
  return ((1u << static_cast<unsigned>(s.state)) & states) != 0;
}
/// tcp_time_stamp_ts(), tcp_skb_timestamp_ts(): the timestamp option's clock.
std::uint32_t tcp_time_stamp_ts(Kernel& k, const TcpSock& tp);
std::uint32_t tcp_skb_timestamp_ts(const TcpSock& tp, const SkBuff& skb);
/// dst_mtu(), dst_metric_advmss() of the route to the peer.
std::uint32_t tcp_dst_mtu(Kernel& k, SockId sk);
std::uint32_t tcp_dst_advmss(Kernel& k, SockId sk);
std::uint32_t tcp_net_header_len(const Sock& s);

// --- tcp_options_out.cpp
struct TcpOutOptions {
  bool ts = false, wscale = false, sack_advertise = false;
  std::uint16_t mss = 0;  ///< 0: none
  std::uint8_t ws = 0, num_sack_blocks = 0;
  std::uint32_t tsval = 0, tsecr = 0;
  std::uint32_t size = 0;  ///< bytes they take
};
TcpOutOptions tcp_syn_options(Kernel& k, SockId sk, SkbId skb);
TcpOutOptions tcp_synack_options(Kernel& k, RequestId req, std::uint32_t mss, std::uint32_t clock_ms);
/// `skb` none: only the size matters.
TcpOutOptions tcp_established_options(Kernel& k, SockId sk, SkbId skb);
/// Writes them behind `out` (opts.size bytes); `sk` gives the SACK blocks and may be none.
void tcp_options_write(Kernel& k, std::uint8_t* out, SockId sk, const TcpOutOptions& opts);

// --- tcp_skb_out.cpp: skbs on the send side
/// sk_stream_alloc_skb(), tcp_stream_alloc_skb(): `size` bytes of linear room (6.18: none). None if memory is
/// short and not forced.
SkbId tcp_stream_alloc_skb(Kernel& k, SockId sk, std::uint32_t size, bool force_schedule);
/// A bare segment's skb (alloc_skb(MAX_TCP_HEADER)).
SkbId tcp_alloc_bare_skb(Kernel& k);
/// tcp_init_nondata_skb()
void tcp_init_nondata_skb(Kernel& k, SkbId skb, Seq seq, std::uint16_t flags);
void tcp_queue_skb(Kernel& k, SockId sk, SkbId skb);
void sk_wmem_free_skb(Kernel& k, SockId sk, SkbId skb);
void tcp_wmem_queued_add(Kernel& k, SockId sk, std::int32_t bytes);
/// tcp_set_skb_tso_segs(): how many segments it counts for; returns them.
std::uint32_t tcp_set_skb_tso_segs(Kernel& k, SkbId skb, std::uint32_t mss);
std::uint32_t tcp_init_tso_segs(Kernel& k, SkbId skb, std::uint32_t mss);
/// Both halves of tcp_fragment() and tso_fragment(). False if it was refused.
bool tso_fragment(Kernel& k, SockId sk, SkbId skb, std::uint32_t len, std::uint32_t mss);
bool tcp_fragment(Kernel& k, SockId sk, SkbId skb, std::uint32_t len, std::uint32_t mss);
void tcp_trim_head(Kernel& k, SockId sk, SkbId skb, std::uint32_t len);
/// sk_free(): gives a socket's memory back once nobody refers to it. Beside sock_hold(), packets on their way
/// down do (sk_wmem_alloc), and the tasklet of TCP small queues.
void sk_free(Kernel& k, SockId sk);
/// Counts a sent skb that now is `decr` segments less (tcp_adjust_pcount).
void tcp_adjust_pcount(Kernel& k, SockId sk, SkbId skb, std::int32_t decr);
/// skb_shift(): moves the first `bytes` of `from` behind the data of `to`.
void tcp_skb_shift(Kernel& k, SockId sk, SkbId to, SkbId from, std::uint32_t bytes);
/// skb_fclone_busy(): what was last sent of it still waits in this host's queues.
bool skb_fclone_busy(Kernel& k, SkbId skb);

// --- tcp_mss.cpp
std::uint32_t tcp_mtu_to_mss(Kernel& k, SockId sk, std::uint32_t pmtu);
std::uint32_t tcp_bound_to_half_wnd(const TcpSock& tp, std::uint32_t pktsize);
std::uint32_t tcp_mss_clamp(const TcpSock& tp, std::uint32_t mss);
std::uint32_t tcp_gso_max_size(const Sock& s);

// --- tcp_xmit.cpp
bool tcp_snd_wnd_test(const TcpSock& tp, const SkBuff& skb, std::uint32_t cur_mss);
void tcp_push_one(Kernel& k, SockId sk, std::uint32_t mss_now);
void tcp_event_new_data_sent(Kernel& k, SockId sk, SkbId skb);
std::uint32_t tcp_tso_segs(Kernel& k, SockId sk, std::uint32_t mss_now);

// --- tcp_pacing.cpp
bool tcp_small_queue_check(Kernel& k, SockId sk, SkbId skb, unsigned factor);
bool tcp_pacing_check(Kernel& k, SockId sk);
void tcp_internal_pacing(Kernel& k, SockId sk, SkbId skb);
void tcp_update_skb_after_send(Kernel& k, SockId sk, SkbId skb, std::int64_t prior_wstamp);
void tcp_cwnd_validate(Kernel& k, SockId sk, bool is_cwnd_limited);

// --- tcp_chrono.cpp
inline constexpr std::uint8_t TCP_CHRONO_UNSPEC = 0, TCP_CHRONO_BUSY = 1, TCP_CHRONO_RWND_LIMITED = 2,
                              TCP_CHRONO_SNDBUF_LIMITED = 3;
void tcp_chrono_start(Kernel& k, SockId sk, std::uint8_t type);
void tcp_chrono_stop(Kernel& k, SockId sk, std::uint8_t type);

// --- tcp_retransmit.cpp
/// 0, or -errno.
int tcp_retransmit_skb_once(Kernel& k, SockId sk, SkbId skb, std::uint32_t segs);
int tcp_retransmit_skb(Kernel& k, SockId sk, SkbId skb, std::uint32_t segs);
void tcp_xmit_retransmit_queue(Kernel& k, SockId sk);

// --- tcp_tlp.cpp
bool tcp_schedule_loss_probe(Kernel& k, SockId sk, bool advancing_rto);
void tcp_send_loss_probe(Kernel& k, SockId sk);
void tcp_process_tlp_ack(Kernel& k, SockId sk, Seq ack, std::uint32_t flag);

// --- tcp_probe.cpp
int tcp_write_wakeup(Kernel& k, SockId sk, Counter mib);
void tcp_send_probe0(Kernel& k, SockId sk);
void tcp_check_probe_timer(Kernel& k, SockId sk);
std::int64_t tcp_probe0_when(Kernel& k, SockId sk, std::int64_t max_when);

// --- timers (tcp_xmit_timer.cpp)
void inet_csk_clear_xmit_timer(Kernel& k, SockId sk, std::uint8_t what);
std::int64_t tcp_rto_min(Kernel& k, SockId sk);  ///< ticks
std::int64_t tcp_rto_max(Kernel& k, SockId sk);  ///< ticks
std::int64_t tcp_timeout_init(Kernel& k);        ///< ticks
/// How long until the first unacknowledged skb times out, microseconds; may be negative.
std::int64_t tcp_rto_delta_us(Kernel& k, SockId sk);
std::int64_t tcp_clamp_probe0_to_user_timeout(Kernel& k, SockId sk, std::int64_t when);
void tcp_write_err(Kernel& k, SockId sk);

// --- tcp_rate.cpp
struct RateSample {
  std::int64_t prior_mstamp = 0;
  std::uint32_t prior_delivered = 0, prior_delivered_ce = 0, prior_in_flight = 0, last_end_seq = 0;
  std::int32_t delivered = -1;
  std::uint32_t delivered_ce = 0;
  std::int64_t interval_us = -1;
  std::uint32_t snd_interval_us = 0, rcv_interval_us = 0;
  std::int64_t rtt_us = -1;
  std::uint32_t losses = 0, acked_sacked = 0;
  bool is_app_limited = false, is_retrans = false, is_ack_delayed = false;
};
void tcp_rate_skb_sent(Kernel& k, SockId sk, SkbId skb);
void tcp_rate_skb_delivered(Kernel& k, SockId sk, SkbId skb, RateSample& rs);
void tcp_rate_gen(Kernel& k, SockId sk, std::uint32_t delivered, std::uint32_t lost, bool is_sack_reneg,
                  RateSample& rs);
void tcp_rate_check_app_limited(Kernel& k, SockId sk);

// --- tcp_rtt.cpp
std::int64_t __tcp_set_rto(Kernel& k, const TcpSock& tp);  ///< ticks

// --- tcp_cwnd.cpp
void tcp_enter_cwr(Kernel& k, SockId sk);
void tcp_init_cwnd_reduction(Kernel& k, SockId sk);
void tcp_cwnd_reduction(Kernel& k, SockId sk, std::int32_t newly_acked_sacked, std::int32_t newly_lost,
                        std::uint32_t flag);
void tcp_end_cwnd_reduction(Kernel& k, SockId sk);
void tcp_cwnd_restart(Kernel& k, SockId sk, std::int32_t delta);
void tcp_slow_start_after_idle_check(Kernel& k, SockId sk);
void tcp_update_pacing_rate(Kernel& k, SockId sk);
std::uint32_t tcp_current_ssthresh(const Sock& s);
bool tcp_is_cwnd_limited(const TcpSock& tp);
void tcp_set_ca_state(Kernel& k, SockId sk, std::uint8_t ca_state);
void tcp_clear_all_retrans_hints(Kernel& k, SockId sk);

// --- tcp_loss.cpp, tcp_undo.cpp, tcp_sacktag.cpp, tcp_recovery.cpp
void tcp_enter_loss(Kernel& k, SockId sk);
void tcp_rack_reo_timeout(Kernel& k, SockId sk);
void tcp_clear_retrans(Kernel& k, SockId sk);

// --- tcp_cong.cpp
enum class CaEvent : std::uint8_t { tx_start, cwnd_restart, complete_cwr, loss };
struct AckSample {
  std::uint32_t pkts_acked = 0;
  std::int64_t rtt_us = -1;
  std::uint32_t in_flight = 0;
};
void tcp_ca_event(Kernel& k, SockId sk, CaEvent event);
std::uint32_t tcp_ca_ssthresh(Kernel& k, SockId sk);
std::uint32_t tcp_ca_undo_cwnd(Kernel& k, SockId sk);
void tcp_ca_cong_avoid(Kernel& k, SockId sk, Seq ack, std::uint32_t acked);
void tcp_ca_set_state(Kernel& k, SockId sk, std::uint8_t new_state);
void tcp_ca_pkts_acked(Kernel& k, SockId sk, const AckSample& sample);
std::uint32_t tcp_slow_start(Kernel& k, SockId sk, std::uint32_t acked);
void tcp_cong_avoid_ai(Kernel& k, SockId sk, std::uint32_t w, std::uint32_t acked);
void tcp_reno_cong_avoid(Kernel& k, SockId sk, Seq ack, std::uint32_t acked);

// --- tcp_sndbuf.cpp
void tcp_check_space(Kernel& k, SockId sk);

}  // namespace ringside
