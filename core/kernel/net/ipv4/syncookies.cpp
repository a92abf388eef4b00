// SYN cookies (net/ipv4/syncookies.c): a connection request that lives in the sequence number alone.
// The kernel's hash is SipHash with a secret; here it is a plain mix, the same in every run.
#include <algorithm>
#include <array>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/inet_connection_sock.h"

namespace ringside {

namespace {

constexpr int kCookieBits = 24;
constexpr Seq kCookieMask = (1u << kCookieBits) - 1;
constexpr std::uint32_t kMaxSynCookieAge = 2;  // minutes
constexpr std::array<std::uint16_t, 4> kMssTable{536, 1300, 1440, 1460};
constexpr std::array<std::uint16_t, 4> kMssTableV6{1280 - 60, 1480 - 60, 1500 - 60, 9000 - 60};
// What the timestamp of a SYN-ACK with a cookie carries in its low bits.
constexpr std::uint32_t kWscaleMask = 0x0f, kSackBit = 1u << 4, kEcnBit = 1u << 5;

std::uint32_t cookie_hash(const Tuple& tuple, std::uint32_t count, std::uint32_t which) {
  std::uint32_t h = inet_ehashfn(tuple) ^ (which != 0 ? 0x5bd1e995u : 0x27d4eb2fu);
  h = (h ^ count) * 0x85ebca6bu;
  h ^= h >> 13;
  h *= 0xc2b2ae35u;
  return h ^ h >> 16;
}

/// tcp_cookie_time(): minutes.
std::uint32_t cookie_time(const Kernel& k) { return static_cast<std::uint32_t>(k.jiffies() / (60 * k.hz())); }

/// secure_tcp_syn_cookie()
Seq make_cookie(const Tuple& tuple, Seq peer_isn, std::uint32_t count, std::uint32_t data) {
  return cookie_hash(tuple, 0, 0) + peer_isn + (count << kCookieBits) +
         ((cookie_hash(tuple, count, 1) + data) & kCookieMask);
}

/// check_tcp_syn_cookie(): the MSS index, or ~0 if the cookie is too old or not ours.
std::uint32_t check_cookie(const Tuple& tuple, Seq cookie, Seq peer_isn, std::uint32_t now) {
  cookie -= cookie_hash(tuple, 0, 0) + peer_isn;
  const std::uint32_t age = (now - (cookie >> kCookieBits)) & (~0u >> kCookieBits);
  if (age >= kMaxSynCookieAge) return ~0u;
  return (cookie - cookie_hash(tuple, now - age, 1)) & kCookieMask;
}

const std::array<std::uint16_t, 4>& mss_table(bool v6) { return v6 ? kMssTableV6 : kMssTable; }

bool tcp_synq_no_recent_overflow(const Kernel& k, const Sock& listener) {
  return k.jiffies() > listener.tp.rx_opt.ts_recent_stamp + kMaxSynCookieAge * 60 * k.hz();
}

/// cookie_timestamp_decode(): the SYN's options, echoed to us. False: this host does not do them any more.
bool cookie_timestamp_decode(const Kernel& k, RxOpt& opt) {
  if (opt.saw_tstamp == 0) {
    tcp_clear_options(opt);
    return true;
  }
  if (k.sysctl().tcp_timestamps == 0) return false;
  const std::uint32_t options = opt.rcv_tsecr;
  opt.sack_ok = (options & kSackBit) != 0 ? 1 : 0;
  if (opt.sack_ok != 0 && k.sysctl().tcp_sack == 0) return false;
  if ((options & kWscaleMask) == kWscaleMask) return true;
  opt.wscale_ok = 1;
  opt.snd_wscale = static_cast<std::uint8_t>(options & kWscaleMask);
  return k.sysctl().tcp_window_scaling != 0;
}

/// The request that the cookie stood for.
RequestId rebuild_request(Kernel& k, SockId listener, SkbId skb, const Tuple& tuple, std::uint16_t mss,
                          const RxOpt& opt) {
  const RequestId req = inet_reqsk_alloc(k, listener, skb);
  const RequestSock& r = k[req];
  k.put(r.family, static_cast<std::uint8_t>(tuple.saddr.family()));
  k.assign(r.saddr, tuple.saddr);
  k.assign(r.daddr, tuple.daddr);
  k.put(r.sport, tuple.sport);
  k.put(r.dport, tuple.dport);
  k.put(r.rcv_isn, k[skb].cb.seq - 1);
  k.put(r.rcv_nxt, k[skb].cb.seq);
  k.put(r.snt_isn, k[skb].cb.ack_seq - 1);
  k.put(r.mss, mss);
  k.put(r.snd_wscale, opt.snd_wscale);
  k.put(r.sack_ok, opt.sack_ok);
  k.put(r.wscale_ok, opt.wscale_ok);
  k.put(r.tstamp_ok, opt.saw_tstamp);
  k.put(r.ts_recent, opt.saw_tstamp != 0 ? opt.rcv_tsval : 0u);
  k.put(r.syncookie, std::uint8_t{1});
  k.put(r.timeout, request_timeout_init(k));
  const bool ecn = opt.saw_tstamp != 0 && (opt.rcv_tsecr & kEcnBit) != 0 && k.sysctl().tcp_ecn != 0;
  k.put(r.ecn_ok, static_cast<std::uint8_t>(ecn ? 1 : 0));
  const InitialWindow window = tcp_select_initial_window(k, tcp_full_space(k, listener), mss,
                                                         k[listener].tp.window_clamp, r.wscale_ok != 0, 0);
  k.put(r.rsk_rcv_wnd, window.rcv_wnd);
  k.put(r.rsk_window_clamp, window.window_clamp);
  k.put(r.rcv_wscale, window.rcv_wscale);
  return req;
}

}  // namespace

Seq cookie_init_sequence(Kernel& k, SockId listener, SkbId syn, std::uint16_t& mss) {
  auto f = k.enter(Fn::cookie_v4_init_sequence, syn, listener);
  const RxOpt& opt = k[listener].tp.rx_opt;
  if (k.jiffies() > opt.ts_recent_stamp + k.hz())
    k.put(opt.ts_recent_stamp, k.jiffies());  // tcp_synq_overflow()
  k.count(Counter::SyncookiesSent);
  const Tuple tuple = incoming_tuple(k, syn);
  const auto& table = mss_table(tuple.saddr.is_v6());
  std::uint32_t index = static_cast<std::uint32_t>(table.size()) - 1;
  while (index != 0 && mss < table[index]) --index;
  mss = table[index];
  return make_cookie(tuple, k[syn].cb.seq, cookie_time(k), index);
}

SockId tcp_v4_cookie_check(Kernel& k, SockId listener, SkbId skb) {
  if (has_tcp_flag(k[skb], kFlagSyn)) return listener;
  const SkBuff& s = k[skb];
  if (k.sysctl().tcp_syncookies == 0 || !has_tcp_flag(s, kFlagAck) || has_tcp_flag(s, kFlagRst))
    return listener;
  auto f = k.enter(Fn::cookie_v4_check, skb, listener);
  if (k.decide("no_recent_overflow", tcp_synq_no_recent_overflow(k, k[listener]))) return listener;
  const Tuple tuple = incoming_tuple(k, skb);
  const auto& table = mss_table(tuple.saddr.is_v6());
  const std::uint32_t index = check_cookie(tuple, s.cb.ack_seq - 1, s.cb.seq - 1, cookie_time(k));
  if (!k.decide("cookie_valid", index < table.size())) {
    k.count(Counter::SyncookiesFailed);
    return listener;
  }
  k.count(Counter::SyncookiesRecv);
  RxOpt opt;
  tcp_parse_options(k, skb, opt, false);
  if (!cookie_timestamp_decode(k, opt)) return listener;
  const RequestId req = rebuild_request(k, listener, skb, tuple, table[index], opt);
  const SockId child = tcp_syn_recv_sock(k, listener, skb, req, false);  // tcp_get_cookie_sock()
  if (!child) {
    reqsk_free(k, req);
    return {};
  }
  if (!inet_csk_reqsk_queue_add(k, listener, req, child)) {
    reqsk_free(k, req);
    return {};
  }
  k.move_request(req, Place::none, Place::accept_queue);
  return child;
}

}  // namespace ringside
