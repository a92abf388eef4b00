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
NodeRef inet_lookup_established(Kernel&, const IpAddr&, std::uint16_t, const IpAddr&, std::uint16_t) {
  std::abort();
}
SockId inet_lookup_listener(Kernel&, const IpAddr&, std::uint16_t) { std::abort(); }
void inet_ehash_insert(Kernel&, NodeRef) { std::abort(); }
void inet_unhash(Kernel&, NodeRef) { std::abort(); }
Drop tcp_rcv_state_process(Kernel&, SockId, SkbId) { std::abort(); }
void tcp_conn_request(Kernel&, SockId, SkbId) { std::abort(); }
void tcp_finish_connect(Kernel&, SockId, SkbId) { std::abort(); }
void tcp_init_transfer(Kernel&, SockId) { std::abort(); }
int tcp_ack(Kernel&, SockId, SkbId, std::uint32_t) { std::abort(); }
void tcp_data_snd_check(Kernel&, SockId) { std::abort(); }
void tcp_init_metrics(Kernel&, SockId) { std::abort(); }
void tcp_init_congestion_control(Kernel&, SockId) { std::abort(); }
void tcp_synack_rtt_meas(Kernel&, SockId, RequestId) { std::abort(); }
void tcp_rearm_rto(Kernel&, SockId) { std::abort(); }
void tcp_sndbuf_expand(Kernel&, SockId) { std::abort(); }
std::uint32_t tcp_init_cwnd(Kernel&, SockId) { std::abort(); }
void reqsk_timer_handler(Kernel&, RequestId) { std::abort(); }
void tcp_time_wait(Kernel&, SockId, TcpState, std::int64_t) { std::abort(); }
void tcp_timewait_timer(Kernel&, TimewaitId) { std::abort(); }
void inet_twsk_deschedule(Kernel&, TimewaitId) { std::abort(); }
TimewaitAction tcp_timewait_state_process(Kernel&, TimewaitId, SkbId, Seq&) { std::abort(); }
SockId tcp_check_req(Kernel&, SockId, SkbId, RequestId, bool&) { std::abort(); }
bool tcp_child_process(Kernel&, SockId, SockId, SkbId) { std::abort(); }
void tcp_set_state(Kernel&, SockId, TcpState) { std::abort(); }
void tcp_done(Kernel&, SockId) { std::abort(); }
void inet_csk_destroy_sock(Kernel&, SockId) { std::abort(); }
SockId tcp_sk_alloc(Kernel&, std::uint8_t) { std::abort(); }
void inet_csk_reqsk_queue_drop(Kernel&, SockId, RequestId) { std::abort(); }
bool tcp_sendmsg(Kernel&, SockId, ProcessId) { std::abort(); }
bool inet_csk_accept(Kernel&, SockId, ProcessId) { std::abort(); }
bool inet_stream_connect(Kernel&, SockId, ProcessId) { std::abort(); }
bool tcp_close(Kernel&, SockId, ProcessId) { std::abort(); }
bool inet_listen(Kernel&, SockId, ProcessId) { std::abort(); }
bool inet_shutdown(Kernel&, SockId, ProcessId) { std::abort(); }
// core/kernel/drivers/net/nic.h
// core/kernel/entry.h
// core/kernel/net/ipv4/tcp_info.h
void tcp_get_info(Kernel&, SockId, TcpInfo&) { std::abort(); }
// core/kernel/net/inet.h
std::int32_t inet_bind(Kernel&, SockId, const IpAddr&, std::uint16_t) { std::abort(); }
bool inet_accept(Kernel&, SockId, ProcessId) { std::abort(); }
bool inet_release(Kernel&, SockId, ProcessId) { std::abort(); }
std::int32_t inet_autobind(Kernel&, SockId) { std::abort(); }

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
bool tcp_check_oom(Kernel&, SockId, int) { std::abort(); }
void tcp_mtu_reduced(Kernel&, SockId) { std::abort(); }
void tcp_done_with_error(Kernel&, SockId, std::int32_t) { std::abort(); }

}  // namespace ringside
