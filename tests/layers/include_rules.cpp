#include "tests/layers/include_rules.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <string_view>

#include "tests/layers/rooms.h"

namespace ringside::layers {
namespace {

bool starts_with_room(std::string_view file, std::string_view room) {
  return file.starts_with(room) && file.substr(room.size(), 1) == "/";
}

bool in_project(std::string_view header) {
  for (const std::string_view top : {"core", "ui", "app", "resources", "tests"}) {
    if (starts_with_room(header, top)) return true;
  }
  return false;
}

bool is_qt(const std::string& header) {
  static const std::regex qt("(Qt[A-Z][A-Za-z]*/.*|Q[A-Z][A-Za-z0-9]*|Qt[A-Za-z]*|q[a-z]+\\.h)");
  return std::regex_match(header, qt) && header != "qcustomplot.h";
}

/// The command line is built where there is no Qt; the window's main() is the only part of app that has it.
bool must_be_without_qt(std::string_view path) {
  return path.starts_with("core/") || path.starts_with("tests/core/") || path.starts_with("app/cli");
}

bool may_include(const Room& room, std::string_view header) {
  const Room* other = room_of(header);
  const std::string_view target = other != nullptr ? other->path : header;
  if (target == room.path || starts_with_room(target, room.path)) return true;
  return std::any_of(room.may_include.begin(), room.may_include.end(), [&](std::string_view allowed) {
    return target == allowed || starts_with_room(target, allowed);
  });
}

std::string why_forbidden(const SourceFile& file, const std::string& header) {
  if (must_be_without_qt(file.path) && is_qt(header)) return "no Qt here: a build without Qt needs this file";
  if (header.ends_with("qcustomplot.h") && !file.path.starts_with("ui/charts/")) {
    return "QCustomPlot stays in ui/charts, so that it can be replaced and compiles once";
  }
  if (!in_project(header)) return "";
  if (file.path.starts_with("app/cli") && header.starts_with("ui/")) return "the command line has no window";
  const Room* room = room_of(file.path);
  if (room == nullptr) return "the file lies in no room: give its folder a line in tests/layers/rooms.cpp";
  if (room_of(header) == nullptr)
    return "the header lies in no room: give its folder a line in tests/layers/rooms.cpp";
  if (may_include(*room, header)) return "";
  return std::string(room->path) + " may not know " + std::string(room_of(header)->path) + " (" +
         std::string(room->reason) + ")";
}

}  // namespace

std::vector<std::string> forbidden_includes(const SourceFile& file) {
  static const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"].*");
  std::vector<std::string> found;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_match(file.lines[i], match, include)) continue;
    const std::string why = why_forbidden(file, match[1]);
    if (!why.empty())
      found.push_back(file.path + ":" + std::to_string(i + 1) + ": includes " + match[1].str() + ": " + why);
  }
  return found;
}

}  // namespace ringside::layers
