// The socket half of net/ipv4/udp.c: binding, reading, sending. The receive path's half is udp.cpp.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/udp.h"

namespace ringside {

namespace {
constexpr std::uint32_t kUdpHeader = 8;
}

SockId udp_sk_alloc(Kernel& k, std::uint8_t family) {
  const SockId sk = k.alloc_sock();
  const Sock& s = k[sk];
  k.put(s.self, sk);
  k.put(s.family, family);
  k.put(s.protocol, std::uint8_t{IPPROTO_UDP});
  k.set(s.sk_rcvbuf, k.sysctl().rmem_default);
  k.set(s.sk_sndbuf, k.sysctl().wmem_default);
  return sk;
}

void udp_destroy_sock(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::udp_destroy_sock, {}, sk);
  const SockId* link = &k.net().udp_socks;
  while (*link && !(*link == sk)) link = &k[*link].bind_next;
  if (*link) k.put(*link, k[sk].bind_next);
  while (const SkbId skb = skb_dequeue(k, k[sk].receive_queue)) consume_skb(k, skb);
  k.release(sk);
}

std::int32_t udp_connect(Kernel& k, SockId sk, const IpAddr& addr, std::uint16_t port) {
  const Sock& s = k[sk];
  if (s.sport == 0) {
    const std::int32_t error = inet_autobind(k, sk);
    if (error != 0) return error;
  }
  k.assign(s.daddr, addr);
  k.put(s.dport, port);
  k.put(s.udp_connected, std::uint8_t{1});
  return 0;
}

bool udp_recvmsg(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const Sock& s = k[sk];
  auto f = k.enter(Fn::udp_recvmsg, {}, sk, call.phase != 0);
  if (call.phase != 0) remove_wait_queue(k, sk, self);
  if (s.receive_queue.qlen == 0) {
    const bool timed_out = call.phase != 0 && k[self].woken_by_timeout != 0;
    if ((call.flags & MSG_DONTWAIT) != 0 || timed_out) {
      k.put(call.result, std::int64_t{-EAGAIN});
      return true;
    }
    k.put(call.phase, std::uint8_t{1});
    add_wait_queue(k, sk, self);
    k.block(s.sk_rcvtimeo_ns);
    f.suspend();
    return false;
  }
  const bool peek = (call.flags & MSG_PEEK) != 0;
  const SkbId skb = peek ? s.receive_queue.head : skb_dequeue(k, s.receive_queue);
  const std::uint32_t size = k[skb].len;
  const std::uint32_t copied = std::min(size, call.len);
  k.copy(skb, Place::udp_receive_queue, Place::user_buffer, copied);
  skb_for_each_piece(k.host(), skb, 0, copied, [&](const DataRef& piece) { k.deliver(sk, piece, peek); });
  if (!peek) {
    k.put(s.delivered_bytes, s.delivered_bytes + copied);
    k.count(s.family == 4 ? Counter::UdpInDatagrams : Counter::UdpInDatagrams);
    k.move(skb, Place::user_buffer);
    consume_skb(k, skb);
  }
  k.put(call.result, static_cast<std::int64_t>((call.flags & MSG_TRUNC) != 0 ? size : copied));
  return true;
}

bool udp_sendmsg(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const Sock& s = k[sk];
  auto f = k.enter(Fn::udp_sendmsg, {}, sk);
  const bool addressed = call.addr.family() != IpAddr::Family::kNone;
  if (!addressed && s.udp_connected == 0) {
    k.put(call.result, std::int64_t{-EDESTADDRREQ});
    return true;
  }
  if (call.len > 0xffff - kUdpHeader) {
    k.put(call.result, std::int64_t{-EMSGSIZE});
    return true;
  }
  if (s.sport == 0) {
    const std::int32_t error = inet_autobind(k, sk);
    if (error != 0) {
      k.put(call.result, std::int64_t{error});
      return true;
    }
  }
  DataRef data = call.data;
  data.len = call.len;
  const SkbId skb = alloc_skb(k, data, call.len + 128);
  const std::uint16_t dport = addressed ? call.port : s.dport;
  const auto length = static_cast<std::uint16_t>(call.len + kUdpHeader);
  const std::array<std::uint8_t, kUdpHeader> header{static_cast<std::uint8_t>(s.sport >> 8),
                                                    static_cast<std::uint8_t>(s.sport),
                                                    static_cast<std::uint8_t>(dport >> 8),
                                                    static_cast<std::uint8_t>(dport),
                                                    static_cast<std::uint8_t>(length >> 8),
                                                    static_cast<std::uint8_t>(length),
                                                    0,
                                                    0};
  skb_push_header(k, skb, header);
  IpFlow flow;
  flow.family = s.family;
  flow.protocol = IPPROTO_UDP;
  flow.tos = s.ip_tos;
  flow.ttl = s.ip_ttl;
  flow.saddr = s.saddr;
  flow.daddr = addressed ? call.addr : s.daddr;
  k.count(Counter::UdpOutDatagrams);
  ip_send_skb(k, flow, skb, sk);
  k.put(call.result, static_cast<std::int64_t>(call.len));
  return true;
}

}  // namespace ringside
