// `read(4, ..., 1000) = -1 EAGAIN (Resource temporarily unavailable)`
#include "core/scenario/packetdrill/calls.h"
#include "core/scenario/packetdrill/parser.h"
#include "core/scenario/packetdrill/symbols.h"

namespace ringside::packetdrill {

bool Parser::parse_syscall(Syscall& call) {
  call.where = peek().where;
  if (peek().kind != TokenKind::word || is_reserved(peek().text)) return fail_expected("system_call");
  const Token name = next();
  call.name = name.text;
  if (!expect('(') || !parse_items(')', call.arguments)) return false;
  if (!is_modelled_call(call.name)) unsupported("syscall", call.name, name.where);
  return expect('=') && parse_expression(call.result) && parse_result(call);
}

/// What follows the number: errno with strerror's words, and a note.
bool Parser::parse_result(Syscall& call) {
  if (peek().kind == TokenKind::word && !is_reserved(peek().text)) {
    const Token name = next();
    ExpectedErrno& error = call.error.emplace();
    error.name = name.text;
    if (!errno_value(name.text)) unsupported("symbol", error.name, name.where);
    if (!parse_note(error.note)) return false;
  }
  return !peek().is('(') || parse_note(call.note.emplace());
}

bool Parser::parse_note(std::string& note) {
  if (!expect('(')) return false;
  while (peek().kind == TokenKind::word) {
    if (!note.empty()) note += ' ';
    note += next().text;
  }
  if (note.empty()) return fail_expected("words");
  return accept(')') || fail_expected("words,)");
}

}  // namespace ringside::packetdrill
