// Functions that are declared but not modelled yet. Whoever writes one takes its line out; the file goes when
// it is empty.
#include <cstdlib>

#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/entry.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ip_output.h"
#include "core/kernel/net/ipv4/ip_fragment.h"
#include "core/kernel/net/ipv4/tcp_ack.h"
#include "core/kernel/net/ipv4/tcp_info.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

// core/kernel/net/core/sock.h
// core/kernel/net/ip.h
// core/kernel/net/tcp.h
// core/kernel/drivers/net/nic.h
// core/kernel/entry.h
// core/kernel/net/ipv4/tcp_info.h
// core/kernel/net/inet.h

// core/kernel/net/ipv4/tcp_send.h

}  // namespace ringside
