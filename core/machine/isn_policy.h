// Where this host's initial sequence numbers come from. Real kernels hash the 4-tuple with a secret and a
// clock; a run needs numbers that it can repeat, and often particular ones: a capture's host has already
// chosen.
#pragma once
#include <cstdint>

#include "core/base/seq.h"
#include "core/wire/address.h"

namespace ringside {

/// A pure function of its argument (a run is re-executed in parts and must get the same numbers again).
/// MachineConfig::isn; without one, numbers come from the run's seeded random generator and timestamps have
/// no offset.
class IsnPolicy {
 public:
  struct Connection {
    IpAddr saddr, daddr;  ///< ours, the peer's
    std::uint16_t sport = 0, dport = 0;
    std::int64_t now_ns = 0;
    std::uint32_t syn_packet = 0;  ///< number of the peer's SYN frame; 0: we connect
  };
  struct Choice {
    Seq isn = 0;
    bool has_tsval = false;   ///< the timestamps option starts at ...
    std::uint32_t tsval = 0;  ///< ... this value now
    bool has_wscale = false;  ///< our window scale is this, not what tcp_select_initial_window() finds
    std::uint8_t wscale = 0;
  };
  virtual ~IsnPolicy() = default;
  virtual Choice choose(const Connection& connection) const = 0;
};

/// Always the same number: scripts that speak in relative numbers use 0.
class FixedIsn : public IsnPolicy {
 public:
  explicit FixedIsn(Seq isn) : isn_(isn) {}
  Choice choose(const Connection&) const override { return {.isn = isn_}; }

 private:
  Seq isn_;
};

/// What every script's host uses, when it is checked and when it is shown: sequence numbers are the script's
/// own.
inline const FixedIsn kScriptIsn{0};

}  // namespace ringside
