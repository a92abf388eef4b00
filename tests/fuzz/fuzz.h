// What several fuzz targets need.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/engine/conservation.h"
#include "core/engine/engine.h"
#include "core/playback/player.h"

namespace ringside::fuzz {

inline void must(bool truth, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (truth) return;
  std::fprintf(stderr, "%s:%d does not hold\n", file, line);
  std::abort();
}

/// A file in memory that has a name; one for the whole life of the process.
inline const std::string& scratch_file(std::string_view content) {
  static const int fd = memfd_create("input", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(fd);
  must(ftruncate(fd, 0) == 0);
  must(pwrite(fd, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()));
  return path;
}

/// The law of conservation, and that what was run can be run again: the state at the end of the first run's
/// pages is the one that a player comes to. Walking is left out where it would take long.
inline void must_be_lawful(const Run& run) {
  constexpr StepIndex kLongWalk = 20'000;
  const std::shared_ptr<const Trace> trace = run.trace();
  must(trace->complete());
  const Conservation c = account(*trace);
  must(c.frames_add_up());
  if (trace->step_count() == 0 || trace->step_count() > kLongWalk) return;
  Player player(trace);
  const std::uint64_t begin = player.host().state_hash();
  must(player.seek(trace->step_count()));
  must(player.seek(0));
  must(player.host().state_hash() == begin);
}

/// A scenario from its beginning to its end; what cannot be prepared has an error with an id.
inline void run_lawfully(Scenario scenario, bool again) {
  const auto run = Run::prepare(std::move(scenario));
  if (!run) {
    must(!run.error().id.empty());
    return;
  }
  (*run)->run_here();
  if (again) must_be_lawful(**run);
}

}  // namespace ringside::fuzz
