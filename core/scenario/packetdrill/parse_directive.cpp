// `//@` lines: Ringside's own words in comments.
#include <charconv>

#include "core/scenario/packetdrill/parser.h"

namespace ringside::packetdrill {
namespace {

using Kind = Directive::Kind;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr const char* keys = "title:,summary:,kernel:,verified:,set,app,note:,note when";
constexpr const char* blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes the next word, without the blanks around it, off the front of `text`.
std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find_first_of(blanks), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

bool is_name(std::string_view text) {
  constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/";
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool split_pair(std::string_view text, std::string& name, std::string& value) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view left = trimmed(text.substr(0, equals));
  const std::string_view right = trimmed(text.substr(equals + 1));
  if (!is_name(left) || right.empty()) return false;
  name = left;
  value = right;
  return true;
}

bool take_pair(std::string_view& text, Pairs& pairs) {
  auto& [name, value] = pairs.emplace_back();
  return split_pair(take_word(text), name, value);
}

/// `#2`, `#*`
bool read_occurrence(std::string_view text, int& occurrence) {
  if (text == "#*") return occurrence = 0, true;
  const std::string_view digits = text.substr(1);
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, occurrence);
  return read.ec == std::errc() && read.ptr == end && occurrence > 0;
}

/// `tcp_data_queue_ofo seq=2001 #2`
bool read_anchor(std::string_view text, DirectiveAnchor& anchor) {
  anchor.event = take_word(text);
  if (!is_name(anchor.event)) return false;
  while (!text.empty() && text[0] != '#') {
    if (!take_pair(text, anchor.conditions)) return false;
  }
  if (text.empty()) return true;
  return read_occurrence(take_word(text), anchor.occurrence) && text.empty();
}

bool read_set(std::string_view text, Directive& directive) {
  directive.kind = Kind::set;
  return split_pair(text, directive.name, directive.value);
}

bool read_app(std::string_view text, Directive& directive) {
  directive.kind = Kind::app;
  directive.name = take_word(text);
  if (!is_name(directive.name)) return false;
  while (!text.empty()) {
    if (!take_pair(text, directive.arguments)) return false;
  }
  return true;
}

/// The directives of the form `key: text`.
bool read_text(std::string_view line, Directive& directive) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view key = trimmed(line.substr(0, colon));
  directive.value = trimmed(line.substr(colon + 1));
  if (directive.value.empty()) return false;
  if (key == "title") return directive.kind = Kind::title, true;
  if (key == "summary") return directive.kind = Kind::summary, true;
  if (key == "kernel") return directive.kind = Kind::kernel, true;
  if (key == "verified") return directive.kind = Kind::verified, true;
  directive.kind = Kind::note;
  std::string_view rest = key;
  if (take_word(rest) != "note") return false;
  if (rest.empty()) return true;
  return take_word(rest) == "when" && read_anchor(rest, directive.when.emplace());
}

bool read_directive(std::string_view line, Directive& directive) {
  std::string_view rest = line;
  const std::string_view key = take_word(rest);
  if (key == "set") return read_set(rest, directive);
  if (key == "app") return read_app(rest, directive);
  return read_text(line, directive);
}

bool may_continue(const Directive& directive) {
  return directive.kind == Kind::title || directive.kind == Kind::summary || directive.kind == Kind::note;
}

}  // namespace

void Parser::parse_directives() {
  std::vector<Directive>& directives = outcome_.script.directives;
  std::size_t events_before = 0;
  bool open = false;  // the directive before is good and may go on
  for (const DirectiveLine& line : tokens_.directives()) {
    if (too_many_errors()) return;
    while (events_before < event_begins_.size() && event_begins_[events_before] < line.begin) ++events_before;
    const std::string_view text = trimmed(line.text);
    if (!line.alone) {
      fail("packetdrill.directive_not_alone", line.where);
      continue;
    }
    if (line.continued && open && !text.empty()) {
      directives.back().value.append(" ").append(text);
      continue;
    }
    Directive directive;
    directive.where = line.where;
    directive.event_index = static_cast<int>(events_before);
    const bool good = !line.continued && read_directive(text, directive);
    open = good && may_continue(directive);
    if (good) {
      directives.push_back(std::move(directive));
    } else {
      Token shown_text;
      shown_text.text = text;
      fail("packetdrill.expected", line.where, {{"expected", keys}, {"found", shown(shown_text)}});
    }
  }
}

}  // namespace ringside::packetdrill
