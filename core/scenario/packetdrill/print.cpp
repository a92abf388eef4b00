// Options, events and directives; packets and expressions have files of their own.
#include "core/scenario/packetdrill/print.h"

#include <algorithm>

namespace ringside::packetdrill {
namespace {

std::string print_option(const Option& option) {
  std::string text = "--" + option.name;
  if (!option.value) return text;
  return text + (option.quoted ? "=\"" + *option.value + "\"" : "=" + *option.value);
}

std::string print_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) text.append(" ").append(name).append("=").append(value);
  return text;
}

std::string print_note(const Directive& note) {
  std::string text = "note";
  if (note.when) {
    text += " when " + note.when->event + print_pairs(note.when->conditions);
    if (note.when->occurrence == 0) text += " #*";
    if (note.when->occurrence > 1) text += " #" + std::to_string(note.when->occurrence);
  }
  return text + ": " + note.value;
}

std::string print_directive(const Directive& directive) {
  using Kind = Directive::Kind;
  switch (directive.kind) {
    case Kind::title:
      return "title: " + directive.value;
    case Kind::summary:
      return "summary: " + directive.value;
    case Kind::kernel:
      return "kernel: " + directive.value;
    case Kind::verified:
      return "verified: " + directive.value;
    case Kind::set:
      return "set " + directive.name + "=" + directive.value;
    case Kind::app:
      return "app " + directive.name + print_pairs(directive.arguments);
    case Kind::note:
      return print_note(directive);
  }
  return {};
}

std::string print_stamp(const TimeStamp& stamp) {
  using Kind = TimeStamp::Kind;
  std::string start = print_seconds(stamp.start);
  const std::string end = print_seconds(stamp.end);
  switch (stamp.kind) {
    case Kind::absolute:
      return start;
    case Kind::relative:
      return "+" + start;
    case Kind::any:
      return "*";
    case Kind::absolute_range:
      return start + "~" + end;
    case Kind::relative_range:
      return "+" + start + "~+" + end;
  }
  return {};
}

struct PrintAction {
  std::string operator()(const Packet& packet) const { return " " + print(packet); }
  std::string operator()(const Syscall& call) const {
    return (call.end ? "..." + print_seconds(*call.end) : std::string()) + " " + print(call);
  }
  std::string operator()(const Command& command) const { return " `" + command.text + "`"; }
  std::string operator()(const Code& code) const { return " %{ " + code.text + " }%"; }
};

}  // namespace

std::string print_seconds(std::int64_t nanoseconds) {
  constexpr std::int64_t second = 1'000'000'000;
  std::string text = std::to_string(nanoseconds / second);
  std::string fraction = std::to_string(second + nanoseconds % second);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (fraction.size() > 1) text += "." + fraction.substr(1);
  return text;
}

std::string print(const Event& event) {
  return print_stamp(event.time) + std::visit(PrintAction{}, event.action);
}

std::string print(const Script& script) {
  std::string text;
  auto directive = script.directives.begin();
  const auto print_directives_up_to = [&](int event) {
    for (; directive != script.directives.end() && directive->event_index <= event; ++directive) {
      text += "//@ " + print_directive(*directive) + "\n";
    }
  };
  print_directives_up_to(0);
  for (const Option& option : script.options) text += print_option(option) + "\n";
  if (script.init) text += "`" + script.init->text + "`\n";
  for (std::size_t i = 0; i < script.events.size(); ++i) {
    print_directives_up_to(static_cast<int>(i));
    text += print(script.events[i]) + "\n";
  }
  print_directives_up_to(static_cast<int>(script.events.size()));
  if (script.cleanup) text += "`" + script.cleanup->text + "`\n";
  return text;
}

}  // namespace ringside::packetdrill
