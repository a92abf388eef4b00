// The functions that a real 4.13.9 entered for a script, in order, with context and socket state, are the
// model's too.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/core/drill/recorded_functions.h"

namespace ringside::drill {

namespace fs = std::filesystem;

namespace {

struct Recording {
  fs::path script, trace;
  std::string kernel;
};

void collect(const fs::path& functions, const fs::path& scripts, const std::string& kernel,
             std::vector<Recording>& all) {
  std::error_code none;
  std::vector<fs::path> traces;
  for (const auto& entry : fs::directory_iterator(functions, none))
    if (entry.path().extension() == ".jsonl") traces.push_back(entry.path());
  std::sort(traces.begin(), traces.end());
  for (const auto& trace : traces) {
    fs::path script = trace;
    script.replace_extension(".pkt");
    if (!fs::exists(script)) script = scripts / script.filename();
    if (fs::exists(script)) all.push_back({script, trace, kernel});
  }
}

/// The project's own, and those in the folder that RINGSIDE_RECORDINGS names, if it does.
std::vector<Recording> recordings() {
  const fs::path root = RINGSIDE_SOURCE_DIR;
  std::vector<Recording> all;
  collect(root / "tests/recorded/functions/linux-4.13", root / "tests/recorded/linux-4.13", "4.13", all);
  if (const char* more = std::getenv("RINGSIDE_RECORDINGS"))
    collect(fs::path(more) / "functions/linux-4.13", fs::path(more) / "linux-4.13", "4.13", all);
  return all;
}

}  // namespace

TEST(FunctionTrace, TheModelEntersWhatTheKernelEntered) {
  const auto all = recordings();
  ASSERT_FALSE(all.empty());
  const auto left_out = functions_left_out();
  int same = 0;
  for (const auto& recording : all) {
    DrillOptions options;
    options.kernel = recording.kernel;
    options.knobs = {{"rps.cpus", "1"}, {"nic.tap", "2"}};
    if (recording.script.filename() == "backlog.pkt") options.knobs.push_back({"cost.lock_hold", "50000000"});
    if (recording.script.parent_path().filename() != "linux-4.13" ||
        !recording.script.filename().string().starts_with("rand"))
      options.packetdrill_defaults = true;
    const auto traced = run_traced(recording.script.string(), options);
    const std::string difference =
        first_difference(read_recording(recording.trace.string()), traced.entries, left_out);
    EXPECT_EQ(difference, "") << recording.trace.filename().string();
    if (difference.empty()) ++same;
  }
  std::printf("function traces: %d of %zu are the same\n", same, all.size());
}

}  // namespace ringside::drill
