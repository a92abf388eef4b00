#include "core/words/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/model/fields.h"
#include "core/words/catalogue.h"
#include "resources/narration.h"

namespace ringside {

std::string fill_in(std::string_view sentence, const WordValues& values) {
  std::string text;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t open = sentence.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : sentence.find('}', open);
    if (close == std::string_view::npos) return text.append(sentence.substr(at));
    text += sentence.substr(at, open - at);
    const std::string_view inside = sentence.substr(open + 1, close - open - 1);
    const std::size_t one = inside.find('|');
    const std::size_t many = one == std::string_view::npos ? one : inside.find('|', one + 1);
    const bool counted = many != std::string_view::npos;
    const std::string_view name = inside.substr(0, counted ? one : inside.size());
    std::string value(sentence.substr(open, close - open + 1));
    for (const auto& [key, known] : values) {
      if (key != name) continue;
      value = known;
      if (counted) value = known == "1" ? inside.substr(one + 1, many - one - 1) : inside.substr(many + 1);
    }
    text += value;
    at = close + 1;
  }
  return text;
}

std::string list_values(std::string_view id, const WordValues& values) {
  std::string text(id);
  const char* separator = ": ";
  for (const auto& [name, value] : values) {
    text += separator + name + " " + value;
    separator = ", ";
  }
  return text;
}

bool SeqBase::counts(std::string_view name) {
  constexpr std::array kNames{"seq",     "end_seq", "ack",     "ack_seq",  "rcv_nxt",    "rcv_wup",
                              "snd_una", "snd_nxt", "wnd_end", "tail_end", "write_seq",  "copied_seq",
                              "urg_seq", "start",   "end",     "expected", "right_edge", "pushed_seq"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         (name.substr(0, 4) == "sack" && name.find('_') != std::string_view::npos);
}

std::int64_t SeqBase::from(std::int64_t seq) const {
  if (seq <= 0 || seq > UINT32_MAX || (theirs == 0 && ours == 0)) return seq;
  constexpr std::uint32_t kFar = 1u << 30;
  const auto number = static_cast<std::uint32_t>(seq);
  const std::uint32_t nearer = std::min(number - theirs, number - ours);
  return nearer < kFar ? nearer : seq;
}

std::string told_value(const NamedValue& value, const SeqBase& base, std::string (*number)(std::int64_t)) {
  if (std::string_view(value.name) != "ethertype")
    return number(SeqBase::counts(value.name) ? base.from(value.value) : value.value);
  char text[16];
  std::snprintf(text, sizeof text, "0x%04x", static_cast<unsigned>(value.value));
  return text;
}

WordValues named_values_of(const StepView& step, const SeqBase& base) {
  const auto plain = [](std::int64_t value) { return std::to_string(value); };
  WordValues values;
  for (const NamedValue& v : step.values()) values.emplace_back(v.name, told_value(v, base, plain));
  return values;
}

WordValues values_of(const StepView& step, const SeqBase& base) {
  const Event& event = step.event();
  WordValues values;
  values.emplace_back("packet", std::to_string(event.packet));
  values.emplace_back("function", name_of(event.function));
  values.emplace_back("from", name_of(event.from));
  values.emplace_back("to", name_of(event.to));
  values.emplace_back("answer", std::to_string(event.answer));
  if (event.kind == EventKind::change) {
    values.emplace_back("object", name_of(event.object));
    values.emplace_back("field", fields()[event.id].path);
    const bool seq = fields()[event.id].format == FieldFormat::seq;
    values.emplace_back("old", std::to_string(seq ? base.from(event.old_value) : event.old_value));
    values.emplace_back("new", std::to_string(seq ? base.from(event.new_value) : event.new_value));
  }
  if (event.kind == EventKind::drop) values.emplace_back("reason", name_of(static_cast<Drop>(event.id)));
  if (event.kind == EventKind::count) values.emplace_back("counter", name_of(static_cast<Counter>(event.id)));
  if (event.name != nullptr) values.emplace_back("name", event.name);
  // What the code itself named comes last: it wins.
  for (auto& value : named_values_of(step, base)) values.push_back(std::move(value));
  return values;
}

Words::Words(std::unique_ptr<Catalogue> catalogue) : catalogue_(std::move(catalogue)) {}
Words::~Words() = default;

Result<std::shared_ptr<const Words>> Words::from(std::string_view json) {
  auto catalogue = std::make_unique<Catalogue>();
  try {
    const auto root = Catalogue::Json::parse(json);
    for (const auto& [section, entries] : root.items()) catalogue->sections[section].take(entries);
  } catch (const nlohmann::json::exception& problem) {
    Error error;
    error.id = "words.syntax";
    error.args.emplace_back("detail", problem.what());
    return error;
  }
  return std::shared_ptr<const Words>(new Words(std::move(catalogue)));
}

const Words& Words::english() {
  static const Words words([] {
    auto catalogue = std::make_unique<Catalogue>();
    for (const auto& [section, json] : narration_en()) catalogue->sections.try_emplace(section, json);
    return catalogue;
  }());
  return words;
}

bool Words::has(std::string_view section, std::string_view id) const {
  return catalogue_->find(section, id) != nullptr;
}

std::string Words::say(std::string_view section, std::string_view id, const WordValues& values) const {
  const auto* entry = catalogue_->find(section, id);
  if (entry != nullptr && entry->is_object()) {
    const auto says = entry->find("says");
    entry = says != entry->end() ? &*says : nullptr;
  }
  return entry != nullptr ? fill_in(entry->get_ref<const std::string&>(), values) : list_values(id, values);
}

std::vector<std::string> Words::ids(std::string_view section) const {
  std::vector<std::string> out;
  const auto found = catalogue_->sections.find(section);
  if (found == catalogue_->sections.end()) return out;
  for (const auto& [id, entry] : found->second.entries().items()) out.push_back(id);
  return out;
}

std::string Words::error(const Error& error) const {
  std::string text = error.file;
  if (!text.empty() && error.line != 0) text += ":" + std::to_string(error.line);
  if (!text.empty() && error.line != 0 && error.column != 0) text += ":" + std::to_string(error.column);
  if (!text.empty()) text += ": ";
  if (error.packet != 0) text += say("error", "at_frame", {{"packet", std::to_string(error.packet)}});
  return text + say("error", error.id, error.args);
}

namespace {

std::int64_t value_of(const StepView& step, std::string_view name, std::int64_t otherwise) {
  for (const NamedValue& v : step.values())
    if (v.name == name) return v.value;
  return otherwise;
}

/// What kind of segment is sent, by its flags; "" if it is not TCP's.
std::string kind_of_segment(const StepView& step) {
  constexpr std::int64_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16;
  const std::int64_t flags = value_of(step, "flags", -1);
  if (flags < 0) return {};
  if ((flags & kRst) != 0) return "rst";
  if ((flags & kSyn) != 0) return (flags & kAck) != 0 ? "synack" : "syn";
  if ((flags & kFin) != 0) return "fin";
  if (value_of(step, "len", 0) != 0) return "data";
  return value_of(step, "sacks", 0) != 0 ? "sack" : "ack";
}

/// The wordings of a step, the most particular first: "move.own.qdisc", "move.own", "move".
std::vector<std::string> wordings(const StepView& step) {
  const Event& event = step.event();
  const std::string kind = name_of(event.kind);
  switch (event.kind) {
    case EventKind::move:
    case EventKind::copy: {
      const std::string whose = event.packet == 0 ? kind + ".own" : kind;
      return {whose + "." + name_of(event.to), whose, kind};
    }
    case EventKind::drop:
      if (event.packet == 0) return {kind + ".own"};
      return {kind};
    case EventKind::send:
      return {kind + "." + kind_of_segment(step), kind};
    case EventKind::irq:
      return {kind + "." + (event.name != nullptr ? event.name : ""), kind};
    default:
      return {kind};
  }
}

}  // namespace

std::string Words::step(const StepView& step, std::string_view kernel, const SeqBase& base) const {
  const Event& event = step.event();
  const WordValues values = values_of(step, base);
  if (event.kind == EventKind::decide) {
    if (has("decide", event.name)) return decision(step, kernel, base).says;
    const std::string answer = event.answer == 0 ? "answer.no" : event.answer == 1 ? "answer.yes" : "answer";
    // Without a sentence only what the decision was taken on is listed, not all that a sentence could name.
    return list_values(event.name, named_values_of(step, base)) + " " + say("step", answer, values);
  }
  if (event.kind == EventKind::note) {
    const std::string_view id = event.name != nullptr ? event.name : "";
    return has("note", id) ? say("note", id, values) : list_values(id, named_values_of(step, base));
  }
  const std::vector<std::string> keys = wordings(step);
  const auto found =
      std::find_if(keys.begin(), keys.end(), [this](const auto& key) { return has("step", key); });
  std::string text = say("step", found != keys.end() ? *found : keys.back(), values);
  const char* reason = event.kind == EventKind::drop ? name_of(static_cast<Drop>(event.id)) : "";
  if (has("drop", reason)) text += " " + say("drop", reason);
  return text;
}

}  // namespace ringside
