// The catalogue says something about everything the core names, only about that, and with values that are
// really given.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "core/model/counters.h"
#include "core/model/enums.h"
#include "core/model/function.h"
#include "core/words/words.h"
#include "resources/narration.h"
#include "tests/core/words/sources.h"

namespace ringside {
namespace {

using Json = nlohmann::ordered_json;

const Json& catalogue() {
  static const Json json = [] {
    Json all;
    for (const auto& [section, entries] : narration_en()) all[section] = Json::parse(entries);
    return all;
  }();
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

/// No sentence of a paragraph is longer than one can read in one breath.
void expect_short_sentences(const std::string& where, const std::string& paragraph) {
  EXPECT_FALSE(paragraph.empty()) << where;
  for (std::size_t at = 0; at < paragraph.size();) {
    const std::size_t end = std::min(paragraph.find(". ", at), paragraph.size());
    expect_short(where, paragraph.substr(at, end - at));
    at = end + 2;
  }
}

/// The functions of a profile and of both.
std::vector<std::string> all_functions() {
  std::vector<std::string> out;
  for (auto fn = static_cast<std::uint16_t>(Fn::none) + 1; fn < static_cast<std::uint16_t>(Fn::count_); ++fn)
    out.emplace_back(name_of(static_cast<Fn>(fn)));
  return out;
}

TEST(Catalogue, EveryStepsWordingIsOneThatCanBeAsked) {
  std::set<std::string> first{"answer"};
  for (auto id = 0u; id <= static_cast<unsigned>(EventKind::note); ++id)
    first.insert(name_of(static_cast<EventKind>(id)));
  std::set<std::string> further{"own", "yes",  "no",   "syn", "synack", "rst",
                                "fin", "data", "sack", "ack", "nic",    "rps_ipi"};
  for (auto id = 0u; id < static_cast<unsigned>(Place::count_); ++id)
    further.insert(name_of(static_cast<Place>(id)));
  for (const auto& [key, text] : catalogue().at("step").items()) {
    expect_short(key, text.get<std::string>());
    std::istringstream parts(key);
    std::string part;
    std::getline(parts, part, '.');
    EXPECT_TRUE(first.contains(part)) << "step." << key;
    while (std::getline(parts, part, '.')) EXPECT_TRUE(further.contains(part)) << "step." << key;
  }
}

TEST(Catalogue, EveryFunctionHasItsPage) {
  const Words& words = Words::english();
  std::size_t with_code = 0;
  for (const std::string& name : all_functions()) {
    const FunctionWords page = words.function(name);
    expect_short_sentences("function." + name, page.about);
    EXPECT_LE(page.lines.size(), 14u) << name;
    with_code += page.lines.empty() ? 0 : 1;
    for (const std::string& line : page.lines) EXPECT_LE(line.size(), 80u) << name << ": " << line;
    for (const auto& [id, line] : page.at) {
      EXPECT_TRUE(sources().decide.contains(id) || sources().choose.contains(id)) << name << " lights " << id;
      EXPECT_TRUE(line >= 1 && line <= page.lines.size()) << name << "." << id;
    }
  }
  EXPECT_GE(with_code, 80u);
  for (const std::string& id : words.ids("function"))
    EXPECT_NE(function_named(id), Fn::none) << id << " is no modelled function";
}

TEST(Catalogue, EveryCounterAndDropHasItsSentence) {
  const Words& words = Words::english();
  std::set<std::string> counters, drops;
  for (auto id = 0u; id < static_cast<unsigned>(Counter::count_); ++id) {
    const std::string name = name_of(static_cast<Counter>(id));
    counters.insert(name);
    EXPECT_TRUE(words.has("counter", name)) << name;
    expect_short(name, words.counter(name).says);
    EXPECT_FALSE(words.counter(name).command.empty()) << name;
  }
  for (auto id = 1u; id < static_cast<unsigned>(Drop::count_); ++id) {
    const std::string name = name_of(static_cast<Drop>(id));
    drops.insert(name);
    EXPECT_TRUE(words.has("drop", name)) << name;
    expect_short(name, words.say("drop", name));
  }
  for (const std::string& id : words.ids("counter")) EXPECT_TRUE(counters.contains(id)) << "counter." << id;
  for (const std::string& id : words.ids("drop")) EXPECT_TRUE(drops.contains(id)) << "drop." << id;
}

TEST(Catalogue, TheGlossaryExplainsWhatAStudentMustAsk) {
  const auto glossary = Words::english().glossary();
  EXPECT_GE(glossary.size(), 60u);
  for (const GlossaryEntry& entry : glossary) {
    EXPECT_FALSE(entry.name.empty()) << entry.id;
    expect_short_sentences("glossary." + entry.id, entry.says);
  }
}

std::string in_one_line(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  return std::regex_replace(text, std::regex(" +"), " ");
}

TEST(Catalogue, WhatIsSimplifiedIsTheListOfTheDocument) {
  std::ifstream file(std::string(RINGSIDE_SOURCE_DIR) + "/core/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = text.find("## What is simplified"), end = text.find("\n## ", begin);
  ASSERT_LT(begin, end);
  const std::string section = text.substr(begin, end - begin);
  const std::string document = in_one_line(section);
  const auto items = Words::english().simplified();
  std::size_t bullets = 0;
  for (std::size_t at = 0; (at = section.find("\n- ", at)) != std::string::npos; ++at) ++bullets;
  EXPECT_EQ(bullets, items.size()) << "one item a bullet";
  std::set<std::string> places;
  for (auto id = 0u; id < static_cast<unsigned>(Place::count_); ++id)
    places.insert(name_of(static_cast<Place>(id)));
  for (const Simplification& item : items) {
    EXPECT_NE(document.find("- " + item.says), std::string::npos) << item.id << " is not in core/README.md";
    EXPECT_FALSE(item.about.empty()) << item.id;
    for (const std::string& name : item.about)
      EXPECT_TRUE(function_named(name) != Fn::none || places.contains(name)) << item.id << " names " << name;
  }
}

}  // namespace
}  // namespace ringside
