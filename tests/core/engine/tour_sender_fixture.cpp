// The tour's last part: what this host sends, as far as the receive path meets it.
#include <sys/socket.h>

#include "tests/core/engine/tour.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside::test {

namespace {

using wire::TcpOption;

constexpr std::int32_t kConnection = MachineStory::kConnection;
constexpr std::uint32_t kMss = 1460;
// <netinet/tcp.h> would bring macros with the names of our constants.
constexpr int kSolTcp = 6, kKeepIdle = 4, kKeepIntvl = 5, kKeepCnt = 6;

void write(MachineStory& m, std::int64_t t_us, std::uint32_t bytes, int thread = 0) {
  m.call(t_us, thread, call_of(Sys::write, kConnection, {bytes}), payload_bytes(bytes));
}

Segment ack(Seq up_to, std::uint16_t win = 32792) {
  return {.flags = ".", .seq = 1, .ack = up_to, .win = win};
}

Segment sack(Seq up_to, Seq start, Seq end) {
  Segment segment = ack(up_to);
  wire::SackList blocks;
  blocks.push_back({start, end});
  segment.options = {TcpOption::nop(), TcpOption::nop(), TcpOption::sack(blocks)};
  return segment;
}

Seq after_segments(std::uint32_t n) { return 1 + n * kMss; }

/// Ten segments leave, the first one is lost, the others are acknowledged selectively 20 ms later.
void lose_the_first(MachineStory& m) {
  m.connect();
  write(m, 0, 10 * kMss);
  for (std::uint32_t i = 2; i <= 10; ++i)
    m.peer(20'000 + 10 * i, sack(1, after_segments(1), after_segments(i)));
}

Syscall option(std::int64_t level, std::int64_t name, std::int64_t value) {
  return call_of(Sys::setsockopt, kConnection, {level, name, value, 0, 4});
}

Syscall connect_call(const IpAddr& to) {
  Syscall call = call_of(Sys::connect, MachineStory::kListener);
  call.addr = to;
  call.port = 9000;
  return call;
}

std::vector<Stop> loss_stops() {
  return {
      {.name = "FastRetransmit",
       .tell =
           [](MachineStory& m) {
             lose_the_first(m);
             m.peer(40'000, ack(after_segments(10)));
           },
       .enters = {Fn::tcp_sacktag_write_queue, Fn::tcp_fastretrans_alert, Fn::tcp_enter_recovery,
                  Fn::tcp_xmit_retransmit_queue, Fn::tcp_cwnd_reduction, Fn::tcp_retransmit_skb,
                  Fn::__tcp_retransmit_skb, Fn::tcp_rack_mark_lost}},
      {.name = "FastRetransmitWasNotNeeded",
       .tell =
           [](MachineStory& m) {
             lose_the_first(m);
             m.peer(20'500, ack(after_segments(10)));
             m.peer(21'000, sack(after_segments(10), 1, after_segments(1)));
           },
       .enters = {Fn::tcp_undo_cwnd_reduction},
       .only = "4.13"},
      {.name = "RackWaitsForReordering",
       .tell =
           [](MachineStory& m) {
             m.connect();
             write(m, 0, 10 * kMss);
             m.peer(20'000, sack(1, after_segments(1), after_segments(2)));
           },
       .enters = {Fn::tcp_rack_reo_timeout}},
      {.name = "RetransmissionTimeout",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.tcp_retries2", "3").set("run.after_ms", "60000").connect();
             write(m, 0, 10 * kMss);
             m.peer(20'000, ack(after_segments(1)));
           },
       .enters = {Fn::tcp_send_loss_probe, Fn::tcp_write_timer, Fn::tcp_write_timer_handler,
                  Fn::tcp_retransmit_timer, Fn::tcp_enter_loss, Fn::tcp_write_timeout, Fn::tcp_write_err}},
      {.name = "AcksAfterATimeout",
       .tell =
           [](MachineStory& m) {
             m.connect();
             write(m, 0, 10 * kMss);
             m.peer(900'000, ack(after_segments(2)));
             m.peer(900'100, ack(after_segments(4)));
             m.peer(900'200, ack(after_segments(10)));
           },
       .enters = {Fn::tcp_process_loss}},
      {.name = "ZeroWindowIsProbed",
       .tell =
           [](MachineStory& m) {
             m.connect();
             // With data: a window that shrinks without any is not believed by 4.13.
             m.peer(0, {.flags = "P.", .seq = 1, .len = 10, .ack = 1});
             m.peer(5, {.flags = "P.", .seq = 11, .len = 10, .ack = 1, .win = 0});
             write(m, 10, 1000);
           },
       .enters = {Fn::tcp_probe_timer, Fn::tcp_send_probe0, Fn::tcp_write_wakeup, Fn::tcp_xmit_probe_skb}},
      {.name = "ProbesStop",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.peer(0, ack(1, 700));
             write(m, 10, 5000);
             m.peer(1'000'000, ack(701, 30000));
           },
       .enters = {Fn::tcp_write_xmit}},
  };
}

std::vector<Stop> window_stops() {
  return {
      {.name = "WriterWaitsForMemory",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.call(0, 0, option(SOL_SOCKET, SO_SNDBUF, 5000));
             write(m, 10, 40'000, 1);
             for (std::uint32_t i = 1; i < 28; ++i) m.peer(1000 + 1000 * i, ack(after_segments(i)));
           },
       .enters = {Fn::sk_stream_wait_memory, Fn::sk_stream_write_space}},
      {.name = "AfterAPause",
       .tell =
           [](MachineStory& m) {
             m.connect();
             write(m, 0, 10 * kMss);
             m.peer(1000, ack(after_segments(10)));
             write(m, 3'000'000, 10 * kMss);
           },
       .enters = {Fn::tcp_cwnd_restart}},
      {.name = "Reno",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.tcp_congestion_control", "reno").connect();
             write(m, 0, 20 * kMss);
             for (std::uint32_t i = 2; i <= 20; i += 2) m.peer(1000 * i, ack(after_segments(i)));
           },
       .enters = {Fn::tcp_reno_cong_avoid}},
      {.name = "EcnEcho",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.tcp_ecn", "1").listen();
             m.call(-2'000'000, 0, call_of(Sys::accept4, MachineStory::kListener, {0}));
             m.peer(-1'500'000, {.flags = "SEC",
                                 .win = 32792,
                                 .options = {TcpOption::mss(kMss), TcpOption::sack_permitted()}});
             m.peer(-1'499'000, ack(1));
             write(m, 0, 10 * kMss);
             m.peer(1000, {.flags = ".E", .seq = 1, .ack = after_segments(2), .win = 32792});
           },
       .enters = {Fn::tcp_enter_cwr}},
      {.name = "Keepalive",
       .tell =
           [](MachineStory& m) {
             m.set("run.after_ms", "10000").connect();
             m.call(0, 0, option(kSolTcp, kKeepIdle, 1));
             m.call(0, 0, option(kSolTcp, kKeepIntvl, 1));
             m.call(0, 0, option(kSolTcp, kKeepCnt, 2));
             m.call(0, 0, option(SOL_SOCKET, SO_KEEPALIVE, 1));
           },
       .enters = {Fn::tcp_keepalive_timer, Fn::tcp_write_wakeup}},
  };
}

std::vector<Stop> connect_stops() {
  return {
      {.name = "SynsAreCrossed",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.ip_local_port_range", "50000 50000");
             m.call(0, 0, call_of(Sys::socket, -1, {AF_INET, SOCK_STREAM, 0}));
             m.call(10, 0, connect_call(kPeer));
             m.peer(1000, {.flags = "S", .win = 32792, .port = 9000, .host_port = 50000});
             m.peer(2000, {.flags = "S.", .ack = 1, .win = 32792, .port = 9000, .host_port = 50000});
           },
       .enters = {Fn::inet_stream_connect, Fn::tcp_v4_connect, Fn::tcp_connect, Fn::tcp_send_synack}},
      {.name = "Ipv6Connect",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.ip_local_port_range", "50000 50000");
             m.call(0, 0, call_of(Sys::socket, -1, {AF_INET6, SOCK_STREAM, 0}));
             m.call(10, 0, connect_call(peer6()));
             m.peer(1000,
                    {.flags = "S.", .ack = 1, .win = 32792, .port = 9000, .v6 = true, .host_port = 50000});
           },
       .enters = {Fn::tcp_v6_connect, Fn::tcp_rcv_synsent_state_process, Fn::tcp_finish_connect}},
      {.name = "NobodyAnswersTheSyn",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.tcp_syn_retries", "2").set("run.after_ms", "20000");
             m.call(0, 0, call_of(Sys::socket, -1, {AF_INET, SOCK_STREAM, 0}));
             m.call(10, 0, connect_call(kPeer));
             m.frame(100, to_model_nic(udp_frame(9)));
           },
       .enters = {Fn::tcp_retransmit_timer, Fn::tcp_write_err}},
  };
}

}  // namespace

std::vector<Stop> sender_stops() {
  std::vector<Stop> all;
  for (const auto& part : {loss_stops(), window_stops(), connect_stops()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace ringside::test
