// The device side: frames written by DMA (ixgb) or by a process (tun), and frames that leave.
#pragma once
#include "core/machine/machine.h"

namespace ringside {

/// A frame's last bit is in the NIC: DMA into the next descriptor, or a drop (ring full). Context::nic.
void nic_receive_frame(Kernel& k, const Arrival& arrival);
/// tun_chr_write_iter(): the current process injects a frame (its bytes are frame `number`; L3 for TUN, L2
/// for TAP).
void tun_chr_write_iter(Kernel& k, const Arrival& arrival);
bool net_tx_action(Kernel& k);

}  // namespace ringside
