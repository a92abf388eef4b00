// net/ipv4/tcp_input.c: options of a segment, and the timestamps that PAWS lives on.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/wire/bytes.h"

namespace ringside {

namespace {

constexpr std::uint8_t kEol = 0, kNop = 1, kMss = 2, kWindow = 3, kSackPermitted = 4, kSack = 5,
                       kTimestamp = 8;
constexpr std::uint8_t kMaxWindowScale = 14;
constexpr std::size_t kTcpHeader = 20;

std::span<const std::uint8_t> option_bytes(Kernel& k, SkbId skb) {
  const auto header = skb_header(k, skb, k[skb].transport_off);
  const std::size_t end = std::min<std::size_t>(header.size(), k[skb].cb.doff * 4u);
  return end <= kTcpHeader ? std::span<const std::uint8_t>{} : header.subspan(kTcpHeader, end - kTcpHeader);
}

std::uint16_t be16(std::span<const std::uint8_t> b) { return wire::load16(b.data()); }
std::uint32_t be32(std::span<const std::uint8_t> b) { return wire::load32(b.data()); }

void parse_sack(RxOpt& opt, std::span<const std::uint8_t> blocks) {
  if (opt.sack_ok == 0 || blocks.empty() || blocks.size() % 8 != 0) return;
  opt.sack_count = 0;
  for (std::size_t at = 0; at < blocks.size() && opt.sack_count < TCP_NUM_SACKS; at += 8)
    opt.sacks[opt.sack_count++] = {be32(blocks.subspan(at)), be32(blocks.subspan(at + 4))};
}

/// One option that is long enough to be itself. `value`: without kind and length.
void parse_option(const Kernel& k, RxOpt& opt, std::uint8_t kind, std::span<const std::uint8_t> value,
                  bool syn, bool estab) {
  const bool handshake = syn && !estab;
  const Sysctls& sysctl = k.sysctl();
  if (kind == kMss && value.size() == 2 && handshake) {
    std::uint16_t mss = be16(value);
    if (mss == 0) return;
    if (opt.user_mss != 0 && opt.user_mss < mss) mss = opt.user_mss;
    opt.mss_clamp = mss;
  } else if (kind == kWindow && value.size() == 1 && handshake && sysctl.tcp_window_scaling != 0) {
    opt.wscale_ok = 1;
    opt.snd_wscale = std::min(value[0], kMaxWindowScale);
  } else if (kind == kTimestamp && value.size() == 8) {
    if (estab ? opt.tstamp_ok == 0 : sysctl.tcp_timestamps == 0) return;
    opt.saw_tstamp = 1;
    opt.rcv_tsval = be32(value);
    opt.rcv_tsecr = be32(value.subspan(4));
  } else if (kind == kSackPermitted && value.empty() && handshake && sysctl.tcp_sack != 0) {
    opt.sack_ok = 1;
    opt.dsack = 0;
    opt.num_sacks = 0;
  } else if (kind == kSack) {
    parse_sack(opt, value);
  }
}

}  // namespace

void tcp_parse_options(Kernel& k, SkbId skb, RxOpt& opt, bool estab) {
  opt.saw_tstamp = 0;
  opt.sack_count = 0;
  const bool syn = has_flag(k[skb], TCPHDR_SYN);
  auto rest = option_bytes(k, skb);
  while (!rest.empty()) {
    const std::uint8_t kind = rest[0];
    if (kind == kEol) return;
    if (kind == kNop) {
      rest = rest.subspan(1);
      continue;
    }
    if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) return;  // a silly or a cut option ends it
    const std::uint8_t size = rest[1];
    parse_option(k, opt, kind, rest.subspan(2, size - 2u), syn, estab);
    rest = rest.subspan(size);
  }
}

bool tcp_parse_aligned_timestamp(Kernel& k, SockId sk, SkbId skb) {
  const auto option = option_bytes(k, skb);
  if (option.size() < 12 || be32(option) != 0x0101080au) return false;
  const RxOpt& opt = k[sk].tp.rx_opt;
  const std::uint32_t tsecr = be32(option.subspan(8));
  k.put(opt.saw_tstamp, std::uint8_t{1});
  k.put(opt.rcv_tsval, be32(option.subspan(4)));
  k.put(opt.rcv_tsecr, tsecr != 0 ? tsecr - k[sk].tp.tsoffset : 0);
  return true;
}

bool tcp_fast_parse_options(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const std::uint8_t doff = k[skb].cb.doff;
  k.put(tp.rx_opt.sack_count, std::uint8_t{0});
  if (doff * 4u == kTcpHeader) {
    k.put(tp.rx_opt.saw_tstamp, std::uint8_t{0});
    return false;
  }
  if (tp.rx_opt.tstamp_ok != 0 && doff * 4u == kHeaderWithTimestamps &&
      tcp_parse_aligned_timestamp(k, sk, skb))
    return true;
  RxOpt opt = tp.rx_opt;
  tcp_parse_options(k, skb, opt, true);
  if (opt.saw_tstamp != 0 && opt.rcv_tsecr != 0) opt.rcv_tsecr -= tp.tsoffset;
  k.assign(tp.rx_opt, opt);
  return true;
}

bool tcp_paws_check(const Kernel& k, const RxOpt& opt, std::int32_t window) {
  if (static_cast<std::int32_t>(opt.ts_recent - opt.rcv_tsval) <= window) return true;
  if (k.clock_us() / 1000000 >= opt.ts_recent_stamp + k.profile.tcp_rcv.paws_horizon_s) return true;
  return opt.ts_recent == 0;  // some peers start with 0
}

void tcp_store_ts_recent(Kernel& k, SockId sk) {
  const RxOpt& opt = k[sk].tp.rx_opt;
  k.set(opt.ts_recent, opt.rcv_tsval);
  k.put(opt.ts_recent_stamp, k.clock_us() / 1000000);
}

std::uint32_t tcp_replace_ts_recent(Kernel& k, SockId sk, Seq seq) {
  const RxOpt& opt = k[sk].tp.rx_opt;
  if (opt.saw_tstamp == 0 || after(seq, k[sk].tp.rcv_wup)) return 0;
  // PAWS has let it pass; an older value still must not replace a newer one.
  if (!tcp_paws_check(k, opt, 0)) return 0;
  const bool progress = static_cast<std::int32_t>(opt.rcv_tsval - opt.ts_recent) > 0;
  tcp_store_ts_recent(k, sk);
  return progress ? FLAG_TS_PROGRESS : 0u;
}

}  // namespace ringside
