#include "core/scenario/packetdrill/symbols.h"

#include <algorithm>

namespace ringside::packetdrill {
namespace {

struct Symbol {
  std::string_view name;
  std::int64_t value;
};

struct Errno {
  int number;
  std::string_view name;
  std::string_view text;
};

#define RINGSIDE_SYMBOL(name, value) {#name, value},
constexpr Symbol symbols[] = {
#include "core/scenario/packetdrill/symbols.def"
};
#undef RINGSIDE_SYMBOL
static_assert(std::ranges::is_sorted(symbols, {}, &Symbol::name));

#define RINGSIDE_ERRNO(number, name, text) {number, #name, text},
constexpr Errno errnos[] = {
#include "core/scenario/packetdrill/errnos.def"
};
#undef RINGSIDE_ERRNO
static_assert(std::ranges::is_sorted(errnos, {}, &Errno::number));

// Second names of numbers in the table.
constexpr Symbol errno_aliases[] = {{"EWOULDBLOCK", 11}, {"EDEADLOCK", 35}, {"ENOTSUP", 95}};

const Errno* find_errno(int number) {
  const auto* const found = std::ranges::lower_bound(errnos, number, {}, &Errno::number);
  return found != std::ranges::end(errnos) && found->number == number ? found : nullptr;
}

}  // namespace

std::optional<std::int64_t> symbol_value(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(symbols, name, {}, &Symbol::name);
  if (found != std::ranges::end(symbols) && found->name == name) return found->value;
  const auto number = errno_value(name);
  return number ? std::optional<std::int64_t>(*number) : std::nullopt;
}

std::string_view errno_name(int number) {
  const Errno* const found = find_errno(number);
  return found == nullptr ? std::string_view{} : found->name;
}

std::optional<int> errno_value(std::string_view name) {
  for (const Errno& entry : errnos) {
    if (entry.name == name) return entry.number;
  }
  for (const Symbol& alias : errno_aliases) {
    if (alias.name == name) return static_cast<int>(alias.value);
  }
  return std::nullopt;
}

std::string_view errno_text(int number) {
  const Errno* const found = find_errno(number);
  return found == nullptr ? std::string_view{} : found->text;
}

}  // namespace ringside::packetdrill
