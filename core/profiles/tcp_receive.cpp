#include "core/profiles/tcp_receive.h"

#include "core/profiles/seams/buffer_and_window.h"
#include "core/profiles/seams/seams.h"

namespace ringside {

TcpReceive tcp_receive_4_13() {
  TcpReceive p;
  p.schedules_missing_only = false;
  p.uncharge_reclaims_pages = false;
  p.paws_horizon_s = 24 * 24 * 3600;
  p.paws_replay_hz = 1024;
  p.ecn_quickacks = 16;
  p.has_drop_reasons = false;
  p.checks_end_seq = false;
  p.paws_spares_syn_and_old_ack = false;
  p.reset_purges_write_queue = false;
  p.push_marks_full_segments = false;
  p.quickack_cap_first = false;
  p.cwr_accepted_with_data = true;
  p.quickack_on_disorder = true;
  p.ack_now_when_gap_filled = false;
  p.accepts_fin_at_zero_window = false;
  p.counts_ofo_segments = false;
  p.ofo_grows_window_always = true;
  p.ofo_measures_rcv_mss = false;
  p.ofo_grows_rcvbuf = false;
  p.ofo_dsack_exact = false;
  p.prune_clamps_at_limit = true;
  p.prune_needs_memory = false;
  p.prune_stops_early = false;
  p.prunes_ofo_in_rounds = false;
  p.collapse_skips_tiny = false;
  p.grow_window_within_space = false;
  p.grow_window_ignores_empty_head = false;
  p.pressure_shrinks_ssthresh = false;
  p.initial_window_capped = true;
  p.nomem_closes_window = false;
  p.delack_max_limits = false;
  p.request_checksum_first = false;
  p.ack_sent_counts_segments = true;
  p.deliver_to_socket = seams::deliver_to_socket_4_13;
  p.add_backlog = seams::add_backlog_4_13;
  p.fast_path_data = seams::fast_path_data_4_13;
  p.copy_to_waiting_reader = seams::copy_to_waiting_reader_4_13;
  p.make_room_in_order = seams::make_room_in_order_4_13;
  p.read_loop = seams::read_loop_4_13;
  p.ack_decision = seams::ack_decision_4_13;
  p.delack_timer = seams::delack_timer_4_13;
  p.delack_timer_handler = seams::delack_timer_handler_4_13;
  p.data_ready = seams::data_ready_4_13;
  p.readable = seams::readable_4_13;
  p.eat_skb = seams::eat_skb_4_13;
  p.win_from_space = seams::win_from_space_4_13;
  p.receive_space = seams::space_4_13;
  p.init_buffer_space = seams::init_buffer_space_4_13;
  p.rcv_rtt_update = seams::rcv_rtt_update_4_13;
  p.rcv_rtt_measure_ts = seams::rcv_rtt_measure_ts_4_13;
  p.rcv_space_adjust = seams::rcv_space_adjust_4_13;
  return p;
}

TcpReceive tcp_receive_6_18() {
  TcpReceive p;
  p.deliver_to_socket = seams::deliver_to_socket_6_18;
  p.add_backlog = seams::add_backlog_6_18;
  p.fast_path_data = seams::fast_path_data_6_18;
  p.copy_to_waiting_reader = seams::copy_to_waiting_reader_6_18;
  p.make_room_in_order = seams::make_room_in_order_6_18;
  p.read_loop = seams::read_loop_6_18;
  p.ack_decision = seams::ack_decision_6_18;
  p.delack_timer = seams::delack_timer_6_18;
  p.delack_timer_handler = seams::delack_timer_handler_6_18;
  p.data_ready = seams::data_ready_6_18;
  p.readable = seams::readable_6_18;
  p.eat_skb = seams::eat_skb_6_18;
  p.win_from_space = seams::win_from_space_6_18;
  p.receive_space = seams::space_6_18;
  p.init_buffer_space = seams::init_buffer_space_6_18;
  p.rcv_rtt_update = seams::rcv_rtt_update_6_18;
  p.rcv_rtt_measure_ts = seams::rcv_rtt_measure_ts_6_18;
  p.rcv_space_adjust = seams::rcv_space_adjust_6_18;
  return p;
}

}  // namespace ringside
