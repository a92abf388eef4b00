// The places a re-execution can start from.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "core/engine/host_archive.h"
#include "core/machine/machine.h"

namespace ringside {

/// Written by the first run; read by any thread.
class KeyframeList {
 public:
  /// The machine stands at the beginning of page `page`. Always the same machine, which only runs.
  void add(std::uint32_t page, Machine& machine);
  /// Puts the machine to the nearest keyframe at or before the beginning of `page`; its page. None if it
  /// cannot be read any more.
  std::optional<std::uint32_t> restore_before(std::uint32_t page, Machine& machine) const;
  /// Page of that keyframe, without restoring it.
  std::uint32_t nearest(std::uint32_t page) const;
  /// How many times as far apart as at first they are to be: doubled whenever they take too much memory, when
  /// every second one is forgotten.
  std::uint32_t spacing() const { return spacing_; }
  std::size_t size() const;
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kMostBytes = 32u << 20;  ///< in memory
  /// Entry n belongs to image n.
  struct Entry {
    std::uint32_t page;
    MachineState state;                       ///< without its lists: they are in the archive
    std::uint32_t queued = 0, suspended = 0;  ///< how long those were
  };
  void thin_out();

  HostArchive archive_;
  std::uint32_t spacing_ = 1;  ///< the writer's
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace ringside
