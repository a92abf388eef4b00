// A SYN for a listener: tcp_conn_request() with all its reasons to refuse.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/machine/isn_policy.h"
#include "core/machine/machine.h"

namespace ringside {

namespace {

enum : std::uint16_t { kEce = 0x40, kCwr = 0x80 };

bool inet_csk_reqsk_queue_is_full(const Kernel& k, const Sock& listener) {
  const std::uint32_t qlen = listener.accept_queue.qlen;
  return k.profile.connection.syn_queue_admits_one_more ? qlen > listener.sk_max_ack_backlog
                                                        : qlen >= listener.sk_max_ack_backlog;
}

/// tcp_syn_flood_action(): cookies, or nothing at all?
bool tcp_syn_flood_action(Kernel& k, SockId listener) {
  const std::int32_t syncookies = k.sysctl().tcp_syncookies;
  const bool want_cookie = k.decide("syncookies_enabled", syncookies != 0, {{"tcp_syncookies", syncookies}});
  k.count(want_cookie ? Counter::TCPReqQFullDoCookies : Counter::TCPReqQFullDrop);
  const auto& warned = k[listener].accept_queue.synflood_warned;
  if (syncookies != 2 && warned == 0) {
    k.put(warned, std::uint8_t{1});
    k.remark("possible_syn_flooding", {{"port", k[listener].sport}});
  }
  return want_cookie;
}

/// tcp_openreq_init() and af_ops->init_req(): what the SYN said.
void tcp_openreq_init(Kernel& k, RequestId req, const RxOpt& opt, SkbId skb, const Tuple& tuple) {
  const RequestSock& r = k[req];
  const SkBuff& syn = k[skb];
  k.put(r.family, static_cast<std::uint8_t>(tuple.saddr.family()));
  k.assign(r.saddr, tuple.saddr);
  k.assign(r.daddr, tuple.daddr);
  k.put(r.sport, tuple.sport);
  k.put(r.dport, tuple.dport);
  k.put(r.rcv_isn, syn.cb.seq);
  k.put(r.rcv_nxt, syn.cb.seq + 1);
  k.put(r.snt_synack_us, k.profile.connection.stamps_request_at_syn ? k.clock_us() : 0);
  k.put(r.mss, opt.mss_clamp);
  k.put(r.ts_recent, opt.saw_tstamp != 0 ? opt.rcv_tsval : 0u);
  k.put(r.tstamp_ok, opt.tstamp_ok);
  k.put(r.sack_ok, opt.sack_ok);
  k.put(r.snd_wscale, opt.snd_wscale);
  k.put(r.wscale_ok, opt.wscale_ok);
}

/// tcp_ecn_create_request(): ECN as RFC 3168 asks for it (no AccECN).
void tcp_ecn_create_request(Kernel& k, RequestId req, SkbId skb) {
  const SkBuff& syn = k[skb];
  const bool asked = (syn.cb.tcp_flags & kEce) != 0 && (syn.cb.tcp_flags & kCwr) != 0;
  const bool ect = (syn.cb.ip_dsfield & 3) != 0;
  if (asked && !ect && k.sysctl().tcp_ecn != 0) k.put(k[req].ecn_ok, std::uint8_t{1});
}

/// Without cookies the last quarter of tcp_max_syn_backlog is for peers known to be real. No metrics of
/// former connections are kept here, so nobody is known.
bool last_quarter_is_reserved(Kernel& k, const Sock& listener) {
  const std::int64_t backlog = k.sysctl().tcp_max_syn_backlog;
  const std::int64_t left = backlog - listener.accept_queue.qlen;
  return k.decide("syn_backlog_last_quarter", k.sysctl().tcp_syncookies == 0 && left < (backlog >> 2),
                  {{"left", left}, {"tcp_max_syn_backlog", backlog}});
}

/// The request's sequence number, windows and SYN-ACK, once it is known to be admitted.
void answer(Kernel& k, SockId listener, SkbId skb, RequestId req, Seq tw_isn, bool want_cookie) {
  const RequestSock& r = k[req];
  const Tuple tuple{r.saddr, r.daddr, r.sport, r.dport};
  const InitialSequence own = tcp_initial_sequence(k, tuple, k[skb].packet);
  if (r.tstamp_ok != 0 && !want_cookie) {
    k.put(r.ts_off, own.ts_off);
    k.put(r.snt_tsval_first, own.captured_tsval);
  }
  tcp_ecn_create_request(k, req, skb);
  Seq isn = tw_isn != 0 ? tw_isn : own.isn;
  if (want_cookie) {
    std::uint16_t mss = r.mss;
    isn = cookie_init_sequence(k, listener, skb, mss);
    k.put(r.mss, mss);
    k.put(r.syncookie, std::uint8_t{1});
    k.put(r.cookie_ts, r.tstamp_ok);
    if (r.tstamp_ok == 0) k.put(r.ecn_ok, std::uint8_t{0});
  }
  k.put(r.snt_isn, isn);
  tcp_openreq_init_rwin(k, listener, req);
  if (!want_cookie) inet_csk_reqsk_queue_hash_add(k, listener, req, request_timeout_init(k));
  tcp_send_synack(k, listener, req);
  if (want_cookie) reqsk_free(k, req);  // the client's ACK brings everything back
}

}  // namespace

InitialSequence tcp_initial_sequence(Kernel& k, const Tuple& tuple, std::uint32_t syn_packet) {
  const IsnPolicy* policy = k.machine().config().isn;
  if (policy == nullptr) return {static_cast<Seq>(k.random()), 0};
  const IsnPolicy::Choice choice =
      policy->choose({tuple.saddr, tuple.daddr, tuple.sport, tuple.dport, k.now_ns(), syn_packet});
  InitialSequence own{choice.isn, 0, 0};
  if (choice.has_tsval) {
    own.ts_off = choice.tsval - tcp_time_stamp_ms(k);
    own.captured_tsval = choice.tsval;
  }
  return own;
}

std::uint8_t tcp_own_wscale(Kernel& k, const Tuple& tuple, std::uint32_t syn_packet, std::uint8_t computed) {
  const IsnPolicy* policy = k.machine().config().isn;
  if (policy == nullptr) return computed;
  const IsnPolicy::Choice choice =
      policy->choose({tuple.saddr, tuple.daddr, tuple.sport, tuple.dport, k.now_ns(), syn_packet});
  return choice.has_wscale ? choice.wscale : computed;
}

void tcp_conn_request(Kernel& k, SockId listener, SkbId skb) {
  auto f = k.enter(Fn::tcp_conn_request, skb, listener);
  const Sock& sk = k[listener];
  const Seq tw_isn = k[skb].cb.tcp_tw_isn;
  bool want_cookie = false;
  const bool crowded = k.sysctl().tcp_syncookies == 2 || inet_csk_reqsk_queue_is_full(k, sk);
  if (k.decide("syn_queue_full", crowded && tw_isn == 0,
               {{"qlen", sk.accept_queue.qlen}, {"sk_max_ack_backlog", sk.sk_max_ack_backlog}})) {
    want_cookie = tcp_syn_flood_action(k, listener);
    if (!want_cookie) return tcp_listendrop(k, listener);
  }
  if (k.decide("accept_queue_full", sk_acceptq_is_full(sk),
               {{"sk_ack_backlog", sk.sk_ack_backlog}, {"sk_max_ack_backlog", sk.sk_max_ack_backlog}})) {
    k.count(Counter::ListenOverflows);
    return tcp_listendrop(k, listener);
  }
  const RequestId req = inet_reqsk_alloc(k, listener, skb);
  RxOpt opt;
  opt.mss_clamp = 536;
  opt.user_mss = sk.tp.rx_opt.user_mss;
  tcp_parse_options(k, skb, opt, false);
  if (want_cookie && opt.saw_tstamp == 0) tcp_clear_options(opt);
  opt.tstamp_ok = opt.saw_tstamp;
  tcp_openreq_init(k, req, opt, skb, incoming_tuple(k, skb));
  if (!want_cookie && tw_isn == 0 && last_quarter_is_reserved(k, sk)) {
    reqsk_free(k, req);
    return tcp_listendrop(k, listener);
  }
  answer(k, listener, skb, req, tw_isn, want_cookie);
}

}  // namespace ringside
