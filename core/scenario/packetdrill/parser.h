// Recursive descent over the tokens. Private to this room: parse.h is the door.
#pragma once
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include "core/scenario/packetdrill/parse.h"
#include "core/scenario/packetdrill/token_stream.h"

namespace ringside::packetdrill {

/// Every parse_ function that returns bool says false after it has reported an error; the caller gives up its
/// own rule, and the event rule goes on with the next event.
class Parser {
 public:
  Parser(std::string_view text, const ParseSettings& settings);
  void parse_script();
  ParseOutcome take(const std::string& file_name);

 private:
  static constexpr int deepest_nesting = 64;
  static constexpr std::size_t most_errors = 100;

  // parser.cpp: tokens and errors
  const Token& peek(int ahead = 0) { return tokens_.peek(ahead); }
  Token next() { return tokens_.next(); }
  bool accept(char symbol);
  bool accept(std::string_view word);
  bool expect(char symbol);
  bool expect(std::string_view word);
  bool expect(TokenKind kind, const char* id, Token& token);
  /// Reports packetdrill.expected at the next token; `expected` are ids of README.md, or words of the
  /// language.
  bool fail_expected(std::string expected);
  bool fail(const char* id, const Where& where, std::vector<std::pair<std::string, std::string>> args = {});
  void unsupported(const char* kind, std::string what, const Where& where);
  bool number(const char* id, std::int64_t least, std::int64_t most, std::int64_t& value);
  template <class T>
  bool unsigned_number(const char* id, T& value);
  bool value_of(const Token& token, std::int64_t& value);
  bool too_many_errors() const { return outcome_.errors.size() >= most_errors; }

  // parse_script.cpp: options and events
  void parse_options();
  bool parse_option();
  bool parse_option_value(const Token& name, Option& option);
  void parse_events();
  bool parse_event();
  bool parse_time(std::int64_t& nanoseconds);
  bool parse_time_stamp(TimeStamp& stamp);
  bool parse_action(Event& event);
  bool check_stamp(const Event& event);
  void check_clock();
  bool at_event_start();
  void skip_to_event();

  // parse_packet.cpp, parse_tcp.cpp
  bool parse_packet(Packet& packet);
  bool parse_outer(Packet& packet);
  bool parse_opaque(Packet& packet);
  bool parse_ip_info(IpInfo& info);
  bool parse_ip_info_item(IpInfo& info);
  bool parse_traffic_class(IpInfo& info);
  bool parse_ports(std::optional<Ports>& ports);
  bool parse_udp(Packet& packet);
  bool parse_icmp(Packet& packet);
  bool parse_icmp_quote(IcmpMessage& icmp);
  bool parse_length(std::uint32_t most, std::uint32_t& length);
  bool parse_sequence(SequenceRange& range);
  bool parse_tcp(Packet& packet);
  bool parse_flags(TcpSegment& tcp);
  bool parse_flag_letters(const Token& token, TcpSegment& tcp);
  bool parse_tcp_fields(Packet& packet, TcpSegment& tcp);
  bool parse_tcp_options(const Packet& packet, TcpSegment& tcp);
  bool parse_tcp_option(TcpSegment& tcp);
  bool parse_sack(TcpSegment& tcp);
  bool parse_timestamp(TcpSegment& tcp);
  bool parse_fast_open(bool experimental, TcpSegment& tcp);
  bool parse_md5(TcpSegment& tcp);
  bool parse_acc_ecn(TcpSegment& tcp);
  bool check_option_bytes(const TcpSegment& tcp, const Where& where);

  // parse_syscall.cpp, parse_expression.cpp, parse_struct.cpp
  bool parse_syscall(Syscall& call);
  bool parse_result(Syscall& call);
  bool parse_note(std::string& note);
  bool parse_expression(Expression& expression);
  bool parse_operand(Expression& expression);
  bool parse_word_operand(Expression& expression);
  bool parse_string_operand(Expression& expression);
  bool parse_call(Expression& expression);
  bool parse_items(char close, std::vector<Expression>& items);
  bool parse_braces(Expression& expression);
  bool parse_record(Expression& expression);
  bool parse_opaque_braces(Expression& expression);

  // parse_code.cpp
  void parse_code(const Token& token, Code& code);

  // parse_directive.cpp
  void parse_directives();

  TokenStream::Defines defines_;         // from the settings
  TokenStream::Defines script_defines_;  // with the script's own
  ParseOutcome outcome_;
  std::vector<Error> lexer_errors_;
  TokenStream tokens_;
  std::vector<std::size_t> event_begins_;  // offsets, for the places of directives
  int depth_ = 0;
};

/// Counts one level of nesting for as long as it lives.
class Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  int& depth_;
};

template <class T>
bool Parser::unsigned_number(const char* id, T& value) {
  std::int64_t wide = 0;
  if (!number(id, 0, std::numeric_limits<T>::max(), wide)) return false;
  value = static_cast<T>(wide);
  return true;
}

}  // namespace ringside::packetdrill
