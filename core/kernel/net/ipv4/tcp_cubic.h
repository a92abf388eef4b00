// net/ipv4/tcp_cubic.c as tcp_cong.cpp calls it. State is in Icsk::ca_priv.
#pragma once
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

void cubic_init(Kernel& k, SockId sk);
void cubic_reset(Kernel& k, SockId sk);
void cubic_tx_start(Kernel& k, SockId sk);
std::uint32_t cubic_recalc_ssthresh(Kernel& k, SockId sk);
std::uint32_t cubic_undo_cwnd(Kernel& k, SockId sk);
void cubic_cong_avoid(Kernel& k, SockId sk, Seq ack, std::uint32_t acked);
void cubic_acked(Kernel& k, SockId sk, const AckSample& sample);

}  // namespace ringside
