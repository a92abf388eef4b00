// The tour's sixth part: the system calls that read, wait and are woken.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/poll.h>
#include <sys/socket.h>

#include "tests/core/engine/tour.h"

namespace ringside::test {

namespace {

constexpr std::int32_t kConnection = MachineStory::kConnection;
constexpr std::int32_t kEpoll = 5;

/// One thread waits with epoll, then reads 100 bytes and waits again.
std::function<void(MachineStory&)> epoll(std::int64_t events) {
  return [events](MachineStory& m) {
    m.connect();
    m.call(-1000, 1, call_of(Sys::epoll_create, -1));
    m.call(-1000, 1, call_of(Sys::epoll_ctl, kEpoll, {EPOLL_CTL_ADD, kConnection, events, 7}));
    m.call(-500, 1, call_of(Sys::epoll_wait, kEpoll, {1, 1000}));
    m.peer(0, {.flags = "P.", .seq = 1, .len = 200, .ack = 1});
    m.read(1, 1, 100);
    m.call(2, 1, call_of(Sys::epoll_wait, kEpoll, {1, 100}));
  };
}

Syscall poll_call() {
  Syscall call = call_of(Sys::poll, -1, {1, 1000});
  call.out[0] = static_cast<std::uint32_t>(kConnection);
  call.out[1] = POLLIN;
  return call;
}

Syscall option(std::int64_t level, std::int64_t name, std::int64_t value) {
  return call_of(Sys::setsockopt, kConnection, {level, name, value, 0, 4});
}

}  // namespace

std::vector<Stop> socket_stops() {
  return {
      {.name = "BlockingRead",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.read(0, 1, 100);
             m.burst(1000, 1, 1, 100, 1);
           },
       .enters = {Fn::sock_read_iter, Fn::sock_recvmsg, Fn::inet_recvmsg, Fn::tcp_recvmsg, Fn::sk_wait_data,
                  Fn::wait_woken, Fn::sock_def_readable, Fn::woken_wake_function, Fn::tcp_rcv_space_adjust,
                  Fn::tcp_cleanup_rbuf, Fn::lock_sock_nested, Fn::release_sock}},
      {.name = "Peek",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.burst(0, 1, 1, 100, 1);
             m.read(100, 1, 50, MSG_PEEK);
             m.read(200, 1, 100);
           },
       .enters = {Fn::tcp_recvmsg}},
      {.name = "WaitAll",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.read(0, 1, 200, MSG_WAITALL);
             m.burst(1000, 2, 1, 100, 1000);
           },
       .enters = {Fn::sk_wait_data}},
      {.name = "NonBlockingEagain",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, call_of(Sys::fcntl, kConnection, {F_SETFL, O_NONBLOCK}));
             m.read(10, 1, 200);
           },
       .enters = {Fn::tcp_recvmsg}},
      {.name = "RcvLowat",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, option(SOL_SOCKET, SO_RCVLOWAT, 150));
             m.read(10, 1, 200);
             m.burst(1000, 2, 1, 100, 1000);
           },
       .enters = {Fn::sk_wait_data}},
      {.name = "RcvLowatAndPoll",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, option(SOL_SOCKET, SO_RCVLOWAT, 150));
             m.call(10, 1, poll_call());
             m.burst(1000, 2, 1, 100, 1000);
           },
       .enters = {Fn::do_poll, Fn::tcp_poll}},
      {.name = "RcvTimeo",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, call_of(Sys::setsockopt, kConnection, {SOL_SOCKET, SO_RCVTIMEO, 0, 50000, 16}));
             m.read(10, 1, 200);
           },
       .enters = {Fn::sk_wait_data}},
      {.name = "EpollLevel",
       .tell = epoll(EPOLLIN),
       .enters = {Fn::ep_poll, Fn::ep_poll_callback, Fn::ep_send_events, Fn::tcp_poll}},
      {.name = "EpollEdge",
       .tell = epoll(EPOLLIN | EPOLLET),
       .enters = {Fn::ep_poll, Fn::ep_poll_callback, Fn::ep_send_events, Fn::tcp_poll}},
      {.name = "TwoReadersOfOneSocket",
       .tell =
           [](MachineStory& m) {
             m.set("cost.lock_hold", "1000000").connect();
             m.burst(0, 2, 1, 100, 1);
             m.call(100, 0, call_of(Sys::read, kConnection, {100}));
             m.read(200, 1, 100);
           },
       .asks = {"sock_owned_by_user=y"}},
  };
}

}  // namespace ringside::test
