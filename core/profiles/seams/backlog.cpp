#include <algorithm>

#include "core/kernel/net/core/skb_coalesce.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

namespace {

constexpr std::uint64_t kHeadroom = 64 * 1024;

bool same_options(Kernel& k, SkbId a, SkbId b) {
  const std::size_t len = k[a].cb.doff * 4u;
  if (len != k[b].cb.doff * 4u) return false;
  if (len <= 20) return true;
  const auto copy = [&](SkbId skb) {
    const auto header = skb_header(k, skb, k[skb].transport_off);
    const auto options = header.size() > 20 ? header.subspan(20, std::min(len, header.size()) - 20) : header;
    return std::vector<std::uint8_t>(options.begin(), options.end());
  };
  return copy(a) == copy(b);
}

bool may_merge(Kernel& k, SkbId tail, SkbId skb) {
  const TcpCb& a = k[tail].cb;
  const TcpCb& b = k[skb].cb;
  constexpr std::uint16_t kNever = TCPHDR_SYN | TCPHDR_RST | TCPHDR_URG;
  constexpr std::uint16_t kEqual = TCPHDR_ECE | TCPHDR_CWR | kFlagAe;
  return a.end_seq == b.seq && a.ip_dsfield == b.ip_dsfield && ((a.tcp_flags | b.tcp_flags) & kNever) == 0 &&
         (a.tcp_flags & b.tcp_flags & TCPHDR_ACK) != 0 && ((a.tcp_flags ^ b.tcp_flags) & kEqual) == 0 &&
         same_options(k, tail, skb);
}

/// Merges skb into the backlog's tail, even above the limit. False: nothing happened.
bool coalesce_with_tail(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const SkbId tail = s.backlog.tail;
  if (!tail || !k.decide("backlog_tail_matches", may_merge(k, tail, skb))) return false;
  const SkBuff& t = k[tail];
  const SkBuff& b = k[skb];
  const std::uint32_t header = b.cb.doff * 4u;
  skb_pull(k, skb, header);
  const auto size_of = [](const SkBuff& one, std::uint32_t payload) {
    return one.gso_size != 0 ? one.gso_size : static_cast<std::uint16_t>(payload);
  };
  const std::uint16_t gso_size = std::max(size_of(b, b.len), size_of(t, t.len - header));
  const int segments = std::max<int>(1, b.gso_segs) + std::max<int>(1, t.gso_segs);
  std::int32_t delta = 0;
  if (!skb_try_coalesce(k, tail, skb, delta)) {
    k.put(b.data_off, b.data_off - header);
    k.set(b.len, b.len + header);
    return false;
  }
  k.set(t.cb.end_seq, b.cb.end_seq);
  if (!before(b.cb.ack_seq, t.cb.ack_seq)) {
    k.put(t.cb.ack_seq, b.cb.ack_seq);
    k.put(t.cb.window, b.cb.window);
  }
  k.put(t.cb.tcp_flags, static_cast<std::uint16_t>(t.cb.tcp_flags | b.cb.tcp_flags));
  k.set(t.gso_size, gso_size);
  k.set(t.gso_segs, static_cast<std::uint16_t>(std::min(segments, 0xffff)));
  k.set(s.backlog.len, s.backlog.len + static_cast<std::uint32_t>(delta));
  k.count(Counter::TCPBacklogCoalesce);
  k.move(skb, Place::sk_backlog);
  consume_skb(k, skb);
  return true;
}

bool add(Kernel& k, SockId sk, SkbId skb, std::uint64_t limit, Drop& reason) {
  if (sk_add_backlog(k, sk, skb, limit)) return true;
  k.count(Counter::TCPBacklogDrop);
  reason = Drop::SOCKET_BACKLOG;
  return false;
}

}  // namespace

bool add_backlog_4_13(Kernel& k, SockId sk, SkbId skb, Drop& reason) {
  auto f = k.enter(Fn::tcp_add_backlog, skb, sk);
  const Sock& s = k[sk];
  skb_condense(k, skb);
  const auto limit =
      static_cast<std::uint64_t>(s.sk_rcvbuf) + static_cast<std::uint64_t>(s.sk_sndbuf) + kHeadroom;
  return add(k, sk, skb, limit, reason);
}

bool add_backlog_6_18(Kernel& k, SockId sk, SkbId skb, Drop& reason) {
  auto f = k.enter(Fn::tcp_add_backlog, skb, sk);
  const Sock& s = k[sk];
  skb_condense(k, skb);
  if (tcp_checksum_complete(k, skb)) {
    k.count(Counter::TcpInCsumErrors);
    k.count(Counter::TcpInErrs);
    reason = Drop::TCP_CSUM;
    return false;
  }
  if (coalesce_with_tail(k, sk, skb)) return true;
  const std::uint64_t limit = (static_cast<std::uint64_t>(s.sk_rcvbuf) << 1) +
                              (static_cast<std::uint64_t>(s.sk_sndbuf) >> 1) + kHeadroom;
  return add(k, sk, skb, std::min<std::uint64_t>(limit, 0xffffffffu), reason);
}

}  // namespace ringside::seams
