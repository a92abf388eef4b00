// net/ipv4/tcp_cubic.c: CUBIC (RFC 9438) with hybrid slow start. Growth follows a cubic function of the time
// since the last loss. The cube root is exact here (the kernel's is within 0.2 %).
#include "core/kernel/net/ipv4/tcp_cubic.h"

#include <bit>

namespace ringside {

namespace {

// struct bictcp, as places in Icsk::ca_priv
enum Field : std::size_t {
  kCnt,  // cwnd grows by 1 after that many ACKs
  kLastMaxCwnd,
  kLossCwnd,  // 4.13
  kLastCwnd,
  kLastTime,  // jiffies
  kOriginPoint,
  kK,           // time to the origin point, 1/1024 s
  kDelayMin,    // 4.13: ms times 8; 6.18: us
  kEpochStart,  // jiffies
  kAckCnt,
  kTcpCwnd,
  kSampleCnt,
  kFound,
  kRoundStart,
  kEndSeq,
  kLastAck,
  kCurrRtt,
  kFieldCount
};

constexpr std::int64_t kBeta = 717, kBetaScale = 1024, kBicScale = 41;
constexpr std::int64_t kFriendlyScale = 8 * (kBetaScale + kBeta) / 3 / (kBetaScale - kBeta);
constexpr std::uint64_t kCubeFactor = (1ull << 40) / (kBicScale * 10);
constexpr std::int64_t kAckTrain = 1, kDelay = 2;
constexpr std::uint32_t kLowWindow = 16;

class Bic {
 public:
  Bic(Kernel& k, SockId sk) : k_(k), priv_(k[sk].icsk.ca_priv) {}
  std::int64_t get(Field f) const { return priv_[f]; }
  void put(Field f, std::int64_t value) { k_.put(priv_[f], value); }

 private:
  Kernel& k_;
  const std::int64_t (&priv_)[24];
};
static_assert(kFieldCount <= 24);

bool in_us(Kernel& k) { return k.profile.sender.hystart_in_us; }

/// bictcp_clock(), bictcp_clock_us()
std::int64_t hystart_clock(Kernel& k, SockId sk) {
  return in_us(k) ? k[sk].tp.tcp_mstamp : k.jiffies_to_msecs(k.jiffies());
}

void hystart_reset(Kernel& k, SockId sk) {
  Bic ca(k, sk);
  const std::int64_t now = hystart_clock(k, sk);
  ca.put(kRoundStart, now);
  ca.put(kLastAck, now);
  ca.put(kEndSeq, k[sk].tp.snd_nxt);
  ca.put(kCurrRtt, in_us(k) ? 0xffffffff : 0);
  ca.put(kSampleCnt, 0);
}

std::int64_t cube_root(std::uint64_t a) {
  std::uint64_t low = 0, high = 1ull << 21;
  while (low < high) {
    const std::uint64_t mid = (low + high + 1) / 2;
    if (mid * mid * mid <= a)
      low = mid;
    else
      high = mid - 1;
  }
  return static_cast<std::int64_t>(low);
}

/// The cubic function itself: how many ACKs for one more segment.
void follow_curve(Kernel& k, Bic& ca, std::int64_t cwnd, std::int64_t acked) {
  const std::int64_t now = k.jiffies();
  ca.put(kLastCwnd, cwnd);
  ca.put(kLastTime, now);
  if (ca.get(kEpochStart) == 0) {
    ca.put(kEpochStart, now);
    ca.put(kAckCnt, acked);
    ca.put(kTcpCwnd, cwnd);
    const std::int64_t below = ca.get(kLastMaxCwnd) - cwnd;
    ca.put(kK, below <= 0 ? 0 : cube_root(kCubeFactor * static_cast<std::uint64_t>(below)));
    ca.put(kOriginPoint, below <= 0 ? cwnd : ca.get(kLastMaxCwnd));
  }
  const std::int64_t delay =
      in_us(k) ? k.usecs_to_jiffies(ca.get(kDelayMin)) : k.msecs_to_jiffies(ca.get(kDelayMin) >> 3);
  const std::int64_t t = ((now - ca.get(kEpochStart) + delay) << 10) / k.hz();
  const bool below_origin = t < ca.get(kK);
  const auto offs = static_cast<std::uint64_t>(below_origin ? ca.get(kK) - t : t - ca.get(kK));
  const auto delta =
      static_cast<std::int64_t>((static_cast<std::uint64_t>(kBicScale * 10) * offs * offs * offs) >> 40);
  const std::int64_t target = ca.get(kOriginPoint) + (below_origin ? -delta : delta);
  ca.put(kCnt, target > cwnd ? cwnd / (target - cwnd) : 100 * cwnd);
  // Before the first loss: at least 5 % a round trip.
  if (ca.get(kLastMaxCwnd) == 0 && ca.get(kCnt) > 20) ca.put(kCnt, 20);
}

void bictcp_update(Kernel& k, SockId sk, std::uint32_t cwnd, std::uint32_t acked) {
  Bic ca(k, sk);
  ca.put(kAckCnt, ca.get(kAckCnt) + acked);
  if (ca.get(kLastCwnd) == cwnd && k.jiffies() - ca.get(kLastTime) <= k.hz() / 32) return;
  if (ca.get(kEpochStart) == 0 || k.jiffies() != ca.get(kLastTime)) follow_curve(k, ca, cwnd, acked);
  // Never slower than Reno would be.
  const std::int64_t step = (std::int64_t{cwnd} * kFriendlyScale) >> 3;
  std::int64_t ack_cnt = ca.get(kAckCnt), tcp_cwnd = ca.get(kTcpCwnd);
  for (; ack_cnt > step; ack_cnt -= step) ++tcp_cwnd;
  ca.put(kAckCnt, ack_cnt);
  ca.put(kTcpCwnd, tcp_cwnd);
  if (tcp_cwnd > cwnd) ca.put(kCnt, std::min(ca.get(kCnt), cwnd / (tcp_cwnd - cwnd)));
  ca.put(kCnt, std::max<std::int64_t>(ca.get(kCnt), 2));
}

/// hystart_ack_delay(): 6.18: what segmentation and merging add to a short round trip, at most 1 ms.
std::int64_t hystart_ack_delay(const Sock& s) {
  if (s.sk_pacing_rate == 0) return 0;
  const std::uint64_t bytes = std::uint64_t{tcp_gso_max_size(s)} * 4 * 1000000;
  return static_cast<std::int64_t>(std::min<std::uint64_t>(1000, bytes / s.sk_pacing_rate));
}

void leave_slow_start(Kernel& k, SockId sk, Counter detect, Counter cwnd) {
  const TcpSock& tp = k[sk].tp;
  k.count(detect);
  k.count(cwnd, tp.snd_cwnd);
  k.set(tp.snd_ssthresh, tp.snd_cwnd);
}

void detect_ack_train(Kernel& k, SockId sk, Bic& ca) {
  const std::int64_t now = hystart_clock(k, sk), spacing = in_us(k) ? 2000 : 2;
  if (now - ca.get(kLastAck) > spacing) return;
  ca.put(kLastAck, now);
  std::int64_t threshold = ca.get(kDelayMin) >> 4;
  if (in_us(k)) {
    threshold = ca.get(kDelayMin) + hystart_ack_delay(k[sk]);
    if (k[sk].sk_pacing_status == 0) threshold >>= 1;
  }
  if (!k.decide("hystart_ack_train", now - ca.get(kRoundStart) > threshold, {{"threshold", threshold}}))
    return;
  ca.put(kFound, ca.get(kFound) | kAckTrain);
  leave_slow_start(k, sk, Counter::TCPHystartTrainDetect, Counter::TCPHystartTrainCwnd);
}

void detect_delay(Kernel& k, SockId sk, Bic& ca, std::int64_t delay) {
  constexpr std::int64_t kMinSamples = 8;
  const bool samples_wanted = ca.get(kSampleCnt) < kMinSamples;
  if ((in_us(k) || samples_wanted) && (ca.get(kCurrRtt) == 0 || ca.get(kCurrRtt) > delay))
    ca.put(kCurrRtt, delay);
  if (samples_wanted) {
    ca.put(kSampleCnt, ca.get(kSampleCnt) + 1);
    return;
  }
  // 4 to 16 ms; 4.13 counts in eighths of a millisecond
  const std::int64_t unit = in_us(k) ? 1000 : 8;
  const std::int64_t slack = std::clamp(ca.get(kDelayMin) >> 3, 4 * unit, 16 * unit);
  if (!k.decide("hystart_delay", ca.get(kCurrRtt) > ca.get(kDelayMin) + slack,
                {{"curr_rtt", ca.get(kCurrRtt)}, {"delay_min", ca.get(kDelayMin)}}))
    return;
  ca.put(kFound, ca.get(kFound) | kDelay);
  leave_slow_start(k, sk, Counter::TCPHystartDelayDetect, Counter::TCPHystartDelayCwnd);
}

void hystart_update(Kernel& k, SockId sk, std::int64_t delay) {
  Bic ca(k, sk);
  if (in_us(k)) {
    if (after(k[sk].tp.snd_una, static_cast<Seq>(ca.get(kEndSeq)))) hystart_reset(k, sk);
    if (k[sk].tp.snd_cwnd < kLowWindow) return;
  } else if (ca.get(kFound) != 0) {
    return;
  }
  detect_ack_train(k, sk, ca);
  detect_delay(k, sk, ca, delay);
}

}  // namespace

void cubic_reset(Kernel& k, SockId sk) {
  Bic ca(k, sk);
  const std::int64_t loss_cwnd = ca.get(kLossCwnd);
  for (std::size_t f = kCnt; f < kRoundStart; ++f) ca.put(static_cast<Field>(f), 0);
  ca.put(kLossCwnd, loss_cwnd);
  hystart_reset(k, sk);
}

void cubic_init(Kernel& k, SockId sk) {
  cubic_reset(k, sk);
  Bic(k, sk).put(kLossCwnd, 0);
}

void cubic_tx_start(Kernel& k, SockId sk) {
  Bic ca(k, sk);
  const std::int64_t now = k.jiffies(), idle = now - k[sk].tp.lsndtime;
  // Idle time does not count on the curve.
  if (ca.get(kEpochStart) != 0 && idle > 0) ca.put(kEpochStart, std::min(ca.get(kEpochStart) + idle, now));
}

std::uint32_t cubic_recalc_ssthresh(Kernel& k, SockId sk) {
  Bic ca(k, sk);
  const std::int64_t cwnd = k[sk].tp.snd_cwnd;
  ca.put(kEpochStart, 0);
  // Fast convergence: a flow that did not reach its old maximum leaves room for others.
  ca.put(kLastMaxCwnd, cwnd < ca.get(kLastMaxCwnd) ? cwnd * (kBetaScale + kBeta) / (2 * kBetaScale) : cwnd);
  ca.put(kLossCwnd, cwnd);
  return static_cast<std::uint32_t>(std::max<std::int64_t>(cwnd * kBeta / kBetaScale, 2));
}

std::uint32_t cubic_undo_cwnd(Kernel& k, SockId sk) {
  return std::max(k[sk].tp.snd_cwnd, static_cast<std::uint32_t>(Bic(k, sk).get(kLossCwnd)));
}

void cubic_cong_avoid(Kernel& k, SockId sk, Seq ack, std::uint32_t acked) {
  auto f = k.enter(in_us(k) ? Fn::cubictcp_cong_avoid : Fn::bictcp_cong_avoid, {}, sk);
  const TcpSock& tp = k[sk].tp;
  Bic ca(k, sk);
  if (!k.decide("cwnd_limited", tcp_is_cwnd_limited(tp),
                {{"snd_cwnd", tp.snd_cwnd}, {"max_packets_out", tp.max_packets_out}}))
    return;
  if (k.decide("slow_start", tcp_in_slow_start(tp),
               {{"snd_cwnd", tp.snd_cwnd}, {"snd_ssthresh", tp.snd_ssthresh}})) {
    if (!in_us(k) && after(ack, static_cast<Seq>(ca.get(kEndSeq)))) hystart_reset(k, sk);
    acked = tcp_slow_start(k, sk, acked);
    if (acked == 0) return;
  }
  bictcp_update(k, sk, tp.snd_cwnd, acked);
  tcp_cong_avoid_ai(k, sk, static_cast<std::uint32_t>(ca.get(kCnt)), acked);
}

void cubic_acked(Kernel& k, SockId sk, const AckSample& sample) {
  const TcpSock& tp = k[sk].tp;
  Bic ca(k, sk);
  if (sample.rtt_us < 0) return;
  if (ca.get(kEpochStart) != 0 && k.jiffies() - ca.get(kEpochStart) < k.hz()) return;
  const std::int64_t delay =
      std::max<std::int64_t>(in_us(k) ? sample.rtt_us : (sample.rtt_us << 3) / 1000, 1);
  if (ca.get(kDelayMin) == 0 || ca.get(kDelayMin) > delay) ca.put(kDelayMin, delay);
  if (!tcp_in_slow_start(tp)) return;
  if (in_us(k) ? ca.get(kFound) == 0 : tp.snd_cwnd >= kLowWindow) hystart_update(k, sk, delay);
}

}  // namespace ringside
