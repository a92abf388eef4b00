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
std::vector<Recording> recordings(const std::string& traced, const std::string& kernel) {
  const fs::path root = RINGSIDE_SOURCE_DIR;
  const fs::path functions = fs::path("functions") / traced, scripts = "linux-" + kernel;
  std::vector<Recording> all;
  collect(root / "tests/recorded" / functions, root / "tests/recorded" / scripts, kernel, all);
  if (const char* more = std::getenv("RINGSIDE_RECORDINGS"))
    collect(more / functions, more / scripts, kernel, all);
  return all;
}

void all_enter_the_same(const std::vector<Recording>& all, const std::set<std::string>& left_out) {
  ASSERT_FALSE(all.empty());
  int same = 0;
  for (const auto& recording : all) {
    DrillOptions options;
    options.kernel = recording.kernel;
    options.knobs = {{"rps.cpus", "1"}, {"nic.tap", "2"}};
    if (recording.script.filename() == "backlog.pkt") options.knobs.push_back({"cost.lock_hold", "50000000"});
    const bool beside_its_trace = recording.script.parent_path() == recording.trace.parent_path();
    options.packetdrill_defaults = beside_its_trace;
    const auto traced = run_traced(recording.script.string(), options);
    const std::string difference =
        first_difference(read_recording(recording.trace.string(), left_out), traced.entries, left_out);
    EXPECT_EQ(difference, "") << recording.trace.filename().string();
    if (difference.empty()) ++same;
  }
  std::printf("function traces: %d of %zu are the same\n", same, all.size());
}

}  // namespace

TEST(FunctionTrace, TheModelEntersWhatTheKernelEntered) {
  all_enter_the_same(recordings("linux-4.13", "4.13"), functions_left_out("functions-left-out.txt"));
}

// Where 6.1 and 6.18 agree. What differs between the two kernels, or was inlined in that 6.1, is in the list.
TEST(FunctionTrace, The618ModelEntersWhatA61Entered) {
  all_enter_the_same(recordings("linux-6.1", "6.18"), functions_left_out("functions-left-out-6.1.txt"));
}

}  // namespace ringside::drill
