// struct net: sysctls and counters, one namespace; plus the small rule table of netfilter and the neighbours.
#pragma once
#include <array>
#include <cstdint>

#include "core/model/counters.h"
#include "core/model/ids.h"
#include "core/model/sock.h"

namespace ringside {

/// Sysctls that a modelled function reads, under their own names. Defaults are the profile's
/// (core/profiles/), ranges are in core/profiles/knobs.cpp.
struct Sysctls {
  // net.core
  std::int32_t netdev_budget = 300, netdev_budget_usecs = 2000, netdev_max_backlog = 1000, dev_weight = 64;
  std::int32_t rmem_max = 212992, rmem_default = 212992, wmem_max = 212992, wmem_default = 212992,
               somaxconn = 128;
  std::int32_t gro_normal_batch = 8, netdev_tstamp_prequeue = 1, high_order_alloc_disable = 0;
  std::int32_t default_qdisc_fq = 0;
  std::int32_t flow_limit_cpu_bitmap = 0, gro_flush_timeout_ns = 0;
  // net.ipv4
  std::int32_t tcp_rmem[3] = {4096, 87380, 6291456};
  std::int32_t tcp_wmem[3] = {4096, 16384, 4194304};
  std::int64_t tcp_mem[3] = {188604, 251475, 377208};  ///< pages
  std::int32_t tcp_low_latency = 0, tcp_sack = 1, tcp_dsack = 1, tcp_fack = 0, tcp_timestamps = 1,
               tcp_window_scaling = 1;
  std::int32_t tcp_adv_win_scale = 1, tcp_app_win = 31, tcp_moderate_rcvbuf = 1, tcp_shrink_window = 0;
  std::int32_t tcp_invalid_ratelimit_ms = 500, tcp_challenge_ack_limit = 1000, tcp_stdurg = 0,
               tcp_rfc1337 = 0;
  std::int32_t tcp_workaround_signed_windows = 0, tcp_early_demux = 1, ip_early_demux = 1,
               tcp_abort_on_overflow = 0;
  std::int32_t tcp_syncookies = 1, tcp_max_syn_backlog = 256, tcp_syn_retries = 6, tcp_synack_retries = 5;
  std::int32_t tcp_retries1 = 3, tcp_retries2 = 15, tcp_orphan_retries = 0, tcp_fin_timeout_s = 60,
               tcp_max_orphans = 65536;
  std::int32_t tcp_keepalive_time_s = 7200, tcp_keepalive_intvl_s = 75, tcp_keepalive_probes = 9;
  std::int32_t tcp_reordering = 3, tcp_max_reordering = 300, tcp_ecn = 2, tcp_ecn_fallback = 1, tcp_frto = 2,
               tcp_early_retrans = 3;
  std::int32_t tcp_recovery = 1, tcp_slow_start_after_idle = 1, tcp_no_metrics_save = 0,
               tcp_limit_output_bytes = 262144;
  std::int32_t tcp_tso_win_divisor = 3, tcp_min_tso_segs = 2, tcp_retrans_collapse = 1, tcp_autocorking = 1,
               tcp_base_mss = 1024;
  std::int32_t tcp_mtu_probing = 0, tcp_min_rtt_wlen_s = 300, tcp_notsent_lowat = -1,
               tcp_thin_linear_timeouts = 0;
  std::int32_t tcp_pacing_ss_ratio = 200, tcp_pacing_ca_ratio = 120, tcp_tw_reuse = 0,
               tcp_max_tw_buckets = 131072;
  std::int32_t tcp_comp_sack_delay_ns = 1000000, tcp_comp_sack_slack_ns = 100000, tcp_comp_sack_nr = 44;
  std::int32_t tcp_backlog_ack_defer = 1, tcp_pingpong_thresh = 1, tcp_min_snd_mss = 48,
               tcp_rto_min_us = 200000;
  std::int32_t tcp_rto_max_ms = 120000, tcp_syn_linear_timeouts = 4, tcp_fastopen = 1, tcp_tso_rtt_log = 9,
               tcp_plb_enabled = 0;
  std::int32_t tcp_fwmark_accept = 0, tcp_migrate_req = 0, tcp_reflect_tos = 0,
               tcp_default_cc = 0;  ///< CongestionOps
  std::int32_t ip_default_ttl = 64, ip_forward = 0, rp_filter = 0, ip_no_pmtu_disc = 0,
               ip_local_port_lo = 32768, ip_local_port_hi = 60999;
  std::int32_t icmp_ratelimit_ms = 1000, icmp_echo_ignore_all = 0;
  std::int32_t ipfrag_time_s = 30, ipfrag_high_thresh = 4194304, ip6frag_time_s = 60, ipfrag_max_dist = 64;
  std::int32_t udp_rmem_min = 4096;
};

/// One rule of the filter table. Zero fields match everything.
struct NetfilterRule {
  std::uint8_t hook = 0;    ///< 1 PRE_ROUTING, 2 LOCAL_IN, 3 LOCAL_OUT, 4 POST_ROUTING
  std::uint8_t accept = 0;  ///< else drop
  std::uint8_t protocol = 0, prefix_len = 0;
  IpAddr saddr;
  std::uint16_t sport = 0, dport = 0;
  std::uint64_t matched = 0;
};

struct Net {
  static constexpr ObjectKind kind = ObjectKind::net;
  Sysctls sysctl;
  std::array<std::uint64_t, static_cast<std::size_t>(Counter::count_)> mib{};
  std::array<std::uint64_t, static_cast<std::size_t>(Drop::count_)> drops{};  ///< packets freed, by reason
  std::array<NetfilterRule, 16> rules{};
  std::uint32_t rule_count = 0;
  IpAddr local[4];  ///< our addresses
  std::uint32_t local_count = 0;
  std::uint64_t random_state = 0;         ///< the run's only randomness, seeded by the scenario
  std::int64_t tcp_memory_allocated = 0;  ///< pages
  std::uint8_t tcp_memory_pressure = 0;
  std::uint32_t orphan_count = 0, tw_count = 0, sockets_allocated = 0, ip_id = 0, next_flow = 0;
  std::int64_t challenge_timestamp = 0;
  std::uint32_t challenge_count = 0;
  std::uint32_t frag_mem = 0;
  std::int64_t icmp_rate_tokens = 0, icmp_rate_last = 0;  ///< jiffies
  SockId listeners;    ///< listening hash, one chain in the kernel's order of preference
  SockId bound_socks;  ///< TCP sockets that hold a port of their own (accepted ones share their listener's)
  SockId udp_socks;    ///< bound UDP sockets
  FragQueueId frag_queues;
  NeighbourId neighbours;
  std::uint16_t next_port = 0;
};

/// struct ipq / frag_queue: one datagram being reassembled. Its skbs hang in offset order.
struct FragQueue {
  static constexpr ObjectKind kind = ObjectKind::frag_queue;
  FragQueueId self, next;
  std::uint8_t family = 4, protocol = 0, first_in = 0, last_in = 0, complete = 0, ecn = 0;
  IpAddr saddr, daddr;
  std::uint32_t id = 0, user = 0;
  std::uint32_t len = 0, meat = 0, max_size = 0, flags = 0, truesize = 0;
  SkbQueue fragments;  ///< SkBuff::cb.seq holds the fragment's offset, end_seq its end
  Timer timer;
};

/// struct neighbour: one entry of the ARP/ND table
struct Neighbour {
  static constexpr ObjectKind kind = ObjectKind::neighbour;
  NeighbourId self, next;
  IpAddr addr;
  std::array<std::uint8_t, 6> mac{};
  std::uint8_t state = 0;  ///< NUD_*
  std::uint8_t probes = 0;
  SkbQueue arp_queue;
  std::uint32_t arp_queue_len_bytes = 0;
  Timer timer;
};

}  // namespace ringside
