#include <array>
#include <cstddef>

#include "core/model/enums.h"

namespace ringside {

namespace {
template <std::size_t N, class E>
const char* pick(const std::array<const char*, N>& names, E value) {
  const auto at = static_cast<std::size_t>(value);
  return at < N ? names[at] : "?";
}
}  // namespace

const char* name_of(Context context) {
  static constexpr std::array<const char*, 6> names{"nic",       "hardirq", "softirq",
                                                    "ksoftirqd", "process", "timer"};
  return pick(names, context);
}

const char* name_of(Place place) {
  static constexpr std::array<const char*, 24> names{"none",
                                                     "wire",
                                                     "rx_ring",
                                                     "napi_gro",
                                                     "softnet_backlog",
                                                     "in_flight",
                                                     "ip_frag_queue",
                                                     "sk_receive_queue",
                                                     "out_of_order_queue",
                                                     "prequeue",
                                                     "sk_backlog",
                                                     "user_buffer",
                                                     "syn_queue",
                                                     "accept_queue",
                                                     "udp_receive_queue",
                                                     "error_queue",
                                                     "sk_write_queue",
                                                     "tcp_rtx_queue",
                                                     "neigh_queue",
                                                     "qdisc",
                                                     "tx_ring",
                                                     "packet_tap",
                                                     "forwarded",
                                                     "freed"};
  static_assert(names.size() == static_cast<std::size_t>(Place::count_));
  return pick(names, place);
}

const char* name_of(EventKind kind) {
  static constexpr std::array<const char*, 13> names{"call", "return", "decide", "move",  "change",
                                                     "copy", "drop",   "send",   "block", "wake",
                                                     "irq",  "count",  "note"};
  return pick(names, kind);
}

const char* name_of(TcpState state) {
  static constexpr std::array<const char*, 13> names{
      "none",          "TCP_ESTABLISHED", "TCP_SYN_SENT",    "TCP_SYN_RECV",   "TCP_FIN_WAIT1",
      "TCP_FIN_WAIT2", "TCP_TIME_WAIT",   "TCP_CLOSE",       "TCP_CLOSE_WAIT", "TCP_LAST_ACK",
      "TCP_LISTEN",    "TCP_CLOSING",     "TCP_NEW_SYN_RECV"};
  return pick(names, state);
}

const char* name_of(ProcState state) {
  static constexpr std::array<const char*, 6> names{"unused",   "runnable",        "running",
                                                    "sleeping", "uninterruptible", "exited"};
  return pick(names, state);
}

const char* name_of(PacketType type) {
  static constexpr std::array<const char*, 5> names{"PACKET_HOST", "PACKET_BROADCAST", "PACKET_MULTICAST",
                                                    "PACKET_OTHERHOST", "PACKET_OUTGOING"};
  return pick(names, type);
}

}  // namespace ringside
