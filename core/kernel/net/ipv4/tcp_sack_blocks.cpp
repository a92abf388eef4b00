// net/ipv4/tcp_input.c: the SACK blocks and the D-SACK that the receiver will report.
#include <utility>

#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

constexpr std::uint8_t kBlocksExpected = 2;  // TCP_SACK_BLOCKS_EXPECTED

/// tcp_sack_extend(): widens `block` if the range touches or overlaps it.
bool extend(SackBlock& block, Seq seq, Seq end_seq) {
  if (after(seq, block.end) || after(block.start, end_seq)) return false;
  if (before(seq, block.start)) block.start = seq;
  if (after(end_seq, block.end)) block.end = end_seq;
  return true;
}

/// The blocks as plain values to work on; written back whole.
struct Blocks {
  SackBlock block[TCP_NUM_SACKS];
  std::uint8_t count = 0;

  explicit Blocks(const TcpSock& tp) : count(tp.rx_opt.num_sacks) {
    for (std::uint32_t i = 0; i < TCP_NUM_SACKS; ++i) block[i] = tp.selective_acks[i];
  }
  void write(Kernel& k, SockId sk) const {
    const TcpSock& tp = k[sk].tp;
    for (std::uint32_t i = 0; i < TCP_NUM_SACKS; ++i) k.assign(tp.selective_acks[i], block[i]);
    k.set(tp.rx_opt.num_sacks, count);
  }
  void remove(std::uint8_t at) {
    for (--count; at < count; ++at) block[at] = block[at + 1];
  }
  void rotate_to_front(std::uint8_t at) {
    for (; at > 0; --at) std::swap(block[at], block[at - 1]);
  }
  /// tcp_sack_maybe_coalesce(): the first block may have grown into others.
  void merge_into_first() {
    for (std::uint8_t i = 1; i < count;) {
      if (extend(block[0], block[i].start, block[i].end))
        remove(i);
      else
        ++i;
    }
  }
};

/// 6.18: a block far down the list changes: an ACK that is being held back would hide it.
void flush_compressed(Kernel& k, SockId sk, std::uint8_t position) {
  if (k.profile.compresses_sack && position >= kBlocksExpected) tcp_sack_compress_send_ack(k, sk);
}

}  // namespace

void tcp_sack_reset(Kernel& k, SockId sk) {
  const RxOpt& opt = k[sk].tp.rx_opt;
  k.set(opt.dsack, std::uint8_t{0});
  k.set(opt.num_sacks, std::uint8_t{0});
}

void tcp_dsack_set(Kernel& k, SockId sk, Seq seq, Seq end_seq) {
  auto f = k.enter(Fn::tcp_dsack_set, {}, sk);
  const TcpSock& tp = k[sk].tp;
  if (!tcp_is_sack(tp) || k.sysctl().tcp_dsack == 0) return;
  k.count(before(seq, tp.rcv_nxt) ? Counter::TCPDSACKOldSent : Counter::TCPDSACKOfoSent);
  k.set(tp.rx_opt.dsack, std::uint8_t{1});
  k.assign(tp.duplicate_sack[0], SackBlock{seq, end_seq});
  k.remark("dsack_set", {{"start", seq}, {"end", end_seq}});
}

void tcp_dsack_extend(Kernel& k, SockId sk, Seq seq, Seq end_seq) {
  auto f = k.enter(Fn::tcp_dsack_extend, {}, sk);
  const TcpSock& tp = k[sk].tp;
  if (tp.rx_opt.dsack == 0) {
    tcp_dsack_set(k, sk, seq, end_seq);
    return;
  }
  SackBlock block = tp.duplicate_sack[0];
  extend(block, seq, end_seq);
  k.assign(tp.duplicate_sack[0], block);
}

void tcp_sack_new_ofo_skb(Kernel& k, SockId sk, Seq seq, Seq end_seq) {
  auto f = k.enter(Fn::tcp_sack_new_ofo_skb, {}, sk);
  Blocks blocks(k[sk].tp);
  for (std::uint8_t i = 0; i < blocks.count; ++i) {
    if (!extend(blocks.block[i], seq, end_seq)) continue;
    k.assign(k[sk].tp.selective_acks[i], blocks.block[i]);
    flush_compressed(k, sk, i);
    const bool several = blocks.count > 1;
    blocks.rotate_to_front(i);
    if (several) blocks.merge_into_first();
    blocks.write(k, sk);
    return;
  }
  if (blocks.count != 0) flush_compressed(k, sk, blocks.count);
  if (blocks.count < TCP_NUM_SACKS) ++blocks.count;  // else the oldest report is forgotten
  for (auto i = static_cast<std::uint8_t>(blocks.count - 1); i > 0; --i)
    blocks.block[i] = blocks.block[i - 1];
  blocks.block[0] = {seq, end_seq};
  blocks.write(k, sk);
}

void tcp_sack_remove(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  Blocks blocks(tp);
  if (!tp.out_of_order_queue.root) {
    blocks.count = 0;
  } else {
    for (std::uint8_t i = 0; i < blocks.count;) {
      if (!before(tp.rcv_nxt, blocks.block[i].start))
        blocks.remove(i);
      else
        ++i;
    }
  }
  blocks.write(k, sk);
}

void tcp_sack_compress_send_ack(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.compressed_ack == 0) return;
  k.del_timer(tp.compressed_ack_timer);
  k.count(Counter::TCPAckCompressed, tp.compressed_ack - 1);  // one of them is sent after all
  k.set(tp.compressed_ack, 0u);
  tcp_send_ack(k, sk);
}

}  // namespace ringside
