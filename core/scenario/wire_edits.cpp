#include "core/scenario/wire_edits.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace ringside {

namespace {

using Kind = WireEdit::Kind;
constexpr std::array<const char*, 5> kKinds{"drop", "duplicate", "delay", "corrupt", "reorder"};

std::optional<Kind> kind_named(const std::string& name) {
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    if (name == kKinds[i]) return static_cast<Kind>(i);
  return std::nullopt;
}

template <class T>
bool read_number(const std::string& text, T& value, int base = 10) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

bool read_time(std::string text, std::int64_t& ns) {
  constexpr std::pair<const char*, std::int64_t> kUnits[] = {
      {"ns", 1}, {"us", 1000}, {"ms", 1'000'000}, {"s", 1'000'000'000}};
  if (text.starts_with('+')) text.erase(0, 1);
  for (const auto& [unit, factor] : kUnits) {
    if (!text.ends_with(unit)) continue;
    std::int64_t number = 0;
    const std::string digits = text.substr(0, text.size() - std::string_view(unit).size());
    constexpr std::int64_t kMost = INT64_MAX / 1'000'000'000;
    if (!read_number(digits, number) || number > kMost || number < -kMost) continue;
    ns = number * factor;
    return true;
  }
  return false;
}

bool read_rest(std::istringstream& words, WireEdit& edit) {
  std::string word;
  switch (edit.kind) {
    case Kind::drop:
      return true;
    case Kind::duplicate:
      return !(words >> word) || read_time(word, edit.delay_ns);
    case Kind::delay:
      return words >> word && read_time(word, edit.delay_ns);
    case Kind::reorder:
      return words >> word && word == "behind" && words >> word && read_number(word, edit.behind);
    case Kind::corrupt:
      if (!(words >> word) || !read_number(word, edit.offset)) return false;
      return !(words >> word) || (read_number(word, edit.xor_mask, 16) && edit.xor_mask != 0);
  }
  return false;
}

Error json_error(const std::string& detail) {
  Error error;
  error.id = "edit.json";
  error.args = {{"detail", detail}};
  return error;
}

}  // namespace

Result<WireEdit> parse_wire_edit(const std::string& text) {
  std::istringstream words(text);
  std::string kind, packet, rest;
  WireEdit edit;
  words >> kind >> packet;
  const auto known = kind_named(kind);
  if (known) edit.kind = *known;
  if (known && read_number(packet, edit.packet) && edit.packet != 0 && read_rest(words, edit) &&
      !(words >> rest))
    return edit;
  Error error;
  error.id = "edit.syntax";
  error.args = {{"value", text}};
  return error;
}

std::string text_of(const WireEdit& edit) {
  std::ostringstream text;
  text << kKinds[static_cast<std::size_t>(edit.kind)] << ' ' << edit.packet;
  if (edit.kind == Kind::delay || (edit.kind == Kind::duplicate && edit.delay_ns != 0))
    text << ' ' << edit.delay_ns << "ns";
  if (edit.kind == Kind::reorder) text << " behind " << edit.behind;
  if (edit.kind == Kind::corrupt) {
    constexpr char kHex[] = "0123456789abcdef";
    text << ' ' << edit.offset << ' ' << kHex[edit.xor_mask >> 4] << kHex[edit.xor_mask & 15];
  }
  return text.str();
}

std::string wire_edits_to_json(const std::vector<WireEdit>& edits) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const WireEdit& edit : edits) {
    nlohmann::ordered_json one;
    one["kind"] = kKinds[static_cast<std::size_t>(edit.kind)];
    one["packet"] = edit.packet;
    if (edit.kind == Kind::delay || edit.kind == Kind::duplicate) one["delay_ns"] = edit.delay_ns;
    if (edit.kind == Kind::reorder) one["behind"] = edit.behind;
    if (edit.kind == Kind::corrupt) {
      one["offset"] = edit.offset;
      one["xor_mask"] = edit.xor_mask;
    }
    all.push_back(one);
  }
  return all.dump();
}

Result<std::vector<WireEdit>> wire_edits_from_json(const std::string& json) {
  const auto all = nlohmann::json::parse(json, nullptr, false);
  if (!all.is_array()) return json_error("no list");
  std::vector<WireEdit> edits;
  try {
    for (const auto& one : all) {
      WireEdit edit;
      const auto kind = kind_named(one.at("kind").get<std::string>());
      if (!kind) return json_error("kind");
      edit.kind = *kind;
      edit.packet = one.at("packet").get<std::uint32_t>();
      edit.delay_ns = one.value("delay_ns", std::int64_t{0});
      edit.behind = one.value("behind", 0u);
      edit.offset = one.value("offset", 0u);
      edit.xor_mask = one.value("xor_mask", std::uint8_t{0xff});
      edits.push_back(edit);
    }
  } catch (const nlohmann::json::exception& wrong) {
    return json_error(wrong.what());
  }
  return edits;
}

}  // namespace ringside
