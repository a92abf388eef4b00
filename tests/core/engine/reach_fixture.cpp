#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "core/drill/drill.h"
#include "core/drill/stage.h"
#include "tests/core/engine/reach.h"

namespace ringside::test {

namespace fs = std::filesystem;

namespace {

const fs::path kSources = RINGSIDE_SOURCE_DIR;

class Listener : public drill::Watcher {
 public:
  explicit Listener(Reach& reach) : reach_(reach) {}
  void before(drill::Stage& stage) override { stage.machine().kernel().record_to(&journal_); }
  void after(drill::Stage& stage) override {
    stage.machine().kernel().record_to(nullptr);
    for (const Event& event : journal_.events) reach_.add(event);
  }

 private:
  Reach& reach_;
  Journal journal_;
};

}  // namespace

void Reach::add(const Event& e) {
  if (e.kind == EventKind::call) functions.insert(e.function);
  if (e.kind == EventKind::decide) answers[e.name].insert(e.answer);
  if (e.kind == EventKind::drop) drops.insert(static_cast<Drop>(e.id));
  if (e.kind == EventKind::count) counters.insert(static_cast<Counter>(e.id));
  if (e.kind == EventKind::move) moves.insert({e.from, e.to});
}

void Reach::add(const Trace& trace) {
  for (std::uint32_t n = 0; n < trace.page_count(); ++n)
    for (const Event& e : trace.page(n)->journal.events) add(e);
}

void Reach::add_script(const std::string& path, const std::string& kernel) {
  Listener listener(*this);
  drill::DrillOptions options;
  options.kernel = kernel;
  drill::run_file(path, options, &listener);
}

void Reach::add_script_text(const std::string& text, const std::string& kernel) {
  Listener listener(*this);
  drill::DrillOptions options;
  options.kernel = kernel;
  const auto outcome = drill::run(drill::parse_script(text, "reach.pkt"), "reach.pkt", options, &listener);
  EXPECT_EQ(outcome.verdict, drill::Verdict::pass) << text;
}

void Reach::add_scripts(const std::string& folder, const std::string& kernel) {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(kSources / folder))
    if (entry.path().extension() == ".pkt") all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  for (const auto& path : all) add_script(path.string(), kernel);
}

void Reach::add_capture(const std::string& name, const std::string& kernel,
                        const std::vector<KnobSetting>& knobs, const std::vector<AppChoice>& apps) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input = CaptureInput{(kSources / "resources/captures" / name).string(), "", ""};
  scenario.knobs = knobs;
  scenario.apps = apps;
  auto run = Run::prepare(scenario);
  ASSERT_TRUE(run) << run.error().id;
  (*run)->run_here();
  add(*(*run)->trace());
}

std::set<std::string> questions_in_sources() {
  static const std::regex question("decide\\(\\s*\"(\\w+)\"");
  std::set<std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(kSources / "core")) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string source = text.str();
    for (std::sregex_iterator i(source.begin(), source.end(), question), end; i != end; ++i)
      all.insert((*i)[1]);
  }
  return all;
}

}  // namespace ringside::test
