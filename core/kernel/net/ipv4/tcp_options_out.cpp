// net/ipv4/tcp_output.c: which options a segment carries and how they are laid out. The order of options is
// fixed: receivers have been seen that depend on it.
#include <cstring>

#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/wire/bytes.h"

namespace ringside {

namespace {

constexpr std::uint32_t kMaxOptionSpace = 40, kTstampAligned = 12, kMssAligned = 4, kWscaleAligned = 4,
                        kSackpermAligned = 4, kSackBaseAligned = 4, kSackPerBlock = 8;
constexpr std::uint8_t kNop = 1, kMss = 2, kWindow = 3, kSackPerm = 4, kSack = 5, kTimestamp = 8;

/// tcp_advertise_mss(): what the route allows, never more than promised before.
std::uint16_t tcp_advertise_mss(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t metric = tcp_dst_advmss(k, sk);
  if (metric < tp.advmss) k.set(tp.advmss, metric);
  return static_cast<std::uint16_t>(tp.advmss);
}

void settle_size(TcpOutOptions& opts) {
  opts.size = (opts.mss != 0 ? kMssAligned : 0) + (opts.ts ? kTstampAligned : 0) +
              (opts.wscale ? kWscaleAligned : 0) + (opts.sack_advertise && !opts.ts ? kSackpermAligned : 0);
}

/// cookie_init_timestamp(): a SYN cookie keeps what else the SYN offered in the low bits of its timestamp.
std::uint32_t cookie_timestamp(const RequestSock& req, std::uint32_t now_ms) {
  constexpr std::uint32_t kMask = 0x3f, kSackBit = 1u << 4, kEcnBit = 1u << 5;
  std::uint32_t bits = req.wscale_ok != 0 ? req.snd_wscale : 0xfu;
  if (req.sack_ok != 0) bits |= kSackBit;
  if (req.ecn_ok != 0) bits |= kEcnBit;
  std::uint32_t ts = (now_ms & ~kMask) | bits;
  if (ts > now_ms) ts = (((ts >> 6) - 1) << 6) | bits;
  return ts;
}

class OptionWriter {
 public:
  explicit OptionWriter(std::uint8_t* out) : at_(out) {}
  void word(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    const std::uint8_t bytes[4] = {a, b, c, d};
    std::memcpy(at_, bytes, 4);
    at_ += 4;
  }
  void word(std::uint32_t value) {
    wire::store32(at_, value);
    at_ += 4;
  }

 private:
  std::uint8_t* at_;
};

}  // namespace

TcpOutOptions tcp_syn_options(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  TcpOutOptions opts;
  opts.mss = tcp_advertise_mss(k, sk);
  if (k.sysctl().tcp_timestamps != 0) {
    opts.ts = true;
    opts.tsval = tcp_skb_timestamp_ts(tp, k[skb]) + tp.tsoffset;
    opts.tsecr = tp.rx_opt.ts_recent;
  }
  if (k.sysctl().tcp_window_scaling != 0) {
    opts.wscale = true;
    opts.ws = tp.rx_opt.rcv_wscale;
  }
  opts.sack_advertise = k.sysctl().tcp_sack != 0;
  settle_size(opts);
  return opts;
}

TcpOutOptions tcp_synack_options(Kernel& k, RequestId req, std::uint32_t mss, std::uint32_t clock_ms) {
  const RequestSock& r = k[req];
  TcpOutOptions opts;
  opts.mss = static_cast<std::uint16_t>(mss);
  opts.wscale = r.wscale_ok != 0;
  opts.ws = r.rcv_wscale;
  if (r.tstamp_ok != 0) {
    opts.ts = true;
    // A captured peer echoes the captured timestamp: the millisecond may have ended since the offset was
    // chosen.
    if (r.snt_tsval_first != 0 && r.snt_tsval_last == 0) k.put(r.ts_off, r.snt_tsval_first - clock_ms);
    opts.tsval = (r.syncookie != 0 ? cookie_timestamp(r, clock_ms) : clock_ms) + r.ts_off;
    if (k.profile.sender.remembers_synack_tsval && r.snt_tsval_first == 0) {
      if (opts.tsval == 0) opts.tsval = ~0u;
      k.put(r.snt_tsval_first, opts.tsval);
    }
    k.put(r.snt_tsval_last, opts.tsval);
    opts.tsecr = r.ts_recent;
  }
  opts.sack_advertise = r.sack_ok != 0;
  settle_size(opts);
  return opts;
}

TcpOutOptions tcp_established_options(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  TcpOutOptions opts;
  if (tp.rx_opt.tstamp_ok != 0) {
    opts.ts = true;
    if (skb) opts.tsval = tcp_skb_timestamp_ts(tp, k[skb]) + tp.tsoffset;
    opts.tsecr = tp.rx_opt.ts_recent;
    opts.size += kTstampAligned;
  }
  const std::uint32_t blocks = std::uint32_t{tp.rx_opt.num_sacks} + tp.rx_opt.dsack;
  if (blocks != 0) {
    const std::uint32_t room = (kMaxOptionSpace - opts.size - kSackBaseAligned) / kSackPerBlock;
    opts.num_sack_blocks = static_cast<std::uint8_t>(std::min(blocks, room));
    opts.size += kSackBaseAligned + opts.num_sack_blocks * kSackPerBlock;
  }
  return opts;
}

void tcp_options_write(Kernel& k, std::uint8_t* out, SockId sk, const TcpOutOptions& opts) {
  OptionWriter to(out);
  if (opts.mss != 0) to.word(std::uint32_t{kMss} << 24 | 4u << 16 | opts.mss);
  bool sack_perm = opts.sack_advertise;
  if (opts.ts) {
    if (sack_perm)
      to.word(kSackPerm, 2, kTimestamp, 10);
    else
      to.word(kNop, kNop, kTimestamp, 10);
    sack_perm = false;
    to.word(opts.tsval);
    to.word(opts.tsecr);
  }
  if (sack_perm) to.word(kNop, kNop, kSackPerm, 2);
  if (opts.wscale) to.word(kNop, kWindow, 3, opts.ws);
  if (opts.num_sack_blocks == 0) return;
  to.word(kNop, kNop, kSack, static_cast<std::uint8_t>(2 + opts.num_sack_blocks * kSackPerBlock));
  // A D-SACK block stands in front of selective_acks in struct tcp_sock: both are one array to the writer.
  const TcpSock& tp = k[sk].tp;
  for (unsigned i = 0; i < opts.num_sack_blocks; ++i) {
    const bool dsack = tp.rx_opt.dsack != 0;
    const SackBlock& block = dsack && i == 0 ? tp.duplicate_sack[0] : tp.selective_acks[dsack ? i - 1 : i];
    to.word(block.start);
    to.word(block.end);
  }
  k.set(tp.rx_opt.dsack, std::uint8_t{0});
}

}  // namespace ringside
