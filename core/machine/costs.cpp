#include "core/machine/costs.h"

namespace ringside {

namespace {

// Orders of magnitude from perf on current servers: a cache-warm call on this path takes tens of ns, the
// whole softirq part of a segment about 1.5 us, a syscall entry about 100 ns, a wake-up a few us.
Costs scaled(std::uint32_t percent) {
  Costs costs;
  const auto ns = [percent](std::uint32_t base) { return base * percent / 100; };
  costs.call_ns.fill(ns(25));
  const auto set = [&](Fn fn, std::uint32_t base) { costs.call_ns[static_cast<std::size_t>(fn)] = ns(base); };
  set(Fn::ixgb_intr, 400);
  set(Fn::ixgb_clean_rx_irq, 60);
  set(Fn::ixgb_alloc_rx_buffers, 120);
  set(Fn::__netif_receive_skb_core, 90);
  set(Fn::ip_rcv, 70);
  set(Fn::tcp_v4_rcv, 120);
  set(Fn::tcp_v6_rcv, 120);
  set(Fn::tcp_rcv_established, 90);
  set(Fn::tcp_data_queue, 80);
  set(Fn::tcp_recvmsg, 80);
  set(Fn::sock_def_readable, 60);
  set(Fn::woken_wake_function, 150);
  costs.copy_ns_per_kib = ns(100);
  costs.checksum_ns_per_kib = ns(60);
  costs.dma_ns = 200;
  costs.irq_entry_ns = ns(300);
  costs.softirq_entry_ns = ns(150);
  costs.syscall_ns = ns(120);
  costs.wakeup_latency_ns = ns(3000);
  costs.context_switch_ns = ns(1200);
  return costs;
}

}  // namespace

bool load_cost_preset(std::string_view name, Costs& costs) {
  if (name == "fast_server")
    costs = scaled(100);
  else if (name == "slow_laptop")
    costs = scaled(600);
  else if (name == "make_it_drop")
    costs = scaled(20000);
  else if (name == "none")
    costs = Costs{};
  else
    return false;
  return true;
}

}  // namespace ringside
