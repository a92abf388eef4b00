#include "core/model/laws.h"

#include <vector>

#include "core/base/seq.h"

namespace ringside {

namespace {

constexpr std::uint8_t kSacked = 0x01, kRetrans = 0x02, kLost = 0x04;  // TCPCB_*

/// What is charged to a socket, summed up over all skbs.
struct Charges {
  std::int64_t receive = 0, send = 0;
};

/// Sent skbs of a socket, summed up.
struct Sent {
  std::int64_t packets = 0, sacked = 0, lost = 0, retrans = 0;
  bool any = false;
  Seq begin = 0, end = 0;
};

class Inspector {
 public:
  Inspector(const Host& host, bool has_rtx_queue)
      : h_(host),
        has_rtx_queue_(has_rtx_queue),
        seen_(host.skbs.header.used),
        charges_(host.socks.header.used) {}

  std::optional<BrokenLaw> inspect() {
    look_at_skbs();
    look_at_devices();
    for (std::uint32_t i = 1; i < h_.socks.header.used && !broken_; ++i)
      if (h_.socks.is_live(i)) look_at(h_.socks[i]);
    if (!broken_) look_for_lost_skbs();
    return broken_;
  }

 private:
  void expect(const char* law, std::int64_t found, std::int64_t wanted) {
    if (found != wanted && !broken_) broken_ = BrokenLaw{law, kind_, index_, found, wanted};
  }
  void expect(const char* law, bool holds) { expect(law, holds ? 1 : 0, 1); }
  void about(ObjectKind kind, std::uint32_t index) {
    kind_ = kind;
    index_ = index;
  }

  void look_at_skbs() {
    std::uint32_t live = 0;
    for (std::uint32_t i = 1; i < h_.skbs.header.used; ++i) {
      if (!h_.skbs.is_live(i)) continue;
      ++live;
      const SkBuff& skb = h_.skbs[i];
      if (skb.owner_charged == SkbOwner::none) continue;
      about(SkBuff::kind, i);
      expect("skb.owner_is_live", h_.socks.is_live(skb.sk.index));
      if (broken_) return;
      Charges& sum = charges_[skb.sk.index];
      (skb.owner_charged == SkbOwner::sock_rfree ? sum.receive : sum.send) += skb.truesize;
    }
    about(SkBuff::kind, 0);
    expect("pool.live_skbs", h_.skbs.header.live, live);
  }

  void look_at_devices() {
    about(Nic::kind, 0);
    const Nic& nic = *h_.nic;
    walk(nic.tap_queue, Place::packet_tap);
    walk(nic.tx_ring, Place::tx_ring);
    walk(nic.qdisc, Place::qdisc);
    for (std::uint8_t cpu = 0; cpu < h_.cpu_count; ++cpu) {
      about(Cpu::kind, cpu);
      walk(h_.cpus[cpu]->input_pkt_queue, Place::softnet_backlog);
      walk(h_.cpus[cpu]->process_queue, Place::softnet_backlog);
    }
    for (std::uint32_t i = 1; i < h_.frag_queues.header.used; ++i) {
      if (!h_.frag_queues.is_live(i)) continue;
      about(FragQueue::kind, i);
      walk(h_.frag_queues[i].fragments, Place::ip_frag_queue);
    }
    for (std::uint32_t i = 1; i < h_.neighbours.header.used; ++i) {
      if (!h_.neighbours.is_live(i)) continue;
      about(Neighbour::kind, i);
      walk(h_.neighbours[i].arp_queue, Place::neigh_queue);
    }
  }

  /// One more skb of a queue: it lives, it stands in no other, and it knows where it is.
  bool meet(SkbId id, Place place) {
    expect("queue.skb_is_live", h_.skbs.is_live(id.index));
    if (broken_) return false;
    expect("skb.in_two_queues", !seen_[id.index]);
    seen_[id.index] = true;
    if (place != Place::none) {
      expect("skb.place", static_cast<std::int64_t>(h_[id].place), static_cast<std::int64_t>(place));
    }
    return !broken_;
  }

  void walk(const SkbQueue& queue, Place place) {
    std::uint32_t n = 0;
    SkbId last;
    for (SkbId id = queue.head; id; id = h_[id].next) {
      if (!meet(id, place)) return;
      expect("queue.prev", h_[id].prev.index, last.index);
      last = id;
      ++n;
    }
    expect("queue.tail", queue.tail.index, last.index);
    expect("queue.length", queue.qlen, n);
  }

  /// In the order of sequence numbers.
  std::vector<SkbId> in_order(const SkbTree& tree, Place place) {
    std::vector<SkbId> all, above;
    SkbId at = tree.root;
    while ((at || !above.empty()) && !broken_) {
      for (; at; at = h_[at].tree.left) {
        if (!meet(at, place)) return all;
        above.push_back(at);
      }
      at = above.back();
      above.pop_back();
      all.push_back(at);
      const SkbId right = h_[at].tree.right;
      if (right) expect("tree.parent", h_[right].tree.parent.index, at.index);
      at = right;
    }
    expect("tree.count", tree.count, static_cast<std::int64_t>(all.size()));
    return all;
  }

  void look_at(const Sock& s) {
    about(Sock::kind, s.self.index);
    const bool tcp = s.protocol == 6;
    walk(s.receive_queue, tcp ? Place::sk_receive_queue : Place::udp_receive_queue);
    walk(s.write_queue, Place::sk_write_queue);
    walk(s.tp.ucopy.prequeue, Place::prequeue);
    look_at_backlog(s);
    const std::vector<SkbId> ofo = in_order(s.tp.out_of_order_queue, Place::out_of_order_queue);
    const std::vector<SkbId> rtx = in_order(s.rtx_queue, Place::tcp_rtx_queue);
    if (broken_) return;
    const Charges& sum = charges_[s.self.index];
    expect("sock.rmem_alloc", s.sk_rmem_alloc, sum.receive);
    expect("sock.wmem_alloc", s.sk_wmem_alloc, sum.send);
    if (!tcp) return;
    std::int64_t queued = 0;
    for (const SkbId id : rtx) queued += h_[id].truesize;
    for (SkbId id = s.write_queue.head; id; id = h_[id].next) queued += h_[id].truesize;
    expect("sock.wmem_queued", s.sk_wmem_queued, queued);
    expect("prequeue.has_a_reader", s.tp.ucopy.prequeue.qlen == 0 || s.tp.ucopy.task);
    if (s.state == TcpState::listen) return look_at_listener(s);
    if (s.state == TcpState::close || s.state == TcpState::syn_sent || s.state == TcpState::none) return;
    look_at_receiver(s, ofo);
    look_at_sender(s, rtx);
  }

  void look_at_backlog(const Sock& s) {
    std::uint32_t n = 0;
    std::int64_t bytes = 0;
    for (SkbId id = s.backlog.head; id; id = h_[id].next) {
      if (!meet(id, Place::sk_backlog)) return;
      bytes += h_[id].truesize;
      ++n;
    }
    expect("backlog.length", s.backlog.qlen, n);
    expect("backlog.len", s.backlog.len >= bytes);
    expect("backlog.needs_an_owner", n == 0 || s.lock.owned != 0);
    std::int64_t waiting = 0;
    for (SkbId id = s.tp.ucopy.prequeue.head; id; id = h_[id].next) waiting += h_[id].truesize;
    expect("prequeue.memory", s.tp.ucopy.memory, waiting);
  }

  void look_at_listener(const Sock& s) {
    std::uint32_t n = 0;
    RequestId last;
    for (RequestId r = s.accept_queue.accept_head; r; r = h_[r].accept_next, ++n) {
      expect("accept_queue.request_is_live", h_.requests.is_live(r.index));
      if (broken_) return;
      last = r;
    }
    expect("accept_queue.tail", s.accept_queue.accept_tail.index, last.index);
    expect("accept_queue.length", s.sk_ack_backlog, n);
    std::uint32_t hashed = 0;
    for (std::uint32_t i = 1; i < h_.requests.header.used; ++i)
      if (h_.requests.is_live(i) && h_.requests[i].listener == s.self && h_.requests[i].hashed != 0) ++hashed;
    expect("syn_queue.length", s.accept_queue.qlen, hashed);
  }

  void look_at_receiver(const Sock& s, const std::vector<SkbId>& ofo) {
    const TcpSock& tp = s.tp;
    expect("tcp.copied_seq", !after(tp.copied_seq, tp.rcv_nxt));
    SkbId last;
    for (SkbId id = s.receive_queue.head; id; id = h_[id].next) {
      if (last) expect("tcp.hole_in_receive_queue", !after(h_[id].cb.seq, h_[last].cb.end_seq));
      last = id;
    }
    if (last) expect("tcp.receive_queue_ends", h_[last].cb.end_seq, tp.rcv_nxt);
    Seq previous = tp.rcv_nxt;
    for (const SkbId id : ofo) {  // they may overlap: one that was merged to the left covers others unseen
      expect("tcp.ofo_is_behind", after(h_[id].cb.seq, tp.rcv_nxt));
      expect("tcp.ofo_order", after(h_[id].cb.seq, previous));
      previous = h_[id].cb.seq;
    }
  }

  void look_at_sender(const Sock& s, const std::vector<SkbId>& rtx) {
    const TcpSock& tp = s.tp;
    expect("tcp.snd_una", !after(tp.snd_una, tp.snd_nxt));
    expect("tcp.snd_nxt", !after(tp.snd_nxt, tp.write_seq));
    Sent sent;
    if (has_rtx_queue_)
      for (const SkbId id : rtx) add(sent, h_[id]);
    else
      for (SkbId id = s.write_queue.head; id && id != s.send_head; id = h_[id].next) add(sent, h_[id]);
    expect("tcp.packets_out", tp.packets_out, sent.packets);
    expect("tcp.lost_out", tp.lost_out, sent.lost);
    // The kernel itself counts one twice that is retransmitted, whose loss is undone, and that is
    // retransmitted again ("retrans_out leaked" under FASTRETRANS_DEBUG).
    expect("tcp.retrans_out", tp.retrans_out >= sent.retrans);
    if (tp.rx_opt.sack_ok != 0) expect("tcp.sacked_out", tp.sacked_out, sent.sacked);
    expect("tcp.left_out", tp.sacked_out + tp.lost_out <= tp.packets_out);
    if (!sent.any) return;
    expect("tcp.sent_begins_at_snd_una", !after(sent.begin, tp.snd_una));
    expect("tcp.sent_ends_at_snd_nxt", sent.end, tp.snd_nxt);
  }

  void add(Sent& sent, const SkBuff& skb) {
    if (sent.any) expect("tcp.hole_in_sent", skb.cb.seq, sent.end);
    if (!sent.any) sent.begin = skb.cb.seq;
    sent.any = true;
    sent.end = skb.cb.end_seq;
    const std::int64_t segments = skb.cb.tcp_gso_segs;
    sent.packets += segments;
    if ((skb.cb.sacked & kSacked) != 0) sent.sacked += segments;
    if ((skb.cb.sacked & kLost) != 0) sent.lost += segments;
    if ((skb.cb.sacked & kRetrans) != 0) sent.retrans += segments;
  }

  /// Who says that it stands in a queue stands in one.
  void look_for_lost_skbs() {
    for (std::uint32_t i = 1; i < h_.skbs.header.used; ++i) {
      if (!h_.skbs.is_live(i) || seen_[i]) continue;
      about(SkBuff::kind, i);
      switch (h_.skbs[i].place) {
        case Place::sk_receive_queue:
        case Place::out_of_order_queue:
        case Place::prequeue:
        case Place::sk_backlog:
        case Place::tcp_rtx_queue:
        case Place::sk_write_queue:
        case Place::softnet_backlog:
        case Place::ip_frag_queue:
        case Place::qdisc:
        case Place::freed:
          expect("skb.lost", static_cast<std::int64_t>(h_.skbs[i].place), 0);
          break;
        default:
          break;
      }
    }
  }

  const Host& h_;
  bool has_rtx_queue_;
  std::vector<bool> seen_;        ///< by skb
  std::vector<Charges> charges_;  ///< by socket
  ObjectKind kind_ = ObjectKind::none;
  std::uint32_t index_ = 0;
  std::optional<BrokenLaw> broken_;
};

}  // namespace

std::optional<BrokenLaw> first_broken_law(const Host& host, bool has_rtx_queue) {
  return Inspector(host, has_rtx_queue).inspect();
}

}  // namespace ringside
