// net/ipv4/tcp_output.c: segment sizes. The route is the model's: the device's MTU, or a smaller one that was
// learnt for this peer.
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {
constexpr std::uint32_t kTcpHeader = 20;
}

std::uint32_t tcp_net_header_len(const Sock& s) { return s.family == 6 ? 40 : 20; }

std::uint32_t tcp_dst_mtu(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const std::uint32_t device = k.host().nic->mtu;
  return s.path_mtu != 0 ? std::min(s.path_mtu, device) : device;
}

std::uint32_t tcp_dst_advmss(Kernel& k, SockId sk) {
  // ipv4_default_advmss(), ip6_default_advmss(): least values ip_rt_min_advmss and ip6_rt_min_advmss.
  const Sock& s = k[sk];
  const std::uint32_t header = tcp_net_header_len(s) + kTcpHeader;
  const std::uint32_t mtu = k.host().nic->mtu;
  const std::uint32_t least = s.family == 6 ? 1220 : 256;
  return std::min(std::max(mtu > header ? mtu - header : 0, least), 65535u - 40u);
}

std::uint32_t tcp_mss_clamp(const TcpSock& tp, std::uint32_t mss) {
  const std::uint32_t user = tp.rx_opt.user_mss;
  return user != 0 && user < mss ? user : mss;
}

std::uint32_t tcp_gso_max_size(const Sock& s) { return s.sk_gso_max_size - 1 - MAX_TCP_HEADER; }

std::uint32_t tcp_bound_to_half_wnd(const TcpSock& tp, std::uint32_t pktsize) {
  // A window of at least one default MSS: no more than half of it in one skb. A tiny one: all of it.
  const std::uint32_t cutoff = tp.max_window > TCP_MSS_DEFAULT ? tp.max_window >> 1 : tp.max_window;
  if (cutoff != 0 && pktsize > cutoff) return std::max(cutoff, 68u - tp.tcp_header_len);
  return pktsize;
}

std::uint32_t tcp_mtu_to_mss(Kernel& k, SockId sk, std::uint32_t pmtu) {
  const Sock& s = k[sk];
  auto mss = static_cast<std::int32_t>(pmtu) - static_cast<std::int32_t>(tcp_net_header_len(s) + kTcpHeader);
  mss = std::min<std::int32_t>(mss, s.tp.rx_opt.mss_clamp);
  mss -= s.icsk.ext_hdr_len;
  mss = std::max(mss, k.profile.sender.min_snd_mss_sysctl ? k.sysctl().tcp_min_snd_mss : 48);
  return static_cast<std::uint32_t>(mss - (s.tp.tcp_header_len - static_cast<std::int32_t>(kTcpHeader)));
}

std::uint32_t tcp_mss_to_mtu(Kernel& k, SockId sk, std::uint32_t mss) {
  const Sock& s = k[sk];
  return mss + s.tp.tcp_header_len + s.icsk.ext_hdr_len + tcp_net_header_len(s);
}

void tcp_mtup_init(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  k.put(s.icsk.mtup_search_high,
        static_cast<std::int32_t>(s.tp.rx_opt.mss_clamp + kTcpHeader + tcp_net_header_len(s)));
  k.put(s.icsk.mtup_search_low, static_cast<std::int32_t>(tcp_mss_to_mtu(
                                    k, sk, static_cast<std::uint32_t>(k.sysctl().tcp_base_mss))));
}

std::uint32_t tcp_sync_mss(Kernel& k, SockId sk, std::uint32_t pmtu) {
  auto f = k.enter(Fn::tcp_sync_mss, {}, sk);
  const Sock& s = k[sk];
  if (s.icsk.mtup_search_high > static_cast<std::int32_t>(pmtu))
    k.put(s.icsk.mtup_search_high, static_cast<std::int32_t>(pmtu));
  const std::uint32_t mss = tcp_bound_to_half_wnd(s.tp, tcp_mtu_to_mss(k, sk, pmtu));
  k.put(s.icsk.pmtu_cookie, pmtu);
  k.set(s.tp.mss_cache, mss);
  return mss;
}

std::uint32_t tcp_current_mss(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  std::uint32_t mss = s.tp.mss_cache;
  const std::uint32_t mtu = tcp_dst_mtu(k, sk);
  if (mtu != s.icsk.pmtu_cookie) mss = tcp_sync_mss(k, sk, mtu);
  // mss_cache allows for the options of every segment; SACK blocks come on top.
  const std::uint32_t header = tcp_established_options(k, sk, SkbId{}).size + kTcpHeader;
  return mss - (header - s.tp.tcp_header_len);
}

}  // namespace ringside
