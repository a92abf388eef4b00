// A segment for a half-open connection: tcp_check_req() of tcp_minisocks.c.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"

namespace ringside {

namespace {

bool tcp_in_window(Seq seq, Seq end_seq, Seq start, Seq end) {
  if (seq == start) return true;
  if (after(end_seq, start) && before(seq, end)) return true;
  return seq == end && seq == end_seq;
}

/// What the segment's timestamps are held against.
struct TimestampVerdict {
  RxOpt opt;
  bool paws_reject = false, tsecr_reject = false;
};

TimestampVerdict check_timestamps(Kernel& k, SkbId skb, const RequestSock& req) {
  TimestampVerdict verdict;
  RxOpt& opt = verdict.opt;
  if (k[skb].cb.doff <= 5) return verdict;
  tcp_parse_options(k, skb, opt, false);
  if (opt.saw_tstamp == 0) return verdict;
  opt.ts_recent = req.ts_recent;
  if (opt.rcv_tsecr != 0) {
    const Seq first = req.snt_tsval_first, last = req.snt_tsval_last;
    if (k.profile.connection.checks_tsecr_of_request && req.tstamp_ok != 0)
      verdict.tsecr_reject = !(last - first >= opt.rcv_tsecr - first);
    opt.rcv_tsecr -= req.ts_off;
  }
  // The true time of the SYN is not kept; this is near enough.
  opt.ts_recent_stamp = now_seconds(k) - reqsk_timeout(k, req) / k.hz();
  verdict.paws_reject = tcp_paws_reject(k, opt, has_tcp_flag(k[skb], kFlagRst));
  return verdict;
}

/// tcp_v4_reqsk_send_ack()
void send_ack(Kernel& k, SkbId skb, const RequestSock& req, std::uint32_t window) {
  BareAck ack;
  ack.seq = req.snt_isn + 1;
  ack.ack = req.rcv_nxt;
  ack.win = window >> req.rcv_wscale;
  ack.tsval = tcp_time_stamp_ms(k) + req.ts_off;
  ack.tsecr = req.ts_recent;
  ack.with_ts = req.ts_recent != 0;
  tcp_v4_send_ack(k, skb, ack);
}

/// A SYN like the first one: our SYN-ACK was lost, or is late.
void answer_again(Kernel& k, SockId listener, SkbId skb, RequestId req) {
  const RequestSock& r = k[req];
  if (tcp_oow_rate_limited(k, skb, Counter::TCPACKSkippedSynRecv, r.last_oow_ack_time)) return;
  tcp_rtx_synack(k, listener, req);
  if (r.timer.pending != 0)
    k.mod_timer(r.timer, {ObjectKind::request, TimerKind::request, req.index},
                k.jiffies() + reqsk_timeout(k, r));
}

/// The embryonic connection ends: a RST for anything but a RST.
void embryonic_reset(Kernel& k, SockId listener, SkbId skb, RequestId req, bool peer_reset) {
  if (!peer_reset) tcp_v4_send_reset(k, listener, skb);
  inet_csk_reqsk_queue_drop(k, k[req].listener, req);
  k.count(Counter::EmbryonicRsts);
}

/// The acceptable final ACK: a full socket is made of the request.
SockId complete(Kernel& k, SockId listener, SkbId skb, RequestId req, const RxOpt& opt, bool& req_stolen,
                Drop& reason) {
  const RequestSock& r = k[req];
  // own_req: an ACK of the same batch of packets has made a socket of it already.
  req_stolen = k.decide("request_stolen", r.hashed == 0);
  if (req_stolen) return {};
  const SockId child = tcp_syn_recv_sock(k, listener, skb, req, true);
  if (child) {
    if (!k.profile.connection.request_keeps_ts_recent && opt.saw_tstamp != 0 &&
        !after(k[skb].cb.seq, r.rcv_nxt))
      k.set(k[child].tp.rx_opt.ts_recent, opt.rcv_tsval);
    tcp_synack_rtt_meas(k, child, req);
    return inet_csk_complete_hashdance(k, listener, child, req);
  }
  reason = Drop::TCP_LISTEN_OVERFLOW;
  if (k.decide("tcp_abort_on_overflow", k.sysctl().tcp_abort_on_overflow != 0))
    embryonic_reset(k, listener, skb, req, false);
  else
    k.put(r.acked, std::uint8_t{1});  // the client thinks it is connected; its next ACK tries again
  return {};
}

}  // namespace

SockId tcp_check_req(Kernel& k, SockId listener, SkbId skb, RequestId req, bool& req_stolen, Drop& reason) {
  auto f = k.enter(Fn::tcp_check_req, skb, listener);
  req_stolen = false;
  const RequestSock& r = k[req];
  const SkBuff& s = k[skb];
  std::uint32_t flg = s.cb.tcp_flags & (kFlagRst | kFlagSyn | kFlagAck);
  const TimestampVerdict stamps = check_timestamps(k, skb, r);

  if (k.decide("retransmitted_syn", s.cb.seq == r.rcv_isn && flg == kFlagSyn && !stamps.paws_reject)) {
    answer_again(k, listener, skb, req);
    return {};
  }
  // An ACK of something never sent: the listener itself answers it with a RST.
  if (k.decide("ack_of_synack", (flg & kFlagAck) != 0 && s.cb.ack_seq != r.snt_isn + 1,
               {{"ack_seq", s.cb.ack_seq}, {"snt_isn", r.snt_isn}}))
    return listener;

  const std::uint32_t window =
      k.profile.connection.synack_window_capped && r.rsk_rcv_wnd > 65535 ? 65535 : r.rsk_rcv_wnd;
  const bool in_window = tcp_in_window(s.cb.seq, s.cb.end_seq, r.rcv_nxt, r.rcv_nxt + window);
  if (k.decide("request_out_of_window", stamps.paws_reject || stamps.tsecr_reject || !in_window,
               {{"seq", s.cb.seq}, {"rcv_nxt", r.rcv_nxt}, {"window", window}})) {
    if ((flg & kFlagRst) == 0 &&
        !tcp_oow_rate_limited(k, skb, Counter::TCPACKSkippedSynRecv, r.last_oow_ack_time))
      send_ack(k, skb, r, window);
    reason = Drop::TCP_OVERWINDOW;
    if (stamps.paws_reject) {
      reason = Drop::TCP_RFC7323_PAWS;
      k.count(Counter::PAWSEstab);
    } else if (stamps.tsecr_reject) {
      reason = Drop::TCP_RFC7323_TSECR;
      k.count(Counter::TSEcrRejected);
    }
    return {};
  }
  if (k.profile.connection.request_keeps_ts_recent && stamps.opt.saw_tstamp != 0 &&
      !after(s.cb.seq, r.rcv_nxt))
    k.put(r.ts_recent, stamps.opt.rcv_tsval);
  if (s.cb.seq == r.rcv_isn) flg &= ~kFlagSyn;  // the SYN itself lies before the window

  if (k.decide("rst_or_syn_in_window", (flg & (kFlagRst | kFlagSyn)) != 0)) {
    k.count(Counter::TcpAttemptFails);
    reason = (flg & kFlagRst) != 0 ? Drop::TCP_RESET : Drop::TCP_INVALID_SYN;
    embryonic_reset(k, listener, skb, req, (flg & kFlagRst) != 0);
    return {};
  }
  if (k.decide("has_no_ack", (flg & kFlagAck) == 0)) return {};
  if (k.decide("defer_accept",
               r.num_timeout < k[listener].tp.defer_accept && s.cb.end_seq == r.rcv_isn + 1)) {
    k.put(r.acked, std::uint8_t{1});
    k.count(Counter::TCPDeferAcceptDrop);
    return {};
  }
  return complete(k, listener, skb, req, stamps.opt, req_stolen, reason);
}

Drop tcp_child_process(Kernel& k, SockId parent, SockId child, SkbId skb) {
  auto f = k.enter(Fn::tcp_child_process, skb, child);
  const Sock& c = k[child];
  const TcpState state = c.state;
  Drop reason = Drop::none;
  k.put(c.tp.segs_in, c.tp.segs_in + 1);
  if (k[skb].len > k[skb].cb.doff * 4u) k.put(c.tp.data_segs_in, c.tp.data_segs_in + 1);
  if (!k.decide("sock_owned_by_user", sock_owned_by_user(c))) {
    reason = tcp_rcv_state_process(k, child, skb);
    // Only now is there something to accept: the parent's sleepers wake up.
    if (state == TcpState::syn_recv && c.state != state) sock_def_readable(k, parent);
  } else {
    sk_add_backlog_nolimit(k, child, skb);
  }
  bh_unlock_sock(k, child);
  return reason;
}

}  // namespace ringside
