#include "core/apps/captured_output.h"

#include "core/apps/threads.h"
#include "core/kernel/net/tcp.h"
#include "core/nic/layers.h"

namespace ringside {

namespace {

enum Flag : unsigned { kFin = 1, kSyn = 2, kRst = 4, kAck = 16 };
constexpr std::uint32_t kMostMissing = 1 << 20;  ///< a larger hole in the capture is not filled with zeros

void add_todo(Kernel& k, const Sock& s, const DataRef& data) {
  if (data.len == 0) return;
  const FragId piece = k.alloc_frag();
  k.assign(k[piece].data, data);
  if (s.todo_tail)
    k.put(k[s.todo_tail].next, piece);
  else
    k.put(s.todo_head, piece);
  k.put(s.todo_tail, piece);
}

/// The payload that is new, as references into the frame; what the snap length cut off, as zeros.
void add_payload(Kernel& k, const Sock& s, const Arrival& frame, std::uint32_t payload_offset, Seq seq,
                 std::uint32_t len) {
  if (s.captured_started == 0) {
    k.put(s.captured_started, std::uint8_t{1});
    k.put(s.captured_snd_nxt, s.tp.write_seq);
  }
  const Seq end = seq + len;
  if (!after(end, s.captured_snd_nxt)) return;
  if (after(seq, s.captured_snd_nxt)) {
    const std::uint32_t missing = seq - s.captured_snd_nxt;
    if (missing > kMostMissing) return;
    add_todo(k, s, {0, 0, missing});
  } else {
    const std::uint32_t old = s.captured_snd_nxt - seq;
    payload_offset += old;
    len -= old;
  }
  const std::uint32_t held = frame.len > payload_offset ? frame.len - payload_offset : 0;
  const std::uint32_t real = len < held ? len : held;
  add_todo(k, s, {frame.number, payload_offset, real});
  add_todo(k, s, {0, 0, len - real});
  k.put(s.captured_snd_nxt, end);
}

}  // namespace

void CapturedSegments::sent(Kernel& k, const Arrival& frame) const {
  const auto bytes = k.bytes({frame.number, 0, frame.len});
  const auto layers = nic::dissect(nic::LinkType::kEthernet, bytes);
  if (!layers || !layers->tcp) return;
  const auto& tcp = *layers->tcp;
  const unsigned flags = tcp.flags();
  const NodeRef node = inet_lookup_established(k, layers->daddr, tcp.dest(), layers->saddr, tcp.source());
  if (node.kind() != NodeRef::sock) {
    if ((flags & (kSyn | kAck | kRst)) == kSyn && !node)
      start_connector(k, layers->saddr, tcp.source(), layers->daddr, tcp.dest(), options_);
    return;
  }
  const SockId sk{node.index()};
  const Sock& s = k[sk];
  const std::uint32_t len = layers->tcp_payload_len();
  const Seq seq = tcp.seq() + ((flags & kSyn) != 0 ? 1 : 0);
  if (len != 0) {
    const auto offset = static_cast<std::uint32_t>(layers->transport.data() - bytes.data()) +
                        static_cast<std::uint32_t>(tcp.header_len());
    add_payload(k, s, frame, offset, seq, len);
  }
  if ((flags & kFin) != 0 && s.todo_fin == 0 && (s.sk_shutdown & 2) == 0) {
    k.put(s.todo_fin, std::uint8_t{1});
    k.put(s.captured_started, std::uint8_t{1});
  }
  if ((flags & kRst) != 0) k.put(s.todo_rst, std::uint8_t{1});
  wake_writer(k, sk);
}

}  // namespace ringside
