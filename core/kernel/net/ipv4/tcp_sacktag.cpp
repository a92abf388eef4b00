// net/ipv4/tcp_input.c: what SACK blocks say of the queue of sent segments. Segments that are SACKed side by
// side stay separate here (the kernel may merge them into one skb, tcp_shift_skb_data()); their marks are the
// same.
#include <array>

#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"

namespace ringside {

namespace {

/// tcp_is_sackblock_valid(): within what is outstanding; a D-SACK may lie below, down to undo_marker.
bool tcp_is_sackblock_valid(const TcpSock& tp, bool is_dsack, SackBlock b) {
  if (after(b.end, tp.snd_nxt) || !before(b.start, b.end)) return false;
  if (!before(b.start, tp.snd_nxt)) return false;
  if (after(b.start, tp.snd_una)) return true;
  if (!is_dsack || tp.undo_marker == 0) return false;
  if (after(b.end, tp.snd_una)) return false;
  if (!before(b.start, tp.undo_marker)) return true;
  if (!after(b.end, tp.undo_marker)) return false;
  return !before(b.start, b.end - tp.max_window);
}

/// tcp_dsack_seen(): the duplicated segments, 0 if they cannot come from us.
std::uint32_t tcp_dsack_seen(Kernel& k, SockId sk, SackBlock b, SackState& state) {
  const TcpSock& tp = k[sk].tp;
  const auto remember = [&] {
    k.put(tp.rx_opt.sack_ok, static_cast<std::uint8_t>(tp.rx_opt.sack_ok | TCP_DSACK_SEEN));
    state.flag |= FLAG_DSACKING_ACK;
  };
  if (k.profile.sender.forward_acks) {
    remember();
    state.sack_delivered += 1;
    return 1;
  }
  if (!before(b.start, b.end)) return 0;
  const std::uint32_t len = b.end - b.start;
  std::uint32_t dup_segs = 1;
  if (len > tp.max_window) return 0;
  if (len > tp.mss_cache)
    dup_segs = (len + tp.mss_cache - 1) / tp.mss_cache;
  else if (tp.tlp_high_seq != 0 && tp.tlp_high_seq == b.end)
    state.flag |= FLAG_DSACK_TLP;
  k.put(tp.dsack_dups, tp.dsack_dups + dup_segs);
  if (tp.dsack_dups > tp.total_retrans) return 0;
  if (tp.reord_seen != 0 && (state.flag & FLAG_DSACK_TLP) == 0) k.put(tp.rack.dsack_seen, std::uint8_t{1});
  remember();
  state.sack_delivered += dup_segs;
  return dup_segs;
}

/// tcp_check_dsack(): the first block reports data that arrived twice (RFC 2883).
bool tcp_check_dsack(Kernel& k, SockId sk, SkbId ack_skb, Seq prior_snd_una, SackState& state) {
  const TcpSock& tp = k[sk].tp;
  const SackBlock first = tp.rx_opt.sacks[0];
  if (before(first.start, k[ack_skb].cb.ack_seq)) {
    k.count(Counter::TCPDSACKRecv);
  } else if (tp.rx_opt.sack_count > 1) {
    const SackBlock second = tp.rx_opt.sacks[1];
    if (after(first.end, second.end) || before(first.start, second.start)) return false;
    k.count(Counter::TCPDSACKOfoRecv);
  } else {
    return false;
  }
  const std::uint32_t dup_segs = tcp_dsack_seen(k, sk, first, state);
  if (dup_segs == 0) {
    k.count(Counter::TCPDSACKIgnoredDubious);
    return false;
  }
  if (!k.profile.sender.forward_acks) k.count(Counter::TCPDSACKRecvSegs, dup_segs);
  if (tp.undo_marker != 0 && tp.undo_retrans > 0 && !after(first.end, prior_snd_una) &&
      after(first.end, tp.undo_marker))
    k.put(tp.undo_retrans, std::max(0, tp.undo_retrans - static_cast<std::int32_t>(dup_segs)));
  return true;
}

enum class InSack : std::uint8_t { no, yes, failed };

/// tcp_match_skb_to_sack(): an skb of several segments is split where the block begins or ends.
InSack tcp_match_skb_to_sack(Kernel& k, SockId sk, SkbId skb, SackBlock b) {
  const SkBuff& s = k[skb];
  bool in_sack = !after(b.start, s.cb.seq) && !before(b.end, s.cb.end_seq);
  if (tcp_skb_pcount(s) > 1 && !in_sack && after(s.cb.end_seq, b.start)) {
    const std::uint32_t mss = tcp_skb_mss(s);
    in_sack = !after(b.start, s.cb.seq);
    std::uint32_t len = in_sack ? b.end - s.cb.seq : b.start - s.cb.seq;
    if (in_sack && len < mss) return InSack::failed;
    len = std::max(len, mss);
    if (len > mss) {
      std::uint32_t whole = len / mss * mss;
      if (!in_sack && whole < len) whole += mss;
      len = whole;
    }
    if (len >= s.len && !in_sack) return InSack::no;
    if (len < s.len && !tcp_fragment(k, sk, skb, len, mss)) return InSack::failed;
  }
  return in_sack ? InSack::yes : InSack::no;
}

void newly_sacked(Kernel& k, SockId sk, SkbId skb, SackState& state, std::uint8_t& sacked) {
  const TcpSock& tp = k[sk].tp;
  const SkBuff& b = k[skb];
  const std::uint32_t pcount = tcp_skb_pcount(b);
  tcp_rack_advance(k, sk, sacked, b.cb.end_seq, b.skb_mstamp_us);
  if ((sacked & TCPCB_SACKED_RETRANS) != 0) {
    if ((sacked & TCPCB_LOST) != 0) {
      sacked = static_cast<std::uint8_t>(sacked & ~(TCPCB_LOST | TCPCB_SACKED_RETRANS));
      k.set(tp.lost_out, tp.lost_out - pcount);
      k.set(tp.retrans_out, tp.retrans_out - pcount);
    }
  } else {
    if ((sacked & TCPCB_RETRANS) == 0) {
      // A hole is filled by data that was never sent again: the network reorders.
      if (before(b.cb.seq, tcp_highest_sack_seq(k, sk))) {
        if (before(b.cb.seq, state.reord)) state.reord = b.cb.seq;
        state.reord_packets = std::min(state.reord_packets, state.fack_count);
      }
      if (!after(b.cb.end_seq, tp.high_seq)) state.flag |= FLAG_ORIG_SACK_ACKED;
      if (state.first_sackt == 0) state.first_sackt = b.skb_mstamp_us;
      state.last_sackt = b.skb_mstamp_us;
    }
    if ((sacked & TCPCB_LOST) != 0) {
      sacked = static_cast<std::uint8_t>(sacked & ~TCPCB_LOST);
      k.set(tp.lost_out, tp.lost_out - pcount);
    }
  }
  sacked |= TCPCB_SACKED_ACKED;
  state.flag |= FLAG_DATA_SACKED;
  k.set(tp.sacked_out, tp.sacked_out + pcount);
  state.sack_delivered += pcount;
  if (!k.profile.sender.forward_acks) return;
  if (!tcp_is_fack(k, tp) && tp.lost_skb_hint && before(b.cb.seq, k[tp.lost_skb_hint].cb.seq))
    k.put(tp.lost_cnt_hint, tp.lost_cnt_hint + static_cast<std::int32_t>(pcount));
  k.put(tp.fackets_out, std::max(tp.fackets_out, state.fack_count + pcount));
}

void tcp_sacktag_one(Kernel& k, SockId sk, SkbId skb, SackState& state, bool dup_sack) {
  const TcpSock& tp = k[sk].tp;
  const SkBuff& b = k[skb];
  std::uint8_t sacked = b.cb.sacked;
  const std::uint32_t pcount = tcp_skb_pcount(b);
  if (dup_sack && (sacked & TCPCB_RETRANS) != 0) {
    const std::int32_t less = k.profile.sender.forward_acks ? 1 : static_cast<std::int32_t>(pcount);
    if (tp.undo_marker != 0 && tp.undo_retrans > 0 && after(b.cb.end_seq, tp.undo_marker))
      k.put(tp.undo_retrans, std::max(0, tp.undo_retrans - less));
    if ((sacked & TCPCB_SACKED_ACKED) != 0) {
      if (before(b.cb.seq, state.reord)) state.reord = b.cb.seq;
      state.reord_packets = std::min(state.reord_packets, state.fack_count);
    }
  }
  if (!after(b.cb.end_seq, tp.snd_una)) return;
  if ((sacked & TCPCB_SACKED_ACKED) == 0) newly_sacked(k, sk, skb, state, sacked);
  if (dup_sack && (sacked & TCPCB_SACKED_RETRANS) != 0) {
    sacked = static_cast<std::uint8_t>(sacked & ~TCPCB_SACKED_RETRANS);
    k.set(tp.retrans_out, tp.retrans_out - pcount);
  }
  k.set(b.cb.sacked, sacked);
}

/// Marks one block from the head of the queue on.
void tcp_sacktag_walk(Kernel& k, SockId sk, SackState& state, SackBlock block, bool dup_sack) {
  const TcpSock& tp = k[sk].tp;
  state.fack_count = 0;
  for (SkbId skb = tcp_rtx_queue_head(k, sk); skb; skb = tcp_rtx_next(k, sk, skb)) {
    if (!before(k[skb].cb.seq, block.end)) break;
    const InSack in =
        after(k[skb].cb.end_seq, block.start) ? tcp_match_skb_to_sack(k, sk, skb, block) : InSack::no;
    if (in == InSack::failed) break;
    if (in == InSack::yes) {
      k.about(skb, sk);
      tcp_sacktag_one(k, sk, skb, state, dup_sack);
      tcp_rate_skb_delivered(k, sk, skb, *state.rate);
      if ((k[skb].cb.sacked & TCPCB_SACKED_ACKED) != 0) tcp_tsorted_del(k, sk, skb);
      if (!before(k[skb].cb.seq, tcp_highest_sack_seq(k, sk)))
        k.put(tp.highest_sack, tcp_rtx_next(k, sk, skb));
    }
    state.fack_count += tcp_skb_pcount(k[skb]);
  }
}

struct Usable {
  std::array<SackBlock, 4> block{};
  std::array<bool, 4> dup{};
  std::size_t count = 0;
};

/// The valid blocks in order of sequence numbers; counts the others.
Usable usable_blocks(Kernel& k, SockId sk, SkbId ack_skb, Seq prior_snd_una, bool found_dup_sack) {
  const TcpSock& tp = k[sk].tp;
  Usable out;
  for (std::size_t i = 0; i < tp.rx_opt.sack_count && i < 4; ++i) {
    const SackBlock b = tp.rx_opt.sacks[i];
    const bool dup = i == 0 && found_dup_sack;
    if (!k.decide("sackblock_valid", tcp_is_sackblock_valid(tp, dup, b),
                  {{"start", b.start}, {"end", b.end}})) {
      if (dup)
        k.count(tp.undo_marker == 0 ? Counter::TCPDSACKIgnoredNoUndo : Counter::TCPDSACKIgnoredOld);
      else if (k[ack_skb].cb.ack_seq == tp.snd_una || after(b.end, tp.snd_una))
        k.count(Counter::TCPSACKDiscard);
      continue;
    }
    if (!after(b.end, prior_snd_una)) continue;
    std::size_t at = out.count++;
    for (; at > 0 && after(out.block[at - 1].start, b.start); --at) {
      out.block[at] = out.block[at - 1];
      out.dup[at] = out.dup[at - 1];
    }
    out.block[at] = b;
    out.dup[at] = dup;
  }
  return out;
}

}  // namespace

Seq tcp_highest_sack_seq(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.sacked_out == 0) return tp.snd_una;
  return tp.highest_sack ? k[tp.highest_sack].cb.seq : tp.snd_nxt;
}

void tcp_count_delivered(Kernel& k, SockId sk, std::uint32_t delivered, bool ece_ack) {
  const TcpSock& tp = k[sk].tp;
  k.put(tp.delivered, tp.delivered + delivered);
  if (ece_ack) k.put(tp.delivered_ce, tp.delivered_ce + delivered);
}

void tcp_note_reordering(Kernel& k, SockId sk, std::uint32_t metric, bool ts) {
  const TcpSock& tp = k[sk].tp;
  if (metric > tp.reordering) {
    k.put(tp.reordering, std::min(metric, static_cast<std::uint32_t>(k.sysctl().tcp_max_reordering)));
    k.put(tp.rx_opt.sack_ok, static_cast<std::uint8_t>(tp.rx_opt.sack_ok & ~TCP_FACK_ENABLED));
  }
  k.put(tp.rack.reord, std::uint8_t{1});
  k.put(tp.reord_seen, tp.reord_seen + 1);
  if (ts)
    k.count(Counter::TCPTSReorder);
  else if (tcp_is_reno(tp))
    k.count(Counter::TCPRenoReorder);
  else
    k.count(tcp_is_fack(k, tp) ? Counter::TCPFACKReorder : Counter::TCPSACKReorder);
}

void tcp_check_sack_reordering(Kernel& k, SockId sk, Seq low_seq, bool ts) {
  const TcpSock& tp = k[sk].tp;
  const Seq fack = tcp_highest_sack_seq(k, sk);
  if (!before(low_seq, fack)) return;
  const std::uint32_t metric = fack - low_seq, mss = tp.mss_cache;
  if (mss != 0 && metric > tp.reordering * mss)
    k.put(tp.reordering,
          std::min((metric + mss - 1) / mss, static_cast<std::uint32_t>(k.sysctl().tcp_max_reordering)));
  k.put(tp.reord_seen, tp.reord_seen + 1);
  k.count(ts ? Counter::TCPTSReorder : Counter::TCPSACKReorder);
}

std::uint32_t tcp_sacktag_write_queue(Kernel& k, SockId sk, SkbId ack_skb, Seq prior_snd_una,
                                      SackState& state) {
  auto f = k.enter(Fn::tcp_sacktag_write_queue, ack_skb, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  state.flag = 0;
  state.reord = tp.snd_nxt;
  state.reord_packets = tp.packets_out;
  if (tp.sacked_out == 0) {
    k.put(tp.fackets_out, 0u);
    k.put(tp.highest_sack, tcp_rtx_queue_head(k, sk));
  }
  const bool found_dup_sack = tcp_check_dsack(k, sk, ack_skb, prior_snd_una, state);
  if (before(k[ack_skb].cb.ack_seq, prior_snd_una - tp.max_window)) return 0;
  if (tp.packets_out == 0) return state.flag;
  const Usable blocks = usable_blocks(k, sk, ack_skb, prior_snd_una, found_dup_sack);
  for (std::size_t i = 0; i < blocks.count; ++i)
    tcp_sacktag_walk(k, sk, state, blocks.block[i], blocks.dup[i]);
  if (s.icsk.ca_state != TCP_CA_Loss || tp.undo_marker != 0) {
    if (!k.profile.sender.forward_acks)
      tcp_check_sack_reordering(k, sk, state.reord, false);
    else if (state.reord_packets < tp.fackets_out)
      tcp_note_reordering(k, sk, tp.fackets_out - state.reord_packets, false);
  }
  return state.flag;
}

}  // namespace ringside
