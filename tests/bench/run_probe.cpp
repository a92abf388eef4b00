// One run of a capture, measured from inside: run_probe FILE [KERNEL]
// Prints one line: name=value pairs, times in seconds or milliseconds as the names say.
//   index_s        from opening the file to the finished trace index; no hashes, no statistics
//   seek_p50_ms, seek_p99_ms, seek_max_ms   1,000 jumps to steps anywhere in the run
//   forward_us, back_us                     one step, mean over 200,000 steps one after the other
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "core/engine/engine.h"
#include "core/playback/player.h"

namespace ringside {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Milliseconds of `count` jumps, in ascending order.
std::vector<double> jumps(Player& player, int count) {
  std::vector<double> all;
  const StepIndex steps = player.trace().step_count();
  std::uint64_t state = 7;
  for (int i = 0; i < count; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const auto start = Clock::now();
    if (!player.seek((state >> 11) % (steps + 1)))
      std::fprintf(stderr, "run_probe: a step cannot be reached\n");
    all.push_back(ms_since(start));
  }
  std::sort(all.begin(), all.end());
  return all;
}

template <class Step>
double walk_us(StepIndex count, Step step) {
  const auto start = Clock::now();
  StepIndex n = 0;
  while (n < count && step()) ++n;
  return n == 0 ? 0 : ms_since(start) * 1000 / static_cast<double>(n);
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
  const std::vector<double> all = jumps(player, 1000);
  const StepIndex walked = std::min<StepIndex>(steps / 2, 200'000);
  player.seek(steps / 2);
  const double forward = walk_us(walked, [&] { return player.forward(); });
  const double back = walk_us(walked, [&] { return player.back(); });
  std::printf(
      "steps=%llu index_s=%.3f seek_p50_ms=%.2f seek_p99_ms=%.2f seek_max_ms=%.2f forward_us=%.3f "
      "back_us=%.3f\n",
      static_cast<unsigned long long>(steps), index_ms / 1000, all[all.size() / 2],
      all[all.size() * 99 / 100], all.back(), forward, back);
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
