// The larger entries of the catalogue: decisions, functions, counters, the glossary, what is simplified.
#include <algorithm>

#include "core/words/catalogue.h"

namespace ringside {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() ? found->get<std::string>() : std::string();
}

/// "yes@tcp_v4_rcv" is the answer "yes".
std::string_view answer_of(std::string_view key) { return key.substr(0, key.find('@')); }

/// The most particular wording of an answer: for this function, for this kernel, for all; null: there is
/// none.
const Json* wording(const Json& entry, const std::string& answer, const std::string& function,
                    std::string_view kernel) {
  for (const std::string& key : {answer + "@" + function, answer + "@" + std::string(kernel), answer})
    if (const auto found = entry.find(key); found != entry.end()) return &*found;
  return nullptr;
}

}  // namespace

DecisionWords Words::decision(const StepView& step, std::string_view kernel, const SeqBase& base) const {
  DecisionWords words;
  const Event& event = step.event();
  const Json* entry = catalogue_->find("decide", event.name);
  words.ask = entry != nullptr ? text_of(*entry, "ask") : event.name;
  if (entry == nullptr) return words;
  const std::string function = name_of(event.function);
  const WordValues values = values_of(step, base);
  const std::string yes_no = event.answer == 0 ? "no" : event.answer == 1 ? "yes" : "else";
  const Json* taken = nullptr;
  for (const std::string& answer : {std::to_string(event.answer), yes_no, std::string("else")})
    if (taken == nullptr) taken = wording(*entry, answer, function, kernel);
  for (const auto& [key, value] : entry->items()) {
    if (!value.is_object()) continue;
    const std::string answer(answer_of(key));
    if (wording(*entry, answer, function, kernel) != &value) continue;
    words.ways.push_back({answer, fill_in(text_of(value, "then"), values), &value == taken});
  }
  if (taken != nullptr) words.says = fill_in(text_of(*taken, "says"), values);
  return words;
}

FunctionWords Words::function(std::string_view name) const {
  FunctionWords words;
  const Json* entry = catalogue_->find("function", name);
  if (entry == nullptr) return words;
  words.about = text_of(*entry, "about");
  if (const auto lines = entry->find("lines"); lines != entry->end())
    words.lines = lines->get<std::vector<std::string>>();
  if (const auto at = entry->find("at"); at != entry->end())
    for (const auto& [id, line] : at->items()) words.at[id] = line.get<std::size_t>();
  return words;
}

CounterWords Words::counter(std::string_view name) const {
  CounterWords words{say("counter", name), "nstat -az " + std::string(name)};
  const Json* entry = catalogue_->find("counter", name);
  if (entry != nullptr && entry->contains("see")) words.command = text_of(*entry, "see");
  return words;
}

std::vector<GlossaryEntry> Words::glossary() const {
  std::vector<GlossaryEntry> out;
  for (const std::string& id : ids("glossary")) {
    const Json& entry = *catalogue_->find("glossary", id);
    out.push_back({id, text_of(entry, "name"), text_of(entry, "says")});
  }
  return out;
}

std::vector<Simplification> Words::simplified() const {
  std::vector<Simplification> out;
  for (const std::string& id : ids("simplified")) {
    const Json& entry = *catalogue_->find("simplified", id);
    out.push_back({id, text_of(entry, "area"), text_of(entry, "says"), {}});
    if (const auto about = entry.find("about"); about != entry.end())
      out.back().about = about->get<std::vector<std::string>>();
  }
  return out;
}

std::vector<Simplification> Words::simplified_at(std::string_view function_or_place) const {
  std::vector<Simplification> all = simplified();
  std::erase_if(all, [&](const Simplification& item) {
    return std::find(item.about.begin(), item.about.end(), function_or_place) == item.about.end();
  });
  return all;
}

}  // namespace ringside
