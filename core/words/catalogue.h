// The catalogue as it was read: sections of entries, in the order of the file.
#pragma once
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/words/words.h"

namespace ringside {

struct Words::Catalogue {
  using Json = nlohmann::ordered_json;
  class Section {
   public:
    Section() = default;
    /// Read when it is first asked for: a command that says one sentence does not read a hundred pages.
    explicit Section(std::string_view text) : text_(text) {}
    /// Throws Json::exception if an entry is neither an object nor a sentence.
    void take(const Json& entries) {
      entries_ = entries;
      for (const auto& [id, entry] : entries_.items()) {
        if (!entry.is_object()) (void)entry.get_ref<const std::string&>();
        by_id_[id] = &entry;
      }
    }
    const Json& entries() {
      if (!text_.empty()) std::call_once(once_, [this] { take(Json::parse(text_)); });
      return entries_;
    }
    const Json* find(std::string_view id) {
      entries();
      const auto found = by_id_.find(id);
      return found != by_id_.end() ? found->second : nullptr;
    }

   private:
    std::string_view text_;
    std::once_flag once_;
    Json entries_;
    std::map<std::string, const Json*, std::less<>> by_id_;
  };
  std::map<std::string, Section, std::less<>> sections;

  const Json* find(std::string_view section, std::string_view id) {
    const auto in = sections.find(section);
    return in != sections.end() ? in->second.find(id) : nullptr;
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
