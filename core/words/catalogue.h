// The catalogue as it was read: sections of entries, in the order of the file.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/words/words.h"

namespace ringside {

struct Words::Catalogue {
  using Json = nlohmann::ordered_json;
  Json root;
  std::map<std::string, std::map<std::string, const Json*, std::less<>>, std::less<>> sections;

  const Json* find(std::string_view section, std::string_view id) const {
    const auto in = sections.find(section);
    if (in == sections.end()) return nullptr;
    const auto found = in->second.find(id);
    return found != in->second.end() ? found->second : nullptr;
  }
};

/// The sentence with its {placeholders} filled in; unknown ones stay.
std::string fill_in(std::string_view sentence, const WordValues& values);
/// "id: name value, name value".
std::string list_values(std::string_view id, const WordValues& values);
/// What the step's code named: of a decision what it was taken on.
WordValues named_values_of(const StepView& step, const SeqBase& base = {});
/// These, and what every step has (packet, function, from, to, ...).
WordValues values_of(const StepView& step, const SeqBase& base = {});

}  // namespace ringside
