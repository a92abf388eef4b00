#include "core/drill/call_arguments.h"

#include "core/scenario/packetdrill/evaluate.h"

namespace ringside::drill {

namespace pd = packetdrill;
using Kind = pd::Expression::Kind;

const pd::Expression* Arguments::at(std::size_t index) const {
  return index < call_.arguments.size() ? &call_.arguments[index] : nullptr;
}

bool Arguments::is_ellipsis(std::size_t index) const {
  const auto* expression = at(index);
  return expression != nullptr && expression->kind == Kind::ellipsis;
}

bool Arguments::is_null(std::size_t index) const {
  const auto* expression = at(index);
  return expression != nullptr && expression->kind == Kind::word && expression->text == "NULL";
}

std::int64_t Arguments::value(const pd::Expression& expression, std::int64_t otherwise) {
  if (expression.kind == Kind::ellipsis) return otherwise;
  const auto result = pd::evaluate_pointee(expression);
  if (result) return *result;
  if (!error_) error_ = result.error();
  return otherwise;
}

std::int64_t Arguments::number(std::size_t index, std::int64_t otherwise) {
  const auto* expression = at(index);
  return expression == nullptr ? otherwise : value(*expression, otherwise);
}

std::int64_t Arguments::live(std::int64_t script_fd) const {
  const auto found = context_.live_fd.find(script_fd);
  return found == context_.live_fd.end() ? -1 : found->second;
}

std::int32_t Arguments::fd(std::size_t index) { return static_cast<std::int32_t>(live(number(index, -1))); }

std::optional<std::int64_t> Arguments::pointee(std::size_t index) {
  const auto* expression = at(index);
  if (expression == nullptr || expression->kind == Kind::ellipsis) return std::nullopt;
  return value(*expression, 0);
}

std::vector<std::int64_t> Arguments::numbers(std::size_t index) {
  std::vector<std::int64_t> all;
  const auto* expression = at(index);
  if (expression != nullptr && expression->kind == Kind::list)
    for (const auto& child : expression->children) all.push_back(value(child, -1));
  return all;
}

std::optional<std::string> Arguments::text(std::size_t index) {
  const auto* expression = at(index);
  if (expression != nullptr && expression->kind == Kind::list && expression->children.size() == 1)
    expression = &expression->children[0];
  if (expression == nullptr || expression->kind != Kind::string) return std::nullopt;
  const auto result = pd::unescape(*expression);
  if (result) return *result;
  if (!error_) error_ = result.error();
  return std::nullopt;
}

const pd::Expression* Arguments::record(std::size_t index) const {
  const auto* expression = at(index);
  if (expression == nullptr) return nullptr;
  if (expression->kind == Kind::list && expression->children.size() == 1)
    expression = &expression->children[0];
  return expression->kind == Kind::record ? expression : nullptr;
}

std::vector<const pd::Expression*> Arguments::records(std::size_t index) const {
  std::vector<const pd::Expression*> all;
  const auto* expression = at(index);
  if (expression == nullptr) return all;
  if (expression->kind == Kind::record) all.push_back(expression);
  if (expression->kind == Kind::list)
    for (const auto& child : expression->children)
      if (child.kind == Kind::record) all.push_back(&child);
  return all;
}

std::int64_t Arguments::field_number(const pd::Expression& record, const char* name, std::int64_t otherwise) {
  const auto* found = pd::field(record, name);
  return found == nullptr ? otherwise : value(*found, otherwise);
}

std::int64_t Arguments::iovec_sum(const pd::Expression& list) {
  std::int64_t sum = 0;
  for (const auto& child : list.children)
    if (child.kind == Kind::braces && child.children.size() == 2) sum += value(child.children[1], 0);
  return sum;
}

std::int64_t Arguments::vector_length(std::size_t index) {
  const auto* expression = at(index);
  return expression == nullptr ? 0 : iovec_sum(*expression);
}

std::int64_t Arguments::message_length(std::size_t index) {
  const auto* message = record(index);
  if (message == nullptr) return 0;
  const auto* vector = pd::field(*message, "msg_iov");
  return vector == nullptr ? 0 : iovec_sum(*vector);
}

std::optional<std::int64_t> Arguments::control_number(std::size_t index, const char* type) {
  const auto* message = record(index);
  const auto* control = message == nullptr ? nullptr : pd::field(*message, "msg_control");
  if (control == nullptr) return std::nullopt;
  for (const auto& item : control->children) {
    const auto* kind = pd::field(item, "cmsg_type");
    const auto* data = pd::field(item, "cmsg_data");
    if (kind != nullptr && data != nullptr && kind->text == type) return value(*data, 0);
  }
  return std::nullopt;
}

}  // namespace ringside::drill
