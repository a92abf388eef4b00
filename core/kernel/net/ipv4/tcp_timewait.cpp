// TIME_WAIT and half-closed orphans as mini-sockets: tcp_minisocks.c, inet_timewait_sock.c.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/inet_connection_sock.h"

namespace ringside {

namespace {

/// inet_twsk_schedule(), inet_twsk_reschedule()
void inet_twsk_schedule(Kernel& k, TimewaitId tw, std::int64_t timeo_ticks) {
  k.put(k[tw].kill, static_cast<std::uint8_t>(timeo_ticks <= 4 * k.hz() ? 1 : 0));
  k.mod_timer(k[tw].timer, {ObjectKind::timewait, TimerKind::timewait, tw.index}, k.jiffies() + timeo_ticks);
}

void inet_twsk_kill(Kernel& k, TimewaitId tw) {
  inet_unhash(k, NodeRef::of(tw));
  k.del_timer(k[tw].timer);
  k.put(k.net().tw_count, k.net().tw_count - 1);
  k.release(tw);
}

/// inet_twsk_alloc() and tcp_time_wait()'s copy of what a late segment may ask for.
TimewaitId inet_twsk_alloc(Kernel& k, const Sock& sk, TcpState state) {
  if (k.net().tw_count >= static_cast<std::uint32_t>(k.sysctl().tcp_max_tw_buckets)) return {};
  const TimewaitId tw = k.alloc_timewait();
  TimewaitSock t;
  t.self = tw;
  t.family = sk.family;
  t.substate = state;
  t.rcv_wscale = sk.tp.rx_opt.rcv_wscale;
  t.tos = sk.ip_tos;
  t.reuse = sk.sk_reuse;
  t.saddr = sk.saddr;
  t.daddr = sk.daddr;
  t.sport = sk.sport;
  t.dport = sk.dport;
  t.rcv_nxt = sk.tp.rcv_nxt;
  t.snd_nxt = sk.tp.snd_nxt;
  t.rcv_wnd = tcp_receive_window(sk.tp);
  t.ts_recent = sk.tp.rx_opt.ts_recent;
  t.ts_recent_stamp = sk.tp.rx_opt.ts_recent_stamp;
  t.entry_stamp_ms = k.clock_us() / 1000;
  t.ts_offset = sk.tp.tsoffset;
  t.flow = sk.flow;
  k.assign(k[tw], t);
  k.put(k.net().tw_count, k.net().tw_count + 1);
  return tw;
}

/// The segment's timestamps, held against what the connection knew.
struct Stamps {
  RxOpt opt;
  bool paws_reject = false;
};

Stamps read_stamps(Kernel& k, const TimewaitSock& tw, SkbId skb) {
  Stamps stamps;
  if (k[skb].cb.doff <= 5 || tw.ts_recent_stamp == 0) return stamps;
  tcp_parse_options(k, skb, stamps.opt, false);
  if (stamps.opt.saw_tstamp == 0) return stamps;
  if (stamps.opt.rcv_tsecr != 0) stamps.opt.rcv_tsecr -= tw.ts_offset;
  stamps.opt.ts_recent = tw.ts_recent;
  stamps.opt.ts_recent_stamp = tw.ts_recent_stamp;
  stamps.paws_reject = tcp_paws_reject(k, stamps.opt, has_tcp_flag(k[skb], kFlagRst));
  return stamps;
}

TimewaitAction ack_unless_limited(Kernel& k, TimewaitId tw, SkbId skb, Counter skipped) {
  if (!tcp_oow_rate_limited(k, skb, skipped, k[tw].last_oow_ack_time)) return TimewaitAction::ack_oow;
  return TimewaitAction::success;
}

void remember_stamp(Kernel& k, const TimewaitSock& tw, const Stamps& stamps) {
  if (stamps.opt.saw_tstamp == 0) return;
  k.put(tw.ts_recent, stamps.opt.rcv_tsval);
  k.put(tw.ts_recent_stamp, now_seconds(k));
}

/// The orphan still waits for the peer's FIN.
TimewaitAction fin_wait2(Kernel& k, TimewaitId tw, SkbId skb, const Stamps& stamps) {
  const TimewaitSock& t = k[tw];
  const SkBuff& s = k[skb];
  const bool in_window = s.cb.seq == t.rcv_nxt ||
                         (after(s.cb.end_seq, t.rcv_nxt) && before(s.cb.seq, t.rcv_nxt + t.rcv_wnd)) ||
                         (s.cb.seq == t.rcv_nxt + t.rcv_wnd && s.cb.seq == s.cb.end_seq);
  if (k.decide("timewait_out_of_window", stamps.paws_reject || !in_window, {{"rcv_nxt", t.rcv_nxt}}))
    return ack_unless_limited(k, tw, skb, Counter::TCPACKSkippedFinWait2);
  if (has_tcp_flag(s, kFlagRst)) {
    inet_twsk_deschedule(k, tw);
    return TimewaitAction::success;
  }
  if (has_tcp_flag(s, kFlagSyn) && !before(s.cb.seq, t.rcv_nxt)) return TimewaitAction::reset;
  if (!has_tcp_flag(s, kFlagAck) || !after(s.cb.end_seq, t.rcv_nxt) || s.cb.end_seq == s.cb.seq)
    return TimewaitAction::success;
  // Data that nobody will read, or the FIN at last.
  const bool just_fin = has_tcp_flag(s, kFlagFin) && s.cb.end_seq == t.rcv_nxt + 1;
  if (!k.decide("timewait_fin", just_fin)) return TimewaitAction::reset;
  k.set(t.substate, TcpState::time_wait);
  k.put(t.rcv_nxt, s.cb.end_seq);
  k.put(t.entry_stamp_ms, k.clock_us() / 1000);
  remember_stamp(k, t, stamps);
  inet_twsk_schedule(k, tw, TCP_TIMEWAIT_LEN_S * k.hz());
  return TimewaitAction::ack;
}

/// A bare ACK or a RST exactly where the peer should be.
TimewaitAction in_sequence(Kernel& k, TimewaitId tw, SkbId skb, const Stamps& stamps) {
  const bool rst = has_tcp_flag(k[skb], kFlagRst);
  if (rst && k.sysctl().tcp_rfc1337 == 0) {  // TIME_WAIT assassination
    inet_twsk_deschedule(k, tw);
    return TimewaitAction::success;
  }
  if (!rst || !k.profile.connection.timewait_rst_keeps_timer)
    inet_twsk_schedule(k, tw, TCP_TIMEWAIT_LEN_S * k.hz());
  remember_stamp(k, k[tw], stamps);
  return TimewaitAction::success;
}

}  // namespace

void tcp_time_wait(Kernel& k, SockId sk, TcpState state, std::int64_t timeo_ticks) {
  auto f = k.enter(Fn::tcp_time_wait, {}, sk);
  const Sock& s = k[sk];
  const TimewaitId tw = inet_twsk_alloc(k, s, state);
  if (k.decide("timewait_bucket_free", static_cast<bool>(tw), {{"tw_count", k.net().tw_count}})) {
    const std::int64_t rto = (std::int64_t{s.icsk.rto} << 2) - (s.icsk.rto >> 1);
    std::int64_t timeo = std::max(timeo_ticks, rto);
    if (state == TcpState::time_wait) timeo = TCP_TIMEWAIT_LEN_S * k.hz();
    inet_twsk_schedule(k, tw, timeo);
    inet_unhash_sock(k, sk);
    inet_ehash_insert(k, NodeRef::of(tw));
  } else {
    k.count(Counter::TCPTimeWaitOverflow);
  }
  tcp_done(k, sk);
}

void tcp_timewait_timer(Kernel& k, TimewaitId tw) {
  auto f = k.enter(Fn::tw_timer_handler);
  k.count(k[tw].kill != 0 ? Counter::TWKilled : Counter::TW);
  inet_twsk_kill(k, tw);
}

void inet_twsk_deschedule(Kernel& k, TimewaitId tw) { inet_twsk_kill(k, tw); }

TimewaitAction tcp_timewait_state_process(Kernel& k, TimewaitId tw, SkbId skb, Seq& isn) {
  auto f = k.enter(Fn::tcp_timewait_state_process, skb);
  const TimewaitSock& t = k[tw];
  const SkBuff& s = k[skb];
  const Stamps stamps = read_stamps(k, t, skb);
  if (t.substate == TcpState::fin_wait2) return fin_wait2(k, tw, skb, stamps);

  const bool rst = has_tcp_flag(s, kFlagRst);
  if (k.decide("timewait_in_sequence",
               !stamps.paws_reject && s.cb.seq == t.rcv_nxt && (s.cb.seq == s.cb.end_seq || rst),
               {{"seq", s.cb.seq}, {"rcv_nxt", t.rcv_nxt}}))
    return in_sequence(k, tw, skb, stamps);

  const bool newer =
      after(s.cb.seq, t.rcv_nxt) || (stamps.opt.saw_tstamp != 0 && before(t.ts_recent, stamps.opt.rcv_tsval));
  const bool plain_syn = has_tcp_flag(s, kFlagSyn) && !rst && !has_tcp_flag(s, kFlagAck);
  if (k.decide("timewait_new_syn", plain_syn && !stamps.paws_reject && newer)) {
    isn = t.snd_nxt + 65535 + 2;
    if (isn == 0) isn = 1;
    return TimewaitAction::syn;
  }
  if (stamps.paws_reject)
    k.count(k.profile.connection.tw_entry_stamp ? Counter::PAWSTimewait : Counter::PAWSEstab);
  if (rst) return TimewaitAction::success;
  if (stamps.paws_reject || has_tcp_flag(s, kFlagAck)) inet_twsk_schedule(k, tw, TCP_TIMEWAIT_LEN_S * k.hz());
  return ack_unless_limited(k, tw, skb, Counter::TCPACKSkippedTimeWait);
}

}  // namespace ringside
