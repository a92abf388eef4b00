// SYN_SENT: what each answer to our SYN does.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

namespace {

enum : std::uint16_t { kEce = 0x40, kCwr = 0x80 };

void set_sequence_from_syn(Kernel& k, const TcpSock& tp, SkbId skb) {
  const Seq seq = k[skb].cb.seq;
  k.put(tp.irs, seq);
  k.set(tp.rcv_nxt, seq + 1);
  k.set(tp.rcv_wup, seq + 1);
  k.set(tp.snd_wnd, std::uint32_t{k[skb].cb.window});  // in a SYN never scaled (RFC 7323 2.2)
}

void take_timestamps(Kernel& k, const TcpSock& tp) {
  std::uint32_t header = kTcpHeaderBytes;
  if (tp.rx_opt.saw_tstamp != 0) {
    k.put(tp.rx_opt.tstamp_ok, std::uint8_t{1});
    header += TCPOLEN_TSTAMP_ALIGNED;
    k.set(tp.rx_opt.ts_recent, tp.rx_opt.rcv_tsval);  // tcp_store_ts_recent()
    k.put(tp.rx_opt.ts_recent_stamp, now_seconds(k));
  }
  k.put(tp.tcp_header_len, static_cast<std::uint16_t>(header));
}

/// tcp_ecn_rcv_synack(), tcp_ecn_rcv_syn(): the peer's flags decide whether ECN stays on.
void keep_ecn_if(Kernel& k, const TcpSock& tp, bool agreed) {
  if ((tp.ecn_flags & TCP_ECN_OK) != 0 && !agreed)
    k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags & ~TCP_ECN_OK));
}

/// The handshake's second packet is there: the connection is established.
void connected(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const std::uint16_t flags = k[skb].cb.tcp_flags;
  keep_ecn_if(k, tp, (flags & kEce) != 0 && (flags & kCwr) == 0);
  k.put(tp.snd_wl1, k[skb].cb.seq);
  if (k.profile.connection.undoes_spurious_syn) tcp_try_undo_spurious_syn(k, sk);
  tcp_ack(k, sk, skb, FLAG_SLOWPATH);
  set_sequence_from_syn(k, tp, skb);
  if (tp.rx_opt.wscale_ok == 0) {
    k.put(tp.rx_opt.snd_wscale, std::uint8_t{0});
    k.put(tp.rx_opt.rcv_wscale, std::uint8_t{0});
    k.set(tp.window_clamp, std::min(tp.window_clamp, 65535u));
  }
  take_timestamps(k, tp);
  if (tp.rx_opt.tstamp_ok != 0) k.put(tp.advmss, tp.advmss - TCPOLEN_TSTAMP_ALIGNED);
  if (!k.profile.connection.transfer_inits_mtu_probing) tcp_mtup_init(k, sk);
  tcp_sync_mss(k, sk, s.icsk.pmtu_cookie);
  tcp_initialize_rcv_mss(k, sk);
  k.set(tp.copied_seq, tp.rcv_nxt);
  tcp_finish_connect(k, sk, skb);
  if (s.dead == 0) sock_def_wakeup(k, sk);
}

/// tcp_reset_xmit_timer(ICSK_TIME_DACK): the last ACK of the handshake may ride on the first data.
bool save_the_ack(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const bool pingpong = s.icsk.ack.pingpong >= k.sysctl().tcp_pingpong_thresh;
  if (!k.decide("last_ack_rides_on_data", s.sk_write_pending != 0 || s.tp.defer_accept != 0 || pingpong))
    return false;
  k.set(s.icsk.ack.pending, static_cast<std::uint8_t>(s.icsk.ack.pending | ICSK_ACK_SCHED));
  tcp_enter_quickack_mode(k, sk, 16);
  const std::int64_t max = TCP_RTO_MAX_S * k.hz();
  inet_csk_reset_xmit_timer(k, sk, ICSK_TIME_DACK, k.hz() / 5, max);
  return true;
}

/// A SYN without ACK: both ends connect at once (RFC 9293 figure 8).
void simultaneous_open(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  tcp_set_state(k, sk, TcpState::syn_recv);
  take_timestamps(k, tp);
  set_sequence_from_syn(k, tp, skb);
  k.set(tp.copied_seq, tp.rcv_nxt);
  k.put(tp.snd_wl1, k[skb].cb.seq);
  k.put(tp.max_window, tp.snd_wnd);
  const std::uint16_t flags = k[skb].cb.tcp_flags;
  keep_ecn_if(k, tp, (flags & kEce) != 0 && (flags & kCwr) != 0);
  tcp_mtup_init(k, sk);
  tcp_sync_mss(k, sk, s.icsk.pmtu_cookie);
  tcp_initialize_rcv_mss(k, sk);
  tcp_send_synack(k, sk);
}

/// The options of an answer that was no answer are forgotten.
void undo_options(Kernel& k, const TcpSock& tp, std::uint16_t saved_clamp) {
  RxOpt opt = tp.rx_opt;
  tcp_clear_options(opt);
  opt.mss_clamp = saved_clamp;
  k.assign(tp.rx_opt, opt);
}

/// Is the ACK of a segment with ACK acceptable? Drop::none if so.
Drop check_ack(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const Seq ack = k[skb].cb.ack_seq;
  if (k.decide("synsent_ack_acceptable", after(ack, tp.snd_una) && !after(ack, tp.snd_nxt),
               {{"ack_seq", ack}, {"snd_una", tp.snd_una}, {"snd_nxt", tp.snd_nxt}}) == false) {
    if (k.profile.connection.synsent_bad_ack_rearms && s.icsk.retransmits == 0)
      inet_csk_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, 2, TCP_RTO_MAX_S * k.hz());
    return Drop::TCP_INVALID_ACK_SEQUENCE;
  }
  const RxOpt& opt = tp.rx_opt;
  const Seq since = opt.rcv_tsecr - tp.retrans_stamp;
  if (opt.saw_tstamp != 0 && opt.rcv_tsecr != 0 && since > tcp_time_stamp_ms(k) - tp.retrans_stamp) {
    k.count(Counter::PAWSActive);
    return Drop::TCP_RFC7323_PAWS;
  }
  return Drop::none;
}

/// The segment answers our SYN, or claims to. Drop: the caller sends a RST for that reason.
Drop segment_with_ack(Kernel& k, SockId sk, SkbId skb, std::uint16_t saved_clamp) {
  const TcpSock& tp = k[sk].tp;
  if (const Drop bad = check_ack(k, sk, skb); bad != Drop::none) {
    undo_options(k, tp, saved_clamp);
    return bad;
  }
  if (k.decide("connection_refused", has_tcp_flag(k[skb], kFlagRst))) {
    tcp_reset(k, sk, skb);
    consume_skb(k, skb);
    return Drop::none;
  }
  if (!k.decide("is_synack", has_tcp_flag(k[skb], kFlagSyn))) {
    undo_options(k, tp, saved_clamp);
    kfree_skb_reason(k, skb, Drop::TCP_FLAGS);
    return Drop::none;
  }
  connected(k, sk, skb);
  if (save_the_ack(k, sk)) {
    consume_skb(k, skb);
    return Drop::none;
  }
  tcp_send_ack(k, sk);
  tcp_urg(k, sk, skb);  // "step 6 onward by hand"
  consume_skb(k, skb);
  tcp_data_snd_check(k, sk);
  return Drop::none;
}

}  // namespace

Drop tcp_rcv_synsent_state_process(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_rcv_synsent_state_process, skb, sk);
  const TcpSock& tp = k[sk].tp;
  const std::uint16_t saved_clamp = tp.rx_opt.mss_clamp;
  RxOpt opt = tp.rx_opt;
  tcp_parse_options(k, skb, opt, false);
  if (opt.saw_tstamp != 0 && opt.rcv_tsecr != 0) opt.rcv_tsecr -= tp.tsoffset;
  k.assign(tp.rx_opt, opt);

  if (has_tcp_flag(k[skb], kFlagAck)) return segment_with_ack(k, sk, skb, saved_clamp);

  Drop reason = Drop::TCP_FLAGS;
  if (has_tcp_flag(k[skb], kFlagRst)) {
    reason = Drop::TCP_RESET;
  } else if (tp.rx_opt.ts_recent_stamp != 0 && tp.rx_opt.saw_tstamp != 0 && tcp_paws_reject(k, opt, false)) {
    reason = Drop::TCP_RFC7323_PAWS;
  } else if (k.decide("simultaneous_open", has_tcp_flag(k[skb], kFlagSyn))) {
    simultaneous_open(k, sk, skb);
    consume_skb(k, skb);
    return Drop::none;
  }
  undo_options(k, tp, saved_clamp);
  kfree_skb_reason(k, skb, reason);
  return Drop::none;
}

bool tcp_paws_reject(Kernel& k, const RxOpt& opt, bool rst) {
  if (tcp_paws_check(k, opt, 0)) return false;
  // A RST is believed once the connection has been quiet for a minute (TCP_PAWS_MSL).
  return !(rst && now_seconds(k) >= opt.ts_recent_stamp + 60);
}

}  // namespace ringside
