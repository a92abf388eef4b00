// What things cost on the modelled machine, in nanoseconds. Presets are in costs.cpp; every cost can be set
// by name.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/model/function.h"

namespace ringside {

struct Costs {
  std::array<std::uint32_t, static_cast<std::size_t>(Fn::count_)>
      call_ns{};                      ///< entering a function and its own work
  std::uint32_t copy_ns_per_kib = 0;  ///< copying payload by the CPU
  std::uint32_t checksum_ns_per_kib = 0;
  std::uint32_t dma_ns = 0;  ///< wire to descriptor
  std::uint32_t irq_entry_ns = 0, softirq_entry_ns = 0, syscall_ns = 0;
  std::uint32_t wakeup_latency_ns = 0;  ///< from wake-up to running on an idle CPU
  std::uint32_t context_switch_ns = 0;
  std::uint32_t lock_hold_ns = 0;  ///< extra time a reader spends in tcp_recvmsg while it owns the socket
};

/// "fast_server" (default), "slow_laptop", "make_it_drop", "none" (scripts: everything takes no time).
/// Returns false, leaving `costs` alone, for any other name.
bool load_cost_preset(std::string_view name, Costs& costs);

}  // namespace ringside
