#include "core/profiles/tcp_sender.h"

namespace ringside {

TcpSenderProfile tcp_sender_6_18() {
  TcpSenderProfile s;
  s.transmit = Fn::__tcp_transmit_skb;
  s.departure_time = true;
  s.push_on_gso = true;
  s.options_after_window = true;
  s.linear_first_skb = false;
  s.remembers_synack_tsval = true;
  s.pingpong_counts = true;
  s.min_snd_mss_sysctl = true;
  s.ecn_in_accecn_out_ecn = 4;
  s.fin_ignores_cwnd = false;
  s.grows_skb = true;
  s.tso_by_rtt = true;
  s.validates_cwnd_unsent = true;
  s.checks_space_on_send = true;
  s.tsq_exempts_by_write_queue = false;
  s.release_cb_gives_up_lock = false;
  s.wakes_below_half_lowat = true;
  s.autocork_by_rtx_queue = true;
  s.retransmits_within_window = true;
  s.limits_split_queue = true;
  s.tlp_adds_to_rtt = true;
  s.rto_ends_tlp = false;
  s.falls_back_to_head_stamp = false;
  s.syn_timeout_base = true;
  s.syn_linear_timeouts = true;
  s.counts_timeout_rehash = true;
  s.counts_every_timeout = true;
  s.probe0_deadline = true;
  s.caps_probe_backoff = true;
  s.rto_stats_before_sending = true;
  s.clamps_to_user_timeout = true;
  s.clamps_thin_rto = true;
  s.checks_pending_first = true;
  s.purges_on_error = true;
  s.purge_resets_counts = true;
  s.timer_before_alert = false;
  s.tsopt_rtt_at_least_1ms = true;
  s.init_metrics_sets_cwnd = false;
  s.zero_window_always_counts = true;
  s.bounds_old_acks = true;
  s.challenges_future_acks = true;
  s.accepts_cwr_on_acks = true;
  s.suspects_delayed_acks = true;
  s.adaptive_reo_wnd = true;
  s.undo_counts_tlp = true;
  s.cleans_retrans_stamp = true;
  s.cwnd_limited_wins = true;
  s.prr_grows_by_una = true;
  s.undo_by_prior_cwnd = true;
  s.hystart_in_us = true;
  s.forward_acks = false;
  return s;
}

}  // namespace ringside
