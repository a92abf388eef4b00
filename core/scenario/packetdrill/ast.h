// A packetdrill script as plain values: what parse() returns, print() writes and the runner executes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/scenario/packetdrill/ast_code.h"
#include "core/scenario/packetdrill/ast_expression.h"
#include "core/scenario/packetdrill/ast_packet.h"
#include "core/scenario/packetdrill/where.h"

namespace ringside::packetdrill {

/// `--name` or `--name=value` at the head of the script; names and values the runner wants: options.h.
struct Option {
  std::string name;
  std::optional<std::string> value;  ///< for `define`: `NAME=VALUE`, the value with its quotes
  bool quoted = false;               ///< written as "value"
  Where where;

  friend bool operator==(const Option&, const Option&) = default;
};

/// Text between backticks, escapes untouched; shell_command.h finds the sysctl settings in it.
struct Command {
  std::string text;
  Where where;

  friend bool operator==(const Command&, const Command&) = default;
};

/// When an event happens or must be seen. All times in nanoseconds.
struct TimeStamp {
  enum class Kind : std::uint8_t {
    absolute,        ///< `0.5`: `start` since the script's first event
    relative,        ///< `+0.5`: `start` after the event before (packetdrill: after its call returned or its
                     ///< packet was seen; between two inbound packets, after the first one's nominal time)
    any,             ///< `*`: whenever; outbound packets only
    absolute_range,  ///< `0.1~0.2`: from `start` to `end`; outbound packets only
    relative_range,  ///< `+0.1~+0.2`
  };
  Kind kind = Kind::absolute;
  std::int64_t start = 0;
  std::int64_t end = 0;  ///< ranges only, not before `start`
  Where where;

  friend bool operator==(const TimeStamp&, const TimeStamp&) = default;
};

/// `-1 EAGAIN (Resource temporarily unavailable)`
struct ExpectedErrno {
  std::string name;
  std::string note;  ///< strerror's words; packetdrill does not compare them and neither do we

  friend bool operator==(const ExpectedErrno&, const ExpectedErrno&) = default;
};

struct Syscall {
  std::optional<std::int64_t> end;  ///< `+0...0.1`: blocks and returns then; ns on the same scale (absolute,
                                    ///< or relative to the same event) as the stamp's `start`
  std::string name;
  std::vector<Expression> arguments;
  Expression result;
  std::optional<ExpectedErrno> error;
  std::optional<std::string> note;  ///< `= 0x2 (flags O_RDWR)` and the like
  Where where;

  friend bool operator==(const Syscall&, const Syscall&) = default;
};

struct Event {
  TimeStamp time;
  std::variant<Packet, Syscall, Command, Code> action;
  Where where;        ///< of the time stamp
  int last_line = 0;  ///< where the event ends

  friend bool operator==(const Event& a, const Event& b) { return a.time == b.time && a.action == b.action; }
};

/// `when tcp_data_queue_ofo seq=2001 #2`
struct DirectiveAnchor {
  std::string event;  ///< function, decision or drop reason by its id
  std::vector<std::pair<std::string, std::string>> conditions;  ///< all must hold
  int occurrence = 1;                                           ///< from 1; 0 is `#*`, every time

  friend bool operator==(const DirectiveAnchor&, const DirectiveAnchor&) = default;
};

/// Ringside's own words, in comments that packetdrill skips: `//@ title: ...`. See README.md for the syntax.
struct Directive {
  enum class Kind : std::uint8_t {
    title,     ///< one line
    summary,   ///< a paragraph
    kernel,    ///< profile the script is about: `linux-4.13`
    verified,  ///< kernel on which packetdrill itself passed the script
    set,       ///< knob `name` gets `value`
    app,       ///< built-in application `name` with `arguments`
    note,      ///< `value` is shown when `when` happens, or at the script event that follows
  };
  Kind kind = Kind::title;
  std::string name;
  std::string value;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::optional<DirectiveAnchor> when;
  int event_index = 0;  ///< number of events before it, i.e. the index of the event that follows
  Where where;

  friend bool operator==(const Directive&, const Directive&) = default;
};

struct Script {
  std::vector<Option> options;
  std::optional<Command> init;  ///< run before the first event
  std::vector<Event> events;    ///< in the order of the file, which is the order in time
  std::optional<Command> cleanup;
  std::vector<Directive> directives;

  friend bool operator==(const Script&, const Script&) = default;
};

}  // namespace ringside::packetdrill
