#include "core/words/words.h"

#include <map>
#include <nlohmann/json.hpp>

#include "core/model/fields.h"
#include "resources/narration.h"

namespace ringside {

struct Words::Catalogue {
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> sections;
  const std::string* find(std::string_view section, std::string_view id) const {
    const auto in = sections.find(section);
    if (in == sections.end()) return nullptr;
    const auto found = in->second.find(id);
    return found != in->second.end() ? &found->second : nullptr;
  }
};

namespace {

std::string filled(const std::string& sentence, const WordValues& values) {
  std::string text;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t open = sentence.find('{', at);
    const std::size_t close = open == std::string::npos ? open : sentence.find('}', open);
    if (close == std::string::npos) return text + sentence.substr(at);
    text += sentence.substr(at, open - at);
    const std::string name = sentence.substr(open + 1, close - open - 1);
    std::string value = sentence.substr(open, close - open + 1);
    for (const auto& [key, known] : values)
      if (key == name) value = known;
    text += value;
    at = close + 1;
  }
  return text;
}

std::string listed(std::string_view id, const WordValues& values) {
  std::string text(id);
  const char* separator = ": ";
  for (const auto& [name, value] : values) {
    text += separator + name + " " + value;
    separator = ", ";
  }
  return text;
}

WordValues named_values_of(const StepView& step) {
  WordValues values;
  for (const NamedValue& v : step.values()) values.emplace_back(v.name, std::to_string(v.value));
  return values;
}

WordValues values_of(const StepView& step) {
  const Event& event = step.event();
  WordValues values = named_values_of(step);
  values.emplace_back("packet", std::to_string(event.packet));
  values.emplace_back("function", name_of(event.function));
  values.emplace_back("from", name_of(event.from));
  values.emplace_back("to", name_of(event.to));
  values.emplace_back("answer", std::to_string(event.answer));
  if (event.kind == EventKind::change) {
    values.emplace_back("object", name_of(event.object));
    values.emplace_back("field", fields()[event.id].name);
    values.emplace_back("old", std::to_string(event.old_value));
    values.emplace_back("new", std::to_string(event.new_value));
  }
  if (event.kind == EventKind::drop) values.emplace_back("reason", name_of(static_cast<Drop>(event.id)));
  if (event.kind == EventKind::count) values.emplace_back("counter", name_of(static_cast<Counter>(event.id)));
  if (event.name != nullptr) values.emplace_back("name", event.name);
  return values;
}

}  // namespace

Words::Words(std::unique_ptr<Catalogue> catalogue) : catalogue_(std::move(catalogue)) {}
Words::~Words() = default;

Result<std::shared_ptr<const Words>> Words::from(std::string_view json) {
  auto catalogue = std::make_unique<Catalogue>();
  try {
    const auto parsed = nlohmann::json::parse(json);
    for (const auto& [section, entries] : parsed.items())
      for (const auto& [id, sentence] : entries.items())
        catalogue->sections[section][id] = sentence.get<std::string>();
  } catch (const nlohmann::json::exception& problem) {
    Error error;
    error.id = "words.syntax";
    error.args.emplace_back("detail", problem.what());
    return error;
  }
  return std::shared_ptr<const Words>(new Words(std::move(catalogue)));
}

const Words& Words::english() {
  static const std::shared_ptr<const Words> words = from(narration_en()).value();
  return *words;
}

bool Words::has(std::string_view section, std::string_view id) const {
  return catalogue_->find(section, id) != nullptr;
}

std::string Words::say(std::string_view section, std::string_view id, const WordValues& values) const {
  const std::string* sentence = catalogue_->find(section, id);
  return sentence != nullptr ? filled(*sentence, values) : listed(id, values);
}

std::string Words::error(const Error& error) const {
  std::string text = error.file;
  if (!text.empty() && error.line != 0) text += ":" + std::to_string(error.line);
  if (!text.empty() && error.line != 0 && error.column != 0) text += ":" + std::to_string(error.column);
  if (!text.empty()) text += ": ";
  if (error.packet != 0) text += say("error", "at_frame", {{"packet", std::to_string(error.packet)}});
  return text + say("error", error.id, error.args);
}

std::string Words::step(const StepView& step) const {
  const Event& event = step.event();
  const WordValues values = values_of(step);
  if (event.kind == EventKind::decide) {
    const std::string id = event.name;
    const std::string answer = event.answer == 0 ? ".no" : event.answer == 1 ? ".yes" : "";
    // Without a sentence only what the decision was taken on is listed, not all that a sentence could name.
    std::string text = has("decide", id) ? say("decide", id, values) : listed(id, named_values_of(step));
    for (const std::string& key : {id + "." + std::to_string(event.answer), id + answer})
      if (key != id && has("decide", key)) return text + " " + say("decide", key, values);
    return text + " " + say("step", answer.empty() ? "answer" : "answer" + answer, values);
  }
  if (event.kind == EventKind::note) {
    const std::string_view id = event.name != nullptr ? event.name : "";
    return has("note", id) ? say("note", id, values) : listed(id, named_values_of(step));
  }
  if (event.kind == EventKind::call && has("function", name_of(event.function)))
    return say("function", name_of(event.function), values);
  return say("step", name_of(event.kind), values);
}

}  // namespace ringside
