// The tour's first part: ring, interrupt, NAPI, softirqs, GRO, VLAN, RPS, taps.
#include "tests/core/engine/tour.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside::test {

namespace {

wire::Buffer tagged(std::uint16_t tci) {
  const Segment data{.flags = "P.", .seq = 1, .len = 100, .ack = 1};
  const wire::Buffer plain = tcp_frame(data);
  return to_model_nic(
      ethernet(wire::ETH_P_IP, wire::Buffer(plain.begin() + 14, plain.end()), {{wire::ETH_P_8021Q, tci}}));
}

/// A stream without PSH, which would end GRO's merging.
void stream(MachineStory& m, std::int64_t t_us, int count, Seq seq, std::uint32_t len) {
  for (int i = 0; i < count; ++i)
    m.peer(t_us + i, {.flags = ".", .seq = seq + static_cast<std::uint32_t>(i) * len, .len = len, .ack = 1});
}

/// Segments of `flows` connections that nobody knows, all at once.
void strangers(MachineStory& m, int flows, std::uint32_t len) {
  for (int i = 0; i < flows; ++i)
    m.peer(0, {.flags = ".", .seq = 1, .len = len, .ack = 1, .port = static_cast<std::uint16_t>(50000 + i)});
}

}  // namespace

std::vector<Stop> nic_stops() {
  return {
      {.name = "RingFull",
       .tell =
           [](MachineStory& m) {
             m.set("nic.rx_ring", "64").set("cost.tcp_v4_rcv", "100000").connect();
             m.burst(0, 200, 1, 100, 1);
           },
       .enters = {Fn::ixgb_intr, Fn::irq_exit, Fn::__do_softirq, Fn::ixgb_clean, Fn::ixgb_clean_rx_irq,
                  Fn::ixgb_alloc_rx_buffers},
       .asks = {"rx_descriptor_free=n", "rx_descriptor_free=y"},
       .counts = {Counter::rx_missed_errors}},
      {.name = "InterruptModeration",
       .tell =
           [](MachineStory& m) {
             m.set("nic.itr_usecs", "500").connect();
             m.burst(0, 3, 1, 100, 50);
           },
       .enters = {Fn::napi_schedule_prep, Fn::__napi_schedule, Fn::napi_complete_done}},
      {.name = "BudgetUsedUp",
       .tell =
           [](MachineStory& m) {
             m.set("net.core.netdev_budget", "10").set("cost.tcp_v4_rcv", "10000").connect();
             m.burst(0, 100, 1, 100, 1);
           },
       .enters = {Fn::net_rx_action, Fn::napi_poll},
       .asks = {"budget_or_time_used_up=y"},
       .counts = {Counter::softnet_time_squeeze}},
      {.name = "TimeUsedUp",
       .tell =
           [](MachineStory& m) {
             m.set("net.core.netdev_budget_usecs", "100").set("cost.tcp_v4_rcv", "200000").connect();
             m.burst(0, 100, 1, 100, 1);
           },
       .asks = {"budget_or_time_used_up=y"},
       .counts = {Counter::softnet_time_squeeze}},
      {.name = "Ksoftirqd",
       .tell =
           [](MachineStory& m) {
             m.set("cost.preset", "make_it_drop").set("net.core.dev_weight", "16").connect();
             m.burst(0, 200, 1, 100, 20);
             m.read(0, 1, 100);
           },
       .enters = {Fn::wakeup_softirqd, Fn::run_ksoftirqd},
       .asks = {"softirq_restart=n"}},
      {.name = "VlanTagStrippedByTheCard",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.frame(0, tagged(5));
           },
       .enters = {Fn::vlan_do_receive},
       .asks = {"vlan_device_exists=y"}},
      {.name = "VlanTagLeftToTheKernel",
       .tell =
           [](MachineStory& m) {
             m.set("nic.vlan_strip", "0").connect();
             m.frame(0, tagged(5));
           },
       .enters = {Fn::vlan_do_receive},
       .asks = {"vlan_header_there=y", "vlan_device_exists=y"}},
      {.name = "VlanTagThatOnlyGivesPriority",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.frame(0, tagged(0x6000));
           },
       .enters = {Fn::vlan_do_receive},
       .asks = {"vlan_device_exists=n"}},
      {.name = "GroMerges",
       .tell =
           [](MachineStory& m) {
             m.set("cost.ixgb_intr", "100000").connect();
             stream(m, 0, 4, 1, 1000);
           },
       .enters = {Fn::napi_gro_receive, Fn::dev_gro_receive, Fn::tcp_gro_receive, Fn::napi_gro_complete,
                  Fn::gro_complete},
       .asks = {"gro_enabled=y", "gro_continues_flow=y"}},
      {.name = "GroEndsAtAGap",
       .tell =
           [](MachineStory& m) {
             m.set("cost.ixgb_intr", "100000").connect();
             stream(m, 0, 2, 1, 1000);
             stream(m, 3, 2, 5001, 1000);
           },
       .asks = {"gro_continues_flow=n"}},
      {.name = "GroPacketGrowsFull",
       .tell =
           [](MachineStory& m) {
             m.set("cost.ixgb_intr", "1000000").connect();
             stream(m, 0, 60, 1, 1448);
           },
       .asks = {"gro_size_left=n"}},
      {.name = "GroHoldsManyFlows",
       .tell =
           [](MachineStory& m) {
             m.set("cost.ixgb_intr", "1000000").connect();
             strangers(m, 40, 100);
           },
       .asks = {"gro_list_full=y"},
       .only = "4.13"},
      {.name = "GroOff",
       .tell =
           [](MachineStory& m) {
             m.set("nic.gro", "0").connect();
             m.burst(0, 2, 1, 1000, 1);
           },
       .asks = {"gro_enabled=n"},
       .only = "6.18"},
      {.name = "NoGro",
       .tell =
           [](MachineStory& m) {
             m.set("nic.gro", "0").connect();
             m.burst(0, 2, 1, 1000, 1);
           },
       .enters = {Fn::netif_receive_skb, Fn::netif_receive_skb_internal},
       .only = "4.13"},
      {.name = "Rps",
       .tell =
           [](MachineStory& m) {
             m.set("cpu.count", "2").set("rps.cpus", "2").connect();
             m.burst(0, 2, 1, 1000, 100);
           },
       .enters = {Fn::get_rps_cpu, Fn::enqueue_to_backlog, Fn::rps_trigger_softirq, Fn::process_backlog}},
      {.name = "RpsBacklogFull",
       .tell =
           [](MachineStory& m) {
             m.set("cpu.count", "2").set("rps.cpus", "2").set("net.core.netdev_max_backlog", "5");
             m.set("nic.gro", "0").set("cost.tcp_v4_rcv", "100000").connect();
             m.burst(0, 60, 1, 100, 1);
           },
       .asks = {"backlog_has_room=n"},
       .drops = {Drop::CPU_BACKLOG},
       .counts = {Counter::softnet_dropped}},
      {.name = "PacketTap",
       .tell =
           [](MachineStory& m) {
             m.set("nic.tap", "1").connect();
             m.burst(0, 1, 1, 100, 1);
           },
       .enters = {Fn::packet_rcv}},
      {.name = "UnknownEthernetType",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.frame(0, to_model_nic(ethernet(0x88cc, payload_bytes(50))));
           },
       .drops = {Drop::UNHANDLED_PROTO}},
      {.name = "TheCardVerifiesNoChecksums",
       .tell =
           [](MachineStory& m) {
             m.set("nic.rx_checksum", "0").set("cost.checksum_per_kib", "1000").connect();
             wire::Buffer bad = tcp_frame({.flags = "P.", .seq = 1, .len = 100, .ack = 1});
             bad.back() ^= 1;
             m.frame(0, bad);
           },
       .asks = {"hardware_checked_sum=n", "tcp_checksum_bad=y"},
       .drops = {Drop::TCP_CSUM},
       .counts = {Counter::TcpInCsumErrors}},
  };
}

}  // namespace ringside::test
