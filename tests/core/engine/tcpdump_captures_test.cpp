// The captures kept from the tcpdump project's tests: malformed in every way. Both kernels take them to the
// end, pages made again are those of the first run, and the invariants hold.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/engine/conservation.h"
#include "core/engine/engine.h"
#include "core/model/laws.h"
#include "tests/core/engine/trace_laws.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

class TcpdumpCaptures : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(BothKernels, TcpdumpCaptures, testing::Values("4.13", "6.18"), KernelName());

TEST_P(TcpdumpCaptures, EndWellAndCanBePlayedAgain) {
  int played = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RINGSIDE_SOURCE_DIR "/tests/tcpdump")) {
    if (!entry.path().extension().string().starts_with(".pcap")) continue;
    SCOPED_TRACE(entry.path().filename().string());
    Scenario scenario;
    scenario.kernel = GetParam();
    scenario.input = CaptureInput{entry.path().string(), "", ""};
    const auto run = Run::prepare(scenario);
    if (!run) continue;  // a link layer that no host here has; tests/captures looks at the message
    (*run)->run_here();
    ++played;
    EXPECT_TRUE(account(*(*run)->trace()).frames_add_up());
    expect_conservation(*(*run)->trace());
    expect_pages_join((*run)->trace());
    expect_same_state_both_ways((*run)->trace(), 1 + (*run)->trace()->step_count() / 500);
    for (std::uint32_t n = 0; n < (*run)->trace()->page_count(); ++n)
      EXPECT_FALSE(first_broken_law((*run)->trace()->page(n)->start, std::string(GetParam()) == "6.18"));
  }
  EXPECT_GE(played, 30);
}

}  // namespace
}  // namespace ringside::test
