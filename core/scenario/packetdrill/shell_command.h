// What a backtick command asks for, as far as the model has it.
#pragma once
#include <string>
#include <vector>

#include "core/scenario/packetdrill/ast.h"

namespace ringside::packetdrill {

struct ShellStep {
  enum class Kind : std::uint8_t {
    sysctl,    ///< `sysctl -qw name=value`, set_sysctls.py /proc/sys/...=value
    defaults,  ///< packetdrill's defaults.sh
    qdisc,     ///< `tc qdisc add|replace|delete dev tun0 root ...`: name pfifo or fq, value the limit or ""
    zeros,     ///< `dd if=/dev/zero of=name bs=.. count=..`: value is the length, bytes
    harmless,  ///< nothing the model could notice: restoring sysctls at the end, nstat, true
    other,     ///< not run; to be reported
  };
  Kind kind = Kind::other;
  std::string name;   ///< net.ipv4.tcp_rmem
  std::string value;  ///< quotes removed, blanks between several values kept: 4096 87380 6291456
  std::string text;   ///< the simple command as written
  Where where;
  friend bool operator==(const ShellStep&, const ShellStep&) = default;
};

/// The simple commands of `command` in order.
std::vector<ShellStep> shell_steps(const Command& command);

/// What defaults.sh sets, in its order (as of google/packetdrill 2c4001c).
std::vector<ShellStep> defaults_sh();

}  // namespace ringside::packetdrill
