// Names of objects: small distinct integers, never pointers, so that a host can be copied and replayed.
#pragma once
#include <cstdint>

namespace ringside {

/// Index into one pool. 0 means "none", so zeroed memory is a valid empty state.
template <class Tag>
struct Id {
  std::uint32_t index = 0;
  constexpr explicit operator bool() const { return index != 0; }
  friend constexpr bool operator==(Id, Id) = default;
};

using SkbId = Id<struct SkBuff>;
using FragId = Id<struct SkbFrag>;
using HeaderId = Id<struct WireHeader>;
using SockId = Id<struct Sock>;
using RequestId = Id<struct RequestSock>;
using TimewaitId = Id<struct TimewaitSock>;
using ProcessId = Id<struct Process>;
using FileId = Id<struct File>;
using FragQueueId = Id<struct FragQueue>;
using NeighbourId = Id<struct Neighbour>;
using FdTableId = Id<struct FdTable>;
using EpollItemId = Id<struct EpollItem>;

/// Every kind of object that a change can touch. One pool or one singleton each.
enum class ObjectKind : std::uint8_t {
  none,
  net,
  cpu,
  nic,
  rx_descriptors,
  ehash,
  bhash,
  skb,
  frag,
  sock,
  request,
  timewait,
  process,
  file,
  frag_queue,
  neighbour,
  epoll_item,
  wire_header,
  fd_table,
  count_,
};

/// An entry of the established hash: a full socket, a request sock (TCP_NEW_SYN_RECV) or a TIME_WAIT
/// mini-socket.
struct NodeRef {
  enum Kind : std::uint32_t { none = 0, sock = 1, request = 2, timewait = 3 };
  std::uint32_t raw = 0;
  static constexpr NodeRef of(SockId id) { return {sock << 30 | id.index}; }
  static constexpr NodeRef of(RequestId id) { return {request << 30 | id.index}; }
  static constexpr NodeRef of(TimewaitId id) { return {timewait << 30 | id.index}; }
  constexpr Kind kind() const { return static_cast<Kind>(raw >> 30); }
  constexpr std::uint32_t index() const { return raw & 0x3fffffffu; }
  constexpr explicit operator bool() const { return raw != 0; }
  friend constexpr bool operator==(NodeRef, NodeRef) = default;
};

}  // namespace ringside
