#include "core/kernel/net/tcp_follow.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/machine/machine.h"

namespace ringside {

namespace {

constexpr std::uint32_t kSendingStates = tcpf(TcpState::established, TcpState::fin_wait1,
                                              TcpState::close_wait, TcpState::closing, TcpState::last_ack);

/// The byte behind the last one that this segment says the peer has.
Seq highest_acknowledged(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const Seq ack = k[skb].cb.ack_seq;
  const std::uint32_t words_without = s.tp.rx_opt.tstamp_ok != 0 ? 8 : 5;
  if (!tcp_is_sack(s.tp) || k[skb].cb.doff <= words_without) return ack;
  RxOpt options = s.tp.rx_opt;
  tcp_parse_options(k, skb, options, true);
  Seq highest = ack;
  for (std::uint8_t i = 0; i < options.sack_count; ++i)
    if (after(options.sacks[i].end, highest)) highest = options.sacks[i].end;
  return highest;
}

/// As tcp_sendmsg() would, without its limits: one more skb at the tail of the write queue.
void append(Kernel& k, SockId sk, const DataRef& data) {
  const Sock& s = k[sk];
  const SkbId skb = tcp_stream_alloc_skb(k, sk, 0, true);
  if (!skb || data.len == 0) return;
  TcpCb cb;
  cb.seq = cb.end_seq = s.tp.write_seq;
  cb.tcp_flags = TCPHDR_ACK | TCPHDR_PSH;
  k.assign(k[skb].cb, cb);
  k.put(k[skb].sk, sk);
  tcp_add_write_queue_tail(k, sk, skb);
  skb_add_frag(k, skb, data, true);
  k.set(k[skb].truesize, k[skb].truesize + data.len);
  const auto truesize = static_cast<std::int32_t>(k[skb].truesize);
  tcp_wmem_queued_add(k, sk, truesize);
  sk_mem_charge(k, sk, truesize);
  k.copy(skb, Place::user_buffer, Place::sk_write_queue, data.len);
  k.set(s.tp.write_seq, s.tp.write_seq + data.len);
  k.put(s.tp.pushed_seq, s.tp.write_seq);
  k.put(k[skb].cb.end_seq, s.tp.write_seq);
}

/// A write() that has begun and waits (for memory, for the lock) is cut short: its bytes go in here.
void finish_pending_write(Kernel& k, SockId sk) {
  const ProcessId writer = k[sk].writer;
  if (!writer || k[writer].call.done != 0 || k[writer].call.nr != Sys::write) return;
  const Syscall& call = k[writer].call;
  DataRef rest = call.data;
  if (call.phase == 0) {  // it has not even entered the kernel
    k.put(call.arg[0], std::int64_t{0});
    return append(k, sk, rest);
  }
  if (call.len == 0) return;
  if (rest.source != 0) rest.offset += static_cast<std::uint32_t>(call.copied);
  rest.len = call.len;
  k.set(call.copied, call.copied + static_cast<std::int32_t>(rest.len));
  k.put(call.len, 0u);
  append(k, sk, rest);
}

/// The application's part: what it has not written yet is in the write queue up to `end`.
void write_up_to(Kernel& k, SockId sk, Seq end) {
  constexpr std::uint32_t kLargestPiece = 32 << 10;
  const Sock& s = k[sk];
  if ((s.sk_shutdown & SEND_SHUTDOWN) != 0) return;
  finish_pending_write(k, sk);
  while (s.todo_head && before(s.tp.write_seq, end)) append(k, sk, captured_todo_take(k, s));
  if (!before(s.tp.write_seq, end)) return;
  const bool fin_is_last = s.todo_fin != 0 && end == s.captured_snd_nxt + 1;
  const Seq data_end = end - (fin_is_last ? 1 : 0);
  while (before(s.tp.write_seq, data_end))
    append(k, sk, {0, 0, std::min(data_end - s.tp.write_seq, kLargestPiece)});
  if (s.captured_started != 0 && after(s.tp.write_seq, s.captured_snd_nxt))
    k.put(s.captured_snd_nxt, s.tp.write_seq);
  if (!fin_is_last) return;
  k.put(s.todo_fin, std::uint8_t{0});
  k.set(s.sk_shutdown, static_cast<std::uint8_t>(s.sk_shutdown | SEND_SHUTDOWN));
  tcp_shutdown(k, sk, SEND_SHUTDOWN);
}

/// What lies below `end` leaves. No round trip is measured on it: it was sent when the capture says.
void send_up_to(Kernel& k, SockId sk, Seq end) {
  const std::uint32_t mss = tcp_current_mss(k, sk);
  tcp_mstamp_refresh(k, sk);
  while (const SkbId skb = tcp_send_head(k, sk)) {
    if (!before(k[skb].cb.seq, end)) return;
    const std::uint32_t limit = std::max(mss, (end - k[skb].cb.seq + mss - 1) / mss * mss);
    tcp_init_tso_segs(k, skb, mss);
    if (k[skb].len > limit && !tso_fragment(k, sk, skb, limit, mss)) return;
    if (tcp_transmit_skb(k, sk, skb, true) != 0) return;
    k.put(k[skb].cb.sacked, static_cast<std::uint8_t>(k[skb].cb.sacked | TCPCB_EVER_RETRANS));
    tcp_event_new_data_sent(k, sk, skb);
  }
}

}  // namespace

void captured_todo_add(Kernel& k, const Sock& s, const DataRef& data) {
  if (data.len == 0) return;
  const FragId piece = k.alloc_frag();
  k.assign(k[piece].data, data);
  if (s.todo_tail)
    k.put(k[s.todo_tail].next, piece);
  else
    k.put(s.todo_head, piece);
  k.put(s.todo_tail, piece);
}

DataRef captured_todo_take(Kernel& k, const Sock& s) {
  const FragId first = s.todo_head;
  const DataRef data = k[first].data;
  k.put(s.todo_head, k[first].next);
  if (!s.todo_head) k.put(s.todo_tail, FragId{});
  k.release(first);
  return data;
}

void tcp_follow_capture(Kernel& k, SockId sk, SkbId skb) {
  if (k.machine().config().captured_output == nullptr || !has_flag(k[skb], TCPHDR_ACK)) return;
  const Sock& s = k[sk];
  if (!tcp_state_in(s, kSendingStates) || has_flag(k[skb], TCPHDR_RST | TCPHDR_SYN)) return;
  const Seq end = highest_acknowledged(k, sk, skb);
  if (!after(end, s.tp.snd_nxt)) return;
  const Seq seen = s.captured_started != 0 ? s.captured_snd_nxt + s.todo_fin : s.tp.write_seq;
  const Seq latest = after(seen, s.tp.write_seq) ? seen : s.tp.write_seq;
  if (after(end, latest + std::max(s.tp.snd_wnd, s.tp.max_window))) return;
  k.remark("captured_host_is_ahead",
           {{"ack", end}, {"snd_nxt", s.tp.snd_nxt}, {"write_seq", s.tp.write_seq}, {"captured", seen}});
  write_up_to(k, sk, end);
  send_up_to(k, sk, end);
}

}  // namespace ringside
