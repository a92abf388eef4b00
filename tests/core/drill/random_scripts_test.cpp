// Scripts made up at random, on both kernels: they run to their end, the window's run of them is the same
// one, every frame is accounted for, the invariants of the design hold at every page, and pages made again
// join. In a sanitizer build the machine asks for the invariants after its turns, too.
// RINGSIDE_RANDOM_SCRIPTS: how many (200); RINGSIDE_FIRST_SEED: which is the first (1).
#include "tests/core/drill/random_scripts.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/drill/drill.h"
#include "core/engine/conservation.h"
#include "core/engine/engine.h"
#include "core/model/laws.h"
#include "tests/core/engine/trace_laws.h"
#include "tests/core/test_names.h"

namespace ringside::drill {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string told(const Outcome& outcome) {
  std::string all = name_of(outcome.verdict);
  for (const auto* list : {&outcome.problems, &outcome.unsupported})
    for (const Error& error : *list) {
      all += "\nline " + std::to_string(error.line) + ": " + error.id;
      for (const auto& [name, value] : error.args) all += " " + name + "=" + value;
    }
  return all;
}

void expect_lawful(Scenario scenario, bool has_rtx_queue) {
  const auto run = Run::prepare(std::move(scenario));
  ASSERT_TRUE(run) << run.error().id;
  (*run)->run_here();
  const Trace& trace = *(*run)->trace();
  EXPECT_TRUE(account(trace).frames_add_up());
  test::expect_pages_join((*run)->trace());
  for (std::uint32_t n = 0; n < trace.page_count(); ++n) {
    Host host = trace.page(n)->start;
    const Journal& journal = trace.page(n)->journal;
    redo(host, journal, 0, static_cast<std::uint32_t>(journal.changes.size()));
    const auto broken = first_broken_law(host, has_rtx_queue);
    EXPECT_FALSE(broken) << broken->law << " of " << broken->index << ": " << broken->found << ", should be "
                         << broken->wanted;
  }
}

class RandomScripts : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(BothKernels, RandomScripts, testing::Values("4.13", "6.18"), test::KernelName());

TEST_P(RandomScripts, KeepTheLaws) {
  const std::uint64_t first = from_environment("RINGSIDE_FIRST_SEED", 1);
  const std::uint64_t count = from_environment("RINGSIDE_RANDOM_SCRIPTS", 200) / 2;
  std::uint64_t to_the_end = 0;
  for (std::uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string script = test::random_script(seed);
    DrillOptions options;
    options.kernel = GetParam();
    const Outcome outcome = run(parse_script(script, "random.pkt"), "random.pkt", options);
    to_the_end += outcome.verdict == Verdict::pass;
    EXPECT_TRUE(outcome.verdict == Verdict::pass || outcome.verdict == Verdict::fail) << told(outcome);
    if (!HasFailure()) expect_lawful(outcome.scenario, std::string(GetParam()) == "6.18");
    if (HasFailure()) std::printf("%s\n%s\n", told(outcome).c_str(), script.c_str());
  }
  EXPECT_GT(to_the_end * 10, count * 7) << "too many scripts end before their end";
}

}  // namespace
}  // namespace ringside::drill
