// The small language of display filters and breakpoints: comparisons of named fields, joined by && || ! and
// brackets. What names there are is given by a vocabulary; what they are worth, by whoever evaluates.
//   tcp.port == 8080 && fate == dropped        ip.addr == 10.0.0.0/8        proto in {udp, icmp}
// `and or not eq ne lt le gt ge contains` may be written as words, as in Wireshark.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/wire/address.h"

namespace ringside::query {

enum class Type : std::uint8_t {
  number,   ///< decimal or 0x...
  time,     ///< a number with ns, us, ms or s; without a unit, seconds. Nanoseconds in evaluation
  address,  ///< IPv4 or IPv6, also with /LENGTH
  word,     ///< one of the field's choices, any case
  set,      ///< some of the field's choices: == asks whether that one is among them
  flag,     ///< true or false; stands alone
};

struct Field {
  std::string name;
  Type type = Type::number;
  std::vector<std::string> choices;  ///< word: what it may be (none: anything)
  /// It has a value only where it changes: a comparison is true where it becomes true.
  bool edge = false;
  std::vector<std::string> aliases;
};

/// Fields are known by their place in the list.
using Vocabulary = std::vector<Field>;

/// What a field is worth in one packet or step; some have two values (tcp.port), of which either may match.
struct FieldValue {
  std::uint8_t count = 0;  ///< 0: it has none here, and no comparison is true
  std::array<std::int64_t, 2> numbers{};
  std::array<const IpAddr*, 2> addresses{};
  std::string_view word, other_word;  ///< other_word: of those that have two
  std::int64_t before = 0;            ///< of an edge

  static FieldValue none() { return {}; }
  static FieldValue of(std::int64_t a) { return {1, {a, 0}, {}, {}, {}, 0}; }
  static FieldValue of(std::int64_t a, std::int64_t b) { return {2, {a, b}, {}, {}, {}, 0}; }
  static FieldValue of(const IpAddr& a) { return {1, {}, {&a, nullptr}, {}, {}, 0}; }
  static FieldValue of(const IpAddr& a, const IpAddr& b) { return {2, {}, {&a, &b}, {}, {}, 0}; }
  static FieldValue of_word(std::string_view word) { return {1, {}, {}, word, {}, 0}; }
  static FieldValue of_words(std::string_view a, std::string_view b) { return {2, {}, {}, a, b, 0}; }
  static FieldValue change(std::int64_t before, std::int64_t after) {
    return {1, {after, 0}, {}, {}, {}, before};
  }
};

class Expression {
 public:
  /// Errors, all with a column: query.syntax (args near), query.unknown_field (args name, nearest),
  /// query.value (args field, value, nearest), query.not_a_flag (args field), query.two_changes (args field:
  /// two things cannot change in one step), query.too_long. An empty text is an expression that is always
  /// true.
  static Result<Expression> parse(std::string_view text, const Vocabulary& vocabulary);

  bool empty() const { return nodes_.empty(); }
  bool matches(const std::function<FieldValue(std::uint16_t field)>& read) const {
    return nodes_.empty() || node_matches(root_, read);
  }

  enum class Op : std::uint8_t {
    both,
    either,
    negation,
    flag,
    equal,
    unequal,
    less,
    at_most,
    more,
    at_least,
    contains
  };
  struct Literal {
    std::int64_t number = 0;
    IpAddr address;
    std::uint8_t prefix = 0;  ///< bits of the address that count
    std::string word;         ///< lower case
  };
  struct Node {
    Op op = Op::flag;
    Type type = Type::flag;
    bool edge = false;
    std::uint16_t field = 0;
    std::uint32_t left = 0, right = 0;  ///< of both, either; negation: left
    Literal literal;
  };

 private:
  friend class Parser;
  bool node_matches(std::uint32_t at, const std::function<FieldValue(std::uint16_t)>& read) const;
  std::vector<Node> nodes_;
  std::uint32_t root_ = 0;
};

/// Where completion stands in an unfinished text: which part to replace, and by what it may be.
struct Completion {
  std::size_t begin = 0, end = 0;
  std::vector<std::string> candidates;
};
Completion complete(std::string_view text, std::size_t cursor, const Vocabulary& vocabulary);

}  // namespace ringside::query
