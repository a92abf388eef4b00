// What differs between the kernels in TCP's send side. Part of KernelProfile.
#pragma once
#include <cstdint>

#include "core/model/function.h"

namespace ringside {

/// The values here are 4.13's; tcp_sender_6_18() holds the others.
struct TcpSenderProfile {
  // building segments
  Fn transmit = Fn::tcp_transmit_skb;       ///< 6.18: the work is in __tcp_transmit_skb
  bool departure_time = false;              ///< 6.18: skbs carry an earliest departure time (4.20)
  bool push_on_gso = false;                 ///< 6.18: PSH on every skb of several segments (4.20)
  bool options_after_window = false;        ///< 6.18: options are written after the window was chosen
  bool linear_first_skb = true;             ///< 4.13: an empty queue's first skb has linear room for payload
  bool remembers_synack_tsval = false;      ///< 6.18: to check the TSecr of what completes the handshake
  bool pingpong_counts = false;             ///< 6.18: interactive mode has a counter instead of a flag (5.1)
  bool min_snd_mss_sysctl = false;          ///< 6.18: net.ipv4.tcp_min_snd_mss (5.2), else 48
  std::int32_t ecn_in_accecn_out_ecn = -1;  ///< 6.18: this value of tcp_ecn, too, offers ECN

  // what may leave
  bool fin_ignores_cwnd = true;            ///< 4.13: a lone FIN (before 6.9)
  bool grows_skb = false;                  ///< 6.18: tcp_grow_skb() fills the send head (6.10)
  bool tso_by_rtt = false;                 ///< 6.18: larger skbs for near peers (5.18)
  bool validates_cwnd_unsent = false;      ///< 6.18: also when the window stopped everything
  bool checks_space_on_send = false;       ///< 6.18: a writer may be woken by sending (4.20)
  bool tsq_exempts_by_write_queue = true;  ///< 4.13: the first two of the write queue are never held
  bool release_cb_gives_up_lock = true;    ///< 4.13: ownership ends before deferred timers run
  bool wakes_below_half_lowat = false;     ///< 6.18: a sleeper is woken at half of tcp_notsent_lowat
  bool autocork_by_rtx_queue = false;      ///< 6.18: earlier data must be in flight

  // retransmission and timers
  bool retransmits_within_window = false;  ///< 6.18: never beyond the peer's window; marks even what failed
  bool limits_split_queue = false;         ///< 6.18: TCPWqueueTooBig (5.2)
  bool tlp_adds_to_rtt = false;            ///< 6.18: probe after 2 RTT + 2 ms, one probe of any kind
  bool rto_ends_tlp = true;                ///< 4.13: an RTO forgets a probe
  bool falls_back_to_head_stamp = true;    ///< 4.13: retrans_stamp 0 means the head's (before 4.20)
  bool syn_timeout_base = false;           ///< 6.18: SYNs are timed from 1 s, TCP_USER_TIMEOUT ends them
  bool syn_linear_timeouts = false;        ///< 6.18: the first SYN retries do not back off (6.5)
  bool counts_timeout_rehash = false;      ///< 6.18
  bool counts_every_timeout = false;       ///< 6.18: TCPTimeouts is every RTO
  bool probe0_deadline = false;            ///< 6.18: probes of a zero window end at TCP_USER_TIMEOUT
  bool caps_probe_backoff = false;         ///< 6.18
  bool rto_stats_before_sending = false;   ///< 6.18: an RTO counts before its retransmission
  bool clamps_to_user_timeout = false;     ///< 6.18: the RTO timer ends no later than TCP_USER_TIMEOUT
  bool clamps_thin_rto = false;            ///< 6.18
  bool checks_pending_first = false;       ///< 6.18: an idle timer does not lock the socket
  bool purges_on_error = false;            ///< 6.18: tcp_done_with_error() empties the queues
  bool purge_resets_counts = false;        ///< 6.18

  // acknowledgements
  bool timer_before_alert = true;          ///< 4.13: the RTO is started anew before losses are looked for
  bool tsopt_rtt_at_least_1ms = false;     ///< 6.18: a TSecr of this very tick is 1 ms, not 0
  bool init_metrics_sets_cwnd = true;      ///< 4.13: 6.18 does so in tcp_init_transfer()
  bool zero_window_always_counts = false;  ///< 6.18: a window of 0 is never stale
  bool bounds_old_acks = false;            ///< 6.18: an old ACK acknowledges only what was sent
  bool challenges_future_acks = false;     ///< 6.18.y: an ACK of unsent data is answered (RFC 5961 5.2)
  bool accepts_cwr_on_acks = false;        ///< 6.18: CWR is taken from pure ACKs, too
  bool suspects_delayed_acks = false;      ///< 6.18: FLAG_ACK_MAYBE_DELAYED (4.17)
  bool adaptive_reo_wnd = false;           ///< 6.18: RACK's window follows D-SACKs (4.16)
  bool undo_counts_tlp = false;            ///< 6.18
  bool cleans_retrans_stamp = false;       ///< 6.18: recovery starts its own clock

  // congestion window
  bool cwnd_limited_wins = false;   ///< 6.18: being limited once counts for the whole window (6.1)
  bool prr_grows_by_una = false;    ///< 6.18: PRR slow-starts when snd_una advances (6.6)
  bool undo_by_prior_cwnd = false;  ///< 6.18: undo restores prior_cwnd (4.14)
  bool hystart_in_us = false;       ///< 6.18: HyStart's clock is in microseconds (5.6)

  bool forward_acks = true;  ///< 4.13: FACK, fackets_out, lost_skb_hint (before 4.15)
};

TcpSenderProfile tcp_sender_6_18();

}  // namespace ringside
