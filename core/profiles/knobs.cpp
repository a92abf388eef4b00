#include "core/profiles/knobs.h"

#include <charconv>
#include <functional>

#include "core/base/nearest.h"
#include "core/profiles/netfilter_rules.h"

namespace ringside {

namespace {

using Numbers = std::vector<std::int64_t>;

/// A knob and how its numbers get in and out of the settings.
struct Knob {
  KnobInfo info;
  std::function<Numbers(const HostSettings&)> read;
  std::function<void(HostSettings&, const Numbers&)> write;
};

template <class T>
void assign(T& to, std::int64_t value) {
  to = static_cast<T>(value);
}

std::vector<Knob> plain_knobs() {
  std::vector<Knob> all;
#define K1(name, member, low, high, unit)                                                   \
  all.push_back({{name, low, high, 1, {}, unit},                                            \
                 [](const HostSettings& s) -> Numbers { return {std::int64_t{s.member}}; }, \
                 [](HostSettings& s, const Numbers& n) { assign(s.member, n[0]); }});
#define K2(name, first, second, low, high, unit)                           \
  all.push_back({{name, low, high, 2, {}, unit},                           \
                 [](const HostSettings& s) -> Numbers {                    \
                   return {std::int64_t{s.first}, std::int64_t{s.second}}; \
                 },                                                        \
                 [](HostSettings& s, const Numbers& n) {                   \
                   assign(s.first, n[0]);                                  \
                   assign(s.second, n[1]);                                 \
                 }});
#define K3(name, member, low, high, unit)                                                                    \
  all.push_back({{name, low, high, 3, {}, unit},                                                             \
                 [](const HostSettings& s) -> Numbers {                                                      \
                   return {std::int64_t{s.member[0]}, std::int64_t{s.member[1]}, std::int64_t{s.member[2]}}; \
                 },                                                                                          \
                 [](HostSettings& s, const Numbers& n) {                                                     \
                   for (std::size_t i = 0; i < 3; ++i) assign(s.member[i], n[i]);                            \
                 }});
#include "core/profiles/knobs.def"
#undef K1
#undef K2
#undef K3
  return all;
}

constexpr const char* kRules = "netfilter.rules";  ///< the one knob that takes words

std::optional<Error> set_rules(HostSettings& settings, std::string_view value) {
  std::string wrong, expected;
  if (auto rules = parse_netfilter_rules(value, wrong, expected)) {
    settings.rules = std::move(*rules);
    return std::nullopt;
  }
  Error error;
  error.id = "knob.rule";
  error.args = {{"name", kRules}, {"value", wrong}, {"expected", expected}};
  return error;
}

/// Settings that are one of some words. A number is the word's place in the list.
void add_choices(std::vector<Knob>& all) {
  static const std::vector<std::string> presets{"fast_server", "slow_laptop", "make_it_drop", "none"};
  all.push_back({{"cost.preset", 0, 0, 0, presets, ""},
                 [](const HostSettings& s) -> Numbers {
                   for (std::size_t i = 0; i < presets.size(); ++i)
                     if (s.cost_preset == presets[i]) return {static_cast<std::int64_t>(i)};
                   return {0};
                 },
                 [](HostSettings& s, const Numbers& n) {
                   s.cost_preset = presets[static_cast<std::size_t>(n[0])];
                   load_cost_preset(s.cost_preset, s.costs);
                 }});
  all.push_back({{"net.ipv4.tcp_congestion_control", 0, 0, 0, {"cubic", "reno"}, ""},
                 [](const HostSettings& s) -> Numbers { return {s.profile.sysctl.tcp_default_cc}; },
                 [](HostSettings& s, const Numbers& n) { assign(s.profile.sysctl.tcp_default_cc, n[0]); }});
}

void add_function_costs(std::vector<Knob>& all) {
  for (std::size_t i = 1; i < static_cast<std::size_t>(Fn::count_); ++i)
    all.push_back({{std::string("cost.") + name_of(static_cast<Fn>(i)), 0, 1000000000, 1, {}, "ns"},
                   [i](const HostSettings& s) -> Numbers { return {std::int64_t{s.costs.call_ns[i]}}; },
                   [i](HostSettings& s, const Numbers& n) { assign(s.costs.call_ns[i], n[0]); }});
}

const std::vector<Knob>& table() {
  static const std::vector<Knob> all = [] {
    std::vector<Knob> knobs = plain_knobs();
    add_choices(knobs);
    knobs.push_back({{kRules, 0, 0, 0, {}, ""}, nullptr, nullptr});
    add_function_costs(knobs);
    return knobs;
  }();
  return all;
}

const Knob* find(std::string_view name) {
  for (const Knob& knob : table())
    if (knob.info.name == name) return &knob;
  return nullptr;
}

Error knob_error(const char* id, std::string_view name, std::string_view value) {
  Error error;
  error.id = id;
  error.args.emplace_back("name", name);
  error.args.emplace_back("value", value);
  return error;
}

/// Numbers separated by spaces, tabs or commas, as sysctl prints and takes them; false for anything else.
bool read_numbers(std::string_view text, Numbers& numbers) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == ','; };
  while (true) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    if (text.empty()) return true;
    std::int64_t number = 0;
    const bool hex = text.starts_with("0x");
    const char* begin = text.data() + (hex ? 2 : 0);
    const auto [end, problem] = std::from_chars(begin, text.data() + text.size(), number, hex ? 16 : 10);
    if (problem != std::errc{} || end == begin) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty() && !is_space(text.front())) return false;
    numbers.push_back(number);
    if (numbers.size() > 8) return false;
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::optional<Error> set_choice(HostSettings& settings, const Knob& knob, std::string_view value) {
  for (std::size_t i = 0; i < knob.info.choices.size(); ++i) {
    if (knob.info.choices[i] != value) continue;
    knob.write(settings, {static_cast<std::int64_t>(i)});
    return std::nullopt;
  }
  Error error = knob_error("knob.choice", knob.info.name, value);
  error.args.emplace_back("choices", joined(knob.info.choices));
  return error;
}

/// Whoever leaves the first parts of a name out means the one that ends so; else the least mistyped.
std::string meant_knob(std::string_view name) {
  const std::string tail = "." + std::string(name.substr(0, 100));
  for (const Knob& knob : table())
    if (knob.info.name.ends_with(tail)) return knob.info.name;
  return nearest(name.substr(0, 100), table(),
                 [](const Knob& knob) { return std::string_view(knob.info.name); });
}

Error unknown_knob(std::string_view name) {
  Error error;
  error.id = "knob.unknown";
  error.args.emplace_back("name", name);
  error.args.emplace_back("nearest", meant_knob(name));
  return error;
}

}  // namespace

std::span<const KnobInfo> knobs() {
  static const std::vector<KnobInfo> infos = [] {
    std::vector<KnobInfo> all;
    for (const Knob& knob : table()) all.push_back(knob.info);
    return all;
  }();
  return infos;
}

std::optional<Error> set_knob(HostSettings& settings, std::string_view name, std::string_view value) {
  const Knob* knob = find(name);
  if (knob == nullptr) return unknown_knob(name);
  if (knob->info.name == kRules) return set_rules(settings, value);
  if (knob->info.numbers == 0) return set_choice(settings, *knob, value);
  Numbers numbers;
  if (!read_numbers(value, numbers) || numbers.size() != knob->info.numbers) {
    Error error = knob_error("knob.not_a_number", name, value);
    error.args.emplace_back("numbers", std::to_string(knob->info.numbers));
    return error;
  }
  for (const std::int64_t number : numbers) {
    if (number >= knob->info.low && number <= knob->info.high) continue;
    Error error = knob_error("knob.range", name, std::to_string(number));
    error.args.emplace_back("low", std::to_string(knob->info.low));
    error.args.emplace_back("high", std::to_string(knob->info.high));
    return error;
  }
  knob->write(settings, numbers);
  return std::nullopt;
}

std::string knob_value(const HostSettings& settings, std::string_view name) {
  const Knob* knob = find(name);
  if (knob == nullptr) return "";
  if (knob->info.name == kRules) return print_netfilter_rules(settings.rules);
  const Numbers numbers = knob->read(settings);
  if (knob->info.numbers == 0) return knob->info.choices[static_cast<std::size_t>(numbers[0])];
  std::string text;
  for (const std::int64_t number : numbers) text += (text.empty() ? "" : " ") + std::to_string(number);
  return text;
}

}  // namespace ringside
