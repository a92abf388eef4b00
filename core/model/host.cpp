#include "core/model/host.h"

#include <algorithm>
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

std::uint64_t Host::generation() const {
  std::uint64_t sum = 1;
  each_part(
      *this, [&](ObjectKind, const auto& pool) { sum += pool.generation(); },
      [](ObjectKind, std::uint32_t, const void*) {});
  return sum;
}

void Host::index_addresses() const {
  auto& ranges = addresses_.ranges;
  ranges.clear();
  const auto add = [&](const void* begin, std::size_t size, ObjectKind kind, std::uint32_t first,
                       std::size_t stride) {
    const auto at = reinterpret_cast<std::uintptr_t>(begin);
    ranges.push_back({at, at + size, kind, first, static_cast<std::uint32_t>(stride)});
  };
  each_part(
      *this,
      [&](ObjectKind kind, const auto& pool) {
        using Slot = typename std::decay_t<decltype(pool)>::Slot;
        add(&pool.header, sizeof pool.header, kind, kPoolHeaderIndex, sizeof pool.header);
        std::uint32_t first = 0;
        for (const auto& chunk : pool.chunks()) {
          add(chunk.get(), sizeof(Slot) * pool.kChunk, kind, first, sizeof(Slot));
          first += pool.kChunk;
        }
      },
      [&](ObjectKind kind, std::uint32_t index, const auto* object) {
        add(object, sizeof *object, kind, index, sizeof *object);
      });
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  addresses_.generation = generation();
  addresses_.latest = 0;
}

Loc Host::locate(const void* address) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  if (addresses_.ranges.empty() || addresses_.generation != generation()) index_addresses();
  const auto& ranges = addresses_.ranges;
  if (const auto& latest = ranges[addresses_.latest]; at < latest.begin || at >= latest.end) {
    const auto next = std::upper_bound(ranges.begin(), ranges.end(), at,
                                       [](std::uintptr_t a, const auto& range) { return a < range.begin; });
    if (next == ranges.begin() || at >= std::prev(next)->end) return {};
    addresses_.latest = static_cast<std::size_t>(std::prev(next) - ranges.begin());
  }
  const auto& range = ranges[addresses_.latest];
  const auto offset = at - range.begin;
  return {range.kind, range.first + static_cast<std::uint32_t>(offset / range.stride),
          static_cast<std::uint32_t>(offset % range.stride)};
}

std::vector<std::pair<Region, const void*>> Host::regions() const {
  std::vector<std::pair<Region, const void*>> all;
  each_part(
      *this,
      [&](ObjectKind kind, const auto& pool) {
        using Slot = typename std::decay_t<decltype(pool)>::Slot;
        all.push_back({{kind, 0, sizeof pool.header}, &pool.header});
        std::uint32_t number = 1;
        for (const auto& chunk : pool.chunks())
          all.push_back({{kind, number++, sizeof(Slot) * pool.kChunk}, chunk.get()});
      },
      [&](ObjectKind kind, std::uint32_t index, const auto* object) {
        all.push_back({{kind, index, sizeof *object}, object});
      });
  return all;
}

void* Host::region(ObjectKind kind, std::uint32_t number) {
  const void* found = nullptr;
  each_part(
      *this,
      [&](ObjectKind k, auto& pool) {
        if (k != kind) return;
        while (number > pool.chunks().size()) pool.grow();
        found = number == 0 ? static_cast<const void*>(&pool.header) : pool.chunks()[number - 1].get();
      },
      [&](ObjectKind k, std::uint32_t index, const auto* object) {
        if (k == kind && index == number) found = object;
      });
  return const_cast<void*>(found);  // the host's memory is never const
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
