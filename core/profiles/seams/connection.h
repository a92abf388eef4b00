// Seam: how connections are made and closed in the two kernels.
#pragma once
#include "core/model/ids.h"

namespace ringside {

class Kernel;

struct ConnectionSeam {
  /// SYN_RECV, the last ACK is good: what is prepared before the state becomes ESTABLISHED ...
  void (*passive_open)(Kernel&, SockId) = nullptr;
  /// ... and what after snd_una and snd_wnd are known.
  void (*passive_open_metrics)(Kernel&, SockId) = nullptr;
  /// tcp_finish_connect(), between ESTABLISHED and the fast path.
  void (*active_open)(Kernel&, SockId) = nullptr;

  // 4.13's answers; connection_6_18() gives the others.
  bool syn_queue_admits_one_more = false;  ///< qlen > backlog is full, not qlen >= backlog (6.17)
  bool stamps_request_at_syn = true;       ///< snt_synack is the SYN's time, not the first SYN-ACK's
  bool defer_accept_bounds_retries =
      true;  ///< TCP_DEFER_ACCEPT decides how long a request may live (before 5.10)
  bool checks_tsecr_of_request = false;      ///< the final ACK must echo a timestamp that was sent (6.15)
  bool synack_window_capped = false;         ///< the SYN-ACK's window is at most 65535 (6.14)
  bool request_keeps_ts_recent = true;       ///< tcp_check_req() updates the request, not the child
  bool undoes_spurious_syn = false;          ///< a SYN-ACK sent twice for nothing does not cost cwnd (5.2)
  bool transfer_inits_mtu_probing = false;   ///< tcp_mtup_init() is part of tcp_init_transfer()
  bool synsent_bad_ack_rearms = false;       ///< a stale answer makes the SYN go out again at once (5.11)
  bool defers_shutdown_in_syn_recv = false;  ///< shutdown() before ESTABLISHED sends its FIN then (6.10)
  bool timewait_rst_keeps_timer = false;     ///< tcp_rfc1337: an ignored RST does not prolong TIME_WAIT
  bool tw_entry_stamp = false;               ///< TIME_WAIT knows when it began, in ms
  bool close_wait_is_established = false;    ///< TcpCurrEstab counts CLOSE_WAIT as RFC 4022 says
  bool counts_disconnects = false;           ///< connect() notices that another thread disconnected (6.12)
  std::uint32_t cwnd_after_disconnect = 2;   ///< packets
  bool close_keeps_the_lock = false;  ///< tcp_close() drains the backlog without giving the lock up (5.0)
  bool close_reclaims_memory = true;  ///< tcp_close() calls sk_mem_reclaim()
  bool old_ack_is_challenged =
      true;  ///< an old ACK while closing gets a challenge ACK (before 6.7: also harmless ones)
};

ConnectionSeam connection_4_13();
ConnectionSeam connection_6_18();

}  // namespace ringside
