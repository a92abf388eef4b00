// The catalogue says something about everything the core names, only about that, and with values that are
// really given.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "core/model/function.h"
#include "core/words/words.h"
#include "resources/narration.h"
#include "tests/core/words/sources.h"

namespace ringside {
namespace {

using Json = nlohmann::ordered_json;

const Json& catalogue() {
  static const Json json = Json::parse(narration_en());
  return json;
}

const test::SourceIds& sources() {
  static const test::SourceIds ids = test::source_ids();
  return ids;
}

std::set<std::string> placeholders(const std::string& text) {
  static const std::regex pattern(R"(\{([a-z_0-9]*)\})");
  std::set<std::string> out;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pattern); it != std::sregex_iterator(); ++it)
    out.insert((*it)[1]);
  return out;
}

/// What every place that asks names; `any`: what at least one of them does.
std::set<std::string> values_of(const std::vector<test::Asked>& places, bool any) {
  std::set<std::string> out = places.front().values;
  for (const test::Asked& place : places) {
    std::set<std::string> merged;
    if (any) {
      merged = out;
      merged.insert(place.values.begin(), place.values.end());
    } else {
      std::set_intersection(out.begin(), out.end(), place.values.begin(), place.values.end(),
                            std::inserter(merged, merged.end()));
    }
    out = merged;
  }
  out.insert({"packet", "answer"});
  return out;
}

void expect_known(const std::string& where, const std::string& text, const std::set<std::string>& values) {
  for (const std::string& name : placeholders(text))
    EXPECT_TRUE(values.contains(name))
        << where << " wants {" << name << "}, which the decision does not give";
}

void expect_short(const std::string& where, const std::string& text) {
  EXPECT_LE(text.size(), 240u) << where << ": " << text;
  EXPECT_FALSE(text.empty()) << where;
}

/// An answer and where it counts: "yes", "yes@tcp_v4_rcv", "no@6.18".
struct Key {
  std::string answer, where;
};
Key key_of(const std::string& key) {
  const std::size_t at = key.find('@');
  return {key.substr(0, at), at == std::string::npos ? "" : key.substr(at + 1)};
}

void check_entry(const std::string& id, const Json& entry, const std::vector<test::Asked>& places,
                 bool choice) {
  expect_short(id + ".ask", entry.at("ask").get<std::string>());
  std::set<std::string> answers;
  for (const auto& [key, value] : entry.items()) {
    if (key == "ask") continue;
    const std::string where = id + "." + key;
    const Key parts = key_of(key);
    answers.insert(parts.answer);
    const bool known = parts.where.empty() || parts.where == "4.13" || parts.where == "6.18" ||
                       function_named(parts.where) != Fn::none;
    EXPECT_TRUE(known) << where << ": no such function";
    for (const char* member : {"says", "then"}) {
      const std::string text = value.at(member);
      expect_short(where, text);
      expect_known(where, text, values_of(places, !parts.where.empty()));
    }
    EXPECT_TRUE(value.at("says").get<std::string>().ends_with(".")) << where << " is no whole sentence";
  }
  if (choice) {
    EXPECT_TRUE(answers.contains("else") || answers.size() >= 3) << id;
    EXPECT_FALSE(answers.contains("yes") || answers.contains("no")) << id << " is answered by a number";
    return;
  }
  const bool only_yes =
      std::all_of(places.begin(), places.end(), [](const test::Asked& place) { return place.always_yes; });
  const std::set<std::string> wanted =
      only_yes ? std::set<std::string>{"yes"} : std::set<std::string>{"no", "yes"};
  EXPECT_EQ(answers, wanted) << id;
}

TEST(Catalogue, EveryDecisionHasItsSentences) {
  const Json& section = catalogue().at("decide");
  ASSERT_GT(sources().decide.size(), 200u) << "the test does not find the decisions";
  for (const auto* asked : {&sources().decide, &sources().choose})
    for (const auto& [id, places] : *asked) {
      if (!section.contains(id)) {
        ADD_FAILURE() << id << " (" << places.front().file << ") has no sentence";
        continue;
      }
      check_entry(id, section.at(id), places, asked == &sources().choose);
    }
}

TEST(Catalogue, EveryNoteHasItsSentence) {
  const Json& section = catalogue().at("note");
  for (const auto& [id, places] : sources().note) {
    ASSERT_TRUE(section.contains(id)) << id << " (" << places.front().file << ") has no sentence";
    const std::string text = section.at(id);
    expect_short(id, text);
    expect_known(id, text, values_of(places, false));
  }
}

TEST(Catalogue, NoSentenceIsLeftOver) {
  for (const auto& [id, entry] : catalogue().at("decide").items())
    EXPECT_TRUE(sources().decide.contains(id) || sources().choose.contains(id)) << "decide." << id;
  for (const auto& [id, entry] : catalogue().at("note").items())
    EXPECT_TRUE(sources().note.contains(id)) << "note." << id;
}

}  // namespace
}  // namespace ringside
