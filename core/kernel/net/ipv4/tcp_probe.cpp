// net/ipv4/tcp_output.c, tcp_timer.c: probes. Of a closed window, and of a silent peer (keepalive).
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

std::int64_t resource_probe_interval(Kernel& k) { return k.hz() / 2; }

/// tcp_probe0_base(): the RTO, but never below TCP_RTO_MIN.
std::int64_t tcp_probe0_base(Kernel& k, SockId sk) {
  return std::max<std::int64_t>(k[sk].icsk.rto, k.hz() / 5);
}

/// tcp_xmit_probe_skb(): a segment without data before the window, which any peer must answer.
int tcp_xmit_probe_skb(Kernel& k, SockId sk, bool urgent, Counter mib) {
  auto f = k.enter(Fn::tcp_xmit_probe_skb, {}, sk);
  const SkbId skb = tcp_alloc_bare_skb(k);
  tcp_init_nondata_skb(k, skb, k[sk].tp.snd_una - (urgent ? 0 : 1), TCPHDR_ACK);
  k.count(mib);
  return tcp_transmit_skb(k, sk, skb, false);
}

std::int64_t keepalive_time_when(Kernel& k, const TcpSock& tp) {
  return tp.keepalive_time != 0 ? tp.keepalive_time : k.sysctl().tcp_keepalive_time_s * k.hz();
}
std::int64_t keepalive_intvl_when(Kernel& k, const TcpSock& tp) {
  return tp.keepalive_intvl != 0 ? tp.keepalive_intvl : k.sysctl().tcp_keepalive_intvl_s * k.hz();
}
std::int32_t keepalive_probes(Kernel& k, const TcpSock& tp) {
  return tp.keepalive_probes != 0 ? tp.keepalive_probes : k.sysctl().tcp_keepalive_probes;
}
/// Time since anything was heard of the peer.
std::int64_t keepalive_time_elapsed(Kernel& k, const Sock& s) {
  return std::min(k.jiffies() - s.icsk.ack.lrcvtime, k.jiffies() - s.tp.rcv_tstamp);
}

/// The idle connection's own part of tcp_keepalive_timer(). Ticks until the next look; 0: it is gone.
std::int64_t probe_idle_peer(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const std::int64_t when = keepalive_time_when(k, s.tp);
  if (s.tp.packets_out != 0 || tcp_send_head(k, sk)) return when;
  const std::int64_t elapsed = keepalive_time_elapsed(k, s);
  if (elapsed < when) return when - elapsed;
  const bool by_user_timeout = s.icsk.user_timeout != 0;
  const bool dead = by_user_timeout
                        ? elapsed >= k.msecs_to_jiffies(s.icsk.user_timeout) && s.icsk.probes_out > 0
                        : s.icsk.probes_out >= keepalive_probes(k, s.tp);
  if (k.decide("keepalive_failed", dead, {{"icsk_probes_out", s.icsk.probes_out}, {"elapsed", elapsed}})) {
    tcp_send_active_reset(k, sk);
    tcp_write_err(k, sk);
    return 0;
  }
  if (tcp_write_wakeup(k, sk, Counter::TCPKeepAlive) > 0) return resource_probe_interval(k);
  k.set(s.icsk.probes_out, static_cast<std::uint8_t>(s.icsk.probes_out + 1));
  return keepalive_intvl_when(k, s.tp);
}

/// An orphan in FIN_WAIT2 whose long wait is over or goes on as a mini-socket.
void end_fin_wait2(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (s.tp.linger2 >= 0) {
    const std::int64_t left = tcp_fin_time(k, s) - 60 * k.hz();
    if (left > 0) {
      tcp_time_wait(k, sk, TcpState::fin_wait2, left);
      return;
    }
  }
  tcp_send_active_reset(k, sk);
  tcp_done(k, sk);
}

}  // namespace

std::int64_t tcp_probe0_when(Kernel& k, SockId sk, std::int64_t max_when) {
  // ilog2(TCP_RTO_MAX / TCP_RTO_MIN) + 1 doublings are enough
  const unsigned backoff =
      std::min<unsigned>(k.profile.sender.caps_probe_backoff ? 10 : 63, k[sk].icsk.backoff);
  const std::int64_t base = tcp_probe0_base(k, sk);
  return base > (max_when >> backoff) ? max_when : base << backoff;
}

void tcp_check_probe_timer(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (s.tp.packets_out == 0 && s.icsk.pending == 0)
    tcp_reset_xmit_timer(k, sk, ICSK_TIME_PROBE0, tcp_probe0_base(k, sk), true);
}

std::int64_t tcp_clamp_probe0_to_user_timeout(Kernel& k, SockId sk, std::int64_t when) {
  const Icsk& icsk = k[sk].icsk;
  if (!k.profile.sender.probe0_deadline || icsk.user_timeout == 0 || icsk.probes_tstamp == 0) return when;
  const std::int64_t elapsed = std::max<std::int64_t>(k.jiffies() - icsk.probes_tstamp, 0);
  constexpr std::int64_t kTimeoutMin = 2;  // ticks
  return std::min(std::max(k.msecs_to_jiffies(icsk.user_timeout) - elapsed, kTimeoutMin), when);
}

int tcp_write_wakeup(Kernel& k, SockId sk, Counter mib) {
  auto f = k.enter(Fn::tcp_write_wakeup, {}, sk);
  const Sock& s = k[sk];
  if (s.state == TcpState::close) return -1;
  const SkbId skb = tcp_send_head(k, sk);
  if (!k.decide("window_has_room", skb && before(k[skb].cb.seq, tcp_wnd_end(s.tp)),
                {{"wnd_end", tcp_wnd_end(s.tp)}})) {
    if (between(s.tp.snd_up, s.tp.snd_una + 1, s.tp.snd_una + 0xffff)) tcp_xmit_probe_skb(k, sk, true, mib);
    return tcp_xmit_probe_skb(k, sk, false, mib);
  }
  const TcpCb& cb = k[skb].cb;
  const std::uint32_t mss = tcp_current_mss(k, sk);
  const std::uint32_t room = tcp_wnd_end(s.tp) - cb.seq;
  if (before(s.tp.pushed_seq, cb.end_seq)) k.put(s.tp.pushed_seq, cb.end_seq);
  const auto push = [&] { k.put(cb.tcp_flags, static_cast<std::uint16_t>(cb.tcp_flags | TCPHDR_PSH)); };
  // Less than the whole segment fits: that much of it goes, against the sender's own rule.
  if (room < cb.end_seq - cb.seq || k[skb].len > mss) {
    push();
    if (!tcp_fragment(k, sk, skb, std::min(room, mss), mss)) return -1;
  } else if (tcp_skb_pcount(k[skb]) == 0) {
    tcp_set_skb_tso_segs(k, skb, mss);
  }
  push();
  const int err = tcp_transmit_skb(k, sk, skb, true);
  if (err == 0) tcp_event_new_data_sent(k, sk, skb);
  return err;
}

void tcp_send_probe0(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_probe0, {}, sk);
  const Sock& s = k[sk];
  const bool deadline = k.profile.sender.probe0_deadline;
  const int err = tcp_write_wakeup(k, sk, Counter::TCPWinProbe);
  if (s.tp.packets_out != 0 || !tcp_send_head(k, sk)) {
    k.set(s.icsk.probes_out, std::uint8_t{0});
    k.set(s.icsk.backoff, std::uint8_t{0});
    k.put(s.icsk.probes_tstamp, std::int64_t{0});
    return;
  }
  if (deadline || err <= 0 || s.icsk.probes_out == 0)
    k.set(s.icsk.probes_out, static_cast<std::uint8_t>(s.icsk.probes_out + 1));
  std::int64_t when = 0;
  if (err <= 0) {
    if (s.icsk.backoff < k.sysctl().tcp_retries2)
      k.set(s.icsk.backoff, static_cast<std::uint8_t>(s.icsk.backoff + 1));
    when = tcp_probe0_when(k, sk, tcp_rto_max(k, sk));
  } else {
    when = deadline ? resource_probe_interval(k) : tcp_probe0_when(k, sk, resource_probe_interval(k));
  }
  tcp_reset_xmit_timer(k, sk, ICSK_TIME_PROBE0, tcp_clamp_probe0_to_user_timeout(k, sk, when), true);
}

void tcp_keepalive_timer(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_keepalive_timer, {}, sk);
  const Sock& s = k[sk];
  bh_lock_sock(k, sk);
  if (k.decide("sock_owned_by_user", sock_owned_by_user(s))) {
    inet_csk_reset_keepalive_timer(k, sk, k.hz() / 20);
  } else if (s.state == TcpState::fin_wait2 && s.dead != 0) {
    tcp_mstamp_refresh(k, sk);
    end_fin_wait2(k, sk);
  } else if (s.sock_keepopen != 0 &&
             !tcp_state_in(s, tcpf(TcpState::close, TcpState::syn_sent, TcpState::listen))) {
    tcp_mstamp_refresh(k, sk);
    const std::int64_t again = probe_idle_peer(k, sk);
    if (again != 0) inet_csk_reset_keepalive_timer(k, sk, again);
  }
  bh_unlock_sock(k, sk);
}

}  // namespace ringside
