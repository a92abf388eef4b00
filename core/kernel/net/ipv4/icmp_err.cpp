// tcp_v4_err(), tcp_v6_err(), udp_err(): what an ICMP error does to the socket whose packet it quotes.
#include <cerrno>

#include "core/base/seq.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv6/icmp6.h"
#include "core/kernel/net/tcp.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

namespace ringside {

namespace {

/// The packet of ours that the error quotes.
struct Quoted {
  IpAddr saddr, daddr;
  std::uint8_t protocol = 0;
  wire::Bytes l4;
};

Quoted parse_quoted(wire::Bytes bytes) {
  if (!bytes.empty() && bytes[0] >> 4 == 6) {
    const auto ip = wire::Ipv6View::parse(bytes);
    if (!ip) return {};
    const auto upper = wire::ipv6_upper(*ip);
    return {ip->saddr(), ip->daddr(), upper.protocol, upper.payload};
  }
  const auto ip = wire::Ipv4View::parse(bytes);
  if (!ip) return {};
  return {ip->saddr(), ip->daddr(), ip->protocol(), wire::slice(bytes, ip->header_len())};
}

/// icmp_err_convert, tab_unreach; 0: no error for a socket.
std::int32_t errno_of(const IcmpError& error, bool v6) {
  if (v6) {
    if (error.type == wire::ICMPV6_TIME_EXCEED) return EHOSTUNREACH;
    if (error.type != wire::ICMPV6_DEST_UNREACH) return EPROTO;
    static constexpr std::int32_t codes[] = {ENETUNREACH,  EACCES, EHOSTUNREACH, EHOSTUNREACH,
                                             ECONNREFUSED, EACCES, EACCES};
    return error.code < std::size(codes) ? codes[error.code] : EPROTO;
  }
  if (error.type == wire::ICMP_TIME_EXCEEDED) return EHOSTUNREACH;
  if (error.type != wire::ICMP_DEST_UNREACH) return EPROTO;
  static constexpr std::int32_t codes[] = {ENETUNREACH,  EHOSTUNREACH, ENOPROTOOPT,  ECONNREFUSED,
                                           EMSGSIZE,     EOPNOTSUPP,   ENETUNREACH,  EHOSTDOWN,
                                           ENONET,       ENETUNREACH,  EHOSTUNREACH, ENETUNREACH,
                                           EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH};
  return error.code < std::size(codes) ? codes[error.code] : 0;
}

/// tcp_v4_mtu_reduced(): smaller segments from now on. 1280 and 576 are the smallest paths there are.
void tcp_mtu_reduced(Kernel& k, SockId sk, std::uint32_t mtu, bool v6) {
  const Sock& s = k[sk];
  const std::uint32_t smallest = v6 ? 1280 : 552;  // ip_rt_min_pmtu
  const std::uint32_t path = mtu < smallest ? smallest : mtu;
  if (!k.decide("path_mtu_smaller", s.icsk.pmtu_cookie == 0 || s.icsk.pmtu_cookie > path,
                {{"mtu", path}, {"pmtu_cookie", s.icsk.pmtu_cookie}}))
    return;
  k.put(s.path_mtu, path);
  tcp_sync_mss(k, sk, path);
}

void tcp_error_on_socket(Kernel& k, SockId sk, std::int32_t err) {
  const Sock& s = k[sk];
  const bool owned = sock_owned_by_user(s);
  const bool connecting = s.state == TcpState::syn_sent || s.state == TcpState::syn_recv;
  if (connecting && !owned) {
    k.set(s.sk_err, err);
    sock_def_error_report(k, sk);
    tcp_done(k, sk);
  } else if (!connecting && !owned && s.recverr != 0) {
    k.set(s.sk_err, err);
    sock_def_error_report(k, sk);
  } else {
    k.set(s.sk_err_soft, err);  // only told if the connection times out
  }
}

void tcp_err(Kernel& k, const IcmpError& error, const Quoted& q) {
  const bool v6 = q.daddr.is_v6();
  auto f = k.enter(v6 ? Fn::tcp_v6_err : Fn::tcp_v4_err);
  if (q.l4.size() < 8) {
    k.count(v6 ? Counter::Icmp6InErrors : Counter::IcmpInErrors);
    return;
  }
  const std::uint16_t sport = wire::load16(&q.l4[0]), dport = wire::load16(&q.l4[2]);
  const Seq seq = wire::load32(&q.l4[4]);
  const NodeRef node = inet_lookup_established(k, q.daddr, dport, q.saddr, sport);
  if (!k.decide("icmp_error_for_a_socket", static_cast<bool>(node), {{"sport", sport}, {"dport", dport}})) {
    k.count(v6 ? Counter::Icmp6InErrors : Counter::IcmpInErrors);
    return;
  }
  if (node.kind() != NodeRef::sock) {  // TIME_WAIT and request socks live on
    k.remark("icmp_error_for_a_mini_socket");
    return;
  }
  const SockId sk{node.index()};
  const Sock& s = k[sk];
  k.about({}, sk);
  bh_lock_sock(k, sk);
  const bool too_big = error.mtu != 0;
  if (sock_owned_by_user(s) && !too_big) k.count(Counter::LockDroppedIcmps);
  const bool in_flight = between(seq, s.tp.snd_una, s.tp.snd_nxt);
  if (s.state == TcpState::close) {
    k.remark("socket_is_closed");
  } else if (!k.decide("quoted_seq_in_flight", in_flight,
                       {{"seq", seq}, {"snd_una", s.tp.snd_una}, {"snd_nxt", s.tp.snd_nxt}})) {
    k.count(Counter::OutOfWindowIcmps);
  } else if (too_big) {
    if (!sock_owned_by_user(s)) tcp_mtu_reduced(k, sk, error.mtu, v6);
  } else if (const std::int32_t err = errno_of(error, v6); err != 0) {
    tcp_error_on_socket(k, sk, err);
  }
  bh_unlock_sock(k, sk);
}

void udp_err(Kernel& k, const IcmpError& error, const Quoted& q) {
  auto f = k.enter(Fn::udp_err);
  if (q.l4.size() < 4) return;
  const std::uint16_t sport = wire::load16(&q.l4[0]), dport = wire::load16(&q.l4[2]);
  for (SockId sk = k.net().udp_socks; sk; sk = k[sk].bind_next) {
    const Sock& s = k[sk];
    if (s.sport != sport || s.udp_connected == 0 || s.dport != dport || s.daddr != q.daddr) continue;
    const std::int32_t err = errno_of(error, q.daddr.is_v6());
    if (!k.decide("udp_socket_told", err != 0 && error.mtu == 0, {{"errno", err}})) return;
    k.set(s.sk_err, err);
    sock_def_error_report(k, sk);
    return;
  }
  k.count(q.daddr.is_v6() ? Counter::Icmp6InErrors : Counter::IcmpInErrors);
}

}  // namespace

void icmp_socket_deliver(Kernel& k, const IcmpError& error, std::span<const std::uint8_t> quoted) {
  const Quoted q = parse_quoted(quoted);
  if (q.protocol == wire::IPPROTO_NR_TCP)
    tcp_err(k, error, q);
  else if (q.protocol == wire::IPPROTO_NR_UDP)
    udp_err(k, error, q);
  else
    k.remark("icmp_error_for_no_protocol",
             {{"type", error.type}, {"code", error.code}, {"protocol", q.protocol}});
}

}  // namespace ringside
