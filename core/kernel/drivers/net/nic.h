// The device side: frames written by DMA (ixgb) or by a process (tun), and frames that leave.
#pragma once
#include "core/machine/machine.h"

namespace ringside {

/// A frame's last bit is in the NIC: DMA into the next descriptor, or a drop (ring full). Context::nic.
void nic_receive_frame(Kernel& k, const Arrival& arrival);
/// tun_chr_write_iter(): the current process injects a frame (its bytes are frame `number`; L3 for TUN, L2
/// for TAP). `gso_size`: of the vnet header before it; 0: it is one segment.
void tun_chr_write_iter(Kernel& k, const Arrival& arrival, std::uint16_t gso_size = 0);
bool net_tx_action(Kernel& k);

}  // namespace ringside
