// A connection has become ESTABLISHED: tcp_finish_connect(), tcp_init_transfer().
#include "core/kernel/net/inet_connection_sock.h"

namespace ringside {

void tcp_try_undo_spurious_syn(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const bool spurious = tp.undo_marker != 0 && tp.retrans_stamp != 0 && tp.rx_opt.saw_tstamp != 0 &&
                        tp.retrans_stamp == tp.rx_opt.rcv_tsecr;
  if (spurious) k.put(tp.undo_marker, Seq{0});  // the peer echoes the first one: the second was not needed
}

void tcp_init_transfer(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_init_transfer, {}, sk);
  const Sock& s = k[sk];
  tcp_mtup_init(k, sk);
  tcp_init_metrics(k, sk);
  // RFC 5681: after a lost SYN or SYN-ACK the first window is one segment; Linux asks for two losses.
  const bool lost_twice = s.tp.total_retrans > 1 && s.tp.undo_marker != 0;
  k.set(s.tp.snd_cwnd, lost_twice ? 1 : tcp_init_cwnd(k, sk));
  k.put(s.tp.snd_cwnd_stamp, k.jiffies());
  if (s.icsk.ca_initialized == 0) tcp_init_congestion_control(k, sk);
  tcp_init_buffer_space(k, sk);
}

void tcp_finish_connect(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_finish_connect, skb, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  tcp_set_state(k, sk, TcpState::established);
  k.set(s.icsk.ack.lrcvtime, k.jiffies());
  if (skb) k.put(s.sk_rx_dst, std::uint8_t{1});
  k.profile.connection.active_open(k, sk);
  if (s.sock_keepopen != 0) inet_csk_reset_keepalive_timer(k, sk, keepalive_time_when(k, tp));
  if (tp.rx_opt.snd_wscale == 0)
    tcp_fast_path_on(k, sk);
  else
    k.set(tp.pred_flags, 0u);
}

}  // namespace ringside
