// Options, commands and events: the frame of a script.
#include <algorithm>

#include "core/scenario/packetdrill/options.h"
#include "core/scenario/packetdrill/parser.h"

namespace ringside::packetdrill {
namespace {

bool is_number(const Token& token) {
  return token.kind == TokenKind::integer || token.kind == TokenKind::decimal;
}

bool is_option_value(const Token& token) {
  switch (token.kind) {
    case TokenKind::integer:
    case TokenKind::hex:
    case TokenKind::decimal:
    case TokenKind::word:
    case TokenKind::string:
    case TokenKind::ipv4:
    case TokenKind::ipv6:
      return true;
    default:
      return false;
  }
}

bool is_outbound_packet(const Event& event) {
  const auto* packet = std::get_if<Packet>(&event.action);
  return packet != nullptr && packet->direction == Direction::outbound;
}

Command command_of(const Token& token) { return {std::string(token.body), token.where}; }

}  // namespace

void Parser::parse_script() {
  parse_options();
  Script& script = outcome_.script;
  if (peek().kind == TokenKind::backquote) script.init = command_of(next());
  parse_events();
  check_clock();
  parse_directives();
}

void Parser::parse_options() {
  while (peek().kind == TokenKind::option && !too_many_errors()) {
    if (parse_option()) continue;
    while (peek().kind != TokenKind::end && peek().kind != TokenKind::option && !at_event_start()) next();
  }
  // As in packetdrill, what the options define holds for everything behind them, not among them.
  for (const Option& option : outcome_.script.options) {
    if (option.name != "define" || !option.value) continue;
    const std::size_t equals = option.value->find('=');
    if (script_defines_.empty()) script_defines_ = defines_;
    script_defines_.insert_or_assign(option.value->substr(0, equals), option.value->substr(equals + 1));
  }
  if (!script_defines_.empty()) tokens_.use_defines(script_defines_);
}

bool Parser::parse_option() {
  const Token name = next();
  Option option;
  option.name = name.body;
  option.where = name.where;
  const KnownOption* const known = find_option(name.body);
  if (accept('=')) {
    if (known != nullptr && !known->takes_value) {
      return fail("packetdrill.option_takes_no_value", name.where, {{"option", option.name}});
    }
    if (!parse_option_value(name, option)) return false;
  } else if (known != nullptr && known->takes_value) {
    return fail_expected("=");
  }
  if (known == nullptr || !known->modelled) unsupported("option", std::string(name.text), name.where);
  outcome_.script.options.push_back(std::move(option));
  return true;
}

bool Parser::parse_option_value(const Token& name, Option& option) {
  const bool define = name.body == "define";
  if (!is_option_value(peek()) || (define && peek().kind != TokenKind::word)) {
    return fail_expected(define ? "definition" : "option_value");
  }
  const Token value = next();
  option.quoted = value.kind == TokenKind::string;
  option.value = value.body;
  if (value.kind != TokenKind::word) return true;
  if (!accept('=')) return !define || fail_expected("=");
  if (!is_option_value(peek()) && peek().kind != TokenKind::backquote) return fail_expected("option_value");
  *option.value += '=';
  *option.value += next().text;
  return true;
}

void Parser::parse_events() {
  Script& script = outcome_.script;
  if (peek().kind == TokenKind::end) fail_expected("time_stamp");
  while (peek().kind != TokenKind::end && !too_many_errors()) {
    if (peek().kind == TokenKind::backquote && peek(1).kind == TokenKind::end) {
      script.cleanup = command_of(next());
      return;
    }
    const std::size_t begin = peek().begin;
    if (parse_event()) continue;
    depth_ = 0;
    if (peek().begin == begin) next();
    skip_to_event();
  }
}

/// After an error: reading goes on at the next line that looks like the start of an event.
bool Parser::at_event_start() {
  const Token& token = peek();
  if (!token.first_on_line) return false;
  if (token.is('+') || token.is('*') || token.kind == TokenKind::backquote) return true;
  if (!is_number(token)) return false;
  const Token& after = peek(1);
  return after.kind == TokenKind::word || after.kind == TokenKind::ellipsis ||
         after.kind == TokenKind::code || after.kind == TokenKind::backquote || after.is('<') ||
         after.is('>') || after.is('~');
}

void Parser::skip_to_event() {
  while (peek().kind != TokenKind::end && !at_event_start()) next();
}

bool Parser::parse_event() {
  Event event;
  event.where = peek().where;
  const std::size_t begin = peek().begin;
  if (!parse_time_stamp(event.time) || !parse_action(event) || !check_stamp(event)) return false;
  event.last_line = tokens_.last_line();
  event_begins_.push_back(begin);
  outcome_.script.events.push_back(std::move(event));
  return true;
}

/// Seconds with any number of decimals; those beyond the ninth do not count.
bool Parser::parse_time(std::int64_t& nanoseconds) {
  constexpr std::int64_t most_seconds = 1'000'000'000;
  constexpr int decimals = 9;
  if (!is_number(peek())) return fail_expected("time");
  const Token token = next();
  if (token.text[0] == '-') return fail("packetdrill.negative_time", token.where, {{"found", shown(token)}});
  const std::size_t point = std::min(token.text.find('.'), token.text.size());
  std::int64_t value = 0;
  for (std::size_t i = 0; i < point; ++i) {
    value = value * 10 + (token.text[i] - '0');
    if (value > most_seconds) {
      return fail("packetdrill.out_of_range", token.where,
                  {{"what", "time"},
                   {"found", shown(token)},
                   {"least", "0"},
                   {"most", std::to_string(most_seconds)}});
    }
  }
  for (std::size_t i = 1; i <= decimals; ++i) {
    const std::size_t place = point + i;
    value = value * 10 + (place < token.text.size() ? token.text[place] - '0' : 0);
  }
  nanoseconds = value;
  return true;
}

bool Parser::parse_time_stamp(TimeStamp& stamp) {
  stamp.where = peek().where;
  if (accept('*')) {
    stamp.kind = TimeStamp::Kind::any;
    return true;
  }
  const bool relative = accept('+');
  if (!relative && !is_number(peek())) return fail_expected("time_stamp");
  if (!parse_time(stamp.start)) return false;
  stamp.kind = relative ? TimeStamp::Kind::relative : TimeStamp::Kind::absolute;
  if (!accept('~')) return true;
  stamp.kind = relative ? TimeStamp::Kind::relative_range : TimeStamp::Kind::absolute_range;
  if ((relative && !expect('+')) || !parse_time(stamp.end)) return false;
  return stamp.end >= stamp.start || fail("packetdrill.range_backwards", stamp.where);
}

bool Parser::parse_action(Event& event) {
  const Token& token = peek();
  if (token.is('<') || token.is('>')) return parse_packet(event.action.emplace<Packet>());
  if (token.kind == TokenKind::ellipsis) {
    next();
    Syscall& call = event.action.emplace<Syscall>();
    if (!parse_time(call.end.emplace())) return false;
    if (*call.end < event.time.start) return fail("packetdrill.range_backwards", event.where);
    return parse_syscall(call);
  }
  if (token.kind == TokenKind::word) return parse_syscall(event.action.emplace<Syscall>());
  if (token.kind == TokenKind::backquote) {
    event.action = command_of(next());
    return true;
  }
  if (token.kind == TokenKind::code) {
    parse_code(next(), event.action.emplace<Code>());
    return true;
  }
  return fail_expected("action");
}

bool Parser::check_stamp(const Event& event) {
  using Kind = TimeStamp::Kind;
  const Kind kind = event.time.kind;
  if (kind == Kind::absolute || kind == Kind::relative || is_outbound_packet(event)) return true;
  return fail("packetdrill.stamp_only_outbound", event.where);
}

/// packetdrill starts its clock at the first event and refuses absolute times that go back.
void Parser::check_clock() {
  using Kind = TimeStamp::Kind;
  const auto is_absolute = [](const Event& event) {
    return event.time.kind == Kind::absolute || event.time.kind == Kind::absolute_range;
  };
  const std::vector<Event>& events = outcome_.script.events;
  if (!events.empty() && outcome_.errors.empty() && events.front().time.start != 0) {
    fail("packetdrill.first_event_not_at_zero", events.front().where);
  }
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (is_absolute(events[i]) && is_absolute(events[i - 1]) &&
        events[i].time.start < events[i - 1].time.start) {
      fail("packetdrill.time_backwards", events[i].where);
    }
  }
}

}  // namespace ringside::packetdrill
