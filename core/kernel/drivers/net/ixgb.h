// drivers/net/ethernet/intel/ixgb: the driver of the course's 10 Gb card. It left the kernel in 6.4; the 6.18
// profile keeps the card and its names, so that both kernels can be shown on the same hardware.
#pragma once
#include "core/kernel/net/core/dev.h"

namespace ringside {

// Bits of ixgb_rx_desc.status and .errors, and of the interrupt cause register (ixgb_hw.h).
inline constexpr std::uint8_t IXGB_RX_DESC_STATUS_DD = 0x01, IXGB_RX_DESC_STATUS_EOP = 0x02,
                              IXGB_RX_DESC_STATUS_VP = 0x08, IXGB_RX_DESC_STATUS_TCPCS = 0x20;
inline constexpr std::uint8_t IXGB_RX_DESC_ERRORS_CE = 0x01, IXGB_RX_DESC_ERRORS_SE = 0x02,
                              IXGB_RX_DESC_ERRORS_P = 0x08, IXGB_RX_DESC_ERRORS_TCPE = 0x20,
                              IXGB_RX_DESC_ERRORS_RXE = 0x80;
inline constexpr std::uint8_t IXGB_INT_TXDW = 0x01, IXGB_INT_RXT0 = 0x80;
inline constexpr std::int32_t IXGB_RX_BUFFER_WRITE = 8;  ///< descriptors per refill while cleaning
inline constexpr std::uint32_t kCopybreak = 256;         ///< module parameter copybreak
inline constexpr std::uint32_t NET_SKB_PAD = 64;
inline constexpr std::uint32_t ETH_HLEN = 14;

/// A cause is set in ICR: raises the interrupt line now, or when masking and interrupt moderation allow.
void ixgb_interrupt_cause(Kernel& k, std::uint8_t cause);
void ixgb_irq_enable(Kernel& k);
/// Hands empty buffers to the hardware: at most `cleaned_count`.
void ixgb_alloc_rx_buffers(Kernel& k, std::int32_t cleaned_count);
std::uint32_t IXGB_DESC_UNUSED(const Nic& nic);
/// Bytes of one receive buffer: the largest frame and 8 for an erratum.
inline std::uint32_t rx_buffer_len(const Nic& nic) { return nic.mtu + 14 + 4 + 8; }

/// Transmit: false if the ring is full (the queueing discipline keeps the packet).
bool ixgb_xmit_frame(Kernel& k, SkbId skb);
/// Frees what the hardware has sent.
void ixgb_clean_tx_irq(Kernel& k);

/// A TCP frame larger than the MTU: gso_size, gso_segs, fragments and truesize as GRO would have made them.
/// The skb's data begins with the network header.
void receive_as_gso(Kernel& k, SkbId skb);

/// net/ethernet/eth.c: pulls the link header, sets protocol and pkt_type.
void eth_type_trans(Kernel& k, SkbId skb);

void tun_net_xmit(Kernel& k, SkbId skb);
/// Builds what leaves from pushed headers and payload, with the transport checksum done, and sends it.
void put_on_wire(Kernel& k, SkbId skb);

}  // namespace ringside
