// Any script that can be read is played on the model: whatever it makes the kernel do, the run ends, every
// frame is accounted for, and the same run as a scenario can be played again.
#include "core/drill/drill.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringside;  // NOLINT(google-build-using-namespace)
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto parsed = drill::parse_script(text, "input");
  if (!parsed.errors.empty()) return 0;
  drill::Outcome outcome = drill::run(parsed, "input", {.seed = 1});
  if (outcome.verdict == drill::Verdict::pass || outcome.verdict == drill::Verdict::fail)
    fuzz::run_lawfully(std::move(outcome.scenario), size % 4 == 0);
  return 0;
}
