// A process (or thread) of the modelled host and the system call it is in. What may sleep keeps its locals
// here, so that a sleeper is plain data: it can be copied, undone and resumed.
#pragma once
#include <cstdint>

#include "core/base/seq.h"
#include "core/model/enums.h"
#include "core/model/ids.h"
#include "core/model/skb.h"
#include "core/model/timer.h"
#include "core/wire/address.h"

namespace ringside {

enum class Sys : std::uint8_t {
  none,
  socket,
  bind,
  listen,
  accept4,
  connect,
  read,
  recvfrom,
  recvmsg,
  write,
  sendto,
  sendmsg,
  poll,
  epoll_create,
  epoll_ctl,
  epoll_wait,
  fcntl,
  ioctl,
  getsockopt,
  setsockopt,
  shutdown,
  close,
  dup,
  nanosleep,
  splice,
  sendfile,
  pipe,
  open,
  exit,
  tun_write,
  packet_recv,  ///< a packet socket is read until it is empty
  tc_qdisc,     ///< the device gets another queueing discipline
};

/// A system call: its arguments, its progress and its result.
struct Syscall {
  Sys nr = Sys::none;
  std::uint8_t done = 1;
  std::uint8_t bad_buffer = 0;  ///< the buffer's address is no memory of the process: copying faults
  std::int32_t fd = -1;
  std::int64_t arg[6] = {};  ///< as the call defines them: len, flags, level, optname, ...
  IpAddr addr;               ///< bind, connect, sendto; and what accept, getsockname give back
  std::uint16_t port = 0;
  std::int64_t result = 0;     ///< return value, or -errno
  DataRef data;                ///< bytes to send
  std::uint32_t out[64] = {};  ///< getsockopt, poll and epoll results, as the call defines them
  // Progress of a call that sleeps: where to go on, and its locals (under the kernel's names).
  std::uint8_t phase = 0;
  std::uint8_t inner_phase = 0;
  std::uint16_t depth = 0;  ///< call depth to go on at
  std::int32_t copied = 0, target = 0, flags = 0;
  std::int64_t timeo_ns = 0;  ///< time left, -1: for ever
  std::int64_t sleep_since_ns = 0;
  std::uint32_t len = 0;  ///< bytes still wanted
  Seq peek_seq = 0;
  std::uint8_t user_recv = 0;  ///< 4.13: this reader has installed itself in ucopy
  std::uint8_t woken = 0;      ///< WQ_FLAG_WOKEN
  SkbId last;
  SockId sk;
  std::int64_t local[8] = {};
};

struct Process {
  static constexpr ObjectKind kind = ObjectKind::process;
  ProcessId self;
  ProcState state = ProcState::unused;
  std::uint8_t cpu = 0, signal_pending = 0, exclusive_wait = 0, woken_by_timeout = 0, on_wait_queue = 0;
  std::uint16_t pid = 0;
  std::uint16_t depth = 0;
  std::uint32_t program = 0;  ///< which application of the run drives it
  ProcessId run_next;         ///< run queue
  ProcessId wait_next;        ///< wait queue of what it sleeps on
  SockId waiting_on;
  std::uint8_t waits_for_lock = 0;  ///< in lock_sock(), on SocketLock::wait_head
  ProcessId lock_wait_next;
  Timer sleep_timer;
  std::int64_t runnable_since_ns = 0;
  std::int64_t app[8] = {};  ///< the application's own state
  FdTableId fds;             ///< open descriptors
  Syscall call;
  Syscall script_call;  ///< a script thread's last call, with its results (the next one may be under way)
};

enum class FileType : std::uint8_t { none, socket, epoll, pipe, tun, regular };

/// An open file; several descriptors (dup, fork) may stand for it.
struct File {
  static constexpr ObjectKind kind = ObjectKind::file;
  FileId self;
  std::uint16_t refcnt = 0;  ///< descriptors that stand for it
  FileType type = FileType::none;
  std::uint8_t nonblock = 0;
  SockId sk;
  EpollItemId epoll_items, rdllist_head, rdllist_tail;
  ProcessId wait_head;  ///< sleepers in epoll_wait
  FileId pipe;          ///< a pipe's other end
  /// Bytes a pipe's read end holds, or the length of a regular file; what they are is not modelled: zeros.
  std::uint32_t bytes = 0;
};

/// 64 descriptors of one process; longer tables are chains.
struct FdTable {
  static constexpr ObjectKind kind = ObjectKind::fd_table;
  static constexpr std::int32_t kSize = 64;
  FdTableId next;
  std::uint64_t used = 0;  ///< bit n: descriptor n of this part is open
  FileId file[kSize];
};

/// What stands on a socket's wait queue for epoll (struct epitem) or for one poll() call (`poller` set, no
/// `epoll`).
struct EpollItem {
  static constexpr ObjectKind kind = ObjectKind::epoll_item;
  EpollItemId self, next_in_epoll, next_on_sock, rdl_next;
  FileId epoll, file;
  ProcessId poller;
  std::int32_t fd = -1;
  SockId sk;
  std::uint32_t events = 0;
  std::uint64_t data = 0;
  std::uint8_t ready = 0;  ///< on rdllist
};

}  // namespace ringside
