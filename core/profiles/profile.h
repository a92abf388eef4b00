// What differs between the modelled kernels: constants, and one function pointer a seam. Code outside
// core/profiles never asks for a version; it asks the profile.
#pragma once
#include <cstdint>

#include "core/model/function.h"
#include "core/model/net.h"
#include "core/profiles/seams/connection.h"
#include "core/profiles/seams/sockopt.h"
#include "core/profiles/tcp_receive.h"
#include "core/profiles/tcp_sender.h"

namespace ringside {

class Kernel;

struct KernelProfile {
  const char* name = "";  ///< "4.13" or "6.18"
  InProfile id = InProfile::none;
  std::int32_t hz = 1000;  ///< ticks a second
  Sysctls sysctl;          ///< defaults

  TcpSenderProfile sender;  ///< TCP's send side

  // The same function under another name.
  Fn gro_complete = Fn::napi_gro_complete;
  Fn icmp_send = Fn::icmp_send;
  Fn tcp_drop = Fn::tcp_drop;

  // Constants and yes/no differences, each named after what it decides. Seams (function pointers) follow
  // them; the two variants of a seam stand side by side in one file of core/profiles/seams/.
  bool has_prequeue = false;         ///< 4.13: struct ucopy, direct copy to a waiting reader
  bool has_rtx_queue = false;        ///< 6.18: sent skbs leave the write queue (4.15)
  bool backlog_coalesces = false;    ///< 6.18: tcp_add_backlog merges into the tail (5.0)
  bool compresses_sack = false;      ///< 6.18: compressed_ack_timer (4.18)
  bool scaling_ratio = false;        ///< 6.18: window from a measured ratio (6.6)
  std::uint32_t skb_small_head = 0;  ///< 6.18: object size of skbuff_small_head (6.3); 0: there is none
  bool net_rx_restarts =
      false;              ///< 6.18: sd->in_net_rx_action, an emptied poll list is looked at again (6.4)
  bool one_core = false;  ///< 6.18: __netif_receive_skb_one_core calls the protocol (4.19)
  bool counts_transmits = false;  ///< 6.18: OutTransmits where a packet leaves (6.10)
  bool ip_rcv_split = false;      ///< 6.18: ip_rcv_core, ip_rcv_finish_core, ip_protocol_deliver_rcu (4.19)
  bool tun_pages_beyond_head = false;  ///< 6.18: tun_alloc_skb puts what exceeds a page into fragments
  bool vnet_small_is_no_gso = false;   ///< 6.18: a vnet header's gso_size counts only if the packet is longer
  bool gro_hash_buckets = false;       ///< 6.18: 8 held packets a bucket, not 8 in all (4.19)
  bool frag_overlap_trims = false;     ///< 4.13: overlapping IPv4 fragments are cut to fit (before 4.20)
  bool frag_evictor = false;           ///< 4.13: full fragment memory evicts old datagrams (before 4.17)
  bool frag_ignores_duplicates = false;  ///< 6.18: a fragment that is there already harms nobody (4.20)
  bool ksoftirqd_gate = false;           ///< 4.13: softirqs wait while ksoftirqd runs (before 6.5)
  bool receives_lists = false;           ///< 6.18: GRO_NORMAL packets go up as a list (5.4)
  bool rcvlowat_wakeup = false;          ///< 6.18: tcp_data_ready respects SO_RCVLOWAT (4.18)
  bool has_tcp_inq = false;              ///< 6.18: TCP_INQ (4.18)
  bool has_zerocopy = false;             ///< 6.18: SO_ZEROCOPY (4.14)
  bool splice_by_sendmsg = false;        ///< 6.18: MSG_SPLICE_PAGES instead of sendpage (6.5)
  SockoptSeam sockopt;
  TcpReceive tcp_rcv;
  ConnectionSeam connection;
};

const KernelProfile& linux_4_13();
const KernelProfile& linux_6_18();
/// "4.13" or "6.18"; null for any other name.
const KernelProfile* profile_named(const char* name);

}  // namespace ringside
