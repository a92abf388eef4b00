// An established socket without a peer or a network: what the receive queues do with segments handed straight
// to tcp_data_queue(). Its state is told as one line, so that tests read as stories.
#pragma once
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/kernel/lib/skb_tree.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/machine/machine.h"

namespace ringside {

class LoneSocket {
 public:
  explicit LoneSocket(const KernelProfile& profile) : machine_(config(profile)), k(machine_.kernel()) {
    sk = k.alloc_sock();
    const Sock& s = k[sk];
    k.put(s.state, TcpState::established);
    k.put(s.sk_rcvbuf, 87380);
    k.put(s.tp.rcv_nxt, 1u);
    k.put(s.tp.copied_seq, 1u);
    k.put(s.tp.rcv_wup, 1u);
    k.put(s.tp.rcv_wnd, 29200u);
    k.put(s.tp.window_clamp, 40000u);
    k.put(s.tp.rcv_ssthresh, 29200u);
    k.put(s.tp.advmss, 1460u);
    k.put(s.tp.scaling_ratio, 128u);
    k.put(s.tp.rcvq_space.space, 14600u);
    k.put(s.tp.tcp_header_len, std::uint16_t{20});
    k.put(s.tp.rx_opt.sack_ok, std::uint8_t{1});
    k.put(s.icsk.ack.rcv_mss, std::uint16_t{536});
    k.put(s.icsk.rto, static_cast<std::uint32_t>(k.hz()));
  }

  /// A segment of `len` bytes of stream from `seq` on, in a head of 2048 bytes.
  void segment(Seq seq, std::uint32_t len, std::uint16_t flags = TCPHDR_ACK) {
    const SkbId skb = alloc_skb(k, DataRef{0, seq, 20 + len}, head_size);
    const SkBuff& b = k[skb];
    k.put(b.headroom_size, head_size);
    k.put(b.truesize, skb_truesize(head_size));
    k.put(b.tail, head_size - room_behind);
    k.put(b.csum_valid, std::uint8_t{1});
    k.put(b.place, Place::in_flight);
    k.put(b.cb.seq, seq);
    k.put(b.cb.end_seq, seq + len + ((flags & TCPHDR_FIN) != 0 ? 1 : 0));
    k.put(b.cb.doff, std::uint8_t{5});
    k.put(b.cb.tcp_flags, flags);
    tcp_data_queue(k, sk, skb);
  }

  /// "rcv_nxt 1 queue [] ofo [1001-2001] sack [1001-2001] dsack -"
  std::string state() const {
    const Sock& s = k[sk];
    std::ostringstream out;
    out << "rcv_nxt " << s.tp.rcv_nxt << " queue [";
    const char* gap = "";
    for (SkbId skb = s.receive_queue.head; skb; skb = k[skb].next, gap = " ") out << gap << range(k[skb].cb);
    out << "] ofo [";
    gap = "";
    for (SkbId skb = skb_tree_first(k.host(), s.tp.out_of_order_queue); skb;
         skb = skb_tree_next(k.host(), skb), gap = " ")
      out << gap << range(k[skb].cb);
    out << "] sack [";
    gap = "";
    for (int i = 0; i < s.tp.rx_opt.num_sacks; ++i, gap = " ")
      out << gap << s.tp.selective_acks[i].start << "-" << s.tp.selective_acks[i].end;
    out << "] dsack ";
    if (s.tp.rx_opt.dsack != 0)
      out << s.tp.duplicate_sack[0].start << "-" << s.tp.duplicate_sack[0].end;
    else
      out << "-";
    return out.str();
  }
  std::uint64_t counter(Counter which) const { return k.net().mib[static_cast<std::size_t>(which)]; }
  /// Truesizes of what is queued; must be what the socket is charged.
  std::int32_t charged() const {
    std::int32_t sum = 0;
    for (SkbId skb = k[sk].receive_queue.head; skb; skb = k[skb].next)
      sum += static_cast<std::int32_t>(k[skb].truesize);
    for (SkbId skb = skb_tree_first(k.host(), k[sk].tp.out_of_order_queue); skb;
         skb = skb_tree_next(k.host(), skb))
      sum += static_cast<std::int32_t>(k[skb].truesize);
    return sum;
  }

 private:
  static std::string range(const TcpCb& cb) {
    return std::to_string(cb.seq) + "-" + std::to_string(cb.end_seq);
  }
  static MachineConfig config(const KernelProfile& profile) {
    MachineConfig c;
    c.profile = &profile;
    return c;
  }
  Machine machine_;

 public:
  Kernel& k;
  SockId sk;
  std::uint32_t head_size = 2048;
  std::uint32_t room_behind = 0;  ///< tail room of the skbs that segment() makes
};

}  // namespace ringside
