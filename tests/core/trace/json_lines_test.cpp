#include "core/trace/json_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/engine/engine.h"
#include "tests/core/engine/fake_kernel.h"

namespace ringside {
namespace {

using Json = nlohmann::json;

std::vector<Json> lines_of(const Trace& trace, JsonLinesOptions options = {}) {
  std::vector<Json> lines;
  EXPECT_TRUE(write_json_lines(trace, options, [&](const std::string& line) {
    lines.push_back(Json::parse(line));
    return true;
  }));
  return lines;
}

std::shared_ptr<ringside::Run> run_fake() {
  const HostModel model = test::fake_model();
  auto run = *ringside::Run::prepare(test::fake_scenario(30), {}, &model);
  run->run_here();
  return run;
}

const std::set<std::string> kContexts{"nic", "hardirq", "softirq", "ksoftirqd", "process", "timer"};
/// What each event has beside what all have.
const std::map<std::string, std::set<std::string>> kMembers{
    {"call", {}},
    {"return", {}},
    {"decide", {"question", "answer", "values"}},
    {"move", {"from", "to"}},
    {"copy", {"from", "to", "bytes"}},
    {"drop", {"from", "to", "reason"}},
    {"send", {"from", "to"}},
    {"change", {"object", "index", "field", "old", "new"}},
    {"count", {"counter", "by", "new"}},
    {"block", {"pid"}},
    {"wake", {"pid"}},
    {"irq", {"irq"}},
    {"note", {"note", "values"}},
};

/// The cells of a line; quoted ones without their quotes.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells{""};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

TEST(JsonLines, AsCsvEveryStepIsARowWithAColumnForEveryMember) {
  const auto run = run_fake();
  std::vector<std::string> rows;
  EXPECT_TRUE(
      write_json_lines(*run->trace(), {.form = JsonLinesOptions::Form::csv}, [&](const std::string& row) {
        rows.push_back(row);
        return true;
      }));
  const std::vector<Json> lines = lines_of(*run->trace());
  ASSERT_EQ(rows.size(), lines.size() + 1);
  const std::vector<std::string> names = cells_of(rows[0]);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string> cells = cells_of(rows[i + 1]);
    ASSERT_EQ(cells.size(), names.size()) << rows[i + 1];
    for (const auto& [name, value] : lines[i].items()) {
      const auto at = std::find(names.begin(), names.end(), name);
      ASSERT_NE(at, names.end()) << "no column for " << name;
      if (!value.is_structured()) {
        EXPECT_EQ(cells[static_cast<std::size_t>(at - names.begin())],
                  value.is_string() ? value.get<std::string>() : value.dump())
            << name;
      }
    }
  }
}

TEST(JsonLines, EveryLineFollowsTheDocument) {
  const auto run = run_fake();
  StepIndex step = 0;
  std::set<std::string> met;
  for (const Json& line : lines_of(*run->trace())) {
    EXPECT_EQ(line.at("step"), step++);
    EXPECT_TRUE(line.at("t_ns").is_number_integer());
    EXPECT_TRUE(line.at("cpu").is_number_unsigned());
    EXPECT_TRUE(kContexts.contains(line.at("context"))) << line;
    EXPECT_TRUE(line.at("depth").is_number_unsigned());
    EXPECT_TRUE(line.at("function").is_string());
    EXPECT_TRUE(line.at("packet").is_number_unsigned());
    const std::string event = line.at("event");
    met.insert(event);
    ASSERT_TRUE(kMembers.contains(event)) << line;
    for (const std::string& member : kMembers.at(event)) EXPECT_TRUE(line.contains(member)) << line;
    if (event == "change") {
      EXPECT_NE(line.at("field"), "") << "a change of a field that is not listed: " << line;
    }
  }
  EXPECT_EQ(step, run->trace()->step_count());
  EXPECT_TRUE(met.contains("decide") && met.contains("drop") && met.contains("wake"))
      << "the test sees little";
}

TEST(JsonLines, LevelsLeaveOutWhatTheySay) {
  const auto run = run_fake();
  JsonLinesOptions options;
  options.level = Level::packet;
  for (const Json& line : lines_of(*run->trace(), options)) {
    const std::string event = line.at("event");
    EXPECT_FALSE(event == "call" || event == "return" || event == "decide" || event == "change") << line;
  }
}

TEST(JsonLines, OnePacketsStepsAreThoseOfAllWithItsNumber) {
  const auto run = run_fake();
  std::vector<Json> expected;
  for (Json& line : lines_of(*run->trace()))
    if (line.at("packet") == 5) expected.push_back(std::move(line));
  JsonLinesOptions options;
  options.packet = 5;
  EXPECT_EQ(lines_of(*run->trace(), options), expected);
  EXPECT_GT(expected.size(), 3u);
}

TEST(JsonLines, StopsWhenNobodyReadsAnyMore) {
  const auto run = run_fake();
  int lines = 0;
  EXPECT_FALSE(write_json_lines(*run->trace(), {}, [&](const std::string&) { return ++lines < 5; }));
  EXPECT_EQ(lines, 5);
}

}  // namespace
}  // namespace ringside
