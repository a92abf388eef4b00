#include <cstring>

#include "core/profiles/profile.h"

namespace ringside {

const KernelProfile& linux_6_18() {
  static const KernelProfile profile = [] {
    KernelProfile p;
    p.name = "6.18";
    p.id = InProfile::p618;
    p.gro_complete = Fn::gro_complete;
    p.icmp_send = Fn::__icmp_send;
    p.tcp_drop = Fn::tcp_drop_reason;
    p.hz = 250;  // as on the recorded kernel: its delayed ACKs come 40 to 44 ms after the data
    p.has_rtx_queue = true;
    p.backlog_coalesces = true;
    p.compresses_sack = true;
    p.scaling_ratio = true;
    p.receives_lists = true;
    p.skb_small_head =
        576;  // as on the recorded kernel; a kernel with tunnels and Wi-Fi built in has 640 or 704
    p.net_rx_restarts = true;
    p.gro_hash_buckets = true;
    p.frag_ignores_duplicates = true;
    p.tun_pages_beyond_head = true;
    p.one_core = true;
    p.counts_transmits = true;
    p.ip_rcv_split = true;
    p.rcvlowat_wakeup = true;
    p.sender = tcp_sender_6_18();
    p.has_tcp_inq = true;
    p.has_zerocopy = true;
    p.splice_by_sendmsg = true;
    p.vnet_small_is_no_gso = true;
    p.sockopt = sockopt_6_18();
    p.tcp_rcv = tcp_receive_6_18();
    p.connection = connection_6_18();
    auto& s = p.sysctl;
    s.netdev_budget_usecs = 8000;  // two ticks
    s.somaxconn = 4096;
    s.rmem_max = 4194304;
    s.wmem_max = 4194304;
    s.tcp_rmem[1] = 131072;
    s.tcp_rmem[2] = 33554432;
    s.tcp_challenge_ack_limit = 0x7fffffff;
    s.tcp_limit_output_bytes = 4194304;
    s.tcp_tw_reuse = 2;
    return p;
  }();
  return profile;
}

const KernelProfile* profile_named(const char* name) {
  if (std::strcmp(name, "4.13") == 0) return &linux_4_13();
  if (std::strcmp(name, "6.18") == 0) return &linux_6_18();
  return nullptr;
}

}  // namespace ringside
