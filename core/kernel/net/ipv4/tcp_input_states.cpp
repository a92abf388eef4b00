// tcp_rcv_state_process(): a segment for a socket in any state but ESTABLISHED.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

namespace {

/// What a step of the state machine wants done next with the segment.
enum class Next : std::uint8_t { go_on, discard, consume, reset };

bool has_new_data(const SkBuff& skb, Seq rcv_nxt) {
  const Seq fin = has_tcp_flag(skb, kFlagFin) ? 1 : 0;
  return skb.cb.end_seq != skb.cb.seq && after(skb.cb.end_seq - fin, rcv_nxt);
}

/// LISTEN: a SYN opens a request; an ACK is answered with a RST.
Drop listen_state(Kernel& k, SockId sk, SkbId skb) {
  const SkBuff& s = k[skb];
  if (k.decide("listen_has_ack", has_tcp_flag(s, kFlagAck))) return Drop::TCP_FLAGS;
  Drop reason = Drop::TCP_FLAGS;
  if (has_tcp_flag(s, kFlagRst)) {
    reason = Drop::TCP_RESET;
  } else if (has_tcp_flag(s, kFlagSyn) && !has_tcp_flag(s, kFlagFin)) {
    k.local_bh_disable();
    tcp_v4_conn_request(k, sk, skb);
    k.local_bh_enable();
    consume_skb(k, skb);
    return Drop::none;
  }
  kfree_skb_reason(k, skb, reason);
  return Drop::none;
}

/// SYN_RECV: the handshake's last ACK.
void establish(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  k.profile.connection.passive_open(k, sk);
  tcp_set_state(k, sk, TcpState::established);
  sock_def_wakeup(k, sk);
  k.set(tp.snd_una, k[skb].cb.ack_seq);
  k.set(tp.snd_wnd, std::uint32_t{k[skb].cb.window} << tp.rx_opt.snd_wscale);
  k.put(tp.snd_wl1, k[skb].cb.seq);
  k.profile.connection.passive_open_metrics(k, sk);
  tcp_update_pacing_rate(k, sk);
  k.put(tp.lsndtime, k.jiffies());
  tcp_initialize_rcv_mss(k, sk);
  tcp_fast_path_on(k, sk);
  if (k.profile.connection.defers_shutdown_in_syn_recv && (s.sk_shutdown & SEND_SHUTDOWN) != 0)
    tcp_shutdown(k, sk, SEND_SHUTDOWN);
}

/// FIN_WAIT1: is our FIN acknowledged?
Next fin_wait1_state(Kernel& k, SockId sk, SkbId skb, Drop& reason) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (!k.decide("fin_acked", tp.snd_una == tp.write_seq,
                {{"snd_una", tp.snd_una}, {"write_seq", tp.write_seq}}))
    return Next::go_on;
  tcp_set_state(k, sk, TcpState::fin_wait2);
  k.set(s.sk_shutdown, static_cast<std::uint8_t>(s.sk_shutdown | SEND_SHUTDOWN));
  if (!k.decide("sock_dead", s.dead != 0)) {
    sock_def_wakeup(k, sk);  // a close() that lingers
    return Next::go_on;
  }
  if (k.decide("linger2_negative", tp.linger2 < 0) ||
      k.decide("data_for_nobody", has_new_data(k[skb], tp.rcv_nxt))) {
    tcp_done(k, sk);
    k.count(Counter::TCPAbortOnData);
    reason = Drop::TCP_ABORT_ON_DATA;
    return Next::reset;
  }
  const std::int64_t tmo = tcp_fin_time(k, s);
  const std::int64_t timewait_len = TCP_TIMEWAIT_LEN_S * k.hz();
  if (tmo > timewait_len) {
    inet_csk_reset_keepalive_timer(k, sk, tmo - timewait_len);
  } else if (has_tcp_flag(k[skb], kFlagFin) || sock_owned_by_user(s)) {
    inet_csk_reset_keepalive_timer(k, sk, tmo);  // this very segment's FIN must not get lost
  } else {
    tcp_time_wait(k, sk, TcpState::fin_wait2, tmo);
    return Next::consume;
  }
  return Next::go_on;
}

/// Step 5 of RFC 9293 3.10.7.4, after tcp_ack(): what the ACK does to the state.
Next ack_state(Kernel& k, SockId sk, SkbId skb, Drop& reason) {
  const Sock& s = k[sk];
  const bool all_acked = s.tp.snd_una == s.tp.write_seq;
  switch (s.state) {
    case TcpState::syn_recv:
      establish(k, sk, skb);
      return Next::go_on;
    case TcpState::fin_wait1:
      return fin_wait1_state(k, sk, skb, reason);
    case TcpState::closing:
      if (!k.decide("fin_acked", all_acked)) return Next::go_on;
      tcp_time_wait(k, sk, TcpState::time_wait, 0);
      return Next::consume;
    case TcpState::last_ack:
      if (!k.decide("fin_acked", all_acked)) return Next::go_on;
      tcp_done(k, sk);
      return Next::consume;
    default:
      return Next::go_on;
  }
}

/// Step 7: the segment's text. True: queued (or dealt with) and no longer ours.
bool segment_text(Kernel& k, SockId sk, SkbId skb, Drop& reset_reason) {
  const Sock& s = k[sk];
  switch (s.state) {
    case TcpState::close_wait:
    case TcpState::closing:
    case TcpState::last_ack:
      if (!before(k[skb].cb.seq, s.tp.rcv_nxt)) return false;
      [[fallthrough]];
    case TcpState::fin_wait1:
    case TcpState::fin_wait2:
      // RFC 1122 4.2.2.13: data for an end that reads no more is answered with a RST.
      if (k.decide("data_after_shutdown",
                   (s.sk_shutdown & RCV_SHUTDOWN) != 0 && has_new_data(k[skb], s.tp.rcv_nxt))) {
        k.count(Counter::TCPAbortOnData);
        tcp_reset(k, sk, skb);
        reset_reason = Drop::TCP_ABORT_ON_DATA;
        return false;
      }
      [[fallthrough]];
    case TcpState::established:
      tcp_data_queue(k, sk, skb);
      return true;
    default:
      return false;
  }
}

}  // namespace

void tcp_v4_conn_request(Kernel& k, SockId sk, SkbId skb) {
  const bool v6 = k[skb].family == 6;
  auto f = k.enter(v6 ? Fn::tcp_v6_conn_request : Fn::tcp_v4_conn_request, skb, sk);
  if (k.decide("syn_to_many", k[skb].pkt_type != PacketType::host)) {
    tcp_listendrop(k, sk);
    return;
  }
  tcp_conn_request(k, sk, skb);
}

Drop tcp_rcv_state_process(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_rcv_state_process, skb, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  k.choose("tcp_state", static_cast<std::int64_t>(s.state));
  if (s.state == TcpState::close) {
    kfree_skb_reason(k, skb, Drop::TCP_CLOSE);
    return Drop::none;
  }
  if (s.state == TcpState::listen) return listen_state(k, sk, skb);
  k.put(tp.rx_opt.saw_tstamp, std::uint8_t{0});
  k.put(tp.tcp_mstamp, k.clock_us());
  if (s.state == TcpState::syn_sent) return tcp_rcv_synsent_state_process(k, sk, skb);

  if (k.decide("no_ack_rst_syn", (k[skb].cb.tcp_flags & (kFlagAck | kFlagRst | kFlagSyn)) == 0)) {
    kfree_skb_reason(k, skb, Drop::TCP_FLAGS);
    return Drop::none;
  }
  if (!tcp_validate_incoming(k, sk, skb, false)) return Drop::none;

  const int acked = tcp_ack(k, sk, skb, FLAG_SLOWPATH | FLAG_UPDATE_TS_RECENT | FLAG_NO_CHALLENGE_ACK);
  const bool too_bad = k.profile.connection.old_ack_is_challenged ? acked <= 0 : acked < 0;
  if (acked <= 0 && s.state == TcpState::syn_recv)
    return acked == 0 ? Drop::TCP_OLD_ACK : static_cast<Drop>(-acked);
  if (k.decide("ack_acceptable", !too_bad) == false) {
    tcp_send_challenge_ack(k, sk);
    kfree_skb_reason(k, skb, acked < 0 ? static_cast<Drop>(-acked) : Drop::TCP_OLD_ACK);
    return Drop::none;
  }
  Drop reason = Drop::NOT_SPECIFIED;
  const Next next = ack_state(k, sk, skb, reason);
  if (next == Next::reset) return reason;
  if (next == Next::consume) {
    consume_skb(k, skb);
    return Drop::none;
  }
  tcp_urg(k, sk, skb);
  Drop reset_reason = Drop::none;
  const bool queued = segment_text(k, sk, skb, reset_reason);
  if (reset_reason != Drop::none) return reset_reason;
  if (s.state != TcpState::close) {  // the data may have moved it on
    tcp_data_snd_check(k, sk);
    tcp_ack_snd_check(k, sk);
  }
  if (!queued) kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
  return Drop::none;
}

}  // namespace ringside
