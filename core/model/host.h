// The whole modelled host as one copyable value. Readable by all; written only through Writer (writer.h).
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/model/cpu.h"
#include "core/model/net.h"
#include "core/model/nic.h"
#include "core/model/pool.h"
#include "core/model/process.h"
#include "core/model/skb.h"
#include "core/model/sock.h"

namespace ringside {

/// One object in plain memory on its own (not pooled): copied with the host, at a stable address.
template <class T>
class Single {
 public:
  static_assert(std::is_trivially_copyable_v<T>);
  Single() : value_(std::make_unique<T>()) {}
  Single(const Single& other) : value_(std::make_unique<T>(*other.value_)) {}
  Single(Single&&) noexcept = default;
  Single& operator=(const Single& other) {
    *value_ = *other.value_;
    return *this;
  }
  Single& operator=(Single&&) noexcept = default;
  ~Single() = default;
  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

inline constexpr std::uint32_t kEhashBuckets = 4096;

/// The established hash (also holds request socks and TIME_WAIT). A power of two.
struct Ehash {
  static constexpr ObjectKind kind = ObjectKind::ehash;
  NodeRef bucket[kEhashBuckets];
};

/// Where a field stands: which object, and how many bytes into it.
struct Loc {
  ObjectKind kind = ObjectKind::none;
  std::uint32_t index = 0;
  std::uint32_t offset = 0;
};

/// Which object's memory lies where. Rebuilt when a pool has grown; a copy of a host starts with an empty
/// one.
class AddressIndex {
 public:
  struct Range {
    std::uintptr_t begin = 0, end = 0;
    ObjectKind kind = ObjectKind::none;
    std::uint32_t first = 0;   ///< index of the first object
    std::uint32_t stride = 0;  ///< bytes from one object to the next
  };
  AddressIndex() = default;
  AddressIndex(const AddressIndex&) {}
  AddressIndex& operator=(const AddressIndex&) {
    ranges.clear();
    return *this;
  }
  ~AddressIndex() = default;

  std::vector<Range> ranges;  ///< by address
  std::uint64_t generation = 0;
  std::size_t latest = 0;  ///< where the last address was found: the next is often near
};

/// A stretch of a host's memory: a single object, a pool's header, or one chunk of a pool.
struct Region {
  ObjectKind kind = ObjectKind::none;
  std::uint32_t number = 0;  ///< of a single object; 0: a pool's header; from 1: its chunks
  std::size_t size = 0;
};

class Host {
 public:
  Single<Net> net;
  std::array<Single<Cpu>, kMaxCpus> cpus;
  std::uint8_t cpu_count = 1;
  Single<Nic> nic;
  Single<RxDescriptorRing> rx_ring;
  Single<Ehash> ehash;
  Pool<SkBuff> skbs;
  Pool<SkbFrag> frags;
  Pool<Sock> socks;
  Pool<RequestSock> requests;
  Pool<TimewaitSock> timewaits;
  Pool<Process> processes;
  Pool<File> files;
  Pool<FragQueue> frag_queues;
  Pool<Neighbour> neighbours;
  Pool<EpollItem> epoll_items;
  Pool<WireHeader> headers;
  Pool<FdTable> fd_tables;

  const SkBuff& operator[](SkbId id) const { return skbs[id.index]; }
  const SkbFrag& operator[](FragId id) const { return frags[id.index]; }
  const Sock& operator[](SockId id) const { return socks[id.index]; }
  const RequestSock& operator[](RequestId id) const { return requests[id.index]; }
  const TimewaitSock& operator[](TimewaitId id) const { return timewaits[id.index]; }
  const Process& operator[](ProcessId id) const { return processes[id.index]; }
  const File& operator[](FileId id) const { return files[id.index]; }
  const FragQueue& operator[](FragQueueId id) const { return frag_queues[id.index]; }
  const Neighbour& operator[](NeighbourId id) const { return neighbours[id.index]; }
  const EpollItem& operator[](EpollItemId id) const { return epoll_items[id.index]; }
  const FdTable& operator[](FdTableId id) const { return fd_tables[id.index]; }
  const WireHeader& operator[](HeaderId id) const { return headers[id.index]; }

  /// Start of an object's memory (for undo and redo); null if there is none.
  const void* address(ObjectKind kind, std::uint32_t index) const;
  /// Makes sure that a pooled object's memory exists (a replay may reach objects that a copy has no chunk for
  /// yet).
  void ensure(ObjectKind kind, std::uint32_t index);
  /// Which object and field stands at `address`; Loc::kind none if it is not of this host.
  Loc locate(const void* address) const;
  /// Hash of every live object's registered fields and all bookkeeping: equal states, equal hashes.
  std::uint64_t state_hash() const;
  /// Bytes that a copy takes.
  std::size_t bytes() const;

  /// All memory of the host, in a fixed order: for images of it (core/engine/host_archive.h).
  std::vector<std::pair<Region, const void*>> regions() const;
  /// Where that region is, its chunk being made if it is not there yet.
  void* region(ObjectKind kind, std::uint32_t number);

  static constexpr std::uint32_t kPoolHeaderIndex = 0;  ///< index 0 of a pooled kind names its PoolHeader

 private:
  std::uint64_t generation() const;
  void index_addresses() const;
  mutable AddressIndex addresses_;
};

}  // namespace ringside
