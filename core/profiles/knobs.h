// Everything about the modelled host that can be set, by the names people know: sysctls, the NIC, CPUs,
// costs.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/machine/costs.h"
#include "core/profiles/profile.h"

namespace ringside {

/// What knobs set. Begins with the profile's defaults.
struct HostSettings {
  explicit HostSettings(const KernelProfile& kernel) : profile(kernel) {
    load_cost_preset(cost_preset, costs);
  }

  KernelProfile profile;  ///< with the sysctls as set
  std::string cost_preset = "fast_server";
  Costs costs;
  std::int32_t rx_ring = 512;    ///< descriptors, as `ethtool -G rx` sets them
  std::int32_t rx_checksum = 1;  ///< 1: the card's verdict is trusted; 0: the CPU verifies
  std::int32_t gro = 1;
  std::int32_t vlan_strip = 1;
  std::int32_t itr_usecs = 0;  ///< least time between two interrupts, `ethtool -C rx-usecs`
  std::int32_t mtu = 1500;
  std::int32_t cpus = 1;
  std::int32_t irq_affinity = 0;     ///< CPU that takes the NIC's interrupt
  std::int32_t rps_cpus = 0;         ///< bit mask; 0: RPS off
  std::int32_t neigh_resolve = 0;    ///< 1: link addresses are asked for by ARP and ND; 0: all are known
  std::vector<NetfilterRule> rules;  ///< the filter table
  std::int32_t tap = 0;  ///< a packet socket: 0 none, 1 reads at once, 2 reads when told (packetdrill)
  std::int32_t run_after_ms = 61000;  ///< the run goes on at most so long after the last frame
};

struct KnobInfo {
  std::string name;
  std::int64_t low = 0, high = 0;  ///< of each number
  std::uint8_t numbers = 1;  ///< how many numbers a value has (tcp_rmem: 3); 0: one of `choices`, or, if
                             ///< there are none, words (netfilter.rules)
  std::vector<std::string> choices;
  const char* unit = "";  ///< "ns", "us", "ms", "s", "bytes", "packets", "pages", "" for plain numbers
};

/// All knobs in the order of lists and help; costs of single functions, "cost.<function>", come last.
std::span<const KnobInfo> knobs();

/// Errors: knob.unknown (args name, nearest), knob.range (args name, value, low, high), knob.not_a_number
/// (args name, value, numbers), knob.choice (args name, value, choices), knob.rule (args name, value: the
/// wrong word, expected). nullopt: it is set.
std::optional<Error> set_knob(HostSettings& settings, std::string_view name, std::string_view value);
/// As set_knob() would take it. `name` must be a knob.
std::string knob_value(const HostSettings& settings, std::string_view name);

}  // namespace ringside
