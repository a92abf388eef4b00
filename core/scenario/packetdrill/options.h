// The `--name=value` lines at the head of a script: which there are and what they say.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/scenario/packetdrill/ast.h"

namespace ringside::packetdrill {

struct KnownOption {
  std::string_view name;
  bool takes_value = false;
  bool modelled = false;  ///< false: packetdrill has it, Ringside has nothing it could mean
};

/// nullptr if packetdrill has no such option.
const KnownOption* find_option(std::string_view name);

/// packetdrill's set-up with its defaults (config.c), as far as it concerns a model.
struct ScriptConfig {
  enum class IpVersion : std::uint8_t { ipv4, ipv4_mapped_ipv6, ipv6 };
  IpVersion ip_version = IpVersion::ipv4;
  std::uint16_t bind_port = 8080;      ///< of the host under test
  std::uint16_t connect_port = 8080;   ///< where its connect() goes
  std::string local_ip;                ///< empty: not said
  std::string remote_ip;               ///< empty: not said
  std::string gateway_ip;              ///< empty: not said
  std::string netmask_ip;              ///< empty: not said
  std::optional<int> mss;              ///< bytes
  int mtu = 1500;                      ///< bytes, of the TUN device
  std::int64_t tolerance = 4'000'000;  ///< ns
  double tolerance_percent = 12.5;     ///< of the time since the event before; the larger one counts
  std::int64_t timestamp_tick = 0;     ///< ns per tick of TS val; 0: TS val is not compared
  bool timestamp_echo_scaled = false;  ///< --tcp_ts_ecr_scaled
  bool strict_segments = false;        ///< GSO must not split or merge what the script shows as one packet
  bool non_fatal_packet = false;       ///< packet differences are warnings
  bool non_fatal_syscall = false;      ///< wrong results are warnings
};

/// Reads the options of `script`; of several of one name the last counts.
/// Error: packetdrill.bad_option_value (args: option, found).
ScriptConfig read_options(const Script& script, std::vector<Error>& errors);

}  // namespace ringside::packetdrill
