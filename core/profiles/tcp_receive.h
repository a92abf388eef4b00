// The seams of TCP's receive half: constants and yes/no differences, each named after what it decides (the
// release that brought it in brackets; defaults are 6.18's), then one function pointer a seam. Both variants
// of a seam stand side by side in core/profiles/seams/.
#pragma once
#include <cstdint>

#include "core/model/counters.h"
#include "core/model/ids.h"

namespace ringside {

class Kernel;

namespace seams {
/// What became of a predicted segment's data.
enum class FastData : std::uint8_t {
  queued,
  eaten,         ///< merged or with the reader: the skb is spent
  bad_checksum,  ///< to be dropped
  step5,         ///< slow path without validation: memory has to be found first
  validate,      ///< slow path: reaches beyond the window
};
/// How much of a segment went straight to a reader that waits for it.
enum class ReaderCopy : std::uint8_t { none, part, all };
}  // namespace seams

struct TcpReceive {
  bool schedules_missing_only = true;       ///< sk_mem_schedule asks for what forward_alloc lacks (6.0)
  bool uncharge_reclaims_pages = true;      ///< sk_mem_uncharge gives whole pages back at once (6.0)
  std::uint32_t max_tcp_header = 208;       ///< MAX_TCP_HEADER of the recorded build (tunnels, no 802.11)
  std::int64_t paws_horizon_s = 2147;       ///< ts_recent older than this proves nothing; 4.13: 24 days (6.7)
  std::int64_t paws_replay_hz = 1200;       ///< clock that a tolerated old ACK may have; 4.13: 1024
  std::uint32_t ecn_quickacks = 2;          ///< quick ACKs after a CE mark; 4.13: 16
  std::int64_t comp_sack_rtt_percent = 5;   ///< how long a compressed ACK may wait, of the round trip
  bool has_drop_reasons = true;             ///< kfree_skb_reason; also counters that came with it
  bool checks_end_seq = true;               ///< tcp_sequence looks at the segment's end, too (6.17)
  bool paws_spares_syn_and_old_ack = true;  ///< PAWSOldAck, challenge ACK for a SYN (6.14)
  bool reset_purges_write_queue = true;     ///< tcp_reset frees what was to be sent (4.14)
  bool push_marks_full_segments = true;     ///< PSH on a full segment sets ICSK_ACK_PUSHED (6.6)
  bool quickack_cap_first = true;           ///< tcp_incr_quickack caps before it compares (4.18)
  bool cwr_accepted_with_data = false;      ///< 4.13: tcp_data_queue looks at CWR; later tcp_ack does
  bool quickack_on_disorder = false;        ///< 4.13: overlaps and gaps start quickack mode (until 6.6)
  bool ack_now_when_gap_filled = true;      ///< ICSK_ACK_NOW (4.19)
  bool accepts_fin_at_zero_window = true;   ///< a bare FIN may enter a closed window (6.10)
  bool counts_ofo_segments = true;          ///< coalescing in the tree adds up gso_segs
  bool ofo_grows_window_always = false;     ///< 4.13: also for peers without SACK (until 5.7)
  bool ofo_measures_rcv_mss = true;         ///< early segments teach rcv_mss, too (6.17)
  bool ofo_grows_rcvbuf = true;             ///< tcp_rcvbuf_grow on every early segment (6.17)
  bool ofo_dsack_exact = true;              ///< tcp_ofo_queue reports only the overlap (6.17)
  bool prune_clamps_at_limit = false;       ///< 4.13: clamps when rcvbuf is just used up (until 6.17)
  bool prune_needs_memory = true;           ///< tcp_prune_queue gives up if nothing is queued (6.17)
  bool prune_stops_early = true;            ///< no collapsing once the clamp has made room (4.18)
  bool prunes_ofo_in_rounds = true;         ///< an eighth of rcvbuf at a time, never below the new one (4.18)
  bool collapse_skips_tiny = true;          ///< single small skbs stay as they are (4.18)
  bool grow_window_within_space = true;     ///< rcv_ssthresh grows into free space only
  bool grow_window_ignores_empty_head = true;  ///< truesize_adjust() (5.14)
  bool pressure_shrinks_ssthresh = true;       ///< tcp_grow_window under memory pressure (5.16)
  bool initial_window_capped = false;          ///< 4.13: at most 20 segments at first (until 4.20)
  bool nomem_closes_window = true;             ///< ICSK_ACK_NOMEM advertises zero (6.6)
  bool delack_max_limits = true;               ///< tcp_delack_max() (6.7)
  bool request_checksum_first = true;          ///< tcp_v4_rcv sums before it asks a request sock (4.18)
  bool ack_sent_counts_segments = false;  ///< 4.13: a segment uses up as many quick ACKs as it has packets

  void (*deliver_to_socket)(Kernel&, SockId, SkbId) = nullptr;
  bool (*add_backlog)(Kernel&, SockId, SkbId, Drop& reason) = nullptr;
  seams::FastData (*fast_path_data)(Kernel&, SockId, SkbId) = nullptr;
  seams::ReaderCopy (*copy_to_waiting_reader)(Kernel&, SockId, SkbId) = nullptr;
  bool (*make_room_in_order)(Kernel&, SockId, SkbId) = nullptr;
  bool (*read_loop)(Kernel&, SockId, ProcessId) = nullptr;
  void (*ack_decision)(Kernel&, SockId, bool ofo_possible) = nullptr;
  void (*delack_timer)(Kernel&, SockId) = nullptr;
  void (*delack_timer_handler)(Kernel&, SockId) = nullptr;
  void (*data_ready)(Kernel&, SockId) = nullptr;
  bool (*readable)(Kernel&, SockId, std::int32_t target) = nullptr;
  void (*eat_skb)(Kernel&, SockId, SkbId) = nullptr;
  std::int32_t (*win_from_space)(Kernel&, SockId, std::int32_t space) = nullptr;
  std::int32_t (*receive_space)(Kernel&, SockId) = nullptr;  ///< tcp_space()
  void (*init_buffer_space)(Kernel&, SockId) = nullptr;
  void (*rcv_rtt_update)(Kernel&, SockId, std::uint32_t sample_us, bool window_based) = nullptr;
  void (*rcv_rtt_measure_ts)(Kernel&, SockId, SkbId) = nullptr;
  void (*rcv_space_adjust)(Kernel&, SockId) = nullptr;
};

TcpReceive tcp_receive_4_13();
TcpReceive tcp_receive_6_18();

}  // namespace ringside
