#include "core/model/host.h"

#include <cstring>

namespace ringside {

namespace {

/// Calls `f(kind, pool)` for every pool and `g(kind, index, object)` for every single object, in a fixed
/// order.
template <class H, class F, class G>
void each_part(H& host, F&& f, G&& g) {
  g(ObjectKind::net, 0u, &*host.net);
  for (std::uint32_t i = 0; i < kMaxCpus; ++i) g(ObjectKind::cpu, i, &*host.cpus[i]);
  g(ObjectKind::nic, 0u, &*host.nic);
  g(ObjectKind::rx_descriptors, 0u, &*host.rx_ring);
  g(ObjectKind::ehash, 0u, &*host.ehash);
  f(ObjectKind::skb, host.skbs);
  f(ObjectKind::frag, host.frags);
  f(ObjectKind::sock, host.socks);
  f(ObjectKind::request, host.requests);
  f(ObjectKind::timewait, host.timewaits);
  f(ObjectKind::process, host.processes);
  f(ObjectKind::file, host.files);
  f(ObjectKind::frag_queue, host.frag_queues);
  f(ObjectKind::neighbour, host.neighbours);
  f(ObjectKind::epoll_item, host.epoll_items);
  f(ObjectKind::wire_header, host.headers);
  f(ObjectKind::fd_table, host.fd_tables);
}

/// A quick 64-bit hash of plain memory (multiply and fold, one word a turn); not for adversaries.
class Hasher {
 public:
  void add(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (; size >= 8; size -= 8, bytes += 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes, 8);
      mix(word);
    }
    std::uint64_t rest = size;
    for (std::size_t i = 0; i < size; ++i) rest = rest << 8 | bytes[i];
    mix(rest);
  }
  std::uint64_t value() const { return state_; }

 private:
  void mix(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9e3779b97f4a7c15ull;
    state_ ^= state_ >> 32;
  }
  std::uint64_t state_ = 0x243f6a8885a308d3ull;
};

}  // namespace

const void* Host::address(ObjectKind kind, std::uint32_t index) const {
  const void* found = nullptr;
  each_part(
      *this,
      [&](ObjectKind k, const auto& pool) {
        if (k != kind) return;
        if (index == kPoolHeaderIndex)
          found = &pool.header;
        else if (index < pool.capacity())
          found = &pool.slot(index);
      },
      [&](ObjectKind k, std::uint32_t i, const void* object) {
        if (k == kind && i == index) found = object;
      });
  return found;
}

void Host::ensure(ObjectKind kind, std::uint32_t index) {
  each_part(
      *this,
      [&](ObjectKind k, auto& pool) {
        while (k == kind && index >= pool.capacity()) pool.grow();
      },
      [](ObjectKind, std::uint32_t, const void*) {});
}

Loc Host::locate(const void* address) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  Loc loc;
  each_part(
      *this,
      [&](ObjectKind kind, const auto& pool) {
        const auto header = reinterpret_cast<std::uintptr_t>(&pool.header);
        if (at - header < sizeof pool.header)
          loc = {kind, kPoolHeaderIndex, static_cast<std::uint32_t>(at - header)};
        using Slot = typename std::decay_t<decltype(pool)>::Slot;
        std::uint32_t first = 0;
        for (const auto& chunk : pool.chunks()) {
          const auto offset = at - reinterpret_cast<std::uintptr_t>(chunk.get());
          if (offset < sizeof(Slot) * pool.kChunk) {
            loc = {kind, first + static_cast<std::uint32_t>(offset / sizeof(Slot)),
                   static_cast<std::uint32_t>(offset % sizeof(Slot))};
            return;
          }
          first += pool.kChunk;
        }
      },
      [&](ObjectKind kind, std::uint32_t index, const auto* object) {
        const auto offset = at - reinterpret_cast<std::uintptr_t>(object);
        if (offset < sizeof *object) loc = {kind, index, static_cast<std::uint32_t>(offset)};
      });
  return loc;
}

std::uint64_t Host::state_hash() const {
  Hasher hash;
  each_part(
      *this,
      [&](ObjectKind, const auto& pool) {
        hash.add(&pool.header, sizeof pool.header);
        for (std::uint32_t i = 1; i < pool.header.used; ++i) hash.add(&pool.slot(i), sizeof pool.slot(i));
      },
      [&](ObjectKind, std::uint32_t, const auto* object) { hash.add(object, sizeof *object); });
  return hash.value();
}

std::size_t Host::bytes() const {
  std::size_t sum = 0;
  each_part(
      *this, [&](ObjectKind, const auto& pool) { sum += pool.bytes(); },
      [&](ObjectKind, std::uint32_t, const auto* object) { sum += sizeof *object; });
  return sum;
}

}  // namespace ringside
