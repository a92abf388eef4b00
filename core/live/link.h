// The cable between the TAP and the host: what a knob says happens to frames on it, in either direction.
// Every decision depends on the seed and on how many frames came before.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/dice.h"
#include "core/base/result.h"
#include "core/wire/bytes.h"

namespace ringside::live {

/// The same in both directions. Shares are of a million.
struct LinkFaults {
  std::int64_t loss = 0, duplicate = 0, corrupt = 0;
  std::int64_t reorder = 0;               ///< such a frame is held until up to three others have overtaken it
  std::int64_t delay_ns = 0;              ///< of every frame
  std::int64_t rate_bps = 1'000'000'000;  ///< 0: no limit
};

/// "--loss 1%", "--delay 20ms", "--rate 10mbit". Errors: live.fault (args name, value).
Result<std::int64_t> parse_share(std::string_view name, std::string_view text);
Result<std::int64_t> parse_delay(std::string_view name, std::string_view text);
Result<std::int64_t> parse_rate(std::string_view name, std::string_view text);

/// One direction.
class Link {
 public:
  Link(const LinkFaults& faults, std::uint64_t seed) : faults_(faults), dice_(seed) {}

  /// A frame enters at `t_ns`.
  void put(std::int64_t t_ns, std::vector<std::uint8_t> frame);
  /// When the next one leaves; nullopt: none is under way.
  std::optional<std::int64_t> next_ns() const;
  /// The next one, if it leaves by `t_ns`.
  std::optional<std::pair<std::int64_t, std::vector<std::uint8_t>>> take(std::int64_t t_ns);

  /// What is still to leave may do so from `t_ns` on: those who have waited for it were held.
  void let_go(std::int64_t t_ns) { busy_until_ns_ = std::min(busy_until_ns_, t_ns); }
  void set(const LinkFaults& faults) { faults_ = faults; }
  const LinkFaults& faults() const { return faults_; }
  std::size_t waiting() const { return under_way_.size(); }
  /// Frames lost by intent, and those for which its queue was full.
  std::uint64_t lost() const { return lost_; }
  std::uint64_t overflowed() const { return overflowed_; }

 private:
  static constexpr std::size_t kQueue = 1000;  ///< frames, as a TAP's own txqueuelen
  bool happens(std::int64_t share) { return share != 0 && dice_.below(1'000'000) < share; }
  LinkFaults faults_;
  Dice dice_;
  std::int64_t busy_until_ns_ = 0;
  std::uint64_t order_ = 0, lost_ = 0, overflowed_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::vector<std::uint8_t>> under_way_;
};

}  // namespace ringside::live
