// Sentences for the core's ids. The catalogue (resources/narration) maps section and id to a sentence with
// {name} where a value goes.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/trace/trace.h"

namespace ringside {

using WordValues = std::vector<std::pair<std::string, std::string>>;

class Words {
 public:
  /// From a catalogue's JSON text. Errors: words.syntax (args detail).
  static Result<std::shared_ptr<const Words>> from(std::string_view json);
  /// The built-in one.
  static const Words& english();

  bool has(std::string_view section, std::string_view id) const;
  /// An id without a sentence gives the id itself and its values: nothing is silent.
  std::string say(std::string_view section, std::string_view id, const WordValues& values = {}) const;
  /// One line, with the place in front: "FILE: frame 7: ...", "FILE:12:3: ...".
  std::string error(const Error& error) const;
  /// What this step does, with its values. For a decision the question's sentence and then the one of its
  /// answer
  /// ("decide" section: ID, and ID.yes / ID.no / ID.<number>).
  std::string step(const StepView& step) const;

 private:
  struct Catalogue;
  explicit Words(std::unique_ptr<Catalogue> catalogue);

 public:
  ~Words();

 private:
  std::unique_ptr<Catalogue> catalogue_;
};

}  // namespace ringside
