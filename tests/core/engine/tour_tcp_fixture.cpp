// The tour's fourth part: what tcp_v4_rcv() and the functions behind it do with a segment.
#include <sys/socket.h>

#include "tests/core/engine/tour.h"

namespace ringside::test {

namespace {

using wire::TcpOption;

Segment with_ts(Segment segment, std::uint32_t value) {
  segment.options = {TcpOption::nop(), TcpOption::nop(), TcpOption::timestamps(value, 0)};
  return segment;
}

Segment data(Seq seq, std::uint32_t len) { return {.flags = "P.", .seq = seq, .len = len, .ack = 1}; }

MachineStory::Connection with_timestamps() {
  MachineStory::Connection c;
  c.options = {TcpOption::timestamps(1000, 0)};
  return c;
}

/// One segment reaches an established connection.
std::function<void(MachineStory&)> one(const Segment& segment) {
  return [segment](MachineStory& m) {
    m.connect();
    m.peer(0, segment);
  };
}

std::vector<Stop> lookup_stops() {
  return {
      {.name = "NoSocket",
       .tell = one({.flags = ".", .seq = 1, .len = 10, .ack = 1, .host_port = 9}),
       .enters = {Fn::tcp_v4_send_reset},
       .drops = {Drop::NO_SOCKET},
       .counts = {Counter::TcpOutRsts}},
      {.name = "NoSocketForAReset",
       .tell = one({.flags = "R", .seq = 1, .host_port = 9}),
       .asks = {"reset_answers_reset=y"}},
      {.name = "TcpHeaderLengthWrong",
       .tell =
           [](MachineStory& m) {
             m.connect();
             auto frame = tcp_frame(data(1, 10));
             frame[14 + 20 + 12] = 0x40;
             m.frame(0, frame);
           },
       .asks = {"header_length_ok=n"}},
      {.name = "ListenerGetsAnAck",
       .tell = one({.flags = ".", .seq = 1, .ack = 77, .port = 50000, .host_port = 8080}),
       .asks = {"listen_has_ack=y"}},
      {.name = "ListenerGetsAReset",
       .tell = one({.flags = "R", .seq = 1, .port = 50000}),
       .enters = {Fn::tcp_v4_rcv}},
      {.name = "SynToABroadcastFrame",
       .tell =
           [](MachineStory& m) {
             m.listen();
             auto frame = tcp_frame({.flags = "S"});
             for (int i = 0; i < 6; ++i) frame[static_cast<std::size_t>(i)] = 0xff;
             m.frame(0, frame);
           },
       .enters = {Fn::tcp_v4_rcv}},
      {.name = "RequestGetsItsSynAgain",
       .tell =
           [](MachineStory& m) {
             m.listen();
             m.peer(0, {.flags = "S"});
             m.peer(1'000'000, {.flags = "S"});
             m.set("run.after_ms", "10000");
           },
       .enters = {Fn::tcp_check_req, Fn::reqsk_timer_handler, Fn::tcp_v4_send_synack,
                  Fn::ip_build_and_send_pkt}},
      {.name = "RequestGetsASegmentOutsideItsWindow",
       .tell =
           [](MachineStory& m) {
             m.listen();
             m.peer(0, {.flags = "S"});
             m.peer(100, {.flags = ".", .seq = 4'000'000'000u, .len = 10, .ack = 1});
           },
       .enters = {Fn::tcp_v4_send_ack},
       .asks = {"request_out_of_window=y"}},
      {.name = "RequestGetsAReset",
       .tell =
           [](MachineStory& m) {
             m.listen();
             m.peer(0, {.flags = "S"});
             m.peer(100, {.flags = "R", .seq = 1});
           },
       .enters = {Fn::inet_csk_reqsk_queue_drop}},
      {.name = "RequestGetsAWrongAck",
       .tell =
           [](MachineStory& m) {
             m.listen();
             m.peer(0, {.flags = "S"});
             m.peer(100, {.flags = ".", .seq = 1, .ack = 99});
           },
       .enters = {Fn::tcp_v4_send_reset}},
      {.name = "Ipv6RequestGetsASegmentOutsideItsWindow",
       .tell =
           [](MachineStory& m) {
             m.listen(16, true);
             m.peer(0, {.flags = "S", .v6 = true});
             m.peer(100, {.flags = ".", .seq = 4'000'000'000u, .len = 10, .ack = 1, .v6 = true});
           },
       .enters = {Fn::tcp_v6_send_ack}},
      {.name = "AcceptQueueFull",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.tcp_syncookies", "0").listen(1);
             for (std::uint16_t i = 0; i < 4; ++i) {
               const auto port = static_cast<std::uint16_t>(50000 + i);
               m.peer(i * 1000, {.flags = "S", .port = port});
               m.peer(i * 1000 + 100, {.flags = ".", .seq = 1, .ack = 1, .port = port});
             }
           },
       .asks = {"accept_queue_full=y"},
       .counts = {Counter::ListenOverflows}},
      {.name = "SynCookies",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.tcp_syncookies", "2").listen();
             m.peer(0, {.flags = "S", .options = {TcpOption::mss(1460)}});
             m.peer(100, {.flags = ".", .seq = 1, .ack = 1});
           },
       .enters = {Fn::cookie_v4_init_sequence, Fn::cookie_v4_check}},
  };
}

std::vector<Stop> validation_stops() {
  return {
      {.name = "Paws",
       .tell =
           [](MachineStory& m) {
             m.connect(with_timestamps());
             m.peer(0, with_ts(data(1, 10), 2000));
             m.peer(100, with_ts(data(11, 10), 500));
           },
       .enters = {Fn::tcp_validate_incoming, Fn::tcp_send_dupack},
       .asks = {"paws_ok=n"},
       .drops = {Drop::TCP_RFC7323_PAWS},
       .counts = {Counter::PAWSEstab}},
      {.name = "ResetInPlace",
       .tell = one({.flags = "R", .seq = 1}),
       .enters = {Fn::tcp_reset},
       .asks = {"rst_seq_match=y"}},
      {.name = "ResetElsewhereInTheWindow",
       .tell = one({.flags = "R", .seq = 100}),
       .enters = {Fn::tcp_send_challenge_ack},
       .asks = {"rst_seq_match=n"},
       .counts = {Counter::TCPChallengeACK}},
      {.name = "SynInTheWindow",
       .tell = one({.flags = "S", .seq = 100}),
       .enters = {Fn::tcp_send_challenge_ack},
       .counts = {Counter::TCPSYNChallenge}},
      {.name = "SegmentBehindTheWindow", .tell = one(data(1'000'000, 10)), .enters = {Fn::tcp_send_dupack}},
      {.name = "SegmentWithoutAckOrFlags", .tell = one({.flags = "P", .seq = 1, .len = 10})},
      {.name = "AckOfWhatWasNeverSent",
       .tell = one({.flags = ".", .seq = 1, .len = 10, .ack = 5000}),
       .drops = {Drop::TCP_ACK_UNSENT_DATA}},
      {.name = "AckFarTooOld",
       .tell = one({.flags = ".", .seq = 1, .len = 10, .ack = 4'000'000'000u}),
       .asks = {"ack_too_old=y"},
       .drops = {Drop::TCP_TOO_OLD_ACK}},
      {.name = "ChallengeAcksRunOut",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.tcp_challenge_ack_limit", "1").set("net.ipv4.tcp_invalid_ratelimit", "0");
             m.connect();
             for (int i = 0; i < 8; ++i) m.peer(i * 10, {.flags = "S", .seq = 100});
           },
       .asks = {"challenge_acks_left=n"}},
  };
}

std::vector<Stop> queue_stops() {
  const auto overlap = [](std::vector<std::pair<Seq, std::uint32_t>> segments) {
    return [segments](MachineStory& m) {
      m.connect();
      std::int64_t t_us = 0;
      for (const auto& [seq, len] : segments) m.peer(t_us += 100, data(seq, len));
    };
  };
  return {
      {.name = "OldDataAndItsDsack",
       .tell = overlap({{1, 1000}, {1, 1000}}),
       .enters = {Fn::tcp_dsack_set, Fn::tcp_enter_quickack_mode},
       .drops = {Drop::TCP_OLD_DATA},
       .counts = {Counter::TCPDSACKOldSent}},
      {.name = "PartlyOldData",
       .tell = overlap({{1, 1000}, {501, 1000}}),
       .enters = {Fn::tcp_queue_rcv, Fn::tcp_dsack_set}},
      {.name = "OutOfOrder",
       .tell = overlap({{2001, 1000}, {5001, 1000}, {3001, 1000}, {1, 2000}}),
       .enters = {Fn::tcp_data_queue_ofo, Fn::tcp_sack_new_ofo_skb, Fn::tcp_ofo_queue, Fn::tcp_try_coalesce},
       .counts = {Counter::TCPOFOQueue}},
      {.name = "OutOfOrderTwice",
       .tell = overlap({{2001, 1000}, {2001, 1000}, {1501, 1000}, {1501, 3000}}),
       .enters = {Fn::tcp_dsack_set, Fn::tcp_dsack_extend},
       .drops = {Drop::TCP_OFOMERGE},
       .counts = {Counter::TCPOFOMerge, Counter::TCPDSACKOfoSent}},
      {.name = "BeyondAClosedWindow",
       .tell =
           [](MachineStory& m) {
             m.connect({.rcvbuf = 2000});
             m.burst(0, 12, 1, 500, 100);
           },
       .drops = {Drop::TCP_ZEROWINDOW},
       .counts = {Counter::TCPToZeroWindowAdv},
       .only = "4.13"},
      {.name = "BeyondTheWindowOf618",
       .tell =
           [](MachineStory& m) {
             m.connect({.rcvbuf = 2000});
             m.burst(0, 12, 1, 500, 100);
           },
       .drops = {Drop::TCP_INVALID_END_SEQUENCE},
       .counts = {Counter::BeyondWindow},
       .only = "6.18"},
      {.name = "MemoryFullAndPruned",
       .tell =
           [](MachineStory& m) {
             m.connect({.rcvbuf = 6000});
             for (Seq i = 0; i < 20; ++i) m.peer(100 * i, data(1001 + i * 20, 10));
             m.burst(3000, 2, 1, 500, 100);
           },
       .enters = {Fn::tcp_try_rmem_schedule, Fn::tcp_prune_queue},
       .counts = {Counter::PruneCalled}},
      {.name = "ReceiveQueueCollapsed",
       .tell =
           [](MachineStory& m) {
             m.connect({.rcvbuf = 8000});
             m.burst(0, 120, 1, 40, 100);
           },
       .enters = {Fn::tcp_prune_queue}},
      {.name = "UrgentByte",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.peer(0, {.flags = "PU.", .seq = 1, .len = 10, .ack = 1, .urg_ptr = 10});
             m.read(100, 1, 100);
           },
       .enters = {Fn::tcp_urg},
       .asks = {"urgent_byte_is_here=y"}},
      {.name = "DelayedAck",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.burst(0, 40, 1, 10, 100'000);
           },
       .enters = {Fn::tcp_send_delayed_ack, Fn::tcp_delack_timer, Fn::tcp_delack_timer_handler},
       .counts = {Counter::DelayedACKs}},
      {.name = "DelayedAckTimerMeetsAnOwnedSocket",
       .tell =
           [](MachineStory& m) {
             m.set("cost.lock_hold", "100000000").connect();
             for (int i = 0; i < 30; ++i) {
               m.peer(i * 200'000, data(1 + static_cast<Seq>(i) * 10, 10));
               m.call(i * 200'000 + 10, 1, call_of(Sys::read, MachineStory::kConnection, {10}));
             }
           },
       .enters = {Fn::tcp_release_cb}},
      {.name = "CompressedAcks",
       .tell =
           [](MachineStory& m) {
             m.connect();
             for (Seq i = 0; i < 12; ++i) m.peer(std::int64_t{i}, data(1001 + i * 200, 100));
           },
       .enters = {Fn::tcp_compressed_ack_kick},
       .only = "6.18"},
      {.name = "BacklogMerges",
       .tell =
           [](MachineStory& m) {
             m.set("cost.lock_hold", "1000000").connect();
             m.peer(0, data(1, 100));
             m.read(10, 1, 100);
             m.burst(100, 4, 101, 500, 10);
           },
       .enters = {Fn::tcp_add_backlog, Fn::__release_sock},
       .asks = {"backlog_tail_matches=y"},
       .counts = {Counter::TCPBacklogCoalesce},
       .only = "6.18"},
  };
}

}  // namespace

std::vector<Stop> tcp_stops() {
  std::vector<Stop> all;
  for (const auto& part : {lookup_stops(), validation_stops(), queue_stops()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace ringside::test
