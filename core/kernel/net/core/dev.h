// net/core/dev.c: NAPI, the softnet backlog, the way from the driver to the protocols and back to the driver.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// struct napi_struct of `kind` on this CPU (the device's NAPI is one for the host).
const Napi& napi_of(Kernel& k, NapiKind kind);
/// True if the caller may schedule it: nobody else has.
bool napi_schedule_prep(Kernel& k, NapiKind kind);
/// Puts it on this CPU's poll_list and raises NET_RX_SOFTIRQ.
void __napi_schedule(Kernel& k, NapiKind kind);
/// The driver has nothing more to do. False: keep the interrupt masked.
bool napi_complete_done(Kernel& k, NapiKind kind, std::int32_t work_done);

/// What a slice of a poll function says: call me again, or the poll has returned (Cpu::net_rx.work is its
/// result).
enum class Poll : std::uint8_t { again, returned };
Poll ixgb_clean(Kernel& k, std::int32_t budget);
Poll process_backlog(Kernel& k, std::int32_t quota);

/// What the driver calls for a packet when GRO is on: merges, holds or passes on.
void napi_gro_receive(Kernel& k, SkbId skb);
/// Completes held packets; `flush_old`: only those held since an earlier jiffy.
void napi_gro_flush(Kernel& k, bool flush_old);
/// 6.18: hands the packets of rx_list up as one list.
void gro_normal_list(Kernel& k);
/// netif_receive_skb() without its outermost frame: timestamp, RPS, or straight up.
void netif_receive_skb_internal(Kernel& k, SkbId skb);
void __netif_receive_skb(Kernel& k, SkbId skb);
/// 6.18: several packets, stage by stage: all of them to their protocol, then all of them through IP.
void netif_receive_skb_list_internal(Kernel& k, const std::vector<SkbId>& list);

/// The CPU that RPS chooses for the packet, or -1: stay here.
int get_rps_cpu(Kernel& k, SkbId skb);
/// Appends to that CPU's softnet backlog, or drops.
bool enqueue_to_backlog(Kernel& k, SkbId skb, std::uint8_t cpu);
/// Tells other CPUs that their backlog has work (at the end of net_rx_action).
void net_rps_action_and_irq_enable(Kernel& k);
/// On the CPU that was told: Context::hardirq.
void rps_trigger_softirq(Kernel& k);
/// Hash of addresses, ports and protocol; the same in every run (the kernel's is seeded at boot).
std::uint32_t skb_get_hash(Kernel& k, SkbId skb);

/// What the transmit path says of a packet: sent or queued, dropped by the qdisc, accepted under congestion.
enum NetXmit : int { NET_XMIT_SUCCESS = 0, NET_XMIT_DROP = 1, NET_XMIT_CN = 2 };
/// dev_queue_xmit(): queueing discipline, driver. The skb's pushed headers begin with the network header.
int dev_queue_xmit(Kernel& k, SkbId skb);
/// `tc qdisc replace dev DEVICE root KIND limit LIMIT`: what waits in the old one is dropped.
void qdisc_replace(Kernel& k, QdiscKind kind, std::uint32_t limit);
/// fq: the first packet's time of departure has come.
void qdisc_watchdog(Kernel& k);
/// Runs the queueing discipline until it is empty or the driver's ring is full.
void qdisc_run(Kernel& k);

}  // namespace ringside
