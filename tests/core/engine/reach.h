// What runs have entered, asked, dropped and counted: to find what the model has and nothing reaches.
#pragma once
#include <map>
#include <set>
#include <string>

#include "core/engine/engine.h"
#include "core/model/journal.h"

namespace ringside::test {

struct Reach {
  std::set<Fn> functions;
  std::map<std::string, std::set<std::int64_t>> answers;  ///< by question
  std::set<Drop> drops;
  std::set<Counter> counters;
  std::set<std::pair<Place, Place>> moves;

  void add(const Event& event);
  void add(const Trace& trace);
  /// A packetdrill script, by the kernel of that name.
  void add_script(const std::string& path, const std::string& kernel);
  /// A script's text.
  void add_script_text(const std::string& text, const std::string& kernel);
  /// All scripts of a folder of the project.
  void add_scripts(const std::string& folder, const std::string& kernel);
  /// A capture of resources/captures.
  void add_capture(const std::string& name, const std::string& kernel,
                   const std::vector<KnobSetting>& knobs = {}, const std::vector<AppChoice>& apps = {});
};

/// Ids of all questions that the sources ask by decide(); choose() ones apart, since they have many answers.
std::set<std::string> questions_in_sources();

}  // namespace ringside::test
