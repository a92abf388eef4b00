#include "core/apps/captured_output.h"

#include "core/apps/threads.h"
#include "core/kernel/fs/file.h"
#include "core/kernel/net/tcp.h"
#include "core/kernel/net/tcp_flags.h"
#include "core/kernel/net/tcp_follow.h"
#include "core/nic/layers.h"

namespace ringside {

namespace {

enum Flag : unsigned { kFin = 1, kSyn = 2, kRst = 4, kAck = 16 };
constexpr std::uint32_t kMostMissing = 1 << 20;  ///< a larger hole in the capture is not filled with zeros

/// The captured host has sent up to `end`, which is new from `seq` on. What the capture has missed in front
/// of it is written as zeros; so is what the snap length cut off. False: all of it is known.
bool is_new(Kernel& k, const Sock& s, Seq& seq, Seq end) {
  if (s.captured_started == 0) {
    k.put(s.captured_started, std::uint8_t{1});
    k.put(s.captured_snd_nxt, s.tp.write_seq);
  }
  const Seq known = s.captured_snd_nxt;
  if (before(end, known) || (after(seq, known) && seq - known > kMostMissing)) return false;
  if (after(seq, known)) captured_todo_add(k, s, {0, 0, seq - known});
  if (before(seq, known)) seq = known;
  k.put(s.captured_snd_nxt, end);
  return true;
}

/// The captured host acknowledges something: is that what the model has acknowledged by now?
void compare_ack(Kernel& k, const Sock& s, const wire::TcpView& tcp) {
  const std::uint32_t window = std::uint32_t{tcp.window()} << s.tp.rx_opt.rcv_wscale;
  if (tcp.ack_seq() == s.tp.rcv_wup && window == s.tp.rcv_wnd) return;
  k.remark("captured_ack_differs", {{"captured_ack", tcp.ack_seq()},
                                    {"captured_win", window},
                                    {"ack", s.tp.rcv_wup},
                                    {"win", s.tp.rcv_wnd}});
}

}  // namespace

void CapturedSegments::take_over(Kernel& k, std::uint32_t frame) const {
  const auto plan = take_overs_->at(frame);
  if (!plan) return;
  const AdoptedConnection& c = plan->seen;
  const Tuple& t = c.tuple;
  if (plan->connects) {
    k.remark("connection_begins_before_the_capture", {{"isn", c.snd_nxt - 1}});
    return start_connector(k, t.saddr, t.sport, t.daddr, t.dport, apps_.of(t.sport, t.dport));
  }
  const SockId sk = tcp_adopt_established(k, c);
  if (!sk) return;
  k.remark("connection_taken_over", {{"rcv_nxt", c.rcv_nxt},
                                     {"snd_nxt", c.snd_nxt},
                                     {"rcv_wnd", k[sk].tp.rcv_wnd},
                                     {"snd_wnd", k[sk].tp.snd_wnd},
                                     {"wscale_assumed", plan->wscale_assumed},
                                     {"unknown_bytes", plan->unknown_bytes}});
  sock_alloc_file(k, sk, false);
  k.put(k[sk].captured_started, std::uint8_t{1});
  k.put(k[sk].captured_snd_nxt, c.snd_nxt);
  start_threads(k, sk, apps_.of(t.sport, t.dport));
}

void CapturedSegments::sent(Kernel& k, const Arrival& frame) const {
  if (frame.takes_over) return take_over(k, frame.number);
  const auto bytes = k.bytes({frame.number, 0, frame.len});
  const auto layers = nic::dissect(nic::LinkType::kEthernet, bytes);
  if (!layers || !layers->tcp) return;
  const auto& tcp = *layers->tcp;
  const unsigned flags = tcp.flags();
  const NodeRef node = inet_lookup_established(k, layers->daddr, tcp.dest(), layers->saddr, tcp.source());
  if (node.kind() != NodeRef::sock) {
    if ((flags & (kSyn | kAck | kRst)) == kSyn && !node)
      start_connector(k, layers->saddr, tcp.source(), layers->daddr, tcp.dest(),
                      apps_.of(tcp.source(), tcp.dest()));
    return;
  }
  const SockId sk{node.index()};
  const Sock& s = k[sk];
  const std::uint32_t len = layers->tcp_payload_len();
  if (len == 0 && (flags & (kSyn | kFin | kRst)) == 0) return compare_ack(k, s, tcp);
  const Seq first = tcp.seq() + ((flags & kSyn) != 0 ? 1 : 0);
  const bool fin = (flags & kFin) != 0 && s.todo_fin == 0 && (s.sk_shutdown & SEND_SHUTDOWN) == 0;
  Seq seq = first;
  if ((len != 0 || fin) && is_new(k, s, seq, first + len)) {
    const auto offset = static_cast<std::uint32_t>(layers->transport.data() - bytes.data()) +
                        static_cast<std::uint32_t>(tcp.header_len());
    captured_todo_add(k, s, {frame.number, offset + (seq - first), first + len - seq});
    if (fin) k.put(s.todo_fin, std::uint8_t{1});
  }
  if ((flags & kRst) != 0) k.put(s.todo_rst, std::uint8_t{1});
  wake_writer(k, sk);
}

}  // namespace ringside
