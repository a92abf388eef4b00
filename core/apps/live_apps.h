// The applications of a live host: servers that answer real clients, and one that connects out. One process
// accepts, one serves each connection; who is done is reaped at the next accept.
#pragma once
#include <memory>
#include <vector>

#include "core/apps/options.h"
#include "core/machine/machine.h"

namespace ringside {

class LiveApps {
 public:
  /// `peer`: where `connect` connects to. Families are those of `local`.
  LiveApps(std::vector<AppOptions> apps, const IpAddr& peer, const std::vector<IpAddr>& local);
  /// For MachineConfig::programs.
  std::vector<std::shared_ptr<const Program>> programs() const;
  /// Starts them; call it once the host has booted.
  void start(Kernel& k) const;

 private:
  std::vector<AppOptions> apps_;
  IpAddr peer_;
  bool v4_ = false, v6_ = false;
};

/// What `chargen` and GET /bytes/N send: the byte at each place of the stream. Its period is a prime, so that
/// bytes in a wrong place show.
inline constexpr std::uint32_t kChargenPeriod = 65521;
std::uint8_t chargen_byte(std::uint64_t position);

}  // namespace ringside
