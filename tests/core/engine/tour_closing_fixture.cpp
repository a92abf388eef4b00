// The tour's fifth part: how connections end, and what still comes for them afterwards.
#include <sys/socket.h>

#include "tests/core/engine/tour.h"

namespace ringside::test {

namespace {

constexpr std::int32_t kConnection = MachineStory::kConnection;
constexpr std::int32_t kListener = MachineStory::kListener;

/// Our side closes, the peer answers, TIME_WAIT begins at 200 us.
void close_first(MachineStory& m, bool v6 = false) {
  m.connect({.v6 = v6});
  m.call(0, 0, call_of(Sys::close, kConnection));
  m.peer(100, {.flags = ".", .seq = 1, .ack = 2, .v6 = v6});
  m.peer(200, {.flags = "F.", .seq = 1, .ack = 2, .v6 = v6});
}

std::function<void(MachineStory&)> in_time_wait(const Segment& segment) {
  return [segment](MachineStory& m) {
    close_first(m);
    m.peer(1000, segment);
  };
}

Syscall linger(std::int64_t seconds) {
  return call_of(Sys::setsockopt, kConnection, {SOL_SOCKET, SO_LINGER, 1, seconds, 8});
}

}  // namespace

std::vector<Stop> closing_stops() {
  return {
      {.name = "TimeWait",
       .tell =
           [](MachineStory& m) {
             close_first(m);
             m.set("run.after_ms", "70000");
           },
       .enters = {Fn::tcp_close, Fn::tcp_send_fin, Fn::tcp_time_wait, Fn::tw_timer_handler}},
      {.name = "TimeWaitGetsTheFinAgain",
       .tell = in_time_wait({.flags = "F.", .seq = 1, .ack = 2}),
       .enters = {Fn::tcp_timewait_state_process, Fn::tcp_v4_send_ack}},
      {.name = "TimeWaitOutOfWindow",
       .tell = in_time_wait({.flags = ".", .seq = 1'000'000, .len = 10, .ack = 2}),
       .enters = {Fn::tcp_timewait_state_process}},
      {.name = "TimeWaitGetsANewSyn",
       .tell = in_time_wait({.flags = "S", .seq = 1'000'000}),
       .enters = {Fn::tcp_conn_request},
       .asks = {"timewait_new_syn=y"}},
      {.name = "TimeWaitGetsAReset",
       .tell = in_time_wait({.flags = "R", .seq = 2}),
       .enters = {Fn::tcp_timewait_state_process}},
      {.name = "Ipv6TimeWaitGetsTheFinAgain",
       .tell =
           [](MachineStory& m) {
             close_first(m, true);
             m.peer(1000, {.flags = "F.", .seq = 1, .ack = 2, .v6 = true});
           },
       .enters = {Fn::tcp_v6_send_ack}},
      {.name = "FinWait2Ends",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, call_of(Sys::close, kConnection));
             m.peer(100, {.flags = ".", .seq = 1, .ack = 2});
             m.set("run.after_ms", "70000");
           },
       .enters = {Fn::tcp_time_wait, Fn::tw_timer_handler}},
      {.name = "ThePeerClosesFirst",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.peer(0, {.flags = "F.", .seq = 1, .ack = 1});
             m.read(100, 1, 100);
             m.call(200, 0, call_of(Sys::close, kConnection));
             m.peer(300, {.flags = ".", .seq = 2, .ack = 2});
           },
       .enters = {Fn::tcp_fin, Fn::tcp_close_state, Fn::tcp_done, Fn::inet_csk_destroy_sock}},
      {.name = "DataForAClosedSocket",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, call_of(Sys::close, kConnection));
             m.peer(100, {.flags = ".", .seq = 1, .ack = 2});
             m.peer(200, {.flags = "P.", .seq = 1, .len = 10, .ack = 2});
           },
       .enters = {Fn::tcp_v4_send_reset}},
      {.name = "UnreadDataIsLost",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.peer(0, {.flags = "P.", .seq = 1, .len = 10, .ack = 1});
             m.call(100, 0, call_of(Sys::close, kConnection));
           },
       .enters = {Fn::tcp_send_active_reset},
       .counts = {Counter::TCPAbortOnClose}},
      {.name = "LingerZero",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, linger(0));
             m.call(10, 0, call_of(Sys::close, kConnection));
           },
       .enters = {Fn::tcp_disconnect},
       .asks = {"linger_zero=y"}},
      {.name = "LingerWaits",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, linger(5));
             m.call(10, 0, call_of(Sys::close, kConnection));
             m.peer(100'000, {.flags = ".", .seq = 1, .ack = 2});
           },
       .enters = {Fn::sk_stream_wait_close}},
      {.name = "Shutdown",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, call_of(Sys::shutdown, kConnection, {SHUT_WR}));
             m.peer(100, {.flags = ".", .seq = 1, .ack = 2});
             m.peer(200, {.flags = "P.", .seq = 1, .len = 10, .ack = 2});
             m.read(300, 1, 100);
           },
       .enters = {Fn::inet_shutdown, Fn::tcp_shutdown, Fn::tcp_send_fin}},
      {.name = "TheListenerClosesAndNobodyHasAccepted",
       .tell =
           [](MachineStory& m) {
             m.connect({.accept = false});
             m.call(0, 0, call_of(Sys::close, kListener));
           },
       .enters = {Fn::inet_csk_listen_stop}},
  };
}

}  // namespace ringside::test
