// The SYN queue and the accept queue: request socks and their timer.
#include "core/kernel/net/inet_connection_sock.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"

namespace ringside {

namespace {

/// reqsk_queue_removed()
void reqsk_queue_removed(Kernel& k, SockId listener, RequestId req) {
  const RequestSockQueue& queue = k[listener].accept_queue;
  if (k[req].num_timeout == 0) k.set(queue.young, queue.young - 1);
  k.set(queue.qlen, queue.qlen - 1);
}

/// reqsk_queue_unlink(): out of the established hash; its timer stops. False if it was no longer there.
bool reqsk_queue_unlink(Kernel& k, RequestId req) {
  const RequestSock& r = k[req];
  const bool found = r.hashed != 0;
  if (found) inet_unhash(k, NodeRef::of(req));
  k.put(r.hashed, std::uint8_t{0});
  k.del_timer(r.timer);
  return found;
}

/// How many SYN-ACKs this listener sends before it gives a request up: fewer when half of its queue is old.
int max_syn_ack_retries(Kernel& k, const Sock& listener) {
  int retries = listener.icsk.syn_retries != 0 ? listener.icsk.syn_retries : k.sysctl().tcp_synack_retries;
  const RequestSockQueue& queue = listener.accept_queue;
  if (queue.qlen * 2 <= std::max(8u, listener.sk_max_ack_backlog)) return retries;
  std::uint32_t young = queue.young * 2;
  while (retries > 2 && queue.qlen >= young) {
    --retries;
    young *= 2;
  }
  return retries;
}

}  // namespace

std::uint32_t dst_advmss(const Kernel& k, const IpAddr& peer) {
  const std::uint32_t mtu = k.host().nic->mtu;
  return mtu - (peer.is_v6() ? 60 : 40);
}

void tcp_clear_options(RxOpt& opt) { opt.tstamp_ok = opt.sack_ok = opt.wscale_ok = opt.snd_wscale = 0; }

std::int64_t keepalive_time_when(const Kernel& k, const TcpSock& tp) {
  return tp.keepalive_time != 0 ? tp.keepalive_time : std::int64_t{k.sysctl().tcp_keepalive_time_s} * k.hz();
}

RequestId inet_reqsk_alloc(Kernel& k, SockId listener, SkbId syn) {
  const RequestId req = k.alloc_request();
  const RequestSock& r = k[req];
  k.put(r.self, req);
  k.put(r.listener, listener);
  k.put(r.packet, k[syn].packet);
  k.put(k.net().next_flow, k.net().next_flow + 1);
  k.put(r.flow, k.net().next_flow);
  return req;
}

std::int64_t reqsk_timeout(const Kernel& k, const RequestSock& req) {
  return std::min<std::int64_t>(req.timeout << req.num_timeout, TCP_RTO_MAX_S * k.hz());
}

void inet_csk_reqsk_queue_hash_add(Kernel& k, SockId listener, RequestId req, std::int64_t timeout_ticks) {
  auto f = k.enter(Fn::inet_csk_reqsk_queue_hash_add, {}, listener);
  const RequestSock& r = k[req];
  k.put(r.timeout, timeout_ticks);
  inet_ehash_insert(k, NodeRef::of(req));
  k.put(r.hashed, std::uint8_t{1});
  k.put(r.holds_listener, std::uint8_t{1});
  sock_hold(k, listener);
  k.mod_timer(r.timer, {ObjectKind::request, TimerKind::request, req.index}, k.jiffies() + timeout_ticks);
  const RequestSockQueue& queue = k[listener].accept_queue;
  k.set(queue.young, queue.young + 1);
  k.set(queue.qlen, queue.qlen + 1);
  k.move_request(req, Place::none, Place::syn_queue);
}

void inet_csk_reqsk_queue_drop(Kernel& k, SockId listener, RequestId req) {
  auto f = k.enter(Fn::inet_csk_reqsk_queue_drop, {}, listener);
  if (!reqsk_queue_unlink(k, req)) return;
  reqsk_queue_removed(k, listener, req);
  k.move_request(req, Place::syn_queue, Place::none);
  reqsk_free(k, req);
}

void reqsk_free(Kernel& k, RequestId req) {
  const SockId listener = k[req].listener;
  const bool holds = k[req].holds_listener != 0;
  k.release(req);
  if (holds) sock_put(k, listener);
}

void tcp_rtx_synack(Kernel& k, SockId listener, RequestId req) {
  tcp_send_synack(k, listener, req);
  const RequestSock& r = k[req];
  k.count(Counter::TcpRetransSegs);
  k.count(Counter::TCPSynRetrans);
  k.set(r.num_retrans, static_cast<std::uint8_t>(r.num_retrans + 1));
}

void reqsk_timer_handler(Kernel& k, RequestId req) {
  const RequestSock& r = k[req];
  const SockId listener = r.listener;
  const Sock& sk = k[listener];
  auto f = k.enter(Fn::reqsk_timer_handler, {}, listener);
  if (!k.decide("listener_still_listens", sk.state == TcpState::listen)) {
    inet_csk_reqsk_queue_drop(k, listener, req);
    return;
  }
  const int max_retries = max_syn_ack_retries(k, sk);
  const std::uint8_t defer = sk.tp.defer_accept;
  bool expire = r.num_timeout >= max_retries;
  bool resend = true;
  if (defer != 0) {  // syn_ack_recalc(): the peer's ACK is there, only its data is missing
    const int last_try = k.profile.connection.defer_accept_bounds_retries ? defer : max_retries;
    expire = expire && (r.acked == 0 || r.num_timeout >= last_try);
    resend = r.acked == 0 || r.num_timeout >= defer - 1;
  }
  k.count(Counter::TCPTimeouts);
  if (k.decide("request_expired", expire, {{"num_timeout", r.num_timeout}, {"max_retries", max_retries}})) {
    inet_csk_reqsk_queue_drop(k, listener, req);
    return;
  }
  if (resend) tcp_rtx_synack(k, listener, req);
  if (r.num_timeout == 0) k.set(sk.accept_queue.young, sk.accept_queue.young - 1);
  k.set(r.num_timeout, static_cast<std::uint8_t>(r.num_timeout + 1));
  k.mod_timer(r.timer, {ObjectKind::request, TimerKind::request, req.index},
              k.jiffies() + reqsk_timeout(k, r));
}

bool inet_csk_reqsk_queue_add(Kernel& k, SockId listener, RequestId req, SockId child) {
  const Sock& sk = k[listener];
  if (!k.decide("listener_still_listens", sk.state == TcpState::listen)) {
    tcp_disconnect(k, child);
    tcp_orphan(k, child);
    inet_csk_destroy_sock(k, child);
    return false;
  }
  const RequestSockQueue& queue = sk.accept_queue;
  k.put(k[req].sk, child);
  k.put(k[req].accept_next, RequestId{});
  if (queue.accept_tail)
    k.put(k[queue.accept_tail].accept_next, req);
  else
    k.put(queue.accept_head, req);
  k.put(queue.accept_tail, req);
  k.set(sk.sk_ack_backlog, sk.sk_ack_backlog + 1);
  return true;
}

SockId inet_csk_complete_hashdance(Kernel& k, SockId listener, SockId child, RequestId req) {
  auto f = k.enter(Fn::inet_csk_complete_hashdance, {}, listener);
  reqsk_queue_unlink(k, req);  // the hash already holds the child; the timer stops
  reqsk_queue_removed(k, listener, req);
  if (!inet_csk_reqsk_queue_add(k, listener, req, child)) {
    reqsk_free(k, req);
    return {};
  }
  k.move_request(req, Place::syn_queue, Place::accept_queue);
  return child;
}

void tcp_listendrop(Kernel& k, SockId listener) {
  k.set(k[listener].sk_drops, k[listener].sk_drops + 1);
  k.count(Counter::ListenDrops);
}

std::int32_t inet_csk_listen_start(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::inet_csk_listen_start, {}, sk);
  const Sock& s = k[sk];
  // Constants: their padding, too, is always the same, and states that are equal have equal bytes.
  static constexpr RequestSockQueue kEmptyQueue{};
  static constexpr IcskAck kNoAck{};
  k.assign(s.accept_queue, kEmptyQueue);
  k.set(s.sk_ack_backlog, 0u);
  k.assign(s.icsk.ack, kNoAck);  // inet_csk_delack_init()
  k.set(s.state, TcpState::listen);
  // Asked again even if it is bound: a port that may be shared by bound sockets may not be by listeners.
  if (const std::int32_t error = inet_csk_get_port(k, sk, s.bound != 0 ? s.sport : std::uint16_t{0});
      error != 0) {
    k.set(s.state, TcpState::close);
    return error;
  }
  inet_hash_listener(k, sk);
  return 0;
}

void inet_csk_listen_stop(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::inet_csk_listen_stop, {}, sk);
  const RequestSockQueue& queue = k[sk].accept_queue;
  while (const RequestId req = queue.accept_head) {
    const SockId child = k[req].sk;
    k.put(queue.accept_head, k[req].accept_next);
    if (!queue.accept_head) k.put(queue.accept_tail, RequestId{});
    k.set(k[sk].sk_ack_backlog, k[sk].sk_ack_backlog - 1);
    k.move_request(req, Place::accept_queue, Place::none);
    k.local_bh_disable();
    bh_lock_sock(k, child);
    sock_hold(k, child);
    tcp_disconnect(k, child);  // inet_child_forget(): nobody will ever accept it
    tcp_orphan(k, child);
    inet_csk_destroy_sock(k, child);
    reqsk_free(k, req);
    bh_unlock_sock(k, child);
    sock_put(k, child);
    k.local_bh_enable();
  }
}

}  // namespace ringside
