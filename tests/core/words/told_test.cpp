// Real runs, told: every decision and note has a sentence with all its values, and the pseudo-code of its
// function has a line for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/drill/drill.h"
#include "core/engine/engine.h"
#include "core/words/words.h"

namespace ringside {
namespace {

constexpr StepIndex kMostSteps = 60000;

std::vector<std::string> files_in(const std::string& folder, const std::set<std::string>& extensions) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(RINGSIDE_SOURCE_DIR) + folder))
    if (extensions.contains(entry.path().extension().string())) out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

class Told : public testing::TestWithParam<const char*> {
 protected:
  void tell_script(const std::string& path) {
    drill::DrillOptions options;
    options.kernel = GetParam();
    const auto scenario = drill::open_script(path, options);
    if (scenario) tell(path, *scenario);
  }

  void tell_capture(const std::string& path) {
    Scenario scenario;
    scenario.kernel = GetParam();
    scenario.input = CaptureInput{path, "", ""};
    tell(path, scenario);
  }

  void tell(const std::string& path, const Scenario& scenario) {
    auto run = ringside::Run::prepare(scenario, {});
    ASSERT_TRUE(run) << path << ": " << run.error().id;
    (*run)->run_here();
    const Trace& trace = *(*run)->trace();
    for (StepIndex step = 0; step < std::min(trace.step_count(), kMostSteps);) {
      const auto page = trace.page(trace.page_number_of(step));
      ASSERT_NE(page, nullptr);
      for (; step < trace.step_count() && page->contains(step); ++step) tell_step(path, {page, step});
    }
  }

  void tell_step(const std::string& path, const StepView& step) {
    const Event& e = step.event();
    const std::string id = e.name != nullptr ? e.name : "";
    const bool asks = e.kind == EventKind::decide;
    const std::string what = asks ? id + "@" + name_of(e.function) + "=" + std::to_string(e.answer)
                                  : name_of(e.kind) + id + name_of(e.to) + (e.packet == 0 ? "own" : "");
    if (!told_.insert(what).second) return;
    const Words& words = Words::english();
    const std::string text = words.step(step, GetParam());
    EXPECT_EQ(text.find('{'), std::string::npos) << path << ", step " << step.index << ": " << text;
    EXPECT_TRUE(text.ends_with(".")) << path << ", step " << step.index << ", " << id << ": '" << text << "'";
    EXPECT_EQ(text.find("acket 0"), std::string::npos) << path << ", step " << step.index << ": " << text;
    if (!asks) return;
    const DecisionWords decision = words.decision(step, GetParam());
    EXPECT_EQ(
        std::count_if(decision.ways.begin(), decision.ways.end(), [](const auto& w) { return w.taken; }), 1)
        << id << " is answered by " << e.answer;
    if (e.context == Context::nic) return;  // the card decides, whatever code runs meanwhile
    const FunctionWords page = words.function(name_of(e.function));
    EXPECT_TRUE(page.lines.empty() || page.at.contains(id))
        << name_of(e.function) << " has no line for " << id;
  }

  std::set<std::string> told_;
};

TEST_P(Told, EveryCapture) {
  for (const std::string& path : files_in("/resources/captures", {".pcap", ".pcapng"})) tell_capture(path);
  EXPECT_GT(told_.size(), 150u) << "little was told";
}

TEST_P(Told, EveryLesson) {
  for (const std::string& path : files_in("/resources/scenarios", {".pkt"})) tell_script(path);
  EXPECT_GT(told_.size(), 100u) << "little was told";
}

TEST_P(Told, EveryRecordedScript) {
  for (const std::string& path : files_in(std::string("/tests/recorded/linux-") + GetParam(), {".pkt"}))
    tell_script(path);
  EXPECT_GT(told_.size(), 100u) << "little was told";
}

INSTANTIATE_TEST_SUITE_P(BothKernels, Told, testing::Values("4.13", "6.18"));

}  // namespace
}  // namespace ringside
