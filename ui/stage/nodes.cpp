#include "ui/stage/nodes.h"

#include <QCoreApplication>
#include <array>

namespace ringside::ui {

namespace {

constexpr bool kRx = false, kTx = true;

constexpr std::array kTable{
    NodeInfo{Node::sys_entry, Floor::syscall, kRx, "", "read", nullptr},
    NodeInfo{Node::sock_read_iter, Floor::syscall, kRx, "sock_read_iter,sock_write_iter", nullptr, nullptr},
    NodeInfo{Node::sock_recvmsg, Floor::syscall, kRx, "sock_recvmsg,sock_sendmsg", nullptr, nullptr},
    NodeInfo{Node::inet_recvmsg, Floor::syscall, kRx, "inet_recvmsg,inet6_recvmsg,inet_sendmsg,inet6_sendmsg",
             nullptr, nullptr},
    NodeInfo{
        Node::tcp_recvmsg, Floor::syscall, kRx,
        "tcp_recvmsg,tcp_recvmsg_locked,udp_recvmsg,tcp_sendmsg,tcp_sendmsg_locked,udp_sendmsg,release_sock,"
        "__release_sock,sk_wait_data,inet_csk_accept,tcp_close",
        nullptr, nullptr},
    NodeInfo{Node::tcp_v4_rcv, Floor::tcp, kRx, "tcp_v4_rcv,tcp_v6_rcv", "tcp_v4_rcv", "tcp_v6_rcv"},
    NodeInfo{Node::owned, Floor::tcp, kRx, "", "socket owned?", nullptr},
    NodeInfo{Node::tcp_add_backlog, Floor::tcp, kRx, "tcp_add_backlog,sk_add_backlog", nullptr, nullptr},
    NodeInfo{Node::tcp_prequeue, Floor::tcp, kRx, "tcp_prequeue,tcp_prequeue_process", "tcp_prequeue",
             nullptr},
    NodeInfo{Node::tcp_v4_do_rcv, Floor::tcp, kRx, "tcp_v4_do_rcv,tcp_v6_do_rcv", "tcp_v4_do_rcv",
             "tcp_v6_do_rcv"},
    NodeInfo{Node::tcp_rcv_established, Floor::tcp, kRx, "tcp_rcv_established", "tcp_rcv_established",
             nullptr},
    NodeInfo{Node::tcp_ack, Floor::tcp, kRx, "tcp_ack", "tcp_ack", nullptr},
    NodeInfo{Node::tcp_data_queue, Floor::tcp, kRx, "tcp_data_queue,tcp_queue_rcv", "tcp_data_queue",
             nullptr},
    NodeInfo{Node::tcp_data_queue_ofo, Floor::tcp, kRx, "tcp_data_queue_ofo", nullptr, nullptr},
    NodeInfo{Node::tcp_ofo_queue, Floor::tcp, kRx, "tcp_ofo_queue", nullptr, nullptr},
    NodeInfo{Node::tcp_states, Floor::tcp, kRx,
             "tcp_rcv_state_process,tcp_conn_request,tcp_check_req,tcp_timewait_state_process",
             "tcp_rcv_state_process", nullptr},
    NodeInfo{Node::ip_rcv, Floor::ip, kRx, "ip_rcv,ip_rcv_core,ipv6_rcv,ip6_rcv_core", "ip_rcv", "ipv6_rcv"},
    NodeInfo{Node::pre_routing, Floor::ip, kRx, "nf_hook_slow", "PRE_ROUTING", nullptr},
    NodeInfo{Node::route, Floor::ip, kRx,
             "ip_route_input_noref,ip_rcv_finish,ip_rcv_finish_core,ip6_route_input,ip6_rcv_finish", "route",
             nullptr},
    NodeInfo{Node::ip_local_deliver, Floor::ip, kRx, "ip_local_deliver,ip6_input", "ip_local_deliver",
             "ip6_input"},
    NodeInfo{Node::defrag, Floor::ip, kRx,
             "ip_defrag,ip_frag_queue,ip_frag_reasm,ip_expire,ipv6_frag_rcv,ip6_frag_queue,ip6_frag_reasm,"
             "ip6_frag_expire",
             "ip_defrag", "ipv6_frag_rcv"},
    NodeInfo{Node::local_in, Floor::ip, kRx, "", "LOCAL_IN", nullptr},
    NodeInfo{Node::net_rx_action, Floor::driver, kRx, "net_rx_action,__do_softirq,run_ksoftirqd",
             "net_rx_action", nullptr},
    NodeInfo{Node::napi_poll, Floor::driver, kRx, "napi_poll,ixgb_clean", "ixgb_clean", nullptr},
    NodeInfo{Node::clean_rx_irq, Floor::driver, kRx, "ixgb_clean_rx_irq,tun_get_user,eth_type_trans",
             "ixgb_clean_rx_irq", nullptr},
    NodeInfo{
        Node::gro, Floor::driver, kRx,
        "napi_gro_receive,dev_gro_receive,tcp_gro_receive,napi_gro_complete,gro_complete,gro_normal_list",
        "napi_gro_receive", nullptr},
    NodeInfo{
        Node::netif_receive_skb, Floor::driver, kRx,
        "netif_receive_skb,netif_receive_skb_internal,netif_receive_skb_list_internal,__netif_receive_skb,"
        "__netif_receive_skb_core,__netif_receive_skb_one_core,vlan_do_receive,packet_rcv",
        "netif_receive_skb", nullptr},
    NodeInfo{Node::process_backlog, Floor::driver, kRx,
             "process_backlog,enqueue_to_backlog,get_rps_cpu,rps_trigger_softirq", "process_backlog",
             nullptr},
    NodeInfo{Node::hard_irq, Floor::nic, kRx, "ixgb_intr,__napi_schedule,napi_schedule_prep", "ixgb_intr",
             nullptr},
    NodeInfo{
        Node::tcp_transmit_skb, Floor::tcp, kTx,
        "tcp_transmit_skb,__tcp_transmit_skb,tcp_send_ack,__tcp_send_ack,tcp_write_xmit,tcp_retransmit_skb,"
        "tcp_v4_send_reset,tcp_v4_send_ack,tcp_send_dupack,tcp_make_synack",
        "tcp_transmit_skb", nullptr},
    NodeInfo{Node::ip_queue_xmit, Floor::ip, kTx,
             "ip_queue_xmit,__ip_queue_xmit,ip_local_out,ip_output,ip_finish_output,ip_build_and_send_pkt,ip_"
             "send_skb,"
             "inet6_csk_xmit,ip6_xmit,ip6_output",
             "ip_queue_xmit", "ip6_xmit"},
    NodeInfo{Node::dev_queue_xmit, Floor::driver, kTx,
             "__dev_queue_xmit,dev_hard_start_xmit,neigh_resolve_output,net_tx_action", "dev_queue_xmit",
             nullptr},
    NodeInfo{Node::xmit_frame, Floor::nic, kTx, "ixgb_xmit_frame,ixgb_clean_tx_irq,tun_net_xmit",
             "ixgb_xmit_frame", nullptr},
    NodeInfo{Node::other_protocols, Floor::tcp, kRx,
             "udp_rcv,udp_queue_rcv_skb,udp_unicast_rcv_skb,__udp_enqueue_schedule_skb,udpv6_rcv,icmp_rcv,"
             "icmp_echo,icmpv6_rcv,"
             "icmpv6_notify,ndisc_rcv,arp_rcv,arp_process",
             "UDP · ICMP · ARP", nullptr},
};

Node listed(std::string_view name) {
  for (const NodeInfo& info : kTable) {
    std::string_view rest = info.functions;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      if (rest.substr(0, comma) == name) return info.node;
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  return Node::count_;
}

const std::array<Node, static_cast<std::size_t>(Fn::count_)>& by_function() {
  static const auto all = [] {
    std::array<Node, static_cast<std::size_t>(Fn::count_)> map{};
    for (std::size_t i = 0; i < map.size(); ++i) map[i] = listed(name_of(static_cast<Fn>(i)));
    map[0] = Node::count_;
    return map;
  }();
  return all;
}

}  // namespace

std::span<const NodeInfo> nodes() { return kTable; }

const NodeInfo& info_of(Node node) {
  for (const NodeInfo& info : kTable)
    if (info.node == node) return info;
  return kTable.front();
}

QString label_of(Node node, bool ipv6) {
  const NodeInfo& info = info_of(node);
  if (node == Node::owned) return QCoreApplication::translate("Stage", "socket owned?");
  if (ipv6 && info.label_v6 != nullptr) return QString::fromLatin1(info.label_v6);
  if (info.label != nullptr) return QString::fromUtf8(info.label);
  const std::string_view first = info.functions.substr(0, info.functions.find(','));
  return QString::fromLatin1(first.data(), static_cast<int>(first.size()));
}

QString floor_title(Floor floor) {
  switch (floor) {
    case Floor::user:
      return QCoreApplication::translate("Stage", "USER SPACE");
    case Floor::syscall:
      return QCoreApplication::translate("Stage", "SYSTEM CALL");
    case Floor::socket:
      return QCoreApplication::translate("Stage", "SOCKET");
    case Floor::tcp:
      return QCoreApplication::translate("Stage", "TCP");
    case Floor::ip:
      return QCoreApplication::translate("Stage", "IP");
    case Floor::driver:
      return QCoreApplication::translate("Stage", "DRIVER / NAPI");
    default:
      return QCoreApplication::translate("Stage", "NIC");
  }
}

Node node_of(Fn fn, Fn parent) {
  const auto at = static_cast<std::size_t>(fn);
  const Node node = at < by_function().size() ? by_function()[at] : Node::count_;
  if (node != Node::pre_routing) return node;
  const Node below = parent == Fn::none ? Node::count_ : node_of(parent, Fn::none);
  if (below == Node::ip_local_deliver) return Node::local_in;
  return below == Node::ip_queue_xmit ? Node::ip_queue_xmit : Node::pre_routing;
}

Node innermost_node(std::span<const Fn> stack) {
  for (std::size_t i = stack.size(); i-- > 0;) {
    const Node node = node_of(stack[i], i > 0 ? stack[i - 1] : Fn::none);
    if (node != Node::count_) return node;
  }
  return Node::count_;
}

}  // namespace ringside::ui
