// net/ipv4/tcp_ipv4.c: answers that no socket sends. RST, and the ACKs of TIME_WAIT and request socks.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/ipv4/tcp_ipv4.h"
#include "core/wire/tcp.h"

namespace ringside {

namespace {

/// Sends a bare header back to where `skb` came from.
void reply(Kernel& k, SkbId skb, wire::TcpHeader header, std::uint8_t tos, SockId sk) {
  const SegmentAddresses at = tcp_addresses(k, skb);
  header.source = at.dport;
  header.dest = at.sport;
  wire::Buffer bytes;
  header.append_to(bytes, at.daddr, at.saddr, {});
  const SkbId answer = alloc_skb(k, DataRef{}, k.profile.tcp_rcv.max_tcp_header);
  const SkBuff& a = k[answer];
  k.put(a.family, k[skb].family);
  k.put(a.l4_proto, std::uint8_t{6});
  k.put(a.cb.seq, header.seq);
  k.put(a.cb.end_seq, header.seq);
  k.put(a.cb.ack_seq, header.ack_seq);
  k.put(a.cb.tcp_flags, std::uint16_t{header.flags});
  k.put(a.cb.window, header.window);
  skb_push_header(k, answer, bytes);
  IpFlow flow;
  flow.family = k[skb].family;
  flow.tos = tos;
  flow.saddr = at.daddr;
  flow.daddr = at.saddr;
  k.count(Counter::TcpOutSegs);
  ip_send_skb(k, flow, answer, sk);
}

}  // namespace

void tcp_v4_send_reset(Kernel& k, SockId sk, SkbId skb) {
  const SkBuff& s = k[skb];
  auto f = k.enter(s.family == 6 ? Fn::tcp_v6_send_reset : Fn::tcp_v4_send_reset, skb, sk);
  if (k.decide("reset_answers_reset", has_flag(s, TCPHDR_RST))) return;
  wire::TcpHeader header;
  header.flags = static_cast<std::uint8_t>(TCPHDR_RST);
  if (has_flag(s, TCPHDR_ACK)) {
    header.seq = s.cb.ack_seq;
  } else {
    header.flags = static_cast<std::uint8_t>(TCPHDR_RST | TCPHDR_ACK);
    header.ack_seq = s.cb.end_seq;
  }
  k.count(Counter::TcpOutRsts);
  reply(k, skb, header, s.cb.ip_dsfield, {});
}

void tcp_v4_send_ack(Kernel& k, SkbId skb, const BareAck& ack) {
  auto f = k.enter(k[skb].family == 6 ? Fn::tcp_v6_send_ack : Fn::tcp_v4_send_ack, skb);
  wire::TcpHeader header;
  header.seq = ack.seq;
  header.ack_seq = ack.ack;
  header.flags = static_cast<std::uint8_t>(TCPHDR_ACK);
  header.window = static_cast<std::uint16_t>(ack.win);
  if (ack.with_ts)
    header.options = {wire::TcpOption::nop(), wire::TcpOption::nop(),
                      wire::TcpOption::timestamps(ack.tsval, ack.tsecr)};
  reply(k, skb, header, ack.tos, {});
}

void tcp_v4_timewait_ack(Kernel& k, TimewaitId id, SkbId skb) {
  const TimewaitSock& tw = k[id];
  BareAck ack;
  ack.seq = tw.snd_nxt;
  ack.ack = tw.rcv_nxt;
  ack.win = tw.rcv_wnd >> tw.rcv_wscale;
  ack.tsval = static_cast<std::uint32_t>(k.clock_us() / 1000) + tw.ts_offset;
  ack.tsecr = tw.ts_recent;
  ack.with_ts = tw.ts_recent != 0;
  ack.tos = tw.tos;
  tcp_v4_send_ack(k, skb, ack);
}

}  // namespace ringside
