#include "core/profiles/seams/sockopt.h"

#include <algorithm>
#include <cerrno>

#include "core/kernel/net/tcp.h"
#include "core/machine/kernel.h"

namespace ringside {

namespace {

constexpr std::int64_t kMinClamp = 2304 / 2;  // SOCK_MIN_RCVBUF / 2
constexpr std::uint8_t kRcvbufLock = 2;       // SOCK_RCVBUF_LOCK

std::int32_t set_rcvlowat_4_13(Kernel& k, SockId sk, std::int32_t value) {
  k.set(k[sk].sk_rcvlowat, value != 0 ? value : 1);
  return 0;
}

/// tcp_set_rcvlowat()
std::int32_t set_rcvlowat_6_18(Kernel& k, SockId sk, std::int32_t value) {
  const Sock& s = k[sk];
  if (s.protocol != 6) return set_rcvlowat_4_13(k, sk, value);
  const bool locked = (s.sk_userlocks & kRcvbufLock) != 0;
  const std::int32_t cap = (locked ? s.sk_rcvbuf : k.sysctl().tcp_rmem[2]) / 2;
  const std::int32_t val = std::min(value, cap);
  k.set(s.sk_rcvlowat, val != 0 ? val : 1);
  tcp_data_ready(k, sk);
  if (locked) return 0;
  const auto ratio = std::max<std::uint32_t>(s.tp.scaling_ratio, 1);
  const auto space = static_cast<std::int32_t>(static_cast<std::int64_t>(val) * 256 / ratio);
  if (space > s.sk_rcvbuf) {
    k.set(s.sk_rcvbuf, space);
    if (s.tp.window_clamp != 0 && s.tp.window_clamp < static_cast<std::uint32_t>(val))
      k.set(s.tp.window_clamp, static_cast<std::uint32_t>(val));
  }
  return 0;
}

/// False if `error` is the answer already: clamp 0 is only for a closed socket.
bool clamp_wanted(Kernel& k, SockId sk, std::int64_t value, std::int32_t& error) {
  error = 0;
  if (value != 0) return true;
  if (k[sk].state != TcpState::close)
    error = -EINVAL;
  else
    k.set(k[sk].tp.window_clamp, 0u);
  return false;
}

std::int32_t set_window_clamp_4_13(Kernel& k, SockId sk, std::int64_t value) {
  std::int32_t error = 0;
  if (clamp_wanted(k, sk, value, error))
    k.set(k[sk].tp.window_clamp, static_cast<std::uint32_t>(std::max(value, kMinClamp)));
  return error;
}

/// tcp_set_window_clamp(): a smaller clamp lowers rcv_ssthresh with it, a larger one may raise it to the
/// window.
std::int32_t set_window_clamp_6_18(Kernel& k, SockId sk, std::int64_t value) {
  std::int32_t error = 0;
  if (!clamp_wanted(k, sk, value, error)) return error;
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t old = tp.window_clamp;
  const auto clamp = static_cast<std::uint32_t>(std::max(value, kMinClamp));
  if (clamp == old) return 0;
  k.set(tp.window_clamp, clamp);
  if (clamp < old)
    k.set(tp.rcv_ssthresh, std::min(tp.rcv_ssthresh, clamp));
  else
    k.set(tp.rcv_ssthresh, std::max(std::min(tp.rcv_wnd, clamp), tp.rcv_ssthresh));
  return 0;
}

std::int32_t linger2_ticks_4_13(Kernel& k, std::int64_t seconds) {
  if (seconds > k.sysctl().tcp_fin_timeout_s) return 0;
  return static_cast<std::int32_t>(seconds * k.hz());
}

std::int32_t linger2_ticks_6_18(Kernel& k, std::int64_t seconds) {
  constexpr std::int64_t kMost = 120;  // TCP_FIN_TIMEOUT_MAX
  return static_cast<std::int32_t>(std::min(seconds, kMost) * k.hz());
}

}  // namespace

SockoptSeam sockopt_4_13() {
  return {.set_rcvlowat = set_rcvlowat_4_13,
          .set_window_clamp = set_window_clamp_4_13,
          .linger2_ticks = linger2_ticks_4_13};
}

SockoptSeam sockopt_6_18() {
  return {.set_rcvlowat = set_rcvlowat_6_18,
          .set_window_clamp = set_window_clamp_6_18,
          .linger2_ticks = linger2_ticks_6_18};
}

}  // namespace ringside
