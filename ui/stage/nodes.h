// The function chips of the stage: which kernel functions each stands for and on which floor.
#pragma once
#include <QString>
#include <span>
#include <string_view>

#include "core/model/function.h"
#include "ui/stage/picture.h"

namespace ringside::ui {

/// From the wire (bottom) to the program (top).
enum class Floor : std::uint8_t { user, syscall, socket, tcp, ip, driver, nic, count_ };
QString floor_title(Floor floor);

enum class Node : std::uint8_t {
  // syscall
  sys_entry,
  sock_read_iter,
  sock_recvmsg,
  inet_recvmsg,
  tcp_recvmsg,
  // tcp
  tcp_v4_rcv,
  owned,  ///< the question "owned by user?": not a function, but the fork of the path
  tcp_add_backlog,
  tcp_prequeue,
  tcp_v4_do_rcv,
  tcp_rcv_established,
  tcp_ack,
  tcp_data_queue,
  tcp_data_queue_ofo,
  tcp_ofo_queue,
  tcp_states,
  // ip
  ip_rcv,
  pre_routing,
  route,
  ip_local_deliver,
  local_in,
  defrag,
  // driver
  net_rx_action,
  napi_poll,
  clean_rx_irq,
  gro,
  netif_receive_skb,
  process_backlog,
  // nic
  hard_irq,
  // transmit
  tcp_transmit_skb,
  ip_queue_xmit,
  dev_queue_xmit,
  xmit_frame,
  // other receivers, on the TCP floor
  other_protocols,
  count_,
};
inline constexpr std::size_t kNodes = static_cast<std::size_t>(Node::count_);

struct NodeInfo {
  Node node;
  Floor floor;
  bool transmit;
  /// Kernel functions it stands for, comma-separated; the first is its label where `label` is null.
  std::string_view functions;
  const char* label;     ///< for IPv4
  const char* label_v6;  ///< where IPv6 differs; else null
};
std::span<const NodeInfo> nodes();
const NodeInfo& info_of(Node node);
QString label_of(Node node, bool ipv6);

/// The node that shows `fn`; Node::count_: none does. `parent` tells the two netfilter hooks apart.
Node node_of(Fn fn, Fn parent);
/// The innermost node of a call stack (outermost function first).
Node innermost_node(std::span<const Fn> stack);

}  // namespace ringside::ui
