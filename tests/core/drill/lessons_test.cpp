// The lessons that Ringside ships: each passes on the kernels its header names, each is in the list, and each
// note comes true.
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/drill/drill.h"
#include "core/engine/engine.h"
#include "tests/core/test_names.h"

namespace ringside::drill {
namespace {

namespace fs = std::filesystem;
namespace pd = packetdrill;

const fs::path kFolder = fs::path(RINGSIDE_SOURCE_DIR) / "resources/scenarios";

std::vector<std::string> lessons() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(kFolder))
    if (entry.path().extension() == ".pkt") all.push_back(entry.path().stem().string());
  std::sort(all.begin(), all.end());
  return all;
}

class Lesson : public testing::TestWithParam<std::string> {
 protected:
  const std::string path = (kFolder / (GetParam() + ".pkt")).string();
  const pd::ParseOutcome parsed = parse_script(*read_script(path), path);

  /// "linux-4.13" gives "4.13"; "" if the header has no such line.
  std::string header(pd::Directive::Kind kind) const {
    for (const auto& directive : parsed.script.directives)
      if (directive.kind == kind) return directive.value.substr(directive.value.find('-') + 1);
    return "";
  }
  void passes_on(const std::string& kernel) const {
    DrillOptions options;
    options.kernel = kernel;
    const Outcome outcome = run_file(path, options);
    EXPECT_EQ(outcome.verdict, Verdict::pass) << "on " << kernel << ": " << told(outcome);
  }
  static std::string told(const Outcome& outcome) {
    std::string text;
    for (const auto* list : {&outcome.problems, &outcome.unsupported})
      for (const auto& error : *list) {
        text += "line " + std::to_string(error.line) + ": " + error.id;
        for (const auto& [name, value] : error.args) text += "\n  " + name + ": " + value;
      }
    return text;
  }
};

TEST_P(Lesson, SaysWhatItIsAbout) {
  EXPECT_TRUE(parsed.errors.empty());
  EXPECT_TRUE(parsed.unsupported.empty());
  for (const auto kind :
       {pd::Directive::Kind::title, pd::Directive::Kind::summary, pd::Directive::Kind::kernel})
    EXPECT_NE(header(kind), "");
}

TEST_P(Lesson, PassesOnTheKernelsItNames) {
  passes_on(header(pd::Directive::Kind::kernel));
  // What a real kernel has done, the model's does as well.
  if (const auto verified = header(pd::Directive::Kind::verified); !verified.empty()) passes_on(verified);
}

bool is_named(const Event& event, const std::string& name) {
  switch (event.kind) {
    case EventKind::call:
      return name == name_of(event.function);
    case EventKind::decide:
    case EventKind::note:
      return name == event.name;
    case EventKind::drop:
      return name == name_of(static_cast<Drop>(event.id));
    case EventKind::move:
    case EventKind::copy:
      return name == name_of(event.to);
    default:
      return false;
  }
}

bool holds(const Page& page, const Event& event, const std::pair<std::string, std::string>& condition) {
  const std::int64_t wanted = std::stoll(condition.second);
  if (condition.first == "packet") return event.packet == wanted;
  if (condition.first == "answer") return event.answer == wanted;
  for (const NamedValue& value : page.values(event))
    if (condition.first == value.name) return value.value == wanted;
  return false;
}

TEST_P(Lesson, EveryNoteComesTrue) {
  DrillOptions options;
  options.kernel = header(pd::Directive::Kind::kernel);
  auto scenario = open_script(path, options);
  ASSERT_TRUE(scenario) << scenario.error().id;
  auto run = Run::prepare(std::move(*scenario));
  ASSERT_TRUE(run) << run.error().id;
  (*run)->run_here();
  for (const auto& note : parsed.script.directives) {
    if (note.kind != pd::Directive::Kind::note || !note.when) continue;
    int times = 0;
    for (std::uint32_t n = 0; n < (*run)->trace()->page_count(); ++n) {
      const auto page = (*run)->trace()->page(n);
      for (const Event& event : page->journal.events)
        if (is_named(event, note.when->event) &&
            std::all_of(note.when->conditions.begin(), note.when->conditions.end(),
                        [&](const auto& condition) { return holds(*page, event, condition); }))
          ++times;
    }
    EXPECT_GE(times, std::max(1, note.when->occurrence))
        << "line " << note.where.line << ": " << note.when->event << " happens " << times << " times";
  }
}

INSTANTIATE_TEST_SUITE_P(, Lesson, testing::ValuesIn(lessons()),
                         [](const auto& lesson) { return test::as_identifier(lesson.param); });

TEST(Lessons, AreAllInTheList) {
  std::multiset<std::string> listed;
  const auto groups = nlohmann::json::parse(std::ifstream(kFolder / "lessons.json"));
  for (const auto& group : groups)
    for (const auto& script : group.at("scripts")) listed.insert(script.get<std::string>());
  const auto all = lessons();
  EXPECT_EQ(std::vector<std::string>(listed.begin(), listed.end()), all);
}

}  // namespace
}  // namespace ringside::drill
