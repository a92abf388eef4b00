// The sender's half of net/ipv4/tcp_input.c, across its own files.
#pragma once
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

void tcp_try_keep_open(Kernel& k, SockId sk);

}  // namespace ringside
