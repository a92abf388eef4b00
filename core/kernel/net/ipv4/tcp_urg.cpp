// net/ipv4/tcp_input.c: urgent data. One byte of the stream that is also told of out of band.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

/// tcp_check_urg(): a segment with the URG flag. The pointer counts only if it is news.
void check_urg(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const TcpCb& cb = k[skb].cb;
  std::uint32_t pointer = cb.urg_ptr;
  if (pointer != 0 && k.sysctl().tcp_stdurg == 0) --pointer;
  const Seq at = cb.seq + pointer;
  if (after(tp.copied_seq, at) || before(at, tp.rcv_nxt)) return;
  if (tp.urg_data != 0 && !after(at, tp.urg_seq)) return;
  // The byte before the reader was urgent and never read: it does not come back as data.
  if (tp.urg_seq == tp.copied_seq && tp.urg_data != 0 && s.sock_urginline == 0 &&
      tp.copied_seq != tp.rcv_nxt) {
    const SkbId first = s.receive_queue.head;
    k.set(tp.copied_seq, tp.copied_seq + 1);
    if (first && !before(tp.copied_seq, k[first].cb.end_seq)) {
      skb_unlink(k, s.receive_queue, first);
      consume_skb(k, first);
    }
  }
  k.set(tp.urg_data, TCP_URG_NOTYET);
  k.set(tp.urg_seq, at);
  k.set(tp.pred_flags, 0u);
}

/// The byte at `offset` from skb->data; 0 if the capture did not hold it.
std::uint8_t byte_at(Kernel& k, SkbId skb, std::uint32_t offset) {
  std::uint8_t value = 0;
  skb_for_each_piece(k.host(), skb, offset, 1, [&](const DataRef& piece) {
    const auto found = k.bytes(piece);
    if (!found.empty()) value = found[0];
  });
  return value;
}

}  // namespace

void tcp_urg(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_urg, skb, sk);
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  if (has_flag(k[skb], TCPHDR_URG)) check_urg(k, sk, skb);
  if (tp.urg_data != TCP_URG_NOTYET) return;
  const std::uint32_t syn = has_flag(k[skb], TCPHDR_SYN) ? 1 : 0;
  const std::uint32_t offset = tp.urg_seq - cb.seq + cb.doff * 4u - syn;
  if (!k.decide("urgent_byte_is_here", offset < k[skb].len, {{"urg_seq", tp.urg_seq}})) return;
  k.set(tp.urg_data, static_cast<std::uint16_t>(TCP_URG_VALID | byte_at(k, skb, offset)));
  if (k[sk].dead == 0) sock_def_readable(k, sk);
}

}  // namespace ringside
