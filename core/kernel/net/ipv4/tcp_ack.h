// The sender's half of net/ipv4/tcp_input.c, across its own files.
#pragma once
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

/// struct tcp_sacktag_state
struct SackState {
  std::int64_t first_sackt = 0, last_sackt = 0;  ///< us: send times of newly SACKed, never retransmitted data
  Seq reord = 0;                                 ///< 6.18: lowest such start below the highest SACK
  std::uint32_t fack_count = 0, reord_packets = 0;  ///< 4.13: the same, counted in packets from the head
  std::uint32_t sack_delivered = 0;
  std::uint32_t flag = 0;
  RateSample* rate = nullptr;
};

/// What the caller of tcp_fastretrans_alert() sends afterwards.
enum class Rexmit : std::uint8_t { none, lost, new_data };

// tcp_rtt.cpp. A sample below 0 is none.
bool tcp_ack_update_rtt(Kernel& k, SockId sk, std::uint32_t flag, std::int64_t seq_rtt_us,
                        std::int64_t sack_rtt_us, std::int64_t ca_rtt_us, RateSample& rs);
// tcp_sacktag.cpp
std::uint32_t tcp_sacktag_write_queue(Kernel& k, SockId sk, SkbId ack_skb, Seq prior_snd_una,
                                      SackState& state);
/// `metric`: 4.13 packets, 6.18 the lowest delivered sequence number. `ts`: seen by timestamps.
void tcp_note_reordering(Kernel& k, SockId sk, std::uint32_t metric, bool ts);
void tcp_check_sack_reordering(Kernel& k, SockId sk, Seq low_seq, bool ts);
void tcp_count_delivered(Kernel& k, SockId sk, std::uint32_t delivered, bool ece_ack);
// tcp_clean.cpp
std::uint32_t tcp_clean_rtx_queue(Kernel& k, SockId sk, std::uint32_t prior_fack, Seq prior_snd_una,
                                  std::uint32_t& acked, SackState& sack, bool ece_ack);
// tcp_recovery.cpp
void tcp_rack_advance(Kernel& k, SockId sk, std::uint8_t sacked, Seq end_seq, std::int64_t xmit_time);
/// True if the reordering timer was started.
bool tcp_rack_mark_lost(Kernel& k, SockId sk);
void tcp_rack_update_reo_wnd(Kernel& k, SockId sk, const RateSample& rs);
std::int64_t tcp_rack_skb_timeout(const TcpSock& tp, const SkBuff& skb, std::uint32_t reo_wnd);
// tcp_loss.cpp
void tcp_mark_skb_lost(Kernel& k, SockId sk, SkbId skb);
void tcp_mark_head_lost(Kernel& k, SockId sk, std::uint32_t packets, bool mark_head);
void tcp_newreno_mark_lost(Kernel& k, SockId sk, bool snd_una_advanced);
void tcp_enter_recovery(Kernel& k, SockId sk, bool ece_ack);
void tcp_simple_retransmit(Kernel& k, SockId sk);
void tcp_add_reno_sack(Kernel& k, SockId sk, std::uint32_t num_dupack, bool ece_ack);
void tcp_remove_reno_sacks(Kernel& k, SockId sk, std::uint32_t acked, bool ece_ack);
// tcp_undo.cpp
bool tcp_tsopt_ecr_before(const TcpSock& tp, std::uint32_t when);
bool tcp_any_retrans_done(Kernel& k, SockId sk);
bool tcp_try_undo_recovery(Kernel& k, SockId sk);
bool tcp_try_undo_dsack(Kernel& k, SockId sk);
bool tcp_try_undo_loss(Kernel& k, SockId sk, bool frto_undo);
/// True: the caller does nothing more for this ACK.
bool tcp_try_undo_partial(Kernel& k, SockId sk, std::uint32_t acked, Seq prior_snd_una);
// tcp_fastretrans.cpp
void tcp_fastretrans_alert(Kernel& k, SockId sk, std::uint32_t acked, Seq prior_snd_una,
                           std::uint32_t num_dupack, std::uint32_t& flag, Rexmit& rexmit);
void tcp_try_keep_open(Kernel& k, SockId sk);

}  // namespace ringside
