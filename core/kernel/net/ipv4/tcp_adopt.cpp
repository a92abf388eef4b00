#include "core/kernel/net/tcp_adopt.h"

#include <algorithm>

#include "core/kernel/net/inet_connection_sock.h"

namespace ringside {

namespace {

void adopt_identity(Kernel& k, SockId sk, const Tuple& tuple) {
  const Sock& s = k[sk];
  k.assign(s.saddr, tuple.saddr);
  k.assign(s.daddr, tuple.daddr);
  k.put(s.sport, tuple.sport);
  k.put(s.dport, tuple.dport);
  k.put(k.net().next_flow, k.net().next_flow + 1);
  k.put(s.flow, k.net().next_flow);
  k.put(s.adopted, std::uint8_t{1});
  k.put(s.socket_state, SS_CONNECTED);
  k.put(s.sk_rx_dst, std::uint8_t{1});
}

void adopt_options(const Kernel& k, const AdoptedConnection& seen, std::uint32_t mss, TcpSock& tp) {
  tp.rx_opt.mss_clamp = static_cast<std::uint16_t>(mss);
  tp.rx_opt.sack_ok = seen.sack_ok ? 1 : 0;
  tp.rx_opt.wscale_ok = seen.wscale_ok ? 1 : 0;
  tp.rx_opt.snd_wscale = seen.wscale_ok ? seen.snd_wscale : 0;
  tp.rx_opt.rcv_wscale = seen.wscale_ok ? seen.rcv_wscale : 0;
  tp.rx_opt.tstamp_ok = seen.tstamp_ok ? 1 : 0;
  tp.tcp_header_len = kTcpHeaderBytes;
  if (!seen.tstamp_ok) return;
  tp.tcp_header_len += TCPOLEN_TSTAMP_ALIGNED;
  tp.rx_opt.ts_recent = seen.ts_recent;
  tp.rx_opt.ts_recent_stamp = now_seconds(k);
  tp.tsoffset = seen.tsval - tcp_time_stamp_ms(k);
}

void adopt_sequence(const Kernel& k, const AdoptedConnection& seen, TcpSock& tp) {
  tp.irs = seen.rcv_nxt - 1;
  tp.rcv_nxt = tp.copied_seq = tp.rcv_wup = seen.rcv_nxt;
  tp.urg_seq = seen.rcv_nxt;
  tp.snd_wl1 = seen.rcv_nxt;
  // What is still under way the peer has or asks for again; this host has not kept it.
  tp.snd_una = tp.snd_nxt = tp.write_seq = tp.pushed_seq = tp.snd_sml = tp.snd_up = seen.snd_nxt;
  tp.snd_wnd = tp.max_window = seen.snd_wnd != 0 ? seen.snd_wnd : 65535;
  tp.lsndtime = tp.rcv_tstamp = k.jiffies();
}

/// Our window: as the host advertised it, or as a new connection would.
void adopt_window(Kernel& k, SockId sk, const AdoptedConnection& seen, std::uint32_t mss, TcpSock& tp) {
  const std::uint32_t options = seen.tstamp_ok ? TCPOLEN_TSTAMP_ALIGNED : 0;
  const InitialWindow window =
      tcp_select_initial_window(k, tcp_full_space(k, sk), mss - options, 0, seen.wscale_ok, 0);
  tp.rcv_wnd = seen.rcv_wnd != 0 ? seen.rcv_wnd : window.rcv_wnd;
  tp.rcv_ssthresh = std::max(window.rcv_wnd, tp.rcv_wnd);
  tp.window_clamp = std::max(window.window_clamp, tp.rcv_wnd);
}

/// The receive buffer as its tuning has left it: of its space about half is announced as window.
void adopt_buffer(Kernel& k, SockId sk, const AdoptedConnection& seen) {
  const Sock& s = k[sk];
  const std::uint32_t window = std::max(seen.max_rcv_wnd, seen.rcv_wnd);
  if (window <= s.tp.window_clamp) return;
  const std::int64_t space = std::min<std::int64_t>(std::int64_t{window} * 2, k.sysctl().tcp_rmem[2]);
  k.set(s.sk_rcvbuf, std::max(s.sk_rcvbuf, static_cast<std::int32_t>(space)));
  k.set(s.tp.window_clamp, static_cast<std::uint32_t>(tcp_win_from_space(k, sk, s.sk_rcvbuf)));
  k.set(s.tp.rcv_ssthresh, std::min(s.tp.window_clamp, std::max(window, s.tp.rcv_ssthresh)));
}

}  // namespace

SockId tcp_adopt_established(Kernel& k, const AdoptedConnection& seen) {
  const Tuple& t = seen.tuple;
  if (inet_lookup_established(k, t.daddr, t.dport, t.saddr, t.sport)) return {};
  const SockId sk = tcp_sk_alloc(k, t.saddr.is_v6() ? 6 : 4);
  const Sock& s = k[sk];
  adopt_identity(k, sk, t);
  const std::uint32_t advmss = dst_advmss(k, t.daddr);
  TcpSock tp = s.tp;
  adopt_options(k, seen, seen.mss != 0 ? seen.mss : advmss, tp);
  adopt_sequence(k, seen, tp);
  adopt_window(k, sk, seen, advmss, tp);
  tp.advmss = advmss;
  k.assign(s.tp, tp);
  k.put(s.icsk.ack.lrcvtime, k.jiffies());
  tcp_sync_mss(k, sk, k.host().nic->mtu);
  k.profile.connection.passive_open(k, sk);
  inet_ehash_insert(k, NodeRef::of(sk));
  tcp_set_state(k, sk, TcpState::established);
  k.profile.connection.passive_open_metrics(k, sk);
  adopt_buffer(k, sk, seen);
  tcp_initialize_rcv_mss(k, sk);
  tcp_fast_path_on(k, sk);
  return sk;
}

}  // namespace ringside
