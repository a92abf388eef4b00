// Sentences for the core's ids. The catalogue (resources/narration) is one JSON object a language: sections
// of entries. {name} in a sentence is where a value goes, {name|packet|packets} a word for one or many of
// them. Sections and what an entry is:
//   error, local, step, note, drop   a sentence
//   decide      {"ask": question, ANSWER: {"says": sentence, "then": what follows, in few words}, ...};
//               ANSWER is yes, no, a number or else; with @FUNCTION or @KERNEL behind it where the rule
//               differs
//   function    {"about": paragraph, "lines": [pseudo-code], "at": {decision: line, from 1}}; lines and at
//   optional counter     {"says": sentence, "see": command that shows it on a real host} glossary    {"name":
//   term, "says": sentences} simplified  {"area": where, "says": sentence, "about": [functions and places it
//   concerns]}
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/trace/trace.h"

namespace ringside {

using WordValues = std::vector<std::pair<std::string, std::string>>;

/// A decision in words. Without an entry `ask` is the id and `ways` is empty.
struct DecisionWords {
  struct Way {
    std::string answer;  ///< "yes", "no", a number, "else"
    std::string then;
    bool taken = false;
  };
  std::string ask, says;
  std::vector<Way> ways;  ///< in the order of the catalogue
};

/// A function's page. Without an entry everything is empty.
struct FunctionWords {
  std::string about;
  std::vector<std::string> lines;                      ///< pseudo-code, indented by two spaces a level
  std::map<std::string, std::size_t, std::less<>> at;  ///< decision -> line, from 1
};

struct CounterWords {
  std::string says, command;
};

struct GlossaryEntry {
  std::string id, name, says;
};

struct Simplification {
  std::string id, area, says;
  std::vector<std::string> about;
};

/// Where a connection's sequence numbers begin: told are the differences, as they are drawn. Both 0: the
/// numbers themselves.
struct SeqBase {
  std::uint32_t theirs = 0, ours = 0;
  /// `seq` from the nearer of the two on; one that is far from both stays as it is.
  std::int64_t from(std::int64_t seq) const;
  /// Is a value of that name a sequence number?
  static bool counts(std::string_view name);
};

/// A step's value as it is told: a sequence number from where its connection begins, an Ethernet type in hex;
/// numbers are written by `number`.
std::string told_value(const NamedValue& value, const SeqBase& base, std::string (*number)(std::int64_t));

class Words {
 public:
  /// From a catalogue's JSON text. Errors: words.syntax (args detail).
  static Result<std::shared_ptr<const Words>> from(std::string_view json);
  /// The built-in one.
  static const Words& english();

  bool has(std::string_view section, std::string_view id) const;
  /// The entry's sentence. An id without one gives the id itself and its values: nothing is silent.
  std::string say(std::string_view section, std::string_view id, const WordValues& values = {}) const;
  /// The section's ids in the order of the file.
  std::vector<std::string> ids(std::string_view section) const;
  /// One line, with the place in front: "FILE: frame 7: ...", "FILE:12:3: ...".
  std::string error(const Error& error) const;
  /// What this step does, with its values. `kernel` ("4.13", "6.18") chooses where the rules differ.
  std::string step(const StepView& step, std::string_view kernel = {}, const SeqBase& base = {}) const;

  /// A `decide` step: what was asked, what followed, and the ways there were.
  DecisionWords decision(const StepView& step, std::string_view kernel, const SeqBase& base = {}) const;
  FunctionWords function(std::string_view name) const;
  /// `name`: name_of(Counter). A counter without a command of its own is shown by nstat.
  CounterWords counter(std::string_view name) const;
  std::vector<GlossaryEntry> glossary() const;
  /// What the model leaves out or does its own way.
  std::vector<Simplification> simplified() const;
  /// Those that concern this function or place.
  std::vector<Simplification> simplified_at(std::string_view function_or_place) const;

  ~Words();

 private:
  struct Catalogue;
  explicit Words(std::unique_ptr<Catalogue> catalogue);
  std::unique_ptr<Catalogue> catalogue_;
};

}  // namespace ringside
