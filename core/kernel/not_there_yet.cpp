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
int tcp_ack(Kernel&, SockId, SkbId, std::uint32_t) { std::abort(); }
void tcp_data_snd_check(Kernel&, SockId) { std::abort(); }
void tcp_init_metrics(Kernel&, SockId) { std::abort(); }
void tcp_init_congestion_control(Kernel&, SockId) { std::abort(); }
void tcp_synack_rtt_meas(Kernel&, SockId, RequestId) { std::abort(); }
void tcp_rearm_rto(Kernel&, SockId) { std::abort(); }
void tcp_sndbuf_expand(Kernel&, SockId) { std::abort(); }
std::uint32_t tcp_init_cwnd(Kernel&, SockId) { std::abort(); }
bool tcp_sendmsg(Kernel&, SockId, ProcessId) { std::abort(); }
// core/kernel/drivers/net/nic.h
// core/kernel/entry.h
// core/kernel/net/ipv4/tcp_info.h
void tcp_get_info(Kernel&, SockId, TcpInfo&) { std::abort(); }
// core/kernel/net/inet.h

// core/kernel/net/ipv4/tcp_send.h
void tcp_enter_cwr(Kernel&, SockId) { std::abort(); }
void tcp_init_cwnd_reduction(Kernel&, SockId) { std::abort(); }
void tcp_end_cwnd_reduction(Kernel&, SockId) { std::abort(); }
void tcp_set_ca_state(Kernel&, SockId, std::uint8_t) { std::abort(); }
void tcp_cwnd_validate(Kernel&, SockId, bool) {}
void tcp_clear_all_retrans_hints(Kernel&, SockId) {}
void tcp_enter_loss(Kernel&, SockId) { std::abort(); }
void tcp_rack_reo_timeout(Kernel&, SockId) { std::abort(); }
void tcp_clear_retrans(Kernel&, SockId) { std::abort(); }
void tcp_ca_event(Kernel&, SockId, CaEvent) {}
std::int64_t __tcp_set_rto(Kernel&, const TcpSock&) { std::abort(); }
void tcp_check_space(Kernel&, SockId) { std::abort(); }
Seq tcp_highest_sack_seq(Kernel&, SockId) { std::abort(); }
void tcp_try_keep_open(Kernel&, SockId) { std::abort(); }
void tcp_mtu_reduced(Kernel&, SockId) { std::abort(); }
void tcp_update_pacing_rate(Kernel&, SockId) { std::abort(); }

}  // namespace ringside
