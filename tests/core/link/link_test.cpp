// Two modelled kernels talk over a bad link: every byte must arrive once and in order, both sides must end
// closed, and nothing may be left over. RINGSIDE_LINK_SEEDS says how many links each pair meets (200), and
// RINGSIDE_LINK_SEED picks a single one.
#include "tests/core/link/link.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace ringside::test {
namespace {

constexpr std::int64_t kMs = 1'000'000, kSecond = 1000 * kMs;

Weather weather_of(Dice& dice) {
  static constexpr std::int64_t delays[] = {kMs / 20, kMs, 10 * kMs, 50 * kMs};
  Weather weather;
  weather.delay_ns = delays[dice.below(4)];
  if (dice.below(3) != 0) weather.jitter_ns = 1 + dice.below(2 * weather.delay_ns);
  if (dice.below(4) != 0) weather.loss = dice.below(200);
  if (dice.below(2) != 0) weather.twice = dice.below(100);
  if (dice.below(4) == 0) weather.hurt = dice.below(50);
  return weather;
}

Part part_of(Dice& dice, const std::string& kernel) {
  static constexpr std::int64_t sizes[] = {1, 100, 1448, 4096, 20000};
  Part part;
  part.kernel = kernel;
  part.bytes = dice.below(6) == 0 ? 0 : dice.below(dice.below(4) == 0 ? 60000 : 8000);
  part.write_size = sizes[1 + dice.below(4)];
  part.read_size = sizes[1 + dice.below(4)];
  if (dice.below(4) == 0) part.read_pause_ns = (1 + dice.below(20)) * kMs;
  if (dice.below(4) == 0) part.rmem = 4096 + dice.below(20000);
  if (dice.below(4) == 0) part.mtu = 576;
  part.sack = dice.below(4) != 0;
  part.timestamps = dice.below(4) != 0;
  part.window_scaling = dice.below(4) != 0;
  part.gro = dice.below(2) != 0;
  part.reno = dice.below(3) == 0;
  return part;
}

std::string told(const Weather& w, const Part& client, const Part& server) {
  std::string text = "delay " + std::to_string(w.delay_ns) + " jitter " + std::to_string(w.jitter_ns) +
                     " loss " + std::to_string(w.loss) + " twice " + std::to_string(w.twice) + " hurt " +
                     std::to_string(w.hurt);
  for (const Part* p : {&client, &server})
    text += std::string(p == &client ? "; client " : "; server ") + p->kernel + " sends " +
            std::to_string(p->bytes) + " by " + std::to_string(p->write_size) + " reads " +
            std::to_string(p->read_size) + " pause " + std::to_string(p->read_pause_ns) + " rmem " +
            std::to_string(p->rmem) + (p->sack ? " sack" : "") + (p->timestamps ? " ts" : "") +
            (p->window_scaling ? " ws" : "") + (p->gro ? " gro" : "") + (p->reno ? " reno" : "");
  return text;
}

/// "" if all is well.
std::string one_talk(const std::string& client_kernel, const std::string& server_kernel, std::uint64_t seed) {
  Dice dice(seed * 77);
  const Weather weather = weather_of(dice);
  const Part client = part_of(dice, client_kernel), server = part_of(dice, server_kernel);
  Wire wire(client, server, weather, seed);
  const bool ended = wire.run(3600 * kSecond);
  const std::string wrong = wire.verdict();
  if (ended && wrong.empty()) return {};
  return "seed " + std::to_string(seed) + ": " + told(weather, client, server) + "\n" +
         (ended ? "" : "still at work after an hour; ") + wrong + "\n" + wire.story();
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Pair {
  const char *name, *client, *server;
};

class TwoModels : public testing::TestWithParam<Pair> {};

TEST_P(TwoModels, EveryByteArrivesOnceAndInOrderAndNothingIsLeft) {
  const std::uint64_t only = number_from("RINGSIDE_LINK_SEED", 0);
  const std::uint64_t count = number_from("RINGSIDE_LINK_SEEDS", 200);
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= count && failed < 3; ++seed) {
    if (only != 0) seed = only;
    const std::string wrong = one_talk(GetParam().client, GetParam().server, seed);
    if (!wrong.empty()) {
      ++failed;
      ADD_FAILURE() << wrong;
    }
    if (only != 0) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Link, TwoModels,
                         testing::Values(Pair{"both_4_13", "4.13", "4.13"}, Pair{"both_6_18", "6.18", "6.18"},
                                         Pair{"old_calls_new", "4.13", "6.18"},
                                         Pair{"new_calls_old", "6.18", "4.13"}),
                         [](const auto& pair) { return std::string(pair.param.name); });

}  // namespace
}  // namespace ringside::test
