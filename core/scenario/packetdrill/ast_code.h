// `%{ ... }%`: the few Python statements people write about TCP_INFO, as plain values.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/packetdrill/where.h"

namespace ringside::packetdrill {

struct CodeExpression {
  enum class Kind : std::uint8_t {
    integer,     ///< `number`
    name,        ///< `text`: tcpi_..., a constant, or a variable of the script
    string,      ///< `text` with its quotes; only printed or shown, never computed with
    unary,       ///< `text` is one of - + ~ not; one child
    binary,      ///< `text` is one of or and | ^ & << >> + - * / // %; two children
    comparison,  ///< children[0] operators[0] children[1] operators[1] ...: Python's chain `a <= b <= c`
    call,        ///< `text` is one of min max abs
  };
  Kind kind = Kind::integer;
  std::int64_t number = 0;
  std::string text;
  std::vector<std::string> operators;
  std::vector<CodeExpression> children;
  Where where;

  friend bool operator==(const CodeExpression& a, const CodeExpression& b) {
    return a.kind == b.kind && a.number == b.number && a.text == b.text && a.operators == b.operators &&
           a.children == b.children;
  }
};

struct CodeStatement {
  enum class Kind : std::uint8_t {
    check,   ///< `assert expressions[0], message`
    assign,  ///< `target op expressions[0]`; `op` is one of = += -= *= //= %= &= |=
    print,   ///< `print(expressions...)`
    pass,    ///< does nothing
    refused  ///< beyond this reader, see `source`; reported as unsupported
  };
  Kind kind = Kind::pass;
  std::string target;
  std::string op;
  std::vector<CodeExpression> expressions;
  std::string message;  ///< text after the comma of an assert as written; not evaluated
  std::string source;   ///< the whole statement as written
  Where where;

  friend bool operator==(const CodeStatement&, const CodeStatement&) = default;
};

/// What the kernel knows at this moment (TCP_INFO) is kept, and the statements are checked on it.
struct Code {
  std::string text;  ///< between the braces, as written without the blanks at both ends
  std::vector<CodeStatement> statements;

  friend bool operator==(const Code&, const Code&) = default;
};

}  // namespace ringside::packetdrill
