// The one way to change a host. Every write can be recorded as (field, before, after), so there is one undo
// for everything and none by hand. A write costs a compare and a store when nothing records.
#pragma once
#include <cstring>
#include <type_traits>

#include "core/model/journal.h"
#include "core/model/written.h"

namespace ringside {

class Writer {
 public:
  explicit Writer(Host& host) : host_(&host) {}

  const Host& host() const { return *host_; }

  /// From now on write every change to `journal` (null: stop).
  void record_to(Journal* journal) { journal_ = journal; }
  Journal* journal() const { return journal_; }
  /// What was written; whoever clears it is the one who looks.
  WrittenParts& written() { return written_; }

  /// Writes a field of the host without a step of its own (list links, bookkeeping). Undone like all others.
  template <class T>
  void put(const T& field, std::type_identity_t<T> value) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8, "whole structures: assign()");
    if (journal_ != nullptr) [[unlikely]]
      note(&field, &value, sizeof(T));
    written_.mark(&field);
    const_cast<T&>(field) = value;
  }

  /// Writes a whole structure inside an object (its padding cleared, so that equal states have equal bytes).
  template <class T>
  void assign(const T& field, T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    clear_padding(value);
    copy_in(field, value);
  }

  SkbId alloc_skb() { return {alloc(host_->skbs)}; }
  FragId alloc_frag() { return {alloc(host_->frags)}; }
  SockId alloc_sock() { return {alloc(host_->socks)}; }
  RequestId alloc_request() { return {alloc(host_->requests)}; }
  TimewaitId alloc_timewait() { return {alloc(host_->timewaits)}; }
  ProcessId alloc_process() { return {alloc(host_->processes)}; }
  FileId alloc_file() { return {alloc(host_->files)}; }
  FragQueueId alloc_frag_queue() { return {alloc(host_->frag_queues)}; }
  NeighbourId alloc_neighbour() { return {alloc(host_->neighbours)}; }
  FdTableId alloc_fd_table() { return {alloc(host_->fd_tables)}; }
  HeaderId alloc_header() { return {alloc(host_->headers)}; }
  EpollItemId alloc_epoll_item() { return {alloc(host_->epoll_items)}; }

  /// Gives an object back to its pool. Its content stays readable (and undoable) until it is handed out
  /// again.
  void release(SkbId id) { release(host_->skbs, id.index); }
  void release(FragId id) { release(host_->frags, id.index); }
  void release(SockId id) { release(host_->socks, id.index); }
  void release(RequestId id) { release(host_->requests, id.index); }
  void release(TimewaitId id) { release(host_->timewaits, id.index); }
  void release(ProcessId id) { release(host_->processes, id.index); }
  void release(FileId id) { release(host_->files, id.index); }
  void release(FragQueueId id) { release(host_->frag_queues, id.index); }
  void release(NeighbourId id) { release(host_->neighbours, id.index); }
  void release(FdTableId id) { release(host_->fd_tables, id.index); }
  void release(HeaderId id) { release(host_->headers, id.index); }
  void release(EpollItemId id) { release(host_->epoll_items, id.index); }

 protected:
  Loc locate(const void* address) const { return host_->locate(address); }

 private:
  /// A new object, padding and all: a constant's padding is zero, that of a temporary is what lay on the
  /// stack.
  template <class T>
  static constexpr T kBlank{};

  template <class T>
  void copy_in(const T& field, const T& value) {
    if (journal_ != nullptr) [[unlikely]]
      note(&field, &value, sizeof(T));
    written_.mark(&field, sizeof(T));
    std::memcpy(static_cast<void*>(const_cast<T*>(&field)), &value, sizeof(T));
  }

  template <class T>
  static void clear_padding([[maybe_unused]] T& value) {
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
    __builtin_clear_padding(&value);
#endif
#endif
  }

  template <class T>
  std::uint32_t alloc(Pool<T>& pool) {
    std::uint32_t index = pool.header.free_head;
    if (index != 0) {
      put(pool.header.free_head, pool.slot(index).next_free);
    } else {
      index = pool.header.used;
      if (index >= pool.capacity()) pool.grow();
      put(pool.header.used, index + 1);
    }
    put(pool.header.live, pool.header.live + 1);
    copy_in(pool[index], kBlank<T>);
    put(pool.slot(index).live, 1u);
    return index;
  }

  template <class T>
  void release(Pool<T>& pool, std::uint32_t index) {
    put(pool.slot(index).live, 0u);
    put(pool.slot(index).next_free, pool.header.free_head);
    put(pool.header.free_head, index);
    put(pool.header.live, pool.header.live - 1);
  }

  [[gnu::cold]] void note(const void* field, const void* value, std::uint32_t size);

  Host* host_;
  Journal* journal_ = nullptr;
  WrittenParts written_;
};

}  // namespace ringside
