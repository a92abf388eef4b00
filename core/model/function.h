// Every modelled kernel function. One list a room of the kernel tree; X(name, file, profiles): `name` is the
// kernel's, `file` where it stands in the kernel tree, `profiles` both, p413, p618, or moved(FILE IN 4.13).
#pragma once
#include <cstdint>
#include <string_view>

namespace ringside {

enum class Fn : std::uint16_t {
  none,
#define X(name, file, profiles) name,
#include "core/profiles/functions/all.def"
#undef X
  count_,
};

enum class InProfile : std::uint8_t { none, p413 = 1, p618 = 2, both = 3 };

struct FunctionInfo {
  const char* name;
  const char* file;  ///< path in the kernel tree
  InProfile profiles;
  const char* file_413;  ///< path in 4.13 where it is another; else null
};

const FunctionInfo& info_of(Fn fn);
inline const char* name_of(Fn fn) { return info_of(fn).name; }
/// Fn::none if no modelled function has that name.
Fn function_named(std::string_view name);

}  // namespace ringside
