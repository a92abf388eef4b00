// The network card: descriptor ring, interrupt state, NAPI instance. Facts: drivers/net/ethernet/intel/ixgb.
#pragma once
#include <cstdint>

#include "core/model/enums.h"
#include "core/model/ids.h"
#include "core/model/skb.h"
#include "core/model/timer.h"

namespace ringside {

inline constexpr std::uint32_t kMaxRxDescriptors = 4096;

/// struct ixgb_rx_desc with its buffer_info
struct RxDescriptor {
  std::uint8_t status = 0;  ///< DD 0x01, EOP 0x02, VP 0x08
  std::uint8_t errors = 0;
  std::uint16_t length = 0;
  std::uint16_t special = 0;  ///< VLAN TCI stripped by the hardware
  std::uint8_t filled = 0;    ///< a buffer is attached: owned by the hardware until DD
  std::uint32_t packet = 0;   ///< frame that was written by DMA
  /// buffer_info.skb. The driver hands over buffers with their sk_buffs; the model makes the sk_buff when DMA
  /// writes into the buffer, so that empty buffers cost nothing.
  SkbId skb;
};

struct RxDescriptorRing {
  static constexpr ObjectKind kind = ObjectKind::rx_descriptors;
  RxDescriptor desc[kMaxRxDescriptors];
};

/// struct napi_struct. The softnet backlog of each CPU is one too.
struct Napi {
  std::uint8_t sched = 0, missed = 0, linked = 0;  ///< NAPI_STATE_*; `linked`: on a poll_list
  std::uint32_t weight = 64;
  SkbQueue gro_list;  ///< packets held for merging
  SkbQueue rx_list;   ///< 6.18: GRO_NORMAL packets waiting for list delivery
  std::uint32_t rx_count = 0;
  Timer gro_timer;
};

struct Nic {
  static constexpr ObjectKind kind = ObjectKind::nic;
  NicKind driver = NicKind::ixgb;
  std::uint8_t up = 1, irq_masked = 0, gro = 0, vlan_strip = 1, rx_checksum_verify = 0, promisc = 0;
  std::uint8_t irq_cpu = 0;      ///< smp_affinity
  std::uint8_t irq_pending = 0;  ///< the interrupt line is raised: the handler is due
  std::uint8_t icr = 0;          ///< interrupt causes since ICR was last read
  std::uint8_t rps_cpus = 0;     ///< bit mask; 0: RPS off
  std::uint32_t mtu = 1500;
  std::uint32_t ring_size = 512, next_to_use = 0, next_to_clean = 0;
  std::uint32_t hw_head = 0;    ///< next descriptor that DMA fills
  std::uint32_t ring_used = 0;  ///< descriptors with DD set
  std::uint32_t itr_usecs = 0;  ///< interrupt moderation: least time between two interrupts
  std::int64_t last_irq_ns = 0;
  Timer itr_timer;
  Napi napi;
  std::uint8_t mac[6] = {};
  /// VLAN devices on top of this one. `vlan_auto`: one for every id that frames carry (captures); otherwise
  /// the first `vlan_count` entries of `vlan_ids`.
  std::uint8_t vlan_auto = 1, vlan_count = 0;
  std::uint16_t vlan_ids[4] = {};
  std::uint8_t mac_learned = 0;    ///< nobody configured `mac`: it is the first unicast destination seen
  std::uint8_t neigh_resolve = 0;  ///< ask by ARP or ND for link addresses; 0: they count as known
  std::uint8_t tap_open = 0;       ///< packet sockets (tcpdump): packet_rcv sees every frame
  std::uint8_t tap_holds = 0;      ///< the capturer reads only when told: its clones wait in tap_queue
  SkbQueue tap_queue;
  // transmit
  std::uint32_t tx_ring_size = 256, tx_used = 0;
  SkbQueue tx_ring, qdisc;
  QdiscKind qdisc_kind = QdiscKind::pfifo;
  std::uint32_t qdisc_limit = 1000;  ///< packets; tx_queue_len unless the qdisc was given its own
  Timer qdisc_watchdog;              ///< fq: when the next packet may leave
  std::int64_t tx_busy_until_ns = 0;
  std::uint64_t tx_rate_bps = 0;  ///< 0: the wire takes everything at once
};

}  // namespace ringside
