#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/core/words/sources.h"

namespace ringside::test {

namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The call's text from its opening bracket to the closing one.
std::string arguments(const std::string& text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return text.substr(open, at - open + 1);
  }
  return text.substr(open);
}

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

void read_calls(const std::string& file, const std::string& text, SourceIds& out) {
  static const std::regex call(R"((decide|choose|remark)\(\s*"([a-z_0-9]+)\")");
  static const std::regex value(R"(\{"([a-z_0-9]+)\")");
  static const std::regex constant(R"(^\(\s*"[a-z_0-9]+",\s*true\s*,)");
  for (const std::smatch& found : matches(text, call)) {
    const std::string all = arguments(text, static_cast<std::size_t>(found.position(1) + found.length(1)));
    Asked asked{file, {}, std::regex_search(all, constant)};
    for (const std::smatch& name : matches(all, value)) asked.values.insert(name[1]);
    auto& section = found[1] == "decide" ? out.decide : found[1] == "choose" ? out.choose : out.note;
    section[found[2]].push_back(asked);
  }
}

/// Notes whose id is handed on: martian(k, skb, "id", ...) and what address_fault() returns.
void read_handed_on(const std::string& file, const std::string& text, SourceIds& out) {
  static const std::regex martian(R"(martian\(k, skb, "([a-z_]+)\")");
  static const std::regex fault(R"(return "([a-z_]+)\";)");
  for (const std::smatch& found : matches(text, martian)) out.note[found[1]].push_back({file, {}, false});
  const std::size_t begin = text.find("const char* address_fault(");
  if (begin == std::string::npos) return;
  const std::string body = text.substr(begin, text.find("\n}", begin) - begin);
  for (const std::smatch& found : matches(body, fault)) out.note[found[1]].push_back({file, {}, false});
}

}  // namespace

SourceIds source_ids() {
  SourceIds out;
  const std::filesystem::path core = std::filesystem::path(RINGSIDE_SOURCE_DIR) / "core";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(core)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = read(entry.path());
    const std::string file = entry.path().lexically_relative(core).string();
    read_calls(file, text, out);
    read_handed_on(file, text, out);
  }
  return out;
}

}  // namespace ringside::test
