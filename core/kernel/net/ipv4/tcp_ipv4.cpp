// net/ipv4/tcp_ipv4.c and net/ipv6/tcp_ipv6.c: TCP takes a segment from IP and finds its socket. Both
// versions differ in names and addresses only, so they share their body.
#include "core/kernel/net/ipv4/tcp_ipv4.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_hashtables.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/tcp_follow.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"

namespace ringside {

namespace {

constexpr std::uint32_t kTcpHeader = 20;
constexpr std::uint32_t kChecksumBreak = 76;  // CHECKSUM_BREAK: shorter ones are summed at once

void discard(Kernel& k, SkbId skb, Drop reason) { kfree_skb_reason(k, skb, reason); }

/// The segment is dropped on its socket's account.
void discard_and_relse(Kernel& k, SockId sk, SkbId skb, Drop reason) {
  sk_drops_add(k, sk, skb);
  discard(k, skb, reason);
}

void discard_bad_checksum(Kernel& k, SkbId skb) {
  k.count(Counter::TcpInCsumErrors);
  k.count(Counter::TcpInErrs);
  discard(k, skb, Drop::TCP_CSUM);
}

/// tcp_v4_fill_cb(): what TCP needs of both headers, in host order.
void fill_cb(Kernel& k, SkbId skb, const wire::TcpView& th) {
  const SkBuff& s = k[skb];
  TcpCb cb = s.cb;
  cb.seq = th.seq();
  cb.doff = th.doff();
  cb.end_seq = cb.seq + (th.syn() ? 1 : 0) + (th.fin() ? 1 : 0) + s.len - cb.doff * 4u;
  cb.ack_seq = th.ack_seq();
  cb.tcp_flags = static_cast<std::uint16_t>(th.flags() | (th.ae() ? kFlagAe : 0));
  cb.window = th.window();
  cb.urg_ptr = th.urg_ptr();
  cb.tcp_tw_isn = 0;
  cb.tcp_tw_isn_set = 0;
  cb.sacked = 0;
  const auto header = skb_header(k, skb, s.network_off);
  if (s.family == 6) {
    const auto ip = wire::Ipv6View::parse(header);
    cb.ip_dsfield = ip ? ip->traffic_class() : 0;
  } else {
    const auto ip = wire::Ipv4View::parse(header);
    cb.ip_dsfield = ip ? ip->tos() : 0;
  }
  k.assign(s.cb, cb);
}

/// The header's checks that need no socket. False: the segment is gone.
bool check_header(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.pkt_type != PacketType::host) {
    discard(k, skb, Drop::NOT_SPECIFIED);
    return false;
  }
  k.count(Counter::TcpInSegs);  // even bad ones count
  const auto th = wire::TcpView::parse(skb_header(k, skb, s.transport_off));
  if (s.len < kTcpHeader || !th) {
    discard(k, skb, Drop::NOT_SPECIFIED);
    return false;
  }
  if (!k.decide("header_length_ok", th->header_len() >= kTcpHeader, {{"doff", th->doff()}})) {
    k.count(Counter::TcpInErrs);
    discard(k, skb, Drop::PKT_TOO_SMALL);
    return false;
  }
  if (s.len < th->header_len()) {
    discard(k, skb, Drop::NOT_SPECIFIED);
    return false;
  }
  if (s.len <= kChecksumBreak && tcp_checksum_complete(k, skb)) {
    discard_bad_checksum(k, skb);
    return false;
  }
  fill_cb(k, skb, *th);
  return true;
}

NodeRef lookup(Kernel& k, SkbId skb) {
  const NodeRef early = k[skb].demux;
  const bool over = early.kind() == NodeRef::timewait && !k.host().timewaits.is_live(early.index());
  if (early && !over) return early;
  const SegmentAddresses at = tcp_addresses(k, skb);
  const NodeRef found = inet_lookup_established(k, at.saddr, at.sport, at.daddr, at.dport);
  if (found) return found;
  const SockId listener = inet_lookup_listener(k, incoming_tuple(k, skb));
  return listener ? NodeRef::of(listener) : NodeRef{};
}

void no_socket(Kernel& k, SkbId skb) {
  if (tcp_checksum_complete(k, skb)) {
    discard_bad_checksum(k, skb);
    return;
  }
  tcp_v4_send_reset(k, {}, skb);
  discard(k, skb, Drop::NO_SOCKET);
}

/// A closed connection that is kept to answer what is late. A socket: go on with it (a new connection).
SockId time_wait(Kernel& k, SkbId skb, TimewaitId tw) {
  if (tcp_checksum_complete(k, skb)) {
    discard_bad_checksum(k, skb);
    return {};
  }
  Seq isn = 0;
  switch (tcp_timewait_state_process(k, tw, skb, isn)) {
    case TimewaitAction::syn: {
      const SockId listener = inet_lookup_listener(k, incoming_tuple(k, skb));
      if (listener) {
        inet_twsk_deschedule(k, tw);
        k.put(k[skb].cb.tcp_tw_isn, isn);
        k.put(k[skb].cb.tcp_tw_isn_set, std::uint8_t{1});
        return listener;
      }
      [[fallthrough]];
    }
    case TimewaitAction::ack:
    case TimewaitAction::ack_oow:
      tcp_v4_timewait_ack(k, tw, skb);
      break;
    case TimewaitAction::reset:
      tcp_v4_send_reset(k, {}, skb);
      inet_twsk_deschedule(k, tw);
      break;
    case TimewaitAction::success:
      break;
  }
  discard(k, skb, Drop::NOT_SPECIFIED);
  return {};
}

enum class Found : std::uint8_t { done, again, process };

/// A list of packets is demultiplexed before the first of it is delivered: what the packet was found to
/// belong to may be over by now.
bool request_is_over(Kernel& k, SkbId skb, RequestId req) {
  if (!k.host().requests.is_live(req.index)) return true;
  const RequestSock& r = k[req];
  const SegmentAddresses at = tcp_addresses(k, skb);
  return r.dport != at.sport || r.sport != at.dport || r.daddr != at.saddr || r.saddr != at.daddr;
}

/// A connection in the making. `process`: go on with `sk`, the listener.
Found new_syn_recv(Kernel& k, SkbId skb, RequestId req, SockId& sk) {
  if (request_is_over(k, skb, req)) {
    k.put(k[skb].demux, NodeRef{});
    return Found::again;
  }
  sk = k[req].listener;
  if (k.profile.tcp_rcv.request_checksum_first && tcp_checksum_complete(k, skb)) {
    discard_bad_checksum(k, skb);
    return Found::done;
  }
  if (k[sk].state != TcpState::listen) {
    inet_csk_reqsk_queue_drop(k, sk, req);
    k.put(k[skb].demux, NodeRef{});
    return Found::again;
  }
  tcp_filter(k, sk, skb);
  bool req_stolen = false;
  Drop reason = Drop::NOT_SPECIFIED;
  const SockId child = tcp_check_req(k, sk, skb, req, req_stolen, reason);
  if (!child) {
    if (req_stolen) {
      k.put(k[skb].demux, NodeRef{});
      return Found::again;
    }
    discard_and_relse(k, sk, skb, reason);
    return Found::done;
  }
  if (child == sk) return Found::process;
  reason = tcp_child_process(k, sk, child, skb);
  if (reason != Drop::none) {
    tcp_v4_send_reset(k, child, skb);
    discard_and_relse(k, sk, skb, reason);
  }
  return Found::done;
}

bool ttl_too_small(Kernel& k, SockId sk, SkbId skb) {
  const std::uint8_t least = k[sk].min_ttl;
  if (least == 0) return false;
  const auto header = skb_header(k, skb, k[skb].network_off);
  const std::size_t at = k[skb].family == 6 ? 7 : 8;
  return at < header.size() && k.decide("ttl_below_min_ttl", header[at] < least, {{"ttl", header[at]}});
}

/// From the label `process` on: the segment belongs to `sk`, a full socket.
void process(Kernel& k, SkbId skb, SockId sk) {
  const Sock& s = k[sk];
  k.about(skb, sk);
  if (ttl_too_small(k, sk, skb)) {
    k.count(Counter::TCPMinTTLDrop);
    discard_and_relse(k, sk, skb, Drop::TCP_MINTTL);
    return;
  }
  tcp_filter(k, sk, skb);
  if (s.state == TcpState::listen) {
    tcp_v4_do_rcv(k, sk, skb);
    return;
  }
  bh_lock_sock(k, sk);
  const std::uint32_t segments = std::max<std::uint32_t>(1, k[skb].gso_segs);
  k.put(s.tp.segs_in, s.tp.segs_in + segments);
  if (k[skb].len > k[skb].cb.doff * 4u) k.put(s.tp.data_segs_in, s.tp.data_segs_in + segments);
  const std::int64_t owner = s.lock.owner ? k[s.lock.owner].pid : 0;
  if (!k.decide("sock_owned_by_user", sock_owned_by_user(s), {{"owner", owner}})) {
    k.profile.tcp_rcv.deliver_to_socket(k, sk, skb);
  } else {
    Drop reason = Drop::none;
    if (!k.profile.tcp_rcv.add_backlog(k, sk, skb, reason)) discard_and_relse(k, sk, skb, reason);
  }
  bh_unlock_sock(k, sk);
}

/// skb_steal_sock(): the reference that tcp_v4_early_demux() took is the caller's now.
SockId skb_steal_sock(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.early_demuxed == 0) return {};
  k.put(s.early_demuxed, std::uint8_t{0});
  return s.demux.kind() == NodeRef::sock ? SockId{s.demux.index()} : SockId{};
}

void receive_valid(Kernel& k, SkbId skb) {
  for (;;) {
    const NodeRef node = lookup(k, skb);
    SockId sk;
    switch (k.choose("socket_found", node.kind(), {{"node", node.index()}}) == 0 ? NodeRef::none
                                                                                 : node.kind()) {
      case NodeRef::none:
        no_socket(k, skb);
        return;
      case NodeRef::timewait:
        sk = time_wait(k, skb, TimewaitId{node.index()});
        if (!sk) return;
        break;
      case NodeRef::request: {
        const Found found = new_syn_recv(k, skb, RequestId{node.index()}, sk);
        if (found == Found::again) continue;
        if (found == Found::done) return;
        break;
      }
      case NodeRef::sock:
        sk = SockId{node.index()};
        break;
    }
    process(k, skb, sk);
    return;
  }
}

void receive(Kernel& k, SkbId skb) {
  if (!check_header(k, skb)) return;
  const SockId held = skb_steal_sock(k, skb);
  receive_valid(k, skb);
  if (held) sock_put(k, held);
}

void count_checksum_error(Kernel& k) {
  k.count(Counter::TcpInCsumErrors);
  k.count(Counter::TcpInErrs);
}

}  // namespace

SegmentAddresses tcp_addresses(Kernel& k, SkbId skb) {
  SegmentAddresses at;
  const SkBuff& s = k[skb];
  const auto network = skb_header(k, skb, s.network_off);
  if (s.family == 6) {
    if (const auto ip = wire::Ipv6View::parse(network)) at.saddr = ip->saddr(), at.daddr = ip->daddr();
  } else if (const auto ip = wire::Ipv4View::parse(network)) {
    at.saddr = ip->saddr(), at.daddr = ip->daddr();
  }
  if (const auto th = wire::TcpView::parse(skb_header(k, skb, s.transport_off)))
    at.sport = th->source(), at.dport = th->dest();
  return at;
}

void tcp_filter(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_filter, skb, sk);  // no socket filter is modelled: everything passes
}

void tcp_v4_early_demux(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  auto f = k.enter(s.family == 6 ? Fn::tcp_v6_early_demux : Fn::tcp_v4_early_demux, skb);
  if (s.pkt_type != PacketType::host) return;
  const auto th = wire::TcpView::parse(skb_header(k, skb, s.transport_off));
  if (!th || th->header_len() < kTcpHeader) return;
  const SegmentAddresses at = tcp_addresses(k, skb);
  const NodeRef node = inet_lookup_established(k, at.saddr, at.sport, at.daddr, at.dport);
  if (!k.decide("early_demux_hit", static_cast<bool>(node))) return;
  k.put(s.demux, node);
  k.put(s.early_demuxed, std::uint8_t{1});
  if (node.kind() != NodeRef::sock) return;
  const SockId sk{node.index()};
  sock_hold(k, sk);  // until skb_steal_sock(), or sock_edemux() if the packet does not get so far
  k.about(skb, sk);
  if (k[sk].sk_rx_dst != 0) k.put(s.dst_valid, std::uint8_t{1});
}

void tcp_v4_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::tcp_v4_rcv, skb);
  receive(k, skb);
}

void tcp_v6_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::tcp_v6_rcv, skb);
  receive(k, skb);
}

void tcp_v4_do_rcv(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(k[skb].family == 6 ? Fn::tcp_v6_do_rcv : Fn::tcp_v4_do_rcv, skb, sk);
  tcp_follow_capture(k, sk, skb);
  if (k.decide("sk_state_is_established", k[sk].state == TcpState::established)) {
    tcp_rcv_established(k, sk, skb);
    return;
  }
  if (tcp_checksum_complete(k, skb)) {
    count_checksum_error(k);
    discard(k, skb, Drop::TCP_CSUM);
    return;
  }
  SockId nsk = sk;
  if (k[sk].state == TcpState::listen) {
    nsk = tcp_v4_cookie_check(k, sk, skb);
    if (!nsk) {
      discard(k, skb, Drop::NOT_SPECIFIED);
      return;
    }
  }
  const Drop reason = nsk == sk ? tcp_rcv_state_process(k, sk, skb) : tcp_child_process(k, sk, nsk, skb);
  if (reason == Drop::none) return;
  tcp_v4_send_reset(k, nsk, skb);
  discard(k, skb, reason);
}

}  // namespace ringside
