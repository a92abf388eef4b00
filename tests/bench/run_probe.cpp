// One run of a capture, measured from inside: run_probe FILE [KERNEL]
// Prints one line: name=value pairs, times in seconds or milliseconds as the names say.
//   index_s        from opening the file to the finished trace index; no hashes, no statistics
//   jump_..._ms        1,000 jumps to steps anywhere in the run; _cpu_: the work of it, without waiting for a
//   CPU forward_, back_    one step, mean over 200,000 steps one after the other
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <vector>

#include "core/engine/engine.h"
#include "core/playback/player.h"

namespace ringside {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// What this thread has worked, in milliseconds: other programs do not disturb it much.
double worked_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

struct Jumps {
  std::vector<double> took, worked;  ///< milliseconds, in ascending order
};

double at_percent(const std::vector<double>& ascending, std::size_t percent) {
  return ascending[std::min(ascending.size() * percent / 100, ascending.size() - 1)];
}

Jumps jump(Player& player, int count) {
  Jumps all;
  const StepIndex steps = player.trace().step_count();
  std::uint64_t state = 7;
  for (int i = 0; i < count; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const auto start = Clock::now();
    const double before = worked_ms();
    if (!player.seek((state >> 11) % (steps + 1)))
      std::fprintf(stderr, "run_probe: a step cannot be reached\n");
    all.worked.push_back(worked_ms() - before);
    all.took.push_back(ms_since(start));
  }
  std::sort(all.took.begin(), all.took.end());
  std::sort(all.worked.begin(), all.worked.end());
  return all;
}

/// Microseconds of work a step.
template <class Step>
double walk_us(StepIndex count, Step step) {
  const double before = worked_ms();
  StepIndex n = 0;
  while (n < count && step()) ++n;
  return n == 0 ? 0 : (worked_ms() - before) * 1000 / static_cast<double>(n);
}

int run(const char* path, const char* kernel) {
  Scenario scenario;
  CaptureInput capture;
  capture.path = path;
  scenario.input = capture;
  scenario.kernel = kernel;
  const auto start = Clock::now();
  const auto prepared = Run::prepare(scenario);
  if (!prepared) {
    std::fprintf(stderr, "run_probe: %s: %s\n", path, prepared.error().id.c_str());
    return 3;
  }
  (*prepared)->run_here();
  const double index_ms = ms_since(start);
  Player player((*prepared)->trace());
  const StepIndex steps = player.trace().step_count();
  const Jumps jumps = jump(player, 1000);
  const StepIndex walked = std::min<StepIndex>(steps / 2, 200'000);
  player.seek(steps / 2);
  const double forward = walk_us(walked, [&] { return player.forward(); });
  const double back = walk_us(walked, [&] { return player.back(); });
  std::printf("steps=%llu index_s=%.3f jump_p50_ms=%.2f jump_p99_ms=%.2f jump_max_ms=%.2f ",
              static_cast<unsigned long long>(steps), index_ms / 1000, at_percent(jumps.took, 50),
              at_percent(jumps.took, 99), at_percent(jumps.took, 100));
  std::printf("jump_p50_cpu_ms=%.2f jump_p99_cpu_ms=%.2f forward_cpu_us=%.3f back_cpu_us=%.3f\n",
              at_percent(jumps.worked, 50), at_percent(jumps.worked, 99), forward, back);
  return 0;
}

}  // namespace
}  // namespace ringside

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: run_probe FILE [KERNEL]\n");
    return 2;
  }
  return ringside::run(argv[1], argc == 3 ? argv[2] : "4.13");
}
