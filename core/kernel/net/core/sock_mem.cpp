// net/core/sock.c: what a socket's queues cost, and who pays.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"

namespace ringside {

namespace {

constexpr std::int32_t kPage = 4096;  // SK_MEM_QUANTUM
constexpr std::int64_t pages_for(std::int64_t bytes) { return (bytes + kPage - 1) / kPage; }

void enter_memory_pressure(Kernel& k) {
  if (k.net().tcp_memory_pressure != 0) return;
  k.put(k.net().tcp_memory_pressure, std::uint8_t{1});
  k.count(Counter::TCPMemoryPressures);
}
void leave_memory_pressure(Kernel& k) {
  if (k.net().tcp_memory_pressure != 0) k.put(k.net().tcp_memory_pressure, std::uint8_t{0});
}

/// Below its fair share under pressure: the socket may still grow.
bool is_modest(const Kernel& k, const Sock& s) {
  const std::int64_t own = pages_for(std::int64_t{s.sk_wmem_queued} + s.sk_rmem_alloc + s.sk_forward_alloc);
  return k.sysctl().tcp_mem[2] > own * k.net().sockets_allocated;
}

/// __sk_mem_raise_allocated(): may all sockets together take `amount` more pages?
bool raise_allocated(Kernel& k, SockId sk, std::int64_t amount, bool receive, std::uint32_t size) {
  const Sock& s = k[sk];
  const auto& limit = k.sysctl().tcp_mem;
  const std::int64_t allocated = k.net().tcp_memory_allocated + amount;
  k.put(k.net().tcp_memory_allocated, allocated);
  if (allocated <= limit[0]) {
    leave_memory_pressure(k);
    return true;
  }
  if (allocated > limit[1]) enter_memory_pressure(k);
  if (allocated <= limit[2]) {
    const std::int32_t used = receive ? s.sk_rmem_alloc : s.sk_wmem_queued;
    const std::int32_t guaranteed = receive ? k.sysctl().tcp_rmem[0] : k.sysctl().tcp_wmem[0];
    if (used < guaranteed || k.net().tcp_memory_pressure == 0 || is_modest(k, s)) return true;
  }
  if (!receive && s.sk_wmem_queued + static_cast<std::int32_t>(size) >= s.sk_sndbuf)
    return true;  // the writer will block anyway
  k.decide("sk_exceed_buf_limit", true, {{"allocated", allocated}, {"tcp_mem", limit[2]}});
  k.put(k.net().tcp_memory_allocated, allocated - amount);
  return false;
}

/// __sk_mem_schedule()
bool mem_schedule(Kernel& k, SockId sk, std::uint32_t size, bool receive, std::int32_t forward) {
  const std::int64_t amount = pages_for(forward);
  if (!raise_allocated(k, sk, amount, receive, size)) return false;
  k.set(k[sk].sk_forward_alloc, k[sk].sk_forward_alloc + static_cast<std::int32_t>(amount * kPage));
  return true;
}

/// __sk_mem_reclaim(): gives whole pages of `amount` bytes back.
void give_back(Kernel& k, SockId sk, std::int32_t amount) {
  const std::int32_t count = amount / kPage;
  k.set(k[sk].sk_forward_alloc, k[sk].sk_forward_alloc - count * kPage);
  k.put(k.net().tcp_memory_allocated, k.net().tcp_memory_allocated - count);
  if (k.net().tcp_memory_allocated < k.sysctl().tcp_mem[0]) leave_memory_pressure(k);
}

/// How much is asked for: 6.18 asks for what is missing, 4.13 for the whole size again.
std::int32_t to_schedule(const Kernel& k, const Sock& s, std::uint32_t size) {
  const auto wanted = static_cast<std::int32_t>(size);
  return k.profile.tcp_rcv.schedules_missing_only ? wanted - s.sk_forward_alloc : wanted;
}

}  // namespace

bool sk_rmem_schedule(Kernel& k, SockId sk, std::uint32_t size) {
  const Sock& s = k[sk];
  if (static_cast<std::int32_t>(size) <= s.sk_forward_alloc) return true;
  return mem_schedule(k, sk, size, true, to_schedule(k, s, size));
}

bool sk_wmem_schedule(Kernel& k, SockId sk, std::uint32_t size) {
  const Sock& s = k[sk];
  if (static_cast<std::int32_t>(size) <= s.sk_forward_alloc) return true;
  return mem_schedule(k, sk, size, false, to_schedule(k, s, size));
}

void sk_forced_mem_schedule(Kernel& k, SockId sk, std::uint32_t size) {
  const Sock& s = k[sk];
  if (static_cast<std::int32_t>(size) <= s.sk_forward_alloc) return;
  const std::int64_t amount = pages_for(to_schedule(k, s, size));
  k.put(k.net().tcp_memory_allocated, k.net().tcp_memory_allocated + amount);
  k.set(s.sk_forward_alloc, s.sk_forward_alloc + static_cast<std::int32_t>(amount * kPage));
}

void sk_mem_reclaim(Kernel& k, SockId sk) {
  if (k[sk].sk_forward_alloc >= kPage) give_back(k, sk, k[sk].sk_forward_alloc);
}

void sk_mem_reclaim_partial(Kernel& k, SockId sk) {
  if (k[sk].sk_forward_alloc > kPage) give_back(k, sk, k[sk].sk_forward_alloc - 1);
}

void sk_mem_charge(Kernel& k, SockId sk, std::int32_t size) {
  k.set(k[sk].sk_forward_alloc, k[sk].sk_forward_alloc - size);
}

void sk_mem_uncharge(Kernel& k, SockId sk, std::int32_t size) {
  const Sock& s = k[sk];
  k.set(s.sk_forward_alloc, s.sk_forward_alloc + size);
  if (k.profile.tcp_rcv.uncharge_reclaims_pages)
    sk_mem_reclaim(k, sk);
  else if (s.sk_forward_alloc >= 1 << 21)
    give_back(k, sk, 1 << 20);  // 4.13 keeps up to 2 MiB for later
}

void skb_set_owner_r(Kernel& k, SkbId skb, SockId sk) {
  const SkBuff& b = k[skb];
  k.put(b.sk, sk);
  k.put(b.owner_charged, SkbOwner::sock_rfree);
  k.set(k[sk].sk_rmem_alloc, k[sk].sk_rmem_alloc + static_cast<std::int32_t>(b.truesize));
  sk_mem_charge(k, sk, static_cast<std::int32_t>(b.truesize));
}

void sock_rfree(Kernel& k, SkbId skb) {
  const SkBuff& b = k[skb];
  const auto size = static_cast<std::int32_t>(b.truesize);
  k.put(b.owner_charged, SkbOwner::none);
  k.set(k[b.sk].sk_rmem_alloc, k[b.sk].sk_rmem_alloc - size);
  sk_mem_uncharge(k, b.sk, size);
}

}  // namespace ringside
