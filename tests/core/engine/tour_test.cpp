// Each stop of the tour shows what it says, in both kernels, and can be stepped through both ways.
#include "tests/core/engine/tour.h"

#include <gtest/gtest.h>

namespace ringside {
namespace {

using test::MachineStory;
using test::Stop;

struct Visit {
  Stop stop;
  std::string kernel;
};

void PrintTo(const Visit& visit, std::ostream* out) { *out << visit.stop.name << " on " << visit.kernel; }

std::vector<Visit> visits() {
  std::vector<Visit> all;
  for (const Stop& stop : test::tour())
    for (const char* kernel : {"4.13", "6.18"})
      if (stop.in(kernel)) all.push_back({stop, kernel});
  return all;
}

class Tour : public testing::TestWithParam<Visit> {};

TEST_P(Tour, ShowsWhatItSays) {
  const Stop& stop = GetParam().stop;
  MachineStory m(GetParam().kernel);
  stop.tell(m);
  m.run();
  const auto in = GetParam().kernel == std::string("4.13") ? InProfile::p413 : InProfile::p618;
  for (const Fn fn : stop.enters) {
    const bool exists = (static_cast<unsigned>(info_of(fn).profiles) & static_cast<unsigned>(in)) != 0;
    EXPECT_EQ(m.entered(fn), exists) << name_of(fn);
  }
  for (const std::string& wanted : stop.asks) {
    const auto equals = wanted.find('=');
    const std::string answers = m.answers(wanted.substr(0, equals));
    EXPECT_NE(answers.find(wanted.substr(equals + 1)), std::string::npos)
        << wanted << ": the answers were '" << answers << "'";
  }
  for (const Drop reason : stop.drops) EXPECT_GT(m.dropped(reason), 0u) << name_of(reason);
  for (const Counter counter : stop.counts) EXPECT_GT(m.counter(counter), 0u) << name_of(counter);
  m.expect_same_both_ways();
  if (HasFailure()) ADD_FAILURE() << "The story, on " << GetParam().kernel << ":\n" << m.story();
}

INSTANTIATE_TEST_SUITE_P(, Tour, testing::ValuesIn(visits()), [](const auto& visit) {
  return std::string(visit.param.stop.name) + (visit.param.kernel == "4.13" ? "_4_13" : "_6_18");
});

}  // namespace
}  // namespace ringside
