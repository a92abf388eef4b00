#include "core/kernel/fs/eventpoll.h"

#include <sys/epoll.h>
#include <sys/poll.h>

#include <cerrno>

#include "core/kernel/fs/file.h"
#include "core/kernel/net/socket.h"

namespace ringside {

namespace {

constexpr std::uint32_t kPrivateBits = EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP;

void hook_to_socket(Kernel& k, EpollItemId item) {
  const Sock& sk = k[k[item].sk];
  k.put(k[item].next_on_sock, sk.epoll_head);
  k.put(sk.epoll_head, item);
}

void unhook_from_socket(Kernel& k, EpollItemId item) {
  const EpollItemId* link = &k[k[item].sk].epoll_head;
  while (*link && !(*link == item)) link = &k[*link].next_on_sock;
  if (*link) k.put(*link, k[item].next_on_sock);
}

void add_ready(Kernel& k, EpollItemId item) {
  const EpollItem& it = k[item];
  if (it.ready != 0) return;
  const File& ep = k[it.epoll];
  k.put(it.ready, std::uint8_t{1});
  k.put(it.rdl_next, EpollItemId{});
  if (ep.rdllist_tail)
    k.put(k[ep.rdllist_tail].rdl_next, item);
  else
    k.put(ep.rdllist_head, item);
  k.put(ep.rdllist_tail, item);
}

EpollItemId take_ready(Kernel& k, FileId epoll) {
  const File& ep = k[epoll];
  const EpollItemId item = ep.rdllist_head;
  if (!item) return item;
  k.put(ep.rdllist_head, k[item].rdl_next);
  if (!ep.rdllist_head) k.put(ep.rdllist_tail, EpollItemId{});
  k.put(k[item].ready, std::uint8_t{0});
  return item;
}

void drop_ready(Kernel& k, FileId epoll, EpollItemId victim) {
  if (k[victim].ready == 0) return;
  const EpollItemId last = k[epoll].rdllist_tail;
  for (EpollItemId item = take_ready(k, epoll); item;) {
    const bool end = item == last;
    if (!(item == victim)) add_ready(k, item);
    if (end) break;
    item = take_ready(k, epoll);
  }
}

EpollItemId find_item(const Host& host, FileId epoll, std::int32_t fd) {
  EpollItemId item = host[epoll].epoll_items;
  while (item && host[item].fd != fd) item = host[item].next_in_epoll;
  return item;
}

void remove_item(Kernel& k, EpollItemId item) {
  const FileId epoll = k[item].epoll;
  unhook_from_socket(k, item);
  drop_ready(k, epoll, item);
  const EpollItemId* link = &k[epoll].epoll_items;
  while (*link && !(*link == item)) link = &k[*link].next_in_epoll;
  if (*link) k.put(*link, k[item].next_in_epoll);
  k.release(item);
}

}  // namespace

void ep_poll_callback(Kernel& k, EpollItemId item, std::uint32_t key) {
  const EpollItem& it = k[item];
  if (it.poller) {  // pollwake()
    if (key == 0 || (key & (it.events | EPOLLERR | EPOLLHUP)) != 0) k.wake(it.poller);
    return;
  }
  auto f = k.enter(Fn::ep_poll_callback, {}, it.sk);
  if ((it.events & ~kPrivateBits) == 0) return;  // disarmed by EPOLLONESHOT
  if (key != 0 && (key & it.events) == 0) return;
  add_ready(k, item);
  if (const ProcessId waiter = k[it.epoll].wait_head) k.wake(waiter);
}

void ep_wake_socket(Kernel& k, SockId sk, std::uint32_t key) {
  for (EpollItemId item = k[sk].epoll_head; item;) {
    const EpollItemId next = k[item].next_on_sock;
    ep_poll_callback(k, item, key);
    item = next;
  }
}

std::int32_t sys_epoll_create(Kernel& k, ProcessId self) {
  const FileId file = k.alloc_file();
  k.put(k[file].self, file);
  k.put(k[file].type, FileType::epoll);
  return fd_install(k, self, file);
}

std::int32_t sys_epoll_ctl(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const FileId epoll = fget(k.host(), self, call.fd);
  const auto fd = static_cast<std::int32_t>(call.arg[1]);
  const FileId target = fget(k.host(), self, fd);
  if (!epoll || !target) return -EBADF;
  if (k[epoll].type != FileType::epoll || epoll == target) return -EINVAL;
  if (k[target].type != FileType::socket) return -EPERM;
  EpollItemId item = find_item(k.host(), epoll, fd);
  switch (call.arg[0]) {
    case EPOLL_CTL_DEL:
      if (!item) return -ENOENT;
      remove_item(k, item);
      return 0;
    case EPOLL_CTL_MOD:
      if (!item) return -ENOENT;
      break;
    case EPOLL_CTL_ADD:
      if (item) return -EEXIST;
      item = k.alloc_epoll_item();
      k.put(k[item].self, item);
      k.put(k[item].epoll, epoll);
      k.put(k[item].file, target);
      k.put(k[item].fd, fd);
      k.put(k[item].sk, k[target].sk);
      k.put(k[item].next_in_epoll, k[epoll].epoll_items);
      k.put(k[epoll].epoll_items, item);
      hook_to_socket(k, item);
      break;
    default:
      return -EINVAL;
  }
  k.put(k[item].events, static_cast<std::uint32_t>(call.arg[2]) | EPOLLERR | EPOLLHUP);
  k.put(k[item].data, static_cast<std::uint64_t>(call.arg[3]));
  if ((sock_poll(k, k[item].sk) & k[item].events) != 0) {
    add_ready(k, item);
    if (const ProcessId waiter = k[epoll].wait_head) k.wake(waiter);
  }
  return 0;
}

namespace {

/// ep_send_events(): asks each ready item again; level-triggered ones stay on the list.
std::int32_t send_events(Kernel& k, ProcessId self, FileId epoll) {
  auto f = k.enter(Fn::ep_send_events);
  const Syscall& call = k[self].call;
  constexpr std::int64_t kMost = 21;  // three words each in Syscall::out
  const std::int64_t most = call.arg[0] < kMost ? call.arg[0] : kMost;
  std::int32_t n = 0;
  const EpollItemId last = k[epoll].rdllist_tail;
  while (n < most) {
    const EpollItemId item = take_ready(k, epoll);
    if (!item) break;
    const EpollItem& it = k[item];
    const std::uint32_t events = sock_poll(k, it.sk) & it.events;
    if (events != 0) {
      k.put(call.out[3 * n], events);
      k.put(call.out[3 * n + 1], static_cast<std::uint32_t>(it.data));
      k.put(call.out[3 * n + 2], static_cast<std::uint32_t>(it.data >> 32));
      ++n;
      if ((it.events & EPOLLONESHOT) != 0)
        k.put(it.events, it.events & kPrivateBits);
      else if ((it.events & EPOLLET) == 0)
        add_ready(k, item);
    }
    if (item == last) break;
  }
  return n;
}

std::int64_t timeout_ns(std::int64_t milliseconds) { return milliseconds < 0 ? -1 : milliseconds * 1000000; }

/// Time left of a sleep that began at call.sleep_since_ns with call.timeo_ns to go.
void account_sleep(Kernel& k, const Syscall& call) {
  if (call.timeo_ns < 0) return;
  const std::int64_t left = call.timeo_ns - (k.now_ns() - call.sleep_since_ns);
  k.put(call.timeo_ns, left > 0 ? left : 0);
}

}  // namespace

bool sys_epoll_wait(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const FileId epoll = fget(k.host(), self, call.fd);
  if (!epoll || k[epoll].type != FileType::epoll || call.arg[0] <= 0) {
    k.put(call.result, static_cast<std::int64_t>(epoll ? -EINVAL : -EBADF));
    return true;
  }
  auto f = k.enter(Fn::ep_poll, {}, {}, call.phase != 0);
  if (call.phase == 0) {
    k.put(call.timeo_ns, timeout_ns(call.arg[1]));
  } else {
    k.put(k[epoll].wait_head, k[self].wait_next);
    account_sleep(k, call);
  }
  const std::int32_t n = send_events(k, self, epoll);
  if (n != 0 || call.timeo_ns == 0) {
    k.put(call.result, std::int64_t{n});
    return true;
  }
  k.put(call.phase, std::uint8_t{1});
  k.put(k[self].wait_next, k[epoll].wait_head);
  k.put(k[epoll].wait_head, self);
  k.block(call.timeo_ns);
  f.suspend();
  return false;
}

namespace {

/// poll() keeps (fd, events, revents) triples in Syscall::out and one item a descriptor while it sleeps.
std::int32_t poll_once(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  std::int32_t ready = 0;
  for (std::int64_t i = 0; i < call.arg[0]; ++i) {
    const auto fd = static_cast<std::int32_t>(call.out[3 * i]);
    std::uint32_t revents = 0;
    if (fd >= 0) {
      std::int32_t error = 0;
      const SockId sk = sockfd_lookup(k, self, fd, error);
      revents = sk ? sock_poll(k, sk) & (call.out[3 * i + 1] | POLLERR | POLLHUP) : std::uint32_t{POLLNVAL};
    }
    k.put(call.out[3 * i + 2], revents);
    if (revents != 0) ++ready;
  }
  return ready;
}

void poll_hook(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  EpollItemId first{};
  for (std::int64_t i = 0; i < call.arg[0]; ++i) {
    std::int32_t error = 0;
    const SockId sk = sockfd_lookup(k, self, static_cast<std::int32_t>(call.out[3 * i]), error);
    if (!sk) continue;
    const EpollItemId item = k.alloc_epoll_item();
    k.put(k[item].self, item);
    k.put(k[item].poller, self);
    k.put(k[item].sk, sk);
    k.put(k[item].events, call.out[3 * i + 1]);
    k.put(k[item].next_in_epoll, first);
    first = item;
    hook_to_socket(k, item);
  }
  k.put(call.local[0], static_cast<std::int64_t>(first.index));
}

void poll_unhook(Kernel& k, ProcessId self) {
  for (EpollItemId item{static_cast<std::uint32_t>(k[self].call.local[0])}; item;) {
    const EpollItemId next = k[item].next_in_epoll;
    unhook_from_socket(k, item);
    k.release(item);
    item = next;
  }
}

}  // namespace

bool sys_poll(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  if (call.arg[0] < 0 || call.arg[0] > 21) {
    k.put(call.result, std::int64_t{-EINVAL});
    return true;
  }
  auto f = k.enter(Fn::do_poll, {}, {}, call.phase != 0);
  if (call.phase == 0) {
    k.put(call.timeo_ns, timeout_ns(call.arg[1]));
  } else {
    poll_unhook(k, self);
    account_sleep(k, call);
  }
  const std::int32_t ready = poll_once(k, self);
  if (ready != 0 || call.timeo_ns == 0) {
    k.put(call.result, std::int64_t{ready});
    return true;
  }
  k.put(call.phase, std::uint8_t{1});
  poll_hook(k, self);
  k.block(call.timeo_ns);
  f.suspend();
  return false;
}

void eventpoll_release_file(Kernel& k, FileId file) {
  if (k[file].type == FileType::epoll) {
    while (k[file].epoll_items) remove_item(k, k[file].epoll_items);
    return;
  }
  if (k[file].type != FileType::socket) return;
  for (EpollItemId item = k[k[file].sk].epoll_head; item;) {
    const EpollItemId next = k[item].next_on_sock;
    if (k[item].file == file) remove_item(k, item);
    item = next;
  }
}

}  // namespace ringside
