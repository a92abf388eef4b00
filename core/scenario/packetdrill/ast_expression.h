// Arguments and results of system calls: packetdrill's small expression language as plain values.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/packetdrill/where.h"

namespace ringside::packetdrill {

struct Field;

/// One expression. Which members count follows from `kind`; the others keep their defaults.
struct Expression {
  enum class Kind : std::uint8_t {
    ellipsis,  ///< `...`: any value will do
    integer,   ///< `number`; `hex` says how it was written
    word,      ///< `text` is a symbol: SOL_SOCKET, O_NONBLOCK
    string,    ///< `text` between the quotes, escapes untouched (see unescape()); `open_ended`: `"abc"...`
    bit_or,    ///< `children[0] | children[1]`
    assign,    ///< `text = children[0]`
    list,      ///< `[children]`: arrays and values passed by pointer
    braces,    ///< `{children}`: positional struct, such as the iovec `{..., 1000}`
    record,    ///< `{fields}`: struct with named fields; which ones are allowed: record_shapes.h
    call,      ///< `text(children)`: htons, inet_addr, inet6_addr
    opaque,    ///< `text` as written: GRE and MPLS structs, which the parser reports as unsupported
  };
  Kind kind = Kind::ellipsis;
  bool hex = false;
  bool open_ended = false;
  std::int64_t number = 0;
  std::string text;
  std::vector<Expression> children;
  std::vector<Field> fields;
  Where where;

  friend bool operator==(const Expression&, const Expression&);
};

/// `name = value`, or `name(argument) = value` as msghdr's `msg_name(...) = ...` and `msg_iov(1) = [...]`.
struct Field {
  std::string name;
  std::vector<Expression> argument;  ///< empty or one
  Expression value;

  friend bool operator==(const Field&, const Field&) = default;
};

inline bool operator==(const Expression& a, const Expression& b) {
  return a.kind == b.kind && a.hex == b.hex && a.open_ended == b.open_ended && a.number == b.number &&
         a.text == b.text && a.children == b.children && a.fields == b.fields;
}

/// The value of the field `name` of a record, nullptr if it is no record or has no such field.
const Expression* field(const Expression& record, const std::string& name);

}  // namespace ringside::packetdrill
