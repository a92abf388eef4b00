// Functions that are declared but not modelled yet. Whoever writes one takes its line out; the file goes when
// it is empty.
#include <cstdlib>

#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/entry.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/tcp_info.h"
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
void tcp_mtup_init(Kernel&, SockId) { std::abort(); }
std::uint32_t tcp_init_cwnd(Kernel&, SockId) { std::abort(); }
void tcp_transmit_skb(Kernel&, SockId, SkbId, bool) { std::abort(); }
void tcp_push_pending_frames(Kernel&, SockId) { std::abort(); }
bool tcp_write_xmit(Kernel&, SockId, std::uint32_t, int, int) { std::abort(); }
void tcp_send_fin(Kernel&, SockId) { std::abort(); }
void tcp_send_active_reset(Kernel&, SockId) { std::abort(); }
void tcp_send_synack(Kernel&, SockId, RequestId) { std::abort(); }
void tcp_connect(Kernel&, SockId) { std::abort(); }
void tcp_send_window_probe(Kernel&, SockId) { std::abort(); }
std::uint32_t tcp_current_mss(Kernel&, SockId) { std::abort(); }
std::uint32_t tcp_sync_mss(Kernel&, SockId, std::uint32_t) { std::abort(); }
std::uint32_t tcp_mss_to_mtu(Kernel&, SockId, std::uint32_t) { std::abort(); }
void tcp_write_queue_purge(Kernel&, SockId) { std::abort(); }
void tcp_release_cb(Kernel&, SockId) { std::abort(); }
void tcp_write_timer(Kernel&, SockId) { std::abort(); }
void tcp_write_timer_handler(Kernel&, SockId) { std::abort(); }
void tcp_keepalive_timer(Kernel&, SockId) { std::abort(); }
void tcp_pacing_kick(Kernel&, SockId) { std::abort(); }
void inet_csk_reset_xmit_timer(Kernel&, SockId, std::uint8_t, std::int64_t, std::int64_t) { std::abort(); }
void inet_csk_clear_xmit_timers(Kernel&, SockId) { std::abort(); }
void inet_csk_reset_keepalive_timer(Kernel&, SockId, std::int64_t) { std::abort(); }
void tcp_init_xmit_timers(Kernel&, SockId) { std::abort(); }
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
void tcp_rtx_queue_purge(Kernel&, SockId) { std::abort(); }
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

}  // namespace ringside
