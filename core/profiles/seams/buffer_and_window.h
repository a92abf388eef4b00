// Seam: how much window a byte of buffer is worth, and how the buffer grows with the connection.
#pragma once
#include "core/machine/kernel.h"

namespace ringside::seams {

// 4.13: a fixed share (tcp_adv_win_scale); the buffer is sized for the worst case when the connection is
// made.
std::int32_t win_from_space_4_13(Kernel& k, SockId sk, std::int32_t space);
std::int32_t space_4_13(Kernel& k, SockId sk);
void init_buffer_space_4_13(Kernel& k, SockId sk);
void rcv_rtt_update_4_13(Kernel& k, SockId sk, std::uint32_t sample_us, bool window_based);
void rcv_rtt_measure_ts_4_13(Kernel& k, SockId sk, SkbId skb);
void rcv_space_adjust_4_13(Kernel& k, SockId sk);

// 6.18: a ratio learnt from real packets (scaling_ratio), and a buffer that follows it.
std::int32_t win_from_space_6_18(Kernel& k, SockId sk, std::int32_t space);
std::int32_t space_6_18(Kernel& k, SockId sk);
void init_buffer_space_6_18(Kernel& k, SockId sk);
void rcv_rtt_update_6_18(Kernel& k, SockId sk, std::uint32_t sample_us, bool window_based);
void rcv_rtt_measure_ts_6_18(Kernel& k, SockId sk, SkbId skb);
void rcv_space_adjust_6_18(Kernel& k, SockId sk);
void rcvbuf_grow_6_18(Kernel& k, SockId sk, std::uint32_t new_space);

}  // namespace ringside::seams
