// The small vocabularies of the model. Every enumerator has the kernel's or the field's own name; the
// spelled names for traces are in names.cpp.
#pragma once
#include <cstdint>

namespace ringside {

/// Who runs. The trace's `context`.
enum class Context : std::uint8_t { nic, hardirq, softirq, ksoftirqd, process, timer, count_ };

/// Where a packet is. The trace's `from` and `to`.
enum class Place : std::uint8_t {
  none,
  wire,
  rx_ring,
  napi_gro,
  softnet_backlog,
  in_flight,
  ip_frag_queue,
  sk_receive_queue,
  out_of_order_queue,
  prequeue,
  sk_backlog,
  user_buffer,
  syn_queue,
  accept_queue,
  udp_receive_queue,
  error_queue,
  sk_write_queue,
  tcp_rtx_queue,
  neigh_queue,
  qdisc,
  tx_ring,
  packet_tap,
  forwarded,
  freed,
  count_,
};

/// What one step of the trace is. The trace's `event`.
enum class EventKind : std::uint8_t {
  call,
  return_,
  decide,
  move,
  change,
  copy,
  drop,
  send,
  block,
  wake,
  irq,
  count,
  note,
};

/// include/net/tcp_states.h
enum class TcpState : std::uint8_t {
  none = 0,
  established = 1,
  syn_sent,
  syn_recv,
  fin_wait1,
  fin_wait2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing,
  new_syn_recv,
};

/// include/uapi/linux/if_packet.h
enum class PacketType : std::uint8_t { host = 0, broadcast, multicast, otherhost, outgoing };

/// include/linux/skbuff.h: what is known of the checksum
enum class IpSummed : std::uint8_t { none = 0, unnecessary, complete, partial };

/// Which device feeds the host. It decides truesize, interrupt, NAPI and GRO.
enum class NicKind : std::uint8_t { ixgb, tun, tap };

/// The device's root queueing discipline.
enum class QdiscKind : std::uint8_t { pfifo, fq };

enum class ProcState : std::uint8_t { unused, runnable, running, sleeping, uninterruptible, exited };

const char* name_of(Context context);
const char* name_of(Place place);
const char* name_of(EventKind kind);
const char* name_of(TcpState state);
const char* name_of(ProcState state);
const char* name_of(PacketType type);

}  // namespace ringside
