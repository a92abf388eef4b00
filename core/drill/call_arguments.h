// The arguments of one scripted call, read by position. The first thing that cannot be read is kept as an
// error.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/drill/calls.h"

namespace ringside::drill {

class Arguments {
 public:
  Arguments(const packetdrill::Syscall& call, const CallContext& context) : call_(call), context_(context) {}

  std::size_t count() const { return call_.arguments.size(); }
  bool is_ellipsis(std::size_t at) const;
  /// The pointer is NULL.
  bool is_null(std::size_t at) const;
  /// A number; `otherwise` if the argument is absent or `...`.
  std::int64_t number(std::size_t at, std::int64_t otherwise);
  /// A descriptor, as the model numbers it. One the script never got stays as it is (and will be EBADF).
  std::int32_t fd(std::size_t at);
  std::int64_t live(std::int64_t script_fd) const;
  /// The value behind a pointer, `[4]`; nullopt for `...`.
  std::optional<std::int64_t> pointee(std::size_t at);
  std::optional<std::string> text(std::size_t at);
  /// The numbers of a list, `[5, 6]`.
  std::vector<std::int64_t> numbers(std::size_t at);
  /// `{a=1, b=2}`, also as the only element of a list; null if it is none.
  const packetdrill::Expression* record(std::size_t at) const;
  std::vector<const packetdrill::Expression*> records(std::size_t at) const;
  std::int64_t field_number(const packetdrill::Expression& record, const char* name, std::int64_t otherwise);
  /// Sum of the lengths of an iovec array `[{..., 1000}, {..., 500}]`.
  std::int64_t vector_length(std::size_t at);
  /// The same inside a msghdr.
  std::int64_t message_length(std::size_t at);
  /// The number a msghdr's control data is to hold for one cmsg_type.
  std::optional<std::int64_t> control_number(std::size_t at, const char* type);

  const std::optional<Error>& error() const { return error_; }

 private:
  const packetdrill::Expression* at(std::size_t index) const;
  std::int64_t value(const packetdrill::Expression& expression, std::int64_t otherwise);
  std::int64_t iovec_sum(const packetdrill::Expression& list);

  const packetdrill::Syscall& call_;
  const CallContext& context_;
  std::optional<Error> error_;
};

}  // namespace ringside::drill
