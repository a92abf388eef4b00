// skbs on the send side: made, counted in segments, split, shifted, trimmed and freed. Their payload stands
// in pieces (SkbFrag); `tail` counts how much of it lies in the linear area on 4.13.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

/// kmalloc()'s size classes decide how large a linear area really is.
std::uint32_t kmalloc_size(std::uint32_t bytes) {
  std::uint32_t size = 64;
  while (size < bytes) size *= 2;
  return size;
}

constexpr std::uint32_t data_align(std::uint32_t size) { return (size + 63) & ~63u; }

/// Takes the pieces from offset `at` on out of `skb` and returns the first of them.
FragId cut_pieces(Kernel& k, SkbId skb, std::uint32_t at) {
  const SkBuff& s = k[skb];
  FragId before_cut, frag = s.frags;
  std::uint32_t offset = 0;
  while (frag && offset + k[frag].data.len <= at) {
    offset += k[frag].data.len;
    before_cut = frag;
    frag = k[frag].next;
  }
  if (frag && offset < at) {  // this piece is cut in two
    const std::uint32_t keep = at - offset;
    const FragId rest = k.alloc_frag();
    const SkbFrag whole = k[frag];
    k.assign(k[rest], SkbFrag{{whole.data.source, whole.data.source == 0 ? 0 : whole.data.offset + keep,
                               whole.data.len - keep},
                              whole.next});
    k.put(k[frag].data.len, keep);
    k.put(k[frag].next, rest);
    before_cut = frag;
    frag = rest;
  }
  if (before_cut)
    k.put(k[before_cut].next, FragId{});
  else
    k.put(s.frags, FragId{});
  k.put(s.last_frag, before_cut);
  return frag;
}

void append_pieces(Kernel& k, SkbId skb, FragId first) {
  if (!first) return;
  const SkBuff& s = k[skb];
  if (s.last_frag)
    k.put(k[s.last_frag].next, first);
  else
    k.put(s.frags, first);
  FragId last = first;
  while (k[last].next) last = k[last].next;
  k.put(s.last_frag, last);
}

void put_len(Kernel& k, SkbId skb, std::uint32_t len) {
  k.put(k[skb].data_len, len);
  k.set(k[skb].len, len);
}

void put_truesize(Kernel& k, SkbId skb, std::uint32_t truesize) { k.set(k[skb].truesize, truesize); }

}  // namespace

SkbId tcp_alloc_bare_skb(Kernel& k) { return alloc_skb(k, DataRef{}, MAX_TCP_HEADER); }

SkbId tcp_stream_alloc_skb(Kernel& k, SockId sk, std::uint32_t size, bool force_schedule) {
  const bool linear = k.profile.sender.linear_first_skb;
  std::uint32_t truesize = skb_truesize(MAX_TCP_HEADER);
  if (linear) {
    const std::uint32_t area =
        kmalloc_size(data_align(((size + 3) & ~3u) + MAX_TCP_HEADER) + kSharedInfoSize);
    truesize = skb_truesize(area - kSharedInfoSize);
  }
  if (force_schedule)
    sk_forced_mem_schedule(k, sk, truesize);
  else if (!sk_wmem_schedule(k, sk, truesize))
    return {};
  const SkbId skb = alloc_skb(k, DataRef{}, linear ? size : 0);
  put_truesize(k, skb, truesize);
  k.put(k[skb].headroom_size, linear ? size : 0);
  return skb;
}

void tcp_init_nondata_skb(Kernel& k, SkbId skb, Seq seq, std::uint16_t flags) {
  TcpCb cb;
  cb.tcp_flags = flags;
  cb.tcp_gso_segs = 1;
  cb.seq = seq;
  cb.end_seq = (flags & (TCPHDR_SYN | TCPHDR_FIN)) != 0 ? seq + 1 : seq;
  k.assign(k[skb].cb, cb);
}

void tcp_wmem_queued_add(Kernel& k, SockId sk, std::int32_t bytes) {
  k.set(k[sk].sk_wmem_queued, k[sk].sk_wmem_queued + bytes);
}

void tcp_queue_skb(Kernel& k, SockId sk, SkbId skb) {
  k.set(k[sk].tp.write_seq, k[skb].cb.end_seq);
  tcp_add_write_queue_tail(k, sk, skb);
  const auto truesize = static_cast<std::int32_t>(k[skb].truesize);
  tcp_wmem_queued_add(k, sk, truesize);
  sk_mem_charge(k, sk, truesize);
}

void sk_wmem_free_skb(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const auto truesize = static_cast<std::int32_t>(k[skb].truesize);
  k.put(s.sk_queue_shrunk, std::uint8_t{1});
  tcp_wmem_queued_add(k, sk, -truesize);
  sk_mem_uncharge(k, sk, truesize);
  if (k[skb].fclone) k.put(k[k[skb].fclone].fclone, SkbId{});
  k.put(k[skb].sk, SockId{});
  consume_skb(k, skb);
}

bool skb_fclone_busy(Kernel& k, SkbId skb) { return static_cast<bool>(k[skb].fclone); }

std::uint32_t tcp_set_skb_tso_segs(Kernel& k, SkbId skb, std::uint32_t mss) {
  const SkBuff& s = k[skb];
  const bool single = s.len <= mss;
  const std::uint32_t segs = single ? 1 : (s.len + mss - 1) / mss;
  k.put(s.cb.tcp_gso_size, static_cast<std::uint16_t>(single ? 0 : mss));
  k.put(s.cb.tcp_gso_segs, static_cast<std::uint16_t>(segs));
  return segs;
}

std::uint32_t tcp_init_tso_segs(Kernel& k, SkbId skb, std::uint32_t mss) {
  const std::uint32_t segs = tcp_skb_pcount(k[skb]);
  if (segs == 0 || (segs > 1 && tcp_skb_mss(k[skb]) != mss)) return tcp_set_skb_tso_segs(k, skb, mss);
  return segs;
}

void tcp_adjust_pcount(Kernel& k, SockId sk, SkbId skb, std::int32_t decr) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  const auto less = [&](const std::uint32_t& field) {
    k.set(field, field - static_cast<std::uint32_t>(decr));
  };
  less(tp.packets_out);
  if ((cb.sacked & TCPCB_SACKED_ACKED) != 0) less(tp.sacked_out);
  if ((cb.sacked & TCPCB_SACKED_RETRANS) != 0) less(tp.retrans_out);
  if ((cb.sacked & TCPCB_LOST) != 0) less(tp.lost_out);
  if (tcp_is_reno(tp) && decr > 0)
    k.set(tp.sacked_out, tp.sacked_out - std::min(tp.sacked_out, static_cast<std::uint32_t>(decr)));
  if (!k.profile.sender.forward_acks) return;
  if (tp.sacked_out != 0 && !tcp_is_reno(tp) && after(tcp_highest_sack_seq(k, sk), cb.seq))
    less(tp.fackets_out);
  if (tp.lost_skb_hint && before(cb.seq, k[tp.lost_skb_hint].cb.seq) &&
      (tcp_is_fack(k, tp) || (cb.sacked & TCPCB_SACKED_ACKED) != 0))
    k.put(tp.lost_cnt_hint, tp.lost_cnt_hint - decr);
}

namespace {
bool split(Kernel& k, SockId sk, SkbId skb, std::uint32_t len, std::uint32_t mss) {
  const Sock& s = k[sk];
  const SkBuff& b = k[skb];
  const bool sent = tcp_skb_was_sent(k, sk, skb);
  if (k.profile.sender.limits_split_queue && sent) {
    const std::int64_t limit = s.sk_sndbuf + 2 * static_cast<std::int64_t>(skb_truesize(65536));
    if (k.decide("wqueue_too_big",
                 (s.sk_wmem_queued >> 1) > limit && skb != tcp_rtx_queue_head(k, sk) &&
                     skb != tcp_rtx_queue_tail(k, sk),
                 {{"sk_wmem_queued", s.sk_wmem_queued}, {"limit", limit}})) {
      k.count(Counter::TCPWqueueTooBig);
      return false;
    }
  }
  const std::uint32_t linear_moved = b.tail > len ? b.tail - len : 0;
  const SkbId buff = tcp_stream_alloc_skb(k, sk, linear_moved, true);
  if (!buff) return false;
  const auto buff_truesize = static_cast<std::int32_t>(k[buff].truesize);
  tcp_wmem_queued_add(k, sk, buff_truesize);
  sk_mem_charge(k, sk, buff_truesize);
  const std::uint32_t moved = b.len - len;
  put_truesize(k, buff, k[buff].truesize + moved - linear_moved);
  put_truesize(k, skb, b.truesize - (moved - linear_moved));

  TcpCb second = b.cb;
  second.seq = b.cb.seq + len;
  k.put(b.cb.end_seq, second.seq);
  k.put(b.cb.tcp_flags, static_cast<std::uint16_t>(b.cb.tcp_flags & ~(TCPHDR_FIN | TCPHDR_PSH)));
  k.put(b.cb.eor, std::uint8_t{0});
  k.assign(k[buff].cb, second);
  append_pieces(k, buff, cut_pieces(k, skb, len));
  put_len(k, buff, moved);
  put_len(k, skb, len);
  k.put(k[buff].tail, linear_moved);
  k.put(b.tail, b.tail - linear_moved);
  k.put(k[buff].skb_mstamp_us, b.skb_mstamp_us);
  k.put(k[buff].sk, b.sk);

  const std::uint32_t old_factor = tcp_skb_pcount(b);
  tcp_set_skb_tso_segs(k, skb, mss);
  tcp_set_skb_tso_segs(k, buff, mss);
  if (sent && !before(s.tp.snd_nxt, k[buff].cb.end_seq)) {
    const auto diff =
        static_cast<std::int32_t>(old_factor - tcp_skb_pcount(k[skb]) - tcp_skb_pcount(k[buff]));
    if (diff != 0) tcp_adjust_pcount(k, sk, skb, diff);
  }
  tcp_insert_behind(k, sk, skb, buff);
  return true;
}
}  // namespace

bool tcp_fragment(Kernel& k, SockId sk, SkbId skb, std::uint32_t len, std::uint32_t mss) {
  auto f = k.enter(Fn::tcp_fragment, skb, sk);
  return split(k, sk, skb, len, mss);
}

bool tso_fragment(Kernel& k, SockId sk, SkbId skb, std::uint32_t len, std::uint32_t mss) {
  auto f = k.enter(Fn::tso_fragment, skb, sk);
  return split(k, sk, skb, len, mss);
}

void tcp_trim_head(Kernel& k, SockId sk, SkbId skb, std::uint32_t len) {
  const SkBuff& b = k[skb];
  const FragId rest = cut_pieces(k, skb, len);
  for (FragId frag = b.frags; frag;) {
    const FragId next = k[frag].next;
    k.release(frag);
    frag = next;
  }
  k.put(b.frags, FragId{});
  k.put(b.last_frag, FragId{});
  append_pieces(k, skb, rest);
  put_len(k, skb, b.len - len);
  const std::uint32_t linear = std::min(b.tail, len);
  const std::uint32_t freed = len - linear;
  k.put(b.tail, b.tail - linear);
  k.put(b.cb.seq, b.cb.seq + len);
  if (freed != 0) {
    put_truesize(k, skb, b.truesize - freed);
    tcp_wmem_queued_add(k, sk, -static_cast<std::int32_t>(freed));
    sk_mem_uncharge(k, sk, static_cast<std::int32_t>(freed));
    k.put(k[sk].sk_queue_shrunk, std::uint8_t{1});
  }
  if (tcp_skb_pcount(b) > 1) tcp_set_skb_tso_segs(k, skb, tcp_skb_mss(b));
}

void tcp_skb_shift(Kernel& k, SockId, SkbId to, SkbId from, std::uint32_t bytes) {
  const SkBuff& a = k[to];
  const SkBuff& b = k[from];
  const FragId rest = cut_pieces(k, from, bytes);
  append_pieces(k, to, b.frags);
  k.put(b.frags, FragId{});
  k.put(b.last_frag, FragId{});
  append_pieces(k, from, rest);
  put_len(k, to, a.len + bytes);
  put_len(k, from, b.len - bytes);
  const std::uint32_t linear = std::min(b.tail, bytes);
  k.put(b.tail, b.tail - linear);
  put_truesize(k, to, a.truesize + bytes - linear);
  put_truesize(k, from, b.truesize - (bytes - linear));
}

void sock_wfree(Kernel& k, SkbId skb) {
  const SockId sk = k[skb].sk;
  const Sock& s = k[sk];
  k.set(s.sk_wmem_alloc, s.sk_wmem_alloc - static_cast<std::int32_t>(k[skb].truesize));
  sk_free(k, sk);
}

}  // namespace ringside
